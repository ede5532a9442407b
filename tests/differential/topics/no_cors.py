"""Mode no-cors: what may be sent, and Cross-Origin-Resource-Policy under each embedder policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tests.differential._bodies import fitting
from tests.differential._build import ANY, CREDENTIALS, PAGE, case, ok, spoken, to
from tests.differential._case import Call, Case, Feature, Fetch
from tests.differential._server import Route

CORP = "Cross-Origin-Resource-Policy: "
VALUES: Mapping[str, tuple[str, ...]] = {
    "missing": (),
    "same-origin": ("same-origin",),
    "same-site": ("same-site",),
    "cross-origin": ("cross-origin",),
    "empty": ("",),
    "upper-case": ("SAME-ORIGIN",),
    "title-case": ("Same-Site",),
    "spaces-around": ("  same-origin  ",),
    "list": ("same-origin, same-site",),
    "equal-list": ("same-origin, same-origin",),
    "two-lines": ("same-origin", "same-origin"),
    "two-lines-that-differ": ("same-origin", "cross-origin"),
    "parameter": ("same-origin; x",),
    "quoted": ('"same-origin"',),
    "unknown": ("none",),
    "star": ("*",),
}
CALLS: Mapping[str, Call] = {
    "no-cors": Fetch(mode="no-cors"),
    "no-cors-include": Fetch(mode="no-cors", credentials="include"),
    "no-cors-omit": Fetch(mode="no-cors", credentials="omit"),
    "cors": Fetch(),
    "image": Feature("image"),
    "image-anonymous": Feature("image", crossorigin="anonymous"),
    "script": Feature("script"),
    "stylesheet": Feature("stylesheet"),
}
SENT = ("accept", "accept-language", "content-language", "content-type", "range", "x-a", "authorization")
HEADERS: Mapping[str, str] = {
    "accept": "a",
    "accept-unsafe": "(",
    "accept-language": "de",
    "content-language": "de",
    "content-type": "text/plain",
    "content-type-json": "application/json",
    "range": "bytes=0-",
    "x-a": "1",
    "authorization": "Bearer a",
}


def cases() -> Iterable[Case]:
    """Policies times calls times places, what is sent, and what a redirect does to it."""
    for name, values in VALUES.items():
        for call_name, call in CALLS.items():
            for origin, page in (("api", "page"), ("sibling", "page"), ("plainapi", "plain"), ("ip", "page")):
                if origin != "api" and call_name not in ("no-cors", "image"):
                    continue
                yield _case(f"corp.{name}.{call_name}.{origin}", call, origin, page, values)
            for page in ("require-corp", "credentialless"):
                if call_name == "stylesheet":
                    continue
                yield _case(f"coep.{page}.{name}.{call_name}", call, "api", page, values)
    for page in ("page", "require-corp", "credentialless"):
        for corp in ("missing", "same-origin", "cross-origin"):
            lines = tuple(f"{CORP}{value}" for value in VALUES[corp])
            route = {"page/y": Route((ok(*lines),)), "other/y": Route((ok(*lines),))}
            for target in ("page", "other"):
                first = to(f"{{{target}/y}}", f"{CORP}cross-origin")
                call = Fetch(mode="no-cors")
                yield case(f"corp-redirect.{page}.{corp}.{target}", call, first, page=page, routes=route)
            hop = to("{api/y}", *lines)
            end = {"api/y": Route((ok(f"{CORP}cross-origin"),))}
            yield case(f"corp-redirect.{page}.{corp}.hop", Fetch(mode="no-cors"), hop, page=page, routes=end)
    for name, value in HEADERS.items():
        field = next(sent for sent in sorted(SENT, key=len, reverse=True) if name.startswith(sent))
        for method in ("GET", "POST"):
            call = Fetch(method=method, headers={field: value}, mode="no-cors")
            yield case(f"no-cors.{name}.{method}", call, ok(), fields=SENT)
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        for redirect in ("follow", "error", "manual"):
            call = Fetch(method=method, mode="no-cors", redirect=redirect)
            yield case(f"no-cors.{method}.redirect-{redirect}", call, ok())
    for body in ("", "a"):
        call = Fetch(method="POST", mode="no-cors", body=body)
        yield case(f"no-cors.body-{spoken(body)}", call, ok(), fields=SENT)


def _case(name: str, call: Call, origin: str, page: str, values: tuple[str, ...]) -> Case:
    """The response lets the page read, where it asks for that."""
    lines = [f"{CORP}{value}" for value in values]
    if isinstance(call, Feature):
        lines += [ANY] if call.crossorigin else []
    else:
        lines += [PAGE, CREDENTIALS]
    call = replace(call, url=f"{{{origin}/x}}")
    fields = ("sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest")
    return case(name, call, page=page, fields=fields, routes={f"{origin}/x": Route((fitting(call, *lines),))})
