"""What JavaScript values mean to a request: its URL, its method, a form, the options of a client."""

import base64
import re

from crossorigin.browser import URLSearchParams, parse_url
from crossorigin.standard import normalize_method

from ._asked import is_resolved
from ._script import UNDEFINED, Function, Made, Object, Undefined, Unknown, Value, known_text, template

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def url_of(value: Value) -> tuple[str, bool]:
    match value:
        case Made("URL", (path, base, *_)) if (text := known_text(path)) is not None and (root := known_text(base)):
            url = parse_url(text, root)
            return (text, False) if url is None else (url.href, True)
        case Made(_, (inner, *_)):
            return url_of(inner)
        case Made() | Object() | list() | Function() | Undefined():
            return "${…}", False
        case _:
            text = template(value)
            return text, not isinstance(value, Unknown) and is_resolved(text)


def method_of(value: Value) -> str | None:
    if isinstance(value, Undefined):
        return "GET"
    text = known_text(value)
    return None if text is None else normalize_method(text)


def object_at(values: list[Value], at: int) -> Object:
    value = values[at] if len(values) > at else UNDEFINED
    return value if isinstance(value, Object) else Object(open=isinstance(value, Unknown))


def merged(first: Value, second: Value) -> Value:
    if isinstance(first, Object) and isinstance(second, Object):
        return Object(first.fields | second.fields, first.open or second.open)
    return first if isinstance(second, Undefined) else second


def merged_config(defaults: Object, config: Object) -> Object:
    """axios and jQuery merge headers one by one, all else whole."""
    merged = Object(defaults.fields | config.fields, defaults.open or config.open)
    ours, theirs = defaults.get("headers"), config.get("headers")
    if isinstance(ours, Object) and isinstance(theirs, Object):
        merged.fields["headers"] = Object(ours.fields | theirs.fields, ours.open or theirs.open)
    return merged


def unfolded(flat: dict[str, Value]) -> Object:
    """`headers.common.X-A` and `headers.X-A` as one object of headers."""
    fields: dict[str, Value] = {}
    headers: dict[str, Value] = {}
    for name, value in flat.items():
        if name.startswith("headers."):
            headers[name.removeprefix("headers.").removeprefix("common.")] = value
        else:
            fields[name] = value
    return Object(fields | ({"headers": Object(headers)} if headers else {}))


def with_credentials(config: Value) -> bool | None:
    value = config.get("withCredentials") if isinstance(config, Object) else UNDEFINED
    return value if isinstance(value, bool) else None


def with_base(base: Value, target: Value) -> Value:
    """The URL as axios makes it: `baseURL` goes before one that is not absolute."""
    path = template(target)
    if isinstance(base, Undefined | None) or isinstance(target, Undefined) or _ABSOLUTE.match(path):
        return base if isinstance(target, Undefined) else target
    text = f"{template(base).rstrip('/')}/{path.lstrip('/')}" if path else template(base)
    return text if known_text(base) is not None and known_text(target) is not None else Unknown(text)


def with_params(target: Value, params: Value) -> Value:
    encoded = urlencoded((params,), ()) if isinstance(params, Object) and params.fields else ""
    if isinstance(params, str):
        encoded = params
    if not encoded:
        return target
    text = template(target)
    text = f"{text}{'&' if '?' in text else '?'}{encoded}"
    return Unknown(text) if isinstance(target, Unknown) else text


def urlencoded(arguments: tuple[Value, ...], added: tuple[tuple[Value, ...], ...]) -> str:
    """The form that is known in whole, else ""."""
    pairs: list[tuple[Value, Value]] = [(pair[0], pair[1]) for pair in added if len(pair) > 1]
    match arguments[:1]:
        case (Object(fields, False),):
            pairs = [*fields.items(), *pairs]
        case (list() as items,):
            pairs = [*((item[0], item[1]) for item in items if isinstance(item, list) and len(item) == 2), *pairs]
        case (str() as text,):
            return "&".join(filter(None, [text.removeprefix("?"), urlencoded((), added)]))
        case ():
            pass
        case _:
            return ""
    known = [
        (name, value)
        for name, value in ((known_text(a), known_text(b)) for a, b in pairs)
        if name is not None and value is not None
    ]
    return str(URLSearchParams(known)) if len(known) == len(pairs) else ""


def basic(auth: Object) -> str:
    pair = f"{template(auth.get('username'))}:{template(auth.get('password'))}"
    return "Basic " + base64.b64encode(pair.encode()).decode()
