"""What users write, typed: two checkers read it (`make types`). A misuse has an ignore, which must be needed."""

import os
from pathlib import Path
from typing import assert_type

from pydantic import BaseModel

from crossorigin import Decision, Origin, Policy, PolicyMap, ReportOnly, RequestURL, dangerously
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware.asgi import ASGIApp, CORSMiddleware, Receive, Scope, Send
from crossorigin.middleware.wsgi import CORSMiddleware as WSGIMiddleware
from crossorigin.middleware.wsgi import Environ, StartResponse


def is_partner(origin: Origin) -> bool:
    return origin.host.endswith(".partner.example")


async def is_customer(origin: Origin) -> bool:
    return is_partner(origin)


def is_known(origin: Origin, allowed: tuple[str, ...] = ("app.example.com",)) -> bool:
    return origin.host in allowed


def is_tenant(origin: Origin, request: RequestURL) -> bool:
    assert_type(request.route, str | None)
    return (origin.host, request.host) == ("www.shop.example", "shop.api.example")


async def is_tenant_async(origin: Origin, request: RequestURL) -> bool:
    return is_tenant(origin, request)


policy = Policy(
    allow_origins=[
        "https://app.example.com",
        Origin.parse("https://other.example.com"),
        is_partner,
        is_customer,
        is_tenant,
        is_tenant_async,
        is_known,
        dangerously("null", because="the viewer runs in a sandboxed frame"),
    ],
    allow_methods="route",
    max_age=600,
)
assert_type(policy.replace(max_age=5), Policy)
assert_type(policy.for_route(["PUT"]).allow_methods, tuple[str, ...])
assert_type(Policy(allow_origins="*").decide("GET", {"Origin": "https://a.example"}), Decision)
policies = PolicyMap({"/api/": policy, "/": None, "/tried/": ReportOnly(current=policy, candidate=policy)})


def watch(event: DecisionEvent) -> None:
    assert_type(event.route, str | None)
    assert_type(event.decision.allowed, bool)


async def api(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body"})


def wsgi(environ: Environ, start_response: StartResponse) -> list[bytes]:
    start_response("200 OK", [])
    return []


asgi_app: ASGIApp = CORSMiddleware(api, Policy(allow_origins="*"), on_decision=watch, guard_websockets=True)
CORSMiddleware(api, allow_origins=["https://app.example.com"], allow_credentials=True)
CORSMiddleware(api, allow_origins="*", allow_credentials=["https://app.example.com", is_partner])
WSGIMiddleware(wsgi, Policy(allow_origins="*"), on_decision=watch)


class Settings(BaseModel):
    cors: Policy = Policy.from_env("MYAPP_CORS_", os.environ)


assert_type(Settings().cors, Policy)
assert_type(Policy.from_env(environ={"CORS_ALLOW_ORIGINS": None}), Policy)


def files(path: Path) -> None:
    """Never run: there are none."""
    assert_type(PolicyMap.from_toml(path), PolicyMap)
    assert_type(Policy.from_toml(str(path)), Policy)


def misuses() -> None:
    """Never run: what the checkers must refuse."""
    Policy.from_env(environ={"CORS_ALLOW_ORIGINS": ["https://app.example.com"]})  # type: ignore[dict-item]
    Policy(allow_origins=[5])  # type: ignore[list-item]
    Policy(allow_origins="*", allow_credentials=[5])  # type: ignore[list-item]
    Policy(["https://app.example.com"])  # type: ignore[call-arg]
    Policy(allow_origins="*", allow_origin_regex=".*")  # type: ignore[call-arg]
    CORSMiddleware(api, allow_origins=["https://app.example.com"], credentials=True)  # type: ignore[call-arg]
    CORSMiddleware(api, Policy(allow_origins="*"), on_decision=lambda: None)  # type: ignore[misc,arg-type]
    WSGIMiddleware(wsgi, "https://app.example.com")  # type: ignore[arg-type]
