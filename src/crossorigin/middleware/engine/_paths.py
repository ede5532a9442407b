"""The path that a framework routes by, for what a policy says of paths."""


def path_below(root: str, path: str) -> str | None:
    """The path below the root that an app is served under; None where two frameworks could read it differently.

    A path that does not start with the root is taken whole: a proxy has taken the root off. A root that ends in a slash
    is one that frameworks read differently.

    >>> path_below("/api", "/api/items"), path_below("/api", "/items"), path_below("", "/api/items")
    ('/items', '/items', '/api/items')
    >>> path_below("/api", "/apiitems"), path_below("/api", "/x/api/items")
    (None, None)
    >>> path_below("/api/", "/api/items"), path_below("/api/", "/items"), path_below("/", "/items")
    (None, '/items', '/items')
    """
    given, root = root, root.rstrip("/")
    if not root:
        return path
    if root != given:
        return None if root in path else path
    if path == root:
        return "/"
    if path.startswith(f"{root}/"):
        return path[len(root) :]
    return None if root in path else path
