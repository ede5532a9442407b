"""CORS for every WSGI app: Flask, Django, Pyramid, Bottle, plain ones, on every WSGI server.

app.wsgi_app = CORSMiddleware(app.wsgi_app, Policy(allow_origins=["https://app.example.com"]))    # Flask
application = CORSMiddleware(get_wsgi_application(), policy)                                      # Django
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from functools import cache, partial
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Any

from crossorigin.standard import Origin

from .engine import (
    Asked,
    NativeFields,
    NativePlan,
    OnDecision,
    Policies,
    RoutePolicies,
    Warnings,
    WSGIFieldNames,
    checked_app,
    header_lines,
    own_origins_of,
    policies_of,
    read_environ,
)

if TYPE_CHECKING:
    from typing import Unpack

    from .engine import PolicyFields

Environ = dict[str, Any]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]
StartResponse = Callable[..., Callable[[bytes], object]]
WSGIApp = Callable[[Environ, StartResponse], Iterable[bytes]]

_SERVER_ERROR = b"Internal Server Error"

_REPLACED = "\N{REPLACEMENT CHARACTER}"

THROW_KEYS = ("x-wsgiorg.throw_errors", "paste.throw_errors", "werkzeug.debug.preserve_context")
"""Set by debuggers and test clients that want an app's exception for themselves."""


class CORSMiddleware:
    """A policy in front of a WSGI app. It owns the CORS fields of every response, and answers preflights itself.

    Args:
        app: the app.
        policy: a `Policy`, a `ReportOnly` or a `PolicyMap`; or leave it out, and give the keywords of `Policy`.
            Predicates must be plain functions: nothing here could await another.
        own_origins: the origins that this app is reached by, for `refuse_disallowed`, where a proxy ends TLS or
            rewrites Host.
        debug: log why a request was not allowed, and say it in refusals.
        on_decision: called with a `DecisionEvent` for each request that has an Origin, before it is answered. What it
            raises is logged. Without it nothing is worked out for it.

    Raises:
        PolicyError: the keywords declare no valid policy, a predicate is async, or `allow_methods` is `"route"`: here
            nobody knows routes.
        TypeError: there is no policy, or there are two.

    Nothing is buffered, and what the app returns goes to the server as it is.
    """

    def __init__(
        self,
        app: WSGIApp,
        policy: Policies | RoutePolicies | None = None,
        *,
        own_origins: Collection[str | Origin] = (),
        debug: bool = False,
        on_decision: OnDecision | None = None,
        **fields: "Unpack[PolicyFields]",
    ) -> None:
        self.app = checked_app(app)
        self._warnings = Warnings()
        self._plan_of = partial(
            NativePlan,
            own_origins=own_origins_of(own_origins),
            debug=debug,
            on_decision=on_decision,
            can_await=False,
            warnings=self._warnings,
        )
        self._plan = self._plan_of(policy if isinstance(policy, RoutePolicies) else policies_of(policy, fields))
        self._warnings.stacked(app)
        self._known = WSGIFieldNames()
        self._known_beside_vary = WSGIFieldNames()
        self._late_response = LateResponse

    @property
    def policy(self) -> Policies | None:
        """The policy in force. One that is assigned takes effect whole, from the next request on."""
        return self._plan.default

    @policy.setter
    def policy(self, policy: Policies | None) -> None:
        self._plan = self._plan_of(self._plan.with_default(policy))

    def look_again(self) -> None:
        """With the next request, look anew at what the app can reach: something was added."""
        self._plan.look_again()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        plan = self._plan
        fields: NativeFields | None
        known = self._known
        response: Response
        if plan.is_quick and environ["REQUEST_METHOD"] != "OPTIONS":
            fields = plan.native_constant
            if fields is not None:
                known = self._known_beside_vary
            else:
                fields = plan.native_fields_for(environ.get("HTTP_ORIGIN"))
            response = Response()
        elif plan.is_late and environ["REQUEST_METHOD"] != "OPTIONS":
            fields = None
            response = late = self._late_response()
            late.plan = plan
            if "HTTP_ORIGIN" in environ:
                late.came_in = environ.copy()
            else:
                late.came_in = None
                late.path = environ.get("PATH_INFO", "")
        elif plan.is_quick and (preflight := plan.native_preflight(environ)):
            start_response(f"{preflight[0]} {_phrase(preflight[0])}", [*preflight[1]])
            return []
        else:
            ruling = plan.ruling(asked_of(environ))
            fields = ruling.native_fields
            if fields is None:
                return self.app(environ, start_response)
            if ruling.status is not None:
                start_response(f"{ruling.status} {_phrase(ruling.status)}", [*fields])
                return [ruling.body] if ruling.body and environ["REQUEST_METHOD"] != "HEAD" else []
            if ruling.must_not_be_stored:
                known = WSGIFieldNames()  # knows none: headers that are not of CORS are set and removed too
            elif not any(name == "Vary" for name, _ in fields):
                known = self._known_beside_vary
            response = decided = _DecidedResponse()
            decided.plan, decided.came_in = plan, environ.copy()
        response.middleware = self
        response.environ = environ
        response.start_response = start_response
        response.fields = fields
        response.known = known
        response.has_started = False
        try:
            body = self.app(environ, response.start)
        except Exception:
            response.answer_error()
            raise
        # An app that is a generator has not run yet. Any other's iterable is left as it is, `wsgi.file_wrapper` above
        # all.
        return body if response.has_started else _LateStart(body, response.answer_error)


