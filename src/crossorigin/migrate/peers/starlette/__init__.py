"""Starlette's and FastAPI's `CORSMiddleware` (1.x): its arguments, and where it stands in a live app."""

from ._app import StarletteApp, apps_inside
from ._options import ALL_METHODS, ALWAYS_ALLOWED_HEADERS, DEFAULTS, read_starlette

__all__ = ["ALL_METHODS", "ALWAYS_ALLOWED_HEADERS", "DEFAULTS", "StarletteApp", "apps_inside", "read_starlette"]
