"""Places: what texts of cases and outcomes hold instead of addresses, since ports differ from run to run.

`{api}` is an origin, `{api/x}` the URL of the case's path `x` there, `{api:host}` and `{api:port}` are its parts, and
`{case}` is the case's name. Each case has paths of its own, so that no cache or cookie of one reaches another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

CASE_IN_URL = re.compile(r"://[^/\s]*/([\w.-]+)(?=[/.,’”'#?\s]|$)")
"""What tells whose a line of a console is: no other is anybody's."""

PLACE = re.compile(r"\{(\w+)(?:/(\w*)|:(host|port))?\}")


class Places:
    """The addresses of one run. `origins` maps labels to origins."""

    def __init__(self, origins: Mapping[str, str]) -> None:
        self.origins = dict(origins)
        labels = {origin: label for label, origin in origins.items()}
        ports = {str(urlsplit(origin).port): label for label, origin in origins.items()}
        self._origin_or_port = re.compile(rf"(?:({'|'.join(map(re.escape, labels))})|:(0?)({'|'.join(ports)}))(?!\d)")
        self._labels = labels
        self._ports = ports

    @staticmethod
    def path(case: str, name: str) -> str:
        """The path of a route, which no other case has."""
        return f"/{case}/{name}"

    def put(self, text: str, case: str) -> str:
        """`text` with addresses in its places."""

        def address(match: re.Match[str]) -> str:
            label, name, part = match.groups()
            if label == "case":
                return case
            origin = self.origins.get(label)
            if origin is None:
                return match[0]  # braces of another meaning
            if part:
                split = urlsplit(origin)
                return str(split.hostname if part == "host" else split.port)
            return origin if name is None else f"{origin}{self.path(case, name)}"

        return PLACE.sub(address, text)

    def take(self, text: str, case: str) -> str:
        """`text` with places instead of this run's addresses, and of the case's name in paths."""

        def place(match: re.Match[str]) -> str:
            origin, zero, port = match.groups()
            return f"{{{self._labels[origin]}}}" if origin else f":{zero}{{{self._ports[port]}:port}}"

        text = self._origin_or_port.sub(place, text)
        text = re.sub(rf"\{{(\w+)\}}/{re.escape(case)}/(\w*)", r"{\1/\2}", text)
        return re.sub(rf"/{re.escape(case)}(?![\w.-])", "/{case}", text)
