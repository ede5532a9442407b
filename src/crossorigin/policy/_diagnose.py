"""What is wrong with a text that is no origin pattern, and what its author meant.

One pass over the parts of the text: each step notes the fault it finds and repairs it, so that every fault is found at
once, and what is left at the end is the corrected value, if it is a pattern.
"""

from dataclasses import dataclass

from crossorigin.standard import (
    DEFAULT_PORTS,
    LABEL_CHARACTERS,
    MAX_DOMAIN_LENGTH,
    MAX_LABEL_LENGTH,
    MAX_SCHEME_LENGTH,
    canonical_ipv6,
    ends_in_a_number,
    is_canonical_ipv4,
    is_loopback_host,
)

from ._patterns import WILDCARD_SCHEMES, parse_origin_pattern
from ._regexes import looks_like_a_regex, patterns_of_regex
from ._texts import is_word, items_of

Faults = list[tuple[str, str]]

SCHEME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789+-.")
DELIMITERS = "/\\?#"
SPACE = " \t\r\n,;"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`faults` are pairs of a problem's code and the fact that decided; `corrected` is what to write instead, or ()."""

    faults: tuple[tuple[str, str], ...]
    corrected: tuple[str, ...] = ()


def diagnose(text: str) -> Diagnosis:
    """The faults of a text that `parse_origin_pattern` refuses: one at least.

    >>> diagnosis = diagnose("HTTPS://App.example.com:443/")
    >>> [code for code, _ in diagnosis.faults]
    ['origin-scheme-case', 'origin-trailing-slash', 'origin-host-case', 'origin-port-default']
    >>> diagnosis.corrected
    ('https://app.example.com',)
    """
    items = _items(text)
    if not items:
        return Diagnosis((("origin-empty", ""),))
    bare = text.strip(SPACE)
    code = "origin-list" if len(items) > 1 else "origin-whitespace" if items[0] == bare else "origin-quoted"
    if items != (text,) and all(map(parse_origin_pattern, items)):
        return Diagnosis(((code, ""),), items)
    if looks_like_a_regex(text):
        return Diagnosis((("origin-regex", ""),), patterns_of_regex(text))
    if len(items) > 1:
        return Diagnosis((("origin-list", ""),))
    if items[0].lower() == "null":
        return Diagnosis((("origin-null", ""),))
    if items[0].lower().startswith("file:"):
        return Diagnosis((("origin-file", ""),))
    if is_word(items[0]):
        return Diagnosis((("origin-no-scheme", ""),))
    faults: Faults = [(code, "")] if items != (text,) else []
    corrected = _repair(items[0], faults)
    return Diagnosis(
        tuple(faults) or (("origin-host-character", "what a host has not"),),
        (corrected,) if parse_origin_pattern(corrected) else (),
    )


def _items(text: str) -> tuple[str, ...]:
    """What a text holds, without the quotes and brackets of a list that was written as text."""
    items = items_of(text)
    is_list = isinstance(items, list) and all(isinstance(item, str) for item in items)
    return tuple(items if is_list else text.split())


def _repair(text: str, faults: Faults) -> str:
    scheme, rest = _repair_scheme(text, faults)
    host, colon, port = _split_port(_cut_to_authority(rest, faults), faults)
    host = _repair_host(host, scheme or "https", faults)
    scheme = scheme or ("http" if is_loopback_host(host) else "https")
    if colon:
        port = _repair_port(port, scheme, faults)
    repaired = f"{scheme}://{host}:{port}" if port else f"{scheme}://{host}"
    if "*" in repaired and scheme not in WILDCARD_SCHEMES and parse_origin_pattern(repaired) is None:
        faults.append(("origin-wildcard-not-http", scheme))
    return repaired


