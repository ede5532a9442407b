"""Requests in JavaScript: nothing is run, and what a variable holds is not invented."""

import contextlib
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.captures import Asked, CaptureError, Provenance, read_fetch
from tests.growth import assert_near_linear

PASTED = Path(__file__).parent / "pasted"
URL = "https://api.example.com/items"


def one(text):
    (item,) = read_fetch(text).items
    return item


def notes(text):
    return " ".join(note.text for note in read_fetch(text).notes)


def test_a_copied_fetch():
    assert one((PASTED / "fetch-01-copied.js").read_text(encoding="utf-8")) == Asked(
        url="https://api.example.com/api/items",
        method="POST",
        headers=(("content-type", "application/json"),),
        body='{"name":"tea"}',
        origin="https://app.example.com",
        origin_provenance=Provenance.GUESSED,
        credentials="omit",
        credentials_provenance=Provenance.GUESSED,
        mode="cors",
        line=1,
    )


def test_a_fetch_written_by_hand():
    assert one((PASTED / "fetch-04-written.js").read_text(encoding="utf-8")) == Asked(
        url="${API_URL}/items",
        resolved=False,
        method="POST",
        headers=(("Content-Type", "application/json"), ("Authorization", "Bearer ${token}")),
        body="",
        mode="no-cors",
        secrets=("Authorization",),
        line=1,
    )


def test_axios_with_an_upload_listener():
    assert one((PASTED / "fetch-05-axios.js").read_text(encoding="utf-8")) == Asked(
        url="https://api.example.com/upload",
        method="POST",
        headers=(("Access-Control-Allow-Origin", "*"),),
        body="",
        feature="xhr",
        credentials="include",
        upload_listener=True,
        line=1,
    )


NODE = """\
fetch("https://api.example.com/items", {
  "headers": {
    "accept": "*/*", "accept-language": "en", "cache-control": "no-cache", "pragma": "no-cache",
    "sec-ch-ua": "\\"Chromium\\";v=\\"156\\"", "sec-fetch-mode": "cors", "x-a": "1",
    "cookie": "a=1", "Referer": "https://app.example.com/x"
  },
  "body": null,
  "method": "GET"
});
"""


def test_a_copied_fetch_for_node_holds_the_browsers_headers():
    asked = one(NODE)
    assert asked.headers == (("accept", "*/*"), ("x-a", "1"))
    assert (asked.cookies, asked.credentials, asked.origin) == ("a=1", "include", "https://app.example.com")
    assert asked.credentials_provenance is asked.origin_provenance is Provenance.GUESSED


