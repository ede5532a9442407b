"""The contract's app in Tornado."""

from typing import Any

from tornado import web
from tornado.websocket import WebSocketHandler

from crossorigin.middleware.tornado import CORS, cors
from tests.contract.frameworks._policies import LISTED, PUBLIC, REFUSING, SUB, Framework

FRAMEWORK = Framework(servers=("tornado",), item_methods="DELETE,GET,PUT", has_websockets=True)


class Text(web.RequestHandler):
    """A handler of text; the contract's rules about ETags are nobody's here."""

    def set_default_headers(self) -> None:
        self.set_header("Content-Type", "text/plain")

    def compute_etag(self) -> None:
        return None


class Home(Text):
    def get(self) -> None:
        self.write("ok")

    def head(self) -> None:
        self.set_header("Content-Length", 2)


class Item(Text):
    def get(self, item: str) -> None:
        self.write(f"item {item}")

    def put(self, item: str) -> None:
        self.write(f"put {item}")

    def delete(self, item: str) -> None:
        self.set_status(204)


@cors(PUBLIC)
class Public(Text):
    def get(self) -> None:
        self.write("public")


class Refusing(Text):
    def get(self) -> None:
        self.write("refusing")

    def post(self) -> None:
        self.write("refusing")


@cors(None)
class Bare(Text):
    def get(self) -> None:
        self.set_header("Access-Control-Allow-Origin", "https://own.example")
        self.write("bare")


class Own(Text):
    def get(self) -> None:
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("Access-Control-Expose-Headers", "x-secret")
        self.write("own")


class Vary(Text):
    def get(self) -> None:
        self.set_header("Vary", "Accept")
        self.write("vary")


class Stream(Text):
    async def get(self) -> None:
        for part in ("one", "two", "three"):
            self.write(part)
            await self.flush()


class Events(Text):
    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        for number in (1, 2):
            self.write(f"data: {number}\n\n")
            await self.flush()


class Moved(web.RequestHandler):
    def get(self) -> None:
        self.redirect("/", status=307)


class Boom(Text):
    def get(self) -> None:
        raise RuntimeError("an error of the app, on purpose")


class Options(Text):
    def options(self) -> None:
        self.write("own options")

    def get(self) -> None:
        self.write("options")


class Sub(Text):
    def get(self) -> None:
        self.write("sub")


@cors(PUBLIC)
class SubPublic(Text):
    def get(self) -> None:
        self.write("sub public")


class Subway(Text):
    def get(self) -> None:
        self.write("subway")


class Cafe(Text):
    def get(self) -> None:
        self.write("café")


class Socket(WebSocketHandler):
    def check_origin(self, origin: str) -> bool:
        return True

    def open(self, *args: Any) -> None:
        self.close()


sub = web.Application([(r"/sub/x", Sub), (r"/sub/public", SubPublic)])
CORS(sub, SUB)

app = web.Application(
    [
        (r"/", Home),
        (r"/items/([^/]+)", Item),
        (r"/public", Public),
        cors(REFUSING)(web.url(r"/refusing", Refusing)),
        (r"/bare", Bare),
        (r"/own", Own),
        (r"/vary", Vary),
        (r"/stream", Stream),
        (r"/events", Events),
        (r"/moved", Moved),
        (r"/boom", Boom),
        (r"/options", Options),
        (r"/sub/.*", sub),
        (r"/subway", Subway),
        (r"/caf%C3%A9", Cafe),
        (r"/ws", Socket),
    ]
)
CORS(app, LISTED, guard_websockets=True)
