"""What a stranger in trouble pastes: reasons, request, who has to act and with which words, judged by hand."""

import json
from dataclasses import dataclass

import pytest

from crossorigin.captures import read_text
from crossorigin.diagnosis import Diagnosis, Report, diagnose, report_lines

APP = "https://app.example.com"
API = "https://api.example.com/v1/x"
NO = "No 'Access-Control-Allow-Origin' header is present on the requested resource."
PREFLIGHT = "Response to preflight request doesn't pass access control check: "
BLOCKED = "Access to {api} at '{url}'{after} from origin '{origin}' has been blocked by CORS policy: {why}"
FIREFOX = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at "
ECHO = f"{FIREFOX}{API}. (Reason: CORS request did not succeed). Status code: (null)."


def chrome(
    why: str,
    method: str = "GET",
    status: str = "",
    *,
    api: str = "fetch",
    url: str = API,
    asked: str = "",
    origin: str = APP,
) -> str:
    after = f" (redirected from '{asked}')" if asked else ""
    first = BLOCKED.format(api=api, url=url, after=after, origin=origin, why=why)
    return f"dashboard:1 {first}\napp.js:2  {method} {url} net::ERR_FAILED {status}\nload @ app.js:2\n"


def firefox(reason: str, status: str = "", url: str = API) -> str:
    code = f" Status code: {status}." if status else ""
    return f"{FIREFOX}{url}. (Reason: {reason}).{code}\n"


def safari(reason: str, url: str = API) -> str:
    return f"[Error] {reason}\n[Error] Fetch API cannot load {url} due to access control checks.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A paste, and what is true of it. `says` and `silent` are words that the first finding's fixes have and lack."""

    text: str
    reasons: tuple[str, ...]
    where: str
    says: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    url: str | None = API
    origin: str | None = APP
    method: str | None = "GET"
    status: int | None = None


