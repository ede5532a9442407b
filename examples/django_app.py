"""Django in one file: a policy for all, and a public view. Run it: waitress-serve examples.django_app:app

`python -m examples.django_app check` runs the system checks.
"""

import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views import View

from crossorigin.middleware.django import cors

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["crossorigin.middleware.django"],
    MIDDLEWARE=["crossorigin.middleware.django.CORSMiddleware", "django.middleware.common.CommonMiddleware"],
    CROSSORIGIN={
        "allow_origins": ["https://app.example.com"],
        "allow_methods": "route",
        "allow_credentials": True,
    },
)


@cors(allow_origins="*")
def rates(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"EUR": 1.0, "USD": 1.1})


class Session(View):
    def delete(self, request: HttpRequest, session: int) -> HttpResponse:
        return HttpResponse(status=204)


urlpatterns = [path("rates", rates), path("api/sessions/<int:session>", Session.as_view())]

app = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
