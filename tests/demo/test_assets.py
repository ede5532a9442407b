"""The page's files: drawn by us, complete in themselves, legible."""

import re
import struct
import zlib
from itertools import pairwise
from pathlib import Path

import pytest

from crossorigin.demo._picture import HEIGHT, PALETTE, WIDTH, picture
from tests.demo.draw_font import TARGET, draw

SITE = TARGET.parent
TEXTS = sorted(path for path in SITE.iterdir() if path.suffix in {".html", ".css", ".js", ".svg"})
NAMESPACES = {"http://www.w3.org/2000/svg"}
OWN_NAMES = {"http://localhost:${location.port}"}


def test_the_font_is_what_its_drawing_gives() -> None:
    assert TARGET.read_bytes() == draw()


def test_the_picture_is_a_png_of_four_colours() -> None:
    """Read with the format's own rules, not with the code that wrote it."""
    data = picture()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length]) == (zlib.crc32(name + body),)
        chunks[name] = body
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    assert chunks[b"IHDR"] == struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    pixels = zlib.decompress(chunks[b"IDAT"])
    assert len(pixels) == HEIGHT * (1 + WIDTH)
    lines = [pixels[at : at + 1 + WIDTH] for at in range(0, len(pixels), 1 + WIDTH)]
    assert {line[0] for line in lines} == {0}
    assert set(b"".join(line[1:] for line in lines)) == set(range(len(PALETTE) // 3))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_nothing_comes_from_another_host(path: Path) -> None:
    urls = set(
        re.findall(r"(?:https?:|wss?:)?//[\w$.{}\[\]-]+[^\s\"'`)<]*", re.sub(r"(?m)^\s*//.*$", "", path.read_text()))
    )
    assert urls <= NAMESPACES | OWN_NAMES


@pytest.mark.parametrize("path", [path for path in TEXTS if path.suffix == ".html"], ids=lambda path: path.name)
def test_markup_has_no_script_style_or_handler_of_its_own(path: Path) -> None:
    markup = path.read_text()
    assert re.findall(r"\son\w+\s*=|\sstyle\s*=|<style|javascript:", markup) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", markup) == []


def test_scripts_put_text_in_as_text() -> None:
    scripts = "".join(path.read_text() for path in TEXTS if path.suffix == ".js")
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", scripts) == []


def colours(scheme: str) -> dict[str, str]:
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", (SITE / "page.css").read_text(), re.DOTALL)
    )
    return light if scheme == "light" else light | dark


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("background", ["paper", "card", "wire"])
@pytest.mark.parametrize("text", ["ink", "soft", "page", "api", "stranger", "good", "bad", "veil", "alarm"])
def test_text_has_the_contrast_that_wcag_aa_asks_for(text: str, background: str, scheme: str) -> None:
    palette = colours(scheme)
    assert contrast(palette[text], palette[background]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["good", "bad", "veil"])
def test_badges_have_it_too(name: str, scheme: str) -> None:
    palette = colours(scheme)
    assert contrast(palette[name], palette[f"{name}-tint"]) >= 4.5


def test_headings_do_not_skip_a_level() -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", (SITE / "index.html").read_text())]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
