"""Every problem: its code, its place, and the hint that puts it right."""

import ast
import json
import re
from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.policy import PROBLEM_RULES, DecisionCode, Origin, Policy, PolicyError, PolicyMap, Problem, dangerously
from crossorigin.policy._diagnose import diagnose
from crossorigin.policy._origins import _plain_origin, refusals
from crossorigin.policy._patterns import ORIGINS_OUTSIDE_THE_GRAMMAR, parse_origin_pattern
from tests.policy.strategies import EXACT, WILDCARDS, mutated

OK = "https://app.example.com"


def problems_of(**declared: Any) -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as caught:
        Policy(**{"allow_origins": [OK]} | declared)
    return caught.value.problems


def one(**declared: Any) -> Problem:
    (problem,) = problems_of(**declared)
    return problem


# (what is declared as the one origin, the codes, the corrected value)
ORIGIN_PROBLEMS: list[tuple[Any, list[str], object]] = [
    ("", ["origin-empty"], None),
    (" \t", ["origin-empty"], None),
    (f" {OK}\n", ["origin-whitespace"], OK),
    (f"{OK},", ["origin-whitespace"], OK),
    (f"{OK}, https://b.example", ["origin-list"], (OK, "https://b.example")),
    (f"{OK} https://b.example/", ["origin-list"], None),
    ("app.example.com", ["origin-no-scheme"], OK),
    ("//app.example.com", ["origin-no-scheme"], OK),
    ("https:app.example.com", ["origin-no-scheme"], OK),
    ("http:/app.example.com", ["origin-no-scheme"], "http://app.example.com"),
    ("localhost:3000", ["origin-no-scheme"], "http://localhost:3000"),
    ("*.example.com", ["origin-no-scheme"], "https://*.example.com"),
    ("HTTPS://app.example.com", ["origin-scheme-case"], OK),
    ("ht tps://app", ["origin-list"], None),
    ("1http://app.example.com", ["origin-scheme"], None),
    ("ht_tp://app.example.com", ["origin-scheme"], None),
    ("é://app.example.com", ["origin-scheme"], None),
    ("://app.example.com", ["origin-scheme"], OK),
    ("a" * 65 + "://x", ["origin-scheme"], None),
    ("*://app.example.com", ["origin-scheme-wildcard"], OK),
    ("https://user@app.example.com", ["origin-userinfo"], OK),
    ("https://user:pass@app.example.com", ["origin-userinfo"], OK),
    ("https://app.example.com/", ["origin-trailing-slash"], OK),
    ("https://app.example.com/index.html", ["origin-path"], OK),
    ("https://app.example.com/*", ["origin-path"], OK),
    ("https:\\\\app.example.com", ["origin-no-scheme"], OK),
    ("https://app.example.com\\", ["origin-path"], OK),
    ("https://app.example.com?", ["origin-query"], OK),
    ("https://app.example.com/?a#b", ["origin-trailing-slash", "origin-query", "origin-fragment"], OK),
    ("https://app.example.com#x?y/z", ["origin-fragment"], OK),
    ("https://app.example.com:", ["origin-port-empty"], OK),
    ("https://app.example.com:08443", ["origin-port-zeros"], f"{OK}:8443"),
    ("https://app.example.com:0443", ["origin-port-zeros", "origin-port-default"], OK),
    ("https://app.example.com:0", ["origin-port-range"], None),
    ("https://app.example.com:65536", ["origin-port-range"], None),
    ("https://app.example.com:99999999", ["origin-port-range"], None),
    ("https://app.example.com:http", ["origin-port-range"], None),
    ("https://app.example.com:٣", ["origin-port-range"], None),
    ("https://app.example.com:443", ["origin-port-default"], OK),
    ("http://localhost:80", ["origin-port-default"], "http://localhost"),
    ("https://*.example.com:443", ["origin-port-default"], "https://*.example.com"),
    ("https://", ["origin-host-missing"], None),
    ("https://:8080", ["origin-host-missing"], None),
    ("https:///path", ["origin-path", "origin-host-missing"], None),
    ("https://App.example.com", ["origin-host-case"], OK),
    ("https://bücher.example", ["origin-host-unicode"], "https://xn--bcher-kva.example"),
    ("https://*.BÜCHER.example:*", ["origin-host-unicode"], "https://*.xn--bcher-kva.example:*"),
    ("https://\N{SOFT HYPHEN}", ["origin-host-unicode"], None),
    ("https://exa{mple.com", ["origin-host-character"], None),
    ("https://a%2eexample.com", ["origin-host-character"], None),
    ("https://app.example.com\0", ["origin-host-character"], None),
    ("https://a..example.com", ["origin-host-label"], "https://a.example.com"),
    ("https://.example.com", ["origin-host-label"], "https://example.com"),
    ("https://.", ["origin-host-label"], None),
    ("https://app.example.com.", ["origin-host-trailing-dot"], OK),
    ("https://app.example.com..", ["origin-host-trailing-dot", "origin-host-label"], OK),
    ("https://" + "a" * 64 + ".example", ["origin-host-length"], None),
    ("https://" + "a." * 150 + "example", ["origin-host-length"], None),
    ("http://127.1", ["origin-host-ipv4"], "http://127.0.0.1"),
    ("http://0x7f.0.0.1:8000", ["origin-host-ipv4"], "http://127.0.0.1:8000"),
    ("http://010.0.0.1", ["origin-host-ipv4"], "http://8.0.0.1"),
    ("http://1.2.3.256", ["origin-host-ipv4"], None),
    ("http://[0:0:0:0:0:0:0:1]", ["origin-host-ipv6"], "http://[::1]"),
    ("http://[FE80::1]", ["origin-host-ipv6"], "http://[fe80::1]"),
    ("http://[fe80::1%eth0]:80", ["origin-host-ipv6", "origin-port-default"], "http://[fe80::1]"),
    ("http://[::ffff:1.2.3.4]", ["origin-host-ipv6"], "http://[::ffff:102:304]"),
    ("http://::1", ["origin-host-ipv6"], "http://[::1]"),
    ("http://fe80::1%eth0", ["origin-host-ipv6"], "http://[fe80::1]"),
    ("http://[::1", ["origin-host-ipv6"], "http://[::1]"),
    ("http://[::g]", ["origin-host-ipv6"], None),
    ("http://[::1]8000", ["origin-host-character"], None),
    ("http://a:b:c", ["origin-port-range"], None),
    ("https://*", ["origin-wildcard-host"], None),
    ("https://foo*", ["origin-wildcard-host"], None),
    ("https://*.", ["origin-host-trailing-dot", "origin-wildcard-host"], None),
    ("https://**", ["origin-wildcard-count", "origin-wildcard-host"], None),
    ("https://*.*.example.com", ["origin-wildcard-count"], "https://*.example.com"),
    ("https://**.example.com", ["origin-wildcard-count"], "https://*.example.com"),
    ("https://*a*.example.com", ["origin-wildcard-count"], None),
    ("https://app.*.example.com", ["origin-wildcard-place"], None),
    ("https://app.example.*", ["origin-wildcard-place"], None),
    ("https://*.1.2.3.4", ["origin-wildcard-address"], None),
    ("https://[*]", ["origin-wildcard-address"], None),
    ("chrome-extension://*", ["origin-any-host"], None),
    ("moz-extension://*/", ["origin-trailing-slash"], None),
    ("moz-extension://.*", ["origin-regex"], None),
    ("chrome-extension://abc*", ["origin-wildcard-not-http"], None),
    ("moz-extension://*.*", ["origin-wildcard-not-http"], None),
    ("vscode-webview://*:*", ["origin-wildcard-not-http"], None),
    ("wss://*", ["origin-wildcard-not-http"], None),
    ("app://./index.html", ["origin-path"], "app://."),
    ("App://.", ["origin-scheme-case"], "app://."),
    ("app://Main/", ["origin-trailing-slash"], "app://Main"),
    ("app://..", ["origin-host-trailing-dot", "origin-host-label"], None),
    ("app://*.example.com", ["origin-wildcard-not-http"], None),
    ("capacitor://localhost:*", ["origin-wildcard-not-http"], None),
    ("null", ["origin-null"], None),
    ("Null", ["origin-null"], None),
    ("file://", ["origin-file"], None),
    ("file:///C:/x.html", ["origin-file"], None),
    ("https://*.github.io", ["origin-public-suffix"], None),
    ("https://*.com", ["origin-public-suffix"], None),
    ("https://*.co.uk:*", ["origin-public-suffix"], None),
    ("https://*.kawasaki.jp", ["origin-public-suffix"], None),
    ("https://*.amazonaws.com", ["origin-public-suffix-below"], None),
    ("https://*.amazonaws.com:*", ["origin-public-suffix-below"], None),
    ("https://*.windows.net:8443", ["origin-public-suffix-below"], None),
    ("https://*.core.windows.net", ["origin-public-suffix-below"], None),
    ("https://*.za", ["origin-public-suffix-below"], None),
    ("https://*.s3.amazonaws.com", ["origin-public-suffix"], None),
    ("https://*.us-east-1.amazonaws.com", ["origin-public-suffix"], None),
    ("https://s3-*.amazonaws.com", ["origin-public-suffix-below"], None),
    ("https://*-1.amazonaws.com:*", ["origin-public-suffix-below"], None),
    ("https://myapp-*.vercel.app", ["origin-public-suffix-label"], None),
    ("https://foo*.com", ["origin-public-suffix-label"], None),
    ("https://*-foo.com", ["origin-public-suffix-label"], None),
    ("https://*foo.netlify.app", ["origin-public-suffix-label"], None),
    ("HTTPS://*.Github.io/", ["origin-scheme-case", "origin-trailing-slash", "origin-host-case"], None),
    (dangerously("null", because=" "), ["because-missing"], None),
    (dangerously("https://App.example.com", because=""), ["because-missing", "origin-host-case"], OK),
    (dangerously("https://App.example.com", because="x"), ["origin-host-case"], OK),
    (dangerously("*", because="x"), ["origin-no-scheme", "origin-wildcard-host"], None),
    (dangerously("https://*", because="x"), ["origin-wildcard-host"], None),
    (b"https://app.example.com", ["origin-type"], OK),
    (b"\xff", ["origin-type"], None),
    (42, ["origin-type"], None),
    (None, ["origin-type"], None),
    ([OK], ["origin-type"], OK),
    ((OK, "https://b.example"), ["origin-type"], (OK, "https://b.example")),
    ([OK, 5], ["origin-type"], None),
    ([], ["origin-type"], None),
    # Lists that were written as text
    (f'["{OK}"]', ["origin-quoted"], OK),
    (f"['{OK}']", ["origin-quoted"], OK),
    (f"[{OK}]", ["origin-quoted"], OK),
    (f"('{OK}',)", ["origin-quoted"], OK),
    (f'"{OK}"', ["origin-quoted"], OK),
    (f"“{OK}”", ["origin-quoted"], OK),
    (f'["{OK}/"]', ["origin-quoted", "origin-trailing-slash"], OK),
    ("['localhost:5173']", ["origin-quoted", "origin-no-scheme"], "http://localhost:5173"),
    (f'["{OK}", "https://b.example"]', ["origin-list"], (OK, "https://b.example")),
    (f'["{OK}", "https://b.example",]', ["origin-list"], (OK, "https://b.example")),
    (f"['{OK}', 'https://b.example']", ["origin-list"], (OK, "https://b.example")),
    (f"{OK};https://b.example", ["origin-list"], (OK, "https://b.example")),
    (f"{OK}\nhttps://b.example\n", ["origin-list"], (OK, "https://b.example")),
    (f"- {OK}\n- https://b.example", ["origin-list"], (OK, "https://b.example")),
    (f"{OK};", ["origin-whitespace"], OK),
    (f"'{OK}', None", ["origin-list"], None),
    (f'["{OK}", null]', ["origin-list"], None),
    ('{"a": 1}', ["origin-list"], None),
    ("[1]", ["origin-no-scheme", "origin-host-ipv6"], None),
    ("[]", ["origin-empty"], None),
    ('""', ["origin-empty"], None),
    ("None", ["origin-no-scheme"], None),
    ("true", ["origin-no-scheme"], None),
    ("42", ["origin-no-scheme"], None),
    ("nobody", ["origin-no-scheme"], None),
    ("[[[[https://a.example]]]]", ["origin-quoted", "origin-scheme", "origin-host-character"], None),
    ("[" * 5000, ["origin-no-scheme", "origin-host-ipv6"], None),
    ({}, ["dangerously-table"], None),
    (Origin("https", "App.example.com"), ["origin-host-case"], OK),
    # Regular expressions
    (r"^https://.*\.example\.com$", ["origin-regex"], "https://*.example.com"),
    (r"https://.*.example.com", ["origin-regex"], "https://*.example.com"),
    (r"https://[^.]+\.example\.com", ["origin-regex"], "https://*.example.com"),
    (
        r"https://(app|admin|[ab])\.example\.com",
        ["origin-regex"],
        ("https://app.example.com", "https://admin.example.com", "https://a.example.com", "https://b.example.com"),
    ),
    (r"https://([a-z]+\.)*example\.com", ["origin-regex"], ("https://example.com", "https://*.example.com")),
    (r"https?://localhost(:\d+)?", ["origin-regex"], ("http://localhost:*", "https://localhost:*")),
    (r"http://localhost:\d+", ["origin-regex"], "http://localhost:*"),
    (r".*\.example\.com$", ["origin-regex"], "https://*.example.com"),
    (r"https://pr-\d+--shop\.netlify\.app", ["origin-regex"], "https://pr-*--shop.netlify.app"),
    (r"https://.*example\.com", ["origin-regex"], None),  # evilexample.com
    (r"https://(?!evil).*\.example\.com", ["origin-regex"], None),
    (r"https://[ab]{2,3}x(yz){2}\.example\.com", ["origin-regex"], None),
    (r"https://(a|\d)\.example\.com", ["origin-regex"], None),
    (r"https://([ab][ab][ab][ab][ab])\.example\.com", ["origin-regex"], None),
    (r"https://(", ["origin-regex"], None),
    (r"^.*$", ["origin-regex"], None),
    (re.compile(r"https://.*\.example\.com"), ["origin-regex"], "https://*.example.com"),
    (re.compile(rb"https://.*\.example\.com"), ["origin-regex"], "https://*.example.com"),
    (re.compile(r"(a+)+$"), ["origin-regex"], None),
]


