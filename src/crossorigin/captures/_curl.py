"""cURL command lines, as browsers copy them and as people write them, with the output around them."""

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from ._asked import asked_on_the_wire, scalar_text, shown, value_of
from ._capture import Asked, Capture, CaptureError, Item, Note
from ._curl_options import FILE_FLAGS, FILES, FLAGS, ROUTES, SHORT, UNLIKE_A_BROWSER, VALUED, long_name
from ._form import BOUNDARY, multipart
from ._response import read_heads
from ._shell import ShellCommand, Unterminated, Word, bash_command, cmd_command, next_sign

_CURL = re.compile(r"(?<![\w.@+-])curl(?:\.exe)?(?=[\"']?(?:[ \t\\^`]|$))", re.IGNORECASE | re.MULTILINE)
_BEFORE_A_COMMAND = tuple(";&|({`$%#>❯➜!/\\\"'")
_WRAPPERS = frozenset(
    {
        *("sudo", "time", "env", "command", "exec", "nohup", "then", "do", "else", "while", "until", "if", "eval"),
        *("xargs", "watch", "timeout", "winpty", "wsl", "call", "and"),
    }
)
_MOST_FAILURES = 8
"""Candidates of several lines that are not commands: each may be looked at to the end of the text, so these are few."""

_MOST_URLS = 100

_FILE = "{} was left out: we never read or write your files."
_ROUTE = (
    "{} was left out: we send the request straight to its URL, never through a proxy, socket or address from the paste."
)
_PLAIN = re.compile(r"[\w.-]+(?::\d+)?(?:[/?#]|$)")


def read_curl(text: str) -> Capture:
    """The requests of the curl commands in a text, and the response heads that their output shows.

    What the browser adds by itself is taken out of the headers. What we do not do (read a file, use a proxy) and what a
    page cannot do is left out, with a note that names it.

    >>> capture = read_curl("curl -sX PUT https://api.example.com/items/1 -H 'X-A: 1' -d @body.json")
    >>> [(item.method, item.url, item.headers[0]) for item in capture.items]
    [('PUT', 'https://api.example.com/items/1', ('X-A', '1'))]
    >>> capture.notes[0].text
    "-d '@body.json' was left out: we never read or write your files."

    Raises:
        CaptureError: the text holds no curl command that can be read.
    """
    reader = _Commands(scalar_text(text))
    reader.read()
    if not reader.items:
        raise reader.failure or CaptureError(
            "There is no curl command with a URL in this text. Paste the whole command, from `curl` to its last line.",
            line=1,
        )
    if reader.failure is not None:
        reader.notes.append(Note(text=str(reader.failure), line=reader.failure.line))
    return Capture(kind="curl", tool="curl", items=tuple(reader.items), notes=tuple(reader.notes))


class _Commands:
    """All commands of a text, in order."""

    def __init__(self, text: str) -> None:
        self.items: list[Item] = []
        self.notes: list[Note] = []
        self.failure: CaptureError | None = None
        self._text = text
        self._counted = (0, 1)
        self._read_line = 1
        self._sign: tuple[int, bool] = (-1, False)
        self._asked: Asked | None = None

    def read(self) -> None:
        at = read = failures = 0
        while (found := _CURL.search(self._text, at)) is not None and failures < _MOST_FAILURES:
            at = found.end()
            if not self._is_a_command(found):
                continue
            try:
                command = self._command(found.start())
            except Unterminated as error:
                failures += 1
                self.failure = self.failure or error
                continue
            notes: list[Note] = []
            asked = _Options(command, notes).requests()
            if asked:
                self._output(read, found.start())
                self.items += asked
                self.notes += notes
                self._asked = asked[0]
                at = read = command.end
                self._read_line = self._line(read)
            elif "\n" in self._text[found.end() : command.end]:
                failures += 1
            else:
                at = command.end
        self._output(read, len(self._text))

    def _is_a_command(self, found: re.Match[str]) -> bool:
        """Whether a command begins here, and not a sentence about curl."""
        text, start = self._text, found.start()
        before = text[max(text.rfind("\n", 0, start) + 1, start - 200) : start].rstrip()
        if not before or before.endswith(_BEFORE_A_COMMAND):
            return True
        if all(word in _WRAPPERS or "=" in word or word[0] == "-" for word in before.split()):
            return True
        line = text[found.end() : found.end() + 2000].partition("\n")[0]
        return "://" in line or re.match(r"[\"']? +-", line) is not None

    def _command(self, start: int) -> ShellCommand:
        if self._sign[0] < start:
            self._sign = next_sign(self._text, start)
        read = cmd_command if self._sign[1] else bash_command
        return read(self._text, start, self._line(start))

    def _line(self, at: int) -> int:
        before, line = self._counted
        self._counted = (at, line + self._text.count("\n", before, at))
        return self._counted[1]

    def _output(self, start: int, end: int) -> None:
        """What a command printed."""
        if "HTTP/" in self._text[start:end]:
            lines = self._text[start:end].split("\n")
            self.items += read_heads(lines, self._read_line, self.notes, self._asked)


