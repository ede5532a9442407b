"""What goes on the wire: whole header lists of whole requests."""

import pytest

from crossorigin.browser import (
    CHROMIUM,
    FIREFOX,
    STANDARD,
    Page,
    Profile,
    Request,
    feature_request,
    fetch_request,
    page_at,
)
from tests.browser.scripted import ACAO, API, PAGE, PLAIN, fields, head, play

CROSS = [("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Site", "cross-site")]

CHROMIUM_DOCUMENT = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)


def sent(request: Request, page: Page = PAGE, profile: Profile = STANDARD, **more: object) -> list[tuple[str, str]]:
    """The fields of the request itself, without User-Agent, Accept-Language and Accept-Encoding."""
    played = play(request, head(200, ACAO), page=page, profile=profile, **{**PLAIN, **more})
    return fields(played.sends[0])


def test_a_cross_origin_fetch() -> None:
    assert sent(fetch_request(PAGE, API)) == [
        ("Accept", "*/*"),
        ("Referer", "https://app.example/"),
        ("Origin", "https://app.example"),
        *CROSS,
    ]


def test_the_defaults_of_a_browser() -> None:
    assert fields(play(fetch_request(PAGE, API), head(200, ACAO)).sends[0]) == [
        ("Accept", "*/*"),
        ("Accept-Language", "en-US,en;q=0.9"),
        ("Referer", "https://app.example/"),
        ("Origin", "https://app.example"),
        *CROSS,
        ("User-Agent", "Mozilla/5.0 (compatible; crossorigin)"),
        ("Accept-Encoding", "gzip, deflate"),
    ]


def test_the_pages_own_fields_come_first_and_stay() -> None:
    given = {"accept": "text/x", "Accept-Language": "de"}
    assert sent(fetch_request(PAGE, API, headers=given), accept_language=b"en") == [
        ("accept", "text/x"),
        ("Accept-Language", "de"),
        ("Referer", "https://app.example/"),
        ("Origin", "https://app.example"),
        *CROSS,
    ]


def test_a_same_origin_get_has_no_origin() -> None:
    assert sent(fetch_request(PAGE, "/x")) == [
        ("Accept", "*/*"),
        ("Referer", "https://app.example/start"),
        ("Sec-Fetch-Dest", "empty"),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-Fetch-Site", "same-origin"),
    ]


def test_an_image_without_crossorigin() -> None:
    assert sent(feature_request(PAGE, "image", API)) == [
        ("Accept", "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"),
        ("Referer", "https://app.example/"),
        ("Sec-Fetch-Dest", "image"),
        ("Sec-Fetch-Mode", "no-cors"),
        ("Sec-Fetch-Site", "cross-site"),
    ]


@pytest.mark.parametrize(("profile", "access"), [(STANDARD, None), (CHROMIUM, "active"), (FIREFOX, "none")])
def test_browsers_say_whether_a_credentialed_request_abroad_has_storage_access(
    profile: Profile, access: str | None
) -> None:
    for request in (feature_request(PAGE, "image", API), feature_request(PAGE, "beacon", API)):
        assert dict(sent(request, profile=profile)).get("Sec-Fetch-Storage-Access") == access
    for request in (fetch_request(PAGE, API), feature_request(PAGE, "image", "/x")):
        assert "Sec-Fetch-Storage-Access" not in dict(sent(request, profile=profile))


