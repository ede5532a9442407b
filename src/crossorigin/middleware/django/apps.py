"""The app that registers the system checks (Django looks for it in a module of this name)."""

from django.apps import AppConfig
from django.core import checks

from ._checks import check_configuration


class CrossoriginConfig(AppConfig):
    """No models, no templates: only the checks."""

    name = "crossorigin.middleware.django"
    label = "crossorigin"
    verbose_name = "crossorigin"

    def ready(self) -> None:
        checks.register(check_configuration, checks.Tags.security)
