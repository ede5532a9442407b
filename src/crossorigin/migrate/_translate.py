"""An old set-up's permissions as the fields of a policy, never more than it gave, with a note for each that is less."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from crossorigin.policy import Policy, PolicyError, Problem
from crossorigin.standard import is_token, parse_serialized_origin

from ._note import Note, note, quoted
from ._old import OldPolicy
from ._predicate import RegexPredicate
from ._regexes import read_regex

State = Literal["ready", "unnamed", "off"]
"""Of a translation: a policy; one whose origins a person has to name; none, for nobody was allowed."""

MAX_MAX_AGE = 86400


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Translation:
    """The fields of the new policy. `left_out` are entries to consider, as they would be written in allow_origins."""

    state: State
    fields: dict[str, Any]
    left_out: tuple[str, ...] = ()

    def says_the_same(self, other: "Translation") -> bool:
        return (self.state, self.fields, self.left_out) == (other.state, other.fields, other.left_out)

    @property
    def policy(self) -> Policy | None:
        return Policy(**self.fields) if self.state == "ready" else None


def translations(olds: Iterable[OldPolicy | None], notes: list[Note]) -> dict[OldPolicy | None, Translation]:
    """The translation of each, None among them; one for those that come to the same."""
    found: dict[OldPolicy | None, Translation] = {}
    for old in dict.fromkeys(olds):
        new = Translation(state="off", fields={}) if old is None else translate(old, notes)
        found[old] = next((each for each in found.values() if each.says_the_same(new)), new)
    return found


def translate(old: OldPolicy, notes: list[Note]) -> Translation:
    """The translation; what differs is added to `notes`."""
    fields: dict[str, Any] = {}
    left_out: list[str] = []
    origins = _origins(old, notes, left_out)
    if origins:
        fields["allow_origins"] = "*" if origins == ["*"] else origins
    elif not (old.any_origin or old.origins or old.regexes):
        notes.append(note("no-origins", old.names.origins, ()))
        return Translation(state="off", fields={})
    is_readable = _is_readable(old, notes)
    fields["allow_methods"] = _methods(old, notes) if is_readable else []
    fields["allow_headers"] = _headers(old, notes) if is_readable else []
    fields["expose_headers"] = _expose(old, notes)
    fields["allow_credentials"] = old.credentials or _credentialed(old, origins, notes)
    fields["max_age"] = _max_age(old, notes)
    fields["preflight_status"] = _preflight_status(old, notes)
    defaults = {"allow_credentials": False, "max_age": None, "preflight_status": 204}
    fields = {name: value for name, value in fields.items() if value not in ([], None) and value != defaults.get(name)}
    state: State = "ready" if origins else "unnamed"
    return Translation(state=state, fields=fields, left_out=tuple(dict.fromkeys(left_out)))


def _origins(old: OldPolicy, notes: list[Note], left_out: list[str]) -> list[Any]:
    if old.any_origin:
        if not old.credentials:
            return ["*"]
        notes.append(note("any-origin-credentials", old.names.origins, "*"))
        return []
    entries: list[str | RegexPredicate] = []
    for literal in old.origins:
        entries += _literal(literal, old, notes, left_out)
    for pattern, written in old.regexes:
        reading = read_regex(
            pattern,
            old.matching,
            option=old.names.regexes or old.names.origins,
            credentials=old.credentials,
            written=written,
        )
        entries += reading.patterns
        if reading.predicate is not None:
            entries.append(reading.predicate)
        notes += reading.notes
        is_nothing = not reading.patterns and reading.predicate is None
        if is_nothing and isinstance(written, str) and _is_pattern(written):
            left_out.append(quoted(written))  # `https://*.example.com`, which is no expression to its author
    return list(dict.fromkeys(entries))


def _literal(literal: str, old: OldPolicy, notes: list[Note], left_out: list[str]) -> list[str]:
    """The origins that a literal stands for: one, or none."""
    option = old.names.origins
    if parse_serialized_origin(literal) is not None and old.is_same(literal, literal):
        problems = _problems(allow_origins=[literal], allow_credentials=old.credentials)
        if not problems:
            return [literal]
        notes.append(note("origin-insecure", option, literal, witness=literal))
        left_out.append(f'dangerously({quoted(literal)}, because="...")')
        return []
    if literal in ("null", "file://"):
        notes.append(note("origin-null" if literal == "null" else "origin-file", option, literal, witness=literal))
        return []
    problems = _problems(allow_origins=[literal])
    corrected: Any = problems[0].corrected if problems else None
    corrected_texts = (
        [corrected] if isinstance(corrected, str) else [*corrected] if isinstance(corrected, tuple) else []
    )
    if len(corrected_texts) == 1 and old.is_same(literal, corrected_texts[0]):
        notes.append(note("origin-corrected", option, literal, corrected_texts[0]))
        return _literal(corrected_texts[0], old, notes, left_out)
    fact = f" If you meant {', '.join(map(quoted, corrected_texts))}, add it." if corrected_texts else ""
    if not problems:  # a pattern of ours, and text to the old set-up
        fact = f" Ours reads {quoted(literal)} as a pattern: if you meant it so, add it."
        corrected_texts = [literal]
    left_out += map(quoted, corrected_texts)
    if old.is_same(literal, "null"):
        notes.append(note("origin-without-scheme", option, literal, witness="null", fact=fact))
    else:
        notes.append(note("origin-never-matched", option, literal, fact=fact))
    return []


def _credentialed(old: OldPolicy, origins: list[Any], notes: list[Note]) -> list[str]:
    """The origins that may send credentials, where not all may: those that are allowed without."""
    kept = []
    for literal in old.credentialed:
        problems = _problems(allow_origins=origins or ["*"], allow_credentials=[literal])
        if not problems:
            kept.append(literal)
        elif problems[0].code == "origin-insecure":
            notes.append(note("origin-insecure", old.names.origins, literal, witness=literal))
    return kept


def _is_pattern(text: str) -> bool:
    return not _problems(allow_origins=[text])


def _is_readable(old: OldPolicy, notes: list[Note]) -> bool:
    """Whether a browser can read the lists in a preflight's answer. One bad item, and it gives up on all of them.

    https://fetch.spec.whatwg.org/#extract-header-list-values
    """
    lists = {
        old.names.methods: old.methods if "methods" in old.whole_lists and not old.any_method else (),
        old.names.headers: old.headers if "headers" in old.whole_lists and not old.any_header else (),
    }
    bad = {option: tuple(item for item in items if not is_token(item)) for option, items in lists.items()}
    notes += [note("list-unreadable", option, items) for option, items in bad.items() if items]
    return not any(bad.values())


def _methods(old: OldPolicy, notes: list[Note]) -> Any:
    option = old.names.methods
    if old.refused_methods:
        notes.append(note("method-safelisted", option, old.methods, fact=", ".join(old.refused_methods)))
    if old.any_method:
        return "*"
    if "*" in old.methods:
        if not old.credentials:
            return "*"
        notes.append(note("methods-wildcard-credentials", option, "*"))
    kept = []
    for method in old.methods:
        if method in ("*", "GET", "HEAD", "POST"):  # the safelisted ones need no listing
            continue
        problems = _problems(allow_methods=[method])
        if not problems and Policy(allow_origins="*", allow_methods=[method]).allow_methods == (method,):
            kept.append(method)
        elif problems and problems[0].code == "method-forbidden":
            notes.append(note("method-never-sent", option, method))
        else:
            fact = f" If you meant {quoted(method.upper())}, add it." if method.isidentifier() else ""
            notes.append(note("method-never-matched", option, method, fact=fact))
    return list(dict.fromkeys(kept))


def _headers(old: OldPolicy, notes: list[Note]) -> Any:
    option = old.names.headers
    if old.any_header:
        return ["*", "authorization"]
    listed = old.headers
    if "*" in listed and old.credentials:
        notes.append(note("headers-wildcard-credentials", option, "*"))
        listed = tuple(name for name in listed if name != "*")
    never = {"header-forbidden": "header-never-sent", "header-response-only": "header-response-only"}
    return _names(listed, "allow_headers", option, never, "header-never-matched", notes)


def _expose(old: OldPolicy, notes: list[Note]) -> Any:
    option = old.names.expose
    if old.exposes_all:
        if not old.credentials and not old.credentialed:
            return "*"
        notes.append(note("expose-every-header", option, "*"))
        return []
    listed = old.expose
    bad = tuple(name for name in listed if not is_token(name))
    if bad:
        notes.append(note("expose-unreadable", option, bad))
        return []
    if "*" in listed and old.credentials:
        notes.append(note("expose-wildcard-credentials", option, "*"))
        listed = tuple(name for name in listed if name != "*")
    never = {"expose-forbidden": "expose-never-read", "expose-request-only": "expose-never-read"}
    return _names(listed, "expose_headers", option, never, "header-never-matched", notes)


def _names(
    listed: tuple[str, ...], field: str, option: str, codes: dict[str, str], invalid: str, notes: list[Note]
) -> Any:
    """The names in lower case; those that a policy does not take become notes."""
    if listed == ("*",):
        return "*"
    kept = []
    for name in listed:
        problems = _problems(**{field: [name]})
        if not problems:
            kept.append(name.lower())
            continue
        corrected = problems[0].corrected
        fact = f" If you meant {quoted(corrected)}, add it." if isinstance(corrected, str) else ""
        code = codes.get(problems[0].code, invalid)
        notes.append(note(code, option, name, fact=fact))
    return list(dict.fromkeys(kept))


def _max_age(old: OldPolicy, notes: list[Note]) -> int | None:
    value = old.max_age
    text = str(value).strip()
    if value is None:
        return None
    # Fetch reads it as delta-seconds: digits and nothing else.
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
        notes.append(note("max-age-invalid", old.names.max_age, value, None))
        return None
    if len(text) > 9 or int(text) > MAX_MAX_AGE:
        notes.append(note("max-age-capped", old.names.max_age, value, MAX_MAX_AGE))
        return MAX_MAX_AGE
    return int(text)


def _preflight_status(old: OldPolicy, notes: list[Note]) -> int:
    status = old.preflight_status
    if 200 <= status <= 299:
        return status
    notes.append(note("preflight-status", "optionsSuccessStatus", status, 204, fact=str(status)))
    return 204


def _problems(**fields: Any) -> tuple[Problem, ...]:
    try:
        Policy(**{"allow_origins": "*", **fields})
    except PolicyError as error:
        return error.problems
    return ()
