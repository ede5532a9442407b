"""What came back, and whether it is what the row means: nothing is timed that was not seen to work."""

from dataclasses import dataclass

from bench._requests import Request

Headers = list[tuple[str, str]]


class NotAsIntended(Exception):
    """A candidate does not answer a row as it should: it is set up wrongly, and its time would say nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Headers
    origin: str = ""
    """The Origin that was sent."""

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    @property
    def allowed_origins(self) -> list[str]:
        return self.all("access-control-allow-origin")

    @property
    def is_readable(self) -> bool:
        return self.allowed_origins in ([self.origin], ["*"])


def check(answer: Answer, row: str, request: Request) -> None:
    """Raises NotAsIntended, with the answer."""
    if row == "no Origin":
        right = answer.status == 200
    elif row == "allowed":
        right = answer.status == 200 and answer.is_readable
    elif row == "denied":
        right = answer.status == 200 and not answer.is_readable
    elif row == "preflight allowed":
        right = 200 <= answer.status < 300 and answer.is_readable and _permits(answer, request)
    else:
        right = answer.status < 500 and not answer.is_readable
    if not right:
        raise NotAsIntended(f"{row}: answered {answer}")


def _permits(answer: Answer, request: Request) -> bool:
    asked = dict(request.fields)
    return _lists(answer, "access-control-allow-methods", asked[b"access-control-request-method"]) and _lists(
        answer, "access-control-allow-headers", asked[b"access-control-request-headers"]
    )


def _lists(answer: Answer, name: str, wanted: bytes) -> bool:
    listed = {entry.strip().lower() for value in answer.all(name) for entry in value.split(",")}
    return wanted.decode().lower() in listed
