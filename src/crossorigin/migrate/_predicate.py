"""A regular expression that no pattern says, as a predicate: matched whole, and shut to strangers."""

import re
from dataclasses import dataclass

from crossorigin.standard import Origin


@dataclass(frozen=True, slots=True)
class RegexPredicate:
    """Allows the origins that `pattern` matches from end to end, of these schemes and under these domains.

    Empty `schemes` and `domains` stand for any. With `trustworthy`, plain http is allowed on loopback alone.

    >>> allows = RegexPredicate(re.compile(r"https://[a-z]+\\.example\\.com"))
    >>> allows(Origin.parse("https://app.example.com")), allows(Origin.parse("https://app.example.com.evil.test"))
    (True, False)
    """

    pattern: re.Pattern[str]
    schemes: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    trustworthy: bool = False

    def __call__(self, origin: Origin) -> bool:
        if self.schemes and origin.scheme not in self.schemes:
            return False
        if self.domains and not f".{origin.host}".endswith(tuple(f".{domain}" for domain in self.domains)):
            return False
        if self.trustworthy and not origin.is_potentially_trustworthy():
            return False
        return self.pattern.fullmatch(str(origin)) is not None