def _repair_scheme(text: str, faults: Faults) -> tuple[str, str]:
    """The scheme, empty where there is none, and what comes after it."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        faults.append(("origin-no-scheme", ""))
        scheme = next((scheme for scheme in WILDCARD_SCHEMES if text.lower().startswith(f"{scheme}:")), "")
        return scheme, text[len(scheme) :].lstrip(":/\\") if scheme else text.lstrip("/\\")
    if scheme == "*":
        faults.append(("origin-scheme-wildcard", ""))
        return "https", rest
    if scheme != scheme.lower() and scheme.isascii():
        faults.append(("origin-scheme-case", ""))
        scheme = scheme.lower()
    if not (scheme[:1].isalpha() and len(scheme) <= MAX_SCHEME_LENGTH and SCHEME_CHARACTERS.issuperset(scheme)):
        faults.append(("origin-scheme", ""))
    return scheme, rest


def _cut_to_authority(rest: str, faults: Faults) -> str:
    """Host and port: without the path and what follows it, and without the user name."""
    end = min((position for delimiter in DELIMITERS if (position := rest.find(delimiter)) >= 0), default=len(rest))
    authority, tail = rest[:end], rest[end:]
    before_fragment, number_sign, _ = tail.partition("#")
    path, question_mark, _ = before_fragment.partition("?")
    if path:
        faults.append(("origin-trailing-slash" if path == "/" else "origin-path", ""))
    if question_mark:
        faults.append(("origin-query", ""))
    if number_sign:
        faults.append(("origin-fragment", ""))
    _, at, host = authority.rpartition("@")
    if at:
        faults.append(("origin-userinfo", ""))
    return host


def _split_port(authority: str, faults: Faults) -> tuple[str, str, str]:
    if authority.startswith("["):
        address, bracket, rest = authority.partition("]")
        if not bracket:
            faults.append(("origin-host-ipv6", ""))
        elif rest and not rest.startswith(":"):
            faults.append(("origin-host-character", repr(rest[0])))
            return authority, "", ""
        return f"{address}]", rest[:1], rest[1:]
    if authority.count(":") > 1 and canonical_ipv6(f"[{authority.partition('%')[0]}]"):
        faults.append(("origin-host-ipv6", ""))
        return f"[{authority.partition('%')[0].lower()}]", "", ""
    return authority.partition(":")


def _repair_port(port: str, scheme: str, faults: Faults) -> str:
    if port == "*":
        return port
    if not port:
        faults.append(("origin-port-empty", ""))
        return ""
    number = port.lstrip("0")
    if not (number.isascii() and number.isdigit() and len(number) <= 5 and int(number) <= 65535):
        faults.append(("origin-port-range", ""))
        return port
    if number != port:
        faults.append(("origin-port-zeros", ""))
    if int(number) == DEFAULT_PORTS.get(scheme):
        faults.append(("origin-port-default", number))
        return ""
    return number


def _repair_host(host: str, scheme: str, faults: Faults) -> str:
    if not host:
        faults.append(("origin-host-missing", ""))
        return host
    if host.startswith("["):
        return _repair_ipv6(host, faults) if host.endswith("]") else host
    if not host.isascii():
        faults.append(("origin-host-unicode", ""))
        return _as_browsers_write_it(host) or host
    if host != host.lower() and scheme in DEFAULT_PORTS:
        faults.append(("origin-host-case", ""))
        host = host.lower()
    unknown = sorted(set(host.lower()) - LABEL_CHARACTERS - {".", "*"})
    if unknown:
        faults.append(("origin-host-character", repr(unknown[0])))
        return host
    if host == "." and scheme not in DEFAULT_PORTS:
        return host
    host = _repair_labels(host, faults)
    if "*" in host:
        return _repair_wildcard(host, faults) if scheme in WILDCARD_SCHEMES else host
    if scheme in DEFAULT_PORTS and ends_in_a_number(host) and not is_canonical_ipv4(host):
        faults.append(("origin-host-ipv4", ""))
        return _as_browsers_write_it(host) or host
    return host


def _repair_labels(host: str, faults: Faults) -> str:
    if host.endswith(".") and len(host) > 1:
        faults.append(("origin-host-trailing-dot", ""))
        host = host[:-1]
    labels = [label for label in host.split(".") if label]
    if len(labels) <= host.count("."):
        faults.append(("origin-host-label", ""))
        host = ".".join(labels)
    if len(host) > MAX_DOMAIN_LENGTH or any(len(label) > MAX_LABEL_LENGTH for label in labels):
        faults.append(("origin-host-length", ""))
    return host


def _repair_wildcard(host: str, faults: Faults) -> str:
    if host.count("*") > 1:
        faults.append(("origin-wildcard-count", ""))
        parent = host.lstrip("*.")
        host = host if "*" in parent else f"*.{parent}"
    label, _, parent = host.partition(".")
    if not parent:
        faults.append(("origin-wildcard-host", ""))
    elif "*" not in label:
        faults.append(("origin-wildcard-place", ""))
    elif ends_in_a_number(parent):
        faults.append(("origin-wildcard-address", ""))
    return host


def _repair_ipv6(host: str, faults: Faults) -> str:
    if "*" in host:
        faults.append(("origin-wildcard-address", ""))
        return host
    fault = ("origin-host-ipv6", "")
    canonical = canonical_ipv6(host.partition("%")[0].rstrip("]") + "]")
    if canonical != host and fault not in faults:
        faults.append(fault)
    return canonical or host


def _as_browsers_write_it(host: str) -> str | None:
    try:
        from can_ada import parse  # optional: what is lost without it is the corrected value
    except ImportError:
        return None
    try:
        return parse(f"https://{host}/").hostname
    except ValueError:
        return None
