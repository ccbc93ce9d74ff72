"""Processes that work side by side, and end together."""

import os
import signal
import subprocess
import sys
import time

import pytest

import recurra as rc
from recurra.forecasting.workers import as_done


def square(number):
    return number * number


def test_one_process_alone_does_tasks_one_behind_the_other():
    assert list(as_done(square, [1, 2, 3], 1)) == [(0, 1), (1, 4), (2, 9)]


def test_what_no_other_process_can_be_given():
    with pytest.raises(rc.ArgumentError) as refused:
        list(as_done(square, [lambda: 1, 2], 2))
    message = str(refused.value).splitlines()
    assert message[0].startswith("`jobs`: other processes cannot be given what they are to do: ")
    assert message[1:] == [
        "  fix:      jobs=1",
        "  fix:      a model that is made by a function of a module: no lambda",
    ]


def ended(_):
    os._exit(3)


def test_a_process_that_ends_before_its_work_is_done():
    with pytest.raises(rc.StateError) as refused:
        list(as_done(ended, [1, 2], 2))
    assert str(refused.value) == (
        "`jobs`: a process ended before its work was done. Each runs your program's imports anew, "
        "and needs memory of its own.\n"
        "  fix:      if __name__ == '__main__':  # before what your program does, below its "
        "functions\n"
        "  fix:      jobs=1"
    )


PROGRAM = """
import os, sys, time
from pathlib import Path
from recurra.forecasting.workers import as_done

def wait(folder):
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(600)

if __name__ == "__main__":
    list(as_done(wait, [sys.argv[1]] * 2, 2))
"""


def test_ctrl_c_ends_all_processes_and_leaves_one_traceback(tmp_path):
    program, folder = tmp_path / "program.py", tmp_path / "at work"
    program.write_text(PROGRAM)
    folder.mkdir()
    started = subprocess.Popen(
        [sys.executable, str(program), str(folder)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while len(list(folder.iterdir())) < 2:
        assert started.poll() is None
        time.sleep(0.05)
    os.killpg(started.pid, signal.SIGINT)  # as a terminal does: to all of them
    _, said = started.communicate(timeout=60)
    assert said.count("Traceback") == 1
    assert said.splitlines()[-1] == "KeyboardInterrupt"
    for path in folder.iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(path.name), 0)
