"""Every example runs as it stands, shows what its question asks for, and is given no advice."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
SHOWS = {
    # 64 * (1 + 64 + 1) = 4224 and 64 + 1 = 65 parameters
    "question_1_simple_rnn.py": ["4,224", " 65 ", "4,289", "Epoch 3/3 - 8 steps"],
    # 4 * 5 * (1 + 5 + 1) = 140, 4 * 4 * (5 + 4 + 1) = 160, 4 + 1 = 5
    "question_2_stacked_lstm.py": [
        "(None, 20, 5)",
        "(None, None, 5)",
        "140",
        "160",
        "305",
        "Epoch 2/2 - 10 steps",
        "Epoch 2/2 - 6 steps",
        "(2, 1)",
    ],
    # 4 * 128 * (30 + 128 + 1) = 81408, 4 * 128 * (128 + 128 + 1) = 131584, 128 + 1 = 129;
    # then 4 * 15 * (30 + 15 + 1) = 2760, 4 * 7 * (15 + 7 + 1) = 644, 7 + 1 = 8
    "question_3_two_lstms.py": ["81,408", "131,584", "129", "213,121", "2,760", "644", "3,412"],
    # 133906 - 3 + 1 steps remain
    "question_4_conv1d.py": ["(None, 133904, 1)", "Epoch 2/2 - 1 step"],
    # one weight for each of 10 * 64 positions
    "question_5_hadamard.py": ["(20, 10, 1)", "hadamard_1 (Hadamard)", "640"],
    "question_6_continue_a_series.py": [
        "state carried on from step 600",
        "from a zero state",
        "padded to 600 steps",
        "windows of the last 10 steps",
        "stateful over the windows",
    ],
}


def run(name: str, where: Path) -> str:
    """What a script prints, run in a process of its own in an empty folder."""
    result = subprocess.run(
        [sys.executable, str(EXAMPLES / name)],
        capture_output=True,
        text=True,
        cwd=where,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "advice:" not in result.stderr and "Warning" not in result.stderr, result.stderr
    return result.stdout


@pytest.mark.parametrize("name", SHOWS)
def test_example(name, tmp_path):
    printed = run(name, tmp_path)
    if name.startswith("question_6"):
        check_the_ways_to_go_on(printed)
    missing = [words for words in SHOWS[name] if words not in printed]
    assert not missing, printed


def check_the_ways_to_go_on(printed: str) -> None:
    """The state carried on is best, and padding is no better than a zero state."""
    lines = printed.splitlines()
    errors = {line[:34].strip(): float(line.split()[-1]) for line in lines if "error" in line}
    right = errors.pop("state carried on from step 600")
    assert right < min(errors.values())
    assert errors["from a zero state"] == errors["padded to 600 steps"]


def test_the_demo_is_the_command_of_the_makefile(tmp_path):
    """`make demo`, with the programs of this environment, in an empty folder."""
    makefile = (EXAMPLES.parent / "Makefile").read_text()
    lines = re.search(r"^demo:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert lines is not None
    script = lines[1].replace("examples/", f"{EXAMPLES}/")
    script = script.replace("$(BIN)/python", sys.executable)
    script = script.replace("$(BIN)/recurra", f"{sys.executable} -m recurra.cli")
    result = subprocess.run(
        ["sh", "-e"], input=script, capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert result.returncode == 0, result.stderr
    verdict = result.stdout.splitlines()[0]
    better = re.match(r"The forecast is (\d+) % better than the best baseline, ", verdict)
    assert better is not None and int(better[1]) > 60, verdict
    rows = (tmp_path / "build" / "forecast.csv").read_text().splitlines()
    assert rows[0] == "month,forecast,lower_90,upper_90"
    assert [row.split(",")[0] for row in rows[1::11]] == ["2002-01-01", "2002-12-01"]
    assert "<html" in (tmp_path / "build" / "report.html").read_text()


def test_every_example_is_run():
    assert {p.name for p in EXAMPLES.glob("*.py")} == set(SHOWS) | {"demo_table.py"}
