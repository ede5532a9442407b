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

    @property
    def policy(self) -> Policies | None:
        """The policy in force. One that is assigned takes effect whole, from the next request on."""
        return self._plan.default

    @policy.setter
    def policy(self, policy: Policies | None) -> None:
        self._plan = self._plan_of(self._plan.with_default(policy))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        plan = self._plan
        fields: NativeFields | None
        came_in: Environ | None = None
        decided: Environ | None = None
        known = self._known
        if plan.is_quick and environ["REQUEST_METHOD"] != "OPTIONS":
            fields = plan.native_constant
            if fields is not None:
                known = self._known_beside_vary
            else:
                fields = plan.native_fields_for(environ.get("HTTP_ORIGIN"))
        elif plan.is_quick and (preflight := plan.native_preflight(environ)):
            start_response(f"{preflight[0]} {_phrase(preflight[0])}", [*preflight[1]])
            return []
        elif plan.is_late and environ["REQUEST_METHOD"] != "OPTIONS":
            fields, came_in = (), environ.copy()
        else:
            decided = environ.copy()
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

        has_started = False

        # Made for each request: their annotations are text, not to be evaluated each time.
        def start_with_fields(
            status: "str", headers: "list[tuple[str, str]]", exc_info: "ExcInfo | None" = None
        ) -> "Callable[[bytes], object]":
            nonlocal fields, has_started, known
            if came_in is not None:
                fields, known = self._fields_of_dispatched(plan, environ, came_in, status)
            elif decided is not None:
                anew = plan.decided_anew(environ, decided, int(status[:3]), asked_of)
                if anew is not None:
                    fields, known = anew.native_fields, WSGIFieldNames()
            merged = [*headers]
            if fields is not None:
                for name, _ in merged:
                    if name not in known:
                        merged, removed = known.merge(merged, fields)
                        if removed:
                            self._warnings.removed(environ.get("PATH_INFO"), removed)
                        break
                else:
                    merged += fields
            has_started = True
            if exc_info is None:
                return start_response(status, merged)
            return start_response(status, merged, exc_info)

        def answer_error() -> None:
            nonlocal fields
            if not has_started and not any(map(environ.get, THROW_KEYS)):
                if came_in is not None:
                    fields, _ = self._fields_of_dispatched(plan, environ, came_in, "500")
                elif decided is not None and (anew := plan.decided_anew(environ, decided, 500, asked_of)):
                    fields = anew.native_fields
                write_server_error(environ, start_response, fields or ())

        try:
            body = self.app(environ, start_with_fields)
        except Exception:
            answer_error()
            raise
        # An app that is a generator has not run yet. Any other's iterable is left as it is, `wsgi.file_wrapper` above
        # all.
        return body if has_started else _LateStart(body, answer_error)

    def _fields_of_dispatched(
        self, plan: NativePlan, environ: Environ, came_in: Environ, status: str
    ) -> tuple[NativeFields | None, WSGIFieldNames]:
        """The fields for the response of the route that the framework has dispatched the request to, and the names
        beside which they need no merging."""
        rule = plan.dispatched(environ, came_in, int(status[:3]), asked_of)
        if rule is None:
            return None, self._known
        return plan.native_fields_of(rule, came_in.get("HTTP_ORIGIN")), (
            self._known_beside_vary if rule.compiled.constant is not None else self._known
        )


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
        below_root,
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
