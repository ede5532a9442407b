"""What the WSGI middleware alone has to do with: start_response, write, iterables and their close, exceptions."""

import io
import sys
from typing import Any
from wsgiref.util import FileWrapper
from wsgiref.validate import validator

import pytest

from crossorigin import Origin, Policy, PolicyError, PolicyMap
from crossorigin.middleware.wsgi import CORSMiddleware
from tests.middleware.drive import environ, wsgi, wsgi_app

APP = b"https://app.example.com"
VARY = (b"Vary", b"Origin")
ALLOWED = [(b"Access-Control-Allow-Origin", APP), VARY]
LISTED = Policy(allow_origins=[APP.decode(), "https://other.example.com"], allow_methods=["PUT"])
ERROR = [(b"Content-Type", b"text/plain; charset=utf-8"), (b"Content-Length", b"21")]
FROM_APP = [(b"origin", APP)]
TEXT = [("Content-Type", "text/plain")]


class Body:
    """An iterable that notes what is done with it."""

    def __init__(self, *chunks: bytes) -> None:
        self.chunks, self.taken, self.closed = chunks, 0, 0

    def __iter__(self) -> Any:
        for chunk in self.chunks:
            self.taken += 1
            yield chunk

    def close(self) -> None:
        self.closed += 1


def test_the_iterable_of_the_app_goes_to_the_server_as_it_is() -> None:
    bodies = [Body(b"a"), [b"a"], FileWrapper(io.BytesIO(b"a"))]

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", TEXT)
        return environ["body"]

    middleware = CORSMiddleware(app, LISTED)
    for body in bodies:
        assert middleware(environ(body=body), lambda *arguments: None) is body


def test_an_app_that_is_a_generator_streams_and_is_closed() -> None:
    taken: list[int] = []
    closed = []

    def app(environ: Any, start_response: Any) -> Any:
        try:
            start_response("200 OK", TEXT)
            for number in range(3):
                taken.append(number)
                yield b"%d" % number
        finally:
            closed.append(True)

    heads = []
    body = CORSMiddleware(app, LISTED)(environ(headers=FROM_APP), lambda *arguments: heads.append(arguments))
    assert not heads
    assert next(iter(body)) == b"0"
    assert heads == [
        ("200 OK", [*TEXT, ("Access-Control-Allow-Origin", APP.decode()), ("Vary", "Origin")]),
    ]
    assert taken == [0]
    body.close()  # type: ignore[attr-defined]
    assert closed == [True]


def test_an_iterator_that_starts_late_and_has_nothing_to_close_is_drained() -> None:
    def app(environ: Any, start_response: Any) -> Any:
        def chunk(number: int) -> bytes:
            start_response("200 OK", TEXT)
            return b"a"

        return map(chunk, [1])

    answered = wsgi(CORSMiddleware(app, LISTED), headers=FROM_APP)
    assert (answered.body, answered.headers, answered.error) == (
        b"a",
        [(b"Content-Type", b"text/plain"), *ALLOWED],
        None,
    )


def test_write_is_the_servers_own() -> None:
    def app(environ: Any, start_response: Any) -> Any:
        write = start_response("200 OK", TEXT)
        write(b"a")
        return [b"b"]

    answered = wsgi(CORSMiddleware(app, LISTED), headers=FROM_APP)
    assert (answered.body, answered.headers) == (b"ab", [(b"Content-Type", b"text/plain"), *ALLOWED])


def test_a_second_start_with_exc_info_carries_the_fields_once() -> None:
    calls: list[Any] = []

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", TEXT)
        try:
            raise ValueError
        except ValueError:
            start_response("500 Oops", TEXT, sys.exc_info())
        return [b"oops"]

    CORSMiddleware(app, LISTED)(environ(headers=FROM_APP), lambda *arguments: calls.append(arguments))
    fields = [*TEXT, ("Access-Control-Allow-Origin", APP.decode()), ("Vary", "Origin")]
    assert [call[:2] for call in calls] == [("200 OK", fields), ("500 Oops", fields)]
    assert len(calls[0]) == 2
    assert calls[1][2][0] is ValueError


def test_the_apps_own_list_of_headers_is_not_touched() -> None:
    headers = [("X-A", "1"), ("Vary", "Accept")]

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", headers)
        return []

    for _ in range(2):
        answered = wsgi(CORSMiddleware(app, LISTED), headers=FROM_APP)
        assert answered.headers == [(b"X-A", b"1"), (b"Vary", b"Accept, Origin"), ALLOWED[0]]
    assert headers == [("X-A", "1"), ("Vary", "Accept")]


def raises(error: BaseException) -> Any:
    def app(environ: Any, start_response: Any) -> Any:
        raise error

    return app


def raises_late(error: BaseException) -> Any:
    def app(environ: Any, start_response: Any) -> Any:
        raise error
        yield b""

    return app


