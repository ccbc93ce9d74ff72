import pytest


@pytest.fixture(autouse=True)
def _strict_and_repeatable(strict_jax, repeatable):
    """Every test here runs in a strict JAX, with the same random numbers and names."""
