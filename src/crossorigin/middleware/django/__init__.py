"""CORS for Django, on WSGI and on ASGI. In the settings:

    INSTALLED_APPS = ["crossorigin.middleware.django", ...]               # the system checks
    MIDDLEWARE = ["crossorigin.middleware.django.CORSMiddleware", ...]    # first
    CROSSORIGIN = {"allow_origins": ["https://app.example.com"]}

`cors` binds a policy to a view, a class-based view, one of its methods, or to a `path(...)` and all that it includes.
"""

from crossorigin.middleware.engine import cors

from ._middleware import CORSMiddleware

__all__ = ["CORSMiddleware", "cors"]

CORSMiddleware.__module__ = __name__  # as MIDDLEWARE names it, and as messages shall