def _id(value: object) -> str:
    return re.sub(r" at 0x\w+", "", repr(value))[:60]


@pytest.mark.parametrize(("entry", "codes", "corrected"), ORIGIN_PROBLEMS, ids=_id)
def test_problems_of_an_origin(entry: Any, codes: list[str], corrected: object) -> None:
    problems = problems_of(allow_origins=[OK, entry])
    assert [(problem.code, problem.field, problem.index) for problem in problems] == [
        (code, "allow_origins", 1) for code in codes
    ]
    for problem in problems:
        if problem.code != "because-missing":
            assert problem.corrected == corrected
            if corrected is not None:
                written = corrected if isinstance(corrected, tuple) else (corrected,)
                assert problem.hint == "write " + ", ".join(map(repr, written))
    if corrected is not None:
        assert Policy(allow_origins=list(written))


# (declared, code, place, value, hint)
FIELD_PROBLEMS: list[tuple[dict[str, Any], str, str, str]] = [
    ({"allow_origins": []}, "origins-missing", "allow_origins", "list the origins of your pages, such as"),
    ({"allow_origins": None}, "origins-missing", "allow_origins", "list the origins of your pages, such as"),
    ({"allow_origins": OK}, "not-a-collection", "allow_origins", f"write allow_origins=['{OK}']"),
    ({"allow_origins": f"{OK},null"}, "not-a-collection", "allow_origins", "write a list, with an item for each value"),
    *(
        (
            {"allow_origins": text},
            "not-a-collection",
            "allow_origins",
            f"write allow_origins=['{OK}', 'http://b.localhost']",
        )
        for text in (
            f"{OK},http://b.localhost",
            f"{OK}, http://b.localhost,",
            f"{OK};http://b.localhost",
            f"{OK}\nhttp://b.localhost",
            f"'{OK}', 'http://b.localhost'",
            f'["{OK}","http://b.localhost"]',
            f'"{OK},http://b.localhost"',
            f"['{OK}', 'http://b.localhost']",
            f"{OK}/, http://b.localhost:80",
            "app.example.com b.localhost",
        )
    ),
    (
        {"allow_origins": "http://b.example"},
        "not-a-collection",
        "allow_origins",
        "write allow_origins=['http://b.example']",
    ),
    (
        {"allow_methods": '["put", "patch"]'},
        "not-a-collection",
        "allow_methods",
        "write allow_methods=['put', 'PATCH']",
    ),
    ({"allow_methods": "TRACE"}, "not-a-collection", "allow_methods", "write a list"),
    ({"allow_methods": "true"}, "not-a-collection", "allow_methods", "write a list"),
    ({"allow_headers": "x-a:, x-b"}, "not-a-collection", "allow_headers", "write allow_headers=['x-a', 'x-b']"),
    ({"allow_headers": "[1]"}, "not-a-collection", "allow_headers", "write a list"),
    ({"allow_methods": ['["GET","PUT"]']}, "method-list", "allow_methods[0]", "write 'GET', 'PUT'"),
    ({"allow_headers": ['["x-a"]']}, "header-invalid", "allow_headers[0]", "write 'x-a'"),
    ({"allow_headers": ["[1]"]}, "header-invalid", "allow_headers[0]", "write the name alone"),
    ({"allow_origins": dangerously("null", because="x")}, "not-a-collection", "allow_origins", "[dangerously('null'"),
    ({"allow_origins": b"*"}, "not-a-collection", "allow_origins", "write a list, with an item for each value"),
    ({"allow_origins": {OK: True}}, "not-a-collection", "allow_origins", "write a list, with an item for each value"),
    ({"allow_origins": 5}, "not-a-collection", "allow_origins", "write a list, with an item for each value"),
    (
        {"allow_origins": re.compile("x")},
        "not-a-collection",
        "allow_origins",
        "write a list, with an item for each value",
    ),
    ({"allow_methods": "GET"}, "not-a-collection", "allow_methods", "write allow_methods=['GET']"),
    ({"allow_methods": "GET, PUT"}, "not-a-collection", "allow_methods", "write allow_methods=['GET', 'PUT']"),
    ({"allow_methods": ["PUT", "route"]}, "method-route-not-alone", "allow_methods[1]", "write allow_methods='route'"),
    ({"allow_headers": "route"}, "not-a-collection", "allow_headers", "write allow_headers=['route']"),
    ({"allow_headers": None}, "not-a-collection", "allow_headers", "write a list, with an item for each value"),
    ({"expose_headers": "x"}, "not-a-collection", "expose_headers", "write expose_headers=['x']"),
    ({"allow_origins": ["*", OK]}, "wildcard-not-alone", "allow_origins[0]", "remove `*`"),
    ({"allow_origins": [OK, "*"], "allow_credentials": True}, "wildcard-not-alone", "allow_origins[1]", "remove `*`"),
    ({"allow_origins": [lambda origin: True, "*"]}, "wildcard-not-alone", "allow_origins[1]", "remove `*`"),
    (
        {"allow_origins": "*", "allow_credentials": True},
        "credentials-wildcard-origin",
        "allow_origins[0]",
        "list the origins",
    ),
    (
        {"allow_origins": ["*"], "refuse_disallowed": True},
        "refuse-wildcard-origin",
        "refuse_disallowed",
        "list the origins",
    ),
    (
        {"expose_headers": ["x", "*"], "allow_credentials": True},
        "credentials-wildcard-expose",
        "expose_headers[1]",
        "list the response headers",
    ),
    (
        {"allow_origins": ["http://app.example.com"], "allow_credentials": True},
        "origin-insecure",
        "allow_origins[0]",
        "serve the page over https, or dangerously('http://app.example.com', because='…')",
    ),
    (
        {"allow_origins": ["http://*.example.com:*"], "allow_credentials": True},
        "origin-insecure",
        "allow_origins[0]",
        "https",
    ),
    ({"allow_methods": ["PUT", "G T"]}, "method-list", "allow_methods[1]", "write 'G', 'T'"),
    ({"allow_methods": ["GET,PUT"]}, "method-list", "allow_methods[0]", "write 'GET', 'PUT'"),
    ({"allow_methods": ["GET,TRACE"]}, "method-list", "allow_methods[0]", "make each an item"),
    ({"allow_methods": ["PUT "]}, "method-invalid", "allow_methods[0]", "write 'PUT'"),
    ({"allow_methods": ["trace "]}, "method-invalid", "allow_methods[0]", "write one name"),
    ({"allow_methods": [""]}, "method-invalid", "allow_methods[0]", "write one name"),
    ({"allow_methods": ["P(T"]}, "method-invalid", "allow_methods[0]", "write one name"),
    ({"allow_methods": ["PÜT (x)"]}, "method-invalid", "allow_methods[0]", "write one name"),
    ({"allow_methods": [b"PUT"]}, "method-invalid", "allow_methods[0]", "write 'PUT'"),
    ({"allow_methods": [7]}, "method-invalid", "allow_methods[0]", "write one name"),
    ({"allow_methods": ["patch"]}, "method-case", "allow_methods[0]", "write 'PATCH'"),
    ({"allow_methods": ["Propfind"]}, "method-case", "allow_methods[0]", "write 'PROPFIND'"),
    ({"allow_methods": ["connect"]}, "method-forbidden", "allow_methods[0]", "remove it"),
    ({"allow_methods": ["TRACK"]}, "method-forbidden", "allow_methods[0]", "remove it"),
    ({"allow_headers": ["x-a, x-b"]}, "header-list", "allow_headers[0]", "write 'x-a', 'x-b'"),
    ({"allow_headers": ["x-a:"]}, "header-invalid", "allow_headers[0]", "write 'x-a'"),
    ({"allow_headers": ["cookie:"]}, "header-invalid", "allow_headers[0]", "write the name alone"),
    ({"allow_headers": ["x-ä"]}, "header-invalid", "allow_headers[0]", "write the name alone"),
    ({"allow_headers": [b"x-a"]}, "header-invalid", "allow_headers[0]", "write 'x-a'"),
    ({"allow_headers": ["Cookie"]}, "header-forbidden", "allow_headers[0]", "remove it; allow_credentials=True"),
    ({"allow_headers": ["Origin"]}, "header-forbidden", "allow_headers[0]", "remove it"),
    ({"allow_headers": ["Sec-Fetch-Mode"]}, "header-forbidden", "allow_headers[0]", "remove it"),
    ({"allow_headers": ["proxy-authorization"]}, "header-forbidden", "allow_headers[0]", "remove it"),
    ({"allow_headers": ["Access-Control-Request-Headers"]}, "header-forbidden", "allow_headers[0]", "remove it"),
    (
        {"allow_headers": ["Access-Control-Allow-Origin"]},
        "header-response-only",
        "allow_headers[0]",
        "remove it, and from",
    ),
    ({"expose_headers": ["Set-Cookie"]}, "expose-forbidden", "expose_headers[0]", "remove it"),
    ({"expose_headers": ["access-control-request-method"]}, "expose-request-only", "expose_headers[0]", "remove it"),
    ({"expose_headers": ["a b"]}, "header-list", "expose_headers[0]", "write 'a', 'b'"),
    ({"allow_credentials": 1}, "credentials-type", "allow_credentials", "write True or False, or list"),
    ({"allow_credentials": None}, "credentials-type", "allow_credentials", "write True or False, or list"),
    ({"allow_credentials": "false"}, "credentials-type", "allow_credentials", "write False"),
    (
        {"allow_credentials": f"{OK},{OK}/"},
        "credentials-type",
        "allow_credentials",
        f"write allow_credentials=['{OK}', '{OK}']",
    ),
    (
        {"allow_credentials": "http://app.example.com"},
        "credentials-type",
        "allow_credentials",
        "write True or False, or list",
    ),
    ({"refuse_disallowed": " Yes "}, "not-a-bool", "refuse_disallowed", "write True"),
    ({"allow_credentials": "maybe"}, "credentials-type", "allow_credentials", "write True or False, or list"),
    ({"allow_credentials": {OK: True}}, "credentials-type", "allow_credentials", "write True or False, or list"),
    ({"allow_credentials": b"x"}, "credentials-type", "allow_credentials", "write True or False, or list"),
    ({"allow_credentials": f"{OK}, https://b.example"}, "credentials-type", "allow_credentials", f"=['{OK}', 'https:"),
    (
        {"allow_credentials": dangerously("null", because="x")},
        "credentials-type",
        "allow_credentials",
        "=[dangerously(",
    ),
    (
        {"allow_credentials": lambda origin: True},
        "credentials-type",
        "allow_credentials",
        "write allow_credentials=[<f",
    ),
    ({"allow_credentials": "*"}, "credentials-type", "allow_credentials", "list the origins that may send credentials"),
    (
        {"allow_origins": "*", "allow_credentials": [OK, "*"]},
        "credentials-wildcard-origin",
        "allow_credentials[1]",
        "list the origins that may send credentials",
    ),
    (
        {"allow_credentials": ["https://other.example"]},
        "credentials-origin-unlisted",
        "allow_credentials[0]",
        "add 'https://other.example' to allow_origins, or remove it here",
    ),
    (
        {"allow_origins": [OK, "https://a.example.com"], "allow_credentials": [OK, "https://*.example.com"]},
        "credentials-origin-unlisted",
        "allow_credentials[1]",
        "add 'https://*.example.com' to allow_origins",
    ),
    (
        {"allow_credentials": [dangerously("null", because="x")]},
        "credentials-origin-unlisted",
        "allow_credentials[0]",
        "add dangerously('null'",
    ),
    (
        {"allow_origins": "*", "allow_credentials": ["http://printer.example"]},
        "origin-insecure",
        "allow_credentials[0]",
        "or dangerously('http://printer.example', because='…')",
    ),
    (
        {"allow_origins": "*", "allow_credentials": ["null"]},
        "origin-null",
        "allow_credentials[0]",
        "or dangerously('null'",
    ),
    (
        {"allow_origins": "*", "allow_credentials": ["https://*.github.io"]},
        "origin-public-suffix",
        "allow_credentials[0]",
        "or dangerously('https://*.github.io'",
    ),
    (
        {"allow_origins": "*", "allow_credentials": ["https://*.amazonaws.com"]},
        "origin-public-suffix-below",
        "allow_credentials[0]",
        "or dangerously('https://*.amazonaws.com'",
    ),
    (
        {"allow_origins": "*", "allow_credentials": ["moz-extension://*"]},
        "origin-any-host",
        "allow_credentials[0]",
        "a predicate: allow_credentials=[lambda origin: origin.scheme == 'moz-extension']",
    ),
    (
        {"allow_origins": "*", "allow_credentials": [f"{OK}/"]},
        "origin-trailing-slash",
        "allow_credentials[0]",
        f"'{OK}'",
    ),
    (
        {"allow_origins": "*", "allow_credentials": [7]},
        "origin-type",
        "allow_credentials[0]",
        "write the origin as text",
    ),
    (
        {"allow_origins": "*", "allow_credentials": [re.compile("(x)+")]},
        "origin-regex",
        "allow_credentials[0]",
        "a predicate: allow_credentials=[lambda",
    ),
    (
        {"allow_credentials": [OK], "expose_headers": "*"},
        "credentials-wildcard-expose",
        "expose_headers[0]",
        "list the response headers",
    ),
    ({"refuse_disallowed": 1}, "not-a-bool", "refuse_disallowed", "write True or False"),
    ({"refuse_disallowed": None}, "not-a-bool", "refuse_disallowed", "write True or False"),
    ({"max_age": 600.0}, "max-age-type", "max_age", "write 600"),
    ({"max_age": "600"}, "max-age-type", "max_age", "write 600"),
    ({"max_age": "999999"}, "max-age-type", "max_age", "write the seconds"),
    ({"max_age": True}, "max-age-type", "max_age", "write the seconds"),
    ({"max_age": 0.5}, "max-age-type", "max_age", "write the seconds"),
    ({"max_age": timedelta(milliseconds=1)}, "max-age-type", "max_age", "write the seconds"),
    ({"max_age": -1}, "max-age-range", "max_age", "write at most 86400"),
    ({"max_age": 86401}, "max-age-range", "max_age", "write 86400"),
    ({"max_age": timedelta(days=2)}, "max-age-range", "max_age", "write 86400"),
    ({"predicate_timeout": 0}, "timeout-range", "predicate_timeout", "write the seconds"),
    ({"predicate_timeout": float("nan")}, "timeout-range", "predicate_timeout", "write the seconds"),
    ({"predicate_timeout": float("inf")}, "timeout-range", "predicate_timeout", "write the seconds"),
    ({"predicate_timeout": 10**400}, "timeout-range", "predicate_timeout", "write the seconds"),
    ({"predicate_timeout": True}, "timeout-range", "predicate_timeout", "write the seconds"),
    ({"predicate_timeout": "1"}, "timeout-range", "predicate_timeout", "write the seconds"),
    ({"preflight_status": 404}, "preflight-status-range", "preflight_status", "write 204"),
    ({"preflight_status": 300}, "preflight-status-range", "preflight_status", "write 204"),
    ({"preflight_status": 199}, "preflight-status-range", "preflight_status", "write 204"),
    ({"preflight_status": True}, "preflight-status-range", "preflight_status", "write 204"),
    ({"preflight_status": "204"}, "preflight-status-range", "preflight_status", "write 204"),
]


