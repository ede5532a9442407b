"""A sandboxed page, whose origin is opaque: `null` to every server, its own too."""

from __future__ import annotations

from collections.abc import Iterable

from tests.differential._bodies import fitting
from tests.differential._build import ACAH, ACAM, ACAO, CREDENTIALS, case, ok, to
from tests.differential._case import Case, Feature, Fetch, Xhr
from tests.differential._server import Route

ANSWERS = {"null": "null", "any": "*", "page": "{page}", "missing": None, "null-upper-case": "NULL", "quoted": '"null"'}
CALLS = {
    "get": Fetch,
    "post": lambda url: Fetch(url, method="POST", body="a"),
    "put": lambda url: Fetch(url, method="PUT"),
    "x-a": lambda url: Fetch(url, headers={"X-A": "1"}),
    "include": lambda url: Fetch(url, credentials="include"),
    "put-include": lambda url: Fetch(url, method="PUT", credentials="include"),
    "xhr": Xhr,
    "no-cors": lambda url: Fetch(url, mode="no-cors"),
    "no-cors-post": lambda url: Fetch(url, mode="no-cors", method="POST"),
    "same-origin": lambda url: Fetch(url, mode="same-origin"),
    "no-referrer": lambda url: Fetch(url, method="POST", referrer_policy="no-referrer"),
    "image-anonymous": lambda url: Feature("image", url, "anonymous"),
    "module": lambda url: Feature("module", url),
    "font": lambda url: Feature("font", url),
}
LISTS = (f"{ACAM}PUT", f"{ACAH}x-a", CREDENTIALS)
FIELDS = ("referer", "sec-fetch-site", "sec-fetch-mode")


def cases() -> Iterable[Case]:
    """Answers times calls, to another server and to the page's own; and redirects."""
    for call_name, call in CALLS.items():
        for place in ("api", "page"):
            for answer, value in ANSWERS.items():
                lines = (*(() if value is None else (f"{ACAO}{value}",)), *LISTS)
                attempt = call(f"{{{place}/x}}")
                route = {f"{place}/x": Route((fitting(attempt, *lines),), (ok(*lines),))}
                name = f"sandboxed.{call_name}.{place}.{answer}"
                yield case(name, attempt, page="sandboxed", fields=FIELDS, routes=route)
    for path in (("api", "other"), ("page", "api"), ("api", "page"), ("page", "page")):
        for answer in ("null", "any", "page"):
            lines = (f"{ACAO}{ANSWERS[answer]}",)
            first, last = path
            routes = {f"{first}/x": Route((to(f"{{{last}/y}}", *lines),)), f"{last}/y": Route((ok(*lines),))}
            name = f"sandboxed.redirect.{first}.{last}.{answer}"
            yield case(name, Fetch(f"{{{first}/x}}"), page="sandboxed", fields=FIELDS, routes=routes)
