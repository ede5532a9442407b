"""What elements ask of a response beside CORS, by status and type."""

import pytest

from crossorigin.browser import FEATURES, Context, ResponseHead, element_failure, feature_request, fetch, page_at
from crossorigin.standard import HeaderList

PAGE = page_at("https://app.example.com/")
HTML = "text/html;charset=utf-8"

CASES = [
    *((name, 404, HTML, True) for name in ("image", "script", "stylesheet", "video", "background-image", "icon")),
    *((name, 200, HTML, True) for name in ("image", "script", "stylesheet", "audio", "module", "event-source")),
    ("image", 404, "image/png", False),
    ("image", 200, None, False),
    ("image", 200, "text/plain", False),
    ("script", 200, "text/plain", False),
    ("script", 200, None, False),
    ("script", 404, "text/javascript", True),
    ("stylesheet", 200, "text/css", False),
    ("stylesheet", 200, None, False),
    ("stylesheet", 200, "text/plain", True),
    ("stylesheet", 500, "text/css", True),
    ("module", 200, None, True),
    ("module", 204, "text/javascript", False),
    ("module", 200, "not a type", True),
    ("event-source", 204, "text/event-stream", True),
    ("event-source", 200, "text/event-stream", False),
    ("font", 404, HTML, False),
]


@pytest.mark.parametrize(("feature", "status", "content_type", "fails"), CASES)
def test_what_an_element_takes(feature: str, status: int, content_type: str | None, fails: bool) -> None:
    fields = {"Access-Control-Allow-Origin": "*"} | ({} if content_type is None else {"Content-Type": content_type})
    flow = fetch(feature_request(PAGE, feature, "https://cdn.example.net/a"), PAGE, context=Context())
    next(flow)
    with pytest.raises(StopIteration) as ended:
        flow.send(ResponseHead(status=status, headers=HeaderList.of(fields)))
    failure = element_failure(FEATURES[feature], ended.value.value)
    assert (failure is not None) == fails
    if failure is not None:
        assert failure.by_status == (failure.statuses is not None and status not in failure.statuses)
        assert failure.is_page == (content_type == HTML)


def test_what_is_blocked_or_never_sent_is_not_judged() -> None:
    flow = fetch(feature_request(PAGE, "module", "https://cdn.example.net/a"), PAGE, context=Context())
    next(flow)
    with pytest.raises(StopIteration) as ended:
        flow.send(ResponseHead(status=404))
    assert element_failure(FEATURES["module"], ended.value.value) is None
    with pytest.raises(StopIteration) as refused:
        next(fetch(feature_request(PAGE, "image", "https://cdn.example.net:1/"), PAGE, context=Context()))
    assert element_failure(FEATURES["image"], refused.value.value) is None
