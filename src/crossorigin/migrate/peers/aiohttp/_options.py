"""aiohttp-cors (0.8): options by origin, and what it makes of them."""

from collections.abc import Mapping
from typing import Any

from crossorigin.migrate._note import Note, note
from crossorigin.migrate._old import OldPolicy, OptionNames

NAMES = OptionNames(
    origins="defaults",
    methods="allow_methods",
    headers="allow_headers",
    expose="expose_headers",
    credentials="allow_credentials",
    max_age="max_age",
)
DEFAULTS: dict[str, Any] = {
    "allow_credentials": False,
    "expose_headers": (),
    "allow_headers": (),
    "max_age": None,
    "allow_methods": None,
}
SAFELISTED = ("GET", "HEAD", "POST")

Config = Mapping[str, Any]
"""Origin to options: a mapping of them, or an `aiohttp_cors.ResourceOptions`."""


def read_aiohttp(defaults: Config, notes: list[Note]) -> OldPolicy:
    """What the defaults permit for themselves, where no routes are known: the methods that they list."""
    enabled = [_options(value, [])["allow_methods"] for value in defaults.values()]
    any_method = bool(enabled) and all(methods == "*" for methods in enabled)
    listed = [{name.upper() for name in methods or ()} for methods in enabled if methods != "*"]
    methods = tuple(sorted(set.intersection(*listed))) if listed else ()
    if defaults and not methods and not any_method:
        notes.append(note("methods-unknown", NAMES.methods, None))
    refused = tuple(each for each in SAFELISTED if each not in methods) if methods else ()
    return read_config(defaults, methods, notes, any_method=any_method, refused=refused)


def read_config(
    config: Config,
    methods: tuple[str, ...],
    notes: list[Note],
    *,
    any_method: bool = False,
    refused: tuple[str, ...] = (),
) -> OldPolicy:
    """What these options, by origin, permit for these methods."""
    origins = sorted(config)
    options = [_options(config[origin], notes) for origin in origins]
    credentialed = [origin for origin, each in zip(origins, options, strict=True) if each["allow_credentials"]]
    everyone = bool(origins) and credentialed == origins
    # What a list of origins cannot say: all but some of them.
    is_unsaid = not everyone and "*" in credentialed
    if is_unsaid or any(_key(each) != _key(options[0]) for each in options):
        notes.append(note("options-differ", NAMES.origins, origins, fact="origins and methods"))
    ages = [each["max_age"] for each in options] or [None]
    return OldPolicy(
        names=NAMES,
        any_origin="*" in config,
        origins=() if "*" in config else tuple(origins),
        methods=methods,
        any_method=any_method,
        refused_methods=refused,
        headers=_common([each["allow_headers"] for each in options]),
        any_header=bool(options) and all(each["allow_headers"] == "*" for each in options),
        whole_lists=(),  # what was asked for, and nothing else
        expose=_common([each["expose_headers"] for each in options]),
        exposes_all=bool(options) and all(each["expose_headers"] == "*" for each in options),
        credentials=everyone,
        credentialed=() if everyone else tuple(origin for origin in credentialed if origin != "*"),
        max_age=None if None in ages else min(ages),
    )


def allowed_methods(options: Any) -> Any:
    """`allow_methods` of an origin: names, `"*"` or None."""
    return _options(options, [])["allow_methods"]


def _options(value: Any, notes: list[Note]) -> dict[str, Any]:
    if not isinstance(value, Mapping):  # a ResourceOptions has them as attributes
        return {name: getattr(value, name, default) for name, default in DEFAULTS.items()}
    notes += [note("option-unknown", name, given) for name, given in value.items() if name not in DEFAULTS]
    return DEFAULTS | {name: given for name, given in value.items() if name in DEFAULTS}


def _key(options: Mapping[str, Any]) -> tuple[object, ...]:
    """What two sets of options have in common that permit the same, credentials apart."""
    return (
        options["max_age"],
        *(_names(options[name]) for name in ("allow_headers", "expose_headers")),
    )


def _names(listed: Any) -> frozenset[str]:
    return frozenset(name.lower() for name in listed)


def _common(lists: list[Any]) -> tuple[str, ...]:
    """The names that all of the lists have; `*` has all."""
    finite = [_names(listed) for listed in lists if listed != "*"]
    return tuple(sorted(frozenset.intersection(*finite))) if finite else ()
