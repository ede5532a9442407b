"""A Pyramid app with a public part and a private one. Run it: waitress-serve --call examples.pyramid_app:main"""

from typing import Any

from pyramid.config import Configurator

from crossorigin import Policy, PolicyMap
from crossorigin.middleware.wsgi import CORSMiddleware

policies = PolicyMap(
    {
        "/": Policy(allow_origins=["https://app.example.com"], allow_methods=["PUT"]),
        "/public/": Policy(allow_origins="*"),
    }
)


def rates(request: Any) -> dict[str, float]:
    return {"EUR": 1.0, "USD": 1.1}


def write(request: Any) -> dict[str, int]:
    return {"written": int(request.matchdict["item"])}


def main(global_config: object = None, **settings: object) -> CORSMiddleware:
    config = Configurator(settings=settings)
    config.add_route("rates", "/public/rates")
    config.add_view(rates, route_name="rates", renderer="json", request_method="GET")
    config.add_route("item", r"/items/{item:\d+}")
    config.add_view(write, route_name="item", renderer="json", request_method="PUT")
    # Around the router, where no tween is: so the fields are on a 404 and on what no exception view answers too.
    return CORSMiddleware(config.make_wsgi_app(), policies)
