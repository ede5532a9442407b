"""Codes and statuses in a console's text: `net::ERR_…`, Firefox's and Node's codes, `500 (Internal Server Error)`."""

import re
from collections.abc import Iterator, Mapping

from crossorigin.consoles import Browser, Role, Said, Source, chromium, firefox, node

METHOD = re.compile(r"(?:XHR)?(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)")
NET = re.compile(r"net::(?P<code>ERR_[A-Z0-9_]+(?:\.[A-Za-z]+)?)(?: (?P<status>\d{3})\b)?")
STATUS = re.compile(r"(?<!\d)(?P<status>[45]\d\d) \((?P<words>[A-Za-z '-]{0,40})\)")
FIREFOX_STATUS = re.compile(r"\[HTTP/[\d.]{1,3} (?P<status>\d{3})\b")
AXIOS_STATUS = re.compile(r"Request failed with status code (?P<status>[45]\d\d)\b")
FIREFOX_CODE = re.compile(rf"\b(?:{'|'.join(firefox.ERRORS)})[A-Z_]{{0,60}}")
FIREFOX_NAME = re.compile(r"/CORS/Errors/(?P<page>CORS\w{4,50})|\bCORS(?: [A-Z][A-Za-z]{1,12}){2,7}\b")
NODE_CODE = re.compile(rf"\b(?:{'|'.join(sorted(node.ERRORS, key=len, reverse=True))})\b")
NODE_URL = re.compile(r"\burl: ['\"](?P<url>[a-z]{2,8}://[!-&(-~]{1,2000})['\"]")
NODE_METHOD = re.compile(r"\bmethod: ['\"](?P<method>[A-Za-z]{3,10})['\"]")
SERVER_ERROR = ("not-cors.server-error",)
# Nobody's request failed there that anybody wrote.
NOBODYS = re.compile(r"favicon\.ico|apple-touch-icon|\.map\b|(?:chrome|moz|safari-web)-extension://")


def codes_in(source: Source) -> Iterator[Said]:
    """What stands in a text beside sentences. Each looks back no further than to the one before it: linear."""
    yield from _network_errors(source)
    yield from _statuses(source, STATUS)
    yield from _statuses(source, FIREFOX_STATUS)
    for match in AXIOS_STATUS.finditer(source.text):
        yield _said(match, "", "detail", SERVER_ERROR, {"status": match["status"]})
    yield from _firefox(source)
    yield from _node(source)


def _said(
    match: re.Match[str], browser: Browser, role: Role, reasons: tuple[str, ...], values: Mapping[str, str | None]
) -> Said:
    given = {name: value for name, value in values.items() if value}
    return Said(browser, role, reasons, given, match.start(), match.end())


def _network_errors(source: Source) -> Iterator[Said]:
    before = 0
    for match in NET.finditer(source.folded):
        address = _address(source, before, match.start())
        before = match.end()
        reasons = chromium.error_reasons(match["code"])
        if reasons and not NOBODYS.search(address.get("url", "")):
            role: Role = "detail" if match["code"] == "ERR_FAILED" else "cause"
            yield _said(match, "chromium", role, reasons, {**address, "status": match["status"]})


def _statuses(source: Source, pattern: re.Pattern[str]) -> Iterator[Said]:
    before = 0
    for match in pattern.finditer(source.folded):
        line = source.text[max(before, match.start() - 300) : match.start()].rpartition("\n")[2]
        address = _address(source, before, match.start())
        before = match.end()
        if "net::" in line[-60:] or NOBODYS.search(line):
            continue
        if "url" not in address and "responded with a status of" not in line:
            continue
        failed = match["status"][0] in "45"
        if failed and address.get("method") == "OPTIONS":
            # A preflight, as Chrome showed it before 2020: the request is another.
            reasons: tuple[str, ...] = ("preflight.status", "preflight.acao-missing")
            yield _said(match, "", "detail", reasons, {"url": address["url"], "status": match["status"]})
            continue
        yield _said(match, "", "detail", SERVER_ERROR if failed else (), {**address, "status": match["status"]})


def _address(source: Source, start: int, end: int) -> dict[str, str]:
    """The method and the URL in the two words before a place, as far as there are any."""
    words = source.text[max(start, end - 100_000) : end].rsplit(None, 2)
    if not words or "://" not in words[-1]:
        return {}
    method = METHOD.fullmatch(words[-2].rpartition("\n")[2]) if len(words) > 1 else None
    return {"url": words[-1]} if method is None else {"url": words[-1], "method": method[1]}


def _firefox(source: Source) -> Iterator[Said]:
    for match in FIREFOX_CODE.finditer(source.text):
        reasons = next(reasons for begin, reasons in firefox.ERRORS.items() if match[0].startswith(begin))
        yield _said(match, "firefox", "cause", reasons, {})
    for match in FIREFOX_NAME.finditer(source.folded):
        if reasons := firefox.reasons_of(match["page"] or match[0]):
            url = source.text[max(0, match.start() - 300) : match.start()].rpartition("://")
            address = {} if match["page"] or not url[1] else {"url": f"{url[0][-5:].split()[-1]}://{url[2].split()[0]}"}
            yield _said(match, "firefox", "detail", reasons, {**address, "name": match["page"] or match[0]})


def _node(source: Source) -> Iterator[Said]:
    url, method = NODE_URL.search(source.text), NODE_METHOD.search(source.text)
    address = {} if url is None else {"url": url["url"]}
    if url is not None and method is not None:
        address["method"] = method["method"].upper()
    for match in NODE_CODE.finditer(source.text):
        if match[0] == "ERR_NETWORK":
            yield _said(match, "", "tail", node.ERRORS[match[0]], address)
        elif source.text[max(0, match.start() - 5) : match.start()] != "net::":
            yield _said(match, "node", "cause", node.ERRORS[match[0]], address)
