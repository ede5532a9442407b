"""Runs cases in the browser half of crossorigin, with the scripted servers in process: there is no network at all."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crossorigin.browser import (
    Blob,
    Context,
    Hooks,
    NetworkFailure,
    Page,
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
    xhr_request,
)
from crossorigin.explain import explain
from crossorigin.standard import HeaderList
from tests.differential._case import HOSTS, PAGES, Call, Case, Feature, Fetch, Wait, Xhr
from tests.differential._cookie import StoredCookie
from tests.differential._outcome import Outcome, Seen, Wire
from tests.differential._places import CASE_IN_URL, Places
from tests.differential._server import Answer, Scripted
from tests.differential._shown import shown

# No server listens there; ports of their own make origins of their own.
ORIGINS: Mapping[str, str] = {label: f"{host}:{port}" for port, (label, host) in enumerate(HOSTS.items(), 8001)}
PLACES = Places(ORIGINS)
LABELS = {urlsplit(origin).port: label for label, origin in ORIGINS.items()}

# A user's choice, and Debian's: no part of the standard.
LANGUAGES = {"chromium": b"en-US,en;q=0.9", "firefox": b"en-US,en;q=0.9"}


@dataclass(frozen=True, slots=True)
class Explained:
    """What explain said of one call that was blocked, and what its words for the browser's console were."""

    reason: str
    url: str
    asked_url: str
    origin: str
    method: str
    lines: tuple[str, ...]


def run_case(case: Case, profile: Profile, settings: Mapping[str, Any] = {}) -> Outcome:
    """What the engine says of a case, in the form in which a browser's outcome is recorded.

    `settings` are the Context's, beside the profile.
    """
    return _Run(case, profile, settings).outcome()


def run_explained(
    case: Case, profile: Profile, settings: Mapping[str, Any] = {}
) -> tuple[Outcome, tuple[Explained, ...]]:
    """The same, and what explain says of each call that was blocked."""
    run = _Run(case, profile, settings)
    return run.outcome(), tuple(run.explained)


class _Run:
    """One case: its page, its servers, and a browser session with a clock of its own."""

    def __init__(self, case: Case, profile: Profile, settings: Mapping[str, Any]) -> None:
        self._case = case
        at = PAGES[case.page]
        self._page: Page = page_at(f"{ORIGINS[at.origin]}{at.path}", **at.engine)
        self._servers = _Servers(case)
        self._now = 1e9
        public = f"{ORIGINS['public']}/"
        self._context = Context(
            profile=profile,
            accept_language=LANGUAGES.get(profile.name),
            now=lambda: self._now,
            hooks=Hooks(
                address_space=lambda url: "public" if url.startswith(public) else "loopback",
                local_network_permission=lambda space: False,
            ),
            **settings,
        )

        self.explained: list[Explained] = []

    def outcome(self) -> Outcome:
        seen: list[Seen] = []
        console: list[str] = []
        for call in self._case.calls:
            if isinstance(call, Wait):
                self._now += call.seconds
                seen.append(Seen("none"))
                continue
            try:
                request = _request(call, self._case, self._page)
            except RequestError:
                seen.append(Seen("blocked"))
                continue
            verdict = _drive(fetch(request, self._page, context=self._context), self._servers)
            seen.append(_seen(call, self._case, verdict))
            said = _explained(verdict)
            self.explained += said
            lines = [line for one in said for line in one.lines if self._case.name in CASE_IN_URL.findall(line)]
            console += [PLACES.take(line, self._case.name) for line in lines]
        return Outcome(
            self._case.name, tuple(seen), tuple(self._servers.wire), stored=self._stored(), console=tuple(console)
        )

    def _stored(self) -> tuple[str, ...]:
        assert self._context.cookies is not None
        stored = (
            StoredCookie(
                name=cookie.name.decode("latin-1"),
                value=cookie.value.decode("latin-1"),
                path=cookie.path,
                secure=cookie.secure,
                http_only=cookie.http_only,
                same_site="" if cookie.same_site == "unset" else cookie.same_site,
            )
            for cookie in self._context.cookies.cookies
        )
        return tuple(sorted(PLACES.take(str(cookie), self._case.name) for cookie in stored))


