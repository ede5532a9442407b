"""Regular expressions given for origins: told from patterns, and translated where a pattern says the same."""

from collections.abc import Iterable
from itertools import product
from typing import Any

from ._patterns import parse_origin_pattern

MOST_PATTERNS = 16
# fmt: off
SIGNS = (
    "\\.", "\\d", "\\w", "\\S", "\\-", "\\/", "\\A", "\\Z", "(", "|", ")", "[^", "[a-", "[A-", "[0-", "[\\", ".+", "://.*",
    "https?://",
)
# fmt: on


def looks_like_a_regex(text: str) -> bool:
    r"""Whether `text` was written as a regular expression.

    >>> looks_like_a_regex(r"https://.*\.example\.com"), looks_like_a_regex("https://*.example.com")
    (True, False)
    """
    return text.startswith(("^", ".*")) or text.endswith("$") or any(sign in text for sign in SIGNS)


def patterns_of_regex(source: str) -> tuple[str, ...]:
    r"""The patterns that say what a regular expression was meant to say, or () where no pattern can.

    >>> patterns_of_regex(r"^https://([a-z0-9-]+\.)?example\.com(:\d+)?$")
    ('https://example.com:*', 'https://*.example.com:*')
    """
    import re  # its parser's tree: only when there is a hint to give
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about the expression, of which we have said enough
            texts = _texts(re._parser.parse(source))  # type: ignore[attr-defined]  # not public; it makes a hint, no more
    except (re.error, RecursionError, OverflowError):
        return ()
    if texts is None:
        return ()
    patterns = tuple(dict.fromkeys(text if "://" in text else f"https://{text}" for text in texts))
    # `(:\d+)?` gives a pattern with `:*` and one without, which the first covers.
    patterns = tuple(pattern for pattern in patterns if f"{pattern}:*" not in patterns)
    return patterns if all(map(parse_origin_pattern, patterns)) else ()


def _texts(tree: Iterable[tuple[object, Any]]) -> list[str] | None:
    """Every text that the tree stands for, with `*` for what varies; None where that cannot be said."""
    texts = [""]
    for operator, argument in tree:
        following = _texts_of_node(str(operator), argument)
        if following is None or len(texts) * len(following) > MOST_PATTERNS:
            return None
        texts = ["".join(pair) for pair in product(texts, following)]
    return texts


def _texts_of_node(operator: str, argument: Any) -> list[str] | None:
    match operator:
        case "LITERAL":
            return [chr(argument)]
        case "ANY":
            return ["."]  # a dot that its author forgot to escape
        case "AT":
            return [""]
        case "IN" if all(str(kind) == "LITERAL" for kind, _ in argument):
            return [chr(code) for _, code in argument]
        case "SUBPATTERN":
            return _texts(argument[3])
        case "BRANCH":
            branches = [_texts(branch) for branch in argument[1]]
            return None if None in branches else [text for branch in branches for text in branch or ()]
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _texts_of_repeat(*argument)
    return None


def _texts_of_repeat(least: int, most: int, repeated: Any) -> list[str] | None:
    if most > 1 and len(repeated) == 1 and str(repeated[0][0]) in ("ANY", "IN", "NOT_LITERAL"):
        return ["*"]
    texts = _texts(repeated)
    if texts is None or (most > 1 and not all("*" in text for text in texts)):
        return None
    return [*([""] if least == 0 else []), *texts]
