"""`crossorigin explain`: why a request was blocked, from whatever the person holds."""

import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, get_args

import click
from click.exceptions import Exit

from crossorigin.asking import Network
from crossorigin.captures import CaptureError, Kind, Note, read, read_text
from crossorigin.diagnosis import Report, diagnose, measure, plan, report_json, report_lines
from crossorigin.drivers import DEFAULT_TIMEOUT
from crossorigin.explain import Shown
from crossorigin.standard import visible

from ._errors import CommandLineError
from ._terminal import Terminal, write

KINDS = get_args(Kind)
UNREADABLE = 2
CLIPBOARDS = (
    ("pbpaste",),
    ("wl-paste", "--no-newline"),
    ("xclip", "-selection", "clipboard", "-o"),
    ("xsel", "-b", "-o"),
    ("powershell.exe", "-NoProfile", "-Command", "Get-Clipboard"),
)

EPILOG = """
\b
Examples:
  crossorigin explain                     # paste, then Ctrl-D
  crossorigin explain trace.har
  crossorigin explain --clipboard --check
  pbpaste | crossorigin explain --origin https://app.example.com

\b
Exit code: 0 no failure; 1 something failed; 2 it cannot be read, or not to its end.
"""


@click.command(epilog=EPILOG)
@click.argument("source", nargs=-1, metavar="[FILE|-|TEXT]")
@click.option("--as", "kind", type=click.Choice(KINDS), help="What it is. [default: found out]")
@click.option("--clipboard", is_flag=True, help="Read the clipboard.")
@click.option("--origin", metavar="ORIGIN", help="The page's origin, where the paste does not say it.")
@click.option(
    "--check",
    is_flag=True,
    help="Send the failed requests again and judge what comes back: preflights, GET and HEAD only.",
)
@click.option("--unsafe", is_flag=True, help="With --check: send other methods too. A POST posts.")
@click.option("--with-secrets", is_flag=True, help="With --check: send the cookies and tokens found in the paste.")
@click.option(
    "--timeout", type=float, metavar="SECONDS", default=DEFAULT_TIMEOUT, help="With --check: for each request."
)
@click.option("--cacert", metavar="FILE", help="With --check: trust these certificates (PEM).")
@click.option("-k", "--insecure", is_flag=True, help="With --check: accept any certificate.")
@click.option(
    "--resolve",
    multiple=True,
    metavar="HOST:PORT:ADDRESS",
    help="With --check: where a host is, as in curl. Repeat it.",
)
@click.option("--show-secrets", is_flag=True, help="Do not mask Authorization, Cookie, tokens and the like.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/explain.md).")
def explain(
    *,
    source: tuple[str, ...],
    kind: Kind | None,
    clipboard: bool,
    origin: str | None,
    check: bool,
    unsafe: bool,
    with_secrets: bool,
    timeout: float,
    cacert: str | None,
    insecure: bool,
    resolve: tuple[str, ...],
    show_secrets: bool,
    as_json: bool,
) -> None:
    """Say why a request was blocked, from console text, a HAR file, a copied cURL or fetch call, or a response head.

    It is read from a file, from standard input, or is the text itself. Nothing is sent, unless --check. Nothing in what
    is pasted is run.
    """
    given = [f"--{name}" for name, value in (("unsafe", unsafe), ("with-secrets", with_secrets)) if value]
    if given and not check:
        raise CommandLineError(f"{given[0]} is for --check, which sends the requests: add --check")
    network = Network(timeout=timeout, cacert=cacert, insecure=insecure, resolve=resolve)
    try:
        with _opened(source, clipboard) as opened:
            captures = read_text(opened, kind) if isinstance(opened, str) else read(opened, kind)
            report = diagnose(captures, origin=origin, show_secrets=show_secrets)
    except CaptureError as error:
        line = f"line {error.line}: " if error.line is not None else ""
        raise CommandLineError(f"{line}{visible(str(error), 1000)}") from None
    if check:
        report = _measured(report, network, unsafe=unsafe, with_secrets=with_secrets, show_secrets=show_secrets)
    if as_json:
        write(f"{report_json(report)}\n")
    else:
        terminal = Terminal()
        terminal.print_lines(report_lines(report, width=terminal.width, show_secrets=show_secrets))
    raise Exit(1 if report.findings else UNREADABLE if report.incomplete else 0)


def _opened(words: tuple[str, ...], clipboard: bool) -> AbstractContextManager[BinaryIO | str]:
    """What is to be read: a text, or a stream. An argument is a file where there is one of that name."""
    if clipboard:
        if words:
            raise CommandLineError("--clipboard and a file exclude each other")
        return nullcontext(_clipboard())
    if not words or words == ("-",):
        if sys.stdin.isatty():
            end = "Ctrl-Z and Enter" if sys.platform == "win32" else "Ctrl-D"
            click.echo(
                f"Paste console text, a cURL command, a fetch() call or a response head, then press {end}.", err=True
            )
        return nullcontext(sys.stdin.buffer)
    if len(words) == 1:
        path = Path(words[0])
        try:
            if path.is_file():
                return path.open("rb")
        except (OSError, ValueError):  # a text is too long for a name, or holds a NUL
            return nullcontext(words[0])
        if not any(character.isspace() for character in words[0]):
            raise CommandLineError(
                f"there is no file {visible(words[0], 100)}: give a file, -, or the pasted text in quotes"
            )
    return nullcontext(" ".join(words))


def _clipboard() -> str:
    for command in CLIPBOARDS:
        try:
            done = subprocess.run(command, capture_output=True, timeout=10, check=True)  # noqa: S603  # no word of a paste is in it
        except (OSError, subprocess.SubprocessError):
            continue
        return done.stdout.decode("utf-8", "replace")
    names = ", ".join(command[0] for command in CLIPBOARDS)
    raise CommandLineError(f"no clipboard could be read (tried {names}): pipe the text in instead")


def _measured(report: Report, network: Network, *, unsafe: bool, with_secrets: bool, show_secrets: bool) -> Report:
    """The report with what was measured in place of what was stated or guessed of the same request."""
    planned = plan(report, unsafe=unsafe, with_secrets=with_secrets)
    if not planned:
        unsent = Note(
            text="Nothing was sent: the paste does not hold both a URL and the page's origin (--origin gives it)."
        )
        return replace(report, notes=(*report.notes, unsent))
    click.echo("crossorigin explain: sending", err=True)
    for each in planned:
        left_out = f" ({each.left_out})" if each.left_out else ""
        click.echo(f"  {each}{left_out}", err=True)
    findings, notes = [], list(report.notes)
    try:
        for _, finding, note in measure(planned, network.driver_arguments, Shown(show_secrets)):
            if finding is not None:
                findings.append(finding)
            if note is not None:
                notes.append(note)
    except (ValueError, OSError) as error:
        raise CommandLineError(str(error)) from None
    urls = {each.asked.url for each in planned}
    rest = [finding for finding in report.findings if finding.asked is None or finding.asked.url not in urls]
    return replace(report, findings=(*findings, *rest), notes=tuple(notes))
