"""Which fixes are written out for which product, and that none opens more than the request needs."""

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.browser import Reason, ResponseHead, Verdict
from crossorigin.explain import Fix, explain, render_json
from crossorigin.explain.remedies import FAMILIES, REMEDIES, Family, Needs, Remedy, remedy_for
from tests.explain.remedies.documented import BLANK, DOCUMENTED
from tests.explain.test_every_reason import SHORTCUTS
from tests.explain.verdicts import ORIGIN, head, made, preflight_then, run

OTHER = "https://other.example.com"
NAMES = st.lists(st.from_regex(r"x-[a-z0-9-]{1,8}", fullmatch=True), max_size=3).map(tuple)
NEEDS = st.builds(
    Needs,
    origins=st.sampled_from([(ORIGIN,), (OTHER, ORIGIN)]),
    method=st.sampled_from(["GET", "PUT", "PATCH"]),
    preflighted=st.booleans(),
    methods=st.sampled_from([(), ("PUT",), ("PATCH", "PUT")]),
    headers=NAMES,
    credentials=st.booleans(),
    exposed=NAMES,
    max_age=st.none() | st.integers(0, 99_999),
    sent=st.sampled_from(
        [(), ("Access-Control-Allow-Origin",), ("Access-Control-Max-Age", "Access-Control-Allow-Origin")]
    ),
    status=st.sampled_from([200, 401, 404, 500]),
    refused=st.booleans(),
)
REMEDY = pytest.mark.parametrize("remedy", REMEDIES, ids=lambda remedy: remedy.product)

SERVER = {
    "nginx": {"Server": "nginx/1.22.1"},
    "Caddy": {"Server": "Caddy"},
    "Express": {"X-Powered-By": "Express"},
    "Starlette": {"Server": "uvicorn"},
    "Flask": {"Server": "Werkzeug/3.1.3 Python/3.11.2"},
    "Django": {"Server": "WSGIServer/0.2 CPython/3.11.2"},
    **BLANK,
}

PAIRS = {
    "nginx": {"who may read", "the preflight's status", "methods and headers"},
    "Caddy": {"who may read", "the preflight's status", "methods and headers"},
    "Envoy": {"who may read", "the preflight's status", "methods and headers"},
    "Amazon S3": {"who may read", "the preflight's status", "methods and headers"},
    "API Gateway": {"who may read", "the preflight's status", "methods and headers"},
    "CloudFront": {"who may read", "methods and headers"},
    "Express": {"who may read", "the preflight's status", "methods and headers"},
    "Starlette": {"who may read", "the preflight's status", "methods and headers"},
    "Flask": {"who may read", "methods and headers"},
    "Django": {"who may read", "the preflight's status", "methods and headers"},
}


def told(verdict: Verdict) -> list[Fix]:
    """The fixes for a product."""
    cause = explain(verdict).cause
    assert cause is not None
    return [fix for fix in cause.fixes if fix.product not in ("", "crossorigin") and fix.code]


def test_the_pairs_that_apply() -> None:
    assert {remedy.product: set(map(str, remedy.families)) for remedy in REMEDIES} == PAIRS


@pytest.mark.parametrize("reason", Reason, ids=str)
@REMEDY
def test_a_pair_outside_the_table_has_no_remedy(remedy: Remedy, reason: Reason) -> None:
    found = remedy_for(remedy.named, reason)
    assert (found is remedy) is (FAMILIES.get(reason) in remedy.families)


@REMEDY
@given(needs=NEEDS)
def test_no_code_is_a_shortcut_and_all_of_it_is_named(remedy: Remedy, needs: Needs) -> None:
    code = remedy.code(needs)
    assert not SHORTCUTS.search(code)
    assert remedy.code(needs) == code
    if code:
        wanted = (*needs.origins, *needs.exposed, *((*needs.methods, *needs.headers) if needs.preflighted else ()))
        assert all(name in code for name in wanted)
        if remedy.product in ("Starlette", "Flask", "Django"):
            ast.parse(code)


@REMEDY
def test_every_sentence_is_plain_and_says_what_was_not_run(remedy: Remedy) -> None:
    assert remedy.text.endswith(":")
    assert not SHORTCUTS.search(remedy.text)
    assert ("not run by us" in remedy.text) is ("not run by us" in remedy.applies) is (not remedy.run)


@pytest.mark.parametrize("product", SERVER)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_the_product_that_the_response_names_is_told_once(product: str, method: str) -> None:
    (fix,) = told(run(head(200, SERVER[product]), method=method))
    assert fix.product == product
    assert fix.where == ("app-code" if product in ("Express", "Starlette", "Flask", "Django") else "server-config")


def test_a_product_that_is_not_known_or_cannot_do_it_is_not_told() -> None:
    assert not told(run(head(200, {"Server": "gunicorn"})))
    assert not told(run(head(200, {"Server": "AmazonS3"}), method="PATCH"))
    assert not told(run(head(403, {"Server": "CloudFront"}), method="PUT"))
    assert not told(run(head(502, {"Apigw-Requestid": "1"})))
    assert not told(run(head(200, {"x-amz-apigw-id": "1"})))
    assert not told(run(head(200, {"Server": "envoy", "Access-Control-Allow-Origin": "*"}), method="PUT"))
    assert not told(run(head(200, {"Server": "werkzeug"}), origin="http://[::1]:3000"))


