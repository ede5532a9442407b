"""Cases that nobody thought of: drawn from a seed, so that the same seed draws the same cases everywhere.

What is drawn is left to chance, but for what `_differences` knows of whole families: headers that a redirect may take
away (of Content-Type, Firefox changes its mind at the second redirect), and preflights to the page's own origin.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from tests.differential._build import ACAC, ACAH, ACAM, ACAO, ACEH, ACMA, to
from tests.differential._case import Case, Fetch, Xhr
from tests.differential._server import Answer, Route

SEED = 2026
COUNT = 1000

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "patch", "OPTIONS", "QUERY", "X-ANY")
SAFE_HEADERS = (("Accept", "a/b"), ("Accept-Language", "de"), ("Content-Language", "en"), ("Range", "bytes=0-1"))
UNSAFE_HEADERS = (
    *(("X-A", "1"), ("X-B", ""), ("Authorization", "Bearer a"), ("Content-Type", "application/json")),
    *(("Accept", "("), ("Accept", "a" * 129), ("Cache-Control", "no-cache"), ("Save-Data", "1"), ("Cookie", "a=1")),
)
ORIGINS = ("api", "other", "sibling", "page")
ACAOS = ("{page}", "{page}", "{page}", "*", "*", "null", "{other}", "", "{page}/", "{page}, *", None)
ACACS = ("true", "true", None, "True", "")
LISTS = ("*", "PUT, DELETE", "x-a, X-B", "authorization, content-type", "GET", "patch, PATCH", "@", "", None, None)
EXPOSED = ("*", "X-A", "x-b, ETag", "X-A X-B", "", None, None)
AGES = ("0", "60", "-1", "abc", None, None)
STATUSES = (200, 200, 200, 200, 204, 206, 304, 401, 404, 500)
REDIRECTS = (301, 302, 303, 307, 308)
FIELDS = ("referer", "sec-fetch-site", "sec-fetch-mode", "authorization")


def cases(seed: int = SEED, count: int = COUNT) -> Iterable[Case]:
    """So many cases of that seed."""
    for number in range(count):
        yield _Drawing(Random(f"{seed} {number}")).case(f"random.{seed}.{number}")


class _Drawing:
    """One case, drawn from one source of chance."""

    def __init__(self, random: Random) -> None:
        self._draw = random.choice
        self._chance = lambda share: random.random() < share

    def case(self, name: str) -> Case:
        hops = self._draw((0, 0, 0, 1, 1, 2, 3))
        path = [self._draw(ORIGINS) for _ in range(hops + 1)]
        methods = METHODS if hops == 0 or "page" not in path[1:] else ("GET", "HEAD", "POST")
        calls = [self._call(f"{{{path[0]}/h0}}", methods, redirected=hops > 0)]
        if self._chance(0.25):
            calls.append(calls[0] if self._chance(0.5) else self._call(calls[0].url, methods, redirected=hops > 0))
        return Case(name, tuple(calls), dict(self._routes(path)), fields=FIELDS)

    def _call(self, url: str, methods: tuple[str, ...], *, redirected: bool) -> Fetch | Xhr:
        method = self._draw(methods)
        drawn = SAFE_HEADERS if redirected else (*SAFE_HEADERS, *UNSAFE_HEADERS)
        headers = dict(self._draw(drawn) for _ in range(self._draw((0, 0, 0, 1, 1, 2, 3))))
        body = "a" if self._chance(0.3) and method not in ("GET", "HEAD") else None
        if self._chance(0.25):
            upload = self._chance(0.2) and body is not None and not redirected
            return Xhr(url, method, tuple(headers.items()), body, credentials=self._chance(0.4), upload=upload)
        return Fetch(
            url,
            method=method,
            headers=headers or None,
            body=body,
            mode=self._draw((None, None, None, None, "same-origin")),
            credentials=self._draw((None, "omit", "same-origin", "include", "include")),
            redirect=self._draw((None, None, None, "follow", "manual", "error")),
        )

    def _routes(self, path: list[str]) -> Iterable[tuple[str, Route]]:
        for index, origin in enumerate(path):
            preflight = Answer(self._draw((200, 200, 204, 204, 204, 301, 404)), self._lines(), b"")
            if index + 1 == len(path):
                sent = ("X-A: 1", "X-B: 2", 'ETag: "1"', "Set-Cookie: c=1", "Cache-Control: no-store")
                answer = Answer(self._draw(STATUSES), (*self._lines(), *sent))
            else:
                following = f"{{{path[index + 1]}/h{index + 1}}}"
                answer = to(following, *self._lines(), "Cache-Control: no-store", status=self._draw(REDIRECTS))
            yield f"{origin}/h{index}", Route((answer,), (preflight,))

    def _lines(self) -> tuple[str, ...]:
        drawn = {
            ACAO: self._draw(ACAOS),
            ACAC: self._draw(ACACS),
            ACAM: self._draw(LISTS),
            ACAH: self._draw(LISTS),
            ACEH: self._draw(EXPOSED),
            ACMA: self._draw(AGES),
        }
        return tuple(f"{name}{value}" for name, value in drawn.items() if value is not None)
