"""The URL parser, or one line that says how to get it: `import crossorigin` works without."""

try:
    import can_ada
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "the browser half of crossorigin needs can_ada, which is not installed: pip install 'crossorigin[browser]'",
        name="can_ada",
    ) from error

__all__ = ["can_ada"]
