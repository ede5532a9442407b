"""CORS for Python, both halves.

This is the light door: the server half. The other rooms have doors of their own: `crossorigin.middleware.asgi` and
`.wsgi`, `crossorigin.browser`, `crossorigin.drivers`, `crossorigin.explain`, `crossorigin.testing`.
"""

from .policy import Decision, Origin, Policy, PolicyError, PolicyMap, ReportOnly, dangerously

__all__ = ["Decision", "Origin", "Policy", "PolicyError", "PolicyMap", "ReportOnly", "dangerously"]
