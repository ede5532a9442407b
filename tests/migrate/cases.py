"""Old set-ups of each peer: what people write, what goes wrong with it, and every option once."""

import re
from typing import Any

import aiohttp_cors

GOOD = "https://good.example.com"
OTHER = "https://other.example.org:8443"

STARLETTE: dict[str, dict[str, Any]] = {
    "defaults": {},
    "one origin": {"allow_origins": [GOOD]},
    "everything for a list": {
        "allow_origins": [GOOD, OTHER],
        "allow_methods": ["*"],
        "allow_headers": ["*"],
        "allow_credentials": True,
    },
    "everyone": {"allow_origins": ["*"], "allow_methods": ["*"], "allow_headers": ["*"]},
    "everyone with credentials": {"allow_origins": ["*"], "allow_methods": ["*"], "allow_credentials": True},
    "a text for the list": {"allow_origins": GOOD, "allow_credentials": True},
    "two origins in a text": {"allow_origins": f"{GOOD},{OTHER}"},
    "a star as text": {"allow_origins": "*"},
    "a text for the methods": {"allow_origins": [GOOD], "allow_methods": "PUT"},
    "a text for the headers": {"allow_origins": [GOOD], "allow_headers": "X-A"},
    "a slash, a path, upper case, a port": {
        "allow_origins": [f"{GOOD}/", "https://a.example/x", "https://B.example", "https://c.example:443", OTHER]
    },
    "a wildcard that is none": {"allow_origins": ["https://*.example.com", "http://localhost:*", GOOD]},
    "null and http": {"allow_origins": ["null", "http://plain.example", GOOD], "allow_credentials": True},
    "http without credentials": {"allow_origins": ["http://plain.example", "http://localhost:3000"]},
    "a regex that is a pattern": {"allow_origin_regex": r"https://.*\.example\.com", "allow_methods": ["GET", "PUT"]},
    "a regex of one label": {"allow_origin_regex": r"https://[a-z0-9-]+\.example\.com", "allow_origins": [OTHER]},
    "a regex of any port": {"allow_origin_regex": r"https?://localhost(:\d+)?", "allow_credentials": True},
    "a regex of http and https with credentials": {
        "allow_origin_regex": r"https?://(.*\.)?example\.com",
        "allow_credentials": True,
    },
    "a regex with an open dot": {"allow_origin_regex": r"https://good.example.com", "allow_credentials": True},
    "a regex with an open dot and a class": {"allow_origin_regex": r"https://[a-z0-9-]+.example.com"},
    "a regex of a suffix": {"allow_origin_regex": r".*example\.com"},
    "a regex of everyone": {"allow_origin_regex": r"https://.*", "allow_credentials": True},
    "a regex that looks ahead": {"allow_origin_regex": r"https://(?!evil)[a-z]+\.example\.com"},
    "methods": {"allow_origins": [GOOD], "allow_methods": ["GET", "POST", "PUT", "PATCH", "put", "patch", "TRACE"]},
    "headers": {
        "allow_origins": [GOOD],
        "allow_methods": ["GET", "POST", "PUT"],
        "allow_headers": ["X-A", "Authorization", "Cookie", "Access-Control-Allow-Origin"],
        "expose_headers": ["X-Request-Id", "Set-Cookie"],
    },
    "a header name that is none": {"allow_origins": [GOOD], "allow_methods": ["GET", "PUT"], "allow_headers": ["X B"]},
    "a method that is none": {"allow_origins": [GOOD], "allow_methods": ["GET, PUT", "DELETE", "PUT /"]},
    "an exposed name that is none": {"allow_origins": [GOOD], "expose_headers": ["X-Request-Id", "X B"]},
    "expose everything": {"allow_origins": [GOOD], "expose_headers": ["*"]},
    "expose everything with credentials": {
        "allow_origins": [GOOD],
        "expose_headers": ["*"],
        "allow_credentials": True,
    },
    "a long max_age": {"allow_origins": [GOOD], "max_age": 10**6},
    "no max_age": {"allow_origins": [GOOD], "max_age": None},
    "a negative max_age": {"allow_origins": [GOOD], "max_age": -1},
    "private network": {"allow_origins": [GOOD], "allow_private_network": True},
}

