"""An old set-up in one vocabulary: what each reader of a peer's options makes of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ._language import Matching


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionNames:
    """What the peer calls the options, for the notes."""

    origins: str
    regexes: str = ""
    methods: str
    headers: str
    expose: str
    credentials: str
    max_age: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPolicy:
    """What one set of options permits, by what goes over the wire.

    Attributes:
        names: how the peer calls them.
        any_origin: every origin is allowed: by `*`, or by sending each its own back.
        origins: the literal origins.
        is_same: whether a literal lets in an origin that a browser sends.
        regexes: expressions for origins, each with the text that stood there.
        matching: how they are applied.
        methods: the items of Access-Control-Allow-Methods.
        any_method: the method asked for is sent back, whatever it is.
        refused_methods: those of GET, HEAD and POST whose preflights it refuses.
        headers: the items of Access-Control-Allow-Headers.
        any_header: the headers asked for are sent back, whatever they are.
        whole_lists: which of "methods" and "headers" every preflight's answer holds whole, good items and bad.
        expose: the items of Access-Control-Expose-Headers.
        exposes_all: it names all headers that a response has.
        credentials, max_age, preflight_status: as the policy's fields; `max_age` as it was given.
        credentialed: the literal origins that may send credentials, where not all may.
    """

    names: OptionNames
    any_origin: bool = False
    origins: tuple[str, ...] = ()
    is_same: Callable[[str, str], bool] = str.__eq__
    regexes: tuple[tuple[re.Pattern[str], object], ...] = ()
    matching: Matching = "fullmatch"
    methods: tuple[str, ...] = ()
    any_method: bool = False
    refused_methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    any_header: bool = False
    whole_lists: tuple[str, ...] = ("methods", "headers")
    expose: tuple[str, ...] = ()
    exposes_all: bool = False
    credentials: bool = False
    credentialed: tuple[str, ...] = ()
    max_age: object = None
    preflight_status: int = 204
