"""What a test gets instead of a response."""

from crossorigin.browser import NetworkFailure, Verdict
from crossorigin.explain import explain, render_text


class _Ended(Exception):
    """A fetch that ended without a response for the script. `verdict` says why."""

    def __init__(self, verdict: Verdict, *, in_process: bool = False) -> None:
        super().__init__(verdict)
        self.verdict = verdict
        self._in_process = in_process

    def __str__(self) -> str:
        return render_text(explain(self.verdict, in_process=self._in_process)).rstrip("\n")


class CORSBlocked(_Ended):
    """The browser would not let the page have this response. `verdict` says why, and what happened all the same.

    Its text reads like a compiler's error: what, at which step, the evidence, and what to change.
    """


class NoAnswer(_Ended):
    """Nobody answered the request, so CORS has nothing to say about it. `verdict` says what went wrong."""


class BodyBroken(Exception):
    """The response came, and its body did not, or not whole: reading it rejects in a browser too."""

    def __init__(self, url: str, failure: NetworkFailure) -> None:
        super().__init__(f"the body of {url} broke off: {failure.message}")
        self.failure = failure


class NoSuchApp(LookupError):
    """A request went to an origin that the browser has no app for, and it may not go out to the network."""
