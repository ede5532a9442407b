"""Web features, and the requests they make: destination, mode, credentials, and what a failure does.

The table was held against Chromium 156 and Firefox 153. Where a feature takes the `crossorigin` attribute, the row
tells what it does without it; `feature_request` applies the attribute. The file is long because the table is.
"""

from dataclasses import dataclass
from typing import Literal

from crossorigin.standard import HeaderFields, HeaderList, is_cors_safelisted_request_header, visible

from ._body import Blob, BodyInit, BodyWithType, extract
from ._errors import RequestError
from ._request import Credentials, Mode, Page, Request
from ._url import parse_url

CrossOrigin = Literal["anonymous", "use-credentials"]
Attribute = Literal["none", "selects-mode", "selects-credentials"]

WEBSOCKET_KEY = b"Y3Jvc3NvcmlnaW4gMjAyNg=="
"""A nonce of sixteen bytes: nobody is fooled by a fixed one, and nothing here is random."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One way in which a page makes a request.

    `attribute` says what `crossorigin` does: nothing, switch the mode to cors, or only choose the credentials. `fails`
    is what the page sees when the response is blocked; `opaque` what it may do with a cross-origin response that loads
    but is not readable, "" where that cannot be; `title` is how the field writes the feature.
    """

    name: str
    title: str
    destination: str
    mode: Mode
    credentials: Credentials
    fails: str
    opaque: str = ""
    attribute: Attribute = "none"
    method: str = "GET"
    initiator_type: str = "other"


_IMAGE_OPAQUE = "shown; a canvas or texture that it enters is tainted: getImageData, toBlob and texImage2D throw"
_MEDIA_OPAQUE = "plays; captured frames taint a canvas, and WebAudio hears silence"
_SCRIPT_OPAQUE = "runs; window.onerror hears only 'Script error.'"
_STYLE_OPAQUE = "applied; cssRules throws"
_PRELOAD_OPAQUE = "kept for a later use with the same mode and credentials, fetched again for any other"
_WORKLET_FAILS = "addModule() rejects with an AbortError"
_NAVIGATED = "shown, apart from the page: it cannot be read, and CORS has no say"

