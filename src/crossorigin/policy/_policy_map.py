"""Policies by path: the longest prefix on whole segments, never a regular expression."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ._errors import PolicyError, Problem, problem
from ._policy import Policy
from ._request_url import is_hostile_path

if TYPE_CHECKING:
    from ._diff import PolicyDiff
    from ._report_only import ReportOnly
    from ._toml import FilePath

PATTERN_CHARACTERS = "*{}<>^$()[]|?"


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class PolicyMap:
    """A policy for each part of an app.

    A key is a prefix of whole segments, compared case-sensitively with the decoded path: `"/api/"` covers `/api` and
    all below it, and not `/apiary`. The longest key wins. A path that no key covers, and one whose value is None, is
    left untouched. Where an app is mounted below a prefix, the prefix is part of the path.

    Raises:
        PolicyError: with every problem of the keys and the values.
        TypeError: it is no mapping.

    >>> public = Policy(allow_origins="*")
    >>> policies = PolicyMap({"/public/": public, "/": None})
    >>> policies.resolve("/public/logo.svg") == public, policies.resolve("/publicity") is None
    (True, True)
    """

    policies: "Mapping[str, Policy | ReportOnly | None]"
    nobody: Policy = field(init=False)
    _by_prefix: "dict[str, Policy | ReportOnly | None]" = field(init=False)
    _depth: int = field(init=False)

    def __init__(self, policies: "Mapping[str, Policy | ReportOnly | None]") -> None:
        if not isinstance(policies, Mapping):
            raise TypeError(
                f"a PolicyMap takes a mapping of paths to policies, not {type(policies).__name__}: "
                'PolicyMap({"/api/": policy, "/": None})'
            )
        problems = list(_check(policies))
        if problems:
            raise PolicyError.of(problems)
        by_prefix = {key.rstrip("/"): policy for key, policy in policies.items()}
        refuses = any(_refuses(policy) for policy in policies.values())
        object.__setattr__(self, "policies", MappingProxyType(dict(policies)))
        object.__setattr__(self, "nobody", Policy(allow_origins="nobody", refuse_disallowed=refuses))
        object.__setattr__(self, "_by_prefix", by_prefix)
        object.__setattr__(self, "_depth", max((prefix.count("/") for prefix in by_prefix), default=0))

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "PolicyMap":
        """The policies that a mapping declares: `{"paths": {"/api/": {"allow_origins": ...}, "/": {"none": True}}}`.

        `none` stands for None, `{"current": {...}, "candidate": {...}}` for a `ReportOnly`. A mapping without `paths`
        is that of one policy, which then holds for all of the app.

        Raises:
            PolicyError: with every problem; `field` is a dotted key, such as `paths."/api/".max_age`.
            TypeError: it is not a mapping.

        >>> policies = PolicyMap.from_mapping({"paths": {"/api/": {"allow_origins": "*"}, "/": {"none": True}}})
        >>> policies
        PolicyMap({'/api/': Policy(allow_origins='*'), '/': None})
        """
        from ._document import read_map

        return cls(read_map(mapping))

    @classmethod
    def from_toml(cls, path: "FilePath") -> "PolicyMap":
        """The policies that a TOML file declares, each in a table `[paths."/api/"]`, or one for all of the app.

        Raises:
            PolicyError, OSError, ValueError: as `Policy.from_toml`.
        """
        from ._document import load

        return load(path, cls.from_mapping)

    def to_mapping(self) -> dict[str, Any]:
        """What `from_mapping` makes this of.

        Raises:
            TypeError: a policy has a predicate, which no mapping can hold.

        >>> PolicyMap({"/api/": Policy(allow_origins="*"), "/": None}).to_mapping()
        {'paths': {'/api/': {'allow_origins': '*'}, '/': {'none': True}}}
        """
        from ._document import write_map

        return write_map(self.policies)

    def resolve(self, path: str) -> "Policy | ReportOnly | None":
        """The policy for a path that was percent-decoded once, as ASGI and WSGI give it.

        None: leave the request and its response untouched. A path that an app may take for another than it seems
        (an empty inner, `.` or `..` segment, a backslash, no slash at its beginning) resolves to `nobody`, a policy
        that allows no origin at all (and refuses, if one of the map's policies does): whatever part of the app it
        reaches, it reaches it without permission.

        >>> policies = PolicyMap({"/public/": Policy(allow_origins="*")})
        >>> policies.resolve("/public/../account") is policies.nobody
        True
        """
        if not path:
            path = "/"
        if is_hostile_path(path):
            return self.nobody
        segments = path.split("/", self._depth + 1)[: self._depth + 1]
        while segments:
            prefix = "/".join(segments)
            if prefix in self._by_prefix:
                return self._by_prefix[prefix]
            segments.pop()
        return None

    def diff(self, current: "PolicyMap") -> "dict[str, PolicyDiff]":
        """What each part of the app gains and loses by this map, the candidate: `Policy.diff` by prefix, of both maps.

        None counts as a policy that allows nobody, though an app may answer CORS itself there. Of a `ReportOnly` it is
        `current` that counts.

        >>> api, everyone = Policy(allow_origins=["https://app.example.com"]), Policy(allow_origins="*")
        >>> diffs = PolicyMap({"/": api, "/public/": everyone}).diff(PolicyMap({"/": api}))
        >>> {path: diff.widens for path, diff in diffs.items()}
        {'/': False, '/public/': True}
        """
        paths = {key.rstrip("/"): key for key in (*current.policies, *self.policies)}
        return {key: _in_force(self.resolve(key)).diff(_in_force(current.resolve(key))) for key in paths.values()}

    def __eq__(self, other: object) -> bool:
        return self._by_prefix == other._by_prefix if isinstance(other, PolicyMap) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self._by_prefix.items()))

    def __repr__(self) -> str:
        return f"PolicyMap({dict(self.policies)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return PolicyMap, (dict(self.policies),)


def _in_force(policy: "Policy | ReportOnly | None") -> Policy:
    if policy is None:
        return Policy(allow_origins="nobody")
    return policy if isinstance(policy, Policy) else policy.current


def _refuses(policy: "Policy | ReportOnly | None") -> bool:
    return _in_force(policy).refuse_disallowed


def _check(policies: Mapping[Any, Any]) -> Iterator[Problem]:
    from ._report_only import ReportOnly  # here: `import crossorigin` makes no class that few need

    seen: dict[str, str] = {}
    for key, policy in policies.items():
        if policy is not None and not isinstance(policy, Policy | ReportOnly):
            yield problem("path-policy", str(key), None, policy)
        if not isinstance(key, str) or is_hostile_path(key) or "%" in key:
            yield problem("path-invalid", str(key), None, key)
            continue
        if any(character in key for character in PATTERN_CHARACTERS):
            end = min(position for character in PATTERN_CHARACTERS if (position := key.find(character)) >= 0)
            yield problem("path-pattern", key, None, key, corrected=key[: key.rfind("/", 0, end) + 1])
            continue
        prefix = key.rstrip("/")
        if prefix in seen:
            yield problem("path-duplicate", key, None, key, fact=repr(seen[prefix]))
        seen[prefix] = key
