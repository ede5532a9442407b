"""Response heads out of what people paste."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.browser import ResponseHead
from crossorigin.captures import CaptureError, Provenance, read_response
from crossorigin.standard import HeaderList, is_header_name
from tests.growth import assert_near_linear


def heads(text):
    return [item.head for item in read_response(text).items]


def test_the_head_of_curl_i():
    text = "HTTP/1.1 200 OK\r\nServer: nginx\r\nVary: Origin\r\nVary: Accept\r\n\r\n<html>\r\nX-A: body\r\n"
    assert heads(text) == [
        ResponseHead(status=200, headers=HeaderList.of([("Server", "nginx"), ("Vary", "Origin"), ("Vary", "Accept")]))
    ]


def test_http_2_has_small_letters_and_no_reason():
    (head,) = heads("HTTP/2 403 \ncontent-type: application/json\nx-empty:\n\n")
    assert (head.status, head.http_version) == (403, "HTTP/2")
    assert list(head.headers) == [(b"content-type", b"application/json"), (b"x-empty", b"")]


def test_redirects_come_in_order_and_interim_responses_go():
    text = (
        "HTTP/1.1 200 Connection established\n\nHTTP/1.1 100 Continue\n\nHTTP/1.1 301 Moved\nLocation: /b\n\n"
        "HTTP/1.1 103 Early Hints\nLink: </a>\n\nHTTP/1.1 200 OK\n\n"
    )
    assert [head.status for head in heads(text)] == [301, 200]


def test_switching_protocols_is_a_final_response():
    assert [head.status for head in heads("HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\n\n")] == [101]


VERBOSE = """\
*   Trying 192.0.2.1:443...
* Connected to api.example.com (192.0.2.1) port 443 (#0)
> POST /items?page=2 HTTP/1.1
> Host: api.example.com
> Origin: https://app.example.com
> User-Agent: curl/8.5.0
> Authorization: Bearer t
> Content-Type: application/json
> Content-Length: 2
>\x20
} [2 bytes data]
< HTTP/1.1 307 Temporary Redirect
< Location: https://api.example.com/items/?page=2
<\x20
* Issue another request to this URL
> POST /items/?page=2 HTTP/1.1
> Host: api.example.com
>\x20
< HTTP/1.1 201 Created
< Access-Control-Allow-Origin: https://app.example.com
<\x20
{"id": 1}
* Connection #0 to host api.example.com left intact
"""


def test_curl_v_shows_the_request_too():
    first, second = read_response(VERBOSE).items
    assert (first.head.status, second.head.status) == (307, 201)
    assert second.head.headers.get(b"access-control-allow-origin") == b"https://app.example.com"
    asked = first.asked
    assert (asked.method, asked.url) == ("POST", "https://api.example.com/items?page=2")
    assert asked.headers == (("Authorization", "Bearer t"), ("Content-Type", "application/json"))
    assert (asked.origin, asked.origin_provenance) == ("https://app.example.com", Provenance.STATED)
    assert (asked.body, asked.secrets, asked.line) == ("", ("Authorization",), 3)
    assert second.asked.url == "https://api.example.com/items/?page=2"


def test_the_head_that_a_proxy_gives_for_connect_is_not_the_servers():
    text = (
        "> CONNECT a.test:443 HTTP/1.1\n> Host: a.test:443\n>\n< HTTP/1.1 200 OK\n<\n> GET / HTTP/1.1\n> Host: a.test\n"
    )
    (item,) = read_response(f"{text}>\n< HTTP/1.1 204 No Content\n<\n").items
    assert (item.head.status, item.asked.url) == (204, "https://a.test/")


def test_with_i_and_v_the_head_is_there_once():
    assert [
        head.status for head in heads("> GET / HTTP/1.1\n< HTTP/1.1 200 OK\n< A: b\n< \nHTTP/1.1 200 OK\nA: b\n")
    ] == [200]


@pytest.mark.parametrize("before", ["    ", "> ", "\ufeff"])
def test_indented_and_quoted_heads(before):
    text = "\n".join(f"{before}{line}" for line in ("HTTP/1.1 200 OK", "Vary: Origin"))
    text = text if before != "\ufeff" else "\ufeffHTTP/1.1 200 OK\nVary: Origin"
    assert [head.headers.get(b"vary") for head in heads(text)] == [b"Origin"]


def test_a_folded_header_is_refused_whole():
    capture = read_response(
        "HTTP/1.1 200 OK\nA: 1\nAccess-Control-Allow-Origin: https://a.test\n , https://b.test\n c\nB: 2\n\n"
    )
    assert list(capture.items[0].head.headers) == [(b"A", b"1"), (b"B", b"2")]
    assert [note.line for note in capture.notes] == [4, 5]


def test_text_beyond_latin_1_is_the_bytes_that_went_over_the_wire():
    assert heads("HTTP/1.1 200 OK\nX-A: é€\n")[0].headers.get(b"x-a") == "é€".encode()


def test_a_head_ends_where_a_line_is_not_a_header():
    capture = read_response("HTTP/1.1 502 Bad Gateway\nServer: nginx\n<html>\nA: b\n")
    assert list(capture.items[0].head.headers) == [(b"Server", b"nginx")]
    assert capture.notes[0].line == 3


@pytest.mark.parametrize(
    ("text", "line"), [("", 1), ("\n\nServer: nginx\nVary: Origin\n", 3), ("> GET / HTTP/1.1\n", 1)]
)
def test_without_a_status_line_it_says_what_would_help(text, line):
    with pytest.raises(CaptureError, match="curl -i") as caught:
        read_response(text)
    assert caught.value.line == line


NAMES = st.text("abcXYZ-_09", min_size=1, max_size=12).filter(lambda name: is_header_name(name.encode()))
VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20).map(str.strip)
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=6)


@given(
    st.lists(st.tuples(st.integers(200, 599), FIELDS), min_size=1, max_size=4),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_is_read_back(responses, verbose, line_end):
    mark = "< " if verbose else ""
    lines = [
        f"{mark}{line}"
        for status, fields in responses
        for line in (f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in fields), "")
    ]
    assert heads(line_end.join(lines)) == [
        ResponseHead(status=status, headers=HeaderList.of(fields)) for status, fields in responses
    ]


@given(
    st.lists(
        st.sampled_from(["HTTP/1.1 200 OK", "<", ">", "*", "\n", " ", ":", "A", "GET / HTTP/1.1", "\ud800", "é", "\t"])
    )
)
def test_no_text_raises_anything_else(parts):
    with contextlib.suppress(CaptureError):
        read_response("".join(parts))


@pytest.mark.parametrize(
    "piece", ["HTTP/1.1 200 OK\n", "< HTTP/1.1 200\n< a: b\n", " a\n", "> GET / HTTP/1.1\n", "HTTP/1.1 200\n x\n"]
)
def test_the_work_grows_with_the_text(piece):
    assert_near_linear(lambda count: lambda: read_response("HTTP/1.1 200 OK\n" + piece * count), 40)
