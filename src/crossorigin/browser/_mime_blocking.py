"""Responses that are blocked for their MIME type: scripts and style sheets that are none."""

from crossorigin.standard import HeaderList, get_decode_and_split, mime_type_essence

from ._check import Objection
from ._evidence import evidence
from ._verdict import Reason

SCRIPT_LIKE = frozenset({"audioworklet", "paintworklet", "script", "serviceworker", "sharedworker", "worker"})
"""https://fetch.spec.whatwg.org/#request-destination-script-like"""

JAVASCRIPT_MIME_TYPES = frozenset(
    {
        "application/ecmascript",
        "application/javascript",
        "application/x-ecmascript",
        "application/x-javascript",
        "text/ecmascript",
        "text/javascript",
        "text/javascript1.0",
        "text/javascript1.1",
        "text/javascript1.2",
        "text/javascript1.3",
        "text/javascript1.4",
        "text/javascript1.5",
        "text/jscript",
        "text/livescript",
        "text/x-ecmascript",
        "text/x-javascript",
    }
)
"""https://mimesniff.spec.whatwg.org/#javascript-mime-type"""

_STYLE = frozenset({"text/css"})


def blocked_due_to_its_mime_type(destination: str, headers: HeaderList) -> Objection | None:
    """https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-mime-type?

    >>> blocked_due_to_its_mime_type("script", HeaderList.of({"Content-Type": "image/png"}))[0]
    <Reason.MIME_TYPE: 'mime-type'>
    """
    essence = extract_a_mime_type(headers) if destination in SCRIPT_LIKE else None
    if essence is None:
        return None
    if essence.startswith(("audio/", "image/", "video/")) or essence == "text/csv":
        value = headers.get(b"content-type")
        return Reason.MIME_TYPE, evidence(content_type=value, destination=destination)
    return None


def blocked_due_to_nosniff(destination: str, headers: HeaderList) -> Objection | None:
    """https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-nosniff?

    >>> headers = HeaderList.of({"Content-Type": "text/plain", "X-Content-Type-Options": "nosniff"})
    >>> blocked_due_to_nosniff("style", headers)[0]
    <Reason.NOSNIFF: 'nosniff'>
    """
    wanted = JAVASCRIPT_MIME_TYPES if destination in SCRIPT_LIKE else _STYLE if destination == "style" else None
    if wanted is None or not determine_nosniff(headers) or extract_a_mime_type(headers) in wanted:
        return None
    return Reason.NOSNIFF, evidence(content_type=headers.get(b"content-type"), destination=destination)


def determine_nosniff(headers: HeaderList) -> bool:
    """https://fetch.spec.whatwg.org/#determine-nosniff"""
    value = headers.get(b"x-content-type-options")
    return value is not None and get_decode_and_split(value)[0].lower() == "nosniff"


def extract_a_mime_type(headers: HeaderList) -> str | None:
    """https://fetch.spec.whatwg.org/#concept-header-extract-mime-type

    The essence of the last of several types that parses and is not `*/*`; None is failure.
    """
    values = headers.get(b"content-type")
    essence: str | None = None
    for value in [] if values is None else get_decode_and_split(values):
        parsed = mime_type_essence(value.encode("latin-1"))
        if parsed is not None and parsed != "*/*":
            essence = parsed
    return essence
