"""Caddy: `header`, and `respond` to OPTIONS."""

from ._needs import Needs


def code(needs: Needs) -> str:
    """Directives of a site or a `handle` block.

    `header` without `defer` reaches Caddy's own error pages; a block with it replaces what an app behind sends.

    >>> print(code(Needs(origins=("https://app.example",))))
    header Access-Control-Allow-Origin "https://app.example"
    header +Vary Origin
    """
    lines: list[str] = []
    matcher, allowed = "", needs.origins[0]
    if len(needs.origins) > 1:
        matcher, allowed = "@cors ", "{http.request.header.Origin}"
        lines.append("@cors {")
        lines += [f"\theader Origin {origin}" for origin in needs.origins]
        lines.append("}")
    pairs = (("Access-Control-Allow-Origin", allowed), *needs.lines)
    lines += [f'header {matcher}{name} "{value}"' for name, value in pairs]
    if needs.sent:
        dropped = [name for name in needs.sent if name not in dict(pairs)]
        lines += [f"header {matcher}{{", *(f'\t{name} "{value}"' for name, value in pairs)]
        lines += [*(f"\t-{name}" for name in dropped), "\tdefer", "}"]
    if allowed != "*":
        lines.append("header +Vary Origin")
    if needs.preflighted:
        lines += ["@preflight method OPTIONS", "respond @preflight 204"]
    return "\n".join(lines)
