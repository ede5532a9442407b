"""HARs, entry by entry: what belongs together is put together, and what is not known stays so."""

import gzip
import json
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.browser import NetworkFailure, ResponseHead
from crossorigin.captures import CaptureError, Provenance, read_har
from tests.captures.hars import (
    API,
    APP,
    CHROME,
    FIREFOX,
    entry,
    items,
    log,
    one,
    preflight,
    read,
    summary,
    until_it_breaks,
)

JSON = [("Content-Type", "application/json"), ("Origin", APP)]


def test_a_request_and_its_answer() -> None:
    recorded = one(
        entry(
            headers={"Origin": APP, "Accept": "*/*", "X-Mine": "1", "Cookie": "a=b", ":authority": "x", "Sec-GPC": "1"},
            answer=[("Vary", "Origin"), ("Set-Cookie", "a=1\nb=2")],
            response={"httpVersion": "h3"},
            _resourceType="fetch",
        )
    )
    asked = recorded.asked
    assert (asked.url, asked.method, asked.origin, asked.mode, asked.feature) == (API, "GET", APP, "cors", "fetch")
    assert asked.origin_provenance is Provenance.RECORDED
    assert asked.headers == (("Accept", "*/*"), ("X-Mine", "1"))
    assert asked.cookies == "a=b"
    assert (asked.credentials, asked.credentials_provenance) == ("include", Provenance.RECORDED)
    (exchange,) = recorded.exchanges
    assert isinstance(exchange.answer, ResponseHead)
    assert exchange.answer.headers.fields == ((b"Vary", b"Origin"), (b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2"))
    assert exchange.answer.http_version == "HTTP/3"
    assert ":authority" not in dict(exchange.request_headers)
    assert (recorded.error, recorded.failed, recorded.index) == ("", False, 0)


@pytest.mark.parametrize("order", ["before", "after", "apart"])
@pytest.mark.parametrize("kind", ["preflight", None])
def test_a_preflight_belongs_to_its_request(order: str, kind: str | None) -> None:
    asks = preflight(method="PUT", names="x-a", at=5, took=2, **({"_resourceType": kind} if kind else {}))
    request = entry(method="PUT", headers={"Origin": APP, "X-A": "1"}, at=4, took=20)
    others = [entry(f"{API}/{n}", at=6) for n in range(20)] if order == "apart" else []
    entries = [asks, request] if order == "before" else [request, *others, asks]
    recorded = next(found for found in read(*entries) if found.asked.method == "PUT")
    assert summary(recorded) == ["OPTIONS 204", "PUT 200"]
    assert recorded.asked.headers == (("X-A", "1"),)
    assert len(read(*entries)) == 1 + len(others)


def test_two_requests_of_one_url_have_the_preflight_that_went_out_for_each() -> None:
    def asks(at: float, status: int) -> dict[str, object]:
        return preflight(method="PUT", at=at, took=1, status=status)

    def put(at: float) -> dict[str, object]:
        return entry(method="PUT", headers={"Origin": APP}, at=at, took=5)

    # As proxies and Firefox have it: the first was answered by the preflight cache, the second asked anew.
    first, second = read(put(0), asks(10, 201), put(12))
    assert (summary(first), summary(second)) == (["PUT 200"], ["OPTIONS 201", "PUT 200"])
    # As Chromium has it.
    first, second = read(put(0), asks(1, 201), put(20), asks(21, 202))
    assert (summary(first), summary(second)) == (["OPTIONS 201", "PUT 200"], ["OPTIONS 202", "PUT 200"])


@pytest.mark.parametrize(
    "asks",
    [
        entry(method="OPTIONS", headers={"Origin": APP, "Access-Control-Request-Method": "POST"}, at=5000, took=1),
        entry(
            method="OPTIONS",
            headers={"Origin": "https://other.example", "Access-Control-Request-Method": "PUT"},
            at=5000,
            took=1,
        ),
        preflight(method="PUT", names="x-b", at=5000, took=1),
        preflight(method="PUT", names="x-a", at=2000, took=1),
    ],
)
def test_a_preflight_that_was_refused_is_not_that_of_another_request(asks: dict) -> None:
    put = entry(method="PUT", headers={"Origin": APP, "X-A": "1"}, at=5005)
    assert len(read(asks, put, creator=FIREFOX)) == 2
    assert len(read(preflight(method="PUT", names="x-a", at=5000, took=1), put, creator=FIREFOX)) == 1


def test_an_options_request_of_the_page_is_no_preflight() -> None:
    recorded = one(entry(method="OPTIONS", headers={"Origin": APP}))
    assert (recorded.asked.method, summary(recorded)) == ("OPTIONS", ["OPTIONS 200"])


def test_a_preflight_alone_tells_the_request_that_was_never_made() -> None:
    recorded = one(preflight(method="DELETE", names="authorization, Content-Type,x-b"), creator={"name": "mitmproxy"})
    asked = recorded.asked
    assert (asked.method, asked.origin, asked.mode) == ("DELETE", APP, "cors")
    assert [name for name, _ in asked.headers] == ["authorization", "content-type", "x-b"]
    assert asked.secrets == ("authorization",)
    assert summary(recorded) == ["OPTIONS 204"]
    assert recorded.failed is None


def test_the_preflight_tells_what_a_sanitized_har_left_out_and_what_is_not_the_pages() -> None:
    recorded = one(
        entry(method="PUT", headers={"Origin": APP, "X-Client": "1", "X-Of-An-Extension": "1"}, body="{}", at=1),
        preflight(method="PUT", names="authorization,content-type,x-client", at=2, took=1),
    )
    assert recorded.asked.headers == (("X-Client", "1"), ("authorization", ""), ("content-type", "application/json"))
    assert recorded.asked.body == "{}"


def test_a_listener_on_the_upload_is_told_by_its_preflight() -> None:
    recorded = one(preflight(method="POST", at=0, took=1), entry(method="POST", headers={"Origin": APP}, at=2))
    assert recorded.asked.upload_listener
    assert not one(preflight(method="PUT"), entry(method="PUT", headers={"Origin": APP})).asked.upload_listener


def test_a_redirect_is_a_chain_with_the_preflight_of_each_hop() -> None:
    other = "https://other.example/x"
    recorded = one(
        entry(method="PUT", headers={"Origin": APP}, status=307, answer={"Location": other}, at=1, _resourceType="xhr"),
        preflight(method="PUT", at=2, took=1, _resourceType="preflight"),
        entry(other, "OPTIONS", {"Origin": "null", "Access-Control-Request-Method": "PUT"}, 204, at=13, took=1),
        entry(other, "PUT", headers={"Origin": "null"}, error="net::ERR_FAILED", at=12, _resourceType="xhr"),
    )
    assert recorded.asked.url == API
    assert recorded.asked.origin == APP
    assert summary(recorded) == ["OPTIONS 204", "PUT 307", "OPTIONS 204", "PUT 200"]
    assert (recorded.failed, recorded.error) == (True, "net::ERR_FAILED")


def test_a_relative_redirect_and_one_that_only_redirect_url_names() -> None:
    assert summary(one(entry(status=302, answer={"Location": "/login#x"}), entry("https://api.example.com/login"))) == [
        "GET 302",
        "GET 200",
    ]
    first = entry(status=301, response={"redirectURL": f"{API}/"})
    assert summary(one(first, entry(f"{API}/"))) == ["GET 301", "GET 200"]


def test_a_redirect_that_is_not_followed_stands_alone() -> None:
    first, second = read(
        entry(status=302, answer={"Location": "/login"}, at=50), entry("https://api.example.com/login")
    )
    assert {str(summary(first)), str(summary(second))} == {"['GET 302']", "['GET 200']"}


def test_a_preflight_alone_belongs_to_the_redirect_before_it() -> None:
    own, other = f"{APP}/own", "https://other.example/x"
    redirect = entry(own, headers={"X-A": "1"}, status=302, answer={"Location": other})
    recorded = one(redirect, preflight(other, names="x-a", at=12), creator=FIREFOX)
    assert (recorded.asked.url, summary(recorded)) == (own, ["GET 302", "OPTIONS 204"])


def test_a_redirect_that_was_blocked_or_is_long_past_leads_nowhere() -> None:
    login = "https://api.example.com/login"
    assert len(read(entry(status=302, answer={"Location": login}, error="net::ERR_FAILED"), entry(login))) == 2
    assert len(read(entry(status=302, answer={"Location": login}), entry(login, at=5000))) == 2


def test_a_redirect_of_the_browsers_own_never_went_out() -> None:
    insecure = API.replace("https", "http")
    internal = {"Location": API, "Non-Authoritative-Reason": "HSTS"}
    recorded = one(
        entry(insecure, headers={"Origin": APP}, status=307, answer=internal), entry(headers={"Origin": APP})
    )
    assert (recorded.asked.url, summary(recorded)) == (API, ["GET 200"])


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("net::ERR_NAME_NOT_RESOLVED", "dns"),
        ("net::ERR_CONNECTION_REFUSED", "refused"),
        ("net::ERR_CERT_DATE_INVALID", "tls"),
        ("net::ERR_CERT_AUTHORITY_INVALID", "tls"),
        ("net::ERR_SSL_PROTOCOL_ERROR", "tls"),
        ("net::ERR_TIMED_OUT", "timeout"),
        ("net::ERR_CONNECTION_RESET", "protocol"),
        ("net::ERR_EMPTY_RESPONSE", "protocol"),
        ("net::ERR_INTERNET_DISCONNECTED", "unreachable"),
        ("NS_ERROR_UNKNOWN_HOST", "dns"),
        ("SEC_ERROR_UNKNOWN_ISSUER", "tls"),
    ],
)
def test_what_the_network_did_is_a_failure_of_the_network(error: str, kind: str) -> None:
    recorded = one(entry(status=0, error=error))
    assert recorded.exchanges[0].answer == NetworkFailure(kind=kind, message=error)  # type: ignore[arg-type]
    assert (recorded.error, recorded.failed) == (error, True)