class _Options:
    """One command's options into requests. `--next` begins anew."""

    def __init__(self, command: ShellCommand, notes: list[Note]) -> None:
        self._words = command.words[1:]
        self._stdin = command.stdin
        self._notes = notes
        self._line = command.words[0].line
        self._clear()

    def _clear(self) -> None:
        self._urls: list[Word] = []
        self._headers: list[tuple[str, str]] = []
        self._removed: set[str] = set()
        self._cookies: list[str] = []
        self._data: list[str] = []
        self._form: list[tuple[str, str, str]] = []
        self._query: list[str] = []
        self._has_body = self._is_json = self._variable = False
        self._method: str | None = None
        self._flags: set[str] = set()

    def requests(self) -> list[Asked]:
        """The requests of the command, one for each URL."""
        done: list[Asked] = []
        words = iter(self._words)
        for word in words:
            if word.text == "--":
                self._urls += words
            elif word.text.startswith("--"):
                self._long(word, words)
            elif word.text.startswith("-") and len(word.text) > 1:
                self._short(word, words)
            elif word.text:
                self._urls.append(word)
            if "next" in self._flags:
                done += self._finish()
                self._clear()
        return done + self._finish()

    def _long(self, word: Word, words: Iterator[Word]) -> None:
        written, equals, value = word.text[2:].partition("=")
        name = long_name(written.removeprefix("expand-"))
        if name is None or (equals and name not in VALUED):
            self._note(f"curl has no option {shown(word.text)}: it was left out.", word)
        elif name in FLAGS:
            self._flag(name, word.text, word)
        elif equals:
            self._value(name, f"--{written}", replace(word, text=value))
        elif (following := next(words, None)) is not None:
            variable = following.variable or written.startswith("expand-")
            self._value(name, word.text, replace(following, variable=variable))

    def _short(self, word: Word, words: Iterator[Word]) -> None:
        """A cluster: each letter is a flag, or takes the rest of the word (else the next word) for its value."""
        for index, letter in enumerate(word.text[1:], 2):
            name = SHORT.get(letter)
            if name is None:
                self._note(f"curl has no option {shown('-' + letter)}: it was left out.", word)
            elif name in FLAGS:
                self._flag(name, f"-{letter}", word)
                continue
            else:
                rest = word.text[index:]
                value = replace(word, text=rest) if rest else next(words, None)
                if value is not None:
                    self._value(name, f"-{letter}", value)
            return

    def _flag(self, name: str, written: str, word: Word) -> None:
        self._flags.add(name)
        if name in FILE_FLAGS:
            self._note(_FILE.format(written), word)
        elif name in UNLIKE_A_BROWSER:
            self._note(f"{written} was left out: a page cannot do this.", word)

    def _value(self, name: str, written: str, word: Word) -> None:
        if name in _VALUES:
            self._variable |= word.variable and name not in ("url", "user-agent")
            _VALUES[name](self, written, word)
        elif name == "upload-file":
            self._has_body = True
            self._flags.add(name)
            self._left_out_file(written, word)
        elif name in FILES:
            self._left_out_file(written, word)
        elif name in ROUTES:
            self._note(_ROUTE.format(written), word)
        elif name in UNLIKE_A_BROWSER:
            self._note(f"{written} was left out: a page cannot do this.", word)

    def _left_out_file(self, written: str, word: Word) -> None:
        self._note(_FILE.format(f"{written} {shown(word.text)}"), word)

    def _header(self, written: str, word: Word) -> None:
        text = word.text
        if text.startswith("@"):
            self._left_out_file(written, word)
            return
        name, colon, value = text.partition(":")
        name = name.strip()
        if not colon:
            name, semicolon, rest = text.partition(";")
            if not semicolon or rest.strip():
                self._note(f"{written} {shown(text)} has no colon, so it is not a header: it was left out.", word)
            else:
                self._headers.append((name.strip(), ""))
        elif value.strip():
            self._headers.append((name, value.strip(" \t")))
        else:
            self._removed.add(name.lower())

    def _cookie(self, written: str, word: Word) -> None:
        if "=" in word.text:
            self._cookies.append(word.text)
        elif word.text:
            self._left_out_file(written, word)

    def _data_plain(self, written: str, word: Word) -> None:
        self._has_body = True
        self._add_data(self._from_file(written, word, word.text) if word.text.startswith("@") else word.text)

    def _data_raw(self, _written: str, word: Word) -> None:
        self._has_body = True
        self._add_data(word.text)

    def _json(self, written: str, word: Word) -> None:
        self._has_body = self._is_json = True
        text = self._from_file(written, word, word.text) if word.text.startswith("@") else word.text
        if text is not None:
            self._data.append(text)

    def _data_urlencoded(self, written: str, word: Word) -> None:
        self._has_body = True
        self._add_data(self._urlencoded(written, word, word.text))

    def _url_query(self, written: str, word: Word) -> None:
        text = word.text[1:] if word.text.startswith("+") else self._urlencoded(written, word, word.text)
        if text:
            self._query.append(text)

    def _urlencoded(self, written: str, word: Word, text: str) -> str | None:
        """`content`, `=content`, `name=content`, `@file` or `name@file`."""
        found = re.search(r"[=@]", text)
        if found is None:
            return _percent_encoded(text)
        name, content = text[: found.start()], text[found.end() :]
        if found[0] == "@":
            read = self._from_file(written, word, f"@{content}")
            return None if read is None else f"{name}={_percent_encoded(read)}" if name else _percent_encoded(read)
        return f"{name}={_percent_encoded(content)}" if name else _percent_encoded(content)

    def _from_file(self, written: str, word: Word, text: str) -> str | None:
        """The text of a here-document for `@-`; a file is not read."""
        if text == "@-" and self._stdin is not None:
            return self._stdin.replace("\n", "") if written in ("-d", "--data", "--data-ascii") else self._stdin
        self._note(_FILE.format(f"{written} {shown(text)}"), word)
        return None

    def _add_data(self, text: str | None) -> None:
        if text is not None:
            self._data += ["&", text] if self._data else [text]

    def _form_field(self, written: str, word: Word) -> None:
        self._has_body = True
        name, _, value = word.text.partition("=")
        content, filename = value.strip('"'), ""
        if written != "--form-string" and value[:1] in ("@", "<"):
            self._left_out_file(written, word)
            content, filename = "", "file" if value[0] == "@" else ""
        elif written != "--form-string":
            content = value.partition(";type=")[0].strip('"')
        self._form.append((name, content, filename))

    def _user(self, written: str, word: Word) -> None:
        user, colon, password = word.text.partition(":")
        if not colon:
            self._note(f"{written} has no password: curl asks for it, and it is read as empty.", word)
        self._headers.append(("Authorization", _basic(user, password)))

    def _referer(self, _written: str, word: Word) -> None:
        if referer := word.text.removesuffix(";auto"):
            self._headers.append(("Referer", referer))

    def _finish(self) -> list[Asked]:
        body, fields = self._body()
        urls = self._urls[:_MOST_URLS]
        if len(self._urls) > len(urls):
            self._note(f"Only the first {_MOST_URLS} URLs were read.", self._urls[_MOST_URLS])
        if urls and self._variable:
            self._note("A variable or a command in the line is left as it stands: nothing is run.", urls[0])
        return [asked for url in urls if (asked := self._request(url, body, fields)) is not None]

    def _request(self, word: Word, body: str | None, fields: list[tuple[str, str]]) -> Asked | None:
        url = word.text
        if not word.variable and "://" not in url and "{{" not in url:
            if not (_PLAIN.match(url) and ("." in url or url.startswith("localhost") or ":" in url)):
                return None  # a word of a sentence
            self._note(f"{shown(url)} has no scheme: curl takes http://, and so it is read.", word)
            url = f"http://{url}"
        url, authorization = self._without_user(url, word)
        query = ["".join(self._data)] if "get" in self._flags and self._data else []
        for part in (*self._query, *query):
            address, hash_mark, fragment = url.partition("#")
            url = f"{address}{'&' if '?' in address else '?'}{part}{hash_mark}{fragment}"
        return asked_on_the_wire(
            url,
            method=self._which_method(body),
            fields=(*fields, *authorization),
            notes=self._notes,
            resolved=not word.variable,
            body=body,
            cookies="; ".join(self._cookies) or None,
            line=self._line,
        )

    def _without_user(self, url: str, word: Word) -> tuple[str, list[tuple[str, str]]]:
        found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#@]*)@", url)
        if found is None:
            return url, []
        user, _, password = found[2].partition(":")
        self._note("The user and password in the URL are sent as Authorization: fetch() refuses such a URL.", word)
        return found[1] + url[found.end() :], [("Authorization", _basic(user, password))]

    def _which_method(self, body: str | None) -> str:
        if self._method is not None:
            return self._method
        if "head" in self._flags:
            return "HEAD"
        if "upload-file" in self._flags:
            return "PUT"
        return "GET" if body is None else "POST"

    def _body(self) -> tuple[str | None, list[tuple[str, str]]]:
        """The body, and the headers with those that curl adds for it."""
        fields = list(self._headers)
        names = {name.lower() for name, _ in fields} | self._removed
        if "get" in self._flags or not self._has_body:
            return None, fields
        if self._form:
            fields = [pair for pair in fields if pair[0].lower() != "content-type"]
            fields.append(("Content-Type", f"multipart/form-data; boundary={BOUNDARY}"))
            return multipart(self._form), fields
        body = "".join(self._data)
        if self._is_json:
            fields += [(name, "application/json") for name in ("Content-Type", "Accept") if name.lower() not in names]
        elif "content-type" not in names and not self._is_copied() and self._data:
            fields.append(("Content-Type", "application/x-www-form-urlencoded"))
            if body.lstrip()[:1] in ("{", "["):
                self._notes.append(
                    Note(
                        text="curl sends this body as application/x-www-form-urlencoded. A page that sends it as "
                        "application/json needs a preflight: add -H 'Content-Type: application/json'.",
                        line=self._line,
                    )
                )
        return body, fields

    def _is_copied(self) -> bool:
        """Whether a browser wrote the command: then a header that is not there was not sent."""
        return (value_of(self._headers, "user-agent") or "").startswith("Mozilla/")

    def _note(self, text: str, word: Word) -> None:
        self._notes.append(Note(text=text, line=word.line))


