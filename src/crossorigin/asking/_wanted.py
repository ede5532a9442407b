"""Wanted in words -> the page and the request, or one sentence of what is wrong."""

from dataclasses import dataclass

from crossorigin.browser import (
    AddressSpace,
    Credentials,
    Feature,
    Mode,
    Page,
    Request,
    RequestError,
    feature_named,
    feature_request,
    fetch_request,
    page_at,
    parse_url,
    xhr_request,
)
from crossorigin.standard import is_loopback_host, parse_serialized_origin, visible

from ._errors import AskingError
from ._headers import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line asks for, as it stands there. `method`, `mode` and the like are None where not given."""

    url: str
    origin: str
    method: str | None = None
    headers: Headers = ()
    body: str | bytes | None = None
    credentials: Credentials | None = None
    mode: Mode | None = None
    xhr: bool = False
    upload_listener: bool = False
    feature: str | None = None


def page_of(origin: str, address_space: AddressSpace | None = None) -> Page:
    """The page at an origin. `address_space` is where its server lives, if that is known.

    Raises:
        AskingError: it is not written as browsers write an origin; the message says what to write.
    """
    if origin == "null":
        return page_at("null", address_space=address_space)
    parsed = parse_serialized_origin(origin)
    if parsed is None:
        raise AskingError(f"--origin {visible(origin, 100)} is not an origin: {_what_origin(origin)}")
    if parsed.scheme in ("http", "https"):
        return page_at(f"{origin}/", address_space=address_space)
    return Page(url=f"{origin}/", origin=parsed, address_space=address_space)


def _what_origin(text: str) -> str:
    url = parse_url(_with_scheme(text))
    # A URL's host may hold what no page's origin does, such as `*`.
    if url is not None and parse_serialized_origin(str(url.origin)) is not None:
        return f"write --origin {url.origin}"
    return "write scheme://host or scheme://host:port, as in --origin https://app.example.com (or null)"


def _with_scheme(text: str) -> str:
    """`text`, with a scheme in front if it begins with a host: `api.example.com/x`, `localhost:8000`."""
    if not text or "://" in text or text.startswith(("/", ".", "?", "#")):
        return text
    parsed = parse_url(text)
    if parsed is not None and "." not in parsed.scheme and parsed.scheme != "localhost":
        return text
    host = text.partition("/")[0].partition(":")[0]
    scheme = "http" if is_loopback_host(host) else "https"
    return f"{scheme}://{text}"


def request_of(wanted: Wanted, page: Page) -> Request:
    """The request that the page makes.

    Raises:
        AskingError: the options contradict each other, or a browser would refuse to make the request.
    """
    full = _with_scheme(wanted.url)
    if full != wanted.url or parse_url(full) is None:
        hint = f"write {visible(full, 100)}" if parse_url(full) is not None else "write it as https://host/path"
        raise AskingError(f"{visible(wanted.url, 100)!r} is not an absolute URL: {hint}")
    try:
        if wanted.xhr or wanted.feature == "xhr":
            return _xhr(wanted, page)
        if wanted.upload_listener:
            raise AskingError("--upload-listener wants --xhr: fetch() has no upload events")
        if wanted.feature in (None, "fetch"):
            return _fetch(wanted, page)
        return _feature(wanted, page)
    except RequestError as error:
        raise AskingError(f"a browser refuses to make this request ({error.name}): {error.message}") from None


def _method(wanted: Wanted) -> str:
    if wanted.method is not None:
        return wanted.method
    return "GET" if wanted.body is None else "POST"


def _fetch(wanted: Wanted, page: Page) -> Request:
    return fetch_request(
        page,
        wanted.url,
        method=_method(wanted),
        headers=wanted.headers,
        body=wanted.body,
        mode=wanted.mode or "cors",
        credentials=wanted.credentials or "same-origin",
    )


def _xhr(wanted: Wanted, page: Page) -> Request:
    if wanted.feature not in (None, "xhr"):
        raise AskingError(f"--xhr and --feature {wanted.feature} exclude each other")
    if wanted.mode not in (None, "cors"):
        raise AskingError(f"--xhr and --mode {wanted.mode} exclude each other: XMLHttpRequest's mode is cors")
    if wanted.credentials == "omit":
        raise AskingError(
            "--xhr and --credentials omit exclude each other: withCredentials is false (same-origin) or true (include)"
        )
    return xhr_request(
        page,
        wanted.url,
        method=_method(wanted),
        headers=wanted.headers,
        body=wanted.body,
        with_credentials=wanted.credentials == "include",
        upload_listener=wanted.upload_listener,
    )


def _feature(wanted: Wanted, page: Page) -> Request:
    name = wanted.feature or ""
    try:
        row = feature_named(name)
    except ValueError as error:
        raise AskingError(str(error)) from None
    if wanted.method not in (None, row.method):
        raise AskingError(f"--feature {name} always asks with {row.method}: leave out -X {wanted.method}")
    headers = _headers_of_feature(wanted, name)
    if wanted.body is not None and row.method != "POST":
        raise AskingError(f"--feature {name} sends no body: leave out -d")
    if name == "event-source":
        _agree(wanted, row, modes=("cors",), credentials=("same-origin", "include"))
        return feature_request(page, name, wanted.url, with_credentials=wanted.credentials == "include")
    attribute = _attribute(wanted, row)
    return feature_request(page, name, wanted.url, crossorigin=attribute, body=wanted.body, headers=headers)


def _headers_of_feature(wanted: Wanted, name: str) -> Headers:
    """Those that a page sets: the type of a beacon's Blob."""
    if name == "beacon" and {header.lower() for header, _ in wanted.headers} == {"content-type"}:
        return wanted.headers
    if wanted.headers:
        hint = ", but for -H Content-Type, the type of its Blob" if name == "beacon" else ""
        raise AskingError(f"--feature {name} takes no headers of the page{hint}: leave out -H")
    return ()


def _attribute(wanted: Wanted, row: Feature) -> str | None:
    """The value of `crossorigin` that gives the wanted mode and credentials, None for no attribute."""
    if row.attribute == "none":
        _agree(wanted, row, modes=(row.mode,), credentials=(row.credentials,))
        return None
    plain = (row.mode, row.credentials)
    for value, result in (
        (None, plain),
        ("anonymous", ("cors", "same-origin")),
        ("use-credentials", ("cors", "include")),
    ):
        if wanted.mode in (None, result[0]) and wanted.credentials in (None, result[1]):
            return value
    raise AskingError(
        f"--feature {row.name} cannot be had with {_given(wanted)}: without crossorigin it is mode {plain[0]} with "
        f"credentials {plain[1]}, with it mode cors with same-origin or include"
    )


def _agree(wanted: Wanted, row: Feature, *, modes: tuple[str, ...], credentials: tuple[str, ...]) -> None:
    if wanted.mode in (None, *modes) and wanted.credentials in (None, *credentials):
        return
    raise AskingError(
        f"--feature {row.name} is always mode {modes[0]} with credentials {' or '.join(credentials)}: "
        f"leave out {_given(wanted)}"
    )


def _given(wanted: Wanted) -> str:
    given = {"--mode": wanted.mode, "--credentials": wanted.credentials}
    return " ".join(f"{option} {value}" for option, value in given.items() if value is not None)


def dropped_headers(wanted: Wanted, request: Request) -> list[str]:
    """The names given with -H that a browser does not let a page set."""
    kept = {name.lower() for name, _ in request.headers}
    return list(dict.fromkeys(name for name, _ in wanted.headers if name.lower().encode() not in kept))
