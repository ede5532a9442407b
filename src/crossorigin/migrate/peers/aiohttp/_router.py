"""The resources of an aiohttp app and of its sub-applications, in the order in which its router asks them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crossorigin.migrate._language import Language, NotRegular, texts

EVERY_PATH = Language(r"/.*", "match")

Places = tuple[str | int, ...]
"""What leads to a resource: the canonical path of each resource on the way, or its number."""


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """One that has routes.

    Attributes:
        resource: aiohttp's own.
        apps: the app that has it, and those around that one.
        places: what leads to it from the outermost app.
        order: when the router of its app asks it.
        outer: those that the routers of the outer apps ask before they come to its app.
        routes: by method; `*` is for all that have none of their own.
        language: the paths that it matches; or more, where that cannot be told exactly.
    """

    resource: Any
    apps: tuple[Any, ...]
    places: Places
    order: tuple[int, int]
    outer: "tuple[Resource, ...]"
    routes: Mapping[str, Any]
    language: Language
    is_exact: bool

    @property
    def path(self) -> str:
        return str(self.resource.canonical)

    def route(self, method: str) -> Any:
        return self.routes.get(method) or self.routes.get("*")

    def may_share_a_path(self, other: "Resource") -> bool:
        heads = sorted((each.path.partition("{")[0].rstrip("/") for each in (self, other)), key=len)
        return heads[1].startswith(heads[0]) and _is_any([[self.language], [other.language]])

    def is_within(self, other: "Resource") -> bool:
        """Whether the other one matches all paths of this one."""
        return other.is_exact and not _is_any([[self.language]], [other.language])


class Router:
    """
    Attributes:
        resources: those that have routes, of all apps.
        has_domains: some of the apps are behind `add_domain`.
    """

    def __init__(self, app: Any) -> None:
        self.has_domains = False
        self.resources = [*self._of((app,), (), ())]

    def _of(self, apps: tuple[Any, ...], places: Places, outer: tuple[Resource, ...]) -> Iterator[Resource]:
        listed = [*apps[0].router.resources()]
        keys = [str(resource.canonical) for resource in listed]
        own: list[Resource] = []
        inner: list[tuple[Any, Places, tuple[int, int] | None]] = []
        for number, (resource, key) in enumerate(zip(listed, keys, strict=True)):
            info = resource.get_info()
            place = (*places, key if key and keys.count(key) == 1 else number)
            # The longest fixed path first, and of one path the first that was added.
            fixed = key.partition("{")[0].rpartition("/")[0] if "{" in key else key
            order = (-len(fixed.rstrip("/")), number)
            if "app" not in info:
                routes = {route.method: route for route in resource}
                own.append(Resource(resource, apps, place, order, outer, routes, *_language(info)))
            elif "rule" in info:  # a domain, which is asked before all paths
                self.has_domains = True
                inner.append((info["app"], place, None))
            else:
                inner.append((info["app"], place, order))
        yield from own
        for app, place, asked in inner:
            earlier = () if asked is None else tuple(each for each in own if each.order < asked)
            yield from self._of((app, *apps), place, (*outer, *earlier))

    def on_the_way(self, resource: Resource) -> Iterator[Resource]:
        """Those that the router asks before this one; the requests that reach other apps do not reach it."""
        yield from resource.outer
        yield from sorted(self._beside(resource, is_before=True), key=lambda each: each.order)

    def behind(self, resource: Resource) -> Iterator[Resource]:
        """Those of its app that the router asks after it."""
        yield from self._beside(resource, is_before=False)

    def _beside(self, resource: Resource, *, is_before: bool) -> Iterator[Resource]:
        for other in self.resources:
            is_other = other.apps[0] is resource.apps[0] and other is not resource
            if is_other and (other.order < resource.order) == is_before:
                yield other


def _language(info: Mapping[str, Any]) -> tuple[Language, bool]:
    """The paths of a resource, and whether they are known exactly."""
    try:
        if "path" in info:
            return Language(re.escape(info["path"] or "/")), True
        if "pattern" in info:
            return Language(info["pattern"].pattern, flags=info["pattern"].flags), True
        return Language(rf"{re.escape(info['prefix'])}(?:/.*)?"), True
    except (KeyError, NotRegular):
        return EVERY_PATH, False


def _is_any(every: list[list[Language]], but: Sequence[Language] = ()) -> bool:
    """Whether there is such a path; or perhaps."""
    try:
        return next(texts(every, but), None) is not None
    except NotRegular:
        return True