@pytest.mark.parametrize(("declared", "code", "where", "hint"), FIELD_PROBLEMS, ids=_id)
def test_problems_of_a_field(declared: dict[str, Any], code: str, where: str, hint: str) -> None:
    problem = one(**declared)
    assert (problem.code, problem.where) == (code, where)
    assert hint in problem.hint
    assert problem.kind == PROBLEM_RULES[code].kind


MAPPING_PROBLEMS: list[tuple[dict[str, Any], str, str, str]] = [
    ({}, "origins-missing", "allow_origins", "list the origins"),
    ({"allow_origns": [OK], "allow_origins": [OK]}, "unknown-key", "allow_origns", "did you mean allow_origins?"),
    ({"allow-methods": [], "allow_origins": [OK]}, "unknown-key", "allow-methods", "did you mean allow_methods?"),
    (
        {"CORS_ALLOW_METHODS": [], "allow_origins": [OK]},
        "unknown-key",
        "CORS_ALLOW_METHODS",
        "did you mean allow_methods?",
    ),
    (
        {"supports_credentials": True, "allow_origins": [OK]},
        "unknown-key",
        "supports_credentials",
        "write allow_credentials",
    ),
    (
        {"CORS_SUPPORTS_CREDENTIALS": True, "allow_origins": [OK]},
        "unknown-key",
        "CORS_SUPPORTS_CREDENTIALS",
        "write allow_c",
    ),
    ({"allow_origin_regex": ".*", "allow_origins": [OK]}, "unknown-key", "allow_origin_regex", "list patterns"),
    ({"zzz": 1, "allow_origins": [OK]}, "unknown-key", "zzz", "the fields are allow_origins, allow_methods"),
    ({3: 1, "allow_origins": [OK]}, "unknown-key", "3", "the fields are"),  # type: ignore[dict-item]
    (
        {"allow_origins": [OK, {"dangerously": "null"}]},
        "dangerously-table",
        "allow_origins[1]",
        'write { dangerously = "',
    ),
    (
        {"allow_origins": [OK, {"dangerously": "null", "because": 1}]},
        "dangerously-table",
        "allow_origins[1]",
        'write { dangerously = "',
    ),
    (
        {"allow_origins": [{"dangerously": "null", "because": ""}]},
        "because-missing",
        "allow_origins[0]",
        'in TOML: { dangerously = "pattern", because = "…" }',
    ),
    (
        {"allow_origins": "*", "allow_credentials": [{"dangerously": "null"}]},
        "dangerously-table",
        "allow_credentials[0]",
        'write { dangerously = "',
    ),
]


