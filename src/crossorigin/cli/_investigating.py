"""`--investigate`: a few more requests after a failure. What they are is said before they are sent."""

import secrets
from typing import TYPE_CHECKING, Any

import click

from crossorigin.browser import Verdict
from crossorigin.drivers import Opener
from crossorigin.explain import Explanation, Paragraph, Shown, to_json

if TYPE_CHECKING:
    from crossorigin.diagnosis.investigation import Investigation  # at run time only where it is asked for

PASSES = (
    "--investigate has nothing to look into, because the check does not fail. If a browser still blocks the page, its "
    "preflight cache may hold an older response: disable the cache in the developer tools and reload."
)


def investigated(
    verdict: Verdict, explanation: Explanation, opener: Opener, *, show_secrets: bool
) -> "Investigation | None":
    """What an investigation of the failure comes to, None where nothing failed."""
    from crossorigin.diagnosis.investigation import announcement, judge, probes_for, send_probes

    if verdict.finding is None:
        click.echo(f"crossorigin check: note: {PASSES}", err=True)
        return None
    shown = Shown(show_secrets)
    probes = probes_for(verdict, token=secrets.token_hex(4))
    for line in announcement(probes, verdict.request.url, shown):
        click.echo(f"crossorigin check: {line}", err=True)
    return judge(verdict, explanation, send_probes(probes, opener), shown=shown)


def section_of(investigation: "Investigation | None", shown: Shown) -> tuple[Paragraph, ...]:
    """The section of the text output; empty where there was no investigation."""
    if investigation is None:
        return ()
    from crossorigin.diagnosis.investigation import investigation_paragraphs

    return tuple(investigation_paragraphs(investigation, shown))


def as_json_with(explanation: Explanation, investigation: "Investigation | None", shown: Shown) -> dict[str, Any]:
    """The JSON of a check, with the key `investigation` where there was one."""
    if investigation is None:
        return to_json(explanation)
    from crossorigin.diagnosis.investigation import investigation_json

    return {**to_json(explanation), "investigation": investigation_json(investigation, shown)}
