"""The preflight: needed or not, its request, the judgement, what is remembered."""

import pytest

from crossorigin.browser import (
    CHROMIUM,
    FIREFOX,
    STANDARD,
    WEBKIT,
    Profile,
    Reason,
    Request,
    fetch_request,
    xhr_request,
)
from crossorigin.browser._preflight import max_age_of, unsafe_request_header_names
from crossorigin.standard import HeaderList
from tests.browser.scripted import ACAC, ACAO, API, PAGE, PLAIN, fields, head, play

ALLOW_PUT = ("Access-Control-Allow-Methods", "PUT")


def methods(value: str) -> tuple[str, str]:
    return "Access-Control-Allow-Methods", value


def headers(value: str) -> tuple[str, str]:
    return "Access-Control-Allow-Headers", value


@pytest.mark.parametrize(
    ("keywords", "needed"),
    [
        pytest.param({}, False, id="GET"),
        pytest.param({"method": "HEAD"}, False, id="HEAD"),
        pytest.param({"method": "POST", "body": "x"}, False, id="POST of text"),
        pytest.param({"method": "PUT"}, True, id="PUT"),
        pytest.param({"method": "patch"}, True, id="patch"),
        pytest.param({"headers": {"X-A": "1"}}, True, id="an author's header"),
        pytest.param({"headers": {"Authorization": "x"}}, True, id="Authorization"),
        pytest.param({"headers": {"Accept": "a" * 128}}, False, id="accept of 128 bytes"),
        pytest.param({"headers": {"Accept": "a" * 129}}, True, id="accept of 129 bytes"),
        pytest.param({"headers": {"Accept": "a(b"}}, True, id="unsafe byte"),
        pytest.param({"headers": {"Content-Type": "text/plain ;x"}}, False, id="text/plain with a parameter"),
        pytest.param({"headers": {"Content-Type": "application/json"}}, True, id="json"),
        pytest.param({"headers": {"Range": "bytes=0-"}}, False, id="a simple range"),
        pytest.param({"headers": {"Range": "bytes=-5"}}, True, id="a suffix range"),
    ],
)
def test_when_a_preflight_is_needed(keywords: dict[str, object], needed: bool) -> None:
    request = fetch_request(PAGE, API, **keywords)  # type: ignore[arg-type]
    allowed = head(200, ACAO, methods("*"), headers("*, authorization"))
    played = play(request, *([allowed] if needed else []), head(200, ACAO))
    assert played.verdict.readable
    assert played.verdict.preflighted is needed


def test_the_request_of_a_preflight_byte_by_byte() -> None:
    request = fetch_request(
        PAGE,
        API,
        method="patch",
        headers={"X-B": "1", "x-a": "1", "Authorization": "t", "Accept": "text/html"},
        credentials="include",
    )
    played = play(request, head(500), **PLAIN)
    assert played.wire == [f"OPTIONS {API}"]
    assert fields(played.sends[0]) == [
        ("Accept", "*/*"),
        ("Access-Control-Request-Method", "patch"),
        ("Access-Control-Request-Headers", "authorization,x-a,x-b"),
        ("Referer", "https://app.example/"),
        ("Origin", "https://app.example"),
        ("Sec-Fetch-Dest", "empty"),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-Fetch-Site", "cross-site"),
    ]
    assert (played.sends[0].purpose, played.sends[0].body, played.sends[0].credentials) == ("preflight", None, False)


def test_the_full_fields_of_a_preflight_in_chromium() -> None:
    played = play(fetch_request(PAGE, API, method="PUT"), head(500), profile=CHROMIUM)
    assert fields(played.sends[0]) == [
        ("Accept", "*/*"),
        ("Access-Control-Request-Method", "PUT"),
        ("Accept-Language", "en-US,en;q=0.9"),
        ("Referer", "https://app.example/"),
        ("Origin", "https://app.example"),
        ("Sec-Fetch-Dest", "empty"),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-Fetch-Site", "cross-site"),
        ("User-Agent", "Mozilla/5.0 (compatible; crossorigin)"),
        ("Accept-Encoding", "gzip, deflate"),
    ]


