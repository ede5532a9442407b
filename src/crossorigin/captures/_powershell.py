"""PowerShell's Invoke-WebRequest and Invoke-RestMethod, as browsers copy them and as people write them."""

import json
import re
from dataclasses import dataclass, field

from crossorigin.browser import URLSearchParams

from ._asked import asked_on_the_wire, scalar_text, shown
from ._capture import Asked, Capture, CaptureError, Note
from ._form import BOUNDARY, multipart
from ._powershell_tokens import END, Token, tokens_of

_COMMANDS = frozenset({"invoke-webrequest", "invoke-restmethod", "iwr", "irm"})
_SWITCHES = frozenset(
    {
        *(
            "usebasicparsing",
            "skipcertificatecheck",
            "disablekeepalive",
            "allowinsecureredirect",
            "skipheadervalidation",
        ),
        *("usedefaultcredentials", "skiphttperrorcheck", "passthru", "resume", "preserveauthorizationonredirect"),
        *(
            "proxyusedefaultcredentials",
            "noproxy",
            "followrellink",
            "allowunencryptedauthentication",
            "verbose",
            "debug",
        ),
        "preservehttpmethodonredirect",
    }
)
_VALUED = frozenset(
    {
        *(
            "uri",
            "method",
            "custommethod",
            "headers",
            "body",
            "contenttype",
            "useragent",
            "websession",
            "form",
            "token",
        ),
        *(
            "sessionvariable",
            "infile",
            "outfile",
            "proxy",
            "proxycredential",
            "credential",
            "certificate",
            "unixsocket",
        ),
        *("certificatethumbprint", "timeoutsec", "maximumredirection", "transferencoding", "authentication"),
        *("httpversion", "maximumretrycount", "retryintervalsec", "sslprotocol", "erroraction", "errorvariable"),
        *("operationtimeoutseconds", "connectiontimeoutseconds", "responseheadersvariable", "statuscodevariable"),
        *("maximumfollowrellink", "outvariable", "warningaction"),
    }
)
_LEFT_OUT = {
    **dict.fromkeys(("infile", "outfile"), "we never read or write your files"),
    **dict.fromkeys(("proxy", "proxycredential", "unixsocket"), "we send the request straight to its URL"),
    **dict.fromkeys(
        ("credential", "certificate", "certificatethumbprint", "usedefaultcredentials", "skipcertificatecheck"),
        "a page cannot do this",
    ),
}
_IN_QUOTES = re.compile(
    r"`u\{([0-9A-Fa-f]{1,6})\}|`(.)|\$\(\[char\](\d{1,7})\)"
    r"|(\$\([^()]*\)|\$\{[^{}]*\}|\$[A-Za-z_][\w:]*)|\"\"",
    re.DOTALL,
)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_NUMBER = re.compile(r"-?\d{1,18}")
_MOST_NESTED = 50
_MOST_VALUES = 100_000
_MOST_REQUESTS = 200
_MOST_TEXT = 2_000_000
"""Characters that variables put into texts: a name that is used twice doubles them."""


@dataclass(frozen=True, slots=True)
class _Open:
    """Text that holds a variable: `Bearer ${token}`."""

    text: str


@dataclass(slots=True)  # mutable: `.Add(…)` fills it, as it does in PowerShell
class _Table:
    fields: "dict[str, _Value]" = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Number:
    """A whole number: in JSON it has no quotes."""

    text: str


_Value = str | _Open | _Number | _Table | bool | list["_Value"] | None
_UNKNOWN = _Open("${…}")


