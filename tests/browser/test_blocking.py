"""Bad ports, mixed content, MIME types: what is blocked for what it is."""

import pytest

from crossorigin.browser import Reason, Request, page_at, parse_url
from crossorigin.browser._mime_blocking import (
    blocked_due_to_its_mime_type,
    blocked_due_to_nosniff,
    determine_nosniff,
    extract_a_mime_type,
)
from crossorigin.browser._mixed_content import should_block, should_upgrade
from crossorigin.browser._ports import is_blocked_due_to_a_bad_port
from crossorigin.standard import HeaderList


@pytest.mark.parametrize(
    ("url", "blocked"),
    [
        ("http://a.example:0/", True),
        ("https://a.example:25/", True),
        ("https://a.example:6667/", True),
        ("http://a.example:10080/", True),
        ("http://a.example:80/", False),
        ("http://a.example:8080/", False),
        ("ftp://a.example:25/", False),
    ],
)
def test_bad_ports(url: str, blocked: bool) -> None:
    parsed = parse_url(url)
    assert parsed is not None
    assert is_blocked_due_to_a_bad_port(parsed) is blocked


@pytest.mark.parametrize(
    ("page", "url", "blocked"),
    [
        ("https://app.example/", "http://a.example/", True),
        ("https://app.example/", "http://localhost:8000/", False),
        ("https://app.example/", "http://127.0.0.1/", False),
        ("https://app.example/", "https://a.example/", False),
        ("http://app.example/", "http://a.example/", False),
        ("http://localhost/", "http://a.example/", False),
        ("file:///x", "http://a.example/", False),
    ],
)
def test_mixed_content(page: str, url: str, blocked: bool) -> None:
    parsed = parse_url(url)
    assert parsed is not None
    assert should_block(Request(url=url), parsed, page_at(page)) is blocked


def test_an_insecure_frame_in_a_secure_page_is_restricted_too() -> None:
    url = parse_url("http://a.example/")
    assert url is not None
    page = page_at("http://app.example/", top_level="https://top.example/")
    assert should_block(Request(url=url.href), url, page)


def test_a_top_level_navigation_is_no_mixed_content() -> None:
    url = parse_url("http://a.example/")
    assert url is not None
    request = Request(url=url.href, mode="navigate", destination="document")
    assert not should_block(request, url, page_at("https://app.example/"))


@pytest.mark.parametrize(
    ("url", "destination", "initiator", "upgraded"),
    [
        ("http://a.example/", "image", "", True),
        ("http://a.example/", "video", "", True),
        ("http://a.example/", "image", "imageset", False),
        ("http://a.example/", "script", "", False),
        ("http://10.0.0.1/", "image", "", False),
        ("http://[fd00::1]/", "image", "", False),
        ("http://localhost/", "image", "", False),
        ("https://a.example/", "image", "", False),
    ],
)
def test_images_and_media_are_upgraded(url: str, destination: str, initiator: str, upgraded: bool) -> None:
    parsed = parse_url(url)
    assert parsed is not None
    request = Request(url=url, destination=destination, initiator=initiator)
    assert should_upgrade(request, parsed, page_at("https://app.example/")) is upgraded
    assert not should_upgrade(request, parsed, page_at("http://app.example/"))


@pytest.mark.parametrize(
    ("lines", "essence"),
    [
        ([], None),
        (["text/HTML;charset=x"], "text/html"),
        (["nonsense"], None),
        (["text/css", "text/plain"], "text/plain"),
        (["text/css, */*"], "text/css"),
        (["text/css, nonsense"], "text/css"),
    ],
)
def test_the_last_mime_type_that_parses_counts(lines: list[str], essence: str | None) -> None:
    assert extract_a_mime_type(HeaderList.of([("Content-Type", line) for line in lines])) == essence


@pytest.mark.parametrize(
    ("destination", "content_type", "blocked"),
    [
        ("script", "image/png", True),
        ("worker", "video/mp4", True),
        ("script", "audio/wav", True),
        ("script", "text/csv", True),
        ("script", "text/html", False),
        ("image", "image/png", False),
        ("script", None, False),
    ],
)
def test_scripts_that_say_they_are_none(destination: str, content_type: str | None, blocked: bool) -> None:
    headers = HeaderList() if content_type is None else HeaderList.of({"Content-Type": content_type})
    objection = blocked_due_to_its_mime_type(destination, headers)
    assert (objection is not None and objection[0] is Reason.MIME_TYPE) is blocked


@pytest.mark.parametrize(
    ("destination", "content_type", "blocked"),
    [
        ("script", "text/javascript", False),
        ("script", "text/plain", True),
        ("script", None, True),
        ("sharedworker", "text/html", True),
        ("style", "text/css", False),
        ("style", "text/plain", True),
        ("image", "text/plain", False),
    ],
)
def test_nosniff(destination: str, content_type: str | None, blocked: bool) -> None:
    fields = [("X-Content-Type-Options", "NoSniff")]
    if content_type is not None:
        fields.append(("Content-Type", content_type))
    objection = blocked_due_to_nosniff(destination, HeaderList.of(fields))
    assert (objection is not None and objection[0] is Reason.NOSNIFF) is blocked


@pytest.mark.parametrize(
    ("value", "nosniff"), [(None, False), ("nosniff", True), ("nosniff, x", True), ("x, nosniff", False), ("", False)]
)
def test_determine_nosniff(value: str | None, nosniff: bool) -> None:
    headers = HeaderList() if value is None else HeaderList.of({"x-content-type-options": value})
    assert determine_nosniff(headers) is nosniff


def test_without_nosniff_nothing_is_blocked_for_it() -> None:
    assert blocked_due_to_nosniff("script", HeaderList.of({"Content-Type": "text/plain"})) is None