def test_an_image_in_chromium_says_that_it_has_storage_access() -> None:
    assert sent(feature_request(PAGE, "image", API), profile=CHROMIUM) == [
        ("Accept", "image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"),
        ("Referer", "https://app.example/"),
        ("Sec-Fetch-Dest", "image"),
        ("Sec-Fetch-Mode", "no-cors"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Storage-Access", "active"),
    ]


def test_a_media_element_that_asks_for_a_range_wants_no_coding() -> None:
    request = feature_request(PAGE, "audio", API, headers={"Range": "bytes=0-"})
    assert sent(request, accept_encoding=b"gzip") == [
        ("Range", "bytes=0-"),
        ("Accept", "*/*"),
        ("Referer", "https://app.example/"),
        ("Sec-Fetch-Dest", "audio"),
        ("Sec-Fetch-Mode", "no-cors"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Accept-Encoding", "identity"),
    ]


def test_a_prefetch_says_so() -> None:
    assert sent(feature_request(PAGE, "prefetch", API)) == [
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("Referer", "https://app.example/"),
        ("Sec-Fetch-Dest", "empty"),
        ("Sec-Fetch-Mode", "no-cors"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Purpose", "prefetch"),
    ]


def test_an_event_source_is_never_cached() -> None:
    assert sent(feature_request(PAGE, "event-source", API)) == [
        ("Accept", "text/event-stream"),
        ("Referer", "https://app.example/"),
        ("Origin", "https://app.example"),
        *CROSS,
        ("Pragma", "no-cache"),
        ("Cache-Control", "no-cache"),
    ]


@pytest.mark.parametrize(
    ("profile", "accept", "metadata"),
    [
        (
            STANDARD,
            [("Accept", "*/*")],
            [("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Mode", "websocket"), ("Sec-Fetch-Site", "cross-site")],
        ),
        (CHROMIUM, [], []),
    ],
)
def test_a_websocket_says_where_it_comes_from(
    profile: Profile, accept: list[tuple[str, str]], metadata: list[tuple[str, str]]
) -> None:
    request = feature_request(PAGE, "websocket", "wss://api.other.example/")
    played = play(request, head(101), profile=profile, **PLAIN)
    assert played.verdict.readable
    assert played.wire == ["GET https://api.other.example/"]
    assert fields(played.sends[0]) == [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", "Y3Jvc3NvcmlnaW4gMjAyNg=="),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Extensions", "permessage-deflate"),
        *accept,
        ("Origin", "https://app.example"),
        *metadata,
        ("Pragma", "no-cache"),
        ("Cache-Control", "no-cache"),
    ]


@pytest.mark.parametrize(
    ("cache", "given", "added"),
    [
        ("default", {}, []),
        ("no-store", {}, [("Pragma", "no-cache"), ("Cache-Control", "no-cache")]),
        ("reload", {}, [("Pragma", "no-cache"), ("Cache-Control", "no-cache")]),
        ("no-cache", {}, [("Cache-Control", "max-age=0")]),
        ("force-cache", {}, []),
        ("default", {"If-None-Match": "x"}, [("Pragma", "no-cache"), ("Cache-Control", "no-cache")]),
        ("no-store", {"Cache-Control": "x", "Pragma": "y"}, []),
    ],
)
def test_cache_modes(cache: str, given: dict[str, str], added: list[tuple[str, str]]) -> None:
    request = fetch_request(PAGE, "/x", cache=cache, headers=given)  # type: ignore[arg-type]
    assert sent(request)[len(given) + 5 :] == added


POLICIES = [
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
]


def origin_of(request: Request, page: Page = PAGE, profile: Profile = STANDARD) -> str | None:
    return dict(sent(request, page, profile)).get("Origin")


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_cors_always_says_the_origin(policy: str, method: str) -> None:
    request = fetch_request(PAGE, API, method=method, referrer_policy=policy)  # type: ignore[arg-type]
    assert origin_of(request) == "https://app.example"


@pytest.mark.parametrize("policy", POLICIES)
def test_a_same_origin_post_under_cors_says_the_origin(policy: str) -> None:
    request = fetch_request(PAGE, "/x", method="POST", referrer_policy=policy)  # type: ignore[arg-type]
    assert origin_of(request) == "https://app.example"


@pytest.mark.parametrize("policy", POLICIES)
def test_a_no_cors_post_follows_the_referrer_policy(policy: str) -> None:
    request = fetch_request(PAGE, API, method="POST", mode="no-cors", referrer_policy=policy)  # type: ignore[arg-type]
    expected = "null" if policy in ("no-referrer", "same-origin") else "https://app.example"
    assert origin_of(request) == expected
    assert origin_of(request, profile=CHROMIUM) == "https://app.example"
    assert origin_of(request, profile=FIREFOX) == expected


@pytest.mark.parametrize("policy", POLICIES)
def test_a_same_origin_mode_post_follows_it_too(policy: str) -> None:
    request = fetch_request(PAGE, "/x", method="POST", mode="same-origin", referrer_policy=policy)  # type: ignore[arg-type]
    assert origin_of(request) == ("null" if policy == "no-referrer" else "https://app.example")


@pytest.mark.parametrize(
    ("page", "policy", "origin"),
    [
        ("https://app.example/", "strict-origin", "null"),
        ("https://app.example/", "unsafe-url", "https://app.example"),
        ("http://app.example/", "strict-origin", "http://app.example"),
    ],
)
def test_a_downgrade_hides_the_origin(page: str, policy: str, origin: str) -> None:
    request = feature_request(page_at(page), "form", "http://localhost/").replace(referrer_policy=policy)
    assert origin_of(request, page_at(page)) == origin


def test_no_cors_get_says_nothing() -> None:
    assert origin_of(fetch_request(PAGE, API, mode="no-cors")) is None
    assert origin_of(fetch_request(PAGE, API, method="HEAD", mode="no-cors")) is None


def test_an_opaque_page_says_null() -> None:
    page = page_at("https://app.example/", sandboxed=True)
    request = fetch_request(page, "https://app.example/x")
    played = play(request, head(200, ("Access-Control-Allow-Origin", "null")), page=page, **PLAIN)
    assert played.verdict.readable
    assert fields(played.sends[0]) == [("Accept", "*/*"), ("Origin", "null"), *CROSS]


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://app.example/", "same-origin"),
        ("https://app.example:8443/", "same-site"),
        ("https://www.app.example/", "same-site"),
        ("https://other.example/", "cross-site"),
        ("http://app.example/", None),
        ("http://localhost/", "cross-site"),
    ],
)
def test_sec_fetch_site(url: str, site: str | None) -> None:
    page = page_at("https://app.example/")
    request = feature_request(page, "link", url)
    assert dict(sent(request, page)).get("Sec-Fetch-Site") == site


