"""Credentials: who sends cookies, who gets them set, browser by browser."""

import pytest

from crossorigin.browser import (
    CHROMIUM,
    FIREFOX,
    PROFILES,
    STANDARD,
    WEBKIT,
    Context,
    CookieJar,
    CookieRefusal,
    EmbedderPolicy,
    Page,
    Profile,
    Reason,
    Request,
    feature_request,
    fetch_request,
    page_at,
)
from tests.browser.scripted import ACAC, head, play

PAGE = page_at("https://app.example.com/")
API = "https://api.example.com/x"
FOREIGN = "https://api.example.net/x"
ALLOW = head(200, ("Access-Control-Allow-Origin", "https://app.example.com"), ACAC)


def jar(*cookies: str, url: str = API) -> CookieJar:
    held = CookieJar()
    for cookie in cookies:
        held.set(url, cookie)
    return held


def cookie_sent(
    request: Request, cookies: CookieJar | None, page: Page = PAGE, profile: Profile = STANDARD
) -> str | None:
    context = Context(cookies=cookies, profile=profile)
    value = play(request, ALLOW, page=page, context=context).sends[0].headers.get(b"cookie")
    return None if value is None else value.decode()


@pytest.mark.parametrize(
    ("request_", "sent"),
    [
        (fetch_request(PAGE, API), False),
        (fetch_request(PAGE, API, credentials="omit"), False),
        (fetch_request(PAGE, API, credentials="include"), True),
        (fetch_request(PAGE, API, mode="no-cors"), False),
        (fetch_request(PAGE, API, mode="no-cors", credentials="include"), True),
        (feature_request(PAGE, "image", API), True),
        (feature_request(PAGE, "image", API, crossorigin=""), False),
        (feature_request(PAGE, "image", API, crossorigin="use-credentials"), True),
        (feature_request(PAGE, "font", API), False),
        (feature_request(PAGE, "beacon", API, body="x"), True),
        (feature_request(PAGE, "iframe", API), True),
    ],
)
def test_who_sends_cookies(request_: Request, sent: bool) -> None:
    assert cookie_sent(request_, jar("a=b; Path=/")) == ("a=b" if sent else None)


def test_same_origin_requests_send_cookies_by_themselves() -> None:
    cookies = jar("a=b; Path=/; SameSite=Strict", "c=d", url="https://app.example.com/")
    assert cookie_sent(fetch_request(PAGE, "/x"), cookies) == "a=b; c=d"
    assert cookie_sent(fetch_request(PAGE, "/x", credentials="omit"), cookies) is None
    assert cookie_sent(fetch_request(PAGE, "/x"), CookieJar()) is None
    assert cookie_sent(fetch_request(PAGE, "/x"), None) is None


@pytest.mark.parametrize(
    ("cookie", "standard", "chromium", "firefox", "webkit"),
    [
        ("a=b; Secure; SameSite=None", True, True, False, False),
        ("a=b; Secure", True, False, False, False),
        ("a=b; Secure; SameSite=Lax", False, False, False, False),
        ("a=b; Secure; SameSite=Strict", False, False, False, False),
    ],
)
def test_first_party_cookies_in_a_third_party_request(
    cookie: str, standard: bool, chromium: bool, firefox: bool, webkit: bool
) -> None:
    request = fetch_request(PAGE, FOREIGN, credentials="include")
    for profile, sent in ((STANDARD, standard), (CHROMIUM, chromium), (FIREFOX, firefox), (WEBKIT, webkit)):
        assert (cookie_sent(request, jar(cookie, url=FOREIGN), profile=profile) is not None) is sent


@pytest.mark.parametrize(
    ("cookie", "standard", "chromium", "firefox", "webkit"),
    [
        ("a=b; Secure; SameSite=None", True, True, True, False),
        ("a=b; Secure; SameSite=None; Partitioned", True, True, True, True),
        ("a=b; Secure", True, False, True, False),
        ("a=b; Secure; SameSite=Lax", False, False, False, False),
        ("a=b; SameSite=None", False, False, False, False),
    ],
)
def test_cookies_that_a_third_party_sets(
    cookie: str, standard: bool, chromium: bool, firefox: bool, webkit: bool
) -> None:
    """As measured in Chromium and Firefox: set by an include fetch, sent (or not) by the next."""
    request = fetch_request(PAGE, FOREIGN, credentials="include")
    setting = head(200, ("Access-Control-Allow-Origin", "https://app.example.com"), ACAC, ("Set-Cookie", cookie))
    for profile, sent in ((STANDARD, standard), (CHROMIUM, chromium), (FIREFOX, firefox), (WEBKIT, webkit)):
        context = Context(profile=profile)
        verdict = play(request, setting, page=PAGE, context=context).verdict
        assert verdict.cookies_stored == (("a",) if sent else ())
        again = play(request, ALLOW, page=PAGE, context=context)
        assert (b"cookie" in again.sends[0].headers) is sent, profile.name
        elsewhere = page_at("https://elsewhere.example/")
        image = play(feature_request(elsewhere, "image", FOREIGN), head(), page=elsewhere, context=context)
        in_one_jar = profile in (STANDARD, CHROMIUM) and "Partitioned" not in cookie
        assert (b"cookie" in image.sends[0].headers) is (sent and in_one_jar)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
