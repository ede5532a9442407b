"""`crossorigin check`: the requests that a browser would make, and whether the page may read what comes back."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stdout
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from crossorigin.asking import (
    Headers,
    Network,
    Wanted,
    cookie_jar,
    dropped_headers,
    page_of,
    parse_headers,
    parse_permissions,
    request_of,
    with_json_type,
    without_browser_headers,
)
from crossorigin.browser import (
    PROFILES,
    AddressSpace,
    Context,
    Credentials,
    Hooks,
    Mode,
    Outcome,
    PreflightCache,
    Verdict,
    feature_named,
    fetch,
)
from crossorigin.drivers import DEFAULT_TIMEOUT, Fetched, NetworkDriver, driver_for
from crossorigin.explain import FORMAT, Explanation, Shown, explain, table_lines, text_lines
from crossorigin.standard import visible

from ._body import read_body
from ._curl_words import as_own_words
from ._errors import CommandLineError
from ._in_process import AppAtOrigin, load_app, raised
from ._investigating import as_json_with, investigated, section_of
from ._terminal import Terminal, write
from ._waiting import told

if TYPE_CHECKING:
    from crossorigin.diagnosis.investigation import Investigation

EXIT_CODES = {
    Outcome.READABLE: 0,
    Outcome.NOT_SENT: 0,
    Outcome.BLOCKED: 1,
    Outcome.OPAQUE: 1,
    Outcome.NO_ANSWER: 3,
}

EPILOG = """
\b
Examples:
  crossorigin check https://api.example/items --origin https://app.example
  crossorigin check https://api.example/items/1 --origin https://app.example \\
    -X PUT -H 'Content-Type: application/json' -d '{}' --credentials include
  crossorigin check https://cdn.example/f.woff2 --origin https://app.example \\
    --feature font
  crossorigin check http://api.test/ --origin http://app.test --app mine:app
  crossorigin check curl 'https://api.example/items' -H 'X-A: 1' -b a=1

\b
Exit code: 0 readable, or not sent with --preflight-only; 1 blocked, opaque,
  or an element that fails all the same; 2 a wrong command line;
  3 no answer (DNS, refused, TLS, timeout), which is not a CORS problem.
"""


class _Check(click.Command):
    """One that understands cURL lines."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, as_own_words(args, self))


