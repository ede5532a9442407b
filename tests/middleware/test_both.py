"""What the ASGI and the WSGI middleware do alike: one table of rows, and the reference for everything else."""

import logging
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossorigin import Origin, Policy, PolicyError, PolicyMap, ReportOnly, RequestURL
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware.asgi import CORSMiddleware as ASGIMiddleware
from crossorigin.middleware.engine import Route, RoutePolicies
from crossorigin.middleware.wsgi import CORSMiddleware as WSGIMiddleware
from crossorigin.policy import _reference
from crossorigin.policy._request import CORSRequest
from tests.middleware.drive import Answered, Headers, asgi, asgi_app, wsgi, wsgi_app
from tests.policy.strategies import HOSTILE_ORIGINS, policies, requests

APP = b"https://app.example.com"
OTHER = b"https://other.example.com"
EVIL = b"https://evil.example.net"
TEXT = (b"content-type", b"text/plain")
VARY = (b"vary", b"Origin")
VARY_OPTIONS = (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
PUT = (b"access-control-request-method", b"PUT")

LISTED = Policy(
    allow_origins=[APP.decode(), OTHER.decode(), "https://*.apps.example.com"],
    allow_methods=["PUT"],
    allow_headers=["x-a"],
    expose_headers=["etag"],
    allow_credentials=True,
    max_age=600,
)
ONE = Policy(allow_origins=[APP.decode()], allow_methods=["PUT"], max_age=5)
ANY = Policy(allow_origins="*", preflight_status=200)
REFUSING = LISTED.replace(refuse_disallowed=True)
ECHOING = ONE.replace(allow_credentials=True, allow_headers="*", allow_methods="*")


class Side:
    """One of the two middlewares, driven alike."""

    def __init__(self, name: str, middleware: Any, drive: Any, app: Any) -> None:
        self.name, self.middleware, self.drive, self.app = name, middleware, drive, app

    def request(
        self, policy: Any, method: str, headers: Headers, *, app_headers: Any = (TEXT,), status: int = 200, **more: Any
    ) -> Answered:
        app = self.app(app_headers, status=status)
        return self.drive(self.middleware(app, policy, **more), method, headers)


BOTH = [Side("asgi", ASGIMiddleware, asgi, asgi_app), Side("wsgi", WSGIMiddleware, wsgi, wsgi_app)]


@pytest.fixture(params=BOTH, ids=lambda side: side.name)
def side(request: pytest.FixtureRequest) -> Any:
    return request.param


def allowed(origin: bytes) -> Headers:
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", b"etag"),
        VARY,
    ]


def preflight(origin: bytes) -> Headers:
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-allow-methods", b"PUT"),
        (b"access-control-allow-headers", b"x-a"),
        (b"access-control-max-age", b"600"),
        VARY_OPTIONS,
    ]


ONE_FIELD = (b"access-control-allow-origin", APP)
REFUSED = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"19"), (b"cache-control", b"no-store")]
DENIED_PREFLIGHT = [(b"content-length", b"0"), VARY_OPTIONS]

