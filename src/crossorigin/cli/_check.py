"""`crossorigin check`: the requests that a browser would make, and whether the page may read what comes back."""

import sys
import time
from contextlib import closing, redirect_stdout

import click
from click.exceptions import Exit

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
    AddressSpace,
    Context,
    Credentials,
    Hooks,
    Mode,
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


@click.command(epilog=EPILOG)
@click.argument("url", metavar="URL")
@click.option("--origin", metavar="ORIGIN", required=True, help="The page's origin: https://app.example.com, or null.")
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
    url: str,
    origin: str,
    method: str | None,
    header: tuple[str, ...],
    data: str | None,
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

    URL is what the page asks for. They are real requests: a POST posts and a DELETE deletes, unless --preflight-only.
    """
    wanted = Wanted(
        url=url,
        origin=origin,
        method=method,
        headers=parse_headers(header),
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
    network = Network(timeout=timeout, cacert=cacert, insecure=insecure, proxy=proxy, resolve=resolve)
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
    raise Exit(EXIT_CODES[verdict.outcome])


def _note_dropped(names: list[str]) -> None:
    """A browser drops them without a word; a person at a terminal is told."""
    if names:
        click.echo(
            f"crossorigin check: note: browsers do not let a page set {', '.join(names)}: not sent as given", err=True
        )


def _note_broken_body(fetched: Fetched) -> None:
    """CORS has no say in it, but a page that may read a response reads only what comes."""
    if fetched.body_failure is not None and fetched.verdict.outcome is Outcome.READABLE:
        message = visible(fetched.body_failure.message, 300)
        click.echo(f"crossorigin check: note: the body did not come whole: {message}", err=True)


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
