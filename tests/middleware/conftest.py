"""What every test of the middleware starts from."""

import pytest

from crossorigin.middleware.engine import _plan


@pytest.fixture(autouse=True)
def _other_tests_bindings_are_not_told_of(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests are one process, and what one module binds no app of another reaches: that is not worth a warning."""
    if "unreached" not in request.node.name:
        monkeypatch.setattr(_plan, "warn_of_unreached", lambda: None)
