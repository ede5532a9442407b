"""What the API saw and said, kept a run: the witness that the predictions and the real browser are both held against.

A run is one pass through the scenario, by the browser half or by a real browser. Its id travels in the query of every
request, so that two passes never see each other's orders, cookies or exchanges.
"""

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
SendMessage = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, SendMessage], Awaitable[None]]
Fields = tuple[tuple[str, str], ...]

KEPT_RUNS = 32
KEPT_EXCHANGES = 500
SHOWN_LENGTH = 200

# The fields of a request that CORS is about; all else of it stays unrecorded, foreign cookies above all.
SHOWN_OF_REQUEST = (
    "origin",
    "access-control-request-method",
    "access-control-request-headers",
    "content-type",
    "x-trace",
    "sec-fetch-mode",
    "sec-fetch-site",
)
SHOWN_OF_RESPONSE = ("vary", "set-cookie")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request as the API's server saw it, and its answer as it left. `ran`: the application itself was called."""

    method: str
    path: str
    request: Fields
    status: int
    response: Fields
    ran: bool

    @property
    def preflight(self) -> bool:
        """An OPTIONS that asks for a method; a page's own OPTIONS does not."""
        return self.method == "OPTIONS" and any(name == "access-control-request-method" for name, _ in self.request)

    def to_json(self) -> dict[str, object]:
        """As the page shows it."""
        return {
            "method": self.method,
            "path": self.path,
            "preflight": self.preflight,
            "request": [list(pair) for pair in self.request],
            "status": self.status,
            "response": [list(pair) for pair in self.response],
            "ran": self.ran,
        }


@dataclass(slots=True)  # mutable: a run grows while it goes on
class Run:
    """What one pass has done to the API so far. `exchanges` are those that no row has taken yet."""

    id: str
    exchanges: list[Exchange] = field(default_factory=list)
    products: dict[str, str] = field(default_factory=dict)

    @property
    def cookie(self) -> str:
        """The name of this run's cookie."""
        return f"demo-{self.id}"

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange until a row takes it."""
        if len(self.exchanges) < KEPT_EXCHANGES:
            self.exchanges.append(exchange)

    def take(self) -> tuple[Exchange, ...]:
        """The exchanges since the last call: those of the row that has just ended."""
        taken = tuple(self.exchanges)
        self.exchanges.clear()
        return taken


class Runs:
    """The latest runs by id. An unknown id, as a person with curl has none, is answered from a run of its own."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}

    def start(self) -> Run:
        """A new run; the oldest are forgotten."""
        run = Run(secrets.token_urlsafe(12))
        self._runs[run.id] = run
        while len(self._runs) > KEPT_RUNS:
            del self._runs[next(iter(self._runs))]
        return run

    def find(self, run_id: str) -> Run | None:
        """The run of that id, if it is not forgotten."""
        return self._runs.get(run_id)

    def of(self, scope: Scope) -> Run:
        """The run that a request's query names."""
        for pair in scope["query_string"].decode("latin-1").split("&"):
            name, _, value = pair.partition("=")
            if name == "run" and (run := self._runs.get(value)) is not None:
                return run
        return Run("")


class Recorder:
    """ASGI middleware around the whole API, its CORS included: it sees what went over the wire."""

    def __init__(self, app: App, runs: Runs) -> None:
        self._app = app
        self._runs = runs

    async def __call__(self, scope: Scope, receive: Receive, send: SendMessage) -> None:
        run = self._runs.of(scope)
        witness: list[str] = []

        async def recording_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                run.record(
                    Exchange(
                        method=scope["method"],
                        path=scope["path"],
                        request=_request_fields(scope["headers"], run),
                        status=message["status"],
                        response=_response_fields(message["headers"], run),
                        ran=bool(witness),
                    )
                )
            await send(message)

        await self._app({**scope, "demo.run": run, "demo.witness": witness}, receive, recording_send)


def _request_fields(headers: list[tuple[bytes, bytes]], run: Run) -> Fields:
    """In a fixed order, since browsers differ in theirs; of Cookie only this run's own."""
    fields = _decoded(headers)
    shown = [(name, value) for wanted in SHOWN_OF_REQUEST for name, value in fields if name == wanted]
    cookies = [pair.strip() for name, value in fields if name == "cookie" for pair in value.split(";")]
    if f"{run.cookie}=1" in cookies:
        shown.append(("cookie", "demo=1"))
    return tuple(shown)


def _response_fields(headers: list[tuple[bytes, bytes]], run: Run) -> Fields:
    """In the order in which they left."""
    return tuple(
        (name, value.replace(run.cookie, "demo"))
        for name, value in _decoded(headers)
        if name.startswith("access-control-") or name in SHOWN_OF_RESPONSE
    )


def _decoded(headers: list[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    return [(name.decode("latin-1").lower(), value.decode("latin-1")[:SHOWN_LENGTH]) for name, value in headers]
