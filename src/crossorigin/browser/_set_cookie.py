"""Set-Cookie fields: their grammar, as lax as browsers read it.

Ours, because no library reads it as browsers do: http.cookies refuses names that browsers take and knows no order of
attributes, http.cookiejar follows RFC 2965, reads the clock and imports half of urllib; neither knows the prefixes, the
limits or the rules for SameSite.
"""

from dataclasses import dataclass
from typing import Literal

SameSite = Literal["strict", "lax", "none", "unset"]

MAX_NAME_AND_VALUE = 4096
MAX_ATTRIBUTE_VALUE = 1024
MAX_SET_COOKIE = 16384
"""Bytes of one field that are looked at: name, value and more attributes than any cookie has."""

_CONTROLS = frozenset([*range(0x09), *range(0x0A, 0x20), 0x7F])
_DATE_DELIMITERS = frozenset([0x09, *range(0x20, 0x30), *range(0x3B, 0x41), *range(0x5B, 0x61), *range(0x7B, 0x7F)])
_MONTHS = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")
_DAYS_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCookie:
    """https://www.rfc-editor.org/rfc/rfc6265#section-5.2

    One parsed field. `domain` is without its leading dot, "" where there is none; `path` is None where it is absent or
    no path; `max_age` is in seconds, `expires` in seconds since the epoch; `same_site` "unset" where it is absent or
    unknown.
    """

    name: bytes
    value: bytes
    domain: str = ""
    path: str | None = None
    max_age: int | None = None
    expires: float | None = None
    secure: bool = False
    http_only: bool = False
    same_site: SameSite = "unset"
    partitioned: bool = False


def parse_set_cookie(field: bytes) -> SetCookie | None:
    """https://www.rfc-editor.org/rfc/rfc6265#section-5.2

    None where a browser ignores the whole field.

    >>> parse_set_cookie(b"id=1; Path=/a; Secure; SameSite=lax").path
    '/a'
    """
    if len(field) > MAX_SET_COOKIE or not _CONTROLS.isdisjoint(field):
        return None
    pair, *attributes = field.split(b";")
    name, equals, value = pair.partition(b"=")
    if not equals:
        name, value = b"", pair
    name, value = name.strip(b" \t"), value.strip(b" \t")
    if not (name or value) or len(name) + len(value) > MAX_NAME_AND_VALUE:
        return None
    found: dict[str, object] = {}
    for attribute in attributes:
        key, _, raw = attribute.partition(b"=")
        raw = raw.strip(b" \t")
        if len(raw) <= MAX_ATTRIBUTE_VALUE:
            found.update(_attribute(key.strip(b" \t").lower(), raw))
    return SetCookie(name=name, value=value, **found)  # type: ignore[arg-type]  # _attribute names its fields


def _attribute(name: bytes, value: bytes) -> dict[str, object]:
    match name:
        case b"expires":
            expires = parse_cookie_date(value)
            return {} if expires is None else {"expires": expires}
        case b"max-age":
            digits = value.removeprefix(b"-")
            if not digits.isdigit():
                return {}
            return {"max_age": min(int(digits[:12]), 10**11) * (-1 if value.startswith(b"-") else 1)}
        case b"domain":
            return {"domain": value.removeprefix(b".").decode("latin-1").lower()}
        case b"path":
            return {"path": value.decode("latin-1") if value.startswith(b"/") else None}
        case b"samesite":
            text = value.decode("latin-1").lower()
            return {"same_site": text if text in ("strict", "lax", "none") else "unset"}
        case b"secure":
            return {"secure": True}
        case b"httponly":
            return {"http_only": True}
        case b"partitioned":
            return {"partitioned": True}
        case _:
            return {}


def parse_cookie_date(value: bytes) -> float | None:
    """https://www.rfc-editor.org/rfc/rfc6265#section-5.1.1

    Seconds since the epoch, None where it is no date.

    >>> parse_cookie_date(b"Thu, 01-Jan-70 00:01:00 GMT")
    60.0
    """
    time: tuple[int, int, int] | None = None
    day = month = year = None
    for token in _date_tokens(value):
        if time is None and (parsed := _time(token)) is not None:
            time = parsed
        elif day is None and (number := _leading_number(token, 1, 2)) is not None:
            day = number
        elif month is None and token[:3] in _MONTHS:
            month = _MONTHS.index(token[:3]) + 1
        elif year is None and (number := _leading_number(token, 2, 4)) is not None:
            year = number + (1900 if 70 <= number <= 99 else 2000 if number <= 69 else 0)
    if time is None or day is None or month is None or year is None:
        return None
    hour, minute, second = time
    if year < 1601 or hour > 23 or minute > 59 or second > 59 or not 1 <= day <= _days_in(month, year):
        return None
    years = year - 1
    leap_days = years // 4 - years // 100 + years // 400 - 477 + (month > 2 and _is_leap(year))
    days = (year - 1970) * 365 + leap_days + _DAYS_BEFORE_MONTH[month - 1] + day - 1
    return float(((days * 24 + hour) * 60 + minute) * 60 + second)


def _date_tokens(value: bytes) -> list[bytes]:
    blank = bytes(0x20 if byte in _DATE_DELIMITERS else byte for byte in value.lower())
    return blank.split(b" ")


def _time(token: bytes) -> tuple[int, int, int] | None:
    parts = token.split(b":", 2)
    if len(parts) != 3 or not all(0 < len(part) <= 2 and part.isdigit() for part in parts[:2]):
        return None
    second = _leading_number(parts[2], 1, 2)
    return None if second is None else (int(parts[0]), int(parts[1]), second)


def _leading_number(token: bytes, shortest: int, longest: int) -> int | None:
    """The number that the token begins with, if it has that many digits and no digit follows."""
    digits = 0
    while digits < len(token) and 0x30 <= token[digits] <= 0x39:
        digits += 1
    return int(token[:digits]) if shortest <= digits <= longest else None


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_in(month: int, year: int) -> int:
    if month == 2:
        return 29 if _is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31
