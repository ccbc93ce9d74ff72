"""What an error says, for tests that assert the whole of it."""

import pytest


def problem(kind, function, *args, **kwargs):
    """The sentence of the error of exactly that kind which a call raises."""
    with pytest.raises(kind) as caught:
        function(*args, **kwargs)
    assert type(caught.value) is kind
    return caught.value.problem


def fixes(kind, function, *args, **kwargs):
    """The fixes that the error of a call offers."""
    with pytest.raises(kind) as caught:
        function(*args, **kwargs)
    return caught.value.fixes