@pytest.mark.parametrize(
    ("method", "read"), [("post", "POST"), ("patch", "patch"), ("Delete", "DELETE"), ("PATCH", "PATCH")]
)
def test_the_method_is_normalised_as_fetch_does_it(method, read):
    assert one(f"fetch('{URL}', {{method: '{method}'}})").method == read


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"fetch('{URL}')", {}),
        (f"window.fetch(`{URL}`)", {}),
        ("fetch(new URL('/items', 'https://api.example.com'))", {}),
        (f"const u = '{URL}'; fetch(u)", {}),
        ("const base = 'https://api.example.com'; fetch(base + '/items')", {}),
        ("const base = 'https://api.example.com'; fetch(`${base}/items`)", {}),
        (f"fetch('{URL}', {{credentials: 'include'}})", {"credentials": "include"}),
        (f"fetch('{URL}', {{method: 'PUT', body: 'x'}})", {"method": "PUT", "body": "x"}),
        (f"fetch('{URL}', {{method: m}})", {"method": None}),
        (
            f"fetch('{URL}', {{headers: {{'X-A': 1, \"X-B\": `b`, xC: 'c'}}}})",
            {"headers": (("X-A", "1"), ("X-B", "b"), ("xC", "c"))},
        ),
        (f"fetch('{URL}', {{headers: [['X-A', '1']]}})", {"headers": (("X-A", "1"),)}),
        (f"fetch('{URL}', {{headers: new Headers({{'X-A': '1'}})}})", {"headers": (("X-A", "1"),)}),
        (
            f"const h = new Headers(); h.append('X-A', '1'); const o = {{headers: h}}; fetch('{URL}', o)",
            {"headers": (("X-A", "1"),)},
        ),
        (
            f"const c = {{'X-A': '1'}}; fetch('{URL}', {{headers: {{...c, 'X-B': '2'}}}})",
            {"headers": (("X-A", "1"), ("X-B", "2"))},
        ),
        (
            f"fetch('{URL}', {{method: 'POST', body: JSON.stringify({{a: [1, 'é', null, true], b: 1.5}})}})",
            {"method": "POST", "body": '{"a":[1,"é",null,true],"b":1.5}'},
        ),
        (f"fetch('{URL}', {{method: 'POST', body: JSON.stringify({{a: x}})}})", {"method": "POST", "body": ""}),
        (f"fetch('{URL}', {{method: 'POST', body: new FormData(form)}})", {"method": "POST", "body": ""}),
        (f"fetch(new Request('{URL}', {{method: 'PUT'}}))", {"method": "PUT"}),
        (
            f"const r = new Request('{URL}', {{method: 'PUT'}}); fetch(r, {{credentials: 'omit'}})",
            {"method": "PUT", "credentials": "omit"},
        ),
        (f"new Request('{URL}')", {}),
        (f"const res: Response = await fetch('{URL}' as string, {{method: 'PUT'}} satisfies X)", {"method": "PUT"}),
        (f"```js\nfetch('{URL}')\n```", {"line": 2}),
        (
            f"Here's what I do, it doesn't work:\n\n  fetch('{URL}', {{\n    method: 'PUT'\n  }})\n",
            {"method": "PUT", "line": 3},
        ),
        (f"// fetch('https://a.test')\nfetch('{URL}')", {"line": 2}),
    ],
)
def test_fetch(code, expected):
    assert one(code) == replace(Asked(url=URL, method="GET", line=1), **expected)


def test_a_form_says_its_type():
    asked = one(f"fetch('{URL}', {{method: 'POST', body: new URLSearchParams({{a: 'b c', d: 1}})}})")
    assert (asked.body, asked.headers) == (
        "a=b+c&d=1",
        (("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8"),),
    )


@pytest.mark.parametrize(
    ("code", "url"),
    [
        ("fetch(url)", "${url}"),
        ("fetch(`${A}/x/${b.c}`)", "${A}/x/${b.c}"),
        ("fetch(A + '/x')", "${A}/x"),
        ("let A = 'x'; A = 'y'; fetch(A)", "${A}"),
        ("fetch('/api/items')", "/api/items"),
        ("fetch(process.env.API + '/x')", "${process.env.API}/x"),
        ("const a = a + 'x'; fetch(a)", "${a}x"),
    ],
)
def test_a_url_that_is_not_known(code, url):
    asked = one(code)
    assert (asked.url, asked.resolved) == (url, False)


def test_what_a_variable_may_hold_is_noted():
    assert "not known" in notes(f"fetch('{URL}', options)")
    assert "not known" in notes(f"fetch('{URL}', {{...options}})")
    assert "not known" in notes(f"fetch('{URL}', {{headers}})")
    assert "not known" in notes(f"fetch('{URL}', {{headers: {{...auth}}}})")


def test_headers_that_a_script_cannot_set_are_left_out():
    asked = one(f"fetch('{URL}', {{headers: {{Origin: 'https://a.test', Cookie: 'a=1', 'X-A': '1'}}}})")
    assert (asked.headers, asked.origin, asked.origin_provenance) == (
        (("X-A", "1"),),
        "https://a.test",
        Provenance.GUESSED,
    )
    assert "cannot set Origin" in notes(f"fetch('{URL}', {{headers: {{Origin: 'https://a.test'}}}})")


def test_a_page_s_own_cache_control_stays():
    assert one(f"fetch('{URL}', {{headers: {{'Cache-Control': 'no-cache', Pragma: 'no-cache'}}}})").headers


