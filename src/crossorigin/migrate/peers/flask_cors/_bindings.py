"""The lines that bind policies to the views of a Flask app, or to a whole blueprint."""

from collections.abc import Collection, Iterator, Mapping

from crossorigin.migrate._bound import Bound
from crossorigin.migrate._note import Note, note, quoted
from crossorigin.migrate._old import OldPolicy

from ._handlers import Handler, blueprints_of

Found = Mapping[Handler, OldPolicy | None]
"""What handlers permit that have something of their own."""


def bindings(
    found: Found,
    handlers: Collection[Handler],
    blueprints: Mapping[str, object],
    everywhere: object,
    notes: list[Note],
) -> Iterator[Bound]:
    """The lines that bind what was found.

    Args:
        handlers: all that the app has.
        blueprints: those with something of their own, by name.
        everywhere: what the app's policy permits on every path, so that it needs no line.
    """
    whole = dict(_whole_blueprints(found, handlers, blueprints))
    for name, old in whole.items():
        if old != everywhere:
            yield Bound("cors(", f")(app.blueprints[{quoted(name)}])", old)
    shared: dict[int, list[Handler]] = {}
    for handler in handlers:
        shared.setdefault(id(handler.function), []).append(handler)
    for handler, old in found.items():
        if whole.keys().isdisjoint(blueprints_of(handler.endpoint)):
            yield from _of_handler(handler, old, found, shared[id(handler.function)], everywhere, notes)


def _of_handler(
    handler: Handler,
    old: OldPolicy | None,
    found: Found,
    sharing: list[Handler],
    everywhere: object,
    notes: list[Note],
) -> Iterator[Bound]:
    """The line of one. `sharing` are those that have the same function, this one among them."""
    view = f"app.view_functions[{quoted(handler.endpoint)}]"
    is_shared = len({found.get(each, everywhere) for each in sharing}) > 1
    if handler.method:
        if is_shared:
            notes.append(note("route-split", handler.name, tuple(each.name for each in sharing)))
        if is_shared or old != everywhere:
            yield Bound("cors(", f")({view}.view_class.{handler.method})", None if is_shared else old)
    elif old != everywhere:
        # A copy, where the function is not this view's alone, or takes no attribute.
        is_copied = is_shared or not hasattr(handler.function, "__dict__")
        yield Bound(f"{view} = cors(", f")(partial({view}))", old) if is_copied else Bound("cors(", f")({view})", old)


def _whole_blueprints(
    found: Found, handlers: Collection[Handler], blueprints: Mapping[str, object]
) -> Iterator[tuple[str, OldPolicy | None]]:
    """The blueprints whose views all permit the same, without those inside of them."""
    taken: set[str] = set()
    for name in sorted(blueprints, key=lambda name: name.count(".")):
        own = [handler for handler in handlers if name in blueprints_of(handler.endpoint)]
        olds = {found[handler] for handler in own if handler in found}
        if len(olds) == 1 and all(map(found.__contains__, own)) and taken.isdisjoint(blueprints_of(f"{name}.")):
            taken.add(name)
            yield name, olds.pop()
