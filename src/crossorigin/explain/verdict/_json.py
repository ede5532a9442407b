"""An explanation as JSON, in a stable format: `check-1.schema.json` beside this file, docs/check-json.md in words."""

import json
from typing import Any

from .._fix import Fix
from ._explanation import Cause, Explanation, ShownExchange, ShownStep

FORMAT = 1
"""The format's number. Keys may be added within a number; none is removed, renamed or given another meaning."""


def render_json(explanation: Explanation, *, indent: int | None = 2) -> str:
    """The explanation as a JSON text, in ASCII: what is not, is escaped."""
    return json.dumps(to_json(explanation), indent=indent, ensure_ascii=True)


def to_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation as what `json.dumps` takes."""
    response = explanation.response
    return {
        "format": FORMAT,
        "outcome": str(explanation.outcome),
        "readable": explanation.readable,
        "title": explanation.title,
        "page": {"origin": explanation.origin},
        "request": {
            "method": explanation.method,
            "url": explanation.url,
            "api": explanation.api,
            "mode": explanation.mode,
            "credentials": explanation.credentials,
        },
        "profile": explanation.profile,
        "preflighted": explanation.preflighted,
        "sent": explanation.sent,
        "answered": explanation.answered,
        "side_effects_possible": explanation.side_effects_possible,
        "cookies_stored": list(explanation.cookies_stored),
        "element": explanation.element,
        "cause": None if explanation.cause is None else _cause(explanation.cause),
        "further": [_cause(cause) for cause in explanation.further],
        "notes": list(explanation.notes),
        "response": None
        if response is None
        else {
            "type": response.type,
            "status": response.status,
            "url": response.url,
            "redirected": response.redirected,
            "headers": _pairs(response.headers),
        },
        "steps": [_step(step) for step in explanation.steps],
        "exchanges": [_exchange(exchange) for exchange in explanation.exchanges],
    }


def _cause(cause: Cause) -> dict[str, Any]:
    where = cause.where
    return {
        "reason": str(cause.reason),
        "title": cause.title,
        "what": cause.what,
        "where": None
        if where is None
        else {
            "algorithm": where.algorithm,
            "anchor": where.anchor,
            "step": where.number,
            "hop": where.hop,
            "url": where.url,
        },
        "evidence": _pairs(cause.evidence),
        "why": cause.why,
        "fix": [_fix(fix) for fix in cause.fixes],
        "console": {
            "chromium": list(cause.consoles.chromium),
            "firefox": list(cause.consoles.firefox),
            "webkit": list(cause.consoles.webkit),
        },
        "curl": cause.curl,
        "exchange": cause.exchange,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    policy = fix.code if fix.where == "policy" else ""
    return {
        "where": fix.where,
        "product": fix.product,
        "applies": fix.applies,
        "text": fix.text,
        "fields": list(fix.fields),
        "code": fix.code,
        "policy": policy,
    }


def _step(step: ShownStep) -> dict[str, Any]:
    return {
        "depth": step.depth,
        "ok": step.ok,
        "failing": step.failing,
        "algorithm": step.algorithm,
        "anchor": step.anchor,
        "step": step.number,
        "outcome": step.outcome,
        "hop": step.hop,
    }


def _exchange(exchange: ShownExchange) -> dict[str, Any]:
    return {
        "purpose": exchange.purpose,
        "hop": exchange.hop,
        "request": {
            "method": exchange.method,
            "url": exchange.url,
            "headers": _pairs(exchange.request_headers),
            "body_length": exchange.body_length,
        },
        "response": None
        if exchange.status is None
        else {
            "http_version": exchange.http_version,
            "status": exchange.status,
            "headers": _pairs(exchange.response_headers),
        },
        "failure": None
        if exchange.status is not None
        else {"kind": exchange.failure, "message": exchange.failure_message},
    }


def _pairs(pairs: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
