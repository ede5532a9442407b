"""HARs made by hand, as the tools write them."""

import json
from io import BytesIO
from typing import Any

from crossorigin.captures import Capture, CaptureError, Recorded, read_har

APP = "https://app.example.com"
API = "https://api.example.com/items"
CHROME = {"name": "WebInspector", "version": "537.36"}
FIREFOX = {"name": "Firefox", "version": "153.0"}

Headers = dict[str, str] | list[tuple[str, str]]


def pairs(headers: Headers | None) -> list[dict[str, str]]:
    items = headers.items() if isinstance(headers, dict) else headers or ()
    return [{"name": name, "value": value} for name, value in items]


def entry(
    url: str = API,
    method: str = "GET",
    headers: Headers | None = None,
    status: int = 200,
    answer: Headers | None = None,
    *,
    at: float = 0.0,
    took: float = 10.0,
    error: str | None = None,
    body: str | None = None,
    response: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """`at` is in milliseconds."""
    request: dict[str, Any] = {"method": method, "url": url, "headers": pairs(headers), "cookies": []}
    if body is not None:
        request["postData"] = {"mimeType": "", "text": body}
    return {
        "pageref": "page_1",
        "startedDateTime": f"2026-11-25T16:00:{at / 1000:06.3f}Z",
        "time": took,
        "request": request,
        "response": {
            "status": status,
            "httpVersion": "HTTP/1.1",
            "headers": pairs(answer),
            "content": {"size": 3, "mimeType": "text/plain", "text": "abc"},
            "redirectURL": "",
            "_error": error,
            **(response or {}),
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
        **more,
    }


def preflight(
    url: str = API, method: str = "GET", names: str = "", answer: Headers | None = None, status: int = 204, **more: Any
) -> dict[str, Any]:
    headers = {"Origin": APP, "Access-Control-Request-Method": method}
    if names:
        headers["Access-Control-Request-Headers"] = names
    return entry(url, "OPTIONS", headers, status, answer, **more)


def log(*entries: dict[str, Any], creator: dict[str, str] = CHROME, pages: Any = ()) -> bytes:
    return json.dumps(
        {"log": {"version": "1.2", "creator": creator, "pages": list(pages), "entries": entries}}
    ).encode()


def read(*entries: dict[str, Any], **more: Any) -> list[Recorded]:
    """What the log's entries are read into, in their order."""
    return sorted(items(read_har(BytesIO(log(*entries, **more)))), key=lambda found: found.index or 0)


def items(capture: Capture) -> list[Recorded]:
    found = list(capture.items)
    assert all(isinstance(item, Recorded) for item in found)
    return found  # type: ignore[return-value]


def until_it_breaks(content: bytes) -> tuple[list[int | None], str]:
    """The indices of what is read, sorted, and the error behind it."""
    found: list[int | None] = []
    try:
        found.extend(item.index for item in read_har(BytesIO(content)).items if isinstance(item, Recorded))
    except CaptureError as error:
        return sorted(found, key=lambda index: index or 0), str(error)
    return found, ""


def one(*entries: dict[str, Any], **more: Any) -> Recorded:
    (recorded,) = read(*entries, **more)
    return recorded


def summary(recorded: Recorded) -> list[str]:
    """What went out, and what came back: a status, the kind of a failure, or nothing."""
    lines = []
    for exchange in recorded.exchanges:
        answer = exchange.answer
        came = getattr(answer, "status", None) or getattr(answer, "kind", None)
        lines.append(f"{exchange.method} {came}{' cached' if exchange.from_cache else ''}")
    return lines
