"""What is chosen when a process starts: instruction sets and threads. Results do not depend on it.

Digests are of the bytes of all results and gradients.
"""

import json
import os
import subprocess
import sys
from functools import cache

import pytest

from recurra.kernels import library


def said_by(module, *words, **environment):
    """What a module of this folder prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.kernels.{module}", *words],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@cache
def digests(threads):
    """With a pool of four threads, of which so many may be used."""
    used, *found = said_by("forked", NPROC="4", RECURRA_THREADS=str(threads))
    assert used == threads
    return found


@pytest.mark.parametrize("threads", [2, 3, 4])
def test_results_are_the_same_bits_for_any_number_of_threads(threads):
    assert digests(threads) == digests(1)


@pytest.mark.parametrize("isa", library.ISAS[:-1])
def test_random_recurrences_with_lower_instruction_sets(isa):
    """The highest one runs in `test_native.py`."""
    used, worst = said_by("drawn", "2000", "2150", RECURRA_ISA=isa)
    assert library.ISAS.index(used) == min(map(library.ISAS.index, (isa, library.isa())))
    assert all(worst.values())
