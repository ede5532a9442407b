"""The real peers against the policies made of their options, as a browser sees both.

Two laws: ours lets nothing through that the old set-up did not, but for what a note of the severity "wider" names; and
where a page gets less, a note says so.
"""

from typing import Any

import pytest

from crossorigin import migrate
from tests.migrate import cases, peers
from tests.migrate.carried_out import put_on
from tests.migrate.judge import PATHS, Eye, complaints, probes


def table(cases: dict[str, Any]) -> Any:
    return pytest.mark.parametrize("options", [pytest.param(each, id=name) for name, each in cases.items()])


@table(cases.STARLETTE)
def test_starlette(options: dict[str, Any]) -> None:
    migration = migrate.from_starlette(**options)
    hold(peers.starlette(**options), peers.migrated_asgi(migration), migration, options)


@table(cases.FLASK)
def test_flask_cors(options: dict[str, Any]) -> None:
    options = dict(options)
    config = options.pop("config", {})
    migration = migrate.from_flask_cors(config, **options)
    hold(
        peers.flask_app(config, **options),
        peers.migrated_flask(migration),
        migration,
        options,
        paths=PATHS[2:] + PATHS[:2],
    )


@table(cases.DJANGO)
def test_django_cors_headers(options: dict[str, Any]) -> None:
    migration = migrate.from_django_cors_headers(options)
    hold(peers.django_app(options), peers.migrated_django(migration), migration, options, paths=PATHS[2:] + PATHS[:2])


@table(cases.AIOHTTP)
def test_aiohttp_cors(options: dict[str, Any]) -> None:
    app, new = peers.aiohttp_app(**options), peers.bare_aiohttp()
    migration = migrate.from_app(app)
    put_on(migration, new)
    new.freeze()
    hold(
        peers.aiohttp_as_asgi(app),
        peers.aiohttp_as_asgi(new),
        migration,
        options,
        paths=("/open", "/items", "/items/7"),
    )


@table(cases.EXPRESS)
def test_express(options: dict[str, Any]) -> None:
    migration = migrate.from_express(options)
    hold(peers.express(options, peers.ExpressAnswers()), peers.migrated_asgi(migration), migration, options)


def hold(old: Any, new: Any, migration: migrate.Migration, seed: object, paths: tuple[str, ...] = ("/",)) -> None:
    before, after = Eye(old), Eye(new)
    with before, after:
        found = complaints(before, after, migration, probes(paths=paths, seed=repr(seed)))
    assert not found, "\n".join(found)