REFUSED = ("not-cors.refused", "not-cors.certificate", "not-cors.dns", "not-cors.adblock")
CASES: dict[str, Case] = {
    "the method is not named": Case(
        text=firefox("Did not find method in CORS header ‘Access-Control-Allow-Methods’") + ECHO,
        reasons=("preflight.method",),
        where="app-code",
        says=("PUT, PATCH, DELETE",),
        silent=("Allow-Methods: GET", "Allow GET"),
        origin=None,
        method=None,
    ),
    "a preflight's status in Firefox says nothing of its headers": Case(
        text=firefox("CORS preflight response did not succeed", "405") + ECHO,
        reasons=("preflight.status",),
        where="app-code",
        says=("Access-Control-Allow-Origin: ", "204"),
        silent=("although", "no CORS header was sent"),
        origin=None,
        method=None,
        status=405,
    ),
    "nor in Safari": Case(
        text=safari("Preflight response is not successful. Status code: 401"),
        reasons=("preflight.status",),
        where="app-code",
        says=("Access-Control-Allow-Origin: ", "Authentication answered the preflight"),
        origin=None,
        method=None,
        status=401,
    ),
    "an old Chrome's line about OPTIONS is of the same failure": Case(
        text=f"OPTIONS {API} 405 (Method Not Allowed)\n"
        + chrome(PREFLIGHT + "It does not have HTTP ok status.", "POST", api="XMLHttpRequest"),
        reasons=("preflight.status",),
        where="app-code",
        says=("No route answers OPTIONS",),
        method="POST",
        status=405,
    ),
    "an image with crossorigin has no credentials": Case(
        text=chrome(NO, "GET", "200 (OK)", api="image"),
        reasons=("acao-missing",),
        where="app-code",
        says=(f"Access-Control-Allow-Origin: {APP}", "not on its list"),
        silent=("Allow-Credentials", "allow_credentials"),
        status=200,
    ),
    "from one other origin to a third the origin is null": Case(
        text=chrome(NO, url="https://files.example.net/x", asked="https://api.example.com/items"),
        reasons=("acao-missing",),
        where="page-code",
        says=("request https://files.example.net/x directly",),
        url="https://api.example.com/items",
    ),
    "a server that is told nothing of TLS redirects to http": Case(
        text=chrome(NO, status="200 (OK)", url="http://api.example.com/items/", asked="https://api.example.com/items"),
        reasons=("acao-missing",),
        where="page-code",
        says=("https://api.example.com/items/ directly", "X-Forwarded-Proto"),
        url="https://api.example.com/items",
    ),
    "a URL without its scheme": Case(
        text=BLOCKED.format(
            api="fetch",
            url="localhost:3000/api",
            after="",
            origin="http://localhost:5173",
            why="Cross origin requests are only supported for protocol schemes: chrome, data, http, https.",
        ),
        reasons=("scheme",),
        where="page-code",
        says=("http://localhost:3000/api",),
        url="localhost:3000/api",
        origin="http://localhost:5173",
        method=None,
    ),
    "a page that was opened as a file": Case(
        text=BLOCKED.format(
            api="script",
            url="file:///C:/x/app.js",
            after="",
            origin="null",
            why="Cross origin requests are only supported for protocol schemes: chrome, data, http, https.",
        ),
        reasons=("scheme",),
        where="page-code",
        says=("python -m http.server",),
        silent=("Access-Control",),
        url="file:///C:/x/app.js",
        origin="null",
        method=None,
    ),
    "private network access, as it was": Case(
        text=chrome(
            PREFLIGHT + "No 'Access-Control-Allow-Private-Network' header was present in the preflight response for "
            "this private network request targeting the `private` address space.",
            url="http://192.168.1.5/api",
        ),
        reasons=("lna.denied",),
        where="user",
        silent=("Access-Control-Allow-Private-Network",),
        url="http://192.168.1.5/api",
    ),
    "a WebSocket's handshake": Case(
        text="WebSocket connection to 'wss://ws.example.com/socket' failed: Error during WebSocket handshake: "
        "Unexpected response code: 403",
        reasons=("websocket-handshake",),
        where="app-code",
        url="wss://ws.example.com/socket",
        origin=None,
        method=None,
        status=403,
    ),
    "a WebSocket without a server": Case(
        text="WebSocket connection to 'ws://localhost:3001/' failed: Error in connection establishment: "
        "net::ERR_CONNECTION_REFUSED",
        reasons=("not-cors.refused",),
        where="app-code",
        url="ws://localhost:3001/",
        origin=None,
        method=None,
    ),
    "an event stream that is a page": Case(
        text='EventSource\'s response has a MIME type ("text/html") that is not "text/event-stream". Aborting the '
        "connection.",
        reasons=("mime-type",),
        where="app-code",
        url=None,
        origin=None,
        method=None,
    ),
    "two lines about one opaque response": Case(
        text="A resource is blocked by OpaqueResponseBlocking, please check browser console for details.\n"
        f"The resource at “{API}” was blocked by OpaqueResponseBlocking. Reason: “nosniff”.",
        reasons=("orb",),
        where="app-code",
        origin=None,
        method=None,
    ),
    "no response in Firefox": Case(
        text=ECHO, reasons=REFUSED, where="app-code", says=("server is running",), origin=None, method=None
    ),
    "no response in Firefox, of a development server with TLS": Case(
        text=firefox("CORS request did not succeed", "(null)", "https://localhost:7001/api"),
        reasons=("not-cors.certificate", "not-cors.refused", "not-cors.adblock", "transport"),
        where="server-config",
        url="https://localhost:7001/api",
        origin=None,
        method=None,
    ),
    "no response in Firefox, of an address without TLS": Case(
        text=firefox("CORS request did not succeed", "(null)", "http://192.168.1.5:8000/api"),
        reasons=("not-cors.refused", "not-cors.adblock", "transport", "redirect.too-many"),
        where="app-code",
        url="http://192.168.1.5:8000/api",
        origin=None,
        method=None,
    ),
    "a readable refusal is not the server's failure": Case(
        text=f"GET {API} 401 (Unauthorized)",
        reasons=("not-cors.server-error",),
        where="app-code",
        says=("Sign in",),
        silent=("log",),
        origin=None,
        status=401,
    ),
    "a message that broke off": Case(
        text=f"Access to XMLHttpRequest at '{API}' from origin '{APP}' has been blocked by CORS poli",
        reasons=("acao-missing", "acao-mismatch", "preflight.acao-missing", "preflight.acao-mismatch"),
        where="app-code",
        method=None,
    ),
    "a message without its beginning": Case(
        text=f"has been blocked by CORS policy: {NO}",
        reasons=("acao-missing", "preflight.acao-missing"),
        where="app-code",
        url=None,
        origin=None,
        method=None,
    ),
    "the page's own mistake needs no header": Case(
        text=chrome(
            "Request header field access-control-allow-origin is not allowed by Access-Control-Allow-Headers in "
            "preflight response."
        ),
        reasons=("preflight.header",),
        where="page-code",
        says=("Remove it from the page's request",),
        silent=("Access-Control-Allow-Headers: ",),
    ),
    "patch in small letters": Case(
        text=chrome("Method patch is not allowed by Access-Control-Allow-Methods in preflight response.", "patch"),
        reasons=("preflight.method",),
        where="page-code",
        says=("ask with PATCH",),
        method="patch",
    ),
    "an app's scheme is an origin": Case(
        text=chrome(NO, status="200 (OK)", origin="capacitor://localhost"),
        reasons=("acao-missing",),
        where="app-code",
        says=("Access-Control-Allow-Origin: capacitor://localhost",),
        origin="capacitor://localhost",
        status=200,
    ),
    "an opaque origin is never allowed": Case(
        text=chrome(NO, status="200 (OK)", origin="null"),
        reasons=("acao-missing",),
        where="page-code",
        silent=("Access-Control-Allow-Origin: null",),
        origin="null",
        status=200,
    ),
}


