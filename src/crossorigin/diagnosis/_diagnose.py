"""Captures into findings: what was recorded is judged, what was stated is put together, what is likely is marked so."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from crossorigin.asking import page_of
from crossorigin.browser import (
    BROWSERS,
    Context,
    Exchange,
    Outcome,
    Reason,
    ResponseHead,
    Send,
    Verdict,
    fetch,
    parse_url,
)
from crossorigin.captures import (
    NOT_CORS,
    Asked,
    Capture,
    CaptureError,
    Head,
    Note,
    Provenance,
    Recorded,
    Statement,
)
from crossorigin.consoles.chromium import error_reasons
from crossorigin.drivers import AnsweringDriver
from crossorigin.explain import Shown, explain
from crossorigin.standard import HeaderList, is_cors_safelisted_method, visible

from ._diagnosis import Diagnosis, Report
from ._likely import likeliest_first
from ._not_cors import not_cors
from ._possible import possible_reasons
from ._replay import replay
from ._requests import UNKNOWN_ORIGIN, UNKNOWN_URL, asked_by, bare, page_and_request
from ._supposed import supposed

MOST_GROUPS = 500
"""Causes that are kept apart: beyond, only their number is told."""

ERRORS: tuple[tuple[str, str], ...] = (
    ("ERR_BLOCKED_BY_CLIENT", "not-cors.adblock"),
    ("ERR_NAME_NOT_RESOLVED", "not-cors.dns"),
    ("ERR_CERT_", "not-cors.certificate"),
    ("ERR_SSL_", "not-cors.certificate"),
    ("ERR_CONNECTION_", "not-cors.refused"),
    ("ERR_ADDRESS_", "not-cors.refused"),
    ("ERR_INTERNET_DISCONNECTED", "not-cors.refused"),
)
FAILURES = {
    "dns": "not-cors.dns",
    "refused": "not-cors.refused",
    "unreachable": "not-cors.refused",
    "tls": "not-cors.certificate",
}
JUDGED_BY_STATUS = (Reason.ACAO_MISSING, Reason.PREFLIGHT_ACAO_MISSING, Reason.PREFLIGHT_STATUS)
QUOTES_NO_LIST = "The message does not quote the server's list: keep what it allows already, and add what is missing."
SOME_METHOD = "The response to the preflight does not allow the request's method."
SOME_HEADER = "The response to the preflight does not allow one of the request's headers."
NO_STATUS = "The message does not say the status of the response: the Network panel shows it."
NO_ORIGIN = f"The paste does not say the page's origin: read {UNKNOWN_ORIGIN} as yours (--origin gives it)."
NO_URL = f"The paste does not say the URL: read {UNKNOWN_URL} as yours."
NET_ERROR = re.compile(r"ERR_[A-Z0-9_]+(?:\.[A-Za-z]+)?")
NAMED_BY_ERROR = frozenset({"orb", "csp", "corp.same-origin", "corp.same-site", "corp.embedder-policy", "bad-port"})
OWN = re.compile(r"\.{0,2}/(?!/)")
MOST_OF_ONE = 4
"""Causes that are told of one message: beyond, only their names are."""
WITHOUT_RESPONSE = "The paste holds the request alone, so this is a guess. Measure it with --check."


def diagnose(captures: Iterable[Capture], *, origin: str | None = None, show_secrets: bool = False) -> Report:
    """What the captures of one paste come to.

    `origin` is the page's, where the paste does not say it. Nothing is sent. A HAR's items are read here, one by one.

    >>> from crossorigin.captures import read_text
    >>> report = diagnose(read_text("HTTP/1.1 200 OK\\n\\n"), origin="https://app.example.com")
    >>> [(finding.reason, finding.certain) for finding in report.findings]
    [('acao-missing', True)]

    Raises:
        CaptureError: a HAR turned out not to be one.
        AskingError: `origin` is not an origin.
    """
    captures = tuple(captures)
    if origin is not None:
        page_of(origin)
    gathered = _Gathered(origin, Shown(show_secrets))
    for capture in captures:
        if capture.kind == "har":
            gathered.har(capture)
    texts = [capture for capture in captures if capture.kind != "har"]
    gathered.texts([item for capture in texts for item in capture.items])
    findings = gathered.findings()
    notes = [note for capture in captures for note in capture.notes] + gathered.notes
    kinds = tuple(dict.fromkeys(capture.kind for capture in captures))
    return Report(
        kinds=kinds,
        findings=findings,
        notes=tuple(notes),
        looked_at=gathered.looked_at,
        incomplete=gathered.incomplete,
    )


class _Gathered:
    """Findings as they come, equal ones counted."""

    def __init__(self, origin: str | None, shown: Shown) -> None:
        self.notes: list[Note] = []
        self.looked_at = 0
        self.incomplete = False
        self._origin = origin
        self._shown = shown
        self._groups: dict[tuple[object, ...], Diagnosis] = {}
        self._open = 0
        self._beyond = 0

    def findings(self) -> tuple[Diagnosis, ...]:
        if self._open:
            what = (
                "request failed, and the file does not hold why"
                if self._open == 1
                else "requests failed, and the file does not hold why"
            )
            self.notes.append(Note(text=f"{self._open} {what}. Its console message says more."))
        if self._beyond:
            self.notes.append(Note(text=f"{self._beyond} more failures have other causes than these {MOST_GROUPS}."))
        # Most frequent first; the sort keeps the order of equals.
        return tuple(sorted(self._groups.values(), key=lambda finding: -finding.count))

    def _add(self, finding: Diagnosis) -> None:
        key = (finding.reason, finding.title, finding.cause, finding.fixes)
        known = self._groups.get(key)
        if known is not None:
            self._groups[key] = replace(known, count=known.count + finding.count)
        elif len(self._groups) < MOST_GROUPS:
            self._groups[key] = finding
        else:
            self._beyond += 1

    def har(self, capture: Capture) -> None:
        """Each recorded request, judged as if live."""
        try:
            for item in capture.items:
                if isinstance(item, Recorded):
                    self.looked_at += 1
                    self._recorded(item)
        except CaptureError as error:
            if not self.looked_at:
                raise
            self.incomplete = True
            self.notes.append(Note(text=str(error), line=error.line))

    def _recorded(self, recorded: Recorded) -> None:
        verdict = replay(recorded)
        asked = recorded.asked
        if verdict is not None and verdict.finding is not None and verdict.outcome is not Outcome.OPAQUE:
            if verdict.reason is Reason.TRANSPORT:
                self._transport(recorded, verdict)
            else:
                self._add(self._of_verdict(verdict, Provenance.RECORDED, asked))
            return
        code = next((code for error, code in ERRORS if error in recorded.error), None)
        if code is not None:
            self._add(not_cors(code, Provenance.RECORDED, asked, self._shown))
        elif (
            verdict is not None and verdict.readable and verdict.response is not None and verdict.response.status >= 500
        ):
            status = verdict.response.status
            self._add(not_cors("not-cors.server-error", Provenance.RECORDED, asked, self._shown, status=status))
        elif recorded.failed and not self._named(recorded) and verdict is None:
            self._open += 1

    def _named(self, recorded: Recorded) -> bool:
        """Whether Chromium's own word for how a request ended names one reason, which it then has."""
        error = NET_ERROR.search(recorded.error)
        reasons = error_reasons(error[0]) if error is not None else ()
        made = page_and_request(recorded.asked) if len(reasons) == 1 and reasons[0] in NAMED_BY_ERROR else None
        if made is None:
            return False
        finding = self._of_verdict(supposed(Reason(reasons[0]), *made), Provenance.RECORDED, recorded.asked)
        answers = [exchange.answer for exchange in recorded.exchanges]
        status = answers[-1].status if answers and isinstance(answers[-1], ResponseHead) else None
        self._add(
            replace(finding, url=self._shown.url(recorded.asked.url), origin=recorded.asked.origin, status=status)
        )
        return True

    def _transport(self, recorded: Recorded, verdict: Verdict) -> None:
        code = FAILURES.get(failure_kind(verdict))
        if code is None:
            self._add(self._of_verdict(verdict, Provenance.RECORDED, recorded.asked))
        else:
            self._add(not_cors(code, Provenance.RECORDED, recorded.asked, self._shown))

    def texts(self, items: list[object]) -> None:
        """Everything else: the message says which request, the request says how, the response says what came."""
        asked = tuple(item for item in items if isinstance(item, Asked))
        statements = [item for item in items if isinstance(item, Statement)]
        heads = [item for item in items if isinstance(item, Head)]
        self.looked_at += len(asked) + len(statements) + len(heads)
        told = [finding for head in heads if (finding := self._head(head, asked, statements)) is not None]
        for said in statements:
            self._stated(said, asked, told)
        for finding in told:
            self._add(finding)
        answered = bool(statements or heads)
        for each in asked:
            if not answered:
                self._asked(replace(each, origin=self._origin or each.origin))

    def _stated(self, said: Statement, others: tuple[Asked, ...], told: list[Diagnosis]) -> None:
        asked = asked_by(said, others, self._origin)
        reasons = likeliest_first(said)
        if any(_is_of(finding, reasons, asked) for finding in told):
            return  # The response itself says it, and more.
        for number, code in enumerate(reasons[:MOST_OF_ONE]):
            alternative = bool(number)
            if code in NOT_CORS:
                finding = not_cors(
                    code,
                    Provenance.STATED,
                    asked,
                    self._shown,
                    status=said.status,
                    url_known=said.url is not None,
                )
                unknown = tuple(_left_open(reasons))
                self._add(replace(finding, lines=said.lines, alternative=alternative, unknown=unknown))
                continue
            reason = Reason(code)
            made = page_and_request(asked)
            if made is None:
                continue
            page, request = made
            verdict = supposed(reason, page, request, said=said)
            finding = self._of_verdict(verdict, Provenance.STATED, asked)
            if reason is Reason.PREFLIGHT_METHOD and is_cors_safelisted_method(request.method):
                finding = replace(finding, title=SOME_METHOD, cause=SOME_METHOD)
            elif reason is Reason.PREFLIGHT_HEADER and not verdict.exchanges[-1].send.headers.get(
                b"access-control-request-headers"
            ):
                finding = replace(finding, title=SOME_HEADER, cause=SOME_HEADER)
            redirected = said.asked_url is not None and said.asked_url != said.url
            self._add(
                replace(
                    finding,
                    url=None if (said.asked_url or said.url) is None and not asked.resolved else finding.url,
                    origin=asked.origin,
                    method=said.method or asked.method,
                    status=None if redirected else said.status,
                    unknown=(*self._unknown(said, asked, reason), *_left_open(reasons)),
                    alternative=alternative,
                    lines=said.lines,
                )
            )

    def _unknown(self, said: Statement, asked: Asked, reason: Reason) -> Iterator[str]:
        if not asked.resolved:
            yield NO_URL
        if asked.origin is None:
            yield NO_ORIGIN
        if said.status is None and reason in (
            Reason.ACAO_MISSING,
            Reason.PREFLIGHT_ACAO_MISSING,
            Reason.PREFLIGHT_STATUS,
        ):
            yield NO_STATUS
        if reason in (Reason.PREFLIGHT_METHOD, Reason.PREFLIGHT_HEADER):
            yield QUOTES_NO_LIST

    def _head(self, head: Head, others: tuple[Asked, ...], statements: list[Statement]) -> Diagnosis | None:
        asked = head.asked or (others[0] if len(others) == 1 else None)
        said = next((said for said in statements if asked and _same(said.asked_url or said.url or "", asked.url)), None)
        if said is None and asked is None and len(statements) == 1:
            said = statements[0]
        if said is not None:
            known = asked_by(said, others, self._origin)
            asked = known if asked is None else replace(asked, origin=known.origin or asked.origin)
        origin = self._origin or (asked.origin if asked else None)
        values = head.head.headers.values(b"access-control-allow-origin")
        if origin is None and values:
            self.notes.append(
                Note(
                    text="Whether a page may read this response depends on its origin: give it with --origin.",
                    line=head.line,
                )
            )
            return None
        wanted = replace(asked, origin=origin) if asked else Asked(url=UNKNOWN_URL, resolved=False, origin=origin)
        verdict = _judged(wanted, head.head)
        if verdict is None or verdict.finding is None:
            return None
        finding = self._of_verdict(verdict, Provenance.RECORDED, wanted)
        unknown = (NO_ORIGIN,) if origin is None else ()
        return replace(finding, url=finding.url if wanted.resolved else None, origin=origin, unknown=unknown)

    def _asked(self, asked: Asked) -> None:
        made = page_and_request(asked)
        if made is None:
            return
        page, request = made
        url = parse_url(request.url)
        if not asked.resolved and OWN.match(asked.url):
            text = "A relative URL is of the page's own origin, so CORS does not apply (unless the page has a <base>)."
            self.notes.append(Note(text=text, line=asked.line))
            return
        if asked.origin is not None and url is not None and str(url.origin) == asked.origin:
            self.notes.append(Note(text="The page asks its own origin, so CORS does not apply.", line=asked.line))
            return
        for number, reason in enumerate(possible_reasons(page, request)):
            finding = self._of_verdict(supposed(reason, page, request), Provenance.GUESSED, asked)
            unknown = [*([] if asked.resolved else [NO_URL]), *([NO_ORIGIN] if asked.origin is None else [])]
            self._add(
                replace(
                    finding,
                    url=self._shown.url(asked.url),
                    origin=asked.origin,
                    status=None,
                    alternative=bool(number),
                    unknown=(*unknown, *_dropped(asked, reason), WITHOUT_RESPONSE),
                )
            )

    def _of_verdict(self, verdict: Verdict, provenance: Provenance, asked: Asked) -> Diagnosis:
        return diagnosis_of(verdict, provenance, asked, self._shown)


