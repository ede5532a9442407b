"""The CORS-preflight: when one is needed, how its request is built, how the response is judged, what is remembered."""

from collections.abc import Iterator

from crossorigin.standard import (
    FAILURE,
    HeaderList,
    cors_unsafe_request_header_names,
    extract_header_list_values,
    is_cors_non_wildcard_request_header_name,
    is_cors_safelisted_method,
    is_token,
)

from ._check import PREFLIGHT_TWINS, Objection, cors_check
from ._evidence import evidence
from ._fetch_params import FetchParams
from ._profile import Profile
from ._redirect import REDIRECT_STATUSES
from ._request import Request
from ._verdict import Reason

DEFAULT_MAX_AGE = 5
"""Seconds that a preflight's answer counts where it does not say."""

CLIENT_HINTS = frozenset(
    {b"device-memory", b"downlink", b"dpr", b"ect", b"rtt", b"save-data", b"viewport-width", b"width"}
)
"""https://wicg.github.io/client-hints-infrastructure/#policy-controlled-client-hints-feature

Fields that Chromium lets a page set without a preflight."""

MAX_HINT_LENGTH = 128
"""Bytes that the value of a client hint may have."""

_ACAM, _ACAH, _MAX_AGE = b"access-control-allow-methods", b"access-control-allow-headers", b"access-control-max-age"


def unsafe_request_header_names(headers: HeaderList, profile: Profile) -> list[bytes]:
    """https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names

    Sorted, lower-case, as the browser of this profile sees them.
    """
    fields = headers.delete(*CLIENT_HINTS) if profile.safelisted_client_hints else headers
    unsafe = {*cors_unsafe_request_header_names(fields)}
    if profile.safelisted_client_hints:
        unsafe |= {
            name.lower() for name, value in headers if name.lower() in CLIENT_HINTS and not _is_hint(name, value)
        }
    if profile.non_ascii_values_are_unsafe:
        unsafe |= {name for name in (b"accept", b"content-type") if not (headers.get(name) or b"").isascii()}
    if profile.range_limit is not None and _exceeds(headers.get(b"range"), profile.range_limit):
        unsafe.add(b"range")
    return sorted(unsafe)


def _is_hint(name: bytes, value: bytes) -> bool:
    if name.lower() == b"save-data":
        return value.lower() == b"on"
    if name.lower() == b"ect":
        return value in (b"slow-2g", b"2g", b"3g", b"4g")
    return len(value) <= MAX_HINT_LENGTH


def _exceeds(value: bytes | None, limit: int) -> bool:
    """Whether a range names a number beyond the limit: of more digits than it, or larger."""
    if value is None:
        return False
    digits = len(str(limit))
    numbers = (number.lstrip(b"0") for number in value.removeprefix(b"bytes=").split(b"-", 1))
    return any(len(number) > digits or (number.isdigit() and int(number) > limit) for number in numbers)


def use_cors_preflight_flag(params: FetchParams) -> bool:
    """https://fetch.spec.whatwg.org/#use-cors-preflight-flag"""
    return params.use_cors_preflight


def goes_with_preflight(params: FetchParams) -> str:
    """https://fetch.spec.whatwg.org/#concept-main-fetch

    Step 12: why the request goes out only behind a preflight, "" where it may go at once.
    """
    request = params.request
    if use_cors_preflight_flag(params):
        return "the use-CORS-preflight flag is set"
    if request.unsafe_request:
        if not is_cors_safelisted_method(request.method):
            return f"{request.method} is not safelisted"
        names = unsafe_request_header_names(params.headers, params.profile)
        if names:
            return f"{b', '.join(names).decode('latin-1')} not safelisted"
    if _repeats(params):
        return "the request was preflighted before the redirect"
    return ""