def diagnosed(text: str) -> Report:
    return diagnose(read_text(text))


def told(finding: Diagnosis) -> str:
    return "\n".join(part for fix in finding.fixes for part in (fix.text, *fix.fields, fix.code))


def lines_of(report: Report) -> list[str]:
    return ["".join(span.text for span in line) for line in report_lines(report, width=80)]


@pytest.mark.parametrize("case", CASES.values(), ids=[*CASES])
def test_a_paste(case: Case) -> None:
    report = diagnosed(case.text)
    assert tuple(finding.reason for finding in report.findings) == case.reasons
    first = report.findings[0]
    assert (first.url, first.origin, first.method, first.status) == (case.url, case.origin, case.method, case.status)
    assert first.fixes[0].where == case.where
    assert not first.certain
    for words in case.says:
        assert words in told(first)
    for words in case.silent:
        assert words not in told(first)
    lines = lines_of(report)
    assert len(lines) <= 50
    assert all(len(line) <= 80 or line.lstrip().startswith("crossorigin check ") for line in lines)
    for advised in ("Access-Control-Allow-Origin: *", "no-cors"):
        assert advised not in "\n".join(lines)


def test_other_causes_of_one_message_are_told_in_short() -> None:
    report = diagnosed(
        safari("Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. Status code: 200")
    )
    assert [finding.alternative for finding in report.findings] == [False, True, True, True]
    lines = lines_of(report)
    assert sum(line.startswith("FAILED") for line in lines) == 1
    assert sum(line.startswith("OR ") for line in lines) == 3
    assert sum("Policy(" in line for line in lines) == 1


PLAIN = chrome(NO, status="500 (Internal Server Error)")
DECORATED = {
    "html": PLAIN.replace("'", "&#39;"),
    "html, by name": PLAIN.replace("'", "&apos;").replace(" at ", "&nbsp;at "),
    "json": PLAIN.replace("'", "\\u0027"),
    "slack": PLAIN.replace(f"'{API}'", f"'<{API}>'").replace(f"'{APP}'", f"'<{APP}|app.example.com>'"),
    "jira": PLAIN.replace(f"'{API}'", f"'[{API}|{API}]'").replace(f"'{APP}'", f"'[{APP}|{APP}]'"),
    "markdown": PLAIN.replace(f"'{API}'", f"'[{API}]({API})'").replace(f"'{APP}'", f"'[{APP}]({APP})'"),
    "numbered lines": "\n".join(f"{number:>3}  {line}" for number, line in enumerate(PLAIN.splitlines(), 41)),
    "windows": PLAIN.replace("\n", "\r\n"),
    "spaces that do not break": PLAIN.replace(" ", "\u00a0"),
}