def _is_of(finding: Diagnosis, reasons: tuple[str, ...], asked: Asked) -> bool:
    """Whether a response that was pasted shows the failure that a message is about."""
    if finding.asked is None or not _same(finding.asked.url, asked.url):
        return False
    # A browser may look at the status of a preflight before its headers, or after.
    preflight = finding.reason.startswith("preflight.") and "preflight.status" in reasons
    return finding.reason in reasons or (preflight and (finding.status or 0) >= 300)


def _same(one: str, other: str) -> bool:
    return bool(one) and bare(one) == bare(other)


def diagnosis_of(verdict: Verdict, provenance: Provenance, asked: Asked, shown: Shown) -> Diagnosis:
    """A blocked fetch, as a diagnosis."""
    explanation = explain(verdict, show_secrets=shown.show_secrets)
    cause, finding = explanation.cause, verdict.finding
    assert cause is not None  # noqa: S101  # the caller has seen the finding
    assert finding is not None  # noqa: S101
    exchange = _exchange_of_url(verdict)
    status = exchange.answer.status if exchange is not None and isinstance(exchange.answer, ResponseHead) else None
    return Diagnosis(
        reason=str(cause.reason),
        title=cause.title,
        cause=" ".join([cause.title, *_diagnosed(cause.fixes[0].text)]),
        fixes=cause.fixes,
        provenance=provenance,
        url=explanation.url,
        origin=explanation.origin,
        method=explanation.method,
        status=status or None,
        asked=asked,
        explanation=explanation,
    )


