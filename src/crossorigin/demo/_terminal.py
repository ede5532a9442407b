"""The scenario in a terminal: a line a request, within 80 columns."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from crossorigin.browser import Outcome

from ._predict import Origins, Prediction
from ._result import WORDS
from ._scenario import LABEL_WIDTH, ROWS

STYLES = {Outcome.READABLE: "green", Outcome.BLOCKED: "bold red", Outcome.OPAQUE: "magenta"}

# The scenario's longest reason ends in column 80.
PREFLIGHT_WIDTH, OUTCOME_WIDTH, SERVER_WIDTH = 10, 8, 4
HEAD = f"{'REQUEST':{LABEL_WIDTH}}{'PREFLIGHT':{PREFLIGHT_WIDTH}}{'OUTCOME':{OUTCOME_WIDTH}}{'API':{SERVER_WIDTH}}WHY"


def print_scenario(console: Console, origins: Origins, predictions: Iterable[Prediction]) -> int:
    """Print each row as it ends, and return how many were not as the scenario says."""
    for name, origin in (("page", origins.page), ("API", origins.api), ("stranger", origins.stranger)):
        _print(console, Text.assemble((f"{name:10}", "dim"), origin))
    _print(console, Text())
    _print(console, Text(HEAD, style="dim"))
    surprising = ran_anyway = 0
    for prediction in predictions:
        _print(console, _line(prediction))
        for surprise in prediction.surprises:
            _print(console, Text(f"  not as the scenario says: {surprise}", style="bold yellow"))
        surprising += bool(prediction.surprises)
        ran_anyway += _ran_anyway(prediction)
    _print(console, Text())
    _print(console, Text(f"{ran_anyway} requests were BLOCKED for the page, and the API ran them all the same."))
    if surprising:
        _print(
            console, Text(f"{surprising} of {len(ROWS)} requests ended otherwise than they should.", style="bold red")
        )
    else:
        _print(console, Text(f"{len(ROWS)} requests, each as it should be.", style="green"))
    return surprising


def _line(prediction: Prediction) -> Text:
    verdict, result = prediction.verdict, prediction.result
    return Text.assemble(
        f"{prediction.row.label:{LABEL_WIDTH}}",
        (f"{'yes' if result.preflight is not None else '':{PREFLIGHT_WIDTH}}", "cyan"),
        (f"{WORDS[verdict.outcome]:{OUTCOME_WIDTH}}", STYLES.get(verdict.outcome, "bold yellow")),
        (f"{'ran' if result.ran else '':{SERVER_WIDTH}}", "bold yellow" if _ran_anyway(prediction) else "dim"),
        "" if verdict.reason is None or verdict.outcome is Outcome.OPAQUE else verdict.reason.value,
    )


def _ran_anyway(prediction: Prediction) -> bool:
    return prediction.verdict.outcome is Outcome.BLOCKED and prediction.result.ran


def _print(console: Console, line: Text) -> None:
    """One line of output a line of text: a narrow terminal wraps it, a pipe gets it whole."""
    line.rstrip()
    console.print(line, soft_wrap=True, highlight=False)
