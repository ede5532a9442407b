"""How a stranger's fields and URLs may be shown: bounded, without a control character, with their secrets masked.

All that an explanation holds has gone through here or `visible` once, so no renderer can forget it.
"""

from dataclasses import dataclass

from crossorigin.standard import SHOWN_LIMIT, visible

__all__ = ["SHOWN_LIMIT", "Shown", "is_secret_name", "visible"]

MASK = "***"

SECRET_HEADER_NAMES = frozenset(
    {"authorization", "proxy-authorization", "cookie", "cookie2", "set-cookie", "set-cookie2"}
)
SECRET_WORDS = (
    "token",
    "secret",
    "password",
    "passwd",
    "api-key",
    "api_key",
    "apikey",
    "access-key",
    "private-key",
    "session",
    "signature",
    "credential",
    "jwt",
    "x-auth",
)
# What stands before the secret, and is none itself. Of a scheme that is not known all is masked.
AUTHENTICATION_SCHEMES = frozenset(
    {"apikey", "aws4-hmac-sha256", "basic", "bearer", "digest", "dpop", "negotiate", "token"}
)
SECRET_PARAMETERS = frozenset({"key", "sig", "auth", "code", "sid", "pass", "pwd"})
# Fields of the protocol whose names hold such a word and whose values are what an explanation is about.
PUBLIC_PREFIXES = ("access-control-", "sec-")


def is_secret_name(name: str) -> bool:
    """Whether a header (or a query parameter) of this name carries what must not be pasted into a bug report.

    >>> is_secret_name("X-Api-Key"), is_secret_name("Access-Control-Allow-Credentials"), is_secret_name("Accept")
    (True, False, False)
    """
    name = name.lower()
    if name in SECRET_HEADER_NAMES:
        return True
    return name != "credentials" and not name.startswith(PUBLIC_PREFIXES) and any(word in name for word in SECRET_WORDS)


@dataclass(frozen=True, slots=True)
class Shown:
    """How values are shown: with secrets, or (as it is unless asked) without."""

    show_secrets: bool = False

    def field(self, name: str | bytes, value: str | bytes, limit: int = SHOWN_LIMIT) -> tuple[str, str]:
        """A header field, its name and value both safe to print.

        >>> Shown().field("Authorization", "Bearer abc")
        ('Authorization', 'Bearer ***')
        >>> Shown().field("Set-Cookie", "sid=abc; Path=/; HttpOnly")
        ('Set-Cookie', 'sid=***; Path=/; HttpOnly')
        """
        return visible(name, 100), visible(self.value(_text(name), _text(value)), limit)

    def value(self, name: str, value: str) -> str:
        """The value of the header `name`, masked if it is a secret, neither bounded nor escaped."""
        if self.show_secrets:
            return value
        lower = name.lower()
        if not is_secret_name(lower):
            return self._without_query_secrets(value) if "://" in value or lower == "location" else value
        match lower:
            case "cookie" | "cookie2":
                return "; ".join(_mask_pair(pair) for pair in value.split("; "))
            case "set-cookie" | "set-cookie2":
                pair, semicolon, attributes = value.partition(";")
                return _mask_pair(pair) + semicolon + attributes
            case "authorization" | "proxy-authorization":
                scheme, space, _ = value.partition(" ")
                return f"{scheme} {MASK}" if space and scheme.lower() in AUTHENTICATION_SCHEMES else MASK
            case _:
                return MASK

    def url(self, url: str, limit: int = SHOWN_LIMIT) -> str:
        """A URL, its password and the query parameters that are named like secrets masked, safe to print.

        >>> Shown().url("https://u:p@a.example/?access_token=abc&page=2")
        'https://u:***@a.example/?access_token=***&page=2'
        """
        return visible(url if self.show_secrets else self._without_query_secrets(url), limit)

    def raw_url(self, url: str) -> str:
        """The same without bounds and escapes, for a line that is to be run."""
        return url if self.show_secrets else self._without_query_secrets(url)

    def _without_query_secrets(self, url: str) -> str:
        start, question, rest = url.partition("?")
        query, hash_sign, fragment = rest.partition("#")
        if question:
            query = "&".join(_mask_parameter(parameter) for parameter in query.split("&"))
        return _mask_password(start) + question + query + hash_sign + fragment


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _mask_pair(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={MASK}" if equals else MASK


def _mask_parameter(parameter: str) -> str:
    name, equals, _ = parameter.partition("=")
    secret = equals and (name.lower() in SECRET_PARAMETERS or is_secret_name(name))
    return f"{name}={MASK}" if secret else parameter


def _mask_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    userinfo, at, host = authority.rpartition("@")
    if not separator or not at:
        return url
    user, colon, _ = userinfo.partition(":")
    return f"{scheme}://{user}{colon}{MASK if colon else ''}@{host}{slash}{path}"