def failure_kind(verdict: Verdict) -> str:
    """How the network failed, "" where it did not."""
    evidence = () if verdict.finding is None else verdict.finding.evidence
    return next((value for name, value in evidence if name == "kind"), "")


def _exchange_of_url(verdict: Verdict) -> Exchange | None:
    """The exchange of the URL that the page asked for which the finding is about: after a redirect, the redirect."""
    finding = verdict.finding
    if finding is None or finding.exchange is None:
        return None
    if finding.hop:
        return next((e for e in verdict.exchanges if e.send.hop == 0 and e.send.purpose == "request"), None)
    return verdict.exchanges[finding.exchange]


def _diagnosed(text: str) -> list[str]:
    """The sentences of a fix that say what happened: all before the one that says what to do."""
    return re.split(r"(?<=[.:]) (?=[A-Z])", text)[:-1]


def _judged(asked: Asked, head: ResponseHead) -> Verdict | None:
    """The CORS check of one response head; of the preflight where the request was one."""
    made = page_and_request(asked)
    if made is None:
        return None
    page, request = made

    def answer(send: Send) -> ResponseHead:
        if send.purpose == "preflight" and not asked.preflight:
            # What was pasted is the response; the preflight before it is not there, and not what is asked about.
            return _agrees(send, str(page.origin))
        return head

    # What was asked with a preflight needs one, though the text may not show why.
    request = request.replace(redirect="manual", use_cors_preflight=request.use_cors_preflight or asked.preflight)
    context = Context(profile=BROWSERS, preflight_only=asked.preflight)
    return AnsweringDriver(answer).run(fetch(request, page, context=context)).verdict


