"""From the options of each peer to a migration."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ._bound import Bound
from ._migration import Migration, migration
from ._note import Note, note
from ._old import OldPolicy
from ._paths import PathRule, prefixes
from ._routes import RouteRule, language_of_path, route_prefixes
from ._templates import AIOHTTP, DJANGO, EXPRESS, FLASK, STARLETTE, Peer
from ._translate import translations
from .peers.aiohttp import Config, read_aiohttp, read_config
from .peers.django import EVERY_PATH, decides, middleware_of, read_django, settings_of
from .peers.express import read_express
from .peers.flask_cors import merged_options, path_rule, read_flask_cors, resource_rules
from .peers.starlette import read_starlette


def from_starlette(**arguments: Any) -> Migration:
    """The migration of Starlette's or FastAPI's `CORSMiddleware` with these arguments.

    >>> migration = from_starlette(allow_origins=["https://app.example.com"], allow_methods=["*"])
    >>> migration.policies.allow_methods
    ('DELETE', 'OPTIONS', 'PATCH', 'PUT', 'QUERY')
    """
    notes: list[Note] = []
    return whole(STARLETTE, read_starlette(arguments, notes), notes)


def from_flask_cors(config: Mapping[str, Any] | None = None, /, **options: Any) -> Migration:
    """The migration of flask-cors: the options of `CORS(app, ...)` or of `@cross_origin(...)`.

    `config` is the app's configuration, whose CORS_* keys hold where an option is not given.

    >>> migration = from_flask_cors(resources={r"/api/*": {"origins": "https://app.example.com"}})
    >>> list(migration.policies.policies), [note.code for note in migration.notes]
    (['/api/'], ['path-narrower'])

    Raises:
        ValueError: an option is none that flask-cors takes.
        re.error: an expression is none.
    """
    config = config or {}
    merged = merged_options(config, options)
    notes: list[Note] = []
    rules = []
    for path, own in resource_rules(merged.get("resources", "/*")):
        rules.append(path_rule(path, read_flask_cors(merged_options(config, options, own), notes)))
    return by_path(FLASK, rules, "resources", notes)


def from_django_cors_headers(settings: Any) -> Migration:
    """The migration of django-cors-headers: a mapping, a module or an object with the CORS_* settings.

    MIDDLEWARE is read too, if it is there. The settings do not tell of receivers of `check_request_enabled`, nor of
    subclasses that are not imported yet: `from_app` does.

    >>> migration = from_django_cors_headers({"CORS_ALLOWED_ORIGINS": ["https://app.example.com"]})
    >>> migration.policies.allow_methods
    ('DELETE', 'OPTIONS', 'PATCH', 'PUT')

    Raises:
        re.error: an expression is none.
    """
    return of_django(settings, [])


def of_django(settings: Any, notes: list[Note]) -> Migration:
    """The migration of these settings, beside what else is noted."""
    middleware = middleware_of(settings)
    if middleware is not None and not decides(middleware, settings, notes):
        return whole(DJANGO, None, notes)
    own = settings_of(settings)
    regex = own.get("CORS_URLS_REGEX", EVERY_PATH)
    rule = PathRule(re.compile(regex), read_django(own, notes), regex)
    return by_path(DJANGO, [rule], "CORS_URLS_REGEX", notes)


def from_aiohttp_cors(
    defaults: Config | None = None, routes: Mapping[str, Mapping[str, Config]] | None = None
) -> Migration:
    """The migration of aiohttp-cors: the defaults of `setup(app, defaults=...)`, and the options of routes.

    `routes` are all that the app has: the path of each, as aiohttp takes it, to its methods, and these to what
    `cors.add(route, ...)` was given. Without them, the defaults are taken for the whole app, and a note says so.

    >>> migration = from_aiohttp_cors({"https://app.example.com": {"allow_credentials": True, "allow_methods": "*"}})
    >>> migration.policies
    Policy(allow_origins=['https://app.example.com'], allow_methods='*', allow_credentials=True)
    """
    notes: list[Note] = []
    if routes is None:
        notes.append(note("app-unread", "routes"))
        return whole(AIOHTTP, read_aiohttp(defaults or {}, notes), notes)
    rules = []
    for path, by_method in routes.items():
        # The first route that is added gives its resource the options that hold for all of its methods.
        of_resource = {**(defaults or {}), **next(iter(by_method.values()), {})}
        language = language_of_path(path)
        for method, own in by_method.items():
            old = read_config({**of_resource, **own}, (method,), notes)
            rules.append(RouteRule(path, old, frozenset({method}), language))
    return by_route(AIOHTTP, rules, notes)


def from_express(options: Mapping[str, Any] | None = None) -> Migration:
    """The migration of the `cors` package of Express: its options, as JSON has them.

    A regular expression is written `{"regex": "...", "flags": "i"}`, or `"/.../i"`. The app is not read, and JSON holds
    no functions: notes say what to look at.

    >>> migration = from_express({"origin": "https://app.example.com", "methods": "GET,PUT", "maxAge": 600})
    >>> print(migration.to_toml(), end="")
    allow_origins = ["https://app.example.com"]
    allow_methods = ["PUT"]
    allow_headers = ["*", "authorization"]
    max_age = 600

    Raises:
        ValueError: an expression is none.
    """
    notes = [note("app-unread", "cors")]
    return whole(EXPRESS, read_express(options or {}, notes), notes)


def whole(peer: Peer, old: OldPolicy | None, notes: list[Note]) -> Migration:
    """The migration of one set of options that holds for the whole app."""
    return migration(peer, {"/": translations([old], notes)[old]}, notes)


def only_bound(peer: Peer, bound: Sequence[Bound], notes: list[Note]) -> Migration:
    """The migration of options that parts of an app have, and nothing else of it. One that allows nobody needs none."""
    new = translations([each.old for each in bound], notes)
    lines = [(before, after, new[old]) for before, after, old in bound if new[old].state != "off"]
    return migration(peer, {}, notes, bound=lines)


def by_path(
    peer: Peer, rules: list[PathRule], option: str, notes: list[Note], bound: Sequence[Bound] = ()
) -> Migration:
    """The migration of options by expressions over paths, beside those of single routes."""
    found, lost = prefixes(rules, option=option, notes=notes)
    new = translations([*found.values(), *lost, *(each.old for each in bound)], notes)
    return migration(
        peer,
        {prefix: new[old] for prefix, old in found.items()},
        notes,
        unplaced=[new[old] for old in dict.fromkeys(lost)],
        bound=[(before, after, new[old]) for before, after, old in bound],
    )


def by_route(peer: Peer, rules: list[RouteRule], notes: list[Note]) -> Migration:
    """The migration of options by route."""
    found = route_prefixes(rules, notes=notes)
    new = translations(found.values(), notes)
    return migration(peer, {prefix: new[old] for prefix, old in found.items()}, notes)
