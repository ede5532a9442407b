"""The cookie jar: what is stored, and what is sent to whom."""

import pytest

from crossorigin.browser import URL, CookieJar, CookieRefusal, parse_url
from crossorigin.browser._cookies import MAX_AGE

API = "https://api.example.com/a/b"


def url(text: str) -> URL:
    parsed = parse_url(text)
    assert parsed is not None
    return parsed


def sent(jar: CookieJar, to: str, now: float = 0, **keywords: object) -> str:
    cookies = jar.retrieve(url(to), now=now, **keywords)  # type: ignore[arg-type]
    return "; ".join(cookie.serialized().decode() for cookie in cookies)


@pytest.mark.parametrize(
    ("set_cookie", "to", "goes"),
    [
        pytest.param("a=b", "https://api.example.com/a/x", True, id="same directory"),
        pytest.param("a=b", "https://api.example.com/a", True, id="the directory itself"),
        pytest.param("a=b", "https://api.example.com/ab", False, id="a name that only begins alike"),
        pytest.param("a=b; Path=/", "https://api.example.com/", True, id="whole host"),
        pytest.param("a=b; Path=/x/", "https://api.example.com/x/y", True, id="path with a slash at its end"),
        pytest.param("a=b; Path=/", "https://example.com/", False, id="host-only, parent"),
        pytest.param("a=b; Path=/", "https://x.api.example.com/", False, id="host-only, child"),
        pytest.param("a=b; Path=/; Domain=example.com", "https://www.example.com/", True, id="domain, sibling"),
        pytest.param("a=b; Path=/; Domain=api.example.com", "https://x.api.example.com/", True, id="domain, child"),
        pytest.param("a=b; Path=/; Domain=example.com", "https://notexample.com/", False, id="not a substring"),
        pytest.param("a=b; Path=/", "http://api.example.com/", True, id="cookies know no scheme"),
        pytest.param("a=b; Path=/; Secure", "http://api.example.com/", False, id="but Secure ones do"),
        pytest.param("a=b; Path=/", "https://api.example.com:8443/", True, id="nor a port"),
        pytest.param("b", "https://api.example.com/a/", True, id="no name"),
    ],
)
def test_who_gets_a_cookie(set_cookie: str, to: str, goes: bool) -> None:
    jar = CookieJar()
    jar.set(API, set_cookie)
    assert sent(jar, to) == (set_cookie.partition(";")[0] if goes else "")


@pytest.mark.parametrize(
    ("from_", "set_cookie"),
    [
        pytest.param(API, "a=b; Domain=other.com", id="another domain"),
        pytest.param("https://notexample.com/", "a=b; Domain=example.com", id="a domain it only ends like"),
        pytest.param(API, "a=b; Domain=x.api.example.com", id="a child"),
        pytest.param(API, "a=b; Domain=com", id="a public suffix"),
        pytest.param("https://a.github.io/", "a=b; Domain=github.io", id="a private public suffix"),
        pytest.param("http://127.0.0.1/", "a=b; Domain=0.0.1", id="part of an address"),
        pytest.param("http://a.localhost/", "a=b; Domain=localhost", id="a single label"),
        pytest.param(API, "a=b; Domain=ex\u00e4mple.com", id="not ASCII"),
        pytest.param("http://api.example.com/", "a=b; Secure", id="Secure over http"),
        pytest.param(API, "a=b; SameSite=None", id="SameSite=None without Secure"),
        pytest.param(API, "a=b; Partitioned", id="Partitioned without Secure"),
        pytest.param(API, "__Secure-a=b", id="__Secure- without Secure"),
        pytest.param(API, "__Host-a=b; Secure", id="__Host- without Path"),
        pytest.param(API, "__host-a=b; Path=/", id="__host- without Secure"),
        pytest.param(API, "__Host-a=b; Secure; Path=/; Domain=api.example.com", id="__Host- with Domain"),
        pytest.param(API, "=__Host-a=b; Secure; Path=/", id="a prefix hidden in the value"),
        pytest.param(API, "", id="nothing"),
        pytest.param("https://", "a=b", id="no URL"),
    ],
)
def test_what_is_refused(from_: str, set_cookie: str) -> None:
    jar = CookieJar()
    with pytest.raises(ValueError, match="a browser stores no cookie"):
        jar.set(from_, set_cookie)
    assert len(jar) == 0


