"""WSGI apps in process: called in the caller's own thread, with its context variables, breakpoints and connections."""

import io
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote_to_bytes  # decodes percent-escapes; it parses nothing

from crossorigin.browser import NetworkFailure, ResponseHead, Send

from ._alarm import Alarm, TimeIsUp, rest
from ._app_answer import failed_before_answer, header_list, say
from ._app_task import GRACE
from ._run import run
from ._values import DEFAULT_MAX_BODY, DEFAULT_TIMEOUT, Answer, Body, Fetched, Flow, Reply
from ._wire import Target, fields_on_the_wire, has_no_body, is_event_stream, target_of

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class WSGIDriver:
    """Runs flows against a WSGI app.

    Args:
        app: a callable of environ and start_response.
        script_name: the path it is mounted below; a request outside of it reaches the app with the whole path.
        timeout: seconds for one request, None for no limit. An app that does not come back is interrupted in the main
            thread of a POSIX system; elsewhere Python cannot, and the time is looked at between pieces of the body.
        max_body: bytes of the last response's body that are read.
    """

    def __init__(
        self,
        app: WSGIApp,
        *,
        script_name: str = "",
        timeout: float | None = DEFAULT_TIMEOUT,
        max_body: int = DEFAULT_MAX_BODY,
    ) -> None:
        self._app = app
        self._script_name = script_name.rstrip("/")
        self._timeout = timeout
        self._max_body = max_body

    def run(self, flow: Flow) -> Fetched:
        """Runs a flow to its verdict."""
        return run(flow, self, self._max_body)

    def open(self, send: Send) -> Reply:
        """Calls the app for one request, up to the first piece of its body: only then is its head final."""
        call = self.call_for(send)
        call.start()
        return call

    def call_for(self, send: Send) -> "WSGICall":
        """The call of the app for one request, before it starts."""
        environ = _environ(send, target_of(send.url), self._script_name)
        return WSGICall(self._app, environ, self._timeout, self._max_body)

    def close(self) -> None:
        """Ends the thread that looks at the time, unless another call goes on."""
        rest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()


