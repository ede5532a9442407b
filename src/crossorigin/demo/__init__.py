"""The demonstration: an API on one origin, a page on another, and both halves held against a real browser.

>>> with Demo() as demo:
...     predictions = list(predict(demo.runs.start(), demo.origins))
>>> [surprise for prediction in predictions for surprise in prediction.surprises]
[]
"""

from ._api import policies
from ._predict import Origins, Prediction, predict
from ._result import Result
from ._scenario import ROWS, SCENARIO, Expected, Group, Row
from ._serve import Demo, PortUnavailable
from ._terminal import head_lines, row_lines, summary_lines

__all__ = [
    "ROWS",
    "SCENARIO",
    "Demo",
    "Expected",
    "Group",
    "Origins",
    "PortUnavailable",
    "Prediction",
    "Result",
    "Row",
    "head_lines",
    "policies",
    "predict",
    "row_lines",
    "summary_lines",
]