_ROWS = (
    Feature(
        name="fetch",
        title="fetch()",
        destination="",
        mode="cors",
        credentials="same-origin",
        fails="the promise rejects with a TypeError",
        initiator_type="fetch",
    ),
    Feature(
        name="xhr",
        title="XMLHttpRequest",
        destination="",
        mode="cors",
        credentials="same-origin",
        fails="an error event; status is 0",
        initiator_type="xmlhttprequest",
    ),
    Feature(
        name="image",
        title="<img>",
        destination="image",
        mode="no-cors",
        credentials="include",
        fails="an error event; the image is not shown",
        opaque=_IMAGE_OPAQUE,
        attribute="selects-mode",
        initiator_type="img",
    ),
    Feature(
        name="script",
        title="<script>",
        destination="script",
        mode="no-cors",
        credentials="include",
        fails="an error event; the script does not run",
        opaque=_SCRIPT_OPAQUE,
        attribute="selects-mode",
        initiator_type="script",
    ),
    Feature(
        name="stylesheet",
        title="<link rel=stylesheet>",
        destination="style",
        mode="no-cors",
        credentials="include",
        fails="an error event; the style sheet is not applied",
        opaque=_STYLE_OPAQUE,
        attribute="selects-mode",
        initiator_type="css",
    ),
    Feature(
        name="audio",
        title="<audio>",
        destination="audio",
        mode="no-cors",
        credentials="include",
        fails="an error event; nothing plays",
        opaque=_MEDIA_OPAQUE,
        attribute="selects-mode",
        initiator_type="audio",
    ),
    Feature(
        name="video",
        title="<video>",
        destination="video",
        mode="no-cors",
        credentials="include",
        fails="an error event; nothing plays",
        opaque=_MEDIA_OPAQUE,
        attribute="selects-mode",
        initiator_type="video",
    ),
    Feature(
        name="module",
        title="<script type=module>",
        destination="script",
        mode="cors",
        credentials="same-origin",
        fails="an error event; the module and what imports it do not run",
        attribute="selects-credentials",
        initiator_type="script",
    ),
    Feature(
        name="import",
        title="import()",
        destination="script",
        mode="cors",
        credentials="same-origin",
        fails="the promise rejects with a TypeError",
        initiator_type="script",
    ),
    Feature(
        name="modulepreload",
        title="<link rel=modulepreload>",
        destination="script",
        mode="cors",
        credentials="same-origin",
        fails="an error event (Firefox: a load event); nothing is kept",
        attribute="selects-credentials",
        initiator_type="link",
    ),
    Feature(
        name="font",
        title="@font-face",
        destination="font",
        mode="cors",
        credentials="same-origin",
        fails="the fallback font is used; FontFace.load() rejects with a NetworkError",
        initiator_type="css",
    ),
    Feature(
        name="shape-outside",
        title="shape-outside: url()",
        destination="image",
        mode="cors",
        credentials="same-origin",
        fails="the shape is ignored",
        initiator_type="css",
    ),
    Feature(
        name="mask-image",
        title="mask-image: url()",
        destination="image",
        mode="cors",
        credentials="same-origin",
        fails="the mask is ignored",
        initiator_type="css",
    ),
    Feature(
        name="background-image",
        title="background-image: url()",
        destination="image",
        mode="no-cors",
        credentials="include",
        fails="the image is not shown",
        opaque="shown; nothing reads it",
        initiator_type="css",
    ),
    Feature(
        name="svg-use",
        title="<svg><use>, filter: url()",
        destination="image",
        mode="same-origin",
        credentials="same-origin",
        fails="nothing is drawn",
        initiator_type="use",
    ),
    Feature(
        name="track",
        title="<track>",
        destination="track",
        mode="same-origin",
        credentials="same-origin",
        fails="an error event; no captions",
        attribute="selects-mode",
        initiator_type="track",
    ),
    Feature(
        name="worker",
        title="new Worker()",
        destination="worker",
        mode="same-origin",
        credentials="same-origin",
        fails="an error event (Chromium: the constructor throws a SecurityError)",
    ),
    Feature(
        name="shared-worker",
        title="new SharedWorker()",
        destination="sharedworker",
        mode="same-origin",
        credentials="same-origin",
        fails="an error event (Chromium: the constructor throws a SecurityError)",
    ),
    Feature(
        name="service-worker",
        title="navigator.serviceWorker.register()",
        destination="serviceworker",
        mode="same-origin",
        credentials="same-origin",
        fails="the promise rejects with a SecurityError",
    ),
    Feature(
        name="import-scripts",
        title="importScripts()",
        destination="script",
        mode="no-cors",
        credentials="include",
        fails="a NetworkError is thrown",
        opaque=_SCRIPT_OPAQUE,
    ),
    Feature(
        name="audio-worklet",
        title="audioWorklet.addModule()",
        destination="audioworklet",
        mode="cors",
        credentials="same-origin",
        fails=_WORKLET_FAILS,
    ),
    Feature(
        name="paint-worklet",
        title="CSS.paintWorklet.addModule()",
        destination="paintworklet",
        mode="cors",
        credentials="same-origin",
        fails=_WORKLET_FAILS,
    ),
    Feature(
        name="event-source",
        title="EventSource",
        destination="",
        mode="cors",
        credentials="same-origin",
        fails="an error event; readyState is CLOSED",
        attribute="selects-credentials",
    ),
    Feature(
        name="websocket",
        title="WebSocket",
        destination="",
        mode="websocket",
        credentials="include",
        fails="an error event, then a close event with code 1006",
    ),
    Feature(
        name="webtransport",
        title="WebTransport",
        destination="",
        mode="webtransport",
        credentials="omit",
        fails="ready and closed reject with a WebTransportError",
        method="CONNECT",
    ),
    Feature(
        name="beacon",
        title="navigator.sendBeacon()",
        destination="",
        mode="no-cors",
        credentials="include",
        fails="nothing: sendBeacon() has returned true already",
        opaque="nobody reads it",
        method="POST",
        initiator_type="beacon",
    ),
    Feature(
        name="ping",
        title="<a ping>",
        destination="",
        mode="no-cors",
        credentials="include",
        fails="nothing",
        opaque="nobody reads it",
        method="POST",
        initiator_type="ping",
    ),
    Feature(
        name="form",
        title="<form method=post>",
        destination="document",
        mode="navigate",
        credentials="include",
        fails="an error page",
        opaque=_NAVIGATED,
        method="POST",
    ),
    Feature(
        name="link",
        title="<a href>",
        destination="document",
        mode="navigate",
        credentials="include",
        fails="an error page",
        opaque=_NAVIGATED,
    ),
    Feature(
        name="iframe",
        title="<iframe>",
        destination="iframe",
        mode="navigate",
        credentials="include",
        fails="an empty frame",
        opaque=_NAVIGATED,
    ),
    Feature(
        name="object",
        title="<object>",
        destination="object",
        mode="navigate",
        credentials="include",
        fails="an error event; the fallback content is shown",
        opaque=_NAVIGATED,
    ),
    Feature(
        name="embed",
        title="<embed>",
        destination="embed",
        mode="navigate",
        credentials="include",
        fails="an error event",
        opaque=_NAVIGATED,
    ),
    Feature(
        name="preload",
        title="<link rel=preload>",
        destination="",
        mode="no-cors",
        credentials="include",
        fails="an error event (Firefox: a load event); nothing is kept",
        opaque=_PRELOAD_OPAQUE,
        attribute="selects-mode",
        initiator_type="link",
    ),
    Feature(
        name="prefetch",
        title="<link rel=prefetch>",
        destination="",
        mode="no-cors",
        credentials="include",
        fails="an error event (Firefox: a load event); nothing is kept",
        opaque="kept for a later navigation",
        attribute="selects-mode",
        initiator_type="link",
    ),
    Feature(
        name="manifest",
        title="<link rel=manifest>",
        destination="manifest",
        mode="cors",
        credentials="same-origin",
        fails="the manifest is ignored",
        attribute="selects-credentials",
        initiator_type="link",
    ),
    Feature(
        name="icon",
        title="<link rel=icon>",
        destination="image",
        mode="no-cors",
        credentials="include",
        fails="the icon is not shown",
        opaque="shown; nothing reads it",
        attribute="selects-mode",
        initiator_type="link",
    ),
    Feature(
        name="report",
        title="Reporting API upload",
        destination="report",
        mode="cors",
        credentials="same-origin",
        fails="the report is kept for another attempt, and dropped at last",
        method="POST",
    ),
    Feature(
        name="csp-report",
        title="CSP report-uri",
        destination="report",
        mode="no-cors",
        credentials="same-origin",
        fails="nothing",
        opaque="nobody reads it",
        method="POST",
    ),
)

