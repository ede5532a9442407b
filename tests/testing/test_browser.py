"""Browser and AsyncBrowser, over ASGI and WSGI apps: one set of tests for the four."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crossorigin.browser import Hooks, Outcome, Reason, RequestError, Verdict
from crossorigin.testing import (
    AsyncBrowser,
    Attempt,
    BodyBroken,
    Browser,
    CORSBlocked,
    NoAnswer,
    NoSuchApp,
    Response,
)
from tests.testing.apps import API, PAGE, Log, asgi_app, wsgi_app


class InSync:
    """AsyncBrowser with the calls of Browser, so that one test serves both."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._browser = AsyncBrowser(*args, **options)
        self._loop = asyncio.new_event_loop()
        self.cookies = self._browser.cookies
        self.clear = self._browser.clear

    def page(self, url: str, **options: Any) -> Any:
        page = self._browser.page(url, **options)
        loop = self._loop

        class Page:
            def __getattr__(self, name: str) -> Callable[..., Any]:
                return lambda *args, **given: loop.run_until_complete(getattr(page, name)(*args, **given))

        return Page()

    def close(self) -> None:
        self._loop.run_until_complete(self._browser.aclose())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


Make = Callable[..., Any]


@pytest.fixture(params=["Browser", "AsyncBrowser"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    made: list[Any] = []

    def make_one(*args: Any, **options: Any) -> Any:
        made.append((Browser if request.param == "Browser" else InSync)(*args, **options))
        return made[-1]

    yield make_one
    for each in made:
        each.close()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture(params=[asgi_app, wsgi_app], ids=["ASGI", "WSGI"])
def app(request: pytest.FixtureRequest, log: Log) -> Any:
    return request.param(log)


def test_a_script_reads_what_it_may_and_no_more(make: Make, app: Any) -> None:
    page = make({API: app}).page(PAGE)
    response = page.fetch(f"{API}/items", method="POST", body="hello")
    assert (response.status, response.ok, response.type, response.url, response.redirected) == (
        200,
        True,
        "cors",
        f"{API}/items",
        False,
    )
    assert dict(response.headers) == {"content-length": "16", "content-type": "application/json", "x-request-id": "7"}
    assert response.headers["X-Request-ID"] == "7"
    assert "x-hidden" not in response.headers
    with pytest.raises(KeyError):
        response.headers["x-hidden"]
    assert response.bytes() == b'{"got": "hello"}'
    assert response.text() == '{"got": "hello"}'
    assert response.json() == {"got": "hello"}
    assert not response.truncated
    assert response.verdict.readable


def test_json_is_sent_as_json_and_so_with_a_preflight(make: Make, app: Any, log: Log) -> None:
    page = make({API: app}).page(PAGE)
    response = page.fetch(f"{API}/items", method="PUT", json=[1, "é", None], credentials="include")
    assert log.requests == ["OPTIONS /items", "PUT /items"]
    (preflight, request) = response.verdict.exchanges
    assert preflight.send.headers.get(b"access-control-request-headers") == b"content-type"
    assert request.send.headers.get(b"content-type") == b"application/json"
    assert request.send.body == '[1,"é",null]'.encode()


def test_a_content_type_of_ones_own_is_kept(make: Make, app: Any) -> None:
    page = make({API: app}).page(PAGE)
    headers = {"Content-Type": "text/plain"}
    response = page.fetch(f"{API}/items", method="POST", json={}, headers=headers)
    assert not response.verdict.preflighted
    with pytest.raises(TypeError, match="body or json, not both"):
        page.fetch(f"{API}/items", method="POST", json={}, body="x")


def test_a_blocked_fetch_raises_with_the_whole_story(make: Make, app: Any, log: Log) -> None:
    page = make({API: app}).page(PAGE)
    with pytest.raises(CORSBlocked) as caught:
        page.fetch(f"{API}/closed")
    assert caught.value.verdict.reason is Reason.ACAO_MISSING
    text = str(caught.value)
    assert text.startswith("acao-missing: ")
    for part in (f"GET {API}/closed", PAGE, "acao-missing", f"Access-Control-Allow-Origin: {PAGE}", "CORS check"):
        assert part in text
    assert "secret" not in text
    assert log.requests == ["GET /closed"]


def test_its_code_comes_first_and_its_story_once(make: Make, app: Any) -> None:
    page = make({API: app}).page(PAGE)
    with pytest.raises(CORSBlocked) as caught:
        page.fetch(f"{API}/items", method="DELETE")
    first, blank, *rest = str(caught.value).splitlines()
    assert first.startswith("preflight.method: ")
    assert first.removeprefix("preflight.method: ") not in "\n".join(rest)
    assert blank == ""
    assert type(caught.value).__module__ == "crossorigin.testing"


# What the page is, and what its user has allowed


LOCAL = "https://192.168.1.1"


@pytest.mark.parametrize(
    ("permissions", "reason"),
    [
        (None, None),
        ({}, None),
        ({"local-network": "granted"}, None),
        ({"local-network": "denied"}, Reason.LNA_DENIED),
        ({"loopback-network": "denied"}, None),
        ({"local-network-access": "denied"}, Reason.LNA_DENIED),
        ({"local-network": "granted", "local-network-access": "denied"}, None),
        ({"local-network-access": "granted", "local-network": "denied"}, Reason.LNA_DENIED),
    ],
)
def test_permissions_are_a_pages(make: Make, permissions: Any, reason: Reason | None) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
        return []

    browser = make({LOCAL: app}, profile="chromium")
    page = browser.page(PAGE, address_space="public", permissions=permissions)
    assert page.attempt(f"{LOCAL}/").reason == reason
    # Neither a page of the local network nor another page of the same browser is concerned.
    for other in (
        browser.page(PAGE, address_space="local", permissions={"local-network-access": "denied"}),
        browser.page(PAGE, address_space="public"),
    ):
        assert other.attempt(f"{LOCAL}/").readable
    mistaken = page.attempt(f"{LOCAL}/", target_address_space="loopback")
    assert mistaken.reason is Reason.LNA_MISMATCH


def test_what_a_permission_does_not_name_is_the_hooks(make: Make) -> None:
    asked: list[str] = []

    def hook(space: str) -> bool:
        asked.append(space)
        return False

    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
        return []

    hooks = Hooks(local_network_permission=hook, address_space=lambda url: "loopback" if "api" in url else "local")
    browser = make({API: app, "https://printer.example.com": app}, profile="chromium", hooks=hooks)
    page = browser.page(PAGE, address_space="public", permissions={"loopback-network": "granted"})
    assert page.attempt(f"{API}/").readable
    assert page.attempt("https://printer.example.com/").reason is Reason.LNA_DENIED
    assert asked == ["local"]


@pytest.mark.parametrize(
    ("permissions", "says"),
    [
        ({"local": "denied"}, "'local' is not a permission of a page: choose from local-network-access, local-network"),
        ({"local-network": "prompt"}, "the permission local-network is 'granted' or 'denied', not 'prompt'"),
        ({"local-network": False}, "is 'granted' or 'denied', not False"),
    ],
)
def test_a_permission_is_one_that_there_is(make: Make, permissions: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make().page(PAGE, permissions=permissions)


def test_a_fetch_has_the_options_that_javascripts_has(make: Make, app: Any) -> None:
    page = make({API: app}).page(PAGE)
    keepalive = page.attempt(f"{API}/items", method="POST", body=b"x" * 65537, keepalive=True)
    assert keepalive.reason is Reason.KEEPALIVE_LIMIT
    assert make({API: app}).page(f"{API}/").attempt("/items", cache="only-if-cached", mode="same-origin").reason is (
        Reason.ONLY_IF_CACHED
    )
    reloaded = page.attempt(f"{API}/items", cache="reload")
    assert reloaded.exchanges[0].send.headers.get(b"cache-control") == b"no-cache"


def test_a_page_may_have_an_embedder_policy(make: Make, app: Any) -> None:
    browser = make({API: app})
    strict = browser.page(PAGE, embedder_policy="require-corp")
    assert strict.attempt_load("image", f"{API}/items").reason is Reason.CORP_EMBEDDER_POLICY
    bare = browser.page(PAGE, embedder_policy="credentialless").attempt_load("image", f"{API}/items")
    assert (bare.outcome, bare.exchanges[0].send.credentials) == (Outcome.OPAQUE, False)


def test_an_attempt_is_a_verdict_instead(make: Make, app: Any) -> None:
    page = make({API: app}).page(PAGE)
    blocked = page.attempt(f"{API}/closed")
    assert isinstance(blocked, Verdict)
    assert (blocked.outcome, blocked.reason, blocked.body) == (Outcome.BLOCKED, Reason.ACAO_MISSING, b"")
    assert repr(blocked) == f"<Attempt GET {API}/closed from {PAGE}: blocked (acao-missing)>"
    readable = page.attempt(f"{API}/items", method="POST", body="hi")
    assert isinstance(readable, Attempt)
    assert (readable.readable, readable.reason, readable.json(), readable.text()) == (
        True,
        None,
        {"got": "hi"},
        '{"got": "hi"}',
    )
    assert repr(readable) == f"<Attempt POST {API}/items from {PAGE}: readable>"


def test_an_opaque_response_shows_nothing(make: Make, app: Any) -> None:
    page = make({API: app}).page(PAGE)
    response = page.fetch(f"{API}/closed", mode="no-cors")
    assert (response.type, response.status, response.ok, dict(response.headers), response.bytes(), response.url) == (
        "opaque",
        0,
        False,
        {},
        b"",
        "",
    )
    assert page.attempt(f"{API}/closed", mode="no-cors").body == b""


def test_a_same_origin_page_reads_everything_but_set_cookie(make: Make, app: Any) -> None:
    page = make({API: app}).page(f"{API}/start")
    response = page.fetch("login")
    assert (response.type, response.url, response.text()) == ("basic", f"{API}/login", "in")
    assert "set-cookie" not in response.headers


def test_xhr_is_another_way_with_other_names(make: Make, app: Any) -> None:
    page = make({API: app}).page(PAGE)
    assert page.xhr(f"{API}/items", method="POST", body="x").json() == {"got": "x"}
    listened = page.attempt_xhr(f"{API}/items", method="POST", body="x", upload_listener=True)
    assert listened.preflighted
    with pytest.raises(CORSBlocked):
        page.xhr(f"{API}/closed", with_credentials=True)


def test_features_load_as_they_do(make: Make, app: Any) -> None:
    page = make({API: app}).page(PAGE)
    assert page.load("image", f"{API}/closed").type == "opaque"
    assert page.load("font", f"{API}/items").type == "cors"
    with pytest.raises(CORSBlocked):
        page.load("font", f"{API}/closed")
    assert page.attempt_load("image", f"{API}/closed", crossorigin="anonymous").reason is Reason.ACAO_MISSING
    with pytest.raises(ValueError, match="there is no feature 'hologram'"):
        page.load("hologram", f"{API}/")


def test_what_a_browser_would_not_send_is_an_error_at_once(make: Make, app: Any, log: Log) -> None:
    page = make({API: app}).page(PAGE)
    with pytest.raises(RequestError):
        page.fetch(f"{API}/items", method="TRACE")
    assert log.requests == []


# One browser, one state


def test_cookies_are_the_browsers(make: Make, app: Any) -> None:
    browser = make({API: app}, now=lambda: 1_800_000_000.0)
    page = browser.page(PAGE)
    page.fetch(f"{API}/login", credentials="include")
    assert [cookie.name for cookie in browser.cookies.cookies] == [b"session"]
    assert page.fetch(f"{API}/me", credentials="include").text() == "session=s"
    assert browser.page(PAGE).fetch(f"{API}/me", credentials="include").text() == "session=s"
    assert page.fetch(f"{API}/me").text() == ""
    browser.clear()
    assert page.fetch(f"{API}/me", credentials="include").text() == ""


def test_preflights_are_cached_until_the_clock_says_otherwise(make: Make, app: Any, log: Log) -> None:
    now = 1_800_000_000.0
    browser = make({API: app}, now=lambda: now)
    page = browser.page(PAGE)
    for _ in range(2):
        page.fetch(f"{API}/items", method="PUT")
    assert log.requests == ["OPTIONS /items", "PUT /items", "PUT /items"]
    now += 61
    page.fetch(f"{API}/items", method="PUT")
    assert log.requests[3:] == ["OPTIONS /items", "PUT /items"]
    browser.clear()
    page.fetch(f"{API}/items", method="PUT")
    assert log.requests[5:] == ["OPTIONS /items", "PUT /items"]


def test_a_profile_is_named_or_given(make: Make, app: Any) -> None:
    assert make({API: app}).page(PAGE).attempt(f"{API}/x").profile.name == "browsers"
    assert make({API: app}, profile="chromium").page(PAGE).attempt(f"{API}/x").profile.name == "chromium"
    with pytest.raises(ValueError, match="choose one of standard, browsers, chromium, firefox, webkit"):
        make({API: app}, profile="netscape")


def test_explore_goes_on_after_the_first_failure(make: Make, app: Any) -> None:
    page = make({API: app}, explore=True).page(PAGE)
    attempt = page.attempt(f"{API}/items", method="DELETE", headers={"X-A": "1"})
    assert (attempt.reason, [finding.reason for finding in attempt.further]) == (
        Reason.PREFLIGHT_METHOD,
        [Reason.PREFLIGHT_HEADER],
    )


# Apps that fail, and requests that go nowhere


def test_what_an_app_raises_reaches_the_test(make: Make, app: Any) -> None:
    page = make({API: app}).page(PAGE)
    with pytest.raises(ZeroDivisionError, match="boom") as caught:
        page.fetch(f"{API}/boom")
    assert any(entry.name == "_answer" for entry in caught.traceback)


def test_an_attempt_keeps_it(make: Make, app: Any) -> None:
    attempt = make({API: app}).page(PAGE).attempt(f"{API}/boom")
    assert not attempt.readable
    assert isinstance(attempt.exception, ZeroDivisionError)


def test_a_browser_may_be_told_to_see_what_browsers_see(make: Make) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        raise ZeroDivisionError("boom")

    page = make({API: app}, raise_app_exceptions=False).page(PAGE)
    with pytest.raises(NoAnswer) as caught:
        page.fetch(f"{API}/")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert caught.value.verdict.reason is Reason.TRANSPORT
    assert "ZeroDivisionError: boom" in str(caught.value)


def test_pytest_itself_may_end_a_test_inside_an_app(make: Make) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            pytest.fail("from inside")

    page = make({API: app}).page(PAGE)
    with pytest.raises(pytest.fail.Exception, match="from inside"):
        page.attempt(f"{API}/")


def test_a_request_to_nowhere_names_what_there_is(make: Make, app: Any) -> None:
    page = make({API: app, "http://localhost:8000": app}).page(PAGE)
    with pytest.raises(NoSuchApp) as caught:
        page.fetch("https://api.example.com:8443/x")
    assert str(caught.value) == (
        "GET https://api.example.com:8443/x: nothing answers there. This browser has apps at "
        "https://api.example.com, http://localhost:8000; give it an app for that origin, or network=True to let it "
        "go out"
    )
    with pytest.raises(NoSuchApp, match=r"GET https://elsewhere\.example\.com/: nothing answers"):
        page.attempt(f"{API}/away")
    with pytest.raises(NoSuchApp, match="has no apps"):
        make().page(PAGE).attempt(f"{API}/")


@pytest.mark.parametrize(
    "key",
    ["https://api.example.com/", "https://API.example.com", "api.example.com", "https://api.example.com:443", "null"],
)
def test_a_key_is_an_origin_as_browsers_write_it(make: Make, app: Any, key: str) -> None:
    with pytest.raises(ValueError, match="not a serialised origin"):
        make({key: app})


def test_an_app_is_served_over_http(make: Make, app: Any) -> None:
    with pytest.raises(ValueError, match="an http or https one"):
        make({"ftp://api.example.com": app})


def test_one_app_at_two_origins_is_started_once(make: Make) -> None:
    starts: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            starts.append("start")
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            starts.append("end")
            return
        headers = [(b"access-control-allow-origin", b"*")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": scope["scheme"].encode()})

    browser = make({"https://a.test": app, "http://b.localhost": app})
    assert browser.page("http://b.localhost").fetch("https://a.test/").text() == "https"
    assert browser.page("https://a.test").fetch("http://b.localhost/").text() == "http"
    assert starts == ["start"]


def test_a_body_that_breaks_off_breaks_when_it_is_read(make: Make) -> None:
    def app(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
        yield b"half"
        raise OSError("disk")

    page = make({API: app}, raise_app_exceptions=False).page(PAGE)
    response = page.fetch(f"{API}/")
    assert response.status == 200
    for read in (response.bytes, response.text, response.json):
        with pytest.raises(
            BodyBroken, match=r"the body of https://api\.example\.com/ broke off: the app raised OSError: disk"
        ):
            read()


def test_bodies_are_read_to_the_limit(make: Make, app: Any) -> None:
    response = make({API: app}, max_body=5).page(PAGE).fetch(f"{API}/items")
    assert (response.bytes(), response.truncated) == (b'{"got', True)


def test_a_page_without_an_origin_is_null(make: Make, app: Any) -> None:
    attempt = make({API: app}).page("null").attempt(f"{API}/items")
    assert attempt.exchanges[0].send.headers.get(b"origin") == b"null"
    sandboxed = make({API: app}).page(PAGE, sandboxed=True).attempt(f"{API}/items")
    assert (sandboxed.reason, str(sandboxed.page.origin)) == (Reason.ACAO_MISMATCH, "null")


@pytest.mark.parametrize("profile", ["standard", "chromium", "firefox", "webkit"])
def test_a_page_of_an_app_sends_the_origin_that_its_engine_sends(make: Make, profile: str) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Access-Control-Allow-Origin", "capacitor://localhost")])
        return [environ["HTTP_ORIGIN"].encode()]

    browser = make({API: app}, profile=profile)
    assert browser.page("capacitor://localhost").fetch(f"{API}/").text() == "capacitor://localhost"
    stranger = browser.page("ionic://localhost").attempt(f"{API}/")
    assert (stranger.reason, repr(stranger)) == (
        Reason.ACAO_MISMATCH,
        f"<Attempt GET {API}/ from ionic://localhost: blocked (acao-mismatch)>",
    )


def test_text_is_utf8_whatever_the_server_says(make: Make) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        headers = [("Access-Control-Allow-Origin", "*"), ("Content-Type", "text/plain; charset=latin-1")]
        start_response("200 OK", headers)
        return [b"\xef\xbb\xbfcaf\xc3\xa9\xff"]

    page = make({API: app}).page(PAGE)
    assert page.fetch(f"{API}/").text() == "café\N{REPLACEMENT CHARACTER}"
    assert page.attempt(f"{API}/").text() == "café\N{REPLACEMENT CHARACTER}"


def test_responses_say_what_they_are(make: Make, app: Any) -> None:
    response = make({API: app}).page(PAGE).fetch(f"{API}/items")
    assert isinstance(response, Response)
    assert repr(response) == f"<Response 200 cors {API}/items>"
    assert repr(response.headers).startswith("Headers({'content-length'")
    assert len(response.headers) == 3
