"""Where real browsers depart from the standard: caps and known deviations, as data.

Every default is what the standard says, so a profile lists its own deviations and nothing else. Those of Chromium and
Firefox were measured in Chromium 156 and Firefox 153 (tests/differential holds the smoke that keeps them true), those
of WebKit are from its documentation and source.
"""

from dataclasses import dataclass
from typing import Literal

from ._request import CacheMode

CachedWildcards = Literal["all", "anonymous", "none"]
ThirdPartyCookies = Literal["sent", "partitioned", "blocked"]
SameSiteRedirects = Literal["count", "ignored-when-storing", "ignored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one browser differs from the Fetch standard. The default values are the standard's own.

    Preflight cache: `max_age_cap` and `unusable_max_age` are in seconds, the cap None for none; `cached_wildcards` says
    which preflights a `*` is remembered from. `range_limit` is the largest number of a Range that needs no preflight.
    docs/where-browsers-differ.md has a sentence for each field. `BROWSERS` is what people are told by default,
    `STANDARD` the letter of the standard.
    """

    name: str

    # The CORS-preflight cache.
    max_age_cap: int | None = None
    unusable_max_age: int = 5
    negative_max_age_is_zero: bool = False
    cached_wildcards: CachedWildcards = "all"
    cache_replaces_entries: bool = False
    cache_keeps_entries_after_failed_request: bool = False
    cache_separates_credentials: bool = False
    cache_covers_safelisted_methods: bool = False
    cache_modes_that_bypass: tuple[CacheMode, ...] = ()
    no_store_is_not_remembered: bool = False

    # Whether a preflight is needed, what it carries, how it is judged.
    safelisted_client_hints: bool = False
    non_ascii_values_are_unsafe: bool = False
    range_limit: int | None = None
    upload_listener_needs_body: bool = False
    preflights_again_after_redirect: bool = False
    tainted_preflight_names_origin: bool = False
    preflight_site_is_of_its_url: bool = False
    redirects_off_the_origin_are_cross_site: bool = False
    preflight_accept_language: bool = False
    preflight_redirect_comes_first: bool = False
    methods_are_judged_before_headers_are_parsed: bool = False
    wildcard_covers_authorization: bool = False

    # Redirects and statuses.
    empty_location_is_none: bool = False
    equal_locations_are_one: bool = False
    status_407_is_ordinary: bool = False

    # Request header fields.
    origin_ignores_referrer_policy: bool = False
    features_name_origin_at_home: bool = False
    no_cors_redirects_taint: bool = False
    downgrade_is_by_scheme: bool = False
    relaxed_referrer_policies_stay_on_the_site: bool = False
    drops_author_user_agent: bool = False
    websocket_has_fetch_metadata: bool = True
    storage_access_header: bool = False
    storage_access_header_only_at_first: bool = False
    accept: tuple[tuple[str, bytes], ...] = (
        ("document", b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("frame", b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("iframe", b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("image", b"image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"),
        ("json", b"application/json,*/*;q=0.5"),
        ("style", b"text/css,*/*;q=0.1"),
        ("text", b"text/plain,*/*;q=0.5"),
    )

    # Cookies, mixed content, local network access.
    third_party_cookies: ThirdPartyCookies = "sent"
    manifests_omit_credentials: bool = False
    same_site_defaults_to_lax: bool = False
    same_site_redirects: SameSiteRedirects = "count"
    loopback_takes_secure_cookies: bool = False
    local_network_access: bool = False
    local_network_access_needs_secure_context: bool = False

    def accept_for(self, destination: str) -> bytes:
        """The default Accept value for a request with this destination."""
        for other, value in self.accept:
            if other == destination:
                return value
        return b"*/*"


_STYLE_AND_JSON = (("style", b"text/css,*/*;q=0.1"), ("json", b"application/json,*/*;q=0.5"))
_CHROMIUM_DOCUMENT = (
    b"text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,"
    b"application/signed-exchange;v=b3;q=0.7"
)
_FIREFOX_DOCUMENT = b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

STANDARD = Profile(name="standard")
CHROMIUM = Profile(
    name="chromium",
    max_age_cap=7200,
    negative_max_age_is_zero=True,
    cached_wildcards="anonymous",
    cache_replaces_entries=True,
    cache_keeps_entries_after_failed_request=True,
    cache_covers_safelisted_methods=True,
    cache_modes_that_bypass=("no-cache", "no-store", "reload"),
    no_store_is_not_remembered=True,
    safelisted_client_hints=True,
    range_limit=2**63 - 1,
    upload_listener_needs_body=True,
    preflight_site_is_of_its_url=True,
    preflight_accept_language=True,
    preflight_redirect_comes_first=True,
    wildcard_covers_authorization=True,
    empty_location_is_none=True,
    equal_locations_are_one=True,
    origin_ignores_referrer_policy=True,
    features_name_origin_at_home=True,
    no_cors_redirects_taint=True,
    downgrade_is_by_scheme=True,
    drops_author_user_agent=True,
    websocket_has_fetch_metadata=False,
    storage_access_header=True,
    accept=(
        *((destination, _CHROMIUM_DOCUMENT) for destination in ("document", "frame", "iframe", "object", "embed")),
        *_STYLE_AND_JSON,
        ("image", b"image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"),
    ),
    manifests_omit_credentials=True,
    same_site_defaults_to_lax=True,
    same_site_redirects="ignored",
    loopback_takes_secure_cookies=True,
    local_network_access=True,
    local_network_access_needs_secure_context=True,
)
FIREFOX = Profile(
    name="firefox",
    max_age_cap=86400,
    unusable_max_age=0,
    cached_wildcards="none",
    cache_separates_credentials=True,
    cache_covers_safelisted_methods=True,
    cache_modes_that_bypass=("no-store", "reload"),
    non_ascii_values_are_unsafe=True,
    range_limit=2**64 - 1,
    preflights_again_after_redirect=True,
    tainted_preflight_names_origin=True,
    preflight_site_is_of_its_url=True,
    redirects_off_the_origin_are_cross_site=True,
    preflight_accept_language=True,
    methods_are_judged_before_headers_are_parsed=True,
    wildcard_covers_authorization=True,
    equal_locations_are_one=True,
    status_407_is_ordinary=True,
    downgrade_is_by_scheme=True,
    relaxed_referrer_policies_stay_on_the_site=True,
    storage_access_header=True,
    accept=(
        *((destination, _FIREFOX_DOCUMENT) for destination in ("document", "frame", "iframe")),
        *_STYLE_AND_JSON,
        ("image", b"image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"),
        (
            "audio",
            b"audio/webm,audio/ogg,audio/wav,audio/*;q=0.9,application/ogg;q=0.7,video/*;q=0.6,*/*;q=0.5",
        ),
        ("video", b"video/webm,video/ogg,video/*;q=0.9,application/ogg;q=0.7,audio/*;q=0.6,*/*;q=0.5"),
        ("font", b"application/font-woff2;q=1.0,application/font-woff;q=0.9,*/*;q=0.8"),
    ),
    storage_access_header_only_at_first=True,
    third_party_cookies="partitioned",
    manifests_omit_credentials=True,
    same_site_redirects="ignored-when-storing",
    local_network_access=True,
    loopback_takes_secure_cookies=True,
)
WEBKIT = Profile(
    name="webkit",
    max_age_cap=600,
    wildcard_covers_authorization=True,
    third_party_cookies="blocked",
    manifests_omit_credentials=True,
)
BROWSERS = Profile(
    name="browsers",
    wildcard_covers_authorization=True,
    manifests_omit_credentials=True,
    local_network_access=True,
    local_network_access_needs_secure_context=True,
)
"""What Chromium, Firefox and WebKit agree on, and the standard's value wherever they do not.

Local network access is as in Chromium, the strictest: a page that most of its users cannot load is not readable.
"""

PROFILES = {profile.name: profile for profile in (STANDARD, BROWSERS, CHROMIUM, FIREFOX, WEBKIT)}
