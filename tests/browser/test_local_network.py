"""Local network access, as Chromium and Firefox guard it."""

import pytest

from crossorigin.browser import (
    CHROMIUM,
    FIREFOX,
    STANDARD,
    Context,
    Hooks,
    Page,
    Profile,
    Reason,
    Request,
    page_at,
    parse_url,
)
from crossorigin.browser._local_network import address_space_of, local_network_access_check
from crossorigin.standard import OpaqueOrigin

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
        (UNKNOWN, LOOPBACK, CHROMIUM, True, None),
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
    objection = local_network_access_check(Request(url=url), page, parsed, context)
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
    objection = local_network_access_check(request, LOCAL, parsed, Context(profile=profile))
    assert (None if objection is None else objection[0]) is reason