@pytest.mark.parametrize(("mapping", "code", "where", "hint"), MAPPING_PROBLEMS, ids=_id)
def test_problems_of_a_mapping(mapping: dict[str, Any], code: str, where: str, hint: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.from_mapping(mapping)
    (problem,) = caught.value.problems
    assert (problem.code, problem.where) == (code, where)
    assert hint in problem.hint


POLICY = Policy(allow_origins=[OK])
PATH_PROBLEMS: list[tuple[dict[Any, Any], str, str]] = [
    ({"api": POLICY}, "path-invalid", "write whole segments"),
    ({"": POLICY}, "path-invalid", "write whole segments"),
    ({"/a//b": POLICY}, "path-invalid", "write whole segments"),
    ({"/a/../b": POLICY}, "path-invalid", "write whole segments"),
    ({"/a\\b": POLICY}, "path-invalid", "write whole segments"),
    ({"/%61pi/": POLICY}, "path-invalid", "write whole segments"),
    ({7: POLICY}, "path-invalid", "write whole segments"),
    ({"/api/*": POLICY}, "path-pattern", "write '/api/'"),
    ({"/items/{id}": None}, "path-pattern", "write '/items/'"),
    ({"/api/.*": None}, "path-pattern", "write '/api/'"),
    ({"/api": None, "/api/": POLICY}, "path-duplicate", "keep one of them"),
    ({"/api/": {"allow_origins": "*"}}, "path-policy", "give Policy(...), ReportOnly(...), or None"),
]


@pytest.mark.parametrize(("policies", "code", "hint"), PATH_PROBLEMS, ids=_id)
def test_problems_of_a_policy_map(policies: dict[Any, Any], code: str, hint: str) -> None:
    with pytest.raises(PolicyError) as caught:
        PolicyMap(policies)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert hint in problem.hint


def test_every_code_of_the_table_has_a_case() -> None:
    from tests.policy.test_advice import ADVICE
    from tests.policy.test_documents import DOCUMENT_PROBLEMS

    tried = {code for _, codes, _ in ORIGIN_PROBLEMS for code in codes}
    tried |= {case[1] for case in (*FIELD_PROBLEMS, *MAPPING_PROBLEMS, *PATH_PROBLEMS)}
    tried |= {code for _, places in ADVICE for code, _ in places}
    tried |= {code for _, problems in DOCUMENT_PROBLEMS for code, *_ in problems}
    # test_documents.py, test_policy.py, test_route_methods.py, test_request_url.py
    tried |= {"pyproject-table", "async-predicate", "method-route-unknown", "predicate-parameters"}
    assert tried == set(PROBLEM_RULES)


def test_codes_are_unique_and_shared_with_no_reason() -> None:
    from crossorigin.policy._problems import _ROWS

    codes = [rule.code for rule in _ROWS] + [str(code) for code in DecisionCode]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in codes)


