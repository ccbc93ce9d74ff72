"""Compiles the native kernels: when a wheel is built, or in place as `python hatch_build.py`.

The compiler is Zig's, which comes as a Python package and brings every system's libc with it; set
RECURRA_CXX to use another (g++, clang++). XLA's one header comes with jaxlib. Sources are
src/recurra/kernels/src/*.cc; those that end in .isa.cc are compiled once for each instruction set.

Where the compiler fails the package is made without the library and computes on its reference path;
why is kept in the package for `recurra info`. RECURRA_REQUIRE_NATIVE=1 makes it an error instead.
RECURRA_TARGET=linux-aarch64 and the like (see `TARGETS`) compile for another machine.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import platform
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
KERNELS = ROOT / "src" / "recurra" / "kernels"
SOURCES = KERNELS / "src"
LIBRARY, REASON = "_native.so", "_native_missing.txt"  # in the package's folder `kernels`


class Target(NamedTuple):
    """A kind of machine: its name for Zig, its tag for pip, the flags of its instruction sets."""

    zig: str
    wheel: str
    sets: dict[str, str]


X86 = {
    "baseline": "",
    "avx2": "-mavx2 -mfma -mbmi2",
    "avx512": "-mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma -mbmi2"
    " -mprefer-vector-width=512",
}
OTHER = {"baseline": ""}
TARGETS = {
    "linux-x86_64": Target("x86_64-linux-gnu.2.17", "manylinux_2_17_x86_64", X86),
    "linux-aarch64": Target("aarch64-linux-gnu.2.17", "manylinux_2_17_aarch64", OTHER),
    "darwin-x86_64": Target("x86_64-macos.11.0", "macosx_11_0_x86_64", X86),
    "darwin-arm64": Target("aarch64-macos.11.0", "macosx_11_0_arm64", OTHER),
}

# NaN and infinity are numbers like others here, so no -ffast-math. Nothing but libc is linked.
FLAGS = (
    "-std=c++17 -O3 -DNDEBUG -fPIC -fvisibility=hidden -fno-exceptions -fno-rtti"
    " -fno-threadsafe-statics -fno-asynchronous-unwind-tables -ffp-contract=fast -fno-math-errno"
    " -fno-trapping-math -g0 -Wall -Wextra"
)
ZIG_FLAGS = "-fno-sanitize=undefined"  # its default in programs that are not optimized


class BuildError(Exception):
    """The kernels cannot be compiled; says why."""


class Build:
    """One compilation; objects that are as their sources are kept for the next one.

    Args:
        target: a name in `TARGETS`.
        cxx: the command of a compiler, or None for Zig's.
    """

    def __init__(self, target: str, cxx: str | None = None) -> None:
        if target not in TARGETS:
            known = ", ".join(TARGETS)
            raise BuildError(f"there are no kernels for {target}, only for {known}")
        self.target = TARGETS[target]
        self.compiler = shlex.split(cxx) if cxx else [*_zig(), "-target", self.target.zig]
        self.flags = [*shlex.split(FLAGS), *([] if cxx else shlex.split(ZIG_FLAGS))]
        self.folder = ROOT / "build" / "native" / target

    def library(self) -> Path:
        """Compiles what has changed and links it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(self.folder / "lock"), ThreadPoolExecutor(os.cpu_count()) as pool:
            objects = list(pool.map(self._object, *zip(*self._units())))
            library = self.folder / LIBRARY
            self._make(library, ["-shared", "-Wl,-s", *map(str, objects)], objects)
            return library

    def _units(self) -> Iterator[tuple[Path, str, str]]:
        """Every source, with an instruction set and its flags; those that take longest first."""
        for source in sorted(SOURCES.glob("*.cc"), key=lambda s: not s.name.endswith(".isa.cc")):
            if source.name.endswith(".isa.cc"):
                for name, flags in reversed(self.target.sets.items()):
                    yield source, name, flags
            else:
                yield source, "", ""

    def _object(self, source: Path, name: str, flags: str) -> Path:
        result = self.folder / f"{source.stem}{name and '-'}{name}.o"
        reads = result.with_suffix(".d")
        isa = [*shlex.split(flags), f"-DRECURRA_ISA={name}"] if name else []
        words = [*self.flags, *isa, "-isystem", str(_headers()), "-MMD", "-MF", str(reads)]
        self._make(result, [*words, "-c", str(source)], _listed(reads))
        return result

    def _make(self, result: Path, words: list[str], reads: list[Path]) -> None:
        """Runs the compiler, unless the same command did it after the last change of `reads`."""
        command = [*self.compiler, *words, "-o", str(result)]
        said = result.with_name(f"{result.name}.command")
        if _up_to_date(result, [said, *reads]) and said.read_text() == shlex.join(command):
            return
        result.unlink(missing_ok=True)
        said.write_text(shlex.join(command))
        # Zig keeps what it has compiled of libc; beside the objects it needs no home folder.
        cache = {name: str(ROOT / "build" / "zig") for name in ZIG_CACHES}
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, cwd=ROOT, env={**cache, **os.environ}
            )
        except OSError as error:
            raise BuildError(f"{command[0]} does not run: {error.strerror}") from error
        if done.returncode:
            raise BuildError(
                _summary(result, done.stderr) + f"\n\n{shlex.join(command)}\n{done.stderr}"
            )
        sys.stderr.write(done.stderr)  # warnings