@pytest.mark.parametrize("text", DECORATED.values(), ids=[*DECORATED])
def test_what_a_tool_adds_is_taken_off(text: str) -> None:
    (finding,) = diagnosed(text).findings
    assert (finding.reason, finding.url, finding.origin, finding.method, finding.status) == (
        "acao-missing",
        API,
        APP,
        "GET",
        500,
    )


def test_an_origin_that_is_none_is_not_known() -> None:
    (finding,) = diagnosed(chrome(NO, origin="<i>app</i>", status="200 (OK)")).findings
    assert finding.origin is None
    assert finding.url == API


VERBOSE = """> OPTIONS /v1/x HTTP/1.1
> Host: api.example.com
> Origin: https://app.example.com
> Access-Control-Request-Method: PUT
>
< HTTP/1.1 204 No Content
< Access-Control-Allow-Origin: https://app.example.com
< Access-Control-Allow-Methods: GET, POST
<
"""


def test_the_response_to_a_preflight_is_judged_as_one() -> None:
    (finding,) = diagnosed(VERBOSE).findings
    assert (finding.reason, finding.url, finding.method, finding.status) == ("preflight.method", API, "PUT", 204)
    assert finding.certain
    assert finding.fixes[0].fields == ("Access-Control-Allow-Methods: GET, POST, PUT",)


@pytest.mark.parametrize(
    ("why", "command", "head", "reason", "status"),
    [
        (NO, f"curl -i {API}", "HTTP/1.1 200 OK\nContent-Type: application/json", "acao-missing", 200),
        (
            PREFLIGHT + "It does not have HTTP ok status.",
            f"curl -i -X OPTIONS {API} -H 'Origin: {APP}' -H 'Access-Control-Request-Method: POST'",
            "HTTP/1.1 405 Method Not Allowed\nServer: nginx/1.24.0",
            "preflight.acao-missing",
            405,
        ),
    ],
)
def test_a_message_and_the_response_are_one_failure(
    why: str, command: str, head: str, reason: str, status: int
) -> None:
    report = diagnosed(f"{chrome(why, 'POST')}\n$ {command}\n{head}\n\n{{}}\n")
    (finding,) = report.findings
    assert (finding.reason, finding.url, finding.origin, finding.status) == (reason, API, APP, status)
    assert finding.certain


def test_a_relative_url_is_of_the_pages_own_origin() -> None:
    report = diagnosed("fetch('/api/items').then((r) => r.json());")
    assert report.findings == ()
    assert "own origin" in report.notes[0].text


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("const ws = new WebSocket('ws://api.example.com/ws');", ("mixed-content", "websocket-handshake")),
        ("const ws = new WebSocket('wss://api.example.com/ws');", ("websocket-handshake",)),
    ],
)
def test_a_websocket_has_no_preflight(text: str, reasons: tuple[str, ...]) -> None:
    assert tuple(finding.reason for finding in diagnosed(text).findings) == reasons


def test_a_method_in_small_letters_is_the_first_guess() -> None:
    report = diagnosed(f"fetch('{API}', {{ method: 'patch', body: '{{}}' }});")
    assert report.findings[0].reason == "preflight.method"
    assert "ask with PATCH" in report.findings[0].fixes[0].text


def test_a_head_alone_is_a_response() -> None:
    assert diagnosed("HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: http://localhost:3000\n\n").kinds == ("response",)


def test_chromiums_own_word_in_a_recording_names_the_reason() -> None:
    url = "https://cdn.example.net/a.js"
    headers = {"sec-fetch-mode": "no-cors", "sec-fetch-dest": "script", "referer": f"{APP}/"}
    entry = {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "time": 1,
        "request": {
            "method": "GET",
            "url": url,
            "httpVersion": "h2",
            "headers": [{"name": name, "value": value} for name, value in headers.items()],
        },
        "response": {
            "status": 200,
            "statusText": "",
            "httpVersion": "h2",
            "headers": [{"name": "content-type", "value": "text/html"}],
            "content": {"size": 0, "mimeType": "text/html"},
            "redirectURL": "",
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 1},
        "_error": "net::ERR_BLOCKED_BY_ORB",
        "_resourceType": "script",
    }
    har = {"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "1"}, "entries": [entry]}}
    (finding,) = diagnosed(json.dumps(har)).findings
    assert (finding.reason, finding.url, finding.origin, finding.status) == ("orb", url, APP, 200)
    assert finding.certain