def test_a_list_that_allows_everything_is_not_made_shorter() -> None:
    public = {"Server": "nginx", "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
    assert not told(run(head(204, public), headers={"Authorization": "x"}))
    assert not told(run(head(404, public), headers={"X-A": "1"}))


@pytest.mark.parametrize("name", ["x-$a", "x-'a", "x-`a`", "x-%a", "x-a|b", "x-" + "a" * 80])
def test_a_name_that_a_product_could_misread_is_never_configuration(name: str) -> None:
    verdict = run(head(204, {**SERVER["nginx"], "Access-Control-Allow-Headers": name}), headers={"X-A": "1"})
    assert all(name not in fix.code for fix in told(verdict))
    assert not told(run(head(204, SERVER["nginx"]), headers={name: "1"}))


def test_another_origin_stays_and_gets_no_credentials_that_it_has_not() -> None:
    named = {"Server": "nginx", "Access-Control-Allow-Origin": OTHER}
    (fix,) = told(run(head(200, named)))
    assert OTHER in fix.code
    assert ORIGIN in fix.code
    assert not told(run(head(200, named), credentials="include"))
    (fix,) = told(run(head(200, {**named, "Access-Control-Allow-Credentials": "true"}), credentials="include"))
    assert OTHER in fix.code
    for odd in ("null", "https://*.example.com", f"{ORIGIN}/", f'{OTHER}";'):
        (fix,) = told(run(head(200, {**named, "Access-Control-Allow-Origin": odd})))
        assert odd not in fix.code


def test_what_the_preflight_allowed_stays_allowed_where_the_response_failed() -> None:
    allowed = {"Access-Control-Allow-Origin": ORIGIN, "Access-Control-Allow-Methods": "PUT, DELETE"}
    allowed |= {"Access-Control-Allow-Headers": "x-a, x-b"}
    answer = preflight_then(head(204, allowed), head(200, SERVER["nginx"]))
    (fix,) = told(run(answer, method="PUT", headers={"X-A": "1"}))
    assert '"PUT, DELETE"' in fix.code
    assert '"x-a, x-b"' in fix.code


@pytest.mark.parametrize("reason", Reason, ids=str)
@pytest.mark.parametrize("server", ["x", "nginx", "Caddy", "uvicorn", "AmazonS3", "envoy"])
def test_where_the_server_changes_nothing_no_server_header_is_advised(reason: Reason, server: str) -> None:
    cause = explain(made(reason, value=server)).cause
    assert cause is not None
    for fix in cause.fixes:
        if fix.where in ("none", "user"):
            assert not fix.fields
            assert not fix.code
            assert "Access-Control-" not in fix.text
    if cause.fixes[0].where in ("none", "user"):
        assert not any(fix.fields or fix.code for fix in cause.fixes)


CASES = {
    "a GET": ({}, {}),
    "a GET with credentials": ({}, {"credentials": "include"}),
    "a PUT": ({}, {"method": "PUT", "headers": {"X-A": "1", "Content-Type": "application/json"}, "body": "{}"}),
    "a PUT with credentials": ({}, {"method": "PUT", "credentials": "include"}),
    "a DELETE beside another origin": ({"Access-Control-Allow-Origin": OTHER}, {"method": "DELETE"}),
    "a list without the header": (
        {
            "Access-Control-Allow-Origin": ORIGIN,
            "Access-Control-Allow-Methods": "PUT, DELETE",
            "Access-Control-Allow-Headers": "x-old",
            "Access-Control-Max-Age": "99999",
        },
        {"method": "PUT", "headers": {"X-New": "1"}},
    ),
}


@pytest.mark.parametrize("product", DOCUMENTED)
@pytest.mark.parametrize("case", CASES)
def test_the_printed_fix_suffices_by_the_documented_rules(product: str, case: str) -> None:
    fields, options = CASES[case]
    blocked = run(head(200, {**BLANK[product], **fields}), **options)  # type: ignore[arg-type]
    printed = json.loads(render_json(explain(blocked)))["cause"]["fix"]
    (code,) = [fix["code"] for fix in printed if fix["product"] == product and fix["code"]]
    mended = DOCUMENTED[product](code)
    verdict = run(mended, **options)  # type: ignore[arg-type]
    assert verdict.readable, code
    assert not run(mended, origin="https://evil.example.com", **options).readable  # type: ignore[arg-type]
    if OTHER in fields.values():
        assert run(mended, origin=OTHER, **options).readable  # type: ignore[arg-type]


def test_the_status_of_a_preflight_is_mended_where_the_table_says_so() -> None:
    for product in DOCUMENTED:
        refusal: ResponseHead = head(403, {**BLANK[product], "Access-Control-Allow-Origin": ORIGIN})
        fixes = told(run(refusal, method="PUT"))
        assert bool(fixes) is (str(Family.STATUS) in PAIRS[product]), product
        assert all(run(DOCUMENTED[product](fix.code), method="PUT").readable for fix in fixes)
