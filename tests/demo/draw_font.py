"""Draw the demonstration's font: `python tests/demo/draw_font.py` writes src/crossorigin/demo/site/arch.ttf.

Capital letters of round dots on a grid of five by seven, drawn for this project. The file is committed, since the
demonstration should not need fontTools; test_assets.py holds the two together.
"""

import io
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

TARGET = Path(__file__).parents[2] / "src/crossorigin/demo/site/arch.ttf"

UNITS = 1000
PITCH = 120
RADIUS = 56
CUT = 23
ADVANCE = 6 * PITCH
EPOCH = 3_870_000_000  # seconds since 1904: any fixed moment, so that the same drawing gives the same bytes

# Seven rows of five, top to bottom; # is a dot.
DRAWINGS = {
    "A": ".###./#...#/#...#/#...#/#####/#...#/#...#",
    "B": "####./#...#/#...#/####./#...#/#...#/####.",
    "C": ".####/#..../#..../#..../#..../#..../.####",
    "D": "####./#...#/#...#/#...#/#...#/#...#/####.",
    "E": "#####/#..../#..../###../#..../#..../#####",
    "F": "#####/#..../#..../###../#..../#..../#....",
    "G": ".####/#..../#..../#..##/#...#/#...#/.####",
    "H": "#...#/#...#/#...#/#####/#...#/#...#/#...#",
    "I": ".###./..#../..#../..#../..#../..#../.###.",
    "J": "..###/...#./...#./...#./...#./#..#./.##..",
    "K": "#...#/#..#./#.#../##.../#.#../#..#./#...#",
    "L": "#..../#..../#..../#..../#..../#..../#####",
    "M": "#...#/##.##/#.#.#/#.#.#/#...#/#...#/#...#",
    "N": "#...#/##..#/##..#/#.#.#/#..##/#..##/#...#",
    "O": ".###./#...#/#...#/#...#/#...#/#...#/.###.",
    "P": "####./#...#/#...#/####./#..../#..../#....",
    "Q": ".###./#...#/#...#/#...#/#.#.#/#..#./.##.#",
    "R": "####./#...#/#...#/####./#.#../#..#./#...#",
    "S": ".####/#..../#..../.###./....#/....#/####.",
    "T": "#####/..#../..#../..#../..#../..#../..#..",
    "U": "#...#/#...#/#...#/#...#/#...#/#...#/.###.",
    "V": "#...#/#...#/#...#/#...#/.#.#./.#.#./..#..",
    "W": "#...#/#...#/#...#/#.#.#/#.#.#/##.##/#...#",
    "X": "#...#/#...#/.#.#./..#../.#.#./#...#/#...#",
    "Y": "#...#/#...#/.#.#./..#../..#../..#../..#..",
    "Z": "#####/....#/...#./..#../.#.../#..../#####",
    " ": "...../...../...../...../...../...../.....",
}
MISSING = "#####/#...#/#...#/#...#/#...#/#...#/#####"


def draw() -> bytes:
    """The font file."""
    names = {letter: "space" if letter == " " else letter for letter in DRAWINGS}
    glyphs = {".notdef": _glyph(MISSING), **{names[letter]: _glyph(rows) for letter, rows in DRAWINGS.items()}}
    builder = FontBuilder(UNITS, isTTF=True)
    builder.setupHead(unitsPerEm=UNITS, created=EPOCH, modified=EPOCH)
    builder.setupGlyphOrder(list(glyphs))
    # Small letters are shown as capitals.
    builder.setupCharacterMap({ord(c): name for letter, name in names.items() for c in {letter, letter.lower()}})
    builder.setupGlyf(glyphs)
    table = builder.font["glyf"]
    builder.setupHorizontalMetrics(
        {name: (ADVANCE, table[name].xMin if table[name].numberOfContours else 0) for name in glyphs}
    )
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupOS2(sTypoAscender=900, sTypoDescender=-100, sTypoLineGap=0, usWinAscent=900, usWinDescent=100)
    builder.setupNameTable({"familyName": "Crossorigin Arch", "styleName": "Regular"})
    builder.setupPost()
    builder.font.recalcTimestamp = False
    file = io.BytesIO()
    builder.save(file)
    return file.getvalue()


def _glyph(rows: str) -> Glyph:
    pen = TTGlyphPen(None)
    for down, row in enumerate(rows.split("/")):
        for across, mark in enumerate(row):
            if mark == "#":
                _dot(pen, (across + 0.5) * PITCH, (6.5 - down) * PITCH)
    return pen.glyph()


def _dot(pen: TTGlyphPen, x: float, y: float) -> None:
    """An octagon, clockwise as TrueType fills it."""
    points = (
        (-CUT, RADIUS), (CUT, RADIUS), (RADIUS, CUT), (RADIUS, -CUT),
        (CUT, -RADIUS), (-CUT, -RADIUS), (-RADIUS, -CUT), (-RADIUS, CUT),
    )  # fmt: skip
    pen.moveTo((round(x + points[0][0]), round(y + points[0][1])))
    for across, up in points[1:]:
        pen.lineTo((round(x + across), round(y + up)))
    pen.closePath()


if __name__ == "__main__":
    TARGET.write_bytes(draw())
