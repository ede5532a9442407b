"""The picture: docs/benchmark.svg, of text and lines alone, light or dark as the reader is, and narrow as a phone."""

import math
from collections.abc import Callable
from html import escape

from bench._grid import Grid
from bench._per_request import AIM, FLOORS, OURS, peers, starlette_ratios
from bench._section import times

WIDTH = 480
LEFT, RIGHT, HEIGHT = 62, 322, 250
LINE = 17
TITLE = "What CORS costs a request"

# Colours with a contrast of 4.5 or more against their background, told apart by dashes too.
_STYLE = """
svg { --back: #fff; --ink: #1f1f1f; --dim: #5f6368; --grid: #e3e3e3; --ours: #0b57d0; --behind: #b3261e;
  --peer0: #b3261e; --peer1: #7a5900; --peer2: #146c2e; --peer3: #7b3fa0; --peer4: #5f6368; --peer5: #00696d; }
@media (prefers-color-scheme: dark) {
  svg { --back: #131314; --ink: #e3e3e3; --dim: #bdc1c6; --grid: #37393b; --ours: #8ab4f8; --behind: #f2b8b5;
    --peer0: #f2b8b5; --peer1: #e8c46a; --peer2: #7fd694; --peer3: #d7aefb; --peer4: #bdc1c6; --peer5: #6fd8dc; } }
text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--ink); }
.head { font-size: 16px; font-weight: 600; } .dim { fill: var(--dim); }
.end { text-anchor: end; } .mid { text-anchor: middle; }
.value { paint-order: stroke; stroke: var(--back); stroke-width: 4px; }
.grid { stroke: var(--grid); } .aim { stroke: var(--dim); stroke-dasharray: 4 3; }
.line { fill: none; stroke-width: 1.8; } circle.line { stroke-dasharray: none !important; }
.ours.line { stroke: var(--ours); stroke-width: 3.5; } text.ours { fill: var(--ours); font-weight: 700; }
.bar { fill: var(--ours); } .behind.bar { fill: var(--behind); }
"""
_DASHES = ("none", "7 3", "2 3", "10 3 2 3", "5 5", "1 4")


def plot(grid: Grid) -> str:
    parts = [f'<text class="head" x="12" y="26">{TITLE}</text>']
    y = 44.0
    for wsgi in (False, True):
        chart, y = _lines(grid, y, wsgi=wsgi)
        parts += chart
    bars, y = _bars(grid, y)
    parts += bars
    body = "\n".join(parts)
    peer_styles = "\n".join(
        f".peer{number}.line {{ stroke: var(--peer{number}); stroke-dasharray: {dash}; }} "
        f"text.peer{number} {{ fill: var(--peer{number}); }}"
        for number, dash in enumerate(_DASHES)
    )
    size = f'width="{WIDTH}" height="{y:.0f}" viewBox="0 0 {WIDTH} {y:.0f}"'
    return f"""<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">
<title id="title">{TITLE}</title>
<desc id="desc">{escape(_described(grid))}</desc>
<style>{_STYLE}{peer_styles}
</style>
<rect width="100%" height="100%" fill="var(--back)"/>
{body}
</svg>
"""


def _described(grid: Grid) -> str:
    ratios = [ratio for _, _, ratio in starlette_ratios(grid)]
    return (
        "Two charts on logarithmic axes show what each middleware adds to an allowed request as the list of allowed "
        "origins grows, in units of a pass-through, over ASGI and over WSGI. Bars show how many times more Starlette's "
        f"middleware costs than crossorigin in each row: from {times(min(ratios))} to {times(max(ratios))} times."
    )