@pytest.mark.parametrize(("profile", "language"), [(STANDARD, None), (CHROMIUM, "de"), (FIREFOX, "de")])
def test_browsers_say_the_language_in_a_preflight_too(profile: Profile, language: str | None) -> None:
    request = fetch_request(PAGE, API, method="PUT")
    played = play(request, head(500), profile=profile, accept_language=b"de")
    assert dict(fields(played.sends[0])).get("Accept-Language") == language
    silent = play(request, head(500), profile=profile, accept_language=None)
    assert "Accept-Language" not in dict(fields(silent.sends[0]))


PUT = fetch_request(PAGE, API, method="PUT")
PATCH = fetch_request(PAGE, API, method="patch")
WITH_HEADERS = fetch_request(PAGE, API, headers={"X-B": "1", "X-A": "1"})
AUTHORIZED = fetch_request(PAGE, API, headers={"Authorization": "t"})
INCLUDE = fetch_request(PAGE, API, method="PUT", credentials="include")
INCLUDE_HEADERS = fetch_request(PAGE, API, headers={"X-A": "1"}, credentials="include")
UPLOAD = xhr_request(PAGE, API, method="POST", body="x", upload_listener=True)


@pytest.mark.parametrize(
    ("request_", "answer", "reason"),
    [
        pytest.param(PUT, head(200, ACAO, ALLOW_PUT), None, id="allowed"),
        pytest.param(PUT, head(204, ACAO, ALLOW_PUT), None, id="204"),
        pytest.param(PUT, head(299, ACAO, ALLOW_PUT), None, id="299"),
        pytest.param(PUT, head(300, ACAO, ALLOW_PUT), Reason.PREFLIGHT_STATUS, id="300"),
        pytest.param(PUT, head(404, ACAO, ALLOW_PUT), Reason.PREFLIGHT_STATUS, id="404"),
        pytest.param(PUT, head(404), Reason.PREFLIGHT_ACAO_MISSING, id="ACAO before the status"),
        pytest.param(PUT, head(302, ACAO), Reason.PREFLIGHT_STATUS, id="a redirect without Location"),
        pytest.param(PUT, head(302, ACAO, ("Location", "/")), Reason.PREFLIGHT_REDIRECT, id="a redirect"),
        pytest.param(PUT, head(304, ACAO, ("Location", "/")), Reason.PREFLIGHT_STATUS, id="304 with Location"),
        pytest.param(PUT, head(302, ("Location", "/")), Reason.PREFLIGHT_ACAO_MISSING, id="ACAO before the redirect"),
        pytest.param(PUT, head(200, ("Access-Control-Allow-Origin", "*"), ALLOW_PUT), None, id="wildcard origin"),
        pytest.param(
            PUT, head(200, ("Access-Control-Allow-Origin", "x y")), Reason.PREFLIGHT_ACAO_MULTIPLE, id="several"
        ),
        pytest.param(PUT, head(200, ("Access-Control-Allow-Origin", "x")), Reason.PREFLIGHT_ACAO_INVALID, id="invalid"),
        pytest.param(
            PUT, head(200, ("Access-Control-Allow-Origin", "null")), Reason.PREFLIGHT_ACAO_MISMATCH, id="mismatch"
        ),
        pytest.param(
            INCLUDE,
            head(200, ("Access-Control-Allow-Origin", "*"), ACAC, ALLOW_PUT),
            Reason.PREFLIGHT_ACAO_WILDCARD_CREDENTIALS,
            id="wildcard origin with credentials",
        ),
        pytest.param(INCLUDE, head(200, ACAO, ALLOW_PUT), Reason.PREFLIGHT_ACAC_NOT_TRUE, id="no ACAC"),
        pytest.param(INCLUDE, head(200, ACAO, ACAC, ALLOW_PUT), None, id="credentialed"),
        pytest.param(INCLUDE, head(200, ACAO, ACAC, methods("*")), Reason.PREFLIGHT_METHOD, id="literal star method"),
        pytest.param(PUT, head(200, ACAO), Reason.PREFLIGHT_METHOD, id="no ACAM"),
        pytest.param(PUT, head(200, ACAO, methods("put")), Reason.PREFLIGHT_METHOD, id="case of a method"),
        pytest.param(PATCH, head(200, ACAO, methods("PATCH")), Reason.PREFLIGHT_METHOD, id="patch is not PATCH"),
        pytest.param(PATCH, head(200, ACAO, methods("*")), None, id="star covers patch"),
        pytest.param(PUT, head(200, ACAO, methods(",PUT,")), None, id="empty items"),
        pytest.param(PUT, head(200, ACAO, methods("GET"), methods("PUT")), None, id="two lines"),
        pytest.param(PUT, head(200, ACAO, methods("PUT, @")), Reason.PREFLIGHT_ACAM_INVALID, id="a bad method"),
        pytest.param(WITH_HEADERS, head(200, ACAO, headers("x-a x-b")), Reason.PREFLIGHT_ACAH_INVALID, id="a bad name"),
        pytest.param(
            WITH_HEADERS,
            head(200, ACAO, methods("@"), headers("x-a, x-b")),
            Reason.PREFLIGHT_ACAM_INVALID,
            id="a bad ACAM though the method is safelisted",
        ),
        pytest.param(WITH_HEADERS, head(200, ACAO, headers("X-A, x-b")), None, id="case of a header"),
        pytest.param(WITH_HEADERS, head(200, ACAO, headers("*")), None, id="star"),
        pytest.param(WITH_HEADERS, head(200, ACAO, headers("x-a")), Reason.PREFLIGHT_HEADER, id="one missing"),
        pytest.param(WITH_HEADERS, head(200, ACAO), Reason.PREFLIGHT_HEADER, id="no ACAH"),
        pytest.param(
            INCLUDE_HEADERS, head(200, ACAO, ACAC, headers("*")), Reason.PREFLIGHT_HEADER, id="literal star header"
        ),
        pytest.param(
            AUTHORIZED, head(200, ACAO, headers("*")), Reason.PREFLIGHT_AUTHORIZATION_WILDCARD, id="Authorization, star"
        ),
        pytest.param(AUTHORIZED, head(200, ACAO, headers("*, authorization")), None, id="Authorization named"),
        pytest.param(AUTHORIZED, head(200, ACAO, headers("x-a")), Reason.PREFLIGHT_HEADER, id="Authorization unlisted"),
        pytest.param(UPLOAD, head(200, ACAO), None, id="upload listener, no ACAM"),
        pytest.param(UPLOAD, head(200, ACAO, ALLOW_PUT), None, id="upload listener, other ACAM"),
    ],
)
def test_how_a_preflight_is_judged(request_: Request, answer: object, reason: Reason | None) -> None:
    rest = [] if reason else [head(200, ACAO, ACAC)]
    played = play(request_, answer, *rest)  # type: ignore[arg-type]
    assert played.verdict.reason is reason
    assert played.verdict.sent is (reason is None)
    assert played.verdict.side_effects_possible is (reason is None)


