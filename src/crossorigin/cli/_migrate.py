"""`crossorigin migrate`: another package's CORS set-up as a policy, the code on stdout and what differs on stderr."""

import json
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import click
from click.exceptions import Exit

from crossorigin.migrate import (
    Migration,
    NoCORSFound,
    Note,
    from_app,
    from_django_cors_headers,
    from_express,
)
from crossorigin.policy import Policy, PolicyMap
from crossorigin.standard import visible

from ._errors import CommandLineError
from ._in_process import load_app, load_module
from ._terminal import write

FORMAT = "crossorigin/migrate-1"
WIDTH = 80

EPILOG = """
\b
Examples:
  crossorigin migrate myproject.main:app > cors.py
  crossorigin migrate --django myproject.settings > cors.py
  crossorigin migrate --express cors.json --toml > cors.toml

\b
Exit code: 0 the same, or less where nobody should miss it; 1 a person has to
  decide something (each is a TODO in the code); 2 a wrong command line.
"""


@click.command(epilog=EPILOG)
@click.argument("app", metavar="[MODULE:ATTR]", required=False)
@click.option("--express", metavar="FILE", help="The options of Express's cors as JSON; - reads standard input.")
@click.option("--django", metavar="MODULE", help="A settings module with CORS_* of django-cors-headers.")
@click.option("--toml", "as_toml", is_flag=True, help="Print the policy as TOML instead of Python.")
@click.option("--json", "as_json", is_flag=True, help="Print policies, notes and code as JSON.")
def migrate(*, app: str | None, express: str | None, django: str | None, as_toml: bool, as_json: bool) -> None:
    """Turn another package's CORS set-up into a policy.

    MODULE:ATTR is a live app: Starlette, FastAPI, Flask, Django or aiohttp. The code goes to standard output, ready to
    run. What differs goes to standard error, and into the code as comments.
    """
    given = [name for name, value in (("MODULE:ATTR", app), ("--express", express), ("--django", django)) if value]
    if len(given) != 1:
        raise CommandLineError(
            f"{' and '.join(given)} exclude each other"
            if given
            else "name an app (module:attribute), --express or --django"
        )
    if as_toml and as_json:
        raise CommandLineError("--toml and --json exclude each other")
    # What a module prints when it is imported is no code.
    with redirect_stdout(sys.stderr):
        migration = _migration(app, express, django)
    if as_json:
        write(f"{json.dumps(_to_json(migration), indent=2)}\n")
        raise Exit(1 if migration.needs_decision else 0)
    is_written = True
    if as_toml:
        is_written = _write_toml(migration)
    else:
        write(migration.code)
    for line in _lines(migration, "in the settings; receivers of check_request_enabled are not read" if django else ""):
        click.echo(line, err=True)
    raise Exit(1 if migration.needs_decision or not is_written else 0)


def _migration(app: str | None, express: str | None, django: str | None) -> Migration:
    if app:
        loaded = load_app(app, option="")
        return _made(app, lambda: from_app(loaded))
    if django:
        settings = load_module(django, f"--django {visible(django, 100)}")
        return _made(f"--django {django}", lambda: from_django_cors_headers(settings))
    options = _read_json(express or "")
    return _made(f"--express {express}", lambda: from_express(options))


def _made(name: str, make: Callable[[], Migration]) -> Migration:
    """The migration, or one line of what keeps it: an expression that is none, options of another shape."""
    try:
        return make()
    except NoCORSFound as error:
        raise CommandLineError(f"{visible(name, 100)}: {visible(str(error), 400)}") from None
    except Exception as error:  # noqa: BLE001  # whatever a stranger's options hold, it is one line
        raise CommandLineError(f"{visible(name, 100)}: {type(error).__name__}: {visible(str(error), 200)}") from None


def _read_json(name: str) -> dict[str, Any]:
    where = f"--express {visible(name, 100)}"
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        options = json.loads(content)
    except OSError as error:
        raise CommandLineError(f"{where}: {error.strerror or error}") from None
    except ValueError as error:
        raise CommandLineError(f"{where} is no JSON: {error}") from None
    if not isinstance(options, dict):
        raise CommandLineError(f'{where}: the options are an object, such as {{"origin": "https://app.example.com"}}')
    return options


def _write_toml(migration: Migration) -> bool:
    """Whether the policy could be written so."""
    try:
        write(migration.to_toml())
    except TypeError as error:
        click.echo(f"crossorigin migrate: {error}\n", err=True)
        return False
    return True


def _lines(migration: Migration, scope: str) -> Iterator[str]:
    """The notes as a person reads them, and the outcome. `scope` is what was read, where it was not all."""
    for note in migration.notes:
        yield from _note(note)
        yield ""
    decisions = sum(note.needs_decision for note in migration.notes)
    if decisions:
        yield f"DECIDE  {decisions} of {len(migration.notes)} notes: each is a TODO in the code"
    else:
        yield f"OK  migrated: nothing to decide {scope}".rstrip()


def _note(note: Note) -> Iterator[str]:
    yield f"{note.severity} [{note.code}] {note.option}"
    if note.was:
        yield f"  was      {note.was}"
    if note.becomes:
        yield f"  becomes  {note.becomes}"
    yield from textwrap.wrap(
        note.why, WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _mappings(policies: Policy | PolicyMap | None) -> dict[str, Any] | None:
    """The policies by prefix, as `Policy.from_mapping` reads them; null for one that is Python, for its predicate."""
    if policies is None:
        return None
    by_prefix = {"/": policies} if isinstance(policies, Policy) else policies.policies
    return {prefix: _mapping(policy) for prefix, policy in by_prefix.items()}


def _mapping(policy: object) -> dict[str, Any] | None:
    try:
        return policy.to_mapping() if isinstance(policy, Policy) else None
    except TypeError:  # it has a predicate
        return None


def _to_json(migration: Migration) -> dict[str, Any]:
    fields = ("code", "severity", "option", "was", "becomes", "why", "witness")
    return {
        "format": FORMAT,
        "needs_decision": migration.needs_decision,
        "policies": _mappings(migration.policies),
        "notes": [{name: getattr(note, name) for name in fields} for note in migration.notes],
        "code": migration.code,
    }
