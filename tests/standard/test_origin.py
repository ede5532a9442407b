import can_ada
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.standard import MAX_ORIGIN_LENGTH, OpaqueOrigin, Origin, parse_serialized_origin

LONGEST_HOST = ".".join(["a" * 49] * 5) + ".abc"


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com",
        "http://localhost:3000",
        "https://example.com:80",
        "http://example.com:443",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
        "https://[2001:db8::1]",
        "https://_a.-b-.example",
        "wss://example.com",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "moz-extension://7a3c5b1e-0000-4000-8000-000000000000",
        "capacitor://localhost",
        "app://127.1",
        "app://.",
        "safari-web-extension://2AB33852-D69B-4ED6-99AD-A4839DFEC7ED",
        "web+x.y-z://a:1",
        f"https://{LONGEST_HOST}:65535",
        "a" * 64 + f"://{LONGEST_HOST}:65535",
    ],
)
def test_a_serialised_origin_parses_and_serialises_to_itself(text: str) -> None:
    origin = Origin.parse(text)
    assert str(origin) == text
    assert Origin.parse(str(origin)) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "*",
        "https://",
        "https://example.com/",
        "https://example.com?x",
        "https://example.com#x",
        "https://user@example.com",
        "https://user:pass@example.com",
        "HTTPS://example.com",
        "https://Example.com",
        "https://example.com.",
        "https://example.com:",
        "https://example.com:443",
        "http://example.com:80",
        "ws://example.com:80",
        "https://example.com:0",
        "https://example.com:08",
        "https://example.com:65536",
        "https://example.com:99999",
        "https://example.com:4430000",
        "https://example.com:-1",
        "https://example.com:٣",
        "https://example.com\n",
        " https://example.com",
        "https://example.com https://other.example",
        "https://example.com, https://other.example",
        "https://evil.com/.example.com",
        "https://evil.com\\.example.com",
        "https://evil.com%2f.example.com",
        "https://evil.com\0.example.com",
        "https://bücher.example",
        "https://example。com",
        "https:example.com",
        "https:/example.com",
        "//example.com",
        "example.com",
        "1http://example.com",
        "file://",
        "https://127.1",
        "https://0x7f.0.0.1",
        "https://1.2.3.256",
        "https://[::1",
        "https://[0:0::1]",
        "https://[::ffff:1.2.3.4]",
        "https://[fe80::1%25eth0]",
        "https://::1",
        "https://a..b",
        "https://*.example.com",
        "a" * 65 + "://x",
        "https://" + "a" * 64 + ".example",
        "https://" + "a." * 1000,
        "https://" + "a" * 1_000_000,
    ],
)
def test_nothing_else_is_a_serialised_origin(text: str) -> None:
    assert parse_serialized_origin(text) is None
    with pytest.raises(ValueError, match="is not a serialised origin: write scheme://host"):
        Origin.parse(text)


def test_the_message_of_a_long_text_is_short() -> None:
    with pytest.raises(ValueError) as caught:
        Origin.parse("https://" + "a" * 1_000_000)
    assert len(str(caught.value)) < MAX_ORIGIN_LENGTH + 300


ALMOST_AN_ORIGIN = st.builds(
    "{}://{}{}".format,
    st.sampled_from(["http", "https", "ws", "wss", "HTTP"]),
    st.text(alphabet="abA019.-_[]:*@/?#\\%ü ", min_size=1, max_size=14)
    | st.from_regex(r"[a-c0-2x.]{1,12}", fullmatch=True),
    st.sampled_from(["", ":80", ":443", ":8080", ":08", ":65535", ":65536", ":"]),
)


@given(ALMOST_AN_ORIGIN | st.text(max_size=30))
def test_what_parses_is_what_a_browser_would_send(text: str) -> None:
    """Ada is the judge: it serialises the origin of that very text to the same bytes."""
    origin = parse_serialized_origin(text)
    if origin is not None and origin.scheme in ("http", "https", "ws", "wss") and "xn--" not in text:
        assert can_ada.parse(text).origin == text == str(origin)


@given(
    st.builds(
        "{}://{}{}".format,
        st.sampled_from(["http", "https"]),
        st.from_regex(r"[a-cA-C0-2x_-]{1,4}(\.[a-cA-C0-2x_-]{1,4}){0,3}", fullmatch=True),
        st.sampled_from(["", ":80", ":443", ":8080", ":08", ":65535"]),
    )
)
def test_what_a_browser_sends_parses(url: str) -> None:
    """The reverse, over hosts of letters, digits, `-` and `_`."""
    try:
        origin = can_ada.parse(url).origin
    except ValueError:
        return
    assert str(parse_serialized_origin(origin)) == origin


def test_same_origin_compares_scheme_host_and_port() -> None:
    origin = Origin("https", "example.com")
    assert origin.is_same_origin(Origin.parse("https://example.com"))
    for other in ("http://example.com", "https://example.com:444", "https://a.example.com"):
        assert not origin.is_same_origin(Origin.parse(other))


@pytest.mark.parametrize(
    ("one", "other", "same", "schemelessly"),
    [
        ("https://a.example.com", "https://b.example.com:1", True, True),
        ("https://a.example.com", "http://a.example.com", False, True),
        ("https://a.example.com", "https://a.example.org", False, False),
        ("https://a.github.io", "https://b.github.io", False, False),
        ("https://github.io", "https://github.io:1", True, True),
        ("http://127.0.0.1", "http://127.0.0.1:1", True, True),
        ("http://127.0.0.1", "http://127.0.0.2", False, False),
        ("http://localhost", "http://a.localhost", False, False),
    ],
)
def test_same_site_is_schemeful_and_ignores_the_port(one: str, other: str, same: bool, schemelessly: bool) -> None:
    a, b = Origin.parse(one), Origin.parse(other)
    assert a.is_same_site(b) is b.is_same_site(a) is same
    assert a.is_schemelessly_same_site(b) is b.is_schemelessly_same_site(a) is schemelessly


def test_an_opaque_origin_is_the_same_as_itself_alone() -> None:
    one, other, tuple_origin = OpaqueOrigin(), OpaqueOrigin(), Origin("https", "example.com")
    assert str(one) == "null"
    assert one != other
    for relation in ("is_same_origin", "is_same_site", "is_schemelessly_same_site"):
        assert getattr(one, relation)(one)
        assert not getattr(one, relation)(other)
        assert not getattr(one, relation)(tuple_origin)
        assert not getattr(tuple_origin, relation)(one)


@pytest.mark.parametrize(
    ("text", "trustworthy"),
    [
        ("https://example.com", True),
        ("wss://example.com", True),
        ("http://example.com", False),
        ("http://localhost:3000", True),
        ("http://127.0.0.1", True),
        ("http://[::1]", True),
        ("http://0.0.0.0", False),
    ],
)
def test_potentially_trustworthy_origins(text: str, trustworthy: bool) -> None:
    assert Origin.parse(text).is_potentially_trustworthy() is trustworthy


def test_an_opaque_origin_is_not_trustworthy() -> None:
    assert not OpaqueOrigin().is_potentially_trustworthy()


def test_origins_are_ordered_hashable_and_build_themselves() -> None:
    origins = {Origin("https", "b.example"), Origin("https", "a.example"), Origin("https", "a.example")}
    assert [origin.host for origin in sorted(origins)] == ["a.example", "b.example"]
    assert eval(repr(Origin("https", "a.example", 1))) == Origin("https", "a.example", 1)
