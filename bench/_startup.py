"""Start-up: what an import costs, and a policy of many origins until it has answered its first request.

Each is measured in a process of its own, which prints what it took: CPU time, and by how much its peak of memory rose.
"""

import json
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bench._answer import Answer, check
from bench._grid import BARE, CONTENDERS
from bench._requests import Declaration, request
from bench._section import Section, Table, times

IMPORTS: Mapping[str, tuple[str, str]] = {
    "crossorigin": ("starlette.applications", "crossorigin"),
    "crossorigin.middleware.asgi": ("starlette.applications", "crossorigin.middleware.asgi"),
    "crossorigin.middleware.wsgi": ("flask", "crossorigin.middleware.wsgi"),
    "starlette": ("starlette.applications", "starlette.middleware.cors"),
    "asgi-cors": ("starlette.applications", "asgi_cors"),
    "litestar": ("litestar", "litestar.config.cors, litestar.middleware._internal.cors"),
    "falcon": ("falcon.asgi", "falcon.middleware"),
    "aiohttp-cors": ("aiohttp.web", "aiohttp_cors"),
    "flask-cors": ("flask", "flask_cors"),
    "wsgicors": ("flask", "wsgicors"),
    "django-cors-headers": ("django.http, django.core.handlers.wsgi", "corsheaders.middleware"),
    "dataclasses, re": ("sys", "dataclasses, re"),
}
BUILDERS = (
    "crossorigin",
    "crossorigin WSGI",
    "starlette",
    "asgi-cors",
    "litestar",
    "falcon",
    "aiohttp-cors",
    "flask-cors",
    "wsgicors",
    "django-cors-headers",
)
_WSGI = ("crossorigin WSGI", "flask-cors", "wsgicors", "django-cors-headers")
LIMIT = 15
"""Seconds that a process may take: who needs longer for a million origins is not waited for."""

_IMPORT = """
import time
import {before}
def peak():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except OSError:
        return 0
start, memory = time.process_time(), peak()
import {after}
print(time.process_time() - start, peak() - memory)
"""


def imports(*, rounds: int) -> Section:
    programs = {(name, True): _IMPORT.format(before="sys", after=after) for name, (_, after) in IMPORTS.items()}
    programs |= {(name, False): _IMPORT.format(before=it[0], after=it[1]) for name, it in IMPORTS.items()}
    printed: dict[tuple[str, bool], list[tuple[float, float]]] = {key: [] for key in programs}
    for _ in range(rounds):
        for key in random.sample(list(programs), len(programs)):
            # Without `site`: what other packages import at start-up would be taken off what is measured.
            command = [sys.executable, "-I", "-S", "-c", f"import sys\nsys.path[:] = {sys.path!r}\n{programs[key]}"]
            output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
            seconds, memory = output.split()
            printed[key].append((float(seconds), int(memory) * 1024 / 1e6))
    medians = {key: tuple(map(statistics.median, zip(*values, strict=True))) for key, values in printed.items()}
    alone = medians["crossorigin", True][0]
    rows = [
        [
            name,
            times(medians[name, True][0] / alone),
            f"{medians[name, True][1]:.1f} MB",
            times(medians[name, False][0] / alone),
            f"{medians[name, False][1]:.1f} MB",
        ]
        for name in IMPORTS
    ]
    return Section(
        "Start-up: imports",
        f"""
        CPU time of an import, as a multiple of `import crossorigin` in a bare interpreter ({alone * 1000:.1f} ms here),
        and by how much it raises the peak of memory: in a bare interpreter, and in one that has imported the peer's own
        framework (for ours Starlette, or Flask), as an app has by then. `import crossorigin` may cost twice `import
        dataclasses, re`. What is unfair: a file of a framework costs nearly nothing beside it, and all of the framework
        without it.
        """,
        (Table(["", "alone", "memory", "beside its framework", "memory beside it"], rows),),
    )


def builds(*, sizes: tuple[int, ...]) -> Section:
    rows = []
    for size in sizes:
        built = {name: _build(name, size) for name in BUILDERS}
        for name in BUILDERS:
            base = built["crossorigin WSGI" if name in _WSGI else "crossorigin"]
            assert base is not None
            cells = [f"over {LIMIT} s", "–", "–"]
            if (it := built[name]) is not None:
                cells = ["nothing", "–", f"{it[1]:,.1f} MB"]
                if it[0] > 0:
                    cells[:2] = [f"{it[0] * 1000:,.2f} ms", times(it[0] / base[0])]
            rows.append([f"{size:,} {'origin' if size == 1 else 'origins'}, {name}", *cells])
    return Section(
        "Start-up: policies",
        """
        CPU time from a list of exact origins to the first answer to an allowed request, less what the bare framework
        takes for that, as a multiple of ours, and by how much the peak of memory rises, the list itself not counted.
        The first answer counts in because some read their list only then. A million of ours have to be there in 10 s
        and 600 MB. What is unfair: ours checks every origin, and says what is wrong with it; who stores the list as it
        comes, as Starlette and Django do, has nothing to build, and pays at every request instead.
        """,
        (Table(["", "CPU", "of ours", "memory"], rows),),
    )


def _build(name: str, size: int) -> tuple[float, float] | None:
    command = [sys.executable, "-m", "bench._startup", name, str(size)]
    try:
        output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LIMIT).stdout
    except subprocess.TimeoutExpired:
        return None
    seconds, megabytes = json.loads(output)
    return seconds, megabytes


def _in_this_process(name: str, size: int) -> tuple[float, float]:
    declaration = Declaration("exact", size)
    asked = request("allowed", declaration)
    assert asked is not None
    contender = next(it for it in CONTENDERS if it.name == name)
    bare = BARE[contender.bare]
    bare.driver.answer(bare.build(), asked)  # what the framework does in every first app
    framework, _, _ = _cost(lambda: bare.driver.answer(bare.build(), asked))
    assert declaration.origins
    spent, megabytes, answer = _cost(lambda: bare.driver.answer(contender.build(declaration), asked))
    check(answer, "allowed", asked)
    return spent - framework, megabytes


def _cost(call: Callable[[], Answer]) -> tuple[float, float, Answer]:
    """Seconds of CPU, and MB by which the process's peak rose (0 where there is no /proc to tell)."""
    memory, start = _peak(), time.process_time()
    answer = call()
    return time.process_time() - start, _peak() - memory, answer


def _peak() -> float:
    """`ru_maxrss` would tell the parent's: a child inherits it."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii")) if status.exists() else None
    return int(found[1]) * 1024 / 1e6 if found else 0.0


if __name__ == "__main__":
    print(json.dumps(_in_this_process(sys.argv[1], int(sys.argv[2]))))