ROWS: dict[str, tuple[Policy, str, Headers, int, Headers, bytes]] = {
    "list, no Origin": (LISTED, "GET", [], 200, [TEXT, VARY], b"ok"),
    "list, allowed": (LISTED, "GET", [(b"origin", APP)], 200, [TEXT, *allowed(APP)], b"ok"),
    "list, allowed by a wildcard": (
        LISTED,
        "POST",
        [(b"origin", b"https://a.b.apps.example.com")],
        200,
        [TEXT, *allowed(b"https://a.b.apps.example.com")],
        b"ok",
    ),
    "list, denied": (LISTED, "GET", [(b"origin", EVIL)], 200, [TEXT, VARY], b"ok"),
    "list, two Origins": (LISTED, "GET", [(b"origin", APP), (b"origin", APP)], 200, [TEXT, VARY], b"ok"),
    "list, three Origins": (LISTED, "GET", [(b"origin", APP)] * 3, 200, [TEXT, VARY], b"ok"),
    "list, preflight": (LISTED, "OPTIONS", [(b"origin", APP), PUT], 204, preflight(APP), b""),
    "list, preflight of a method not listed": (
        LISTED,
        "OPTIONS",
        [(b"origin", APP), (b"access-control-request-method", b"PATCH")],
        204,
        preflight(APP),
        b"",
    ),
    "list, preflight denied": (LISTED, "OPTIONS", [(b"origin", EVIL), PUT], 403, DENIED_PREFLIGHT, b""),
    "list, preflight with two Origins": (
        LISTED,
        "OPTIONS",
        [(b"origin", APP), (b"origin", APP), PUT],
        403,
        DENIED_PREFLIGHT,
        b"",
    ),
    "list, OPTIONS without Origin": (LISTED, "OPTIONS", [PUT], 200, [TEXT, VARY_OPTIONS], b"ok"),
    "list, OPTIONS that is no preflight": (
        LISTED,
        "OPTIONS",
        [(b"origin", APP)],
        200,
        [TEXT, *allowed(APP)[:-1], VARY_OPTIONS],
        b"ok",
    ),
    "one origin, no Origin": (ONE, "GET", [], 200, [TEXT, ONE_FIELD], b"ok"),
    "one origin, denied": (ONE, "GET", [(b"origin", EVIL)], 200, [TEXT, ONE_FIELD], b"ok"),
    "one origin, preflight denied": (
        ONE,
        "OPTIONS",
        [(b"origin", EVIL), PUT],
        204,
        [
            ONE_FIELD,
            (b"access-control-allow-methods", b"PUT"),
            (b"access-control-max-age", b"5"),
            VARY_OPTIONS,
        ],
        b"",
    ),
    "one origin, OPTIONS": (ONE, "OPTIONS", [], 200, [TEXT, ONE_FIELD, VARY_OPTIONS], b"ok"),
    "any origin": (ANY, "GET", [(b"origin", EVIL)], 200, [TEXT, (b"access-control-allow-origin", b"*")], b"ok"),
    "any origin, preflight": (
        ANY,
        "OPTIONS",
        [(b"origin", EVIL), PUT],
        200,
        [(b"access-control-allow-origin", b"*"), (b"content-length", b"0"), VARY_OPTIONS],
        b"",
    ),
    "refusing, denied": (
        REFUSING,
        "GET",
        [(b"origin", EVIL)],
        403,
        [*REFUSED, VARY],
        b"Not allowed by CORS",
    ),
    "refusing, OPTIONS denied": (
        REFUSING,
        "OPTIONS",
        [(b"origin", EVIL)],
        403,
        [*REFUSED, VARY_OPTIONS],
        b"Not allowed by CORS",
    ),
    "refusing, HEAD denied": (REFUSING, "HEAD", [(b"origin", EVIL)], 403, [*REFUSED, VARY], b""),
    "refusing, no Origin": (REFUSING, "POST", [], 200, [TEXT, VARY], b"ok"),
    "refusing, same origin by Sec-Fetch-Site": (
        REFUSING,
        "POST",
        [(b"origin", EVIL), (b"sec-fetch-site", b"same-origin")],
        200,
        [TEXT, VARY],
        b"ok",
    ),
    "refusing, same origin by Host": (
        REFUSING,
        "POST",
        [(b"origin", EVIL), (b"host", b"evil.example.net")],
        200,
        [TEXT, VARY],
        b"ok",
    ),
    "refusing, http page on an https host": (
        REFUSING,
        "GET",
        [(b"origin", b"http://evil.example.net"), (b"host", b"evil.example.net")],
        403,
        [*REFUSED, VARY],
        b"Not allowed by CORS",
    ),
    "echoing, preflight": (
        ECHOING,
        "OPTIONS",
        [(b"origin", APP), PUT, (b"access-control-request-headers", b"X-A, authorization,x-b")],
        204,
        [
            ONE_FIELD,
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-allow-methods", b"PUT"),
            (b"access-control-allow-headers", b"X-A,x-b"),
            (b"access-control-max-age", b"5"),
            VARY_OPTIONS,
        ],
        b"",
    ),
    "echoing, a method too long": (
        ECHOING,
        "OPTIONS",
        [(b"origin", APP), (b"access-control-request-method", b"X" * 65)],
        204,
        [
            ONE_FIELD,
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-max-age", b"5"),
            VARY_OPTIONS,
        ],
        b"",
    ),
    "echoing, preflight denied": (ECHOING, "OPTIONS", [(b"origin", EVIL), PUT], 403, DENIED_PREFLIGHT, b""),
    "echoing, 64 KiB of request headers": (
        ECHOING,
        "OPTIONS",
        [(b"origin", APP), PUT, (b"access-control-request-headers", b"x-a," * 16384)],
        204,
        [
            ONE_FIELD,
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-allow-methods", b"PUT"),
            (b"access-control-max-age", b"5"),
            VARY_OPTIONS,
        ],
        b"",
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_decision_table(side: Side, row: str) -> None:
    policy, method, headers, status, fields, body = ROWS[row]
    answered = side.request(policy, method, headers)
    assert (answered.status, answered.fields, answered.body, answered.error) == (status, fields, body, None)


@pytest.mark.parametrize("status", [200, 201, 204, 206, 301, 302, 304, 307, 400, 401, 404, 405, 422, 500, 503])
def test_every_final_status_carries_the_fields(side: Side, status: int) -> None:
    answered = side.request(LISTED, "GET", [(b"origin", APP)], status=status)
    assert (answered.status, answered.fields) == (status, [TEXT, *allowed(APP)])


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        ([(b"Vary", b"Accept-Encoding")], [(b"vary", b"Accept-Encoding, Origin")]),
        ([(b"vary", b"origin")], [(b"vary", b"origin")]),
        ([(b"VARY", b"ORIGIN, Accept"), (b"vary", b"accept,Cookie")], [(b"vary", b"ORIGIN, Accept, Cookie")]),
        ([(b"vary", b"*")], [(b"vary", b"*")]),
        ([(b"vary", b"Accept"), TEXT, (b"vary", b" * ")], [(b"vary", b"*"), TEXT]),
        ([(b"vary", b""), TEXT], [(b"vary", b"Origin"), TEXT]),
        ([TEXT, (b"vary", b"a,,b , a")], [TEXT, (b"vary", b"a, b, Origin")]),
    ],
    ids=["another name", "ours already", "two lines", "everything", "everything, later", "empty", "holes"],
)
def test_vary_is_merged_into_one_line_without_repeats(side: Side, sent: Headers, received: Headers) -> None:
    for _ in range(2):  # a middleware that learns must not unlearn
        assert side.request(LISTED, "GET", [], app_headers=sent).fields == received