@pytest.mark.parametrize(
    ("from_", "set_cookie"),
    [
        (API, "__Secure-a=b; Secure"),
        (API, "__Host-a=b; Secure; Path=/"),
        (API, "a=b; SameSite=None; Secure"),
        (API, "a=b; Domain=API.EXAMPLE.COM"),
        ("https://github.io/", "a=b; Domain=github.io"),
        ("http://127.0.0.1/", "a=b; Domain=127.0.0.1"),
        ("http://[::1]/", "a=b"),
        ("http://localhost/", "a=b; Domain=localhost"),
    ],
)
def test_what_is_stored(from_: str, set_cookie: str) -> None:
    jar = CookieJar()
    jar.set(from_, set_cookie.encode())
    assert repr(jar) == "<CookieJar of 1 cookies>"
    assert jar.cookies[0].domain == url(from_).host
    assert jar.cookies[0].host_only is (url(from_).host != "api.example.com" or "API" not in set_cookie)
    assert sent(jar, from_) != ""


def test_longer_paths_first_then_older_ones() -> None:
    jar = CookieJar()
    for cookie in ("one=1; Path=/", "two=2; Path=/a/b", "three=3; Path=/", "four=4; Path=/a"):
        jar.set(API, cookie)
    jar.set(API, "one=new; Path=/")
    assert sent(jar, API) == "two=2; four=4; one=new; three=3"
    assert [cookie.name for cookie in jar.cookies] == [b"one", b"two", b"three", b"four"]


@pytest.mark.parametrize(
    ("set_cookie", "lasts"),
    [
        ("a=b; Path=/; Max-Age=5", 5),
        ("a=b; Path=/; Expires=Thu, 01 Jan 1970 00:01:00 GMT; Max-Age=5", 5),
        ("a=b; Path=/; Expires=Thu, 01 Jan 1970 00:01:00 GMT", 60),
        ("a=b; Path=/; Max-Age=99999999999", MAX_AGE),
        ("a=b; Path=/; Expires=Fri, 31 Dec 2100 00:00:00 GMT", MAX_AGE),
    ],
)
def test_cookies_expire(set_cookie: str, lasts: float) -> None:
    jar = CookieJar()
    jar.set(API, set_cookie)
    assert sent(jar, API, lasts - 1) == "a=b"
    assert sent(jar, API, lasts) == ""


