"""A `curl` line that repeats one request of a verdict, quoted for any POSIX shell."""

from collections.abc import Collection
from shlex import quote

from crossorigin.browser import ResponseHead, Send

from .._shown import Shown

NOISE = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "connection",
        "content-length",
        "host",
        "priority",
        "referer",
        "user-agent",
    }
)
"""What every browser sends along and hardly a server decides by: left out, unless the response's Vary names it."""

BODY_LIMIT = 2000

CurlOptions = Collection[tuple[str, ...]]
"""Options of curl with their values: `(("--proxy", "http://127.0.0.1:3128"), ("-k",))`."""


def curl_line(send: Send, head: ResponseHead | None, shown: Shown, network: CurlOptions = ()) -> str:
    """The command, its options on lines of their own (joined by a backslash and a newline) where it is long.

    What a server decides by is in it; what every browser sends along (Accept-Language, Sec-Fetch-*) only where the
    response says by its Vary that it matters. `network` holds curl's own options that it takes to get there. Secrets
    are masked as everywhere.
    """
    url = shown.raw_url(send.url)
    options = ["curl -i" if send.method != "HEAD" else "curl -I"]
    if any(character in url for character in "[]{}"):
        options[0] += " -g"
    options.append(_method(send) + quote(url))
    options.extend(f"-H {_word(line)}" for line in _header_lines(send, head, shown))
    options.extend(" ".join(_word(shown.raw_url(word)) for word in option) for option in network)
    prefix = ""
    if send.body:
        prefix, body = _body(send.body)
        options.append(body)
    line = " ".join(options)
    return prefix + (line if len(prefix + line) <= 72 else " \\\n  ".join([f"{options[0]} {options[1]}", *options[2:]]))


def _method(send: Send) -> str:
    if send.method in ("GET", "HEAD") and not send.body:
        return ""
    return "" if send.method == "POST" and send.body else f"-X {quote(send.method)} "


def _header_lines(send: Send, head: ResponseHead | None, shown: Shown) -> list[str]:
    vary = b"" if head is None else head.headers.get(b"vary") or b""
    varies = {name.strip().lower() for name in vary.decode("latin-1")[:4096].split(",")}
    lines: list[str] = []
    for raw_name, raw_value in send.headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if (name.lower() in NOISE or name.lower().startswith("sec-")) and name.lower() not in varies:
            continue
        value = shown.value(name, value)
        lines.append(f"{name}: {value}" if value else f"{name};")
    if send.body and b"content-type" not in send.headers:
        lines.append("Content-Type:")
    return lines


def _body(body: bytes) -> tuple[str, str]:
    """What goes before the command, and the option: text stands in the line, other bytes come from a file."""
    if len(body) > BODY_LIMIT:
        return "", "--data-binary @body"
    text = body.decode("latin-1")
    if text.isascii() and text.isprintable():
        return "", f"--data-raw {quote(text)}"
    return f"printf {_printf_format(text)} | ", "--data-binary @-"


def _word(text: str) -> str:
    """One word of a shell's line, printable whatever is in it."""
    return quote(text) if text.isascii() and text.isprintable() else f'"$(printf {_printf_format(text)})"'


def _printf_format(text: str) -> str:
    # A hyphen that comes first would be read as an option.
    return quote("".join(c if " " <= c <= "~" and c not in "\\%-" else f"\\{ord(c):03o}" for c in text))
