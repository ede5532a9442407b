import ipaddress

import can_ada
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.standard import (
    canonical_ipv6,
    ends_in_a_number,
    is_canonical_domain,
    is_canonical_ipv4,
    is_canonical_ipv6,
    is_loopback_host,
    is_public_suffix,
    public_suffixes_below,
    registrable_domain,
)

HOST_TEXT = st.text(alphabet="abcx0129.-_", min_size=1, max_size=20)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "example.com",
        "r3---sn-abc.googlevideo.com",
        "_dmarc.example.com",
        "-a-.example",
        "xn--bcher-kva.example",
        "1.example",
        "a" * 63 + ".example",
        ".".join(["a" * 49] * 5) + ".abc",
    ],
)
def test_a_canonical_domain(host: str) -> None:
    assert is_canonical_domain(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "example.com.",
        ".example.com",
        "a..b",
        "Example.com",
        "exa mple.com",
        "exa{mple.com",
        "exa%41.com",
        "bücher.example",
        "a" * 64 + ".example",
        ".".join(["a" * 49] * 5) + ".abcd",
        "127.0.0.1",
        "127.1",
        "a.0x1",
        "a.08",
        "[::1]",
        "a:1",
        "*.example.com",
    ],
)
def test_no_canonical_domain(host: str) -> None:
    assert not is_canonical_domain(host)


@pytest.mark.parametrize(
    ("host", "number"),
    [
        ("1", True),
        ("a.1", True),
        ("a.09", True),
        ("a.0x", True),
        ("a.0Xff", True),
        ("a.0xfg", False),
        ("1.", True),
        ("1.a", False),
        ("", False),
        (".", False),
        ("a.1a", False),
        ("a.²", False),
        ("0x1.a", False),
    ],
)
def test_hosts_that_end_in_a_number(host: str, number: bool) -> None:
    assert ends_in_a_number(host) is number


@given(HOST_TEXT)
def test_ends_in_a_number_as_a_browser_sees_it(host: str) -> None:
    """What Ada turns into an address ends in a number; what it keeps as a domain does not."""
    try:
        parsed = can_ada.parse(f"https://{host}/").hostname
    except ValueError:
        return
    assert ends_in_a_number(host) is is_canonical_ipv4(parsed)


@given(HOST_TEXT)
def test_a_canonical_domain_is_what_a_browser_keeps_as_it_is(host: str) -> None:
    if is_canonical_domain(host) and "xn--" not in host:
        assert can_ada.parse(f"https://{host}/").hostname == host


@given(st.integers(0, 2**32 - 1))
def test_every_address_has_one_canonical_ipv4_form(number: int) -> None:
    text = str(ipaddress.IPv4Address(number))
    assert is_canonical_ipv4(text)
    assert not is_canonical_domain(text)


@pytest.mark.parametrize(
    "host", ["1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.4.", "1.2.3.a", "1.2.3.", "1.2.3.1000", "1.2.3.²"]
)
def test_no_canonical_ipv4(host: str) -> None:
    assert not is_canonical_ipv4(host)


@given(
    st.integers(0, 2**128 - 1)
    | st.lists(st.sampled_from([0, 0, 0, 1, 0xFFFF]), min_size=8, max_size=8).map(
        lambda pieces: sum(piece << 16 * position for position, piece in enumerate(pieces))
    )
)
def test_canonical_ipv6_is_how_ada_serialises_every_form(number: int) -> None:
    address = ipaddress.IPv6Address(number)
    expected = can_ada.parse(f"https://[{address.exploded}]/").hostname
    for form in (address.exploded, address.compressed, address.exploded.upper()):
        assert canonical_ipv6(f"[{form}]") == expected
    assert is_canonical_ipv6(expected)


