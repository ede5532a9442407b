"""Flask: flask-cors."""

from ._needs import Needs, quoted


def code(needs: Needs) -> str:
    """Python for the module of the app; none where flask-cors does not suffice.

    It adds headers to what Flask answers, so a preflight that the app refuses stays refused; and it takes an origin
    with brackets (an IPv6 address) for a pattern. Its defaults allow every method and header: both are always given.
    """
    if needs.refused or any("[" in origin for origin in needs.origins):
        return ""
    arguments = [
        f"origins={quoted(needs.origins)}",
        f"methods={quoted(needs.listed)}",
        f"allow_headers={quoted(needs.headers)}",
    ]
    if needs.exposed:
        arguments.append(f"expose_headers={quoted(needs.exposed)}")
    if needs.credentials:
        arguments.append("supports_credentials=True")
    if needs.max_age is not None and needs.preflighted:
        arguments.append(f"max_age={needs.max_age}")
    return "\n".join(
        ["from flask_cors import CORS", "", "CORS(", "    app,", *(f"    {argument}," for argument in arguments), ")"]
    )
