"""Features and the requests that they make."""

from typing import Any

import pytest

from crossorigin.browser import (
    FEATURES,
    Blob,
    BodyInit,
    ReadableStream,
    Request,
    RequestError,
    URLSearchParams,
    feature_request,
)
from crossorigin.standard import HeaderList
from tests.browser.scripted import API, PAGE

CORS_SAME_ORIGIN = ("cors", "same-origin")
NO_CORS_INCLUDE = ("no-cors", "include")
NAVIGATE = ("navigate", "include")
SAME_ORIGIN = ("same-origin", "same-origin")

MEASURED = {
    "image": ("image", NO_CORS_INCLUDE, CORS_SAME_ORIGIN),
    "script": ("script", NO_CORS_INCLUDE, CORS_SAME_ORIGIN),
    "stylesheet": ("style", NO_CORS_INCLUDE, CORS_SAME_ORIGIN),
    "audio": ("audio", NO_CORS_INCLUDE, CORS_SAME_ORIGIN),
    "video": ("video", NO_CORS_INCLUDE, CORS_SAME_ORIGIN),
    "module": ("script", CORS_SAME_ORIGIN, CORS_SAME_ORIGIN),
    "import": ("script", CORS_SAME_ORIGIN, None),
    "modulepreload": ("script", CORS_SAME_ORIGIN, CORS_SAME_ORIGIN),
    "font": ("font", CORS_SAME_ORIGIN, None),
    "shape-outside": ("image", CORS_SAME_ORIGIN, None),
    "mask-image": ("image", CORS_SAME_ORIGIN, None),
    "background-image": ("image", NO_CORS_INCLUDE, None),
    "svg-use": ("image", SAME_ORIGIN, None),
    "track": ("track", SAME_ORIGIN, CORS_SAME_ORIGIN),
    "worker": ("worker", SAME_ORIGIN, None),
    "shared-worker": ("sharedworker", SAME_ORIGIN, None),
    "service-worker": ("serviceworker", SAME_ORIGIN, None),
    "import-scripts": ("script", NO_CORS_INCLUDE, None),
    "audio-worklet": ("audioworklet", CORS_SAME_ORIGIN, None),
    "paint-worklet": ("paintworklet", CORS_SAME_ORIGIN, None),
    "event-source": ("", CORS_SAME_ORIGIN, CORS_SAME_ORIGIN),
    "websocket": ("", ("websocket", "include"), None),
    "webtransport": ("", ("webtransport", "omit"), None),
    "beacon": ("", NO_CORS_INCLUDE, None),
    "ping": ("", NO_CORS_INCLUDE, None),
    "form": ("document", NAVIGATE, None),
    "link": ("document", NAVIGATE, None),
    "iframe": ("iframe", NAVIGATE, None),
    "object": ("object", NAVIGATE, None),
    "embed": ("embed", NAVIGATE, None),
    "preload": ("", NO_CORS_INCLUDE, CORS_SAME_ORIGIN),
    "prefetch": ("", NO_CORS_INCLUDE, CORS_SAME_ORIGIN),
    "manifest": ("manifest", CORS_SAME_ORIGIN, CORS_SAME_ORIGIN),
    "icon": ("image", NO_CORS_INCLUDE, CORS_SAME_ORIGIN),
    "report": ("report", CORS_SAME_ORIGIN, None),
    "csp-report": ("report", ("no-cors", "same-origin"), None),
}


def test_the_table_is_complete() -> None:
    assert set(MEASURED) | {"fetch", "xhr"} == set(FEATURES)


@pytest.mark.parametrize("name", MEASURED)
def test_destination_mode_and_credentials(name: str) -> None:
    destination, plain, anonymous = MEASURED[name]
    request = feature_request(PAGE, name, API)
    assert (request.destination, (request.mode, request.credentials)) == (destination, plain)
    if anonymous is None:
        with pytest.raises(ValueError, match="no crossorigin attribute"):
            feature_request(PAGE, name, API, crossorigin="anonymous")
        return
    for value in ("anonymous", "", "nonsense"):
        request = feature_request(PAGE, name, API, crossorigin=value)
        assert (request.mode, request.credentials) == anonymous
    request = feature_request(PAGE, name, API, crossorigin="USE-credentials")
    assert (request.mode, request.credentials) == ("cors", "include")


def test_no_feature_is_preflighted_but_those_that_are() -> None:
    assert {name for name in MEASURED if feature_request(PAGE, name, API).unsafe_request} == {"report"}


def test_every_row_says_what_a_failure_does() -> None:
    for name, row in FEATURES.items():
        assert row.name == name
        assert row.fails
        assert bool(row.opaque) == (row.mode in ("no-cors", "navigate"))


