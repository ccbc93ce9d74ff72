"""The native library is there, is loaded late, and says why where it is not."""

import json
import os
import subprocess
import sys
from functools import cache

import pytest

from recurra.kernels import library

LSTM = (
    "import numpy as np, recurra as rc\n"
    "x = np.linspace(-1, 1, 2 * 5 * 3, dtype='float32').reshape(2, 5, 3)\n"
    "layer = rc.layers.LSTM(4, kernel_initializer='ones', recurrent_initializer='ones')\n"
    "said['outputs'] = np.asarray(layer(x)).tolist()\n"
)


def in_process(code="", **environment):
    """What a fresh process has in `said` after running the code."""
    start = "import json\nfrom recurra.kernels import library\nsaid = {}\n"
    asks = "said |= {k: getattr(library, k)() for k in ('why_missing', 'isa', 'threads')}\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{start}{code}{asks}print(json.dumps(said))"],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture
def not_loaded(monkeypatch, tmp_path):
    """A library that has not been looked for, in an empty package."""
    monkeypatch.setattr(
        library, "_library_or_reason", cache(library._library_or_reason.__wrapped__)
    )
    monkeypatch.setattr(library, "PATH", tmp_path / "_native.so")
    monkeypatch.setattr(library, "REASON", tmp_path / "_native_missing.txt")
    return tmp_path


def test_it_is_there():
    assert library.why_missing() == ""
    assert library.library() is not None
    assert library.isa() in library.ISAS
    assert library.threads() >= 1


def test_it_is_loaded_at_the_first_recurrence():
    code = (
        "import recurra\n"
        "at = library._library_or_reason.cache_info\n"
        "said['before'] = at().currsize\n" + LSTM + "said['after'] = at().currsize\n"
    )
    said = in_process(code)
    assert (said["before"], said["after"]) == (0, 1)


def test_it_is_turned_off():
    off, on = in_process(LSTM, RECURRA_NATIVE="0"), in_process(LSTM)
    assert (off["why_missing"], off["isa"], off["threads"]) == (
        "RECURRA_NATIVE=0 turns it off",
        "",
        0,
    )
    assert on["why_missing"] == ""
    for one, other in zip(off["outputs"], on["outputs"]):
        assert one == pytest.approx(other, abs=1e-6)


@pytest.mark.parametrize("asked", library.ISAS)
def test_the_instruction_set_is_lowered(asked):
    rank = library.ISAS.index
    said = in_process(RECURRA_ISA=asked)
    assert rank(said["isa"]) <= rank(asked)
    if "RECURRA_ISA" not in os.environ:
        assert rank(said["isa"]) == min(rank(asked), rank(library.isa()))


def test_a_wrong_instruction_set(not_loaded, monkeypatch):
    monkeypatch.setenv("RECURRA_ISA", "avx3")
    assert library.library() is None
    assert library.why_missing() == (
        "RECURRA_ISA=avx3 is not an instruction set, baseline, avx2, avx512 are"
    )


def test_the_threads_are_limited():
    assert in_process(RECURRA_THREADS="1")["threads"] == 1


def test_nothing_was_compiled(not_loaded):
    assert library.library() is None
    assert library.why_missing() == (
        "it has not been compiled; `python hatch_build.py` in recurra's folder does"
    )


def test_the_compiler_failed(not_loaded):
    (not_loaded / "_native_missing.txt").write_text("isa.o: a line\n\nand more\n")
    assert library.library() is None
    assert library.why_missing() == "it was not compiled: isa.o: a line"


def test_the_file_is_broken(not_loaded):
    (not_loaded / "_native.so").write_text("not a library")
    assert library.library() is None
    assert library.why_missing().startswith(f"it does not load: {not_loaded}/_native.so: ")


def test_sources_that_are_newer(not_loaded):
    (not_loaded / "src").mkdir()
    for name in ("_native.so", "src/isa.cc"):
        (not_loaded / name).touch()
    os.utime(not_loaded / "src" / "isa.cc", (1, 1))
    assert not library.older_than_sources()
    os.utime(not_loaded / "_native.so", (0, 0))
    assert library.older_than_sources()
