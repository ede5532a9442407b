"""What a redirect is about: a slash, a scheme, a host, a login, or another address.

A redirect that blocks a page is nearly always one that nobody meant: the cause is in the difference of the two URLs.
"""

from enum import StrEnum

from crossorigin.browser import parse_url

LOGIN_SEGMENTS = frozenset(
    {
        *("login", "log-in", "log_in", "logon", "signin", "sign-in", "sign_in", "sso", "oauth", "oauth2", "authorize"),
        *(
            "auth",
            "authn",
            "authenticate",
            "authentication",
            "saml",
            "saml2",
            "adfs",
            "openid",
            "openid-connect",
            "oidc",
        ),
        "wp-login",
    }
)
"""Whole path segments (without `.php` and the like) that a login has."""

LOGIN_LABELS = LOGIN_SEGMENTS | {"accounts", "idp", "identity", "passport"}
"""Labels of a host that a login has."""

LOGIN_PARAMETERS = (
    frozenset({"client_id", "response_type"}),
    frozenset({"samlrequest"}),
    frozenset({"returnurl"}),
    frozenset({"redirect_uri"}),
)
URL_LIMIT = 4000


class Redirected(StrEnum):
    """How the target of a redirect differs from what was asked for."""

    SLASH = "a trailing slash"
    INSECURE = "https to http"
    SECURE = "http to https"
    LOGIN = "a login"
    ELSEWHERE = "another address"


def what_redirect(url: str, target: str) -> Redirected:
    """What a redirect from `url` to `target` changes; the least change first.

    >>> str(what_redirect("https://a.example/lessons", "https://a.example/lessons/"))
    'a trailing slash'
    >>> str(what_redirect("https://a.example/api", "https://login.example/authorize?client_id=1"))
    'a login'
    """
    here, there = parse_url(url[:URL_LIMIT]), parse_url(target[:URL_LIMIT])
    if here is None or there is None:
        return Redirected.ELSEWHERE
    same_host = here.host == there.host
    same_path = here.path.rstrip("/") == there.path.rstrip("/")
    if same_host and same_path:
        if here.scheme != there.scheme:
            return Redirected.SECURE if there.scheme == "https" else Redirected.INSECURE
        if here.path != there.path and here.origin == there.origin:
            return Redirected.SLASH
    if _is_login(target[:URL_LIMIT]) and not _is_login(url[:URL_LIMIT]):
        return Redirected.LOGIN
    if same_host and (here.scheme, there.scheme) == ("https", "http"):
        return Redirected.INSECURE
    return Redirected.ELSEWHERE


def _is_login(text: str) -> bool:
    url = parse_url(text)
    if url is None:
        return False
    segments = [segment.partition(".")[0].lower() for segment in url.path.split("/")]
    if any(segment in LOGIN_SEGMENTS for segment in segments) or segments[-2:] == ["session", "new"]:
        return True
    if any(label.lower() in LOGIN_LABELS for label in url.host.split(".")[:-1]):
        return True
    query = text.partition("?")[2].partition("#")[0]
    names = frozenset(pair.partition("=")[0].lower() for pair in query.split("&"))
    return any(wanted <= names for wanted in LOGIN_PARAMETERS)
