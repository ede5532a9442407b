"""Failed requests, sent again: preflights, GET and HEAD; other methods and secrets only where that was asked for."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from crossorigin.asking import cookie_jar
from crossorigin.browser import BROWSERS, Context, Outcome, fetch, parse_url
from crossorigin.captures import Asked, Note, Provenance
from crossorigin.drivers import NetworkDriver
from crossorigin.explain import Shown, visible

from ._diagnose import FAILURES, diagnosis_of, failure_kind
from ._diagnosis import Diagnosis, Report
from ._not_cors import not_cors
from ._requests import page_and_request

SAFE = frozenset({"GET", "HEAD"})
MOST = 20
"""Requests that are sent for one paste."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A request that is going to be sent: `preflight_only` where the request itself stays away, and `left_out` why."""

    asked: Asked
    preflight_only: bool
    left_out: str = ""

    def __str__(self) -> str:
        shown = Shown()
        what = "the preflight of " if self.preflight_only else ""
        return f"{what}{visible(self.asked.method or 'GET', 40)} {shown.url(self.asked.url)} from {self.asked.origin}"


def plan(report: Report, *, unsafe: bool = False, with_secrets: bool = False) -> tuple[Planned, ...]:
    """What would be sent to measure a report's findings. Without the page's origin or the URL a request is not sent."""
    seen: dict[tuple[object, ...], Planned] = {}
    for finding in report.findings:
        asked = finding.asked
        if asked is None or not asked.resolved or asked.origin is None or parse_url(asked.url) is None:
            continue
        kept, left_out = _without_secrets(asked, with_secrets)
        method = (kept.method or ("GET" if kept.body is None else "POST")).upper()
        body_unknown = kept.body == ""
        preflight_only = bool(left_out) or (method not in SAFE and (not unsafe or body_unknown))
        if method not in SAFE and not unsafe:
            left_out = left_out or f"{visible(method, 40)} itself is sent only with --unsafe"
        key = (kept.url, method, kept.headers, kept.origin, kept.credentials, kept.feature)
        seen.setdefault(key, Planned(asked=kept, preflight_only=preflight_only, left_out=left_out))
    return tuple(seen.values())[:MOST]


def _without_secrets(asked: Asked, with_secrets: bool) -> tuple[Asked, str]:
    """The request without what the paste holds of secrets, and what that was."""
    names = {name.lower() for name in asked.secrets}
    if with_secrets:
        return asked, ""
    headers = tuple((name, "left-out" if name.lower() in names else value) for name, value in asked.headers)
    found = ", ".join(asked.secrets)
    left_out = f"{visible(found, 100)} of the paste is sent only with --with-secrets" if found else ""
    return replace(asked, headers=headers, cookies=None), left_out


def measure(
    planned: tuple[Planned, ...], network: dict[str, Any], shown: Shown
) -> Iterator[tuple[Planned, Diagnosis | None, Note | None]]:
    """Sends each, and says what came of it: a finding, or a note that it is readable or not told.

    Raises:
        ValueError: a value of `network` (the arguments of `NetworkDriver`) is wrong.
        OSError: its file of certificates cannot be read.
    """
    with closing(NetworkDriver(event_streams=False, **network)) as driver:
        for each in planned:
            yield each, *_measured(each, driver, shown)


def _measured(planned: Planned, driver: NetworkDriver, shown: Shown) -> tuple[Diagnosis | None, Note | None]:
    asked = planned.asked
    made = page_and_request(asked)
    where = f"{visible(asked.method or 'GET', 40)} {shown.url(asked.url)}"
    if made is None:
        return None, Note(text=f"{where}: a browser makes no such request.")
    page, request = made
    sent = (asked.cookies,) if asked.cookies and asked.credentials == "include" else ()
    jar = cookie_jar(asked.url, sent)
    context = Context(profile=BROWSERS, cookies=jar, preflight_only=planned.preflight_only)
    verdict = driver.run(fetch(request, page, context=context)).verdict
    if verdict.outcome is Outcome.NOT_SENT:
        passes = "the preflight passes" if verdict.preflighted else "it needs no preflight"
        left_out = planned.left_out or "the request itself was not sent"
        return None, Note(text=f"{where}: {passes}; whether the response can be read is not known ({left_out}).")
    if verdict.finding is None:
        status = 0 if verdict.response is None else verdict.response.status
        if status >= 500:
            return not_cors("not-cors.server-error", Provenance.MEASURED, asked, shown, status=status), None
        return None, Note(text=f"{where}: readable now, with status {status}.")
    code = FAILURES.get(failure_kind(verdict))
    if code is not None:
        return not_cors(code, Provenance.MEASURED, asked, shown), None
    return diagnosis_of(verdict, Provenance.MEASURED, asked, shown), None