def read_powershell(text: str) -> Capture:
    """The requests of Invoke-WebRequest and Invoke-RestMethod, without the headers that the browser adds by itself.

    A variable that is set in the text is looked up, another one stays as `${name}`. Nothing is run.

    >>> capture = read_powershell('irm https://api.example.com/x -Method Put -Headers @{ "X-A" = "1" }')
    >>> [(item.method, item.url, item.headers) for item in capture.items]
    [('PUT', 'https://api.example.com/x', (('X-A', '1'),))]

    Raises:
        CaptureError: the text holds no such command, or a text in it does not end.
    """
    reader = _Reader(tokens_of(scalar_text(text)))
    reader.read()
    if not reader.asked:
        raise CaptureError(
            "There is no Invoke-WebRequest or Invoke-RestMethod with a URL in this text. Paste the whole command, with "
            "the lines before it that set its variables.",
            line=1,
        )
    return Capture(kind="powershell", tool="PowerShell", items=tuple(reader.asked), notes=tuple(reader.notes))


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.asked: list[Asked] = []
        self.notes: list[Note] = []
        self._tokens = tokens
        self._at = 0
        self._variables: dict[str, _Value] = {}
        self._depth = 0
        self._made = self._written = 0

    def _peek(self, ahead: int = 0) -> Token:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else END

    def _take(self) -> Token:
        token = self._peek()
        self._at += 1
        return token

    def _is_mark(self, mark: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return token.kind == "mark" and token.text == mark

    def read(self) -> None:
        while (token := self._take()).kind != "end" and len(self.asked) < _MOST_REQUESTS:
            if token.kind == "variable":
                self._variable(token)
            elif token.kind == "word" and token.text.lower() in _COMMANDS:
                self._command(token.line)

    def _variable(self, token: Token) -> None:
        """`$a = …`, `$a["b"] = …`, `$a.b = …`, `$a.Add("b", "c")`, `$session.Cookies.Add(…)`."""
        name, *members = token.text.lower().strip("${}").split(".")
        table = self._variables.get(name)
        if self._peek().text == "=":
            self._at += 1
            if self._peek().text.lower() in _COMMANDS:
                return
            value = self._expression()
            if not members:
                self._variables[name] = value
            elif isinstance(table, _Table):
                table.fields[members[-1]] = value
        elif self._is_mark("(") and members[-1:] == ["add"] and isinstance(table, _Table):
            if "cookies" in members:
                self._cookie(table)
            elif len(pair := self._list("(", ")")) == 2:
                table.fields[_template(pair[0])] = pair[1]
        elif self._is_mark("[") and isinstance(table, _Table):
            keys = self._list("[", "]")
            if self._is_mark("=") and len(keys) == 1:
                self._at += 1
                table.fields[_template(keys[0])] = self._expression()

    def _cookie(self, session: _Table) -> None:
        """`((New-Object System.Net.Cookie("name", "value", "/", "domain")))`"""
        start = self._at
        while self._peek().kind not in ("newline", "end") and self._peek().text.lower() != "system.net.cookie":
            self._at += 1
        if self._peek().kind == "word" and self._is_mark("(", 1):
            self._at += 1
            if len(arguments := self._list("(", ")")) > 1:
                session.cookies.append(f"{_template(arguments[0])}={_template(arguments[1])}")
        self._at = max(self._at, start + 1)

    def _list(self, opening: str, closing: str) -> "list[_Value]":
        """Values between brackets; the position is then behind them."""
        values: list[_Value] = []
        if self._is_mark(opening):
            self._at += 1
        while self._peek().kind != "end" and not self._is_mark(closing):
            before = self._at
            if self._peek().kind == "newline" or self._peek().text == ",":
                self._at += 1
            else:
                values.append(self._expression())
            self._at = max(self._at, before + 1)
        self._at += 1
        return values

    def _expression(self) -> _Value:
        """A value, and `ConvertTo-Json` behind it."""
        value = self._value()
        if self._is_mark("|") and self._peek(1).text.lower() == "convertto-json":
            self._at += 2
            while self._peek().kind == "word":
                self._at += 1  # -Depth 5, -Compress
            value = self._json(value)
        return value

    def _json(self, value: _Value) -> _Value:
        try:
            return json.dumps(self._plain(value, _MOST_NESTED), separators=(",", ":"), ensure_ascii=False)
        except _NotKnown:
            return _UNKNOWN

    def _plain(self, value: _Value, depth: int) -> object:
        self._written += 1
        if depth == 0 or self._written > _MOST_VALUES:
            raise _NotKnown
        match value:
            case _Table(fields):
                return {name: self._plain(item, depth - 1) for name, item in fields.items()}
            case list():
                return [self._plain(item, depth - 1) for item in value]
            case _Number(digits):
                return int(digits)
            case _Open():
                raise _NotKnown
            case _:
                return value

    def _value(self) -> _Value:
        if self._depth >= _MOST_NESTED:
            self._at += 1
            return _UNKNOWN
        self._depth += 1
        try:
            return self._nested(self._take())
        finally:
            self._depth -= 1

    def _nested(self, token: Token) -> _Value:
        match token.kind, token.text:
            case "text", content:
                return self._text(content)
            case "variable", name:
                return self._look_up(name)
            case "mark", "@{":
                return self._table()
            case "mark", "(" | "@(":
                self._at -= 1
                values = self._list(token.text, ")")
                return values[0] if len(values) == 1 else values if token.text == "@(" else _UNKNOWN
            case "mark", "[":
                return self._typed()
            case "word", word if word.lower() == "new-object":
                return self._new_object()
            case "word", word:
                return _Number(word) if _NUMBER.fullmatch(word) else word
            case "newline", _:
                self._at -= 1
                return None
            case _:
                return _UNKNOWN

    def _text(self, content: str) -> _Value:
        quote, content = content[:1], content[1:]
        if quote == "'":
            return content
        is_open = False

        def replaced(found: re.Match[str]) -> str:
            nonlocal is_open
            digits, letter, code, expression = found.groups()
            if digits or code:
                number = int(digits, 16) if digits else int(code)
                return chr(number) if number <= 0x10FFFF else "\ufffd"
            if letter is not None:
                return _LETTERS.get(letter, letter)
            if expression is None:
                return '"' if quote == '"' else found[0]
            value = _inner(expression) if expression.startswith("$(") else self._look_up(expression)
            is_open |= not isinstance(value, str | bool | None)
            self._made += len(_template(value))
            is_open |= self._made > _MOST_TEXT
            return "${…}" if self._made > _MOST_TEXT else _template(value)

        text = _IN_QUOTES.sub(replaced, content)
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return _Open(text) if is_open else text

    def _look_up(self, written: str) -> _Value:
        name, *members = written.strip("${}").split(".")
        match name.lower(), members:
            case "true" | "false", []:
                return name.lower() == "true"
            case "null", []:
                return None
            case known, [] if known in self._variables:
                return self._variables[known]
            case _:
                return _Open(f"${{{written.strip('${}')[:60]}}}")

    def _table(self) -> _Table:
        table = _Table()
        while self._peek().kind != "end" and not self._is_mark("}"):
            key = self._take()
            if key.kind == "newline" or key.text == ";":
                continue
            if key.kind == "text":
                name = _template(self._text(key.text))
            elif key.kind == "word":
                name, equals, rest = key.text.partition("=")  # Accept='x'
                if equals:
                    table.fields[name] = rest or self._expression()
                    continue
            else:
                continue
            if self._is_mark("="):
                self._at += 1
                table.fields[name] = self._expression()
        self._at += 1
        return table

    def _typed(self) -> _Value:
        """`[System.Text.Encoding]::UTF8.GetBytes("…")`; other types are left out of the value."""
        while self._peek().kind not in ("end", "newline") and not self._is_mark("]"):
            self._at += 1
        self._at += 1
        if self._peek().text.lower().endswith(".getbytes") and self._is_mark("(", 1):
            self._at += 1
            values = self._list("(", ")")
            return values[0] if len(values) == 1 else _UNKNOWN
        if self._peek().text.startswith("::"):
            self._at += 1
            if self._is_mark("("):
                self._list("(", ")")
            return _UNKNOWN
        return self._value()

    def _new_object(self) -> _Value:
        """A session or a dictionary, to be filled."""
        while self._peek().kind in ("word", "text") or self._is_mark("[") or self._is_mark("]") or self._is_mark(","):
            self._at += 1
        if self._is_mark("("):
            self._list("(", ")")
        return _Table()

    def _command(self, line: int) -> None:
        given: dict[str, _Value] = {}
        while (token := self._peek()).kind not in ("newline", "end") and token.text not in (";", "|", ")", "}"):
            before = self._at
            if token.kind == "word" and token.text[:1] in "-–" and len(token.text) > 1:
                self._parameter(given)
            elif token.kind == "word" and token.text.startswith("@"):
                splatted = self._variables.get(token.text[1:].lower())
                if isinstance(splatted, _Table):
                    given |= {name.lower(): value for name, value in splatted.fields.items()}
                self._at += 1
            else:
                value = self._expression()
                given.setdefault("uri", value)
            self._at = max(self._at, before + 1)
        if not isinstance(given.get("uri"), str | _Open):
            return
        self.asked.append(self._request(given, line))

    def _parameter(self, given: "dict[str, _Value]") -> None:
        token = self._take()
        written, colon, value = token.text[1:].partition(":")
        name = _parameter_name(written.lower())
        if name is None:
            self._note(f"PowerShell has no parameter {shown('-' + written)}: it was left out.", token.line)
            return
        if name not in _SWITCHES:
            given[name] = value if colon and value else self._expression()
        if name in _LEFT_OUT:
            self._note(f"-{written} was left out: {_LEFT_OUT[name]}.", token.line)

    def _request(self, given: "dict[str, _Value]", line: int) -> Asked:
        session = given.get("websession")
        session = session if isinstance(session, _Table) else _Table()
        headers = given.get("headers")
        fields = (
            [(name, _template(value)) for name, value in headers.fields.items()] if isinstance(headers, _Table) else []
        )
        if isinstance(headers, _Open):
            self._note(f"The headers {headers.text} are not in the text: they are not known.", line)
        names = {name.lower() for name, _ in fields}
        for name, value in (
            ("Content-Type", given.get("contenttype")),
            ("User-Agent", given.get("useragent") or session.fields.get("useragent")),
        ):
            if isinstance(value, str | _Open) and name.lower() not in names:
                fields.append((name, _template(value)))
        if str(_template(given.get("authentication"))).lower() in ("bearer", "oauth"):
            fields.append(("Authorization", f"Bearer {_template(given.get('token'))}"))
        method = _template(given.get("custommethod") or given.get("method") or "Get").upper()
        url = given["uri"]
        body, kind, query = self._body(given, method)
        if kind and not any(name.lower() == "content-type" for name, _ in fields):
            fields.append(("Content-Type", kind))
        address = _template(url)
        address += f"{'&' if '?' in address else '?'}{query}" if query else ""
        if isinstance(url, str) and "://" not in address:
            self._note(f"{shown(address)} has no scheme: PowerShell takes http://, and so it is read.", line)
            address = f"http://{address}"
        return asked_on_the_wire(
            address,
            method=method,
            fields=fields,
            notes=self.notes,
            resolved=isinstance(url, str),
            body=body,
            cookies="; ".join(session.cookies) or None,
            line=line,
        )

    def _body(self, given: "dict[str, _Value]", method: str) -> tuple[str | None, str, str]:
        """The body, the type that PowerShell gives it, and what it puts into the URL."""
        form = given.get("form")
        if isinstance(form, _Table):
            parts = [(name, _template(value), "") for name, value in form.fields.items()]
            return multipart(parts), f"multipart/form-data; boundary={BOUNDARY}", ""
        body = given.get("body")
        if isinstance(body, _Table):
            pairs = [(name, _template(value)) for name, value in body.fields.items()]
            encoded = str(URLSearchParams(pairs))
            return (None, "", encoded) if method == "GET" else (encoded, "application/x-www-form-urlencoded", "")
        if body is None and "infile" not in given:
            return None, "", ""
        return body if isinstance(body, str) else "", "application/x-www-form-urlencoded", ""

    def _note(self, text: str, line: int) -> None:
        self.notes.append(Note(text=text, line=line))


def _parameter_name(written: str) -> str | None:
    """The parameter of that name, or the only one that begins so."""
    if written in _VALUED or written in _SWITCHES:
        return written
    close = [name for name in (*_VALUED, *_SWITCHES) if name.startswith(written)]
    return close[0] if len(close) == 1 else None


def _template(value: _Value) -> str:
    match value:
        case str():
            return value
        case bool():
            return str(value)
        case None:
            return ""
        case _Open(text) | _Number(text):
            return text
        case _:
            return "${…}"


def _inner(expression: str) -> _Open:
    inner = " ".join(expression[2:-1].replace("$", "").split())
    return _Open(f"${{{inner if len(inner) <= 60 else '…'}}}")


class _NotKnown(Exception):
    pass
