"""Old spellings are said anew in each test."""

import warnings

import pytest

from recurra.compat import OldSpelling, said


@pytest.fixture(autouse=True)
def nothing_said_yet():
    said.forget()


@pytest.fixture
def says():
    """Runs a function; gives its result and what was said about old spellings."""

    def run(function):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = function()
        return result, [str(w.message) for w in caught if w.category is OldSpelling]

    return run