def _lines(grid: Grid, top: float, *, wsgi: bool) -> tuple[list[str], float]:
    """What an allowed request costs, by the number of exact origins."""
    exact = [it for it in grid.declarations if it.kind == "exact"]
    series: dict[str, list[tuple[float, float]]] = {}
    for name in (OURS[wsgi], *(it.name for it in peers(wsgi=wsgi) if it.distribution)):
        points = []
        for declaration in exact:
            unit = grid.added(declaration, "allowed", FLOORS[wsgi])
            added = grid.cells[declaration.name, "allowed", name].added
            if unit and added and added.median > 0:
                points.append((declaration.count, added.median / unit))
        if points:
            series[name] = points
    values = [value for points in series.values() for _, value in points]
    down = _scale(min(1.0, *values), max(values), top + 58 + HEIGHT, top + 58)
    along = _scale(1, max(it.count for it in exact), LEFT + 10, RIGHT)
    interface = "WSGI" if wsgi else "ASGI"
    parts = [
        f'<text class="head" x="12" y="{top + 18:.0f}">An allowed request, {interface}</text>',
        f'<text class="dim" x="12" y="{top + 38:.0f}">CPU added, in units of a pass-through; logarithmic</text>',
    ]
    for power in _powers(min(1.0, *values), max(values)):
        y = down(power)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{RIGHT}"/>')
        parts.append(f'<text class="dim end" x="{LEFT - 6}" y="{y + 4:.1f}">{_short(power)}</text>')
    bottom = top + 58 + HEIGHT
    for declaration in exact:
        x = along(declaration.count)
        parts.append(f'<text class="dim mid" x="{x:.1f}" y="{bottom + 20:.0f}">{declaration.count:,}</text>')
    parts.append(f'<text class="dim mid" x="{(LEFT + RIGHT) / 2:.0f}" y="{bottom + 40:.0f}">allowed origins</text>')
    labels = _apart({name: down(points[-1][1]) for name, points in series.items()}, top + 58, bottom)
    for number, (name, points) in enumerate(series.items()):
        look = "ours" if name == OURS[wsgi] else f"peer{number - 1}"
        path = "L".join(f"{along(count):.1f} {down(value):.1f}" for count, value in points)
        parts += [
            f'<circle class="{look} line" cx="{along(count):.1f}" cy="{down(value):.1f}" r="2"/>'
            for count, value in points
        ]
        last_x, last_y = along(points[-1][0]), down(points[-1][1])
        parts.append(f'<path class="{look} line" d="M{path}"/>')
        parts.append(f'<path class="grid" d="M{last_x + 3:.1f} {last_y:.1f}L{RIGHT + 12} {labels[name]:.1f}"/>')
        shown = name.removesuffix(" WSGI").removesuffix(" ASGI").replace("django-cors-headers", "django-cors-h.")
        text = f"{shown} {_short(points[-1][1])}"
        parts.append(f'<text class="{look}" x="{RIGHT + 15}" y="{labels[name] + 4:.1f}">{text}</text>')
    return parts, bottom + 62


def _bars(grid: Grid, top: float) -> tuple[list[str], float]:
    """Starlette's middleware against ours, row by row."""
    ratios = list(starlette_ratios(grid))
    left, right = 142.0, WIDTH - 62.0
    along = _scale(1, max(10.0, *(ratio for _, _, ratio in ratios)), left, right)
    parts = [
        f'<text class="head" x="12" y="{top + 18:.0f}">Starlette’s CORSMiddleware against ours</text>',
        f'<text class="dim" x="12" y="{top + 38:.0f}">times the CPU, logarithmic; red: below {AIM:.0f}, the aim</text>',
    ]
    values = []
    start = y = top + 50
    before = None
    for declaration, row, ratio in ratios:
        if declaration is not before:
            y += LINE + 6
            parts.append(
                f'<text x="12" y="{y + 13:.0f}" font-weight="600">{declaration.name.replace("*", "anyone (*)")}</text>'
            )
            before = declaration
            y += LINE
        look = "behind bar" if ratio < AIM else "bar"
        end = along(max(1.0, ratio))
        parts.append(f'<text class="dim end" x="{left - 6:.0f}" y="{y + 13:.0f}">{row}</text>')
        place = f'x="{left:.0f}" y="{y + 3:.0f}" width="{max(1.0, end - left):.1f}" height="{LINE - 5}"'
        parts.append(f'<rect class="{look}" {place} rx="2"/>')
        values.append(f'<text class="value" x="{end + 5:.1f}" y="{y + 13:.0f}">{times(ratio)}</text>')
        y += LINE
    parts.append(f'<path class="aim" d="M{along(AIM):.1f} {start + LINE:.0f}V{y + 4:.0f}"/>')
    return parts + values, y + 24


def _short(value: float) -> str:
    """A figure for a label: 990, 2.8k, 9.3M."""
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:.2g}{name}" if value < 99.5 * unit else f"{value / unit:.0f}{name}"
    return f"{value:.3g}"


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Logarithmic."""
    span = math.log(high / low) or 1.0
    return lambda value: start + (end - start) * math.log(value / low) / span


def _powers(low: float, high: float) -> list[float]:
    """Powers of ten within, not more than seven."""
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    step = max(1, -(-(last - first) // 6))
    return [10.0**power for power in range(first, last + 1, step)]


def _apart(wanted: dict[str, float], top: float, bottom: float) -> dict[str, float]:
    """The labels' heights, near where they are wanted and not over each other."""
    names = sorted(wanted, key=wanted.__getitem__)
    placed: list[float] = []
    for name in names:
        placed.append(max(wanted[name], placed[-1] + LINE if placed else top))
    limit = bottom
    for index in reversed(range(len(placed))):
        placed[index] = min(placed[index], limit)
        limit = placed[index] - LINE
    return dict(zip(names, placed, strict=True))
