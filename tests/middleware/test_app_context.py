"""Predicates of Flask and Quart run inside the app's context, and the context ends with them."""

from typing import Any

import pytest
from flask import Flask
from flask import current_app as flask_app
from flask import g as flask_g
from quart import Quart
from quart import current_app as quart_app

from crossorigin import Origin, Policy
from crossorigin.middleware import flask, quart
from crossorigin.testing import Browser

API, CUSTOMER, STRANGER = "https://api.example.com", "https://customer.example", "https://stranger.example"


def of_flask(origin: Origin) -> bool:
    flask_g.connection = "open"
    return str(origin) in flask_app.config["CUSTOMERS"]


async def of_quart(origin: Origin) -> bool:
    return str(origin) in quart_app.config["CUSTOMERS"]


def plain_of_quart(origin: Origin) -> bool:
    return str(origin) in quart_app.config["CUSTOMERS"]


@pytest.mark.parametrize(
    ("kind", "module", "predicate"),
    [(Flask, flask, of_flask), (Quart, quart, of_quart), (Quart, quart, plain_of_quart)],
    ids=["Flask", "Quart", "Quart, a plain predicate"],
)
def test_the_apps_own_table_is_asked(kind: Any, module: Any, predicate: Any) -> None:
    app = kind("shop")
    app.config["CUSTOMERS"] = {CUSTOMER}
    module.CORS(app, Policy(allow_origins=[predicate], allow_methods="route"))
    app.add_url_rule("/x", "x", lambda: "1", methods=["PUT"])
    with Browser({API: app}) as browser:
        assert browser.page(CUSTOMER).attempt(f"{API}/x", method="PUT").readable
        assert not browser.page(STRANGER).attempt(f"{API}/x", method="PUT").readable


def test_what_a_predicate_opened_is_closed() -> None:
    app = Flask("shop")
    app.config["CUSTOMERS"] = {CUSTOMER}
    closed: list[str | None] = []
    app.teardown_appcontext(lambda error: closed.append(flask_g.pop("connection", None)))
    flask.CORS(app, Policy(allow_origins=[of_flask]))
    app.test_client().get("/nowhere", headers={"Origin": CUSTOMER})
    assert "open" in closed
