"""What the server thinks of the page's origin: not listed, listed in another form, or no CORS at all."""

from crossorigin.browser import ResponseHead, parse_url
from crossorigin.explain import Fix, visible

from ._conclusion import Conclusion, LookAlike
from ._probes import OTHER_ORIGIN, twins
from ._seen import Seen, acao

RULES = {
    "slash": "an origin has no slash at its end",
    "case": "browsers write an origin in lower case, and lists compare it as it stands",
    "scheme": "http and https are different origins",
    "www": "a host with www and one without are different origins",
    "port": "the port is part of an origin, and only the scheme's default port is left out",
    "no scheme": "an origin starts with its scheme",
    "host": "origins are compared whole",
}


def differing_part(listed: str, origin: str) -> str:
    """Which part of a listed form differs from the origin that it seems to mean, "" where it means another.

    >>> differing_part("https://app.example/", "https://app.example"), differing_part("http://a.example", "https://b.example")
    ('slash', '')
    """
    listed = listed[:500]
    if listed == origin or "://" not in origin:
        return ""
    part = next((twin.part for twin in twins(origin) if twin.origin == listed), "")
    if part:
        return part
    if listed.lower() == origin.lower():
        return "case"
    if listed.rstrip("/") == origin:
        return "slash"
    bare = origin.partition("://")[2]
    if listed.rstrip("/") == bare:
        return "no scheme"
    here, there = parse_url(origin), parse_url(listed) if "://" in listed else None
    if here is not None and there is not None and here.host == there.host and here.scheme == there.scheme:
        return "port"
    return ""


def about_origin(seen: Seen) -> Conclusion | None:
    """What the server thinks of this origin, None where it shows no CORS at all."""
    twin = seen.allowed_twin()
    if twin is not None:
        name, part, form = twin
        return listed_otherwise(seen, form, part, name)
    signs = seen.any_cors()
    if not signs:
        return None
    values = [acao(seen.response(name)) for name in signs]
    named = next((value for value in values if value is not None), None)
    part = "" if named is None else differing_part(named, seen.origin)
    if named is not None and part:
        return listed_otherwise(seen, named, part, *signs[:2])
    if named is not None:
        return origin_unlisted(seen, f"it sends {visible(named, 200)}", *signs[:2])
    return origin_unlisted(seen, "other CORS headers or Vary: Origin show it", *signs[:2])


def other_value(seen: Seen, head: ResponseHead) -> Conclusion:
    """The header names something else than the page's origin, and no cache is in it."""
    value = (acao(head) or "")[:2000]
    part = differing_part(value, seen.origin)
    if part:
        return listed_otherwise(seen, value, part)
    return origin_unlisted(seen, f"it sends {visible(value, 200)} to every page")


def listed_otherwise(seen: Seen, form: str, part: str, *names: str) -> Conclusion:
    sentence = f"The server lists {visible(form, 200)} instead of {visible(seen.origin, 200)}: another {part}."
    if part == "slash":
        sentence = (
            f"The server lists {visible(form, 200)}, with a slash that {visible(seen.origin, 200)} does not have."
        )
    if part == "no scheme":
        sentence = f"The server lists {visible(form, 200)} without its scheme."
    fix = Fix(
        text=f"Write {visible(seen.origin, 200)} in the server's list: {RULES[part]}. The response then sends:",
        fields=seen.fields,
    )
    return seen.conclude(LookAlike.ORIGIN_LISTED_OTHERWISE, sentence, fix, *names)


def origin_unlisted(seen: Seen, why: str, *names: str) -> Conclusion:
    sentence = f"The server uses CORS ({why}), and {visible(seen.origin, 200)} is not on its list."
    fix = Fix(text="Add the page's origin to the server's list, so that the response sends:", fields=seen.fields)
    return seen.conclude(LookAlike.ORIGIN_UNLISTED, sentence, fix, "other-origin", "no-origin", *names)


def several(seen: Seen, head: ResponseHead) -> Conclusion:
    """Two layers add the header each, or one layer writes its whole list into it."""
    values = [value.strip() for value in (acao(head) or "")[:2000].split(",")]
    lines = head.headers.values(b"access-control-allow-origin")
    others = [acao(seen.response(name)) for name in ("other-origin", "no-origin") if seen.response(name) is not None]
    constant = bool(others) and all(other == acao(head) for other in others)
    if len(lines) == 1 and constant and len(set(values)) > 1 and "*" not in values:
        sentence = "The server sends its whole list of origins in one Access-Control-Allow-Origin; browsers take one."
        fix = Fix(
            text="Compare the Origin header with the list on the server, and send back only the one that matches:",
            fields=(f"Access-Control-Allow-Origin: {visible(seen.origin)}", "Vary: Origin"),
        )
        return seen.conclude(LookAlike.SEVERAL_ORIGINS, sentence, fix, "other-origin", "no-origin")
    product = seen.product(head)
    sentence = "Two layers both add Access-Control-Allow-Origin, and browsers accept one value only."
    code = ""
    text = "Let one layer send the CORS headers: keep them in the app, and remove them from the server in front of it."
    if product == "nginx":
        text = "Remove the CORS headers from the app, or the add_header lines from nginx. To let nginx alone send them:"
        code = "proxy_hide_header Access-Control-Allow-Origin;\nproxy_hide_header Access-Control-Allow-Credentials;"
    fix = Fix(text=text, where="server-config", product=product, code=code)
    return seen.conclude(LookAlike.TWO_LAYERS, sentence, fix, "other-origin", "no-origin")


def absent(seen: Seen) -> Conclusion:
    if seen.response("other-origin") is None:
        sentence = "The server stopped responding in between, so this cause could not be told apart from others."
        fix = Fix(text="Check that the server still runs, and try again.", where="app-code")
        return seen.conclude(LookAlike.UNDETERMINED, sentence, fix)
    tried = f"{visible(seen.origin, 200)} or {OTHER_ORIGIN}"
    sentence = f"The server shows no CORS at all: no response has a CORS header, whether the page is {tried}."
    fix = Fix(
        text="Add a CORS layer to the app (or to the server in front of it, not to both) that lists the page's origin "
        "and sends:",
        fields=seen.fields,
    )
    names = ("page", "no-origin", "other-origin", "preflight", "missing-path")
    return seen.conclude(LookAlike.CORS_ABSENT, sentence, fix, *names)