@click.command(cls=_Check, epilog=EPILOG)
@click.argument("url", metavar="URL", nargs=-1)
@click.option("--url", "more_urls", multiple=True, hidden=True)
@click.option(
    "--origin",
    multiple=True,
    metavar="ORIGIN",
    help="The page's origin: https://app.example.com, or null. Repeat it.",
)
@click.option(
    "-X",
    "--request",
    "method",
    metavar="METHOD",
    help="It is truly sent: -X DELETE deletes. [default: GET]",
)
@click.option("-H", "--header", multiple=True, metavar="'NAME: VALUE'", help="A header of the page's. Repeat it.")
@click.option(
    "-d",
    "--data",
    metavar="BODY",
    help="A body, as it stands; @FILE or @- reads it. Implies POST unless there is -X, as in curl; its type is "
    "text/plain unless there is -H Content-Type, as in fetch().",
)
@click.option("--data-raw", metavar="BODY", hidden=True)
@click.option(
    "-b",
    "--cookie",
    multiple=True,
    metavar="'NAME=VALUE'",
    help="A cookie of the URL's host. It is sent where the browser would send it.",
)
@click.option(
    "--credentials",
    type=click.Choice(["omit", "same-origin", "include"]),
    help="Whether cookies go along. [default: as the feature does, same-origin for fetch]",
)
@click.option(
    "--mode",
    type=click.Choice(["cors", "no-cors", "same-origin"]),
    help="The request's mode. [default: as the feature does, cors for fetch]",
)
@click.option("--xhr", is_flag=True, help="Ask by XMLHttpRequest instead of fetch().")
@click.option("--upload-listener", is_flag=True, help="With --xhr: listen to upload events, which forces a preflight.")
@click.option("--feature", metavar="NAME", help="What of the page asks: font, module, image, script, worker …")
@click.option(
    "--profile",
    type=click.Choice(["browsers", "standard", "chromium", "firefox", "webkit"]),
    default="browsers",
    help="Whose rules to follow: what all browsers agree on, the standard's letter, or one browser's.",
)
@click.option("--block-third-party-cookies", is_flag=True, help="As if the user had turned this on in the browser.")
@click.option(
    "--page-address-space",
    type=click.Choice(["public", "local", "loopback"]),
    help="Where the page is served from. [default: its host's address, public if it is a name]",
)
@click.option(
    "--permissions",
    metavar="NAME=ANSWER",
    help="What the user answered: loopback-network=denied,local-network=granted; local-network-access is both.",
)
@click.option("--explore", is_flag=True, help="Go on after a failure, and list what would fail next.")
@click.option(
    "--investigate",
    is_flag=True,
    help="After a failure: find the cause by at most 12 more requests to the same server (GET, HEAD, OPTIONS).",
)
@click.option("--preflight-only", is_flag=True, help="Send the preflight alone, and nothing that has side effects.")
@click.option("--app", metavar="MODULE:ATTR", help="Ask an ASGI or WSGI app in process, not the network.")
@click.option("--timeout", type=float, metavar="SECONDS", default=DEFAULT_TIMEOUT, help="For each request.")
@click.option("--cacert", metavar="FILE", help="Trust these certificates (PEM).")
@click.option("-k", "--insecure", is_flag=True, help="Accept any certificate.")
@click.option("--proxy", metavar="URL", help="Go through this proxy; '' for none. [default: the environment's]")
@click.option("--resolve", multiple=True, metavar="HOST:PORT:ADDRESS", help="Where a host is, as in curl. Repeat it.")
@click.option("--show-secrets", is_flag=True, help="Do not mask Authorization, Cookie, tokens and the like.")
@click.option("-v", "--verbose", is_flag=True, help="Every step, and the whole exchange as in a network panel.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/check-json.md).")
def check(
    *,
    url: tuple[str, ...],
    more_urls: tuple[str, ...],
    origin: tuple[str, ...],
    method: str | None,
    header: tuple[str, ...],
    data: str | None,
    data_raw: str | None,
    cookie: tuple[str, ...],
    credentials: Credentials | None,
    mode: Mode | None,
    xhr: bool,
    upload_listener: bool,
    feature: str | None,
    profile: str,
    block_third_party_cookies: bool,
    page_address_space: AddressSpace | None,
    permissions: str | None,
    explore: bool,
    investigate: bool,
    preflight_only: bool,
    app: str | None,
    timeout: float,
    cacert: str | None,
    insecure: bool,
    proxy: str | None,
    resolve: tuple[str, ...],
    show_secrets: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Make the requests a browser would, and say whether the page may read what comes back.

    URL is what the page asks for; a cURL line may stand in its place, whole. They are real requests: a POST posts and a
    DELETE deletes, unless --preflight-only. Several URLs and origins are each checked with each.
    """
    urls = (*url, *more_urls)
    for text in urls:
        _refuse_console_text(text)
    headers, origins = _origins(parse_headers(header), origin)
    if not urls:
        raise click.UsageError("Missing argument 'URL'.")
    if not origins:
        raise click.UsageError("Missing option '--origin': the page's origin, as in --origin https://app.example.com.")
    if data is not None and data_raw is not None:
        raise CommandLineError("-d and --data-raw exclude each other")
    network = Network(timeout=timeout, cacert=cacert, insecure=insecure, proxy=proxy, resolve=resolve)
    body = data_raw if data is None else read_body(data)
    asked, notes = _asked_of(
        Wanted(
            url="",
            origin="",
            method=method,
            headers=headers,
            body=body,
            credentials=credentials,
            mode=mode,
            xhr=xhr,
            upload_listener=upload_listener,
            feature=feature,
        )
    )
    jobs = []
    for each_url, each_origin in product(urls, origins):
        wanted = replace(asked, url=each_url, origin=each_origin)
        page = page_of(each_origin, page_address_space)
        jobs.append((page, request_of(wanted, page)))
        notes += _dropped(dropped_headers(wanted, jobs[-1][1]))
    context = Context(
        profile=PROFILES[profile],
        now=time.time,
        hooks=Hooks(local_network_permission=None if permissions is None else parse_permissions(permissions)),
        block_third_party_cookies=block_third_party_cookies,
        explore=explore,
        preflight_only=preflight_only,
    )
    answering = _answering(app, network)
    for note in dict.fromkeys(notes):
        _note(note)
    checked = []
    investigations = []
    for page, request in jobs:
        own = replace(
            context, preflight_cache=PreflightCache(), cookies=cookie_jar(request.url, cookie, now=time.time())
        )
        with redirect_stdout(sys.stderr), closing(answering(request.url)) as driver:
            fetched = driver.run(told(fetch(request, page, context=own)))
            explanation = explain(
                fetched.verdict,
                feature=None if feature is None else feature_named(feature),
                show_secrets=show_secrets,
                in_process=app is not None,
                curl_options=network.curl_options,
            )
            found = (
                investigated(fetched.verdict, explanation, driver, show_secrets=show_secrets) if investigate else None
            )
        for note in (*_unsent_cookies(fetched.verdict, own), *_of_the_answer(fetched)):
            _note(note)
        investigations.append(found)
        checked.append(explanation)
    _print(checked, investigations, as_json=as_json, verbose=verbose, shown=Shown(show_secrets))
    raise Exit(max(exit_code(explanation) for explanation in checked))


def exit_code(explanation: Explanation) -> int:
    """What the shell is told of one check."""
    return EXIT_CODES[explanation.outcome] if explanation.element is None else 1


def _origins(headers: Headers, given: tuple[str, ...]) -> tuple[Headers, tuple[str, ...]]:
    """The headers, and the origins: that of a copied Origin where none is given."""
    copied = tuple(value for name, value in headers if name.lower() == "origin")
    return tuple(field for field in headers if field[0].lower() != "origin"), given or copied[:1]


def _asked_of(wanted: Wanted) -> tuple[Wanted, list[str]]:
    """What the page asks, and what is to be said of the difference to what was written."""
    notes = []
    asked, own = without_browser_headers(wanted)
    if own:
        notes.append(f"left out, since the browser itself sends them, not the page: {', '.join(own)}")
    if any(name.lower() == "cookie" for name, _ in asked.headers):
        asked = replace(asked, headers=tuple(field for field in asked.headers if field[0].lower() != "cookie"))
        notes.append("a page cannot set Cookie: --cookie 'NAME=VALUE' puts it into the browser's cookie jar")
    typed = with_json_type(asked)
    if typed is not asked:
        notes.append(
            "the body is JSON, so it goes as application/json; fetch() itself would say text/plain, which needs no "
            "preflight: -H 'Content-Type: text/plain'"
        )
    return typed, notes


def _unsent_cookies(verdict: Verdict, context: Context) -> Iterator[str]:
    """Why the cookies of --cookie were not sent, where none was."""
    held = () if context.cookies is None else context.cookies.cookies
    requests = [exchange.send for exchange in verdict.exchanges if exchange.send.purpose == "request"]
    if not held or not requests or any(b"cookie" in send.headers for send in requests):
        return
    names = ", ".join(dict.fromkeys(visible(cookie.name, 60) for cookie in held))
    if verdict.request.credentials == "omit":
        why = "credentials is omit: --credentials include sends it"
    elif verdict.request.credentials == "same-origin":
        why = "credentials is same-origin, and the URL is of another origin: --credentials include sends it"
    else:
        why = "the browser sends no third-party cookies here"
    yield f"the cookie {names} was not sent: {why}"


def _dropped(names: list[str]) -> list[str]:
    """A browser drops them without a word; a person at a terminal is told."""
    return [f"browsers do not let a page set {', '.join(names)}: not sent as given"] if names else []


def _of_the_answer(fetched: Fetched) -> Iterator[str]:
    """What the verdict does not tell: a body that broke off, and what an app raised."""
    if fetched.body_failure is not None and fetched.verdict.outcome is Outcome.READABLE:
        # CORS has no say in it, but a page that may read a response reads only what comes.
        yield f"the body did not come whole: {visible(fetched.body_failure.message, 300)}"
    if fetched.exception is not None:
        yield f"the app raised {raised(fetched.exception)}"


def _note(text: str) -> None:
    click.echo(f"crossorigin check: note: {text}", err=True)


def _print(
    checked: list[Explanation],
    investigations: "list[Investigation | None]",
    *,
    as_json: bool,
    verbose: bool,
    shown: Shown,
) -> None:
    if as_json:
        documents = [as_json_with(*pair, shown) for pair in zip(checked, investigations, strict=True)]
        document = documents[0] if len(documents) == 1 else {"format": FORMAT, "checks": documents}
        write(f"{json.dumps(document, indent=2)}\n")
        return
    terminal = Terminal()
    if len(checked) > 1:
        terminal.print_lines(table_lines(checked, width=terminal.width))
    failing = [pair for pair in zip(checked, investigations, strict=True) if len(checked) == 1 or exit_code(pair[0])]
    for number, (explanation, investigation) in enumerate(failing):
        if number or len(checked) > 1:
            terminal.print()
        section = section_of(investigation, shown)
        terminal.print_lines(text_lines(explanation, width=terminal.width, verbose=verbose, after_fix=section))


def _refuse_console_text(text: str) -> None:
    """A console's message in place of a URL: what to type is in it."""
    if " " not in text.strip():
        return
    from crossorigin.captures import CaptureError, Statement, read_console

    try:
        items = list(read_console(text).items)
    except CaptureError:
        return
    for item in items:
        if isinstance(item, Statement) and item.url and item.origin:
            method = f" -X {item.method}" if item.method not in (None, "GET") else ""
            raise CommandLineError(
                f"this is what a console says ({', '.join(item.reasons)}); to measure it, write crossorigin check "
                f"{visible(item.asked_url or item.url, 1000)} --origin {visible(item.origin, 200)}{visible(method, 60)}"
            )


def _answering(app: str | None, network: Network) -> Callable[[str], AppAtOrigin | NetworkDriver]:
    """What makes the driver for a URL."""
    if app is None:
        return lambda _url: _network_driver(network)
    for option in network.given:
        raise CommandLineError(f"--app and {option} exclude each other: an app in process needs no network")
    # What an app prints is not what the command says: standard output may be read as JSON.
    with redirect_stdout(sys.stderr):
        loaded = load_app(app)

    def driver(url: str) -> AppAtOrigin:
        try:
            return AppAtOrigin(driver_for(loaded, timeout=network.timeout), url)
        except TypeError as error:
            raise CommandLineError(f"--app {visible(app, 100)}: {error}") from None

    return driver


def _network_driver(network: Network) -> NetworkDriver:
    try:
        return NetworkDriver(**network.driver_arguments, event_streams=False)  # the head has all that is to be said
    except (ValueError, OSError) as error:
        raise CommandLineError(str(error)) from None
