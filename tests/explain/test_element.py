"""What else than CORS an element asks of a response is said, and only where it is so."""

import pytest

from crossorigin.browser import FEATURES, feature_request, page_at
from crossorigin.explain import explain
from tests.explain.verdicts import API, ORIGIN, head, run

PAGE = page_at(f"{ORIGIN}/")


@pytest.mark.parametrize(
    ("feature", "status", "content_type", "said"),
    [
        pytest.param("module", 200, "text/javascript;charset=utf-8", None, id="a module as it should be"),
        pytest.param("module", 200, "text/html", "the Content-Type is text/html", id="a module that is a page"),
        pytest.param("module", 200, None, "the Content-Type is absent", id="a module without a type"),
        pytest.param("module", 404, "text/javascript", "the status is 404", id="a module that is not found"),
        pytest.param("import", 200, "application/json", "the Content-Type is application/json", id="import() of JSON"),
        pytest.param("event-source", 200, "Text/Event-Stream", None, id="an event stream"),
        pytest.param("event-source", 200, "text/html", "the Content-Type is text/html", id="no event stream"),
        pytest.param("font", 200, "text/html", None, id="a font, whose type nobody asks"),
    ],
)
def test_a_readable_response_that_the_element_does_not_take(
    feature: str, status: int, content_type: str | None, said: str | None
) -> None:
    fields = {"Access-Control-Allow-Origin": ORIGIN} | ({} if content_type is None else {"Content-Type": content_type})
    verdict = run(head(status, fields), request=feature_request(PAGE, feature, API), page=PAGE)
    assert verdict.readable
    explanation = explain(verdict, feature=FEATURES[feature])
    assert (explanation.element is not None) == (said is not None)
    assert explanation.element is None or said in explanation.element  # type: ignore[operator]
    assert ("fails, though CORS lets the response pass" in explanation.title) == (said is not None)
