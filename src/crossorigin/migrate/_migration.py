"""What a migration gives: the policies, what differs, and the code to paste."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crossorigin.policy import Policy, PolicyMap

from ._code import BoundTranslation, write_code
from ._note import SEVERITIES, Note
from ._templates import Peer
from ._translate import Translation


@dataclass(frozen=True, slots=True)
class Migration:
    """An old CORS set-up as a policy.

    Attributes:
        policies: what it permitted and ours permits, if that can be said of the app as a whole. None where it cannot:
            where no policy says it, as for a set-up that let in every origin with credentials; where parts of the app
            have policies of their own, which the code binds to them; and where it let in nobody, so that none is
            needed.
        notes: what differs, worst first.
        code: a Python file that declares the policies and says where they go. It runs as it is; where a person has to
            name the origins, it raises a `PolicyError` until they have.
    """

    policies: Policy | PolicyMap | None
    notes: tuple[Note, ...]
    code: str

    @property
    def needs_decision(self) -> bool:
        """Whether a person has to look at it: the code then holds a TODO for each such note."""
        return any(note.needs_decision for note in self.notes)

    def to_toml(self) -> str:
        """The policy as the TOML that `Policy.from_toml` reads.

        Raises:
            TypeError: there is no policy for the whole app, or it has a predicate.
        """
        if not isinstance(self.policies, Policy):
            what = "no policy for the whole app" if self.policies is None else "several policies"
            raise TypeError(f"TOML holds one policy, and this migration has {what}: take its code")
        return "".join(f"{name} = {json.dumps(value)}\n" for name, value in self.policies.to_mapping().items())


def migration(
    peer: Peer,
    parts: Mapping[str, Translation],
    notes: list[Note],
    *,
    unplaced: Sequence[Translation] = (),
    bound: Sequence[BoundTranslation] = (),
) -> Migration:
    """The migration of an old set-up: what its policies came to, by prefix; `"/"` alone is the whole app.

    `unplaced` are those that no prefix stands for, `bound` those that parts of the app have.
    """
    ordered = tuple(sorted(dict.fromkeys(notes), key=lambda each: SEVERITIES.index(each.severity)))
    policies = None if bound else _policies(parts, unplaced)
    return Migration(policies, ordered, write_code(peer, parts, unplaced, bound, ordered))


def _policies(parts: Mapping[str, Translation], unplaced: Sequence[Translation]) -> Policy | PolicyMap | None:
    states = {part.state for part in (*parts.values(), *unplaced)}
    if "unnamed" in states or "ready" not in states:
        return None
    if [*parts] == ["/"]:
        return parts["/"].policy
    return PolicyMap({prefix: part.policy for prefix, part in parts.items()})
