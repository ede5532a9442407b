"""django-cors-headers (4.x): its settings, what it makes of them, and what stands around it in MIDDLEWARE."""

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from crossorigin.migrate._by_hand import by_hand
from crossorigin.migrate._layers import is_of
from crossorigin.migrate._note import Note, note
from crossorigin.migrate._old import OldPolicy, OptionNames

DEFAULT_HEADERS = ("accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with")
DEFAULT_METHODS = ("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT")
ALIASES = {
    "CORS_ALLOW_ALL_ORIGINS": "CORS_ORIGIN_ALLOW_ALL",
    "CORS_ALLOWED_ORIGINS": "CORS_ORIGIN_WHITELIST",
    "CORS_ALLOWED_ORIGIN_REGEXES": "CORS_ORIGIN_REGEX_WHITELIST",
}
KNOWN = {
    *ALIASES,
    *ALIASES.values(),
    "CORS_ALLOW_HEADERS",
    "CORS_ALLOW_METHODS",
    "CORS_ALLOW_CREDENTIALS",
    "CORS_ALLOW_PRIVATE_NETWORK",
    "CORS_PREFLIGHT_MAX_AGE",
    "CORS_EXPOSE_HEADERS",
    "CORS_URLS_REGEX",
}
EVERY_PATH = r"^.*$"

_DECIDING = (
    *("__init__", "__call__", "__acall__", "process_request", "process_view", "process_response", "process_exception"),
    *("process_template_response", "check_preflight", "add_response_headers", "is_enabled", "check_signal"),
    *("origin_found_in_white_lists", "regex_domain_match", "_url_in_whitelist"),
)
_ANSWER_NOTHING = {
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.gzip.GZipMiddleware",
}
"""Middleware that only passes on what the app answers."""


def settings_of(settings: Any) -> dict[str, Any]:
    """The CORS_* settings of a mapping, a module or Django's own object."""
    if isinstance(settings, Mapping):
        return {name: value for name, value in settings.items() if isinstance(name, str) and name.startswith("CORS_")}
    return {name: getattr(settings, name) for name in dir(settings) if name.startswith("CORS_")}


def middleware_of(settings: Any) -> tuple[str, ...] | None:
    """MIDDLEWARE, if it is among the settings."""
    found = _setting(settings, "MIDDLEWARE")
    return None if found is None else tuple(found)


def is_in(middleware: Sequence[str]) -> bool:
    """Whether `CorsMiddleware` is in MIDDLEWARE, or a subclass of it that is loaded."""
    return any(map(_is_cors, middleware))


def decides(middleware: Sequence[str], settings: Any, notes: list[Note]) -> bool:
    """Whether `CorsMiddleware` decides, by nothing but its settings. What stands outside of it becomes a note."""
    listed = [*map(_is_cors, middleware)]
    if True not in listed:
        notes.append(note("middleware-missing", "MIDDLEWARE", middleware))
        return False
    redirects = _setting(settings, "SECURE_SSL_REDIRECT")
    passing = _ANSWER_NOTHING | (set() if redirects else {"django.middleware.security.SecurityMiddleware"})
    outside = [name for name in middleware[: listed.index(True)] if name not in passing]
    if outside:
        notes.append(note("answers-first", "MIDDLEWARE", outside, fact="Middleware before CorsMiddleware"))
    names = by_hand(kind for name in middleware if not _is_cors(name) and (kind := _loaded(name)) is not None)
    if names:
        notes.append(note("by-hand", "MIDDLEWARE", names))
    overridden = {name: own for name in middleware if _is_cors(name) and (own := _overridden(_loaded(name)))}
    notes += [note("overridden", name, own) for name, own in overridden.items()]
    return not overridden


def _setting(settings: Any, name: str) -> Any:
    return settings.get(name) if isinstance(settings, Mapping) else getattr(settings, name, None)


def _is_cors(name: str) -> bool:
    is_own = name.startswith("corsheaders.middleware.")
    return is_own or is_of(_loaded(name), "corsheaders.middleware", "CorsMiddleware")


def _loaded(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return getattr(sys.modules.get(module), attribute, None)


def _overridden(kind: Any) -> tuple[str, ...]:
    """What a subclass does itself of what decides, if it is loaded."""
    own = next((each for each in getattr(kind, "__mro__", ()) if each.__module__ == "corsheaders.middleware"), None)
    return (
        ()
        if own is None
        else tuple(name for name in _DECIDING if getattr(kind, name, None) is not getattr(own, name, None))
    )


def read_django(settings: Mapping[str, Any], notes: list[Note]) -> OldPolicy:
    """What these settings permit, on the paths of CORS_URLS_REGEX."""
    notes += [note("option-unknown", name, value) for name, value in settings.items() if name not in KNOWN]
    names = OptionNames(
        origins=_name("CORS_ALLOWED_ORIGINS", settings),
        regexes=_name("CORS_ALLOWED_ORIGIN_REGEXES", settings),
        methods="CORS_ALLOW_METHODS",
        headers="CORS_ALLOW_HEADERS",
        expose="CORS_EXPOSE_HEADERS",
        credentials="CORS_ALLOW_CREDENTIALS",
        max_age="CORS_PREFLIGHT_MAX_AGE",
    )
    any_origin = bool(settings.get(_name("CORS_ALLOW_ALL_ORIGINS", settings), False))
    if settings.get("CORS_ALLOW_PRIVATE_NETWORK"):
        notes.append(note("private-network", "CORS_ALLOW_PRIVATE_NETWORK", True))
    origins = settings.get(names.origins, ())
    regexes = settings.get(names.regexes, ())
    return OldPolicy(
        names=names,
        any_origin=any_origin,
        origins=() if any_origin else tuple(map(str, origins)),
        is_same=_is_same,
        regexes=() if any_origin else tuple((re.compile(regex), regex) for regex in regexes),
        matching="match",
        methods=_sent(settings.get("CORS_ALLOW_METHODS", DEFAULT_METHODS)),
        headers=_sent(settings.get("CORS_ALLOW_HEADERS", DEFAULT_HEADERS)),
        expose=_sent(settings.get("CORS_EXPOSE_HEADERS", ())),
        credentials=bool(settings.get("CORS_ALLOW_CREDENTIALS", False)),
        max_age=settings.get("CORS_PREFLIGHT_MAX_AGE", 86400) or None,  # 0 is not sent
    )


def _name(name: str, settings: Mapping[str, Any]) -> str:
    """The name that is in use: the old one counts where the new one is not set."""
    alias = ALIASES[name]
    return alias if name not in settings and alias in settings else name


def _is_same(literal: str, origin: str) -> bool:
    """It compares what `urlsplit` makes of them: a path, or no scheme and no host at all, are no difference to it."""
    if literal == origin == "null":
        return True
    try:
        one, other = urlsplit(literal), urlsplit(origin)
    except ValueError:
        return False
    return (one.scheme, one.netloc) == (other.scheme, other.netloc)


def _sent(values: Iterable[object]) -> tuple[str, ...]:
    """The items as a browser reads them off the wire, where they are joined."""
    return tuple(filter(None, (item.strip() for item in ", ".join(map(str, values)).split(","))))
