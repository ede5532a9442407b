"""aiohttp-cors (0.8): options by origin, and which of them hold for the routes of a live app."""

from ._app import AiohttpApp
from ._options import DEFAULTS, Config, read_aiohttp, read_config

__all__ = ["DEFAULTS", "AiohttpApp", "Config", "read_aiohttp", "read_config"]
