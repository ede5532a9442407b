"""What else than CORS an element asks of a response: a readable one can still be none that it takes."""

from collections.abc import Callable

from crossorigin.browser import JAVASCRIPT_MIME_TYPES, Feature, Response
from crossorigin.standard import mime_type_essence

from ._shown import visible


def _is_script(essence: str | None) -> bool:
    return essence in JAVASCRIPT_MIME_TYPES


def _is_event_stream(essence: str | None) -> bool:
    return essence == "text/event-stream"


TYPES: dict[str, tuple[Callable[[str | None], bool], str]] = {
    **dict.fromkeys(("module", "import", "modulepreload", "audio-worklet"), (_is_script, "a JavaScript Content-Type")),
    "event-source": (_is_event_stream, "Content-Type: text/event-stream"),
}
"""https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script and
https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-eventsource-announce"""


def element_note(feature: Feature, response: Response) -> str | None:
    """Why the element fails on a response that the page may read; None where nothing is known against it."""
    if feature.name not in TYPES:
        return None
    takes, wanted = TYPES[feature.name]
    value = response.headers.get(b"content-type")
    if not 200 <= response.status <= 299:
        said = f"the status is {response.status}"
    elif not takes(None if value is None else mime_type_essence(value)):
        said = f"the Content-Type is {'absent' if value is None else visible(value, 80)}"
    else:
        return None
    return (
        f"CORS lets it pass, and {feature.title} fails all the same: it wants a status of 200 to 299 and {wanted}, "
        f"and {said}."
    )
