"""What a browser lets pass, though not everyone would, is told in a note."""

import pytest

from crossorigin.browser import BROWSERS, page_at
from crossorigin.explain import explain
from tests.explain.verdicts import ORIGIN, head, preflight_then, run

ALLOWED = {"Access-Control-Allow-Origin": ORIGIN, "Access-Control-Allow-Headers": "*"}


@pytest.mark.parametrize(
    ("url", "origin", "says"),
    [
        ("http://127.0.0.1/", ORIGIN, "the server is on this machine: browsers ask their user"),
        ("http://localhost/", ORIGIN, "the server is on this machine: browsers ask their user"),
        ("https://10.0.0.1/", ORIGIN, "the server is on the local network: browsers ask their user"),
        ("https://93.184.216.34/", ORIGIN, ""),
        ("https://10.0.0.1/", "https://192.168.0.1", ""),
    ],
)
def test_a_page_that_reaches_inwards(url: str, origin: str, says: str) -> None:
    fields = {"Access-Control-Allow-Origin": origin}
    verdict = run(head(200, fields), url=url, origin=origin, profile=BROWSERS)
    assert verdict.readable
    notes = explain(verdict).notes
    assert len(notes) == bool(says)
    assert all(says in note for note in notes)


def test_a_warning_is_told_once_and_whatever_the_outcome() -> None:
    answers = preflight_then(head(204, ALLOWED), head(500))
    verdict = run(
        answers,
        url="https://10.0.0.1/",
        page=page_at(f"{ORIGIN}/"),
        profile=BROWSERS,
        headers={"Authorization": "Bearer x"},
    )
    notes = [note for note in explain(verdict).notes if "browsers ask" in note or "[preflight.auth" in note]
    assert len(notes) == 2
