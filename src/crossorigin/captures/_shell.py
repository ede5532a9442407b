"""Words of a shell command: what bash and Windows' cmd make of a pasted line. Nothing is run, nothing is expanded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ._capture import CaptureError

_BASH_RUN = re.compile(r"[^\s'\"\\$`;&|<>()]+")
_QUOTED_RUN = re.compile(r"[^\"\\$`]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!_-]")
_ANSI_C = re.compile(
    r"((?:\\(?:x[0-9A-Fa-f]{1,2}|[0-7]{1,3}))+)|\\(?:u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c(.)|(.))", re.DOTALL
)
_ANSI_C_END = re.compile(r"[^'\\]*(?:\\.[^'\\]*)*", re.DOTALL)
_CONTINUED = re.compile(r"[\\`][ \t]*\n")
_LETTERS = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_SIGNS = re.compile(r"[ \t]\^(?=\"|[ \t]*\n|[ \t]*$)|[ \t]\$?'|\\[ \t]*\n")
_PARENTHESIS = re.compile(r"[()]")
_REDIRECTION = re.compile(r"(<<<|<<-|<<|<|>>|>\||>&|>)[ \t]*([^\s;&|<>()]*)")
_CARET_AT_LINE_END = re.compile(r"\^[ \t]*\n")
_ARGUMENT_PIECE = re.compile(r"(\\*)\"(\"?)|(\\+)|([ \t\n]+)|([^ \t\n\"\\]+)")
_CMD_RUN = re.compile(r"[^\^\"&|<>\n]+")
_CMD_VARIABLE = re.compile(r"%(?![0-9A-Fa-f]{2})[A-Za-z_][A-Za-z0-9_]*%")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a command. `variable` tells that a variable or a command in it was left as it stands."""

    text: str
    line: int
    variable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellCommand:
    """The words of one command, the text that a here-document feeds it, and where the command ends."""

    words: tuple[Word, ...]
    end: int
    stdin: str | None = None


