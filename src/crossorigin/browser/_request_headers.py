"""The header fields that a browser adds to a request by itself, in the order in which the standard adds them."""

from itertools import pairwise

from crossorigin.standard import HeaderList, Origin

from ._context import Context
from ._cookies import SameSiteMode
from ._fetch_params import FetchParams
from ._profile import ThirdPartyCookies
from ._referrer import effective_referrer_policy
from ._request import Request

_VALIDATING = (b"if-modified-since", b"if-none-match", b"if-unmodified-since", b"if-match", b"if-range")
_DOWNGRADE_POLICIES = ("no-referrer-when-downgrade", "strict-origin", "strict-origin-when-cross-origin")


def default_headers(request: Request, context: Context) -> HeaderList:
    """https://fetch.spec.whatwg.org/#concept-fetch

    The page's own fields with Accept and Accept-Language behind them, where it set none.
    """
    headers, profile = request.headers, context.profile
    if profile.drops_author_user_agent:
        headers = headers.delete(b"user-agent")
    silent = request.mode == "websocket" and not profile.websocket_has_fetch_metadata
    added: list[tuple[bytes, bytes]] = []
    if not silent and b"accept" not in headers:
        destination = "document" if request.initiator == "prefetch" else request.destination
        added.append((b"Accept", profile.accept_for(destination)))
    if context.accept_language is not None and b"accept-language" not in headers:
        added.append((b"Accept-Language", context.accept_language))
    return HeaderList((*headers.fields, *added))


def network_headers(params: FetchParams, *, include_credentials: bool) -> HeaderList:
    """https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch

    Everything that goes on the wire but Host, Content-Length and framing, which are the driver's.
    """
    request, context = params.request, params.context
    names = {name.lower() for name, _ in params.headers.fields}
    added: list[tuple[bytes, bytes]] = []
    # No page can set these: they are forbidden request-headers.
    if params.referrer:
        added.append((b"Referer", params.referrer.encode("latin-1")))
    origin = request_origin_header(params)
    if origin is not None:
        added.append((b"Origin", origin))
    added += fetch_metadata_headers(params, include_credentials=include_credentials)
    if request.initiator == "prefetch":
        added.append((b"Sec-Purpose", b"prefetch"))
    defaults = [(b"User-Agent", context.user_agent)]
    cache = request.cache
    if cache == "default" and not names.isdisjoint(_VALIDATING):
        cache = "no-store"
    if cache == "no-cache":
        defaults.append((b"Cache-Control", b"max-age=0"))
    if cache in ("no-store", "reload"):
        defaults += [(b"Pragma", b"no-cache"), (b"Cache-Control", b"no-cache")]
    defaults.append((b"Accept-Encoding", b"identity" if b"range" in names else context.accept_encoding))
    added += [(name, value) for name, value in defaults if value is not None and name.lower() not in names]
    cookie = request_cookie_header(params) if include_credentials else None
    if cookie is not None:
        added.append((b"Cookie", cookie))
    return HeaderList((*params.headers.fields, *added))


def request_origin_header(params: FetchParams) -> bytes | None:
    """https://fetch.spec.whatwg.org/#append-a-request-origin-header

    The Origin field's value, None where there is to be none.
    """
    request, url, origin = params.request, params.current_url, params.serialized_origin
    if params.tainting == "cors" or request.mode in ("websocket", "webtransport"):
        return origin
    if request.method in ("GET", "HEAD"):
        names_origin = params.profile.features_name_origin_at_home and request.mode == "cors"
        is_feature = request.initiator_type == "link" or request.destination not in ("", "audio", "video")
        return origin if names_origin and is_feature else None
    if request.mode == "no-cors" and params.profile.no_cors_redirects_taint and _left_an_origin(params):
        return b"null"
    if request.mode == "cors" or params.profile.origin_ignores_referrer_policy:
        return origin
    policy = effective_referrer_policy(params.referrer_policy, params.origin, url, params.profile)
    if policy == "no-referrer":
        return b"null"
    if policy in _DOWNGRADE_POLICIES:
        secure = isinstance(params.origin, Origin) and params.origin.scheme == "https"
        return b"null" if secure and url.scheme != "https" else origin
    if policy == "same-origin" and not params.origin.is_same_origin(url.origin):
        return b"null"
    return origin


def _left_an_origin(params: FetchParams) -> bool:
    return any(not last.origin.is_same_origin(url.origin) for last, url in pairwise(params.urls))