def _append_url(options: _Options, _written: str, word: Word) -> None:
    options._urls.append(word)


def _set_method(options: _Options, _written: str, word: Word) -> None:
    options._method = word.text.strip() or None


def _append_range(options: _Options, _written: str, word: Word) -> None:
    options._headers.append(("Range", f"bytes={word.text}"))


def _append_bearer(options: _Options, _written: str, word: Word) -> None:
    options._headers.append(("Authorization", f"Bearer {word.text}"))


def _append_agent(options: _Options, _written: str, word: Word) -> None:
    options._headers.append(("User-Agent", word.text))


_VALUES: dict[str, Callable[[_Options, str, Word], None]] = {
    "url": _append_url,
    "request": _set_method,
    "header": _Options._header,
    "cookie": _Options._cookie,
    "data": _Options._data_plain,
    "data-ascii": _Options._data_plain,
    "data-binary": _Options._data_plain,
    "data-raw": _Options._data_raw,
    "data-urlencode": _Options._data_urlencoded,
    "json": _Options._json,
    "form": _Options._form_field,
    "form-string": _Options._form_field,
    "url-query": _Options._url_query,
    "user": _Options._user,
    "user-agent": _append_agent,
    "oauth2-bearer": _append_bearer,
    "referer": _Options._referer,
    "range": _append_range,
}


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _percent_encoded(text: str) -> str:
    """As curl encodes: all but letters, digits and `-._~`."""
    return "".join(chr(byte) if chr(byte) in _UNRESERVED else f"%{byte:02X}" for byte in text.encode())


_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
