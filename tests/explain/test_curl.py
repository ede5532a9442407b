"""The curl line is run by a real shell, with a curl that only writes down its arguments."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossorigin.browser import Send
from crossorigin.explain import Shown
from crossorigin.explain.verdict._curl import curl_line
from crossorigin.standard import HeaderList
from tests.explain.verdicts import head

URL = "https://api.example.com/items?a=1&b=it's"


def sent(
    method: str = "GET", headers: tuple[tuple[bytes, bytes], ...] = (), body: bytes | None = None, url: str = URL
) -> Send:
    return Send(method=method, url=url, headers=HeaderList(headers), body=body)


def run_line(line: str, directory: Path) -> tuple[list[bytes], bytes]:
    """The arguments and the standard input that a shell gives to `curl`."""
    fake = directory / "curl"
    if not fake.exists():
        fake.write_text('#!/bin/sh\nfor a in "$@"; do printf \'%s\\0\' "$a"; done > "$OUT"\ncat > "$OUT.stdin"\n')
        fake.chmod(0o755)
    out = directory / "out"
    environment = {"PATH": f"{directory}:{os.environ['PATH']}", "OUT": str(out), "LC_ALL": "C"}
    subprocess.run(["/bin/sh", "-c", line], env=environment, stdin=subprocess.DEVNULL, check=True, timeout=10)
    return out.read_bytes().split(b"\0")[:-1], Path(f"{out}.stdin").read_bytes()


def test_a_get_is_as_short_as_can_be(tmp_path: Path) -> None:
    send = sent(headers=((b"Accept", b"*/*"), (b"Origin", b"https://a.example"), (b"Sec-Fetch-Mode", b"cors")))
    line = curl_line(send, head(), Shown())
    assert run_line(line, tmp_path)[0] == [b"-i", URL.encode(), b"-H", b"Origin: https://a.example"]


def test_a_preflight_asks_with_options(tmp_path: Path) -> None:
    send = sent("OPTIONS", ((b"Origin", b"null"), (b"Access-Control-Request-Method", b"PUT")))
    arguments = run_line(curl_line(send, None, Shown()), tmp_path)[0]
    assert arguments == [
        b"-i",
        b"-X",
        b"OPTIONS",
        URL.encode(),
        b"-H",
        b"Origin: null",
        b"-H",
        b"Access-Control-Request-Method: PUT",
    ]


def test_head_does_not_wait_for_a_body() -> None:
    assert curl_line(sent("HEAD", url="https://a.example/"), None, Shown()) == "curl -I https://a.example/"


def test_what_the_response_varies_by_is_sent_along() -> None:
    send = sent(headers=((b"Accept-Language", b"de"), (b"Sec-Fetch-Site", b"cross-site")), url="https://a.example/")
    varied = head(200, {"Vary": "Origin, accept-language"})
    assert curl_line(send, varied, Shown()) == "curl -i https://a.example/ -H 'Accept-Language: de'"


def test_secrets_are_masked_unless_they_are_asked_for() -> None:
    headers = (
        (b"Authorization", b"Bearer abc"),
        (b"Cookie", b"sid=abc; theme=abc"),
        (b"X-Api-Key", b"abc"),
        (b"X-CSRF-Token", b"abc"),
    )
    send = sent(headers=headers, url="https://a.example/?access_token=abc&page=2")
    assert "abc" not in curl_line(send, None, Shown())
    assert "page=2" in curl_line(send, None, Shown())
    assert curl_line(send, None, Shown(show_secrets=True)).count("abc") == 6


def test_the_way_there_is_part_of_the_line(tmp_path: Path) -> None:
    way = (("--resolve", "api.example.com:443:127.0.0.1"), ("--proxy", "http://me:hidden@proxy.example:3128"), ("-k",))
    line = curl_line(sent(), head(), Shown(), way)
    assert run_line(line, tmp_path)[0] == [
        b"-i",
        URL.encode(),
        b"--resolve",
        b"api.example.com:443:127.0.0.1",
        b"--proxy",
        b"http://me:***@proxy.example:3128",
        b"-k",
    ]
    assert "hidden" in curl_line(sent(), head(), Shown(show_secrets=True), way)


def test_a_text_body_stands_in_the_line(tmp_path: Path) -> None:
    send = sent("POST", ((b"Content-Type", b"application/json"),), b'@{"a": "it\'s"}')
    arguments = run_line(curl_line(send, None, Shown()), tmp_path)[0]
    assert arguments == [
        b"-i",
        URL.encode(),
        b"-H",
        b"Content-Type: application/json",
        b"--data-raw",
        b'@{"a": "it\'s"}',
    ]


def test_a_body_without_a_type_gets_none_from_curl(tmp_path: Path) -> None:
    assert b"Content-Type:" in run_line(curl_line(sent("PUT", body=b"x"), None, Shown()), tmp_path)[0]


def test_a_large_body_comes_from_a_file() -> None:
    assert "--data-binary @body" in curl_line(sent("POST", body=b"x" * 10_000), None, Shown())


def test_brackets_are_no_glob(tmp_path: Path) -> None:
    line = curl_line(sent(url="https://[::1]/{a}"), None, Shown())
    assert run_line(line, tmp_path)[0] == [b"-i", b"-g", b"https://[::1]/{a}"]


def test_a_body_that_begins_like_an_option_is_a_body_all_the_same(tmp_path: Path) -> None:
    line = curl_line(sent("POST", body=b"-n\x01"), None, Shown())
    assert run_line(line, tmp_path)[1] == b"-n\x01"


@settings(max_examples=40)
@given(
    value=st.binary(min_size=1, max_size=30).map(lambda b: b.strip(b"\t ")).filter(lambda b: not {0, 10, 13} & set(b)),
    body=st.binary(max_size=40).filter(lambda b: b"\0" not in b),
)
def test_whatever_is_in_them_the_shell_gets_the_very_bytes(
    tmp_path_factory: pytest.TempPathFactory, value: bytes, body: bytes
) -> None:
    line = curl_line(sent("POST", ((b"X-A", value), (b"Content-Type", b"a/b")), body), None, Shown())
    assert line.replace("\n", "").isprintable()
    arguments, stdin = run_line(line, tmp_path_factory.getbasetemp())
    assert (b"X-A: " + value if value else b"X-A;") in arguments
    if not body:
        assert b"-X" in arguments
    elif b"--data-raw" in arguments:
        assert arguments[-1] == body
    else:
        assert stdin == body
