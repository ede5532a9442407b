"""What a middleware reads of its policy for each request; swapped whole when the policy is."""

from collections.abc import Callable, Collection, Mapping

from crossorigin.policy import Answer, CompiledPolicy, Fields, Outcome, Policy, compile_policy

from . import _log
from ._arguments import Policies, each_policy


class Plan:
    """One policy or map of policies, ready.

    Attributes:
        compiled: the tables of the one policy; None for a map of policies.
        is_quick: nobody has to be asked or told. `constant`, or `matches` and `after_origin`, say all about requests
            that are not OPTIONS, and `compiled` about those.
        after_origin: what follows Access-Control-Allow-Origin on a response to an allowed Origin, Vary with it.
    """

    __slots__ = ("after_origin", "compiled", "constant", "debug", "is_quick", "matches", "policies")

    def __init__(self, policies: Policies, *, debug: bool) -> None:
        self.policies = policies
        self.debug = debug
        for policy in each_policy(policies):
            compile_policy(policy)  # now, and not while the first request waits
        self.compiled = compile_policy(policies) if isinstance(policies, Policy) else None
        self.is_quick = self.compiled is not None and self.compiled.asks_nobody and not debug
        self.constant: Fields | None = None
        self.matches: Callable[[bytes], bool] = frozenset[bytes]().__contains__
        self.after_origin: Fields = ()
        if self.compiled is not None:
            self.constant = self.compiled.constant
            self.matches = self.compiled.matches
            self.after_origin = (*self.compiled.after_origin, (b"vary", b"Origin"))

    def compiled_for(self, path: str) -> CompiledPolicy | None:
        """The tables for a decoded path; None where the app is to be left alone."""
        if self.compiled is not None or isinstance(self.policies, Policy):
            return self.compiled
        policy = self.policies.resolve(path)
        return None if policy is None else compile_policy(policy)

    def answer(
        self,
        compiled: CompiledPolicy,
        method: str,
        path: str,
        request: Mapping[bytes, bytes],
        outcome: Outcome,
        scheme: str | None,
        own_origins: Collection[str],
    ) -> Answer:
        """The answer, with what the operator is told about it."""
        if outcome.error is not None:
            _log.predicate_failed(outcome.error, request.get(b"origin"))
        answer = compiled.answer(method, request, outcome, scheme, own_origins)
        if self.debug and b"origin" in request:
            reason = compiled.reason(method, request, outcome, scheme=scheme, own_origins=own_origins)
            if not reason.allowed:
                _log.not_allowed(method, path, reason)
                if answer.body:
                    answer = _with_body(answer, b"%s: %s\n" % (answer.body, reason.code.encode("ascii")))
        return answer


def _with_body(answer: Answer, body: bytes) -> Answer:
    length = (b"content-length", b"%d" % len(body))
    return answer._replace(
        body=body, headers=tuple(length if field[0] == length[0] else field for field in answer.headers)
    )