class Unterminated(CaptureError):
    """A quote that is opened and never closed: the paste was cut off, or the text is not a command."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(f"A {what} opens here and does not close. Paste the command to its end.", line=line)


def next_sign(text: str, start: int) -> tuple[int, bool]:
    """Where the next sign of a shell is, and whether it is of Windows' cmd: a caret before a quote or at a line's end.

    Quotes and backslashes at a line's end are bash's. Without a sign the position is the text's end.

    >>> next_sign('curl ^"https://a.test^"', 0)[1], next_sign("curl 'https://a.test'", 0)[1]
    (True, False)
    """
    found = _SIGNS.search(text, start)
    return (len(text), False) if found is None else (found.start(), "^" in found[0])


def bash_command(text: str, start: int, line: int) -> ShellCommand:
    """The command that starts there, up to an operator or the line's end, quoted as bash's manual says.

    Raises:
        Unterminated: a quote does not close.
    """
    return _Bash(text, start, line).command()


class _Bash:
    def __init__(self, text: str, start: int, line: int) -> None:
        self._text, self._at, self._line = text, start, line
        self._words: list[Word] = []
        self._parts: list[str] | None = None
        self._variable = False
        self._word_line = line
        self._in_backquotes = text[start - 1 : start] == "`"
        self._delimiter: tuple[str, bool] | None = None

    def command(self) -> ShellCommand:
        text = self._text
        while self._at < len(text):
            if run := _BASH_RUN.match(text, self._at):
                if self._parts is None and run[0].startswith("#"):
                    end = text.find("\n", self._at)
                    self._at = len(text) if end < 0 else end
                else:
                    self._add(run[0])
                    self._at = run.end()
            elif not self._special(text[self._at]):
                break
        self._finish()
        stdin = self._here_document() if self._delimiter else None
        return ShellCommand(words=tuple(self._words), end=self._at, stdin=stdin)

    def _special(self, character: str) -> bool:
        """Reads on from a character that means something; False ends the command."""
        if continued := _CONTINUED.match(self._text, self._at):
            if character == "\\" or not self._in_backquotes:
                self._line += 1
                self._at = continued.end()
                return True
            return False
        match character:
            case "\\":
                self._add(self._text[self._at + 1 : self._at + 2])
                self._at += 2
            case "'":
                self._add("")
                self._add(self._until("'", "single quote", 1))
            case '"':
                self._double_quoted()
            case "$":
                self._dollar(quoted=False)
            case "`":
                if self._in_backquotes:
                    return False
                self._substitution("`", "backquote", 1)
            case "<" | ">":
                self._redirect()
            case "&" if self._text.startswith("&>", self._at):
                self._at += 1
            case "\n" | ";" | "&" | "|" | "(" | ")":
                return False
            case _:
                self._finish()
                self._at += 1
        return True

    def _add(self, part: str) -> None:
        if self._parts is None:
            self._parts, self._variable, self._word_line = [], False, self._line
        self._parts.append(part)

    def _finish(self) -> None:
        if self._parts is not None:
            self._words.append(Word(text="".join(self._parts), line=self._word_line, variable=self._variable))
            self._parts = None

    def _until(self, close: str, what: str, skip: int) -> str:
        """The text to the next `close`; what opens it is `skip` characters long. The position is then behind it."""
        begin = self._at + skip
        end = self._text.find(close, begin)
        if end < 0:
            raise Unterminated(what, self._line)
        self._line += self._text.count("\n", begin, end)
        self._at = end + len(close)
        return self._text[begin:end]

    def _substitution(self, close: str, what: str, skip: int) -> None:
        begin = self._at
        self._add("")
        self._until(close, what, skip)
        self._add(self._text[begin : self._at])
        self._variable = True

    def _double_quoted(self) -> None:
        text, line = self._text, self._line
        self._add("")
        self._at += 1
        while self._at < len(text):
            if run := _QUOTED_RUN.match(text, self._at):
                self._add(run[0])
                self._line += run[0].count("\n")
                self._at = run.end()
                continue
            match text[self._at]:
                case '"':
                    self._at += 1
                    return
                case "\\":
                    escaped = text[self._at + 1 : self._at + 2]
                    if escaped == "\n":
                        self._line += 1
                    else:
                        self._add(escaped if escaped in ("$", "`", '"', "\\") else "\\" + escaped)
                    self._at += 2
                case "$":
                    self._dollar(quoted=True)
                case _:
                    self._substitution("`", "backquote", 1)
        raise Unterminated("double quote", line)

    def _dollar(self, *, quoted: bool) -> None:
        text, at = self._text, self._at
        after = text[at + 1 : at + 2]
        if after == "'" and not quoted:
            self._ansi_c()
        elif after == '"' and not quoted:
            self._at += 1  # translated text: the double quotes after it are read as such
        elif after == "(":
            self._parenthesised()
        elif after == "{":
            self._substitution("}", "${", 2)
        elif name := _NAME.match(text, at + 1):
            self._add(text[at : name.end()])
            self._at = name.end()
            self._variable = True
        else:
            self._add("$")
            self._at += 1

    def _ansi_c(self) -> None:
        """The text of `$'…'`, which bash's manual calls ANSI-C quoting."""
        begin = self._at + 2
        found = _ANSI_C_END.match(self._text, begin)
        end = begin if found is None else found.end()
        if self._text[end : end + 1] != "'":
            raise Unterminated("quote $'", self._line)
        content = self._text[begin:end]
        self._add(ansi_c(content))
        self._line += content.count("\n")
        self._at = end + 1

    def _parenthesised(self) -> None:
        depth = 0
        for bracket in _PARENTHESIS.finditer(self._text, self._at):
            depth += 1 if bracket[0] == "(" else -1
            if depth == 0:
                self._add(self._text[self._at : bracket.end()])
                self._line += self._text.count("\n", self._at, bracket.end())
                self._at = bracket.end()
                self._variable = True
                return
        raise Unterminated("$(", self._line)

    def _redirect(self) -> None:
        """A redirection is not an argument: it goes, with the file that it names."""
        if self._parts is not None and "".join(self._parts).isdigit():
            self._parts = None  # 2>
        self._finish()
        found = _REDIRECTION.match(self._text, self._at)
        self._at = self._at + 1 if found is None else found.end()
        if found is not None and found[1] in ("<<", "<<-"):
            self._delimiter = (found[2].strip("'\"\\"), found[1] == "<<-")

    def _here_document(self) -> str | None:
        """The lines up to the delimiter, from the line after the command's."""
        delimiter, indented = self._delimiter or ("", False)
        begin = self._text.find("\n", self._at) + 1
        if not begin or not delimiter:
            return None
        end = begin
        while end < len(self._text):
            stop = self._text.find("\n", end)
            stop = len(self._text) if stop < 0 else stop
            line = self._text[end:stop]
            if (line.lstrip("\t") if indented else line) == delimiter:
                self._at = stop
                return self._text[begin:end]
            end = stop + 1
        raise Unterminated(f"here-document <<{delimiter[:40]}", self._line)


