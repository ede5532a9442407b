"""The policies of the contract's apps, and what may differ from framework to framework."""

from dataclasses import dataclass

from crossorigin import Policy

APP = "https://app.example.com"
SUB_APP = "https://sub.example.com"
EVIL = "https://evil.example.net"

LISTED = Policy(
    allow_origins=[APP, "https://*.apps.example.com", "http://localhost:*"],
    allow_methods="route",
    allow_headers=["authorization", "x-a"],
    expose_headers=["etag"],
    allow_credentials=True,
    max_age=600,
)
PUBLIC = Policy(allow_origins="*", allow_methods=["PUT"], preflight_status=200)
REFUSING = LISTED.replace(refuse_disallowed=True)
SUB = Policy(allow_origins=[SUB_APP], allow_methods=["PUT"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """What a framework decides, and no policy.

    Attributes:
        servers: names in `tests/contract/servers.py`.
        item_methods: the methods that the route of `PUT /items/7` has, as the preflight lists them.
        nowhere_methods: what a preflight lists for a path that nothing is at: nothing, where the routes are known.
        not_allowed: what the framework answers to `POST /`.
        head: what the framework answers to `HEAD /`.
        has_websockets: it has them, and `/ws` is guarded.
        own_fields: names, in lower case, of response fields that the framework adds and that say nothing of CORS.
    """

    servers: tuple[str, ...]
    item_methods: str
    nowhere_methods: str = ""
    not_allowed: int = 405
    head: int = 200
    has_websockets: bool = False
    own_fields: frozenset[str] = frozenset()