FLASK: dict[str, dict[str, Any]] = {
    "defaults": {},
    "credentials by default": {"supports_credentials": True},
    "one origin": {"origins": GOOD},
    "a list with credentials": {"origins": [GOOD, OTHER], "supports_credentials": True},
    "upper case": {"origins": ["https://GOOD.example.com", f"{OTHER}/"]},
    "a glob": {"origins": "https://*.example.com"},
    "a regex without an end": {"origins": r"https://.*\.example\.com", "supports_credentials": True},
    "a compiled regex": {"origins": [re.compile(r"https://(app|admin)\.example\.com$"), GOOD]},
    "a compiled text": {"origins": [re.compile(GOOD, re.IGNORECASE)]},
    "null": {"origins": ["null", GOOD]},
    "methods as text": {"origins": GOOD, "methods": "GET, PUT"},
    "methods as a list": {"origins": GOOD, "methods": ["get", "delete"]},
    "no methods": {"origins": GOOD, "methods": []},
    "headers": {"origins": GOOD, "allow_headers": ["X-A", "Authorization"], "expose_headers": "X-Request-Id"},
    "a header name that is none": {"origins": GOOD, "allow_headers": ["X B", "X-A"]},
    "a path behind another": {"resources": {re.compile("/"): {"origins": GOOD}, r"/api/*": {"origins": "*"}}},
    "an option that is none": {"origins": GOOD, "allow_origin": "*"},
    "headers by regex": {"origins": GOOD, "allow_headers": [r"X-.*", "Authorization"]},
    "expose everything": {"origins": GOOD, "expose_headers": "*"},
    "send_wildcard and no vary": {"send_wildcard": True, "vary_header": False},
    "a path": {"resources": r"/api/*", "origins": GOOD},
    "a list of paths": {"resources": [r"/api/.*", "/ping"], "origins": GOOD},
    "resources": {
        "resources": {
            r"/api/*": {"origins": GOOD},
            r"/api/public/*": {"origins": "*"},
            "/ping": {"origins": OTHER, "methods": ["PUT"]},
        }
    },
    "resources that no prefix says": {"resources": {r"/[a-z]+/public": {"origins": "*"}, r"/api/*": {"origins": GOOD}}},
    "a star for the methods": {"origins": GOOD, "methods": ["*"]},
    "a star among the methods": {"origins": GOOD, "methods": ["*", "PUT"]},
    "nobody on a resource that no prefix says": {
        "resources": {r"/[a-z]+/public": {"origins": []}, r"/api/*": {"origins": GOOD}},
    },
    "nobody on a resource that no automaton says": {
        "resources": {r"/(?!api|ping|x|public).*": {"origins": []}, r"/ping/*": {"origins": GOOD}},
    },
    "resources for all and less for some": {
        "resources": {r"/*": {"origins": "*"}, re.compile("/api"): {"origins": GOOD}},
    },
    "configured": {
        "config": {"CORS_ORIGINS": [GOOD], "CORS_SUPPORTS_CREDENTIALS": True, "CORS_MAX_AGE": "600"},
        "methods": ["PUT"],
    },
}

