"""The fix written for the product that answered, where its response names it and a remedy for it is known."""

import re

from crossorigin.browser import ResponseHead
from crossorigin.standard import FAILURE, HeaderList, extract_header_list_values, parse_serialized_origin

from .._fix import Fix
from ..remedies import Needs, remedy_for
from ._facts import Facts
from ._products import product_of
from ._who_answered import ALLOW_FIELDS

LISTED = 40
LONGEST = 300
# What goes into somebody's configuration is plain: a name that a product could read as more than a name is left out.
PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
PLAIN_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[A-Za-z0-9._:\[\]-]+")


def product_fix(facts: Facts) -> tuple[Fix, ...]:
    """One fix for the product, none where no product is named or it cannot do what the request needs."""
    product = product_of(facts.headers)
    if product is None or b"x-amz-apigw-id" in facts.headers:  # a REST API of API Gateway is set up in another way
        return ()
    remedy = remedy_for(product.name, facts.finding.reason)
    needs = None if remedy is None else _needs(facts)
    code = "" if remedy is None or needs is None else remedy.code(needs)
    if remedy is None or not code:
        return ()
    return (Fix(text=remedy.text, where=remedy.where, product=remedy.product, applies=remedy.applies, code=code),)


def _needs(facts: Facts) -> Needs | None:
    """What the failing request needs, None where the fix could not be exact: then the header lines are all we say."""
    asked, answered = _preflight(facts)
    methods = _listed(answered, b"access-control-allow-methods")
    headers = tuple(name.lower() for name in _listed(answered, b"access-control-allow-headers"))
    requested = tuple(name for name in asked if name not in facts.response_names)
    names = (facts.method, *requested)
    covered = not facts.include and "*" in (*methods, *headers)
    if covered or len(requested) > LISTED or not all(PLAIN_NAME.fullmatch(name) for name in names):
        return None
    origins = _origins(facts)
    if not origins:
        return None
    preflighted = answered is not None
    age = facts.field(b"access-control-max-age") or ""
    public = origins == ("*",)
    return Needs(
        origins=origins,
        method=facts.method,
        preflighted=preflighted,
        methods=_plain(*methods, facts.method) if preflighted else (),
        headers=_plain(*headers, *requested),
        credentials=facts.include or (facts.field(b"access-control-allow-credentials") == "true" and not public),
        exposed=_plain(*facts.exposed_headers[:LISTED]),
        max_age=int(age) if age.isascii() and age.isdigit() and len(age) < 6 else None,
        sent=tuple(name.decode().title() for name in ALLOW_FIELDS if name in facts.headers),
        status=facts.status,
        refused=facts.preflight and not 200 <= facts.status <= 299,
    )


def _preflight(facts: Facts) -> tuple[tuple[str, ...], HeaderList | None]:
    """The headers that the preflight of this request asked for, and those of its response; None without one."""
    for exchange in facts.verdict.exchanges:
        if exchange.send.purpose == "preflight" and exchange.send.url.partition("#")[0] == facts.url.partition("#")[0]:
            asked = exchange.send.headers.get(b"access-control-request-headers")
            names = tuple(asked.decode("latin-1").split(",")) if asked else ()
            return names, exchange.answer.headers if isinstance(exchange.answer, ResponseHead) else HeaderList()
    return (), None


def _origins(facts: Facts) -> tuple[str, ...]:
    """The origins to allow: the one that the server names today stays, unless it would be given credentials now."""
    named, origin = facts.acao or "", facts.origin
    if named == "*" and facts.origin_allowed:
        return ("*",)
    if not PLAIN_ORIGIN.fullmatch(origin):
        return ()
    if named == origin or not PLAIN_ORIGIN.fullmatch(named[:LONGEST]) or parse_serialized_origin(named) is None:
        return (origin,)
    return (named, origin) if facts.credentials_allowed else ()


def _listed(headers: HeaderList | None, name: bytes) -> tuple[str, ...]:
    values = None if headers is None else extract_header_list_values(name, headers)
    return () if values is None or values == FAILURE else tuple(values[:LISTED])


def _plain(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if PLAIN_NAME.fullmatch(name)))
