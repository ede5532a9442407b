"""The field lines that let a page read, and the policy that sends them: this origin, this method, no more."""

from crossorigin.policy import Policy, PolicyError
from crossorigin.standard import is_cors_safelisted_method, normalize_method

from .._shown import visible
from ._facts import Facts
from ._who_answered import may_be_python


def field_lines(facts: Facts, origin: str | None = None, *, actual: bool = False) -> tuple[str, ...]:
    """The very field lines to send: on the response that failed, or (`actual`) on the one behind a preflight."""
    lines = [f"Access-Control-Allow-Origin: {visible(origin or facts.origin)}"]
    if facts.include:
        lines.append("Access-Control-Allow-Credentials: true")
    if facts.preflight and not actual:
        methods = _methods(facts)
        if methods:
            lines.append(f"Access-Control-Allow-Methods: {', '.join(methods)}")
        headers = _headers(facts)
        if headers:
            lines.append(f"Access-Control-Allow-Headers: {', '.join(headers)}")
    lines.append("Vary: Origin")
    return tuple(lines)


def _methods(facts: Facts) -> list[str]:
    """What is allowed already, by name, and what is missing."""
    method = visible(facts.method, 40)
    # A name in another case than the one asked for was surely meant for it.
    listed = [visible(name, 40) for name in facts.allowed_methods[:20] if name != "*"]
    listed = [name for name in listed if name == method or name.upper() != method.upper()]
    return listed if is_cors_safelisted_method(facts.method) or method in listed else [*listed, method]


def _headers(facts: Facts) -> list[str]:
    listed = [visible(name.lower(), 60) for name in facts.allowed_headers[:20] if name != "*"]
    asked = [visible(name.lower(), 60) for name in facts.requested_headers[:40]]
    return list(dict.fromkeys([*listed, *asked]))


def policy_code(facts: Facts, origin: str | None = None) -> str:
    """The crossorigin policy that sends those lines, empty where the server is no Python or the library refuses it."""
    if not may_be_python(facts):
        return ""
    arguments: dict[str, object] = {"allow_origins": [origin or facts.origin]}
    methods = _methods(facts) if facts.preflight else [normalize_method(facts.method)]
    methods = [method for method in methods if not is_cors_safelisted_method(method)]
    if methods:
        arguments["allow_methods"] = methods
    headers = _headers(facts) if facts.preflight else [name.lower() for name in _headers_asked_before(facts)]
    if headers:
        arguments["allow_headers"] = headers
    if facts.include:
        arguments["allow_credentials"] = True
    try:
        Policy(**arguments)  # type: ignore[arg-type]  # built by name just above
    except PolicyError:
        return ""
    lines = "".join(f"    {name}={_literal(value)},\n" for name, value in arguments.items())
    return f"Policy(\n{lines})"


def _literal(value: object) -> str:
    return "[" + ", ".join(f'"{item}"' for item in value) + "]" if isinstance(value, list) else repr(value)


def _headers_asked_before(facts: Facts) -> tuple[str, ...]:
    """What the preflight of this request asked for, so that the policy covers both."""
    for exchange in facts.verdict.exchanges:
        if exchange.send.purpose == "preflight" and exchange.send.url.partition("#")[0] == facts.url:
            asked = exchange.send.headers.get(b"access-control-request-headers")
            return tuple(asked.decode("latin-1").split(",")) if asked else ()
    return ()
