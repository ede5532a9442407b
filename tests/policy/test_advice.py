from typing import Any

import pytest

from crossorigin.policy import Policy, dangerously

OK = "https://app.example.com"
LIFTED = dangerously(OK, because="x")
PRINTER = dangerously("http://printer.example", because="x")
EXTENSIONS = dangerously("moz-extension://*", because="x")

ADVICE: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"allow_origins": [OK]}, []),
    ({"allow_origins": [OK, "https://b.example", OK]}, [("duplicate", "allow_origins[2]")]),
    ({"allow_origins": ["https://*.example.com", OK]}, [("redundant-origin", "allow_origins[1]")]),
    ({"allow_origins": [OK, "https://*.example.com"]}, [("redundant-origin", "allow_origins[0]")]),
    ({"allow_origins": ["https://*.example.com", "https://example.com"]}, []),
    (
        {"allow_origins": ["https://*.example.com", "https://*.example.com:*"]},
        [("redundant-origin", "allow_origins[0]")],
    ),
    (
        {"allow_origins": ["https://*.a.example.com", "https://*.example.com"]},
        [("redundant-origin", "allow_origins[0]")],
    ),
    (
        {"allow_origins": ["https://pr-*.example.com", "https://*.example.com"]},
        [("redundant-origin", "allow_origins[0]")],
    ),
    ({"allow_origins": ["https://pr-*.example.com", "https://pr-1.example.com"]}, []),
    (
        {"allow_origins": ["https://*.example.com:1", f"{OK}:1", f"{OK}:2", OK]},
        [("redundant-origin", "allow_origins[1]")],
    ),
    ({"allow_origins": ["http://localhost:*", "http://localhost:3000"]}, [("redundant-origin", "allow_origins[1]")]),
    ({"allow_origins": ["http://localhost:*", "http://*.localhost:3000", "https://localhost"]}, []),
    ({"allow_origins": ["http://[::1]:*", "http://[::1]"]}, [("redundant-origin", "allow_origins[1]")]),
    ({"allow_origins": [EXTENSIONS, "moz-extension://a"]}, [("redundant-origin", "allow_origins[1]")]),
    ({"allow_origins": [EXTENSIONS, "moz-extension://a:1", "chrome-extension://a"]}, []),
    ({"allow_origins": [lambda origin: True, OK]}, []),
    ({"allow_origins": [LIFTED]}, [("dangerously-needless", "allow_origins[0]")]),
    ({"allow_origins": [dangerously("null", because="x")]}, []),
    ({"allow_origins": [dangerously("http://a.example", because="x")]}, [("dangerously-needless", "allow_origins[0]")]),
    ({"allow_origins": [dangerously("http://a.example", because="x")], "allow_credentials": True}, []),
    ({"allow_origins": ["wss://app.example.com"]}, [("origin-never-sent", "allow_origins[0]")]),
    ({"allow_origins": ["app://localhost"]}, []),
    (
        {"allow_methods": ["get", "PUT", "HEAD", "POST"]},
        [
            ("method-safelisted", "allow_methods[0]"),
            ("method-safelisted", "allow_methods[2]"),
            ("method-safelisted", "allow_methods[3]"),
        ],
    ),
    ({"allow_methods": ["OPTIONS"]}, [("method-options", "allow_methods[0]")]),
    ({"allow_methods": ["*", "PUT"]}, [("redundant-name", "allow_methods[1]")]),
    ({"allow_headers": ["Accept", "content-type", "Range"]}, [("header-safelisted", "allow_headers[0]")]),
    ({"allow_headers": ["*", "authorization"]}, []),
    (
        {"allow_headers": ["x-a", "*"]},
        [("redundant-name", "allow_headers[0]"), ("wildcard-authorization", "allow_headers")],
    ),
    ({"allow_headers": ["x-a", "X-A"]}, [("duplicate", "allow_headers[1]")]),
    ({"allow_headers": "*"}, [("wildcard-authorization", "allow_headers")]),
    ({"allow_headers": ["*", "authorization"]}, []),
    ({"allow_headers": "*", "allow_credentials": True}, []),
    ({"allow_headers": "*", "allow_credentials": [OK]}, [("wildcard-authorization", "allow_headers")]),
    ({"expose_headers": ["Content-Length", "etag"]}, [("expose-safelisted", "expose_headers[0]")]),
    ({"expose_headers": ["*", "etag"]}, [("redundant-name", "expose_headers[1]")]),
    ({"allow_credentials": [OK]}, []),
    ({"allow_credentials": [OK, OK]}, [("duplicate", "allow_credentials[1]")]),
    (
        {"allow_origins": "*", "allow_credentials": ["https://*.example.com", OK, LIFTED]},
        [
            ("redundant-origin", "allow_credentials[1]"),
            ("dangerously-needless", "allow_credentials[2]"),
            ("redundant-origin", "allow_credentials[2]"),
        ],
    ),
    ({"allow_origins": "*", "allow_credentials": [PRINTER]}, []),
    ({"allow_origins": [PRINTER], "allow_credentials": [PRINTER]}, [("dangerously-needless", "allow_origins[0]")]),
    ({"allow_origins": "*", "allow_credentials": ["wss://a.example"]}, [("origin-never-sent", "allow_credentials[0]")]),
    ({"max_age": 600}, []),
    ({"max_age": 601}, [("max-age-cap", "max_age")]),
    ({"max_age": 86400}, [("max-age-cap", "max_age")]),
]


@pytest.mark.parametrize(("declared", "expected"), ADVICE, ids=lambda value: repr(value).partition(" at 0x")[0][:70])
def test_advice(declared: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    advice = Policy(**{"allow_origins": [OK]} | declared).advice()
    assert [(problem.code, problem.where) for problem in advice] == expected
    assert {problem.kind for problem in advice} <= {"advice"}


def test_a_redundant_origin_names_what_covers_it() -> None:
    (advice,) = Policy(allow_origins=[OK, "https://*.example.com"]).advice()
    assert advice.message == "'https://*.example.com' covers 'https://app.example.com' already"


def test_the_caps_named_are_those_exceeded() -> None:
    (safari,) = Policy(allow_origins=[OK], max_age=7200).advice()
    (both,) = Policy(allow_origins=[OK], max_age=7201).advice()
    assert "Safari takes 600 seconds at most" in safari.message
    assert "Safari takes 600 seconds, Chromium 7200 at most" in both.message


def test_needless_danger_is_corrected_by_the_pattern_itself() -> None:
    (advice,) = Policy(allow_origins=[LIFTED]).advice()
    assert advice.corrected == OK
