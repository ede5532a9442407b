"""Every anchor of a standard in the source is one that there is.

`fetch_ids.txt` lists the ids that the Fetch standard defines (ids only, taken from its source). Of other standards only
the host is held against a list: a typing error in one would otherwise look like a citation.
"""

import ast
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.architecture.source import Module, modules

FETCH_IDS = frozenset(Path(__file__).with_name("fetch_ids.txt").read_text(encoding="ascii").split())
FETCH_ANCHOR = re.compile(r"https://fetch\.spec\.whatwg\.org/#([^\s\"'`)>,;]+)")
CITATION = re.compile(r"(?:^|\"\"\")\s*(https?://[^\s\"'`)>,;]+)", re.MULTILINE)
HOST = re.compile(r"https?://([^\s/]+)/")
HOSTS = frozenset(
    {
        "curl.se",
        "developer.mozilla.org",
        "fetch.spec.whatwg.org",
        "html.spec.whatwg.org",
        "httpwg.org",
        "infra.spec.whatwg.org",
        "mimesniff.spec.whatwg.org",
        "peps.python.org",
        "asgi.readthedocs.io",
        "streams.spec.whatwg.org",
        "url.spec.whatwg.org",
        "w3c.github.io",
        "websockets.spec.whatwg.org",
        "wicg.github.io",
        "www.iana.org",
        "www.rfc-editor.org",
        "www.w3.org",
        "xhr.spec.whatwg.org",
    }
)


def cites(text: str) -> bool:
    return any(host in HOSTS for host in HOST.findall(text))


def fetch_anchors(text: str) -> list[str]:
    return [anchor.rstrip(".:") for anchor in FETCH_ANCHOR.findall(text)]


def unknown_hosts(text: str) -> list[str]:
    """Citations (a URL that begins a docstring or a line) of a host that no standard lives at."""
    return [url for url in CITATION.findall(text) if urlsplit(url).netloc not in HOSTS]


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_every_anchor_of_the_fetch_standard_exists(module: Module) -> None:
    assert not [anchor for anchor in fetch_anchors(module.text) if anchor not in FETCH_IDS]


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_every_citation_is_of_a_standard(module: Module) -> None:
    assert not unknown_hosts(module.text)


@pytest.mark.parametrize(
    "module", [module for module in modules() if module.room in ("standard", "browser")], ids=lambda module: module.name
)
def test_what_cites_a_standard_does_so_on_the_first_line_of_its_docstring(module: Module) -> None:
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and (text := ast.get_docstring(node)):
            first, _, rest = text.partition("\n")
            assert cites(first) or not cites(rest), f"{node.name} of {module.name}"


def test_the_browser_half_cites_the_standard_that_it_implements() -> None:
    cited = {anchor for module in modules() if module.room == "browser" for anchor in fetch_anchors(module.text)}
    assert len(cited) > 50


def test_an_anchor_that_is_misspelt_is_seen() -> None:
    assert fetch_anchors('"""https://fetch.spec.whatwg.org/#cors-chek.') == ["cors-chek"]
    assert "cors-chek" not in FETCH_IDS
    assert "concept-cors-check" in FETCH_IDS


def test_a_host_that_is_misspelt_is_seen() -> None:
    assert unknown_hosts('"""https://fetch.spec.whatgw.org/#concept-fetch') == [
        "https://fetch.spec.whatgw.org/#concept-fetch"
    ]