@pytest.mark.parametrize("rule", PROBLEM_RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_has_a_sentence_and_advises_no_way_around(rule: Any) -> None:
    assert rule.sentence[0].islower() or rule.sentence[0] in "{`"
    assert not rule.sentence.endswith(".")
    assert rule.hint
    assert "'*'" not in rule.hint
    assert "no-cors" not in rule.hint + rule.sentence
    assert rule.source == "" or rule.source.startswith("https://")


def test_every_problem_comes_at_once_in_the_order_of_the_fields() -> None:
    problems = problems_of(
        preflight_status=404,
        allow_headers=["Cookie", "x y"],
        allow_origins=["null", f"{OK}/", OK],
        allow_methods=["patch"],
        max_age=-1,
    )
    assert [problem.where for problem in problems] == [
        "allow_origins[0]",
        "allow_origins[1]",
        "allow_methods[0]",
        "allow_headers[0]",
        "allow_headers[1]",
        "max_age",
        "preflight_status",
    ]


def test_problems_of_keys_and_of_fields_come_together() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.from_mapping({"zzz": 1, "allow_origins": [{}, "null"], "max_age": -1})
    assert [(problem.code, problem.index) for problem in caught.value.problems] == [
        ("unknown-key", None),
        ("dangerously-table", 0),
        ("origin-null", 1),
        ("max-age-range", None),
    ]


@pytest.mark.parametrize(
    "pattern",
    [
        "https://r3---sn-abc.googlevideo.com",
        "https://_x.example.com",
        "https://my_app.example.com",
        "http://*.localhost:3000",
        "https://*.internal",
        "https://*.me.github.io",
        "https://github.io",
        "https://co.uk",
        "http://localhost:*",
        "http://127.0.0.1:*",
        "http://[::1]:*",
        "https://pr-*--shop.netlify.app",
        "https://deploy-*.example.com",
        "https://192.168.1.10:8443",
        "https://xn--bcher-kva.example",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "capacitor://localhost",
        "tauri://localhost",
        "https://1password.example",
        "https://example.com:80",
        "https://" + "a" * 63 + ".example",
    ],
)
@pytest.mark.parametrize("credentials", [True, False])
def test_what_is_sound_is_not_refused(pattern: str, credentials: bool) -> None:
    assert Policy(allow_origins=[pattern], allow_credentials=credentials).allow_origins == (pattern,)


def test_plain_http_without_credentials_is_not_refused() -> None:
    assert Policy(allow_origins=["http://app.example.com", "http://*.example.com"])


@pytest.mark.parametrize(
    ("pattern", "credentials"),
    [
        ("null", True),
        ("file://", True),
        ("http://app.example.com", True),
        ("https://*.github.io", False),
        ("https://x-*.vercel.app", True),
    ],
)
def test_dangerously_lifts_a_refusal_of_this_library(pattern: str, credentials: bool) -> None:
    lifted = dangerously(pattern, because="a reason")
    assert Policy(allow_origins=[lifted], allow_credentials=credentials).allow_origins == (lifted,)


def test_dangerously_lifts_it_for_that_one_pattern() -> None:
    problems = problems_of(allow_origins=[dangerously("https://*.github.io", because="x"), "https://*.gitlab.io"])
    assert [(problem.code, problem.index) for problem in problems] == [("origin-public-suffix", 1)]


class Method(StrEnum):
    PUT = "PUT"


class Site(StrEnum):
    APP = OK


def test_enum_members_and_origins_become_plain_text() -> None:
    policy = Policy(allow_origins=[Site.APP, Origin("https", "b.example")], allow_methods=[Method.PUT])
    assert policy == Policy(allow_origins=[OK, "https://b.example"], allow_methods=["PUT"])
    assert {type(value) for value in (*policy.allow_origins, *policy.allow_methods)} == {str}


def test_without_can_ada_the_hint_has_no_corrected_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "can_ada", None)
    problem = one(allow_origins=["https://bücher.example"])
    assert problem.code == "origin-host-unicode"
    assert problem.hint == "write the A-label (`xn--…`); with can-ada installed, this hint shows it"


