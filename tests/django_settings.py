"""Django is configured once a process: these settings, for its contract apps and for the tests of its integration."""

from tests.contract.frameworks._policies import LISTED

SECRET_KEY = "of a test"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
ROOT_URLCONF = "tests.contract.frameworks._django_urls"
INSTALLED_APPS = ["crossorigin.middleware.django"]
MIDDLEWARE = ["crossorigin.middleware.django.CORSMiddleware", "django.middleware.common.CommonMiddleware"]
CROSSORIGIN = LISTED
