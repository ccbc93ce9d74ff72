"""What an error says, without the line of the test that caused it."""

import pytest

from recurra.engine.errors import RecurraError


def said(kind, function, *args, **kwargs):
    """The facts of the error of that kind which a call raises: problem, came, expected, fixes."""
    with pytest.raises(kind) as caught:
        function(*args, **kwargs)
    error = caught.value
    assert isinstance(error, RecurraError)
    return error.problem, error.came, error.expected, error.fixes
