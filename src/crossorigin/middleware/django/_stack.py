"""What is wrong with MIDDLEWARE: told by the system checks, and by the middleware itself where nobody runs them."""

from collections.abc import Iterable, Iterator

from django import conf
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from crossorigin.middleware.engine import logger

_said: set[str] = set()
"""Of the process: each test client of Django's builds the whole stack anew."""


def problems(ours: type) -> Iterator[checks.CheckMessage]:
    """Every problem of the place of `ours`, the middleware, in MIDDLEWARE."""
    places = [place for place, entry in enumerate(conf.settings.MIDDLEWARE) if _is(entry, ours)]
    if not places:
        yield checks.Error(
            "the middleware is not in MIDDLEWARE, so no policy takes effect",
            hint='MIDDLEWARE = ["crossorigin.middleware.django.CORSMiddleware", ...], the first of all',
            obj="MIDDLEWARE",
            id="crossorigin.E005",
        )
    elif len(places) > 1:
        yield checks.Error(
            f"the middleware is there {len(places)} times, at {' and '.join(map(str, places))} (counted from 0): the "
            "outer one would take off what the inner one put on",
            hint="keep the first, and bind policies to views or URLs with cors(policy)",
            obj="MIDDLEWARE",
            id="crossorigin.E006",
        )
    above = conf.settings.MIDDLEWARE[: places[0]] if places else []
    if above:
        yield checks.Warning(
            f"the middleware stands below {', '.join(above)}: what is answered up there (redirects, refusals, errors) "
            "carries no CORS fields, and preflights come by there first",
            hint="make it the first; only what sets request.urlconf or request.path_info stays above it, and "
            "then silence this check",
            obj="MIDDLEWARE",
            id="crossorigin.W001",
        )
    where = [
        name for name in ("MIDDLEWARE", "INSTALLED_APPS") if any(map(_is_corsheaders, getattr(conf.settings, name)))
    ]
    if where:
        yield checks.Warning(
            f"django-cors-headers (corsheaders) is in {' and '.join(where)}: the outer of two layers answers the "
            "preflights, and takes off what the inner one set",
            hint=f"remove corsheaders from {' and '.join(where)}, and its settings, CORS_*",
            obj=where[0],
            id="crossorigin.W002",
        )


def refuse_or_warn(ours: type) -> None:
    """For servers, which run no checks. A check that is silenced is silent here too.

    Raises:
        ImproperlyConfigured: the middleware is there twice.
    """
    for problem in problems(ours):
        if problem.id == "crossorigin.E006":
            raise ImproperlyConfigured(str(problem))
        if not problem.is_serious() and not problem.is_silenced():
            _warn_once(str(problem))


def warn_of_rerouting(names: Iterable[str]) -> None:
    """A middleware below ours made a request reach another view. `names` are the attributes that it set."""
    _warn_once(
        f"a middleware below CORSMiddleware set {' and '.join(f'request.{name}' for name in names)}: preflights were "
        "resolved without it, and may have been answered by another view's policy. Put that middleware above "
        "CORSMiddleware in MIDDLEWARE"
    )


def _warn_once(message: str) -> None:
    if message not in _said:
        _said.add(message)
        logger.warning("%s", message)


def _is(entry: str, ours: type) -> bool:
    try:
        middleware = import_string(entry)
    except ImportError:  # Django says so itself, and better
        return False
    return isinstance(middleware, type) and issubclass(middleware, ours)


def _is_corsheaders(entry: str) -> bool:
    return entry.partition(".")[0] == "corsheaders"