AXIOS = Asked(url=URL, method="GET", feature="xhr", line=1)
JSON = (("Content-Type", "application/json"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"axios('{URL}')", {}),
        (
            f"axios({{url: '{URL}', method: 'patch', data: {{a: 1}}}})",
            {"method": "PATCH", "body": '{"a":1}', "headers": JSON},
        ),
        (f"axios.request({{url: '{URL}', withCredentials: true}})", {"credentials": "include"}),
        (
            f"axios.get('{URL}', {{headers: {{'X-A': '1'}}, withCredentials: false}})",
            {"headers": (("X-A", "1"),), "credentials": "same-origin"},
        ),
        (f"axios.delete('{URL}')", {"method": "DELETE"}),
        (f"await axios.post<Item[]>('{URL}', {{a: 1}})", {"method": "POST", "body": '{"a":1}', "headers": JSON}),
        (f"axios.post('{URL}', data)", {"method": "POST", "body": "", "headers": JSON}),
        (f"axios.post('{URL}', 'a=1')", {"method": "POST", "body": "a=1", "headers": FORM}),
        (f"axios.post('{URL}')", {"method": "POST"}),
        (f"axios.put('{URL}', null, {{headers: {{'X-A': '1'}}}})", {"method": "PUT", "headers": (("X-A", "1"),)}),
        (f"axios.postForm('{URL}', {{a: 1}})", {"method": "POST", "body": ""}),
        (
            "const api = axios.create({baseURL: 'https://api.example.com/', headers: {'X-A': '1'}}); api.get('/items')",
            {"headers": (("X-A", "1"),)},
        ),
        (f"axios.defaults.withCredentials = true; axios.get('{URL}')", {"credentials": "include"}),
        (f"axios.defaults.headers.common['X-A'] = '1'; axios.get('{URL}')", {"headers": (("X-A", "1"),)}),
        ("axios.defaults.baseURL = 'https://api.example.com'; axios.get('items')", {}),
        ("axios.get('https://api.example.com/items', {params: {a: 'b c'}})", {"url": f"{URL}?a=b+c"}),
        (
            f"axios.get('{URL}', {{auth: {{username: 'u', password: 'p'}}}})",
            {"headers": (("Authorization", "Basic dTpw"),), "secrets": ("Authorization",)},
        ),
        (f"axios.get('{URL}', {{onUploadProgress(e) {{}}}})", {"upload_listener": True}),
        (
            f"this.http.post('{URL}', {{a: 1}}, {{withCredentials: true}})",
            {"method": "POST", "body": '{"a":1}', "headers": JSON, "credentials": "include"},
        ),
    ],
)
def test_axios(code, expected):
    assert one(code) == replace(AXIOS, **expected)


def test_a_base_without_an_origin():
    assert one("const api = axios.create({baseURL: '/api'}); api.get('/items')").url == "/api/items"


def test_an_instance_whose_base_is_not_in_the_text():
    asked = one("api.post('/items', { a: 1 })")
    assert (asked.url, asked.resolved, asked.method, asked.feature) == ("/items", False, "POST", "xhr")
    assert "is a guess" in notes("api.post('/items', { a: 1 })")


@pytest.mark.parametrize(
    "code", ["app.get('/items', (req, res) => res.send())", "map.get('x')", "router.post('/x', handler)", "api.get()"]
)
def test_what_is_no_request_is_not_taken_for_one(code):
    with pytest.raises(CaptureError, match="no request in this code"):
        read_fetch(code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"$.get('{URL}', function (data) {{}})", {}),
        (f"$.get('{URL}', {{a: 'b c'}})", {"url": f"{URL}?a=b+c"}),
        (f"jQuery.getJSON('{URL}')", {}),
        (
            f"$.post('{URL}', {{a: 1}})",
            {"method": "POST", "body": "a=1", "headers": (("Content-Type", f"{FORM[0][1]}; charset=UTF-8"),)},
        ),
        (
            (
                f"$.ajax({{url: '{URL}', type: 'put', data: JSON.stringify({{a: 1}}), contentType: 'application/json',"
                "xhrFields: {withCredentials: true}, crossDomain: true, headers: {'X-A': '1'}})"
            ),
            {"method": "PUT", "body": '{"a":1}', "credentials": "include", "headers": (("X-A", "1"), *JSON)},
        ),
        (
            f"$.ajax('{URL}', {{method: 'POST', data: fd, contentType: false, processData: false}})",
            {"method": "POST", "body": ""},
        ),
        (f"$.ajaxSetup({{headers: {{'X-A': '1'}}}}); $.ajax({{url: '{URL}'}})", {"headers": (("X-A", "1"),)}),
    ],
)
def test_jquery(code, expected):
    assert one(code) == replace(AXIOS, **expected)


