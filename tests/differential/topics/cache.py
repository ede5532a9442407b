"""The preflight cache: what one request leaves behind for the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.differential._build import ACAH, ACAM, ACMA, CREDENTIALS, PAGE, UNREADABLE, case, ok, spoken
from tests.differential._case import Call, Case, Fetch, Wait, Xhr
from tests.differential._server import Answer, Route

TOKEN = {"Authorization": "Bearer a"}
CALLS: Mapping[str, Call] = {
    "put": Fetch(method="PUT"),
    "delete": Fetch(method="DELETE"),
    "x-a": Fetch(headers={"X-A": "1"}),
    "x-b": Fetch(headers={"X-B": "1"}),
    "put-x-a": Fetch(method="PUT", headers={"X-A": "1"}),
    "post-x-a": Fetch(method="POST", headers={"X-A": "1"}),
    "token": Fetch(headers=TOKEN),
    "put-include": Fetch(method="PUT", credentials="include"),
    "x-a-include": Fetch(headers={"X-A": "1"}, credentials="include"),
    "put-omit": Fetch(method="PUT", credentials="omit"),
    "upload": Xhr(method="POST", body="a", upload=True),
    "xhr-put": Xhr(method="PUT"),
}
PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    "named": (f"{ACAM}PUT", f"{ACAH}x-a, authorization"),
    "all-named": (f"{ACAM}PUT, DELETE, POST", f"{ACAH}x-a, x-b, authorization"),
    "star": (f"{ACAM}*", f"{ACAH}*"),
    "named-and-star": (f"{ACAM}PUT, *", f"{ACAH}x-a, *"),
}
AGES = (
    *(
        "60",
        "0",
        "-1",
        "-60",
        "1",
        "5",
        "600",
        "7200",
        "7201",
        "86400",
        "86401",
        "2147483647",
        "2147483648",
        "4294967296",
    ),
    *("9223372036854775807", "9223372036854775808", "99999999999999999999999999", "-99999999999999999999999999"),
    *(
        "",
        " 60 ",
        "007",
        "00",
        "-0",
        "+60",
        "60s",
        "60 s",
        "60,",
        ",60",
        "60, 60",
        "60;x",
        '"60"',
        "1.5",
        "60.0",
        "1e3",
    ),
    *("0x10", "abc", "-", "--1", "- 1", "\u00b2", "6 0", "never", "null", "\x0b60"),
)
LINES: Mapping[str, tuple[str, ...]] = {
    "missing": (),
    "two-equal-lines": ("60", "60"),
    "zero-line-first": ("0", "60"),
    "zero-line-last": ("60", "0"),
    "empty-line-first": ("", "60"),
    "empty-line-last": ("60", ""),
}


def cases() -> Iterable[Case]:
    """Every call after every other, ages, what clears entries, and what keeps two URLs apart."""
    for permission, lines in PERMISSIONS.items():
        preflight = _remembered(*lines)
        for first_name, first in CALLS.items():
            for second_name, second in CALLS.items():
                yield _case(f"cache.{permission}.{first_name}.then.{second_name}", (first, second), preflight)
    put = CALLS["put"]
    allowed = PERMISSIONS["all-named"]
    for age in AGES:
        yield _case(f"age.{spoken(age)}", (put, put), ok(PAGE, *allowed, f"{ACMA}{age}"))
    for name, values in LINES.items():
        yield _case(f"age.{name}", (put, put), ok(PAGE, *allowed, *(f"{ACMA}{value}" for value in values)))
    for name, value, seconds in (
        ("1-s-passes", "1", 1.6),
        ("1-s-holds", "1", 0.1),
        ("3-s-holds", "3", 1.5),
        ("3-s-passes", "3", 3.6),
        ("default-holds", None, 3.0),
        ("default-passes", None, 5.7),
        ("unusable-holds", "abc", 3.0),
        ("unusable-passes", "abc", 5.7),
        ("empty-holds", "", 3.0),
        ("empty-passes", "", 5.7),
        ("60-s-holds", "60", 5.7),
    ):
        ages = () if value is None else (f"{ACMA}{value}",)
        yield _case(f"expiry.{name}", (put, Wait(seconds), put), ok(PAGE, *allowed, *ages))
    # A hit gives an entry no more time.
    yield _case("expiry.hit-renews-nothing", (put, Wait(1.2), put, Wait(1.2), put), ok(PAGE, *allowed, f"{ACMA}2"))
    yield from _cleared()
    yield from _apart()


def _remembered(*lines: str) -> Answer:
    return ok(PAGE, CREDENTIALS, *lines, f"{ACMA}60")


def _case(name: str, calls: tuple[Call, ...], preflight: Answer | tuple[Answer, ...]) -> Case:
    return case(name, calls, ok(PAGE, CREDENTIALS), preflight)


def _cleared() -> Iterable[Case]:
    """What a failure does to entries: of the request, or of a second preflight."""
    put, delete = CALLS["put"], CALLS["delete"]
    fine, good = ok(PAGE, CREDENTIALS), _remembered(f"{ACAM}PUT")
    for name, bad in (
        ("acao-missing", UNREADABLE),
        ("acao-other", ok("Access-Control-Allow-Origin: {other}")),
        ("status-500", Answer(500, (PAGE,))),
        ("status-404-missing", Answer(404)),
        ("redirect-away", Answer(302, ("Location: {other/y}", PAGE), b"")),
        ("redirect-bad", Answer(302, ("Location: http://[", PAGE), b"")),
    ):
        yield case(f"cleared.request-{name}", (put, put, put), (fine, bad, fine), good)
        yield case(f"cleared.first-request-{name}", (put, put), (bad, fine), good)
    for name, bad in (
        ("acao-missing", ok(f"{ACAM}DELETE")),
        ("status-500", Answer(500, (PAGE, f"{ACAM}DELETE"))),
        ("redirect", Answer(302, ("Location: {api/y}", PAGE), b"")),
        ("method", ok(PAGE, f"{ACAM}PUT")),
        ("methods-invalid", ok(PAGE, f"{ACAM}DELETE, @")),
        ("headers-invalid", ok(PAGE, f"{ACAM}DELETE", f"{ACAH}@")),
    ):
        yield case(f"cleared.preflight-{name}", (put, delete, put), fine, (good, bad, good))
    for name, second in (
        ("other-method", _remembered(f"{ACAM}DELETE")),
        ("both-methods", _remembered(f"{ACAM}PUT, DELETE")),
        ("not-to-be-kept", ok(PAGE, f"{ACAM}PUT, DELETE", f"{ACMA}0")),
    ):
        yield case(f"cleared.second-preflight-{name}", (put, delete, put, delete), fine, (good, second, good))
    for mode in ("no-cors", "same-origin"):
        yield case(f"cleared.by-{mode}", (put, Fetch(mode=mode), put), fine, good)


def _apart() -> Iterable[Case]:
    """URLs, origins and modes that do not share entries, and some that do."""
    good = _remembered(f"{ACAM}PUT", f"{ACAH}x-a")
    fine = ok(PAGE, CREDENTIALS)
    here = Route((fine,), (good,))
    for name, url in (
        ("query", "{api/x}?q"),
        ("empty-query", "{api/x}?"),
        ("fragment", "{api/x}#f"),
        ("path", "{api/y}"),
        ("origin", "{other/x}"),
        ("upper-case-host", "http://API.LOCALHOST:{api:port}/{case}/x"),
        ("dot-segment", "{api}/{case}/./x"),
        ("percent-encoded", "{api}/{case}/%78"),
    ):
        routes = {"api/y": here, "other/x": here, "api/%78": here}
        yield case(f"apart.{name}", (Fetch(method="PUT"), Fetch(url, method="PUT")), fine, good, routes=routes)
        back = (Fetch(url, method="PUT"), Fetch(method="PUT"), Fetch(url, method="PUT"))
        yield case(f"apart.{name}-back", back, fine, good, routes=routes)
    for cache in ("reload", "no-store", "no-cache"):
        again = Fetch(method="PUT", cache=cache)
        yield case(f"apart.cache-{cache}-second", (Fetch(method="PUT"), again), fine, good)
        yield case(f"apart.cache-{cache}-first", (again, Fetch(method="PUT")), fine, good)
    hop = {"api/y": here}
    redirect = Answer(307, ("Location: {api/y}", PAGE, CREDENTIALS), b"")
    put = Fetch(method="PUT")
    yield case("apart.redirect-twice", (put, put), redirect, good, routes=hop)
    yield case("apart.redirect-target-first", (Fetch("{api/y}", method="PUT"), put), redirect, good, routes=hop)
    yield case("apart.redirect-then-target", (put, Fetch("{api/y}", method="PUT")), redirect, good, routes=hop)
