"""A fix suffices: what `check` prints for a product is put into its configuration, and the next `check` is readable."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from crossorigin.cli._main import run
from crossorigin.explain.remedies import REMEDIES, Needs
from tests.explain.remedies.real import OTHER, REAL, started

PAGE = "http://app.localhost:3000"
PROXIES = frozenset({"nginx", "Caddy"})
ALL = frozenset(REAL)
APPS = ALL - PROXIES - {"FastAPI"}
ONCE = ALL - {"FastAPI"}
"""FastAPI has Starlette's middleware: a few cases show that it is told and set up alike."""
BY_PRODUCT = {remedy.product: remedy for remedy in REMEDIES}
PUT = ("-X", "PUT", "-H", "Content-Type: application/json", "-d", "{}")


@dataclass(frozen=True, slots=True)
class Case:
    """A request that is blocked while the product is set up for `before`; `kept` are requests that stay allowed."""

    asked: tuple[str, ...] = ()
    path: str = "/"
    before: Needs | None = None
    kept: tuple[tuple[str, ...], ...] = ()
    products: frozenset[str] = ONCE


LISTS = Needs(
    origins=(PAGE,),
    method="PATCH",
    preflighted=True,
    methods=("PATCH",),
    headers=("x-old",),
    exposed=("x-total",),
    max_age=60,
)
PUBLIC = Needs(origins=("*",), method="PUT", preflighted=True, methods=("PUT",), headers=("x-old",))
CASES = {
    "a GET without CORS": Case(products=ALL),
    "a POST of a form": Case(asked=("-X", "POST")),
    "a GET with a header": Case(asked=("-H", "X-A: 1")),
    "a PUT with credentials": Case(asked=(*PUT, "-H", "X-A: 1", "--credentials", "include"), products=ALL),
    "a list without the method and the header": Case(
        asked=(*PUT, "-H", "X-New: 1"), before=LISTS, kept=(("-X", "PATCH", "-H", "X-Old: 1"),)
    ),
    "a list without the header": Case(
        asked=("-X", "PATCH", "-H", "X-New: 1"), before=LISTS, kept=(("-X", "PATCH", "-H", "X-Old: 1"),)
    ),
    "one fixed other origin": Case(before=Needs(origins=(OTHER,)), kept=(("--origin", OTHER),), products=PROXIES),
    "another origin on the list": Case(before=Needs(origins=(OTHER,)), products=APPS),
    "no credentials": Case(asked=("--credentials", "include"), before=Needs(origins=(PAGE,))),
    "a public API without the header": Case(
        asked=("-X", "PUT", "-H", "X-New: 1"), before=PUBLIC, kept=(("-X", "PUT", "--origin", OTHER),)
    ),
    "no such page": Case(path="/missing"),
    "an error": Case(path="/fails", products=ALL),
    "nobody behind the proxy": Case(path="/down", products=PROXIES),
    "an app behind that names another": Case(path="/wrong", kept=(("--origin", OTHER),), products=PROXIES),
    "an app behind that names another, with a preflight": Case(asked=PUT, path="/wrong", products=PROXIES),
    "authentication before CORS": Case(asked=PUT, path="/guarded", products=ALL - {"Flask"}),
}
PAIRS = [
    pytest.param(product, case, id=f"{product}-{name}")
    for product in REAL
    for name, case in CASES.items()
    if product in case.products
]


Blank = Callable[[str], str]


@pytest.fixture(scope="module")
def blank() -> Iterator[Blank]:
    """The origin of a product without any CORS, started once."""
    with ExitStack() as stack:
        origins: dict[str, str] = {}

        def of(product: str) -> str:
            if product not in origins:
                origins[product] = stack.enter_context(started(product, ""))
            return origins[product]

        yield of


def check(capsys: pytest.CaptureFixture[str], url: str, *arguments: str) -> dict[str, object]:
    origin = () if "--origin" in arguments else ("--origin", PAGE)
    run(("check", url, "--json", "--proxy", "", *origin, *arguments))
    told = json.loads(capsys.readouterr().out)
    assert isinstance(told, dict)
    return told


def printed(told: dict[str, object], product: str) -> str:
    """The code of the only fix that is told for a product."""
    fixes = [fix for fix in told["cause"]["fix"] if fix["product"] not in ("", "crossorigin") and fix["code"]]  # type: ignore[index]
    assert [fix["product"] for fix in fixes] == [product], told["cause"]
    return str(fixes[0]["code"])


@pytest.mark.parametrize(("product", "case"), PAIRS)
def test_the_printed_fix_suffices(product: str, case: Case, blank: Blank, capsys: pytest.CaptureFixture[str]) -> None:
    remedy = BY_PRODUCT[REAL[product].remedy]
    with ExitStack() as stack:
        before = "" if case.before is None else remedy.code(case.before)
        origin = stack.enter_context(started(product, before)) if before else blank(product)
        told = check(capsys, f"{origin}{case.path}", *case.asked)
        assert told["outcome"] == "blocked"
        code = printed(told, remedy.product)
    with started(product, code) as origin:
        # What flask-cors allows today cannot be seen in a preflight that it does not allow: the text says to keep it.
        for arguments in (case.asked, *(case.kept if product != "Flask" else ())):
            mended = check(capsys, f"{origin}{case.path}", *arguments)
            assert mended["readable"], (code, mended["cause"])
        stranger = check(capsys, f"{origin}{case.path}", *case.asked, "--origin", "http://evil.localhost:3000")
        assert stranger["readable"] is (case.before is PUBLIC and product != "Flask")


@pytest.mark.parametrize("product", REAL)
def test_the_version_that_is_run_is_the_one_that_is_told(product: str, blank: Blank) -> None:
    blank(product)
    told = BY_PRODUCT[REAL[product].remedy].run
    ran = REAL[product].version()
    assert any(_same(part, ran) for part in told.split(", ")), f"{ran} was run, and the table says {told}"


def _same(told: str, ran: str) -> bool:
    """Whether the versions told are beginnings of the versions run."""
    words = list(zip(told.split(), ran.split(), strict=False))
    return len(told.split()) == len(ran.split()) and all(f"{b}.".startswith(f"{a}.") for a, b in words)


def test_every_remedy_that_is_said_to_be_run_is_run() -> None:
    assert {remedy.product for remedy in REMEDIES if remedy.run} == {real.remedy for real in REAL.values()}


def test_what_flask_cors_cannot_mend_is_not_told_for_it(blank: Blank, capsys: pytest.CaptureFixture[str]) -> None:
    told = check(capsys, f"{blank('Flask')}/guarded", *PUT)
    assert not [fix for fix in told["cause"]["fix"] if fix["product"] == "Flask"]  # type: ignore[index]
