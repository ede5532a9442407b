"""Label patterns (`pr-*--shop`): which of them match a label, by look-ups, never by a walk over the patterns."""

from bisect import insort
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, AnyStr, Generic

_NONE: Mapping[int, Collection[Any]] = MappingProxyType({})


class LabelPatterns(Generic[AnyStr]):
    """Pairs of a prefix and a suffix: what begins with one, ends with the other and has a character in between.

    A text is cut at each length that a prefix has. Where what stands before the cut is a prefix, the text is cut from
    its end at each length of that prefix's suffixes. So the cost follows the lengths, of which a label has 63 at most,
    and how many patterns have the same length does not matter.

    >>> patterns = LabelPatterns([("pr-", "--shop"), ("", "-b")])
    >>> patterns.match("pr-1--shop"), patterns.match("a-b"), patterns.match("pr---shop")
    (True, True, False)
    """

    __slots__ = ("_lengths", "_suffixes")

    def __init__(self, pairs: Iterable[tuple[AnyStr, AnyStr]] = ()) -> None:
        self._lengths: list[int] = []
        self._suffixes: dict[AnyStr, dict[int, set[AnyStr]]] = {}
        for prefix, suffix in pairs:
            self.add(prefix, suffix)

    def add(self, prefix: AnyStr, suffix: AnyStr) -> None:
        if prefix not in self._suffixes and len(prefix) not in self._lengths:
            insort(self._lengths, len(prefix))
        self._suffixes.setdefault(prefix, {}).setdefault(len(suffix), set()).add(suffix)

    def __iter__(self) -> Iterator[tuple[AnyStr, AnyStr]]:
        for prefix, sizes in self._suffixes.items():
            yield from ((prefix, suffix) for suffixes in sizes.values() for suffix in suffixes)

    def match(self, text: AnyStr) -> bool:
        """Whether one of the patterns matches the text."""
        return next(self.matching(text), None) is not None

    def matching(self, text: AnyStr) -> Iterator[tuple[AnyStr, AnyStr]]:
        """The patterns that match the text."""
        for length in self._lengths:
            prefix = text[:length]
            for size, suffixes in self._suffixes.get(prefix, _NONE).items():
                suffix = text[len(text) - size :]
                if suffix in suffixes and length + size < len(text):
                    yield prefix, suffix
