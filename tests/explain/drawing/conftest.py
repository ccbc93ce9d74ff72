import pytest


@pytest.fixture(autouse=True)
def _repeatable(repeatable):
    """Every test here names its layers from the start."""
