"""Evidence says what decided, and nothing that goes without saying."""

import pytest

from crossorigin.explain import explain
from tests.explain.verdicts import ORIGIN, Fields, head, run

OPEN = [("Access-Control-Allow-Origin", ORIGIN), ("Access-Control-Allow-Methods", "PUT")]


def evidence(fields: Fields, **options: object) -> dict[str, str]:
    cause = explain(run(head(200, fields), **options)).cause  # type: ignore[arg-type]
    assert cause is not None
    return dict(cause.evidence)


@pytest.mark.parametrize(("values", "lines"), [(["x"], None), (["x", "x"], "2"), (["x", "y", "z"], "3")])
def test_field_lines_are_counted_where_there_are_several(values: list[str], lines: str | None) -> None:
    fields = [("Access-Control-Allow-Origin", f"https://{value}.example.com") for value in values]
    assert evidence(fields).get("header lines") == lines


@pytest.mark.parametrize(("names", "others"), [(["X-A"], None), (["X-A", "X-B"], "x-a, x-b")])
def test_all_headers_are_listed_where_one_alone_was_not_asked_for(names: list[str], others: str | None) -> None:
    found = evidence(OPEN, method="PUT", headers=dict.fromkeys(names, "1"))
    assert (found["header"], found.get("headers")) == ("x-a", others)
