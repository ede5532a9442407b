"""A test suite that fails where a browser would. Run it: pytest examples/test_the_api.py"""

from collections.abc import Iterator

import pytest

from crossorigin.testing import Browser, CORSBlocked
from examples.fastapi_app import app

API = "https://api.example.com"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Browser({API: app}, raise_app_exceptions=False) as browser:  # its 500 is looked at below
        yield browser


def test_our_page_may_write_an_item(browser: Browser) -> None:
    page = browser.page("https://app.example.com")
    response = page.fetch(f"{API}/items/7", method="PUT", json={"name": "tea"}, credentials="include")
    assert response.json() == {"item": 7, "values": {"name": "tea"}}


def test_a_stranger_may_not_read(browser: Browser) -> None:
    page = browser.page("https://evil.example")
    with pytest.raises(CORSBlocked) as blocked:
        page.fetch(f"{API}/items/7", credentials="include")
    assert blocked.value.verdict.reason == "acao-missing"


def test_a_page_can_tell_a_bug_from_a_block(browser: Browser) -> None:
    page = browser.page("https://pr-12.preview.example.com")
    assert page.fetch(f"{API}/broken").status == 500
