"""What the console's words of a verdict are read back as, held to the verdict."""

from __future__ import annotations

from collections.abc import Mapping

from crossorigin.captures import Statement, read_console
from crossorigin.consoles import firefox
from tests.differential._engine import Explained

TWINS = ("acao-mismatch", "acao-invalid", "acao-multiple", "acao-wildcard-credentials", "acac-not-true")

# Where the words leave the reason open: what they may be read as. Chromium's never do.
LEFT_OPEN: Mapping[str, set[tuple[str, ...]]] = {
    "firefox": {
        # The same words for a preflight and for a redirect that was stopped.
        *((f"preflight.{reason}", reason) for reason in TWINS),
        ("acao-missing", "preflight.acao-missing"),
        # A value whose bytes Firefox cannot show.
        ("acao-mismatch", "acao-invalid"),
        ("preflight.acao-mismatch", "preflight.acao-invalid", "acao-mismatch", "acao-invalid"),
        # A redirect's status, with or without a Location.
        ("preflight.redirect", "preflight.status"),
        # No more than that it did not succeed.
        firefox.ANY_FAILURE,
        firefox.CANNOT_CONNECT.reasons,
        firefox.CORP.reasons,
        firefox.NOT_HTTP.reasons,
        firefox.MODE_SAME_ORIGIN.reasons,
    }
}


def misread(explained: Explained) -> str:
    """What was read that is not so, "" where all is."""
    items = tuple(read_console("\n".join(explained.lines)).items)
    if len(items) != 1 or not isinstance(items[0], Statement):
        return f"{explained.reason}: not one statement but {items}"
    (said,) = items
    if said.reasons != (explained.reason,) and (
        said.reasons not in LEFT_OPEN.get(said.browser, ()) or explained.reason not in said.reasons
    ):
        return f"{explained.reason} was read as {said.reasons}"
    # A fragment is in some messages, and not in what the verdict calls its URL.
    urls = {url.partition("#")[0] for url in (explained.url, explained.asked_url)}
    told = "" if said.url is None else said.url.partition("#")[0]
    if explained.url and not {told, told.replace("ws", "http", 1)} & urls and explained.reason != "redirect.scheme":
        return f"{explained.url} was read as {said.url}"
    if said.asked_url is not None and said.asked_url.partition("#")[0] not in urls:
        return f"{explained.asked_url} was read as {said.asked_url}"
    # Where a message tells the page's URL alone, that it is sandboxed is not told.
    if said.origin not in (None, explained.origin) and explained.origin != "null":
        return f"{explained.origin} was read as {said.origin}"
    if said.method not in (None, explained.method):
        return f"{explained.method} was read as {said.method}"
    return ""
