"""The words in braces of what is told, filled in from the facts of one finding, each safe to print."""

from collections.abc import Mapping

from .._shown import Shown, visible
from ._asked_first import why_preflighted
from ._facts import Facts

FAILURES = {
    "dns": "the host name could not be resolved",
    "refused": "the connection was refused",
    "tls": "the TLS handshake failed",
    "timeout": "it took too long",
    "protocol": "no valid HTTP came back",
    "too-large": "the headers are too large",
    "application": "the app raised an exception",
    "unreachable": "the server could not be reached",
}


def fill(template: str, facts: Facts, shown: Shown) -> str:
    """`template` with its words in braces filled in.

    Raises:
        KeyError: a word that no fact stands for (a test fills every template in).
    """
    return template.format_map({**_texts(facts, shown), **_values(facts, shown)})


def _texts(facts: Facts, shown: Shown) -> Mapping[str, str]:
    """Words that depend on what kind of request it was."""
    sent = facts.send
    request = f"{visible(sent.method if sent else facts.method, 40)} {shown.url(facts.url)}"
    return {
        "request": request,
        "the_response": "the response to the preflight" if facts.preflight else "the response",
        "The_response": "The response to the preflight" if facts.preflight else "The response",
        "The_answer": f"The response to the preflight {request}" if facts.preflight else f"The response to {request}",
        "asked_first": why_preflighted(facts.verdict.request, shown) or "a plain HTML form could not send the request",
        "header_word": "headers" if len(facts.missing_headers) > 1 else "header",
        "wildcard": ", and with credentials the wildcard is only a name" if facts.include else "",
        "failure": _failure(facts),
    }


def _values(facts: Facts, shown: Shown) -> Mapping[str, str]:
    """Values that came over the wire."""
    return {
        "origin": visible(facts.origin),
        "page_origin": visible(facts.page_origin),
        "url": shown.url(facts.url),
        "method": visible(facts.method, 40),
        "status": str(facts.status),
        "redirect_mode": facts.verdict.request.redirect,
        "location": shown.url(facts.field(b"location") or ""),
        "content_type": _field(facts, shown, "Content-Type"),
        "acao": _field(facts, shown, "Access-Control-Allow-Origin"),
        "acac": _value(facts, shown, "Access-Control-Allow-Credentials"),
        "acam": _value(facts, shown, "Access-Control-Allow-Methods"),
        "acah": _value(facts, shown, "Access-Control-Allow-Headers"),
        "bad_method": f"“{visible(facts.bad_member(b'access-control-allow-methods') or '', 60)}”",
        "bad_header": f"“{visible(facts.bad_member(b'access-control-allow-headers') or '', 60)}”",
        "missing_headers": ", ".join(visible(name, 60) for name in facts.missing_headers[:20]),
        "requested_headers": ", ".join(visible(name, 60) for name in facts.requested_headers[:20]),
    }


def _value(facts: Facts, shown: Shown, name: str) -> str:
    """A field's value as a sentence says it."""
    value = facts.field(name.lower().encode())
    if value is None:
        return "absent"
    return f"“{shown.field(name, value)[1]}”" if value else "empty"


def _field(facts: Facts, shown: Shown, name: str) -> str:
    """A field and its value as a sentence says them."""
    value = facts.field(name.lower().encode())
    return f"{name}: {shown.field(name, value)[1]}" if value else f"an empty {name}" if value == "" else f"no {name}"


def _failure(facts: Facts) -> str:
    failure = facts.failure
    return "the connection failed" if failure is None else FAILURES.get(failure.kind, "the connection failed")
