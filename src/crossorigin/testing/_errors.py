"""What a test gets instead of a response."""

from crossorigin.browser import Feature, NetworkFailure, Verdict
from crossorigin.explain import explain, render_text


class _Ended(Exception):
    """A fetch that ended without a response for the script. `verdict` says why."""

    def __init__(self, verdict: Verdict, *, in_process: bool = False) -> None:
        super().__init__(verdict)
        self.verdict = verdict
        self._in_process = in_process

    def __str__(self) -> str:
        explanation = explain(self.verdict, in_process=self._in_process)
        _, _, story = render_text(explanation).partition("\n\n")  # without its heading
        return f"{self.verdict.reason}: {explanation.title}\n\n{story}".rstrip("\n")


class CORSBlocked(_Ended):
    """The browser would not let the page have this response. `verdict` says why, and what happened all the same.

    Its text reads like a compiler's error: the reason's code and what it means, the step, the evidence, what to change.
    """

    __module__ = "crossorigin.testing"  # as a traceback calls it: where it is imported from


class LoadFailed(_Ended):
    """CORS lets the response pass, and the feature does not take it: a page in place of a script, an error's status."""

    __module__ = "crossorigin.testing"

    def __init__(self, verdict: Verdict, *, in_process: bool = False, feature: Feature) -> None:
        super().__init__(verdict, in_process=in_process)
        self._feature = feature

    def __str__(self) -> str:
        explanation = explain(self.verdict, feature=self._feature, in_process=self._in_process)
        return f"{explanation.title} {explanation.element}"


class NoAnswer(_Ended):
    """There was no response at all, so this is not a CORS problem. `verdict` says what went wrong."""

    __module__ = "crossorigin.testing"


class BodyBroken(Exception):
    """The response came, and its body did not, or not whole: reading it rejects in a browser too."""

    __module__ = "crossorigin.testing"

    def __init__(self, url: str, failure: NetworkFailure) -> None:
        super().__init__(f"the body of {url} broke off: {failure.message}")
        self.failure = failure


class NoSuchApp(LookupError):
    """A request went to an origin that the browser has no app for, and it may not go out to the network."""

    __module__ = "crossorigin.testing"
