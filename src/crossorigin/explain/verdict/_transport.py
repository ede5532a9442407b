"""No usable response at all: the network, a proxy, or a WebSocket that was not opened."""

from crossorigin.browser import Reason

from .._fix import Fix, Place
from .._shown import Shown
from ._facts import Facts
from ._told import Told, one

KINDS: dict[str, tuple[Place, str]] = {
    "dns": ("user", "Check the host name, and the DNS of the machine that asks."),
    "refused": ("app-code", "Check that the server is running, and that it listens on this address and port."),
    "tls": (
        "server-config",
        (
            "Check the certificate: its names, its dates, its chain. For an authority of your own give --cacert FILE; "
            "browsers have to trust it as well."
        ),
    ),
    "timeout": (
        "server-config",
        "The server did not answer in time. Check its load and the firewalls on the way; --timeout waits longer.",
    ),
    "too-large": (
        "server-config",
        "The response's headers are larger than browsers accept: make them smaller (usually cookies).",
    ),
    "application": ("app-code", "The app raised an exception: see its traceback."),
    "protocol": (
        "server-config",
        (
            "What came back is not valid HTTP; the evidence shows it. Check the port, and whether the server uses "
            "http or https there. If the server crashed on this request, its log may say so."
        ),
    ),
}


def _no_answer(facts: Facts, _shown: Shown) -> tuple[Fix, ...]:
    place, text = KINDS.get(
        "" if facts.failure is None else facts.failure.kind,
        ("user", "Check the way to the server: its address, routes, firewalls, proxies."),
    )
    return (Fix(text=text, where=place),)


def _proxy(facts: Facts, _shown: Shown) -> tuple[Fix, ...]:
    if facts.preflight:
        text = (
            "Authentication answered the preflight. A preflight never carries credentials: let OPTIONS pass before "
            "authentication, and let a server say 401 instead of 407."
        )
        return (Fix(text=text, where="app-code"),)
    text = (
        "If the server itself sent it, let it send 401 instead. If a proxy did, set up the proxy's address and "
        "password in the browser."
    )
    return (Fix(text=text, where="user"),)


TRANSPORT: dict[Reason, Told] = {
    Reason.PROXY_AUTHENTICATION: Told(
        title="A proxy wants authentication (status 407).",
        what="{request} was answered with 407.",
        why="This status is for proxies, not for servers: the browser asks its user for the proxy's password, or "
        "fails. This is not a CORS problem.",
        fixes=_proxy,
    ),
    Reason.WEBSOCKET_HANDSHAKE: Told(
        title="The server did not open the WebSocket.",
        what="{request} was answered with {status} instead of 101.",
        why="WebSockets are not subject to CORS: the browser sends the Origin, and the server accepts or refuses.",
        fixes=one(
            "Read the server's log: its route, its authentication or its guard on Origin refused the handshake.",
            where="app-code",
        ),
    ),
    Reason.TRANSPORT: Told(
        title="There was no response: {failure}.",
        what="{request} got no HTTP response.",
        why="Without a response there are no headers to check. This is not a CORS problem, although a browser's "
        "console may call it one.",
        fixes=_no_answer,
    ),
}