ZIG_CACHES = ("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR")


def _zig() -> list[str]:
    if importlib.util.find_spec("ziglang") is None:
        raise BuildError("the package ziglang, which is the compiler, is not installed")
    return [sys.executable, "-m", "ziglang", "cc"]


def _headers() -> Path:
    """The folder of XLA's headers; jaxlib is not imported, which needs more packages."""
    spec = importlib.util.find_spec("jaxlib")
    if spec is None or not spec.submodule_search_locations:
        raise BuildError("the package jaxlib, which brings XLA's header, is not installed")
    return Path(spec.submodule_search_locations[0]) / "include"


def _summary(result: Path, said: str) -> str:
    """The compiler's first error in a line."""
    errors = [line for line in said.splitlines() if "error:" in line] or ["the compiler fails"]
    return f"{result.name}: {errors[0].replace(f'{SOURCES}{os.sep}', '')}"


def _listed(reads: Path) -> list[Path]:
    """The files that a compiler listed as read; one that is not there if it has not run yet."""
    if not reads.exists():
        return [reads]
    words = reads.read_text().replace("\\\n", " ").partition(": ")[2].replace("\\ ", "\0").split()
    return [Path(ROOT, word.replace("\0", " ")) for word in words]


def _up_to_date(result: Path, reads: list[Path]) -> bool:
    made = result.stat().st_mtime_ns if result.exists() else -1
    return all(file.exists() and file.stat().st_mtime_ns <= made for file in reads)


@contextlib.contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def target() -> str:
    """The machine to compile for: this one, or what RECURRA_TARGET says."""
    here = f"{platform.system()}-{platform.machine()}".lower()
    return os.environ.get("RECURRA_TARGET") or here


def compiled() -> Path:
    """The compiled library.

    Raises:
        BuildError: where there is no compiler or it fails.
    """
    return Build(target(), os.environ.get("RECURRA_CXX")).library()


def in_place() -> str:
    """Compiles into the source tree, or leaves there why it does not; gives the reason or ""."""
    library, reason = KERNELS / LIBRARY, KERNELS / REASON
    try:
        fresh = compiled()
    except BuildError as error:
        reason.write_text(f"{error}\n")
        library.unlink(missing_ok=True)
        return str(error)
    reason.unlink(missing_ok=True)
    # A new file in place of the old one: programs that have loaded that keep it.
    copy = KERNELS / f"{LIBRARY}.{os.getpid()}"
    copy.write_bytes(fresh.read_bytes())
    os.replace(copy, library)
    return ""


def _required(reason: str) -> None:
    if os.environ.get("RECURRA_REQUIRE_NATIVE", "0") not in ("", "0"):
        raise RuntimeError(
            f"RECURRA_REQUIRE_NATIVE is set, and the kernels do not compile: {reason}"
        )


class NativeBuildHook(BuildHookInterface):
    """Puts the library, or why it is missing, into the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles before the wheel is put together; `version` is "editable" or "standard"."""
        if version == "editable":
            reason = in_place()
            if reason:
                _required(reason)
            return
        try:
            build_data["force_include"][str(compiled())] = f"recurra/kernels/{LIBRARY}"
            build_data["tag"] = f"py3-none-{TARGETS[target()].wheel}"
            build_data["pure_python"] = False
        except BuildError as error:
            _required(str(error))
            note = Path(self.directory) / REASON
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(f"{error}\n")
            build_data["force_include"][str(note)] = f"recurra/kernels/{REASON}"


if __name__ == "__main__":
    started = time.perf_counter()
    trouble = in_place()
    if trouble:
        raise SystemExit(f"The kernels do not compile:\n{trouble}")
    print(f"src/recurra/kernels/{LIBRARY}: {time.perf_counter() - started:.1f} s")