def test_an_event_source_asks_for_events() -> None:
    assert feature_request(PAGE, "event-source", API, with_credentials=True) == Request(
        url=API,
        headers=HeaderList(((b"Accept", b"text/event-stream"),)),
        credentials="include",
        cache="no-store",
        initiator_type="other",
    )


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("wss://a.example/x", "https://a.example/x"),
        ("ws://a.example/", "http://a.example/"),
        ("/x", "https://app.example/x"),
    ],
)
def test_a_websocket_is_opened_over_http(given: str, sent: str) -> None:
    assert feature_request(PAGE, "websocket", given) == Request(
        url=sent,
        headers=HeaderList(
            (
                (b"Upgrade", b"websocket"),
                (b"Connection", b"Upgrade"),
                (b"Sec-WebSocket-Key", b"Y3Jvc3NvcmlnaW4gMjAyNg=="),
                (b"Sec-WebSocket-Version", b"13"),
                (b"Sec-WebSocket-Extensions", b"permessage-deflate"),
            )
        ),
        mode="websocket",
        credentials="include",
        cache="no-store",
        redirect="error",
        initiator_type="other",
        referrer="",
    )


@pytest.mark.parametrize(
    ("feature", "keywords", "headers", "mode", "preflighted"),
    [
        ("beacon", {"body": "x"}, {"Content-Type": "text/plain;charset=UTF-8"}, "no-cors", False),
        ("beacon", {"body": b"x"}, {}, "no-cors", False),
        ("beacon", {}, {}, "no-cors", False),
        ("ping", {}, {"Content-Type": "text/ping"}, "no-cors", False),
        ("report", {"body": b"[]"}, {"Content-Type": "application/reports+json"}, "cors", True),
        ("csp-report", {"body": b"{}"}, {"Content-Type": "application/csp-report"}, "no-cors", False),
        (
            "form",
            {"body": URLSearchParams({"a": "b"})},
            {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"},
            "navigate",
            False,
        ),
    ],
)
def test_features_with_a_body(
    feature: str, keywords: dict[str, Any], headers: dict[str, str], mode: str, preflighted: bool
) -> None:
    request = feature_request(PAGE, feature, API, **keywords)
    assert request.headers == HeaderList.of(headers)
    assert (request.method, request.mode, request.unsafe_request) == ("POST", mode, preflighted)
    assert request.keepalive is (feature in ("beacon", "ping"))


def test_a_beacon_of_json_goes_by_cors() -> None:
    from crossorigin.browser import Blob

    request = feature_request(PAGE, "beacon", API, body=Blob(b"{}", "application/json"))
    assert (request.mode, request.credentials, request.unsafe_request) == ("cors", "include", True)


def test_a_preload_takes_its_destination_from_as() -> None:
    assert feature_request(PAGE, "preload", API, destination="font").destination == "font"
    assert feature_request(PAGE, "preload", API, destination="fetch").destination == ""
    assert feature_request(PAGE, "prefetch", API).initiator == "prefetch"


def test_service_workers_say_so_and_follow_no_redirects() -> None:
    request = feature_request(PAGE, "service-worker", "/sw.js")
    assert (request.headers, request.redirect) == (HeaderList(((b"Service-Worker", b"script"),)), "error")


def test_a_media_element_may_ask_for_a_range() -> None:
    request = feature_request(PAGE, "audio", API, headers={"Range": "bytes=0-"})
    assert request.headers == HeaderList(((b"Range", b"bytes=0-"),))


@pytest.mark.parametrize(
    ("feature", "url", "code"),
    [
        ("image", "https://", "url"),
        ("websocket", "ftp://a.example/", "websocket-url"),
        ("websocket", "wss://a.example/#x", "websocket-url"),
        ("webtransport", "http://a.example/", "webtransport-url"),
        ("webtransport", "https://a.example/#", "webtransport-url"),
    ],
)
def test_urls_that_a_feature_refuses(feature: str, url: str, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        feature_request(PAGE, feature, url)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("feature", "keywords", "message"),
    [
        ("gopher", {}, "no feature 'gopher'"),
        ("fetch", {}, "its own door"),
        ("xhr", {}, "its own door"),
        ("image", {"body": "x"}, "sends no body"),
        ("image", {"with_credentials": True}, "is EventSource's"),
    ],
)
def test_mistakes_of_the_programmer(feature: str, keywords: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        feature_request(PAGE, feature, API, **keywords)


def test_a_beacon_takes_no_stream() -> None:
    with pytest.raises(RequestError, match="takes no stream"):
        feature_request(PAGE, "beacon", API, body=ReadableStream(b""))


@pytest.mark.parametrize("body", [b"{}", "{}", Blob(b"{}", "text/plain")], ids=["bytes", "text", "Blob"])
def test_the_content_type_of_a_beacon_is_its_blob_s(body: BodyInit) -> None:
    request = feature_request(PAGE, "beacon", API, body=body, headers={"content-type": "application/json"})
    assert request == feature_request(PAGE, "beacon", API, body=Blob(b"{}", "application/json"))
    assert (request.mode, request.unsafe_request) == ("cors", True)


def test_a_beacon_takes_no_other_header() -> None:
    with pytest.raises(ValueError, match="write body=Blob"):
        feature_request(PAGE, "beacon", API, headers={"X-A": "1"})


@pytest.mark.parametrize(
    ("feature", "name"),
    [
        ("image", "X-A"),
        ("module", "Authorization"),
        ("form", "Content-Type"),
        ("ping", "Content-Type"),
        ("font", "Range"),
    ],
)
def test_a_page_sets_no_header_of_a_feature(feature: str, name: str) -> None:
    with pytest.raises(ValueError, match=f"a page cannot set {name} on"):
        feature_request(PAGE, feature, API, headers={name: "1"})
