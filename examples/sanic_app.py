"""A Sanic app with a public handler and an admin's blueprint. Run it: sanic examples.sanic_app:make_app"""

from typing import Any

from sanic import Blueprint, HTTPResponse, Request, Sanic
from sanic.response import json

from crossorigin import Policy
from crossorigin.middleware.sanic import CORS, cors


def make_app() -> "Sanic[Any, Any]":
    app: Sanic[Any, Any] = Sanic("shop")

    @app.get("/rates")
    @cors(allow_origins="*")
    async def rates(request: Request) -> HTTPResponse:
        return json({"EUR": 1.0, "USD": 1.1})

    @app.get("/items/<item>")
    async def read_item(request: Request, item: str) -> HTTPResponse:
        return json({"item": item})

    @app.put("/items/<item>")
    async def write_item(request: Request, item: str) -> HTTPResponse:
        return json({"item": item, "values": request.json})

    admin = cors(allow_origins=["https://admin.example.com"], allow_credentials=True)(Blueprint("admin", "/admin"))

    @admin.get("/users")
    async def users(request: Request) -> HTTPResponse:
        return json(["ada", "grace"])

    app.blueprint(admin)
    CORS(
        app,
        Policy(
            allow_origins=["https://app.example.com", "https://*.preview.example.com"],
            allow_methods="route",
            allow_headers=["content-type"],
        ),
    )
    return app
