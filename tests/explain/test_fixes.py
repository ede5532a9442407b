"""The fix names the very lines to send, and tells who answered."""

import ast

import pytest

from crossorigin.browser import (
    CHROMIUM,
    FIREFOX,
    STANDARD,
    WEBKIT,
    Outcome,
    Profile,
    Reason,
    ResponseHead,
    Send,
    Verdict,
    feature_request,
    page_at,
)
from crossorigin.explain import Fix, explain
from crossorigin.policy import Policy
from crossorigin.standard import HeaderList
from tests.explain.verdicts import API, ORIGIN, head, preflight_then, run

ALLOWED = {"Access-Control-Allow-Origin": ORIGIN, "Vary": "Origin"}
PUT_ALLOWED = {**ALLOWED, "Access-Control-Allow-Methods": "PUT"}


def fix_of(verdict: Verdict) -> Fix:
    cause = explain(verdict).cause
    assert cause is not None
    return cause.fixes[0]


def policy_code(verdict: Verdict) -> str:
    """The crossorigin policy that is advised, "" where none is."""
    cause = explain(verdict).cause
    assert cause is not None
    return next((fix.code for fix in cause.fixes if fix.where == "policy"), "")


def text_of(verdict: Verdict) -> str:
    """The sentences of all fixes."""
    cause = explain(verdict).cause
    assert cause is not None
    return " ".join(fix.text for fix in cause.fixes)


def policy_of(code: str) -> Policy:
    """The policy that the advice spells, built without running it as code."""
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call)
    return Policy(**{keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords if keyword.arg})


def test_a_plain_get_without_cors() -> None:
    fix = fix_of(run(head()))
    assert fix.fields == (f"Access-Control-Allow-Origin: {ORIGIN}", "Vary: Origin")
    assert "server has no CORS here, or https://app.example.com is not on its list" in fix.text
    assert policy_of(policy_code(run(head()))) == Policy(allow_origins=[ORIGIN])


def test_a_preflighted_request_with_credentials_names_all_that_it_needs() -> None:
    verdict = run(head(404), method="DELETE", headers={"X-B": "1", "X-A": "1"}, credentials="include")
    fix = fix_of(verdict)
    assert fix.fields == (
        f"Access-Control-Allow-Origin: {ORIGIN}",
        "Access-Control-Allow-Credentials: true",
        "Access-Control-Allow-Methods: DELETE",
        "Access-Control-Allow-Headers: x-a, x-b",
        "Vary: Origin",
    )
    assert "No route answers OPTIONS there" in fix.text
    cause = explain(verdict).cause
    assert cause is not None
    assert policy_of(cause.fixes[-1].code) == Policy(
        allow_origins=[ORIGIN], allow_methods=["DELETE"], allow_headers=["x-a", "x-b"], allow_credentials=True
    )


def test_a_preflight_without_cors_is_followed_by_what_the_response_has_to_say() -> None:
    cause = explain(run(head(404), method="PUT", credentials="include")).cause
    assert cause is not None
    assert cause.fixes[1].text == "The response to PUT itself also needs:"
    assert cause.fixes[1].fields == (
        f"Access-Control-Allow-Origin: {ORIGIN}",
        "Access-Control-Allow-Credentials: true",
        "Vary: Origin",
    )


def test_following_the_fix_mends_it() -> None:
    """The advice of each failing case, taken to the letter by the server, makes the response readable."""
    options: list[dict[str, object]] = [
        {},
        {"method": "PUT"},
        {"method": "PUT", "credentials": "include"},
        {"headers": {"X-A": "1", "Authorization": "t"}},
        {"method": "purge", "headers": {"Content-Type": "application/json"}, "credentials": "include"},
    ]
    broken = [
        head(),
        head(404),
        head(200, {"Access-Control-Allow-Origin": "*"}),
        head(200, {"Access-Control-Allow-Origin": f"{ORIGIN}/"}),
        head(200, {"Access-Control-Allow-Origin": "https://other.example"}),
        head(204, ALLOWED),
        head(204, {**ALLOWED, "Access-Control-Allow-Methods": "GET", "Access-Control-Allow-Headers": "x-b"}),
        head(204, {**ALLOWED, "Access-Control-Allow-Methods": "G@T"}),
    ]
    for wanted in options:
        for answer in broken:
            fields: dict[str, dict[str, str]] = {"preflight": {}, "request": {}}
            sent = {name.decode(): value.decode() for name, value in answer.headers.fields}

            def mended(
                send: object,
                answer: ResponseHead = answer,
                sent: dict[str, str] = sent,
                fields: dict[str, dict[str, str]] = fields,
            ) -> ResponseHead:
                known = fields[send.purpose]  # type: ignore[attr-defined]
                if not known:
                    return answer
                return head(204 if send.purpose == "preflight" else 200, {**sent, **known})  # type: ignore[attr-defined]

            for _ in range(4):
                verdict = run(mended, **wanted)
                if verdict.readable:
                    break
                assert verdict.finding is not None
                assert verdict.finding.exchange is not None
                purpose = verdict.exchanges[verdict.finding.exchange].send.purpose
                fields[purpose] |= dict(line.split(": ", 1) for line in fix_of(verdict).fields)
            assert verdict.readable, (wanted, answer)


