"""Whole fetches, against a scripted server: what is sent, what comes of it, and why."""

from dataclasses import FrozenInstanceError, replace

import pytest

from crossorigin.browser import (
    CHROMIUM,
    FIREFOX,
    STANDARD,
    Answer,
    Context,
    Hooks,
    NetworkFailure,
    Outcome,
    PreflightCache,
    Profile,
    ReadableStream,
    Reason,
    Request,
    Response,
    Step,
    feature_request,
    fetch,
    fetch_request,
    page_at,
    xhr_request,
)
from crossorigin.standard import HeaderList
from tests.browser.scripted import ACAC, ACAO, API, PAGE, fields, head, play

ANY = ("Access-Control-Allow-Origin", "*")
NULL = ("Access-Control-Allow-Origin", "null")
ALLOW = ("Access-Control-Allow-Methods", "PUT, DELETE")
OTHER = "https://third.example/x"


def to(url: str) -> tuple[str, str]:
    return "Location", url


# Tainting, and what a page gets.


def test_a_shared_response_is_readable_and_filtered() -> None:
    played = play(fetch_request(PAGE, API), head(201, ACAO, ("Content-Type", "text/plain"), ("X-A", "1")))
    verdict = played.verdict
    assert verdict.outcome is Outcome.READABLE
    assert verdict.response == Response(
        type="cors", status=201, url=API, headers=HeaderList(((b"Content-Type", b"text/plain"),))
    )
    assert (verdict.reason, verdict.sent, verdict.answered, verdict.preflighted) == (None, True, True, False)


def test_a_blocked_post_ran_all_the_same() -> None:
    verdict = play(fetch_request(PAGE, API, method="POST", body="x"), head(200)).verdict
    assert (verdict.outcome, verdict.reason) == (Outcome.BLOCKED, Reason.ACAO_MISSING)
    assert (verdict.response, verdict.sent, verdict.answered, verdict.side_effects_possible) == (None, True, True, True)


def test_a_same_origin_response_needs_no_cors() -> None:
    verdict = play(fetch_request(PAGE, "/x", method="PUT"), head(200, ("X-A", "1"), ("Set-Cookie", "a=b"))).verdict
    assert verdict.response == Response(
        type="basic", status=200, url="https://app.example/x", headers=HeaderList(((b"X-A", b"1"),))
    )


def test_a_no_cors_response_is_opaque() -> None:
    verdict = play(fetch_request(PAGE, API, mode="no-cors"), head(500)).verdict
    assert (verdict.outcome, verdict.reason) == (Outcome.OPAQUE, Reason.OPAQUE)
    assert verdict.response == Response(type="opaque", status=0, url="")
    assert not verdict.readable


def test_a_data_url_is_read_without_a_network() -> None:
    verdict = play(fetch_request(PAGE, "data:,hi")).verdict
    assert verdict.readable
    assert (verdict.sent, verdict.exchanges) == (False, ())


def test_about_blank_under_no_cors_is_opaque() -> None:
    verdict = play(fetch_request(PAGE, "about:blank#x", mode="no-cors")).verdict
    assert (verdict.outcome, verdict.finding and verdict.finding.exchange) == (Outcome.OPAQUE, None)


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        pytest.param(fetch_request(PAGE, API, mode="same-origin"), Reason.MODE_SAME_ORIGIN, id="same-origin mode"),
        pytest.param(feature_request(PAGE, "worker", API), Reason.MODE_SAME_ORIGIN, id="worker"),
        pytest.param(
            fetch_request(PAGE, API, mode="no-cors", redirect="error"), Reason.NOCORS_REDIRECT_MODE, id="no-cors, error"
        ),
        pytest.param(fetch_request(PAGE, "data2:x", mode="no-cors"), Reason.MIXED_CONTENT, id="mixed: unknown scheme"),
        pytest.param(fetch_request(PAGE, "about:blank"), Reason.SCHEME, id="about:blank under cors"),
        pytest.param(fetch_request(PAGE, "data:nothing"), Reason.SCHEME, id="data: without a comma"),
        pytest.param(fetch_request(PAGE, "file:///x", mode="no-cors"), Reason.SCHEME, id="file under no-cors"),
        pytest.param(fetch_request(PAGE, "blob:https://app.example/x"), Reason.SCHEME, id="blob"),
        pytest.param(fetch_request(PAGE, "https://a.example:25/"), Reason.BAD_PORT, id="bad port"),
        pytest.param(fetch_request(PAGE, "http://a.example/"), Reason.MIXED_CONTENT, id="mixed content"),
        pytest.param(
            fetch_request(PAGE, "/x", mode="same-origin", cache="only-if-cached"),
            Reason.ONLY_IF_CACHED,
            id="only-if-cached",
        ),
        pytest.param(
            fetch_request(PAGE, "/x", method="POST", body=b"x" * 65537, keepalive=True),
            Reason.KEEPALIVE_LIMIT,
            id="keepalive over 64 KiB",
        ),
    ],
)
def test_what_is_blocked_before_anything_is_sent(request_: Request, reason: Reason) -> None:
    verdict = play(request_).verdict
    assert (verdict.outcome, verdict.reason) == (Outcome.BLOCKED, reason)
    assert (verdict.exchanges, verdict.side_effects_possible) == ((), False)
    assert verdict.finding is not None
    assert verdict.finding.exchange is None


