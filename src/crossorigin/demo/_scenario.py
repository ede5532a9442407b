"""The scenario: every request of the demonstration, and what is to become of it.

One table feeds the terminal, the page and the predictions. What stands here as `expect` was written by judgement, from
the API's policies and the Fetch standard; the browser half predicts on its own, a real browser does on its own, and
neither reads `expect`. Rows run in this order: some depend on what the ones before them left in the cookie jar and in
the CORS-preflight cache.
"""

from dataclasses import dataclass
from typing import Literal

from crossorigin.browser import Credentials, Mode, Outcome, Reason

How = Literal["fetch", "xhr", "font", "module", "canvas", "webgl"]
Actor = Literal["page", "stranger"]

JSON = (("content-type", "application/json"),)
TEXT = (("content-type", "text/plain"),)

LABEL_WIDTH = 33


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must come out. `ran`: the API's own code ran, whatever the page may read. `status`: what its answer said."""

    outcome: Outcome
    reason: Reason | None = None
    preflight: bool = False
    ran: bool = True
    status: int | None = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One request: who makes it, with what, and what is to become of it. `shows` is one sentence for people.

    `actor` "stranger" is the same page server under another name, hence another origin. `path` is the API's.
    """

    id: str
    shows: str
    path: str
    expect: Expected
    how: How = "fetch"
    actor: Actor = "page"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    credentials: Credentials = "same-origin"
    mode: Mode = "cors"
    crossorigin: str | None = None
    upload_listener: bool = False

    @property
    def label(self) -> str:
        """The request in a few words, at most LABEL_WIDTH columns."""
        match self.how:
            case "fetch":
                words = [self.method, self.path]
            case "xhr":
                words = ["xhr", self.method, self.path]
            case "canvas":
                words = ["img+cors" if self.crossorigin else "img", self.path]
            case "webgl":
                words = ["webgl+cors" if self.crossorigin else "webgl", self.path]
            case _:
                words = [self.how, self.path]
        notes = (
            ("stranger", self.actor == "stranger"),
            ("no-cors", self.mode == "no-cors"),
            ("include", self.credentials == "include" and self.actor == "page"),
            ("upload", self.upload_listener),
        )
        return " ".join([*words, *(f"({note})" for note, holds in notes if holds)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows about one thing, in the order in which they run."""

    title: str
    about: str
    rows: tuple[Row, ...]


ALLOWED = Expected(outcome=Outcome.READABLE)
ALLOWED_AFTER_PREFLIGHT = Expected(outcome=Outcome.READABLE, preflight=True)
OPAQUE = Expected(outcome=Outcome.OPAQUE, reason=Reason.OPAQUE)


def blocked(reason: Reason) -> Expected:
    """The server ran, and the page may not read what it said."""
    return Expected(outcome=Outcome.BLOCKED, reason=reason)


def stopped(reason: Reason, *, status: int) -> Expected:
    """The preflight failed, with `status`, so that the request itself was never sent."""
    return Expected(outcome=Outcome.BLOCKED, reason=reason, preflight=True, ran=False, status=status)


