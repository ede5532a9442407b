"""What a candidate is: an app with CORS in it, the bare app that it is held against, and how both are driven."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from bench._drive import Driver
from bench._requests import Declaration


@dataclass(frozen=True, slots=True)
class Bare:
    """A framework without CORS.

    Attributes:
        build: makes an app that answers GET /items/1 with a JSON document of two bytes.
        nothing: makes one that does nothing at all: what is taken off a preflight, which the app never sees.
    """

    driver: Driver
    build: Callable[[], Any]
    nothing: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Contender:
    """A middleware, as its documentation sets it up.

    Attributes:
        name: as the tables show it.
        distribution: whose version the tables show; empty for a floor.
        bare: the bare app's name.
        cannot: why it has no figure for a kind of declaration ("wildcards") or a row; said in the table.
        note: what makes its figures better or worse than they are, as a sentence.
    """

    name: str
    distribution: str
    bare: str
    build: Callable[[Declaration], Any]
    cannot: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def shown(self) -> str:
        return f"{self.name} {version(self.distribution)}" if self.distribution else self.name

    def why_not(self, declaration: Declaration, row: str) -> str | None:
        return self.cannot.get(declaration.kind) or self.cannot.get(row)
