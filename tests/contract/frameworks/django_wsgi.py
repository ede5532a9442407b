"""The contract's app in Django, through WSGI."""

import os

from django.core.wsgi import get_wsgi_application

from tests.contract.frameworks._policies import Framework

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.django_settings")
app = get_wsgi_application()

FRAMEWORK = Framework(servers=("gunicorn", "waitress", "granian-wsgi"), item_methods="DELETE,GET,PUT")
