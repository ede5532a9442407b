"""Redirects that a browser does not follow."""

from crossorigin.browser import Reason

from .._fix import Fix
from .._shown import Shown
from ._facts import Facts
from ._told import Told, one

ANSWERED = "{request} was answered with {status} and Location: {location}."


def _error_mode(facts: Facts, shown: Shown) -> tuple[Fix, ...]:
    return (
        Fix(
            text=f"Request {shown.url(facts.target)} directly, or leave the redirect mode at follow.", where="page-code"
        ),
    )


REDIRECT: dict[Reason, Told] = {
    Reason.REDIRECT_ERROR_MODE: Told(
        title="The response is a redirect, and the request forbids redirects.",
        what="{request} was answered with {status}, and the request's redirect mode is error.",
        why="The page asked for this itself: fetch(…, {{redirect: 'error'}}) fails on every redirect.",
        fixes=_error_mode,
    ),
    Reason.REDIRECT_TOO_MANY: Told(
        title="There were more than 20 redirects.",
        what="{request} was the last of 21 requests, and it was answered with one more redirect.",
        why="Browsers give up after 20 redirects. A longer chain is nearly always a loop.",
        fixes=one(
            "Find the redirect loop: every redirect is in the exchange (-v). Request the last good URL directly.",
            where="server-config",
        ),
    ),
    Reason.REDIRECT_LOCATION: Told(
        title="The redirect's Location is not one URL.",
        what=ANSWERED,
        why="A Location that does not parse, or more than one, leads nowhere, so the browser stops there.",
        fixes=one("Send one Location: an absolute URL or a path, percent-encoded."),
    ),
    Reason.REDIRECT_SCHEME: Told(
        title="The redirect leads to a URL that is not http or https.",
        what=ANSWERED,
        why="Browsers follow a fetch's redirects only to http and https URLs.",
        fixes=one("Let the server redirect to an https URL, or request the right URL directly."),
    ),
    Reason.REDIRECT_USERINFO: Told(
        title="The redirect's Location has a user name or a password in it.",
        what=ANSWERED,
        why="A cross-origin request is never redirected to a URL that holds credentials.",
        fixes=one(
            "Remove the user name and password from the Location; send an Authorization header from the page instead."
        ),
    ),
    Reason.REDIRECT_STREAM_BODY: Told(
        title="The redirect requires the body to be sent again, and the body was a stream.",
        what="{request} was answered with {status}; its body was a stream and has been used up.",
        why="After 307 and 308, and after 301 and 302 to methods other than POST, the body is sent again. A stream "
        "cannot be.",
        fixes=one(
            "Request the final URL directly, or send a body that can be sent twice (a string, a Blob, FormData).",
            where="page-code",
        ),
    ),
}
