"""What a problem says in Python, said as TOML or a variable is written."""

import re
from collections.abc import Callable, Mapping

from ._errors import Problem

LIFTED = r"dangerously\(('[^']*'|\"[^\"]*\"|pattern), because='…'\)(; in TOML: .*)?"
PREDICATE = r"a predicate: \w+=\[lambda [^]]*\]"

Rewriting = tuple[str, str | Callable[[re.Match[str]], str]]

BOTH: tuple[Rewriting, ...] = (
    (r"True or False", "true or false"),
    (r"True, False, or a list", "true, false, or a list"),
    (r"^write (True|False)$", lambda found: found[0].lower()),
    (PREDICATE, "a predicate, where the policy is Python"),
)
TOML: tuple[Rewriting, ...] = (
    *BOTH,
    (r"\b([a-z_]+)=True\b", r"\1 = true"),
    (r"\b((?:allow|expose)_[a-z]+)=(?=[\['])", r"\1 = "),
    (LIFTED, lambda found: f'{{ dangerously = {_quoted(found[1])}, because = "…" }}'),
)
ENVIRONMENT: tuple[Rewriting, ...] = (
    *BOTH,
    (r"=True\b", "=true"),
    (LIFTED, lambda found: f'{{"dangerously": {_quoted(found[1])}, "because": "…"}} as an item of a JSON list'),
    (r"write \{ dangerously = .*", 'write {"dangerously": "pattern", "because": "…"}'),
)

NAMES_HINT = "write the names, separated by commas"
ENVIRONMENT_HINTS = {
    ("not-a-collection", "allow_origins"): (
        "write the origins, separated by commas, as in https://app.example.com,https://admin.example.com; leave it "
        "empty to allow no page"
    ),
    ("not-a-collection", "allow_methods"): NAMES_HINT,
    ("not-a-collection", "allow_headers"): NAMES_HINT,
    ("not-a-collection", "expose_headers"): NAMES_HINT,
}
"""Where what is written for Python cannot be rewritten."""


def in_toml(problem: Problem) -> Problem:
    """The problem as whoever writes the file reads it."""
    message, hint = (_rewritten(text, TOML) for text in (problem.message, problem.hint))
    return problem.said(message, hint)


def in_environment(problem: Problem, variables: Mapping[str, str]) -> Problem:
    """The problem as whoever sets the variables reads it. `variables` are their names, by field."""
    hint = ENVIRONMENT_HINTS.get((problem.code, problem.field), problem.hint)
    said = problem.said(*(environment_words(text, variables) for text in (problem.message, hint)))
    return said.at(variables[problem.field])


def environment_words(text: str, variables: Mapping[str, str]) -> str:
    """The text with variables for fields."""
    return re.sub(rf"\b({'|'.join(variables)})\b", lambda found: variables[found[1]], _rewritten(text, ENVIRONMENT))


def _rewritten(text: str, rewritings: tuple[Rewriting, ...]) -> str:
    for pattern, written in rewritings:
        text = re.sub(pattern, written, text)
    return text


def _quoted(text: str) -> str:
    """A pattern in double quotes, as TOML and JSON both write it."""
    return f'"{text.strip(chr(39) + chr(34))}"'