def test_ftp_is_no_scheme_to_fetch() -> None:
    page = page_at("http://page.example/")
    assert play(fetch_request(page, "ftp://a.example/"), page=page).verdict.reason is Reason.SCHEME


def test_keepalive_takes_64_kib() -> None:
    assert play(fetch_request(PAGE, "/x", method="POST", body=b"x" * 65536, keepalive=True), head()).verdict.readable


def test_a_request_built_by_hand_must_have_a_url() -> None:
    with pytest.raises(ValueError, match="is no URL"):
        next(fetch(Request(url="x"), PAGE, context=Context()))


# The network.


@pytest.mark.parametrize("kind", ["dns", "refused", "tls", "unreachable"])
def test_no_connection_is_no_answer_and_had_no_effect(kind: str) -> None:
    verdict = play(fetch_request(PAGE, API), NetworkFailure(kind=kind, message="no")).verdict  # type: ignore[arg-type]
    assert (verdict.outcome, verdict.reason, verdict.sent) == (Outcome.NO_ANSWER, Reason.TRANSPORT, True)
    assert (verdict.answered, verdict.side_effects_possible) == (False, False)
    assert verdict.finding is not None
    assert verdict.finding.evidence == (("url", API), ("kind", kind), ("message", "no"))


@pytest.mark.parametrize("kind", ["timeout", "protocol", "too-large", "application"])
def test_a_failure_behind_the_connection_may_have_had_effects(kind: str) -> None:
    verdict = play(fetch_request(PAGE, API), NetworkFailure(kind=kind)).verdict  # type: ignore[arg-type]
    assert (verdict.answered, verdict.side_effects_possible) == (False, True)


def test_a_preflight_without_an_answer_ends_it() -> None:
    verdict = play(fetch_request(PAGE, API, method="PUT"), NetworkFailure(kind="timeout")).verdict
    assert (verdict.outcome, verdict.reason, verdict.sent) == (Outcome.NO_ANSWER, Reason.TRANSPORT, False)


@pytest.mark.parametrize("status", [-1, 0, 99, 100, 101, 103, 199, 1000, 10**9])
def test_a_status_that_is_none(status: int) -> None:
    verdict = play(fetch_request(PAGE, API), head(status, ACAO)).verdict
    assert (verdict.outcome, verdict.reason) == (Outcome.NO_ANSWER, Reason.TRANSPORT)


@pytest.mark.parametrize("status", [200, 204, 304, 401, 418, 500, 599, 999])
def test_any_other_status_is_for_the_page_to_read(status: int) -> None:
    verdict = play(fetch_request(PAGE, API), head(status, ACAO)).verdict
    assert verdict.response is not None
    assert verdict.response.status == status


def test_header_fields_without_end_are_an_error() -> None:
    fits, too_much = ("X", "x" * (256 * 1024 - 5 - len("access-control-allow-origin*") - 4)), ("X", "x" * 256 * 1024)
    assert play(fetch_request(PAGE, API), head(200, ANY, fits)).verdict.readable
    verdict = play(fetch_request(PAGE, API), head(200, ANY, too_much)).verdict
    assert verdict.finding is not None
    assert dict(verdict.finding.evidence)["kind"] == "too-large"


def test_white_space_around_a_value_is_no_part_of_it() -> None:
    assert play(fetch_request(PAGE, API), head(200, (ACAO[0], f" {ACAO[1]}\t"))).verdict.readable


def test_407_belongs_to_a_proxy_that_nobody_can_log_in_to() -> None:
    assert play(fetch_request(PAGE, API), head(407, ACAO)).verdict.reason is Reason.PROXY_AUTHENTICATION
    assert play(fetch_request(PAGE, API), head(407, ACAO), profile=FIREFOX).verdict.readable


def test_421_is_tried_once_more_over_a_new_connection() -> None:
    played = play(fetch_request(PAGE, API), head(421), head(200, ACAO))
    assert [send.new_connection for send in played.sends] == [False, True]
    assert played.verdict.readable
    assert play(fetch_request(PAGE, API), head(421), head(421, ACAO)).verdict.readable


