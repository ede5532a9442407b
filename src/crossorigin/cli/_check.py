"""`crossorigin check`: the requests that a browser would make, and whether the page may read what comes back."""

import sys
import time
from contextlib import closing, redirect_stdout
from typing import Annotated, Literal

import typer

from crossorigin.asking import (
    Network,
    Wanted,
    dropped_headers,
    page_of,
    parse_headers,
    parse_permissions,
    request_of,
)
from crossorigin.browser import (
    PROFILES,
    Context,
    Hooks,
    Outcome,
    feature_named,
    fetch,
)
from crossorigin.drivers import DEFAULT_TIMEOUT, Fetched, NetworkDriver, driver_for
from crossorigin.explain import explain, render_json, text_lines
from crossorigin.standard import visible

from ._body import read_body
from ._errors import CommandLineError
from ._in_process import AppAtOrigin, load_app
from ._terminal import Terminal, write

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

\b
Exit code: 0 readable; 1 blocked, or opaque; 2 a wrong command line;
  3 no answer (DNS, refused, TLS, timeout), which is not a CORS problem.
"""


def check(
    url: Annotated[str, typer.Argument(metavar="URL", help="The URL that the page asks for.", show_default=False)],
    origin: Annotated[
        str,
        typer.Option(metavar="ORIGIN", help="The page's origin: https://app.example.com, or null.", show_default=False),
    ],
    method: Annotated[
        str | None,
        typer.Option(
            "-X", "--request", metavar="METHOD", help="The method. It is truly sent: -X DELETE deletes. [default: GET]"
        ),
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option("-H", "--header", metavar="'NAME: VALUE'", help="A header of the page's. Repeat it."),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "-d",
            "--data",
            metavar="BODY",
            help="A body, as it stands; @FILE or @- reads it. Implies POST unless there is -X, as in curl; its type is "
            "text/plain unless there is -H Content-Type, as in fetch().",
        ),
    ] = None,
    credentials: Annotated[
        Literal["omit", "same-origin", "include"] | None,
        typer.Option(help="Whether cookies go along. [default: as the feature does, same-origin for fetch]"),
    ] = None,
    mode: Annotated[
        Literal["cors", "no-cors", "same-origin"] | None,
        typer.Option(help="The request's mode. [default: as the feature does, cors for fetch]"),
    ] = None,
    xhr: Annotated[bool, typer.Option("--xhr", help="Ask by XMLHttpRequest instead of fetch().")] = False,
    upload_listener: Annotated[
        bool, typer.Option("--upload-listener", help="With --xhr: listen to upload events, which forces a preflight.")
    ] = False,
    feature: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What of the page asks: font, module, image, script, stylesheet, worker …"),
    ] = None,
    profile: Annotated[
        Literal["browsers", "standard", "chromium", "firefox", "webkit"],
        typer.Option(
            help="Whose rules to follow: what all browsers agree on, the standard's letter, or one browser's."
        ),
    ] = "browsers",
    block_third_party_cookies: Annotated[
        bool, typer.Option("--block-third-party-cookies", help="As if the user had turned this on in the browser.")
    ] = False,
    page_address_space: Annotated[
        Literal["public", "local", "loopback"] | None,
        typer.Option(help="Where the page is served from. [default: its host's address, public if it is a name]"),
    ] = None,
    permissions: Annotated[
        str | None,
        typer.Option(
            metavar="NAME=ANSWER",
            help="What the user answered: loopback-network=denied,local-network=granted; local-network-access is both.",
        ),
    ] = None,
    explore: Annotated[
        bool, typer.Option("--explore", help="Go on after a failure, and list what would fail next.")
    ] = False,
    preflight_only: Annotated[
        bool, typer.Option("--preflight-only", help="Send the preflight alone, and nothing that has side effects.")
    ] = False,
    app: Annotated[
        str | None, typer.Option(metavar="MODULE:ATTR", help="Ask an ASGI or WSGI app in process, not the network.")
    ] = None,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="For each request.")] = DEFAULT_TIMEOUT,
    cacert: Annotated[str | None, typer.Option(metavar="FILE", help="Trust these certificates (PEM).")] = None,
    insecure: Annotated[bool, typer.Option("-k", "--insecure", help="Accept any certificate.")] = False,
    proxy: Annotated[
        str | None, typer.Option(metavar="URL", help="Go through this proxy; '' for none. [default: the environment's]")
    ] = None,
    resolve: Annotated[
        list[str] | None, typer.Option(metavar="HOST:PORT:ADDRESS", help="Where a host is, as in curl. Repeat it.")
    ] = None,
    show_secrets: Annotated[
        bool, typer.Option("--show-secrets", help="Do not mask Authorization, Cookie, tokens and the like.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Every step, and the whole exchange as in a network panel.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON (docs/check-json.md).")] = False,
) -> None:
    """Make the requests a browser would, and say whether the page may read what comes back.

    They are real requests: a POST posts and a DELETE deletes, unless --preflight-only.
    """
    wanted = Wanted(
        url=url,
        origin=origin,
        method=method,
        headers=parse_headers(header or []),
        body=read_body(data),
        credentials=credentials,
        mode=mode,
        xhr=xhr,
        upload_listener=upload_listener,
        feature=feature,
    )
    page = page_of(origin, page_address_space)
    request = request_of(wanted, page)
    context = Context(
        profile=PROFILES[profile],
        now=time.time,
        hooks=Hooks(local_network_permission=None if permissions is None else parse_permissions(permissions)),
        block_third_party_cookies=block_third_party_cookies,
        explore=explore,
        preflight_only=preflight_only,
    )
    driver: AppAtOrigin | NetworkDriver
    network = Network(timeout=timeout, cacert=cacert, insecure=insecure, proxy=proxy, resolve=tuple(resolve or ()))
    if app is not None:
        if network.given:
            raise CommandLineError(
                f"--app and {network.given[0]} exclude each other: an app in process needs no network"
            )
        # What an app prints is not what the command says: standard output may be read as JSON.
        with redirect_stdout(sys.stderr):
            driver = _app_driver(app, timeout, request.url)
    else:
        driver = _network_driver(network)
    with redirect_stdout(sys.stderr), closing(driver):
        fetched = driver.run(fetch(request, page, context=context))
    verdict = fetched.verdict
    explanation = explain(
        verdict,
        feature=None if feature is None else feature_named(feature),
        show_secrets=show_secrets,
        in_process=app is not None,
        curl_options=network.curl_options,
    )
    _note_dropped(dropped_headers(wanted, request))
    _note_broken_body(fetched)
    if as_json:
        write(f"{render_json(explanation)}\n")
    else:
        terminal = Terminal()
        terminal.print_lines(text_lines(explanation, width=terminal.width, verbose=verbose))
    raise typer.Exit(EXIT_CODES[verdict.outcome])


def _note_dropped(names: list[str]) -> None:
    """A browser drops them without a word; a person at a terminal is told."""
    if names:
        typer.echo(
            f"crossorigin check: note: browsers do not let a page set {', '.join(names)}: not sent as given", err=True
        )


def _note_broken_body(fetched: Fetched) -> None:
    """CORS has no say in it, but a page that may read a response reads only what comes."""
    if fetched.body_failure is not None and fetched.verdict.outcome is Outcome.READABLE:
        message = visible(fetched.body_failure.message, 300)
        typer.echo(f"crossorigin check: note: the body did not come whole: {message}", err=True)


def _network_driver(network: Network) -> NetworkDriver:
    try:
        return NetworkDriver(**network.driver_arguments, event_streams=False)  # the head has all that is to be said
    except (ValueError, OSError) as error:
        raise CommandLineError(str(error)) from None


def _app_driver(name: str, timeout: float, url: str) -> AppAtOrigin:
    try:
        return AppAtOrigin(driver_for(load_app(name), timeout=timeout), url)
    except TypeError as error:
        raise CommandLineError(f"--app {visible(name, 100)}: {error}") from None
