"""Regular expressions as the sets of texts that they match, so that two of them can be compared exactly.

Samples show that two expressions differ, never that they do not. So an expression becomes an automaton, and what one
matches and another does not is searched for in their product: the text found is the shortest, and where none is found
there is none. Texts are printable ASCII; origins and paths are.
"""

import re
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from typing import Any, Literal

Matching = Literal["fullmatch", "match", "search"]
"""How an expression is applied, by the name of the method of `re.Pattern`."""

MOST_STATES = 6000
MOST_VISITS = 40_000

# In this order: a text that is found shall be one that a person reads with ease.
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-._/:ABCDEFGHIJKLMNOPQRSTUVWXYZ~!\"#$%&'()*+,;<=>?@[\\]^`{|} "
BIT = {character: 1 << index for index, character in enumerate(ALPHABET)}
ALL = (1 << len(ALPHABET)) - 1
CATEGORIES = {
    "CATEGORY_DIGIT": "0123456789",
    "CATEGORY_SPACE": " ",
    "CATEGORY_WORD": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
}

States = frozenset[int]
Row = tuple[tuple[int, int], ...]
"""Sets of characters, as bits of the alphabet, each with the place where it leads."""
Places = tuple[int, ...]
"""Of each language of a comparison, where it is."""

NOWHERE = -1


class NotRegular(Exception):
    """The expression looks around, refers back, or is too large: no automaton of a bearable size says the same."""


class Language:
    """The texts that an expression matches, as an automaton without look-ahead.

    A state has moves on sets of characters (bits of the alphabet), and free moves: always, only at the beginning of
    the text (`^`), or only at its end (`$`).

    >>> prefix = Language(r"https://a.example\\.com", "match")
    >>> prefix.accepts("https://axexample.com.evil.test"), prefix.accepts("https://a.example-com")
    (True, False)

    Raises:
        NotRegular: there is no automaton of it.
        re.error: it is no regular expression.
    """

    __slots__ = ("_accepts", "_at_begin", "_at_end", "_first", "_free", "_last", "_moves", "_numbers", "_rows", "_sets")

    def __init__(self, source: str, matching: Matching = "fullmatch", *, flags: int = 0) -> None:
        self._moves: list[list[tuple[int, int]]] = []
        self._free: list[list[int]] = []
        self._at_begin: list[list[int]] = []
        self._at_end: list[list[int]] = []
        self._numbers: dict[States, int] = {}
        self._sets: list[States] = []
        self._rows: list[Row | None] = []
        self._accepts: list[bool] = []
        tree = parse(source, flags)
        flags |= tree.state.flags
        if flags & (re.MULTILINE | re.LOCALE):
            raise NotRegular(source)
        self._first = self._state()
        here = self._first
        if matching == "search":
            self._moves[here].append((ALL, here))
            here = self._after(here)
        here = self._sequence(tree, here, flags)
        self._last = here
        if matching != "fullmatch":
            self._last = self._after(here)
            self._moves[self._last].append((ALL, self._last))

    def begin(self) -> int:
        """The place where a text begins: a number for the set of states that the automaton may be in."""
        return self._place(self._closure({self._first}, self._at_begin))

    def row(self, here: int) -> "Row":
        """Where each character leads from a place; the sets have none in common, and what is in none leads nowhere."""
        row = () if here == NOWHERE else self._rows[here]
        if row is None:
            row = self._rows[here] = self._make_row(self._sets[here])
        return row

    def is_match(self, here: int) -> bool:
        """Whether a text that ends here is matched."""
        return here != NOWHERE and self._accepts[here]

    def accepts(self, text: str) -> bool:
        """Whether `text` is matched."""
        here = self.begin()
        # `^` and `$` are both true of an empty text, which no origin and no path is.
        for character in text:
            bit = BIT.get(character, 0)
            here = next((to for characters, to in self.row(here) if characters & bit), NOWHERE)
        return self.is_match(here)

    def _make_row(self, states: States) -> "Row":
        parts: dict[States, int] = {frozenset(): ALL}  # by what they reach
        for state in states:
            for characters, to in self._moves[state]:
                split: dict[States, int] = {}
                for reached, those in parts.items():
                    for also, some in ((reached | {to}, those & characters), (reached, those & ~characters)):
                        if some:
                            split[also] = split.get(also, 0) | some
                parts = split
        row: dict[int, int] = {}
        for reached, those in parts.items():
            if reached:
                to = self._place(self._closure(reached))
                row[to] = row.get(to, 0) | those
        return tuple((those, to) for to, those in row.items())

    def _place(self, states: States) -> int:
        place = self._numbers.get(states)
        if place is None:
            place = self._numbers[states] = len(self._sets)
            self._sets.append(states)
            self._rows.append(None)
            self._accepts.append(self._last in self._closure(states, self._at_end))
        return place

    def _closure(self, states: Iterable[int], also: list[list[int]] | None = None) -> States:
        waiting = list(states)
        found = set(waiting)
        while waiting:
            state = waiting.pop()
            for to in (*self._free[state], *(also[state] if also else ())):
                if to not in found:
                    found.add(to)
                    waiting.append(to)
        return frozenset(found)

    def _state(self) -> int:
        if len(self._moves) >= MOST_STATES:
            raise NotRegular("too large")
        for table in (self._moves, self._free, self._at_begin, self._at_end):
            table.append([])
        return len(self._moves) - 1

    def _after(self, state: int) -> int:
        to = self._state()
        self._free[state].append(to)
        return to

    def _sequence(self, tree: Iterable[tuple[object, Any]], here: int, flags: int) -> int:
        for operator, argument in tree:
            here = self._node(str(operator), argument, here, flags)
        return here

    def _node(self, operator: str, argument: Any, here: int, flags: int) -> int:
        match operator:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                to = self._state()
                self._moves[here].append((_characters(operator, argument, flags), to))
                return to
            case "AT":
                to = self._state()
                match str(argument):
                    case "AT_BEGINNING" | "AT_BEGINNING_STRING":
                        self._at_begin[here].append(to)
                    case "AT_END" | "AT_END_STRING":
                        self._at_end[here].append(to)
                    case _:
                        raise NotRegular(str(argument))
                return to
            case "SUBPATTERN":
                _, added, removed, inner = argument
                return self._sequence(inner, self._after(here), (flags | added) & ~removed)
            case "BRANCH":
                to = self._state()
                for branch in argument[1]:
                    self._free[self._sequence(branch, self._after(here), flags)].append(to)
                return to
            case "MAX_REPEAT" | "MIN_REPEAT":
                return self._repeat(*argument, here=here, flags=flags)
        raise NotRegular(operator)

    def _repeat(self, least: int, most: Any, inner: Any, *, here: int, flags: int) -> int:
        for _ in range(least):
            here = self._sequence(inner, self._after(here), flags)
        if str(most) == "MAXREPEAT":
            loop = self._after(here)
            self._free[self._sequence(inner, self._after(loop), flags)].append(loop)
            return self._after(loop)
        end = self._state()
        for _ in range(most - least):
            self._free[here].append(end)
            here = self._sequence(inner, self._after(here), flags)
        self._free[here].append(end)
        return end


