"""Writes the pages of docs/ that are tables of the code: problems, reasons, fixes, features, profiles.

`make docs` runs it. `python docs/generate.py --check` writes nothing and fails where a page is out of date.
"""

import dataclasses
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from deviations import DEVIATIONS
from picture import picture
from standards import STANDARDS

from crossorigin.browser import FEATURES, PROFILES, Profile, Reason
from crossorigin.explain.remedies import REMEDIES, Family, Remedy
from crossorigin.explain.verdict._reasons import TOLD
from crossorigin.policy import PROBLEM_RULES

DOCS = Path(__file__).parent
NOTICE = "<!-- Written by docs/generate.py from the code: change it there, then `make docs`. -->\n"

CROSSORIGIN = {"none": "", "selects-mode": "switches to cors", "selects-credentials": "chooses the credentials"}


def problems() -> str:
    """Every problem of a policy."""
    kinds = {
        "forbidden": "The Fetch standard forbids it.",
        "invalid": "It is not of the grammar, so it would never match what a browser sends.",
        "incompatible": "Each is fine alone; together browsers refuse them.",
        "refused": "This library refuses it. `dangerously(pattern, because=...)` lifts that for one pattern.",
        "advice": "Not an error: `policy.advice()` lists it.",
    }
    page = [
        "# Every problem of a policy",
        paragraph(
            """
            A `PolicyError` holds all problems of a declaration at once, each as a `Problem` with a stable code,
            the field, the index, the value, a sentence and a hint. `crossorigin policy FILE` prints them with
            their lines.
            """
        ),
    ]
    for kind, meaning in kinds.items():
        rows = [rule for rule in PROBLEM_RULES.values() if rule.kind == kind]
        page += [f"## {kind.capitalize()}", meaning, table(("code", "what it says", "hint"), map(problem_row, rows))]
    return "\n\n".join(page)


def problem_row(rule: object) -> tuple[str, str, str]:
    code, sentence, hint, source = (getattr(rule, name) for name in ("code", "sentence", "hint", "source"))
    code = f"[`{code}`]({source})" if source else f"`{code}`"
    return code, placeholders(sentence), placeholders(hint)


def reasons() -> str:
    """Every reason for a block."""
    page = [
        "# Every reason for a block",
        paragraph(
            """
            `Verdict.reason`, and `reason` in the JSON of `crossorigin check`. Codes are never renamed. Those
            that begin with `preflight.` were found in the response to the preflight, so the request itself was
            not sent.
            """
        ),
    ]
    for reason in Reason:
        prose = TOLD[reason]
        name, source = STANDARDS[reason]
        told = f"**{placeholders(prose.title)}** {placeholders(prose.why)}"
        page += [f"## `{reason}`", f"{told} Decided in [{name}]({source})."]
    return "\n\n".join(page)


def fixes() -> str:
    """Which product a fix is written for."""
    rows = ((f"`{remedy.product}`", *(pair(remedy, family) for family in Family), run(remedy)) for remedy in REMEDIES)
    return "\n\n".join(
        [
            "# Fixes for a product",
            paragraph(
                """
                Every fix of `crossorigin check` says which header lines to send. Where the response names the
                product that answered (`Server`, `X-Powered-By`, `X-Amz-Cf-Id` and the like), one fix more is written
                for that product: configuration or code that allows what the request needs and what is allowed
                already, and no more. Behind uvicorn it is for Starlette and FastAPI, behind Werkzeug for Flask,
                behind Django's runserver for Django.
                """
            ),
            paragraph(
                """
                A fix has to suffice. The tests take the printed code out of `check --json`, put it into the product's
                configuration, start the product, and the next `check` is readable. What cannot be run by us says so,
                and is held against the rules that its documentation gives.
                """
            ),
            table(("product", *map(str, Family), "run on"), rows),
            paragraph(
                """
                No product fix is given where the product cannot do it: S3 has no PATCH, CloudFront and flask-cors
                cannot change the status of a preflight, and API Gateway's rules speak of no error responses.
                """
            ),
        ]
    )


def pair(remedy: Remedy, family: Family) -> str:
    return "yes" if family in remedy.families else "no"


def run(remedy: Remedy) -> str:
    return remedy.run or "not run by us"


def features() -> str:
    """What each feature of the web asks for."""
    rows = (
        (
            f"`{feature.name}`",
            f"`{feature.title}`",
            f"{feature.mode}; {feature.credentials}",
            CROSSORIGIN[feature.attribute],
            feature.fails,
            feature.opaque,
        )
        for feature in FEATURES.values()
    )
    heads = ("name", "feature", "mode; credentials", "`crossorigin`", "when it is blocked", "when it is opaque")
    return "\n\n".join(
        [
            "# What each feature of the web asks for",
            paragraph(
                """
                The names are those of `page.load(name, url)` and `crossorigin check --feature name`. Each row was
                held against Chromium 156 and Firefox 153.
                """
            ),
            table(heads, rows),
        ]
    )


def profiles() -> str:
    """Where browsers differ from the standard."""
    standard = PROFILES["standard"]
    rows = []
    for field in dataclasses.fields(Profile):
        values = [getattr(profile, field.name) for profile in PROFILES.values()]
        if field.name in ("name", "accept") or all(value == values[0] for value in values):
            continue
        shown = (
            written(value) if value == getattr(standard, field.name) else f"**{written(value)}**" for value in values
        )
        sentence, case = DEVIATIONS[field.name]
        rows.append((f"`{field.name}`", *shown, sentence, "not observed" if case is None else f"`{case}`"))
    return "\n\n".join(
        [
            "# Where browsers differ from the standard",
            paragraph(
                """
                The fields of `Profile`, as `crossorigin.browser` has them; what departs from the Fetch standard is
                bold. `browsers` is what the three agree on, and the standard wherever they do not; local network access
                is as in Chromium, the strictest. `crossorigin check` and `crossorigin.testing` use it unless you choose
                another. Chromium 156 and Firefox 153 were measured:
                each row names the case of tests/differential that shows it. The caps of `max_age_cap` are from their
                sources, since no test waits for hours; so are manifests in Firefox. WebKit is from its documentation
                and source. Differences too small for a field are in tests/differential/_differences.py.
                """
            ),
            table(("", *PROFILES, "what it means", "case"), rows),
        ]
    )


def written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def placeholders(text: str) -> str:
    """A template's braces, as a reader can take them."""
    text = re.sub(r"\{(\w+)\}", lambda match: f"‹{match[1].replace('_', ' ').lower()}›", text)
    text = text.replace("{{", "{").replace("}}", "}")
    return text[:1].upper() + text[1:]


def paragraph(text: str) -> str:
    """A paragraph, on one line."""
    return " ".join(text.split())


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    heads = tuple(heads)
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


PAGES: dict[str, Callable[[], str]] = {
    "problems.md": problems,
    "reasons.md": reasons,
    "fixes.md": fixes,
    "features.md": features,
    "where-browsers-differ.md": profiles,
    "check.svg": picture,
}


def main() -> int:
    """Writes the pages, or with --check tells which are out of date."""
    stale = []
    for name, page in PAGES.items():
        text = page() if name.endswith(".svg") else f"{NOTICE}\n{page()}\n"
        path = DOCS / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.stderr.write(f"out of date: {', '.join(stale)}; run `make docs`\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
