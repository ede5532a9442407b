"""Tokens of PowerShell: words, texts, variables and marks, each with its line."""

import re
from typing import Literal, NamedTuple

from ._capture import CaptureError

# Without possessive quantifiers of groups, which Python 3.11.2 gets wrong.
_TOKEN = re.compile(
    r"(?P<skip>[ \t]+|`[ \t]*\n|<#[^#]*(?:#(?!>)[^#]*)*(?:#>|\Z)|(?<![^\s({;])#[^\n]*)"
    r"|(?P<newline>\n)"
    r"|(?P<here>@[\"']\n)"
    r"|(?P<double>\"[^\"`]*(?:(?:`.|\"\")[^\"`]*)*(?P<closed>\"?))"
    r"|(?P<single>'[^']*(?:''[^']*)*(?P<ended>'?))"
    r"|(?P<variable>\$(?:\{[^{}\n]*\}|[A-Za-z_][\w:]*|_)(?:\.\w+)*)"
    r"|(?P<mark>@\{|@\(|\$\(|[(){}\[\];|,=])"
    r"|(?P<word>[^\s\"'`(){};|,=\[\]](?:[^\s\"'`(){};|,\]]|\](?=[=&/?\[]))*)"
    r"|(?P<other>.)",
    re.DOTALL,
)


class Token(NamedTuple):
    kind: Literal["newline", "text", "variable", "mark", "word", "end"]
    text: str
    line: int


END = Token("end", "", 1)


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text without blanks and comments. A text keeps its opening quote, `@` that of a here-string.

    Raises:
        CaptureError: a quote does not close.
    """
    tokens: list[Token] = []
    line, at = 1, 0
    while (found := _TOKEN.match(text, at)) is not None:
        kind, at = found.lastgroup or "", found.end()
        if found["here"]:
            end = text.find("\n" + found["here"][1] + "@", at - 1)
            if end < 0:
                raise _unterminated("here-string", line)
            content = text[at:end]
            tokens.append(Token("text", f"@{content}" if found["here"][1] == '"' else f"'{content}", line))
            line += content.count("\n") + 2
            at = end + 3
            continue
        if found["double"] is not None:
            if not found["closed"]:
                raise _unterminated("double quote", line)
            tokens.append(Token("text", found["double"][:-1], line))
        elif found["single"] is not None:
            if not found["ended"]:
                raise _unterminated("single quote", line)
            tokens.append(Token("text", found["single"][:-1].replace("''", "'"), line))
        elif kind in ("newline", "variable", "mark", "word"):
            tokens.append(Token(kind, found[0], line))  # type: ignore[arg-type]  # one of those
        line += found[0].count("\n")
    return tokens


def _unterminated(what: str, line: int) -> CaptureError:
    return CaptureError(f"A {what} opens here and does not close. Paste the command to its end.", line=line)