def texts() -> st.SearchStrategy[str]:
    alphabet = "ahtps:/.*-_@?#[]0127x^$()|\\ ,Aü%"
    near = mutated([*EXACT, *WILDCARDS]).map(lambda value: value.decode("latin-1"))
    return (
        near
        | st.text(alphabet=alphabet, max_size=25)
        | st.text(alphabet=alphabet, max_size=15).map("https://{}".format)
    )


@given(texts())
def test_what_does_not_parse_has_a_fault_and_what_is_corrected_parses(text: str) -> None:
    """The fault named is a real one: none is the fallback that the table of faults has for what it does not know."""
    if parse_origin_pattern(text) is None and text != "*" and text not in ORIGINS_OUTSIDE_THE_GRAMMAR:
        diagnosis = diagnose(text)
        assert diagnosis.faults
        assert ("origin-host-character", "what a host has not") not in diagnosis.faults
        assert all(map(parse_origin_pattern, diagnosis.corrected))


@given(texts(), st.booleans())
def test_a_corrected_value_is_accepted(text: str, credentials: bool) -> None:
    try:
        Policy(allow_origins=[text], allow_credentials=credentials)
    except PolicyError as error:
        for problem in error.problems:
            if problem.corrected is not None:
                corrected = problem.corrected if isinstance(problem.corrected, tuple) else (problem.corrected,)
                assert Policy(allow_origins=list(corrected), allow_credentials=credentials)


