"""Local network access, as Chromium and Firefox guard it."""

import re
from typing import Any

import pytest

from crossorigin.browser import (
    BROWSERS,
    CHROMIUM,
    FIREFOX,
    STANDARD,
    WEBKIT,
    Context,
    Hooks,
    NetworkFailure,
    Page,
    Profile,
    Reason,
    Request,
    ResponseHead,
    Send,
    Verdict,
    feature_request,
    fetch,
    fetch_request,
    page_at,
    parse_url,
    permission_hook,
    space_of_address,
)
from crossorigin.browser._local_network import address_space_of, local_network_access_check
from crossorigin.standard import HeaderList, OpaqueOrigin

PUBLIC = page_at("https://app.example/", address_space="public")
INSECURE = page_at("http://app.example/", address_space="public")
LOCAL = page_at("http://192.168.1.2/")
UNKNOWN = page_at("https://app.example/")
LOOPBACK = "http://127.0.0.1:8000/"


def denied(_space: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("url", "space"),
    [
        ("http://localhost/", "loopback"),
        ("http://a.localhost/", "loopback"),
        ("http://127.5.5.5/", "loopback"),
        ("http://[::1]/", "loopback"),
        ("http://[::ffff:127.0.0.1]/", "loopback"),
        ("http://10.1.2.3/", "local"),
        ("http://169.254.1.1/", "local"),
        ("http://[fd00::1]/", "local"),
        ("http://[fe80::1]/", "local"),
        ("http://[::ffff:192.168.0.1]/", "local"),
        ("http://93.184.216.34/", "public"),
        ("http://[2606:4700::1]/", "public"),
        ("http://0.0.0.0/", "loopback"),
        ("http://0.0.0.1/", "local"),
        ("http://[::]/", "loopback"),
        ("http://100.63.255.255/", "public"),
        ("http://100.64.0.0/", "local"),
        ("http://100.127.255.255/", "local"),
        ("http://100.128.0.0/", "public"),
        ("http://172.15.255.255/", "public"),
        ("http://172.16.0.0/", "local"),
        ("http://172.31.255.255/", "local"),
        ("http://172.32.0.0/", "public"),
        ("http://192.0.2.1/", "public"),
        ("http://198.18.0.1/", "public"),
        ("http://203.0.113.1/", "public"),
        ("http://224.0.0.1/", "public"),
        ("http://240.0.0.1/", "public"),
        ("http://[2001:db8::1]/", "local"),
        ("http://[3fff::1]/", "local"),
        ("http://[fec0::1]/", "local"),
        ("http://[2001:2::1]/", "public"),
        ("http://[64:ff9b::a00:1]/", "public"),
        ("http://[::ffff:100.64.0.1]/", "local"),
        ("http://router.lan/", None),
    ],
)
def test_the_space_of_an_address(url: str, space: str | None) -> None:
    parsed = parse_url(url)
    assert parsed is not None
    assert address_space_of(parsed, Context()) == space


def test_a_hook_knows_better() -> None:
    parsed = parse_url("http://router.lan/")
    assert parsed is not None
    context = Context(hooks=Hooks(address_space=lambda url: "local" if "router" in url else None))
    assert address_space_of(parsed, context) == "local"


