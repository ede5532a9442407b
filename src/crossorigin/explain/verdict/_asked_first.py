"""Why a browser sends a preflight: the method, each header by name, an upload listener or a stream."""

from collections.abc import Iterator

from crossorigin.browser import Request
from crossorigin.standard import (
    cors_unsafe_request_header_names,
    is_cors_safelisted_method,
    is_cors_safelisted_request_header,
)

from .._shown import Shown, visible
from ._tracing import tracer_of

SHOWN = 8


def why_preflighted(request: Request, shown: Shown) -> str:
    """What of the request makes the browser ask first, as the end of a sentence ("the method is PUT and …")."""
    causes = list(_causes(request, shown))
    if len(causes) > SHOWN:
        causes = [*causes[:SHOWN], f"{len(causes) - SHOWN} more headers"]
    return " and ".join(filter(None, [", ".join(causes[:-1]), causes[-1] if causes else ""]))


def _causes(request: Request, shown: Shown) -> Iterator[str]:
    if not is_cors_safelisted_method(request.method):
        yield f"the method is {visible(request.method, 40)}"
    for raw in cors_unsafe_request_header_names(request.headers.fields):
        name = raw.decode("latin-1")
        value = request.headers.get(raw) or b""
        tracer = tracer_of(name)
        if name == "content-type":
            yield f"the body is sent as {shown.field('Content-Type', value, 80)[1]}"
        elif is_cors_safelisted_request_header(raw, value):
            yield f"the header {visible(name, 60)} and others like it are longer than 1024 bytes in all"
        elif tracer is not None:
            yield f"{tracer.name} added the header {visible(name, 60)}"
        else:
            yield f"the page sets the header {visible(name, 60)}"
    if request.use_cors_preflight and request.initiator_type == "xmlhttprequest":
        yield "the page listens to upload events (xhr.upload)"
    elif request.use_cors_preflight and request.stream_body:
        yield "the body is a stream"