XHR = """\
const xhr = new XMLHttpRequest();
xhr.withCredentials = true;
xhr.upload.{listen};
xhr.open('put', 'https://api.example.com/items', true);
xhr.setRequestHeader('X-A', '1');
xhr.onload = () => {{}};
xhr.send(JSON.stringify({{a: 1}}));
"""


@pytest.mark.parametrize("listen", ["addEventListener('progress', f)", "onprogress = f"])
def test_xml_http_request(listen):
    assert one(XHR.format(listen=listen)) == Asked(
        url=URL,
        method="PUT",
        headers=(("X-A", "1"),),
        body='{"a":1}',
        feature="xhr",
        credentials="include",
        upload_listener=True,
        line=4,
    )


def test_an_xml_http_request_that_is_used_twice():
    first, second = read_fetch(f"x.open('GET', '{URL}'); x.send(); x.open('POST', '{URL}'); x.send('b')").items
    assert [(asked.method, asked.body) for asked in (first, second)] == [("GET", None), ("POST", "b")]


@pytest.mark.parametrize(
    "code", ["window.open('a', 'b')", "db.open('name', 3)", "x.send('b')", "x.setRequestHeader('A', 'b')"]
)
def test_open_of_something_else(code):
    with pytest.raises(CaptureError):
        read_fetch(code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"navigator.sendBeacon('{URL}', 'x')", {"method": "POST", "body": "x", "feature": "beacon"}),
        (
            f"navigator.sendBeacon('{URL}', new Blob([JSON.stringify({{a: 1}})], {{type: 'application/json'}}))",
            {"method": "POST", "body": '{"a":1}', "feature": "beacon", "headers": JSON},
        ),
        (f"new EventSource('{URL}', {{withCredentials: true}})", {"feature": "event-source", "credentials": "include"}),
        (f"new EventSource('{URL}')", {"feature": "event-source"}),
        (f"new WebSocket('{URL}')", {"feature": "websocket"}),
        (
            f"const i = new Image(); i.crossOrigin = 'anonymous'; i.src = '{URL}'",
            {"feature": "image", "mode": "cors", "credentials": "same-origin"},
        ),
        (f"<img src='{URL}'>", {"feature": "image"}),
        (f'<img crossorigin src="{URL}">', {"feature": "image", "mode": "cors", "credentials": "same-origin"}),
        (
            f'<script crossorigin="use-credentials" src={URL}></script>',
            {"feature": "script", "mode": "cors", "credentials": "include"},
        ),
        (f'<link rel="stylesheet" href="{URL}">', {"feature": "stylesheet"}),
        (f'<script type="module" src="{URL}"></script>', {"feature": "module"}),
    ],
)
def test_other_ways_to_ask(code, expected):
    assert one(code) == replace(Asked(url=URL, method="GET", line=1), **expected)


def test_all_requests_come_in_order():
    calls = [
        "fetch('{}')",
        "axios.get('{}')",
        "x.open('GET', '{}')",
        "new Request('{}')",
        "fetch('{}')",
        "<img src='{}'>",
    ]
    text = "\n".join(call.format(f"{URL}/{number}") for number, call in enumerate(calls, 1))
    assert [(asked.url[-1], asked.line) for asked in read_fetch(text).items] == [(str(n), n) for n in range(1, 7)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("const a = 1;\nconst b = );\n", 2),
        ("I have a problem with CORS", 1),
        (f"\n\nfetch('{URL}', {{method: 'PUT', body: ", 3),
    ],
)
def test_what_cannot_be_read_says_where_and_what_helps(text, line):
    with pytest.raises(CaptureError, match="Paste the call itself") as caught:
        read_fetch(text)
    assert caught.value.line == line


def test_a_long_body_is_read_whole():
    body = "x" * 300_000
    assert one(f'fetch("{URL}", {{"method": "POST", "body": "{body}"}})').body == body


