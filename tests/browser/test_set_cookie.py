"""Set-Cookie fields, as browsers read them."""

import calendar
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.browser._set_cookie import MAX_SET_COOKIE, SetCookie, parse_cookie_date, parse_set_cookie


@pytest.mark.parametrize(
    ("field", "parsed"),
    [
        pytest.param(b"a=b", SetCookie(name=b"a", value=b"b"), id="pair"),
        pytest.param(b" a = b c ;", SetCookie(name=b"a", value=b"b c"), id="white space"),
        pytest.param(b"a=b=c", SetCookie(name=b"a", value=b"b=c"), id="equals in the value"),
        pytest.param(b'a="b"', SetCookie(name=b"a", value=b'"b"'), id="quotes stay"),
        pytest.param(b"a", SetCookie(name=b"", value=b"a"), id="no name"),
        pytest.param(b"=a", SetCookie(name=b"", value=b"a"), id="empty name"),
        pytest.param(b"a=", SetCookie(name=b"a", value=b""), id="empty value"),
        pytest.param(b"a=\xe4", SetCookie(name=b"a", value=b"\xe4"), id="any byte"),
        pytest.param(
            b"a=b; SECURE; httponly; Partitioned; SameSite=STRICT; Path=/x; Domain=.Example.COM; Max-Age=5",
            SetCookie(
                name=b"a",
                value=b"b",
                secure=True,
                http_only=True,
                partitioned=True,
                same_site="strict",
                path="/x",
                domain="example.com",
                max_age=5,
            ),
            id="attributes",
        ),
        pytest.param(
            b"a=b; Expires=Thu, 01 Jan 1970 00:01:00 GMT; Path=x; SameSite=x; Nonsense",
            SetCookie(name=b"a", value=b"b", expires=60.0),
            id="unknown values and attributes",
        ),
        pytest.param(b"a=b; Path=/x; Path=", SetCookie(name=b"a", value=b"b"), id="the last one wins"),
        pytest.param(b"a=b; Max-Age=-1; Expires=x", SetCookie(name=b"a", value=b"b", max_age=-1), id="negative age"),
        pytest.param(b"a=b; Max-Age=1.5", SetCookie(name=b"a", value=b"b"), id="age that is no number"),
        pytest.param(
            b"a=b; Max-Age=" + b"9" * 1000, SetCookie(name=b"a", value=b"b", max_age=10**11), id="age without end"
        ),
        pytest.param(b"a=b; Path=/" + b"x" * 1024, SetCookie(name=b"a", value=b"b"), id="attribute too long"),
    ],
)
def test_fields_that_set_a_cookie(field: bytes, parsed: SetCookie) -> None:
    assert parse_set_cookie(field) == parsed


@pytest.mark.parametrize(
    "field",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"=", id="no name and no value"),
        pytest.param(b" ; Secure", id="attributes alone"),
        pytest.param(b"a=b\0", id="NUL"),
        pytest.param(b"a=b; Path=/\x7f", id="DEL"),
        pytest.param(b"a=" + b"x" * 4096, id="too long"),
        pytest.param(b"a=b;" + b" " * MAX_SET_COOKIE, id="field too long"),
    ],
)
def test_fields_that_a_browser_ignores(field: bytes) -> None:
    assert parse_set_cookie(field) is None


@pytest.mark.parametrize(
    ("value", "date"),
    [
        (b"Wed, 09 Jun 2021 10:18:14 GMT", (2021, 6, 9, 10, 18, 14)),
        (b"Wednesday, 09-Jun-21 10:18:14 GMT", (2021, 6, 9, 10, 18, 14)),
        (b"Wed Jun  9 10:18:14 2021", (2021, 6, 9, 10, 18, 14)),
        (b"2021 jUNE 9th 1:2:3x", (2021, 6, 9, 1, 2, 3)),
        (b"1 Jan 70 0:0:0", (1970, 1, 1, 0, 0, 0)),
        (b"1 Jan 69 0:0:0", (2069, 1, 1, 0, 0, 0)),
        (b"29 Feb 2024 23:59:59", (2024, 2, 29, 23, 59, 59)),
        (b"31 Dec 1601 00:00:00", (1601, 12, 31, 0, 0, 0)),
    ],
)
def test_dates(value: bytes, date: tuple[int, ...]) -> None:
    assert parse_cookie_date(value) == calendar.timegm(date)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"Wed",
        b"9 Jun 2021",
        b"10:18:14 Jun 2021",
        b"9 10:18:14 2021",
        b"9 Jun 10:18:14",
        b"9 Jun 2021 10:18",
        b"9 Jun 2021 10:18:x",
        b"9 Jun 2021 100:18:14",
        b"9 Jun 2021 24:00:00",
        b"9 Jun 2021 23:60:00",
        b"9 Jun 2021 23:00:60",
        b"31 Jun 2021 10:18:14",
        b"32 Jul 2021 10:18:14",
        b"0 Jun 2021 10:18:14",
        b"29 Feb 2023 10:18:14",
        b"29 Feb 1900 10:18:14",
        b"9 Jun 1600 10:18:14",
        b"9 Jun 20210 10:18:14",
    ],
)
def test_what_is_no_date(value: bytes) -> None:
    assert parse_cookie_date(value) is None


@given(st.datetimes(datetime(1602, 1, 1), datetime(9999, 12, 31)))  # noqa: DTZ001 - Hypothesis wants them naive
def test_every_date_is_read_as_the_calendar_says(date: datetime) -> None:
    text = f"{date.day:02} {date:%b} {date.year:04} {date:%H:%M:%S} GMT"
    assert parse_cookie_date(text.encode()) == date.replace(microsecond=0, tzinfo=UTC).timestamp()


@given(st.binary(max_size=200))
def test_no_field_makes_it_raise(field: bytes) -> None:
    parse_set_cookie(b"a=b; Expires=" + field)
    parse_set_cookie(field)
