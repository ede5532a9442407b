"""Requests as fetch() and XMLHttpRequest build them."""

from typing import Any

import pytest

from crossorigin.browser import ReadableStream, Request, RequestError, fetch_request, xhr_request
from crossorigin.browser._headers_guard import append
from crossorigin.standard import HeaderList
from tests.browser.scripted import API, PAGE


def test_a_bare_fetch_takes_the_defaults_of_the_standard() -> None:
    assert fetch_request(PAGE, API) == Request(url=API, unsafe_request=True)


def test_everything_a_page_may_say_is_in_the_request() -> None:
    request = fetch_request(
        PAGE,
        "items?x#y",
        method="post",
        headers=[("X-A", "1"), ("x-a", " 2 ")],
        body="hi",
        mode="same-origin",
        credentials="include",
        redirect="manual",
        cache="no-store",
        referrer="/other",
        referrer_policy="origin",
        target_address_space="loopback",
        keepalive=True,
    )
    assert request == Request(
        url="https://app.example/items?x#y",
        method="POST",
        headers=HeaderList(((b"X-A", b"1"), (b"X-A", b"2"), (b"Content-Type", b"text/plain;charset=UTF-8"))),
        body=b"hi",
        mode="same-origin",
        credentials="include",
        redirect="manual",
        cache="no-store",
        referrer="https://app.example/other",
        referrer_policy="origin",
        target_address_space="loopback",
        keepalive=True,
        unsafe_request=True,
    )


@pytest.mark.parametrize(
    ("given", "sent"),
    [("get", "GET"), ("delete", "DELETE"), ("Post", "POST"), ("patch", "patch"), ("QUERY", "QUERY"), ("x!", "x!")],
)
def test_six_methods_are_normalised_and_no_more(given: str, sent: str) -> None:
    assert fetch_request(PAGE, API, method=given).method == sent


@pytest.mark.parametrize(
    ("keywords", "code"),
    [
        pytest.param({"url": "https://"}, "url", id="url that does not parse"),
        pytest.param({"url": "https://u:p@a.example/"}, "url-credentials", id="userinfo"),
        pytest.param({"url": "https://u@a.example/"}, "url-credentials", id="user alone"),
        pytest.param({"method": "CONNECT"}, "method-forbidden", id="CONNECT"),
        pytest.param({"method": "trace"}, "method-forbidden", id="trace"),
        pytest.param({"method": "Track"}, "method-forbidden", id="Track"),
        pytest.param({"method": "GET "}, "method", id="method with a space"),
        pytest.param({"method": ""}, "method", id="empty method"),
        pytest.param({"mode": "no-cors", "method": "PUT"}, "no-cors-method", id="no-cors PUT"),
        pytest.param({"mode": "navigate"}, "option-mode", id="mode navigate"),
        pytest.param({"mode": "websocket"}, "option-mode", id="mode websocket"),
        pytest.param({"credentials": "yes"}, "option-credentials", id="unknown credentials mode"),
        pytest.param({"redirect": "no"}, "option-redirect", id="unknown redirect mode"),
        pytest.param({"cache": "no"}, "option-cache", id="unknown cache mode"),
        pytest.param({"referrer_policy": "no"}, "option-referrerPolicy", id="unknown referrer policy"),
        pytest.param({"cache": "only-if-cached"}, "only-if-cached", id="only-if-cached under cors"),
        pytest.param({"body": "x"}, "body", id="GET with a body"),
        pytest.param({"body": b"", "method": "HEAD"}, "body", id="HEAD with an empty body"),
        pytest.param({"headers": {"x a": "1"}}, "header-name", id="header name with a space"),
        pytest.param({"headers": {"": "1"}}, "header-name", id="empty header name"),
        pytest.param({"headers": {"x": "a\nb"}}, "header-value", id="line end in a value"),
        pytest.param({"headers": {"x": "a\0b"}}, "header-value", id="NUL in a value"),
        pytest.param({"headers": {"x": "\u2026"}}, "header-value", id="character above U+00FF"),
        pytest.param({"referrer": "https://"}, "referrer", id="referrer that does not parse"),
        pytest.param({"method": "POST", "body": ReadableStream(b"x")}, "stream-duplex", id="stream without duplex"),
        pytest.param(
            {"method": "POST", "body": ReadableStream(b"x"), "duplex": "half", "mode": "no-cors"},
            "stream-mode",
            id="stream under no-cors",
        ),
        pytest.param(
            {"method": "POST", "body": ReadableStream(b"x"), "duplex": "half", "keepalive": True},
            "stream-keepalive",
            id="stream with keepalive",
        ),
    ],
)
def test_what_a_browser_throws_at_once(keywords: dict[str, Any], code: str) -> None:
    url = keywords.pop("url", API)
    with pytest.raises(RequestError) as caught:
        fetch_request(PAGE, url, **keywords)
    assert caught.value.code == code
    assert caught.value.name == "TypeError"
    assert str(caught.value) == caught.value.message
    assert isinstance(caught.value, TypeError)


