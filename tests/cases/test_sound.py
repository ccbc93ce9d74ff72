"""Healthy programs of many kinds: each learns what it asserts, and is given no advice."""

import pytest

from tests.cases import run

SOUND = sorted((run.HERE / "sound").glob("*.py"))


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_nothing_is_said_to_a_sound_program(path):
    assert run.say(path) == ""


def test_there_are_at_least_twenty():
    assert len(SOUND) >= 20