def test_evidence_names_what_is_missing() -> None:
    played = play(WITH_HEADERS, head(200, ACAO, headers("x-c")))
    finding = played.verdict.finding
    assert finding is not None
    assert finding.evidence == (
        ("url", API),
        ("header", "x-a"),
        ("headers", "x-a, x-b"),
        ("access-control-allow-headers", "x-c"),
        ("credentials", "same-origin"),
    )
    played = play(PUT, head(200, ACAO, methods("GET,  a b , c d")))
    assert played.verdict.finding is not None
    assert dict(played.verdict.finding.evidence)["item"] == "a b"


@pytest.mark.parametrize(
    ("profile", "request_", "answer", "reason"),
    [
        pytest.param(CHROMIUM, PUT, head(302, ("Location", "/")), Reason.PREFLIGHT_REDIRECT, id="C: redirect first"),
        pytest.param(FIREFOX, PUT, head(302, ("Location", "/")), Reason.PREFLIGHT_ACAO_MISSING, id="F: ACAO first"),
        pytest.param(CHROMIUM, AUTHORIZED, head(200, ACAO, headers("*")), None, id="C: star covers Authorization"),
        pytest.param(FIREFOX, AUTHORIZED, head(200, ACAO, headers("*")), None, id="F: star covers Authorization"),
        pytest.param(
            CHROMIUM,
            PUT,
            head(200, ACAO, headers("@")),
            Reason.PREFLIGHT_ACAH_INVALID,
            id="C: parses both, then judges",
        ),
        pytest.param(
            FIREFOX, PUT, head(200, ACAO, headers("@")), Reason.PREFLIGHT_METHOD, id="F: judges methods, then parses"
        ),
        pytest.param(
            FIREFOX, PUT, head(200, ACAO, ALLOW_PUT, headers("@")), Reason.PREFLIGHT_ACAH_INVALID, id="F: ACAH"
        ),
        pytest.param(FIREFOX, PUT, head(407, ACAO), Reason.PREFLIGHT_STATUS, id="F: 407 is a status"),
        pytest.param(CHROMIUM, PUT, head(407, ACAO), Reason.PROXY_AUTHENTICATION, id="C: 407 is the proxy's"),
    ],
)
def test_where_browsers_judge_otherwise(
    profile: Profile, request_: Request, answer: object, reason: Reason | None
) -> None:
    rest = [] if reason else [head(200, ACAO)]
    played = play(request_, answer, *rest, profile=profile)  # type: ignore[arg-type]
    assert played.verdict.reason is reason