@pytest.mark.parametrize(
    "piece",
    [
        "{a:",
        "(",
        "[",
        "f(",
        "`${",
        "!",
        "a=>",
        "a?b:",
        "if(a)",
        "a:",
        "'",
        "}{)(][",
        "new a(",
        "<img src=x>",
        "a+a+",
        "fetch(u,o);",
        "...",
        "axios.get(a,",
    ],
)
def test_hostile_nesting_ends_in_an_answer(piece):
    for size in (2_000, 90_000, 400_000):
        with contextlib.suppress(CaptureError):
            read_fetch(piece * (size // len(piece)))


@pytest.mark.parametrize(
    "step",
    [
        "const a{n} = `${{a{m}}}${{a{m}}}`;",
        "const a{n} = [a{m}, a{m}];",
        "const a{n} = {{x: a{m}, y: a{m}}};",
        "const a{n} = a{m} + a{m};",
    ],
)
def test_doubling_is_bounded(step):
    text = "const a0 = 'x';" + "".join(step.format(n=n, m=n - 1) for n in range(1, 90))
    read_fetch(f"{text} fetch(a89, {{method: 'POST', body: JSON.stringify(a89), headers: {{a: a89}}}}); fetch('{URL}')")


@pytest.mark.parametrize(
    "piece",
    [
        "fetch(u);",
        "const a = {b: 1};",
        "api.get(a);",
        "x.open('GET', u);",
        "h.append('a', 'b');",
        "<img src=x>",
        "axios.defaults.a = 1;",
    ],
)
def test_the_work_grows_with_the_text(piece):
    assert_near_linear(lambda count: lambda: read_fetch(f"fetch('{URL}');" + piece * count), 20)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False, width=16),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.dictionaries(
    st.from_regex(r"X-[A-Za-z0-9]{1,6}", fullmatch=True),
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=10),
    max_size=3,
)


@given(
    FIELDS,
    st.text(max_size=20),
    st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]),
    st.sampled_from(["omit", "include"]),
)
def test_a_copied_fetch_is_read_back(headers, body, method, credentials):
    options = {
        "headers": headers,
        "referrer": "https://app.example.com/",
        "body": body,
        "method": method,
        "mode": "cors",
        "credentials": credentials,
    }
    for ascii_only in (True, False):
        asked = one(f"fetch({json.dumps(URL)}, {json.dumps(options, indent=2, ensure_ascii=ascii_only)});")
        assert (asked.url, asked.method, asked.body, asked.mode) == (URL, method, body, "cors")
        assert asked.headers == tuple(headers.items())
        assert (asked.credentials, asked.credentials_provenance) == (credentials, Provenance.GUESSED)
        assert asked.origin == "https://app.example.com"


@given(VALUES)
def test_a_literal_in_json_stringify_is_the_body(value):
    asked = one(f"fetch('{URL}', {{method: 'POST', body: JSON.stringify({json.dumps(value)})}})")
    assert _same(json.loads(asked.body), value)


def _same(a, b):
    match a, b:
        case (bool(), _) | (_, bool()):
            return a is b
        case (int() | float(), int() | float()):
            return math.isclose(a, b)
        case (list(), list()):
            return len(a) == len(b) and all(map(_same, a, b))
        case (dict(), dict()):
            return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
        case _:
            return a == b


SAMPLES = [path.read_text(encoding="utf-8") for path in sorted(PASTED.glob("fetch-*"))] + [NODE, XHR]
PIECES = st.sampled_from(
    [
        "fetch(",
        "axios.get(",
        "{",
        "}",
        "`",
        "${",
        "'",
        '"',
        "...",
        "new Request(",
        "\\",
        "\\u{110000}",
        "\ud800",
        "\0",
        "=>",
        "<img src=",
        "x.open('GET',",
        "/*",
        "\x010\x01",
    ]
)


@given(st.one_of(st.lists(PIECES).map("".join), st.text()))
def test_no_text_raises_anything_else(text):
    with contextlib.suppress(CaptureError):
        read_fetch(text)


@given(st.sampled_from(SAMPLES), st.data())
def test_no_damaged_sample_raises_anything_else(sample, data):
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(sample)))
        end = data.draw(st.integers(begin, min(len(sample), begin + 40)))
        sample = sample[:begin] + data.draw(PIECES) + sample[end:]
    with contextlib.suppress(CaptureError):
        for asked in read_fetch(sample).items:
            assert isinstance(asked, Asked)
