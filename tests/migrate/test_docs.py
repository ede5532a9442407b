"""docs/migrate.md names every option of the installed peers and every note; and our defaults are theirs."""

import inspect
import re

import aiohttp_cors
import corsheaders.conf
import flask_cors.core
import pytest
from corsheaders.defaults import default_headers, default_methods
from starlette.middleware.cors import ALL_METHODS, SAFELISTED_HEADERS
from starlette.middleware.cors import CORSMiddleware as StarletteCORS

from crossorigin.migrate import NOTE_RULES, from_starlette, peers
from crossorigin.migrate._note import SEVERITIES
from tests.architecture.source import ROOT

PAGE = (ROOT / "docs" / "migrate.md").read_text(encoding="utf-8")

STARLETTE_DEFAULTS = {
    name: parameter.default
    for name, parameter in inspect.signature(StarletteCORS.__init__).parameters.items()
    if name not in ("self", "app")
}
AIOHTTP_DEFAULTS = {
    name: parameter.default
    for name, parameter in inspect.signature(aiohttp_cors.ResourceOptions.__new__).parameters.items()
    if name != "cls"
}
DJANGO_SETTINGS = {name for name in vars(corsheaders.conf.Settings) if name.startswith("CORS_")}

OPTIONS = {
    "Starlette, FastAPI": set(STARLETTE_DEFAULTS),
    "flask-cors": set(flask_cors.core.DEFAULT_OPTIONS),
    "django-cors-headers": DJANGO_SETTINGS | set(peers.django.ALIASES.values()),
    "aiohttp-cors": set(AIOHTTP_DEFAULTS),
    "Express": peers.express.KNOWN,
}


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


@pytest.mark.parametrize("title", OPTIONS)
def test_the_table_names_every_option_of_the_peer(title: str) -> None:
    assert {row[0].strip("`") for row in rows(section(title))} == OPTIONS[title]


def test_our_defaults_are_the_peers() -> None:
    assert STARLETTE_DEFAULTS == peers.starlette.DEFAULTS
    assert [*STARLETTE_DEFAULTS] == [*peers.starlette.DEFAULTS]  # in this order they may be given
    assert (peers.starlette.ALL_METHODS, set(peers.starlette.ALWAYS_ALLOWED_HEADERS)) == (
        ALL_METHODS,
        {name.lower() for name in SAFELISTED_HEADERS},
    )
    assert flask_cors.core.DEFAULT_OPTIONS == peers.flask_cors.DEFAULTS
    assert (default_headers, default_methods) == (peers.django.DEFAULT_HEADERS, peers.django.DEFAULT_METHODS)
    assert AIOHTTP_DEFAULTS == peers.aiohttp.DEFAULTS


def test_every_note_stands_by_its_severity() -> None:
    told = {severity: re.findall("`([a-z-]+)`", codes) for severity, codes in rows(section("Every note"))}
    assert [*told] == [*SEVERITIES]
    for severity, codes in told.items():
        assert codes == [code for code, rule in NOTE_RULES.items() if rule.severity == severity]


def test_expressions_become_what_the_table_says() -> None:
    for source, becomes in rows(section("Regular expressions")):
        migration = from_starlette(allow_origin_regex=source.strip("`").replace(r"\|", "|"))
        listed = re.findall("`(http[^`]+)`", re.split("; and not|: `", becomes)[0])
        if becomes.startswith("nothing"):
            assert migration.policies is None
            continue
        entries = migration.policies.allow_origins  # type: ignore[union-attr]
        assert [entry for entry in entries if isinstance(entry, str)] == listed
        assert any(callable(entry) for entry in entries) == becomes.startswith("a predicate")
        for origin in re.findall("(?:and not|allows) `(http[^`]+)`", becomes):
            assert not migration.policies.decide("GET", {"Origin": origin}).allowed  # type: ignore[union-attr]
