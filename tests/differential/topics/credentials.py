"""Access-Control-Allow-Credentials in every form, and what `*` means with and without credentials in each list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.differential._build import (
    ACAC,
    ACAH,
    ACAM,
    ACAO,
    ACEH,
    ANY,
    CREDENTIALS,
    PAGE,
    PUT_ALLOWED,
    case,
    ok,
    spoken,
)
from tests.differential._case import Call, Case, Fetch, Xhr

VALUES: Mapping[str, tuple[str, ...]] = {
    "missing": (),
    "true": ("true",),
    "spaces-around": ("  true  ",),
    "tab-behind": ("true\t",),
    "title-case": ("True",),
    "upper-case": ("TRUE",),
    "false": ("false",),
    "one": ("1",),
    "yes": ("yes",),
    "empty": ("",),
    "wildcard": ("*",),
    "quoted": ('"true"',),
    "boolean-of-structured-fields": ("?1",),
    "list": ("true, true",),
    "comma-behind": ("true,",),
    "parameter": ("true; x",),
    "two-lines": ("true", "true"),
    "two-lines-that-disagree": ("true", "false"),
    "true-and-empty-line": ("true", ""),
    "include": ("include",),
    "latin-1": ("tr\xfce",),
    "null": ("null",),
}

CALLS: Mapping[str, Call] = {
    "omit": Fetch(credentials="omit"),
    "same-origin": Fetch(credentials="same-origin"),
    "include": Fetch(credentials="include"),
    "xhr": Xhr(credentials=True),
    "post": Fetch(method="POST", body="a", credentials="include"),
}

LISTS = {"star": "*", "named": "{name}", "both": "{name}, *", "other": "Q", "star-twice": "*, *"}
METHODS = ("PUT", "PATCH", "DELETE", "*", "QUERY")
NAMES = ("x-a", "authorization", "content-type", "*")
MODES = ("omit", "include")


def cases() -> Iterable[Case]:
    """Values for calls, with the page and with `*` in ACAO; then every wildcard with every credentials mode."""
    for name, values in VALUES.items():
        lines = tuple(f"{ACAC}{value}" for value in values)
        for call_name, call in CALLS.items():
            yield case(f"acac.{name}.{call_name}", call, ok(PAGE, *lines))
        yield case(f"acac.{name}.any", Fetch(credentials="include"), ok(ANY, *lines))
        put = Fetch(method="PUT", credentials="include")
        yield case(f"acac.{name}.preflight", put, ok(PAGE, CREDENTIALS), ok(PAGE, *lines, PUT_ALLOWED))
        yield case(f"acac.{name}.behind-preflight", put, ok(PAGE, *lines), ok(PAGE, CREDENTIALS, PUT_ALLOWED))
    answer = ok(PAGE, CREDENTIALS)
    for mode in MODES:
        for list_name, text in LISTS.items():
            for method in METHODS:
                put = Fetch(method=method, credentials=mode)
                methods = ok(PAGE, CREDENTIALS, ACAM + text.replace("{name}", method))
                yield case(f"wildcard.{mode}.{list_name}.method-{spoken(method)}", put, answer, methods)
            for name in NAMES:
                header = Fetch(headers={name: "x"}, credentials=mode)
                names = ok(PAGE, CREDENTIALS, ACAH + text.replace("{name}", name))
                yield case(f"wildcard.{mode}.{list_name}.header-{spoken(name)}", header, answer, names)
                exposed = ok(PAGE, CREDENTIALS, ACEH + text.replace("{name}", name), f"{name}: 1", "X-B: 2")
                yield case(f"wildcard.{mode}.{list_name}.expose-{spoken(name)}", Fetch(credentials=mode), exposed)
        for origin in ("*", "{page}", "null"):
            asked = {"*": "any", "{page}": "page", "null": "null"}[origin]
            for flag in (True, False):
                lines = (f"{ACAO}{origin}", *([CREDENTIALS] if flag else []))
                call = Fetch(method="POST", credentials=mode)
                yield case(f"wildcard.{mode}.origin-{asked}.{'with' if flag else 'without'}-acac", call, ok(*lines))