@pytest.mark.parametrize("error", ["net::ERR_FAILED", "net::ERR_BLOCKED_BY_CLIENT", "net::ERR_BLOCKED_BY_RESPONSE", ""])
@pytest.mark.parametrize("status", [0, -1])
def test_no_status_is_not_known(error: str, status: int) -> None:
    recorded = one(entry(status=status, error=error))
    assert recorded.exchanges[0].answer is None
    assert (recorded.error, recorded.failed) == (error, True if error else None)


def test_who_saw_only_the_wire_does_not_tell_how_it_ended() -> None:
    assert one(entry(), creator={"name": "mitmproxy"}).failed is None
    assert one(entry(), creator=FIREFOX).failed is None
    assert one(entry(), creator={"name": "Playwright", "version": "1.60"}).failed is False
    failed = one(entry(status=-1, response={"_failureText": "net::ERR_FAILED"}), creator={"name": "Playwright"})
    assert (failed.failed, failed.error) == (True, "net::ERR_FAILED")
    assert one(entry(error="net::ERR_ABORTED")).failed is None


CACHED = {"Cache-Control": "public, max-age=3600"}
FROM_CACHE = {"headers": {"Origin": APP}, "status": 0, "error": "net::ERR_FAILED"}


@pytest.mark.parametrize(
    ("answer", "failed", "known"),
    [
        (CACHED, FROM_CACHE, True),
        ({"ETag": '"1"'}, FROM_CACHE, True),
        ({}, FROM_CACHE, False),
        ({"Cache-Control": "no-store, max-age=60"}, FROM_CACHE, False),
        ({**CACHED, "Vary": "Accept-Encoding, origin"}, FROM_CACHE, False),
        ({**CACHED, "Vary": "*"}, FROM_CACHE, False),
        (CACHED, {**FROM_CACHE, "error": "net::ERR_BLOCKED_BY_CLIENT"}, False),
        (CACHED, {**FROM_CACHE, "error": "net::ERR_CONNECTION_REFUSED"}, False),
        (CACHED, {**FROM_CACHE, "method": "POST"}, False),
    ],
)
def test_an_answer_from_the_cache_is_the_one_that_was_cached(answer: dict, failed: dict, known: bool) -> None:
    _, second = read(entry(answer=answer), entry(at=30, **failed))
    exchange = second.exchanges[0]
    assert exchange.from_cache == known
    assert isinstance(exchange.answer, ResponseHead) == known


