"""Firefox's words in other languages: how its messages about CORS begin, and the phrase for each of its reasons.

The beginning tells the language, the URL is what looks like one, and the phrase behind it is looked for: sentences
change from version to version, the phrases hardly do. In a language that is not here, the header that is named is
all that can be read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from . import firefox
from ._source import FOLDED, Source
from ._template import Role, Said, Template

WINDOW = 2000
URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://[!-~]+")
STATUS = re.compile(
    r"[)）'.。 ]{0,6}(?:Status code|Statuscode|Code d'état|Código de (?:status|estado)|Codice di stato|Kod stanu|"
    r"Код состояния|ステータスコード|상태 코드|状态码|狀態代碼) ?[:：] ?(?P<status>\d{3}|\(null\))"
)

_BEGINNINGS: Mapping[str, tuple[str, ...]] = {
    "de": ("Quellübergreifende (Cross-Origin) Anfrage blockiert:",),
    "fr": (
        "Blocage d’une requête multiorigine (Cross-Origin Request)",
        "Blocage d’une requête multiorigines (Cross-Origin Request)",
    ),
    "es": (
        "Solicitud desde otro origen bloqueada:",
        "Solicitud de origen cruzado bloqueada:",
        "Solicitud de origen cruzada bloqueada:",
    ),
    "pt": ("Requisição cross-origin bloqueada:", "Pedido de origem cruzada bloqueado:"),
    "it": ("Bloccata richiesta multiorigine (cross-origin):",),
    "pl": ("Zablokowano żądanie do zasobu innego pochodzenia:",),
    "ru": ("Запрос из постороннего источника заблокирован:",),
    "ja": ("クロスオリジン要求をブロックしました",),
    "ko": ("교차 출처 요청 차단",),
    "zh": ("已拦截跨源请求", "已封鎖跨來源請求"),
}
_PHRASES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "de": {
        "CORSDisabled": ("CORS deaktiviert",),
        "CORSDidNotSucceed": ("CORS-Anfrage schlug fehl",),
        "CORSOriginHeaderNotAdded": ("CORS-Kopfzeile 'Origin' konnte nicht hinzugefügt werden",),
        "CORSExternalRedirectNotAllowed": ("Externe Weiterleitung der CORS-Anfrage verboten",),
        "CORSRequestNotHttp": ("CORS-Anfrage war nicht http",),
        "CORSMissingAllowOrigin": ("CORS-Kopfzeile 'Access-Control-Allow-Origin' fehlt",),
        "CORSMultipleAllowOriginNotAllowed": (
            "Es darf nur ein eine CORS-Kopfzeile 'Access-Control-Allow-Origin' verwendet werden",
            "Es darf nur eine CORS-Kopfzeile 'Access-Control-Allow-Origin' verwendet werden",
        ),
        "CORSAllowOriginNotMatchingOrigin": (
            "CORS-Kopfzeile 'Access-Control-Allow-Origin' stimmt nicht mit '{header_value}' überein",
        ),
        "CORSNotSupportingCredentials": ("Berechtigung/Credential wird nicht unterstützt",),
        "CORSMethodNotFound": ("Methode nicht in CORS-Kopfzeile 'Access-Control-Allow-Methods' gefunden",),
        "CORSMissingAllowCredentials": ("'true' in CORS-Kopfzeile 'Access-Control-Allow-Credentials' erwartet",),
        "CORSPreflightDidNotSucceed": (
            "CORS-Preflight-Antwort schlug fehl",
            "CORS-Preflight-Kanal war nicht erfolgreich",
        ),
        "CORSInvalidAllowMethod": ("ungültiges Token '{token}' in CORS-Kopfzeile 'Access-Control-Allow-Methods'",),
        "CORSInvalidAllowHeader": ("ungültiges Token '{token}' in CORS-Kopfzeile 'Access-Control-Allow-Headers'",),
        "CORSMissingAllowHeaderFromPreflight": (
            "Kopfzeile '{header}' ist aufgrund der Kopfzeile 'Access-Control-Allow-Headers'",
            "fehlendes Token '{header}' in CORS-Kopfzeile 'Access-Control-Allow-Headers'",
        ),
    },
    "fr": {
        "CORSDisabled": ("CORS désactivé",),
        "CORSDidNotSucceed": ("échec de la requête CORS",),
        "CORSOriginHeaderNotAdded": ("l’en-tête CORS « Origin » ne peut pas être ajouté",),
        "CORSExternalRedirectNotAllowed": ("la redirection externe de requêtes CORS n’est pas autorisée",),
        "CORSRequestNotHttp": ("la requête CORS n’utilise pas HTTP",),
        "CORSMissingAllowOrigin": ("l’en-tête CORS « Access-Control-Allow-Origin » est manquant",),
        "CORSMultipleAllowOriginNotAllowed": (
            "le recours à plusieurs en-têtes CORS « Access-Control-Allow-Origin » n’est pas autorisé",
        ),
        "CORSAllowOriginNotMatchingOrigin": (
            "l’en-tête CORS « Access-Control-Allow-Origin » ne correspond pas à « {header_value} »",
        ),
        "CORSNotSupportingCredentials": ("l’identification n’est pas prise en charge",),
        "CORSMethodNotFound": ("méthode manquante dans l’en-tête « Access-Control-Allow-Methods »",),
        "CORSMissingAllowCredentials": ("« true » attendu dans l’en-tête CORS « Access-Control-Allow-Credentials »",),
        "CORSPreflightDidNotSucceed": (
            "échec de la réponse de pré-vérification des requêtes CORS",
            "échec du canal de pré-vérification des requêtes CORS",
        ),
        "CORSInvalidAllowMethod": ("jeton « {token} » invalide dans l’en-tête CORS « Access-Control-Allow-Methods »",),
        "CORSInvalidAllowHeader": ("jeton « {token} » invalide dans l’en-tête CORS « Access-Control-Allow-Headers »",),
        "CORSMissingAllowHeaderFromPreflight": (
            "l’en-tête « {header} » n’est pas autorisé d’après l’en-tête « Access-Control-Allow-Headers »",
            "jeton « {header} » manquant dans l’en-tête CORS « Access-Control-Allow-Headers »",
        ),
    },
    "es": {
        "CORSDisabled": ("CORS desactivado",),
        "CORSDidNotSucceed": ("Solicitud CORS sin éxito", "la solicitud CORS no tuvo éxito"),
        "CORSOriginHeaderNotAdded": ("No se puede agregar el encabezado CORS",),
        "CORSExternalRedirectNotAllowed": ("No se permite la redirección externa de la solicitud CORS",),
        "CORSRequestNotHttp": ("la solicitud CORS no es http",),
        "CORSMissingAllowOrigin": (
            "falta la cabecera CORS 'Access-Control-Allow-Origin'",
            "falta el encabezado CORS 'Access-Control-Allow-Origin'",
        ),
        "CORSMultipleAllowOriginNotAllowed": ("no se permiten múltiples cabeceras CORS 'Access-Control-Allow-Origin'",),
        "CORSAllowOriginNotMatchingOrigin": (
            "la cabecera CORS 'Access-Control-Allow-Origin' no coincide con '{header_value}'",
        ),
        "CORSNotSupportingCredentials": ("la credencial no se admite si la cabecera CORS",),
        "CORSMethodNotFound": ("no se ha encontrado el método en la cabecera CORS 'Access-Control-Allow-Methods'",),
        "CORSMissingAllowCredentials": ("se esperaba 'true' en la cabecera CORS 'Access-Control-Allow-Credentials'",),
        "CORSPreflightDidNotSucceed": (
            "La respuesta CORS no tuvo éxito",
            "la respuesta de verificación previa CORS no tuvo éxito",
            "el canal de verificación previa de CORS no tuvo éxito",
        ),
        "CORSInvalidAllowMethod": ("token '{token}' no válido en la cabecera CORS 'Access-Control-Allow-Methods'",),
        "CORSInvalidAllowHeader": ("token '{token}' no válido en la cabecera CORS 'Access-Control-Allow-Headers'",),
        "CORSMissingAllowHeaderFromPreflight": (
            "La cabecera '{header}' no está permitida de acuerdo a la cabecera 'Access-Control-Allow-Headers'",
        ),
    },
    "pt": {
        "CORSDisabled": ("CORS desativado",),
        "CORSDidNotSucceed": ("falha na requisição CORS",),
        "CORSOriginHeaderNotAdded": ("cabeçalho 'Origin' do CORS não pode ser adicionado",),
        "CORSExternalRedirectNotAllowed": ("redirecionamento externo de requisição CORS não permitido",),
        "CORSRequestNotHttp": ("requisição CORS não é http",),
        "CORSMissingAllowOrigin": (
            "falta cabeçalho 'Access-Control-Allow-Origin' no CORS",
            "falta cabeçalho 'Access-Control-Allow-Origin' do CORS",
        ),
        "CORSMultipleAllowOriginNotAllowed": ("não é permitido vários cabeçalhos 'Access-Control-Allow-Origin'",),
        "CORSAllowOriginNotMatchingOrigin": (
            "cabeçalho 'Access-Control-Allow-Origin' do CORS não corresponde a '{header_value}'",
        ),
        "CORSNotSupportingCredentials": ("credencial não suportada se o cabeçalho 'Access-Control-Allow-Origin'",),
        "CORSMethodNotFound": ("método não encontrado no cabeçalho 'Access-Control-Allow-Methods'",),
        "CORSMissingAllowCredentials": ("esperado 'true' no cabeçalho 'Access-Control-Allow-Credentials'",),
        "CORSPreflightDidNotSucceed": ("falha na resposta de comprovação (preflight) do CORS",),
        "CORSInvalidAllowMethod": ("token '{token}' inválido no cabeçalho 'Access-Control-Allow-Methods'",),
        "CORSInvalidAllowHeader": ("token '{token}' inválido no cabeçalho 'Access-Control-Allow-Headers'",),
        "CORSMissingAllowHeaderFromPreflight": (
            "header '{header}' não permitido, de acordo com o header 'Access-Control-Allow-Headers'",
        ),
    },
    "it": {
        "CORSDisabled": ("CORS disattivato",),
        "CORSDidNotSucceed": ("richiesta CORS non riuscita",),
        "CORSOriginHeaderNotAdded": ("impossibile aggiungere l’header CORS",),
        "CORSExternalRedirectNotAllowed": ("redirect non consentito per richiesta CORS esterna",),
        "CORSRequestNotHttp": ("richiesta CORS non http",),
        "CORSMissingAllowOrigin": ("header CORS “Access-Control-Allow-Origin” mancante",),
        "CORSMultipleAllowOriginNotAllowed": ("header CORS “Access-Control-Allow-Origin” multipli non consentiti",),
        "CORSAllowOriginNotMatchingOrigin": (
            "header CORS “Access-Control-Allow-Origin” non corrisponde a “{header_value}”",
        ),
        "CORSNotSupportingCredentials": ("le credenziali non sono supportate",),
        "CORSMethodNotFound": ("metodo “Access-Control-Allow-Methods” non trovato in header CORS",),
        "CORSMissingAllowCredentials": ("previsto “true” in header CORS “Access-Control-Allow-Credentials”",),
        "CORSPreflightDidNotSucceed": ("risposta CORS preliminare (“preflight”) non riuscita",),
        "CORSInvalidAllowMethod": ("token “{token}” non valido in header CORS “Access-Control-Allow-Methods”",),
        "CORSInvalidAllowHeader": ("token “{token}” non valido in header CORS “Access-Control-Allow-Headers”",),
        "CORSMissingAllowHeaderFromPreflight": (
            "l’header “{header}” non è consentito a causa dell’header “Access-Control-Allow-Headers”",
        ),
    },
    "pl": {
        "CORSDisabled": ("wyłączone CORS",),
        "CORSDidNotSucceed": ("nieudane żądanie CORS",),
        "CORSOriginHeaderNotAdded": ("nie można dodać nagłówka CORS",),
        "CORSExternalRedirectNotAllowed": ("niedozwolone zdalne przekierowanie żądania CORS",),
        "CORSRequestNotHttp": ("żądanie CORS inne niż HTTP",),
        "CORSMissingAllowOrigin": ("brakujący nagłówek CORS „Access-Control-Allow-Origin”",),
        "CORSMultipleAllowOriginNotAllowed": ("niedozwolone powtórzenie nagłówka CORS „Access-Control-Allow-Origin”",),
        "CORSAllowOriginNotMatchingOrigin": (
            "nagłówek CORS „Access-Control-Allow-Origin” nie pasuje do „{header_value}”",
        ),
        "CORSNotSupportingCredentials": ("uwierzytelnianie nie jest obsługiwane",),
        "CORSMethodNotFound": ("metoda nie odnaleziona w nagłówku CORS „Access-Control-Allow-Methods”",),
        "CORSMissingAllowCredentials": ("oczekiwano „true” w nagłówku CORS „Access-Control-Allow-Credentials”",),
        "CORSPreflightDidNotSucceed": ("żądanie CORS OPTIONS się nie powiodło",),
        "CORSInvalidAllowMethod": ("nieprawidłowy token „{token}” w nagłówku CORS „Access-Control-Allow-Methods”",),
        "CORSInvalidAllowHeader": ("nieprawidłowy token „{token}” w nagłówku CORS „Access-Control-Allow-Headers”",),
        "CORSMissingAllowHeaderFromPreflight": (
            "niedozwolony nagłówek „{header}” według nagłówka „Access-Control-Allow-Headers”",
        ),
    },
    "ru": {
        "CORSDisabled": ("CORS отключён",),
        "CORSDidNotSucceed": ("не удалось выполнить запрос CORS",),
        "CORSOriginHeaderNotAdded": ("Не удалось добавить CORS-заголовок",),
        "CORSExternalRedirectNotAllowed": ("Внешнее перенаправление запроса CORS не разрешено",),
        "CORSRequestNotHttp": ("запрос CORS выполнен не по http",),
        "CORSMissingAllowOrigin": ("отсутствует заголовок CORS «Access-Control-Allow-Origin»",),
        "CORSMultipleAllowOriginNotAllowed": ("несколько заголовков CORS «Access-Control-Allow-Origin» не разрешены",),
        "CORSAllowOriginNotMatchingOrigin": (
            "заголовок CORS «Access-Control-Allow-Origin» не совпадает с «{header_value}»",
        ),
        "CORSNotSupportingCredentials": ("Учётные данные не поддерживаются",),
        "CORSMethodNotFound": ("Не найден метод в заголовке CORS «Access-Control-Allow-Methods»",),
        "CORSMissingAllowCredentials": ("в заголовке CORS «Access-Control-Allow-Credentials» ожидалось «true»",),
        "CORSPreflightDidNotSucceed": ("неудача ответа CORS preflight", "неудача канала CORS preflight"),
        "CORSInvalidAllowMethod": ("некорректный токен «{token}» в заголовке CORS «Access-Control-Allow-Methods»",),
        "CORSInvalidAllowHeader": ("некорректный токен «{token}» в заголовке CORS «Access-Control-Allow-Headers»",),
        "CORSMissingAllowHeaderFromPreflight": (
            "заголовок «{header}» не разрешён согласно заголовку «Access-Control-Allow-Headers»",
        ),
    },
    "ja": {
        "CORSDisabled": ("CORS が無効",),
        "CORSDidNotSucceed": ("CORS 要求が成功しなかった",),
        "CORSOriginHeaderNotAdded": ("CORS ヘッダー ‘Origin’ を追加できなかった",),
        "CORSExternalRedirectNotAllowed": ("CORS 要求の外部リダイレクトは許可されない",),
        "CORSRequestNotHttp": ("CORS 要求が http でない",),
        "CORSMissingAllowOrigin": ("CORS ヘッダー ‘Access-Control-Allow-Origin’ が足りない",),
        "CORSMultipleAllowOriginNotAllowed": ("複数の CORS ヘッダー ‘Access-Control-Allow-Origin’ は許可されない",),
        "CORSAllowOriginNotMatchingOrigin": (
            "CORS ヘッダー ‘Access-Control-Allow-Origin’ が ‘{header_value}’ と異なる",
        ),
        "CORSNotSupportingCredentials": ("CORS ヘッダー ‘Access-Control-Allow-Origin’ が ‘*’ である場合",),
        "CORSMethodNotFound": ("CORS ヘッダー ‘Access-Control-Allow-Methods’ にメソッドが見つからない",),
        "CORSMissingAllowCredentials": ("CORS ヘッダー ‘Access-Control-Allow-Credentials’ は ‘true’ であるべき",),
        "CORSPreflightDidNotSucceed": (
            "CORS プリフライト応答が継承されていない",
            "CORS プリフライト応答が成功しなかった",
            "CORS プリフライトチャンネルが継承されていない",
        ),
        "CORSInvalidAllowMethod": (
            "CORS ヘッダー ‘Access-Control-Allow-Methods’ に不正なトークン ‘{token}’ が含まれる",
        ),
        "CORSInvalidAllowHeader": (
            "CORS ヘッダー ‘Access-Control-Allow-Headers’ に不正なトークン ‘{token}’ が含まれる",
        ),
        "CORSMissingAllowHeaderFromPreflight": (
            "ヘッダー ‘Access-Control-Allow-Headers’ によりヘッダー ‘{header}’ が許可されていない",
            "CORS ヘッダー ‘Access-Control-Allow-Headers’ にトークン ‘{header}’ が足りない",
        ),
    },
    "ko": {
        "CORSDisabled": ("CORS 비활성화",),
        "CORSDidNotSucceed": ("CORS 요청이 성공하지 못함",),
        "CORSOriginHeaderNotAdded": ("CORS 헤더 ‘Origin’ 을 추가할 수 없음",),
        "CORSExternalRedirectNotAllowed": ("외부 리다이렉트 CORS 요청을 허용하지 않음",),
        "CORSRequestNotHttp": ("http가 아닌 CORS 요청",),
        "CORSMissingAllowOrigin": ("‘Access-Control-Allow-Origin’ CORS 헤더가 없음",),
        "CORSMultipleAllowOriginNotAllowed": ("여러개의 ‘Access-Control-Allow-Origin’ CORS 헤더 허용되지 않음",),
        "CORSAllowOriginNotMatchingOrigin": (
            "‘Access-Control-Allow-Origin’ CORS 헤더가 ‘{header_value}’와 일치하지 않음",
        ),
        "CORSNotSupportingCredentials": ("CORS 헤더 ‘Access-Control-Allow-Origin’이 ‘*’이면",),
        "CORSMethodNotFound": ("CORS 헤더 ‘Access-Control-Allow-Methods’의 메서드가 없음",),
        "CORSMissingAllowCredentials": ("CORS 헤더 ‘Access-Control-Allow-Credentials’이 ‘true’이어야 함",),
        "CORSPreflightDidNotSucceed": ("CORS 사전 점검 응답이 성공하지 못함",),
        "CORSInvalidAllowMethod": ("CORS 헤더 ‘Access-Control-Allow-Methods’에 유효하지 않은 토큰 ‘{token}’",),
        "CORSInvalidAllowHeader": ("CORS 헤더 ‘Access-Control-Allow-Headers’에 유효하지 않은 토큰 ‘{token}’",),
        "CORSMissingAllowHeaderFromPreflight": (
            "헤더 ‘Access-Control-Allow-Headers’에 따라 헤더 ‘{header}’가 허용되지 않음",
        ),
    },
    "zh": {
        "CORSDisabled": ("CORS 未启用", "已停用 CORS"),
        "CORSDidNotSucceed": ("CORS 请求未能成功", "CORS 請求未成功"),
        "CORSOriginHeaderNotAdded": ("无法添加 CORS 'Origin' 头", "無法新增 CORS 'Origin' 檔頭"),
        "CORSExternalRedirectNotAllowed": ("不允许 CORS 请求外部重定向", "不允許 CORS 請求被重導到外部"),
        "CORSRequestNotHttp": ("CORS 请求不是 http", "CORS 請求未使用 http"),
        "CORSMissingAllowOrigin": (
            "CORS 头缺少 'Access-Control-Allow-Origin'",
            "缺少 CORS 'Access-Control-Allow-Origin' 檔頭",
        ),
        "CORSMultipleAllowOriginNotAllowed": (
            "不允许有多个 'Access-Control-Allow-Origin' CORS 头",
            "不允許有多個「Access-Control-Allow-Origin」CORS 標頭",
        ),
        "CORSAllowOriginNotMatchingOrigin": (
            "CORS 头 'Access-Control-Allow-Origin' 不匹配 '{header_value}'",
            "CORS 'Access-Control-Allow-Origin' 檔頭不符合「{header_value}」",
        ),
        "CORSNotSupportingCredentials": ("凭据不支持", "CORS 'Access-Control-Allow-Origin' 設定為「*」時"),
        "CORSMethodNotFound": (
            "找不到 CORS 头中的 'Access-Control-Allow-Methods'",
            "CORS 'Access-Control-Allow-Methods' 檔頭中找不到方法",
        ),
        "CORSMissingAllowCredentials": (
            "CORS 头中的 'Access-Control-Allow-Credentials' 预期为 'true'",
            "CORS 'Access-Control-Allow-Credentials' 檔頭應為 'true'",
        ),
        "CORSPreflightDidNotSucceed": (
            "CORS 预检响应未能成功",
            "CORS 预检通道未成功",
            "CORS preflight 回應並未成功",
            "CORS preflight 通道並未成功",
        ),
        "CORSInvalidAllowMethod": (
            "CORS 头 'Access-Control-Allow-Methods' 中的令牌 '{token}' 无效",
            "CORS「Access-Control-Allow-Methods」檔頭中的 token「{token}」無效",
        ),
        "CORSInvalidAllowHeader": (
            "CORS 头 'Access-Control-Allow-Headers' 中的令牌 '{token}' 无效",
            "CORS「Access-Control-Allow-Headers」檔頭中的 token「{token}」無效",
        ),
        "CORSMissingAllowHeaderFromPreflight": (
            "CORS 预检响应的 'Access-Control-Allow-Headers'，不允许使用头 '{header}'",
            "来自 CORS 预检通道的 CORS 头 'Access-Control-Allow-Headers' 的令牌 '{header}' 无效",
            "CORS preflight 回應的 'Access-Control-Allow-Headers' 內容，不允許使用檔頭「{header}」",
        ),
    },
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Firefox's name for a reason, and its words for it in one language."""

    name: str
    words: Template


