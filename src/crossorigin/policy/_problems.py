"""Every problem that a declaration can have: one table, from which messages are built and a page of the docs.

The file is long because the table is.
"""

from dataclasses import dataclass
from typing import Literal

ProblemKind = Literal["forbidden", "invalid", "incompatible", "refused", "advice"]

FETCH = "https://fetch.spec.whatwg.org/"
HTML = "https://html.spec.whatwg.org/multipage/"
URL = "https://url.spec.whatwg.org/"


@dataclass(frozen=True, slots=True)
class ProblemRule:
    """One row. `sentence` and `hint` may hold `{value}`, the declared value, `{fact}`, what decided, and
    `{field}`, the field."""

    code: str
    kind: ProblemKind
    sentence: str
    hint: str
    source: str = ""


_SERIALIZED = f"{FETCH}#serialized-origin"
_FORBIDDEN_HEADER = f"{FETCH}#forbidden-request-header"
_HOST = f"{URL}#host-serializing"

_ROWS = (
    # Whole fields
    ProblemRule(
        "not-a-collection",
        "invalid",
        "expects a list, not {value}",
        "write a list, with an item for each value",
    ),
    ProblemRule("not-a-bool", "invalid", "takes True or False, not {value}", "write True or False"),
    ProblemRule("unknown-key", "invalid", "this is not a policy field", "write one of the fields, or remove it"),
    ProblemRule(
        "wildcard-not-alone",
        "incompatible",
        "`*` allows every origin, so what stands beside it says nothing",
        "remove `*` to allow the listed origins only",
        f"{FETCH}#http-access-control-allow-origin",
    ),
    ProblemRule(
        "credentials-wildcard-origin",
        "incompatible",
        "`*` with credentials is refused by every browser",
        "list the origins that may send credentials in allow_credentials, or decide them in a predicate there",
        f"{FETCH}#cors-protocol-and-credentials",
    ),
    ProblemRule(
        "credentials-type",
        "invalid",
        "takes True, False, or a list of origins, not {value}",
        "write True or False, or list the origins that may send credentials",
    ),
    ProblemRule(
        "credentials-origin-unlisted",
        "incompatible",
        "{fact} may send credentials, and allow_origins does not allow it",
        "add {value} to allow_origins, or remove it here",
    ),
    ProblemRule(
        "credentials-wildcard-expose",
        "incompatible",
        "`*` does not expose anything to a request with credentials: browsers then take it for a header named `*`",
        "list the response headers that pages may read",
        f"{FETCH}#cors-protocol-and-credentials",
    ),
    ProblemRule(
        "refuse-wildcard-origin",
        "incompatible",
        "refuse_disallowed refuses nobody where every origin is allowed",
        "list the origins, or leave refuse_disallowed out",
    ),
    # Origins: what they are
    ProblemRule(
        "origins-missing",
        "invalid",
        "no origin is allowed, so the policy permits nothing",
        "list the origins of your pages, such as 'https://app.example.com'; for no CORS at all, use no policy",
    ),
    ProblemRule(
        "origin-type",
        "invalid",
        "{value} is not an origin: an origin is text",
        "write the origin as text, such as 'https://app.example.com'",
    ),
    ProblemRule("origin-empty", "invalid", "an empty text is no origin", "remove it, or write the origin", _SERIALIZED),
    ProblemRule("origin-whitespace", "invalid", "{value} holds white space or a separator", "remove it", _SERIALIZED),
    ProblemRule(
        "origin-quoted",
        "invalid",
        "{value} is a list that was written as text",
        "write the origins themselves, each as an item of the list",
        _SERIALIZED,
    ),
    ProblemRule("origin-list", "invalid", "{value} holds several origins", "make each an item of its own", _SERIALIZED),
    ProblemRule(
        "origin-regex",
        "invalid",
        "{value} is a regular expression, and none is taken: on a stranger's input its cost is not bounded, and a "
        "missing anchor lets strangers in",
        "write the patterns ('https://*.example.com'), or a predicate: {field}=[lambda origin: origin.host in HOSTS]",
    ),
    # Origins: scheme
    ProblemRule("origin-no-scheme", "invalid", "{value} has no scheme", "begin with 'https://'", _SERIALIZED),
    ProblemRule(
        "origin-scheme-case",
        "invalid",
        "the scheme of {value} is not in lower case, as browsers send it",
        "write it in lower case",
        _SERIALIZED,
    ),
    ProblemRule(
        "origin-scheme",
        "invalid",
        "the scheme of {value} is none: a letter, then letters, digits, `+`, `-`, `.`, 64 characters at most",
        "write the scheme of your pages, most likely 'https'",
        f"{URL}#url-scheme-string",
    ),
    ProblemRule(
        "origin-scheme-wildcard",
        "invalid",
        "{value} has a `*` for its scheme: with http beside https, whoever holds the network reads what https protects",
        "write the scheme of your pages, most likely 'https'",
    ),
    # Origins: what a URL has and an origin has not
    ProblemRule("origin-userinfo", "invalid", "{value} has a user name: no origin holds one", "remove it", _SERIALIZED),
    ProblemRule(
        "origin-trailing-slash",
        "invalid",
        "{value} ends in a slash: browsers send none, so it would never match",
        "remove the slash",
        _SERIALIZED,
    ),
    ProblemRule(
        "origin-path",
        "invalid",
        "{value} has a path: an origin is scheme, host and port, and covers every path",
        "remove the path",
        _SERIALIZED,
    ),
    ProblemRule("origin-query", "invalid", "{value} has a query: an origin has none", "remove the query", _SERIALIZED),
    ProblemRule(
        "origin-fragment", "invalid", "{value} has a fragment: an origin has none", "remove the fragment", _SERIALIZED
    ),
    # Origins: port
    ProblemRule("origin-port-empty", "invalid", "{value} has a colon and no port", "remove the colon", _SERIALIZED),
    ProblemRule(
        "origin-port-zeros", "invalid", "the port of {value} begins with a zero", "write it without", _SERIALIZED
    ),
    ProblemRule(
        "origin-port-range",
        "invalid",
        "the port of {value} is none: a number from 1 to 65535, or `*`",
        "write the port of your pages, or leave the default one out",
        f"{URL}#url-port-string",
    ),
    ProblemRule(
        "origin-port-default",
        "invalid",
        "{fact} is the default port of its scheme: browsers leave it out, so {value} would never match",
        "leave the port out",
        _SERIALIZED,
    ),
    # Origins: host
    ProblemRule("origin-host-missing", "invalid", "{value} has no host", "write the host", _SERIALIZED),
    ProblemRule(
        "origin-host-case",
        "invalid",
        "the host of {value} is not in lower case, as browsers send it",
        "write it in lower case",
        _HOST,
    ),
    ProblemRule(
        "origin-host-unicode",
        "invalid",
        "the host of {value} is not in ASCII: browsers send its A-label",
        "write the A-label (`xn--…`); with can-ada installed, this hint shows it",
        f"{URL}#concept-domain-to-ascii",
    ),
    ProblemRule(
        "origin-host-character",
        "invalid",
        "the host of {value} holds {fact}, which no host has",
        "write the host as the browser's address bar shows it",
        f"{URL}#forbidden-domain-code-point",
    ),
    ProblemRule("origin-host-label", "invalid", "the host of {value} has an empty label", "remove the dot", _HOST),
    ProblemRule(
        "origin-host-trailing-dot",
        "invalid",
        "the host of {value} ends in a dot: it is another origin than the one without, and is never matched",
        "remove the dot",
        _HOST,
    ),
    ProblemRule(
        "origin-host-length",
        "invalid",
        "the host of {value} is longer than a host can be: 63 characters a label, 253 in all",
        "write the host of your pages",
        "https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4",
    ),
    ProblemRule(
        "origin-host-ipv4",
        "invalid",
        "the IPv4 address of {value} is not written as browsers send it: four decimal numbers without leading zeros",
        "write all four numbers, in decimal",
        f"{URL}#concept-ipv4-serializer",
    ),
    ProblemRule(
        "origin-host-ipv6",
        "invalid",
        "the IPv6 address of {value} is not written as browsers send it: in brackets, in lower case, compressed, "
        "without a zone",
        "write it as the browser's address bar shows it",
        f"{URL}#concept-ipv6-serializer",
    ),
    # Origins: wildcards
    ProblemRule(
        "origin-wildcard-host",
        "invalid",
        "{value} names no host: a pattern has a domain of yours to the right of its `*`",
        "name the parent domain, as in 'https://*.example.com'",
    ),
    ProblemRule(
        "origin-wildcard-count",
        "invalid",
        "{value} has more than one `*` in its host",
        "one `*` at the left covers any number of labels, as in 'https://*.example.com'",
    ),
    ProblemRule(
        "origin-wildcard-place",
        "invalid",
        "the `*` of {value} is not in the leftmost label: what stands to its right decides who owns a host",
        "list the hosts, or decide them in a predicate",
    ),
    ProblemRule(
        "origin-wildcard-address",
        "invalid",
        "{value} is a wildcard over an address: nothing lies below one",
        "list the addresses, or decide them in a predicate",
    ),
    ProblemRule(
        "origin-wildcard-not-http",
        "invalid",
        "{value} has a wildcard that only http and https origins can have",
        "list the origins whole, or write a predicate: {field}=[lambda origin: origin.scheme == '{fact}']",
    ),
    # Origins: refused by this library, lifted by dangerously(...)
    ProblemRule(
        "origin-null",
        "refused",
        "`null` is the origin of every sandboxed frame and local file: any site can send it",
        "serve the page from an origin of its own, or dangerously('null', because='…')",
        f"{HTML}browsers.html#concept-origin-opaque",
    ),
    ProblemRule(
        "origin-file",
        "refused",
        "`file://` is the origin of every local file, in old WebViews",
        "load the page from a custom scheme or from https, or dangerously('file://', because='…')",
    ),
    ProblemRule(
        "origin-any-host",
        "refused",
        "{value} allows every page with the scheme {fact}: any extension or app that a user installs can have one",
        "list the origin of your own; where each installation has its own host, write a predicate: "
        "{field}=[lambda origin: origin.scheme == '{fact}'], or dangerously({value}, because='…')",
    ),
    ProblemRule(
        "origin-insecure",
        "refused",
        "{value} may send credentials, and is plain http: whoever is on its network can act as that page",
        "serve the page over https, or dangerously({value}, because='…')",
        "https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy",
    ),
    ProblemRule(
        "origin-public-suffix",
        "refused",
        "strangers register names below {fact}, and {value} lets all of them in",
        "name your own domain below it, or dangerously({value}, because='…')",
        f"{URL}#host-public-suffix",
    ),
    ProblemRule(
        "origin-public-suffix-label",
        "refused",
        "strangers register names below {fact}, and can choose one that {value} matches",
        "end the label with what the platform gives to you alone (as in 'https://pr-*--shop.netlify.app'), list the "
        "origins, or dangerously({value}, because='…')",
        f"{URL}#host-public-suffix",
    ),
    ProblemRule(
        "origin-public-suffix-below",
        "refused",
        "{value} also allows {fact}: the public suffix list says that anyone can have pages there",
        "name your own domain, list the origins, or dangerously({value}, because='…')",
        f"{URL}#host-public-suffix",
    ),
    ProblemRule(
        "because-missing",
        "invalid",
        "{value} lifts a refusal and does not say why",
        'give the reason: dangerously(pattern, because=\'…\'); in TOML: {{ dangerously = "pattern", because = "…" }}',
    ),
    ProblemRule(
        "dangerously-table",
        "invalid",
        "{value} is not an entry of {field}: a table holds `dangerously` and `because`, and nothing else",
        'write {{ dangerously = "pattern", because = "…" }}',
    ),
    ProblemRule(
        "predicate-parameters",
        "invalid",
        "{value} takes {fact}: a predicate is called with the origin, or with the origin and the request",
        "write its parameters as (origin), or as (origin, request) to get the request too; give all others a default",
    ),
    ProblemRule(
        "async-predicate",
        "incompatible",
        "{value} is asynchronous, and here nothing can await it",
        "use a plain function, or the ASGI middleware",
    ),
    # Methods
    ProblemRule(
        "method-invalid",
        "invalid",
        "{value} is no method: a method is a token",
        "write one name, such as 'PUT'",
        f"{FETCH}#concept-method",
    ),
    ProblemRule("method-list", "invalid", "{value} holds several methods", "make each an item of its own"),
    ProblemRule(
        "method-case",
        "invalid",
        "methods are case-sensitive, and browsers send {value} as it is written: a page that asks for {fact} would "
        "not be allowed",
        "write it in upper case, and in fetch() too",
        f"{FETCH}#concept-method-normalize",
    ),
    ProblemRule(
        "method-forbidden",
        "forbidden",
        "no page can send {value}: the Fetch standard forbids CONNECT, TRACE and TRACK",
        "remove it",
        f"{FETCH}#forbidden-method",
    ),
    ProblemRule(
        "method-route-not-alone",
        "incompatible",
        "{value} stands for the methods that each route has, so it stands alone",
        "write allow_methods='route', or list the methods",
    ),
    ProblemRule(
        "method-route-unknown",
        "incompatible",
        "{value} stands for the methods that each route has, and here nobody knows the routes",
        "use the integration of your framework (crossorigin.middleware.starlette, .flask, .django, …), or list the "
        "methods",
    ),
    # Header names
    ProblemRule(
        "header-invalid",
        "invalid",
        "{value} is no header name: a name is a token",
        "write the name alone, such as 'x-request-id'",
        f"{FETCH}#header-name",
    ),
    ProblemRule("header-list", "invalid", "{value} holds several header names", "make each an item of its own"),
    ProblemRule(
        "header-forbidden",
        "forbidden",
        "no page can set {value}: the Fetch standard forbids it, so it is in no preflight",
        "remove it",
        _FORBIDDEN_HEADER,
    ),
    ProblemRule(
        "header-response-only",
        "invalid",
        "{value} is a response header: a server sends it, no page does",
        "remove it, and from the page's fetch() too",
        f"{FETCH}#http-responses",
    ),
    ProblemRule(
        "expose-forbidden",
        "forbidden",
        "no page can read {value}, exposed or not",
        "remove it",
        f"{FETCH}#forbidden-response-header-name",
    ),
    ProblemRule(
        "expose-request-only",
        "invalid",
        "{value} is a request header: no response carries it",
        "remove it",
        f"{FETCH}#http-requests",
    ),
    # Numbers
    ProblemRule(
        "max-age-type",
        "invalid",
        "expects whole seconds, not {value}",
        "write the seconds, such as 600",
    ),
    ProblemRule(
        "max-age-range",
        "invalid",
        "expects 0 to 86400 seconds, not {value}: no browser keeps a preflight for longer than a day",
        "write at most 86400, or 0 for never; leave it out for the browser's default of 5 seconds",
        f"{FETCH}#http-access-control-max-age",
    ),
    ProblemRule(
        "timeout-range",
        "invalid",
        "takes a number of seconds above 0, not {value}",
        "write the seconds, such as 1.0",
    ),
    ProblemRule(
        "preflight-status-range",
        "invalid",
        "takes 200 to 299, not {value}: browsers take any other for a failure",
        "write 204, or 200 for a proxy that knows no other",
        f"{FETCH}#ok-status",
    ),
    # Paths of a PolicyMap
    ProblemRule(
        "path-invalid",
        "invalid",
        "{value} is no path prefix: it begins with `/`, is decoded, and has no empty, `.` or `..` segment",
        "write whole segments, such as '/api/'",
    ),
    ProblemRule(
        "path-pattern",
        "invalid",
        "{value} is a pattern, and the keys are prefixes: '/api/' covers all that lies below it",
        "write the prefix",
    ),
    ProblemRule("path-duplicate", "invalid", "{value} and {fact} are the same prefix", "keep one of them"),
    ProblemRule(
        "path-policy",
        "invalid",
        "{value} is neither a Policy nor None",
        "give Policy(...), ReportOnly(...), or None for no CORS",
    ),
    # Documents
    ProblemRule(
        "path-table",
        "invalid",
        "expects a table for each path, not {value}",
        'write [paths."/api/"] with the fields of a policy, or with none = true for no CORS',
    ),
    ProblemRule(
        "path-none",
        "invalid",
        "`none = true` means no CORS, and stands alone",
        "write none = true and nothing else, or leave it out",
    ),
    ProblemRule(
        "path-trial",
        "invalid",
        "a policy on trial has two tables, `current` and `candidate`, and nothing else",
        "write both tables, or the fields of one policy",
    ),
    ProblemRule(
        "pyproject-table",
        "invalid",
        "this is a pyproject.toml without a table for policies",
        "write the fields of the policy in [tool.crossorigin]",
    ),
    # Advice
    ProblemRule("duplicate", "advice", "{value} is listed twice", "remove one"),
    ProblemRule("redundant-origin", "advice", "{fact} covers {value} already", "remove it"),
    ProblemRule("redundant-name", "advice", "`*` covers {value} already", "remove it"),
    ProblemRule(
        "origin-never-sent",
        "advice",
        "no page has the scheme of {value}, so no browser sends it as an Origin",
        "write the origin of the page: 'https://' most likely",
        f"{HTML}browsers.html#concept-origin",
    ),
    ProblemRule(
        "dangerously-needless",
        "advice",
        "{value} is not refused, so there is nothing to lift",
        "write the pattern as it is",
    ),
    ProblemRule(
        "method-safelisted",
        "advice",
        "browsers always allow {value}",
        "leave it out",
        f"{FETCH}#cors-safelisted-method",
    ),
    ProblemRule(
        "method-options",
        "advice",
        "preflights need no listing: this allows pages to send OPTIONS requests of their own",
        "leave it out, unless pages call fetch() with method 'OPTIONS'",
        f"{FETCH}#cors-preflight-request",
    ),
    ProblemRule(
        "header-safelisted",
        "advice",
        "browsers always allow {value}, unless its value is over 128 bytes or has unusual characters",
        "leave it out",
        f"{FETCH}#cors-safelisted-request-header",
    ),
    ProblemRule(
        "wildcard-authorization",
        "advice",
        "the standard says that `*` does not cover authorization, but browsers send it all the same",
        "add 'authorization' if pages may send it, or list the headers that they may send",
        f"{FETCH}#cors-non-wildcard-request-header-name",
    ),
    ProblemRule(
        "expose-safelisted",
        "advice",
        "pages can always read {value}",
        "leave it out",
        f"{FETCH}#cors-safelisted-response-header-name",
    ),
    ProblemRule(
        "max-age-cap",
        "advice",
        "{fact} at most: browsers cap how long they keep a preflight",
        "nothing breaks; do not count on {value} seconds",
        f"{FETCH}#http-access-control-max-age",
    ),
)

PROBLEM_RULES = {rule.code: rule for rule in _ROWS}
"""Each code once, in the order of the docs page. Codes are never renamed."""
