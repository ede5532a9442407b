"""The scenario in a terminal: a line a request, within 80 columns, as spans with roles that the command colours."""

from collections.abc import Iterator, Sequence

from crossorigin.browser import Outcome
from crossorigin.explain import Line, Role, Span

from ._predict import Origins, Prediction
from ._result import WORDS
from ._scenario import LABEL_WIDTH

ROLES: dict[Outcome, Role] = {Outcome.READABLE: "good", Outcome.BLOCKED: "bad", Outcome.OPAQUE: "strong"}

# The scenario's longest reason ends in column 80.
PREFLIGHT_WIDTH, OUTCOME_WIDTH, SERVER_WIDTH = 10, 8, 4
HEAD = f"{'REQUEST':{LABEL_WIDTH}}{'PREFLIGHT':{PREFLIGHT_WIDTH}}{'OUTCOME':{OUTCOME_WIDTH}}{'API':{SERVER_WIDTH}}WHY"


def head_lines(origins: Origins) -> Iterator[Line]:
    """Who is who, and the columns."""
    for name, origin in (("page", origins.page), ("API", origins.api), ("stranger", origins.stranger)):
        yield (Span(f"{name:10}", "faint"), Span(origin))
    yield ()
    yield (Span(HEAD, "faint"),)


def row_lines(prediction: Prediction) -> Iterator[Line]:
    """One request in one line, and a line more for each way in which it is not as the scenario says."""
    verdict, result = prediction.verdict, prediction.result
    said_why = verdict.reason is not None and verdict.outcome is not Outcome.OPAQUE
    yield (
        Span(f"{prediction.row.label:{LABEL_WIDTH}}"),
        Span(f"{'yes' if result.preflight is not None else '':{PREFLIGHT_WIDTH}}", "code"),
        Span(f"{WORDS[verdict.outcome]:{OUTCOME_WIDTH}}", ROLES.get(verdict.outcome, "bad")),
        Span(f"{'ran' if result.ran else '':{SERVER_WIDTH}}", "bad" if _ran_anyway(prediction) else "faint"),
        Span(str(verdict.reason) if said_why else ""),
    )
    for surprise in prediction.surprises:
        yield (Span(f"  not as the scenario says: {surprise}", "bad"),)


def summary_lines(predictions: Sequence[Prediction]) -> Iterator[Line]:
    """What it came to."""
    surprising = sum(bool(prediction.surprises) for prediction in predictions)
    ran_anyway = sum(_ran_anyway(prediction) for prediction in predictions)
    yield ()
    yield (Span(f"{ran_anyway} requests were BLOCKED for the page, and the API ran them all the same."),)
    if surprising:
        yield (Span(f"{surprising} of {len(predictions)} requests ended otherwise than they should.", "bad"),)
    else:
        yield (Span(f"{len(predictions)} requests, each as it should be.", "good"),)


def _ran_anyway(prediction: Prediction) -> bool:
    return prediction.verdict.outcome is Outcome.BLOCKED and prediction.result.ran