@pytest.mark.parametrize(
    ("page", "url", "profile", "asked", "reason"),
    [
        (PUBLIC, LOOPBACK, STANDARD, True, None),
        (PUBLIC, LOOPBACK, CHROMIUM, True, Reason.LNA_DENIED),
        (PUBLIC, LOOPBACK, CHROMIUM, False, None),
        (PUBLIC, "http://10.0.0.1/", CHROMIUM, True, Reason.LNA_DENIED),
        (INSECURE, LOOPBACK, CHROMIUM, True, Reason.LNA_INSECURE),
        (INSECURE, LOOPBACK, FIREFOX, True, Reason.LNA_DENIED),
        (INSECURE, LOOPBACK, FIREFOX, False, None),
        (LOCAL, LOOPBACK, CHROMIUM, True, None),
        (UNKNOWN, LOOPBACK, CHROMIUM, True, Reason.LNA_DENIED),
        (UNKNOWN, LOOPBACK, BROWSERS, True, Reason.LNA_DENIED),
        (UNKNOWN, LOOPBACK, BROWSERS, False, None),
        (page_at("http://app.example/"), LOOPBACK, BROWSERS, False, Reason.LNA_INSECURE),
        (page_at("http://app.example/"), LOOPBACK, WEBKIT, True, None),
        (page_at("http://localhost/"), LOOPBACK, BROWSERS, True, None),
        (page_at("http://93.184.216.34/"), LOOPBACK, BROWSERS, True, Reason.LNA_INSECURE),
        (page_at("https://app.example/", address_space="loopback"), LOOPBACK, BROWSERS, True, None),
        (page_at("file:///a.html"), LOOPBACK, BROWSERS, True, None),
        (page_at("capacitor://app"), LOOPBACK, BROWSERS, True, None),
        (page_at("null"), LOOPBACK, BROWSERS, True, None),
        (PUBLIC, "https://unknown.example/", CHROMIUM, True, None),
        (PUBLIC, "http://93.184.216.34/", CHROMIUM, True, None),
        (Page(url="", origin=OpaqueOrigin()), LOOPBACK, CHROMIUM, True, None),
    ],
)
def test_only_the_way_from_public_inwards_is_guarded(
    page: Page, url: str, profile: Profile, asked: bool, reason: Reason | None
) -> None:
    parsed = parse_url(url)
    assert parsed is not None
    hooks = Hooks(local_network_permission=denied) if asked else Hooks()
    context = Context(profile=profile, hooks=hooks)
    target = address_space_of(parsed, context)
    objection = local_network_access_check(Request(url=url), page, parsed, target, context)
    assert (None if objection is None else objection[0]) is reason


@pytest.mark.parametrize(
    ("wanted", "profile", "reason"),
    [
        ("public", CHROMIUM, Reason.LNA_MISMATCH),
        ("loopback", CHROMIUM, None),
        ("public", FIREFOX, None),
    ],
)
def test_a_target_address_space_is_held_to(wanted: str, profile: Profile, reason: Reason | None) -> None:
    parsed = parse_url(LOOPBACK)
    assert parsed is not None
    request = Request(url=LOOPBACK, target_address_space=wanted)  # type: ignore[arg-type]
    context = Context(profile=profile)
    objection = local_network_access_check(request, LOCAL, parsed, address_space_of(parsed, context), context)
    assert (None if objection is None else objection[0]) is reason


ROUTER = "https://router.example/"
ALLOWED = HeaderList.of({"Access-Control-Allow-Origin": "https://app.example", "Access-Control-Allow-Methods": "PUT"})


def answered(
    request: Request, address: str | None, *, page: Page = UNKNOWN, withholds: bool = True, **context: object
) -> tuple[Verdict, list[Send]]:
    """The verdict where a name turns out to be at this address, and what was sent there."""
    flow = fetch(request, page, context=Context(**context))  # type: ignore[arg-type]
    sent: list[Send] = []
    answer: ResponseHead | NetworkFailure | None = None
    while True:
        try:
            send = flow.send(answer)  # type: ignore[arg-type]  # a generator starts with None
        except StopIteration as stop:
            return stop.value, sent
        if withholds and address is not None and space_of_address(address) in send.refused_spaces:
            answer = NetworkFailure(kind="unreachable", address=address)
            continue
        sent.append(send)
        answer = ResponseHead(status=200, headers=ALLOWED, address=address)


DENIED = Hooks(local_network_permission=permission_hook({"local-network": "denied"}, None))


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("explore", [False, True])
def test_what_turns_out_to_be_near_is_refused_before_it_is_sent(method: str, explore: bool) -> None:
    """The preflight too. To explore, what is safe goes out."""
    request = fetch_request(UNKNOWN, ROUTER, method=method)
    verdict, sent = answered(request, "192.168.1.1", profile=BROWSERS, hooks=DENIED, explore=explore)
    assert verdict.reason is Reason.LNA_DENIED
    assert [send.method for send in sent] == ([] if not explore else ["GET"] if method == "GET" else ["OPTIONS"])
    assert (verdict.sent, verdict.side_effects_possible) == (explore and method == "GET",) * 2
    assert len(verdict.exchanges) == len(sent)


