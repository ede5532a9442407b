"""URLs that a page asks for: schemes, userinfo, ports, hosts, fragments; http and https; the local network."""

from __future__ import annotations

from collections.abc import Iterable

from tests.differential._bodies import fitting
from tests.differential._build import ACAM, ACAO, ANY, CREDENTIALS, case, ok, spoken, to
from tests.differential._case import Case, Feature, Fetch, Xhr
from tests.differential._server import Route

URLS = (
    *("{api/x}", "{api/x}#f", "{api/x}?q", "{api/x}?q#f", "{api/x}#", "{api/x}?", "{page/x}", "{sibling/x}", "{ip/x}"),
    *(
        "http://API.LOCALHOST:{api:port}/{case}/x",
        "http:\\\\{api:host}:{api:port}\\{case}\\x",
        "HTTP://{api:host}:{api:port}/{case}/x",
    ),
    *(
        "http://u:p@{api:host}:{api:port}/{case}/x",
        "http://u@{api:host}:{api:port}/{case}/x",
        "http://@{api:host}:{api:port}/{case}/x",
    ),
    *("http://u:p@{page:host}:{page:port}/{case}/x", "//{api:host}:{api:port}/{case}/x", "/{case}/x", " {api/x} "),
    *(
        "http://127.1:{ip:port}/{case}/x",
        "http://0x7f000001:{ip:port}/{case}/x",
        "http://2130706433:{ip:port}/{case}/x",
    ),
    *(
        "http://{api:host}.:{api:port}/{case}/x",
        "http://{api:host}:0{api:port}/{case}/x",
        "{api}/{case}/%78",
        "{api}/{case}/./x",
    ),
    *("{api}/{case}/y/../x", "{api}/{case}/x%20", "{api}/{case}/\u00e4", "{api}/{case}/x y", "{api}/{case}/x\ty"),
    *("http://[", "http://", "http://a b/", "http://{api:host}:99999/", "http://%", "::", "http://a%zz/"),
    *(
        "data:,a",
        "data:text/plain,a",
        "data:text/plain;base64,YQ==",
        "data:",
        "data:text/plain",
        "about:blank",
        "about:x",
    ),
    *("blob:{page}/a", "ftp://{api:host}/{case}/x", "file:///{case}", "ws://{api:host}:{api:port}/{case}/x", "foo:bar"),
    *("javascript:1", "urn:a", "chrome://{case}/x", "view-source:{api/x}"),
    *(
        f"http://{{api:host}}:{port}/{{case}}/x"
        for port in (1, 7, 21, 22, 25, 110, 143, 465, 587, 993, 5060, 6000, 6667, 10080)
    ),
)
SCHEMES = {
    "http-to-https": ("page", "tlsapi"),
    "https-to-https": ("tls", "tlsapi"),
    "https-to-loopback-http": ("tls", "api"),
    "https-to-http-of-its-name": ("tls", "page"),
    "https-to-http": ("tls", "plainapi"),
    "test-https-to-http": ("tlsplain", "plainapi"),
    "test-https-to-loopback-http": ("tlsplain", "api"),
    "test-https-to-https": ("tlsplain", "tlsplainapi"),
    "test-http-to-http": ("plain", "plainapi"),
    "test-http-to-https": ("plain", "tlsplainapi"),
    "test-http-to-https-of-its-name": ("plain", "tlsplain"),
    "loopback-to-test-http": ("page", "plainapi"),
}
LINES = (CREDENTIALS, f"{ACAM}PUT")
FIELDS = ("sec-fetch-site", "sec-fetch-mode", "referer", "sec-fetch-storage-access", "accept-language")


def cases() -> Iterable[Case]:
    """URLs times calls, pages times schemes, and pages that a browser takes to be of the public internet."""
    everywhere = Route((ok(ANY),), (ok(ANY, f"{ACAM}PUT"),))
    routes = {f"{origin}/x": everywhere for origin in ("api", "page", "sibling", "ip")}
    for url in URLS:
        for name, call in {
            "get": Fetch(url),
            "no-cors": Fetch(url, mode="no-cors"),
            "same-origin": Fetch(url, mode="same-origin"),
            "put": Fetch(url, method="PUT"),
            "xhr": Xhr(url),
        }.items():
            yield case(f"url.{spoken(url.replace('{case}', 'case'))}.{name}", call, routes=routes)
    for name, (page, origin) in SCHEMES.items():
        lines = (f"{ACAO}{{{page}}}", *LINES)
        url = f"{{{origin}/x}}"
        for call_name, call in {
            "get": Fetch(url),
            "put": Fetch(url, method="PUT"),
            "post": Fetch(url, method="POST", body="a"),
            "include": Fetch(url, credentials="include"),
            "put-include": Fetch(url, method="PUT", credentials="include"),
            "no-cors": Fetch(url, mode="no-cors"),
            "no-cors-post": Fetch(url, mode="no-cors", method="POST"),
            "xhr": Xhr(url),
            "image": Feature("image", url),
            "image-anonymous": Feature("image", url, "anonymous"),
            "font": Feature("font", url),
            "script": Feature("script", url),
            "iframe": Feature("iframe", url),
            "audio": Feature("audio", url),
            "websocket": Feature("websocket", url),
        }.items():
            if call_name == "iframe" and origin == "plainapi" and page != "plain":
                continue  # Chromium tells nothing of a frame that is mixed content
            route = {f"{origin}/x": Route((fitting(call, *lines),), (ok(*lines),))}
            yield case(f"scheme.{name}.{call_name}", call, page=page, fields=FIELDS, routes=route)
        for wrong in ("http", "https"):
            other = {f"{origin}/x": Route((ok(f"{ACAO}{wrong}://{{{page}:host}}:{{{page}:port}}"),))}
            yield case(f"scheme.{name}.acao-{wrong}", Fetch(url), page=page, fields=FIELDS, routes=other)
    for page, first, last in (("tls", "tlsapi", "plainapi"), ("tls", "tlsapi", "api"), ("page", "tlsapi", "api")):
        hop = {f"{first}/x": Route((to(f"{{{last}/y}}", ANY),)), f"{last}/y": Route((ok(ANY),))}
        yield case(f"scheme.redirect.{page}.{last}", Fetch(f"{{{first}/x}}"), page=page, fields=FIELDS, routes=hop)
