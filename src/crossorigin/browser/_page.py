"""Pages, from their URL."""

from crossorigin.standard import AnyOrigin, OpaqueOrigin, Origin

from ._errors import RequestError
from ._request import AddressSpace, EmbedderPolicy, Page, ReferrerPolicy
from ._url import parse_url


def page_at(
    url: str,
    *,
    sandboxed: bool = False,
    top_level: str | AnyOrigin | None = None,
    embedder_policy: EmbedderPolicy = "unsafe-none",
    referrer_policy: ReferrerPolicy = "strict-origin-when-cross-origin",
    address_space: AddressSpace | None = None,
) -> Page:
    """https://html.spec.whatwg.org/multipage/webappapis.html#environment-settings-object

    The page at this URL. Its origin is the URL's, and opaque where the page is `sandboxed` (without
    allow-same-origin), a `file:` or a `data:` URL. A page of an app or an extension (`capacitor://localhost`) has the
    origin that its engine sends; see `URL.origin_as_page`. `top_level` is the URL or origin of the page at the top,
    where this one is in a frame. `null` gives a page with an opaque origin and no URL to speak of.

    Raises:
        RequestError: a URL does not parse.

    >>> page = page_at("https://APP.example.com:443/start")
    >>> page.url, str(page.origin)
    ('https://app.example.com/start', 'https://app.example.com')
    >>> str(page_at("file:///home/me/page.html").origin), str(page_at("tauri://localhost/index.html").origin)
    ('null', 'tauri://localhost')
    """
    parsed = parse_url("about:blank" if url == "null" else url)
    if parsed is None:
        raise RequestError("page-url", f"{url[:200]!r} is no URL a page can have: write https://app.example.com/")
    return Page(
        url=parsed.href,
        origin=OpaqueOrigin() if sandboxed else parsed.origin_as_page,
        top_level=_origin(top_level),
        embedder_policy=embedder_policy,
        referrer_policy=referrer_policy,
        address_space=address_space,
    )


def _origin(page: str | AnyOrigin | None) -> AnyOrigin | None:
    if page is None or isinstance(page, Origin | OpaqueOrigin):
        return page
    return page_at(page).origin
