"""Policies and requests for property tests: valid policies of every shape, and requests near and far from them."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from crossorigin.policy import Policy, dangerously

EXACT = [
    "https://example.com",
    "https://app.example.com",
    "https://a.b.example.com:8443",
    "https://example.com:8443",
    "http://localhost",
    "http://localhost:3000",
    "http://127.0.0.1:8000",
    "http://[::1]",
    "chrome-extension://abcdefghijklmnop",
    "capacitor://localhost",
    "app://.",
]
WILDCARDS = [
    "https://*.example.com",
    "https://*.example.com:8443",
    "https://*.example.com:*",
    "https://example.com:*",
    "http://localhost:*",
    "http://*.localhost:*",
    "http://[::1]:*",
    "https://pr-*--shop.netlify.app",
    "https://pr-*.example.com",
    "https://*-b.example.com:*",
    "https://*.internal",
]
LIFTED = [
    dangerously("null", because="a sandboxed viewer"),
    dangerously("null", because="another one"),
    dangerously("https://example.com", because="nothing: it needs no lifting"),
    dangerously("file://", because="an old WebView"),
    dangerously("https://*.github.io", because="a public API"),
    dangerously("http://plain.example.com", because="a printer"),
    dangerously("http://*.plain.example.com:*", because="printers"),
    dangerously("moz-extension://*", because="our extension has another host in each Firefox"),
]
METHODS = ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "eGg", "put"]
REQUEST_HEADERS = ["Authorization", "content-type", "X-A", "x-b", "accept"]
RESPONSE_HEADERS = ["ETag", "x-request-id", "Content-Length"]

ORIGINS = [
    *EXACT,
    "https://a.example.com",
    "https://a.example.com:8443",
    "https://a.b.c.example.com:1",
    "https://pr-1--shop.netlify.app",
    "https://pr---shop.netlify.app",
    "https://x.pr-1.example.com",
    "https://pr-1.example.com",
    "https://a-b.example.com:5",
    "https://notexample.com",
    "https://a.internal",
    "https://me.github.io",
    "https://github.io",
    "http://plain.example.com",
    "http://a.plain.example.com:81",
    "http://a.localhost:1",
    "https://localhost",
    "moz-extension://7a3c5b1e-0000-4000-8000-000000000000",
    "moz-extension://A",
    "moz-extension://a:1",
    "null",
    "file://",
]
HOSTILE_ORIGINS = [  # no serialised origins, all of them
    b"",
    b"*",
    b"NULL",
    b"null, null",
    b"https://app.example.com, https://app.example.com",
    b"https://example.com https://evil.example",
    b"HTTPS://APP.EXAMPLE.COM",
    b"https://App.example.com",
    b"https://app.example.com.",
    b"https://app.example.com/",
    b"https://app.example.com:443",
    b"https://app.example.com:0",
    b"https://app.example.com:08443",
    b"https://app.example.com:65536",
    b"https://app.example.com:99999999",
    b"https://app.example.com:*",
    b"https://*.example.com",
    b"https://user@app.example.com",
    b"https://app.example.com@evil.example",
    b"https://evil.com/.example.com",
    b"https://evil.com\\.example.com",
    b"https://evil.com?.example.com",
    b"https://evil.com#.example.com",
    b"https://evil.com%2f.example.com",
    b"https://evil.com\x00.example.com",
    b"https://evil.com\n.example.com",
    b"https://evil.com:1/.example.com",
    b"https://evil.com:1.example.com",
    b"https://.example.com",
    b"https://a..example.com",
    b"https://\xe9.example.com",
    b"https://" + "bücher".encode() + b".example.com",
    b"https://app.example.com\x00",
    b"https://app.example.com\xff",
    b" https://app.example.com",
    b"https://app.example.com\t",
    b"https://" + b"a" * 64 + b".example.com",
    b"https://" + b"a." * 200 + b"example.com",
    b"https://" + b"a" * 1_000_000 + b".example.com",
    b"a." * 500_000 + b"example.com",
    b"http://localhost:3000/",
    b"http://localhost:abc",
    b"http://localhost:",
    b"http://localhost:1:2",
    b"http://[::1]:1]:2",
    b"http://[::1]evil.example",
    b"http://[0:0:0:0:0:0:0:1]",
    b"https://pr-*--shop.netlify.app",
    b"https://pr-a/--shop.netlify.app",
    b"//app.example.com",
    b"app.example.com",
    b"https:app.example.com",
    b"javascript://app.example.com/%0aalert(1)",
    b"app://..",
    b"app://./",
    b"https://.",
    b"moz-extension://",
    b"moz-extension://a/b",
    b"moz-extension://a.",
    b"moz-extension://*",
    b"chrome-extension://*",
]

STRANGERS = [
    b"http://localhost.evil.example:1",
    b"https://pr---shop.netlify.app.evil.example",
    b"https://pr-a.b--shop.netlify.app",
    b"https://pr--shop.netlify.app",
    b"https://evilexample.com",
    b"https://example.com.evil.example",
    b"https://evil-example.com",
    b"https://app-example.com",
    b"https://appxexample.com",
    b"https://com",
    b"https://evil.example",
    b"http://app.example.com",
    b"https://exampl.com",
    b"https://xample.com",
    b"https://example.co",
    b"chrome-extension://abcdefghijklmno",
    b"app://a",
    b"moz-extension://abcdefghijklmnop",
]
"""Well-formed, and matched by none of EXACT and WILDCARDS."""


def mutated(origins: list[str]) -> st.SearchStrategy[bytes]:
    """An origin with a byte put in, taken out or changed: what attacks are made of."""

    def mutate(origin: str, position: int, byte: int, how: str) -> bytes:
        data = origin.encode()
        position %= len(data) + 1
        tail = data[position:] if how == "insert" else data[position + 1 :]
        return data[:position] + (b"" if how == "delete" else bytes([byte])) + tail

    alphabet = st.sampled_from(list(b"./:@*-_%\\#? \x00aA09\xe9,\n]["))
    return st.builds(
        mutate, st.sampled_from(origins), st.integers(0, 60), alphabet, st.sampled_from(["insert", "delete", "change"])
    )


def origin_values() -> st.SearchStrategy[bytes]:
    known = st.sampled_from(ORIGINS).map(str.encode)
    short = st.sampled_from([origin for origin in HOSTILE_ORIGINS if len(origin) < 1000])
    return known | known | short | mutated(ORIGINS) | st.binary(max_size=30)


NARROWER = {
    "https://*.example.com": ["https://a.example.com", "https://*.b.example.com", "https://x*.example.com"],
    "https://*.example.com:*": [
        "https://a.example.com:8443",
        "https://*.example.com:8443",
        "https://x*y.example.com:*",
    ],
    "http://localhost:*": ["http://localhost", "http://localhost:3000"],
    "https://pr-*.example.com": ["https://pr-1.example.com", "https://pr-1*.example.com"],
    "https://pr-*--shop.netlify.app": ["https://pr-1--shop.netlify.app"],
    LIFTED[-1]: ["moz-extension://A"],
}


def credential_lists(allow_origins: Any) -> st.SearchStrategy[list[Any]]:
    """Lists for `allow_credentials` within these origins, empty ones too."""
    if allow_origins == "nobody":
        return st.just([])
    within = [*EXACT, *WILDCARDS, *LIFTED]
    if allow_origins not in ("*", ["*"]):
        within = [entry for origin in allow_origins for entry in (origin, *NARROWER.get(origin, ()))]
    return st.lists(st.sampled_from(within), max_size=4)


@st.composite
def declarations(draw: Callable[..., Any], *, origins: st.SearchStrategy[Any] | None = None) -> dict[str, Any]:
    """The keywords of a valid declarative policy."""
    entries = st.lists(st.sampled_from([*EXACT, *WILDCARDS, *LIFTED]), min_size=1, max_size=5)
    single = st.sampled_from([*EXACT, *LIFTED[:2]]).map(lambda origin: [origin])
    allow_origins = draw(st.sampled_from(["*", "nobody"]) | single | entries if origins is None else origins)
    any_origin = allow_origins in ("*", ["*"])
    credentials = draw(credential_lists(allow_origins) | (st.just(False) if any_origin else st.booleans()))
    names = {
        "allow_methods": METHODS,
        "allow_headers": REQUEST_HEADERS,
        "expose_headers": RESPONSE_HEADERS,
    }
    declared: dict[str, Any] = {"allow_origins": allow_origins, "allow_credentials": credentials}
    for field, values in names.items():
        listed = draw(st.lists(st.sampled_from(values), max_size=4))
        if not (field == "expose_headers" and credentials) and draw(st.booleans()):
            listed = draw(st.permutations([*listed, "*"]))
        declared[field] = listed
    declared["max_age"] = draw(st.none() | st.sampled_from([0, 5, 600, 86400]))
    declared["refuse_disallowed"] = not any_origin and draw(st.booleans())
    declared["preflight_status"] = draw(st.sampled_from([204, 200, 299]))
    declared["predicate_timeout"] = draw(st.sampled_from([1.0, 0.5, 2]))
    return declared


def policies() -> st.SearchStrategy[Policy]:
    return declarations().map(lambda declared: Policy(**declared))


REQUESTED_METHODS = [b"PUT", b"GET", b"DELETE", b"put", b"", b"P T", b"X" * 64, b"X" * 65, b"\xe9", b"*"]
REQUESTED_HEADERS = [
    b"x-a",
    b"x-a,x-b",
    b"Authorization, x-a",
    b"authorization",
    b"",
    b",, ,",
    b"*",
    b"x a",
    b"x-\xe9",
    b"x-a\r\nset-cookie: a=b",
    b",".join([b"x-a"] * 256),
    b",".join([b"x-a"] * 256) + b",",
    b"a" * 1025,
    b"x-a," * 20000,
]


@st.composite
def requests(draw: Callable[..., Any]) -> tuple[str, list[tuple[bytes, bytes]]]:
    """A method, and the fields that concern CORS, some of them repeated or missing."""
    method = draw(st.sampled_from(["GET", "POST", "OPTIONS", "OPTIONS", "OPTIONS", "options", "PUT"]))
    fields = [(b"Origin", value) for value in draw(st.lists(origin_values(), min_size=0, max_size=2))]
    some = st.sampled_from(REQUESTED_METHODS)
    fields += [(b"access-control-request-method", value) for value in draw(st.lists(some, max_size=2))]
    some = st.sampled_from(REQUESTED_HEADERS)
    fields += [(b"access-control-request-headers", value) for value in draw(st.lists(some, max_size=2))]
    if draw(st.booleans()):
        site = draw(st.sampled_from([b"same-origin", b"none", b"cross-site", b"same-site", b"Same-Origin", b""]))
        fields.append((b"sec-fetch-site", site))
    if draw(st.booleans()):
        fields.append(
            (b"Host", draw(st.sampled_from([b"example.com", b"app.example.com:443", b"localhost:3000", b""])))
        )
    return method, draw(st.permutations(fields))
