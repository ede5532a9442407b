"""Two policies compared as JSON, after `diff-1.schema.json`."""

import json
from collections.abc import Mapping
from typing import Any

from crossorigin.policy import Difference, PolicyDiff, Setting, Witness

from ._diff import Diffs, by_path, difference_text, shown_value

DIFF_FORMAT = 1
"""The format's number. Keys may be added within a number; none is removed, renamed or given another meaning."""


def render_diff_json(diff: Diffs, *, indent: int | None = 2) -> str:
    """The comparison as a JSON text, in ASCII: what is not, is escaped."""
    return json.dumps(_to_json(by_path(diff)), indent=indent, ensure_ascii=True)


def _to_json(diffs: Mapping[str, PolicyDiff]) -> dict[str, Any]:
    each = diffs.items()
    return {
        "format": DIFF_FORMAT,
        "widens": any(diff.widens for diff in diffs.values()),
        "narrows": any(diff.narrows for diff in diffs.values()),
        "gains": [_difference(path, gain, "current policy") for path, diff in each for gain in diff.gains],
        "loses": [_difference(path, loss, "candidate") for path, diff in each for loss in diff.loses],
        "other": [_setting(path, setting) for path, diff in each for setting in diff.other],
    }


def _difference(path: str, difference: Difference, other: str) -> dict[str, Any]:
    return {
        "path": path or None,
        "code": str(difference.code),
        "field": difference.field,
        "index": difference.index,
        "value": shown_value(difference.value),
        "certain": difference.certain,
        "text": difference_text(difference, other=other),
        "witness": None if difference.witness is None else _witness(difference.witness),
    }


def _witness(witness: Witness) -> dict[str, Any]:
    method, fields = witness.request
    return {
        "origin": witness.origin,
        "method": witness.method,
        "header": witness.header,
        "credentials": witness.credentials,
        "reads": witness.reads,
        "request": {
            "method": method,
            "headers": [{"name": name, "value": value} for name, value in fields.items()],
        },
    }


def _setting(path: str, setting: Setting) -> dict[str, Any]:
    return {"path": path or None, "field": setting.field, "current": setting.current, "candidate": setting.candidate}
