"""Predicates: asked about well-formed origins, once a request, and their failure is a denial that nobody keeps."""

import asyncio
from functools import partial
from typing import Any

import pytest

from crossorigin.policy import Decision, Origin, Policy
from crossorigin.policy._predicates import Outcome, Question, ask, is_async_predicate
from crossorigin.policy._reference import adecide, decide
from crossorigin.policy._request import CORSRequest
from tests.policy.strategies import HOSTILE_ORIGINS

OK = "https://app.example.com"
KNOWN = {"Origin": "https://known.example"}
STRANGER = {"Origin": "https://stranger.example"}
VARY = (b"Origin",)
NO_STORE = ((b"cache-control", b"no-store"),)


class Recorder:
    """A predicate that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Origin] = []

    def __call__(self, origin: Origin) -> bool:
        self.asked.append(origin)
        return origin.host == "known.example"


class AsyncCallable:
    async def __call__(self, origin: Origin) -> bool:
        return origin.host == "known.example"

    async def method(self, origin: Origin) -> bool:
        return True


def known(origin: Origin) -> bool:
    return origin.host == "known.example"


async def known_async(origin: Origin) -> bool:
    await asyncio.sleep(0)
    return known(origin)


def fails(origin: Origin) -> bool:
    raise LookupError("no database")


async def fails_async(origin: Origin) -> bool:
    raise LookupError("no database")


async def never(origin: Origin) -> bool:
    await asyncio.Event().wait()
    return True


async def impatient(origin: Origin) -> bool:
    raise TimeoutError("its own")


def both(policy: Policy, headers: dict[str, str], method: str = "GET") -> Decision:
    """The decision, by the compiled decider and by the reference, sync where it can be and async."""
    request = CORSRequest.of(method, headers)
    found = [asyncio.run(adecide(policy, request)), asyncio.run(policy.adecide(method, headers))]
    if not policy.is_async:
        found += [decide(policy, request), policy.decide(method, headers)]
    assert all(decision == found[0] for decision in found)
    assert len({(decision.reason.code, decision.allowed, type(decision.error)) for decision in found}) == 1
    return found[0]


@pytest.mark.parametrize(
    ("predicate", "is_async"),
    [
        (known, False),
        (known_async, True),
        (partial(known), False),
        (partial(partial(known_async)), True),
        (Recorder(), False),
        (AsyncCallable(), True),
        (AsyncCallable().method, True),
        (lambda origin: True, False),
    ],
)
def test_sync_and_async_are_told_apart_without_calling(predicate: Any, is_async: bool) -> None:
    assert is_async_predicate(predicate) is is_async
    assert Policy(allow_origins=[predicate]).is_async is is_async


@pytest.mark.parametrize("predicate", [known, known_async, Recorder(), AsyncCallable()])
def test_what_a_predicate_allows_is_allowed(predicate: Any) -> None:
    policy = Policy(allow_origins=[OK, predicate], allow_credentials=True)
    allowed, denied = both(policy, KNOWN), both(policy, STRANGER)
    assert (allowed.kind, allowed.vary, allowed.allowed) == ("actual", VARY, True)
    assert allowed.headers == (
        (b"access-control-allow-origin", b"https://known.example"),
        (b"access-control-allow-credentials", b"true"),
    )
    assert (allowed.reason.code, allowed.reason.field, allowed.reason.index) == ("allowed", "allow_origins", 1)
    assert (denied.kind, denied.headers, denied.vary, denied.allowed) == ("actual", (), VARY, False)
    assert denied.reason.code == "origin-unlisted"


def test_a_preflight_asks_too() -> None:
    policy = Policy(allow_origins=[known], allow_methods=["PUT"])
    preflight = {"Access-Control-Request-Method": "PUT"}
    assert both(policy, KNOWN | preflight, "OPTIONS").status == 204
    assert both(policy, STRANGER | preflight, "OPTIONS").status == 403


def test_it_is_asked_once_a_request_and_its_answer_is_kept() -> None:
    recorder = Recorder()
    decision = Policy(allow_origins=[recorder]).decide("GET", KNOWN)
    assert decision.allowed
    assert decision.reason == decision.reason
    assert recorder.asked == [Origin("https", "known.example")]


def test_it_is_not_asked_where_a_pattern_decides_or_there_is_no_origin() -> None:
    recorder = Recorder()
    policy = Policy(allow_origins=[recorder, OK, "https://*.example.com"])
    for headers in ({"Origin": OK}, {"Origin": "https://x.example.com"}, {}):
        policy.decide("GET", headers)
        decide(policy, CORSRequest.of("GET", headers))
    assert recorder.asked == []


@pytest.mark.parametrize("origin", [*HOSTILE_ORIGINS, b"null", b"file://"], ids=lambda value: repr(value)[:50])
def test_it_sees_well_formed_origins_alone(origin: bytes) -> None:
    asked: list[Origin] = []
    policy = Policy(allow_origins=[lambda origin: asked.append(origin) or True])  # type: ignore[func-returns-value]
    for decision in (
        policy.decide("GET", [(b"origin", origin)]),
        decide(policy, CORSRequest.of("GET", [(b"origin", origin)])),
    ):
        assert (decision.headers, decision.vary) == ((), VARY)
        assert not decision.allowed
    assert asked == []


@pytest.mark.parametrize("predicate", [fails, fails_async, impatient])
def test_a_failure_is_a_denial_that_is_not_cached(predicate: Any) -> None:
    policy = Policy(allow_origins=[OK, predicate])
    decision = both(policy, KNOWN)
    assert (decision.kind, decision.status, decision.headers, decision.vary) == ("actual", None, NO_STORE, VARY)
    assert isinstance(decision.error, LookupError | TimeoutError)
    assert decision.reason.code == "predicate-failed"
    assert ("error", repr(decision.error)) in decision.reason.evidence
    assert both(policy, {"Origin": OK}).headers == ((b"access-control-allow-origin", OK.encode()),)


def test_a_failure_denies_a_preflight_and_is_not_cached() -> None:
    decision = both(Policy(allow_origins=[fails]), KNOWN | {"Access-Control-Request-Method": "PUT"}, "OPTIONS")
    assert (decision.kind, decision.status) == ("preflight", 403)
    assert decision.headers == (*NO_STORE, (b"content-length", b"0"))


def test_a_failure_refuses_where_the_policy_refuses() -> None:
    decision = both(Policy(allow_origins=[fails], refuse_disallowed=True), KNOWN)
    assert (decision.kind, decision.status) == ("refused", 403)
    assert NO_STORE[0] in decision.headers


@pytest.mark.parametrize("predicates", [[fails, known], [known, fails], [fails_async, known_async], [impatient, known]])
def test_another_predicate_may_still_allow(predicates: list[Any]) -> None:
    decision = both(Policy(allow_origins=predicates), KNOWN)
    assert decision.headers == ((b"access-control-allow-origin", b"https://known.example"),)
    assert decision.allowed


@pytest.mark.parametrize("predicates", [[never], [known_async, never], [never, known]])
def test_a_timeout_is_a_denial_that_is_not_cached(predicates: list[Any]) -> None:
    decision = both(Policy(allow_origins=predicates, predicate_timeout=0.01), STRANGER)
    assert (decision.headers, decision.vary) == (NO_STORE, VARY)
    assert isinstance(decision.error, TimeoutError)


def test_the_first_failure_is_the_one_that_is_kept() -> None:
    decision = both(Policy(allow_origins=[fails_async, never], predicate_timeout=0.01), STRANGER)
    assert isinstance(decision.error, LookupError)


def test_of_two_failures_the_first_is_kept() -> None:
    def fails_otherwise(origin: Origin) -> bool:
        raise ValueError("another")

    for predicates in ([fails, fails_otherwise], [fails_async, fails_otherwise]):
        assert isinstance(both(Policy(allow_origins=predicates), STRANGER).error, LookupError)


def test_a_cancelled_request_is_cancelled() -> None:
    async def main() -> None:
        asked = asyncio.Event()

        async def hangs(origin: Origin) -> bool:
            asked.set()
            return await never(origin)

        task = asyncio.create_task(Policy(allow_origins=[hangs]).adecide("GET", KNOWN))
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


def test_what_a_predicate_awaits_may_be_cancelled_without_the_request() -> None:
    """A look-up that requests share is cancelled when the request that began it goes away: the others live on."""

    async def shared_lookup(origin: Origin) -> bool:
        lookup = asyncio.get_running_loop().create_future()
        lookup.cancel()
        await lookup
        return True

    denied = both(Policy(allow_origins=[shared_lookup]), KNOWN)
    assert (denied.headers, denied.allowed, type(denied.error)) == (NO_STORE, False, RuntimeError)
    assert both(Policy(allow_origins=[shared_lookup, known]), KNOWN).allowed
    assert isinstance(both(Policy(allow_origins=[fails_async, shared_lookup]), STRANGER).error, LookupError)


async def allows_too_late(origin: Origin) -> bool:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return True
    return False


async def fails_too_late(origin: Origin) -> bool:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        raise LookupError("the driver's own error for a cancelled query") from None
    return False


@pytest.mark.parametrize(
    ("predicates", "error"),
    [([allows_too_late], TimeoutError), ([fails_too_late, known], LookupError), ([fails_too_late, never], LookupError)],
    ids=["an answer after the time", "an error after the time", "the next one would wait for ever"],
)
def test_a_predicate_that_catches_its_cancellation_gains_nothing(predicates: list[Any], error: type[Exception]) -> None:
    decision = both(Policy(allow_origins=predicates, predicate_timeout=0.01), KNOWN)
    assert (decision.headers, decision.allowed, type(decision.error)) == (NO_STORE, False, error)


@pytest.mark.parametrize("answer", [1, "yes", None, object(), [True]])
def test_an_answer_that_is_no_bool_is_a_failure(answer: object) -> None:
    """`return row` and `return re.match(...)` must not let anyone in by being true."""
    decision = both(Policy(allow_origins=[lambda origin: answer]), KNOWN)  # type: ignore[arg-type, return-value]
    assert (decision.headers, decision.allowed) == (NO_STORE, False)
    assert isinstance(decision.error, TypeError)
    assert "answers True or False" in str(decision.error)


def test_a_coroutine_that_nobody_awaits_is_a_failure_and_is_closed() -> None:
    """A lambda around an async function is not told apart; its coroutine, true as any object, lets nobody in."""
    decision = both(Policy(allow_origins=[lambda origin: known_async(origin)]), KNOWN)
    assert isinstance(decision.error, TypeError)
    assert decision.headers == NO_STORE


def test_the_outcome_names_the_predicate_that_allowed() -> None:
    origin = Origin("https", "known.example")
    nobody = (lambda origin: False, False)
    assert ask(Question(origin, False, (nobody, (known, False)))) == Outcome(index=1)
    assert not ask(Question(origin, False, (nobody,))).allowed
