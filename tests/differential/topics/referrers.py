"""Referrer policies: what Referer says, and what Origin says where the policy has a hand in it."""

from __future__ import annotations

from collections.abc import Iterable

from tests.differential._build import ACAM, ACAO, case, ok, to
from tests.differential._case import Case, Fetch
from tests.differential._server import Route

POLICIES = (
    *("no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin", "same-origin"),
    *("strict-origin", "strict-origin-when-cross-origin", "unsafe-url"),
)
# (page, origin it fetches from).
PLACES = {
    "home": ("page", "page"),
    "sibling": ("page", "sibling"),
    "away": ("page", "api"),
    "plain": ("plain", "plainapi"),
    "upgrade": ("page", "tlsapi"),
    "downgrade": ("tls", "api"),
    "tls": ("tls", "tlsapi"),
}
LINES = (f"{ACAO}*", f"{ACAM}PUT")
FIELDS = ("referer", "sec-fetch-site")


def cases() -> Iterable[Case]:
    """Policies times places, methods and modes; a policy that a redirect brings; a referrer of the page's choice."""
    for policy in POLICIES:
        for place, (page, origin) in PLACES.items():
            for mode in ("cors", "no-cors", "same-origin"):
                for method in ("GET", "POST", "PUT") if mode == "cors" else ("GET", "POST"):
                    call = Fetch(f"{{{origin}/x}}", method=method, mode=mode, referrer_policy=policy)
                    routes = {f"{origin}/x": Route((ok(*LINES),), (ok(*LINES),))}
                    name = f"referrer.{policy}.{place}.{mode}.{method}"
                    yield case(name, call, page=page, fields=FIELDS, routes=routes)
        hop = {
            "api/x": Route((to("{other/y}", *LINES, f"Referrer-Policy: {policy}"),)),
            "other/y": Route((ok(*LINES),)),
        }
        yield case(f"referrer.{policy}.redirect", Fetch(), page="unsafe-url", fields=FIELDS, routes=hop)
        home = {"page/x": Route((to("{page/y}", f"Referrer-Policy: {policy}"),)), "page/y": Route((ok(),))}
        post = Fetch("{page/x}", method="POST", mode="same-origin")
        yield case(f"referrer.{policy}.redirect-home", post, fields=FIELDS, routes=home)
        yield case(f"referrer.{policy}.of-page", Fetch(referrer_policy=policy), page="unsafe-url", fields=FIELDS)
    for name, referrer in (
        ("empty", ""),
        ("client", "about:client"),
        ("page", "{page}/other?q#f"),
        ("userinfo", "http://u:p@{page:host}:{page:port}/a"),
        ("relative", "a/b"),
        ("foreign", "{api}/a"),
        ("sibling", "{sibling}/a"),
        ("data", "data:,a"),
        ("unparsable", "http://["),
    ):
        for policy in (None, "unsafe-url", "origin"):
            for method in ("GET", "POST"):
                call = Fetch(method=method, referrer=referrer, referrer_policy=policy)
                yield case(f"referrer-of.{name}.{policy or 'default'}.{method}", call, ok(*LINES), fields=FIELDS)