LIST_FORMS = [
    ",".join,
    ", ".join,
    ";".join,
    "\n".join,
    lambda items: f"{','.join(items)},",
    lambda items: f"'{','.join(items)}'",
    lambda items: "'" + "', '".join(items) + "'",
    json.dumps,
    str,
    lambda items: json.dumps(items)[:-1] + ",]",
    lambda items: json.dumps(json.dumps(items)),
    lambda items: f"[{', '.join(items)}]",
    lambda items: str(tuple(items)),
]


@given(
    st.lists(texts() | st.sampled_from([*EXACT, *WILDCARDS]), max_size=3), st.sampled_from(LIST_FORMS), st.booleans()
)
def test_a_list_that_a_hint_says_to_write_is_taken(items: list[str], form: Any, credentials: bool) -> None:
    try:
        Policy(allow_origins=form(items), allow_credentials=credentials)
    except PolicyError as error:
        problem = next(problem for problem in error.problems if problem.field == "allow_origins")
        assert problem.code == "not-a-collection"
        if written := re.search(r"allow_origins=(\[.*\])$", problem.hint):
            assert "*" not in ast.literal_eval(written[1])
            assert Policy(allow_origins=ast.literal_eval(written[1]), allow_credentials=credentials)


@given(
    st.lists(st.sampled_from([*EXACT, *WILDCARDS]), min_size=1, max_size=3, unique=True), st.sampled_from(LIST_FORMS)
)
def test_the_list_in_a_hint_is_what_was_meant(items: list[str], form: Any) -> None:
    problem = one(allow_origins=form(items))
    assert problem.hint == f"write allow_origins={items}"
    if len(items) > 1:
        assert one(allow_origins=[form(items)]).corrected == tuple(items)


