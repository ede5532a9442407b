"""What other middlewares were seen to do wrong (design: peers), each by name: ours must not."""

from typing import Any

import pytest

from crossorigin import Policy, PolicyError, PolicyMap
from crossorigin.middleware.asgi import CORSMiddleware as ASGIMiddleware
from crossorigin.middleware.wsgi import CORSMiddleware as WSGIMiddleware
from tests.middleware.drive import Answered, Headers, asgi, asgi_app, wsgi, wsgi_app

GOOD = b"https://good.example.com"
TEXT = (b"content-type", b"text/plain")
VARY = (b"vary", b"Origin")
VARY_OPTIONS = (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
PUT = (b"access-control-request-method", b"PUT")
LISTED: dict[str, Any] = {
    "allow_origins": [GOOD.decode(), "https://*.x.example"],
    "allow_methods": ["PUT"],
    "allow_headers": ["x-a"],
    "allow_credentials": True,
}


class Stack:
    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, method: str, headers: Headers, *, app: Any = None, policy: Any = None, **more: Any) -> Answered:
        policy = policy or Policy(**LISTED)
        if self.name == "asgi":
            return asgi(ASGIMiddleware(app or asgi_app(), policy), method, headers, **more)
        more = {"PATH_INFO": more["path"]} if "path" in more else {}
        return wsgi(WSGIMiddleware(app or wsgi_app(), policy), method, headers, **more)


@pytest.fixture(params=["asgi", "wsgi"])
def answer(request: pytest.FixtureRequest) -> Stack:
    return Stack(request.param)


def denied(answer: Stack, *origins: bytes, **more: Any) -> None:
    for origin in origins:
        assert answer("GET", [(b"origin", origin)], **more).fields == [TEXT, VARY]
        preflight = answer("OPTIONS", [(b"origin", origin), PUT], **more)
        assert (preflight.status, preflight.fields) == (403, [(b"content-length", b"0"), VARY_OPTIONS])


# starlette


def test_starlette_takes_text_for_origins_and_matches_substrings_of_it(answer: Stack) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(allow_origins="https://good.example.com")
    assert [problem.code for problem in caught.value.problems] == ["not-a-collection"]
    denied(answer, b"https://good.example.co", b"h", b"https://good.example.com.evil.test")


def test_starlette_sends_credentials_to_denied_origins(answer: Stack) -> None:
    denied(answer, b"https://evil.test")


def test_starlette_reflects_anyone_under_a_star_with_credentials() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(allow_origins=["*"], allow_credentials=True)
    assert [problem.code for problem in caught.value.problems] == ["credentials-wildcard-origin"]


def test_starlette_repeats_vary(answer: Stack) -> None:
    app = (asgi_app if answer.name == "asgi" else wsgi_app)([(b"vary", b"Origin")])
    assert answer("GET", [(b"origin", b"https://evil.test")], app=app).fields == [(b"vary", b"Origin")]


def test_starlette_writes_none_for_a_missing_max_age(answer: Stack) -> None:
    fields = dict(answer("OPTIONS", [(b"origin", GOOD), PUT]).fields)
    assert b"access-control-max-age" not in fields


def test_starlette_sends_bare_500s(answer: Stack) -> None:
    def raises(*arguments: Any) -> Any:
        raise ValueError

    answered = answer("GET", [(b"origin", GOOD)], app=raises)
    assert answered.status == 500
    assert (b"access-control-allow-origin", GOOD) in answered.fields


def test_starlette_reflects_64_kib_of_requested_headers(answer: Stack) -> None:
    policy = Policy(**LISTED | {"allow_headers": "*"})
    long = (b"access-control-request-headers", b"x-a," * 16384)
    fields = answer("OPTIONS", [(b"origin", GOOD), PUT, long], policy=policy).fields
    assert sum(len(name) + len(value) for name, value in fields) < 400
    assert b"access-control-allow-headers" not in dict(fields)


# flask-cors, django-cors-headers, quart-cors, sanic-ext, expressjs: prefixes, unanchored expressions, guessed ones


def test_flask_cors_and_django_cors_headers_match_prefixes(answer: Stack) -> None:
    denied(answer, b"https://good.example.evil.test", b"https://good.example.com.evil.test", GOOD + b"x")


def test_flask_cors_takes_a_dot_for_any_character_and_a_star_for_anything(answer: Stack) -> None:
    denied(answer, b"https://goodXexample.com", b"https://Xx.example", b"https://x.example", b"https://axx.example")


