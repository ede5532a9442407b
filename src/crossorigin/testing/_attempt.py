"""A verdict with the body that came along: what an attempt gives, whatever becomes of it."""

import json
from dataclasses import dataclass, fields
from typing import Any, Self

from crossorigin.browser import NetworkFailure, Verdict
from crossorigin.drivers import Fetched

_VERDICT_FIELDS = tuple(each.name for each in fields(Verdict))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Attempt(Verdict):
    """A Verdict, and the body where the page may read it (`body` is empty where it may not).

    `exception` is what the app raised, if it did: an attempt does not raise it.
    """

    body: bytes = b""
    truncated: bool = False
    body_failure: NetworkFailure | None = None
    exception: BaseException | None = None

    @classmethod
    def of(cls, fetched: Fetched) -> Self:
        """The attempt that running a flow was."""
        verdict = {name: getattr(fetched.verdict, name) for name in _VERDICT_FIELDS}
        readable = fetched.verdict.readable
        return cls(
            **verdict,
            body=fetched.body if readable else b"",
            truncated=fetched.truncated and readable,
            body_failure=fetched.body_failure if readable else None,
            exception=fetched.exception,
        )

    def text(self) -> str:
        """The body as UTF-8, as fetch's text() gives it."""
        return self.body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: it is none.
        """
        return json.loads(self.text())

    def __repr__(self) -> str:
        """Short, for it stands in the message of a failed assertion; the plugin shows the whole below."""
        reason = "" if self.reason is None else f" ({self.reason})"
        return f"<Attempt {self.request.method} {self.request.url} from {self.page.origin}: {self.outcome}{reason}>"
