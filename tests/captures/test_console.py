"""Console text as people paste it: what is read of it, and what is left open."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.captures import NOT_CORS, CaptureError, Statement, read_console
from crossorigin.consoles import firefox, node, webkit
from crossorigin.consoles.translations import PHRASES
from tests.growth import assert_near_linear

BLOCKED = (
    "Access to fetch at 'https://api.example/v1' from origin 'https://app.example' has been blocked by CORS policy: "
)
AT = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at "


def read(text: str) -> list[Statement]:
    items = list(read_console(text).items)
    assert all(isinstance(item, Statement) for item in items)
    return items  # type: ignore[return-value]


def one(text: str) -> Statement:
    (statement,) = read(text)
    return statement


CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "chrome: the second line has the method and the status": (
        BLOCKED + "No 'Access-Control-Allow-Origin' header is present on the requested resource.\n"
        "app.js:2  POST https://api.example/v1 net::ERR_FAILED 500 (Internal Server Error)\n"
        "app.js:2 Uncaught (in promise) TypeError: Failed to fetch",
        {
            "browser": "chromium",
            "reasons": ("acao-missing",),
            "url": "https://api.example/v1",
            "origin": "https://app.example",
            "method": "POST",
            "status": 500,
            "api": "fetch",
            "lines": (1, 2),
        },
    ),
    "chrome: the other way round": (
        "GET https://api.example/v1 net::ERR_FAILED 200 (OK)\n" + BLOCKED + "The 'Access-Control-Allow-Origin' header "
        "contains multiple values 'https://a.example, *', but only one is allowed.",
        {"reasons": ("acao-multiple",), "method": "GET", "status": 200, "header_value": "https://a.example, *"},
    ),
    "chrome: a redirect": (
        (
            "Access to fetch at 'https://login.example/' (redirected from 'https://app.example/api') from origin "
            "'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is "
            "present on "
            "the requested resource.\nGET https://login.example/ net::ERR_FAILED 200"
        ),
        {"url": "https://login.example/", "asked_url": "https://app.example/api", "status": 200},
    ),
    "chrome: a redirect to no such scheme": (
        (
            "Access to fetch at 'x:1' (redirected from 'https://api.example/') from origin "
            "'https://app.example' has been "
            "blocked by CORS policy: Cross origin requests are only supported for protocol schemes: http, https."
        ),
        {"reasons": ("redirect.scheme",), "url": "x:1"},
    ),
    "chrome: in a ticket": (
        (
            "> **Access to XMLHttpRequest at ‘https://api.example/v1’ from origin ‘https://app.example’\r\n"
            "> has been blocked by CORS policy: Response to preflight request doesn’t pass access control check: It\r\n"
            "> does not have HTTP ok status.**\r\n>\r\n> Understand this error"
        ),
        {"reasons": ("preflight.status",), "url": "https://api.example/v1", "api": "XMLHttpRequest"},
    ),
    "chrome: the end is missing": (
        BLOCKED + "Respon",
        {"url": "https://api.example/v1", "origin": "https://app.example"},
    ),
    "chrome 60": (
        (
            "Failed to load https://api.example/v1: No 'Access-Control-Allow-Origin' header is present on the "
            "requested "
            "resource. Origin 'https://app.example' is therefore not allowed access. The response had HTTP status code "
            "405."
        ),
        {
            "reasons": ("acao-missing",),
            "url": "https://api.example/v1",
            "origin": "https://app.example",
            "status": 405,
        },
    ),
    "chrome: local network access, its backquotes lost": (
        BLOCKED + "Permission was denied for this request to access the loopback address space.",
        {"reasons": ("lna.denied",), "address_space": "loopback"},
    ),
    "chrome: local network access": (
        BLOCKED + "Permission was denied for this request to access the `local` address space.",
        {"reasons": ("lna.denied",), "address_space": "local"},
    ),
    "chrome: CORP": (
        "GET https://cdn.example/a.png net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin 200 (OK)",
        {"reasons": ("corp.same-origin",), "url": "https://cdn.example/a.png", "method": "GET", "status": 200},
    ),
    "chrome: ORB": ("GET https://cdn.example/a.json net::ERR_BLOCKED_BY_ORB", {"reasons": ("orb",)}),
    "chrome: CSP, twice": (
        (
            "Refused to connect to 'https://api.example/v1' because it violates the following Content Security Policy "
            "directive: \"connect-src 'self'\".\nFetch API cannot load https://api.example/v1. Refused to "
            "connect because "
            "it violates the document's Content Security Policy."
        ),
        {"reasons": ("csp",), "url": "https://api.example/v1", "lines": (1, 2)},
    ),
    "chrome 140: CSP": (
        (
            "Connecting to 'https://api.example/v1' violates the following Content Security Policy directive: "
            "\"connect-src 'self'\". The action has been blocked."
        ),
        {"reasons": ("csp",), "url": "https://api.example/v1"},
    ),
    "chrome: mixed content": (
        (
            "Mixed Content: The page at 'https://app.example/a' was loaded over HTTPS, but requested an insecure "
            "XMLHttpRequest endpoint 'http://api.example/'. This request has been blocked; the content must be served "
            "over HTTPS."
        ),
        {"reasons": ("mixed-content",), "url": "http://api.example/", "origin": "https://app.example"},
    ),
    "chrome: a tainted canvas": (
        (
            "Uncaught SecurityError: Failed to execute 'getImageData' on 'CanvasRenderingContext2D': The canvas "
            "has been "
            "tainted by cross-origin data."
        ),
        {"reasons": ("opaque",), "url": None},
    ),
    "chrome: a module": (
        (
            "Failed to load module script: Expected a JavaScript-or-Wasm module script but the server responded with a "
            'MIME type of "text/html". Strict MIME type checking is enforced for module scripts per HTML spec.'
        ),
        {"reasons": ("mime-type",)},
    ),
    "chrome: a worker": (
        (
            "Failed to construct 'Worker': Script at 'https://cdn.example/w.js' cannot be accessed from origin "
            "'https://app.example'."
        ),
        {"reasons": ("mode-same-origin",), "url": "https://cdn.example/w.js", "origin": "https://app.example"},
    ),
    "chrome: an ad blocker": (
        "POST https://stats.example/e net::ERR_BLOCKED_BY_CLIENT",
        {"reasons": ("not-cors.adblock",), "method": "POST"},
    ),
    "chrome: no such host": ("GET https://nope.example/ net::ERR_NAME_NOT_RESOLVED", {"reasons": ("not-cors.dns",)}),
    "chrome: nobody listens": (
        "(index):1 Failed to load resource: net::ERR_CONNECTION_REFUSED",
        {"reasons": ("not-cors.refused",), "url": None},
    ),
    "chrome: a certificate": (
        "GET https://localhost:8443/ net::ERR_CERT_AUTHORITY_INVALID",
        {"reasons": ("not-cors.certificate",)},
    ),
    "chrome: the server's own error": (
        (
            "api.js:9  PUT https://api.example/v1 503 (Service Unavailable)\nUncaught AxiosError: Request failed with "
            "status code 503"
        ),
        {"reasons": ("not-cors.server-error",), "method": "PUT", "status": 503, "url": "https://api.example/v1"},
    ),
    "only what the script sees": (
        "Uncaught (in promise) TypeError: Failed to fetch\n    at app.js:2:26",
        {"reasons": node.ANY_FAILURE, "url": None, "browser": "chromium"},
    ),
    "axios": ("AxiosError: Network Error", {"reasons": node.ANY_FAILURE, "browser": ""}),
    "firefox: with a status": (
        AT + "https://api.example/v1. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 500. "
        "[Learn More]\nTypeError: NetworkError when attempting to fetch resource.",
        {"browser": "firefox", "reasons": ("acao-missing",), "status": 500, "url": "https://api.example/v1"},
    ),
    "firefox: its echo tells of a preflight": (
        AT
        + "https://api.example/v1. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 403.\n"
        + AT
        + "https://api.example/v1. (Reason: CORS request did not succeed). Status code: (null).",
        {"reasons": ("preflight.acao-missing",), "status": 403, "lines": (1, 2)},
    ),
    "firefox: a redirect that was stopped": (
        (
            AT
            + "https://api.example/v1. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 302.\n"
            + AT
            + "https://api.example/v1. (Reason: CORS request did not succeed). Status code: (null)."
        ),
        {"reasons": ("acao-missing", "preflight.acao-missing"), "status": 302},
    ),
    "firefox: three lines of one redirect": (
        AT
        + "https://api.example/v1. (Reason: CORS request external redirect not allowed).\n"
        + AT
        + "https://api.example/v1. (Reason: CORS preflight response did not succeed). Status code: 307.\n"
        + AT
        + "https://api.example/v1. (Reason: CORS request did not succeed). Status code: (null).",
        {"reasons": ("preflight.redirect",), "status": 307, "lines": (1, 2, 3)},
    ),
    "firefox: a value that is no origin": (
        AT
        + "https://api.example/v1. (Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘app.example’).",
        {"reasons": ("acao-invalid",), "header_value": "app.example"},
    ),
    "firefox: did not succeed, and no more": (
        AT + "https://api.example/v1. (Reason: CORS request did not succeed). Status code: (null).",
        {"reasons": firefox.ANY_FAILURE, "status": None},
    ),
    "firefox: by the page that it links to": (
        (
            "Korsande ursprungsbegäran blockerad: Samma ursprungs-policy tillåter inte läsning av fjärrresursen på "
            "https://api.example/v1. (Orsak: CORS-huvud 'Access-Control-Allow-Origin' saknas). "
            "https://developer.mozilla.org/docs/Web/HTTP/CORS/Errors/CORSMissingAllowOrigin?utm_source=devtools"
        ),
        {"reasons": ("acao-missing",), "url": "https://api.example/v1"},
    ),
    "firefox: in a language unknown here": (
        (
            "Korsande ursprungsbegäran blockerad: Samma ursprungs-policy tillåter inte läsning av fjärrresursen på "
            "https://api.example/v1. (Orsak: CORS-huvud 'Access-Control-Allow-Methods' saknar metoden)."
        ),
        {"reasons": ("preflight.method", "preflight.acam-invalid"), "url": "https://api.example/v1"},
    ),
    "firefox: the network pane": (
        "GET https://api.example/v1 CORS Allow Origin Not Matching Origin",
        {"reasons": ("acao-mismatch",), "url": "https://api.example/v1"},
    ),
    "firefox: a certificate": ("SEC_ERROR_UNKNOWN_ISSUER", {"reasons": ("not-cors.certificate",)}),
    "safari: the URL in another line": (
        (
            "[Error] Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 500\n"
            "[Error] XMLHttpRequest cannot load https://api.example/v1 due to access control checks.\n"
            "[Error] Failed to load resource: Origin https://app.example is not allowed by "
            "Access-Control-Allow-Origin. "
            "Status code: 500 (v1, line 0)\n[Error] Unhandled Promise Rejection: TypeError: Load failed"
        ),
        {
            "browser": "webkit",
            "reasons": ("acao-missing", "acao-mismatch"),
            "url": "https://api.example/v1",
            "origin": "https://app.example",
            "status": 500,
            "api": "XMLHttpRequest",
            "lines": (1, 2, 3),
        },
    ),
    "safari: a 200 may be a preflight's": (
        "Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 200",
        {"reasons": webkit.NOT_ALLOWED.reasons, "origin": "https://app.example", "url": None},
    ),
    "safari: the URL first": (
        (
            "Fetch API cannot load https://api.example/v1 due to access control checks.\n"
            "Preflight response is not successful. Status code: 405"
        ),
        {"reasons": ("preflight.status",), "status": 405, "url": "https://api.example/v1"},
    ),
    "safari: a preflight that is redirected": (
        "Preflight response is not successful. Status code: 302",
        {"reasons": ("preflight.redirect",), "status": 302},
    ),
    "safari: the URL alone": (
        "Fetch API cannot load https://api.example/v1 due to access control checks.",
        {"reasons": webkit.ANY_CHECK, "url": "https://api.example/v1", "api": "fetch"},
    ),
    "safari: a redirect": (
        (
            "Cross-origin redirection to https://login.example/ denied by Cross-Origin Resource Sharing policy: Origin "
            "https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 302\n"
            "Fetch API cannot load https://login.example/ due to access control checks."
        ),
        {"reasons": ("acao-missing", "acao-mismatch"), "status": 302, "url": "https://login.example/"},
    ),
    "safari: a redirect, by what was asked for": (
        (
            "Cross-origin redirection to https://login.example/ denied by Cross-Origin Resource Sharing policy: Origin "
            "https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 302\n"
            "Fetch API cannot load https://api.example/v1 due to access control checks."
        ),
        {"url": "https://login.example/", "asked_url": "https://api.example/v1", "lines": (1, 2)},
    ),
    "node: fetch": (
        (
            "TypeError: fetch failed\n  [cause]: Error: connect ECONNREFUSED 127.0.0.1:3000\n    errno: -111,\n"
            "    code: 'ECONNREFUSED',"
        ),
        {"browser": "node", "reasons": ("not-cors.refused",)},
    ),
    "node: axios": (
        (
            "AxiosError: getaddrinfo ENOTFOUND nope.example\n  code: 'ENOTFOUND',\n  config: {\n    method: 'post',\n"
            "    url: 'https://nope.example/v1',"
        ),
        {"browser": "node", "reasons": ("not-cors.dns",), "url": "https://nope.example/v1", "method": "POST"},
    ),
    "nothing of CORS": (
        (
            'Warning: Each child in a list should have a unique "key" prop.\nfavicon.ico:1 Failed to load '
            "resource: the "
            "server responded with a status of 404 (Not Found)\nDevTools failed to load source map"
        ),
        {"reasons": ("not-cors.console-noise",)},
    ),
    "an extension's": (
        "chrome-extension://abc/x.js net::ERR_FILE_NOT_FOUND\nUnchecked runtime.lastError: The message port closed",
        {"reasons": ("not-cors.console-noise",)},
    ),
    "what is only warned of": (
        (
            "Mixed Content: The page at 'https://app.example/' was loaded over HTTPS, but requested an insecure "
            "element "
            "'http://a.example/a.png'. This request was automatically upgraded to HTTPS."
        ),
        {"reasons": ("not-cors.console-noise",)},
    ),
    "colours": (
        "\x1b[31m"
        + BLOCKED
        + "\x1b[1mMethod PUT\x1b[0m is not allowed by Access-Control-Allow-Methods in preflight response.",
        {"reasons": ("preflight.method",), "method": "PUT"},
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_what_is_read(text: str, expected: dict[str, Any]) -> None:
    statement = one(text)
    assert {name: getattr(statement, name) for name in expected} == expected


def test_several_failures_are_several_and_equal_ones_are_one() -> None:
    other = (
        BLOCKED.replace("/v1", "/v2")
        + "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response."
    )
    first = BLOCKED + "No 'Access-Control-Allow-Origin' header is present on the requested resource."
    statements = read("\n".join([first, other, first, "GET https://api.example/v1 net::ERR_FAILED 200 (OK)"]))
    assert [(s.url, s.reasons, s.lines) for s in statements] == [
        ("https://api.example/v1", ("acao-missing",), (1, 3, 4)),
        ("https://api.example/v2", ("preflight.method",), (2,)),
    ]


def test_two_failures_of_safari_keep_their_urls() -> None:
    cause = "Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 404"
    statements = read(
        f"{cause}\nFetch API cannot load https://api.example/1 due to access control checks.\n"
        f"{cause}\nFetch API cannot load https://api.example/2 due to access control checks."
    )
    assert [(s.url, s.lines) for s in statements] == [
        ("https://api.example/1", (1, 2)),
        ("https://api.example/2", (3, 4)),
    ]


def test_the_tool_is_named_where_there_is_one() -> None:
    text = BLOCKED + "No 'Access-Control-Allow-Origin' header is present on the requested resource."
    assert read_console(text).tool == "Chrome or Edge"
    assert read_console(f"{text}\n{AT}https://a.example/. (Reason: CORS disabled).").tool == ""


@pytest.mark.parametrize("text", ["", "\n\n", "SELECT 1", "curl https://api.example/", "HTTP/1.1 200 OK\r\n\r\n"])
def test_a_text_that_is_no_consoles(text: str) -> None:
    with pytest.raises(CaptureError, match="Paste the lines of the console"):
        read_console(text)


# How each language puts its messages together, as Firefox's own translations do.
FRAMES = {
    "de": "Quellübergreifende (Cross-Origin) Anfrage blockiert: Die Gleiche-Quelle-Regel verbietet das Lesen der "
    "externen Ressource auf {url}. (Grund: {reason}).",
    "fr": "Blocage d’une requête multiorigine (Cross-Origin Request) : la politique « Same Origin » ne permet pas de "
    "consulter la ressource distante située sur {url}. Raison : {reason}.",
    "es": "Solicitud desde otro origen bloqueada: la política de mismo origen impide leer el recurso remoto en {url} "
    "(razón: {reason}).",
    "pt": "Requisição cross-origin bloqueada: A diretiva Same Origin (mesma origem) não permite a leitura do recurso "
    "remoto em {url} (motivo: {reason}).",
    "it": "Bloccata richiesta multiorigine (cross-origin): il criterio di corrispondenza dell’origine non consente la "
    "lettura della risorsa remota da {url}. Motivo: {reason}.",
    "pl": "Zablokowano żądanie do zasobu innego pochodzenia: zasady „Same Origin Policy” nie pozwalają wczytywać "
    "zdalnych zasobów z „{url}” ({reason}).",
    "ru": "Запрос из постороннего источника заблокирован: Политика одного источника запрещает чтение удаленного "
    "ресурса на {url}. (Причина: {reason}).",
    "ja": "クロスオリジン要求をブロックしました: 同一生成元ポリシーにより、{url} にあるリモートリソースの"
    "読み込みは拒否されます (理由: {reason})。",
    "ko": "교차 출처 요청 차단: 동일 출처 정책으로 인해 {url}에 있는 원격 리소스를 차단했습니다. (원인: {reason}).",
    "zh": "已拦截跨源请求：同源策略禁止读取位于 {url} 的远程资源。（原因：{reason}）。",
}
STATUS = {
    "de": " Statuscode: 404.",
    "fr": " Code d’état : 404.",
    "pt": " Código de status: 404.",
    "ko": " 상태 코드: 404.",
    "it": " Codice di stato: 404.",
    "pl": " Kod stanu: 404.",
    "ru": " Код состояния: 404.",
    "zh": "状态码：404。",
    "ja": "ステータスコード: 404",
    "es": " Código de estado: 404.",
}


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [(language, phrase.name, phrase.words) for language, phrases in PHRASES.items() for phrase in phrases],
    ids=lambda value: value if isinstance(value, str) else value.text[:30],
)
@pytest.mark.parametrize("wrapped", [False, True], ids=["one line", "wrapped"])
def test_firefox_in_its_translations(language: str, name: str, words: Any, wrapped: bool) -> None:
    values = {"header_value": "https://www.example", "header": "x-client", "token": "a b"}
    url = "https://api.example/v1?lang=x"
    text = FRAMES[language].format(url=url, reason=words.write(**values)) + STATUS[language]
    statement = one("> " + text.replace(" ", "\n> ") if wrapped and language not in ("ja", "ko", "zh") else text)
    assert statement.url == url
    assert statement.status == 404
    assert statement.reasons == firefox.REASONS[name]
    assert statement.header == ("x-client" if "header" in words.slots else None)


def test_translations_have_every_reason() -> None:
    for language, phrases in PHRASES.items():
        assert {phrase.name for phrase in phrases} == {*firefox.REASONS}, language


FRAGMENTS = [
    *(text for text, _ in CASES.values()),
    BLOCKED,
    AT,
    "net::ERR_",
    " 500 (",
    "\n",
    "'",
    "://",
    "CORS",
    "/CORS/Errors/CORS",
]


@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=20), max_size=8).map("".join), st.integers(0, 50))
def test_any_text_is_read_or_refused(text: str, cut: int) -> None:
    try:
        statements = read(text[cut:])
    except CaptureError:
        return
    assert statements
    for statement in statements:
        assert statement.reasons
        assert {reason for reason in statement.reasons if reason.startswith("not-cors")} <= NOT_CORS
        assert list(statement.lines) == sorted(set(statement.lines))
        assert 1 <= statement.lines[0] <= statement.lines[-1] <= text.count("\n") + text.count("\r") + 1


@pytest.mark.parametrize(
    "text",
    [
        "GET https://a.example/ net::ERR_FAILED\n",
        "x://",
        "net::ERR_FAILED ",
        " 500 (",
        "[HTTP/2 500 ",
        "CORS Missing Allow ",
        "已拦截跨源请求 https://",
        "https://a.example/ CORS (a: ",
        "a: b https://" + "(" * 20,
        AT + "https://a.example/. (Reason: CORS request did not succeed). Status code: (null).\n",
        "Origin https://a.example is not allowed by Access-Control-Allow-Origin.\n",
        "url: '",
    ],
)
def test_hostile_text_costs_its_length(text: str) -> None:
    def reading(size: int) -> Any:
        pasted = "Uncaught\n" + text * size
        return lambda: read_console(pasted)

    assert_near_linear(reading, 10)