def test_a_later_response_was_not_in_the_cache() -> None:
    first, _ = read(entry(**FROM_CACHE), entry(answer=CACHED, at=30))
    assert first.exchanges[0].answer is None


def test_a_304_has_the_headers_that_were_cached_and_those_that_came_anew() -> None:
    stored = {"ETag": '"1"', "Access-Control-Allow-Origin": "*", "X-Old": "1"}
    fresh = {"Access-Control-Allow-Origin": APP, "Date": "x"}
    head = read(entry(answer=stored), entry(headers={"Origin": APP}, status=304, answer=fresh, at=30))[1].exchanges[0]
    assert isinstance(head.answer, ResponseHead)
    assert head.from_cache
    assert head.answer.headers.fields == (
        (b"ETag", b'"1"'),
        (b"X-Old", b"1"),
        (b"Access-Control-Allow-Origin", APP.encode()),
        (b"Date", b"x"),
    )


def test_requests_of_other_pages_and_origins_are_not_put_together() -> None:
    login = "https://api.example.com/login"
    assert len(read(entry(status=302, answer={"Location": login}), {**entry(login), "pageref": "page_2"})) == 2


def test_cache_and_service_worker_are_told() -> None:
    assert one(entry(_fromCache="disk")).exchanges[0].from_cache
    assert one(entry(_fetchType="Memory Cache")).exchanges[0].from_cache
    assert one(entry(response={"_fetchedViaServiceWorker": True})).exchanges[0].from_service_worker
    exchange = one(entry(response={"_fetchedViaServiceWorker": False})).exchanges[0]
    assert (exchange.from_cache, exchange.from_service_worker) == (False, False)


