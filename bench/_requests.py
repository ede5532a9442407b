"""What is asked: the declarations that every candidate is set up with, and the rows of requests put to each."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import cycle

METHODS = ("PUT", "DELETE")
HEADERS = ("authorization", "content-type")
MAX_AGE = 600
IN_TURN = 2000
"""The requests of a row come from up to so many origins, evenly out of the list, in one random order: a list that is
searched from its beginning is searched half on average, and who remembers its last answers (wsgicors 200, ours 1024 of
wildcards) is asked for others."""

Fields = list[tuple[bytes, bytes]]


@dataclass(frozen=True)  # no slots: cached_property needs a __dict__
class Declaration:
    """Who may read: so many exact origins, or the subdomains of so many parents, or anyone (`*`, of count 1)."""

    kind: str
    count: int = 1

    @property
    def name(self) -> str:
        if self.kind == "any":
            return "*"
        exact = "origin" if self.count == 1 else "origins"
        return f"{self.count:,} {exact if self.kind == 'exact' else 'wildcards'}"

    @property
    def credentials(self) -> bool:
        return self.kind != "any"

    @cached_property
    def hosts(self) -> list[str]:
        """Of exact origins their own; of wildcards what follows the `*.`."""
        return [f"tenant-{number}.example.com" for number in range(self.count)]

    @cached_property
    def origins(self) -> list[str]:
        return [f"https://{host}" for host in self.hosts]

    @cached_property
    def wildcards(self) -> list[str]:
        return [f"https://*.{host}" for host in self.hosts]

    @cached_property
    def regexes(self) -> list[str]:
        """For who knows no wildcard: in the form that the peers' own documentation shows, `.*` and all."""
        return [r"https://.*\." + host.replace(".", r"\.") for host in self.hosts]

    @property
    def asking(self) -> tuple[bytes, ...]:
        """Origins that are allowed, in turn. Of wildcards as many as of strangers, however few the parents are."""
        hosts = self.hosts[:: max(1, self.count // IN_TURN)]
        if self.kind == "wildcards":
            hosts = [f"app-{number}.{hosts[number % len(hosts)]}" for number in range(IN_TURN)]
        return tuple(f"https://{host}".encode() for host in random.Random(0).sample(hosts, len(hosts)))


ANY = Declaration("any")
DECLARATIONS = (
    Declaration("exact", 1),
    Declaration("exact", 10),
    Declaration("exact", 1000),
    Declaration("exact", 100_000),
    Declaration("wildcards", 1000),
    Declaration("wildcards", 100_000),
    ANY,
)
STRANGERS = tuple(f"https://stranger-{number}.example.net".encode() for number in range(IN_TURN))

ROWS = ("no Origin", "allowed", "denied", "preflight allowed", "preflight denied")

_COMMON: Fields = [
    (b"host", b"api.example.com"),
    (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    (b"accept", b"application/json"),
    (b"accept-language", b"en-GB,en;q=0.5"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"referer", b"https://app.example.com/"),
    (b"connection", b"keep-alive"),
    (b"sec-fetch-dest", b"empty"),
    (b"sec-fetch-mode", b"cors"),
    (b"sec-fetch-site", b"cross-site"),
]
_PREFLIGHT: Fields = [(b"access-control-request-method", b"PUT"), (b"access-control-request-headers", b"content-type")]


@dataclass(frozen=True, slots=True)
class Request:
    """A request, again and again: its fields, and the origins that it comes from in turn (none: without Origin)."""

    method: str
    fields: tuple[tuple[bytes, bytes], ...]
    origins: tuple[bytes, ...] = ()

    @property
    def is_preflight(self) -> bool:
        return self.method == "OPTIONS"

    def first(self) -> "Request":
        """The same, from the first of the origins alone."""
        return replace(self, origins=self.origins[:1])

    def in_turn(self) -> Iterator[bytes]:
        """The first comes last: it was asked already when the answer was looked at."""
        return cycle(self.origins[1:] + self.origins[:1])


def fresh(text: bytes) -> bytes:
    """A copy without a cached hash, as a server's parser makes one for each request."""
    return bytes(bytearray(text))


def request(row: str, declaration: Declaration) -> Request | None:
    """The requests of a row, of ten fields; None where there is none such: nobody is denied by `*`."""
    if "denied" in row and declaration.kind == "any":
        return None
    origins = STRANGERS if "denied" in row else declaration.asking
    if row == "no Origin":
        origins = ()
    return with_fields(_PREFLIGHT if "preflight" in row else [], origins)


def with_fields(asked: Fields, origins: tuple[bytes, ...]) -> Request:
    """A request of ten fields: those asked for (a preflight's: then it is one), an Origin, and what browsers send."""
    common = _COMMON[: len(_COMMON) - len(asked) - bool(origins)]
    fields = tuple((fresh(name), fresh(value)) for name, value in common + asked)
    return Request("OPTIONS" if asked else "GET", fields, origins)
