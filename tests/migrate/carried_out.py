"""A migration carried out: its code is run, and the app that it is put on is held against the old one."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from crossorigin import PolicyError
from crossorigin.migrate import Migration
from tests.migrate.judge import Eye, Probe, Seen


def put_on(migration: Migration, app: Any) -> Any:
    """The app, with what the code puts on it; as it is, while the code asks for origins."""
    namespace: dict[str, Any] = {"__name__": "cors"}
    try:
        exec(compile(migration.code, "cors.py", "exec"), namespace)
    except PolicyError as error:
        if any(problem.code != "origins-missing" for problem in error.problems):
            raise
        return app
    add_cors = namespace.get("add_cors", lambda app: app)
    return add_cors(app) or app


class Difference(NamedTuple):
    probe: Probe
    before: Seen
    after: Seen

    @property
    def is_wider(self) -> bool:
        """Whether the page reads more of the new app than of the old one."""
        return self.after.readable and not (self.before.readable and self.after.headers <= self.before.headers)


def differences(old: Any, new: Any, probes: Iterable[Probe]) -> Iterator[Difference]:
    before, after = Eye(old), Eye(new)
    with before, after:
        for probe in probes:
            found = Difference(probe, before.look(probe), after.look(probe))
            if found.before != found.after:
                yield found
