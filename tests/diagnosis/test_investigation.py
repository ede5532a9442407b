"""Causes that look alike to a page: each scripted server comes out as its own, and as no other's."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.asking import Wanted, page_of, request_of
from crossorigin.browser import (
    BROWSERS,
    Context,
    CookieJar,
    NetworkFailure,
    ResponseHead,
    Send,
    Verdict,
    fetch,
    parse_url,
)
from crossorigin.diagnosis.investigation import (
    MOST,
    Investigation,
    LookAlike,
    announcement,
    investigation_json,
    investigation_paragraphs,
    judge,
    probes_for,
    send_probes,
)
from crossorigin.drivers import AnsweringDriver
from crossorigin.explain import Shown, explain, lay_out
from crossorigin.standard import HeaderList

PAGE = "https://app.example"
URL = "https://api.example/items"
TRACE = ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")

Answer = ResponseHead | NetworkFailure
Fields = dict[str, str]


def head(status: int = 200, fields: Fields | list[tuple[str, str]] | None = None) -> ResponseHead:
    return ResponseHead(status=status, headers=HeaderList.of(fields or {}))


@dataclass
class Ask:
    """One request as a server sees it."""

    send: Send
    method: str = field(init=False)
    origin: str = field(init=False)
    path: str = field(init=False)
    plain: bool = field(init=False)
    asks: str = field(init=False)

    def __post_init__(self) -> None:
        url = parse_url(self.send.url)
        assert url is not None
        self.method = self.send.method
        self.origin = (self.send.headers.get(b"origin") or b"").decode()
        self.path = url.path
        self.plain = "?" not in self.send.url
        self.asks = (self.send.headers.get(b"access-control-request-method") or b"").decode()

    @property
    def status(self) -> int:
        """What an ordinary app answers."""
        return 200 if self.path == "/items" else 404


Server = Callable[[Ask], Answer]


def cors(
    listed: str = PAGE, *, methods: str = "GET, PUT", headers: str = "x-a", statuses: Callable[[Ask], int] | None = None
) -> Server:
    """An outermost CORS layer that lists one origin."""

    def answer(ask: Ask) -> Answer:
        fields = {"Vary": "Origin"}
        if ask.origin == listed:
            fields["Access-Control-Allow-Origin"] = listed
        if ask.method == "OPTIONS" and ask.asks:
            if ask.origin == listed:
                fields |= {"Access-Control-Allow-Methods": methods, "Access-Control-Allow-Headers": headers}
            return head(204, fields)
        return head(ask.status if statuses is None else statuses(ask), fields)

    return answer


def quiet(listed: str) -> Server:
    """One that says nothing at all to those it does not list."""
    inner = cors(listed)
    return lambda ask: inner(ask) if ask.origin == listed else head(ask.status)


def no_cors(ask: Ask) -> Answer:
    return head(ask.status)


def static(value: str) -> Server:
    return lambda ask: head(ask.status, {"Access-Control-Allow-Origin": value})


def starlette_without_the_origin(ask: Ask) -> Answer:
    if ask.asks:
        return head(400, {"Vary": "Origin", "Access-Control-Allow-Methods": "GET, PUT"})
    return head(ask.status)


def two_lines(ask: Ask) -> Answer:
    return head(ask.status, [("Access-Control-Allow-Origin", ask.origin), ("Access-Control-Allow-Origin", "*")])


def two_joined(ask: Ask) -> Answer:
    return head(ask.status, {"Access-Control-Allow-Origin": f"{ask.origin}, *" if ask.origin else "*"})


def on_options(answer: Answer, rest: Server | None = None) -> Server:
    """OPTIONS is answered by something in front."""
    behind = rest or cors()
    return lambda ask: answer if ask.method == "OPTIONS" else behind(ask)


def redirecting(location: str) -> Server:
    return lambda ask: head(302, {"Location": location}) if ask.path == "/items" else head(ask.status)


def gateway(ask: Ask) -> Answer:
    if ask.path == "/items" and ask.method != "OPTIONS":
        return head(502, {"Server": "nginx", "Content-Type": "text/html"})
    return cors()(ask)


def dead_app(ask: Ask) -> Answer:
    return head(503, {"Server": "nginx", "Content-Type": "text/html"})


def slow_app(ask: Ask) -> Answer:
    slow = ask.path == "/items" and ask.method != "OPTIONS"
    return NetworkFailure(kind="timeout", message="late") if slow else cors()(ask)


def slow_plain(ask: Ask) -> Answer:
    return NetworkFailure(kind="timeout", message="late") if ask.plain and ask.method == "GET" else cors()(ask)


def cached(fields: Fields) -> Server:
    def answer(ask: Ask) -> Answer:
        if ask.plain and ask.path == "/items" and ask.method in ("GET", "HEAD"):
            return head(200, {**fields, "Age": "7", "X-Cache": "Hit from cloudfront"})
        return cors()(ask)

    return answer


def stale_preflight(fields: Fields, status: int = 200) -> Server:
    def answer(ask: Ask) -> Answer:
        if ask.plain and ask.method == "OPTIONS":
            return head(status, {**fields, "Age": "7"})
        return cors()(ask)

    return answer


def without_always(ask: Ask) -> Answer:
    """nginx: its headers are on what went well, and nowhere else."""
    if ask.asks:
        return head(
            204, {"Server": "nginx", "Access-Control-Allow-Origin": PAGE, "Access-Control-Allow-Methods": "PUT"}
        )
    if ask.path != "/items" or ask.method == "GET":
        return head(404, {"Server": "nginx"})
    return head(200, {"Server": "nginx", "Access-Control-Allow-Origin": PAGE})


def nginx_method_unlisted(ask: Ask) -> Answer:
    if ask.path != "/items":
        return head(404, {"Server": "nginx"})
    return head(200, {"Server": "nginx", "Access-Control-Allow-Origin": PAGE, "Access-Control-Allow-Methods": "GET"})


def failing_app(status: int) -> Server:
    """The error handler is outside the CORS layer."""
    inner = cors(headers="if-none-match")
    return lambda ask: head(status) if ask.path == "/items" and ask.method == "GET" else inner(ask)


def refuses_unlisted_method(ask: Ask) -> Answer:
    if ask.asks not in ("", "GET"):
        return head(403)
    return cors(methods="GET")(ask)


def only_preflights(ask: Ask) -> Answer:
    return cors()(ask) if ask.method == "OPTIONS" else head(ask.status)


def raises(ask: Ask) -> Answer:
    return NetworkFailure(kind="application", message="the app raised") if ask.path == "/items" else cors()(ask)


UNAUTHORIZED = head(401, {"WWW-Authenticate": "Bearer"})
FORBIDDEN = head(403, {"Server": "cloudflare", "CF-RAY": "1-FRA", "Content-Type": "text/html"})
LOGIN = head(302, {"Location": "https://login.example/authorize?client_id=1"})

CASES: dict[str, tuple[Server, dict[str, object], list[str]]] = {
    "no CORS": (no_cors, {}, ["cors-absent"]),
    "no CORS, preflighted": (no_cors, {"method": "PUT"}, ["cors-absent"]),
    "no CORS, no OPTIONS": (on_options(head(405), no_cors), {"method": "PUT"}, ["cors-absent"]),
    "no CORS, 404": (lambda _: head(404), {}, ["cors-absent"]),
    "unlisted": (cors("https://else.example"), {}, ["origin-unlisted"]),
    "unlisted, preflighted": (cors("https://else.example"), {"method": "PUT"}, ["origin-unlisted"]),
    "unlisted by one name": (static("https://else.example"), {}, ["origin-unlisted"]),
    "unlisted in Starlette": (starlette_without_the_origin, {"method": "PUT"}, ["origin-unlisted"]),
    "http": (quiet("http://app.example"), {}, ["origin-listed-otherwise"]),
    "www": (quiet("https://www.app.example"), {}, ["origin-listed-otherwise"]),
    "port": (quiet("https://app.example:3000"), {}, ["origin-listed-otherwise"]),
    "slash": (quiet("https://app.example/"), {}, ["origin-listed-otherwise"]),
    "case": (quiet("https://App.example"), {}, ["origin-listed-otherwise"]),
    "slash, preflighted": (quiet("https://app.example/"), {"method": "PUT"}, ["origin-listed-otherwise"]),
    "slash, told apart": (cors("https://app.example/"), {"method": "PUT"}, ["origin-listed-otherwise"]),
    "slash by one name": (static("https://app.example/"), {}, ["origin-listed-otherwise"]),
    "another port by one name": (static("https://app.example:8443"), {}, ["origin-listed-otherwise"]),
    "capitals by one name": (static("https://APP.example"), {}, ["origin-listed-otherwise"]),
    "no scheme": (static("app.example"), {}, ["origin-listed-otherwise"]),
    "two layers": (two_lines, {}, ["two-layers"]),
    "two layers, joined": (two_joined, {}, ["two-layers"]),
    "the same twice": (static(f"{PAGE}, {PAGE}"), {}, ["two-layers"]),
    "a list in one header": (static(f"{PAGE}, https://b.example"), {}, ["several-origins"]),
    "credentials": (static("*"), {"credentials": "include"}, ["credentials-not-allowed"]),
    "a login met the preflight": (on_options(UNAUTHORIZED), {"method": "PUT"}, ["preflight-intercepted"]),
    "a WAF met the preflight": (on_options(FORBIDDEN), {"method": "PUT"}, ["preflight-intercepted"]),
    "the preflight went to a login": (on_options(LOGIN), {"method": "PUT"}, ["preflight-intercepted"]),
    "the preflight was dropped": (
        on_options(NetworkFailure(kind="timeout", message="late")),
        {"method": "PUT"},
        ["preflight-intercepted"],
    ),
    "no route for OPTIONS": (on_options(head(405)), {"method": "PUT"}, ["preflight-unhandled"]),
    "OPTIONS by the app": (on_options(head(200, {"Allow": "GET"})), {"method": "PUT"}, ["preflight-unhandled"]),
    "case, preflighted": (quiet("https://App.example"), {"method": "PUT"}, ["origin-listed-otherwise"]),
    "405 with a header": (
        on_options(head(405, {"Access-Control-Allow-Origin": PAGE})),
        {"method": "PUT"},
        ["preflight-unhandled"],
    ),
    "method, refused by Starlette": (
        on_options(head(400, {"Access-Control-Allow-Origin": PAGE, "Access-Control-Allow-Methods": "GET"})),
        {"method": "PUT"},
        ["method-unlisted"],
    ),
    "OPTIONS validated": (on_options(head(422)), {"method": "PUT"}, ["preflight-unhandled"]),
    "slash redirect": (redirecting("https://api.example/items/"), {}, ["redirected"]),
    "login redirect": (redirecting("https://login.example/authorize?client_id=1"), {}, ["redirected"]),
    "every preflight is redirected": (lambda _: LOGIN, {"method": "PUT"}, ["redirected"]),
    "502 of a gateway": (gateway, {}, ["gateway-error"]),
    "503 for all": (dead_app, {}, ["gateway-error"]),
    "a gateway's timeout": (slow_plain, {}, ["gateway-error"]),
    "an app's timeout": (slow_app, {"method": "PUT"}, ["gateway-error"]),
    "cached for another": (cached({"Access-Control-Allow-Origin": "https://else.example"}), {}, ["cached-answer"]),
    "cached without Origin": (cached({}), {}, ["cached-answer"]),
    "method": (cors(methods="GET"), {"method": "PUT"}, ["method-unlisted"]),
    "method, refused": (refuses_unlisted_method, {"method": "PUT"}, ["method-unlisted"]),
    "header": (cors(headers="x-b"), {"headers": (("X-A", "1"),)}, ["header-unlisted"]),
    "trace": (cors(), {"headers": (TRACE,)}, ["header-unlisted"]),
    "stale preflight": (stale_preflight({}), {"method": "PUT"}, ["stale-preflight-cache"]),
    "stale list": (
        stale_preflight({"Access-Control-Allow-Origin": PAGE, "Access-Control-Allow-Methods": "GET"}),
        {"method": "PUT"},
        ["stale-preflight-cache"],
    ),
    "no always": (without_always, {}, ["add-header-without-always"]),
    "500": (failing_app(500), {}, ["error-without-headers"]),
    "401": (failing_app(401), {}, ["error-without-headers"]),
    "304": (failing_app(304), {"headers": (("If-None-Match", '"1"'),)}, ["error-without-headers"]),
    "an app raises": (raises, {}, ["error-without-headers"]),
    "only preflights": (only_preflights, {"method": "PUT"}, ["response-without-headers"]),
    "refused": (lambda _: NetworkFailure(kind="refused", message="no"), {}, ["not-cors"]),
    "unknown host": (lambda _: NetworkFailure(kind="dns", message="no"), {}, ["not-cors"]),
    "certificate": (lambda _: NetworkFailure(kind="tls", message="no"), {}, ["not-cors"]),
    "silence": (lambda _: NetworkFailure(kind="timeout", message="late"), {}, ["not-cors"]),
    "opaque": (no_cors, {"mode": "no-cors"}, ["not-cors"]),
    # Two causes at once.
    "method and header": (
        cors(methods="GET", headers="x-b"),
        {"method": "PUT", "headers": (("X-A", "1"),)},
        ["method-unlisted", "header-unlisted"],
    ),
    "method, and no always": (
        nginx_method_unlisted,
        {"method": "PUT"},
        ["method-unlisted", "add-header-without-always"],
    ),
    "a login met the preflight, and no CORS behind": (
        on_options(UNAUTHORIZED, no_cors),
        {"method": "PUT"},
        ["preflight-intercepted", "cors-absent"],
    ),
    "a login met the preflight, and the origin is unlisted": (
        on_options(UNAUTHORIZED, quiet("http://app.example")),
        {"method": "PUT"},
        ["preflight-intercepted", "origin-listed-otherwise"],
    ),
    "405, and the origin is unlisted": (
        on_options(head(405), cors("https://else.example")),
        {"method": "PUT"},
        ["origin-unlisted"],
    ),
}


def checked(server: Server, wanted: dict[str, object], origin: str = PAGE) -> Verdict:
    page = page_of(origin)
    asked = Wanted(url=URL, origin=origin, **wanted)  # type: ignore[arg-type]  # its fields, from the table
    driver = AnsweringDriver(lambda send: server(Ask(send)))
    return driver.run(fetch(request_of(asked, page), page, context=Context(profile=BROWSERS))).verdict


def investigate(server: Server, verdict: Verdict) -> Investigation:
    probes = probes_for(verdict, token="t0k")
    return judge(verdict, explain(verdict), send_probes(probes, AnsweringDriver(lambda send: server(Ask(send)))))


@pytest.mark.parametrize("name", CASES)
def test_each_cause_is_told_from_all_others(name: str) -> None:
    server, wanted, codes = CASES[name]
    verdict = checked(server, wanted)
    assert verdict.finding is not None, "the case fails"
    found = investigate(server, verdict)
    assert [str(each.code) for each in found.conclusions] == codes, [each.sentence for each in found.conclusions]


def test_every_cause_has_a_case() -> None:
    assert {code for _, _, codes in CASES.values() for code in codes} == {*LookAlike} - {LookAlike.UNDETERMINED}


@pytest.mark.parametrize("name", CASES)
def test_only_safe_requests_to_the_same_server_and_few(name: str) -> None:
    server, wanted, _ = CASES[name]
    probes = probes_for(checked(server, wanted), token="t0k")
    assert len(probes) <= MOST == 12
    assert len({probe.name for probe in probes}) == len(probes)
    for probe in probes:
        assert probe.send.method in ("GET", "HEAD", "OPTIONS")
        assert probe.send.body is None
        assert probe.send.url.startswith("https://api.example/")
        assert b"cookie" not in probe.send.headers
        assert b"authorization" not in probe.send.headers
        own = probe.send.headers.get(b"origin") == PAGE.encode()
        assert own or "t0k" in probe.send.url, "a cache keeps what was made for another origin"


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("http", "scheme"),
        ("www", "www"),
        ("port", "port"),
        ("slash", "slash"),
        ("case", "case"),
        ("no scheme", "scheme"),
    ],
)
def test_the_part_that_differs_is_named(name: str, part: str) -> None:
    server, wanted, _ = CASES[name]
    (found,) = investigate(server, checked(server, wanted)).conclusions
    assert part in found.sentence
    assert f"Access-Control-Allow-Origin: {PAGE}" in found.fix.fields


def test_a_tracing_library_is_named() -> None:
    server, wanted, _ = CASES["trace"]
    (found,) = investigate(server, checked(server, wanted)).conclusions
    assert "OpenTelemetry" in found.sentence
    assert "propagateTraceHeaderCorsUrls" in found.fix.text
    assert found.fix.fields == ("Access-Control-Allow-Headers: x-a, traceparent",)


def test_a_fix_keeps_what_is_listed() -> None:
    server, wanted, _ = CASES["method"]
    (found,) = investigate(server, checked(server, wanted)).conclusions
    assert found.fix.fields == ("Access-Control-Allow-Methods: GET, PUT",)


def test_nginx_gets_its_own_words() -> None:
    server, wanted, _ = CASES["no always"]
    (found,) = investigate(server, checked(server, wanted)).conclusions
    assert f'add_header Access-Control-Allow-Origin "{PAGE}" always;' in found.fix.code
    assert found.fix.product == "nginx"


@pytest.mark.parametrize("server", [no_cors, cors(), static("https://else.example"), on_options(UNAUTHORIZED, no_cors)])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_nobody_is_told_to_list_null(server: Server, method: str) -> None:
    found = investigate(server, checked(server, {"method": method}, "null"))
    said = [text for each in found.conclusions for text in (*each.fix.fields, each.fix.code)]
    assert "null" not in " ".join(said)
    assert found.conclusions[0].fix.text


def test_authorization_goes_along_where_the_check_had_it() -> None:
    verdict = checked(
        cors("https://else.example", headers="authorization"), {"headers": (("Authorization", "Bearer s"),)}
    )
    sends = [probe.send for probe in probes_for(verdict, token="t0k")]
    assert {send.headers.get(b"authorization") for send in sends if send.method == "GET"} == {b"Bearer s"}
    assert {send.headers.get(b"authorization") for send in sends if send.method == "OPTIONS"} == {None}
    said = [*announcement(probes_for(verdict, token="t0k"), URL, Shown())]
    assert "with the Authorization of the check" in said[0]
    assert "Bearer s" not in "\n".join(said)


@pytest.mark.parametrize(("server", "sent"), [(no_cors, True), (on_options(head(405)), False)])
def test_a_cookie_goes_along_where_the_check_had_sent_it(server: Server, sent: bool) -> None:
    jar = CookieJar()
    jar.set(URL, "sid=s3cret; SameSite=None; Secure")
    page = page_of(PAGE)
    wanted = Wanted(url=URL, origin=PAGE, method="GET" if sent else "PUT", credentials="include")
    flow = fetch(request_of(wanted, page), page, context=Context(profile=BROWSERS, cookies=jar))
    verdict = AnsweringDriver(lambda send: server(Ask(send))).run(flow).verdict
    probes = probes_for(verdict, token="t0k")
    assert any(b"cookie" in probe.send.headers for probe in probes) is sent
    assert not any(b"cookie" in probe.send.headers for probe in probes if probe.send.method == "OPTIONS")
    assert ("with the Cookie of the check" in next(announcement(probes, URL, Shown()))) is sent


def test_a_server_that_dies_between_probes_is_left_alone() -> None:
    asked: list[str] = []

    def dying(ask: Ask) -> Answer:
        asked.append(ask.method)
        return head(200) if len(asked) == 1 else NetworkFailure(kind="refused", message="no")

    verdict = checked(dying, {})
    found = investigate(dying, verdict)
    assert len(asked) == 3, "two without a response are enough"
    assert [str(each.code) for each in found.conclusions] == ["undetermined"]
    assert [each.answer is None for each in found.probed[:3]] == [False, False, True]


def test_a_server_that_dies_later_is_judged_by_what_it_said() -> None:
    asked: list[str] = []

    def dying(ask: Ask) -> Answer:
        asked.append(ask.method)
        if len(asked) > 4:
            return NetworkFailure(kind="protocol", message="gone")
        return cors("https://else.example")(ask)

    found = investigate(dying, checked(dying, {}))
    assert [str(each.code) for each in found.conclusions] == ["origin-unlisted"]


@given(st.data())
def test_whatever_a_server_answers_is_judged_and_safe_to_print(data: st.DataObject) -> None:
    values = st.sampled_from(
        [PAGE, "*", "null", f"{PAGE}/", f"{PAGE}, *", "https://b.example", "\x1b[31m", ", ,", "é" * 9]
    )
    names = st.sampled_from(
        [
            *("Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Vary"),
            *("Access-Control-Allow-Credentials", "Age", "Location", "Server", "Content-Type", "WWW-Authenticate"),
        ]
    )
    heads = st.builds(
        head,
        st.sampled_from([200, 204, 301, 302, 304, 400, 401, 403, 404, 405, 422, 429, 500, 502, 504]),
        st.lists(
            st.tuples(names, values | st.sampled_from(["nginx", "text/html", "Origin", "PUT", "/login"])), max_size=5
        ),
    )
    failures = st.builds(
        NetworkFailure, kind=st.sampled_from(["refused", "timeout", "protocol", "application"]), message=st.just("x")
    )
    answers = heads | failures

    def server(_: Ask) -> Answer:
        return data.draw(answers)

    method = data.draw(st.sampled_from(["GET", "POST", "PUT"]))
    verdict = checked(server, {"method": method, "credentials": data.draw(st.sampled_from(["omit", "include"]))})
    if verdict.finding is None:
        return
    found = investigate(server, verdict)
    assert found.conclusions
    assert len({each.code for each in found.conclusions}) == len(found.conclusions)
    lines = ["".join(span.text for span in line) for line in lay_out(investigation_paragraphs(found, Shown()), 80)]
    assert all(line.isprintable() for line in lines)
    for each in found.conclusions:
        assert re.fullmatch(r"[a-z-]+", each.code)
        assert not any("*" in line for line in each.fix.fields if line.startswith("Access-Control-Allow-Origin"))
    assert investigation_json(found, Shown())["conclusions"]
