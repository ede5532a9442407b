"""The road over: what another package was told about CORS, as a policy, with a list of what will differ.

    migration = from_starlette(allow_origins=["https://app.example.com"], allow_methods=["PUT"])
    print(migration.code)

It reads options and live apps by their attributes, and imports no framework.
"""

from ._from_app import NoCORSFound, from_app
from ._from_options import (
    from_aiohttp_cors,
    from_django_cors_headers,
    from_express,
    from_flask_cors,
    from_starlette,
)
from ._migration import Migration
from ._note import Note, NoteRule, Severity
from ._prose import NOTE_RULES

__all__ = [
    "NOTE_RULES",
    "Migration",
    "NoCORSFound",
    "Note",
    "NoteRule",
    "Severity",
    "from_aiohttp_cors",
    "from_app",
    "from_django_cors_headers",
    "from_express",
    "from_flask_cors",
    "from_starlette",
]