def stream() -> Request:
    return fetch_request(PAGE, API, method="POST", body=ReadableStream(b"x"), duplex="half")


def test_a_stream_is_preflighted_and_wants_http_2() -> None:
    assert play(stream(), head(200, ACAO), head(200, ACAO)).verdict.readable
    verdict = play(stream(), head(200, ACAO), head(200, ACAO, version="HTTP/1.1")).verdict
    assert verdict.reason is Reason.STREAM_BODY


def test_a_stream_is_not_sent_again_after_a_421() -> None:
    assert play(stream(), head(200, ACAO), head(421, ACAO)).verdict.readable


# Hooks.


def test_a_content_security_policy_blocks_before_anything_is_sent() -> None:
    hooks = Hooks(csp=lambda request, url: "connect-src" if request.mode == "cors" and "other" in url else None)
    verdict = play(fetch_request(PAGE, API), hooks=hooks).verdict
    assert (verdict.reason, verdict.finding and dict(verdict.finding.evidence)["directive"]) == (
        Reason.CSP,
        "connect-src",
    )
    assert play(fetch_request(PAGE, "/x"), head(), hooks=hooks).verdict.readable


@pytest.mark.parametrize(
    ("url", "goes_to"),
    [
        ("http://known.example/", "https://known.example/"),
        ("http://unknown.example/", "http://unknown.example/"),
        ("http://127.0.0.1/", "http://127.0.0.1/"),
        ("http://10.0.0.1/", "http://10.0.0.1/"),
        ("http://[fd00::1]/", "http://[fd00::1]/"),
        ("http://localhost/", "http://localhost/"),
        ("https://known.example/", "https://known.example/"),
    ],
)
def test_a_known_hsts_host_is_reached_by_https(url: str, goes_to: str) -> None:
    page = page_at("http://page.example/")
    hooks = Hooks(hsts=lambda host: "unknown" not in host)
    played = play(fetch_request(page, url), head(200, ANY), page=page, hooks=hooks)
    assert played.wire == [f"GET {goes_to}"]


def test_opaque_response_blocking_is_a_hook() -> None:
    hooks = Hooks(orb=lambda _url, headers: (b"content-type", b"text/html") in headers)
    image = feature_request(PAGE, "image", API)
    assert play(image, head(200, ("content-type", "text/html")), hooks=hooks).verdict.reason is Reason.ORB
    assert play(image, head(200, ("content-type", "image/png")), hooks=hooks).verdict.outcome is Outcome.OPAQUE


def test_local_network_access_is_denied_before_anything_is_sent() -> None:
    page = page_at("https://app.example/", address_space="public")
    hooks = Hooks(local_network_permission=lambda _space: False)
    request = fetch_request(page, "http://127.0.0.1/", method="PUT")
    verdict = play(request, page=page, hooks=hooks, profile=CHROMIUM).verdict
    assert (verdict.reason, verdict.exchanges) == (Reason.LNA_DENIED, ())


def test_mixed_images_are_upgraded() -> None:
    assert play(feature_request(PAGE, "image", "http://a.example/i"), head()).wire == ["GET https://a.example/i"]


# Features.


def test_a_script_that_is_an_image() -> None:
    verdict = play(feature_request(PAGE, "script", API), head(200, ("Content-Type", "image/png"))).verdict
    assert verdict.reason is Reason.MIME_TYPE


def test_a_style_sheet_under_nosniff() -> None:
    answer = head(200, ("X-Content-Type-Options", "nosniff"))
    assert play(feature_request(PAGE, "stylesheet", API), answer).verdict.reason is Reason.NOSNIFF


@pytest.mark.parametrize(
    ("policy", "embedder", "reason"),
    [
        ("same-origin", "unsafe-none", Reason.CORP_SAME_ORIGIN),
        ("same-site", "unsafe-none", Reason.CORP_SAME_SITE),
        ("x", "require-corp", Reason.CORP_EMBEDDER_POLICY),
        ("cross-origin", "require-corp", Reason.OPAQUE),
        ("x", "credentialless", Reason.OPAQUE),
    ],
)
def test_corp_guards_opaque_responses(policy: str, embedder: str, reason: Reason) -> None:
    page = page_at("https://app.example/", embedder_policy=embedder)  # type: ignore[arg-type]
    answer = head(200, ("Cross-Origin-Resource-Policy", policy))
    assert play(feature_request(page, "image", API), answer, page=page).verdict.reason is reason


def test_corp_does_not_matter_under_cors() -> None:
    assert play(
        fetch_request(PAGE, API), head(200, ACAO, ("Cross-Origin-Resource-Policy", "same-origin"))
    ).verdict.readable


