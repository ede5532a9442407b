"""Elements of HTML or JSX that load something from another origin."""

import re
from collections.abc import Iterator
from dataclasses import replace

from ._asked import is_resolved
from ._capture import Asked

_ELEMENT = re.compile(r"<(img|script|link|audio|video)\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([A-Za-z][\w-]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|\{[^{}]*\}|[^\s\"'>{}]+))?")
_FEATURES = {
    "img": ("image", "src"),
    "script": ("script", "src"),
    "link": ("", "href"),
    "audio": ("audio", "src"),
    "video": ("video", "src"),
}


def elements(text: str) -> Iterator[Asked]:
    """The requests of the elements, in their order. An address in braces is JSX's, and not known.

    >>> [(asked.feature, asked.mode) for asked in elements("<img crossorigin src=https://cdn.test/a.png>")]
    [('image', 'cors')]
    """
    line, before = 1, 0
    for found in _ELEMENT.finditer(text):
        line += text.count("\n", before, found.start())
        before = found.start()
        attributes = {name.lower(): (value or "").strip("\"'") for name, value in _ATTRIBUTE.findall(found[2][:10_000])}
        name, address = _FEATURES[found[1].lower()]
        target = attributes.get(address, "")
        if "stylesheet" in attributes.get("rel", "").lower():
            name = "stylesheet"
        elif name == "script" and attributes.get("type") == "module":
            name = "module"
        if name and target:
            url = f"${target}" if target.startswith("{") else target
            asked = Asked(url=url, resolved=is_resolved(url), method="GET", feature=name, line=line)
            yield with_attribute(asked, attributes.get("crossorigin"))


def with_attribute(asked: Asked, crossorigin: str | None) -> Asked:
    """With the mode and the credentials that the attribute `crossorigin` chooses."""
    if crossorigin is None:
        return asked
    include = crossorigin.lower() == "use-credentials"
    return replace(asked, mode="cors", credentials="include" if include else "same-origin")
