"""An allow-list decided by an async function. Run it: uvicorn examples.allow_list_from_a_database:app"""

from crossorigin import Origin, Policy
from crossorigin.middleware.asgi import ASGIApp, CORSMiddleware, Receive, Scope, Send

PARTNERS = {"https://partner.example", "https://shop.partner.example"}


async def is_partner(origin: Origin) -> bool:
    """Stands for a look-up in a database. If it raises, or takes over a second, the origin is denied, uncached."""
    return str(origin) in PARTNERS


async def api(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"prices"})


app: ASGIApp = CORSMiddleware(api, Policy(allow_origins=[is_partner], refuse_disallowed=True))