FEATURES: dict[str, Feature] = {feature.name: feature for feature in _ROWS}
"""Every feature, by name."""


def feature_named(name: str) -> Feature:
    """The feature of that name in `FEATURES`.

    Raises:
        ValueError: no feature has this name; the message names the one that was meant, or all of them.

    >>> feature_named("font").title
    '@font-face'
    """
    row = FEATURES.get(name)
    if row is None:
        from difflib import get_close_matches

        close = get_close_matches(name, FEATURES, n=1)
        hint = f"did you mean {close[0]}?" if close else f"choose one of {', '.join(FEATURES)}"
        raise ValueError(f"there is no feature {visible(name, 60)!r}: {hint}")
    return row


_HEADERS = {
    "audio": (b"range",),
    "video": (b"range",),
    "event-source": (b"last-event-id",),
    "websocket": (b"sec-websocket-protocol",),
}
"""What a feature adds to its requests beside what is said of it elsewhere."""

_REPORT_TYPES = {"report": b"application/reports+json", "csp-report": b"application/csp-report", "ping": b"text/ping"}


def feature_request(
    page: Page,
    feature: str,
    url: str,
    *,
    crossorigin: str | None = None,
    destination: str | None = None,
    with_credentials: bool = False,
    body: BodyInit | None = None,
    headers: HeaderFields = (),
) -> Request:
    """https://html.spec.whatwg.org/multipage/urls-and-fetching.html#create-a-potential-cors-request

    The request that this feature of a page makes; `FEATURES` lists them. `crossorigin` is the attribute's value as
    written ("" counts as anonymous), None where it is absent. `destination` is what `as` says on a preload, or what a
    module is imported as. `with_credentials` is EventSource's withCredentials. `body` is what a form, beacon or report
    carries; Content-Type in `headers` is the type of a beacon's Blob. Other `headers` are those that the feature itself
    adds: a media element's Range, EventSource's Last-Event-ID, a WebSocket's protocols.

    Raises:
        RequestError: the URL does not parse, or the feature refuses it.
        ValueError: there is no such feature, or it takes no such body, attribute, destination or header.

    >>> from crossorigin.browser import page_at
    >>> page = page_at("https://app.example.com/")
    >>> feature_request(page, "font", "https://cdn.example.net/f.woff2").mode
    'cors'
    >>> feature_request(page, "image", "https://cdn.example.net/i.png", crossorigin="anonymous").credentials
    'same-origin'
    """
    row = feature_named(feature)
    if feature in ("fetch", "xhr"):
        raise ValueError(f"{feature!r} has its own door: fetch_request, xhr_request")
    if crossorigin is not None and row.attribute == "none":
        raise ValueError(f"{row.title} has no crossorigin attribute")
    if with_credentials and feature != "event-source":
        raise ValueError("with_credentials is EventSource's: other features take crossorigin='use-credentials'")
    if body is not None and row.method != "POST":
        raise ValueError(f"{row.title} sends no body")
    fields = HeaderList.of(headers)
    if feature == "beacon":
        body, fields = _typed(b"" if body is None else body, fields), HeaderList()
    for field_name, _ in fields:
        if field_name.lower() not in _HEADERS.get(feature, ()):
            shown = visible(field_name, 60)
            raise ValueError(f"a page cannot set {shown} on {row.title}: leave out headers")
    mode, credentials = _apply_attribute(row, "use-credentials" if with_credentials else crossorigin)
    request = Request(
        url=_feature_url(page, row, url),
        method=row.method,
        headers=fields,
        mode=mode,
        credentials=credentials,
        destination=row.destination if destination is None or destination == "fetch" else destination,
        initiator="prefetch" if feature == "prefetch" else "",
        initiator_type=row.initiator_type,
        keepalive=feature in ("beacon", "ping"),
    )
    if row.method == "POST":
        request = _with_body(request, row, extract(b"" if body is None else body))
    match feature:
        case "event-source":
            return request.replace(headers=request.headers.set(b"Accept", b"text/event-stream"), cache="no-store")
        case "websocket":
            return _websocket_handshake(request)
        case "ping":
            return request.replace(referrer="")
        case "webtransport":
            return request.replace(redirect="error", cache="no-store")
        case "service-worker":
            return request.replace(headers=request.headers.set(b"Service-Worker", b"script"), redirect="error")
        case _:
            return request


