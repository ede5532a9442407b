"""curl commands as browsers copy them, as people write them, and what stands around them."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.captures import Asked, CaptureError, Head, Provenance, read_curl
from crossorigin.captures._curl_options import FLAGS, SHORT, VALUED, long_name
from crossorigin.captures._shell import ansi_c
from tests.growth import assert_near_linear

PASTED = Path(__file__).parent / "pasted"
URL = "https://api.example.com/items"
ORDERS = Asked(
    url="https://api.example.com/v1/orders?page=2",
    method="GET",
    headers=(("Accept", "application/json"), ("X-Client", "it's web")),
    origin="https://app.example.com",
    credentials="include",
    credentials_provenance=Provenance.GUESSED,
    mode="cors",
    cookies="theme=dark",
    line=1,
)


def one(text):
    (item,) = read_curl(text).items
    return item


def notes(text):
    return [note.text for note in read_curl(text).notes]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("curl-01-cookie.sh", ORDERS),
        ("curl-02-cookie-windows.cmd", ORDERS),
        (
            "curl-05-preflighted.sh",
            Asked(
                url="https://api.example.com/api/items",
                method="POST",
                headers=(("Content-Type", "application/json"),),
                body='{"name":"tea"}',
                origin="https://app.example.com",
                origin_provenance=Provenance.GUESSED,
                line=1,
            ),
        ),
    ],
)
def test_the_handed_samples(name, asked, line_end):
    text = (PASTED / name).read_text(encoding="utf-8").replace("\n", line_end)
    capture = read_curl(text)
    assert capture.items == (asked,)
    assert not capture.notes


@pytest.mark.parametrize(
    ("options", "method", "body"),
    [
        ("", "GET", None),
        ("-I", "HEAD", None),
        ("-X DELETE", "DELETE", None),
        ("-XPUT -d x", "PUT", "x"),
        ("-sXpatch", "patch", None),
        ("-Xpost", "POST", None),
        ("--request PUT", "PUT", None),
        ("--request=PUT", "PUT", None),
        ("-d a -d b --data-raw @c", "POST", "a&b&@c"),
        ("-da=1", "POST", "a=1"),
        ("--data-urlencode 'a=b c&d' --data-urlencode '=é' --data-urlencode 'x y'", "POST", "a=b%20c%26d&%C3%A9&x%20y"),
        ("--data-binary $'a\\nb'", "POST", "a\nb"),
        ("--data ''", "POST", ""),
        ("-d @file", "POST", ""),
        ("-d a -d @file -d b", "POST", "a&b"),
        ("-T file", "PUT", ""),
        ("-d @- <<E\na\nb\nE", "POST", "ab"),
        ("--json @- <<E\n[\n1]\nE", "POST", "[\n1]\n"),
        ("--json '[1,' --json '2]'", "POST", "[1,2]"),
    ],
)
def test_method_and_body(options, method, body):
    asked = one(f"curl {URL} {options}")
    assert (asked.url, asked.method, asked.body) == (URL, method, body)


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ("-G -d a=1 -d b=2", f"{URL}?a=1&b=2"),
        ("--get --data-urlencode 'q=a b'", f"{URL}?q=a%20b"),
        ("--url-query 'a=b c' --url-query +x=y", f"{URL}?a=b%20c&x=y"),
    ],
)
def test_data_in_the_url(options, url):
    asked = one(f"curl {options} {URL}")
    assert (asked.url, asked.method, asked.body, asked.headers) == (url, "GET", None, ())
    assert one(f"curl {options} '{URL}?z#f'").url == url.replace("?", "?z&") + "#f"


@pytest.mark.parametrize(
    ("options", "headers"),
    [
        ("-H 'X-A: 1' -HX-B:2 --header 'X-C:  3 '", (("X-A", "1"), ("X-B", "2"), ("X-C", "3"))),
        ("-H 'X-A;'", (("X-A", ""),)),
        ("-H 'X-A:'", ()),
        ("-d a", (("Content-Type", "application/x-www-form-urlencoded"),)),
        ("-d a -H 'Content-Type:'", ()),
        ("-d a -H 'content-type: text/plain'", (("content-type", "text/plain"),)),
        ("-T f", ()),
        ("--json '{}'", (("Content-Type", "application/json"), ("Accept", "application/json"))),
        ("--json '{}' -H 'Accept: x/y'", (("Accept", "x/y"), ("Content-Type", "application/json"))),
        ("-r 0-9", (("Range", "bytes=0-9"),)),
        ("--oauth2-bearer t", (("Authorization", "Bearer t"),)),
        ("-u user:pass", (("Authorization", "Basic dXNlcjpwYXNz"),)),
        ("-A agent -e https://a.test/", ()),
        ("-H 'Cache-Control: no-cache'", (("Cache-Control", "no-cache"),)),
        ("-H 'Cache-Control: no-cache' -H 'Pragma: no-cache'", ()),
    ],
)
def test_headers(options, headers):
    assert one(f"curl {options} {URL}").headers == headers


def test_a_copied_body_without_a_type_has_none():
    assert one(f"curl {URL} -H 'User-Agent: Mozilla/5.0' --data-raw x").headers == ()


@pytest.mark.parametrize(
    "option", ["-H 'Origin: https://a.test'", "-e https://a.test/x", "-H 'Referer: https://a.test/x'"]
)
def test_origin(option):
    asked = one(f"curl {option} {URL}")
    assert asked.origin == "https://a.test"
    assert asked.origin_provenance is (Provenance.STATED if "Origin" in option else Provenance.GUESSED)


@pytest.mark.parametrize(
    ("value", "origin"),
    [("null", "null"), ("https://a.test/", "https://a.test"), ("HTTPS://A.test", "https://a.test"), ("app", None)],
)
def test_origins_that_no_browser_sends_are_noted(value, origin):
    capture = read_curl(f"curl -H 'Origin: {value}' {URL}")
    assert capture.items[0].origin == origin
    assert bool(capture.notes) == (value != "null")


@pytest.mark.parametrize("option", ["-b a=1 -b 'b=2'", "-H 'Cookie: a=1; b=2'"])
def test_cookies_guess_the_credentials(option):
    asked = one(f"curl {option} {URL}")
    assert (asked.cookies, asked.credentials) == ("a=1; b=2", "include")
    assert asked.credentials_provenance is Provenance.GUESSED


def test_no_cookies_say_nothing_of_the_credentials():
    assert one(f"curl {URL}").credentials is None


def test_secrets_are_named():
    asked = one(f"curl {URL} -u a:b -H 'X-Api-Key: k' -H 'X-Author: me' -H 'x-csrf-token: t'")
    assert asked.secrets == ("X-Api-Key", "x-csrf-token", "Authorization") or set(asked.secrets) == {
        *("X-Api-Key", "x-csrf-token", "Authorization")
    }


def test_a_user_in_the_url():
    asked = one("curl https://user:pass@api.example.com/x")
    assert (asked.url, asked.headers) == ("https://api.example.com/x", (("Authorization", "Basic dXNlcjpwYXNz"),))


@pytest.mark.parametrize("option", ["-F a=b -F 'f=@/etc/passwd;type=text/plain' -F '<x'", "-F a=b"])
def test_a_form(option):
    asked = one(f"curl {option} {URL}")
    assert asked.method == "POST"
    ((name, value),) = asked.headers
    assert name == "Content-Type"
    boundary = value.removeprefix("multipart/form-data; boundary=")
    assert asked.body.startswith(f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n')
    assert asked.body.endswith(f"--{boundary}--\r\n")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ("-d @body.json", "-d '@body.json'"),
        ("--data-binary @b", "--data-binary '@b'"),
        ("--data-urlencode x@b", "--data-urlencode '@b'"),
        ("--json @b", "--json '@b'"),
        ("-H @headers", "-H '@headers'"),
        ("-F f=@b", "-F 'f=@b'"),
        ("-F 'f=<b'", "-F 'f=<b'"),
        ("-b jar.txt", "-b 'jar.txt'"),
        ("-c jar.txt", "-c 'jar.txt'"),
        ("-T b", "-T 'b'"),
        ("-K b", "-K 'b'"),
        ("-o b", "-o 'b'"),
        ("-ob", "-o 'b'"),
        ("-O", "-O"),
        ("-sSLOJ", "-J"),
        ("-D -", "-D '-'"),
        ("--netrc", "--netrc"),
        ("-n", "-n"),
        ("--netrc-file b", "--netrc-file 'b'"),
        ("--cert b", "--cert 'b'"),
        ("--trace b", "--trace 'b'"),
        ("-x proxy.test:3128", "-x"),
        ("--proxy http://u:p@proxy.test", "--proxy"),
        ("--socks5-hostname a:1", "--socks5-hostname"),
        ("--unix-socket /run/x", "--unix-socket"),
        ("--resolve a:443:127.0.0.1", "--resolve"),
        ("--connect-to ::a:443", "--connect-to"),
        ("--interface eth0", "--interface"),
        ("-k", "-k"),
        ("--digest", "--digest"),
        ("-z yesterday", "-z"),
    ],
)
def test_what_is_left_out_is_named(options, named):
    asked = one(f"curl {options} {URL}")
    assert asked.url == URL
    assert asked.headers == () or "multipart" in asked.headers[0][1] or "json" in asked.headers[0][1]
    assert any(f"{named} was left out: " in note for note in notes(f"curl {options} {URL}"))


@pytest.mark.parametrize(
    "options",
    [
        "-sSL",
        "-v",
        "-i",
        "--compressed",
        "--http2",
        "-m 5",
        "--retry 3",
        "-w '%{http_code}'",
        "--max-time 3",
        "-4",
        "-#",
        "-N",
        "-g",
        "--no-compressed",
        "--globoff",
        "-f",
        "-B",
    ],
)
def test_what_changes_nothing_is_not_noted(options):
    assert read_curl(f"curl {options} {URL}").items == read_curl(f"curl {URL}").items
    assert not notes(f"curl {options} {URL}")


@pytest.mark.parametrize("option", ["--frobnicate", "-%", "--frob=1", "--silent=1", "-s%"])
def test_an_unknown_option_takes_no_value(option):
    assert one(f"curl {option} {URL}").url == URL
    assert any("curl has no option" in note for note in notes(f"curl {option} {URL}"))


def test_two_dashes_end_the_options():
    assert [item.url for item in read_curl(f"curl -- {URL} -x.test").items] == [URL, "http://-x.test"]


def test_every_option_is_one_of_two():
    assert not VALUED & FLAGS
    assert {*SHORT.values()} <= VALUED | FLAGS
    assert (long_name("max-t"), long_name("data-u"), long_name("dat"), long_name("zz")) == (
        "max-time",
        "data-urlencode",
        None,
        None,
    )


@pytest.mark.parametrize(
    "text",
    [
        "$ curl {}",
        "% curl {}",
        "user@host:~/x$ curl {}",
        "C:\\Users\\me> curl.exe {}",
        "PS C:\\> curl.exe {}",
        "A=1 B='2' sudo -E curl {}",
        "/usr/bin/curl {}",
        "cd x && curl {} | jq .",
        "x=$(curl {})",
        "x=`curl {}`",
        "if ! curl -f {}; then exit 1; fi",
        "I tried this, and it didn't work:\n\n    curl {}\n\nWhat's wrong?",
        "Here is my curl command, it's new:\ncurl {}",
        "```sh\ncurl {}\n```",
        "docker exec -it web curl -s {}",
        "# curl {}",
        "curl {} >out.json 2>&1",
        "curl {} # a comment 'here",
        "\ufeffcurl {}",
    ],
)
def test_what_stands_around_a_command(text):
    capture = read_curl(text.format(URL))
    assert [(item.url, item.method) for item in capture.items] == [(URL, "GET")]


def test_several_commands_and_urls():
    text = f"curl {URL}/1 {URL}/2 -H 'X-A: 1' --next -X PUT {URL}/3 && curl -I {URL}/4;curl {URL}/5\ncurl -d x {URL}/6"
    assert [(item.url[-1], item.method, bool(item.headers), item.line) for item in read_curl(text).items] == [
        ("1", "GET", True, 1),
        ("2", "GET", True, 1),
        ("3", "PUT", False, 1),
        ("4", "HEAD", False, 1),
        ("5", "GET", False, 1),
        ("6", "POST", True, 2),
    ]


def test_a_url_without_a_scheme():
    assert one("curl api.example.com/x").url == "http://api.example.com/x"
    assert one("curl localhost:8000").url == "http://localhost:8000"
    assert "no scheme" in notes("curl localhost:8000")[0]


@pytest.mark.parametrize(
    "url", ["$API/x", '"${API_URL}/items"', "https://$(host)/x", "https://a.test/`id`", "{{base}}/x"]
)
def test_a_url_with_a_variable_is_not_resolved(url):
    asked = one(f"curl -H 'X-A: 1' {url}")
    assert (asked.url, asked.resolved) == (url.strip('"'), False)


def test_a_variable_in_a_header_is_text_and_noted():
    asked = one(f'curl -H "Authorization: Bearer $TOKEN" {URL}')
    assert (asked.headers, asked.resolved) == ((("Authorization", "Bearer $TOKEN"),), True)
    assert any("variable" in note for note in notes(f'curl -H "Authorization: Bearer $TOKEN" {URL}'))


def test_a_preflight_is_the_request_that_it_asks_for():
    asked = one(
        f"curl -i -X OPTIONS {URL} -H 'Origin: https://a.test' -H 'Access-Control-Request-Method: PUT' "
        "-H 'Access-Control-Request-Headers: content-type,x-a'"
    )
    assert (asked.method, asked.headers) == ("PUT", (("content-type", "application/json"), ("x-a", "")))


@pytest.mark.parametrize(
    ("destination", "mode", "feature"),
    [
        ("image", "no-cors", "image"),
        ("style", "no-cors", "stylesheet"),
        ("font", "cors", "font"),
        ("empty", "cors", None),
    ],
)
def test_what_of_the_page_asked(destination, mode, feature):
    asked = one(f"curl {URL} -H 'Sec-Fetch-Dest: {destination}' -H 'sec-fetch-mode: {mode}'")
    assert (asked.feature, asked.mode) == (feature, mode)


OUTPUT = f"""\
$ curl -iL {URL} -H 'Origin: https://a.test'
HTTP/1.1 301 Moved Permanently
Location: /items/

