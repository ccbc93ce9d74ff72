"""Names of models and layers count from the beginning in every test."""

import pytest

import recurra as rc


@pytest.fixture(autouse=True)
def fresh_names():
    rc.utils.clear_session()