def _agrees(send: Send, origin: str) -> ResponseHead:
    methods = send.headers.get(b"access-control-request-method") or b""
    names = send.headers.get(b"access-control-request-headers") or b""
    fields = [
        (b"Access-Control-Allow-Origin", origin.encode()),
        (b"Access-Control-Allow-Credentials", b"true"),
        (b"Access-Control-Allow-Methods", methods),
        (b"Access-Control-Allow-Headers", names),
    ]
    return ResponseHead(status=204, headers=HeaderList(tuple(fields)))


def _left_open(reasons: tuple[str, ...]) -> Iterator[str]:
    """That a message leaves its cause open, and the names of those that are not told."""
    if len(reasons) > 1:
        more = f" Less likely: {', '.join(reasons[MOST_OF_ONE:])}." if len(reasons) > MOST_OF_ONE else ""
        yield f"The browser says the same for several causes.{more}"


def _dropped(asked: Asked, reason: Reason) -> list[str]:
    """What mode no-cors takes off the request."""
    if reason is not Reason.OPAQUE or asked.mode != "no-cors":
        return []
    names = [name for name, _ in asked.headers if name.lower() not in ("accept", "accept-language", "content-language")]
    if not names:
        return []
    named = visible(", ".join(names[:8]), 200)
    return [f"In mode no-cors the browser does not send {named} as the page set it: the server may refuse it for that."]