HTTP/1.1 200 OK
Access-Control-Allow-Origin: *

{{"a": "curl says hello"}}
$ curl -v https://b.test/
> GET / HTTP/1.1
> Host: b.test
>
< HTTP/1.1 500 Internal Server Error
<
"""


def test_the_output_goes_with_its_command():
    first, moved, found, second, failed = read_curl(OUTPUT).items
    assert [first.url, second.url] == [URL, "https://b.test/"]
    assert [(head.head.status, head.asked.url, head.line) for head in (moved, found, failed)] == [
        (301, URL, 2),
        (200, f"{URL}/", 5),
        (500, "https://b.test/", 13),
    ]
    assert found.asked.origin == "https://a.test"


def test_a_command_that_does_not_end_is_noted_beside_one_that_does():
    capture = read_curl(f"curl -H 'it {URL}\n".replace("'it", '"it') + f"curl '{URL}'")
    assert [item.url for item in capture.items] == [URL]
    assert [note.line for note in capture.notes] == [1]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "from `curl` to its last line"),
        ("curl: (6) Could not resolve host: x", 1, "no curl command"),
        ("brew install curl", 1, "no curl command"),
        ("curl -H 'X-A: 1'", 1, "no curl command"),
        (f"x\ncurl {URL} \\\n -H 'X-A: 1", 3, "single quote opens here"),
    ],
)
def test_what_cannot_be_read_says_where_and_what_helps(text, line, said):
    with pytest.raises(CaptureError, match=said) as caught:
        read_curl(text)
    assert caught.value.line == line


# As browsers write a request.

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20)
LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Zs"]), max_size=16)
NAME = st.from_regex(r"X-[A-Za-z0-9-]{1,8}", fullmatch=True)
REQUESTS = st.builds(
    Asked,
    url=st.text("abcz09%&=?;'()*!~-._[]{}^|,", max_size=20).map(lambda text: f"https://api.example.com/{text}"),
    method=st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]),
    headers=st.lists(st.tuples(NAME, LINE.filter(bool)), max_size=4).map(tuple),
    body=TEXT,
    origin=st.just("https://app.example.com"),
    mode=st.just("cors"),
    line=st.just(1),
)
AGENT = "Mozilla/5.0 (X11; Linux x86_64)"


def parts(asked):
    fields = [*asked.headers, ("Origin", asked.origin), ("User-Agent", AGENT), ("Sec-Fetch-Mode", "cors")]
    yield asked.url
    yield "-X", asked.method
    yield from (("-H", f"{name}: {value}") for name, value in fields)
    yield "--data-raw", asked.body


def posix(text):
    """Chrome: plain single quotes where they will do, else `$'…'`."""
    if any(ord(letter) < 0x20 or ord(letter) > 0x7E or letter in "!'" for letter in text):
        units = text.encode("utf-16-be", "surrogatepass")
        codes = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
        escapes = {10: "\\n", 39: "\\'", 92: "\\\\"}
        return (
            "$'"
            + "".join(
                escapes.get(code) or (chr(code) if 0x20 <= code <= 0x7E and code != 33 else f"\\u{code:04x}")
                for code in codes
            )
            + "'"
        )
    return f"'{text}'"


def windows(text):
    """Chrome and Firefox."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    plain = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \t\n_-:=+~/.',?;()*`")
    text = "".join(letter if letter in plain or ord(letter) > 0x7F else f"^{letter}" for letter in text)
    return '^"' + text.replace("\n", "^\n\n") + '^"'