@pytest.mark.parametrize(
    ("cookie", "kept"),
    [("a=b; Secure; SameSite=None", False), ("a=b; Secure; SameSite=None; Partitioned", True)],
)
def test_a_user_who_blocks_third_party_cookies(profile: Profile, cookie: str, kept: bool) -> None:
    """Neither sent nor stored, but partitioned ones. The page's own site is not affected."""
    context = Context(profile=profile, block_third_party_cookies=True, cookies=jar("x=y", url=FOREIGN))
    request = fetch_request(PAGE, FOREIGN, credentials="include")
    setting = head(200, ("Access-Control-Allow-Origin", "https://app.example.com"), ACAC, ("Set-Cookie", cookie))
    played = play(request, setting, page=PAGE, context=context)
    assert b"cookie" not in played.sends[0].headers
    assert played.verdict.cookies_stored == (("a",) if kept else ())
    assert (b"cookie" in play(request, ALLOW, page=PAGE, context=context).sends[0].headers) is kept
    home = play(fetch_request(PAGE, "/x"), head(200, ("Set-Cookie", "h=1")), page=PAGE, context=context)
    assert home.verdict.cookies_stored == ("h",)
    if profile.storage_access_header:
        assert played.sends[0].headers.get(b"sec-fetch-storage-access") == b"none"


@pytest.mark.parametrize(("profile", "sent"), [(STANDARD, True), (CHROMIUM, True), (FIREFOX, True)])
def test_a_lax_cookie_goes_with_a_link_but_not_with_a_form(profile: Profile, sent: bool) -> None:
    cookies = jar("a=b; Secure; SameSite=Lax", "c=d; Secure; SameSite=Strict", url=FOREIGN)
    link = cookie_sent(feature_request(PAGE, "link", FOREIGN), cookies, profile=profile)
    assert link == ("a=b" if sent else None)
    assert cookie_sent(feature_request(PAGE, "form", FOREIGN), cookies, profile=profile) is None


@pytest.mark.parametrize(("profile", "sent"), [(STANDARD, True), (CHROMIUM, False), (FIREFOX, True)])
def test_a_cookie_without_same_site_goes_with_a_foreign_form_but_in_chromium(profile: Profile, sent: bool) -> None:
    cookies = jar("a=b; Secure", url=FOREIGN)
    found = cookie_sent(feature_request(PAGE, "form", FOREIGN), cookies, profile=profile)
    assert found == ("a=b" if sent else None)


def test_a_frame_in_a_foreign_page_is_no_same_site_context() -> None:
    framed = page_at("https://app.example.com/", top_level="https://news.example/")
    cookies = jar("a=b; Secure; SameSite=Lax", "c=d; Secure; SameSite=None", url="https://app.example.com/")
    assert cookie_sent(fetch_request(framed, "/x"), cookies, page=framed) == "c=d"


def test_a_redirect_through_a_stranger_is_no_same_site_context() -> None:
    cookies = jar("a=b; Secure; SameSite=Strict", url=API)
    request = feature_request(PAGE, "image", FOREIGN)
    played = play(request, head(302, ("Location", API)), head(), page=PAGE, context=Context(cookies=cookies))
    assert b"cookie" not in played.sends[1].headers


@pytest.mark.parametrize(("profile", "stored"), [(STANDARD, False), (CHROMIUM, True), (FIREFOX, True)])
def test_browsers_take_secure_cookies_from_loopback(profile: Profile, stored: bool) -> None:
    page = page_at("http://localhost:3000/")
    context = Context(profile=profile)
    verdict = play(
        fetch_request(page, "/x"), head(200, ("Set-Cookie", "a=b; Secure")), page=page, context=context
    ).verdict
    assert verdict.cookies_stored == (("a",) if stored else ())
    assert (b"cookie" in play(fetch_request(page, "/x"), head(), page=page, context=context).sends[0].headers) is stored


