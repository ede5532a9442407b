"""The page: docs/benchmark.md. Versions and the machine, without its name or any path, and every section's table."""

import os
import platform
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from bench._grid import CONTENDERS
from bench._section import Section, Table

NOTICE = "<!-- Written by `make bench ARGS=--write`: change bench/, and run it on a quiet machine. -->"
BESIDE = ("litestar", "falcon", "flask", "django", "aiohttp", "uvicorn", "uvloop", "httptools")

_HEAD = """
`make bench` measures crossorigin against its peers in one run on one machine, in about ten minutes; `make bench
ARGS=--quick` shows in one that it runs. Either leaves a table and a plot of your machine in `.artefacts/`. Only ratios
within one run are claimed: a time alone says more about the machine than about the code.

![Three charts: what an allowed request costs by the number of allowed origins, over ASGI and over WSGI, and how many
times more Starlette's middleware costs in each row. The tables below have the same figures.](benchmark.svg)

Everyone is set up with the same declaration, as their own documentation does it: PUT and DELETE, `authorization` and
`content-type`, credentials unless anyone may ask, ten minutes of max-age. Who knows no wildcards gets regular
expressions in the form that its documentation shows: one of alternatives where it takes one, a list where it takes a
list. Before anything is timed, it is seen to answer as the row means it: a candidate that allows or denies wrongly
stops the run.

Requests have ten fields, and come from up to 2000 origins in random order, more than any candidate remembers. What is
timed is CPU time of the thread, in rounds that take all candidates in a random order with the garbage collector off;
what is shown are medians, with the quartiles of the rounds.
"""


def report(sections: Sequence[Section]) -> str:
    parts = [NOTICE, "# The benchmark, side by side", *_head(), _machine(), _versions().markdown()]
    return "\n\n".join([*parts, *(section.markdown() for section in sections)]) + "\n"


def _head() -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in _HEAD.strip().split("\n\n")]


def _machine() -> str:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"Machine: {_cpu()}, {os.cpu_count()} cores, {platform.system()}; {python}."


def _cpu() -> str:
    described = Path("/proc/cpuinfo")
    text = described.read_text(encoding="utf-8") if described.exists() else ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1] if found else platform.machine()


def _versions() -> Table:
    measured = dict.fromkeys(it.distribution for it in CONTENDERS if it.distribution)
    rows = [[name, version(name)] for name in dict.fromkeys([*measured, *BESIDE])]
    return Table(["measured, and beside", "version"], rows)
