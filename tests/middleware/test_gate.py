"""What aiohttp, Tornado and Sanic share, where no server is needed to see it."""

from functools import partial
from typing import Any

from crossorigin import Policy
from crossorigin.middleware.engine import Gate, Route, RoutePolicies, foreign_layer

PUBLIC = Policy(allow_origins="*")
VARY = (("Vary", "Origin"),)
NO_STORE = (("Cache-Control", "no-store"), *VARY)


def gate(**options: Any) -> Gate:
    defaults: dict[str, Any] = {"own_origins": (), "debug": False, "on_decision": None, "guard_websockets": False}
    return Gate(RoutePolicies(PUBLIC, lambda target, method: Route()), **{**defaults, **options})


def test_fields_are_put_behind_names_met_before_and_merged_where_one_meets_its_like() -> None:
    merged = gate().merged
    cached = [("cache-control", "public"), ("x-a", "1")]
    assert merged(cached, VARY, "/") == [*cached, *VARY]
    assert merged(cached, VARY, "/") is None
    # Another set of fields: what was learned for the first says nothing about it.
    assert merged(cached, NO_STORE, "/") == [("x-a", "1"), *NO_STORE]
    assert merged([("vary", "accept")], VARY, "/") == [("vary", "accept, Origin")]


def add_cors() -> Any:
    def add(request: object) -> None: ...

    return add


class HandMadeCORS:
    def __call__(self, request: object) -> None: ...

    def hook(self, request: object) -> None: ...


class Gzip(HandMadeCORS):
    def __call__(self, request: object) -> None: ...


def test_hooks_that_answer_cors_are_told_by_the_name_of_what_they_are() -> None:
    hooks = [add_cors(), HandMadeCORS(), HandMadeCORS().hook, partial(print), Gzip(), Gzip().hook, print]
    found = [foreign_layer(hook, "here") for hook in hooks]
    assert [layer and layer.name.rpartition(".")[2] for layer in found] == [
        "add_cors",
        "HandMadeCORS",
        "HandMadeCORS",
        *[None] * 4,
    ]
    assert {layer.place for layer in found if layer is not None} == {"here"}