@pytest.mark.parametrize("app", [raises, raises_late], ids=["a function", "a generator"])
def test_an_exception_that_nobody_answered_is_a_500_with_its_fields_and_goes_on(app: Any) -> None:
    error = ValueError("bug")
    answered = wsgi(CORSMiddleware(app(error), LISTED), headers=FROM_APP)
    assert (answered.status, answered.headers, answered.error) == (500, [*ERROR, *ALLOWED], error)
    assert answered.body == b"Internal Server Error"
    head = wsgi(CORSMiddleware(app(error), LISTED), "HEAD", FROM_APP)
    assert (head.status, head.headers, head.body) == (500, [*ERROR, *ALLOWED], b"")


def test_an_exception_after_the_start_goes_on_untouched() -> None:
    error = ValueError("late")

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", TEXT)
        yield b"a"
        raise error

    answered = wsgi(CORSMiddleware(app, LISTED), headers=FROM_APP)
    assert (answered.status, answered.body, answered.error) == (200, b"a", error)


@pytest.mark.parametrize("key", ["x-wsgiorg.throw_errors", "paste.throw_errors", "werkzeug.debug.preserve_context"])
def test_a_debugger_around_it_gets_the_exception_for_itself(key: str) -> None:
    answered = wsgi(CORSMiddleware(raises(ValueError()), LISTED), headers=FROM_APP, **{key: object()})
    assert (answered.status, type(answered.error)) == (None, ValueError)


def test_the_error_of_the_app_outlives_a_server_without_write_and_a_client_that_is_gone() -> None:
    def gone(*arguments: Any) -> Any:
        raise BrokenPipeError

    for start_response in (lambda *arguments: None, gone):
        with pytest.raises(ValueError, match="bug"):
            CORSMiddleware(raises(ValueError("bug")), LISTED)(environ(), start_response)


def test_what_is_no_error_of_the_app_is_not_answered() -> None:
    with pytest.raises(KeyboardInterrupt):
        wsgi(CORSMiddleware(raises(KeyboardInterrupt()), LISTED))


@pytest.mark.parametrize(
    ("status", "line"), [(200, "200 OK"), (202, "202 Accepted"), (204, "204 No Content"), (299, "299 OK")]
)
def test_the_status_line_of_a_preflight(status: int, line: str) -> None:
    heads: list[Any] = []
    middleware = CORSMiddleware(wsgi_app(), LISTED.replace(preflight_status=status))
    preflight = environ("OPTIONS", [*FROM_APP, (b"access-control-request-method", b"PUT")])
    assert middleware(preflight, lambda *arguments: heads.append(arguments)) == []
    assert heads[0][0] == line


def test_an_empty_origin_and_one_beyond_latin_1_match_nothing() -> None:
    for origin in ("", "https://app.example.com\u2025", "https://app.example.com,https://app.example.com"):
        answered = wsgi(CORSMiddleware(wsgi_app(), LISTED), HTTP_ORIGIN=origin)
        assert answered.headers == [(b"content-type", b"text/plain"), VARY]


def test_an_async_predicate_is_a_problem_at_construction_and_at_a_swap() -> None:
    async def later(origin: Origin) -> bool:
        return True

    policy = Policy(allow_origins=["https://a.example", later])
    for arguments in ({"policy": policy}, {"allow_origins": [later]}, {"policy": PolicyMap({"/a": policy})}):
        with pytest.raises(PolicyError) as caught:
            CORSMiddleware(wsgi_app(), **arguments)  # type: ignore[arg-type]
        assert [problem.code for problem in caught.value.problems] == ["async-predicate"]
    middleware = CORSMiddleware(wsgi_app(), LISTED)
    with pytest.raises(PolicyError):
        middleware.policy = policy
    assert middleware.policy is LISTED


def test_a_map_has_the_paths_that_the_app_routes_by_decoded_as_utf_8() -> None:
    middleware = CORSMiddleware(wsgi_app(), PolicyMap({"/bücher": LISTED}))
    path = "/bücher/1".encode().decode("latin-1")
    answered = wsgi(middleware, headers=FROM_APP, SCRIPT_NAME="/api", PATH_INFO=path)
    assert answered.headers == [(b"content-type", b"text/plain"), *ALLOWED]
    assert wsgi(middleware, headers=FROM_APP, PATH_INFO=path).headers == answered.headers
    # The prefix is the server's, or a client's: it chooses no policy.
    prefixed = wsgi(middleware, headers=FROM_APP, SCRIPT_NAME="/bücher".encode().decode("latin-1"), PATH_INFO="/other")
    assert prefixed.headers == [(b"content-type", b"text/plain")]


def test_the_validator_of_wsgi_has_nothing_against_either_side_of_it() -> None:
    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    checked = validator(CORSMiddleware(validator(app), LISTED))
    for method in ("GET", "OPTIONS"):
        env = {
            **environ(method, FROM_APP),
            "SERVER_NAME": "a",
            "SERVER_PORT": "80",
            "wsgi.version": (1, 0),
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "QUERY_STRING": "",
            "SERVER_PROTOCOL": "HTTP/1.1",
        }
        body = checked(env, lambda status, headers, exc_info=None: lambda data: None)
        assert b"".join(body) == b"ok"
        body.close()