def test_a_constant_policy_leaves_the_vary_of_the_app_alone(side: Side) -> None:
    app = side.middleware(side.app([(b"vary", b"a"), (b"vary", b"A")]), ONE)
    for _ in range(2):
        assert side.drive(app, "GET").fields == [(b"vary", b"a"), (b"vary", b"A"), ONE_FIELD]
    assert side.drive(app, "OPTIONS").fields == [
        (b"vary", b"a, Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
        ONE_FIELD,
    ]


OWN = [
    (b"access-control-allow-origin", b"*"),
    (b"Access-Control-Allow-Credentials", b"true"),
    (b"ACCESS-CONTROL-EXPOSE-HEADERS", b"x-secret"),
    (b"aCCess-cONtrol-aLLow-priVate-netWork", b"true"),
    (b"access-control-something-new", b"1"),
]


def test_the_access_control_fields_of_the_app_are_removed_and_named_once_a_route(
    side: Side, caplog: pytest.LogCaptureFixture
) -> None:
    app = side.middleware(side.app([*OWN[:2], TEXT, *OWN[2:]]), LISTED)
    for _ in range(3):
        assert side.drive(app, "GET", [(b"origin", APP)]).fields == [TEXT, *allowed(APP)]
        assert side.drive(app, "GET", [(b"origin", EVIL)]).fields == [TEXT, VARY]
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("crossorigin", logging.WARNING)
    # Not access-control-allow-credentials: the app said of it what the policy says.
    assert "'/' set access-control-allow-origin," in record.getMessage()


def test_warnings_about_routes_have_an_end(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    app = side.middleware(side.app(OWN), LISTED)
    for number in range(150):
        path = f"/items/{number}"
        assert side.drive(app, "GET", path=path, PATH_INFO=path).fields == [VARY]
    assert len(caplog.records) == 100
    assert caplog.records[-1].getMessage().endswith("no more routes are reported")


def test_a_path_cannot_write_lines_into_the_log(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    path = "/\n2026-01-01 root logged in\x1b[2J" + "a" * 5000
    side.drive(side.middleware(side.app(OWN), LISTED), "GET", path=path, PATH_INFO=path)
    message = caplog.records[0].getMessage()
    assert message.isprintable()
    assert len(message) < 1000


def test_a_field_name_cannot_write_lines_into_the_log(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    name = b"access-control-\n2026-01-01 root logged in\x1b[2J" + b"a" * 5000
    assert side.drive(side.middleware(side.app([(name, b"1")]), LISTED), "GET").fields == [VARY]
    message = caplog.records[0].getMessage()
    assert message.isprintable()
    assert len(message) < 1000


def test_names_met_before_save_no_response_from_being_looked_through(side: Side) -> None:
    """The app changes what it sends: fields of its own after a hundred responses without."""
    sent: list[Any] = [(b"x-%d" % number, b"1") for number in range(400)]
    current: list[Any] = []
    if side.name == "asgi":

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await asgi_app(list(current))(scope, receive, send)
    else:

        def app(environ: Any, start_response: Any) -> Any:
            return wsgi_app(list(current))(environ, start_response)

    middleware = side.middleware(app, LISTED)
    for field in [*sent, *OWN, (b"Vary", b"Origin"), *sent[::-1]]:
        current[:] = [field, TEXT]
        name = field[0].lower()
        expected = [] if name.startswith(b"access-control-") else [(name, field[1])]
        rest = [TEXT] if name == b"vary" else [TEXT, VARY]
        assert side.drive(middleware, "GET").fields == [*expected, *rest]


@pytest.mark.parametrize("origin", HOSTILE_ORIGINS, ids=lambda origin: repr(origin[:40]))
def test_a_hostile_origin_is_never_matched_never_echoed_never_an_error(side: Side, origin: bytes) -> None:
    policy = Policy(allow_origins=["https://*.example.com", "https://example.com", "http://localhost:*"])
    if policy.decide("GET", [(b"origin", origin)]).allowed:
        pytest.fail("this origin is not hostile")
    answered = side.request(policy, "GET", [(b"origin", origin)])
    assert (answered.status, answered.fields, answered.error) == (200, [TEXT, VARY], None)
    answered = side.request(policy, "OPTIONS", [(b"origin", origin), PUT])
    assert (answered.status, answered.fields, answered.error) == (403, DENIED_PREFLIGHT, None)


@settings(max_examples=300)
@given(
    policies(),
    requests(),
    st.lists(
        st.sampled_from([TEXT, (b"Vary", b"Accept"), (b"vary", b"origin"), *OWN, (b"cache-control", b"x")]), max_size=4
    ),
)
@pytest.mark.parametrize("side", BOTH, ids=lambda side: side.name)
def test_the_wire_is_what_the_reference_decides(
    side: Side, policy: Policy, request: tuple[str, Headers], app_headers: Headers
) -> None:
    """The quick way and the slow one alike, with a whole response rebuilt by hand."""
    method, headers = request
    headers = [(name.lower(), value) for name, value in headers]
    decision = _reference.decide(policy, CORSRequest.of(method, headers, scheme="https"))
    answered = side.request(policy, method, headers, app_headers=app_headers)
    ours = [*decision.headers]
    vary = [name.decode() for name in decision.vary]
    if decision.status is not None:
        assert answered.status == decision.status
        assert answered.fields == [*ours, (b"vary", ", ".join(vary).encode())]
        assert answered.body == decision.body
        return
    kept = [(name.lower(), value) for name, value in app_headers if not name.lower().startswith(b"access-control-")]
    varied = [value.decode() for name, value in kept if name == b"vary"]
    if vary and varied:
        position = [name for name, _ in kept].index(b"vary")
        kept = [field for field in kept if field[0] != b"vary"]
        seen: dict[str, str] = {}
        for name in [*varied, *vary]:
            seen.setdefault(name.lower(), name)
        kept.insert(position, (b"vary", ", ".join(seen.values()).encode()))
    elif vary:
        ours.append((b"vary", ", ".join(vary).encode()))
    assert (answered.status, answered.fields) == (200, [*kept, *ours])


def test_no_request_waits_for_a_policy_to_be_compiled(side: Side) -> None:
    first, second, third = (Policy(allow_origins=["https://a.example"], max_age=age) for age in (1, 2, 3))
    app = side.middleware(side.app([TEXT]), first)
    app.policy = PolicyMap({"/a": second, "/b": None, "/c": third})
    assert all(policy._compiled is not None for policy in (first, second, third))


def test_a_policy_is_swapped_whole(side: Side) -> None:
    middleware = side.middleware(side.app(), ONE)
    assert middleware.policy is ONE
    assert side.drive(middleware, "GET").fields == [TEXT, ONE_FIELD]
    middleware.policy = LISTED
    assert middleware.policy is LISTED
    assert side.drive(middleware, "GET").fields == [TEXT, VARY]
    with pytest.raises(TypeError, match="not dict"):
        middleware.policy = {"allow_origins": "*"}
    assert middleware.policy is LISTED


def test_a_map_gives_each_path_its_policy_and_leaves_the_others_alone(side: Side) -> None:
    policies = PolicyMap({"/api/": LISTED, "/public/": ANY, "/": None})
    middleware = side.middleware(side.app([TEXT, OWN[0]]), policies)

    def fields(path: str, method: str = "GET") -> Headers:
        return side.drive(middleware, method, [(b"origin", APP), PUT], path=path, PATH_INFO=path).fields

    assert fields("/api/items") == [TEXT, *allowed(APP)]
    assert fields("/api") == [TEXT, *allowed(APP)]
    assert fields("/api", "OPTIONS") == preflight(APP)
    assert fields("/public/x") == [TEXT, (b"access-control-allow-origin", b"*")]
    assert fields("/apiary") == fields("/apiary", "OPTIONS") == [TEXT, OWN[0]]
    assert fields("/public/../api") == [TEXT, VARY]
    assert fields("/public//x", "OPTIONS") == DENIED_PREFLIGHT
    assert side.middleware(side.app(), policies).policy is policies


def test_own_origins_pass_where_a_proxy_hides_the_host(side: Side) -> None:
    headers = [(b"origin", EVIL), (b"host", b"10.0.0.1:8000")]
    assert side.request(REFUSING, "GET", headers).status == 403
    assert side.request(REFUSING, "GET", headers, own_origins=[EVIL.decode()]).status == 200
    assert side.request(REFUSING, "GET", headers, own_origins=[Origin.parse(EVIL.decode())]).status == 200


def test_debug_says_why_in_the_log_and_in_the_refusal(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "crossorigin")
    answered = side.request(REFUSING, "GET", [(b"origin", EVIL)], debug=True)
    assert answered.body == b"Not allowed by CORS: origin-unlisted (%s)\n" % EVIL
    assert (b"content-length", b"%d" % len(answered.body)) in answered.fields
    assert caplog.records[0].getMessage() == (
        "GET / is not allowed by CORS: origin-unlisted "
        "(Origin: https://evil.example.net, Sec-Fetch-Site: absent, Host: absent)"
    )
    caplog.clear()
    assert side.request(LISTED, "GET", [(b"origin", EVIL)], debug=True).fields == [TEXT, VARY]
    assert len(caplog.records) == 1
    caplog.clear()
    assert side.request(LISTED, "GET", [(b"origin", APP)], debug=True).fields == [TEXT, *allowed(APP)]
    assert side.request(LISTED, "GET", [], debug=True).fields == [TEXT, VARY]
    assert not caplog.records


def test_what_is_allowed_instead_is_said_in_the_log_alone(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "crossorigin")
    near = APP.replace(b"https:", b"http:")
    answered = side.request(REFUSING, "GET", [(b"origin", near)], debug=True)
    assert answered.body == b"Not allowed by CORS: origin-unlisted (%s)\n" % near
    assert caplog.records[0].getMessage().endswith(f"). you allow {APP.decode()}; the scheme differs")


LOGGING = {
    "no logging at all": "",
    "basicConfig, which takes warnings": "logging.basicConfig()",
    "a NullHandler": "logging.getLogger('crossorigin').addHandler(logging.NullHandler())",
    "a level of its own": "logging.getLogger('crossorigin').setLevel(logging.INFO)",
}


@pytest.mark.parametrize("set_up", LOGGING.values(), ids=LOGGING)
def test_debug_is_seen_on_stderr_where_no_handler_takes_it(set_up: str) -> None:
    run = subprocess.run([sys.executable, "-c", DEBUGGED.format(set_up=set_up)], capture_output=True, text=True)
    assert run.stdout == "handlers added: 0\n"
    (line,) = [line for line in run.stderr.splitlines() if "origin-unlisted" in line]
    assert line.startswith("crossorigin: GET / is not allowed by CORS: origin-unlisted")


def test_debug_is_seen_once_where_a_handler_takes_it() -> None:
    set_up = "logging.basicConfig(level=logging.INFO, format='taken: %(message)s')"
    run = subprocess.run([sys.executable, "-c", DEBUGGED.format(set_up=set_up)], capture_output=True, text=True)
    (line,) = [line for line in run.stderr.splitlines() if "origin-unlisted" in line]
    assert line.startswith("taken: GET /")


DEBUGGED = """
import logging
from crossorigin import Policy
from crossorigin.middleware.wsgi import CORSMiddleware
{set_up}
def handlers():
    return len(logging.getLogger().handlers) + len(logging.getLogger("crossorigin").handlers)
before = handlers()
policy = Policy(allow_origins=["https://a.example"])
app = CORSMiddleware(lambda environ, start: start("200 OK", []) or [], policy, debug=True)
environ = {{"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_ORIGIN": "https://evil.example"}}
app(environ, lambda status, headers, *_: None)
print("handlers added:", handlers() - before)
"""


class Broken(Exception):
    def __repr__(self) -> str:
        raise ValueError("no repr either")


@pytest.mark.parametrize("error", [ConnectionError("a\nb" * 1000), Broken()], ids=["long", "no repr"])
def test_a_predicate_that_raises_denies_is_logged_and_is_not_kept(
    side: Side, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(origin: Origin) -> bool:
        raise error

    policy = Policy(allow_origins=[fails])
    app_headers = [TEXT, (b"Cache-Control", b"public, max-age=60")]
    for _ in range(2):
        answered = side.request(policy, "GET", [(b"origin", APP)], app_headers=app_headers)
        assert (answered.status, answered.fields) == (200, [TEXT, (b"cache-control", b"no-store"), VARY])
    answered = side.request(policy, "OPTIONS", [(b"origin", APP), PUT])
    assert (answered.status, answered.fields) == (403, [(b"cache-control", b"no-store"), *DENIED_PREFLIGHT])
    answered = side.request(policy.replace(refuse_disallowed=True), "GET", [(b"origin", APP)])
    assert (answered.status, answered.fields) == (403, [*REFUSED, VARY])
    assert len(caplog.records) == 4
    for record in caplog.records:
        assert (record.name, record.levelno) == ("crossorigin", logging.ERROR)
        assert record.getMessage().isprintable()
        assert len(record.getMessage()) < 700
        assert "https://app.example.com" in record.getMessage()


def test_a_failing_predicate_sets_cache_control_on_a_response_met_before(side: Side) -> None:
    def fails_for_evil(origin: Origin) -> bool:
        if str(origin) == EVIL.decode():
            raise ConnectionError
        return True

    cached = (b"cache-control", b"public")
    middleware = side.middleware(side.app([cached]), allow_origins=[fails_for_evil])
    for _ in range(2):
        assert side.drive(middleware, "GET", [(b"origin", APP)]).fields[0] == cached
        assert side.drive(middleware, "GET", [(b"origin", EVIL)]).fields == [(b"cache-control", b"no-store"), VARY]


@pytest.mark.parametrize(
    "name", [b"x-accel-expires", b"X-Accel-Expires", b"expires", b"surrogate-control", b"cdn-cache-control", b"pragma"]
)
def test_what_caches_obey_before_cache_control_does_not_outlive_no_store(side: Side, name: bytes) -> None:
    def fails(origin: Origin) -> bool:
        raise ConnectionError

    middleware = side.middleware(side.app([(name, b"3600"), TEXT]), allow_origins=[fails])
    for _ in range(2):
        answered = side.drive(middleware, "GET", [(b"origin", APP)])
        assert answered.fields == [TEXT, (b"cache-control", b"no-store"), VARY]
    # Without an Origin nobody was asked, so it may be kept.
    assert (name.lower(), b"3600") in side.drive(middleware, "GET", []).fields


def test_keywords_of_policy_make_the_policy(side: Side) -> None:
    middleware = side.middleware(side.app(), allow_origins=[APP.decode()], allow_methods=["PUT"], max_age=5)
    assert middleware.policy == ONE


async def async_hook(event: Any) -> None: ...


class AsyncHook:
    async def __call__(self, event: Any) -> None: ...


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "needs a policy"),
        ({"policy": ONE, "max_age": 5}, "not both: remove max_age"),
        ({"policy": {"allow_origins": "*"}}, "not dict"),
        ({"policy": ONE, "own_origins": "https://a.example"}, "not text"),
        (
            {"origins": "*", "max_age": 5, "supports_credentials": True},
            r"origins: write allow_origins instead\n  supports_credentials: write allow_credentials instead$",
        ),
        (
            {"allow_orgins": ["*"]},
            r"CORSMiddleware\(\) got an unexpected keyword argument 'allow_orgins': did you mean ",
        ),
        ({"policy": ONE, "debgu": True}, "'debgu': did you mean debug\\?"),
        ({"policy": ONE, "allow_private_network": True}, "'allow_private_network': remove it: browsers gave up"),
        ({"policy": ONE, "on_decision": "log"}, "on_decision is called with a DecisionEvent, and 'log' cannot be"),
        ({"policy": ONE, "on_decision": async_hook}, "never awaited, and async_hook is async: make it a plain"),
        ({"policy": ONE, "on_decision": AsyncHook()}, "never awaited, and <.*AsyncHook.* is async: make it a plain"),
    ],
    ids=[
        "nothing",
        "both",
        "a mapping",
        "own_origins as text",
        "another package's keywords",
        "a typo",
        "a typo in an option",
        "what browsers gave up",
        "a hook that is none",
        "an async hook",
        "an async hook that is an object",
    ],
)
def test_what_is_no_policy_is_told_at_once(side: Side, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        side.middleware(side.app(), **arguments)


def test_problems_of_the_arguments_are_told_at_once(side: Side) -> None:
    with pytest.raises(PolicyError) as caught:
        side.middleware(side.app(), allow_origins=["https://a.example/", "null"])
    assert len(caught.value.problems) == 2
    with pytest.raises(ValueError, match="not a serialised origin"):
        side.middleware(side.app(), ONE, own_origins=["https://a.example/"])


@pytest.mark.parametrize("middleware", [ASGIMiddleware, WSGIMiddleware], ids=["ASGI", "WSGI"])
def test_what_is_no_app_is_refused_when_it_is_given(middleware: Any) -> None:
    with pytest.raises(TypeError, match="None cannot be called"):
        middleware(None, allow_origins=["https://app.example.com"])


# Origins by tenant


def test_a_predicate_of_two_parameters_is_told_the_url(side: Side) -> None:
    told: list[RequestURL] = []

    def is_tenant(origin: Origin, request: RequestURL) -> bool:
        told.append(request)
        return request.host == "shop.example.com" and origin.host == "www.shop.example"

    policy = Policy(allow_origins=[is_tenant], allow_methods=["PUT"])
    page = (b"origin", b"https://www.shop.example")
    ours, theirs = (b"host", b"shop.example.com"), (b"host", b"bank.example.com")
    allow = (b"access-control-allow-origin", b"https://www.shop.example")
    assert allow in side.request(policy, "GET", [page, ours]).fields
    assert allow not in side.request(policy, "GET", [page, theirs]).fields
    assert side.request(policy, "OPTIONS", [page, ours, PUT]).status == 204
    assert side.request(policy, "OPTIONS", [page, theirs, PUT]).status == 403
    assert [(url.path, url.route, url.scheme) for url in told] == [("/", None, "https")] * 4


def test_a_predicate_is_told_the_route_and_the_path_below_the_root(side: Side) -> None:
    told: list[tuple[str, str | None]] = []

    def is_tenant(origin: Origin, request: RequestURL) -> bool:
        told.append((request.path, request.route))
        return True

    def find(target: Any, method: str) -> Route:
        return Route(methods=frozenset({"GET"}), name="/items/{item}")

    routes = RoutePolicies(Policy(allow_origins=[is_tenant]), find)
    middleware = side.middleware(side.app(), routes)
    below = {"root_path": "/api", "path": "/api/items/7", "SCRIPT_NAME": "/api", "PATH_INFO": "/items/7"}
    side.drive(middleware, "GET", [(b"origin", EVIL)], **below)
    assert told == [("/items/7", "/items/{item}")]


def test_no_predicate_is_asked_about_a_url_that_could_mean_another(side: Side) -> None:
    policy = Policy(allow_origins=[lambda origin, request: True])
    middleware = side.middleware(side.app(), policy)
    hostile = {"path": "/public/../admin", "PATH_INFO": "/public/../admin"}
    assert side.drive(middleware, "GET", [(b"origin", EVIL)], **hostile).fields == [TEXT, VARY]


def test_the_candidate_of_a_report_may_ask_about_the_url_too(side: Side) -> None:
    events: list[DecisionEvent] = []
    tried = Policy(allow_origins=[lambda origin, request: request.host == "a.example"])
    policy = ReportOnly(current=Policy(allow_origins="*"), candidate=tried)
    side.request(policy, "GET", [(b"origin", EVIL), (b"host", b"a.example")], on_decision=events.append)
    side.request(policy, "GET", [(b"origin", EVIL), (b"host", b"b.example")], on_decision=events.append)
    assert [event.differs for event in events] == [False, True]


def test_a_refusal_says_that_the_methods_of_a_route_are_unknown(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "crossorigin")
    routes = RoutePolicies(LISTED.replace(allow_methods="route"), lambda target, method: Route(name="/mcp"))
    preflight_of_put = [(b"origin", APP), PUT]
    side.drive(side.middleware(side.app(), routes, debug=True), "OPTIONS", preflight_of_put)
    (record,) = caplog.records
    assert "The methods of this route are unknown" in record.getMessage()
    assert 'allow_methods=["PUT"]' in record.getMessage()
    caplog.clear()
    routes = RoutePolicies(routes.default, lambda target, method: Route(methods=frozenset({"GET"}), name="/mcp"))
    side.drive(side.middleware(side.app(), routes, debug=True), "OPTIONS", preflight_of_put)
    assert "unknown" not in caplog.records[0].getMessage()
