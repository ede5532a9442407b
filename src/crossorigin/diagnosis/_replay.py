"""A recorded request goes through the browser half as if live: the recording answers in place of the servers."""

from dataclasses import replace
from typing import Any

from crossorigin.browser import (
    FEATURES,
    Answer,
    CacheKey,
    Context,
    Credentials,
    Outcome,
    Page,
    PreflightCache,
    Profile,
    Request,
    RequestError,
    ResponseHead,
    Send,
    Verdict,
    feature_request,
    fetch,
    fetch_request,
    page_at,
    parse_url,
)
from crossorigin.captures import Provenance, Recorded, RecordedExchange
from crossorigin.drivers import AnsweringDriver

_ANOTHER_CAUSE, _BY_RESPONSE = "net::ERR_BLOCKED_BY_", "net::ERR_BLOCKED_BY_RESPONSE"
_FAILED = (Outcome.BLOCKED, Outcome.NO_ANSWER)


def replay(recorded: Recorded, *, page: Page | None = None, profile: Profile | None = None) -> Verdict | None:
    """What the browser half makes of a recorded request, None where the recording does not hold enough to tell.

    Not enough is: an answer that is missing, a page whose origin is not known, an answer of a service worker, an error
    that names another cause (an ad blocker), or a verdict that is not how the recording says it ended. A navigation
    has no verdict: CORS does not apply to it. The credentials mode, which no HAR has, is the one that fits how it
    ended. `page` is the page that asked (None: one
    at the recorded origin), `profile` whose browser it was (None: the default of `Context`).

    >>> from crossorigin.browser import ResponseHead
    >>> from crossorigin.captures import Asked, RecordedExchange
    >>> asked = Asked(url="https://api.example.com/", method="GET", origin="https://app.example.com")
    >>> exchange = RecordedExchange(
    ...     method="GET", url="https://api.example.com/", request_headers=(), answer=ResponseHead(status=500)
    ... )
    >>> replay(Recorded(asked=asked, exchanges=(exchange,), failed=True)).reason
    <Reason.ACAO_MISSING: 'acao-missing'>
    """
    asked = recorded.asked
    if asked.mode == "navigate" or any(exchange.from_service_worker for exchange in recorded.exchanges):
        return None
    if recorded.error.startswith(_ANOTHER_CAUSE) and not recorded.error.startswith(_BY_RESPONSE):
        return None
    if page is None:
        if asked.origin is None:
            return None
        page = page_at(asked.origin)
    for credentials in _credentials(recorded):
        try:
            request = _request(page, recorded, credentials)
        except (RequestError, ValueError):  # no page makes such a request: it came from elsewhere
            return None
        verdict = _run(request, page, recorded, profile)
        if verdict is not None and _fits(verdict, recorded):
            return verdict
    return None


def _credentials(recorded: Recorded) -> tuple[Credentials | None, ...]:
    """The modes that may have been, likeliest first; None is the one that the feature has by itself.

    Only how it ended can tell them apart.
    """
    asked = recorded.asked
    known = asked.credentials is not None and asked.credentials_provenance is not Provenance.GUESSED
    if known or recorded.failed is None:
        return (asked.credentials,)
    return tuple(dict.fromkeys((asked.credentials, None, "include")))


def _request(page: Page, recorded: Recorded, credentials: Credentials | None) -> Request:
    asked = recorded.asked
    body = asked.body.encode("utf-8", "replace") if isinstance(asked.body, str) else asked.body
    method = asked.method or "GET"
    if method in ("GET", "HEAD"):
        body = None
    if asked.feature in (None, "fetch", "xhr"):
        request = fetch_request(
            page,
            asked.url,
            method=method,
            headers=asked.headers,
            body=body,
            mode=asked.mode or "cors",
            credentials=credentials or "same-origin",
        )
        return request.replace(use_cors_preflight=asked.upload_listener)
    feature = FEATURES[asked.feature]
    request = feature_request(page, feature.name, asked.url, body=body if feature.method == "POST" else None)
    headers = request.headers
    for name, value in asked.headers:
        headers = headers.set(name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
    mode = asked.mode or request.mode
    default: Credentials = request.credentials if mode == request.mode else "same-origin"
    return request.replace(
        headers=headers,
        mode=mode,
        credentials=credentials or default,
        unsafe_request=request.unsafe_request or any(exchange.preflight for exchange in recorded.exchanges),
    )


class _Missing(Exception):
    """The recording does not hold this answer."""


def _run(request: Request, page: Page, recorded: Recorded, profile: Profile | None) -> Verdict | None:
    left = list(recorded.exchanges)

    def answer(send: Send) -> Answer:
        for position, exchange in enumerate(left):
            if _answers(exchange, send):
                del left[position]
                if exchange.answer is None:
                    break
                return exchange.answer
        raise _Missing

    context = Context(preflight_cache=_Passed(recorded.exchanges))
    context = context if profile is None else replace(context, profile=profile)
    try:
        return AnsweringDriver(answer).run(fetch(request, page, context=context)).verdict
    except _Missing:
        return None


def _answers(exchange: RecordedExchange, send: Send) -> bool:
    if exchange.preflight != (send.purpose == "preflight"):
        return False
    url = parse_url(exchange.url)
    return exchange.method == send.method and url is not None and url.without_fragment == send.url


def _fits(verdict: Verdict, recorded: Recorded) -> bool:
    """Whether the verdict is how the recording says that it ended."""
    answered = sum(exchange.answer is not None for exchange in recorded.exchanges)
    if len(verdict.exchanges) < answered:  # the recording went on where this one stops
        return False
    failed = verdict.outcome in _FAILED
    if recorded.failed is not None:
        return failed == recorded.failed
    # Of a copy in the browser's cache only its refusal is sure: it may have been read, or fetched anew.
    last = recorded.exchanges[-1]
    is_bare_304 = isinstance(last.answer, ResponseHead) and last.answer.status == 304
    return not last.from_cache or (failed and not is_bare_304)


class _Passed(PreflightCache):
    """Holds what preflights must have allowed that the recording lacks: the requests behind them went out."""

    def __init__(self, exchanges: tuple[RecordedExchange, ...]) -> None:
        super().__init__()
        recorded = {exchange.url for exchange in exchanges if exchange.preflight}
        self._passed = {exchange.url for exchange in exchanges if exchange.answer is not None} - recorded

    def method_cache_entry_match(self, key: CacheKey, method: str, **how: Any) -> bool:
        """As its base, and true of what went out."""
        return self._holds(key) or super().method_cache_entry_match(key, method, **how)

    def header_name_cache_entry_match(self, key: CacheKey, name: bytes, **how: Any) -> bool:
        """As its base, and true of what went out."""
        return self._holds(key) or super().header_name_cache_entry_match(key, name, **how)

    def _holds(self, key: CacheKey) -> bool:
        url = parse_url(key.url)
        return url is not None and url.without_fragment in self._passed
