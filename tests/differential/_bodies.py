"""What each feature takes for a good answer."""

from __future__ import annotations

from collections.abc import Mapping

from tests.differential import _assets
from tests.differential._case import Call, Feature
from tests.differential._server import Answer

THROWS = b"throw new Error('secret')"
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nx\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect id="a" width="9" height="9"/></svg>'
EVENTS = b"data: x\n\n"

BODIES: Mapping[str, tuple[str, bytes]] = {
    "audio": ("audio/wav", _assets.wav()),
    "audio-worklet": ("text/javascript", b""),
    "background-image": ("image/png", _assets.png()),
    "beacon": ("text/plain", b""),
    "embed": ("text/html", b"x"),
    "event-source": ("text/event-stream", EVENTS),
    "font": ("font/ttf", _assets.font()),
    "form": ("text/html", b"x"),
    "iframe": ("text/html", b"x"),
    "image": ("image/png", _assets.png()),
    "import": ("text/javascript", b"export default 1"),
    "import-scripts": ("text/javascript", b""),
    "mask-image": ("image/png", _assets.png()),
    "module": ("text/javascript", THROWS),
    "modulepreload": ("text/javascript", b""),
    "object": ("text/html", b"x"),
    "ping": ("text/plain", b""),
    "prefetch": ("text/html", b"x"),
    "preload": ("text/plain", b"x"),
    "script": ("text/javascript", THROWS),
    "service-worker": ("text/javascript", b""),
    "shape-outside": ("image/png", _assets.png()),
    "shared-worker": ("text/javascript", b"onconnect = (e) => e.ports[0].postMessage('ran')"),
    "stylesheet": ("text/css", b"a{color:red}"),
    "svg-use": ("image/svg+xml", SVG),
    "track": ("text/vtt", VTT),
    "video": ("video/mp4", b"x"),
    "websocket": ("text/plain", b""),
    "worker": ("text/javascript", b"postMessage('ran')"),
}


def fitting(call: Call, *lines: str) -> Answer:
    """An answer that the call can use, if these lines let it."""
    if not isinstance(call, Feature):
        return Answer(lines=lines)
    content_type, body = BODIES[call.name]
    return Answer(lines=(*lines, f"Content-Type: {content_type}"), body=body)