NULL_PREFLIGHT = entry(method="OPTIONS", headers={"Origin": "null", "Access-Control-Request-Method": "PUT"}, took=1)


@pytest.mark.parametrize(
    ("entries", "pages", "origin", "known"),
    [
        ([entry(headers={"Origin": APP, "Referer": "https://x.example/"})], [], APP, Provenance.RECORDED),
        ([entry(headers={"Referer": f"{APP}/start"})], [], APP, Provenance.GUESSED),
        ([entry(headers={"Origin": "null"})], [], "null", Provenance.RECORDED),
        ([entry(**FROM_CACHE | {"headers": {}}, at=1), preflight(at=2, took=1)], [], APP, Provenance.RECORDED),
        ([entry(method="PUT", status=0), NULL_PREFLIGHT], [], "null", Provenance.RECORDED),
        ([entry()], [{"id": "page_1", "title": f"{APP}/start"}], APP, Provenance.GUESSED),
        ([entry(_initiator={"type": "parser", "url": f"{APP}/start"})], [], APP, Provenance.GUESSED),
        ([entry(_initiator={"type": "script", "url": f"{APP}/start"})], [], None, Provenance.GUESSED),
        ([entry()], [{"id": "page_1", "title": "Orders: new"}], None, Provenance.GUESSED),
        ([entry()], [{"id": "page_2", "title": f"{APP}/start"}], None, Provenance.GUESSED),
    ],
)
def test_where_the_pages_origin_is_known_from(entries: list, pages: list, origin: str | None, known: object) -> None:
    asked = one(*entries, pages=pages).asked
    assert (asked.origin, asked.origin_provenance) == (origin, known)


def test_the_document_tells_the_origin_of_what_has_no_referrer() -> None:
    pages = [{"id": "page_1", "title": "Orders"}]
    document = entry(f"{APP}/start", _resourceType="document")
    frame = entry("https://frame.example/", _resourceType="document", at=1)
    *_, last = read(document, frame, entry(at=2), pages=pages)
    assert last.asked.origin == APP
    assert read(document)[0].asked.mode == "navigate"


