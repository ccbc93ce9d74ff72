import pytest

from tests.training.mistakes import X, Y, new, still_works


@pytest.fixture(autouse=True)
def _strict_and_repeatable(strict_jax, repeatable):
    """Every test here runs in a strict JAX, with the same random numbers and names."""


@pytest.fixture(scope="module")
def mistreated():
    """One model that every test mistreats; whatever they do, it has to go on working."""
    model = new()
    model.fit(X, Y, verbose=0)
    return model


@pytest.fixture
def model(mistreated):
    """After each test the corrected call works on the same model."""
    yield mistreated
    still_works(mistreated)
