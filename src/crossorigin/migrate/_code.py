"""The code to paste: a Python file that declares the policies, with a comment for each thing that differs."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ._note import Note, literal, quoted
from ._predicate import RegexPredicate
from ._templates import Peer
from ._translate import Translation

WIDTH = 79
WRITTEN_BY = "Written by `crossorigin migrate`. Take each TODO out when you have decided it."
FLAGS = ("IGNORECASE", "VERBOSE", "MULTILINE", "DOTALL", "ASCII")

BoundTranslation = tuple[str, str, Translation]
"""What stands before and after the policy's name in the line that binds it, and the policy."""


def write_code(
    peer: Peer,
    parts: Mapping[str, Translation],
    unplaced: Iterable[Translation],
    bound: Sequence[BoundTranslation],
    notes: Iterable[Note],
) -> str:
    """The file. Nothing of the old set-up gets into it but quoted: it is to be run.

    `parts` are the policies by prefix, `unplaced` those whose paths a person has to find a prefix for, `bound` those
    of parts of the app.
    """
    head = f'"""The CORS policy that {peer.name} had.\n\n{WRITTEN_BY}\n"""\n'
    comments = "".join(map(_comment, notes))
    used = [*parts.values(), *unplaced, *(part for _, _, part in bound)]
    declared = [part for part in dict.fromkeys(used) if part.state != "off"]
    if not declared:
        return "\n".join(filter(None, [head, comments, "# There is nothing to declare: leave CORS off.\n"]))
    names = {part: "policy" if len(declared) == 1 else f"policy_{number}" for number, part in enumerate(declared, 1)}
    predicates = _predicates(declared)
    # A policy for the whole app, several by prefix, or none but those that are bound.
    is_map = [*parts] != ["/"] and bool(parts or unplaced)
    the_app = "policies" if is_map else names.get(parts["/"], "None") if parts else "None"
    lines = [f"{before}{names.get(part, 'None')}{after}" for before, after, part in bound]
    blocks = [head, _imports(peer, lines, has_predicates=bool(predicates), is_map=is_map), comments]
    blocks += [_function(predicate, number) for predicate, number in predicates.items()]
    for part, name in names.items():
        if part.state == "unnamed":
            blocks.append(_placeholder(name, part))
        blocks.append(_policy(name, part, predicates))
    if is_map:
        rows = [f"{quoted(prefix)}: {names.get(part, 'None')}," for prefix, part in parts.items()]
        rows += [f'# TODO: "/its/prefix/": {names.get(part, "None")},' for part in unplaced]
        body = "".join(f"        {row}\n" for row in rows)
        blocks.append(f"policies = PolicyMap(\n    {{\n{body}    }}\n)\n")
    if peer.place:
        bindings = "".join(f"    {line}\n" for line in lines)
        blocks.append(peer.place.replace("{policy}", the_app).replace("{bound}", bindings))
    return "\n".join(filter(None, blocks))


def _imports(peer: Peer, bound: list[str], *, has_predicates: bool, is_map: bool) -> str:
    names = [*(["Origin"] if has_predicates else []), "Policy", *(["PolicyMap"] if is_map else [])]
    library = [*(["import re"] if has_predicates else [])]
    library += ["from functools import partial"] if any("(partial(" in line for line in bound) else []
    own = [f"from crossorigin import {', '.join(names)}", peer.binds if bound else peer.imports]
    return "".join(f"{line}\n" for line in (*library, *([""] if library else []), *filter(None, own)))


def _comment(note: Note) -> str:
    """A note as a comment; one that a person has to decide on is a TODO."""
    mark = "TODO" if note.needs_decision else "Note"
    becomes = f" -> {note.becomes}" if note.becomes else ""
    text = f"{mark} {note.code}: {note.option} {note.was}{becomes}. {note.why}"
    lines = textwrap.wrap(text, WIDTH - 2, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return "".join(f"# {line}\n" for line in lines)


def _predicates(parts: Iterable[Translation]) -> dict[RegexPredicate, str]:
    """The predicates of all policies, with what their names end in."""
    entries = [entry for part in parts for entry in part.fields.get("allow_origins", ())]
    found = dict.fromkeys(entry for entry in entries if isinstance(entry, RegexPredicate))
    return {predicate: f"_{number}" if number > 1 else "" for number, predicate in enumerate(found, 1)}


def _function(predicate: RegexPredicate, number: str) -> str:
    flags = " | ".join(f"re.{name}" for name in FLAGS if predicate.pattern.flags & getattr(re, name))
    conditions = [f"PATTERN{number}.fullmatch(str(origin)) is not None"]
    if predicate.trustworthy:
        conditions.insert(0, "origin.is_potentially_trustworthy()")
    if predicate.domains:
        ends = ", ".join(quoted(f".{domain}") for domain in predicate.domains)
        conditions.insert(0, f'f".{{origin.host}}".endswith(({ends},))')
    if predicate.schemes:
        conditions.insert(0, f"origin.scheme in ({', '.join(map(quoted, predicate.schemes))},)")
    body = conditions[0]
    if len(conditions) > 1:
        body = "(\n        " + "\n        and ".join(conditions) + "\n    )"
    return (
        f"# TODO: write patterns in allow_origins instead of this expression.\n"
        f"PATTERN{number} = re.compile({literal(predicate.pattern.pattern)}{f', {flags}' if flags else ''})\n\n\n"
        f"def is_allowed{number}(origin: Origin) -> bool:\n    return {body}\n\n"
    )


def _placeholder(name: str, part: Translation) -> str:
    lines = [f"ORIGINS{name.removeprefix('policy').upper()}: list[str] = ["]
    lines.append("    # TODO: the origins of your pages. Without one, Policy raises an error.")
    lines += [f"    # {entry}," for entry in part.left_out]
    return "".join(f"{line}\n" for line in (*lines, "]"))


def _policy(name: str, part: Translation, predicates: Mapping[RegexPredicate, str]) -> str:
    lines = []
    if part.state == "unnamed":
        lines.append(f"allow_origins=ORIGINS{name.removeprefix('policy').upper()},")
    for field, value in part.fields.items():
        comments = part.left_out if field == "allow_origins" else ()
        lines += _field(field, value, predicates, comments)
    body = "".join(f"    {line}\n" for line in lines)
    return f"{name} = Policy(\n{body})\n"


def _field(
    name: str, value: object, predicates: Mapping[RegexPredicate, str], comments: tuple[str, ...]
) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{name}={quoted(value) if isinstance(value, str) else repr(value)},"
        return
    items = [f"is_allowed{predicates[item]}" if isinstance(item, RegexPredicate) else quoted(item) for item in value]
    line = f"{name}=[{', '.join(items)}],"
    if len(line) + 4 <= WIDTH and not comments:
        yield line
        return
    yield f"{name}=["
    yield from (f"    {item}," for item in items)
    yield from (f"    # TODO: {entry}," for entry in comments)
    yield "],"