@pytest.mark.parametrize(
    ("status", "fields", "words"),
    [
        (200, {}, "The server has no CORS here, or"),
        (200, {"Vary": "Accept-Encoding, Origin"}, "is not on its list"),
        (200, {"Access-Control-Allow-Methods": "PUT"}, "is not on its list"),
        (500, {"Content-Type": "application/json"}, "The server failed with 500"),
        (
            502,
            {"Server": "nginx/1.25", "Content-Type": "text/html"},
            "came from something in front of the app (Server: nginx/1.25)",
        ),
        (504, {}, "came from something in front of the app, not from the app"),
        (403, {"Server": "cloudflare", "CF-Ray": "8f0", "Content-Type": "text/html; charset=UTF-8"}, "Cf-Ray: 8f0"),
        (503, {"X-Amzn-RequestId": "1"}, "X-Amzn-Requestid: 1"),
        (401, {"WWW-Authenticate": "Bearer"}, "The 401 came from authentication"),
        (
            302,
            {"Location": "https://sso.example/login?next=/"},
            "with a redirect to https://sso.example/login?next=/, most likely a login",
        ),
    ],
    ids=["no CORS", "varies by origin", "other fields", "error page", "nginx 502", "504", "WAF", "AWS", "401", "login"],
)
def test_a_response_without_the_field_tells_who_answered(status: int, fields: dict[str, str], words: str) -> None:
    assert words in fix_of(run(head(status, fields))).text


@pytest.mark.parametrize(
    ("status", "fields", "words"),
    [
        (401, {}, "Authentication answered the preflight (401)"),
        (407, {}, "Authentication answered the preflight."),
        (403, {}, "Something refused the preflight (403)"),
        (403, {"Vary": "Origin"}, "is not on its list"),
        (405, {}, "No route answers OPTIONS there"),
        (302, {"Location": "/login"}, "was redirected to https://api.example.com/login, most likely a login"),
        (301, {"Location": "/items/1/"}, "adds or removes the trailing slash"),
        (502, {"Content-Type": "text/html", "Server": "awselb/2.0"}, "came from something in front of the app"),
        (500, {}, "The server failed with 500"),
    ],
    ids=["401", "407", "403", "403 by CORS", "405", "login", "slash", "gateway", "error"],
)
def test_a_preflight_tells_who_answered(status: int, fields: dict[str, str], words: str) -> None:
    for cors in ({}, ALLOWED) if status not in (403, 405, 407) else ({},):
        assert words in fix_of(run(preflight_then(head(status, {**fields, **cors})), method="PUT")).text


def test_the_preflight_was_answered_and_the_response_was_not() -> None:
    verdict = run(preflight_then(head(204, PUT_ALLOWED), head(200)), method="PUT")
    assert verdict.reason is Reason.ACAO_MISSING
    assert "another layer" in fix_of(verdict).text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (f"{ORIGIN}/", "trailing slash"),
        (ORIGIN.upper(), "case of the letters"),
        ("https://*.example.com", "Browsers do not read patterns"),
        ("http://app.example.com", "the scheme does not"),
        (f"{ORIGIN}:8443", "the port does not"),
        ("null", "opaque origin null"),
        ("https://other.example", "names one fixed origin"),
    ],
    ids=["slash", "case", "pattern", "scheme", "port", "null", "other"],
)
def test_a_mismatch_is_looked_at_closely(value: str, words: str) -> None:
    fix = fix_of(run(head(200, {"Access-Control-Allow-Origin": value})))
    assert words in fix.text
    assert fix.fields == (f"Access-Control-Allow-Origin: {ORIGIN}", "Vary: Origin")


def test_two_lines_are_two_layers() -> None:
    lines = [("Access-Control-Allow-Origin", ORIGIN), ("Access-Control-Allow-Origin", ORIGIN)]
    assert "Two layers add the header" in fix_of(run(head(200, lines))).text


def test_what_is_allowed_already_stays_allowed() -> None:
    listed = {**ALLOWED, "Access-Control-Allow-Methods": "GET, PATCH", "Access-Control-Allow-Headers": "X-Old"}
    fix = fix_of(run(head(204, listed), method="PUT", headers={"X-New": "1"}))
    assert "Access-Control-Allow-Methods: GET, PATCH, PUT" in fix.fields
    assert "Access-Control-Allow-Headers: x-old, x-new" in fix.fields


def test_a_method_in_the_wrong_case() -> None:
    verdict = run(head(204, {**ALLOWED, "Access-Control-Allow-Methods": "PATCH"}), method="patch")
    assert "ask with PATCH" in fix_of(verdict).text
    assert not fix_of(verdict).fields
    verdict = run(head(204, {**ALLOWED, "Access-Control-Allow-Methods": "PUT"}), method="patch")
    page, server = explain(verdict).cause.fixes  # type: ignore[union-attr]
    assert "ask with PATCH" in page.text
    assert server.fields == ("Access-Control-Allow-Methods: PUT, PATCH",)
    verdict = run(head(204, {**ALLOWED, "Access-Control-Allow-Methods": "PUT"}), method="purge")
    assert fix_of(verdict).text == "Allow purge by name in the response to OPTIONS:"
    verdict = run(head(204, {**ALLOWED, "Access-Control-Allow-Methods": "put"}), method="PUT")
    assert "the list says put" in fix_of(verdict).text


