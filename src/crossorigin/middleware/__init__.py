"""Middleware: a policy in front of an app. One framework a file; `asgi` and `wsgi` serve all that speak these."""

from .engine import DecisionEvent, OnDecision

__all__ = ["DecisionEvent", "OnDecision"]