class _Servers:
    """Answers what the flow sends, as `_server` would, and notes it as `_live` would."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._routes = {key: Scripted(route) for key, route in case.placed_routes(PLACES).items()}
        self.wire: list[Wire] = []

    def answer(self, send: Send) -> ResponseHead | NetworkFailure:
        url = urlsplit(send.url)
        label = LABELS.get(url.port or 0)
        if label is None or not ORIGINS[label].startswith(f"{url.scheme}:"):
            return NetworkFailure(kind="refused", message="nobody listens there")
        folder = PLACES.path(self._case.name, "")
        if not url.path.startswith(folder):
            return _head(Answer(status=404, body=b""))
        query = "?" in send.url.partition("#")[0]
        to = f"{label}/{url.path.removeprefix(folder)}{'?' * query}{url.query}"
        route = self._routes.get((label, url.path))
        fields = {name: value for name in self._case.fields if (value := self._sent(send, name)) is not None}
        self.wire.append(
            Wire(
                method=send.method,
                to=to,
                origin=self._sent(send, "origin"),
                acrm=self._sent(send, "access-control-request-method"),
                acrh=self._sent(send, "access-control-request-headers"),
                cookie=self._sent(send, "cookie"),
                fields=fields or None,
            )
        )
        answer = Answer(status=404, body=b"") if route is None else route.next(preflight=send.purpose == "preflight")
        if answer.reset:
            return NetworkFailure(kind="protocol", message="the connection was reset")
        return _head(answer)

    def _sent(self, send: Send, name: str) -> str | None:
        value = send.headers.get(name.encode("ascii"))
        return None if value is None else PLACES.take(value.decode("latin-1"), self._case.name)


def _head(answer: Answer) -> ResponseHead:
    """The head of an answer as a driver would hand it on, white space around values gone."""
    fields = (line.encode("latin-1").partition(b":") for line in answer.head())
    return ResponseHead(
        status=answer.status, headers=HeaderList(tuple((name, value.strip(b" \t")) for name, _, value in fields))
    )


def _drive(flow: Generator[Send, ResponseHead | NetworkFailure, Verdict], servers: _Servers) -> Verdict:
    try:
        send = next(flow)
        while True:
            send = flow.send(servers.answer(send))
    except StopIteration as stop:
        return stop.value


def _explained(verdict: Verdict) -> list[Explained]:
    """What explain says, and that this browser prints."""
    explanation = explain(verdict)
    cause = explanation.cause
    if cause is None:
        return []
    return [
        Explained(
            reason=cause.reason,
            url="" if cause.where is None else cause.where.url,
            asked_url=explanation.url,
            origin=explanation.origin,
            method=explanation.method,
            lines=getattr(cause.consoles, verdict.profile.name),
        )
    ]


def _request(call: Fetch | Xhr | Feature, case: Case, page: Page) -> Request:
    url = PLACES.put(call.url, case.name)
    match call:
        case Fetch():
            init = call.init()
            if call.referrer is not None:
                init["referrer"] = PLACES.put(call.referrer, case.name)
            return fetch_request(page, url, **init)
        case Xhr():
            return xhr_request(
                page,
                url,
                method=call.method,
                headers=call.headers,
                body=call.body,
                with_credentials=call.credentials,
                upload_listener=call.upload,
            )
        case Feature("form"):  # the one of page.js, whose target is a frame
            body = Blob(b"a=b", "application/x-www-form-urlencoded")
            return feature_request(page, call.name, url, destination="iframe", body=body)
        case Feature():
            return feature_request(
                page,
                call.name,
                url,
                crossorigin=call.crossorigin,
                destination=call.destination,
                with_credentials=call.with_credentials,
                body=None if call.content_type is None else Blob(b"x", call.content_type),
            )


def _seen(call: Call, case: Case, verdict: Verdict) -> Seen:
    ending = verdict.outcome if verdict.outcome in ("readable", "opaque") else "blocked"
    if isinstance(call, Feature):
        event, after = shown(call, ending, verdict)
        return Seen(event, shown=after or None)
    if ending == "blocked":
        return Seen(ending)
    response = verdict.response
    assert response is not None, f"{verdict.outcome} without a response"
    names = sorted({name.lower() for name, _ in response.headers})
    headers = {name.decode(): _text(response.headers.get(name), case) for name in names}
    return Seen(ending, response.type if isinstance(call, Fetch) else None, response.status, headers)


def _text(value: bytes | None, case: Case) -> str:
    return PLACES.take((value or b"").decode("latin-1"), case.name)
