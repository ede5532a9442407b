"""Deviations of browsers that tests/differential found, each by itself."""

import pytest

from crossorigin.browser import (
    CHROMIUM,
    FIREFOX,
    STANDARD,
    Context,
    Profile,
    feature_request,
    fetch_request,
    page_at,
    xhr_request,
)
from tests.browser.scripted import ACAO, API, ORIGIN, PAGE, fields, head, play

HEADERS = ("Access-Control-Allow-Headers", "*")
METHODS = ("Access-Control-Allow-Methods", "*")


def preflighted(headers: dict[str, str], profile: Profile) -> bool:
    """Whether a GET with these fields is preflighted."""
    request = fetch_request(PAGE, API, headers=headers)
    context = Context(profile=profile, preflight_only=True)
    answers = (head(200, ACAO, HEADERS),)
    try:
        return play(request, *answers, context=context).verdict.preflighted
    except AssertionError:  # nobody asked for the answer
        return False


@pytest.mark.parametrize(
    ("headers", "by"),
    [
        pytest.param({"Save-Data": "on"}, ("standard", "firefox"), id="a client hint"),
        pytest.param({"Save-Data": "1"}, ("standard", "chromium", "firefox"), id="save-data that is not on"),
        pytest.param({"ECT": "4g"}, ("standard", "firefox"), id="a connection type"),
        pytest.param({"ECT": "fast"}, ("standard", "chromium", "firefox"), id="no connection type"),
        pytest.param({"DPR": "1" * 128}, ("standard", "firefox"), id="a hint of 128 bytes"),
        pytest.param({"DPR": "1" * 129}, ("standard", "chromium", "firefox"), id="a hint of 129 bytes"),
        pytest.param({"Content-Type": "text/plain;\xe4"}, ("firefox",), id="a type beyond ASCII"),
        pytest.param({"Range": "bytes=0-9223372036854775807"}, (), id="a range to 2^63-1"),
        pytest.param({"Range": "bytes=0-9223372036854775808"}, ("chromium",), id="a range to 2^63"),
        pytest.param({"Range": "bytes=0-18446744073709551616"}, ("chromium", "firefox"), id="a range to 2^64"),
        pytest.param({"Range": "bytes=" + "9" * 100 + "-"}, ("chromium", "firefox"), id="a range of a hundred digits"),
        pytest.param({"Range": "bytes=" + "0" * 30 + "1-"}, (), id="zeros before a number"),
    ],
)
def test_who_preflights(headers: dict[str, str], by: tuple[str, ...]) -> None:
    assert tuple(p.name for p in (STANDARD, CHROMIUM, FIREFOX) if preflighted(headers, p)) == by


@pytest.mark.parametrize(("profile", "asked"), [(STANDARD, 1), (CHROMIUM, 2), (FIREFOX, 1)])
def test_what_no_store_leaves_in_the_preflight_cache(profile: Profile, asked: int) -> None:
    context = Context(profile=profile)
    answers = (head(200, ACAO, ("Access-Control-Allow-Methods", "PUT")), head(200, ACAO))
    play(fetch_request(PAGE, API, method="PUT", cache="no-store"), *answers, context=context)
    again = answers[2 - asked :]
    played = play(fetch_request(PAGE, API, method="PUT"), *again, context=context)
    assert len(played.sends) == asked


@pytest.mark.parametrize(("profile", "asked"), [(STANDARD, False), (CHROMIUM, True), (FIREFOX, False)])
def test_no_cache_and_the_preflight_cache(profile: Profile, asked: bool) -> None:
    context = Context(profile=profile)
    allowed = head(200, ACAO, ("Access-Control-Allow-Methods", "PUT"))
    play(fetch_request(PAGE, API, method="PUT"), allowed, head(200, ACAO), context=context)
    again = ((allowed,) if asked else ()) + (head(200, ACAO),)
    assert play(fetch_request(PAGE, API, method="PUT", cache="no-cache"), *again, context=context).verdict.readable


@pytest.mark.parametrize(("profile", "origin"), [(STANDARD, None), (CHROMIUM, ORIGIN), (FIREFOX, None)])
@pytest.mark.parametrize("feature", ["font", "module"])
def test_whether_a_feature_names_its_origin_at_home(profile: Profile, origin: str | None, feature: str) -> None:
    played = play(feature_request(PAGE, feature, "/x"), head(), profile=profile)
    assert dict(fields(played.sends[0])).get("Origin") == origin


@pytest.mark.parametrize("feature", ["audio", "event-source"])
def test_features_that_name_no_origin_at_home(feature: str) -> None:
    crossorigin = "anonymous" if feature == "audio" else None
    played = play(feature_request(PAGE, feature, "/x", crossorigin=crossorigin), head(), profile=CHROMIUM)
    assert "Origin" not in dict(fields(played.sends[0]))


@pytest.mark.parametrize(("profile", "origin"), [(STANDARD, ORIGIN), (CHROMIUM, "null"), (FIREFOX, ORIGIN)])
def test_the_origin_of_a_post_that_left_home(profile: Profile, origin: str) -> None:
    request = fetch_request(PAGE, "/x", method="POST", mode="no-cors")
    played = play(request, head(307, ("Location", API)), head(), profile=profile)
    assert dict(fields(played.sends[1]))["Origin"] == origin


