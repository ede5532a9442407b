"""What a browser brings along to every fetch: its profile, its caches, its clock, and what its user has settled."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ._cache import PreflightCache
from ._cookies import CookieJar
from ._profile import STANDARD, Profile
from ._request import AddressSpace, Request

LocalNetworkPermission = Callable[[AddressSpace], bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Answers that Fetch takes from elsewhere. Each is None where nothing is known: then nothing is blocked.

    `csp(request, url)` is the directive of the page's Content Security Policy that this URL violates, None for none.
    `hsts(host)` says whether the browser knows the host as one for https alone. `orb(url, headers)` says whether
    opaque response blocking hides the response (it looks at bodies, which Fetch does not see). `address_space(url)` is
    where the server of a URL lives; without it only addresses and `localhost` tell. `local_network_permission(space)`
    says whether the user lets the page reach this space. Where it is None, or says None, the user is taken to
    agree, and the verdict warns that they are asked. It is also asked about spaces where the server may yet be.
    """

    csp: Callable[[Request, str], str | None] | None = None
    hsts: Callable[[str], bool] | None = None
    orb: Callable[[str, "tuple[tuple[bytes, bytes], ...]"], bool] | None = None
    address_space: Callable[[str], AddressSpace | None] | None = None
    local_network_permission: LocalNetworkPermission | None = None


def _epoch() -> float:
    return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A browser, as far as a fetch needs one. It is shared by the fetches of a session: caches and cookies stay.

    `cookies` None is a browser whose user has turned cookies off. `now` gives seconds since the epoch; the default
    stands still, so that nothing expires. `explore` goes on after a failure and lists what would fail next; then a
    request whose method is not safe is withheld once anything has failed, since a browser would not have sent it
    either. `block_third_party_cookies` is the browser's setting of that name: on, whatever the profile does by
    default (Debian ships Chromium so; elsewhere Chromium's default is off). `preflight_only` withholds the request
    itself, always. `user_agent`, `accept_language` and `accept_encoding` are sent as they stand, None not at all; a
    driver must be able to undo the codings that it names.
    """

    profile: Profile = STANDARD
    preflight_cache: PreflightCache = field(default_factory=PreflightCache)
    cookies: CookieJar | None = field(default_factory=CookieJar)
    now: Callable[[], float] = _epoch
    hooks: Hooks = field(default_factory=Hooks)
    block_third_party_cookies: bool = False
    explore: bool = False
    preflight_only: bool = False
    user_agent: bytes | None = b"Mozilla/5.0 (compatible; crossorigin)"
    accept_language: bytes | None = b"en-US,en;q=0.9"
    accept_encoding: bytes | None = b"gzip, deflate"
