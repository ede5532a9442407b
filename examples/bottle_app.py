"""A Bottle app with a public part and a private one. Run it: waitress-serve examples.bottle_app:app"""

from bottle import Bottle

from crossorigin import Policy, PolicyMap
from crossorigin.middleware.wsgi import CORSMiddleware


def rates() -> dict[str, float]:
    return {"EUR": 1.0, "USD": 1.1}


def write(item: int) -> dict[str, int]:
    return {"written": item}


api = Bottle()
api.route("/public/rates", "GET", rates)
api.route("/items/<item:int>", "PUT", write)

policies = PolicyMap(
    {
        "/": Policy(allow_origins=["https://app.example.com"], allow_methods=["PUT"]),
        "/public/": Policy(allow_origins="*"),
    }
)
# The last line: around Bottle, so that its own 404, 405 and 500 carry the fields.
app = CORSMiddleware(api, policies)