SCENARIO: tuple[Group, ...] = (
    Group(
        title="Simple requests",
        about="These go out without asking. CORS decides only whether the page may read the answer.",
        rows=(
            Row(
                id="plain-get",
                shows="The API says nothing about CORS: it answers, and the page may not read the answer.",
                path="/without-cors",
                expect=blocked(Reason.ACAO_MISSING),
            ),
            Row(
                id="plain-post",
                shows="A text/plain POST needs no preflight. It is blocked, and the order was placed all the same.",
                path="/without-cors",
                method="POST",
                headers=TEXT,
                body="one arch, please",
                expect=blocked(Reason.ACAO_MISSING),
            ),
            Row(
                id="plain-xhr",
                how="xhr",
                shows="XMLHttpRequest learns no more than fetch: an error event, and status 0.",
                path="/without-cors",
                expect=blocked(Reason.ACAO_MISSING),
            ),
            Row(
                id="no-cors",
                shows="Mode no-cors is no way around it: the answer is opaque, without status, fields or body.",
                path="/without-cors",
                mode="no-cors",
                expect=OPAQUE,
            ),
            Row(
                id="cors-get",
                shows="The API allows every origin to read, and exposes X-Total-Count but not X-Internal.",
                path="/with-cors",
                expect=ALLOWED,
            ),
            Row(
                id="cors-xhr",
                how="xhr",
                shows="The same with XMLHttpRequest.",
                path="/with-cors",
                expect=ALLOWED,
            ),
            Row(
                id="cors-stranger",
                actor="stranger",
                shows="A page on another origin reads it too: that is what * says.",
                path="/with-cors",
                expect=ALLOWED,
            ),
            Row(
                id="cors-credentials",
                shows="With credentials, * is no permission: the API must name the origin.",
                path="/with-cors",
                credentials="include",
                expect=blocked(Reason.ACAO_WILDCARD_CREDENTIALS),
            ),
        ),
    ),
    Group(
        title="Preflights",
        about="A request that a form could not send is announced by an OPTIONS request first. "
        "/products/ allows one origin, PUT and DELETE, and the header Content-Type.",
        rows=(
            Row(
                id="product-get",
                shows="GET is on the safelist: no preflight.",
                path="/products/7",
                expect=ALLOWED,
            ),
            Row(
                id="product-put",
                shows="PUT asks first, and is let through.",
                path="/products/7",
                method="PUT",
                headers=JSON,
                body='{"name": "arch"}',
                expect=ALLOWED_AFTER_PREFLIGHT,
            ),
            Row(
                id="product-put-again",
                shows="The same again: the permission is in the preflight cache, so there is no second preflight.",
                path="/products/7",
                method="PUT",
                headers=JSON,
                body='{"name": "round arch"}',
                expect=ALLOWED,
            ),
            Row(
                id="product-delete",
                shows="DELETE at the same URL needs none either: the first preflight's answer listed it too.",
                path="/products/7",
                method="DELETE",
                expect=ALLOWED,
            ),
            Row(
                id="product-delete-other",
                shows="Another URL is asked about anew.",
                path="/products/8",
                method="DELETE",
                expect=ALLOWED_AFTER_PREFLIGHT,
            ),
            Row(
                id="product-upload",
                how="xhr",
                shows="A listener for upload progress makes even a simple POST ask first.",
                path="/products/9",
                method="POST",
                headers=TEXT,
                body="a picture of an arch",
                upload_listener=True,
                expect=ALLOWED_AFTER_PREFLIGHT,
            ),
            Row(
                id="product-patch",
                shows="PATCH is not among the allowed methods: it is never sent.",
                path="/products/10",
                method="PATCH",
                headers=JSON,
                body='{"name": "vault"}',
                expect=stopped(Reason.PREFLIGHT_METHOD, status=204),
            ),
            Row(
                id="product-header",
                shows="X-Trace is not among the allowed headers: one header more, and the request is never sent.",
                path="/products/11",
                headers=(("x-trace", "1"),),
                expect=stopped(Reason.PREFLIGHT_HEADER, status=204),
            ),
            Row(
                id="product-put-stranger",
                actor="stranger",
                shows="Another origin's PUT is stopped at the preflight: nothing was changed.",
                path="/products/12",
                method="PUT",
                headers=JSON,
                body='{"name": "mine now"}',
                expect=stopped(Reason.PREFLIGHT_ACAO_MISMATCH, status=204),
            ),
            Row(
                id="product-post-stranger",
                actor="stranger",
                shows="Its text/plain POST is not: blocked for the page, done on the server. CORS does not stop CSRF.",
                path="/products/12",
                method="POST",
                headers=TEXT,
                body="mine now",
                expect=blocked(Reason.ACAO_MISMATCH),
            ),
            Row(
                id="plain-put",
                how="xhr",
                shows="An API without CORS answers the OPTIONS itself, and that is not a permission.",
                path="/without-cors",
                method="PUT",
                headers=JSON,
                body="{}",
                expect=stopped(Reason.PREFLIGHT_ACAO_MISSING, status=204),
            ),
        ),
    ),
    Group(
        title="An allow-list",
        about="/allowlist asks an async function, as one would ask a database, and refuses every other origin "
        "with 403 before the application runs.",
        rows=(
            Row(
                id="allowlist-page",
                shows="This page's origin is on the list.",
                path="/allowlist",
                expect=ALLOWED,
            ),
            Row(
                id="allowlist-stranger",
                actor="stranger",
                shows="Another origin gets 403 “Not allowed by CORS”, and may not even read that.",
                path="/allowlist",
                expect=Expected(outcome=Outcome.BLOCKED, reason=Reason.ACAO_MISSING, ran=False, status=403),
            ),
            Row(
                id="allowlist-stranger-post",
                actor="stranger",
                shows="Refusing on the server stops what blocking in the browser does not: this POST changed nothing.",
                path="/allowlist",
                method="POST",
                headers=TEXT,
                body="add me",
                expect=Expected(outcome=Outcome.BLOCKED, reason=Reason.ACAO_MISSING, ran=False, status=403),
            ),
        ),
    ),
    Group(
        title="Cookies",
        about="/credentials sets a cookie and says whether it came back. It allows one origin, with credentials.",
        rows=(
            Row(
                id="cookie-set",
                shows="The first visit: no cookie yet, the answer sets one.",
                path="/credentials",
                credentials="include",
                expect=ALLOWED,
            ),
            Row(
                id="cookie-sent",
                shows="The second: the cookie comes along.",
                path="/credentials",
                credentials="include",
                expect=ALLOWED,
            ),
            Row(
                id="cookie-xhr",
                how="xhr",
                shows="XMLHttpRequest with withCredentials brings it too.",
                path="/credentials",
                credentials="include",
                expect=ALLOWED,
            ),
            Row(
                id="cookie-default",
                shows="Without credentials: “include” a cross-origin request carries no cookie.",
                path="/credentials",
                expect=ALLOWED,
            ),
            Row(
                id="cookie-stranger",
                actor="stranger",
                shows="Another origin may not read it, and SameSite=Lax keeps the cookie at home.",
                path="/credentials",
                credentials="include",
                expect=blocked(Reason.ACAO_MISMATCH),
            ),
        ),
    ),
    Group(
        title="Fonts and modules",
        about="Both are always fetched with CORS, whether the page says so or not.",
        rows=(
            Row(
                id="font",
                how="font",
                shows="A font that every origin may use.",
                path="/fonts/arch.ttf",
                expect=ALLOWED,
            ),
            Row(
                id="font-without",
                how="font",
                shows="The same file without the header: it was sent, and the fallback font is shown.",
                path="/without-cors/arch.ttf",
                expect=blocked(Reason.ACAO_MISSING),
            ),
            Row(
                id="module",
                how="module",
                shows="A module that every origin may import.",
                path="/module.js",
                expect=ALLOWED,
            ),
            Row(
                id="module-without",
                how="module",
                shows="The same module without the header.",
                path="/without-cors/module.js",
                expect=blocked(Reason.ACAO_MISSING),
            ),
        ),
    ),
    Group(
        title="Images, canvas and WebGL",
        about="An image may be shown without CORS, but its pixels may not be read. "
        "The attribute crossorigin asks for permission, and then the image needs it to be shown at all.",
        rows=(
            Row(
                id="canvas",
                how="canvas",
                shows="No crossorigin attribute: shown, but it taints the canvas, although the API allows reading.",
                path="/image.png",
                expect=OPAQUE,
            ),
            Row(
                id="canvas-cors",
                how="canvas",
                crossorigin="anonymous",
                shows="With crossorigin: shown, and drawImage leaves the canvas readable.",
                path="/image.png",
                expect=ALLOWED,
            ),
            Row(
                id="canvas-without",
                how="canvas",
                shows="An API without CORS: shown, and tainted.",
                path="/without-cors/image.png",
                expect=OPAQUE,
            ),
            Row(
                id="canvas-cors-without",
                how="canvas",
                crossorigin="anonymous",
                shows="The attribute without the header: not even shown.",
                path="/without-cors/image.png",
                expect=blocked(Reason.ACAO_MISSING),
            ),
            Row(
                id="webgl",
                how="webgl",
                shows="WebGL takes no texture that the page may not read.",
                path="/image.png",
                expect=OPAQUE,
            ),
            Row(
                id="webgl-cors",
                how="webgl",
                crossorigin="anonymous",
                shows="With crossorigin and the header it does.",
                path="/image.png",
                expect=ALLOWED,
            ),
        ),
    ),
)

ROWS: tuple[Row, ...] = tuple(row for group in SCENARIO for row in group.rows)
