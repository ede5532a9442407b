"""Where the policy goes in each framework: all that the written code knows of them.

In a `place`, `{policy}` is the name of the app's policy, and `{bound}` stands for the lines that bind others.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """What the old set-up was, and what stands in the new code around its policy.

    Attributes:
        binds: the imports, where there are lines that bind policies.
    """

    name: str
    imports: str = ""
    place: str = ""
    binds: str = ""


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
    """Put the policies on the app: add_cors(app), below its last route.

    Take flask_cors.CORS and every @cross_origin out, and CORS_* of the config.
    """
{bound}    CORS(app, {policy})
''',
    "from crossorigin.middleware.flask import CORS, cors",
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
