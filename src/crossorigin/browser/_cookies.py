"""The cookie jar."""


class CookieJar:
    """https://httpwg.org/http-extensions/draft-ietf-httpbis-layered-cookies.html"""
