"""A driver that asks a function: the loop is the one of all drivers."""

import pytest

from crossorigin.browser import NetworkFailure, ResponseHead, Send
from crossorigin.drivers import AnsweringDriver
from tests.drivers.flows import script, send

URL = "https://api.example.com/"


def test_each_request_is_put_to_the_function_and_its_answer_goes_back():
    asked: list[Send] = []
    answers = [ResponseHead(status=204), NetworkFailure(kind="dns"), ResponseHead(status=200)]

    def answer(request: Send):
        asked.append(request)
        return answers[len(asked) - 1]

    sends = send(URL, "OPTIONS"), send(URL), send(f"{URL}next")
    played = script(*sends)
    with AnsweringDriver(answer) as driver:
        fetched = driver.run(played.flow())
    assert asked == list(sends)
    assert played.answers == answers
    assert fetched.verdict.request.url == f"{URL}next"
    assert (fetched.body, fetched.truncated, fetched.exception) == (b"", False, None)


def test_a_flow_that_sends_nothing_asks_nothing():
    def answer(request: Send):
        raise AssertionError(request)

    assert AnsweringDriver(answer).run(script().flow()).verdict.readable


def test_what_the_function_raises_comes_out_and_the_flow_is_closed():
    def answer(request: Send):
        raise LookupError(request.url)

    flow = script(send(URL)).flow()
    with pytest.raises(LookupError):
        AnsweringDriver(answer).run(flow)
    with pytest.raises(StopIteration):
        next(flow)
