"""Runs cases in the browser half of crossorigin, with the scripted servers in process: there is no network at all."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from urllib.parse import urldefrag

from crossorigin.browser import (
    Context,
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
from tests.differential._case import HOSTS, Call, Case, Feature, Fetch
from tests.differential._outcome import Ending, Outcome, Seen, Wire, without_addresses
from tests.differential._server import Answer, Scripted

# No server listens there; ports of their own make origins of their own.
ORIGINS: Mapping[str, str] = {label: f"http://{host}:{port}" for port, (label, host) in enumerate(HOSTS.items(), 8001)}

ENDINGS: Mapping[str, Ending] = {"readable": "readable", "opaque": "opaque"}


def run_case(case: Case, profile: Profile) -> Outcome:
    """What the engine says of a case, in the form in which a browser's outcome is recorded."""
    page = page_at(f"{ORIGINS['page']}/")
    context = Context(profile=profile)
    servers = _Servers(case)
    seen: list[Seen] = []
    console: list[str] = []
    for call in case.calls:
        try:
            request = _request(call, case, page)
        except RequestError:
            seen.append(Seen("blocked"))
            continue
        verdict = _drive(fetch(request, page, context=context), servers)
        seen.append(_seen(call, verdict))
        console += _console(verdict)
    return Outcome(case.name, tuple(seen), tuple(servers.wire), tuple(console))


class _Servers:
    """Answers what the flow sends, as `_server` would, and notes it as `_live` would."""

    def __init__(self, case: Case) -> None:
        self._routes = {
            f"{ORIGINS[origin]}{path}": (f"{origin}/{path.rpartition('/')[2]}", Scripted(route))
            for (origin, path), route in case.placed_routes(ORIGINS).items()
        }
        self.wire: list[Wire] = []

    def answer(self, send: Send) -> ResponseHead:
        address, mark, query = urldefrag(send.url).url.partition("?")
        place, route = self._routes.get(address, (without_addresses(address, ORIGINS), None))
        self.wire.append(
            Wire(
                method=send.method,
                to=f"{place}{mark}{query}",
                origin=self._sent(send, b"origin"),
                acrm=self._sent(send, b"access-control-request-method"),
                acrh=self._sent(send, b"access-control-request-headers"),
                cookie=self._sent(send, b"cookie"),
            )
        )
        if route is None:
            return _head(Answer(status=404, body=b""))
        return _head(route.next(preflight=send.purpose == "preflight"))

    def _sent(self, send: Send, name: bytes) -> str | None:
        value = send.headers.get(name)
        return None if value is None else without_addresses(value.decode("latin-1"), ORIGINS)


def _head(answer: Answer) -> ResponseHead:
    """The head of an answer as a driver would hand it on, white space around values gone."""
    lines = answer.raw().partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    fields = (line.partition(b":") for line in lines)
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


def _console(verdict: Verdict) -> list[str]:
    """What explain says that this browser prints."""
    cause = explain(verdict).cause
    if cause is None:
        return []
    return [without_addresses(line, ORIGINS) for line in getattr(cause.consoles, verdict.profile.name)]


def _request(call: Call, case: Case, page: Page) -> Request:
    url = case.placed(call.url, ORIGINS)
    if isinstance(call, Fetch):
        return fetch_request(page, url, **call.init())
    if isinstance(call, Feature):
        return feature_request(page, call.name, url, crossorigin=call.crossorigin)
    return xhr_request(
        page,
        url,
        method=call.method,
        headers=call.headers,
        body=call.body,
        with_credentials=call.credentials,
        upload_listener=call.upload,
    )


def _seen(call: Call, verdict: Verdict) -> Seen:
    ending = ENDINGS.get(verdict.outcome, "blocked")
    if isinstance(call, Feature) or ending == "blocked":
        return Seen(ending)
    response = verdict.response
    assert response is not None, f"{verdict.outcome} without a response"
    names = sorted({name.lower() for name, _ in response.headers})
    headers = {name.decode(): _text(response.headers.get(name)) for name in names}
    return Seen(ending, response.type if isinstance(call, Fetch) else None, response.status, headers)


def _text(value: bytes | None) -> str:
    return without_addresses((value or b"").decode("latin-1"), ORIGINS)