DJANGO: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a list": {"CORS_ALLOWED_ORIGINS": [GOOD, OTHER]},
    "credentials": {"CORS_ALLOWED_ORIGINS": [GOOD, "http://plain.example"], "CORS_ALLOW_CREDENTIALS": True},
    "everyone": {"CORS_ALLOW_ALL_ORIGINS": True},
    "everyone with credentials": {"CORS_ORIGIN_ALLOW_ALL": True, "CORS_ALLOW_CREDENTIALS": True},
    "old names": {
        "CORS_ORIGIN_WHITELIST": [GOOD],
        "CORS_ORIGIN_REGEX_WHITELIST": [r"^https://\w+\.example\.org$"],
    },
    "a slash, a path, upper case": {
        "CORS_ALLOWED_ORIGINS": [f"{GOOD}/", "https://a.example/x?y", "https://B.example", "https://c.example:443"]
    },
    "no scheme": {"CORS_ALLOWED_ORIGINS": ["good.example.com", OTHER]},
    "null and file": {"CORS_ALLOWED_ORIGINS": ["null", "file://", GOOD]},
    "a regex without an end": {
        "CORS_ALLOWED_ORIGIN_REGEXES": [r"^https://.*\.example\.com"],
        "CORS_ALLOW_CREDENTIALS": True,
    },
    "a compiled regex": {"CORS_ALLOWED_ORIGIN_REGEXES": [re.compile(r"https://good\.example\.(com|org)\Z")]},
    "a path": {"CORS_ALLOWED_ORIGINS": [GOOD], "CORS_URLS_REGEX": r"^/api/.*$"},
    "a path without an end": {"CORS_ALLOWED_ORIGINS": [GOOD], "CORS_URLS_REGEX": r"^/api"},
    "two paths": {"CORS_ALLOWED_ORIGINS": [GOOD], "CORS_URLS_REGEX": r"^/(api|public)/"},
    "no prefix": {"CORS_ALLOWED_ORIGINS": [GOOD], "CORS_URLS_REGEX": r"^/[a-z]+/public$"},
    "methods and headers": {
        "CORS_ALLOWED_ORIGINS": [GOOD],
        "CORS_ALLOW_METHODS": ["PUT", "patch"],
        "CORS_ALLOW_HEADERS": ["X-A", "accept-encoding"],
        "CORS_EXPOSE_HEADERS": ["ETag"],
        "CORS_PREFLIGHT_MAX_AGE": 0,
    },
    "a name that is none": {"CORS_ALLOWED_ORIGINS": [GOOD], "CORS_ALLOW_HEADERS": ["X-A:"]},
    "stars": {"CORS_ALLOWED_ORIGINS": [GOOD], "CORS_ALLOW_HEADERS": ["*"], "CORS_ALLOW_METHODS": ["*"]},
    "stars with credentials": {
        "CORS_ALLOWED_ORIGINS": [GOOD],
        "CORS_ALLOW_HEADERS": ["*"],
        "CORS_ALLOW_METHODS": ["*"],
        "CORS_EXPOSE_HEADERS": ["*"],
        "CORS_ALLOW_CREDENTIALS": True,
    },
    "private network": {"CORS_ALLOWED_ORIGINS": [GOOD], "CORS_ALLOW_PRIVATE_NETWORK": True},
}

_PLAIN = aiohttp_cors.ResourceOptions(allow_headers=("X-A",), expose_headers=("X-Request-Id",), max_age=60)
_FULL = aiohttp_cors.ResourceOptions(allow_credentials=True, expose_headers="*", allow_headers="*")
_BOTH = {"/items": {"GET": {}, "PUT": {}}, "/items/{number}": {"GET": {}, "PUT": {}}, "/open": {"GET": {}, "PUT": {}}}

