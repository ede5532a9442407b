"""What each field of `Profile` that differs between browsers means, and the case that shows it."""

DEVIATIONS: dict[str, tuple[str, str | None]] = {
    "max_age_cap": (
        "How long a preflight counts at most, in seconds, whatever Access-Control-Max-Age says.",
        None,
    ),
    "unusable_max_age": (
        "How long it counts, in seconds, where Access-Control-Max-Age is there and is no number.",
        "age.abc",
    ),
    "negative_max_age_is_zero": (
        "A negative Access-Control-Max-Age is zero, and not merely unusable.",
        "age.-1",
    ),
    "cached_wildcards": (
        "Whose preflights leave a `*` behind that covers methods and headers that they did not ask for.",
        "cache-wildcard-credentials",
    ),
    "cache_replaces_entries": (
        "The next preflight for a URL replaces what was remembered of it, and adds nothing to it.",
        "cleared.second-preflight-other-method",
    ),
    "cache_keeps_entries_after_failed_request": (
        "A request that fails behind its preflight leaves the cache as it is.",
        "cleared.request-acao-missing",
    ),
    "cache_separates_credentials": (
        "What a credentialed preflight allowed does not serve requests without credentials.",
        "cache.named.put-include.then.put",
    ),
    "cache_covers_safelisted_methods": (
        "Any entry for the URL covers GET, HEAD and POST, so an upload listener needs no preflight of its own.",
        "cache.named.put.then.upload",
    ),
    "cache_modes_that_bypass": (
        "Cache modes of fetch() for which the preflight cache is not asked either.",
        "apart.cache-reload-second",
    ),
    "no_store_is_not_remembered": (
        "With cache mode `no-store` a preflight is not remembered.",
        "apart.cache-no-store-first",
    ),
    "safelisted_client_hints": (
        "A page may set client hints without a preflight, while their values are what hints look like.",
        "name.DPR.fetch",
    ),
    "non_ascii_values_are_unsafe": (
        "Bytes beyond ASCII in Accept and Content-Type need a preflight.",
        "byte.accept.e4",
    ),
    "range_limit": (
        "The largest number in a Range that needs no preflight.",
        "form.range.bytes_3d99999999999999999999999-",
    ),
    "upload_listener_needs_body": (
        "A listener on `xhr.upload` forces a preflight only where there is a body to upload.",
        "xhr-upload-listener-without-body",
    ),
    "preflights_again_after_redirect": (
        "Once preflighted, a request is preflighted at every hop, though a redirect made it a plain GET.",
        "redirect.away.put.303.page",
    ),
    "tainted_preflight_names_origin": (
        "Behind a redirect between foreign origins the preflight still names the page; the request itself says `null`.",
        "redirect.away-other.put.307.page",
    ),
    "preflight_site_is_of_its_url": (
        "Sec-Fetch-Site of a preflight tells of its own URL, not of the redirects before it.",
        "redirect.home-away-home.put.307.any",
    ),
    "redirects_off_the_origin_are_cross_site": (
        "Sec-Fetch-Site is `cross-site` behind a redirect to another origin, though of the same site.",
        "redirect.home-sibling.get.302.any",
    ),
    "preflight_accept_language": (
        "A preflight carries Accept-Language.",
        "scheme.http-to-https.put",
    ),
    "preflight_redirect_comes_first": (
        "A preflight that is redirected is blamed for that before its headers are looked at.",
        "status.302.preflight-location-missing",
    ),
    "methods_are_judged_before_headers_are_parsed": (
        "A method that is not allowed is blamed before a malformed Access-Control-Allow-Headers.",
        "preflight-method-missing-and-headers-invalid",
    ),
    "wildcard_covers_authorization": (
        "`*` in Access-Control-Allow-Headers allows Authorization too.",
        "preflight-authorization-wildcard",
    ),
    "empty_location_is_none": (
        "A redirect with an empty Location is no redirect.",
        "location.empty.get",
    ),
    "equal_locations_are_one": (
        "Several Location lines with one and the same value are followed.",
        "locations.equal",
    ),
    "status_407_is_ordinary": (
        "A response of status 407 is like any other, and not the proxy's.",
        "status.407.get",
    ),
    "origin_ignores_referrer_policy": (
        "The Origin of a POST is said whatever the referrer policy.",
        "referrer.no-referrer.away.no-cors.POST",
    ),
    "features_name_origin_at_home": (
        "Fonts, modules and the like say Origin to the page's own server, too.",
        "feature.font.plain.home",
    ),
    "no_cors_redirects_taint": (
        "A POST of mode no-cors that is redirected to another origin says `Origin: null` there.",
        "redirect.home-away.no-cors.POST.307",
    ),
    "downgrade_is_by_scheme": (
        "From https to http is a downgrade to referrer policies, even where the http server is on this machine.",
        "referrer.strict-origin.downgrade.cors.GET",
    ),
    "relaxed_referrer_policies_stay_on_the_site": (
        "Referrer policies that are laxer than the default count for requests within the site alone.",
        "referrer-of.page.unsafe-url.GET",
    ),
    "drops_author_user_agent": (
        "A User-Agent that the page sets is dropped.",
        "name.User-Agent.fetch",
    ),
    "websocket_has_fetch_metadata": (
        "A WebSocket's handshake carries Accept and Sec-Fetch-*.",
        "feature.websocket.plain.page",
    ),
    "storage_access_header": (
        "Credentialed requests to another site carry Sec-Fetch-Storage-Access.",
        "scheme.http-to-https.include",
    ),
    "storage_access_header_only_at_first": (
        "They carry it until a redirect has led abroad, and from secure contexts alone.",
        "feature.image.plain.redirect-any",
    ),
    "third_party_cookies": (
        "What becomes of cookies of a site that is not the page's. Debian's Chromium blocks them by default.",
        "cookie.none-secure.away",
    ),
    "manifests_omit_credentials": (
        "A manifest is fetched without cookies, even by its own origin, unless it has crossorigin=use-credentials.",
        None,
    ),
    "same_site_defaults_to_lax": (
        "A cookie without SameSite is as good as `SameSite=Lax`.",
        "cookie.partitioned-secure.away",
    ),
    "same_site_redirects": (
        "Whether redirects through other sites make a request cross-site to SameSite cookies.",
        "stored.behind-redirect-from-abroad.lax",
    ),
    "loopback_takes_secure_cookies": (
        "`Secure` cookies work over http with this machine.",
        "cookie.secure.sibling",
    ),
    "local_network_access": (
        "A page of the public internet reaches this machine and the local network with its user's leave alone.",
        "network.public.get",
    ),
    "local_network_access_needs_secure_context": (
        "It needs a secure context as well, and must not be mistaken in `targetAddressSpace`.",
        "network.public.space-public",
    ),
}
"""Field -> (a sentence, the case of tests/differential; None where no case can show it)."""
