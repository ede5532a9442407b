"""Tokens: the one production of HTTP's grammar that every name here is made of."""

TOKEN_CHARACTERS = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
HTTP_TAB_OR_SPACE = "\t "


def is_token(value: str) -> bool:
    """https://httpwg.org/specs/rfc9110.html#tokens

    >>> is_token("x-api-key"), is_token("x api key"), is_token("")
    (True, False, False)
    """
    return bool(value) and TOKEN_CHARACTERS.issuperset(value)
