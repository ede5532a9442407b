"""Console text, read: the messages of browsers and of Node about requests that failed, put together by request."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from crossorigin.browser import page_at, parse_url
from crossorigin.consoles import Said, Source, Table, chromium, firefox, node, webkit
from crossorigin.consoles.translations import said_in, said_in_unknown, with_status

from ._capture import Capture, CaptureError, Statement
from ._console_codes import codes_in

TABLE = Table([*webkit.TEMPLATES, *chromium.TEMPLATES, *firefox.TEMPLATES, *node.TEMPLATES])
TOOLS = {"chromium": "Chrome or Edge", "firefox": "Firefox", "webkit": "Safari", "node": "Node", "": ""}
MESSAGE_LIMIT = 2000
CHECKS = frozenset(chromium.CHECKS)
REDIRECTS = frozenset({"301", "302", "303", "307", "308"})

# What a console prints that is about no request, or about one that nobody here has made.
NOISE = re.compile(
    r"favicon\.ico|DevTools|source ?map|(?:chrome|moz|safari-web)-extension://|runtime\.lastError|"
    r"\[(?:HMR|vite|webpack|Violation|Deprecation|Intervention|Error|Warning|Log|Info|Debug)\b|"
    r"\b(?:Warning|Uncaught|Error|TypeError|ReferenceError|SyntaxError|RangeError|Unhandled|Manifest|Failed to)\b|"
    r"ResizeObserver|ERR_ABORTED|NS_BINDING_ABORTED|third-party cookie|Content Security Policy|Mixed Content|"
    r"\b[\w.-]{1,80}\.(?:js|ts|tsx|jsx|mjs|html):\d+|Cross-Origin Request Warning|preloaded using link preload|"
    r"message channel closed|asynchronous response",
    re.IGNORECASE,
)


def read_console(text: str) -> Capture:
    """The failures that a console's text tells of, as statements, each with what its messages prove or leave open.

    Any of Chrome, Edge, Firefox (in English and, by phrases, in other languages), Safari and Node; wrapped, quoted or
    coloured. Lines that are about one failure are one statement, and equal statements are one. A text that is a
    console's and tells of no failed request is one statement, `not-cors.console-noise`. CaptureError: it is none.

    >>> capture = read_console(
    ...     "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS "
    ...     "policy: Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.\\n"
    ...     "app.js:2  PUT https://api.example/ net::ERR_FAILED"
    ... )
    >>> [(item.reasons, item.url, item.method, item.lines) for item in capture.items]
    [(('preflight.method',), 'https://api.example/', 'PUT', (1, 2))]
    """
    source = Source(text)
    found = _Found(source)
    for said in _in_order(source):
        found.add(said)
    statements = found.statements()
    if not statements:
        statements = [_noise(source)]
    browsers = {statement.browser for statement in statements}
    return Capture(kind="console", tool=TOOLS[browsers.pop()] if len(browsers) == 1 else "", items=tuple(statements))


def _in_order(source: Source) -> Iterator[Said]:
    """Every message, by its place; of two that overlap, the sentence."""
    sentences = [with_status(source, said) if said.browser == "firefox" else said for said in TABLE.scan(source)]
    sentences += said_in(source)
    sentences += _in_unknown_languages(source, sentences)
    everything = sorted([*sentences, *codes_in(source)], key=lambda said: (said.start, -said.end))
    end = 0
    for said in everything:
        if said.start >= end or said.role == "detail":
            end = max(end, said.end)
            yield said


def _in_unknown_languages(source: Source, known: Iterable[Said]) -> Iterator[Said]:
    taken = {source.line(said.start) for said in known}
    start = 0
    for line in source.text.split("\n"):
        if "CORS" in line and source.line(start) not in taken and (said := said_in_unknown(line)):
            yield Said("firefox", "cause", said[1], {"url": said[0]}, start, start + len(line))
        start += len(line) + 1


@dataclass(slots=True)  # mutable: messages are added to it as they come
class _Failure:
    """One failure, while its messages are put together."""

    said: Said
    reasons: tuple[str, ...]
    values: dict[str, str]
    places: list[tuple[int, int]] = field(default_factory=list)
    echoed: bool = False

    def agrees(self, values: Mapping[str, str]) -> bool:
        return all(self.values.get(name, value) == value for name, value in values.items())

    def take(self, said: Said) -> None:
        if not (said.browser == "firefox" and said.role == "echo"):
            self.values = {**said.values, **self.values}
        self.places.append((said.start, said.end))


class _Found:
    """The failures of a text, in order. Which messages belong together differs from browser to browser."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._failures: list[_Failure] = []
        self._by_url: dict[tuple[str, str], _Failure] = {}
        self._equal: dict[tuple[object, ...], _Failure] = {}
        self._last: dict[str, _Failure] = {}
        self._tail: Said | None = None

    def add(self, said: Said) -> None:
        """One more message."""
        if said.role == "tail":
            if self._tail is None or len(said.reasons) < len(self._tail.reasons):
                self._tail = said
        elif (failure := self._one_it_belongs_to(said)) is not None:
            failure.take(said)
            self._index(failure)
        elif said.reasons:
            failure = _Failure(said, said.reasons, {**said.values}, [(said.start, said.end)])
            self._failures.append(failure)
            self._last[said.browser] = failure
            self._index(failure)

    def _index(self, failure: _Failure) -> None:
        for name in ("url", "asked_url"):
            if url := failure.values.get(name):
                self._by_url[failure.said.browser, url] = failure
        self._equal[self._key(failure.said, failure.values.get("url"))] = failure

    @staticmethod
    def _key(said: Said, url: str | None) -> tuple[object, ...]:
        return said.browser, said.reasons, url

    def _one_it_belongs_to(self, said: Said) -> _Failure | None:
        url = said.values.get("url")
        match said.browser, said.role:
            case "firefox", "echo":
                return self._orb() if said.reasons == ("orb",) else self._echoed(url)
            case "firefox", "detail" if "name" in said.values:
                return self._named(said)
            case "webkit", "detail":
                return self._without_url() or self._by_url.get(("webkit", url or "")) or self._before_redirection(url)
            case "webkit", "echo":
                return next((f for f in self._recent() if f.reasons == said.reasons and f.agrees(said.values)), None)
            case "webkit", "cause" if url is None:
                return self._without_cause(said)
            case _, "detail":
                return self._told_more(said, url)
        if said.browser == "firefox" and said.reasons == ("preflight.status",):
            redirect = self._by_url.get(("firefox", url or ""))
            if redirect is not None and redirect.reasons == ("preflight.redirect",) and redirect.agrees(said.values):
                return redirect
        if (
            said.browser == "firefox"
            and said.reasons == ("orb",)
            and (last := self._orb())
            and "url" not in last.values
        ):
            return last
        detail = self._by_url.get((said.browser, url or "")) or self._by_url.get(("", url or ""))
        if detail is not None and detail.said.role == "detail" and said.browser != "firefox":
            detail.said, detail.reasons = said, said.reasons
            return detail
        failure = self._equal.get(self._key(said, url))
        return failure if failure is not None and failure.agrees(said.values) else None

    def _echoed(self, url: str | None) -> _Failure | None:
        """Firefox says of what has failed already that it did not succeed; of a redirect, by the URL before it."""
        last = self._last.get("firefox")
        failure = self._by_url.get(("firefox", url)) if url else last
        if failure is None and last is not None and not last.echoed and "scheme" in last.reasons:
            failure = last
            failure.reasons = ("redirect.scheme",)
            failure.values["asked_url"] = url or ""
            if failure.values.get("page_url") == url:
                del failure.values["page_url"]
        if failure is not None:
            failure.echoed = True
        return failure

    def _orb(self) -> _Failure | None:
        """Firefox says in two lines, in either order, that a response was blocked; only one has the URL."""
        last = self._last.get("firefox")
        return last if last is not None and last.reasons == ("orb",) else None

    def _recent(self, most: int = 20) -> Iterator[_Failure]:
        """The last failures of WebKit: its lines stand close together."""
        return (failure for failure in reversed(self._failures[-most:]) if failure.said.browser == "webkit")

    def _without_url(self) -> _Failure | None:
        """WebKit says the cause first, then what could not be loaded."""
        return next((f for f in self._recent() if f.said.role != "detail" and "url" not in f.values), None)

    def _before_redirection(self, url: str | None) -> _Failure | None:
        """What was asked for, where the message before it tells only where that led to."""
        failure = next(self._recent(), None)
        if failure is None or "redirection" not in failure.values or "asked_url" in failure.values or url is None:
            return None
        failure.values["asked_url"] = url
        return failure

    def _without_cause(self, said: Said) -> _Failure | None:
        failure = next(self._recent(), None)
        if failure is None or failure.said.role != "detail" or failure.reasons == said.reasons:
            return None
        failure.said, failure.reasons = said, said.reasons
        return failure

    def _named(self, said: Said) -> _Failure | None:
        """The page that Firefox links to says what a message in a language unknown here left open."""
        url = said.values.get("url")
        failure = self._by_url.get(("firefox", url)) if url else self._last.get("firefox")
        if failure is not None and len(failure.reasons) > 1 and set(said.reasons) <= set(failure.reasons):
            failure.reasons = said.reasons
        return failure

    def _told_more(self, said: Said, url: str | None) -> _Failure | None:
        status = {name: value for name, value in said.values.items() if name == "status"}
        for browser in (said.browser,) if said.browser else TOOLS:
            failure = self._last.get(browser) if url is None else self._by_url.get((browser, url))
            if failure is None or not failure.agrees(status):
                continue
            # A status without a URL tells more of the same status only.
            if url is not None or said.browser or failure.values.get("status") == said.values.get("status"):
                return failure
        return None

    def statements(self) -> list[Statement]:
        """What became of it, equal ones as one."""
        if not self._failures and self._tail is not None:
            self.add(replace(self._tail, role="cause"))
        told = {failure.reasons for failure in self._recent(len(self._failures)) if "url" in failure.values}
        statements: dict[Statement, tuple[int, ...]] = {}
        for failure in self._failures:
            if failure.said.browser == "webkit" and "url" not in failure.values and failure.reasons in told:
                continue  # said once more
            statement = _statement(failure, self._source)
            statements[statement] = (*statements.get(statement, ()), *_lines(failure, self._source))
        return [replace(statement, lines=tuple(sorted({*lines}))) for statement, lines in statements.items()]


