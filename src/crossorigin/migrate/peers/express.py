"""The `cors` package of Express (2.8): its options as JSON, and what it makes of them."""

import re
from collections.abc import Mapping
from typing import Any

from crossorigin.migrate._note import Note, note
from crossorigin.migrate._old import OldPolicy, OptionNames

NAMES = OptionNames(
    origins="origin",
    methods="methods",
    headers="allowedHeaders",
    expose="exposedHeaders",
    credentials="credentials",
    max_age="maxAge",
)
DEFAULTS: dict[str, Any] = {
    "origin": "*",
    "methods": "GET,HEAD,PUT,PATCH,POST,DELETE",
    "preflightContinue": False,
    "optionsSuccessStatus": 204,
}
KNOWN = {*DEFAULTS, "allowedHeaders", "headers", "exposedHeaders", "credentials", "maxAge"}


def read_express(options: Mapping[str, Any], notes: list[Note]) -> OldPolicy | None:
    """What these options permit; None where they switch the middleware off.

    JSON has no regular expressions: they are written `{"regex": "...", "flags": "i"}`, or as text, `"/.../i"`.

    Raises:
        ValueError: an expression is none, or an origin is something else than an origin.
    """
    notes += [note("option-unknown", name, value) for name, value in options.items() if name not in KNOWN]
    if "origin" not in options:
        notes.append(note("origin-unset", "origin", becomes="*"))
    options = DEFAULTS | dict(options)
    origin = options["origin"]
    if not _is_true(origin):
        notes.append(note("cors-off", "origin", origin))
        return None
    if options["preflightContinue"]:
        notes.append(note("preflight-continue", "preflightContinue", True))
    items = [] if origin == "*" else list(_items(origin if isinstance(origin, list) else [origin]))
    if None in items:
        notes.append(note("origin-unread", "origin", None))
    any_origin = origin == "*" or True in items
    headers = next((value for name in ("allowedHeaders", "headers") if _is_true(value := options.get(name))), None)
    return OldPolicy(
        names=NAMES,
        any_origin=any_origin,
        origins=() if any_origin else tuple(item for item in items if isinstance(item, str)),
        regexes=() if any_origin else tuple((item, _shown(item)) for item in items if isinstance(item, re.Pattern)),
        matching="search",
        methods=_list(options["methods"]),
        headers=_list(headers),
        any_header=headers is None,
        expose=_list(options.get("exposedHeaders")),
        credentials=options.get("credentials") is True,
        max_age=_max_age(options.get("maxAge")),
        preflight_status=int(options["optionsSuccessStatus"]),
    )


def _items(origins: list[Any]) -> Any:
    """The origins: text, an expression, True for each and all, or None for what JSON cannot say."""
    for origin in origins:
        if isinstance(origin, list):
            yield from _items(origin)
        elif isinstance(origin, str):
            regex = re.fullmatch(r"/(.+)/([a-z]*)", origin, re.DOTALL)
            yield _compiled(*regex.groups()) if regex else origin
        elif isinstance(origin, Mapping):
            if not set(origin) <= {"regex", "flags"} or not isinstance(origin.get("regex"), str):
                raise ValueError(f'origin: an expression is written {{"regex": "...", "flags": "i"}}, not {origin!r}')
            yield _compiled(origin["regex"], str(origin.get("flags", "")))
        elif origin:
            yield True
        elif origin is None:
            yield None


def _compiled(source: str, flags: str) -> re.Pattern[str]:
    """JavaScript's expression as Python writes it."""
    source = re.sub(r"\(\?<(?![=!])", "(?P<", source)
    # `$` is the end and nothing before it; no origin has a line end, so the two languages agree on the rest.
    try:
        return re.compile(source, re.IGNORECASE if "i" in flags else 0)
    except re.error as error:
        raise ValueError(f"origin: {source!r} is no regular expression that is understood here: {error}") from None


def _shown(pattern: re.Pattern[str]) -> str:
    return f"/{pattern.pattern}/{'i' if pattern.flags & re.IGNORECASE else ''}"


def _list(value: Any) -> tuple[str, ...]:
    """A list, or text with commas, as a browser reads it off the wire."""
    joined = value if isinstance(value, str) else ",".join(map(str, value or ()))
    return tuple(filter(None, map(str.strip, joined.split(","))))


def _max_age(value: Any) -> Any:
    """0 is sent; what else JavaScript takes for false is not."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number or _is_true(value) else None


def _is_true(value: object) -> bool:
    """As JavaScript has it: an empty list is something."""
    return bool(value) or isinstance(value, list | dict)
