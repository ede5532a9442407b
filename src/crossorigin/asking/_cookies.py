"""Cookies in words into the browser's jar."""

from collections.abc import Iterable
from contextlib import suppress

from crossorigin.browser import CookieJar
from crossorigin.standard import visible

from ._errors import AskingError


def cookie_jar(url: str, cookies: Iterable[str], *, now: float = 0.0) -> CookieJar:
    """A jar with the cookies of a URL, each text a Cookie header: as its own site would have set them for other sites.

    `now` is in seconds since the epoch.

    Raises:
        AskingError: a browser would store no such cookie.

    >>> len(cookie_jar("http://api.example.com/", ["a=1; b=2"]))
    2
    """
    jar = CookieJar()
    for text in cookies:
        for pair in filter(None, (part.strip() for part in text.split(";"))):
            # Over plain http no Secure cookie is stored, and without Secure SameSite=None is not.
            for attributes in ("; Path=/; SameSite=None; Secure", "; Path=/; SameSite=None", "; Path=/"):
                with suppress(ValueError):
                    jar.set(url, f"{pair}{attributes}", now=now)
                    break
            else:
                raise AskingError(f"--cookie {visible(pair.partition('=')[0], 60)}: write --cookie 'NAME=VALUE'")
    return jar
