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
    "from crossorigin.middleware.asgi import CORSMiddleware",
    '''
def with_cors(app):
    """The app behind the policy.

    Take the old CORSMiddleware out of the app, then end its module with

        app = with_cors(app)

    Outside of the framework, so that its error responses have the fields too.
    """
    return CORSMiddleware(app, {policy})
''',
)

FLASK = Peer(
    "flask-cors",
    "from crossorigin.middleware.wsgi import CORSMiddleware",
    '''
def init_cors(app):
    """Put the policy around the app: init_cors(app), after it is made.

    Take CORS(app) and every @cross_origin out, and CORS_* out of the config.
    """
    app.wsgi_app = CORSMiddleware(app.wsgi_app, {policy})
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
