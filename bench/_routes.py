"""A policy for one route: what it adds to each request of the app, beside an app-wide one and beside flask-cors."""

import io
import sys
from collections.abc import Callable
from typing import Any

import flask_cors
from flask import Flask

from bench._measure import measure
from bench._section import Section, Table, times
from crossorigin import Policy
from crossorigin.middleware.flask import CORS, cors

RULES = 50
ORIGINS = ["https://app.example.com", "https://admin.example.com"]
POLICY = Policy(allow_origins=ORIGINS, allow_methods=["PUT"])
OF_ROUTE = Policy(allow_origins=["https://partner.example", "https://other.example"], allow_methods=["PUT"])
ROWS = {
    "found": ("GET", "/things25/7"),
    "found, the bound one": ("GET", f"/things{RULES - 1}/7"),
    "404": ("GET", "/nowhere/7"),
    "405": ("POST", "/things25/7"),
}


def route_policies(*, rounds: int, calls: int) -> Section:
    apps = built()
    rows = []
    for name, (method, path) in ROWS.items():
        for origin in (None, ORIGINS[0]):
            timings = measure(
                {kind: _request(app, method, path, origin) for kind, app in apps.items()}, rounds=rounds, calls=calls
            )
            added = {kind: timings[kind].minus(timings["bare"]).median for kind in apps if kind != "bare"}
            base = added["unbound"]
            rows.append(
                [
                    f"{name}, {'no Origin' if origin is None else 'allowed'}",
                    f"{base:,.0f} ns",
                    times(added["bound"] / base),
                    times(added["flask-cors"] / base),
                    times(timings["bound"].median / timings["bare"].median),
                ]
            )
    return Section(
        "A policy for one route",
        f"""
        What is added to a request of a Flask app with {RULES} rules, as a multiple of what an app-wide policy of ours
        adds: with one rule bound to a policy of its own, and by flask-cors for the whole app. The last column is the
        whole request with the bound rule, as a multiple of the bare app's. What is unfair: the app does nothing else.
        """,
        (Table(["", "app-wide", "one rule bound", "flask-cors", "bound ÷ bare"], rows),),
    )


def built() -> dict[str, Flask]:
    """The same app four times, and each has answered once: by then an app knows what it reaches."""
    apps = {kind: _app(kind) for kind in ("bare", "bound", "unbound", "flask-cors")}
    for app in apps.values():
        _request(app, "GET", "/things25/7", None)()
    return apps


def _app(kind: str) -> Flask:
    app = Flask(kind, static_folder=None)
    for number in range(RULES):
        view = _view()
        if kind == "bound" and number == RULES - 1:
            cors(OF_ROUTE)(view)
        app.add_url_rule(f"/things{number}/<int:item>", f"view{number}", view, methods=["GET", "PUT"])
    if kind == "flask-cors":
        flask_cors.CORS(app, origins=ORIGINS, methods=["PUT"])
    elif kind != "bare":
        CORS(app, POLICY)
    return app


def _view() -> Callable[..., str]:
    return lambda item: "ok"


def _request(app: Flask, method: str, path: str, origin: str | None) -> Callable[[], object]:
    template: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "api.example.com",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "api.example.com",
        "HTTP_USER_AGENT": "bench",
        "HTTP_ACCEPT": "*/*",
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    if origin is not None:
        template["HTTP_ORIGIN"] = origin

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None: ...

    def call() -> None:
        body: Any = app(template.copy(), start_response)  # type: ignore[arg-type]  # nobody writes
        body.close()

    return call