def parse(source: str, flags: int = 0) -> Any:
    """The expression's tree, by the parser of `re` itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about how it is written, which its author knows
        try:
            return re._parser.parse(source, flags)  # type: ignore[attr-defined]  # not public, and the one that decides
        except (RecursionError, OverflowError) as error:
            raise NotRegular(source) from error


def texts(every: Iterable[Iterable[Language]], but: Iterable[Language] = (), *, most: int = 40) -> Iterator[str]:
    """Texts that one language of each group matches and none of `but`: the shortest for each way to do so.

    Where nothing comes, there is no such text.

    >>> list(texts([[Language("ab*")], [Language("a.?")]], but=[Language("a")]))
    ['ab']

    Raises:
        NotRegular: there are too many ways to look at.
    """
    groups = [tuple(group) for group in every]
    return islice(_texts(groups, tuple(but)), most if all(groups) else 0)


def _texts(every: list[tuple[Language, ...]], but: tuple[Language, ...]) -> Iterator[str]:
    groups = [*every, but]
    languages = [language for group in groups for language in group]
    ends = list(accumulate(map(len, groups)))
    slices = [slice(end - len(group), end) for group, end in zip(groups, ends, strict=True)]
    start = tuple(language.begin() for language in languages)
    seen = {start}
    waiting: deque[tuple[Places, str]] = deque([(start, "")])
    while waiting:
        places, text = waiting.popleft()
        matches = [language.is_match(here) for language, here in zip(languages, places, strict=True)]
        *inside, outside = (any(matches[each]) for each in slices)
        if all(inside) and not outside:
            yield text
        for character, after in _moves(languages, places, slices[:-1]):
            if after not in seen:
                if len(seen) >= MOST_VISITS:
                    raise NotRegular("the comparison is too large")
                seen.add(after)
                waiting.append((after, text + character))


def _moves(languages: Sequence[Language], places: Places, groups: Sequence[slice]) -> Iterator[tuple[str, Places]]:
    """Where the languages get from here, one of each group at least, by the first character that leads there."""
    complete = {group.stop: group for group in groups}
    parts: list[tuple[int, Places]] = [(ALL, ())]
    for number, (language, here) in enumerate(zip(languages, places, strict=True), 1):
        row = language.row(here)
        joined = []
        for characters, after in parts:
            rest = characters
            for those, to in row:
                if those & characters:
                    joined.append((those & characters, (*after, to)))
                    rest &= ~those
            if rest:
                joined.append((rest, (*after, NOWHERE)))
        group = complete.get(number)
        parts = joined if group is None else [part for part in joined if max(part[1][group]) > NOWHERE]
    for characters, after in sorted(parts, key=lambda part: part[0] & -part[0]):
        yield ALPHABET[(characters & -characters).bit_length() - 1], after


def _characters(operator: str, argument: Any, flags: int) -> int:
    match operator:
        case "LITERAL":
            return _cased(chr(argument), flags)
        case "NOT_LITERAL":
            return ALL & ~_cased(chr(argument), flags)
        case "ANY":
            return ALL
    bits = 0
    negated = False
    for kind, value in argument:
        match str(kind):
            case "NEGATE":
                negated = True
            case "LITERAL":
                bits |= _cased(chr(value), flags)
            case "RANGE":
                for code in range(value[0], min(value[1], 0x7F) + 1):
                    bits |= _cased(chr(code), flags)
            case "CATEGORY":
                name = str(value)
                inside = sum(BIT[character] for character in CATEGORIES[name.replace("_NOT_", "_")])
                bits |= ALL & ~inside if "_NOT_" in name else inside
            case other:
                raise NotRegular(other)
    return ALL & ~bits if negated else bits


def _cased(character: str, flags: int) -> int:
    if flags & re.IGNORECASE:
        return BIT.get(character.lower(), 0) | BIT.get(character.upper(), 0)
    return BIT.get(character, 0)
