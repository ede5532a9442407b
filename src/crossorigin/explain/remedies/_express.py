"""Express: the middleware `cors`."""

from ._needs import Needs, quoted


def code(needs: Needs) -> str:
    """JavaScript for before the first `app.use` and route. The defaults of `cors` allow more: the lists are given."""
    origin = '"*"' if "*" in needs.origins else quoted(needs.origins)
    options = [f"origin: {origin}", f"methods: {quoted(needs.listed)}", f"allowedHeaders: {quoted(needs.headers)}"]
    if needs.exposed:
        options.append(f"exposedHeaders: {quoted(needs.exposed)}")
    if needs.credentials:
        options.append("credentials: true")
    if needs.max_age is not None and needs.preflighted:
        options.append(f"maxAge: {needs.max_age}")
    return "\n".join(['app.use(require("cors")({', *(f"  {option}," for option in options), "}));"])
