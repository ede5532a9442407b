"""A Falcon app: a policy for the app, and a public resource. Run it: waitress-serve examples.falcon_app:app"""

from typing import Any

import falcon

from crossorigin import Policy
from crossorigin.middleware.falcon import CORS, cors


@cors(allow_origins="*")
class Rates:
    def on_get(self, req: Any, resp: Any) -> None:
        resp.media = {"EUR": 1.0, "USD": 1.1}


class Session:
    def on_delete(self, req: Any, resp: Any, session: int) -> None:
        resp.status = 204


app = CORS(
    falcon.App(), Policy(allow_origins=["https://app.example.com"], allow_methods="route", allow_credentials=True)
)
app.add_route("/rates", Rates())
app.add_route("/api/sessions/{session:int}", Session())
