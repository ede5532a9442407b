"""The packages whose CORS options are read, one a file: what an option is called, and what it does."""

__all__: list[str] = []
