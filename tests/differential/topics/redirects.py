"""Redirects: every status, along every kind of path between origins, in every mode, with and without a preflight."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace

from tests.differential._build import ACAH, ACAM, ACAO, CREDENTIALS, PAGE, case, ok, spoken, to
from tests.differential._case import Call, Case, Fetch, Xhr
from tests.differential._server import Answer, Route

STATUSES = (301, 302, 303, 307, 308)

# Where each hop is, first to last. `page` is the page's own origin, `sibling` another port of its host.
PATHS: Mapping[str, tuple[str, ...]] = {
    "home": ("page", "page"),
    "home-away": ("page", "api"),
    "home-sibling": ("page", "sibling"),
    "home-home-away": ("page", "page", "api"),
    "home-away-home": ("page", "api", "page"),
    "away": ("api", "api"),
    "away-home": ("api", "page"),
    "away-other": ("api", "other"),
    "away-away-other": ("api", "api", "other"),
    "away-other-away": ("api", "other", "api"),
    "away-home-away": ("api", "page", "api"),
    "sibling-away": ("sibling", "api"),
    "sibling-home": ("sibling", "page"),
}
SHORT = ("home-away", "away", "away-home", "away-other", "sibling-home")

LISTS = (f"{ACAM}PUT, PATCH, DELETE", f"{ACAH}x-a, authorization, content-type")
JSON = {"Content-Type": "application/json"}
CALLS: Mapping[str, Call] = {
    "get": Fetch(),
    "head": Fetch(method="HEAD"),
    "post": Fetch(method="POST", body="a"),
    "put": Fetch(method="PUT", body="a"),
    "json": Fetch(method="POST", body="{}", headers=JSON),
    "authorization": Fetch(headers={"Authorization": "Bearer a"}),
    "custom-header": Fetch(headers={"X-A": "1"}),
    "xhr": Xhr(),
}
OTHER_CALLS: Mapping[str, Call] = {
    "delete": Fetch(method="DELETE"),
    "patch": Fetch(method="PATCH", body="a"),
    "xhr-put": Xhr(method="PUT", body="a"),
    "xhr-upload": Xhr(method="POST", body="a", upload=True),
    "xhr-credentials": Xhr(credentials=True),
    "language": Fetch(method="POST", body="a", headers={"Content-Language": "en", "Accept-Language": "de"}),
}
FIELDS = ("authorization", "content-type", "content-language", "x-a", "referer", "sec-fetch-site")

LOCATIONS = (
    *(
        "y",
        "./y",
        "../{case}/y",
        "/{case}/y",
        "{api/y}",
        "//{api:host}:{api:port}/{case}/y",
        "?q",
        "#f",
        "y#f",
        "y?q#f",
    ),
    *("", " ", " y", "y ", "\ty", "y\t", "HTTP://{api:host}:{api:port}/{case}/y", "http:y", "http:/{case}/y"),
    *("http://API.LOCALHOST:{api:port}/{case}/y", "\\{case}\\y", "http:\\\\{api:host}:{api:port}\\{case}\\y"),
    *("http://", "http:///", "http://[", "http://a b/", "http://%/", "//", "http://api.localhost:99999/", "::", ":"),
    *("data:text/plain,a", "about:blank", "javascript:1", "file:///a", "blob:{page}/a", "ftp://api.localhost/{case}/"),
    *(
        "urn:a",
        "ws://{api:host}:{api:port}/{case}/y",
        "chrome://a",
        "resource://a",
        "foo:bar",
        "view-source:x",
    ),
    *("http://api.localhost:1/{case}/", "http://api.localhost:25/{case}/", "http://api.localhost:6000/{case}/"),
    *("http://u:p@{api:host}:{api:port}/{case}/y", "http://u@{api:host}:{api:port}/{case}/y"),
    *("http://:p@{api:host}:{api:port}/{case}/y", "http://@{api:host}:{api:port}/{case}/y"),
    *("http://u:p@{other:host}:{other:port}/{case}/y", "http://u:p@{page:host}:{page:port}/{case}/y"),
    *("%79", "y\xe4", "\xc3\xa4", "y%E4", "y\\", "y;z", "y{z}", 'y"z', "y z", "y<z>", "y|z", "y^z", "y`z"),
)
"""Of a redirect from {api/x}; what leads to {api/y} is answered."""


def cases() -> Iterable[Case]:
    """The products, then what Location may hold, and how far a browser goes."""
    for path_name, path in PATHS.items():
        for call_name, call in CALLS.items():
            for status in STATUSES:
                name = f"redirect.{path_name}.{call_name}.{status}"
                for answer in ("page", "any") if path_name in SHORT else ("any",):
                    yield _walk(f"{name}.{answer}", call, path, status, (f"{ACAO}{_value(answer)}", *LISTS))
        for call_name, call in OTHER_CALLS.items():
            for status in (302, 303, 307):
                lines = (PAGE, CREDENTIALS, *LISTS)
                yield _walk(f"redirect.{path_name}.{call_name}.{status}", call, path, status, lines)
        for mode in ("no-cors", "same-origin"):
            for method in ("GET", "POST"):
                for status in (302, 307):
                    call = Fetch(method=method, mode=mode)
                    yield _walk(f"redirect.{path_name}.{mode}.{method}.{status}", call, path, status, (f"{ACAO}*",))
        for redirect in ("manual", "error"):
            for mode in ("cors", "no-cors", "same-origin"):
                call = Fetch(redirect=redirect, mode=mode)
                yield _walk(f"redirect.{path_name}.{redirect}.{mode}", call, path, 302, (f"{ACAO}*",))
        for value in ("page", "null", "any", "missing", "other"):
            lines = () if value == "missing" else (f"{ACAO}{_value(value)}",)
            for credentials in ("same-origin", "include"):
                for method in ("GET", "PUT"):
                    name = f"redirect.{path_name}.target-{value}.{credentials}.{method}"
                    call = Fetch(method=method, credentials=credentials)
                    last = (*lines, CREDENTIALS, *LISTS)
                    yield _walk(name, call, path, 307, (PAGE, CREDENTIALS, *LISTS), last)
    yield from _locations()
    yield from _limits()


def _value(name: str) -> str:
    return {"page": "{page}", "null": "null", "any": "*", "other": "{other}"}[name]


def _walk(
    name: str, call: Call, path: tuple[str, ...], status: int, lines: tuple[str, ...], last: tuple[str, ...] = ()
) -> Case:
    """A redirect at every hop of the path but the last; `last` are the lines there, where they are others."""
    places = [f"{origin}/{chr(ord('a') + index)}" for index, origin in enumerate(path)]
    routes = {}
    for place, following in zip(places, [*places[1:], None], strict=True):
        if following is None:
            answer = ok(*(last or lines))
            routes[place] = Route((answer,), (answer,))
        else:
            routes[place] = Route((to(f"{{{following}}}", *lines, status=status),), (ok(*lines),))
    return Case(name, (replace(call, url=f"{{{places[0]}}}"),), routes, fields=FIELDS)


def _locations() -> Iterable[Case]:
    target = Route((ok(PAGE),), (ok(PAGE, *LISTS),))
    routes = {f"{origin}/y": target for origin in ("api", "other", "page")}
    for location in LOCATIONS:
        for call_name, call in {
            "get": Fetch(),
            "no-cors": Fetch(mode="no-cors"),
            "fragment": Fetch("{api/x}#a"),
        }.items():
            name = f"location.{spoken(location.replace('{case}', 'case'))}.{call_name}"
            yield case(name, call, to(location, PAGE), routes=routes)
    for name, first, second in (
        ("equal", "{api/y}", "{api/y}"),
        ("different", "{api/y}", "{api/z}"),
        ("empty-and-url", "", "{api/y}"),
        ("url-and-empty", "{api/y}", ""),
        ("equal-relative", "y", "y"),
        ("same-url-two-ways", "y", "{api/y}"),
    ):
        answer = to(first, f"Location: {second}", PAGE)
        yield case(f"locations.{name}", Fetch(), answer, routes=routes)
        yield case(f"locations.{name}.no-cors", Fetch(mode="no-cors"), answer, routes=routes)
    for status in STATUSES:
        yield case(f"location.none.{status}", Fetch(), Answer(status, (PAGE,)))
        yield case(f"location.none.{status}.no-cors", Fetch(mode="no-cors"), Answer(status))
        yield case(f"location.none.{status}.manual", Fetch(redirect="manual"), Answer(status, (PAGE,)))


def _limits() -> Iterable[Case]:
    for hops in (1, 2, 5, 19, 20, 21):
        for origin in ("api", "page"):
            places = [f"{origin}/h{index}" for index in range(hops + 1)]
            routes = {place: Route((to(f"{{{following}}}", PAGE),)) for place, following in itertools.pairwise(places)}
            routes[places[-1]] = Route((ok(PAGE),))
            yield case(f"hops.{hops}.{origin}", Fetch(f"{{{places[0]}}}"), routes=routes)
    yield case("hops.loop", Fetch(), to("{api/x}", PAGE))
    turn = {"other/y": Route((to("{api/x}", f"{ACAO}*"),))}
    yield case("hops.loop-of-two", Fetch(), to("{other/y}", f"{ACAO}*"), routes=turn)