PHRASES: Mapping[str, tuple[Phrase, ...]] = {
    language: tuple(
        Phrase(name, Template(text, firefox.REASONS[name], browser="firefox"))
        for name, texts in phrases.items()
        for text in texts
    )
    for language, phrases in _PHRASES.items()
}
BEGINNINGS: Mapping[str, str] = {
    beginning.translate(FOLDED): language for language, beginnings in _BEGINNINGS.items() for beginning in beginnings
}
_BEGINNING = re.compile("|".join(re.escape(beginning) for beginning in sorted(BEGINNINGS, key=len, reverse=True)))
# What is known where the phrase is not: the header that it names, which is never translated.
BY_HEADER = {
    "Access-Control-Allow-Credentials": ("acac-not-true",),
    "Access-Control-Allow-Methods": ("preflight.method", "preflight.acam-invalid"),
    "Access-Control-Allow-Headers": ("preflight.header", "preflight.acah-invalid"),
    "Access-Control-Allow-Origin": ("acao-missing", "acao-mismatch", "acao-multiple", "acao-wildcard-credentials"),
}
ANY_REASON = ("acao-missing", "acao-mismatch", "preflight.status", "preflight.header", "preflight.method", "transport")


def said_in(source: Source) -> Iterator[Said]:
    """Firefox's messages about CORS in the languages that are known here."""
    beginnings = [*_BEGINNING.finditer(source.folded)]
    for beginning, after in zip_longest(beginnings, beginnings[1:]):
        end = len(source.folded) if after is None else after.start()
        if said := _message(source, BEGINNINGS[beginning[0]], beginning.start(), beginning.end(), end):
            yield said


