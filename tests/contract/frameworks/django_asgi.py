"""The contract's app in Django, through ASGI."""

import os

from django.core.asgi import get_asgi_application

from tests.contract.frameworks._policies import Framework

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.django_settings")
app = get_asgi_application()

FRAMEWORK = Framework(servers=("uvicorn", "hypercorn", "granian-asgi"), item_methods="DELETE,GET,PUT")
