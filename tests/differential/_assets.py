"""The smallest things that a browser takes for an image, a font, a page. All are made here; nothing is copied."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from pathlib import Path

PAGE_SCRIPT = Path(__file__).with_name("page.js")


@cache
def html() -> bytes:
    """The page that every case runs in. Its icon is inline, so that the browser does not ask for one."""
    script = PAGE_SCRIPT.read_text(encoding="utf-8")
    head = "<!doctype html><meta charset=utf-8><title>case</title><link rel=icon href='data:,'>"
    return f"{head}<body><script>{script}</script>".encode()


@cache
def png() -> bytes:
    """One red pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 6, 0, 0, 0)
    pixel = zlib.compress(b"\x00\xff\x00\x00\xff")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


@cache
def font() -> bytes:
    """A TrueType font with one triangle for the letter x: browsers load no font that lacks a table."""
    from fontTools.fontBuilder import FontBuilder  # here, since a run on the recordings needs no font
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 0))
    pen.lineTo((500, 500))
    pen.closePath()
    triangle = pen.glyph()

    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "x"])
    builder.setupCharacterMap({ord("x"): "x"})
    builder.setupGlyf({".notdef": triangle, "x": triangle})
    builder.setupHorizontalMetrics({".notdef": (600, 0), "x": (600, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Probe", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost(keepGlyphNames=False)
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


@cache
def wav() -> bytes:
    """Half a second of a tone."""
    samples = bytes(128 + 100 * (index // 20 % 2) for index in range(4000))
    form = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    head = b"RIFF" + struct.pack("<I", 36 + len(samples)) + b"WAVEfmt " + form
    return head + b"data" + struct.pack("<I", len(samples)) + samples