def missing_from_cache(params: FetchParams) -> str:
    """https://fetch.spec.whatwg.org/#concept-http-fetch

    Step 4.1: what the CORS-preflight cache does not answer for, "" where it answers for all.
    """
    request, profile, cache = params.request, params.profile, params.context.preflight_cache
    if request.cache in profile.cache_modes_that_bypass:
        return "the cache is not asked"
    key, now, include = params.cache_key, params.context.now(), request.credentials == "include"
    separate = profile.cache_separates_credentials
    safelisted = is_cors_safelisted_method(request.method)
    if not safelisted or use_cors_preflight_flag(params) or _repeats(params):
        covered = cache.method_cache_entry_match(key, request.method, include=include, now=now, separate=separate)
        if profile.cache_covers_safelisted_methods and safelisted:
            covered = covered or cache.has_entry(key, include=include, now=now, separate=separate)
        if not covered:
            return f"method {request.method}"
    for name in unsafe_request_header_names(params.headers, profile):
        if not cache.header_name_cache_entry_match(key, name, include=include, now=now, separate=separate):
            return f"header {name.decode('latin-1')}"
    return ""


def preflight_request(params: FetchParams) -> Request:
    """https://fetch.spec.whatwg.org/#cors-preflight-fetch-0

    Steps 1 to 5. It never carries credentials, whatever the request's own mode.
    """
    request, profile = params.request, params.profile
    headers = HeaderList(((b"Accept", b"*/*"), (b"Access-Control-Request-Method", request.method.encode("latin-1"))))
    names = unsafe_request_header_names(params.headers, profile)
    if names:
        headers = headers.append(b"Access-Control-Request-Headers", b",".join(names))
    language = params.context.accept_language
    if profile.preflight_accept_language and language is not None:
        headers = headers.append(b"Accept-Language", language)
    return Request(
        url=params.current_url.href,
        method="OPTIONS",
        headers=headers,
        mode="cors",
        destination=request.destination,
        initiator=request.initiator,
        initiator_type=request.initiator_type,
    )


def judge_preflight(
    params: FetchParams, serialized_origin: bytes, status: int, headers: HeaderList
) -> Iterator[tuple[str, Objection]]:
    """https://fetch.spec.whatwg.org/#cors-preflight-fetch-0

    Step 7: every objection with its step's number, in the order in which the browser of this profile meets them;
    `passes_with_a_warning` says which of them it lets pass.
    `serialized_origin` is what the preflight said; the credentials mode is the real request's.
    """
    request, profile = params.request, params.profile
    location = headers.get(b"location")
    redirects = status in REDIRECT_STATUSES and location is not None
    redirect = "7", (Reason.PREFLIGHT_REDIRECT, evidence(status=status, location=location))
    if redirects and profile.preflight_redirect_comes_first:
        yield redirect
    objection = cors_check(serialized_origin, request.credentials, headers, status)
    if objection is not None:
        yield "7", (PREFLIGHT_TWINS[objection[0]], objection[1])
    if redirects and not profile.preflight_redirect_comes_first:
        yield redirect
    elif not 200 <= status <= 299 and not redirects:
        yield "7", (Reason.PREFLIGHT_STATUS, evidence(status=status))
    if profile.methods_are_judged_before_headers_are_parsed:
        yield from _unparsable(headers, _ACAM, Reason.PREFLIGHT_ACAM_INVALID)
        yield from _unlisted_method(params, headers)
        yield from _unparsable(headers, _ACAH, Reason.PREFLIGHT_ACAH_INVALID)
        yield from _unlisted_headers(params, headers)
    else:
        yield from _unparsable(headers, _ACAM, Reason.PREFLIGHT_ACAM_INVALID)
        yield from _unparsable(headers, _ACAH, Reason.PREFLIGHT_ACAH_INVALID)
        yield from _unlisted_method(params, headers)
        yield from _unlisted_headers(params, headers)


def remember(params: FetchParams, headers: HeaderList) -> str:
    """https://fetch.spec.whatwg.org/#cors-preflight-fetch-0

    Steps 7.8 to 7.15: what the response allows goes into the cache. Says what went in, for people.
    """
    request, profile, cache = params.request, params.profile, params.context.preflight_cache
    include = request.credentials == "include"
    methods = _allowed_methods(params, headers)
    names = _values(headers, _ACAH)
    if profile.cached_wildcards == "none" or (profile.cached_wildcards == "anonymous" and include):
        methods = [method for method in methods if method != "*"]
        names = [name for name in names if name != "*"]
    if profile.no_store_is_not_remembered and request.cache == "no-store":
        return "not cached"
    if profile.cache_replaces_entries:
        cache.clear_cache_entries(params.cache_key)
    max_age = max_age_of(headers, profile)
    cache.store(
        params.cache_key,
        methods=methods,
        header_names=names,
        include=include,
        max_age=max_age,
        now=params.context.now(),
        separate=profile.cache_separates_credentials,
    )
    return f"cached for {max_age} s"


