"""flask-cors (6.x): the options of `CORS`, of `cross_origin` and of the app's configuration, and what it does."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from crossorigin.migrate._note import Note, note
from crossorigin.migrate._old import OldPolicy, OptionNames
from crossorigin.migrate._paths import PathRule

from ._decorators import cell

NAMES = OptionNames(
    origins="origins",
    methods="methods",
    headers="allow_headers",
    expose="expose_headers",
    credentials="supports_credentials",
    max_age="max_age",
)
DEFAULTS: dict[str, Any] = {
    "origins": "*",
    "methods": ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"],
    "allow_headers": "*",
    "expose_headers": None,
    "supports_credentials": False,
    "max_age": None,
    "send_wildcard": False,
    "automatic_options": True,
    "vary_header": True,
    "resources": r"/*",
    "intercept_exceptions": True,
    "always_send": True,
    "allow_private_network": False,
}
_STAR = " To flask-cors it is a method of that name: list those that your pages use."
_REGEX_SIGNS = frozenset("*\\]?$^[]()")

MOST_WRAPPERS = 50

Item = str | re.Pattern[str]


def read_flask_cors(options: Mapping[str, Any], notes: list[Note]) -> OldPolicy:
    """What these options permit, on the paths that they hold for.

    The options are those that `merged_options` gives.
    """
    notes += [note("option-unknown", name, value) for name, value in options.items() if name not in DEFAULTS]
    options = DEFAULTS | dict(options)
    if options["allow_private_network"]:
        notes.append(note("private-network", "allow_private_network", True))
    if not options["vary_header"]:
        notes.append(note("vary-off", "vary_header", False))
    origins = _items(options["origins"])
    any_origin = ".*" in origins
    written = options["methods"]
    methods = (_joined(written) or "").upper()
    listed_methods = tuple(filter(None, map(str.strip, methods.split(","))))
    if "*" in listed_methods:
        listed_methods = tuple(each for each in listed_methods if each != "*")
        notes.append(note("method-never-matched", "methods", "*", fact=_STAR))
    headers = _items(options["allow_headers"])
    any_header = ".*" in headers or re.compile(".*") in headers
    if not any_header:
        notes += [note("headers-regex", "allow_headers", header) for header in headers if is_regex(header)]
    max_age = options["max_age"]
    # What is false is not sent; a timedelta is text by then.
    max_age = str(int(max_age.total_seconds())) if isinstance(max_age, timedelta) else max_age or None
    listed_headers = tuple(header for header in headers if isinstance(header, str) and not is_regex(header))
    return OldPolicy(
        names=NAMES,
        any_origin=any_origin,
        origins=() if any_origin else tuple(each for each in origins if isinstance(each, str) and not is_regex(each)),
        is_same=_is_same,
        regexes=() if any_origin else tuple((_compiled(each), each) for each in origins if is_regex(each)),
        matching="match",
        methods=listed_methods,
        # A preflight for another method gets no list of headers: those without unusual headers pass all the same.
        refused_methods=tuple(each for each in ("GET", "HEAD", "POST") if each not in methods) if headers else (),
        # Nothing is sent in answer to a preflight if no method is allowed.
        headers=listed_headers if listed_methods else (),
        any_header=any_header and bool(listed_methods),
        whole_lists=("methods",),  # of the headers, those that were asked for
        expose=tuple(filter(None, map(str.strip, (_joined(options["expose_headers"]) or "").split(",")))),
        credentials=bool(options["supports_credentials"]),
        max_age=max_age,
    )


def merged_options(config: Mapping[str, Any], *options: Mapping[str, Any]) -> dict[str, Any]:
    """The options in force: the app's configuration, then each of the mappings over it."""
    merged = {name: config[key] for name in DEFAULTS if config.get(key := f"CORS_{name.upper()}") is not None}
    for each in options:
        merged |= each
    return merged


def resource_rules(resources: Any) -> list[tuple[Item, Mapping[str, Any]]]:
    """The paths with their own options, in the order in which they are tried.

    Raises:
        ValueError: `resources` is none that flask-cors takes.
    """
    if isinstance(resources, Mapping):
        pairs = [(_wildcard(path), options or {}) for path, options in resources.items()]
        return sorted(pairs, key=_specificity)
    if isinstance(resources, str | re.Pattern):
        return [(_wildcard(resources), {})]
    if isinstance(resources, Iterable):
        return [(_wildcard(path), {}) for path in resources]
    raise ValueError(f"resources is a path, a list of paths or a mapping of them to options, not {resources!r}")


def extension_rules(hook: Any, notes: list[Note]) -> list[PathRule]:
    """The resources of a `CORS(...)` that this is the `after_request` function of; none, if it is another's."""
    for _ in range(MOST_WRAPPERS):
        resources = cell(hook, "flask_cors.extension", "resources")
        if resources is not None:
            return [path_rule(path, _read_kept(options, notes)) for path, options in resources]
        hook = getattr(hook, "__wrapped__", None)
    return []


def _read_kept(options: Any, notes: list[Note]) -> OldPolicy:
    """What the extension keeps of its options, read as the options that they were."""
    names = ("methods", "expose_headers", "supports_credentials", "max_age", "allow_private_network", "vary_header")
    kept = {name: getattr(options, name) for name in names}
    return read_flask_cors(
        kept | {"origins": _written(options.origins), "allow_headers": _written(options.allow_headers)}, notes
    )


def _written(items: Any) -> list[Any]:
    """Text for what the extension compiled by itself, so that it is shown as it was written."""
    return [
        item.pattern if isinstance(item, re.Pattern) and item.flags & re.IGNORECASE and is_regex(item.pattern) else item
        for item in items
    ]


def path_rule(path: Item, meaning: object) -> PathRule:
    """The rule of one resource: text without a sign of an expression is the whole path."""
    return PathRule(_compiled(path, 0), meaning, path) if is_regex(path) else PathRule(str(path), meaning)


def _is_same(literal: str, origin: str) -> bool:
    return literal.casefold() == origin.casefold()


def _specificity(pair: tuple[Item, Any]) -> tuple[int, int, int, int]:
    path = pair[0]
    text = path if isinstance(path, str) else path.pattern
    kind = (1, 0) if isinstance(path, re.Pattern) else (1, 1) if is_regex(path) else (0, 0)
    return (*kind, -text.count("/"), -len(text))


def _items(values: Any) -> tuple[Item, ...]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        values = [values]
    return tuple(_wildcard(value) for value in values)


def _wildcard(value: Any) -> Item:
    return ".*" if value == "*" else value if isinstance(value, re.Pattern) else str(value)


def is_regex(item: Item) -> bool:
    return isinstance(item, re.Pattern) or not _REGEX_SIGNS.isdisjoint(item)


def _compiled(item: Item, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return item if isinstance(item, re.Pattern) else re.compile(item, flags)


def _joined(values: Any) -> str | None:
    if values is None or isinstance(values, str):
        return values
    return ", ".join(str(value) for value in sorted(values)) if isinstance(values, Iterable) else str(values)
