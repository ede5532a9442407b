"""A reply of which everything is here already: a failure, or a response that was read in one go."""

from dataclasses import dataclass, field

from ._values import Answer, Body


@dataclass(frozen=True, slots=True)
class ReadReply:
    """An AsyncReply without anything left to wait for."""

    answer: Answer
    body: Body = field(default_factory=Body)
    exception: BaseException | None = None

    async def read(self, limit: int) -> Body:
        """At most `limit` bytes of it."""
        cut = len(self.body.data) > limit
        return Body(data=self.body.data[:limit], truncated=self.body.truncated or cut, failure=self.body.failure)

    async def discard(self) -> None:
        """Nothing is left to end."""

    async def aclose(self) -> None:
        """Nothing is left to close."""
