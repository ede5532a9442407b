"""A cURL line on the command line of `check`, as the options of `check` that mean the same."""

import re
import shlex
from collections.abc import Iterator, Sequence

import click

from crossorigin.standard import visible

from ._errors import CommandLineError

SILENT = frozenset(
    {
        *(
            "-s",
            "--silent",
            "-S",
            "--show-error",
            "-i",
            "--include",
            "--show-headers",
            "-L",
            "--location",
            "-f",
            "--fail",
        ),
        *("-g", "--globoff", "-N", "--no-buffer", "--compressed", "-#", "--progress-bar", "--no-progress-meter"),
        *("--fail-with-body", "--http1.1", "--http2", "--path-as-is", "-4", "-6", "--ipv4", "--ipv6"),
    }
)
"""What says nothing about the request, or what browsers do anyway."""

ONLY_CURL = frozenset(
    {
        *("-u", "--user", "-F", "--form", "--form-string", "-G", "--get", "-I", "--head", "-A", "--user-agent"),
        *("-e", "--referer", "--data-urlencode", "--data-binary", "--data-ascii", "--url-query", "-o", "--output"),
        *("-O", "--remote-name", "-x", "-m", "--max-time", "--connect-timeout", "-w", "--write-out", "-T"),
        *("--upload-file", "-c", "--cookie-jar", "-n", "--netrc", "-K", "--config", "-r", "--range"),
    }
)
"""What `check` has no option for: the line is read as curl's."""

_CLUSTER = re.compile(r"-[sSiLfgNkvGI#]{2,}")


def as_own_words(arguments: Sequence[str], command: click.Command) -> list[str]:
    """`arguments` of `check`, with what is curl's in them as the options that mean the same.

    From the word `curl` on, all is curl's but for the options that curl does not have. Without the word, so is a line
    that uses an option which only curl has; `--json`, `--proxy`, `--resolve` and `--cacert` are then ours.

    Raises:
        CommandLineError: there is no request in it.
    """
    words = [letter for word in arguments for letter in _letters(word)]
    named = next((index for index, word in enumerate(words) if word in ("curl", "curl.exe")), None)
    if named is None:
        words = [word for word in words if word not in SILENT]
        if not any(word.partition("=")[0] in ONLY_CURL for word in words):
            return words
    before, line = (words[:named], words[named + 1 :]) if named is not None else ([], words)
    own, rest = _own(line, command, is_named=named is not None)
    return [*before, *own, *_read(rest, {word.partition("=")[0] for word in (*before, *own)})]


def _letters(word: str) -> Iterator[str]:
    """`-sSL` is three options."""
    if _CLUSTER.fullmatch(word):
        yield from (f"-{letter}" for letter in word[1:])
    else:
        yield word


def _own(line: Sequence[str], command: click.Command, *, is_named: bool) -> tuple[list[str], list[str]]:
    """The options of `check` that are not of the request, and the rest."""
    options = {name: option for option in command.params if isinstance(option, click.Option) for name in option.opts}
    for name in ("-X", "--request", "-H", "--header", "-d", "--data", "--data-raw", "-b", "--cookie", "--url"):
        options.pop(name, None)
    if is_named:
        for name in ("--json", "--proxy", "--resolve", "--cacert"):
            options.pop(name, None)
    own: list[str] = []
    rest: list[str] = []
    words = iter(line)
    for word in words:
        name, equals, _ = word.partition("=")
        option = options.get(name)
        if option is None:
            rest.append(word)
            continue
        own.append(word)
        if not equals and not option.is_flag:
            own += [value for value in [next(words, None)] if value is not None]
    return own, rest


def _read(rest: Sequence[str], given: set[str]) -> list[str]:
    """The request of a curl line, in the words of `check`."""
    from crossorigin.captures import Asked, CaptureError, read_curl

    try:
        capture = read_curl(shlex.join(["curl", *rest]))
    except CaptureError:
        raise CommandLineError("there is no URL in the curl line: paste the whole line, from curl to its end") from None
    for note in capture.notes:
        click.echo(f"crossorigin check: note: {visible(note.text)}", err=True)
    asked = [item for item in capture.items if isinstance(item, Asked)]
    if len({(item.method, item.headers, item.body, item.cookies, item.origin) for item in asked}) > 1:
        raise CommandLineError("the curl line holds several requests: check one at a time")
    first = asked[0]
    words = [word for item in asked for word in ("--url", item.url)]
    if first.method is not None and first.method != ("GET" if first.body is None else "POST"):
        words += ["-X", first.method]
    headers = list(first.headers) if first.feature in (None, "fetch", "xhr", "beacon") else []
    if first.body is not None and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "text/plain;charset=UTF-8"))  # as fetch() sends a text whose type nobody gave
    for name, value in headers:
        words += ["-H", f"{name}: {value}" if value else f"{name};"]
    if first.body is not None:
        words += ["--data-raw", first.body if isinstance(first.body, str) else first.body.decode("latin-1")]
    if first.cookies is not None:
        words += ["--cookie", first.cookies]
    for option, said in (
        ("--origin", first.origin),
        ("--mode", first.mode if first.mode in ("cors", "no-cors", "same-origin") else None),
        ("--feature", first.feature),
    ):
        if said is not None and option not in given:
            words += [option, said]
    return words
