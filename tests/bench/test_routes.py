"""What is timed as "one rule bound" is what that row means."""

import pytest
from werkzeug.test import Client

from bench._routes import ORIGINS, RULES, built, route_policies
from crossorigin.middleware.engine import _bindings


def test_each_app_answers_as_its_row_means_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())  # without what other tests have bound
    apps = built()
    of_app, of_route = {"Origin": ORIGINS[0]}, {"Origin": "https://partner.example"}
    allowed = {}
    for kind, app in apps.items():
        client = Client(app)
        allowed[kind] = [
            client.get(f"/things{number}/7", headers=headers).headers.get("Access-Control-Allow-Origin")
            for number in (25, RULES - 1)
            for headers in (of_app, of_route)
        ]
    everywhere = [ORIGINS[0], None, ORIGINS[0], None]
    assert allowed == {
        "bare": [None] * 4,
        "unbound": everywhere,
        "bound": [ORIGINS[0], None, None, "https://partner.example"],
        "flask-cors": everywhere,
    }
    plans = {kind: apps[kind].extensions["crossorigin"]._plan for kind in ("bound", "unbound")}
    assert (plans["bound"].is_late, plans["unbound"].is_quick) == (True, True)


def test_the_section_has_a_row_for_each_request() -> None:
    (table,) = route_policies(rounds=2, calls=2).tables
    assert len(table.rows) == 8
    assert all(len(row) == len(table.heads) for row in table.rows)
