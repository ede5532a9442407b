"""The probes of an investigation, sent one after the other until the server stops answering."""

from collections.abc import Iterable
from contextlib import closing

from crossorigin.browser import NetworkFailure
from crossorigin.drivers import Opener

from ._conclusion import Probed
from ._probes import Probe

GIVEN_UP_AFTER = 2
"""Requests in a row without a response after which no more are sent."""


def send_probes(probes: Iterable[Probe], opener: Opener) -> tuple[Probed, ...]:
    """Sends each probe through a driver. Redirects are not followed, and no body is read.

    >>> from crossorigin.drivers import AnsweringDriver
    >>> send_probes((), AnsweringDriver(lambda send: NetworkFailure(kind="refused")))
    ()
    """
    probed: list[Probed] = []
    failures = 0
    for probe in probes:
        if failures == GIVEN_UP_AFTER:
            probed.append(Probed(probe, None))
            continue
        with closing(opener.open(probe.send)) as reply:
            answer = reply.answer
            reply.discard()
        # An app that raises is still there.
        failed = isinstance(answer, NetworkFailure) and answer.kind != "application"
        failures = failures + 1 if failed else 0
        probed.append(Probed(probe, answer))
    return tuple(probed)
