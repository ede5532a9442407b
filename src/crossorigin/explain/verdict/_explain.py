"""A verdict, explained: every part of the explanation gathered, each made safe to print."""

from collections.abc import Iterator

from crossorigin.browser import (
    Exchange,
    Feature,
    Finding,
    NetworkFailure,
    Outcome,
    Response,
    ResponseHead,
    Step,
    Verdict,
    element_failure,
    feature_named,
)
from crossorigin.standard import is_cors_safelisted_response_header_name

from .._shown import Shown, visible
from ._asked_first import why_preflighted
from ._caches import cache_notes
from ._chromium import chromium_console
from ._cookies import cookie_notes
from ._curl import CurlOptions, curl_line
from ._element import element_sentence, element_title
from ._evidence import shown_evidence
from ._explanation import Cause, Consoles, Explanation, ShownExchange, ShownResponse, ShownStep, Where
from ._facts import Facts
from ._firefox import firefox_console
from ._reasons import TOLD
from ._warnings import warning_note
from ._webkit import webkit_console
from ._words import fill

FEATURES_BY_API = {"fetch": feature_named("fetch"), "xmlhttprequest": feature_named("xhr")}
FIELDS_SHOWN = 200
CONSOLE_LIMIT = 1500


def explain(
    verdict: Verdict,
    *,
    feature: Feature | None = None,
    show_secrets: bool = False,
    in_process: bool = False,
    curl_options: CurlOptions = (),
) -> Explanation:
    """What a verdict means: what happened, at which step, the evidence, why, what to do, and the browsers' own words.

    Everything in the explanation is safe to print: bounded, without control characters, and with secrets masked
    (Authorization, Cookie, tokens …) unless `show_secrets`. `in_process` says that an app answered without a network:
    then there is no `curl` line. `curl_options` are options of curl that the line needs to get there, such as
    `(("--proxy", "http://127.0.0.1:3128"),)`. `feature` is what of the page asked, None for fetch() and XMLHttpRequest
    (the request itself tells those): it names the request, and what the page sees of a failure.
    """
    shown = Shown(show_secrets)
    feature = feature or FEATURES_BY_API.get(verdict.request.initiator_type)

    def cause(finding: Finding) -> Cause:
        return _cause(verdict, finding, shown, None if in_process else curl_options)

    failure = None if feature is None else element_failure(feature, verdict)
    return Explanation(
        outcome=verdict.outcome,
        title=_title(verdict, shown) if feature is None or failure is None else element_title(feature),
        element=None if feature is None or failure is None else element_sentence(feature, failure),
        origin=visible(str(verdict.page.origin)),
        method=visible(verdict.request.method, 40),
        url=shown.url(verdict.request.url),
        api=_api(verdict, feature),
        mode=verdict.request.mode,
        credentials=verdict.request.credentials,
        profile=verdict.profile.name,
        cause=None if verdict.finding is None or failure is not None else cause(verdict.finding),
        further=tuple(map(cause, verdict.further)),
        notes=tuple(_notes(verdict, feature, shown, element_fails=failure is not None)),
        steps=tuple(_steps(verdict.steps, verdict.finding, shown)),
        exchanges=tuple(_exchange(exchange, shown) for exchange in verdict.exchanges),
        response=None if verdict.response is None else _response(verdict.response, shown),
        preflighted=verdict.preflighted,
        sent=verdict.sent,
        answered=verdict.answered,
        side_effects_possible=verdict.side_effects_possible,
        cookies_stored=tuple(visible(name, 100) for name in verdict.cookies_stored[:FIELDS_SHOWN]),
    )


def _title(verdict: Verdict, shown: Shown) -> str:
    if verdict.outcome is Outcome.NOT_SENT:
        if verdict.preflighted:
            return "The preflight allows the request, which was not sent, as asked."
        return "The request needs no preflight, so nothing was sent, as asked."
    if verdict.finding is None:
        return "The page may read the response."
    return fill(TOLD[verdict.finding.reason].title, Facts(verdict, verdict.finding), shown)


def _api(verdict: Verdict, feature: Feature | None) -> str:
    if feature is not None:
        return feature.title
    return verdict.request.destination or verdict.request.initiator_type


def _cause(verdict: Verdict, finding: Finding, shown: Shown, curl_options: CurlOptions | None) -> Cause:
    facts = Facts(verdict, finding)
    told = TOLD[finding.reason]
    return Cause(
        reason=finding.reason,
        title=fill(told.title, facts, shown),
        what=fill(told.what, facts, shown),
        where=_where(verdict, finding, facts, shown),
        evidence=tuple(shown_evidence(facts, shown, told.deciding)),
        why=fill(told.why, facts, shown),
        fixes=told.fixes(facts, shown),
        consoles=Consoles(
            chromium=tuple(_console_line(line, shown) for line in chromium_console(facts)),
            firefox=tuple(_console_line(line, shown) for line in firefox_console(facts)),
            webkit=tuple(_console_line(line, shown) for line in webkit_console(facts)),
        ),
        curl=""
        if facts.send is None or curl_options is None
        else curl_line(facts.send, facts.head, shown, curl_options),
        exchange=finding.exchange,
    )


def _console_line(line: str, shown: Shown) -> str:
    """A console's line as it is, but bounded, printable, and with the URLs in it masked."""
    words = (shown.raw_url(word) if "://" in word else word for word in line.split(" "))
    return visible(" ".join(words), CONSOLE_LIMIT)


