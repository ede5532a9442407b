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

ASGI = Peer(
    "Starlette's CORSMiddleware",
    "from crossorigin.middleware.asgi import CORSMiddleware",
    '''
def add_cors(app):
    """Put the policy around the app, where it was before: app = add_cors(app).

    It comes instead of CORSMiddleware(app, ...): take that out.
    """
    return CORSMiddleware(app, {policy})
''',
)

STARLETTE_MOUNTS = Peer(
    "Starlette's CORSMiddleware",
    binds="from crossorigin.middleware.asgi import CORSMiddleware",
    place='''
def put(policy, app, *places):
    """Put the policy around what lies behind these routes of the app.

    A place is the path or host of a route, or its number among the routes.
    """
    for place in places:
        while not hasattr(app, "routes"):
            app = app.app
        route = route_at(app.routes, place)
        app = getattr(route, "app", None) or route.original_router
    route.app = CORSMiddleware(app, policy)


def route_at(routes, place):
    if isinstance(place, int):
        return routes[place]
    names = ("path", "host")
    return next(
        route
        for route in routes
        if place in [getattr(route, name, None) for name in names]
    )


def add_cors(app):
    """Put the policies on the app, below its last route: add_cors(app).

    They come instead of each CORSMiddleware: take these out. An app that is
    mounted may have its policy where it is made: CORS(api, policy).
    """
{bound}''',
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

AIOHTTP_ROUTES = Peer(
    "aiohttp-cors",
    binds="from crossorigin.middleware.aiohttp import CORS, cors",
    place='''
def put(policy, app, *places, methods=()):
    """Bind the policy to the routes of a resource.

    A place is the path of a resource, or its number among the resources;
    the first ones lead to a sub-application.
    """
    for place in places[:-1]:
        app = resource_at(app, place).get_info()["app"]
    routes = {route.method: route for route in resource_at(app, places[-1])}
    for method in methods or routes:
        if method in routes:
            cors(policy)(routes[method])
        else:
            cors(policy)(getattr(routes["*"].handler, method.lower()))


def resource_at(app, place):
    resources = list(app.router.resources())
    if isinstance(place, int):
        return resources[place]
    return next(each for each in resources if each.canonical == place)


def add_cors(app):
    """Put the policies on the app, when it has all of its routes: add_cors(app).

    Take aiohttp_cors.setup and every cors.add(...) out, and CorsViewMixin.
    """
{bound}    CORS(app, None)
''',
)

EXPRESS = Peer("the cors package of Express")
