"""What a server has to change, and no more: the header lines that failed, and the policy that sends what it should.

What passed stays as it is: a wildcard that lets the page read is not narrowed, a listed method is not dropped.
"""

from crossorigin.policy import Policy, PolicyError
from crossorigin.standard import is_cors_safelisted_method, normalize_method

from .._fix import Fix
from .._shown import visible
from ._facts import Facts
from ._who_answered import may_be_python

LISTED = 40


def header_lines(facts: Facts, *, origin: str = "", actual: bool = False) -> tuple[str, ...]:
    """The header lines that the response needs and does not have.

    Of the response that failed; `actual` for the one behind a preflight, which nobody has seen, so that it needs all.
    `origin` is the one to allow where it is not the one that was sent.
    """
    wanted = origin or facts.origin
    unseen = actual or bool(origin)
    lines: list[str] = []
    named = unseen or not facts.origin_allowed
    if named:
        lines.append(f"Access-Control-Allow-Origin: {visible(wanted)}")
    if facts.include and (unseen or not facts.credentials_allowed):
        lines.append("Access-Control-Allow-Credentials: true")
    if facts.preflight and not actual:
        if facts.method_missing or facts.bad_member(b"access-control-allow-methods") is not None:
            lines.append(f"Access-Control-Allow-Methods: {', '.join(_methods(facts))}")
        if facts.missing_headers or facts.bad_member(b"access-control-allow-headers") is not None:
            lines.append(f"Access-Control-Allow-Headers: {', '.join(_headers(facts))}")
    if named:
        lines.append("Vary: Origin")
    return tuple(lines)


def _methods(facts: Facts) -> list[str]:
    """What is allowed already, by name, and what is missing."""
    listed = _kept(facts, facts.allowed_methods, 40)
    method = visible(facts.method, 40)
    return listed if is_cors_safelisted_method(facts.method) or method in listed else [*listed, method]


def _headers(facts: Facts) -> list[str]:
    listed = [name.lower() for name in _kept(facts, facts.allowed_headers, 60)]
    asked = [
        visible(name.lower(), 60)
        for name in facts.requested_headers[:LISTED]
        if name not in facts.response_names and ("*" not in listed or name.lower() == "authorization")
    ]
    return list(dict.fromkeys([*listed, *asked]))


def _kept(facts: Facts, names: tuple[str, ...], limit: int) -> list[str]:
    # With credentials the wildcard is only a name, and one that nothing has.
    return [visible(name, limit) for name in names[:LISTED] if name != "*" or not facts.include]


def policy_fix(facts: Facts, origin: str = "") -> tuple[Fix, ...]:
    """The same as a crossorigin policy; none where the server is not Python or the library refuses such a policy."""
    code = _policy_code(facts, origin)
    return (
        (Fix(text="With crossorigin on the server:", where="policy", product="crossorigin", code=code),) if code else ()
    )


def _policy_code(facts: Facts, origin: str) -> str:
    if not may_be_python(facts):
        return ""
    public = facts.acao == "*" and facts.origin_allowed and not origin
    arguments: dict[str, object] = {"allow_origins": "*" if public else [origin or facts.origin]}
    methods = _methods(facts) if facts.preflight else [normalize_method(facts.method)]
    methods = [method for method in methods if not is_cors_safelisted_method(method)]
    if methods:
        arguments["allow_methods"] = methods
    headers = _headers(facts) if facts.preflight else [name.lower() for name in _headers_asked_before(facts)]
    if headers:
        arguments["allow_headers"] = headers
    if facts.include or (facts.field(b"access-control-allow-credentials") == "true" and not public):
        arguments["allow_credentials"] = True
    exposed = [visible(name, 60) for name in facts.exposed_headers[:LISTED] if name != "*"]
    if exposed:
        arguments["expose_headers"] = exposed
    age = facts.field(b"access-control-max-age") or ""
    if facts.preflight and age.isascii() and age.isdigit() and len(age) < 6:
        arguments["max_age"] = int(age)
    try:
        Policy(**arguments)  # type: ignore[arg-type]  # built by name just above
    except PolicyError:
        return ""
    lines = "".join(f"    {name}={_literal(value)},\n" for name, value in arguments.items())
    return f"Policy(\n{lines})"


def _literal(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _headers_asked_before(facts: Facts) -> tuple[str, ...]:
    """What the preflight of this request asked for, so that the policy covers both."""
    for exchange in facts.verdict.exchanges:
        if exchange.send.purpose == "preflight" and exchange.send.url.partition("#")[0] == facts.url:
            asked = exchange.send.headers.get(b"access-control-request-headers")
            return tuple(asked.decode("latin-1").split(",")) if asked else ()
    return ()
