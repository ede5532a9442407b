"""Third-party cookies: sent, kept apart or blocked, as the browser's default is. Run with Debian's default as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tests.differential._bodies import fitting
from tests.differential._build import CREDENTIALS, PUT_ALLOWED, ok, to
from tests.differential._case import Case, Feature, Fetch, Xhr
from tests.differential._server import Route

COOKIES: Mapping[str, str] = {
    "unset": "a=1",
    "lax": "a=1; SameSite=Lax; Secure",
    "none": "a=1; SameSite=None",
    "none-secure": "a=1; SameSite=None; Secure",
    "partitioned": "a=1; SameSite=None; Secure; Partitioned",
}
CALLS: Mapping[str, Fetch | Xhr | Feature] = {
    "fetch": Fetch(credentials="include"),
    "put": Fetch(method="PUT", credentials="include"),
    "omit": Fetch(credentials="omit"),
    "no-cors": Fetch(mode="no-cors", credentials="include"),
    "xhr": Xhr(credentials=True),
    "image": Feature("image"),
    "script": Feature("script", crossorigin="use-credentials"),
    "iframe": Feature("iframe"),
    "beacon": Feature("beacon", content_type="text/plain"),
}
PLACES: Mapping[str, tuple[str, str]] = {"away": ("tls", "tlsapi"), "http": ("page", "api"), "site": ("tls", "tls")}
"""The page, and whom it asks. Of `site` nothing is third-party."""

FIELDS = ("sec-fetch-storage-access",)


def cases() -> Iterable[Case]:
    """A response sets a cookie, the next request may carry it: cookies times calls, and behind a redirect."""
    for place, (page, origin) in PLACES.items():
        lines = (f"Access-Control-Allow-Origin: {{{page}}}", CREDENTIALS)
        set_it = Fetch(f"{{{origin}/set}}", credentials="include")
        for cookie, value in COOKIES.items():
            setting = Route((ok(*lines, f"Set-Cookie: {value}"),))
            for name, call in CALLS.items():
                routes = {
                    f"{origin}/set": setting,
                    f"{origin}/x": Route((fitting(call, *lines),), (ok(*lines, PUT_ALLOWED),)),
                }
                asked = replace(call, url=f"{{{origin}/x}}")
                yield Case(f"third-party.{place}.{cookie}.{name}", (set_it, asked), routes, page, FIELDS)
            routes = {
                f"{origin}/set": setting,
                f"{origin}/x": Route((ok(*lines),)),
                f"{page}/hop": Route((to(f"{{{origin}/x}}", *lines),)),
            }
            hop = Fetch(f"{{{page}/hop}}", credentials="include")
            yield Case(f"third-party.{place}.{cookie}.redirect", (set_it, hop), routes, page, FIELDS)