@pytest.mark.parametrize(
    ("made", "mode", "feature"),
    [
        (entry(headers={"Origin": APP}, _resourceType="image"), "cors", "image"),
        (entry(headers={"Referer": APP}, _resourceType="image"), "no-cors", "image"),
        (entry(headers={"Referer": APP}, _resourceType="fetch"), "no-cors", "fetch"),
        (entry(headers={"Referer": APP}, _resourceType="xhr", _fromCache="disk"), "cors", "xhr"),
        (entry(headers={"Referer": APP}, status=0, _resourceType="fetch"), "cors", "fetch"),
        (entry(headers={"Referer": APP}, _resourceType="fetch", _fromCache="disk"), "cors", "fetch"),
        (entry(headers={"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "font"}), "cors", "font"),
        (entry(headers={"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "style"}), "no-cors", "stylesheet"),
        (entry(headers={"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}), "navigate", None),
        (entry(method="POST", headers={"Origin": APP}, _resourceType="ping"), "no-cors", "beacon"),
        (
            entry("wss://api.example.com/ws", headers={"Origin": APP}, _resourceType="websocket"),
            "websocket",
            "websocket",
        ),
        (entry(headers={"Origin": APP}, _resourceType="eventsource"), "cors", "event-source"),
        (entry(headers={"Origin": APP}, _resourceType="manifest"), "cors", "manifest"),
        (entry(headers={"Origin": APP}, _resourceType="other"), "cors", None),
        (entry(status=0), None, None),
    ],
)
def test_what_of_the_page_asked_and_how(made: dict, mode: str | None, feature: str | None) -> None:
    asked = one(made).asked
    assert (asked.mode, asked.feature) == (mode, feature)


def test_absence_of_cookies_is_not_known_and_what_the_server_allows_is_a_guess() -> None:
    allowed = {"Access-Control-Allow-Origin": APP, "Access-Control-Allow-Credentials": "true"}
    assert one(entry(headers={"Origin": APP})).asked.credentials is None
    asked = one(entry(headers={"Origin": APP}, answer=allowed)).asked
    assert (asked.credentials, asked.credentials_provenance) == ("include", Provenance.GUESSED)
    wildcard = {**allowed, "Access-Control-Allow-Origin": "*"}
    assert one(entry(headers={"Origin": APP}, answer=wildcard)).asked.credentials is None
    own = one(entry(f"{APP}/items", headers={"Referer": APP, "Cookie": "a=b"})).asked
    assert (own.credentials, own.cookies) == (None, "a=b")


def test_what_is_not_of_http_is_left_out() -> None:
    assert read(entry("data:,x"), entry("blob:https://x.example/1"), entry("chrome-extension://x/y"), entry("")) == []


def test_a_long_body_of_a_request_is_not_kept() -> None:
    assert one(entry(method="POST", body="x" * 20_000)).asked.body == ""
    assert one(entry(method="POST", body="x")).asked.body == "x"
    assert one(entry(method="POST")).asked.body is None


# The file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_and_windows_line_ends(encoding: str) -> None:
    text = json.dumps(json.loads(log(entry(answer={"X": "ü"}))), indent=2, ensure_ascii=False).replace("\n", "\r\n")
    capture = read_har(BytesIO(text.encode(encoding)))
    assert capture.kind == "har"
    assert capture.tool == "WebInspector 537.36"
    (found,) = items(capture)
    assert isinstance(found.exchanges[0].answer, ResponseHead)
    assert found.exchanges[0].answer.headers.get(b"x") == b"\xfc"


def test_the_order_of_the_log_does_not_matter() -> None:
    text = json.dumps({"other": [1], "log": {"pages": [], "comment": "x", "entries": [entry()], "creator": CHROME}})
    assert len(items(read_har(BytesIO(text.encode())))) == 1


@pytest.mark.parametrize("at", [0.3, 0.5, 0.8, 0.95])
def test_a_file_that_is_cut_short_gives_what_came_before(at: float) -> None:
    text = log(*[entry(f"{API}/{n}") for n in range(300)])
    cut = text[: int(len(text) * at)]
    whole = cut.count(b'"timings": {"send": 0, "wait": 1, "receive": 0}}')
    found, error = until_it_breaks(cut)
    assert found == list(range(whole))
    assert f"entry {whole + 1}, at byte {len(cut)}: the JSON is cut short" in error


def test_json_that_breaks_gives_what_came_before() -> None:
    text = log(*[entry(f"{API}/{n}") for n in range(300)])
    middle = text.index(b"items/200")
    found, error = until_it_breaks(text[:middle] + b'"' + text[middle:])
    assert found == list(range(200))
    assert "entry 201, before byte " in error
    assert "the JSON is broken" in error


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "cut short at byte 0"),
        (b"<html>", "the JSON is broken"),
        (b"[1, 2]", "not an object"),
        (b'{"traceEvents": [], "x": 1}', "no object 'log', but 'traceEvents', 'x'"),
        (b'{"log": []}', "no object 'log', but 'log'"),
        (b'{"log": {"version": "1.2"}}', "no list of entries"),
        (b'{"log": {"entries": {}}}', "no list of entries"),
        (b'{"log": {"crea', "cut short at byte 14"),
        (gzip.compress(b"{}", mtime=0), "gunzip"),
        (b"PK\x03\x04...", "zip archive"),
    ],
)
def test_what_is_no_har_is_said(content: bytes, says: str) -> None:
    with pytest.raises(CaptureError) as raised:
        read_har(BytesIO(content))
    assert says in str(raised.value)


NESTED = b"[" * 200_000 + b"]" * 200_000


@pytest.mark.parametrize(
    "hostile",
    [
        b'{"log": {"entries": [%s]}}' % NESTED,
        b'{"log": {"entries": [{"request": {"headers": %s}}]}}' % NESTED,
        b'{"log": {"entries": [{"request": %s}]}}' % (b'{"headers":' * 100_000 + b"1" + b"}" * 100_000),
        b'{"log": {"entries": [{"_resourceType": "%s"}]}}' % rb"\ud83d\ud83d \ude00 \ud83dx",
        b'{"log": {"entries": [null, 1, "x", [], {}, {"request": []}, {"request": {"url": 1, "method": {}}}]}}',
        b'{"log": {"entries": [{"time": %s}]}}' % (b"9" * 100_000),
        b'{"log": {"creator": [], "pages": [1, {"id": 2}, null], "entries": []}}',
        b'{"log": {"pages": {"id": "x"}, "entries": [{"request": {"method": "GET", "url": "https://x.example/"}}]}}',
    ],
)
def test_hostile_json_ends_in_items_or_in_one_error(hostile: bytes) -> None:
    with suppress(CaptureError):
        assert len(items(read_har(BytesIO(hostile)))) <= 1


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.text(st.characters(), max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
def test_any_value_in_any_place_is_read_without_an_exception(data: st.DataObject) -> None:
    made = entry(headers={"Origin": APP}, status=302, answer={"Location": "/x"}, _initiator={"type": "parser"})
    place = data.draw(st.sampled_from(["", "request", "response"]))
    target = made[place] if place else made
    target[data.draw(st.sampled_from(sorted(target)))] = data.draw(VALUES)
    assert len(read(made, entry())) <= 2


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("text", ["\u20ac", "\\", '"', "\n", "a", "\U0001f600", '\\\\"x', "\u20ac\\"])
def test_long_texts_are_cut_and_what_is_around_them_stays(text: str, ascii_only: bool) -> None:
    """Wherever the stream is cut into pieces: in the middle of an escape or of a character."""
    for shift in range(7):
        bodies = ["", "x" * shift + text * 400_000, text * 20_000]
        entries = [
            entry(f"{API}/{n}", response={"content": {"text": body}, "httpVersion": "h2"})
            for n, body in enumerate(bodies)
        ]
        content = json.dumps({"log": {"entries": entries}}, ensure_ascii=ascii_only).encode()
        found = items(read_har(BytesIO(content)))
        assert [item.asked.url for item in found] == [made["request"]["url"] for made in entries]
        assert all(item.exchanges[0].answer.http_version == "HTTP/2" for item in found)  # type: ignore[union-attr]


class Generated:
    """A HAR that is made while it is read: nothing but the reader holds on to any of it."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._left = parts, b""

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size:
            part = next(self._parts, b"")
            if not part:
                break
            self._left += part
        piece, self._left = self._left[:size], self._left[size:]
        return piece


def generated(total: int, body: int) -> Iterator[bytes]:
    yield b'{"log": {"version": "1.2", "creator": {"name": "WebInspector"}, "entries": ['
    number, made = 0, 0
    while made < total:
        status = (0, 200, 302)[number % 3]
        text = json.dumps(
            entry(f"{API}/{number}", "PUT" if number % 2 else "GET", dict(JSON), status, {**CACHED, "Location": "/x"})
        )
        before, _, after = text.partition("abc")
        yield (b"," if number else b"") + before.encode()
        for _ in range(body // 4000):
            yield b"QUJD" * 1000
        yield after.encode()
        number, made = number + 1, made + len(text) + body
    yield b"]}}"


def peak(total: int, body: int) -> int:
    tracemalloc.start()
    try:
        for item in read_har(Generated(generated(total, body))).items:  # type: ignore[arg-type]
            del item
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("small", "large"),
    [
        pytest.param((400_000, 0), (1_600_000, 0), id="many small entries"),
        pytest.param((5_000_000, 400_000), (20_000_000, 400_000), id="bodies"),
        pytest.param((1, 5_000_000), (1, 20_000_000), id="one large body"),
    ],
)
def test_memory_does_not_grow_with_the_file(small: tuple[int, int], large: tuple[int, int]) -> None:
    before, after = peak(*small), peak(*large)
    assert after < before * 1.5
    assert after < 8_000_000
