"""What a predicate may know of a request besides the origin: what it has in common with its preflight."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestURL:
    """The URL that a request asks for, for predicates of two parameters.

    It says what one preflight answers for: a URL, whatever method, cookies and headers follow. So these are not here.

    Attributes:
        scheme: "http" or "https", as the server sees it: behind a proxy that ends TLS, most often "http".
        host: the Host header as the client sent it, with the port where it names one; "" where there is none. Anyone
            can send any: hold it against a list of your own hosts. X-Forwarded-Host is never read.
        path: percent-decoded, below the root where the app is mounted, as its framework routes by it. It could not mean
            another path: no such predicate is asked about one with an empty, `.` or `..` segment or a backslash.
        route: the pattern of the route as its framework writes it, such as "/items/{id}"; None where it is not known.

    >>> from crossorigin import Origin, Policy
    >>> def is_tenant(origin: Origin, request: RequestURL) -> bool:
    ...     return request.host == "shop.example.com" and origin.host == "www.shop.example"
    >>> policy = Policy(allow_origins=[is_tenant])
    >>> page = {"Origin": "https://www.shop.example"}
    >>> policy.decide("GET", page, request=RequestURL(scheme="https", host="shop.example.com", path="/")).allowed
    True
    """

    scheme: str
    host: str
    path: str
    route: str | None = None


def is_hostile_path(path: str) -> bool:
    """Whether a decoded path could mean another path to whoever routes it.

    >>> is_hostile_path("/api//admin"), is_hostile_path("/api/"), is_hostile_path("/api/...")
    (True, False, False)
    """
    return (
        not path.startswith("/")
        or "//" in path
        or "\\" in path
        or "/./" in path
        or "/../" in path
        or path.endswith(("/.", "/.."))
    )
