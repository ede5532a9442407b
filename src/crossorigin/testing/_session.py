"""What both browsers are made of: one cookie jar, one preflight cache, one clock, and what becomes of a verdict."""

import time
from collections.abc import Callable

from crossorigin.browser import (
    PROFILES,
    Context,
    CookieJar,
    Hooks,
    Outcome,
    Page,
    PreflightCache,
    Profile,
    Request,
    fetch,
)
from crossorigin.drivers import Fetched, Flow

from ._attempt import Attempt
from ._errors import CORSBlocked, NoAnswer
from ._journal import record
from ._response import Response


class Session:
    """One browser's state, shared by all its pages."""

    def __init__(
        self,
        *,
        profile: str | Profile,
        now: Callable[[], float] | None,
        hooks: Hooks | None,
        explore: bool,
        raise_app_exceptions: bool,
        in_process: bool,
    ) -> None:
        self._in_process = in_process
        self._raise_app_exceptions = raise_app_exceptions
        self.cookies = CookieJar()
        self.preflight_cache = PreflightCache()
        self._context = Context(
            profile=_profile(profile),
            preflight_cache=self.preflight_cache,
            cookies=self.cookies,
            now=time.time if now is None else now,
            hooks=Hooks() if hooks is None else hooks,
            explore=explore,
        )

    def clear(self) -> None:
        """Empties the cookie jar and the preflight cache."""
        self.cookies.clear()
        self.preflight_cache.clear()

    def flow(self, page: Page, request: Request) -> Flow:
        """The flow of one request of a page."""
        return fetch(request, page, context=self._context)

    def attempt(self, fetched: Fetched) -> Attempt:
        """The attempt, kept for the report of a failing test.

        Raises:
            BaseException: what the app raised, where that is no Exception: a test that was ended, Ctrl-C.
        """
        attempt = Attempt.of(fetched)
        record(fetched.verdict)  # without the body: many are kept
        if attempt.exception is not None and not isinstance(attempt.exception, Exception):
            raise attempt.exception
        return attempt

    def response(self, fetched: Fetched) -> Response:
        """The response that the script gets.

        Raises:
            Exception: what the app raised.
            NoAnswer: there was no answer.
            CORSBlocked: the script gets none.
        """
        attempt = self.attempt(fetched)
        if attempt.exception is not None and self._raise_app_exceptions:
            raise attempt.exception
        if attempt.outcome is Outcome.NO_ANSWER:
            raise NoAnswer(attempt, in_process=self._in_process) from attempt.exception
        if attempt.outcome is Outcome.BLOCKED or attempt.response is None:
            raise CORSBlocked(attempt, in_process=self._in_process)
        return Response(
            verdict=attempt,
            filtered=attempt.response,
            body=attempt.body,
            truncated=attempt.truncated,
            body_failure=attempt.body_failure,
        )


def _profile(profile: str | Profile) -> Profile:
    if isinstance(profile, Profile):
        return profile
    if profile not in PROFILES:
        raise ValueError(f"there is no profile {profile!r}: choose one of {', '.join(PROFILES)}")
    return PROFILES[profile]