def test_a_websocket_needs_a_101() -> None:
    socket = feature_request(PAGE, "websocket", "wss://a.example/")
    assert play(socket, head(101)).verdict.readable
    assert play(socket, head(200)).verdict.reason is Reason.WEBSOCKET_HANDSHAKE
    assert play(socket, head(302, to("/"))).verdict.reason is Reason.REDIRECT_ERROR_MODE
    assert play(socket, head(100)).verdict.reason is Reason.TRANSPORT


def test_webtransport_is_not_modelled_and_nothing_is_sent() -> None:
    verdict = play(feature_request(PAGE, "webtransport", API)).verdict
    assert (verdict.outcome, verdict.reason, verdict.sent) == (Outcome.NO_ANSWER, Reason.TRANSPORT, False)


@pytest.mark.parametrize("feature", ["form", "iframe", "link"])
def test_a_navigation_goes_where_cors_has_no_say(feature: str) -> None:
    verdict = play(feature_request(PAGE, feature, API), head(200)).verdict
    assert (verdict.outcome, verdict.reason) == (Outcome.OPAQUE, Reason.OPAQUE)
    assert play(feature_request(PAGE, feature, "/x"), head(200)).verdict.readable


def test_timings_are_shown_where_every_hop_allows_it() -> None:
    allow = ("Timing-Allow-Origin", "*")
    request = fetch_request(PAGE, API)
    assert play(request, head(200, ACAO, allow)).verdict.timing_allowed
    assert not play(request, head(200, ACAO)).verdict.timing_allowed
    assert not play(request, head(302, ACAO, to(OTHER)), head(200, ANY, allow)).verdict.timing_allowed
    assert play(fetch_request(PAGE, "/x"), head()).verdict.timing_allowed


# Redirects.


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        pytest.param([API, "https://api.other.example/2"], "https://app.example", id="within one origin"),
        pytest.param([API, OTHER], "null", id="abroad and on"),
        pytest.param([API, "https://app.example/x"], "null", id="abroad and home"),
        pytest.param(["https://app.example/x", API], "https://app.example", id="from home abroad"),
        pytest.param(["https://app.example/x", API, "https://app.example/y"], "null", id="out and back"),
    ],
)
def test_a_tainted_request_shows_no_origin(path: list[str], origin: str) -> None:
    first, *targets = path
    answers = [head(302, ANY, to(target)) for target in targets]
    played = play(fetch_request(PAGE, first), *answers, head(200, (ACAO[0], origin)))
    assert dict(fields(played.sends[-1]))["Origin"] == origin
    assert played.verdict.response is not None
    assert (played.verdict.response.type, played.verdict.response.redirected) == ("cors", True)
    assert played.verdict.response.url == path[-1]


def test_a_tainted_request_is_not_shared_with_the_page_by_name() -> None:
    verdict = play(fetch_request(PAGE, API), head(302, ACAO, to(OTHER)), head(200, ACAO)).verdict
    assert verdict.reason is Reason.ACAO_MISMATCH
    assert verdict.finding is not None
    assert (verdict.finding.hop, verdict.finding.exchange) == (1, 1)
    assert dict(verdict.finding.evidence)["origin"] == "null"


def test_every_hop_is_checked_before_it_is_followed() -> None:
    assert play(fetch_request(PAGE, API), head(302, to(OTHER))).verdict.reason is Reason.ACAO_MISSING


@pytest.mark.parametrize(
    ("request_", "answers", "reason"),
    [
        pytest.param(
            fetch_request(PAGE, API, redirect="error"),
            [head(302, ACAO, to("/"))],
            Reason.REDIRECT_ERROR_MODE,
            id="error",
        ),
        pytest.param(
            fetch_request(PAGE, API, redirect="error"), [head(302, ACAO)], Reason.REDIRECT_ERROR_MODE, id="no Location"
        ),
        pytest.param(
            fetch_request(PAGE, API, redirect="manual"), [head(302, ACAO, to("/"))], Reason.OPAQUE_REDIRECT, id="manual"
        ),
        pytest.param(
            fetch_request(PAGE, API, redirect="manual"), [head(302, to("/"))], Reason.ACAO_MISSING, id="manual, no ACAO"
        ),
        pytest.param(
            fetch_request(PAGE, API), [head(302, ACAO, to("https://"))], Reason.REDIRECT_LOCATION, id="no URL"
        ),
        pytest.param(
            fetch_request(PAGE, API), [head(302, ACAO, to("/1"), to("/2"))], Reason.REDIRECT_LOCATION, id="two"
        ),
        pytest.param(fetch_request(PAGE, API), [head(302, ACAO, to("data:,x"))], Reason.REDIRECT_SCHEME, id="data"),
        pytest.param(fetch_request(PAGE, "/x"), [head(302, to("ftp://a/"))], Reason.REDIRECT_SCHEME, id="ftp"),
        pytest.param(
            fetch_request(PAGE, "/x"),
            [head(302, to("https://u@api.example/"))],
            Reason.REDIRECT_USERINFO,
            id="userinfo abroad",
        ),
        pytest.param(
            fetch_request(PAGE, API),
            [head(302, ACAO, to("https://u:p@app.example/"))],
            Reason.REDIRECT_USERINFO,
            id="userinfo at home, from abroad",
        ),
        pytest.param(stream(), [head(200, ACAO), head(307, ACAO, to("/"))], Reason.REDIRECT_STREAM_BODY, id="stream"),
        pytest.param(
            fetch_request(PAGE, "/x", mode="same-origin"),
            [head(302, to(API))],
            Reason.MODE_SAME_ORIGIN,
            id="same-origin abroad",
        ),
        pytest.param(
            fetch_request(PAGE, API), [head(302, ACAO, to("http://a.example/"))], Reason.MIXED_CONTENT, id="downgraded"
        ),
    ],
)
def test_redirects_that_are_not_followed(request_: Request, answers: list[Answer], reason: Reason) -> None:
    assert play(request_, *answers).verdict.reason is reason