def _statement(failure: _Failure, source: Source) -> Statement:
    """A failure as a value, without its lines."""
    said, values = failure.said, failure.values
    status = values.get("status", "")
    return Statement(
        browser=said.browser,
        reasons=_reasons(failure),
        message=source.text[said.start : min(said.end, said.start + MESSAGE_LIMIT)].replace("\n", " "),
        url=values.get("url"),
        asked_url=values.get("asked_url"),
        origin=values.get("origin") or _origin_of(values.get("page_url", "")),
        method=values.get("method"),
        status=int(status) if status.isdigit() else None,
        api=values.get("api"),
        header=values.get("header"),
        header_value=values.get("header_value"),
        address_space=values.get("address_space", "").strip("'`") or None,
    )


def _lines(failure: _Failure, source: Source) -> Iterator[int]:
    for start, end in failure.places:
        yield from range(source.line(start), source.line(max(start, end - 1)) + 1)


def _origin_of(page_url: str) -> str | None:
    try:
        return str(page_at(page_url).origin) if page_url else None
    except ValueError:
        return None


def _reasons(failure: _Failure) -> tuple[str, ...]:
    """The reasons, by all that the messages say."""
    reasons, status = failure.reasons, failure.values.get("status", "")
    if reasons == ("preflight.status",) and status in REDIRECTS:
        # Firefox says of one with a Location, in a line before it, that it is a redirect.
        return ("preflight.redirect", *reasons) if failure.said.browser == "firefox" else ("preflight.redirect",)
    if reasons == chromium.SCHEMES.reasons and failure.said.browser == "chromium":
        return ("redirect.scheme",) if "asked_url" in failure.values else ("scheme",)
    if failure.said.browser == "webkit" and status and not status.startswith("2"):
        # A preflight with such a status fails by it, and WebKit says so.
        return tuple(reason for reason in reasons if not reason.startswith("preflight.acao")) or reasons
    if failure.said.browser != "firefox" or not set(reasons) <= CHECKS or len(reasons) > 1:
        return reasons
    if reasons == ("acao-mismatch",) and "header_value" in failure.values:
        reasons = _which_mismatch(failure.values["header_value"])
    if not failure.echoed:
        return reasons
    # Two lines: the preflight failed, or a redirect did.
    of_preflight = tuple(f"preflight.{reason}" for reason in reasons)
    if status in REDIRECTS:
        return (*reasons, *of_preflight)
    return of_preflight if status else (*of_preflight, *reasons)


def _which_mismatch(value: str) -> tuple[str, ...]:
    """Firefox says the same of every value that is not the page's origin; the value tells them apart."""
    if "," in value or " " in value:
        return ("acao-multiple",)
    if "\ufffd" in value:  # bytes that Firefox could not show
        return ("acao-mismatch", "acao-invalid")
    return ("acao-mismatch",) if value == "null" or parse_url(value) is not None else ("acao-invalid",)


def _noise(source: Source) -> Statement:
    match = NOISE.search(source.text)
    if match is None:
        raise CaptureError(
            "No browser's message about a failed request was found. Paste the lines of the console as they are, "
            "with the red ones from “Access to fetch at …” or “Cross-Origin Request Blocked” on.",
            line=1,
        )
    start, end = source.text.rfind("\n", 0, match.start()) + 1, source.line_end(match.start())
    return Statement(
        browser="",
        reasons=("not-cors.console-noise",),
        message=source.text[start : min(end, start + MESSAGE_LIMIT)],
        lines=(source.line(match.start()),),
    )