@pytest.mark.parametrize("ending", ["Max-Age=0", "Max-Age=-1", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"])
def test_an_expired_cookie_deletes_the_one_before(ending: str) -> None:
    jar = CookieJar()
    jar.set(API, "a=b; Path=/")
    jar.set(API, f"a=; Path=/; {ending}")
    assert len(jar) == 0


def test_session_cookies_stay() -> None:
    jar = CookieJar()
    jar.set(API, "a=b")
    assert sent(jar, API, 10**12) == "a=b"
    jar.clear()
    assert sent(jar, API) == ""


@pytest.mark.parametrize(
    ("same_site", "mode", "unset_is_lax", "goes"),
    [
        ("Strict", "strict-or-less", False, True),
        ("Strict", "lax-or-less", False, False),
        ("Strict", "unset-or-less", False, False),
        ("Lax", "lax-or-less", False, True),
        ("Lax", "unset-or-less", False, False),
        ("None", "unset-or-less", False, True),
        ("x", "unset-or-less", False, True),
        ("x", "unset-or-less", True, False),
        ("x", "lax-or-less", True, True),
        ("None", "unset-or-less", True, True),
    ],
)
def test_same_site(same_site: str, mode: str, unset_is_lax: bool, goes: bool) -> None:
    jar = CookieJar()
    jar.set(API, f"a=b; Secure; SameSite={same_site}")
    assert sent(jar, API, same_site=mode, unset_is_lax=unset_is_lax) == ("a=b" if goes else "")


@pytest.mark.parametrize(("same_site", "stored"), [("Strict", False), ("Lax", False), ("None", True), ("x", True)])
def test_a_strict_cookie_is_not_stored_across_sites(same_site: str, stored: bool) -> None:
    jar = CookieJar()
    field = f"a=b; Secure; SameSite={same_site}".encode()
    assert jar.store(field, url(API), now=0, same_site_allowed=False) == (b"a" if stored else CookieRefusal.SAME_SITE)


def test_partitioned_cookies_belong_to_the_page_that_set_them() -> None:
    jar = CookieJar()
    jar.store(b"a=1; Secure; Partitioned", url(API), now=0, partition="https://one.example")
    jar.store(b"a=2; Secure", url(API), now=0, partition="https://one.example")
    jar.store(b"c=3; Secure", url(API), now=0, partition="https://two.example", partition_all=True)
    assert sent(jar, API) == "a=2"
    assert sent(jar, API, partitions=("https://one.example",)) == "a=1"
    assert sent(jar, API, partitions=(None, "https://two.example")) == "a=2; c=3"
    assert jar.store(b"d=4; Secure", url(API), now=0, partitioned_only=True) is CookieRefusal.THIRD_PARTY


@pytest.mark.parametrize(
    ("secure", "insecure", "from_", "stored"),
    [
        ("a=1; Secure; Path=/", "a=2; Path=/", "http://api.example.com/", False),
        ("a=1; Secure; Path=/; Domain=example.com", "a=2; Path=/x", "http://api.example.com/", False),
        ("a=1; Secure; Path=/", "a=2; Path=/; Domain=example.com", "http://www.example.com/", False),
        ("a=1; Secure; Path=/x", "a=2; Path=/", "http://api.example.com/", True),
        ("b=1; Secure; Path=/", "a=2; Path=/", "http://api.example.com/", True),
        ("a=1; Path=/", "a=2; Path=/", "http://api.example.com/", True),
        ("a=1; Secure; Path=/", "a=2; Path=/", "http://other.example.com/", True),
    ],
)
def test_an_insecure_server_overlays_no_secure_cookie(secure: str, insecure: str, from_: str, stored: bool) -> None:
    jar = CookieJar()
    jar.set(API, secure)
    assert jar.store(insecure.encode(), url(from_), now=0) == (b"a" if stored else CookieRefusal.OVERLAY)


def test_loopback_may_count_as_secure() -> None:
    jar = CookieJar()
    assert jar.store(b"a=1; Secure", url("http://localhost/"), now=0, is_secure=True) == b"a"
    assert sent(jar, "http://localhost/") == ""
    assert sent(jar, "http://localhost/", is_secure=True) == "a=1"


def test_a_jar_is_bounded() -> None:
    jar = CookieJar()
    for number in range(200):
        jar.set(API, f"a{number}=1")
    assert len(jar) == 180
    assert jar.cookies[0].name == b"a20"
    for number in range(1001):
        jar.set(f"https://h{number}.example/", "a=1")
    assert len({cookie.domain for cookie in jar.cookies}) == 1000
    assert sent(jar, API) == ""


@pytest.mark.parametrize(
    ("field", "from_", "why"),
    [
        (b"a\0=1", API, CookieRefusal.MALFORMED),
        (b"a=1; Domain=other.example", API, CookieRefusal.DOMAIN),
        (b"a=1; Secure", "http://api.example.com/", CookieRefusal.SECURE),
        (b"a=1; SameSite=None", API, CookieRefusal.INSECURE_NONE),
        (b"a=1; Partitioned", API, CookieRefusal.INSECURE_NONE),
        (b"__Secure-a=1", API, CookieRefusal.PREFIX),
        (b"__Host-a=1; Secure; Path=/x", API, CookieRefusal.PREFIX),
        (b"__Host-a=1; Secure; Path=/; Domain=api.example.com", API, CookieRefusal.PREFIX),
        (b"=__Host-a", API, CookieRefusal.PREFIX),
    ],
)
def test_why_a_cookie_is_refused(field: bytes, from_: str, why: CookieRefusal) -> None:
    jar = CookieJar()
    assert jar.store(field, url(from_), now=0) is why
    assert len(jar) == 0
