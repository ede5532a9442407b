"""The request of a page, out of the headers that went over the wire: the browser's taken out, and what they tell."""

import re
from collections.abc import Iterable, Sequence
from typing import get_args

from crossorigin.browser import FEATURES, Credentials, Mode, parse_url
from crossorigin.standard import is_header_name, normalize_method, parse_serialized_origin

from ._browser_headers import page_headers
from ._capture import Asked, Note, Provenance

Fields = Sequence[tuple[str, str]]

CREDENTIAL_NAMES = frozenset({"authorization", "proxy-authorization", "x-api-key", "api-key", "x-auth-token"})
_CREDENTIAL_WORDS = re.compile(
    r"(?:^|[-_])(?:token|secret|password|apikey|api-key|credential|session|jwt|auth)(?:$|[-_])"
)

_VARIABLE = re.compile(r"\$\{[^{}]*\}|\{\{[^{}]*\}\}")

# What `Sec-Fetch-Dest` says, as a feature. `empty` is fetch(), XMLHttpRequest and others: nothing tells which.
_DESTINATIONS = {
    "image": "image",
    "script": "script",
    "style": "stylesheet",
    "audio": "audio",
    "video": "video",
    "font": "font",
    "track": "track",
    "worker": "worker",
    "sharedworker": "shared-worker",
    "manifest": "manifest",
    "iframe": "iframe",
    "object": "object",
    "embed": "embed",
    "document": "link",
    "websocket": "websocket",
}


def scalar_text(text: str) -> str:
    """The text with line ends as `\\n`, without a byte order mark, and U+FFFD for lone surrogates."""
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def shown(text: str, most: int = 80) -> str:
    """Text of a paste inside a note: one line, bounded, control characters escaped."""
    return repr(text if len(text) <= most else f"{text[:most]}…")


def is_secret(name: str) -> bool:
    """Whether a header of that name holds a credential, as far as the name tells.

    >>> is_secret("Authorization"), is_secret("X-CSRF-Token"), is_secret("X-Author")
    (True, True, False)
    """
    lower = name.lower()
    return lower in CREDENTIAL_NAMES or _CREDENTIAL_WORDS.search(lower) is not None


def value_of(fields: Iterable[tuple[str, str]], name: str) -> str | None:
    """The value of the last field of that name."""
    found = None
    for other, value in fields:
        if other.lower() == name:
            found = value
    return found


def origin_of(fields: Fields, notes: list[Note], line: int | None) -> tuple[str | None, Provenance]:
    """The page's origin: what Origin says, else that of the Referer, which is a guess."""
    origin = value_of(fields, "origin")
    if origin is not None:
        if origin == "null" or parse_serialized_origin(origin) is not None:
            return origin, Provenance.STATED
        repaired = origin_of_url(origin)
        notes.append(
            Note(
                text=f"{shown(origin)} is not an origin as browsers send it"
                + (f"; read as {repaired}." if repaired else ": write https://app.example.com, with no path."),
                line=line,
            )
        )
        return repaired, Provenance.GUESSED if repaired else Provenance.STATED
    referrer = value_of(fields, "referer")
    guessed = origin_of_url(referrer) if referrer else None
    return guessed, Provenance.GUESSED if guessed else Provenance.STATED


def origin_of_url(text: str) -> str | None:
    """The origin of the page at a URL, serialised; None where the text is not such a URL."""
    url = parse_url(text)
    if url is None:
        return None
    origin = str(url.origin_as_page)
    return origin if parse_serialized_origin(origin) is not None else None


def is_resolved(url: str) -> bool:
    """Whether the text is an absolute URL without a variable in it."""
    return _VARIABLE.search(url) is None and parse_url(url) is not None


def asked_on_the_wire(
    url: str,
    *,
    method: str,
    fields: Fields,
    notes: list[Note],
    resolved: bool = True,
    body: str | bytes | None = None,
    cookies: str | None = None,
    line: int | None = None,
) -> Asked:
    """A request as its headers show it, with the browser's own taken out.

    Of a preflight (OPTIONS with Access-Control-Request-Method) comes the request that it asks for.
    """
    headers = page_headers(fields)
    method = normalize_method(method)
    wanted = value_of(fields, "access-control-request-method")
    preflight = method == "OPTIONS" and wanted is not None
    if preflight and wanted is not None:
        method, headers = normalize_method(wanted.strip()), _announced(fields, headers)
        body = "" if body is None and method not in ("GET", "HEAD") else body
        notes.append(
            Note(
                text="This is a preflight. It was read as the request that it asks for; the values of its headers and "
                "its body are not in the text.",
                line=line,
            )
        )
    origin, known = origin_of(fields, notes, line)
    cookies = cookies or value_of(fields, "cookie")
    mode = mode_of(value_of(fields, "sec-fetch-mode"))
    return Asked(
        url=url,
        resolved=resolved and is_resolved(url),
        method=method,
        headers=headers,
        body=body,
        origin=origin,
        origin_provenance=known,
        credentials="include" if cookies else None,
        credentials_provenance=Provenance.GUESSED if cookies else Provenance.STATED,
        mode=mode,
        feature=_feature(value_of(fields, "sec-fetch-dest"), method),
        preflight=preflight,
        cookies=cookies,
        secrets=tuple(name for name, _ in headers if is_secret(name)),
        line=line,
    )


def _announced(fields: Fields, headers: Fields) -> tuple[tuple[str, str], ...]:
    """The headers that a preflight announces. Their values are unknown, but for the usual one of Content-Type."""
    names = [name.strip() for name in (value_of(fields, "access-control-request-headers") or "").split(",")]
    present = {name.lower() for name, _ in headers}
    announced = tuple(
        (name, "application/json" if name.lower() == "content-type" else "")
        for name in dict.fromkeys(names)
        if name.isascii() and is_header_name(name.encode()) and name.lower() not in present
    )
    return (*(pair for pair in headers if pair[0].lower() not in ("accept", "content-type")), *announced)


def mode_of(value: str | None) -> Mode | None:
    """The request mode of that name, None where there is no such mode."""
    return value if value in get_args(Mode) else None  # type: ignore[return-value]  # a test of membership narrows nothing


def _feature(destination: str | None, method: str) -> str | None:
    name = _DESTINATIONS.get(destination or "")
    if name == "link" and method == "POST":
        return "form"
    return name if name is not None and FEATURES[name].method == method else None


def credentials_of(value: str | None) -> Credentials | None:
    """The credentials mode of that name, None where there is no such mode."""
    return value if value in get_args(Credentials) else None  # type: ignore[return-value]  # as above