def fetch_metadata_headers(params: FetchParams, *, include_credentials: bool) -> list[tuple[bytes, bytes]]:
    """https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-append-the-fetch-metadata-headers-for-a-request"""
    request, profile = params.request, params.profile
    if not params.current_url.is_potentially_trustworthy:
        return []
    if request.mode == "websocket" and not profile.websocket_has_fetch_metadata:
        return []
    site = sec_fetch_site(params)
    fields = [
        (b"Sec-Fetch-Dest", (request.destination or "empty").encode("ascii")),
        (b"Sec-Fetch-Mode", request.mode.encode("ascii")),
        (b"Sec-Fetch-Site", site),
    ]
    told = profile.storage_access_header and include_credentials and site == b"cross-site"
    if told and (not profile.storage_access_header_only_at_first or _is_at_first(params)):
        access = b"active" if third_party_cookies(params) == "sent" else b"none"
        fields.append((b"Sec-Fetch-Storage-Access", access))
    return fields


def _is_at_first(params: FetchParams) -> bool:
    been_abroad = any(not params.origin.is_same_site(url.origin) for url in params.urls[:-1])
    return params.page.is_secure_context and not been_abroad


def sec_fetch_site(params: FetchParams) -> bytes:
    """https://w3c.github.io/webappsec-fetch-metadata/#abstract-opdef-set-site"""
    header = b"same-origin"
    own = params.purpose == "preflight" and params.profile.preflight_site_is_of_its_url
    for url in params.urls[-1:] if own else params.urls:
        if url.origin.is_same_origin(params.origin):
            continue
        if not params.origin.is_same_site(url.origin):
            return b"cross-site"
        header = b"same-site"
    redirected = len(params.urls) > 1 and not own
    if header == b"same-site" and redirected and params.profile.redirects_off_the_origin_are_cross_site:
        return b"cross-site"
    return header


def request_cookie_header(params: FetchParams) -> bytes | None:
    """https://fetch.spec.whatwg.org/#append-a-request-cookie-header

    The Cookie field's value, None where no cookie goes along.
    """
    jar, profile = params.context.cookies, params.profile
    if jar is None:
        return None
    key = params.network_partition_key
    third_party = (None, key) if third_party_cookies(params) == "sent" else (key,)
    cookies = jar.retrieve(
        params.current_url,
        now=params.context.now(),
        is_secure=takes_secure_cookies(params),
        same_site=same_site_mode(params),
        unset_is_lax=profile.same_site_defaults_to_lax,
        partitions=third_party if is_third_party(params) else (None, key),
    )
    return b"; ".join(cookie.serialized() for cookie in cookies) if cookies else None


def same_site_mode(params: FetchParams, *, storing: bool = False) -> SameSiteMode:
    """https://fetch.spec.whatwg.org/#determine-the-same-site-mode

    The standard's steps, as they stand, give strict cookies to any cross-site subresource and none to a top-level
    navigation from abroad, which no browser does: here the request's own site is looked at too, first.
    """
    redirects = params.profile.same_site_redirects
    redirects_are_ignored = redirects == "ignored" or (storing and redirects == "ignored-when-storing")
    cross_site = (
        params.page.has_cross_site_ancestor
        or (params.taint == "cross-site" and not redirects_are_ignored)
        or not params.origin.is_same_site(params.current_url.origin)
    )
    if not cross_site:
        return "strict-or-less"
    request = params.request
    top_level = request.mode == "navigate" and request.destination == "document"
    return "lax-or-less" if top_level and request.method == "GET" else "unset-or-less"


def third_party_cookies(params: FetchParams) -> ThirdPartyCookies:
    """What becomes of third-party cookies, by the profile and by the user's setting."""
    return "blocked" if params.context.block_third_party_cookies else params.profile.third_party_cookies


def is_third_party(params: FetchParams) -> bool:
    """Whether the request leaves the top-level page's site without becoming the top-level page itself."""
    if params.request.destination == "document":
        return False
    return not params.current_url.origin.is_same_site(params.top_level_origin)


def takes_secure_cookies(params: FetchParams) -> bool:
    """https://fetch.spec.whatwg.org/#append-a-request-cookie-header

    Step 3; browsers take http on this machine itself for secure.
    """
    url = params.current_url
    return url.scheme == "https" or (params.profile.loopback_takes_secure_cookies and url.is_loopback)
