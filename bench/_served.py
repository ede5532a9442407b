"""`python -m bench._served NAME FD`: one app on uvicorn, on a socket that the caller opened, until SIGTERM."""

import socket
import sys
from collections.abc import Callable
from typing import Any

import uvicorn

from bench._plain import CONTENDERS, asgi_app
from bench._requests import Declaration

DECLARATION = Declaration("exact", 10)
BUILDS = {it.name: it.build for it in CONTENDERS}


def app(name: str) -> Callable[..., Any]:
    built: Callable[..., Any] = asgi_app() if name == "bare" else BUILDS[name](DECLARATION)
    return built


if __name__ == "__main__":
    config = uvicorn.Config(app(sys.argv[1]), lifespan="off", log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[2]))])
