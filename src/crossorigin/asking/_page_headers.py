"""Headers that a person gives as the page's, without those that are the browser's own."""

from dataclasses import replace

from ._wanted import Wanted

_A_SCRIPT_SETS_THEM_TOO = frozenset(
    {
        *("if-modified-since", "if-none-match", "if-range", "last-event-id"),
        *("device-memory", "downlink", "dpr", "ect", "rtt", "viewport-width", "width"),
    }
)


def without_browser_headers(wanted: Wanted) -> tuple[Wanted, tuple[str, ...]]:
    """`wanted` without the headers that a browser adds by itself, and their names.

    Whoever copies a request out of a browser copies those too; taken for the page's, they would make a preflight that
    never was. Those that a script sets as often go only where others show that the headers were copied. Cookie stays,
    for it has an answer of its own.
    """
    if not wanted.headers:
        return wanted, ()
    from crossorigin.captures import page_headers  # here: the readers of pastes take long to load

    kept = set(page_headers(wanted.headers))
    own = [(name, value) for name, value in wanted.headers if (name, value) not in kept and name.lower() != "cookie"]
    if {name.lower() for name, _ in own} <= _A_SCRIPT_SETS_THEM_TOO:
        return wanted, ()
    headers = tuple(field for field in wanted.headers if field not in own)
    return replace(wanted, headers=headers), tuple(dict.fromkeys(name for name, _ in own))


def with_json_type(wanted: Wanted) -> Wanted:
    """`wanted` with Content-Type: application/json, where its body is a JSON object or array and no type is given.

    fetch() would send such a text as text/plain; but whoever sends JSON says so, in nearly every client, and then there
    is a preflight.
    """
    is_script = wanted.feature in (None, "fetch", "xhr") and wanted.mode != "no-cors"
    if not is_script or any(name.lower() == "content-type" for name, _ in wanted.headers) or not _is_json(wanted.body):
        return wanted
    return replace(wanted, headers=(*wanted.headers, ("Content-Type", "application/json")))


def _is_json(body: str | bytes | None) -> bool:
    if not body or body.strip()[:1] not in ("{", "[", b"{", b"["):
        return False
    import json

    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
