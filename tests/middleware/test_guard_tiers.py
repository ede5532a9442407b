"""WebSocket handshakes bring cookies: where only some origins may send credentials, the guard lets only those pass."""

import asyncio
from typing import Any

import pytest

from crossorigin import Origin, Policy
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware.engine import Asked, Plan

COOKIES = "https://app.example.com"
READS = "https://partner.example"


def handshake(policy: Policy, origin: str, **more: Any) -> tuple[bool, list[DecisionEvent]]:
    events: list[DecisionEvent] = []
    plan = Plan(policy, on_decision=events.append)
    fields = {b"origin": origin.encode(), b"host": b"api.example.com", **more}
    ruling = asyncio.run(plan.handshake(Asked({}, "GET", "/ws", fields, "wss"), guards=True))
    return ruling.status is None, events


async def in_database(origin: Origin) -> bool:
    return str(origin) == COOKIES


@pytest.mark.parametrize(
    "policy",
    [
        Policy(allow_origins="*", allow_credentials=[COOKIES]),
        Policy(allow_origins=[COOKIES, READS], allow_credentials=[COOKIES]),
        Policy(allow_origins=[COOKIES, READS], allow_credentials=[in_database]),
    ],
    ids=["every origin", "a list", "a predicate"],
)
def test_only_those_pass_that_may_send_credentials(policy: Policy) -> None:
    assert handshake(policy, COOKIES)[0]
    passed, (event,) = handshake(policy, READS)
    assert not passed
    reason = event.decision.reason
    assert (event.decision.kind, reason.allowed, reason.field) == ("refused", False, "allow_credentials")
    # The app's own pages are no other origin's.
    assert handshake(policy, "https://api.example.com")[0]


@pytest.mark.parametrize("credentials", [True, False])
def test_where_the_policy_does_not_tell_them_apart_all_allowed_pass(credentials: bool) -> None:
    policy = Policy(allow_origins=[COOKIES, READS], allow_credentials=credentials)
    assert [handshake(policy, origin)[0] for origin in (COOKIES, READS, "https://evil.example")] == [True, True, False]
    assert handshake(Policy(allow_origins="*"), READS)[0]