def _typed(body: BodyInit, headers: HeaderList) -> BodyInit:
    """https://w3c.github.io/beacon/#sendbeacon-method

    `sendBeacon` takes no headers: what gives a body another type is a Blob.
    """
    value = headers.get(b"content-type")
    if any(name.lower() != b"content-type" for name, _ in headers):
        raise ValueError("sendBeacon() takes no headers: write body=Blob(data, type), or Content-Type alone")
    if value is None:
        return body
    return Blob(extract(body).data, value.decode("latin-1"))


def _apply_attribute(row: Feature, crossorigin: str | None) -> tuple[Mode, Credentials]:
    """https://html.spec.whatwg.org/multipage/urls-and-fetching.html#cors-settings-attribute

    Any value but use-credentials counts as anonymous.
    """
    if crossorigin is None:
        return row.mode, row.credentials
    return "cors", "include" if crossorigin.lower() == "use-credentials" else "same-origin"


def _feature_url(page: Page, row: Feature, url: str) -> str:
    parsed = parse_url(url, base=page.url)
    if parsed is None:
        raise RequestError("url", f"{url[:200]!r} is not a URL, even against {page.url[:200]!r}", name="SyntaxError")
    if row.mode == "websocket":
        if parsed.scheme in ("ws", "wss"):
            parsed = parsed.with_scheme("https" if parsed.scheme == "wss" else "http")
        if not parsed.is_http or parsed.fragment is not None:
            raise RequestError(
                "websocket-url", "a WebSocket takes a ws or wss URL without a fragment", name="SyntaxError"
            )
    if row.mode == "webtransport" and (parsed.scheme != "https" or parsed.fragment is not None):
        raise RequestError(
            "webtransport-url", "a WebTransport takes an https URL without a fragment", name="SyntaxError"
        )
    return parsed.href


def _with_body(request: Request, row: Feature, body: BodyWithType) -> Request:
    """https://w3c.github.io/beacon/#sendbeacon-method

    A beacon whose Content-Type is not safelisted goes by CORS, with a preflight; a report always does.
    """
    if not body.source:
        raise RequestError("stream", f"{row.title} takes no stream")
    content_type = _REPORT_TYPES.get(row.name, body.type)
    headers = request.headers if content_type is None else request.headers.set(b"Content-Type", content_type)
    request = request.replace(body=body.data, headers=headers)
    safelisted = content_type is None or is_cors_safelisted_request_header(b"Content-Type", content_type)
    if row.name == "report" or (row.name == "beacon" and not safelisted):
        return request.replace(mode="cors", unsafe_request=True)
    return request


def _websocket_handshake(request: Request) -> Request:
    """https://websockets.spec.whatwg.org/#concept-websocket-establish"""
    headers = request.headers
    for name, value in (
        (b"Upgrade", b"websocket"),
        (b"Connection", b"Upgrade"),
        (b"Sec-WebSocket-Key", WEBSOCKET_KEY),
        (b"Sec-WebSocket-Version", b"13"),
        (b"Sec-WebSocket-Extensions", b"permessage-deflate"),
    ):
        headers = headers.append(name, value)
    return request.replace(headers=headers, cache="no-store", redirect="error", referrer="")
