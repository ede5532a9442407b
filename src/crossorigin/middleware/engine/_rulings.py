"""What is done with one request, and who is asked before: the same for every framework."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple

from crossorigin.policy import NO_OUTCOME, REFUSAL, CompiledPolicy, Fields, Outcome, RequestURL

from ._native import NativeFields, native

_COULD_MEAN_ANOTHER = "//"

Outcomes = tuple[Outcome, Outcome]

NOT_ASKED: Outcomes = NO_OUTCOME, NO_OUTCOME


class Rule(NamedTuple):
    """What decides one request: tables, those of a candidate beside them, and the framework's name of the route.

    `knows_methods` is False where `allow_methods="route"` stands for the methods of a route that tells none, and so is
    `candidate_knows_methods`.
    """

    compiled: CompiledPolicy
    candidate: CompiledPolicy | None = None
    route: str | None = None
    knows_methods: bool = True
    candidate_knows_methods: bool = True

    @property
    def asks_predicates(self) -> bool:
        return self.compiled.has_predicates or (self.candidate is not None and self.candidate.has_predicates)

    @property
    def is_async(self) -> bool:
        return self.compiled.is_async or (self.candidate is not None and self.candidate.is_async)


class Asked(NamedTuple):
    """One request, as much of it as a decision depends on.

    Attributes:
        target: the framework's own request, for finding its route.
        path: decoded, whole, for logs and hooks.
        fields: as `read_request` gives them.
        scheme: of the request's URL; None where it is not known.
        below_root: the path that the framework routes by; None where frameworks could read it differently.
        lines: all header lines of the request.
    """

    target: Any
    method: str
    path: str
    fields: Mapping[bytes, bytes]
    scheme: str | None = None
    below_root: str | None = None
    lines: Iterable[tuple[bytes, bytes]] = ()

    @property
    def is_preflight(self) -> bool:
        """https://fetch.spec.whatwg.org/#cors-preflight-request"""
        fields = self.fields
        return self.method == "OPTIONS" and b"origin" in fields and b"access-control-request-method" in fields

    @property
    def wanted_method(self) -> str:
        """The method that the page wants to use: of a preflight, the one it asks for."""
        if self.is_preflight:
            return self.fields[b"access-control-request-method"].decode("latin-1")
        return self.method


class Ruling(NamedTuple):
    """What is done with one request.

    Attributes:
        fields: what goes on the response, Vary among it; None leaves the response as it is.
        status: of the answer in the place of the app's; None: the app answers.
        body: of that answer, without the one that HEAD leaves out.
        is_unguarded: a WebSocket handshake from an origin that the policy does not allow, which nothing holds up.
        must_not_be_stored: a predicate failed, so the response says nothing about its origin: no cache may keep it.
    """

    fields: Fields | None = None
    status: int | None = None
    body: bytes = b""
    is_unguarded: bool = False
    must_not_be_stored: bool = False

    @property
    def native_fields(self) -> NativeFields | None:
        return None if self.fields is None else native(self.fields)


LEFT_ALONE = Ruling()

UNGUARDED = Ruling(is_unguarded=True)

HANDSHAKE_REFUSED = Ruling(
    (
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(REFUSAL)),
        (b"cache-control", b"no-store"),
        (b"vary", b"Origin"),
    ),
    403,
    REFUSAL,
)


Ask = Callable[[Rule, Asked], Outcomes]
AskAsync = Callable[[Rule, Asked], Awaitable[Outcomes]]


async def ask(rule: Rule, asked: Asked) -> Outcomes:
    """What the predicates of a rule and of its candidate say of the Origin of a request."""
    outcome = await _ask(rule.compiled, rule, asked)
    return outcome, NO_OUTCOME if rule.candidate is None else await _ask(rule.candidate, rule, asked)


def ask_sync(rule: Rule, asked: Asked) -> Outcomes:
    """As `ask`, where nothing can be awaited."""
    outcome = _ask_sync(rule.compiled, rule, asked)
    return outcome, NO_OUTCOME if rule.candidate is None else _ask_sync(rule.candidate, rule, asked)


async def _ask(compiled: CompiledPolicy, rule: Rule, asked: Asked) -> Outcome:
    if not compiled.is_async:
        return _ask_sync(compiled, rule, asked)
    return await compiled.ask_async(asked.fields.get(b"origin"), _url_of(rule, asked))


def _ask_sync(compiled: CompiledPolicy, rule: Rule, asked: Asked) -> Outcome:
    return compiled.ask(asked.fields.get(b"origin"), _url_of(rule, asked) if compiled.wants_request else None)


def _url_of(rule: Rule, asked: Asked) -> RequestURL:
    """What a predicate of two parameters is told. No such predicate is asked about a path that could mean another."""
    return RequestURL(
        scheme=asked.scheme or "http",
        host=asked.fields.get(b"host", b"").decode("latin-1"),
        path=_COULD_MEAN_ANOTHER if asked.below_root is None else asked.below_root,
        route=rule.route,
    )
