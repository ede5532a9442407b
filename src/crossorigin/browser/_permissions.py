"""What the user has answered to a page that wants to reach the local network."""

from collections.abc import Mapping
from typing import Literal, get_args

from ._context import LocalNetworkPermission
from ._request import AddressSpace

Permission = Literal["local-network", "loopback-network", "local-network-access"]
PermissionState = Literal["granted", "denied"]
Permissions = Mapping[Permission, PermissionState]
"""https://wicg.github.io/local-network-access/#permission-prompts

By permission; `local-network-access` stands for both others, as in browsers that know it alone.
"""

_SPACES: dict[str, tuple[AddressSpace, ...]] = {
    "local-network-access": ("local", "loopback"),
    "local-network": ("local",),
    "loopback-network": ("loopback",),
}


def permission_hook(permissions: Permissions, otherwise: LocalNetworkPermission | None) -> LocalNetworkPermission:
    """`Hooks.local_network_permission` for these answers. `otherwise` answers for what they do not name.

    Raises:
        ValueError: there is no such permission, or no such answer to it.
    """
    for name, state in permissions.items():
        if name not in _SPACES:
            raise ValueError(f"{name!r} is not a permission of a page: choose from {', '.join(_SPACES)}")
        if state not in get_args(PermissionState):
            raise ValueError(f"the permission {name} is 'granted' or 'denied', not {state!r}")
    answers = {
        space: permissions[name] == "granted"  # type: ignore[index]  # these are the names of a Permission
        for name, spaces in _SPACES.items()  # the one that stands for both comes first
        if name in permissions
        for space in spaces
    }

    def may_reach(space: AddressSpace) -> bool | None:
        if space in answers:
            return answers[space]
        return None if otherwise is None else otherwise(space)

    return may_reach
