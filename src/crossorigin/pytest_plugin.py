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
    """Adds what the browser saw to the report of a test that failed, if it used one."""
    report = yield
    testing = sys.modules.get("crossorigin.testing")
    if testing is not None and call.when == "call" and report.failed:
        verdicts = testing.recent_verdicts()
        if verdicts:
            report.sections.append(("crossorigin", _story(verdicts)))
    return report


def _story(verdicts: "tuple[Verdict, ...]") -> str:
    """A line for each fetch of the test, then the whole of the last one that was not readable, or of the last."""
    from crossorigin.explain import explain, render_text  # only where it is used

    lines = [_line(verdict) for verdict in verdicts]
    told = next((verdict for verdict in reversed(verdicts) if not verdict.readable), verdicts[-1])
    return "\n".join([*lines, "", render_text(explain(told, in_process=True), verbose=True)])


def _line(verdict: "Verdict") -> str:
    reason = "" if verdict.reason is None else f" ({verdict.reason})"
    request = verdict.request
    return f"{request.method} {request.url} from {verdict.page.origin}: {verdict.outcome}{reason}"