@given(
    st.text(alphabet="GETputrace ,:*()ü", max_size=12),
    st.sampled_from(["allow_methods", "allow_headers", "expose_headers"]),
)
def test_a_corrected_name_is_accepted(text: str, field: str) -> None:
    try:
        Policy(allow_origins=[OK], **{field: [text]})  # type: ignore[arg-type]
    except PolicyError as error:
        (problem,) = error.problems
        if problem.corrected is not None:
            corrected = problem.corrected if isinstance(problem.corrected, tuple) else (problem.corrected,)
            assert Policy(allow_origins=[OK], **{field: list(corrected)})  # type: ignore[arg-type]


@given(
    st.builds(
        "{}://{}{}".format,
        st.sampled_from(["http", "https"]),
        st.from_regex(r"[ax0_-]{1,3}([.][ax0_-]{0,3}){0,3}", fullmatch=True),
        st.sampled_from(["", ":80", ":443", ":8443", ":65536", ":0", ":08", ":4430", ":44"]),
    ),
    st.booleans(),
)
def test_the_fast_way_of_checking_an_exact_origin_says_what_the_slow_one_does(text: str, credentials: bool) -> None:
    if _plain_origin(credentials=credentials)(text):
        pattern = parse_origin_pattern(text)
        assert pattern is not None
        assert pattern.kind == "exact"
        assert refusals(text, credentials=credentials) == []


def test_most_origins_take_the_fast_way() -> None:
    fast = _plain_origin(credentials=False)
    for text in (
        "https://app.example.com",
        "https://a-1.b_2.example:8443",
        "http://localhost:3000",
        "http://a.example",
    ):
        assert fast(text)
    assert not _plain_origin(credentials=True)("http://a.example")


def test_a_long_value_is_cut_in_the_message() -> None:
    problems = problems_of(allow_origins=["https://" + "A" * 1_000_000])
    assert [problem.code for problem in problems] == ["origin-host-case", "origin-host-length"]
    assert all(len(str(problem)) < 1000 for problem in problems)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_host_is_at_most_253_bytes_under_either_scheme(scheme: str) -> None:
    longest = ".".join(["a" * 63] * 3 + ["a" * 61])
    assert Policy(allow_origins=[f"{scheme}://{longest}"]).allow_origins == (f"{scheme}://{longest}",)
    with pytest.raises(PolicyError):
        Policy(allow_origins=[f"{scheme}://{longest}a"])


@pytest.mark.parametrize("scheme", ["moz-extension", "chrome-extension", "vscode-webview", "safari-web-extension"])
def test_what_the_hint_about_a_scheme_says_can_be_written(scheme: str) -> None:
    hint = one(allow_origins=[f"{scheme}://*"]).hint
    page, other = {"Origin": f"{scheme}://1A2b-3"}, {"Origin": f"other-{scheme}://1a2b-3"}
    for written in (*re.findall(r"lambda [^]]*", hint), *re.findall(r"dangerously\(.*\)", hint)):
        policy = Policy(allow_origins=[eval(written, {"dangerously": dangerously})])
        assert policy.decide("GET", page).allowed
        assert not policy.decide("GET", other).allowed
    assert hint.count("lambda") == hint.count("dangerously") == 1


def test_what_a_predicate_allows_is_not_known_so_a_list_of_credentials_may_hold_it() -> None:
    policy = Policy(allow_origins=[lambda origin: origin.host == "a.example"], allow_credentials=["https://a.example"])
    assert policy.decide("GET", {"Origin": "https://a.example"}).headers[1:]


def test_a_list_of_credentials_within_wider_patterns_is_fine() -> None:
    within = [
        "https://a.example.com:8443",
        "https://*.b.example.com",
        "https://pr-*.example.com:81",
        "http://localhost:5",
    ]
    assert Policy(allow_origins=["https://*.example.com:*", "http://localhost:*"], allow_credentials=within)


def test_an_entry_with_a_problem_is_not_told_to_lie_outside_as_well() -> None:
    problems = problems_of(allow_credentials=[f"{OK}/", "https://other.example", OK])
    assert [(problem.code, problem.index) for problem in problems] == [
        ("origin-trailing-slash", 0),
        ("credentials-origin-unlisted", 1),
    ]


def test_origins_with_problems_are_told_before_what_lies_outside_of_them() -> None:
    problems = problems_of(allow_origins=[f"{OK}/"], allow_credentials=[OK])
    assert [problem.code for problem in problems] == ["origin-trailing-slash"]
    assert [problem.code for problem in problems_of(allow_origins=OK, allow_credentials=[OK])] == ["not-a-collection"]
