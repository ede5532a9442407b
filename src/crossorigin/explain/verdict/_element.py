"""What else than CORS an element asks of a response, in words."""

from crossorigin.browser import ElementFailure, Feature

from .._shown import visible


def element_title(feature: Feature) -> str:
    """That it fails, though the response passes."""
    return f"{feature.title} fails, though CORS lets the response pass."


def element_sentence(feature: Feature, failure: ElementFailure) -> str:
    """What it takes, and what came.

    >>> from crossorigin.browser import feature_named
    >>> failure = ElementFailure(statuses=None, types=None, status=404, content_type=b"text/html")
    >>> print(element_sentence(feature_named("image"), failure))
    The status is 404 and the Content-Type is text/html: nothing that <img> takes. A page or an error came in its place.
    """
    came = "absent" if failure.content_type is None else visible(failure.content_type, 80)
    page = " A page or an error came in its place." if failure.is_page else ""
    if failure.by_status:
        takes = "200" if failure.statuses == range(200, 201) else "200 to 299"
        return f"{feature.title} takes a response with status {takes}, and the status is {failure.status}.{page}"
    if failure.types is None:
        return (
            f"The status is {failure.status} and the Content-Type is {came}: nothing that {feature.title} takes.{page}"
        )
    takes = next(iter(failure.types)) if len(failure.types) == 1 else "text/javascript"
    return f"{feature.title} takes a response with Content-Type: {takes}, and the Content-Type is {came}.{page}"
