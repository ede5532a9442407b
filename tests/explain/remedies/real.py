"""The products themselves, each with a small API behind it, started with what a fix says and stopped for sure.

Every API answers 200 at /, 500 at /fails and 404 elsewhere; at /guarded something else answers OPTIONS with 401. The
proxies have an app behind them: at /wrong it sends a CORS header of its own, and at /down there is none.
"""

import atexit
import functools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

READY_WITHIN = 60
OTHER = "http://other.localhost:3000"
EXPRESS, CORS = "5.3.0", "2.8.6"

NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {outer}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            {code}
            proxy_pass http://unix:{folder}/app;
        }}
        location /down {{
            {code}
            proxy_pass http://unix:{folder}/nobody;
        }}
    }}
    server {{
        listen unix:{folder}/app;
        location = / {{ return 200 "ok"; }}
        location = /fails {{ return 500; }}
        location = /guarded {{ if ($request_method = OPTIONS) {{ return 401; }} return 200 "ok"; }}
        location = /wrong {{ add_header Access-Control-Allow-Origin "{other}"; return 200 "ok"; }}
        location / {{ return 404; }}
    }}
}}
"""
CADDY = """
{{
    admin off
    auto_https off
}}
http://:{port} {{
    bind 127.0.0.1
    {code}
    reverse_proxy /down 127.0.0.1:1
    reverse_proxy 127.0.0.1:{behind}
}}
http://:{behind} {{
    bind 127.0.0.1
    header /wrong Access-Control-Allow-Origin "{other}"
    respond / "ok" 200
    respond /wrong "ok" 200
    respond /fails 500
    @asked {{
        path /guarded
        method OPTIONS
    }}
    respond @asked 401
    respond /guarded "ok" 200
    respond 404
}}
"""
EXPRESS_APP = """
const app = require("express")();
{code}
app.options("/guarded", (request, response) => response.sendStatus(401));
app.all(["/", "/guarded"], (request, response) => response.send("ok"));
app.all("/fails", () => {{ throw new Error("fails"); }});
app.listen({{fd: {fd}}});
"""
STARLETTE_PARTS = """
from starlette.responses import PlainTextResponse, Response

async def answer(request):
    return PlainTextResponse("ok")

async def fail(request):
    raise RuntimeError

class Guard:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        guarded = scope["type"] == "http" and scope["method"] == "OPTIONS" and scope["path"] == "/guarded"
        await (Response(status_code=401) if guarded else self.app)(scope, receive, send)

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
"""
UVICORN = """
import socket
import uvicorn
uvicorn.Server(uvicorn.Config(app, log_level="critical")).run(sockets=[socket.socket(fileno={fd})])
"""
STARLETTE = (
    STARLETTE_PARTS
    + """
from starlette.applications import Starlette
from starlette.routing import Route

routes = [Route("/", answer, methods=METHODS), Route("/guarded", answer, methods=METHODS), Route("/fails", fail)]
app = Starlette(routes=routes)
app.add_middleware(Guard)
{code}
"""
    + UVICORN
)
FASTAPI = (
    STARLETTE_PARTS
    + """
from fastapi import FastAPI

app = FastAPI()
for path, handler in (("/", answer), ("/guarded", answer), ("/fails", fail)):
    app.add_route(path, handler, methods=METHODS)
app.add_middleware(Guard)
{code}
"""
    + UVICORN
)
FLASK = """
from flask import Flask, request
from werkzeug.serving import make_server

app = Flask("api")
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

@app.before_request
def guard():
    if request.method == "OPTIONS" and request.path == "/guarded":
        return "", 401

@app.route("/", methods=METHODS)
@app.route("/guarded", methods=METHODS)
def answer():
    return "ok"

@app.route("/fails")
def fail():
    raise RuntimeError

{code}
make_server("127.0.0.1", 0, app, fd={fd}).serve_forever()
"""
DJANGO = """
import sys

from django.http import HttpResponse
from django.urls import path

SECRET_KEY, ALLOWED_HOSTS, ROOT_URLCONF = "tests", [".localhost"], "settings"
INSTALLED_APPS, MIDDLEWARE = [], ["settings.guard"]

def guard(get_response):
    def answer(request):
        guarded = request.method == "OPTIONS" and request.path == "/guarded"
        return HttpResponse(status=401) if guarded else get_response(request)
    return answer

def ok(request):
    return HttpResponse("ok")

def fail(request):
    raise RuntimeError

