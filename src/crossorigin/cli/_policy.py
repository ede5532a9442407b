"""`crossorigin policy`: a policy file held against every rule, and against one request."""

from pathlib import Path
from urllib.parse import unquote

import click
from click.exceptions import Exit

from crossorigin.asking import Wanted, dropped_headers, page_of, parse_headers, request_of
from crossorigin.browser import Context, Page, ResponseHead, Send, Verdict, fetch, parse_url
from crossorigin.drivers import AnsweringDriver, Flow
from crossorigin.explain import Span, decision_lines, explain, problem_lines, text_lines
from crossorigin.policy import Decision, Policy, PolicyMap, ReportOnly
from crossorigin.standard import HeaderList, visible

from ._errors import CommandLineError
from ._policy_file import policy_file
from ._terminal import Terminal

SERVER = "https://server.example"
"""Where the policy's server is taken to be: a policy holds for any."""

EPILOG = """
\b
Examples:
  crossorigin policy cors.toml
  crossorigin policy cors.toml --origin https://app.example.com -X PUT
  crossorigin policy cors.toml --origin https://app.example.com --path /api

\b
Exit code: 0 no problems (and, with --origin, the page may read); 1 problems,
  or blocked; 2 a wrong command line.
"""


@click.command(epilog=EPILOG)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--origin", metavar="ORIGIN", help="Hold it against a request of a page at this origin.")
@click.option("-X", "--request", "method", metavar="METHOD", help="That request's method. [default: GET]")
@click.option("-H", "--header", multiple=True, metavar="'NAME: VALUE'", help="A header of it. Repeat it.")
@click.option("--path", metavar="PATH", help="Its path, which decides where a file has several policies.")
def policy(*, file: Path, origin: str | None, method: str | None, header: tuple[str, ...], path: str | None) -> None:
    """Find every problem of a policy file, offline. With --origin, say what it answers, and what a browser makes of it.

    FILE is a TOML file with a policy, or with several by path; or a pyproject.toml with [tool.crossorigin].

    That request goes with credentials if the policy allows them for its origin.
    """
    if origin is None and (method or header or path):
        option = "-X" if method else "-H" if header else "--path"
        raise CommandLineError(f"{option} wants --origin: a request comes from a page")
    headers = parse_headers(header)
    page = None if origin is None else page_of(origin)
    url = _url(path or "/")
    terminal = Terminal()
    found = policy_file(file, terminal)
    if found is None:
        raise Exit(1)
    if page is not None and path is None and isinstance(found.policies, PolicyMap):
        raise CommandLineError(f"{visible(str(file))} has a policy for each path: add --path, as in --path /api/items")
    advice = [*found.advice()]
    terminal.print_lines(problem_lines(advice, found.source, width=terminal.width))
    if advice:
        terminal.print()
    terminal.print_lines([(Span("OK", "good"), Span(f"  {visible(found.source.name)}: no problems"))])
    if page is None:
        return
    declared = _policy_at(found.policies, url)
    wanted = Wanted(
        url=url,
        origin=origin or "",
        method=method,
        headers=headers,
        credentials="include" if declared and _may_send_credentials(declared, page) else "same-origin",
    )
    request = request_of(wanted, page)
    names = dropped_headers(wanted, request)
    if names:
        _note(f"browsers do not let a page set {', '.join(names)}")
    if declared and declared.needs_route:
        declared = declared.for_route([request.method])
        _note(f"allow_methods is 'route': the route is taken to have {request.method}")
    decisions: list[Decision] = []
    verdict = _decided(declared, fetch(request, page, context=Context()), decisions)
    for decision in decisions:
        terminal.print()
        terminal.print_lines(decision_lines(decision, width=terminal.width))
    terminal.print()
    terminal.print_lines(text_lines(explain(verdict, in_process=True), width=terminal.width))
    raise Exit(0 if verdict.readable else 1)


def _url(path: str) -> str:
    url = parse_url(f"{SERVER}{path}") if path.startswith("/") else None
    if url is None:
        raise CommandLineError(
            f"--path {visible(path, 100)} is not a path: write it from its first slash, as in /api/items"
        )
    return url.without_fragment


def _policy_at(policies: Policy | PolicyMap, url: str) -> Policy | None:
    """The policy for the path of a URL, as a server decodes it."""
    if isinstance(policies, Policy):
        return policies
    path = unquote(url.removeprefix(SERVER).partition("?")[0])
    match policies.resolve(path):
        case Policy() as declared:
            return declared
        case ReportOnly(current=current):
            _note("the policy of this path is on trial: `current` answers, and is what you see here")
            return current
    _note("no policy covers this path: the app's own response is sent as it is, here one without CORS headers")
    return None


def _note(text: str) -> None:
    click.echo(f"crossorigin policy: note: {text}", err=True)


def _may_send_credentials(declared: Policy, page: Page) -> bool:
    if isinstance(declared.allow_credentials, bool):
        return declared.allow_credentials
    decision = declared.for_route(()).decide("GET", {"Origin": str(page.origin)})
    return (b"access-control-allow-credentials", b"true") in decision.headers


def _decided(declared: Policy | None, flow: Flow, decisions: list[Decision]) -> Verdict:
    """The verdict where the policy answers, or an app without any; each decision goes into `decisions`."""

    def answer(send: Send) -> ResponseHead:
        if declared is None:
            return ResponseHead(status=200)
        decision = declared.decide(send.method, send.headers)
        decisions.append(decision)
        vary = ((b"vary", b", ".join(decision.vary)),) if decision.vary else ()
        return ResponseHead(status=decision.status or 200, headers=HeaderList((*decision.headers, *vary)))

    return AnsweringDriver(answer).run(flow).verdict
