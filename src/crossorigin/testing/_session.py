"""What both browsers are made of: one cookie jar, one preflight cache, one clock, and what becomes of a verdict."""

import time
from collections.abc import Callable
from dataclasses import replace

from crossorigin.browser import (
    PROFILES,
    Context,
    CookieJar,
    Hooks,
    Outcome,
    Permissions,
    PreflightCache,
    Profile,
    element_failure,
    feature_named,
    permission_hook,
)
from crossorigin.browser import Response as FilteredResponse
from crossorigin.drivers import Fetched

from ._attempt import Attempt
from ._errors import CORSBlocked, LoadFailed, NoAnswer
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

    def context(self, permissions: Permissions | None) -> Context:
        """The browser, as one page sees it.

        Raises:
            ValueError: there is no such permission, or no such answer to it.
        """
        if permissions is None:
            return self._context
        hooks = self._context.hooks
        permission = permission_hook(permissions, hooks.local_network_permission)
        return replace(self._context, hooks=replace(hooks, local_network_permission=permission))

    def attempt(self, fetched: Fetched) -> Attempt:
        """The attempt, kept for the report of a failing test.

        Raises:
            BaseException: what the app raised, where that is no Exception: a test that was ended, Ctrl-C.
        """
        record(fetched.verdict)  # without the body: many are kept
        if fetched.exception is not None and not isinstance(fetched.exception, Exception):
            raise fetched.exception
        return Attempt.of(fetched)

    def response(self, fetched: Fetched, feature: str | None = None) -> Response:
        """The response that the script gets.

        Raises:
            Exception: what the app raised.
            NoAnswer: there was no answer.
            CORSBlocked: the script gets none.
            LoadFailed: the feature does not take what the script could get.
        """
        verdict = fetched.verdict
        row = None if feature is None else feature_named(feature)
        if row is not None and fetched.exception is None and element_failure(row, verdict) is not None:
            record(verdict)
            raise LoadFailed(verdict, in_process=self._in_process, feature=row)
        if fetched.exception is None and verdict.response is not None:
            record(verdict)
            return _response(fetched, verdict.response)
        attempt = self.attempt(fetched)
        if attempt.exception is not None and self._raise_app_exceptions:
            raise attempt.exception
        if attempt.outcome is Outcome.NO_ANSWER:
            raise NoAnswer(attempt, in_process=self._in_process) from attempt.exception
        if attempt.response is None:
            raise CORSBlocked(attempt, in_process=self._in_process)
        return _response(fetched, attempt.response)


def _response(fetched: Fetched, filtered: FilteredResponse) -> Response:
    readable = fetched.verdict.readable
    return Response(
        verdict=fetched.verdict,
        filtered=filtered,
        body=fetched.body if readable else b"",
        truncated=fetched.truncated and readable,
        body_failure=fetched.body_failure if readable else None,
    )


def _profile(profile: str | Profile) -> Profile:
    if isinstance(profile, Profile):
        return profile
    if profile not in PROFILES:
        raise ValueError(f"there is no profile {profile!r}: choose one of {', '.join(PROFILES)}")
    return PROFILES[profile]
