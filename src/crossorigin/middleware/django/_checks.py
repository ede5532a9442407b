"""The system checks. Their ids are stable.

| id | what |
| --- | --- |
| crossorigin.E001 | there is no setting CROSSORIGIN |
| crossorigin.E002 | a problem of the policy: a message for each |
| crossorigin.E003 | an option, or the kind of the policy |
| crossorigin.E004 | the policy's file cannot be read |
| crossorigin.E005 | the middleware is not in MIDDLEWARE |
| crossorigin.E006 | the middleware is there twice |
| crossorigin.W001 | the middleware is not the first |
| crossorigin.W002 | django-cors-headers is installed beside it |
| crossorigin.W003 | an async predicate where Django is served through WSGI alone |
"""

from collections.abc import Iterator
from typing import Any

from django import conf
from django.core import checks

from crossorigin.middleware.engine import each_policy

from . import _settings, _stack
from ._middleware import CORSMiddleware


def check_configuration(**_: Any) -> list[checks.CheckMessage]:
    """Every problem of the setting and of MIDDLEWARE."""
    configuration, problems = _settings.read(_settings.setting_now())
    if configuration is not None:
        problems.extend(_async_predicates(configuration))
    return [*problems, *_stack.problems(CORSMiddleware)]


def _async_predicates(configuration: _settings.Configuration) -> Iterator[checks.CheckMessage]:
    policies = () if configuration.policy is None else each_policy(configuration.policy)
    is_wsgi_alone = conf.settings.WSGI_APPLICATION and not getattr(conf.settings, "ASGI_APPLICATION", None)
    if is_wsgi_alone and any(policy.is_async for policy in policies):
        yield checks.Warning(
            "a predicate of allow_origins is a coroutine function, and Django is served through WSGI: each request "
            "that asks it starts an event loop of its own",
            hint="write a plain function; or serve through ASGI, and set ASGI_APPLICATION",
            obj=_settings.NAME,
            id="crossorigin.W003",
        )