def max_age_of(headers: HeaderList, profile: Profile) -> int:
    """https://fetch.spec.whatwg.org/#http-access-control-max-age

    In seconds, capped.

    >>> from crossorigin.browser import CHROMIUM
    >>> max_age_of(HeaderList.of({"Access-Control-Max-Age": "86400"}), CHROMIUM)
    7200
    """
    lines = headers.values(_MAX_AGE)
    if lines in ((), (b"",)):
        return DEFAULT_MAX_AGE
    digits = lines[0].removeprefix(b"-")
    if len(lines) > 1 or not digits.isdigit():
        return profile.unusable_max_age
    if digits != lines[0]:
        return 0 if profile.negative_max_age_is_zero else profile.unusable_max_age
    # More digits than these are more years than a browser lives, and int() is not linear.
    max_age = int(digits.lstrip(b"0")[:18] or b"0")
    return max_age if profile.max_age_cap is None else min(max_age, profile.max_age_cap)


def _repeats(params: FetchParams) -> bool:
    repeats = params.profile.preflights_again_after_redirect
    return repeats and params.record.preflighted and params.redirect_count > 0


def _unparsable(headers: HeaderList, name: bytes, reason: Reason) -> Iterator[tuple[str, Objection]]:
    if extract_header_list_values(name, headers) != FAILURE:
        return
    items = (item.strip(b" \t") for line in headers.values(name) for item in line.split(b","))
    item = next(item for item in items if item and not is_token(item.decode("latin-1")))
    value = headers.get(name)
    facts = (
        evidence(access_control_allow_methods=value, item=item)
        if name == _ACAM
        else evidence(access_control_allow_headers=value, item=item)
    )
    yield "7.3", (reason, facts)


def _unlisted_method(params: FetchParams, headers: HeaderList) -> Iterator[tuple[str, Objection]]:
    request = params.request
    if extract_header_list_values(_ACAM, headers) == FAILURE:
        return
    methods = _allowed_methods(params, headers)
    if request.method in methods or is_cors_safelisted_method(request.method):
        return
    if request.credentials != "include" and "*" in methods:
        return
    facts = evidence(
        method=request.method, access_control_allow_methods=headers.get(_ACAM), credentials=request.credentials
    )
    yield "7.5", (Reason.PREFLIGHT_METHOD, facts)


def passes_with_a_warning(objection: Objection, profile: Profile) -> bool:
    """https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name

    Whether the browser of this profile does not object, although the standard does (whatwg/fetch#1919).
    """
    return objection[0] is Reason.PREFLIGHT_AUTHORIZATION_WILDCARD and profile.wildcard_covers_authorization


def _unlisted_headers(params: FetchParams, headers: HeaderList) -> Iterator[tuple[str, Objection]]:
    request, profile = params.request, params.profile
    if extract_header_list_values(_ACAH, headers) == FAILURE:
        return
    listed = {name.lower().encode("ascii") for name in _values(headers, _ACAH)}
    wildcard = b"*" in listed and request.credentials != "include"
    value = headers.get(_ACAH)
    unsafe = unsafe_request_header_names(params.headers, profile)
    unlisted = [name for name in unsafe if name not in listed]
    if wildcard:
        non_wildcard = [name for name in unlisted if is_cors_non_wildcard_request_header_name(name)]
        if non_wildcard:
            facts = evidence(header=non_wildcard[0], access_control_allow_headers=value)
            yield "7.6", (Reason.PREFLIGHT_AUTHORIZATION_WILDCARD, facts)
    elif unlisted:
        facts = evidence(
            header=unlisted[0],
            headers=b", ".join(unlisted),
            access_control_allow_headers=value,
            credentials=request.credentials,
        )
        yield "7.7", (Reason.PREFLIGHT_HEADER, facts)


def _allowed_methods(params: FetchParams, headers: HeaderList) -> list[str]:
    if _ACAM not in headers and use_cors_preflight_flag(params):
        return [params.request.method]
    return _values(headers, _ACAM)


def _values(headers: HeaderList, name: bytes) -> list[str]:
    values = extract_header_list_values(name, headers)
    return [] if values is None or values == FAILURE else values
