"""What the user has answered, in words -> the hook of a browser."""

from typing import Any

from crossorigin.browser import LocalNetworkPermission, permission_hook

from ._errors import AskingError


def parse_permissions(text: str) -> LocalNetworkPermission:
    """`loopback-network=denied,local-network=granted`, as `Hooks.local_network_permission`.

    Raises:
        AskingError: there is no such permission, or no such answer to it.

    >>> may_reach = parse_permissions("loopback-network=denied")
    >>> may_reach("loopback"), may_reach("local")
    (False, None)
    """
    pairs = (item.strip().partition("=") for item in text.split(","))
    permissions: dict[Any, Any] = {name: state for name, _, state in pairs}
    try:
        return permission_hook(permissions, None)
    except ValueError as error:
        raise AskingError(f"--permissions: {error}; write loopback-network=denied") from None