@pytest.mark.parametrize(
    ("lines", "standard", "chromium", "firefox", "webkit"),
    [
        ([], 5, 5, 5, 5),
        ([""], 5, 5, 5, 5),
        (["0"], 0, 0, 0, 0),
        (["60"], 60, 60, 60, 60),
        (["007"], 7, 7, 7, 7),
        (["-1"], 5, 0, 0, 5),
        (["100000"], 100000, 7200, 86400, 600),
        (["9" * 5000], 10**18 - 1, 7200, 86400, 600),
        (["abc"], 5, 5, 0, 5),
        (["1.5"], 5, 5, 0, 5),
        (["+5"], 5, 5, 0, 5),
        (["60, 60"], 5, 5, 0, 5),
        (["60", "60"], 5, 5, 0, 5),
        (["-"], 5, 5, 0, 5),
    ],
)
def test_max_age(lines: list[str], standard: int, chromium: int, firefox: int, webkit: int) -> None:
    given = HeaderList.of([("Access-Control-Max-Age", line) for line in lines])
    found = [max_age_of(given, profile) for profile in (STANDARD, CHROMIUM, FIREFOX, WEBKIT)]
    assert found == [standard, chromium, firefox, webkit]


@pytest.mark.parametrize(
    ("given", "profile", "names"),
    [
        ({"DPR": "2", "X-A": "1"}, STANDARD, [b"dpr", b"x-a"]),
        ({"DPR": "2", "X-A": "1"}, CHROMIUM, [b"x-a"]),
        ({"Accept": "\u00ff"}, STANDARD, []),
        ({"Accept": "\u00ff", "X-A": "1"}, FIREFOX, [b"accept", b"x-a"]),
        ({"Accept": "x"}, FIREFOX, []),
    ],
)
def test_what_is_safelisted_where(given: dict[str, str], profile: Profile, names: list[bytes]) -> None:
    assert unsafe_request_header_names(HeaderList.of(given), profile) == names


@pytest.mark.parametrize(("profile", "preflighted"), [(STANDARD, True), (FIREFOX, True), (CHROMIUM, False)])
def test_an_upload_listener_without_a_body(profile: Profile, preflighted: bool) -> None:
    request = xhr_request(PAGE, API, upload_listener=True)
    answers = [head(200, ACAO)] * (2 if preflighted else 1)
    assert play(request, *answers, profile=profile).verdict.preflighted is preflighted


@pytest.mark.parametrize("profile", [STANDARD, CHROMIUM])
def test_an_upload_listener_outlives_the_body(profile: Profile) -> None:
    """Whether it forces preflights is settled when the fetch begins, though a 303 takes the body away."""
    played = play(UPLOAD, head(200, ACAO), head(303, ACAO, ("Location", "/2")), *[head(200, ACAO)] * 2, profile=profile)
    assert [send.method for send in played.sends] == ["OPTIONS", "POST", "OPTIONS", "GET"]