def test_cookies_are_stored_although_the_response_is_blocked() -> None:
    request = fetch_request(PAGE, API, credentials="include")
    verdict = play(
        request,
        head(200, ("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("Set-Cookie", "a=3"), ("Set-Cookie", "\0")),
        page=PAGE,
    ).verdict
    assert (verdict.reason, verdict.cookies_stored) == (Reason.ACAO_MISSING, ("a", "b"))


def test_cookies_are_not_taken_from_a_response_without_credentials() -> None:
    context = Context()
    answer = head(200, ("Access-Control-Allow-Origin", "*"), ("Set-Cookie", "a=1"))
    assert play(fetch_request(PAGE, API), answer, page=PAGE, context=context).verdict.cookies_stored == ()
    assert context.cookies is not None
    assert len(context.cookies) == 0


def test_a_preflight_neither_sends_nor_takes_cookies() -> None:
    cookies = jar("a=b; Path=/")
    request = fetch_request(PAGE, API, method="PUT", credentials="include")
    answer = head(
        200,
        ("Access-Control-Allow-Origin", "https://app.example.com"),
        ACAC,
        ("Access-Control-Allow-Methods", "PUT"),
        ("Set-Cookie", "c=d"),
    )
    played = play(request, answer, ALLOW, page=PAGE, context=Context(cookies=cookies))
    assert [send.headers.get(b"cookie") for send in played.sends] == [None, b"a=b"]
    assert [send.credentials for send in played.sends] == [False, True]


def test_cookies_may_be_turned_off() -> None:
    request = fetch_request(PAGE, "/x")
    verdict = play(request, head(200, ("Set-Cookie", "a=1")), page=PAGE, cookies=None).verdict
    assert verdict.cookies_stored == ()


@pytest.mark.parametrize("turned_off", [False, True])
def test_a_cookie_without_credentials_is_told_of_once_and_only_where_there_are_cookies(turned_off: bool) -> None:
    request = fetch_request(PAGE, "/x", credentials="omit")
    answer = head(200, ("Set-Cookie", "a=1"), ("Set-Cookie", "a=2"))
    context = Context(cookies=None) if turned_off else Context()
    verdict = play(request, answer, page=PAGE, context=context).verdict
    told = [(refused.name, refused.why) for refused in verdict.cookies_refused]
    assert told == ([] if turned_off else [("a", CookieRefusal.CREDENTIALS)])


def test_a_response_sets_two_hundred_cookies_and_no_more() -> None:
    cookies = [("Set-Cookie", f"a{number}=1") for number in range(300)]
    assert len(play(fetch_request(PAGE, "/x"), head(200, *cookies), page=PAGE).verdict.cookies_stored) == 200


@pytest.mark.parametrize(
    ("url", "mode", "sent"),
    [(API, "no-cors", False), (API, "cors", True), ("https://app.example.com/i", "no-cors", True)],
)
def test_credentialless_embedders_send_none_abroad(url: str, mode: str, sent: bool) -> None:
    page = page_at("https://app.example.com/", embedder_policy="credentialless")
    cookies = CookieJar()
    cookies.set(url, "a=b; Path=/")
    request = fetch_request(page, url, mode=mode, credentials="include")  # type: ignore[arg-type]
    assert (cookie_sent(request, cookies, page=page) is not None) is sent


@pytest.mark.parametrize(("embedder_policy", "sent"), [("unsafe-none", b"a=b"), ("credentialless", None)])
def test_credentialless_embedders_send_none_home_either_behind_a_redirect_from_abroad(
    embedder_policy: EmbedderPolicy, sent: bytes | None
) -> None:
    """The stranger chose where it leads, so it does not speak for the page."""
    page = page_at("https://app.example.com/", embedder_policy=embedder_policy)
    home = "https://app.example.com/logout"
    cookies = jar("a=b; Secure; SameSite=None; Path=/", url=home)
    request = fetch_request(page, FOREIGN, mode="no-cors", credentials="include")
    played = play(request, head(302, ("Location", home)), head(200), page=page, cookies=cookies)
    assert [(send.url, send.headers.get(b"cookie")) for send in played.sends] == [(FOREIGN, None), (home, sent)]


def test_an_opaque_top_level_page_is_its_own_partition() -> None:
    page = page_at("https://app.example.com/", sandboxed=True)
    context = Context(profile=FIREFOX)
    answer = head(200, ("Access-Control-Allow-Origin", "null"), ACAC, ("Set-Cookie", "a=b; Secure; SameSite=None"))
    request = fetch_request(page, API, credentials="include")
    assert play(request, answer, page=page, context=context).verdict.cookies_stored == ("a",)
    assert play(request, answer, page=page, context=context).sends[0].headers.get(b"cookie") == b"a=b"
    other = page_at("https://app.example.com/", sandboxed=True)
    assert b"cookie" not in play(request, answer, page=other, context=context).sends[0].headers


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
@pytest.mark.parametrize("crossorigin", [None, "anonymous", "use-credentials"])
def test_a_manifest_goes_without_cookies_in_browsers(profile: Profile, crossorigin: str | None) -> None:
    request = feature_request(PAGE, "manifest", "/app.webmanifest", crossorigin=crossorigin)
    context = Context(profile=profile, cookies=jar("a=b", url=PAGE.url))
    played = play(request, head(200, ("Set-Cookie", "c=d")), page=PAGE, context=context)
    sent = crossorigin == "use-credentials" or profile is STANDARD
    assert (b"cookie" in played.sends[0].headers) is sent
    assert played.verdict.cookies_stored == (("c",) if sent else ())
    assert played.verdict.request.credentials == (
        "include" if crossorigin == "use-credentials" else "same-origin" if sent else "omit"
    )
