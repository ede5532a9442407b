"""What a set-up has to allow so that one failing request passes: what it needs, and what is allowed today."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """One request and what has to be allowed for it. Every name in it is plain: letters, digits, `-`, `_` and `.`.

    `origins` are those to allow: the page's, and what is named today; `("*",)` where the server says so and it passed.
    `methods` and `headers` are allowed today or asked for, and empty unless `preflighted`. `exposed` and `max_age` are
    today's. `sent` are the CORS headers of the response that failed, `status` is its status, and `refused` says that
    it answered a preflight with a status that fails.
    """

    origins: tuple[str, ...]
    method: str = "GET"
    preflighted: bool = False
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    credentials: bool = False
    exposed: tuple[str, ...] = ()
    max_age: int | None = None
    sent: tuple[str, ...] = ()
    status: int = 200
    refused: bool = False

    @property
    def listed(self) -> tuple[str, ...]:
        """The methods for a set-up that names those of requests without a preflight too."""
        return self.methods or (self.method,)

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The response headers that say it, but for Access-Control-Allow-Origin and Vary."""
        pairs = (
            ("Access-Control-Allow-Credentials", "true" if self.credentials else ""),
            ("Access-Control-Allow-Methods", ", ".join(self.methods)),
            ("Access-Control-Allow-Headers", ", ".join(self.headers)),
            ("Access-Control-Expose-Headers", ", ".join(self.exposed)),
            ("Access-Control-Max-Age", "" if self.max_age is None or not self.preflighted else str(self.max_age)),
        )
        return tuple((name, value) for name, value in pairs if value)


def quoted(names: tuple[str, ...]) -> str:
    """A list as Python and JavaScript write it: `["a", "b"]`."""
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"
