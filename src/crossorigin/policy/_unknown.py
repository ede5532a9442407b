"""Names that are not fields of a policy: fields under another package's name, options that no policy has, and typos."""

from collections.abc import Collection, Mapping
from itertools import chain
from typing import Any, NamedTuple

from ._errors import written_values
from ._origins import if_accepted
from ._regexes import patterns_of_regex

RENAMED = {
    "allow_origins": (
        "origin", "origins", "allow_origin", "allowed_origin", "allowed_origins", "origin_whitelist", "whitelist",
        "origin_allowlist", "allowlist", "allowed_domains", "allow_origin_patterns", "allowed_origin_patterns",
        "allow_origin_func", "allow_origins_func",
    ),
    "allow_methods": ("method", "methods", "allow_method", "allowed_method", "allowed_methods"),
    "allow_headers": ("header", "headers", "allow_header", "allowed_header", "allowed_headers", "request_headers"),
    "expose_headers": ("expose", "expose_header", "exposed_header", "exposed_headers", "response_headers"),
    "allow_credentials": (
        "credentials", "allow_credential", "allowed_credentials", "supports_credentials", "with_credentials",
        "allow_cookies", "with_cookies",
    ),
    "max_age": ("maxage", "max_age_seconds", "preflight_max_age"),
    "preflight_status": ("options_success_status", "preflight_status_code"),
}  # fmt: skip
"""What other packages call the fields."""

NO_REGEX = (
    "{}: regular expressions are not supported, because hostile input makes them slow and a missing anchor lets "
    "strangers in"
)
NO_ALLOW_ALL = "there is no such switch: list the origins of your pages in allow_origins"
IN_MIDDLEWARE = "this is an argument of the middleware, not of the policy: pass it there, as in CORS(app, policy, {}=…)"
BY_PATH = (
    "a policy has no paths: bind it to routes with cors(policy), or declare a PolicyMap, which from_toml reads too"
)
NEEDLESS = "remove it: "

EXPLAINED: dict[tuple[str, ...], str] = {
    (
        "allow_all", "allow_all_origins", "allow_any", "allow_any_origin", "origin_allow_all", "origins_allow_all",
    ): NO_ALLOW_ALL,
    (
        "allow_origin_regex", "allow_origin_regexes", "allow_origins_regex", "allowed_origin_regex",
        "allowed_origin_regexes", "origin_regex", "origin_regexes", "origin_regex_whitelist",
    ): NO_REGEX,
    (
        "allow_private_network", "allow_private_networks", "private_network", "private_network_access",
        "allow_local_network",
    ): (
        f"{NEEDLESS}browsers gave up the Private Network Access preflight, and now ask the user instead "
        "(Local Network Access)"
    ),
    ("resources", "urls_regex", "paths", "path", "url", "urls"): BY_PATH,
    ("always_send", "send_wildcard"): f"{NEEDLESS}what is sent follows from allow_origins",
    ("vary", "vary_header"): f"{NEEDLESS}Vary is set where the response depends on the request",
    ("automatic_options", "intercept_exceptions", "preflight_continue"): (
        f"{NEEDLESS}preflights are answered, and errors carry the headers, without it"
    ),
    ("guard_websockets",): (
        "pass it to a middleware that sees WebSockets, such as "
        "crossorigin.middleware.asgi.CORSMiddleware(app, policy, guard_websockets=True)"
    ),
    **{(name,): IN_MIDDLEWARE.format(name) for name in ("debug", "on_decision", "own_origins")},
}  # fmt: skip
"""What no policy has: why not, and what to do instead."""

OTHER_NAMES = {other: ours for ours, others in RENAMED.items() for other in others} | {
    other: "" for others in EXPLAINED for other in others
}
WORDS = {name: words for names, words in EXPLAINED.items() for name in names}


class Unknown(NamedTuple):
    """What is said of one name. `field` is the field that it stands for; None where nobody knows what it stands for."""

    hint: str
    field: str | None = ""


def about(name: object, given: Mapping[Any, object], fields: Collection[str], more: Collection[str] = ()) -> Unknown:
    """What to do about a name that is not among `fields`.

    Args:
        given: all that was given, by name.
        more: further names that could have been meant.

    >>> about("allow_orgins", {}, ["allow_origins", "max_age"])
    Unknown(hint='did you mean allow_origins?', field='allow_origins')
    """
    from difflib import get_close_matches

    known = _normalized(str(name))
    close = [known] if known in OTHER_NAMES else get_close_matches(known, (*fields, *more), n=1, cutoff=0.75)
    close = close or get_close_matches(known, OTHER_NAMES, n=1, cutoff=0.87)  # of foreign names we know less
    if not close:
        return Unknown(f"the fields are {', '.join(fields)}", None)
    meant = close[0]
    if meant in fields or (meant in more and meant != name):
        return Unknown(f"did you mean {meant}?", meant)
    if ours := OTHER_NAMES[meant]:
        return Unknown(f"write {ours} instead", ours)
    words = WORDS[meant]
    if words is NO_REGEX:
        return Unknown(words.format(_instead_of_regex(given.get(name), given)), "allow_origins")
    if words is NO_ALLOW_ALL and given.get(name) is not False:
        return Unknown(words, "allow_origins")
    return Unknown(words if words is not NO_ALLOW_ALL else f"{NEEDLESS}only the origins in allow_origins are allowed")


def unknown_keywords(
    taker: str, given: Mapping[str, object], fields: Collection[str], more: Collection[str] = ()
) -> TypeError:
    """The error for keywords of which `taker` does not take at least one.

    >>> unknown_keywords("Policy", {"allow_orgins": []}, ["allow_origins"])
    TypeError("Policy() got an unexpected keyword argument 'allow_orgins': did you mean allow_origins?")
    """
    hints = {name: about(name, given, fields, more).hint for name in given if name not in fields}
    if len(hints) == 1:
        ((name, hint),) = hints.items()
        return TypeError(f"{taker}() got an unexpected keyword argument {name!r}: {hint}")
    lines = "".join(f"\n  {name}: {hint}" for name, hint in hints.items())
    return TypeError(f"{taker}() got unexpected keyword arguments:{lines}")


def _normalized(name: str) -> str:
    """In the letters of our names: `corsAllowedOrigins` and `Access-Control-Allow-Origin` too.

    >>> _normalized("corsAllowedOrigins"), _normalized("Access-Control-Allow-Origin")
    ('allowed_origins', 'allow_origin')
    """
    pieces = [
        f"_{letter}" if letter.isupper() and before.islower() else letter
        for before, letter in zip(f"_{name}", name, strict=False)
    ]
    return "".join(pieces).lower().replace("-", "_").removeprefix("cors_").removeprefix("access_control_")


def _instead_of_regex(value: object, given: Mapping[Any, object]) -> str:
    sources = value if isinstance(value, list | tuple) else [value]
    texts = [getattr(source, "pattern", source) for source in sources]
    patterns = [patterns_of_regex(text) if isinstance(text, str) else () for text in texts]
    written = if_accepted(tuple(chain(*patterns)), credentials=bool(given.get("allow_credentials")))
    if written is None or not all(patterns):
        return "list patterns in allow_origins, such as 'https://*.example.com', or a predicate"
    return f"add {written_values(written)} to allow_origins"
