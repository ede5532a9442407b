"""What the contract binds to routes, said of paths: for frameworks that are served through the generic middleware.

What paths cannot say is which methods a route has. `allow_methods` is a list for all of them, so every preflight lists
PUT and DELETE, and one for a method that a path does not have is answered alike: the framework refuses the request
itself.
"""

from crossorigin import PolicyMap
from tests.contract.frameworks._policies import LISTED, PUBLIC, REFUSING, SUB

POLICIES = PolicyMap(
    {
        "/": LISTED.replace(allow_methods=["PUT", "DELETE"]),
        "/public": PUBLIC,
        "/refusing": REFUSING.replace(allow_methods=["PUT", "DELETE"]),
        "/bare": None,
        "/sub/": SUB,
        "/sub/public": PUBLIC,
    }
)