@pytest.mark.parametrize(
    ("host", "canonical"),
    [
        ("[0:0:0:0:0:FFFF:1.2.3.4]", "[::ffff:102:304]"),
        ("[1:0:0:2:0:0:0:3]", "[1:0:0:2::3]"),
        ("[1:0:0:2:0:0:3:4]", "[1::2:0:0:3:4]"),
        ("[1:0:2:3:4:5:6:7]", "[1:0:2:3:4:5:6:7]"),
        ("[::]", "[::]"),
        ("[fe80::1%eth0]", None),
        ("[::1", None),
        ("::1]", None),
        ("::1", None),
        ("[]", None),
        ("[g::]", None),
        ("[" + "0" * 60 + "::1]", None),
    ],
)
def test_the_canonical_form_of_an_ipv6_address(host: str, canonical: str | None) -> None:
    assert canonical_ipv6(host) == canonical


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("a.b.localhost", True),
        ("127.0.0.1", True),
        ("127.255.255.255", True),
        ("[::1]", True),
        ("notlocalhost", False),
        ("localhost.example", False),
        ("127.evil.example", False),
        ("128.0.0.1", False),
        ("0.0.0.0", False),
        ("[::ffff:7f00:1]", False),
    ],
)
def test_loopback_hosts(host: str, loopback: bool) -> None:
    assert is_loopback_host(host) is loopback


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("example.com", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("co.uk", None),
        ("com", None),
        ("me.github.io", "me.github.io"),
        ("a.me.github.io", "me.github.io"),
        ("github.io", None),
        ("a.b.kawasaki.jp", "a.b.kawasaki.jp"),
        ("b.kawasaki.jp", None),
        ("x.city.kawasaki.jp", "city.kawasaki.jp"),
        ("a.b.internal", "b.internal"),
        ("internal", None),
        ("localhost", None),
        ("127.0.0.1", None),
        ("[::1]", None),
        ("a.xn--fiqs8s", "a.xn--fiqs8s"),
    ],
)
def test_registrable_domains(host: str, domain: str | None) -> None:
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("host", "public", "registry"),
    [
        ("com", True, True),
        ("co.uk", True, True),
        ("kawasaki.jp", True, True),
        ("x.kawasaki.jp", True, True),
        ("city.kawasaki.jp", False, False),
        ("github.io", True, False),
        ("netlify.app", True, False),
        ("example.com", False, False),
        ("internal", False, False),
        ("localhost", False, False),
    ],
)
def test_public_suffixes_of_platforms_and_of_registries(host: str, public: bool, registry: bool) -> None:
    assert is_public_suffix(host) is public
    assert is_public_suffix(host, icann_only=True) is registry


@pytest.mark.parametrize(
    ("host", "suffixes"),
    [
        ("amazonaws.com", ["s3.amazonaws.com", "s3.eu-west-1.amazonaws.com"]),
        ("windows.net", ["blob.core.windows.net"]),
        ("core.windows.net", ["blob.core.windows.net"]),
        ("za", ["co.za"]),
        ("uk", ["co.uk", "a.sch.uk"]),
        ("jp", ["a.kobe.jp", "aogaki.hyogo.jp"]),
        ("kobe.jp", ["a.kobe.jp"]),
        ("code.com", ["a.builder.code.com"]),
    ],
)
def test_public_suffixes_lie_below_these_hosts(host: str, suffixes: list[str]) -> None:
    below = public_suffixes_below(host)
    assert set(suffixes) <= set(below)
    assert [suffix.count(".") for suffix in below] == sorted(suffix.count(".") for suffix in below), "nearest first"
    assert all(is_public_suffix(suffix) and suffix.endswith(f".{host}") for suffix in below)


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "preview.example.com",
        "github.com",
        "google.com",
        "me.github.io",
        "ws.com",
        "aws.com",
        "city.kobe.jp",
        "internal",
        "localhost",
        "",
        "com.",
    ],
)
def test_no_public_suffix_lies_below_these_hosts(host: str) -> None:
    assert public_suffixes_below(host) == ()
