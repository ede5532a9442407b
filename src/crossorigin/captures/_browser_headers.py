"""Request headers that a browser adds by itself: taken for the page's, they would make a preflight that never was."""

from collections.abc import Iterable

from crossorigin.standard import is_forbidden_request_header

_ADDED = frozenset(
    {
        *("accept-language", "origin", "priority", "purpose", "referer", "upgrade-insecure-requests", "user-agent"),
        *("alt-used", "intervention", "save-data", "service-worker", "service-worker-navigation-preload"),
        *("x-client-data", "x-moz", "ping-from", "ping-to", "last-event-id"),
        # The cache asks whether what it holds is still good.
        *("if-modified-since", "if-none-match", "if-range"),
        # Client hints from before they were called Sec-CH-*.
        *("device-memory", "downlink", "dpr", "ect", "rtt", "viewport-width", "width"),
    }
)
"""Headers that a script could set as well, or could not, and that in a recording are nearly always the browser's."""


def page_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The headers that the page itself set, from those that went out: what the browser adds is taken out.

    Those that a script cannot set (Host, Cookie, Sec-*, Access-Control-Request-*), the pseudo headers of HTTP/2, those
    of the browser's cache, and `Cache-Control: no-cache` with `Pragma: no-cache`, which DevTools send while their
    "Disable cache" is on. Accept stays: it needs no preflight.

    >>> page_headers([("User-Agent", "x"), ("sec-ch-ua", "y"), ("Accept", "*/*"), ("Authorization", "Bearer t")])
    (('Accept', '*/*'), ('Authorization', 'Bearer t'))
    """
    fields = tuple(headers)
    values = {(name.strip().lower(), value.strip().lower()) for name, value in fields}
    uncached = {("cache-control", "no-cache"), ("pragma", "no-cache")}
    from_cache = {("cache-control", "max-age=0")} | (uncached if uncached <= values else set())
    return tuple((name, value) for name, value in fields if not _is_added(name, value, from_cache))


def _is_added(name: str, value: str, from_cache: set[tuple[str, str]]) -> bool:
    lower = name.strip().lower()
    if lower.startswith(":") or lower in _ADDED or (lower, value.strip().lower()) in from_cache:
        return True
    return is_forbidden_request_header(lower.encode("utf-8", "replace"), value.encode("utf-8", "replace"))
