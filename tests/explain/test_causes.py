"""Causes that look alike to a page, told apart, and fixes that change only what failed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.browser import (
    CHROMIUM,
    CookieRefusal,
    Reason,
    ResponseHead,
    Send,
    feature_request,
    page_at,
    xhr_request,
)
from crossorigin.explain import Cause, explain, render_text
from crossorigin.explain.verdict._cookies import RULES
from tests.explain.verdicts import API, ORIGIN, head, preflight_then, run

ALLOWED = {"Access-Control-Allow-Origin": ORIGIN, "Vary": "Origin"}
PUT = {**ALLOWED, "Access-Control-Allow-Methods": "PUT"}


def cause_of(*arguments: object, **options: object) -> Cause:
    cause = explain(run(*arguments, **options)).cause  # type: ignore[arg-type]
    assert cause is not None
    return cause


def words(cause: Cause) -> str:
    return " ".join(fix.text for fix in cause.fixes)


def lines(cause: Cause) -> list[str]:
    return [line for fix in cause.fixes for line in fix.fields]


@pytest.mark.parametrize("name", ["lessons", "authors", "accessories", "processors", "items", "authorship/oauthors"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_slash_is_not_a_login(name: str, method: str) -> None:
    url = f"https://api.example.com/{name}"
    cause = cause_of(head(308, {"Location": f"{url}/"}), url=url, method=method)
    assert "trailing slash" in words(cause)
    assert "login" not in words(cause)
    assert "uthentication" not in words(cause).replace("before routing and authentication", "")


@pytest.mark.parametrize(
    "target",
    [
        "https://login.idp.test/tenant/oauth2/v2.0/authorize?client_id=1",
        "https://sso.example.org/x",
        "https://api.example.com/users/sign_in",
        "https://api.example.com/session/new",
        "https://api.example.com/accounts/login/?next=/items/1",
        "https://api.example.com/wp-login.php",
        "https://accounts.google.com/o?client_id=1&response_type=code",
        "https://adfs.corp.test/adfs/ls/?SAMLRequest=x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_login_wants_a_401_and_no_header_of_the_login(target: str, method: str) -> None:
    cause = cause_of(head(302, {"Location": target}), method=method)
    assert "401" in words(cause)
    assert "location.assign" in words(cause)
    assert cause.fixes[0].where == "app-code"
    assert not cause.fixes[0].fields


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_the_page_s_own_api_redirected_to_a_login_of_another_origin(method: str) -> None:
    def answer(send: Send) -> ResponseHead:
        if send.url.startswith(ORIGIN):
            return head(302, {"Location": "https://elsewhere.test/hello"})
        return head(200, {"Content-Type": "text/html"})

    cause = cause_of(answer, url=f"{ORIGIN}/api/values", method=method)
    assert f"answered {ORIGIN}/api/values with a redirect" in words(cause)
    assert "the page's own server" in words(cause).lower()
    assert "401" in words(cause)
    assert not lines(cause)
    assert not any(fix.code for fix in cause.fixes)


def test_plain_http_behind_tls_is_named() -> None:
    cause = cause_of(head(307, {"Location": "http://api.example.com/items/1/"}))
    assert "behind TLS" in words(cause)
    assert "request https://api.example.com/items/1/ directly" in words(cause)


@pytest.mark.parametrize(
    ("status", "fields", "named"),
    [
        (304, {"ETag": '"1"'}, ["304", "If-None-Match"]),
        (401, {}, ["401", "authentication"]),
        (403, {"Content-Type": "application/json"}, ["refused", "403"]),
        (413, {}, ["larger", "413"]),
        (422, {"Content-Type": "application/json"}, ["422"]),
        (429, {"Retry-After": "30"}, ["too many requests", "Retry-After says 30"]),
        (500, {}, ["failed with 500", "log"]),
        (502, {}, ["in front of the app", "not a CORS problem"]),
        (504, {}, ["in time"]),
    ],
    ids=str,
)
def test_the_status_names_the_cause(status: int, fields: dict[str, str], named: list[str]) -> None:
    text = words(cause_of(head(status, fields)))
    assert all(word in text for word in named), text
    assert ("failed with" in text) is (status == 500)


@pytest.mark.parametrize(
    ("status", "fields", "named"),
    [
        (429, {}, "do not count OPTIONS"),
        (403, {"x-amzn-errortype": "MissingAuthenticationTokenException"}, "no OPTIONS method"),
        (403, {"Server": "AmazonS3"}, "No CORS rule of the bucket"),
        (422, {}, "validator"),
    ],
    ids=str,
)
def test_the_status_of_a_preflight_names_the_cause(status: int, fields: dict[str, str], named: str) -> None:
    assert named in words(cause_of(preflight_then(head(status, fields)), method="PUT"))


def test_a_cors_layer_that_refuses_a_preflight_names_what_is_missing() -> None:
    refusal = head(
        400,
        {
            **ALLOWED,
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Max-Age": "600",
            "Access-Control-Allow-Headers": "Accept, Content-Type",
            "Content-Type": "text/plain; charset=utf-8",
        },
    )
    cause = cause_of(refusal, method="PUT", headers={"X-A": "1"})
    assert "PUT is not on its list" in cause.fixes[0].text
    assert "x-a is not on its list" in cause.fixes[0].text
    assert "before routing" not in words(cause)
    assert cause.fixes[0].fields == (
        "Access-Control-Allow-Methods: GET, POST, PUT",
        "Access-Control-Allow-Headers: accept, content-type, x-a",
    )


def test_nginx_adds_headers_to_errors_only_with_always() -> None:
    cause = cause_of(head(404, {"Server": "nginx/1.22.1", "Content-Type": "text/html"}))
    fix = next(fix for fix in cause.fixes if fix.product == "nginx" and fix.code)
    assert fix.where == "server-config"
    assert fix.code.splitlines() == [
        f'add_header Access-Control-Allow-Origin "{ORIGIN}" always;',
        'add_header Vary "Origin" always;',
    ]


def test_a_wildcard_that_passed_stays() -> None:
    public = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "content-type"}
    cause = cause_of(head(204, public), headers={"X-Client": "1"})
    assert cause.fixes[0].fields == ("Access-Control-Allow-Headers: content-type, x-client",)
    assert 'allow_origins="*"' in cause.fixes[-1].code


def test_a_method_in_small_letters_is_the_page_s_mistake_and_the_list_keeps_patch() -> None:
    listed = {**ALLOWED, "Access-Control-Allow-Methods": "GET, PATCH, PUT"}
    cause = cause_of(head(204, listed), method="patch")
    assert "ask with PATCH" in words(cause)
    assert not lines(cause)


def test_a_policy_keeps_what_the_server_has() -> None:
    sent = {**PUT, "Access-Control-Allow-Credentials": "true", "Access-Control-Max-Age": "600"}
    code = cause_of(head(204, sent), method="PUT", headers={"X-A": "1"}).fixes[-1].code
    assert "allow_credentials=True" in code
    assert "max_age=600" in code
    exposed = {"Access-Control-Allow-Origin": "https://b.example", "Access-Control-Expose-Headers": "x-total"}
    assert 'expose_headers=["x-total"]' in cause_of(head(200, exposed)).fixes[-1].code


def test_a_response_header_in_the_request_is_taken_out_of_it() -> None:
    cause = cause_of(head(204, PUT), headers={"Access-Control-Allow-Origin": "x", "X-A": "1"}, method="PUT")
    assert cause.fixes[0].where == "page-code"
    assert "access-control-allow-origin is a response header" in cause.fixes[0].text
    assert "Access-Control-Allow-Headers: x-a" in lines(cause)
    alone = cause_of(head(204, PUT), headers={"Access-Control-Allow-Origin": "x"}, method="PUT")
    assert not lines(alone)


@pytest.mark.parametrize(
    ("names", "library"),
    [
        (["sentry-trace", "baggage"], "Sentry"),
        (["traceparent"], "OpenTelemetry"),
        (["x-datadog-trace-id", "x-datadog-parent-id"], "Datadog"),
        (["newrelic"], "New Relic"),
        (["elastic-apm-traceparent"], "Elastic"),
        (["request-id"], "Application Insights"),
    ],
)
def test_a_library_that_traces_is_named(names: list[str], library: str) -> None:
    cause = cause_of(head(204, ALLOWED), headers=dict.fromkeys(names, "1"))
    assert library in cause.fixes[0].text
    assert cause.fixes[0].where == "page-code"
    assert "no preflight at all" in cause.fixes[0].text
    assert "Or, if the server is yours" in words(cause)


def test_an_image_needs_the_attribute_and_no_credentials() -> None:
    page = page_at(f"{ORIGIN}/")
    request = feature_request(page, "image", "https://cdn.example.net/i.png")
    for fields in ({}, {"Access-Control-Allow-Origin": "*"}):
        cause = cause_of(head(200, fields), page=page, request=request)
        assert "crossorigin" in cause.fixes[0].text
        assert "redentials" not in " ".join([words(cause), *lines(cause), *(fix.code for fix in cause.fixes)])
        assert bool(lines(cause)) is (not fields)


@pytest.mark.parametrize(
    ("options", "because"),
    [
        ({"method": "PUT"}, "the method is PUT"),
        ({"method": "POST", "headers": {"Content-Type": "application/json"}, "body": "{}"}, "sent as application/json"),
        ({"headers": {"X-A": "1"}}, "the page sets the header x-a"),
        ({"headers": {"traceparent": "1"}}, "added the header traceparent"),
    ],
    ids=["method", "type", "header", "tracer"],
)
def test_why_there_is_a_preflight(options: dict[str, object], because: str) -> None:
    assert because in cause_of(head(500), **options).why
    explanation = explain(
        run(
            preflight_then(
                head(204, {**PUT, "Access-Control-Allow-Headers": "content-type, x-a, traceparent"}), head(200, ALLOWED)
            ),
            **options,
        )
    )  # type: ignore[arg-type]
    assert explanation.readable
    assert any(because in note for note in explanation.notes)


def test_an_upload_listener_is_named_as_what_made_the_preflight() -> None:
    page = page_at(f"{ORIGIN}/")
    request = xhr_request(page, API, method="POST", body="x=1", upload_listener=True)
    assert "upload events" in cause_of(head(500), page=page, request=request).why


@given(
    st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=60),
    st.sampled_from([301, 302, 307, 308]),
)
def test_any_location_is_explained(location: str, status: int) -> None:
    verdict = run(ResponseHead(status=status, headers=head(200, {"Location": location}).headers))
    if verdict.finding is not None:
        assert explain(verdict).cause is not None
        assert verdict.reason in (
            Reason.ACAO_MISSING,
            Reason.REDIRECT_LOCATION,
            Reason.REDIRECT_SCHEME,
            Reason.REDIRECT_USERINFO,
        )


@pytest.mark.parametrize(
    ("fields", "noted"),
    [
        ({"Cache-Control": "public, max-age=3600"}, True),
        ({"Cache-Control": "s-maxage=60"}, True),
        ({"Cache-Control": "immutable"}, True),
        ({"Expires": "Wed, 21 Oct 2099 07:28:00 GMT"}, True),
        ({"Cache-Control": "public, max-age=3600", "Vary": "Accept, ORIGIN"}, False),
        ({"Cache-Control": "public, max-age=3600", "Vary": "*"}, False),
        ({"Cache-Control": "no-store, max-age=60"}, False),
        ({"Cache-Control": "max-age=0"}, False),
        ({}, False),
    ],
    ids=str,
)
@pytest.mark.parametrize("value", ["*", ORIGIN])
def test_a_cacheable_response_without_vary_gets_a_word(value: str, fields: dict[str, str], noted: bool) -> None:
    explanation = explain(run(head(200, {"Access-Control-Allow-Origin": value, **fields})))
    assert explanation.readable
    assert any("Vary: Origin" in note for note in explanation.notes) is noted


SIGNED_IN = {**ALLOWED, "Access-Control-Allow-Credentials": "true"}


@pytest.mark.parametrize(
    ("cookie", "options", "rule"),
    [
        ("sid=1; SameSite=Lax", {"credentials": "include"}, "SameSite"),
        ("sid=1", {"credentials": "include"}, "SameSite"),
        ("sid=1; SameSite=None", {"credentials": "include"}, "without Secure"),
        ("__Host-sid=1; Secure; SameSite=None; Path=/x", {"credentials": "include"}, "__Host-"),
        ("sid=1; Secure; SameSite=None; Domain=other.example", {"credentials": "include"}, "Domain"),
        ("sid=1; Secure; SameSite=None", {}, "without credentials"),
    ],
)
def test_a_cookie_that_is_refused_names_the_rule(cookie: str, options: dict[str, object], rule: str) -> None:
    options = {"url": "https://api.example.test/login", "profile": CHROMIUM, **options}
    explanation = explain(run(head(200, {**SIGNED_IN, "Set-Cookie": cookie}), **options))  # type: ignore[arg-type]
    assert explanation.readable
    note = next(note for note in explanation.notes if "is not stored" in note)
    assert rule in note
    assert "sid" in note


def test_every_rule_for_cookies_has_its_words() -> None:
    assert set(RULES) == set(CookieRefusal)


@pytest.mark.parametrize("verbose", [False, True], ids=["short", "verbose"])
def test_what_made_the_browser_ask_first_is_always_told(verbose: bool) -> None:
    verdict = run(head(500), method="POST", body="{}", headers={"Content-Type": "application/json"})
    text = render_text(explain(verdict), verbose=verbose)
    assert "sent as application/json" in " ".join(text.split())


def test_what_only_the_tool_sent_is_not_said_to_be_the_browser_s() -> None:
    verdict = run(preflight_then(head(404), head(200)), headers={"X-A": "1"}, explore=True)
    assert [exchange.send.method for exchange in verdict.exchanges] == ["OPTIONS", "GET"]
    text = " ".join(render_text(explain(verdict)).split())
    assert f"GET {API}: 200 (sent by --explore alone)" in text
    assert "GET itself never left the browser" in text
    assert "was sent and answered" not in text
    assert "a browser stops there" in text
    alone = " ".join(render_text(explain(run(head(500)))).split())
    assert "was sent and answered (500)" in alone
    assert "explore" not in alone