def _message(source: Source, language: str, start: int, behind: int, end: int) -> Said | None:
    url = URL.search(source.text, behind, min(end, behind + WINDOW))
    if url is None:
        return None
    place, last = url.end(), min(end, url.end() + WINDOW)
    address = {"url": url[0].rstrip("'\"").removesuffix(".")}
    found = min(_phrases(source, language, place, last), key=lambda found: found[1].start, default=None)
    if found is None:
        line_end = min(source.line_end(place), last)
        return Said("firefox", "cause", _by_header(source.text[place:line_end]), address, start, line_end)
    name, said = found
    role: Role = "echo" if name == "CORSDidNotSucceed" else "cause"
    return with_status(source, Said("firefox", role, said.reasons, {**address, **said.values}, start, said.end))


def with_status(source: Source, said: Said) -> Said:
    """The message with the status that may stand behind its reason, in any language."""
    status = STATUS.match(source.folded, said.end)
    if status is None:
        return said
    return replace(said, values={**said.values, "status": status["status"]}, end=status.end())


def _phrases(source: Source, language: str, place: int, last: int) -> Iterator[tuple[str, Said]]:
    for phrase in PHRASES[language]:
        at = source.folded.find(phrase.words.folded[0], place, last)
        if at >= 0 and (said := phrase.words.found(source, at)) and said.end <= last:
            yield phrase.name, said


