"""The declaration: what a server permits."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import wraps
from typing import TYPE_CHECKING, Any

from crossorigin.standard import Origin

from ._dangerously import Dangerously
from ._decision import Decision
from ._errors import PolicyError, Problem
from ._names import NOBODY, ROUTE_METHODS, check_method, is_keyword
from ._patterns import OriginRules, Predicate
from ._predicates import is_async_predicate
from ._request import HeadersInput
from ._request_url import RequestURL
from ._validate import validate

if TYPE_CHECKING:
    from datetime import timedelta

    from pydantic_core.core_schema import CoreSchema

    from ._compile import CompiledPolicy
    from ._diff import PolicyDiff
    from ._toml import FilePath

OriginEntry = str | Origin | Dangerously | Predicate


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Policy:
    """What a server permits: immutable, validated whole when it is made, compiled when it is first used.

    The fields hold tuples in the order declared: methods as browsers normalise them, header names in lower case,
    `max_age` in seconds; `"*"` is `("*",)`. Two policies are equal if they permit the same in other words or in
    another order.

    Args:
        allow_origins: who may read: `"*"`, or origin patterns and predicates, mixed. A pattern is an exact origin
            (`https://app.example.com`), any port (`http://localhost:*`), all subdomains (`https://*.example.com`), or
            one `*` inside the leftmost label (`https://pr-*--shop.netlify.app`). A predicate takes an `Origin`, and a
            `RequestURL` if it has a second required parameter, and answers a bool, sync or async. `"nobody"` allows no
            origin.
        allow_methods: methods beyond GET, HEAD and POST, which browsers always allow; or `"*"`; or `"route"`, the
            methods that each route has, for integrations that know the routes of a framework.
        allow_headers: request headers beyond the safelisted; `"*"` covers all but `authorization`, so
            `["*", "authorization"]` covers all.
        expose_headers: response headers that pages may read beyond the safelisted; or `"*"`.
        allow_credentials: whether requests may carry cookies and HTTP authentication; or the origins whose requests
            may, as patterns and predicates, each within `allow_origins`. All other allowed origins then read without.
        max_age: how long browsers may keep a preflight's answer: seconds, a timedelta, 0 for never, None to say
            nothing (browsers then take 5 seconds).
        refuse_disallowed: answer 403 to an actual request from an origin that is not allowed, and do not call the
            app. Requests without Origin and same-origin ones are never refused.
        predicate_timeout: seconds that async predicates may take, together, for one request.
        preflight_status: the status that preflights are answered with, 200 to 299.

    Raises:
        PolicyError: with every problem of the declaration.
        TypeError: a keyword is not a field; the message says what to write instead.

    >>> policy = Policy(allow_origins=["https://app.example.com"], allow_methods=["PUT"], max_age=600)
    >>> policy.decide("GET", {"Origin": "https://app.example.com"}).headers
    ((b'access-control-allow-origin', b'https://app.example.com'),)
    >>> policy
    Policy(allow_origins=['https://app.example.com'], allow_methods=['PUT'], max_age=600)
    """

    allow_origins: tuple[str | Dangerously | Predicate, ...]
    allow_methods: tuple[str, ...]
    allow_headers: tuple[str, ...]
    expose_headers: tuple[str, ...]
    allow_credentials: bool | tuple[str | Dangerously | Predicate, ...]
    max_age: int | None
    refuse_disallowed: bool
    predicate_timeout: float
    preflight_status: int
    _rules: OriginRules = field(init=False)
    _credentialed: OriginRules | None = field(init=False)
    _compiled: "CompiledPolicy | None" = field(init=False)

    def __init__(
        self,
        *,
        allow_origins: str | Iterable[OriginEntry],
        allow_methods: str | Iterable[str] = (),
        allow_headers: str | Iterable[str] = (),
        expose_headers: str | Iterable[str] = (),
        allow_credentials: bool | Iterable[OriginEntry] = False,
        max_age: "int | timedelta | None" = None,
        refuse_disallowed: bool = False,
        predicate_timeout: float = 1.0,
        preflight_status: int = 204,
    ) -> None:
        declared = validate(
            {
                "allow_origins": allow_origins,
                "allow_methods": allow_methods,
                "allow_headers": allow_headers,
                "expose_headers": expose_headers,
                "allow_credentials": allow_credentials,
                "max_age": max_age,
                "refuse_disallowed": refuse_disallowed,
                "predicate_timeout": predicate_timeout,
                "preflight_status": preflight_status,
            }
        )
        if declared.problems:
            raise PolicyError.of(declared.problems)
        for name, value in declared.fields.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_rules", declared.origins)
        object.__setattr__(self, "_credentialed", declared.credentialed)
        object.__setattr__(self, "_compiled", None)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "Policy":
        """The policy that a mapping declares: the fields by name.

        A refused origin is a table, `{"dangerously": "null", "because": "..."}`.

        Raises:
            PolicyError: with every problem, keys that are no field among them.
            TypeError: it is no mapping, but a list or text.

        >>> Policy.from_mapping({"allow_origins": ["https://app.example.com"], "max_age": 600}).max_age
        600
        """
        from ._mapping import read_mapping

        declared, problems = read_mapping(mapping, FIELDS)
        if problems:
            others = validate(DEFAULTS | declared).problems
            if any(problem.corrected == "allow_origins" or problem.field == "paths" for problem in problems):
                # They are there, under another name or for each path.
                others = [other for other in others if other.code != "origins-missing"]
            raise PolicyError.of([*problems, *others])
        return cls(**declared)

    @classmethod
    def from_toml(cls, path: "FilePath") -> "Policy":
        """The policy that a TOML file declares at its top, or in the table `[tool.crossorigin]` of a pyproject.toml.

        A file with several policies, by path, is for `PolicyMap.from_toml`.

        Raises:
            PolicyError: with every problem; `field` is the dotted key within the file.
            OSError: the file cannot be read, or is larger than 64 MiB.
            ValueError: it is not TOML. The message has the line and the column.
        """
        from ._document import load

        return load(path, cls.from_mapping)

    @classmethod
    def from_env(cls, prefix: str = "CORS_", environ: Mapping[str, str | None] | None = None) -> "Policy":
        """The policy that environment variables declare, one for each field: `CORS_ALLOW_ORIGINS`, `CORS_MAX_AGE`, ...

        A list is text with commas, spaces or lines between its items, or JSON. `CORS_ALLOW_CREDENTIALS` is `true`,
        `false` or a list. An empty variable counts as one that is not there. Without `CORS_ALLOW_ORIGINS` the policy
        allows nobody: every cross-origin page is blocked.

        Args:
            prefix: what the names of the variables begin with. Any other variable that begins so is a problem.
            environ: the variables; those of the process, unless given.

        Raises:
            PolicyError: with every problem; `field` is the name of the variable.

        >>> Policy.from_env(environ={"CORS_ALLOW_ORIGINS": "https://a.example,https://b.example", "CORS_MAX_AGE": "60"})
        Policy(allow_origins=['https://a.example', 'https://b.example'], max_age=60)
        >>> Policy.from_env(environ={})
        Policy(allow_origins='nobody')
        """
        from ._dialects import in_environment
        from ._environment import read_environment, variables_of

        if environ is None:
            import os

            environ = os.environ
        variables = variables_of(prefix, FIELDS)
        declared, problems = read_environment(prefix, environ, variables)
        problems += [in_environment(found, variables) for found in validate(DEFAULTS | declared).problems]
        if problems:
            raise PolicyError.of(problems)
        return cls(**declared)

    def to_mapping(self) -> dict[str, Any]:
        """What `from_mapping` makes this policy of: text, numbers, lists and tables, but no field at its default.

        Raises:
            TypeError: the policy has a predicate, which no mapping can hold.

        >>> Policy(allow_origins="*", expose_headers=["ETag"]).to_mapping()
        {'allow_origins': '*', 'expose_headers': ['etag']}
        """
        from ._mapping import write_mapping

        return write_mapping(self._declared())

    def replace(self, **changes: Any) -> "Policy":
        """The same policy with some fields changed, validated anew.

        >>> Policy(allow_origins="*").replace(max_age=60)
        Policy(allow_origins='*', max_age=60)
        """
        return Policy(**self._declared() | changes)

    def advice(self) -> tuple[Problem, ...]:
        """What could be said more simply, or does less than it seems: never an error.

        >>> [advice.code for advice in Policy(allow_origins="*", allow_methods=["GET"], max_age=86400).advice()]
        ['method-safelisted', 'max-age-cap']
        """
        from ._advice import advise

        return tuple(advise(self))

    def diff(self, current: "Policy") -> "PolicyDiff":
        """What this policy, the candidate, allows and `current` does not, and the reverse: with a request for each.

        Exact on patterns, names and credentials. No predicate is called: one that `current` has not (by equality) may
        allow anyone, so it counts as a gain that is not certain, and so do methods that only the route knows.

        >>> current = Policy(allow_origins=["https://*.example.com"])
        >>> candidate = Policy(allow_origins=["https://*.example.com:*", "https://a.example.com"])
        >>> diff = candidate.diff(current)
        >>> diff.widens, diff.narrows
        (True, False)
        >>> [(str(gain.code), gain.value, gain.witness.origin) for gain in diff.gains]
        [('origin-part', 'https://*.example.com:*', 'https://a.example.com:3000')]
        """
        from ._compare import compare

        return compare(self, current)

    @property
    def needs_route(self) -> bool:
        """Whether `allow_methods` is `"route"`: then only `for_route(methods)` can decide."""
        return self.allow_methods == ROUTE_METHODS

    def for_route(self, methods: Iterable[str]) -> "Policy":
        """The policy for a route that has these methods: they stand in the place of `"route"`.

        What no page can send (TRACE, say) is left out; `*` stands for every method. Any other policy is the same for
        every route.

        >>> Policy(allow_origins="*", allow_methods="route").for_route(["PUT", "GET", "TRACE"])
        Policy(allow_origins='*', allow_methods=['GET', 'PUT'])
        """
        if not self.needs_route:
            return self
        sendable = (check_method(method, 0) for method in sorted(methods))
        return self.replace(allow_methods=[method for method in sendable if isinstance(method, str)])

    @property
    def is_async(self) -> bool:
        """Whether a predicate has to be awaited: then only `adecide` can decide."""
        return any(map(is_async_predicate, self._predicates))

    @property
    def wants_request(self) -> bool:
        """Whether a predicate takes the request too: then `decide` has to be told of it."""
        return any(self._rules.want_request) or (
            self._credentialed is not None and any(self._credentialed.want_request)
        )

    def decide(
        self,
        method: str,
        headers: HeadersInput,
        *,
        scheme: str | None = None,
        own_origins: Collection[str] = (),
        request: RequestURL | None = None,
    ) -> Decision:
        """The answer to one request.

        Args:
            method: as it came, in its own case.
            headers: a mapping or pairs, of text or bytes, names in any case; all of the request's, or those that
                concern CORS.
            scheme: the request's own, "http" or "https", where it is known.
            own_origins: the origins that this server is reached by, where its Host field does not say (behind a proxy).
            request: the URL that is asked for, if a predicate takes it; nothing else looks at it.

        Raises:
            TypeError: a predicate is async: `await adecide(...)` instead. Or one takes the request, and there is none.
            PolicyError: `allow_methods` is `"route"`, and nobody said which: `for_route(methods)` first.

        >>> policy = Policy(allow_origins=["https://app.example.com"], allow_methods=["PUT"])
        >>> preflight = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "DELETE"}
        >>> decision = policy.decide("OPTIONS", preflight)
        >>> decision.status, decision.allowed, str(decision.reason.code)
        (204, False, 'method-unlisted')
        """
        if self.is_async:
            raise TypeError("this policy has an async predicate: call `await policy.adecide(...)`")
        self._check_request(request)
        return self._decider().decide(method, headers, scheme=scheme, own_origins=own_origins, request=request)

    async def adecide(
        self,
        method: str,
        headers: HeadersInput,
        *,
        scheme: str | None = None,
        own_origins: Collection[str] = (),
        request: RequestURL | None = None,
    ) -> Decision:
        """As `decide`, for policies with and without async predicates."""
        self._check_request(request)
        return await self._decider().adecide(method, headers, scheme=scheme, own_origins=own_origins, request=request)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Policy) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        written = {name: _written(name, value) for name, value in self._declared().items()}
        return f"Policy({', '.join(f'{name}={value!r}' for name, value in written.items())})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _of_declared, (self._declared(),)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> "CoreSchema":
        """A field of pydantic's: see docs/development-and-production.md."""
        from ._pydantic import core_schema

        return core_schema()

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, Any]:
        from ._pydantic import JSON_SCHEMA

        return JSON_SCHEMA

    def __deepcopy__(self, memo: object) -> "Policy":
        return self  # nothing of it changes, and frameworks copy the routes that hold it

    @property
    def _predicates(self) -> tuple[Predicate, ...]:
        """Those of all fields."""
        return self._rules.predicates + (self._credentialed.predicates if self._credentialed is not None else ())

    def _check_request(self, request: object) -> None:
        if self.wants_request and not isinstance(request, RequestURL):
            given = "" if request is None else f", not {type(request).__name__}"
            raise TypeError(
                "a predicate of this policy takes the request: pass "
                f"request=RequestURL(scheme=..., host=..., path=...){given}"
            )

    def _decider(self) -> "CompiledPolicy":
        compiled = self._compiled
        if compiled is None:
            from ._compile import compile_policy  # here: a policy that is only validated needs none of it

            compiled = compile_policy(self)
            object.__setattr__(self, "_compiled", compiled)
        return compiled

    def _declared(self) -> dict[str, Any]:
        """The keywords that make this policy: those that differ from the default."""
        values = {name: getattr(self, name) for name in FIELDS}
        if not self.allow_origins:
            values["allow_origins"] = NOBODY
        return {name: value for name, value in values.items() if name not in DEFAULTS or value != DEFAULTS[name]}

    def _key(self) -> tuple[Any, ...]:
        values = (getattr(self, name) for name in FIELDS)
        return tuple(frozenset(value) if isinstance(value, tuple) else value for value in values)


FIELDS = tuple(declared.name for declared in fields(Policy) if not declared.name.startswith("_"))
DEFAULTS: dict[str, Any] = {
    name: default for name, default in (Policy.__init__.__kwdefaults__ or {}).items() if name in FIELDS
}


def _refusing_unknown(init: Callable[..., None]) -> Callable[..., None]:
    """The constructor, which says of a keyword that it does not know what to write instead.

    It is put on below the class, so that type checkers see the keywords, and refuse all others.
    """

    @wraps(init)
    def construct(*arguments: Any, **keywords: Any) -> None:
        if not KNOWN.issuperset(keywords):
            from ._unknown import unknown_keywords

            raise unknown_keywords("Policy", keywords, FIELDS)
        init(*arguments, **keywords)

    return construct


KNOWN = frozenset(FIELDS)
Policy.__init__ = _refusing_unknown(Policy.__init__)  # type: ignore[method-assign]


def _of_declared(declared: dict[str, Any]) -> Policy:
    return Policy(**declared)


def _written(name: str, value: object) -> object:
    if not isinstance(value, tuple):
        return value
    return value[0] if is_keyword(name, value) else list(value)
