"""The scenario through the browser half, against the real API over real sockets."""

import dataclasses
from collections.abc import Callable, Mapping

import pytest

from crossorigin import Policy, PolicyMap
from crossorigin.browser import CHROMIUM, FIREFOX, WEBKIT, Outcome, Profile
from crossorigin.demo import ROWS, Demo, Prediction, Row, policies, predict
from crossorigin.demo._scenario import LABEL_WIDTH


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_row_ends_as_the_scenario_says(row: Row, predictions: Mapping[str, Prediction]) -> None:
    assert predictions[row.id].surprises == ()


@pytest.mark.parametrize("profile", [CHROMIUM, FIREFOX, WEBKIT], ids=lambda profile: profile.name)
def test_no_browser_departs_from_the_standard_here(
    profile: Profile, demo: Demo, predictions: Mapping[str, Prediction]
) -> None:
    for prediction in predict(demo.runs.start(), demo.origins, profile):
        assert prediction.result == predictions[prediction.row.id].result, prediction.row.id


def test_rows_are_told_apart_by_their_ids() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)


def test_every_label_leaves_room_for_the_next_column() -> None:
    assert [row.label for row in ROWS if len(row.label) >= LABEL_WIDTH] == []


def test_every_door_of_the_api_is_knocked_at() -> None:
    doors = {row.path.rstrip("0123456789") for row in ROWS}
    assert doors >= {
        "/without-cors",
        "/with-cors",
        "/products/",
        "/allowlist",
        "/credentials",
        "/fonts/arch.ttf",
        "/module.js",
        "/image.png",
        "/without-cors/image.png",
    }
    assert {row.how for row in ROWS} == {"fetch", "xhr", "font", "module", "canvas", "webgl"}
    assert {row.expect.outcome for row in ROWS} == {Outcome.READABLE, Outcome.BLOCKED, Outcome.OPAQUE}


def test_blocked_requests_that_ran_and_ones_that_did_not_are_both_there() -> None:
    blocked = [row.expect for row in ROWS if row.expect.outcome is Outcome.BLOCKED]
    assert {(expect.ran, expect.preflight) for expect in blocked} == {(True, False), (False, True), (False, False)}


def test_the_whole_exchange_of_a_preflighted_put(demo: Demo, predictions: Mapping[str, Prediction]) -> None:
    preflight, put = predictions["product-put"].result.exchanges
    page = demo.origins.page
    assert (preflight.method, preflight.path, preflight.status, preflight.ran) == ("OPTIONS", "/products/7", 204, False)
    assert preflight.request == (
        ("origin", page),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "content-type"),
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-site", "same-site"),
    )
    assert sorted(preflight.response) == [
        ("access-control-allow-headers", "content-type"),
        ("access-control-allow-methods", "PUT,DELETE"),
        ("access-control-allow-origin", page),
        ("access-control-max-age", "600"),
        ("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
    ]
    assert (put.method, put.path, put.status, put.ran) == ("PUT", "/products/7", 200, True)
    assert put.request == (
        ("origin", page),
        ("content-type", "application/json"),
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-site", "same-site"),
    )
    assert put.response == (("access-control-allow-origin", page),)


def test_the_refusal_of_the_allow_list_names_nobody(predictions: Mapping[str, Prediction]) -> None:
    (refused,) = predictions["allowlist-stranger"].result.exchanges
    assert (refused.status, refused.ran, refused.response) == (403, False, (("vary", "Origin"),))


def test_the_cookie_is_set_once_and_then_comes_back(predictions: Mapping[str, Prediction]) -> None:
    def cookies(row: str) -> tuple[bool, bool]:
        (exchange,) = predictions[row].result.exchanges
        return ("cookie", "demo=1") in exchange.request, any(name == "set-cookie" for name, _ in exchange.response)

    assert cookies("cookie-set") == (False, True)
    assert cookies("cookie-sent") == (True, False)
    assert cookies("cookie-xhr") == (True, False)
    assert cookies("cookie-default") == (False, True)
    assert cookies("cookie-stranger")[0] is False


def test_the_page_reads_the_exposed_field_and_not_the_other(predictions: Mapping[str, Prediction]) -> None:
    assert (
        predictions["cors-get"].result.saw == "status 200; cache-control, content-length, content-type, x-total-count"
    )


def without(key: str) -> Callable[[str], PolicyMap]:
    return lambda page: PolicyMap({**policies(page).policies, key: None})


def surprised(policy: Callable[[str], PolicyMap]) -> set[str]:
    with Demo(policy=policy) as broken:
        return {
            prediction.row.id for prediction in predict(broken.runs.start(), broken.origins) if prediction.surprises
        }


@pytest.mark.parametrize(
    ("key", "noticed_by"),
    [
        ("/with-cors", "cors-get"),
        ("/products/", "product-put"),
        ("/allowlist", "allowlist-page"),
        ("/credentials", "cookie-sent"),
        ("/fonts/", "font"),
        ("/module.js", "module"),
        ("/image.png", "webgl-cors"),
    ],
)
def test_an_api_without_one_of_its_policies_is_noticed(key: str, noticed_by: str) -> None:
    assert noticed_by in surprised(without(key))


def test_an_api_that_lets_everybody_in_is_noticed() -> None:
    def everybody(page: str) -> PolicyMap:
        return PolicyMap({"/": Policy(allow_origins="*", allow_methods="*", allow_headers="*")})

    assert surprised(everybody) >= {"plain-get", "product-patch", "allowlist-stranger", "font-without", "cookie-sent"}


def test_a_row_says_each_way_in_which_it_surprises(predictions: Mapping[str, Prediction]) -> None:
    prediction = predictions["plain-get"]
    other = dataclasses.replace(prediction, row=next(row for row in ROWS if row.id == "product-put"))
    assert other.surprises == (
        "the outcome: expected readable, got blocked",
        "the reason: expected None, got acao-missing",
        "a preflight: expected True, got False",
    )