def test_redirects_that_are_followed() -> None:
    own = fetch_request(PAGE, "/x")
    assert play(own, head(302, to("https://u:p@app.example/y")), head()).verdict.readable
    assert play(own, head(302), profile=STANDARD).verdict.readable
    assert play(own, head(302, to("")), profile=CHROMIUM).verdict.readable
    image = feature_request(PAGE, "image", API)
    assert play(image, head(302, to("https://u:p@third.example/")), head()).verdict.outcome is Outcome.OPAQUE
    allow = head(200, ACAO)
    streamed = play(stream(), allow, head(303, ACAO, to("/")), allow, head(200, ACAO))
    assert [wire.split()[0] for wire in streamed.wire] == ["OPTIONS", "POST", "OPTIONS", "GET"]


def test_an_opaque_redirect_shows_where_it_stopped() -> None:
    verdict = play(fetch_request(PAGE, API, redirect="manual"), head(302, ACAO, to("/"))).verdict
    assert (verdict.outcome, verdict.response) == (
        Outcome.OPAQUE,
        Response(type="opaqueredirect", status=0, url=API),
    )


def test_twenty_redirects_and_no_more() -> None:
    again = head(302, ANY, to(API))
    assert play(fetch_request(PAGE, API), *[again] * 20, head(200, ANY)).verdict.readable
    played = play(fetch_request(PAGE, API), *[again] * 21)
    assert (played.verdict.reason, len(played.sends)) == (Reason.REDIRECT_TOO_MANY, 21)


def test_a_redirect_changes_the_request_and_its_fields() -> None:
    request = fetch_request(PAGE, API, method="POST", body="x", headers={"Authorization": "t", "X-A": "1"})
    allow = head(200, ANY, ("Access-Control-Allow-Headers", "*, authorization"))
    played = play(request, allow, head(302, ANY, to("/2")), allow, head(307, ANY, to(OTHER)), allow, head(200, ANY))
    assert played.wire == [
        f"OPTIONS {API}",
        f"POST {API}",
        "OPTIONS https://api.other.example/2",
        "GET https://api.other.example/2",
        f"OPTIONS {OTHER}",
        f"GET {OTHER}",
    ]
    asked = [dict(fields(send)).get("Access-Control-Request-Headers") for send in played.sends]
    assert asked == ["authorization,x-a", None, "authorization,x-a", None, "x-a", None]
    assert [send.body for send in played.sends] == [None, b"x", None, None, None, None]
    assert "Content-Type" not in dict(fields(played.sends[3]))
    assert "Authorization" not in dict(fields(played.sends[5]))
    assert [send.hop for send in played.sends] == [0, 0, 1, 1, 2, 2]


def test_a_redirect_can_change_the_referrer_policy() -> None:
    answers = head(302, ANY, to("/2"), ("Referrer-Policy", "no-referrer")), head(200, ANY)
    played = play(fetch_request(PAGE, API), *answers)
    assert [dict(fields(send)).get("Referer") for send in played.sends] == ["https://app.example/", None]


def test_fragments_are_inherited_and_never_sent() -> None:
    played = play(fetch_request(PAGE, API + "#f"), head(302, ANY, to("/2")), head(200, ANY))
    assert played.wire == [f"GET {API}", "GET https://api.other.example/2"]
    assert "#f" in str(played.verdict.steps)


