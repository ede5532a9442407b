"""A Tornado app with a public handler and a guarded websocket. Run it: python examples/tornado_app.py"""

import asyncio
import json

from tornado import web
from tornado.websocket import WebSocketHandler

from crossorigin import Policy
from crossorigin.middleware.tornado import CORS, cors


@cors(allow_origins="*")
class Rates(web.RequestHandler):
    def get(self) -> None:
        self.write({"EUR": 1.0, "USD": 1.1})


class Item(web.RequestHandler):
    def get(self, item: str) -> None:
        self.write({"item": item})

    def put(self, item: str) -> None:
        self.write({"item": item, "values": json.loads(self.request.body)})


class Prices(WebSocketHandler):
    def check_origin(self, origin: str) -> bool:  # Tornado's signature
        return True  # the guard below asks the policy, which knows more

    async def open(self) -> None:
        await self.write_message("1.1")


def make_app() -> web.Application:
    application = web.Application([(r"/rates", Rates), (r"/items/([^/]+)", Item), (r"/prices", Prices)])
    CORS(
        application,
        Policy(
            allow_origins=["https://app.example.com", "https://*.preview.example.com"],
            allow_methods="route",
            allow_headers=["content-type"],
        ),
        guard_websockets=True,
    )
    return application


async def main() -> None:
    make_app().listen(8080, address="127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
