"""The pytest plugin: the fixture `cors_browser`, and what the browser saw, below each test that failed.

It is loaded in every run of pytest where crossorigin is installed, so it imports nothing until it is used.
"""

import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from crossorigin.browser import Verdict
    from crossorigin.testing import Browser


@pytest.fixture
def cors_browser() -> "Iterator[Callable[..., Browser]]":
    """Makes browsers: `cors_browser({"https://api.example.com": app}, profile="chromium")`.

    It takes what `crossorigin.testing.Browser` takes. Each has its own cookies and preflight cache, and is closed after
    the test, which shuts its apps down.
    """
    try:
        from crossorigin.testing import Browser  # only where it is used
    except ModuleNotFoundError as error:
        pytest.fail(
            f"the fixture cors_browser needs the browser half ({error.name} is missing): "
            "pip install 'crossorigin[browser]'",
            pytrace=False,
        )
    with ExitStack() as stack:

        def make(*args: Any, **options: Any) -> Browser:
            return stack.enter_context(Browser(*args, **options))

        yield make


def pytest_runtest_setup() -> None:
    """A report is to show the verdicts of its own test only."""
    testing = sys.modules.get("crossorigin.testing")
    if testing is not None:
        testing.forget_verdicts()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,  # noqa: ARG001  # the hook's own signature
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds what the browser saw to the report of a test that failed, if it used one, and leaves our own frames out."""
    testing = sys.modules.get("crossorigin.testing")
    if testing is not None and call.excinfo is not None:
        _hide_our_frames()
    report = yield
    if testing is not None and call.when == "call" and report.failed:
        verdicts = testing.recent_verdicts()
        if verdicts:
            report.sections.append(("crossorigin", _story(verdicts, call.excinfo and call.excinfo.value)))
    return report


_OURS = ("crossorigin.browser", "crossorigin.drivers", "crossorigin.testing")


def _hide_our_frames() -> None:
    """Where an exception comes out of a browser, the test and the app are of interest, not what lies between them."""
    for name, module in list(sys.modules.items()):
        if name.startswith(_OURS):
            vars(module).setdefault("__tracebackhide__", _is_no_fault_of_ours)


def _is_no_fault_of_ours(excinfo: "pytest.ExceptionInfo[BaseException]") -> bool:
    from crossorigin.browser import RequestError
    from crossorigin.testing import BodyBroken, CORSBlocked, LifespanFailed, NoAnswer, NoSuchApp

    ours = (BodyBroken, CORSBlocked, LifespanFailed, NoAnswer, NoSuchApp, RequestError)
    raised_in = str(excinfo.traceback[-1].frame.f_globals.get("__name__"))
    return isinstance(excinfo.value, ours) or not raised_in.startswith(_OURS)


def _story(verdicts: "tuple[Verdict, ...]", error: BaseException | None) -> str:
    """A line for each fetch of the test, then the whole of the last one that was not readable, or of the last.

    Of one that the error tells already, the exchange alone.
    """
    from crossorigin.explain import explain, render_text  # only where it is used

    lines = [_line(verdict) for verdict in verdicts]
    chosen = next((verdict for verdict in reversed(verdicts) if not verdict.readable), verdicts[-1])
    story = render_text(explain(chosen, in_process=True), verbose=True)
    if _tells(error, chosen):
        _, heading, exchange = story.rpartition("\nExchange\n")
        story = heading.lstrip() + exchange
    return "\n".join([*lines, "", story])


def _tells(error: BaseException | None, verdict: "Verdict") -> bool:
    """Whether this error, or one that led to it, has the verdict's story for its text, or is the app's own."""
    from crossorigin.browser import NetworkFailure
    from crossorigin.testing import CORSBlocked, NoAnswer

    answer = verdict.exchanges[-1].answer if verdict.exchanges else None
    if isinstance(answer, NetworkFailure) and answer.kind == "application" and type(error).__name__ in answer.message:
        return True
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, CORSBlocked | NoAnswer) and error.verdict.steps is verdict.steps:
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def _line(verdict: "Verdict") -> str:
    reason = "" if verdict.reason is None else f" ({verdict.reason})"
    request = verdict.request
    return f"{request.method} {request.url} from {verdict.page.origin}: {verdict.outcome}{reason}"
