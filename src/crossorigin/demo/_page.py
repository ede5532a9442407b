"""The page's server: a plain ASGI application that serves the page, starts its runs, and judges what it reports.

It answers under two names. localhost is the page; 127.0.0.1 is the stranger, the same server at another origin, so that
an origin which nobody lets in is seen too. Any other name is refused: it would be somebody else's page in disguise.
"""

import asyncio
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from crossorigin.browser import CHROMIUM, FIREFOX, STANDARD, WEBKIT, Outcome, Profile
from crossorigin.explain import explain

from ._predict import Origins, Prediction, predict, url_of
from ._record import KEPT_RUNS, Message, Receive, Run, Runs, Scope, SendMessage
from ._result import Result
from ._scenario import ROWS, SCENARIO, Row

REPORT_LIMIT = 16 * 1024
WORD_LIMIT = 300

PAGE_FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/view.js": ("view.js", "text/javascript; charset=utf-8"),
    "/attempts.js": ("attempts.js", "text/javascript; charset=utf-8"),
    "/mark.svg": ("mark.svg", "image/svg+xml"),
}
STRANGER_FILES = {
    "/stranger.html": ("stranger.html", "text/html; charset=utf-8"),
    "/stranger.js": ("stranger.js", "text/javascript; charset=utf-8"),
    "/attempts.js": PAGE_FILES["/attempts.js"],
    "/mark.svg": PAGE_FILES["/mark.svg"],
}

SHOWN_ALREADY = ("URL", "status")
"""Evidence that stands in the exchange itself."""

NOT_RUN = "not available"
"""What a page reports of a row that its browser cannot run: no WebGL, for one."""


class PageServer:
    """The ASGI application. It keeps the predictions of the latest runs, to hold the reports against."""

    def __init__(self, runs: Runs, origins: Origins) -> None:
        self._runs = runs
        self._origins = origins
        self._predictions: dict[str, Mapping[str, Prediction]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: SendMessage) -> None:
        fields = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        origin = f"http://{fields.get('host', '')}"
        method, path = scope["method"], scope["path"]
        if origin == self._origins.page:
            if method == "POST":
                await self._report(path, fields, receive, send)
            else:
                await self._file(PAGE_FILES, self._page_policy(), method, path, send)
        elif origin == self._origins.stranger:
            if path == "/":
                await _answer(send, 307, b"", location=f"{self._origins.page}/")
            else:
                await self._file(STRANGER_FILES, self._stranger_policy(), method, path, send)
        else:
            await _answer(send, 421, f"This is {self._origins.page}/ and answers to no other name.\n".encode())

    def _page_policy(self) -> str:
        """Nothing from anywhere but here, and from the API only what the scenario loads."""
        api = self._origins.api
        return "; ".join(
            (
                "default-src 'none'",
                f"script-src 'self' {api}/module.js {api}/without-cors/module.js",
                "style-src 'self'",
                f"img-src 'self' {api}",
                f"font-src {api}",
                f"connect-src 'self' {api}",
                f"frame-src {self._origins.stranger}",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
            )
        )

    def _stranger_policy(self) -> str:
        return (
            f"default-src 'none'; script-src 'self'; img-src 'self'; connect-src {self._origins.api}; "
            f"base-uri 'none'; form-action 'none'; frame-ancestors {self._origins.page}"
        )

    async def _file(
        self, served: Mapping[str, tuple[str, str]], policy: str, method: str, path: str, send: SendMessage
    ) -> None:
        if path not in served:
            await _answer(send, 404, b"not found\n")
        elif method not in ("GET", "HEAD"):
            await _answer(send, 405, b"GET or HEAD\n", allow="GET, HEAD")
        else:
            name, content_type = served[path]
            body = files(__package__).joinpath("site", name).read_bytes()
            await _answer(send, 200, body, content_type=content_type, content_security_policy=policy)

    async def _report(self, path: str, fields: Mapping[str, str], receive: Receive, send: SendMessage) -> None:
        """POST /runs starts a run and answers with its predictions; POST /runs/{run}/rows/{row} reports a row."""
        if fields.get("origin") != self._origins.page:
            await _answer(send, 403, b"only this server's own page may ask that\n")
            return
        report = await _read_json(receive)
        match path.split("/")[1:], report:
            case _, None:
                await _answer(send, 400, b"a small JSON object is wanted here\n")
            case ["runs"], _:
                await _json(send, await asyncio.to_thread(self._start, _profile_of(fields.get("user-agent", ""))))
            case ["runs", run_id, "rows", row_id], dict():
                run, prediction = self._runs.find(run_id), self._predictions.get(run_id, {}).get(row_id)
                if run is None or prediction is None:
                    await _answer(send, 404, b"this run is over: start another\n")
                else:
                    await _json(send, _judge(prediction, run, report))
            case _:
                await _answer(send, 404, b"not found\n")

    def _start(self, profile: Profile) -> dict[str, object]:
        """Predict everything, in a run of its own, before the page's own run begins."""
        rehearsal, run = self._runs.start(), self._runs.start()
        predicted = {prediction.row.id: prediction for prediction in predict(rehearsal, self._origins, profile)}
        self._predictions[run.id] = predicted
        while len(self._predictions) > KEPT_RUNS:
            del self._predictions[next(iter(self._predictions))]
        return {
            "run": run.id,
            "profile": profile.name,
            "origins": {"page": self._origins.page, "api": self._origins.api, "stranger": self._origins.stranger},
            "groups": [
                {
                    "title": group.title,
                    "about": group.about,
                    "rows": [self._row(row, rehearsal, run, predicted[row.id]) for row in group.rows],
                }
                for group in SCENARIO
            ],
        }

    def _row(self, row: Row, rehearsal: Run, run: Run, prediction: Prediction) -> dict[str, object]:
        """All that the page needs to make the request and to show it."""
        return {
            "id": row.id,
            "how": row.how,
            "actor": row.actor,
            "shows": row.shows,
            "example": row is ROWS[0],
            "request": _shown(row),
            "url": url_of(row, run, self._origins),
            "method": row.method,
            "headers": [list(pair) for pair in row.headers],
            "body": row.body,
            "credentials": row.credentials,
            "mode": row.mode,
            "crossorigin": row.crossorigin,
            "uploadListener": row.upload_listener,
            "prediction": {"result": prediction.result.to_json(), **_explained(prediction, rehearsal, run)},
        }