def test_a_driver_that_sends_it_all_the_same_is_told_on() -> None:
    verdict, sent = answered(
        fetch_request(UNKNOWN, ROUTER), "192.168.1.1", withholds=False, profile=BROWSERS, hooks=DENIED
    )
    assert verdict.reason is Reason.LNA_DENIED
    assert verdict.sent
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("address", "space"), [("192.168.1.1", "local"), ("fe80::1%1", "local"), ("127.0.0.1", "loopback")]
)
def test_where_the_users_answer_is_not_known_there_is_one_warning(address: str, space: str) -> None:
    verdict, sent = answered(fetch_request(UNKNOWN, ROUTER, method="PUT"), address, profile=BROWSERS)
    assert verdict.readable
    assert len(sent) == 2
    (warning,) = verdict.warnings
    assert (warning.reason, dict(warning.evidence)["address-space"]) == (Reason.LNA_DENIED, space)


@pytest.mark.parametrize(
    ("address", "hooks", "page"),
    [
        (None, Hooks(), UNKNOWN),
        ("93.184.216.34", Hooks(), UNKNOWN),
        ("192.168.1.1", Hooks(local_network_permission=permission_hook({"local-network": "granted"}, None)), UNKNOWN),
        ("127.0.0.1", Hooks(local_network_permission=lambda space: True), UNKNOWN),
    ],
)
def test_nobody_is_warned_of_what_is_public_unknown_or_granted(address: str | None, hooks: Hooks, page: Page) -> None:
    verdict, _ = answered(fetch_request(page, ROUTER), address, profile=BROWSERS, hooks=hooks)
    assert verdict.readable
    assert not verdict.warnings


@pytest.mark.parametrize(
    ("page", "hooks", "reason", "warning"),
    [
        (page_at("http://app.example/"), Hooks(), None, Reason.LNA_INSECURE),
        (page_at("http://app.example/"), DENIED, Reason.LNA_DENIED, None),
        (INSECURE, Hooks(), Reason.LNA_INSECURE, None),
        (page_at("http://93.184.216.34/"), Hooks(), Reason.LNA_INSECURE, None),
        (page_at("http://app.localhost/"), Hooks(), None, None),
    ],
)
@pytest.mark.parametrize("profile", [BROWSERS, CHROMIUM])
def test_of_names_alone_nobody_knows_where_an_insecure_page_lives(
    page: Page, hooks: Hooks, reason: Reason | None, warning: Reason | None, profile: Profile
) -> None:
    """Page and server may both be on the developer's machine, under names of its own."""
    url = "http://api.test/"
    verdict, _ = answered(
        fetch_request(page, url, mode="no-cors"), "192.168.1.1", page=page, profile=profile, hooks=hooks
    )
    assert verdict.reason is (reason or Reason.OPAQUE)
    assert [found.reason for found in verdict.warnings] == ([] if warning is None else [warning])


def test_a_permission_that_is_not_named_is_not_known() -> None:
    verdict, _ = answered(fetch_request(UNKNOWN, ROUTER), "127.0.0.1", profile=BROWSERS, hooks=DENIED)
    assert verdict.readable
    assert [warning.reason for warning in verdict.warnings] == [Reason.LNA_DENIED]


@pytest.mark.parametrize(
    ("permissions", "said"),
    [
        ({"camera": "granted"}, "'camera' is not a permission of a page: choose from local-network-access, "),
        ({"local-network": "prompt"}, "the permission local-network is 'granted' or 'denied', not 'prompt'"),
    ],
)
def test_an_answer_to_nothing_and_an_answer_that_is_none_are_mistakes(permissions: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        permission_hook(permissions, None)


def test_the_server_that_the_page_came_from_is_no_nearer_than_the_page() -> None:
    verdict, sent = answered(
        fetch_request(UNKNOWN, "https://app.example:8443/"), "10.0.0.1", profile=BROWSERS, hooks=DENIED
    )
    assert verdict.readable
    assert len(sent) == 1


def test_a_link_may_lead_anywhere_and_a_frame_may_not() -> None:
    for feature, reason in (("link", Reason.OPAQUE), ("iframe", Reason.LNA_DENIED)):
        request = feature_request(UNKNOWN, feature, ROUTER)
        verdict, _ = answered(request, "10.0.0.1", profile=BROWSERS, hooks=DENIED)
        assert verdict.reason is reason