def written(asked, quote, line_end):
    url, *options = parts(asked)
    return line_end.join([f"curl --url {quote(url)}", *(f"  {option} {quote(value)}" for option, value in options)])


@given(REQUESTS)
def test_a_copied_bash_command_is_read_back(asked):
    assert read_curl(written(asked, posix, " \\\n")).items == (asked,)


@given(REQUESTS)
def test_a_copied_cmd_command_is_read_back(asked):
    assert read_curl(written(asked, windows, " ^\n")).items == (asked,)


SAMPLES = [path.read_text(encoding="utf-8") for path in sorted(PASTED.glob("curl-*"))] + [OUTPUT]
PIECES = st.sampled_from(
    [
        "curl ",
        "-H ",
        "-d ",
        "'",
        '"',
        "^",
        "\\",
        "$(",
        "`",
        "<<E\n",
        "\n",
        "HTTP/1.1 200 OK\n",
        "--next ",
        URL,
        "\ud800",
        "\0",
        "-F a=@b ",
    ]
)


@given(st.one_of(st.lists(PIECES).map("".join), st.text()))
def test_no_text_raises_anything_else(text):
    with contextlib.suppress(CaptureError):
        read_curl(text)


@given(st.sampled_from(SAMPLES), st.data())
def test_no_damaged_sample_raises_anything_else(sample, data):
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(sample)))
        end = data.draw(st.integers(begin, min(len(sample), begin + 40)))
        sample = sample[:begin] + data.draw(PIECES) + sample[end:]
    with contextlib.suppress(CaptureError):
        for item in read_curl(sample).items:
            assert isinstance(item, Asked | Head)


@pytest.mark.parametrize(
    "piece",
    [
        *("curl ", "curl '\n", "curl $(\n", "curl <<E\n", "curl https://a.test;", "x curl y ", "curl a.test -d b\n"),
        *("-H a:b ", "-d a ", "--next a.test ", "HTTP/1.1 200 OK\n", 'curl ^" ', "--data-urlencode é ", "--max "),
        *("-F a=b ", "-sssss ", "curl `\n", "curl \"'\n"),
    ],
)
def test_the_work_grows_with_the_text(piece):
    def read(text):
        with contextlib.suppress(CaptureError):
            read_curl(text)

    assert_near_linear(lambda count: lambda: read(f"curl {URL} " + piece * count), 25)
    read(piece * (50_000 // len(piece)))


def test_bash_escapes_of_each_browser_agree():
    assert ansi_c("\\u00e9") == ansi_c("\\xe9") == "é"
