"""What recurra says to type is typed into the programs: then they run, and nothing is said."""

import pytest

from tests.cases import run
from tests.cases.fixes import FIXES


@pytest.mark.parametrize("name", FIXES)
def test_the_fix_works(name, tmp_path):
    facts, replacements = FIXES[name]
    assert [fact for fact in facts if not run.holds(fact, run.expected(name))] == []
    program = (run.PROGRAMS / f"{name}.py").read_text()
    for old, new in replacements:
        assert old in program
        program = program.replace(old, new)
    path = tmp_path / f"{name}.py"
    path.write_text(program)
    assert run.say(path) == ""
