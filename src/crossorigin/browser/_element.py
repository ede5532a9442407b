"""What an element asks of a response beside CORS: one that the page may read can still be none that it takes."""

from dataclasses import dataclass

from crossorigin.standard import mime_type_essence

from ._features import Feature
from ._mime_blocking import JAVASCRIPT_MIME_TYPES
from ._response import ResponseHead
from ._verdict import Outcome, Verdict

_PAGES = frozenset({"text/html", "application/xhtml+xml", "application/json"})
"""What comes in place of a resource: an error page, a login page, an API's error."""

OK_STATUSES = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Takes:
    """The statuses that an element takes (None: any), and of types either those that it takes or those it does not."""

    statuses: range | None = OK_STATUSES
    types: frozenset[str] | None = None
    not_types: frozenset[str] = frozenset()
    type_needed: bool = True


_IMAGE = _Takes(statuses=None, not_types=_PAGES)
_MEDIA = _Takes(not_types=_PAGES)
_SCRIPT = _Takes(types=JAVASCRIPT_MIME_TYPES)

_RULES: dict[str, _Takes] = {
    # https://html.spec.whatwg.org/multipage/webappapis.html#fetching-scripts
    **dict.fromkeys(("module", "import", "modulepreload", "audio-worklet", "paint-worklet"), _SCRIPT),
    **dict.fromkeys(("worker", "shared-worker", "service-worker", "import-scripts"), _SCRIPT),
    "script": _Takes(not_types=_PAGES),
    # https://html.spec.whatwg.org/multipage/semantics.html#link-type-stylesheet
    "stylesheet": _Takes(types=frozenset({"text/css"}), type_needed=False),
    # https://html.spec.whatwg.org/multipage/images.html: decoded whatever the status, by its bytes, which no page has.
    **dict.fromkeys(("image", "icon", "background-image", "mask-image", "shape-outside", "svg-use"), _IMAGE),
    # https://html.spec.whatwg.org/multipage/media.html
    **dict.fromkeys(("audio", "video", "track"), _MEDIA),
    # https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-eventsource-announce
    "event-source": _Takes(statuses=range(200, 201), types=frozenset({"text/event-stream"})),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementFailure:
    """A response that CORS lets pass and the element does not take.

    `statuses` and `types` are what it takes: None where it takes any, and where only the types of pages are refused.
    `status` and `content_type` are the response's.
    """

    statuses: range | None
    types: frozenset[str] | None
    status: int
    content_type: bytes | None

    @property
    def by_status(self) -> bool:
        """Whether the status is what it does not take; the type otherwise."""
        return self.statuses is not None and self.status not in self.statuses

    @property
    def is_page(self) -> bool:
        """Whether a page or an API's answer came in place of the resource."""
        return mime_type_essence(self.content_type or b"") in _PAGES


def element_failure(feature: Feature, verdict: Verdict) -> ElementFailure | None:
    """Why the element fails on a response that CORS lets pass; None where nothing is known against it.

    The status and the type tell; the bytes, which decide for images, Fetch does not see.

    >>> from crossorigin.browser import Context, ResponseHead, feature_named, feature_request, fetch, page_at
    >>> page = page_at("https://app.example.com/")
    >>> request = feature_request(page, "image", "https://cdn.example.net/logo.png")
    >>> flow = fetch(request, page, context=Context())
    >>> sent = next(flow)
    >>> try:
    ...     flow.send(ResponseHead(status=404, headers=request.headers.set(b"Content-Type", b"text/html")))
    ... except StopIteration as stop:
    ...     element_failure(feature_named("image"), stop.value).is_page
    True
    """
    rule = _RULES.get(feature.name)
    answer = verdict.exchanges[-1].answer if verdict.exchanges else None
    passed = verdict.outcome in (Outcome.READABLE, Outcome.OPAQUE)
    if rule is None or not passed or not isinstance(answer, ResponseHead):
        return None
    value = answer.headers.get(b"content-type")
    essence = None if value is None else mime_type_essence(value)
    fits_status = rule.statuses is None or answer.status in rule.statuses
    if essence is None:
        fits_type = rule.types is None or not rule.type_needed
    else:
        fits_type = essence not in rule.not_types and (rule.types is None or essence in rule.types)
    if fits_status and fits_type:
        return None
    return ElementFailure(statuses=rule.statuses, types=rule.types, status=answer.status, content_type=value)