@pytest.mark.parametrize(
    ("profile", "site"), [(STANDARD, "same-site"), (CHROMIUM, "same-site"), (FIREFOX, "cross-site")]
)
def test_the_site_behind_a_redirect_within_it(profile: Profile, site: str) -> None:
    there = "https://app.example:8443/"
    played = play(fetch_request(PAGE, "/x"), head(302, ("Location", there)), head(200, ACAO), profile=profile)
    assert dict(fields(played.sends[1]))["Sec-Fetch-Site"] == site


@pytest.mark.parametrize(
    ("profile", "site"), [(STANDARD, "cross-site"), (CHROMIUM, "same-origin"), (FIREFOX, "same-origin")]
)
def test_the_site_of_a_preflight_that_came_home(profile: Profile, site: str) -> None:
    request = fetch_request(PAGE, API, method="PUT")
    anyone = ("Access-Control-Allow-Origin", "*")
    answers = (head(200, anyone, METHODS), head(307, anyone, ("Location", f"{ORIGIN}/x")), head(200, anyone, METHODS))
    played = play(request, *answers, head(200, anyone), profile=profile)
    assert dict(fields(played.sends[2]))["Sec-Fetch-Site"] == site


@pytest.mark.parametrize(
    ("profile", "referrer"), [(STANDARD, "https://app.example/start"), (FIREFOX, "https://app.example/")]
)
def test_how_far_a_relaxed_referrer_policy_reaches(profile: Profile, referrer: str) -> None:
    request = fetch_request(PAGE, API, referrer_policy="unsafe-url")
    assert dict(fields(play(request, head(200, ACAO), profile=profile).sends[0]))["Referer"] == referrer


@pytest.mark.parametrize(
    ("profile", "referrer"), [(STANDARD, "https://app.example/"), (CHROMIUM, None), (FIREFOX, None)]
)
def test_what_a_downgrade_is(profile: Profile, referrer: str | None) -> None:
    request = fetch_request(PAGE, "http://localhost/")
    assert dict(fields(play(request, head(200, ACAO), profile=profile).sends[0])).get("Referer") == referrer


@pytest.mark.parametrize(("profile", "told"), [(STANDARD, [0, 0]), (CHROMIUM, [1, 1]), (FIREFOX, [1, 0])])
def test_how_long_storage_access_is_told(profile: Profile, told: list[int]) -> None:
    request = feature_request(PAGE, "image", API)
    played = play(request, head(302, ("Location", "https://third.example/")), head(), profile=profile)
    assert ["Sec-Fetch-Storage-Access" in dict(fields(send)) for send in played.sends] == told


def test_firefox_tells_of_storage_access_from_secure_contexts_alone() -> None:
    page = page_at("http://app.example/")
    played = play(feature_request(page, "image", API), head(), page=page, profile=FIREFOX)
    assert "Sec-Fetch-Storage-Access" not in dict(fields(played.sends[0]))


def test_a_listener_on_an_upload_counts_behind_a_redirect_that_drops_the_body() -> None:
    request = xhr_request(PAGE, "/x", method="POST", body="a", upload_listener=True)
    away = head(303, ("Location", API))
    played = play(request, away, head(200, ACAO), head(200, ACAO), profile=CHROMIUM)
    assert [send.method for send in played.sends] == ["POST", "OPTIONS", "GET"]


def test_a_ping_has_no_referrer() -> None:
    played = play(feature_request(PAGE, "ping", API, body="PING"), head())
    assert "Referer" not in dict(fields(played.sends[0]))


@pytest.mark.parametrize(("profile", "stored"), [(STANDARD, ("a",)), (CHROMIUM, ())])
def test_a_partitioned_cookie_without_same_site_from_abroad(profile: Profile, stored: tuple[str, ...]) -> None:
    request = fetch_request(PAGE, API, credentials="include")
    cookie = ("Set-Cookie", "a=1; Secure; Partitioned")
    allowed = ("Access-Control-Allow-Credentials", "true")
    assert play(request, head(200, ACAO, allowed, cookie), profile=profile).verdict.cookies_stored == stored


@pytest.mark.parametrize(("profile", "stored"), [(STANDARD, ()), (CHROMIUM, ("a",)), (FIREFOX, ("a",))])
def test_a_lax_cookie_from_home_behind_a_redirect_from_abroad(profile: Profile, stored: tuple[str, ...]) -> None:
    request = fetch_request(PAGE, API, credentials="include")
    allowed = ("Access-Control-Allow-Credentials", "true")
    home = head(302, ACAO, allowed, ("Location", f"{ORIGIN}/x"))
    played = play(request, home, head(200, ("Set-Cookie", "a=1; SameSite=Lax")), profile=profile)
    assert played.verdict.cookies_stored == stored


@pytest.mark.parametrize(("profile", "sent"), [(STANDARD, None), (CHROMIUM, "a=1"), (FIREFOX, None)])
def test_a_lax_cookie_for_home_behind_a_redirect_from_abroad(profile: Profile, sent: str | None) -> None:
    context = Context(profile=profile)
    assert context.cookies is not None
    context.cookies.set(f"{ORIGIN}/", "a=1; SameSite=Lax")
    request = fetch_request(PAGE, API, credentials="include")
    home = head(302, ACAO, ("Access-Control-Allow-Credentials", "true"), ("Location", f"{ORIGIN}/x"))
    assert dict(fields(play(request, home, head(), context=context).sends[1])).get("Cookie") == sent
