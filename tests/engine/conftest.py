import pytest

from recurra.engine import arguments, errors


@pytest.fixture(autouse=True)
def _strict_and_repeatable(strict_jax, repeatable):
    """Every test here runs in a strict JAX, with the same random numbers and names."""


@pytest.fixture(autouse=True)
def _engine_alone(monkeypatch):
    """What `recurra.explain` and `recurra.compat` add to the engine is left out here."""
    monkeypatch.setattr(errors, "renderer", None)
    for hook in ("legacy_hook", "legacy_method_hook", "legacy_name_hook"):
        monkeypatch.setattr(arguments, hook, None)
