"""A pasted text in the form in which it is searched: unwrapped, its quotation marks all alike."""

import re
from bisect import bisect_right
from collections.abc import Hashable

# What a mail program, a ticket or a word processor makes of ' and `, and the quotation marks of other languages.
QUOTES = '‘’‚‛′`´"“”„‟«»「」『』＂＇'
FOLDED = str.maketrans({**dict.fromkeys(QUOTES, "'"), "\n": " "})

INVISIBLE = re.compile(
    r"\x1b\[[0-9;?]*[ -/]*[@-~]"  # colours of a terminal
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # links of a terminal
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\u2060\ufeff]"
)
# What HTML and JSON write for quotation marks and spaces.
ESCAPED = re.compile(
    r"&(?:#(?:39|x27|34|x22|8217|8216);|apos;|quot;|lsquo;|rsquo;|nbsp;|#160;)|\\u00(?:27|22|a0)", re.IGNORECASE
)
# A link as chats and trackers write it: <URL>, <URL|text>, [URL|text], [URL](URL). What a message quotes of a header is
# none: a server can send an origin in angle brackets.
LINK = re.compile(
    r"(?<!match [‘'])(?<!invalid value ')<((?:https?|wss?|file|capacitor|app)://[^\s<>|]{1,4000})(?:\|[^<>\n]{0,4000})?>"
    r"|\[((?:https?|wss?|file|capacitor|app)://[^\s\[\]|]{1,4000})(?:\|[^\[\]\n]{0,4000}\]|\]\([^()\s]{1,4000}\))"
)
LINE_NUMBER = re.compile(r"\s*(\d{1,5})[:.)|]?\s")
LINE_END = re.compile(r"\r\n?")
SPACES = re.compile(r"[ \t\xa0\u2000-\u200a\u202f\u3000]+")
# Marks of a quotation, of a list and of Markdown, around a line.
LINE_STARTS = " \t>|│*`"
LINE_ENDS = " \t*`"
WIDE = re.compile(r"[\u1100-\u11ff\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]")


class Source:
    """A text, and the same text folded: `folded` has as many characters, ' for every quotation mark and no line ends.

    Colours, invisible characters and the marks of quotations and Markdown around lines are gone from both. Line ends
    stay in `text`, but for those inside a word.
    """

    __slots__ = ("_found", "_starts", "folded", "text")

    def __init__(self, text: str) -> None:
        lines = _undecorated(INVISIBLE.sub("", LINE_END.sub("\n", text))).split("\n")
        pieces: list[str] = []
        self._starts: list[int] = []
        length = 0
        before = ""
        for line in lines:
            clean = SPACES.sub(" ", line).lstrip(LINE_STARTS).rstrip(LINE_ENDS)
            separator = "" if not self._starts or _word_goes_on(before, clean) else "\n"
            self._starts.append(length + len(separator))
            pieces += (separator, clean)
            length += len(separator) + len(clean)
            before = clean
        self.text = "".join(pieces)
        self.folded = self.text.translate(FOLDED)
        self._found: dict[Hashable, tuple[int, int]] = {}

    def find(self, folded: str, at: int, *, asker: Hashable) -> int:
        """Where the folded words come next, -1 where they do not.

        What each asker was answered is remembered, so that one who goes forwards costs no more than one pass.
        """
        asked, found = self._found.get(asker, (0, -2))
        if found != -2 and asked <= at and (found == -1 or at <= found):
            return found
        found = self.folded.find(folded, at)
        self._found[asker] = at, found
        return found

    def line(self, at: int) -> int:
        """The number of the line that a position is in, from 1."""
        return bisect_right(self._starts, at)

    def line_end(self, at: int) -> int:
        """Where the line of a position ends."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end


def _undecorated(text: str) -> str:
    """Without what the tool has added through which it was passed on: links, escapes, numbers of lines."""
    text = LINK.sub(lambda link: link[1] or link[2], ESCAPED.sub(_unescaped, text))
    lines = text.split("\n")
    numbers = [LINE_NUMBER.match(line) for line in lines]
    told = [int(number[1]) for number in numbers if number is not None]
    if (
        len(told) > 1
        and len(told) >= sum(1 for line in lines if line.strip())
        and told == [*range(told[0], told[0] + len(told))]
    ):
        lines = [line if number is None else line[number.end() :] for line, number in zip(lines, numbers, strict=True)]
    return "\n".join(lines)


def _unescaped(escaped: re.Match[str]) -> str:
    name = escaped[0].lower()
    if "nbsp" in name or "160" in name or "a0" in name:
        return " "
    return '"' if "quot" in name or "22" in name or "34" in name else "'"


def _word_goes_on(before: str, after: str) -> bool:
    """Whether a line was broken inside a word: after its hyphen, or between two signs of a language without spaces."""
    if not before or not after:
        return False
    if before[-1] == "-":
        return before[-2:-1].isalnum() and after[0].isalnum()
    return WIDE.match(before[-1]) is not None and WIDE.match(after[0]) is not None
