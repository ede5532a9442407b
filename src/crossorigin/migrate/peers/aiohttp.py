"""aiohttp-cors (0.8): its defaults and the options of routes, by origin, and what it makes of them."""

from collections.abc import Collection, Mapping
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


def read_aiohttp(
    default: Config,
    by_method: Mapping[str, Config],
    notes: list[Note],
    *,
    routed: Collection[str] | None = None,
) -> OldPolicy:
    """What one resource permits.

    `default` holds for all of its methods; `by_method` has those that are enabled one by one, each with options that
    come before the default ones. `routed` are the methods that the resource answers, None where that is not known.
    """
    configs = [{**default, **own} for own in by_method.values()] or [dict(default)]
    origins = set.intersection(*map(set, configs))
    options = [_options(config[origin], notes) for config in configs for origin in sorted(origins)]
    sends = {
        origin: {bool(_options(config[origin], [])["allow_credentials"]) for config in configs} for origin in origins
    }
    everyone = bool(sends) and all(each == {True} for each in sends.values())
    # What a list of origins cannot say: all but some of them, or some methods of an origin.
    is_unsaid = not everyone and ({True, False} in sends.values() or sends.get("*") == {True})
    differs = any(set(config) != origins for config in configs) or any(
        _key(each) != _key(options[0]) for each in options
    )
    if differs or is_unsaid:
        notes.append(note("options-differ", NAMES.origins, sorted(origins), fact="origins and methods"))
    enabled = [_options(value, [])["allow_methods"] for value in default.values()]
    any_method = bool(enabled) and all(methods == "*" for methods in enabled)
    listed = [{name.upper() for name in methods or ()} for methods in enabled if methods != "*"]
    methods = sorted({*by_method, *(set.intersection(*listed) if listed else ())})
    if not methods and not any_method and origins:
        notes.append(note("methods-unknown", NAMES.methods, None))
    refused = () if any_method else tuple(each for each in SAFELISTED if each not in methods)
    if routed is not None:
        refused = tuple(each for each in refused if each in routed)
    ages = [each["max_age"] for each in options] or [None]
    return OldPolicy(
        names=NAMES,
        any_origin="*" in origins,
        origins=tuple(sorted(origins - {"*"})) if "*" not in origins else (),
        methods=tuple(methods),
        any_method=any_method,
        refused_methods=refused if methods or any_method else (),
        headers=_common([each["allow_headers"] for each in options]),
        any_header=bool(options) and all(each["allow_headers"] == "*" for each in options),
        whole_lists=(),  # what was asked for, and nothing else
        expose=_common([each["expose_headers"] for each in options]),
        exposes_all=bool(options) and all(each["expose_headers"] == "*" for each in options),
        credentials=everyone,
        credentialed=()
        if everyone
        else tuple(sorted(origin for origin in sends.keys() - {"*"} if sends[origin] == {True})),
        max_age=None if None in ages else min(ages),
    )


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
