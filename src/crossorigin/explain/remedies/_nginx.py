"""nginx: `add_header … always`, and an answer to OPTIONS of its own."""

from ._needs import Needs


def code(needs: Needs) -> str:
    """Lines of a `location`, and before them a `map` where there are several origins: nginx adds no empty header.

    >>> print(code(Needs(origins=("https://app.example",))))
    add_header Access-Control-Allow-Origin "https://app.example" always;
    add_header Vary "Origin" always;
    """
    lines: list[str] = []
    allowed = needs.origins[0]
    if len(needs.origins) > 1:
        allowed = "$cors_origin"
        lines.append("map $http_origin $cors_origin { # in the http block")
        lines += [f'    "{origin}" "{origin}";' for origin in needs.origins]
        lines += ["}", "# in the location"]
    lines += [f"proxy_hide_header {name};" for name in needs.sent]
    lines.append(f'add_header Access-Control-Allow-Origin "{allowed}" always;')
    lines += [f'add_header {name} "{value}" always;' for name, value in needs.lines]
    if allowed != "*":
        lines.append('add_header Vary "Origin" always;')
    if needs.preflighted:
        lines.append("if ($request_method = OPTIONS) { return 204; }")
    return "\n".join(lines)
