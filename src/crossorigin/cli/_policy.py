"""`crossorigin policy`: a policy file held against every rule, and against one request."""

from pathlib import Path
from typing import Annotated

import typer

from crossorigin.browser import Context, Page, ResponseHead, Verdict, fetch
from crossorigin.drivers import Flow
from crossorigin.explain import Span, decision_lines, explain, problem_lines, text_lines, visible
from crossorigin.policy import Decision, Policy
from crossorigin.standard import HeaderList

from ._errors import CommandLineError
from ._policy_file import declared_in
from ._request import Wanted, dropped_headers, page_of, parse_headers, request_of
from ._terminal import Terminal

SERVER = "https://server.example/"
"""Where the policy's server is taken to be: a policy holds for any."""

EPILOG = """
\b
Examples:
  crossorigin policy cors.toml
  crossorigin policy cors.toml --origin https://app.example.com -X PUT

\b
Exit code: 0 no problems (and, with --origin, the page may read); 1 problems,
  or blocked; 2 a wrong command line.
"""


def policy(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A TOML file with the fields of a policy at its top level.", show_default=False
        ),
    ],
    origin: Annotated[
        str | None, typer.Option(metavar="ORIGIN", help="Hold it against a request of a page at this origin.")
    ] = None,
    method: Annotated[
        str | None, typer.Option("-X", "--request", metavar="METHOD", help="That request's method. [default: GET]")
    ] = None,
    header: Annotated[
        list[str] | None, typer.Option("-H", "--header", metavar="'NAME: VALUE'", help="A header of it. Repeat it.")
    ] = None,
) -> None:
    """Find every problem of a policy file, offline. With --origin, say what it answers, and what a browser makes of it.

    That request goes with credentials if the policy allows them for its origin.
    """
    if origin is None and (method or header):
        raise CommandLineError(f"{'-X' if method else '-H'} wants --origin: a request comes from a page")
    headers = parse_headers(header or [])
    page = None if origin is None else page_of(origin)
    terminal = Terminal()
    declared, source = declared_in(file, terminal)
    if declared is None:
        raise typer.Exit(1)
    advice = declared.advice()
    terminal.print_lines(problem_lines(advice, source, width=terminal.width))
    if advice:
        terminal.print()
    terminal.print_lines([(Span("OK", "good"), Span(f"  {visible(source.name)}: no problems"))])
    if page is None:
        return
    wanted = Wanted(
        url=SERVER,
        origin=origin or "",
        method=method,
        headers=headers,
        credentials="include" if _may_send_credentials(declared, page) else "same-origin",
    )
    request = request_of(wanted, page)
    names = dropped_headers(wanted, request)
    if names:
        typer.echo(f"crossorigin policy: note: browsers do not let a page set {', '.join(names)}", err=True)
    if declared.needs_route:
        declared = declared.for_route([request.method])
        typer.echo(
            f"crossorigin policy: note: allow_methods is 'route': the route is taken to have {request.method}", err=True
        )
    decisions: list[Decision] = []
    verdict = _decided(declared, fetch(request, page, context=Context()), decisions)
    for decision in decisions:
        terminal.print()
        terminal.print_lines(decision_lines(decision, width=terminal.width))
    terminal.print()
    terminal.print_lines(text_lines(explain(verdict, in_process=True), width=terminal.width))
    raise typer.Exit(0 if verdict.readable else 1)


def _may_send_credentials(declared: Policy, page: Page) -> bool:
    if isinstance(declared.allow_credentials, bool):
        return declared.allow_credentials
    decision = declared.for_route(()).decide("GET", {"Origin": str(page.origin)})
    return (b"access-control-allow-credentials", b"true") in decision.headers


def _decided(declared: Policy, flow: Flow, decisions: list[Decision]) -> Verdict:
    """The verdict where the policy answers; each decision goes into `decisions`."""
    try:
        send = next(flow)
        while True:
            decision = declared.decide(send.method, send.headers)
            decisions.append(decision)
            vary = ((b"vary", b", ".join(decision.vary)),) if decision.vary else ()
            fields = HeaderList((*decision.headers, *vary))
            send = flow.send(ResponseHead(status=decision.status or 200, headers=fields))
    except StopIteration as stop:
        verdict: Verdict = stop.value
        return verdict