@pytest.mark.parametrize(
    ("profile", "preflight_origin"), [(STANDARD, "null"), (CHROMIUM, "null"), (FIREFOX, "https://app.example")]
)
def test_the_preflight_of_a_tainted_request(profile: Profile, preflight_origin: str) -> None:
    request = fetch_request(PAGE, API, method="PUT")
    allow = head(200, ANY, ALLOW)
    there = head(200, (ACAO[0], preflight_origin), ALLOW)
    played = play(request, allow, head(307, ANY, to(OTHER)), there, head(200, NULL), profile=profile)
    assert [dict(fields(send))["Origin"] for send in played.sends[2:]] == [preflight_origin, "null"]
    assert played.verdict.readable


@pytest.mark.parametrize(("profile", "again"), [(STANDARD, False), (CHROMIUM, False), (FIREFOX, True)])
def test_firefox_preflights_again_where_nothing_needs_it(profile: Profile, again: bool) -> None:
    request = fetch_request(PAGE, API, method="PUT")
    allow = head(200, ANY, ALLOW)
    preflight = [head(200, ANY)] if again else []
    played = play(request, allow, head(303, ANY, to("/2")), *preflight, head(200, ANY), profile=profile)
    assert [wire.split()[0] for wire in played.wire] == ["OPTIONS", "PUT", *(["OPTIONS"] if again else []), "GET"]
    plain = play(fetch_request(PAGE, API), head(303, ANY, to("/2")), head(200, ANY), profile=profile)
    assert not plain.verdict.preflighted


# The preflight cache, over several fetches.

PUT = fetch_request(PAGE, API, method="PUT")
DELETE = fetch_request(PAGE, API, method="DELETE")
WITH_A = fetch_request(PAGE, API, headers={"x-a": "1"})
INCLUDE = fetch_request(PAGE, API, method="PUT", credentials="include")
AUTHORIZED = fetch_request(PAGE, API, headers={"authorization": "1"})
UPLOAD = xhr_request(PAGE, API, method="POST", body="x", upload_listener=True)
PUT_ONLY = head(200, ACAO, ACAC, ("Access-Control-Allow-Methods", "PUT"))
DELETE_ONLY = head(200, ACAO, ACAC, ("Access-Control-Allow-Methods", "DELETE"))
PUT_AND_STAR = head(200, ACAO, ACAC, ("Access-Control-Allow-Methods", "PUT, *"), ("Access-Control-Allow-Headers", "*"))
OK = head(200, ACAO, ACAC)


@pytest.mark.parametrize(
    ("first", "second", "standard", "chromium", "firefox"),
    [
        pytest.param((PUT, PUT_ONLY), PUT, True, True, True, id="the same again"),
        pytest.param((PUT, PUT_ONLY), DELETE, False, False, False, id="another method"),
        pytest.param((PUT, head(200, ACAO, ALLOW)), DELETE, True, True, True, id="every method listed"),
        pytest.param((PUT, PUT_AND_STAR), DELETE, True, True, False, id="star, another method"),
        pytest.param((PUT, PUT_AND_STAR), WITH_A, True, True, False, id="star, a header"),
        pytest.param((PUT, PUT_AND_STAR), AUTHORIZED, False, False, False, id="star is not for Authorization"),
        pytest.param((PUT, PUT_ONLY), INCLUDE, False, False, False, id="anonymous never serves credentialed"),
        pytest.param((INCLUDE, PUT_ONLY), PUT, True, True, False, id="credentialed serves anonymous"),
        pytest.param(
            (INCLUDE, PUT_AND_STAR),
            DELETE.replace(credentials="include"),
            True,
            False,
            False,
            id="a credentialed star: cached by the standard alone",
        ),
        pytest.param((PUT, PUT_ONLY), PUT.replace(url=API + "?x"), False, False, False, id="another query"),
        pytest.param((PUT, PUT_ONLY), PUT.replace(url=API + "#x"), False, False, False, id="another fragment"),
        pytest.param((UPLOAD, head(200, ACAO)), UPLOAD, True, True, True, id="upload listener"),
        pytest.param((PUT, PUT_ONLY), UPLOAD, False, True, True, id="upload listener after a PUT"),
        pytest.param((PUT, PUT_ONLY), PUT.replace(cache="reload"), True, False, False, id="reload"),
    ],
)
def test_whether_a_second_request_is_preflighted(
    first: tuple[Request, Answer], second: Request, standard: bool, chromium: bool, firefox: bool
) -> None:
    for profile, cached in ((STANDARD, standard), (CHROMIUM, chromium), (FIREFOX, firefox)):
        context = Context(profile=profile)
        play(first[0], first[1], OK, context=context)
        everything = head(
            200,
            ACAO,
            ACAC,
            ("Access-Control-Allow-Methods", "PUT, DELETE"),
            ("Access-Control-Allow-Headers", "x-a, authorization"),
        )
        verdict = play(second, *([] if cached else [everything]), OK, context=context).verdict
        assert verdict.readable
        assert verdict.preflighted is not cached, profile.name


