"""flask-cors (6.x): its options, in a configuration and in code, and what decides in a live app."""

from ._app import FlaskApp
from ._options import DEFAULTS, merged_options, path_rule, read_flask_cors, resource_rules

__all__ = ["DEFAULTS", "FlaskApp", "merged_options", "path_rule", "read_flask_cors", "resource_rules"]
