"""The page and the picture, of figures that are made up: what they say, and that nothing of a machine leaks."""

import platform
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench import __main__ as command
from bench import _socket
from bench._grid import CONTENDERS, Cell, Grid
from bench._measure import Timing
from bench._per_request import per_request, shown
from bench._plot import plot
from bench._report import report
from bench._requests import ANY, ROWS, Declaration, request
from bench._section import Section, Table, times

DECLARATIONS = (Declaration("exact", 1), Declaration("exact", 1000), Declaration("wildcards", 1000), ANY)
FASTER = ("1,000 origins", "denied", "asgi-cors")
NEARER = ("1 origin", "allowed", "starlette")
COSTS = {"crossorigin": 1000.0, "crossorigin WSGI": 800.0, "wraps send": 500.0, "wraps start_response": 200.0}


def made_up() -> Grid:
    """Everyone costs ten times what ours does, but in two cells."""
    cells = {}
    for declaration in DECLARATIONS:
        for row in ROWS:
            if request(row, declaration) is None:
                continue
            for it in CONTENDERS:
                key = declaration.name, row, it.name
                word = it.why_not(declaration, row)
                cost = COSTS.get(it.name, 10_000.0)
                cost = {FASTER: 500.0, NEARER: 4000.0}.get(key, cost)
                cells[key] = Cell(word=word) if word else Cell(Timing((cost - 10, cost, cost + 10)))
    return Grid(DECLARATIONS, cells)


@pytest.fixture(scope="module")
def grid() -> Grid:
    return made_up()


def test_where_ours_is_not_first_is_said(grid: Grid) -> None:
    behind, below = per_request(grid)[0].tables
    assert list(behind.rows) == [["ASGI: 1,000 origins, denied", "asgi-cors", "0.50 (0.49–0.51)"]]
    assert list(below.rows) == [["1 origin, allowed", "4.00"]]
    asgi, wsgi = (section.tables[0] for section in per_request(grid)[1:3])
    assert [row[0] for row in asgi.rows if row[-1] != "crossorigin"] == ["1,000 origins, denied"]
    assert {row[-1] for row in wsgi.rows} == {"crossorigin WSGI"}


def test_ours_is_told_in_units_of_the_floor(grid: Grid) -> None:
    table = per_request(grid)[3].tables[0]
    assert list(table.rows) == [
        ["1 origin", "2.00", "2.00", "2.00", "2.0"],
        ["1,000 origins", "2.00", "2.00", "2.00", "3.0"],
        ["1,000 wildcards", "2.00", "2.00", "2.00", "4.5"],
        ["*", "2.00", "2.00", "–", "2.0"],
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Cell(Timing((2000.0, 3000.0, 4000.0))), "3.00 (2.00–4.00)"),
        (Cell(Timing((5_000_000.0,))), "5,000 (once)"),
        (Cell(Timing((-100.0, 300.0, 500.0))), "noise"),
        (Cell(word="has none"), "(has none)"),
    ],
)
def test_a_cell_is_a_multiple_or_a_word(cell: Cell, text: str) -> None:
    assert shown(cell, 1000.0) == text


def test_ratios_have_the_digits_that_mean_something() -> None:
    assert [times(ratio) for ratio in (0.234, 9.994, 45.67, 12345.6)] == ["0.23", "9.99", "45.7", "12,346"]


def test_a_table_reads_the_same_in_markdown_and_in_a_terminal() -> None:
    section = Section("T", "what it\n    is", (Table(["", "x"], [["row", "1.00"]], "Said:"),))
    assert section.markdown() == "## T\n\nwhat it is\n\nSaid:\n\n|  | x |\n| --- | ---: |\n| row | 1.00 |"
    assert section.plain() == "T\n=\n\nSaid:\n          x\n  row  1.00"
    assert Section("T", "not\n  measured").plain() == "T\n=\n\nnot measured"


def test_the_page_says_what_was_measured_and_names_no_machine(grid: Grid) -> None:
    page = report(per_request(grid))
    assert re.search(r"^Machine: .+ cores, .+; .+ \d+\.\d+\.\d+\.$", page, re.MULTILINE)
    for name in ("starlette", "asgi-cors", "litestar", "falcon", "aiohttp-cors", "flask-cors", "wsgicors", "uvicorn"):
        assert re.search(rf"^\| {name} \| \d[\w.]+ \|$", page, re.MULTILINE), name
    assert platform.node() not in page
    assert str(Path.home()) + "/" not in page
    assert "![Three charts" in page


def test_every_row_of_a_table_has_as_many_cells_as_the_head(grid: Grid) -> None:
    for section in per_request(grid):
        for table in section.tables:
            assert {len(row) for row in table.rows} == {len(table.heads)}


def texts(svg: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"))


def test_the_picture_is_a_picture_with_words_for_who_cannot_see_it(grid: Grid) -> None:
    root = ET.fromstring(plot(grid))
    title, description = root[0], root[1]
    assert (title.tag[-5:], description.tag[-4:]) == ("title", "desc")
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
    assert "from 4.00 to 10.0 times" in (description.text or "")
    assert "prefers-color-scheme: dark" in plot(grid)
    assert "http://" not in plot(grid).replace("http://www.w3.org/2000/svg", "")


def test_no_two_labels_of_the_picture_lie_over_each_other(grid: Grid) -> None:
    labels = [text for text in texts(plot(grid)) if text.attrib["x"] == "337"]
    heights = [float(label.attrib["y"]) for label in labels]
    assert len(labels) == 11  # seven over ASGI and four over WSGI, ours among both
    assert all(abs(one - other) >= 16.9 for at, one in enumerate(heights) for other in heights[at + 1 :])


def test_the_picture_marks_what_is_below_the_aim(grid: Grid) -> None:
    assert plot(grid).count('class="behind bar"') == 1
    assert "4.00" in [text.text for text in texts(plot(grid))]


def test_without_wrk_the_socket_is_skipped_with_a_word(monkeypatch) -> None:
    monkeypatch.setattr(_socket.shutil, "which", lambda name: None)
    section = _socket.over_a_socket(rounds=1)
    assert section.tables == ()
    assert section.text.startswith("Not measured: there is no `wrk` here")


def test_figures_of_a_quick_run_do_not_get_into_the_docs(monkeypatch, capsys) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "--quick", "--write"])
    with pytest.raises(SystemExit, match="2"):
        command.main()
    assert "not for the docs" in capsys.readouterr().err
