"""Pages of apps and extensions, whose URLs have schemes of their own: what they send, and what they may read."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.browser import (
    CHROMIUM,
    PROFILES,
    CookieJar,
    Hooks,
    Page,
    Profile,
    Reason,
    feature_request,
    fetch_request,
    page_at,
    parse_url,
)
from crossorigin.standard import OpaqueOrigin, Origin
from tests.browser.scripted import API, head, play

CAPACITOR = page_at("capacitor://localhost")

ORIGINS = [
    "capacitor://localhost",
    "ionic://localhost",
    "tauri://localhost",
    "app://obsidian.md",
    "app://.",
    "app://-",
    "wails://wails",
    "vscode-webview://0abc",
    "vscode-file://vscode-app",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "moz-extension://6b1794a0-5ae6-4443-aef9-7755717bb180",
    "safari-web-extension://8E4E1C5A-0B3F-4B5E-9B47-0A1F1D7A6B11",
    "http://tauri.localhost",
    "https://tauri.localhost",
    "https://localhost",
]


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("path", ["", "/", "/index.html?a#b"])
@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_the_page_sends_its_origin_and_reads_what_names_it(origin: str, path: str, profile: Profile) -> None:
    page = page_at(origin + path)
    serialized = origin.lower()
    assert str(page.origin) == serialized
    acao = ("Access-Control-Allow-Origin", serialized)
    acac = ("Access-Control-Allow-Credentials", "true")
    request = fetch_request(page, API, method="PUT", credentials="include")
    allowed = head(204, acao, acac, ("Access-Control-Allow-Methods", "PUT"))
    played = play(request, allowed, head(200, acao, acac), page=page, profile=profile)
    assert played.verdict.readable
    assert [send.headers.get(b"origin") for send in played.sends] == [serialized.encode()] * 2
    assert play(fetch_request(page, API), head(), page=page, profile=profile).verdict.reason is Reason.ACAO_MISSING


@pytest.mark.parametrize(
    "url",
    [
        "file:///home/me/index.html",
        "file://server/share/index.html",
        "data:text/html,x",
        "data://host/x",
        "about:blank",
        "about://host/",
        "javascript://host/%0Ax",
        "blob:capacitor://localhost/6b1794a0",
        "filesystem:https://app.example/temporary/x",
        "mailto:me@app.example",
        "app:index.html",
        "app:///index.html",
        "null",
    ],
)
def test_any_other_page_is_null(url: str) -> None:
    page = page_at(url)
    assert isinstance(page.origin, OpaqueOrigin)
    played = play(fetch_request(page, API), head(200, ("Access-Control-Allow-Origin", "null")), page=page)
    assert played.sends[0].headers.get(b"origin") == b"null"
    assert played.verdict.readable


@given(
    scheme=st.from_regex(r"x-[a-z0-9+.-]{0,20}", fullmatch=True),
    host=st.text(string.ascii_letters + string.digits + "-_.", min_size=1, max_size=30),
    port=st.none() | st.integers(0, 65535),
)
def test_the_origin_is_scheme_host_and_port_and_no_more(scheme: str, host: str, port: int | None) -> None:
    authority = host if port is None else f"{host}:{port}"
    page = page_at(f"{scheme.upper()}://me@{authority}/a/../b")
    assert str(page.origin) == f"{scheme}://{authority.lower()}"
    assert page == page_at(page.url)
    assert not page.origin.is_same_origin(page_at(f"{scheme}2://{authority}/").origin)


def test_a_url_keeps_the_origin_that_its_standard_gives_it() -> None:
    url = parse_url("capacitor://localhost/")
    assert url is not None
    assert isinstance(url.origin, OpaqueOrigin)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_to_a_third_origin_makes_it_null(method: str) -> None:
    away = head(307, ("Access-Control-Allow-Origin", "*"), ("Location", "https://third.example/"))
    request = fetch_request(CAPACITOR, API, method=method)
    played = play(request, away, head(200, ("Access-Control-Allow-Origin", "capacitor://localhost")), page=CAPACITOR)
    assert [send.headers.get(b"origin") for send in played.sends] == [b"capacitor://localhost", b"null"]
    assert played.verdict.reason is Reason.ACAO_MISMATCH


def test_a_redirect_on_the_same_origin_does_not() -> None:
    acao = ("Access-Control-Allow-Origin", "capacitor://localhost")
    played = play(fetch_request(CAPACITOR, API), head(302, acao, ("Location", "/b")), head(200, acao), page=CAPACITOR)
    assert played.sends[1].headers.get(b"origin") == b"capacitor://localhost"
    assert played.verdict.readable


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
@pytest.mark.parametrize("policy", ["strict-origin-when-cross-origin", "unsafe-url", "origin"])
def test_its_url_is_no_referrer_and_every_server_another_site(profile: Profile, policy: str) -> None:
    page = page_at("app://obsidian.md/note?secret=1", referrer_policy=policy)  # type: ignore[arg-type]
    request = fetch_request(page, "https://obsidian.md/api", referrer="app://obsidian.md/other")
    played = play(request, head(), page=page, profile=profile)
    assert b"referer" not in played.sends[0].headers
    assert played.sends[0].headers.get(b"sec-fetch-site") == b"cross-site"


@pytest.mark.parametrize("feature", ["beacon", "websocket", "form"])
def test_a_request_without_cors_names_it_too(feature: str) -> None:
    url = "wss://api.other.example/" if feature == "websocket" else API
    request = feature_request(CAPACITOR, feature, url, **({} if feature == "websocket" else {"body": "a=b"}))
    played = play(request, head(101 if feature == "websocket" else 200, version="HTTP/1.1"), page=CAPACITOR)
    assert played.sends[0].headers.get(b"origin") == b"capacitor://localhost"


def test_cookies_are_those_of_another_site() -> None:
    jar = CookieJar()
    for name, same_site in (("n", "None"), ("l", "Lax"), ("s", "Strict")):
        jar.set("https://localhost/", f"{name}=1; Secure; SameSite={same_site}")
    request = fetch_request(CAPACITOR, "https://localhost/", credentials="include")
    assert play(request, head(), page=CAPACITOR, cookies=jar).sends[0].headers.get(b"cookie") == b"n=1"
    blocked = play(request, head(), page=CAPACITOR, cookies=jar, block_third_party_cookies=True)
    assert b"cookie" not in blocked.sends[0].headers


@pytest.mark.parametrize(
    "page", [CAPACITOR, page_at("app://shop.example"), page_at("app://shop.example", sandboxed=True)]
)
def test_it_is_secure_and_may_load_without_tls(page: Page) -> None:
    assert page.is_secure_context
    for request in (fetch_request(page, "http://api.example/"), feature_request(page, "image", "http://api.example/")):
        played = play(request, head(200, ("Access-Control-Allow-Origin", "*")), page=page)
        assert played.wire == ["GET http://api.example/"]
        assert played.verdict.response is not None


@pytest.mark.parametrize(
    ("url", "top_level", "secure", "cross_site"),
    [
        ("https://app.example/", "capacitor://localhost", True, True),
        ("http://app.example/", "capacitor://localhost", False, True),
        ("capacitor://localhost/frame", "capacitor://localhost/", True, False),
        ("capacitor://localhost/", "http://app.example/", False, True),
        ("app://a.shop.example/", "app://b.shop.example/", True, True),
        ("app://shop.example/", "app2://shop.example/", True, True),
    ],
)
def test_frames(url: str, top_level: str, secure: bool, cross_site: bool) -> None:
    page = page_at(url, top_level=top_level)
    assert page.is_secure_context is secure
    assert page.has_cross_site_ancestor is cross_site


def test_a_frame_in_an_app_sends_its_own_origin_and_keeps_its_cookies_apart() -> None:
    page = page_at("https://app.example/", top_level="capacitor://localhost")
    acao = ("Access-Control-Allow-Origin", "https://app.example")
    jar = CookieJar()
    set_cookie = ("Set-Cookie", "a=1; Secure; SameSite=None; Partitioned")
    acac = ("Access-Control-Allow-Credentials", "true")
    request = fetch_request(page, API, credentials="include")
    played = play(request, head(200, acao, acac, set_cookie), page=page, cookies=jar)
    assert played.sends[0].headers.get(b"origin") == b"https://app.example"
    assert [cookie.partition for cookie in jar.cookies] == ["capacitor://localhost"]


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_the_apps_own_files_are_not_modelled_and_say_so(profile: Profile) -> None:
    for request in (fetch_request(CAPACITOR, "/config.json"), feature_request(CAPACITOR, "worker", "/worker.js")):
        assert request.url.startswith("capacitor://localhost/")
        assert play(request, page=CAPACITOR, profile=profile).verdict.reason is Reason.SCHEME
    worker = feature_request(CAPACITOR, "worker", "capacitor://other/worker.js")
    assert play(worker, page=CAPACITOR, profile=profile).verdict.reason is Reason.MODE_SAME_ORIGIN


def test_the_local_network_is_judged_by_the_host_as_of_any_page() -> None:
    denied = Hooks(local_network_permission=lambda _: False)
    for page, reason in (
        (CAPACITOR, Reason.OPAQUE),
        (page_at("app://shop.example"), Reason.OPAQUE),
        (page_at("app://shop.example", address_space="public"), Reason.LNA_DENIED),
    ):
        request = fetch_request(page, "http://192.168.1.1/", mode="no-cors")
        answers = [] if reason is Reason.LNA_DENIED else [head()]
        assert play(request, *answers, page=page, profile=CHROMIUM, hooks=denied).verdict.reason is reason


def test_hosts_of_an_apps_scheme_are_names_in_no_dns() -> None:
    one, two = Origin("app", "a.shop.example"), Origin("app", "b.shop.example")
    assert one.registrable_domain is None
    assert not one.is_same_site(two)
    assert not one.is_schemelessly_same_site(Origin("https", "b.shop.example"))
    assert one.is_schemelessly_same_site(Origin("https", "a.shop.example"))