@pytest.mark.parametrize(("profile", "kept"), [(STANDARD, True), (CHROMIUM, False), (FIREFOX, True)])
def test_whether_a_second_preflight_replaces_the_first(profile: Profile, kept: bool) -> None:
    context = Context(profile=profile)
    play(PUT, PUT_ONLY, OK, context=context)
    play(DELETE, DELETE_ONLY, OK, context=context)
    assert play(PUT, *([] if kept else [PUT_ONLY]), OK, context=context).verdict.preflighted is not kept


@pytest.mark.parametrize("failure", [head(500), NetworkFailure(kind="timeout")], ids=["no ACAO", "no answer"])
@pytest.mark.parametrize(("profile", "kept"), [(STANDARD, False), (CHROMIUM, True), (FIREFOX, False)])
def test_a_failed_request_clears_the_cache(profile: Profile, kept: bool, failure: Answer) -> None:
    context = Context(profile=profile)
    play(PUT, PUT_ONLY, failure, context=context)
    assert play(PUT, *([] if kept else [PUT_ONLY]), OK, context=context).verdict.preflighted is not kept


@pytest.mark.parametrize("profile", [STANDARD, CHROMIUM, FIREFOX], ids=lambda profile: profile.name)
def test_a_failed_preflight_clears_the_cache(profile: Profile) -> None:
    context = Context(profile=profile)
    play(PUT, PUT_ONLY, OK, context=context)
    play(DELETE, PUT_ONLY, context=context)
    assert play(PUT, PUT_ONLY, OK, context=context).verdict.preflighted


def test_the_cache_goes_by_the_clock_and_the_top_level_site() -> None:
    now = [0.0]
    cache = PreflightCache()
    context = Context(preflight_cache=cache, now=lambda: now[0])
    answer = head(200, ACAO, ALLOW, ("Access-Control-Max-Age", "60"))
    play(PUT, answer, OK, context=context)
    framed = page_at("https://app.example/start", top_level="https://news.example/")
    assert play(PUT, answer, OK, page=framed, context=context).verdict.preflighted
    now[0] = 59
    assert not play(PUT, OK, context=context).verdict.preflighted
    now[0] = 60
    assert play(PUT, answer, OK, context=context).verdict.preflighted
    sandboxed = page_at("https://app.example/", sandboxed=True)
    assert play(PUT, answer, page=sandboxed, context=context).verdict.reason is Reason.PREFLIGHT_ACAO_MISMATCH


# Withholding and exploring.


def test_preflight_only_withholds_the_request() -> None:
    verdict = play(PUT, PUT_ONLY, preflight_only=True).verdict
    assert (verdict.outcome, verdict.finding, verdict.sent) == (Outcome.NOT_SENT, None, False)
    assert not verdict.readable
    assert play(fetch_request(PAGE, API), preflight_only=True).verdict.outcome is Outcome.NOT_SENT
    assert play(PUT, head(404), preflight_only=True).verdict.outcome is Outcome.BLOCKED


def reasons(*answers: Answer, request: Request = PUT, **context: object) -> list[Reason]:
    verdict = play(request, *answers, explore=True, **context).verdict
    assert verdict.finding is not None
    assert verdict.response is None
    return [verdict.finding.reason, *(finding.reason for finding in verdict.further)]


def test_exploring_lists_all_that_is_wrong_with_a_preflight_and_sends_no_put() -> None:
    request = fetch_request(PAGE, API, method="PUT", headers={"x-a": "1"})
    assert reasons(head(404), request=request) == [
        Reason.PREFLIGHT_ACAO_MISSING,
        Reason.PREFLIGHT_STATUS,
        Reason.PREFLIGHT_METHOD,
        Reason.PREFLIGHT_HEADER,
    ]
    assert reasons(head(302, to("/")), request=request)[:2] == [
        Reason.PREFLIGHT_ACAO_MISSING,
        Reason.PREFLIGHT_REDIRECT,
    ]
    assert reasons(
        head(302, to("/"), ("Access-Control-Allow-Methods", "@"), ("Access-Control-Allow-Headers", "@")),
        request=request,
        profile=CHROMIUM,
    ) == [
        Reason.PREFLIGHT_REDIRECT,
        Reason.PREFLIGHT_ACAO_MISSING,
        Reason.PREFLIGHT_ACAM_INVALID,
        Reason.PREFLIGHT_ACAH_INVALID,
    ]


def test_exploring_goes_on_to_a_safe_request() -> None:
    request = fetch_request(PAGE, API, headers={"x-a": "1"})
    assert reasons(head(404), head(200), request=request) == [
        Reason.PREFLIGHT_ACAO_MISSING,
        Reason.PREFLIGHT_STATUS,
        Reason.PREFLIGHT_HEADER,
        Reason.ACAO_MISSING,
    ]


