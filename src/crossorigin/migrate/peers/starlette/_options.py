"""Starlette's and FastAPI's `CORSMiddleware` (1.x): its arguments, and what it makes of them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from crossorigin.migrate._note import Note, note
from crossorigin.migrate._old import OldPolicy, OptionNames

NAMES = OptionNames(
    origins="allow_origins",
    regexes="allow_origin_regex",
    methods="allow_methods",
    headers="allow_headers",
    expose="expose_headers",
    credentials="allow_credentials",
    max_age="max_age",
)
DEFAULTS: dict[str, Any] = {
    "allow_origins": (),
    "allow_methods": ("GET",),
    "allow_headers": (),
    "allow_credentials": False,
    "allow_origin_regex": None,
    "allow_private_network": False,
    "expose_headers": (),
    "max_age": 600,
}
ALL_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY")
ALWAYS_ALLOWED_HEADERS = ("accept", "accept-language", "content-language", "content-type")


def read_starlette(arguments: Mapping[str, Any], notes: list[Note]) -> OldPolicy:
    """What these arguments permit."""
    notes += [note("option-unknown", name, value) for name, value in arguments.items() if name not in DEFAULTS]
    options = DEFAULTS | {name: value for name, value in arguments.items() if name in DEFAULTS}
    any_origin = "*" in options["allow_origins"]
    methods = options["allow_methods"]
    methods = ALL_METHODS if "*" in methods else _items(methods)
    expose = options["expose_headers"]
    if options["allow_private_network"]:
        notes.append(note("private-network", "allow_private_network", True))
    regex = options["allow_origin_regex"]
    return OldPolicy(
        names=NAMES,
        any_origin=any_origin,
        origins=() if any_origin else _origins(options["allow_origins"], notes),
        regexes=() if regex is None or any_origin else ((re.compile(regex), regex),),
        matching="fullmatch",
        methods=methods,
        refused_methods=tuple(method for method in ("GET", "HEAD", "POST") if method not in methods),
        headers=(*ALWAYS_ALLOWED_HEADERS, *_items(options["allow_headers"])),
        any_header="*" in options["allow_headers"],
        expose=_items(expose),
        credentials=bool(options["allow_credentials"]),
        max_age=options["max_age"],
    )


def arguments_of(middleware: Any) -> dict[str, Any]:
    """The arguments that made a `CORSMiddleware`, out of what it keeps of them."""
    regex = middleware.allow_origin_regex
    simple, preflight = middleware.simple_headers, middleware.preflight_headers
    expose = simple.get("Access-Control-Expose-Headers", "")
    return {
        "allow_origins": middleware.allow_origins,
        "allow_methods": middleware.allow_methods,
        "allow_headers": ["*"] if middleware.allow_all_headers else middleware.allow_headers,
        "allow_credentials": middleware.allow_credentials,
        "allow_origin_regex": None if regex is None else regex.pattern,
        "allow_private_network": getattr(middleware, "allow_private_network", False),
        "expose_headers": [name.strip() for name in expose.split(",") if name.strip()],
        "max_age": preflight.get("Access-Control-Max-Age"),
    }


def _origins(origins: Any, notes: list[Note]) -> tuple[str, ...]:
    if not isinstance(origins, str):
        return _items(origins)
    listed = tuple(origins.replace(",", " ").split())
    if origins:
        notes.append(note("text-for-a-list", "allow_origins", origins, listed, witness=origins[:-1]))
    return listed


def _items(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(value) for value in values))
