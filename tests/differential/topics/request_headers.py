"""Which request headers need a preflight, to the byte; which are dropped; and Access-Control-Allow-Headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.differential._build import ACAH, CREDENTIALS, EVERYTHING, PAGE, case, ok, spoken
from tests.differential._case import Case, Fetch, Headers, Xhr

SAFELISTED = {
    "accept": "{}",
    "accept-language": "{}",
    "content-language": "{}",
    "content-type": "text/plain;{}",
    "range": "bytes=0-{}",
}

CONTENT_TYPES = (
    *("text/plain", "TEXT/PLAIN", "text/plain;charset=utf-8", "text/plain; charset=UTF-8", "text/plain ;x"),
    *("text/plain;", "text/plain;;", "text/plain;x=y;z=w", 'text/plain;charset="utf-8"', "text/plain; x"),
    *(
        "text/plain/",
        "text/plain,",
        "text/plain, text/plain",
        "text/plain,application/json",
        "application/json,text/plain",
    ),
    *("application/json", "application/json;charset=utf-8", "text/json", "application/xml", "text/xml", "text/html"),
    *("application/x-www-form-urlencoded", "APPLICATION/X-WWW-FORM-URLENCODED", "application/x-www-form-urlencoded;a"),
    *("multipart/form-data", "multipart/form-data;boundary=x", "multipart/form-data; boundary=--x", "multipart/mixed"),
    *("text/plain2", "xtext/plain", "text/ plain", "text /plain", "text//plain", "/plain", "text/", "text", "x", "*/*"),
    *("", ";", "/", "text/*", "text/plain\tx", "text/plain\t;x", "text/plain;x=\t", "text/plain; application/json"),
    *("application/x-www-form-urlencoded, text/plain", "application/octet-stream", "image/png", "text/event-stream"),
)
RANGES = (
    *("bytes=0-", "bytes=0-0", "bytes=0-1", "bytes=1-0", "bytes=5-5", "bytes=10-9", "bytes=10-100", "bytes=00-01"),
    *("bytes=-5", "bytes=-", "bytes=", "bytes", "bytes=0", "bytes=a-b", "bytes=0-1,2-3", "bytes=0-1, 2-3"),
    *(
        "bytes=0-1,",
        "Bytes=0-1",
        "BYTES=0-1",
        "bytes =0-1",
        "bytes= 0-1",
        "bytes=0 -1",
        "bytes=0- 1",
        "bytes=0-1 ",
        "bytes=+0-1",
    ),
    *("items=0-1", "bytes:0-1", "bytes=0--1", "bytes=0x0-0x1", "bytes=0-1;x", "", "0-1", "bytes==0-1", "bytes=0.0-1"),
    *("bytes=0-18446744073709551615", "bytes=0-18446744073709551616", "bytes=9223372036854775807-9223372036854775808"),
    *("bytes=4294967295-4294967296", "bytes=2147483647-2147483648", "bytes=99999999999999999999999-", "bytes=\t0-1"),
)
LANGUAGES = (
    *("en", "EN-us", "en,de;q=0.5", "*", "en;q=0.5, *;q=0.1", "en_US", "de/at", "a\tb", "a b", "=", ".", "a-b", ""),
    *("caf\xe9", "'en'", '"en"', "(en)", "en+de", "en!", "en&de", "en|de", "en~"),
)
NAMES = (
    *("Accept", "accept", "ACCEPT", "Accept-Charset", "Accept-Encoding", "Access-Control-Request-Headers"),
    *("Access-Control-Request-Method", "Access-Control-Request-Private-Network", "Connection", "Content-Length"),
    *("Cookie", "Cookie2", "Date", "DNT", "Expect", "Host", "Keep-Alive", "Origin", "Referer", "Set-Cookie", "TE"),
    *("Trailer", "Transfer-Encoding", "Upgrade", "Via", "Proxy-A", "proxy-authorization", "Proxy", "Sec-A"),
    *("sec-fetch-mode", "Sec", "Sec-", "Secure", "User-Agent", "Priority", "Early-Data", "Cache-Control", "Pragma"),
    *(
        "If-Match",
        "If-None-Match",
        "If-Modified-Since",
        "Last-Event-ID",
        "Authorization",
        "X-Requested-With",
        "X-CSRF-Token",
    ),
    *("Content-Encoding", "Content-Location", "Content-Disposition", "Forwarded", "From", "Max-Forwards", "Warning"),
    *("Save-Data", "DPR", "Width", "Viewport-Width", "Device-Memory", "Downlink", "ECT", "RTT", "Sec-CH-UA"),
    *("Sec-CH-DPR", "Purpose", "X-Purpose", "Accept-Post", "Accept-Ranges", "Alt-Used", "Content-MD5"),
    *("Access-Control-Allow-Origin", "HTTP2-Settings", "Upgrade-Insecure-Requests", "Service-Worker", "Traceparent"),
    *(
        "X-Forwarded-For",
        "Idempotency-Key",
        "__proto__",
        "constructor",
        "null",
        "x",
        "1",
        "!",
        "~",
        "x_y",
        "x.y",
        "'",
        "*",
    ),
)
OVERRIDES = (
    *("GET", "PUT", "TRACE", "trace", "CONNECT", "TRACK", "PUT,TRACE", "PUT, trace ", "TRACER", "", "TRACE;x"),
    *('"TRACE"', ",", ",TRACE", "GET TRACE"),
)
SETS: Mapping[str, Headers] = {
    "sorted": {"X-C": "1", "X-A": "1", "X-B": "1"},
    "sorted-by-bytes": {"x_": "1", "x-": "1", "x!": "1", "x~": "1", "x1": "1"},
    "numbers-as-text": {"x-10": "1", "x-2": "1", "x-1": "1"},
    "twice": (("X-A", "1"), ("x-a", "2")),
    "twice-safelisted": (("Accept", "a"), ("accept", "b")),
    "twice-safelisted-together-too-long": (("Accept", "a" * 100), ("accept", "b" * 100)),
    "safelisted-and-not": {"Accept": "a", "Content-Language": "en", "X-A": "1"},
    "content-type-and-custom": {"Content-Type": "application/json", "X-A": "1"},
    "authorization-and-custom": {"Authorization": "Bearer a", "X-A": "1"},
    "with-forbidden": {"Cookie": "a=1", "X-A": "1", "Sec-A": "1"},
    "unsafe-safelisted-first": {"Accept": "(", "X-A": "1"},
    "five-of-128": dict.fromkeys(("accept", "accept-language", "content-language"), "a" * 128),
    "many": {f"x-{number:03}": "1" for number in range(100)},
    "empty-values": {"X-A": "", "Accept": "", "Content-Language": ""},
}
HINTS = ("device-memory", "downlink", "dpr", "ect", "rtt", "save-data", "viewport-width", "width")
TOTALS: Mapping[str, Headers] = {
    "1023": dict.fromkeys(HINTS, "1" * 128) | {"rtt": "1" * 127},
    "1024": dict.fromkeys(HINTS, "1" * 128),
    "1025": dict.fromkeys(HINTS, "1" * 128) | {"accept": "a"},
    "1024-and-custom": dict.fromkeys(HINTS, "1" * 128) | {"x-a": "1"},
    "1025-and-custom": dict.fromkeys(HINTS, "1" * 128) | {"accept": "a", "x-a": "1"},
    "hint-of-129": {"dpr": "1" * 129},
}

# Access-Control-Allow-Headers, for X-A.
VALUES: Mapping[str, tuple[str, ...]] = {
    "missing": (),
    "empty": ("",),
    "lower-case": ("x-a",),
    "upper-case": ("X-A",),
    "mixed-case": ("X-a",),
    "spaces": ("  x-a  ",),
    "first": ("x-a, x-b",),
    "last": ("content-type, accept, x-a",),
    "no-space": ("x-b,x-a",),
    "tabs": ("x-b\t,\tx-a",),
    "empty-members": (",, ,x-a,,",),
    "commas-alone": (",",),
    "twice": ("x-a, x-a",),
    "two-lines": ("x-b", "x-a"),
    "two-lines-one-empty": ("", "x-a"),
    "star": ("*",),
    "star-in-a-list": ("x-b, *",),
    "star-and-name": ("*, x-a",),
    "stars": ("**",),
    "prefix-star": ("x-*",),
    "quoted-star": ('"*"',),
    "quoted": ('"x-a"',),
    "single-quoted": ("'x-a'",),
    "by-spaces": ("x-b x-a",),
    "by-semicolons": ("x-a; x-b",),
    "by-bars": ("x-a|x-b",),
    "colon": ("x-a:",),
    "with-value": ("x-a: 1",),
    "equals": ("x-a=1",),
    "brackets": ("[x-a]",),
    "json": ('["x-a"]',),
    "bad-member-behind": ("x-a, @",),
    "bad-member-before": ("(x), x-a",),
    "bad-member-on-a-second-line": ("x-a", "x-b x-c"),
    "bad-member-and-star": ("*, [",),
    "latin-1": ("x-a, \xfc",),
    "utf-8": ("x-a, \xc3\xbc",),
    "control": ("x-a, \x01",),
    "delete-character": ("x-a, \x7f",),
    "prefix": ("x-",),
    "longer": ("x-ab",),
    "underscore": ("x_a",),
    "other": ("content-type, authorization",),
    "all": ("all",),
    "long-list": (", ".join(f"x-{number}" for number in range(500)) + ", x-a",),
}


def cases() -> Iterable[Case]:
    """Every byte in every safelisted header, lengths at the limits, forms, names, sets, and lists times requests."""
    for name, value in SAFELISTED.items():
        for byte in range(0x100):
            yield _asked(f"byte.{name}.{byte:02x}", {name: value.format(f"1{chr(byte)}1")})
        yield _asked(f"length.{name}.0", {name: ""})
        for length in (12, 126, 127, 128, 129, 130, 1000):
            yield _asked(f"length.{name}.{length}", {name: value.format("").ljust(length, "1")})
        yield _asked(f"byte.{name}.beyond", {name: value.format("\u0100")})
    for table, header, values in (
        ("content-type", "Content-Type", CONTENT_TYPES),
        ("range", "Range", RANGES),
        ("language", "Accept-Language", LANGUAGES),
        ("language-of-content", "Content-Language", LANGUAGES),
        *((name.lower(), name, OVERRIDES) for name in ("X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override")),
    ):
        for text in values:
            yield _asked(f"form.{table}.{spoken(text)}", {header: text})
    for name in NAMES:
        yield _asked(f"name.{spoken(name)}.fetch", {name: "1"})
        yield case(f"name.{spoken(name)}.xhr", Xhr(headers=((name, "1"),)), preflight=EVERYTHING)
        yield case(f"name.{spoken(name)}.no-cors", Fetch(headers={name: "1"}, mode="no-cors"))
    for name, headers in SETS.items():
        yield _asked(f"set.{name}", headers)
        xhr = Xhr(headers=tuple(headers.items() if isinstance(headers, Mapping) else headers))
        yield case(f"set.{name}.xhr", xhr, preflight=EVERYTHING)
        yield case(f"set.{name}.nothing-allowed", Fetch(headers=headers), preflight=ok(PAGE))
    for name, headers in TOTALS.items():
        yield _asked(f"total.{name}", headers)
    requests = {
        "get": Fetch(headers={"X-A": "1"}),
        "upper-case": Fetch(headers={"X-A": "1", "X-B": "1"}),
        "post": Fetch(method="POST", headers={"x-a": "1"}, body="a"),
        "put": Fetch(method="PUT", headers={"x-a": "1"}),
        "include": Fetch(headers={"x-a": "1"}, credentials="include"),
        "xhr": Xhr(headers=(("x-a", "1"),)),
    }
    for name, values in VALUES.items():
        lines = tuple(f"{ACAH}{value}" for value in values)
        for request_name, request in requests.items():
            preflight = ok(PAGE, CREDENTIALS, "Access-Control-Allow-Methods: PUT", *lines)
            yield case(f"acah.{name}.{request_name}", request, ok(PAGE, CREDENTIALS), preflight)


def _asked(name: str, headers: Headers) -> Case:
    return case(name, Fetch(headers=headers), preflight=EVERYTHING)
