"""CORS for Python, both halves.

This is the light door: the server half. The other rooms have doors of their own: `crossorigin.middleware.asgi` and
`.wsgi`, `crossorigin.browser`, `crossorigin.drivers`, `crossorigin.explain`, `crossorigin.testing`.
"""

import typing

from .policy import Decision, Origin, Policy, PolicyError, PolicyMap, RequestURL, dangerously

if typing.TYPE_CHECKING:
    from .policy import ReportOnly

__all__ = ["Decision", "Origin", "Policy", "PolicyError", "PolicyMap", "ReportOnly", "RequestURL", "dangerously"]


def __getattr__(name: str) -> typing.Any:
    if name == "ReportOnly":  # made when it is asked for, as in .policy
        from .policy import ReportOnly

        return ReportOnly
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
