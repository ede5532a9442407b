"""What to do about a finding: one change, in one place."""

from dataclasses import dataclass
from typing import Literal

Place = Literal["server-config", "app-code", "policy", "page-code", "user", "none"]
"""Where a change is made. `server-config`: a server, gateway or bucket; `app-code`: the app behind it; `policy`: a
crossorigin policy; `page-code`: the page that asks; `user`: whoever sits before the browser; `none`: nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One thing to do: a sentence or two, then what to write.

    `where` is the place of the change, `product` the software that it is written for ("" for any), `applies` the
    condition under which it is the right one ("" where there is none). `fields` are response header lines to send,
    `code` is configuration or code to write as it stands.
    """

    text: str
    where: Place = "app-code"
    product: str = ""
    applies: str = ""
    fields: tuple[str, ...] = ()
    code: str = ""