def test_exploring_follows_a_redirect_behind_a_failure() -> None:
    request = fetch_request(PAGE, API, redirect="error")
    found = reasons(head(302, to("https://u:p@third.example/")), head(200), request=request)
    assert found == [Reason.ACAO_MISSING, Reason.REDIRECT_ERROR_MODE, Reason.REDIRECT_USERINFO, Reason.ACAO_MISSING]


@pytest.mark.parametrize(
    ("request_", "answers", "found"),
    [
        (fetch_request(PAGE, "http://a.example/"), [head(200)], [Reason.MIXED_CONTENT, Reason.ACAO_MISSING]),
        (fetch_request(PAGE, API, mode="same-origin"), [], [Reason.MODE_SAME_ORIGIN]),
        (fetch_request(PAGE, "https://a.example:25/"), [], [Reason.BAD_PORT]),
        (fetch_request(PAGE, API), [NetworkFailure(kind="dns")], [Reason.TRANSPORT]),
        (PUT, [NetworkFailure(kind="dns")], [Reason.TRANSPORT]),
        (fetch_request(PAGE, API), [head(407)], [Reason.PROXY_AUTHENTICATION, Reason.ACAO_MISSING]),
        (
            fetch_request(PAGE, API, mode="no-cors", redirect="error"),
            [head(200, ("Cross-Origin-Resource-Policy", "same-origin"))],
            [Reason.NOCORS_REDIRECT_MODE, Reason.CORP_SAME_ORIGIN],
        ),
        (
            feature_request(PAGE, "script", API),
            [head(200, ("Content-Type", "text/csv"), ("X-Content-Type-Options", "nosniff"))],
            [Reason.MIME_TYPE, Reason.NOSNIFF],
        ),
        (
            fetch_request(PAGE, "/x", method="POST", body=b"x" * 70000, keepalive=True),
            [],
            [Reason.KEEPALIVE_LIMIT],
        ),
        (stream(), [head(200, ACAO), head(200, version="HTTP/1.1")], [Reason.STREAM_BODY, Reason.ACAO_MISSING]),
    ],
)
def test_what_exploring_finds(request_: Request, answers: list[Answer], found: list[Reason]) -> None:
    assert reasons(*answers, request=request_) == found


def test_exploring_past_local_network_access() -> None:
    page = page_at("http://app.example/", address_space="public")
    request = fetch_request(page, "http://127.0.0.1/")
    verdict = play(request, head(200, ANY), page=page, explore=True, profile=CHROMIUM).verdict
    assert (verdict.reason, verdict.further) == (Reason.LNA_INSECURE, ())


def test_nothing_is_remembered_of_a_preflight_that_failed() -> None:
    context = Context(explore=True)
    verdict = play(PUT, head(404, ACAO, ALLOW), context=context).verdict
    assert len(context.preflight_cache) == 0
    assert "cached for" not in str(verdict.steps)


def test_exploring_what_is_allowed_finds_nothing() -> None:
    assert play(PUT, PUT_ONLY, OK, explore=True).verdict.readable


# The trace.


def test_the_trace_mirrors_the_calls_of_the_standard() -> None:
    def outline(steps: tuple[object, ...], depth: int = 0) -> list[str]:
        lines = []
        for step in steps:
            if not step.number or step.finding:  # type: ignore[attr-defined]
                lines.append("  " * depth + step.algorithm + ("" if step.ok else " !"))  # type: ignore[attr-defined]
            lines += outline(step.steps, depth + 1)  # type: ignore[attr-defined]
        return lines

    verdict = play(PUT, PUT_ONLY, head(200)).verdict
    assert outline(verdict.steps) == [
        "fetch",
        "  main fetch",
        "    HTTP fetch",
        "      CORS-preflight fetch",
        "        HTTP-network-or-cache fetch",
        "          HTTP-network fetch",
        "      HTTP-network-or-cache fetch",
        "        HTTP-network fetch",
        "      CORS check !",
    ]
    assert verdict.steps[0].outcome == "blocked: acao-missing"


def test_every_step_is_frozen_once_the_fetch_is_over() -> None:
    def every(steps: tuple[Step, ...]) -> list[Step]:
        return [found for step in steps for found in (step, *every(step.steps))]

    steps = every(play(PUT, PUT_ONLY, head(200)).verdict.steps)
    assert len(steps) > 9
    assert {type(step) for step in steps} == {Step}
    for step in steps:
        with pytest.raises(FrozenInstanceError):
            step.outcome = "passed"  # type: ignore[misc]
    assert steps[0] == replace(steps[0])


def test_a_flow_can_be_given_up() -> None:
    flow = fetch(PUT, PAGE, context=Context())
    next(flow)
    flow.close()
