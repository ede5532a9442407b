"""Starlette and FastAPI: their CORSMiddleware."""

from ._needs import Needs, quoted


def code(needs: Needs) -> str:
    """Python for the module of the app.

    An error that nothing catches is answered outside every middleware of the app: then the middleware goes around it.
    """
    around = needs.status >= 500
    arguments = [f"allow_origins={quoted(needs.origins)}"]
    for name, values in (
        ("allow_methods", needs.methods),
        ("allow_headers", needs.headers),
        ("expose_headers", needs.exposed),
    ):
        if values:
            arguments.append(f"{name}={quoted(values)}")
    if needs.credentials:
        arguments.append("allow_credentials=True")
    if needs.max_age is not None and needs.preflighted:
        arguments.append(f"max_age={needs.max_age}")
    return "\n".join(
        [
            "from starlette.middleware.cors import CORSMiddleware",
            "",
            "app = CORSMiddleware(" if around else "app.add_middleware(",
            "    app," if around else "    CORSMiddleware,",
            *(f"    {argument}," for argument in arguments),
            ")",
        ]
    )
