"""Pages that the browser takes to be of the public internet, and servers of this machine."""

from __future__ import annotations

from collections.abc import Iterable

from tests.differential._bodies import fitting
from tests.differential._build import ACAM, ANY, case, ok, to
from tests.differential._case import Case, Feature, Fetch
from tests.differential._server import Route

CALLS = {
    "get": Fetch(),
    "put": Fetch(method="PUT"),
    "no-cors": Fetch(mode="no-cors"),
    "space-loopback": Fetch(target_address_space="loopback"),
    "space-local": Fetch(target_address_space="local"),
    "space-public": Fetch(target_address_space="public"),
    "image": Feature("image"),
    "image-anonymous": Feature("image", crossorigin="anonymous"),
    "script": Feature("script"),
}


def cases() -> Iterable[Case]:
    """From the public internet and from this machine."""
    for page in ("public", "page"):
        for name, call in CALLS.items():
            yield case(f"network.{page}.{name}", call, fitting(call, ANY), ok(ANY, f"{ACAM}PUT"), page=page)
    home = {"public/x": Route((to("{api/y}", ANY),)), "api/y": Route((ok(ANY),))}
    yield case("network.public.redirect", Fetch("{public/x}"), page="public", routes=home)
    own = {"public/x": Route((ok(),))}
    yield case("network.public.home", Fetch("{public/x}"), page="public", routes=own)