def test_a_tainted_redirect_is_asked_for_directly() -> None:
    def answer(send: Send) -> ResponseHead:
        if send.url == API:
            return head(302, {**ALLOWED, "Location": "https://third.example/x"})
        return head(200, ALLOWED)

    verdict = run(answer)
    fix = fix_of(verdict)
    assert "request https://third.example/x directly" in fix.text
    assert fix.fields[0] == f"Access-Control-Allow-Origin: {ORIGIN}"


def test_a_redirect_without_the_fields_wants_them_on_both_responses() -> None:
    target = f"{API}/"
    fix = fix_of(run(head(301, {"Location": target})))
    assert "only adds or removes the trailing slash" in fix.text
    assert f"request {target} directly" in fix.text
    fields = dict(line.split(": ", 1) for line in fix.fields)

    def mended(send: Send) -> ResponseHead:
        return head(301, {**fields, "Location": target}) if send.url == API else head(200, fields)

    assert run(mended).readable
    assert run(head(200, fields), url=target).readable


@pytest.mark.parametrize("target", ["https://third.example/x", "http://api.example.com/items/1"])
def test_a_redirect_to_another_origin_is_not_mended_by_fields_of_its_own(target: str) -> None:
    def answer(send: Send) -> ResponseHead:
        return head(302, {"Location": target}) if send.url == API else head(200, ALLOWED)

    page = page_at("http://app.example.com/")
    fix = fix_of(run(answer, page=page))
    assert f"request {target} directly" in fix.text
    fields = dict(line.split(": ", 1) for line in fix.fields)
    assert run(head(200, fields), url=target, page=page).readable

    def followed(send: Send) -> ResponseHead:
        return head(302, {**fields, "Location": target}) if send.url == API else head(200, fields)

    assert not run(followed, page=page).readable


@pytest.mark.parametrize("profile", [STANDARD, CHROMIUM, FIREFOX, WEBKIT], ids=lambda profile: profile.name)
def test_a_page_on_localhost_may_ask_over_http_and_a_page_over_https_may_not(profile: Profile) -> None:
    local = run(head(), url="http://api.example.com/", origin="http://localhost:3000", profile=profile)
    assert local.reason is Reason.ACAO_MISSING
    secure = run(head(200, ALLOWED), url="http://api.example.com/", profile=profile)
    assert secure.reason is Reason.MIXED_CONTENT
    assert fix_of(secure).text.startswith("Serve it over https")


def test_an_opaque_page_is_given_an_origin_and_null_is_not_allowed() -> None:
    fix = fix_of(run(head(), origin="null"))
    assert fix.fields == ()
    assert fix.code == ""
    assert "Serve the page from an http(s) origin" in fix.text


def test_an_opaque_response_is_asked_for_with_cors() -> None:
    page = page_at(f"{ORIGIN}/")
    verdict = run(head(), page=page, request=feature_request(page, "image", "https://cdn.example.net/i.png"))
    assert verdict.outcome is Outcome.OPAQUE
    assert "crossorigin" in fix_of(verdict).text
    assert fix_of(verdict).fields[0] == f"Access-Control-Allow-Origin: {ORIGIN}"


@pytest.mark.parametrize(("feature", "words"), [("form", "is a navigation"), ("beacon", "answer to a beacon")])
def test_what_nobody_reads_has_no_fields_to_send(feature: str, words: str) -> None:
    page = page_at(f"{ORIGIN}/")
    fix = fix_of(run(head(), page=page, request=feature_request(page, feature, API, body="x")))
    assert words in fix.text
    assert (fix.fields, fix.code) == ((), "")


@pytest.mark.parametrize("name", ["X-Powered-By", "X-AspNet-Version"])
def test_a_server_in_another_language_gets_fields_and_no_python(name: str) -> None:
    fix = fix_of(run(head(200, {name: "Express"})))
    assert fix.fields
    assert policy_code(run(head(200, {name: "Express"}))) == ""


def test_a_policy_that_the_library_refuses_is_not_advised() -> None:
    verdict = run(head(), origin="http://app.example.com", url="http://api.example.com/", credentials="include")
    assert policy_code(verdict) == ""
    assert fix_of(verdict).fields[0] == "Access-Control-Allow-Origin: http://app.example.com"


def test_a_redirect_that_ends_in_a_stranger_s_junk_is_bounded() -> None:
    raw = HeaderList(((b"Location", b"/login?" + b"\x1b" * 100_000),))
    fix = fix_of(run(ResponseHead(status=302, headers=raw), method="PUT"))
    assert len(fix.text) < 2000
    assert fix.text.isprintable()