class WSGICall:
    """One call of the app: the server's side of one exchange, and the reply that its client holds."""

    def __init__(self, app: WSGIApp, environ: dict[str, Any], timeout: float | None, max_body: int) -> None:
        self.answer: Answer = NetworkFailure(kind="application", message="the app has not answered yet")
        self.exception: BaseException | None = None
        self._app = app
        self._environ = environ
        self._method: str = environ["REQUEST_METHOD"]
        self._timeout = timeout
        self._deadline = None if timeout is None else time.monotonic() + timeout
        self._max_body = max_body
        self._head: ResponseHead | None = None
        self._written: list[bytes] = []
        self._written_bytes = 0
        self._sent = False
        self._late = False
        self._iterable: Iterable[bytes] = ()
        self._pieces: Iterator[bytes] = iter(())

    def start(self) -> None:
        """Calls the app, up to the first piece of its body."""
        self._alarm = Alarm(self._timeout)
        try:
            with self._alarm:
                self._iterable = self._app(self._environ, self._start_response)
                self._pieces = iter(self._iterable)
                self._write(next((piece for piece in self._pieces if _bytes(piece)), b""))
        except TimeIsUp:
            self._late = True
        except Exception as error:  # noqa: BLE001  # whatever an app raises is its exchange's outcome
            self.exception = error
        except BaseException:
            self.close()
            raise
        if self._head is not None and (self._sent or not (self._late or self.exception)):
            self.answer = self._head
        elif self._late:
            self.answer = self.no_response()
        elif self.exception is not None:
            self.answer = failed_before_answer(self.exception)
        else:
            self.answer = NetworkFailure(
                kind="application", message="the app returned without an answer: it did not call start_response"
            )

    def read(self, limit: int) -> Body:
        """Reads at most `limit` bytes, and lets the app end."""
        streams = isinstance(self.answer, ResponseHead) and is_event_stream(self.answer)
        try:
            with self._alarm:
                if not self._late and (limit or not streams):
                    self._read(limit)
        except TimeIsUp:
            self._late = True
        except Exception as error:  # noqa: BLE001  # as above
            self.exception = self.exception or error
        failure = self.no_end() if self._late and not streams else None
        if self.exception is not None:
            failure = NetworkFailure(
                kind="application", message=f"the app raised {say(self.exception)} before its answer was complete"
            )
        self.close()
        return self.body(limit, failure, cut=streams and (self._late or not limit))

    def _read(self, limit: int) -> None:
        for piece in self._pieces:
            self._write(_bytes(piece))
            if self._written_bytes > limit:
                return
            if self._left() == 0:
                self._late = True
                return

    def body(self, limit: int, failure: NetworkFailure | None, *, cut: bool = False) -> Body:
        """What has come so far, at most `limit` bytes. `cut` says that more was to come."""
        if not isinstance(self.answer, ResponseHead):
            return Body()
        data = b"" if has_no_body(self._method, self.answer.status) else b"".join(self._written)
        return Body(data=data[:limit], truncated=cut or len(data) > limit, failure=failure)

    def no_response(self) -> NetworkFailure:
        """The failure of an app that was too slow to respond."""
        return NetworkFailure(kind="timeout", message=f"the app sent no response within {self._timeout:g} s")

    def no_end(self) -> NetworkFailure:
        """The failure of an app that was too slow to finish what it had begun to send."""
        return NetworkFailure(kind="timeout", message=f"the app did not finish its response within {self._timeout:g} s")

    def discard(self) -> None:
        """Lets the app end, its body dropped."""
        self.read(self._max_body)

    def close(self) -> None:
        """Calls the body's close(), as a server does in any case."""
        iterable, self._iterable, self._pieces = self._iterable, (), iter(())
        close = getattr(iterable, "close", None)
        try:
            if close is not None:
                self._alarm.set(max(self._left() or 0.0, GRACE))
                with self._alarm:
                    close()
        except TimeIsUp:
            late = TimeoutError(f"the app did not return from close() of its body within {self._timeout:g} s")
            self.exception = self.exception or late
        except Exception as error:  # noqa: BLE001  # as above
            self.exception = self.exception or error
        finally:
            self._alarm.close()

    def _left(self) -> float | None:
        """Seconds that are left, None for no limit."""
        return None if self._deadline is None else max(self._deadline - time.monotonic(), 0.0)

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], None]:
        if exc_info is not None:
            try:
                if self._sent:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # the traceback would hold on to this frame
        elif self._head is not None:
            raise AssertionError("start_response was called a second time, without exc_info")
        self._head = ResponseHead(status=_status(status), headers=header_list(_encoded(headers)))
        return self._write_from_app

    def _write_from_app(self, data: bytes) -> None:
        self._write(_bytes(data))

    def _write(self, data: bytes) -> None:
        if self._head is None:
            if data:
                raise AssertionError("the app gave a body before it called start_response")
            return
        if data:
            self._sent = True
            if self._written_bytes <= self._max_body:  # one piece more than is read, so that a cut is known as one
                self._written.append(data)
            self._written_bytes += len(data)


def _environ(send: Send, target: Target, script_name: str) -> dict[str, Any]:
    path, _, query = target.path.partition("?")
    decoded = unquote_to_bytes(path).decode("latin-1")
    if decoded != script_name and not decoded.startswith(f"{script_name}/"):
        script_name = ""
    body = send.body or b""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": send.method,
        "SCRIPT_NAME": script_name,
        "PATH_INFO": decoded[len(script_name) :],
        "QUERY_STRING": query,
        "REQUEST_URI": target.path,
        "RAW_URI": target.path,
        "SERVER_NAME": target.bare_host,
        "SERVER_PORT": str(target.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_PORT": "49152",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": target.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in fields_on_the_wire(send, target):
        if b"_" in name:
            continue  # gunicorn and waitress drop these: in an environ, X_A cannot be told from X-A
        key = name.decode("latin-1").upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        text = value.decode("latin-1")
        separator = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{separator}{text}" if key in environ else text
    return environ


def _status(status: object) -> int:
    text = status if isinstance(status, str) else ""
    code = text[:3]
    if len(code) != 3 or not code.isascii() or not code.isdigit() or int(code) < 200 or text[3:4] not in ("", " "):
        raise ValueError(f"the status of an answer is a text such as '200 OK', not {status!r}")
    return int(code)


def _bytes(piece: object) -> bytes:
    if not isinstance(piece, bytes):
        raise TypeError(f"the body of a WSGI app is made of bytes, not {type(piece).__name__}")
    return piece


def _encoded(headers: Iterable[tuple[object, object]]) -> Iterator[tuple[bytes, bytes]]:
    for name, value in headers:
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(f"a header field of a WSGI app is two texts, not {(name, value)!r}")
        yield name.encode("latin-1"), value.encode("latin-1")
