"""flask-cors (6.x): its options, in a configuration and in code, and what decides in a live app."""

from ._app import FlaskApp, is_bare, is_flask
from ._mounts import mounts_of
from ._options import DEFAULTS, merged_options, path_rule, read_flask_cors, resource_rules

__all__ = [
    "DEFAULTS",
    "FlaskApp",
    "is_bare",
    "is_flask",
    "merged_options",
    "mounts_of",
    "path_rule",
    "read_flask_cors",
    "resource_rules",
]