AIOHTTP: dict[str, dict[str, Any]] = {
    "defaults for some methods": {"defaults": {GOOD: _PLAIN, OTHER: _PLAIN}, "routes": _BOTH},
    "everything with credentials": {"defaults": {GOOD: _FULL}, "routes": _BOTH},
    "everyone": {"defaults": {"*": {"allow_headers": "*", "expose_headers": "*"}}, "routes": _BOTH},
    "everyone with credentials": {"defaults": {"*": _FULL}, "routes": _BOTH},
    "options that differ by origin": {"defaults": {GOOD: _FULL, OTHER: _PLAIN}, "routes": _BOTH},
    "credentials of one origin": {
        "defaults": {GOOD: aiohttp_cors.ResourceOptions(allow_credentials=True), OTHER: aiohttp_cors.ResourceOptions()},
        "routes": _BOTH,
    },
    "everyone, and one with credentials": {
        "defaults": {"*": {"allow_headers": "*"}, GOOD: {"allow_headers": "*", "allow_credentials": True}},
        "routes": _BOTH,
    },
    "everyone with credentials, but one": {
        "defaults": {"*": {"allow_credentials": True}, GOOD: {}},
        "routes": _BOTH,
    },
    "everyone, one with credentials, and every response header": {
        "defaults": {"*": {"expose_headers": "*"}, GOOD: {"expose_headers": "*", "allow_credentials": True}},
        "routes": _BOTH,
    },
    "credentials over plain http": {
        "defaults": {"*": {}, "http://plain.example.com": {"allow_credentials": True}},
        "routes": _BOTH,
    },
    "credentials for one method": {
        "defaults": {GOOD: {}},
        "routes": {"/items": {"GET": {GOOD: {"allow_credentials": True}}, "PUT": {}}},
    },
    "any method": {
        "defaults": {GOOD: aiohttp_cors.ResourceOptions(allow_methods="*")},
        "routes": {**_BOTH, "/open": {}},
    },
    "listed methods": {"defaults": {GOOD: aiohttp_cors.ResourceOptions(allow_methods=["delete"])}, "routes": _BOTH},
    "one route": {"routes": {"/open": {"GET": {GOOD: _FULL}, "PUT": {GOOD: _FULL}}}},
    "a route with its own": {
        "defaults": {GOOD: _PLAIN},
        "routes": {"/items": {"GET": {}, "POST": {}, "PUT": {}, "DELETE": {}}, "/open": {"GET": {"*": {}}}},
    },
    "routes that no prefix tells apart": {
        "routes": {"/items": {"PUT": {GOOD: _FULL}}, "/items/{number}": {"PUT": {OTHER: _FULL}}}
    },
    "a method of one route and not of its neighbour": {
        "routes": {"/items": {"GET": {GOOD: _FULL}}, "/items/{number}": {"GET": {GOOD: _FULL}, "PUT": {GOOD: _FULL}}}
    },
    "a slash": {"defaults": {f"{GOOD}/": _PLAIN, OTHER: _PLAIN}, "routes": _BOTH},
}

EXPRESS: dict[str, Any] = {
    "defaults": {},
    "off": {"origin": False},
    "nobody": {"origin": []},
    "reflected": {"origin": True},
    "reflected with credentials": {"origin": True, "credentials": True},
    "one origin": {"origin": GOOD, "credentials": True},
    "a list": {"origin": [GOOD, OTHER], "methods": ["GET", "PUT"], "allowedHeaders": ["X-A"], "maxAge": 60},
    "true in a list": {"origin": [GOOD, True]},
    "a star in a list": {"origin": ["*", GOOD]},
    "two origins in a text": {"origin": f"{GOOD}, {OTHER}"},
    "the regex of its README": {"origin": [GOOD, {"regex": r"example2\.com$"}], "credentials": True},
    "a regex of subdomains": {"origin": {"regex": r"^https:\/\/.*\.example\.com$", "flags": "i"}},
    "a regex in a text": {"origin": "not a regex: /x/"},
    "stars with credentials": {
        "origin": GOOD,
        "methods": "*",
        "allowedHeaders": "*",
        "exposedHeaders": "*",
        "credentials": True,
    },
    "stars without": {"origin": GOOD, "methods": "*", "allowedHeaders": "*", "exposedHeaders": "*"},
    "lower-case methods": {"origin": GOOD, "methods": "get,put,patch"},
    "no headers": {"origin": GOOD, "allowedHeaders": []},
    "an empty text of headers": {"origin": GOOD, "allowedHeaders": "", "exposedHeaders": "X-Request-Id, ETag"},
    "the app's own preflights": {"origin": GOOD, "preflightContinue": True},
    "another status": {"origin": GOOD, "optionsSuccessStatus": 200},
    "a redirect for a status": {"origin": GOOD, "optionsSuccessStatus": 302},
    "credentials that are no true": {"origin": GOOD, "credentials": "yes"},
}
