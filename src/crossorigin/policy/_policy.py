"""The declaration: what a server permits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from crossorigin.standard import Origin, normalize_method

from ._dangerously import Dangerously
from ._decision import Decision
from ._patterns import OriginRules, Predicate, parse_origin_pattern

OriginEntry = str | Origin | Dangerously | Predicate


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Policy:
    """What a server permits. Immutable; every problem of a declaration is raised at once, as `PolicyError`.

    The fields hold tuples, in the order declared: methods normalised, header names in lower case, `max_age` in
    seconds. `"*"` is `("*",)`. A name declared twice is there twice (problems are told by index).
    """

    allow_origins: tuple[str | Dangerously | Predicate, ...]
    allow_methods: tuple[str, ...]
    allow_headers: tuple[str, ...]
    expose_headers: tuple[str, ...]
    allow_credentials: bool
    max_age: int | None
    refuse_disallowed: bool
    predicate_timeout: float
    preflight_status: int
    _rules: OriginRules = field(init=False, repr=False)

    def __init__(
        self,
        *,
        allow_origins: str | Iterable[OriginEntry],
        allow_methods: str | Iterable[str] = (),
        allow_headers: str | Iterable[str] = (),
        expose_headers: str | Iterable[str] = (),
        allow_credentials: bool = False,
        max_age: int | timedelta | None = None,
        refuse_disallowed: bool = False,
        predicate_timeout: float = 1.0,
        preflight_status: int = 204,
    ) -> None:
        # Skeleton without validation: the declaration engineer replaces this within the hour; fields and _rules stay.
        origins: tuple[Any, ...] = tuple(str(e) if isinstance(e, Origin) else e for e in allow_origins)
        texts = [e.pattern if isinstance(e, Dangerously) else e for e in origins]
        parsed = [parse_origin_pattern(t) for t in texts if isinstance(t, str) and "*" in t and t != "*"]
        rules = OriginRules(
            texts == ["*"],
            tuple(t for t in texts if isinstance(t, str) and "*" not in t),
            tuple(p for p in parsed if p is not None),
            tuple(t for t in texts if callable(t)),
        )
        for name, value in {
            "allow_origins": origins,
            "allow_methods": tuple(normalize_method(m) for m in allow_methods),
            "allow_headers": tuple(h.lower() for h in allow_headers),
            "expose_headers": tuple(h.lower() for h in expose_headers),
            "allow_credentials": allow_credentials,
            "max_age": int(max_age.total_seconds()) if isinstance(max_age, timedelta) else max_age,
            "refuse_disallowed": refuse_disallowed,
            "predicate_timeout": predicate_timeout,
            "preflight_status": preflight_status,
            "_rules": rules,
        }.items():
            object.__setattr__(self, name, value)

    def decide(
        self,
        method: str,
        headers: Mapping[Any, Any] | Iterable[tuple[Any, Any]],
        *,
        scheme: str | None = None,
        own_origins: Iterable[str] = (),
    ) -> Decision:
        """The answer to one request."""
        raise NotImplementedError