class Response:
    """A response as it comes. It is made for each request, so without an `__init__`."""

    __slots__ = ("environ", "fields", "has_started", "known", "middleware", "start_response")

    environ: Environ
    fields: NativeFields | None
    has_started: bool
    known: WSGIFieldNames
    middleware: CORSMiddleware
    start_response: StartResponse

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], object]:
        """The `start_response` of the app."""
        fields = self.fields
        merged = [*headers]
        if fields is not None:
            known = self.known
            for name, _ in merged:
                if name not in known:
                    merged = self.merged(merged, fields, known)
                    break
            else:
                merged += fields
        self.has_started = True
        if exc_info is None:
            return self.start_response(status, merged)
        return self.start_response(status, merged, exc_info)

    def merged(
        self, headers: list[tuple[str, str]], fields: NativeFields, known: WSGIFieldNames
    ) -> list[tuple[str, str]]:
        """The app's headers with the fields on them, where one is seen for the first time, or needs care."""
        merged, removed = known.merge(headers, fields)
        if removed:
            self.middleware._warnings.removed(self.environ.get("PATH_INFO"), removed)
        return merged

    def answer_error(self) -> None:
        """The app has raised: a plain 500 with the fields, unless somebody wants the exception for themselves."""
        is_ours = not self.has_started and self.fields is not None
        if is_ours and not any(map(self.environ.get, THROW_KEYS)):
            write_server_error(self.environ, self.start_response, self.fields or ())


class LateResponse(Response):
    """One whose policy is that of the route which the framework will have dispatched the request to.

    Attributes:
        came_in: the environ as it was; None of a request without Origin, which is not worth the copy.
        path: its path, where there is no copy.
    """

    __slots__ = ("came_in", "path", "plan")

    came_in: Environ | None
    path: str
    plan: NativePlan

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], object]:
        self.ask(status)
        return super().start(status, headers, exc_info)

    def answer_error(self) -> None:
        if not self.has_started:
            self.ask("500")
        super().answer_error()

    def ask(self, status: str) -> None:
        """Which route it was dispatched to, and so which fields it has, and beside which names they need no merging."""
        came_in = self.as_it_came_in()
        rule = self.plan.dispatched(self.environ, came_in, status, asked_of)
        self.fields = None
        if rule is not None:
            self.fields = self.plan.native_fields_of(rule, came_in.get("HTTP_ORIGIN"))
            is_constant = rule.compiled.constant is not None
            self.known = self.middleware._known_beside_vary if is_constant else self.middleware._known

    def as_it_came_in(self) -> Environ:
        if self.came_in is None:
            # A dispatcher inside has moved a part of the path.
            whole = self.environ.get("SCRIPT_NAME", "") + self.environ.get("PATH_INFO", "")
            self.came_in = {**self.environ, "SCRIPT_NAME": whole.removesuffix(self.path), "PATH_INFO": self.path}
        return self.came_in


class _DecidedResponse(Response):
    """One whose policy was decided before the app ran: anew, if a layer inside has sent the request elsewhere."""

    __slots__ = ("came_in", "plan")

    came_in: Environ
    plan: NativePlan

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], object]:
        self._decide_anew(status)
        return super().start(status, headers, exc_info)

    def answer_error(self) -> None:
        if not self.has_started:
            self._decide_anew("500")
        super().answer_error()

    def _decide_anew(self, status: str) -> None:
        ruling = self.plan.decided_anew(self.environ, self.came_in, status, asked_of)
        if ruling is not None:
            self.fields, self.known = ruling.native_fields, WSGIFieldNames()


class _LateStart:
    """The iterable of an app that had not called `start_response` when it returned: it may fail before it does."""

    __slots__ = ("_answer_error", "_body", "_iterator")

    def __init__(self, body: Iterable[bytes], answer_error: Callable[[], None]) -> None:
        self._body = body
        self._answer_error = answer_error
        self._iterator: Iterator[bytes] | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            if self._iterator is None:
                self._iterator = iter(self._body)
            return next(self._iterator)
        except StopIteration:
            raise
        except Exception:
            self._answer_error()
            raise

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close is not None:
            close()


def asked_of(environ: Environ) -> Asked:
    # PATH_INFO is percent-decoded already, into latin-1, and what a framework routes by: SCRIPT_NAME is the app's root.
    below_root = _decoded(environ.get("PATH_INFO", ""))
    return Asked(
        environ,
        environ["REQUEST_METHOD"],
        _decoded(environ.get("SCRIPT_NAME", "")) + below_root,
        read_environ(environ),
        environ.get("wsgi.url_scheme"),
        # Of what is not UTF-8 frameworks make what they like: to Bottle, /adm\xffin is /admin.
        None if _REPLACED in below_root else below_root,
        header_lines(environ),
    )


def _decoded(path: str) -> str:
    return path.encode("latin-1", "replace").decode("utf-8", "replace")


@cache
def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "OK"  # a status of 2xx that nobody registered, of `preflight_status`


def write_server_error(environ: Environ, start_response: StartResponse, fields: NativeFields) -> None:
    """A plain 500 with the policy's fields, written at once: the exception itself still goes to the server."""
    content = (("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(_SERVER_ERROR))))
    with suppress(OSError):  # the client is gone: what the app raised matters more
        write = start_response("500 Internal Server Error", [*content, *fields])
        if callable(write):
            write(b"" if environ["REQUEST_METHOD"] == "HEAD" else _SERVER_ERROR)
