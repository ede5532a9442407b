"""Access-Control-Allow-Origin in every form that a server has ever sent, for each kind of request that asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.differential._build import ACAO, CREDENTIALS, PUT_ALLOWED, case, ok
from tests.differential._case import Call, Case, Fetch, Xhr
from tests.differential._server import Answer

VALUES: Mapping[str, tuple[str, ...]] = {
    "missing": (),
    "exact": ("{page}",),
    "wildcard": ("*",),
    "null": ("null",),
    "null-upper-case": ("NULL",),
    "empty": ("",),
    "spaces-around": ("  {page}  ",),
    "tabs-around": ("\t{page}\t",),
    "wildcard-spaces-around": ("  *  ",),
    "vertical-tab-behind": ("{page}\x0b",),
    "no-break-space-behind": ("{page}\xa0",),
    "upper-case": ("HTTP://PAGE.LOCALHOST:{page:port}",),
    "upper-case-scheme": ("HTTP://{page:host}:{page:port}",),
    "upper-case-host": ("http://Page.localhost:{page:port}",),
    "other-scheme": ("https://{page:host}:{page:port}",),
    "websocket-scheme": ("ws://{page:host}:{page:port}",),
    "no-scheme": ("{page:host}:{page:port}",),
    "scheme-relative": ("//{page:host}:{page:port}",),
    "host-alone": ("{page:host}",),
    "scheme-alone": ("http://",),
    "no-port": ("http://{page:host}",),
    "default-port": ("http://{page:host}:80",),
    "port-with-zeros": ("http://{page:host}:0{page:port}",),
    "empty-port": ("http://{page:host}:",),
    "other-port": ("{sibling}",),
    "port-too-large": ("http://{page:host}:99999",),
    "port-no-number": ("http://{page:host}:port",),
    "other-host": ("{other}",),
    "other-subdomain": ("http://www.{page:host}:{page:port}",),
    "prefix-of-host": ("http://age.localhost:{page:port}",),
    "trailing-dot": ("http://{page:host}.:{page:port}",),
    "trailing-slash": ("{page}/",),
    "path": ("{page}/path",),
    "query": ("{page}?q",),
    "fragment": ("{page}#f",),
    "userinfo": ("http://user@{page:host}:{page:port}",),
    "backslash": ("http:\\\\{page:host}:{page:port}",),
    "percent-encoded": ("http://%70age.localhost:{page:port}",),
    "in-double-quotes": ('"{page}"',),
    "in-single-quotes": ("'{page}'",),
    "in-angle-brackets": ("<{page}>",),
    "list": ("{page}, {other}",),
    "list-reversed": ("{other}, {page}",),
    "list-without-space": ("{page},{other}",),
    "list-with-wildcard": ("*, {page}",),
    "list-of-wildcards": ("*, *",),
    "list-by-spaces": ("{page} {other}",),
    "list-by-semicolon": ("{page};{other}",),
    "list-by-bar": ("{page}|{other}",),
    "comma-behind": ("{page},",),
    "comma-before": (",{page}",),
    "comma-alone": (",",),
    "null-and-origin": ("null, {page}",),
    "two-equal-lines": ("{page}", "{page}"),
    "two-lines": ("{page}", "{other}"),
    "two-lines-reversed": ("{other}", "{page}"),
    "two-wildcard-lines": ("*", "*"),
    "wildcard-line-and-origin-line": ("*", "{page}"),
    "empty-line-and-origin-line": ("", "{page}"),
    "origin-line-and-empty-line": ("{page}", ""),
    "three-lines": ("{page}", "{page}", "{page}"),
    "two-stars": ("**",),
    "quoted-star": ('"*"',),
    "star-with-path": ("*/",),
    "wildcard-subdomain": ("http://*.localhost:{page:port}",),
    "wildcard-host": ("http://*",),
    "wildcard-port": ("http://{page:host}:*",),
    "wildcard-everything": ("*://*:*",),
    "regular-expression": ("^http://.*$",),
    "true": ("true",),
    "all": ("all",),
    "none": ("none",),
    "undefined": ("undefined",),
    "brackets": ("[{page}]",),
    "about-blank": ("about:blank",),
    "file": ("file://",),
    "data": ("data:",),
    "opaque-scheme": ("urn:x",),
    "ipv4": ("http://127.0.0.1:{page:port}",),
    "ipv6": ("http://[::1]:{page:port}",),
    "latin-1": ("http://p\xe4ge.localhost",),
    "utf-8": ("http://p\xc3\xa4ge.localhost",),
    "punycode": ("http://xn--pge-qla.localhost",),
    "very-long": ("http://" + "a" * 1000,),
}

# Field names, whose case does not matter, and some that are no field of CORS at all.
NAMES = {
    "lower-case-name": "access-control-allow-origin: {page}",
    "upper-case-name": "ACCESS-CONTROL-ALLOW-ORIGIN: {page}",
    "no-space": "Access-Control-Allow-Origin:{page}",
    "underscores": "Access_Control_Allow_Origin: {page}",
    "plural": "Access-Control-Allow-Origins: {page}",
    "short": "Allow-Origin: {page}",
    "timing": "Timing-Allow-Origin: {page}",
}

CALLS: Mapping[str, Call] = {
    "get": Fetch(),
    "include": Fetch(credentials="include"),
    "xhr": Xhr(),
    "xhr-include": Xhr(credentials=True),
}


def cases() -> Iterable[Case]:
    """Each value for each call, on the response and on the preflight; each name once."""
    for name, values in VALUES.items():
        lines = tuple(f"{ACAO}{value}" for value in values)
        for call_name, call in CALLS.items():
            yield case(f"acao.{name}.{call_name}", call, ok(*lines, CREDENTIALS))
        yield case(f"acao.{name}.preflight", Fetch(method="PUT"), preflight=ok(*lines, PUT_ALLOWED))
        put = Fetch(method="PUT", credentials="include")
        answer = ok(f"{ACAO}{{page}}", CREDENTIALS)
        yield case(f"acao.{name}.preflight-include", put, answer, ok(*lines, CREDENTIALS, PUT_ALLOWED))
        error = Answer(status=500, lines=lines)
        yield case(f"acao.{name}.error", Fetch(), error)
    for name, line in NAMES.items():
        yield case(f"acao.{name}.get", Fetch(), ok(line))
