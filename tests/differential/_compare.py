"""Holds outcomes against each other, and says of each that differs what both sides are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tests.differential._outcome import Outcome

SHOWN_IN_FULL = 25

# Of several headers that a preflight's answer does not cover, Chromium names the one that its hash table has first.
UNLISTED_HEADER = re.compile(r"(?<=Request header field )\S+(?= is not allowed by)")

# Firefox says so once or twice of one EventSource.
SAID_OFTEN = "establish a connection to the server"


def differences(left: Mapping[str, Outcome], right: Mapping[str, Outcome], names: Iterable[str]) -> dict[str, str]:
    """Name of each case whose outcomes differ -> what the left side has, and what the right."""
    found = {}
    for name in names:
        ours, theirs = left[name], right[name]
        if settled(ours) != settled(theirs):
            found[name] = "\n".join(
                f"    {part}\n      {mine!r}\n      {yours!r}"
                for part in ("seen", "wire", "stored", "console")
                if (mine := getattr(ours, part)) != (yours := getattr(theirs, part))
            )
    return found


def settled(outcome: Outcome) -> Outcome:
    """The outcome without what is a matter of chance."""
    asked = {name for wire in outcome.wire for name in (wire.acrh or "").split(",")}

    def any_of(match: re.Match[str]) -> str:
        return "{any}" if match[0] in asked and len(asked) > 1 else match[0]

    # Lines of several of a browser's processes come in any order.
    lines = sorted(UNLISTED_HEADER.sub(any_of, line) for line in outcome.console)
    once = [line for line, last in zip(lines, ["", *lines], strict=False) if line != last or SAID_OFTEN not in line]
    return outcome.with_console(tuple(once))


def report(found: Mapping[str, str], what: str) -> str:
    """Every case that differs, the first of them in full."""
    shown = [f"  {name}\n{text}" for name, text in list(found.items())[:SHOWN_IN_FULL]]
    rest = list(found)[SHOWN_IN_FULL:]
    more = f"\n  and {len(rest)} more: {', '.join(rest)}" if rest else ""
    return f"{len(found)} cases differ: {what}\n" + "\n".join(shown) + more
