"""Where the policy goes in each framework: all that the written code knows of them. `{policy}` is its name there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """What the old set-up was, and what stands in the new code around its policy."""

    name: str
    imports: str = ""
    place: str = ""


STARLETTE = Peer(
    "Starlette's CORSMiddleware",
    "from crossorigin.middleware.starlette import CORS",
    '''
def add_cors(app):
    """Put the policy on the app, as soon as it is made: add_cors(app).

    It comes instead of app.add_middleware(CORSMiddleware, ...): take that out.
    """
    CORS(app, {policy})
''',
)

FLASK = Peer(
    "flask-cors",
    "from crossorigin.middleware.flask import CORS",
    '''
def add_cors(app):
    """Put the policy on the app, after it is made: add_cors(app).

    Take flask_cors.CORS and every @cross_origin out, and CORS_* of the config.
    """
    CORS(app, {policy})
''',
)

DJANGO = Peer(
    "django-cors-headers",
    place="""
# In the settings, in place of "corsheaders" and CORS_*; the middleware is the
# first one:
#
#     from .cors import {policy}
#
#     INSTALLED_APPS = ["crossorigin.middleware.django", ...]
#     MIDDLEWARE = ["crossorigin.middleware.django.CORSMiddleware", ...]
#     CROSSORIGIN = {policy}
""",
)

AIOHTTP = Peer(
    "aiohttp-cors",
    "from crossorigin.middleware.aiohttp import CORS",
    '''
def add_cors(app):
    """Put the policy on the app, before it runs: add_cors(app).

    Take aiohttp_cors.setup and every cors.add(...) out.
    """
    CORS(app, {policy})
''',
)

EXPRESS = Peer("the cors package of Express")
