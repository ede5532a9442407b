"""Two policies compared as JSON, after `diff-1.schema.json`."""

import json
from typing import Any

from crossorigin.policy import Difference, PolicyDiff, Setting, Witness

from ._diff import difference_text, shown_value

DIFF_FORMAT = 1
"""The format's number. Keys may be added within a number; none is removed, renamed or given another meaning."""


def render_diff_json(diff: PolicyDiff, *, indent: int | None = 2) -> str:
    """The comparison as a JSON text, in ASCII: what is not, is escaped."""
    return json.dumps(_to_json(diff), indent=indent, ensure_ascii=True)


def _to_json(diff: PolicyDiff) -> dict[str, Any]:
    return {
        "format": DIFF_FORMAT,
        "widens": diff.widens,
        "narrows": diff.narrows,
        "gains": [_difference(gain, "current policy") for gain in diff.gains],
        "loses": [_difference(loss, "candidate") for loss in diff.loses],
        "other": [_setting(setting) for setting in diff.other],
    }


def _difference(difference: Difference, other: str) -> dict[str, Any]:
    return {
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


def _setting(setting: Setting) -> dict[str, Any]:
    return {"field": setting.field, "current": setting.current, "candidate": setting.candidate}
