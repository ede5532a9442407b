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
    "from crossorigin.middleware.wsgi import CORSMiddleware",
    '''
def with_cors(application):
    """The application behind the policy. In wsgi.py:

        application = with_cors(get_wsgi_application())

    In asgi.py the same, with CORSMiddleware of crossorigin.middleware.asgi.
    Take "corsheaders" out of INSTALLED_APPS, its middleware out of MIDDLEWARE,
    and CORS_* out of the settings.
    """
    return CORSMiddleware(application, {policy})
''',
)

AIOHTTP = Peer("aiohttp-cors")
EXPRESS = Peer("the cors package of Express")
