"""The examples of frameworks that speak neither ASGI nor WSGI: served on loopback, and asked as pages ask."""

import asyncio
from importlib import import_module
from typing import Any

import pytest

from crossorigin.testing import AsyncBrowser
from tests.middleware import loopback


async def over_loopback(server: Any, with_admin: bool) -> None:
    async with server as port, AsyncBrowser({}, network=True) as browser:
        api = f"http://127.0.0.1:{port}"
        stranger, ours = browser.page("https://anywhere.example"), browser.page("https://app.example.com")
        assert (await stranger.fetch(f"{api}/rates")).json() == {"EUR": 1.0, "USD": 1.1}
        put: dict[str, Any] = {"method": "PUT", "headers": {"content-type": "application/json"}, "body": b'{"a": 1}'}
        written = await ours.fetch(f"{api}/items/7", **put)
        assert written.json() == {"item": "7", "values": {"a": 1}}
        verdict = await stranger.attempt(f"{api}/items/7", **put)
        assert (verdict.reason, verdict.sent) == ("preflight.acao-missing", False)
        assert (await ours.attempt(f"{api}/items/7", method="DELETE")).reason == "preflight.method"
        if with_admin:
            admin = browser.page("https://admin.example.com")
            assert (await admin.fetch(f"{api}/admin/users", credentials="include")).json() == ["ada", "grace"]
            assert (await ours.attempt(f"{api}/admin/users")).reason == "acao-mismatch"


@pytest.mark.parametrize("framework", ["aiohttp", "tornado", "sanic"])
def test_the_example_serves_pages(framework: str) -> None:
    app = import_module(f"examples.{framework}_app").make_app()
    asyncio.run(over_loopback(getattr(loopback, f"{framework}_server")(app), with_admin=framework != "tornado"))
