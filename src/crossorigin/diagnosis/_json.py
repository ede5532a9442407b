"""A report as JSON, in a stable format: `explain-1.schema.json` beside this file, docs/explain.md in words."""

import json
from typing import Any

from crossorigin.explain import Fix

from ._diagnosis import Diagnosis, Report

FORMAT = 1
"""The format's number. Keys may be added within a number; none is removed, renamed or given another meaning."""


def report_json(report: Report, *, indent: int | None = 2) -> str:
    """The report as a JSON text, in ASCII."""
    return json.dumps(
        {
            "format": FORMAT,
            "kinds": list(report.kinds),
            "looked_at": report.looked_at,
            "incomplete": report.incomplete,
            "findings": [_finding(finding) for finding in report.findings],
            "notes": [{"text": note.text, "line": note.line} for note in report.notes],
        },
        indent=indent,
        ensure_ascii=True,
    )


def _finding(finding: Diagnosis) -> dict[str, Any]:
    return {
        "reason": finding.reason,
        "url": finding.url,
        "origin": finding.origin,
        "method": finding.method,
        "status": finding.status,
        "certain": finding.certain,
        "provenance": str(finding.provenance),
        "cause": finding.cause,
        "fixes": [_fix(fix) for fix in finding.fixes],
        "unknown": list(finding.unknown),
        "count": finding.count,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    """The text is all that is printed: the sentences, then the lines to write."""
    text = "\n\n".join(filter(None, [fix.text, "\n".join(fix.fields), fix.code]))
    return {
        "where": fix.where,
        "product": fix.product,
        "text": text,
        "applies": fix.applies,
        "fields": list(fix.fields),
        "code": fix.code,
    }
