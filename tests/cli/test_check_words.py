"""What `crossorigin check` understands: cURL lines, several URLs and origins, cookies, JSON, a console's text."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Server

PAGE = "http://app.localhost:3000"
ALLOW = [("Access-Control-Allow-Origin", PAGE), ("Vary", "Origin")]
WITH_COOKIES = [*ALLOW, ("Access-Control-Allow-Credentials", "true")]
FROM_PAGE = ("--origin", PAGE)
COPIED = [
    *("-H", "Accept: */*", "-H", "Accept-Language: en", "-H", f"Origin: {PAGE}", "-H", f"Referer: {PAGE}/"),
    *("-H", "User-Agent: Mozilla/5.0", "-H", "Sec-Fetch-Mode: cors", "-H", "Priority: u=1, i"),
    *("-H", "Cache-Control: no-cache", "-H", "Pragma: no-cache", "-H", "Connection: keep-alive"),
]


def test_a_bare_url_is_a_check(api: Server, command: Command) -> None:
    assert command(api.route("/", fields=ALLOW), *FROM_PAGE).code == 0
    assert api.methods == ["GET"]


@pytest.mark.parametrize("start", [("check", "curl"), ("curl",), ("check",)], ids=" ".join)
def test_a_line_as_browsers_copy_it(api: Server, command: Command, start: tuple[str, ...]) -> None:
    url = api.route("/orders", fields=ALLOW)
    place = ("--url", url) if start == ("check",) else (url,)
    ran = command(*start, *place, *COPIED, "-b", "theme=dark", "--data-raw", "q=tea", "--compressed")
    assert ran.code == 0, ran.out + ran.err
    method, _, headers, body = api.seen[0]
    assert (method, body) == ("POST", b"q=tea")
    assert api.methods == ["POST"]
    assert headers["content-type"].startswith("text/plain")
    assert headers["user-agent"] != "Mozilla/5.0"
    assert "cookie" not in headers
    assert "the cookie theme was not sent: credentials is same-origin" in ran.err


def test_the_page_headers_of_a_copied_line_stay(api: Server, command: Command) -> None:
    url = api.route("/orders", fields=ALLOW)
    api.preflight("/orders", fields=[*ALLOW, ("Access-Control-Allow-Headers", "x-a")])
    ran = command("check", "curl", url, *COPIED, "-H", "X-A: 1", "-sSLi", "--origin", PAGE)
    assert (ran.code, api.methods) == (0, ["OPTIONS", "GET"])
    assert api.seen[0][2]["access-control-request-headers"] == "x-a"


@pytest.mark.parametrize(
    ("words", "method", "header", "value"),
    [
        (("-u", "me:secret"), "GET", "authorization", "Basic bWU6c2VjcmV0"),
        (("-I",), "HEAD", "host", ""),
        (("-G", "-d", "a=1"), "GET", "host", ""),
        (("-F", "a=1"), "POST", "content-type", "multipart/form-data; boundary="),
        (("--data-urlencode", "a=ä"), "POST", "content-type", "application/x-www-form-urlencoded"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_options_of_curl_mean_the_same(
    api: Server, command: Command, words: tuple[str, ...], method: str, header: str, value: str
) -> None:
    for path in ("/x", "/x?a=1"):
        api.route(path, fields=ALLOW)
        api.preflight(path, fields=[*ALLOW, ("Access-Control-Allow-Headers", "authorization")])
    ran = command("check", f"{api.origin}/x", *words, *FROM_PAGE)
    assert ran.code == 0, ran.out + ran.err
    assert api.methods[-1] == method
    assert api.seen[-1][2][header].startswith(value)


def test_no_file_of_a_pasted_line_is_read(api: Server, command: Command, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2")
    ran = command("check", "curl", api.route("/", fields=ALLOW), "-d", f"@{tmp_path / 'secret'}", *FROM_PAGE)
    assert "was left out: we never read or write your files" in ran.err
    assert all(b"hunter2" not in body for *_, body in api.seen)


def test_json_is_ours_but_in_a_line_of_curl(api: Server, command: Command) -> None:
    url = api.route("/", fields=ALLOW)
    api.preflight("/", fields=[*ALLOW, ("Access-Control-Allow-Headers", "content-type")])
    assert json.loads(command("check", "--url", url, "-s", "--json", *FROM_PAGE).out)["readable"]
    ran = command("check", "--json", "curl", url, "--json", '{"a": 1}', *FROM_PAGE)
    assert json.loads(ran.out)["request"]["method"] == "POST"
    assert api.seen[-1][2]["content-type"] == "application/json"


def test_a_curl_line_without_a_url_says_so(command: Command) -> None:
    ran = command("check", "curl", "-s", *FROM_PAGE)
    assert (ran.code, ran.out) == (2, "")
    assert "no URL in the curl line" in ran.err


def test_headers_of_the_browser_make_no_preflight(api: Server, command: Command) -> None:
    ran = command("check", api.route("/", fields=ALLOW), *FROM_PAGE, *COPIED)
    assert (ran.code, api.methods) == (0, ["GET"])
    assert "the browser itself sends them, not the page: Accept-Language, " in ran.err


def test_a_conditional_header_of_the_page_is_the_page_s(api: Server, command: Command) -> None:
    url = api.route("/", fields=ALLOW)
    command("check", url, *FROM_PAGE, "-H", 'If-None-Match: "1"')
    assert api.methods == ["OPTIONS"]


def test_several_urls_and_origins_are_a_table_first(api: Server, command: Command) -> None:
    urls = [api.route("/a", fields=ALLOW), api.route("/b")]
    other = "http://other.localhost:1234"
    ran = command("check", *urls, *FROM_PAGE, "--origin", other)
    assert ran.code == 1
    table, _, details = ran.out.partition("\n\n")
    rows = [row for row in table.splitlines() if not row.startswith("   ")]
    assert [row.split()[0] for row in rows] == ["READABLE", "BLOCKED", "BLOCKED", "BLOCKED"]
    assert details.count("BLOCKED  ") == 3
    assert "READABLE" not in details
    assert len(api.seen) == 4


def test_the_exit_code_is_the_worst(api: Server, command: Command) -> None:
    ran = command("check", api.route("/", fields=ALLOW), "http://nowhere.invalid/", *FROM_PAGE, "--json")
    assert ran.code == 3
    assert [check["outcome"] for check in json.loads(ran.out)["checks"]] == ["readable", "no-answer"]


def test_a_cookie_goes_where_credentials_allow(api: Server, command: Command) -> None:
    url = api.route("/", fields=WITH_COOKIES)
    ran = command("check", url, *FROM_PAGE, "--cookie", "a=1; b=2", "--credentials", "include")
    assert (ran.code, ran.err) == (0, "")
    assert api.seen[-1][2]["cookie"] == "a=1; b=2"
    ran = command("check", url, *FROM_PAGE, "--cookie", "a=1")
    assert "cookie" not in api.seen[-1][2]
    assert "the cookie a was not sent: credentials is same-origin" in ran.err


def test_cookies_that_the_browser_blocks_are_told_of(api: Server, command: Command) -> None:
    ran = command(
        "check",
        api.route("/", fields=WITH_COOKIES).replace("api.localhost", "127.0.0.1"),
        *(*FROM_PAGE, "--cookie", "a=1", "--credentials", "include", "--block-third-party-cookies"),
    )
    assert "the cookie a was not sent: the browser sends no third-party cookies here" in ran.err


def test_a_json_body_is_guessed_and_said(api: Server, command: Command) -> None:
    url = api.route("/", fields=ALLOW)
    api.preflight("/", fields=[*ALLOW, ("Access-Control-Allow-Headers", "content-type")])
    ran = command("check", url, *FROM_PAGE, "-d", '{"a": 1}')
    assert (ran.code, api.methods) == (0, ["OPTIONS", "POST"])
    assert api.seen[1][2]["content-type"] == "application/json"
    assert "fetch() itself would say text/plain" in ran.err


@pytest.mark.parametrize("body", ["{", "[1", "1", '"a"', "a=1", "{a: 1}"])
def test_what_is_not_json_is_text(api: Server, command: Command, body: str) -> None:
    ran = command("check", api.route("/", fields=ALLOW), *FROM_PAGE, "-d", body)
    assert (ran.code, ran.err, api.methods) == (0, "", ["POST"])
    assert api.seen[0][2]["content-type"] == "text/plain;charset=UTF-8"


def test_the_type_of_a_beacon_is_its_blob_s(api: Server, command: Command) -> None:
    url = api.route("/", fields=WITH_COOKIES)
    api.preflight("/", fields=[*WITH_COOKIES, ("Access-Control-Allow-Headers", "content-type")])
    asked = ("check", url, *FROM_PAGE, "--feature", "beacon", "-d", '{"a": 1}')
    ran = command(*asked, "-H", "Content-Type: application/json")
    assert (ran.code, api.methods) == (0, ["OPTIONS", "POST"])
    ran = command(*asked, "-H", "X-A: 1")
    assert ran.code == 2
    assert "but for -H Content-Type, the type of its Blob" in ran.err


def test_a_console_s_message_says_what_to_type(command: Command) -> None:
    message = (
        "Access to fetch at 'https://api.example/files' from origin 'https://app.example' has been blocked by CORS "
        "policy: No 'Access-Control-Allow-Origin' header is present on the requested resource."
    )
    ran = command("check", message)
    assert (ran.code, ran.out) == (2, "")
    assert "(acao-missing)" in ran.err
    assert "write crossorigin check https://api.example/files --origin https://app.example\n" in ran.err


def test_what_an_app_raises_is_shown(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "raising_app_of_test_check_words.py").write_text(
        "def app(environ, start_response):\n    raise RuntimeError('database\\nis away')\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    ran = command("check", "http://api.test/", *FROM_PAGE, "--app", "raising_app_of_test_check_words:app")
    assert ran.code == 3
    assert "the app raised RuntimeError: database\\nis away (" in ran.err
    assert "line 2, in app)" in ran.err
    assert ran.err.count("\n") == 1


def test_what_is_waited_for_stands_on_a_terminal_alone(
    api: Server, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = api.route("/?token=hunter2", fields=ALLOW)
    assert command("check", url, *FROM_PAGE).err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    err = command("check", url, *FROM_PAGE).err
    assert err.startswith(f"waiting for GET {api.origin}/?token=***")
    assert err.endswith("\r\x1b[K")
