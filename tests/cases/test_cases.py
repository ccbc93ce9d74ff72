"""What recurra says to the programs of users who got stuck: the whole text, read and judged."""

import json

import pytest

from tests.cases import run

OPEN = run.reasons()


@pytest.mark.parametrize("name", run.names())
def test_case(name):
    text = run.say(run.PROGRAMS / f"{name}.py")
    lacks = run.missing(name, text)
    if name in OPEN:  # one that has become right is recorded, and leaves the list
        assert lacks, f"{name} is right now: record it and take it from open.toml"
        return
    assert not lacks
    assert text == run.expected(name)


def test_all_seventy_seven_are_here():
    cases = [f"s{k}" for k in range(1, 7)] + [f"o{k}" for k in range(1, 72)]
    assert run.names() == cases
    assert set(OPEN) <= set(cases)
    judged = {path.stem for path in (run.HERE / "expected").glob("*.txt")}
    assert judged == set(cases) - set(OPEN)


def test_a_text_must_hold_every_fact(tmp_path, monkeypatch):
    (tmp_path / "wanted").mkdir()
    (tmp_path / "wanted" / "o1.txt").write_text(
        'X.transpose(0, 2, 1)\nloss="mse" | rmse\n2 times: fix\n'
    )
    monkeypatch.setattr(run, "HERE", tmp_path)
    right = "fix: x.transpose(0,2,1)\nFix: loss='mse'"
    assert run.missing("o1", right) == []
    assert run.missing("o1", right.replace("mse", "mae")) == ['loss="mse" | rmse']
    assert run.missing("o1", right.replace("Fix", "")) == ["2 times: fix"]
    (tmp_path / "wanted" / "o2.txt").write_text("at most 1 times: wrong\n")
    assert run.missing("o2", "wrong") == []
    assert run.missing("o2", "wrong, WRONG") == ["at most 1 times: wrong"]
    assert run.missing("o3", "Traceback ...") == ["to run to its end"]
    assert run.missing("o1", right + "\nAssertionError") == ["the right numbers"]


def test_of_a_traceback_only_the_program_is_kept():
    text = (
        'Traceback (most recent call last):\n  File "/a/b/o1.py", line 3, in <module>\n    fit()\n'
        '    ^^^^^\n  File "/c/recurra/x.py", line 9, in fit\n    deep()\nValueError: /d/e/w.h5\n'
    )
    kept = 'Traceback (most recent call last):\n  File "o1.py", line 3, in <module>\n    fit()\n'
    assert run.normalised(text, "o1.py") == kept + "ValueError: w.h5\n"


def test_keras_was_judged_on_every_case():
    keras = json.loads((run.HERE / "keras.json").read_text())
    assert list(keras) == run.names()
    verdicts = {entry["verdict"] for entry in keras.values()}
    assert verdicts == {"OK", "WARN", "ERR-clear", "ERR-opaque", "SILENT", "FOREIGN"}