def test_chromium_drops_an_authors_user_agent() -> None:
    request = fetch_request(PAGE, "/x", headers={"User-Agent": "mine"})
    assert dict(sent(request))["User-Agent"] == "mine"
    assert "User-Agent" not in dict(sent(request, profile=CHROMIUM))


@pytest.mark.parametrize(
    ("feature", "chromium", "firefox"),
    [
        ("iframe", CHROMIUM_DOCUMENT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("embed", CHROMIUM_DOCUMENT, "*/*"),
        ("stylesheet", "text/css,*/*;q=0.1", "text/css,*/*;q=0.1"),
        ("font", "*/*", "application/font-woff2;q=1.0,application/font-woff;q=0.9,*/*;q=0.8"),
        ("audio", "*/*", "audio/webm,audio/ogg,audio/wav,audio/*;q=0.9,application/ogg;q=0.7,video/*;q=0.6,*/*;q=0.5"),
    ],
)
def test_accept_as_measured(feature: str, chromium: str, firefox: str) -> None:
    request = feature_request(PAGE, feature, API)
    assert dict(sent(request, profile=CHROMIUM))["Accept"] == chromium
    assert dict(sent(request, profile=FIREFOX))["Accept"] == firefox


def test_a_json_module_asks_for_json() -> None:
    request = feature_request(PAGE, "import", API, destination="json")
    for profile in (STANDARD, CHROMIUM, FIREFOX):
        assert dict(sent(request, profile=profile))["Accept"] == "application/json,*/*;q=0.5"