def ansi_c(content: str) -> str:
    """What bash makes of the text between `$'` and `'`. Bytes that are not UTF-8 are taken for Latin-1 characters.

    >>> ansi_c(r"it\\'s \\u00e9 \\xc3\\xa9 \\xe9")
    "it's é é é"
    """
    # Chrome writes a character above U+FFFF as two halves; bash ends the text at a NUL.
    text = _ANSI_C.sub(_escape, content).partition("\0")[0]
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _escape(found: re.Match[str]) -> str:
    octets, short, long, control, letter = found.groups()
    if octets:
        raw = bytes(int(one[1:], 16) if one[0] == "x" else int(one, 8) & 0xFF for one in octets[1:].split("\\"))
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return raw.decode("latin-1")
    if short or long:
        code = int(short or long, 16)
        return chr(code) if code <= 0x10FFFF else "\ufffd"
    if control is not None:
        return chr(ord(control) & 0x1F)
    return _LETTERS.get(letter, letter if letter in "\\'\"?" else "\\" + letter)


def cmd_command(text: str, start: int, line: int) -> ShellCommand:
    """The command that starts there, as Windows' cmd hands it to the program, and as the program cuts it into words.

    A word that begins with `^"` was written by a browser, which doubles every backslash; else a backslash means
    something before a quote alone, as in Microsoft's C runtime.

    Raises:
        Unterminated: a quote does not close.
    """
    copied = '^"' in text[start : start + 4096]
    handed, end = _without_carets(text, start)
    return ShellCommand(words=tuple(_arguments(handed, line, copied=copied)), end=end)


def _without_carets(text: str, at: int) -> tuple[str, int]:
    parts: list[str] = []
    quoted = False
    while at < len(text):
        if run := _CMD_RUN.match(text, at):
            parts.append(run[0])
            at = run.end()
            continue
        character = text[at]
        if character == "^" and not quoted:
            if continued := _CARET_AT_LINE_END.match(text, at):
                at = continued.end()
            else:
                at += 1
            # What follows a caret stands for itself, a second line end too.
            parts.append(text[at : at + 1])
        elif character == '"':
            quoted = not quoted
            parts.append(character)
        elif quoted or character == "^":
            parts.append(character)
        else:
            break
        at += 1
    return "".join(parts), min(at, len(text))


def _arguments(handed: str, line: int, *, copied: bool) -> Iterator[Word]:
    """Cut as Microsoft's C runtime does it ("Parsing C command-line arguments")."""
    parts: list[str] | None = None
    quoted = False
    for found in _ARGUMENT_PIECE.finditer(handed):
        before, second, backslashes, space, run = found.groups()
        if space is not None and not quoted:
            if parts is not None:
                yield _cmd_word(parts, line)
            parts = None
            continue
        parts = [] if parts is None else parts
        if before is None:
            parts.append(run or space or ("\\" * ((len(backslashes) + 1) // 2) if copied else backslashes))
            continue
        parts.append("\\" * (len(before) // 2))
        if len(before) % 2:
            parts.append('"')
            quoted ^= bool(second)
        elif second and quoted:
            parts.append('"')  # two quotes within quotes are one
        else:
            quoted ^= not second
    if quoted:
        raise Unterminated("double quote", line)
    if parts is not None:
        yield _cmd_word(parts, line)


def _cmd_word(parts: list[str], line: int) -> Word:
    text = "".join(parts)
    return Word(text=text, line=line, variable=_CMD_VARIABLE.search(text) is not None)
