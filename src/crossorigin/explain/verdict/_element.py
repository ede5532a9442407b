"""What else than CORS an element asks of a response: a readable one can still be none that it takes."""

from crossorigin.browser import JAVASCRIPT_MIME_TYPES, Feature, Response
from crossorigin.standard import mime_type_essence

from .._shown import visible

TYPES: dict[str, tuple[frozenset[str], str]] = {
    **dict.fromkeys(
        ("module", "import", "modulepreload", "audio-worklet"), (JAVASCRIPT_MIME_TYPES, "a JavaScript Content-Type")
    ),
    "event-source": (frozenset({"text/event-stream"}), "Content-Type: text/event-stream"),
}
"""https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script and
https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-eventsource-announce"""


def element_note(feature: Feature, response: Response) -> str | None:
    """Why the element fails on a response that the page may read; None where nothing is known against it."""
    if feature.name not in TYPES:
        return None
    types, wanted = TYPES[feature.name]
    value = response.headers.get(b"content-type")
    if not 200 <= response.status <= 299:
        said = f"the status is {response.status}"
    elif value is None or mime_type_essence(value) not in types:
        said = f"the Content-Type is {'absent' if value is None else visible(value, 80)}"
    else:
        return None
    return (
        f"CORS lets it pass, and {feature.title} fails all the same: it wants a status of 200 to 299 and {wanted}, "
        f"and {said}."
    )