def test_flask_cors_lets_part_of_a_method_pass() -> None:
    policy = Policy(**LISTED)
    decision = policy.decide("OPTIONS", [(b"origin", GOOD), (b"access-control-request-method", b"PU")])
    assert (decision.allowed, decision.reason.code) == (False, "method-unlisted")


def test_flask_cors_lets_a_path_prefix_cover_its_namesakes(answer: Stack) -> None:
    policies = PolicyMap({"/api": Policy(**LISTED)})
    assert answer("GET", [(b"origin", GOOD)], policy=policies, path="/apiary").fields == [TEXT]
    assert len(answer("GET", [(b"origin", GOOD)], policy=policies, path="/api/ary").fields) == 4


def test_flask_cors_spends_seconds_on_commas(answer: Stack) -> None:
    """Nothing but the whole of it is looked at; the bench has the time."""
    commas = (b"access-control-request-headers", b"," * 65536)
    fields = answer("OPTIONS", [(b"origin", GOOD), PUT, commas]).fields
    assert (b"access-control-allow-headers", b"x-a") in fields


def test_django_cors_headers_echoes_an_origin_with_a_path(answer: Stack) -> None:
    denied(answer, GOOD + b"/x?y#z", GOOD + b"/", GOOD + b"?", GOOD + b"#")


def test_an_unanchored_expression_matches_in_the_middle(answer: Stack) -> None:
    denied(answer, b"https://evilx.example", b"https://evil.test/?" + GOOD, b"https://evil.test#.x.example")


# aiohttp-cors, litestar, falcon, asgi-cors, express


def test_aiohttp_cors_never_sends_vary(answer: Stack) -> None:
    assert answer("GET", []).fields == [TEXT, VARY]


def test_aiohttp_cors_drops_the_connection_when_a_handler_sets_acao(answer: Stack) -> None:
    app = (asgi_app if answer.name == "asgi" else wsgi_app)([(b"access-control-allow-origin", b"*")])
    answered = answer("GET", [(b"origin", b"https://evil.test")], app=app)
    assert (answered.status, answered.fields, answered.error) == (200, [VARY], None)


@pytest.mark.parametrize("headers", [[], [(b"origin", GOOD)], [PUT]], ids=["plain", "no ACRM", "no Origin"])
def test_litestar_express_and_tower_http_take_every_options_for_a_preflight(answer: Stack, headers: Headers) -> None:
    answered = answer("OPTIONS", headers)
    assert (answered.status, answered.body) == (200, b"ok")
    assert answered.fields[-1] == VARY_OPTIONS


def test_litestar_and_falcon_overwrite_the_vary_of_the_app(answer: Stack) -> None:
    app = (asgi_app if answer.name == "asgi" else wsgi_app)([(b"vary", b"Cookie")])
    assert answer("GET", [], app=app).fields == [(b"vary", b"Cookie, Origin")]


def test_asgi_cors_answers_no_preflight(answer: Stack) -> None:
    answered = answer("OPTIONS", [(b"origin", GOOD), PUT])
    assert (answered.status, answered.body) == (204, b"")


def test_express_sends_its_lists_to_denied_origins(answer: Stack) -> None:
    denied(answer, b"https://evil.test")


def test_blacksheep_refuses_the_same_origin(answer: Stack) -> None:
    policy = Policy(**LISTED, refuse_disallowed=True)
    headers = [(b"origin", b"https://own.example"), (b"host", b"own.example")]
    assert answer("POST", headers, policy=policy).status == 200
    assert answer("POST", headers[:1], policy=policy).status == 403


# rs/cors, jub0bs/cors


def test_jub0bs_refuses_the_preflight_of_an_upload_listener(answer: Stack) -> None:
    policy = Policy(allow_origins=[GOOD.decode(), "https://other.example"])
    answered = answer("OPTIONS", [(b"origin", GOOD), (b"access-control-request-method", b"POST")], policy=policy)
    assert (answered.status, answered.fields) == (204, [(b"access-control-allow-origin", GOOD), VARY_OPTIONS])


def test_jub0bs_took_a_path_for_a_subdomain_and_a_namesake_for_a_child(answer: Stack) -> None:
    denied(answer, b"https://evil.com/.x.example", b"https://barx.example", b"https://x.example.evil.test")


def test_jub0bs_lost_ipv6(answer: Stack) -> None:
    policy = Policy(allow_origins=["http://[::1]:3000", "http://[::1]:*", "https://other.example"])
    for origin in (b"http://[::1]:3000", b"http://[::1]"):
        answered = answer("GET", [(b"origin", origin)], policy=policy)
        assert answered.fields == [TEXT, (b"access-control-allow-origin", origin), VARY]