def _where(verdict: Verdict, finding: Finding, facts: Facts, shown: Shown) -> Where | None:
    step = next((step for step in _walk(verdict.steps) if step.finding == finding), None)
    if step is None:
        return None
    return Where(
        algorithm=step.algorithm, anchor=step.anchor, number=step.number, hop=finding.hop, url=shown.url(facts.url)
    )


def _walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        # The innermost step that carries the finding is the one that decided.
        yield from _walk(step.steps)
        yield step


def _steps(steps: tuple[Step, ...], finding: Finding | None, shown: Shown, depth: int = 0) -> Iterator[ShownStep]:
    for step in steps:
        deeper = finding is not None and any(inner.finding == finding for inner in _walk(step.steps))
        yield ShownStep(
            depth=depth,
            ok=step.ok and not deeper,
            failing=finding is not None and step.finding == finding and not deeper,
            algorithm=step.algorithm,
            anchor=step.anchor,
            number=step.number,
            outcome=shown.url(step.outcome),
            hop=step.hop,
        )
        yield from _steps(step.steps, finding, shown, depth + 1)


def _notes(verdict: Verdict, feature: Feature | None, shown: Shown, *, element_fails: bool) -> Iterator[str]:
    """What a person would not guess from the verdict alone."""
    yield from dict.fromkeys(map(warning_note, verdict.warnings))
    if verdict.preflighted and (verdict.finding is None or not verdict.finding.reason.startswith("preflight.")):
        because = why_preflighted(verdict.request, shown)
        if because:
            yield f"There is a preflight because {because}."
    if feature is not None and (verdict.finding is not None or element_fails):
        seen = feature.opaque if verdict.outcome is Outcome.OPAQUE and not element_fails else feature.fails
        if seen:
            yield f"What the page gets: {seen}."
    if verdict.outcome is Outcome.NOT_SENT:
        yield "Whether the page may read the response is not known before it is sent."
    elif verdict.outcome is not Outcome.READABLE:
        own = _by_the_browser(verdict)
        sent = [exchange for exchange in own if exchange.send.purpose == "request"]
        answered = [exchange.answer for exchange in sent if isinstance(exchange.answer, ResponseHead)]
        if answered:
            yield (
                f"The request itself was sent and answered ({answered[-1].status}): whatever it does on the server has "
                "happened, though the page may not read the response."
            )
        elif verdict.preflighted and not sent:
            yield f"Only the preflight was sent: {visible(verdict.request.method, 40)} itself never left the browser."
        if len(own) < len(verdict.exchanges):
            yield "What follows the failure was sent to explore it: a browser stops there."
    yield from cookie_notes(verdict)
    if verdict.readable:
        yield from cache_notes(verdict)
    if verdict.cookies_stored and verdict.outcome is not Outcome.READABLE:
        yield "Cookies of the response were stored all the same: that happens before the CORS check."
    hidden = _hidden_headers(verdict)
    if hidden:
        yield (
            f"The script does not see {', '.join(visible(name, 60) for name in hidden[:12])}"
            f"{' …' if len(hidden) > 12 else ''}: name in Access-Control-Expose-Headers what it needs."
        )


def _by_the_browser(verdict: Verdict) -> tuple[Exchange, ...]:
    """The exchanges that a browser would have: all up to the one that failed."""
    if verdict.finding is None:
        return verdict.exchanges
    last = verdict.finding.exchange
    return verdict.exchanges[: 0 if last is None else last + 1]


UNREMARKABLE = frozenset({"date", "server", "connection", "vary", "transfer-encoding", "keep-alive", "alt-svc", "via"})


def _hidden_headers(verdict: Verdict) -> list[str]:
    """Names of fields that the response has and its script does not get, those of the protocol left out."""
    if verdict.response is None or verdict.response.type != "cors" or not verdict.exchanges:
        return []
    answer = verdict.exchanges[-1].answer
    if not isinstance(answer, ResponseHead):
        return []
    seen = {name.lower() for name, _ in verdict.response.headers}
    names = dict.fromkeys(name.lower() for name, _ in answer.headers)
    return [
        text
        for name in names
        if name not in seen
        and not is_cors_safelisted_response_header_name(name, [])
        and (text := name.decode("latin-1")) not in UNREMARKABLE
        and not text.startswith(
            ("access-control-", "set-cookie", "cross-origin-", "strict-transport", "content-security")
        )
    ]


def _exchange(exchange: Exchange, shown: Shown) -> ShownExchange:
    send, answer = exchange.send, exchange.answer
    head = answer if isinstance(answer, ResponseHead) else None
    failure = answer if isinstance(answer, NetworkFailure) else None
    return ShownExchange(
        purpose=send.purpose,
        hop=send.hop,
        method=visible(send.method, 40),
        url=shown.url(send.url),
        http_version="" if head is None else visible(head.http_version, 20),
        request_headers=tuple(shown.field(name, value) for name, value in send.headers.fields[:FIELDS_SHOWN]),
        body_length=len(send.body or b""),
        status=None if head is None else head.status,
        response_headers=()
        if head is None
        else tuple(shown.field(name, value) for name, value in head.headers.fields[:FIELDS_SHOWN]),
        failure="" if failure is None else failure.kind,
        failure_message="" if failure is None else visible(failure.message),
    )


def _response(response: Response, shown: Shown) -> ShownResponse:
    return ShownResponse(
        type=response.type,
        status=response.status,
        url=shown.url(response.url),
        redirected=response.redirected,
        headers=tuple(shown.field(name, value) for name, value in response.headers.fields[:FIELDS_SHOWN]),
    )
