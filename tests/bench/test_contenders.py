"""Every candidate of the bench is set up so that it answers each row as the row means it. Nothing is timed."""

import json
import subprocess
import sys

import pytest

from bench._answer import Answer, NotAsIntended, check
from bench._requests import ANY, ROWS, Declaration, request
from tests.architecture.source import ROOT

LISTED = Declaration("exact", 10)
ORIGIN = LISTED.asking[0].decode()
ALLOW = ("Access-Control-Allow-Origin", ORIGIN)
LISTS = [
    ("Access-Control-Allow-Methods", "DELETE, PUT"),
    ("Access-Control-Allow-Headers", "authorization,Content-Type"),
]

FLOORS = {"pass-through", "wraps send", "WSGI pass-through", "wraps start_response"}
PREFLIGHTS = {"preflight allowed", "preflight denied"}
NO_WILDCARDS = {"falcon", "aiohttp-cors"}

# Django has one set of settings a process, and other tests have theirs.
SEE = """
import json
from bench._drive_loop import close
from bench._grid import CONTENDERS, BARE, see
from bench._requests import ANY, Declaration
declarations = [Declaration("exact", 1), Declaration("exact", 10), Declaration("wildcards", 10), ANY]
print(json.dumps([(it.name, row, name, word) for it in declarations for row, name, word in see(it)]))
close()
"""


@pytest.fixture(scope="module")
def seen() -> list[tuple[str, str, str, str]]:
    command = [sys.executable, "-W", "error", "-c", SEE]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert result.returncode == 0, result.stderr
    return [tuple(line) for line in json.loads(result.stdout)]


def test_every_contender_answers_every_row_or_says_why_it_cannot(seen) -> None:
    names = {name for _, _, name, _ in seen}
    assert names >= {"crossorigin", "starlette", "asgi-cors", "litestar", "falcon", "aiohttp-cors"}
    assert names >= {"crossorigin WSGI", "flask-cors", "wsgicors", "django-cors-headers", "django-cors-headers ASGI"}
    expected = []
    for declaration in ("1 origin", "10 origins", "10 wildcards", "*"):
        for row in ROWS:
            if declaration == "*" and "denied" in row:
                continue  # `*` denies nobody
            for name in sorted(names):
                word = ""
                if row in PREFLIGHTS and name in FLOORS:
                    word = "a floor passes it on"
                elif row in PREFLIGHTS and name == "asgi-cors":
                    word = "the app must answer"
                elif declaration == "10 wildcards" and name in NO_WILDCARDS:
                    word = "has none"
                expected.append((declaration, row, name, word))
    assert sorted(seen) == sorted(expected)


def answer(status: int, *headers: tuple[str, str]) -> Answer:
    return Answer(status, [*headers], ORIGIN)


@pytest.mark.parametrize(
    ("row", "right"),
    [
        ("no Origin", answer(200)),
        ("allowed", answer(200, ALLOW)),
        ("allowed", answer(200, ("access-control-allow-origin", "*"))),
        ("denied", answer(200)),
        ("denied", answer(200, (ALLOW[0], "https://another.example.com"))),
        ("preflight allowed", answer(204, ALLOW, *LISTS)),
        ("preflight denied", answer(403)),
    ],
)
def test_an_answer_as_intended_passes(row: str, right: Answer) -> None:
    check(right, row, request(row, LISTED))


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("no Origin", answer(500)),
        ("allowed", answer(200)),
        ("allowed", answer(404, ALLOW)),
        ("allowed", answer(200, ALLOW, ALLOW)),
        ("denied", answer(200, ALLOW)),
        ("denied", answer(500)),
        ("preflight allowed", answer(204, ALLOW)),
        ("preflight allowed", answer(400, ALLOW, *LISTS)),
        ("preflight allowed", answer(204, ALLOW, LISTS[0], ("Access-Control-Allow-Headers", "x-content-type"))),
        ("preflight denied", answer(204, ALLOW, *LISTS)),
        ("preflight denied", answer(500)),
    ],
)
def test_a_broken_set_up_is_never_timed(row: str, wrong: Answer) -> None:
    with pytest.raises(NotAsIntended, match=row):
        check(wrong, row, request(row, LISTED))


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("declaration", [Declaration("exact", 1), LISTED, Declaration("wildcards", 10), ANY])
def test_requests_have_ten_fields_and_come_from_many(row: str, declaration: Declaration) -> None:
    asked = request(row, declaration)
    if asked is None:
        assert (row, declaration) in [("denied", ANY), ("preflight denied", ANY)]
        return
    assert len(asked.fields) + bool(asked.origins) == 10
    names = [name for name, _ in asked.fields]
    assert asked.is_preflight is (b"access-control-request-method" in names) is (row in PREFLIGHTS)
    many = 2000 if "denied" in row or declaration.kind == "wildcards" else declaration.count
    assert len(set(asked.origins)) == (0 if row == "no Origin" else many)


def test_the_origins_asked_from_lie_all_over_a_long_list() -> None:
    asking = Declaration("exact", 100_000).asking
    first = sorted(int(origin.split(b"-")[1].split(b".")[0]) for origin in asking[:100])
    assert len(asking) == 2000
    assert first[0] < 10_000
    assert first[-1] > 90_000