urlpatterns = [path("", ok), path("guarded", ok), path("fails", fail)]
{code}
"""


@dataclass(frozen=True, slots=True)
class Real:
    """A product: the remedy that it shows, what has to be installed, its version, and how it is started."""

    remedy: str
    version: Callable[[], str]
    command: Callable[[str, Path, socket.socket], Sequence[str]]
    tools: tuple[str, ...] = ()
    binds: bool = False
    """Whether it takes a port and not a listening socket."""


def _nginx(code: str, folder: Path, listening: socket.socket) -> list[str]:
    outer, _, inner = code.rpartition("# in the location")
    filled = NGINX.format(folder=folder, port=listening.getsockname()[1], outer=outer, code=inner, other=OTHER)
    (folder / "nginx.conf").write_text(filled)
    return ["nginx", "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]


def _caddy(code: str, folder: Path, listening: socket.socket) -> list[str]:
    filled = CADDY.format(port=listening.getsockname()[1], behind=_free_port(), code=code, other=OTHER)
    (folder / "Caddyfile").write_text(filled)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def _express(code: str, folder: Path, listening: socket.socket) -> list[str]:
    (folder / "app.js").write_text(EXPRESS_APP.format(code=code, fd=listening.fileno()))
    (folder / "node_modules").symlink_to(node_modules())
    return ["node", str(folder / "app.js")]


def _python(template: str) -> Callable[[str, Path, socket.socket], list[str]]:
    def command(code: str, folder: Path, listening: socket.socket) -> list[str]:
        (folder / "app.py").write_text(template.format(code=code, fd=listening.fileno()))
        return [sys.executable, str(folder / "app.py")]

    return command


def _django(code: str, folder: Path, listening: socket.socket) -> list[str]:
    (folder / "settings.py").write_text(DJANGO.format(code=code))
    port = str(listening.getsockname()[1])
    arguments = ["runserver", "--noreload", "--settings", "settings", "--pythonpath", str(folder), port]
    return [sys.executable, "-m", "django", *arguments]


def _says(*command: str) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"\d+\.\d+(\.\d+)?", ran.stdout + ran.stderr)
    assert found is not None
    return found[0]


REAL = {
    "nginx": Real("nginx", lambda: f"nginx {_says('nginx', '-v')}", _nginx, ("nginx",), binds=True),
    "Caddy": Real("Caddy", lambda: f"Caddy {_says('caddy', 'version')}", _caddy, ("caddy",), binds=True),
    "Express": Real("Express", lambda: f"Express {EXPRESS} with cors {CORS}", _express, ("node", "npm")),
    "Starlette": Real("Starlette", lambda: f"Starlette {version('starlette')}", _python(STARLETTE)),
    "FastAPI": Real("Starlette", lambda: f"FastAPI {version('fastapi')}", _python(FASTAPI)),
    "Flask": Real("Flask", lambda: f"Flask {version('flask')} with flask-cors {version('flask-cors')}", _python(FLASK)),
    "Django": Real(
        "Django",
        lambda: f"Django {version('django')} with django-cors-headers {version('django-cors-headers')}",
        _django,
        binds=True,
    ),
}


@functools.cache
def node_modules() -> Path:
    """Express and its middleware, installed once a run."""
    folder = Path(tempfile.mkdtemp(prefix="express-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts"]
    ran = subprocess.run([*command, f"express@{EXPRESS}", f"cors@{CORS}"], capture_output=True, text=True, timeout=300)
    if ran.returncode:
        missing(f"npm could not install express: {ran.stderr[-400:]}")
    return folder / "node_modules"


def missing(why: str) -> None:
    """A failure in CI, a skip elsewhere."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(why)


@contextmanager
def started(product: str, code: str) -> Iterator[str]:
    """The origin at which the product answers, with that configuration."""
    real = REAL[product]
    for tool in real.tools:
        if shutil.which(tool) is None:
            missing(f"{tool} is not installed")
    with tempfile.TemporaryDirectory(prefix="real-") as name, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        command = real.command(code, Path(name), listening)
        if real.binds:
            listening.close()
        else:
            listening.listen(64)
        with (Path(name) / "log").open("w+") as log:
            process = subprocess.Popen(
                command,
                cwd=name,
                env={**os.environ, "HOME": name, "XDG_CONFIG_HOME": name, "XDG_DATA_HOME": name},
                pass_fds=[] if real.binds else [listening.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                if real.binds:
                    _wait_for(port, process, Path(name) / "log")
                yield f"http://api.localhost:{port}"
            finally:
                _stop(process)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, f"it ended before it served:\n{log.read_text()}"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise AssertionError(f"nothing listens:\n{log.read_text()}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
