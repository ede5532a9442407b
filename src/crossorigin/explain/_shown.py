"""How a stranger's text may be shown: bounded, without a control character, with its secrets masked.

All that an explanation holds has gone through here once, so no renderer can forget it: a terminal escape in a header
never reaches a terminal, a bidirectional override never turns a line round, and a megabyte is a line.
"""

from dataclasses import dataclass

LIMIT = 300
"""Characters of one value that are shown."""

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


def visible(text: str | bytes, limit: int = LIMIT) -> str:
    """`text` as it can safely be printed: cut at `limit` characters, what cannot be printed written as an escape.

    >>> visible("a\\x1b[31m\\u202eb")
    'a\\\\x1b[31m\\\\u202eb'
    >>> visible(b"x" * 1_000_000, 5)
    'xxxxx… (1000000 characters)'
    """
    length = len(text)
    head = text[:limit]
    if isinstance(head, bytes):
        head = head.decode("latin-1")
    if not head.isprintable():
        head = "".join(character if character.isprintable() else _escape(character) for character in head)
    return head if length <= limit else f"{head}… ({length} characters)"


def _escape(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return {"\t": "\\t", "\n": "\\n", "\r": "\\r"}.get(character, f"\\x{number:02x}")
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


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

    def field(self, name: str | bytes, value: str | bytes, limit: int = LIMIT) -> tuple[str, str]:
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

    def url(self, url: str, limit: int = LIMIT) -> str:
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
