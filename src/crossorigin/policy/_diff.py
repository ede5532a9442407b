"""What one policy allows and another does not: values that say so, each with a request that shows it."""

from dataclasses import dataclass
from enum import StrEnum


class DifferenceCode(StrEnum):
    """What a policy allows beyond another one. Codes are never renamed; prose about them is in explain."""

    ORIGIN = "origin"
    ORIGIN_PART = "origin-part"
    PREDICATE = "predicate"
    METHOD = "method"
    METHOD_ANY = "method-any"
    METHOD_ROUTE = "method-route"
    HEADER = "header"
    HEADER_VALUE = "header-value"
    HEADER_ANY = "header-any"
    EXPOSED = "exposed"
    EXPOSED_ANY = "exposed-any"
    CREDENTIALS = "credentials"
    CREDENTIALS_PART = "credentials-part"
    CREDENTIALS_ORIGIN = "credentials-origin"
    STRANGER_RUNS = "stranger-runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A request of a page that one policy allows and the other does not.

    Attributes:
        origin: the page's.
        method: what it asks with.
        header: a request header that it sets, to a value that is not safelisted; None for none.
        credentials: whether cookies go along.
        reads: a response header that the page wants to read; None for none.
    """

    origin: str
    method: str = "GET"
    header: str | None = None
    credentials: bool = False
    reads: str | None = None

    @property
    def request(self) -> tuple[str, dict[str, str]]:
        """What to hand to `policy.decide`: the preflight where the request has one, else the request itself.

        >>> Witness(origin="https://app.example.com", method="PUT").request[1]
        {'Origin': 'https://app.example.com', 'Access-Control-Request-Method': 'PUT'}
        """
        fields = {"Origin": self.origin}
        if self.method == "GET" and self.header is None:
            return self.method, fields
        fields["Access-Control-Request-Method"] = self.method
        if self.header is not None:
            fields["Access-Control-Request-Headers"] = self.header
        return "OPTIONS", fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that a policy allows and the other does not.

    Attributes:
        code: what it is.
        field: the field of the policy that makes it.
        index: the position within that field's list, None where the whole field is meant.
        value: what stands there: a pattern, a predicate, a name, or the field's value.
        witness: a request that shows it; None where nobody can name one (a predicate, the methods of a route).
        certain: False where it depends on what no declaration says, a predicate or the methods of a route: then it may
            come to nothing.
    """

    code: DifferenceCode
    field: str
    index: int | None = None
    value: object
    witness: Witness | None
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A field that differs and gives nobody access, nor takes it."""

    field: str
    current: object
    candidate: object


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDiff:
    """What a candidate allows and the current policy does not, and the reverse. False where access is the same.

    Attributes:
        gains: what only the candidate allows, in the order of its fields.
        loses: what only the current policy allows.
        other: fields that differ and are no matter of access.
    """

    gains: tuple[Difference, ...]
    loses: tuple[Difference, ...]
    other: tuple[Setting, ...]

    @property
    def widens(self) -> bool:
        """Whether somebody gains access, or may gain it: what is not certain counts."""
        return bool(self.gains)

    @property
    def narrows(self) -> bool:
        """Whether somebody loses access, or may lose it."""
        return bool(self.loses)

    def __bool__(self) -> bool:
        return self.widens or self.narrows
