"""What this machine is and can do: a large matrix product, and reading from the L2 cache."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import numpy as np


def best(call: Callable[[], object], seconds: float = 0.4) -> float:
    """The fastest of the calls that fit into so many seconds, in seconds."""
    call()
    fastest, end = float("inf"), time.perf_counter() + seconds
    while (begin := time.perf_counter()) < end:
        call()
        fastest = min(fastest, time.perf_counter() - begin)
    return fastest


def gflops(size: int = 2048) -> float:
    """10^9 operations a second of a square matrix product: the better of NumPy and PyTorch."""
    a = np.random.default_rng(0).random((size, size), "float32")
    out = np.empty_like(a)
    seconds = best(lambda: np.matmul(a, a, out=out))
    try:
        import torch
    except ImportError:
        pass
    else:
        t, result = torch.from_numpy(a), torch.empty(size, size)
        seconds = min(seconds, best(lambda: torch.mm(t, t, out=result)))
    return 2 * size**3 / seconds / 1e9


def stream() -> float:
    """10^9 bytes a second that one core reads from L2: a 256 KB matrix times 64 vectors, singly.

    That is what an LSTM(128) does at batch 1. The better of two shapes; NumPy calls its BLAS for
    each vector without Python in between. Meant for a process that may use one core.
    """
    rng, speeds = np.random.default_rng(0), []
    for rows, columns in ((128, 512), (512, 128)):
        matrix = rng.random((rows, columns), "float32")
        vectors = rng.random((64, columns, 1), "float32")
        out = np.empty((64, rows, 1), "float32")
        call = lambda m=matrix, v=vectors, o=out: np.matmul(m, v, out=o)  # noqa: E731
        speeds.append(64 * matrix.nbytes / best(call) / 1e9)
    return max(speeds)


def description() -> dict[str, str]:
    """Cores, processor and instruction set."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    named = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    sets = [name for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in text]
    return {
        "processor": named[0] if named else platform.machine(),
        "instructions": sets[0] if sets else platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
    }


def versions() -> dict[str, str]:
    """The peers' versions in this environment."""
    names = ("recurra", "jax", "keras", "torch", "onnxruntime", "tensorflow_cpu", "tensorflow")
    found = {}
    for name in names:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