def test_forbidden_fields_are_dropped_without_a_word() -> None:
    given = {
        "Accept-Charset": "x",
        "Accept-Encoding": "x",
        "Access-Control-Request-Headers": "x",
        "Access-Control-Request-Method": "x",
        "Connection": "x",
        "Content-Length": "1",
        "Cookie": "x",
        "Cookie2": "x",
        "Date": "x",
        "DNT": "1",
        "Expect": "x",
        "Host": "x",
        "Keep-Alive": "x",
        "Origin": "https://evil.example",
        "Referer": "x",
        "Set-Cookie": "x",
        "TE": "x",
        "Trailer": "x",
        "Transfer-Encoding": "x",
        "Upgrade": "x",
        "Via": "x",
        "Proxy-A": "x",
        "Sec-A": "x",
        "X-Method-Override": "GET, trace",
        "X-HTTP-Method": "connect",
        "X-HTTP-Method-Override": "PUT",
        "User-Agent": "ua",
    }
    assert fetch_request(PAGE, API, headers=given).headers == HeaderList(
        ((b"X-HTTP-Method-Override", b"PUT"), (b"User-Agent", b"ua"))
    )


def test_no_cors_keeps_only_what_is_safelisted_as_a_whole() -> None:
    request = fetch_request(
        PAGE,
        API,
        mode="no-cors",
        headers=[
            ("X-A", "1"),
            ("Range", "bytes=0-1"),
            ("Content-Type", "application/json"),
            ("Accept", "a" * 100),
            ("accept", "b" * 30),
            ("Accept-Language", "en"),
            ("accept-language", "de"),
        ],
    )
    assert request.headers == HeaderList(
        ((b"Accept", b"a" * 100), (b"Accept-Language", b"en"), (b"Accept-Language", b"de"))
    )


def test_the_pages_own_content_type_wins() -> None:
    request = fetch_request(PAGE, API, method="PUT", headers={"content-type": "application/json"}, body="{}")
    assert request.headers == HeaderList(((b"content-type", b"application/json"),))


def test_a_stream_forces_the_preflight_flag() -> None:
    request = fetch_request(PAGE, API, method="POST", body=ReadableStream(b"x"), duplex="half")
    assert (request.stream_body, request.use_cors_preflight, request.body) == (True, True, b"x")


@pytest.mark.parametrize(
    ("referrer", "becomes"),
    [("client", "client"), ("", ""), ("/x", "https://app.example/x"), ("https://other.example/", "client")],
)
def test_a_foreign_referrer_is_replaced_by_the_page(referrer: str, becomes: str) -> None:
    assert fetch_request(PAGE, API, referrer=referrer).referrer == becomes


def test_an_xhr_is_a_cors_request_with_the_unsafe_flag() -> None:
    assert xhr_request(PAGE, API) == Request(url=API, initiator_type="xmlhttprequest", unsafe_request=True)


def test_an_xhr_combines_fields_and_drops_forbidden_ones() -> None:
    request = xhr_request(
        PAGE,
        "https://u:p@a.example/",
        method="put",
        headers=[("X-A", "1"), ("x-a", " 2"), ("Origin", "x"), ("Content-Type", "text/x")],
        body="hi",
        with_credentials=True,
        upload_listener=True,
    )
    assert request == Request(
        url="https://u:p@a.example/",
        method="PUT",
        headers=HeaderList(((b"X-A", b"1, 2"), (b"Content-Type", b"text/x"))),
        body=b"hi",
        credentials="include",
        initiator_type="xmlhttprequest",
        use_cors_preflight=True,
        unsafe_request=True,
    )


def test_the_body_of_an_xhr_get_is_ignored() -> None:
    request = xhr_request(PAGE, API, body="hi")
    assert (request.body, request.headers) == (None, HeaderList())


def test_the_body_of_an_xhr_implies_its_type() -> None:
    request = xhr_request(PAGE, API, method="POST", body="hi")
    assert request.headers == HeaderList(((b"Content-Type", b"text/plain;charset=UTF-8"),))


@pytest.mark.parametrize(
    ("keywords", "code", "name"),
    [
        ({"method": "TRACE"}, "method-forbidden", "SecurityError"),
        ({"method": "a b"}, "method", "SyntaxError"),
        ({"url": "https://"}, "url", "SyntaxError"),
        ({"headers": {"a b": "1"}}, "header-name", "SyntaxError"),
        ({"headers": {"a": "1\r2"}}, "header-name", "SyntaxError"),
        ({"method": "POST", "body": ReadableStream(b"")}, "stream", "TypeError"),
    ],
)
def test_what_an_xhr_throws(keywords: dict[str, Any], code: str, name: str) -> None:
    url = keywords.pop("url", API)
    with pytest.raises(RequestError) as caught:
        xhr_request(PAGE, url, **keywords)
    assert (caught.value.code, caught.value.name) == (code, name)


def test_under_the_no_cors_guard_a_range_does_not_outlive_another_field() -> None:
    """https://fetch.spec.whatwg.org/#headers-remove-privileged-no-cors-request-headers"""
    headers = HeaderList(((b"Range", b"bytes=0-"), (b"Accept", b"a")))
    assert append(headers, b"accept", b"b", "request-no-cors") == HeaderList(((b"Accept", b"a"), (b"Accept", b"b")))
    assert append(headers, b"x-a", b"b", "request-no-cors") == headers