def _by_header(text: str) -> tuple[str, ...]:
    return next((reasons for header, reasons in BY_HEADER.items() if header in text), ANY_REASON)


# "…: … https://api.example/ … (…: … CORS …": so Firefox says it in every language but Polish.
_UNKNOWN = re.compile(
    r"[^\n:：]{5,120}[:：][^\n]{5,200}?(?P<url>https?://[!-~]++)[^\n(（]{0,80}[(（][^\n:：]{2,20}[:：](?P<reason>[^\n]{0,300})"
)


def said_in_unknown(line: str) -> tuple[str, tuple[str, ...]] | None:
    """The URL, and what is left open, of a line that looks like Firefox's in a language that is not known here.

    >>> said_in_unknown(
    ...     "Korsande ursprungsbegäran blockerad: Samma ursprungs-policy tillåter inte läsning av fjärrresursen på "
    ...     "https://api.example/x. (Orsak: CORS-huvud 'Access-Control-Allow-Methods' saknar metoden)."
    ... )
    ('https://api.example/x', ('preflight.method', 'preflight.acam-invalid'))
    """
    match = _UNKNOWN.match(line)
    if match is None or "CORS" not in match["reason"]:
        return None
    return match["url"].rstrip("'\"").removesuffix("."), _by_header(match["reason"])
