"""The demonstration's image, drawn here: two arches that share one pillar. A PNG by hand, with the standard library."""

import struct
import zlib
from functools import cache

WIDTH, HEIGHT = 96, 48
PALETTE = bytes.fromhex("f4f1ea3b3fb60b7f7623233a")
PAPER, PAGE, API, PILLAR = range(4)


@cache
def picture() -> bytes:
    """The PNG file: 96 by 48 pixels, four colours."""
    rows = b"".join(b"\0" + bytes(_pixel(x, y) for x in range(WIDTH)) for y in range(HEIGHT))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", PALETTE),
            _chunk(b"IDAT", zlib.compress(rows, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    """https://www.w3.org/TR/png-3/#5Chunk-layout"""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _pixel(x: int, y: int) -> int:
    """The colour of one pixel: half rings on legs, around the middles of the two halves."""
    if abs(x - WIDTH / 2) < 4 and y >= HEIGHT * 0.45:
        return PILLAR
    for middle, colour in ((WIDTH * 0.27, PAGE), (WIDTH * 0.73, API)):
        across, above = abs(x - middle), y - HEIGHT * 0.5
        distance = across if above > 0 else (across * across + above * above) ** 0.5
        if 13 <= distance < 21:
            return colour
    return PAPER
