"""The demonstration's servers, started once for the tests that only look at them."""

from collections.abc import Iterator, Mapping

import pytest

from crossorigin.demo import Demo, Prediction, predict


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    with Demo() as running:
        yield running


@pytest.fixture(scope="session")
def predictions(demo: Demo) -> Mapping[str, Prediction]:
    return {prediction.row.id: prediction for prediction in predict(demo.runs.start(), demo.origins)}