def _judge(prediction: Prediction, run: Run, report: Mapping[str, Any]) -> dict[str, object]:
    """The page's report beside the prediction. `differences` is None where the row could not be run."""
    outcome, saw = (str(report.get(name, ""))[:WORD_LIMIT] for name in ("outcome", "saw"))
    result = Result(outcome=outcome, saw=saw, exchanges=run.take())
    differences = None if outcome == NOT_RUN else result.differences(prediction.result)
    return {"result": result.to_json(), "differences": differences}


def _shown(row: Row) -> str:
    """The request as a person would write it."""
    words = [row.method, row.path]
    if row.mode != "cors":
        words.append(f"mode: {row.mode}")
    if row.credentials != "same-origin":
        words.append(f"credentials: {row.credentials}")
    if row.crossorigin is not None:
        words.append(f"crossorigin={row.crossorigin}")
    if row.upload_listener:
        words.append("upload listener")
    return " ".join(words)


def _explained(prediction: Prediction, rehearsal: Run, run: Run) -> dict[str, object]:
    """Why it was not readable, as `crossorigin.explain` says it; the console's words with the URL of the page's run."""
    verdict = prediction.verdict
    explanation = explain(verdict)
    cause = explanation.cause
    if cause is None:
        return {"reason": None, "why": None, "fixes": [], "console": None, "failing": None, "evidence": []}
    by_browser = {FIREFOX: cause.consoles.firefox, CHROMIUM: cause.consoles.chromium}
    blocked = verdict.outcome is Outcome.BLOCKED
    return {
        "reason": cause.reason.value,
        "why": cause.why,
        "fixes": [{"text": fix.text, "fields": list(fix.fields)} for fix in cause.fixes],
        "console": "\n".join(by_browser.get(verdict.profile, ())).replace(rehearsal.id, run.id) or None,
        "failing": cause.exchange if blocked else None,
        "evidence": [list(pair) for pair in cause.evidence if pair[0] not in SHOWN_ALREADY],
    }


def _profile_of(user_agent: str) -> Profile:
    """The profile whose name the browser goes by; the standard's for one that is not known."""
    for product, profile in (("Firefox/", FIREFOX), ("Chrome/", CHROMIUM), ("AppleWebKit/", WEBKIT)):
        if product in user_agent:
            return profile
    return STANDARD


async def _read_json(receive: Receive) -> dict[str, Any] | None:
    """A JSON object of at most 16 KiB."""
    body = b""
    while True:
        message: Message = await receive()
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > REPORT_LIMIT:
            return None
        if not message.get("more_body", False):
            break
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


async def _json(send: SendMessage, value: object) -> None:
    await _answer(send, 200, json.dumps(value).encode(), content_type="application/json")


async def _answer(
    send: SendMessage, status: int, body: bytes, *, content_type: str = "text/plain; charset=utf-8", **fields: str
) -> None:
    headers = {
        "content-type": content_type,
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": body})
