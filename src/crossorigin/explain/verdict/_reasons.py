"""What is told of every reason, from the files of its families. A new reason is a new entry in one of them."""

from crossorigin.browser import Reason

from ._blocked_before import BLOCKED_BEFORE
from ._cors_check import CORS_CHECK
from ._preflight import PREFLIGHT
from ._redirect import REDIRECT
from ._resource import RESOURCE
from ._told import Told
from ._transport import TRANSPORT

TOLD: dict[Reason, Told] = {**CORS_CHECK, **PREFLIGHT, **REDIRECT, **BLOCKED_BEFORE, **RESOURCE, **TRANSPORT}
