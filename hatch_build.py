"""Compiles the native kernels: when a wheel is built, or in place as `python hatch_build.py`.

`python hatch_build.py checked` compiles them together with tests/kernels/native/*.cc into a program
that watches every access to memory and every operation (address and undefined-behaviour
sanitizers), which Zig does not have: it takes g++ or RECURRA_CXX.

The compiler is Zig's, which comes as a Python package and brings every system's libc with it; set
RECURRA_CXX to use another (g++, clang++). XLA's one header comes with jaxlib. Sources are
src/recurra/kernels/src/*.cc; those that end in .isa.cc are compiled once for each instruction set.

Where the compiler fails the package is made without the library and computes on its reference path;
why is kept in the package for `recurra info`. RECURRA_REQUIRE_NATIVE=1 makes it an error instead.
RECURRA_TARGET=linux-aarch64 and the like (see `TARGETS`) compile for another machine.
"""

from __future__ import annotations

import contextlib
import importlib.util
import math
import os
import platform
import shlex
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
KERNELS = ROOT / "src" / "recurra" / "kernels"
SOURCES = KERNELS / "src"
TESTS = ROOT / "tests" / "kernels" / "native"
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
CHECKED_FLAGS = (
    "-std=c++17 -O1 -g -fno-omit-frame-pointer -fno-exceptions -fno-rtti -ffp-contract=fast"
    " -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra"
)
ZIG_FLAGS = "-fno-sanitize=undefined"  # its default in programs that are not optimized


class BuildError(Exception):
    """The kernels cannot be compiled; says why."""


class Build:
    """One compilation; objects that are as their sources are kept for the next one.

    Args:
        target: the machine to compile for.
        compiler: the words of its command.
        flags: what every source is compiled with.
        folder: where the objects are kept.
    """

    def __init__(self, target: Target, compiler: list[str], flags: str, folder: Path) -> None:
        self.target, self.compiler, self.folder = target, compiler, folder
        self.flags = shlex.split(flags)

    def linked(self, name: str, words: list[str], *folders: Path) -> Path:
        """Compiles what has changed in the folders, and links it with these words."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(self.folder / "lock"), ThreadPoolExecutor(os.cpu_count()) as pool:
            objects = list(pool.map(self._object, *zip(*self._units(folders))))
            result = self.folder / name
            self._make(result, [*map(str, objects), *words], objects)
            return result

    def _units(self, folders: Iterable[Path]) -> Iterator[tuple[Path, str, str]]:
        """Every source, with an instruction set and its flags; those that take longest first."""
        sources = [s for folder in folders for s in sorted(folder.glob("*.cc"))]
        for source in sorted(sources, key=lambda s: not s.name.endswith(".isa.cc")):
            if source.name.endswith(".isa.cc"):
                for name, flags in reversed(self.target.sets.items()):
                    yield source, name, flags
            else:
                yield source, "", ""

    def _object(self, source: Path, name: str, flags: str) -> Path:
        words = [source.parent.name, source.stem, *([name] if name else [])]
        result = self.folder / f"{'-'.join(words)}.o"
        reads = result.with_suffix(".d")
        isa = [*shlex.split(flags), f"-DRECURRA_ISA={name}"] if name else []
        words = [*self.flags, *isa, "-isystem", str(_headers()), "-MMD", "-MF", str(reads)]
        self._make(result, [*words, "-c", str(source)], _listed(reads))
        return result

    def _make(self, result: Path, words: list[str], reads: list[Path]) -> None:
        """Runs the compiler, unless the same command was begun after the last change of `reads`."""
        command = [*self.compiler, *words, "-o"]
        begun = result.with_name(f"{result.name}.command")
        same = result.exists() and begun.exists() and begun.read_text() == shlex.join(command)
        if same and all(_changed(file) <= _changed(begun) for file in reads):
            return
        result.unlink(missing_ok=True)
        begun.write_text(shlex.join(command))
        new = result.with_name(f"new-{result.name}")
        said = _run([*command, str(new)], result.name)
        sys.stderr.write(said)  # warnings
        os.replace(new, result)


def _run(command: list[str], what: str) -> str:
    """Runs a compiler and gives what it says."""
    # Zig keeps what it has compiled of libc; beside the objects it needs no home folder.
    cache = str(ROOT / "build" / "zig")
    own = {"ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache, **os.environ}
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=own)
    except OSError as error:
        raise BuildError(f"{command[0]} does not run: {error.strerror}") from error
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if "error:" in line]
        first = errors[0].replace(f"{SOURCES}{os.sep}", "") if errors else "the compiler fails"
        raise BuildError(f"{what}: {first}\n\n{shlex.join(command)}\n{done.stderr}")
    return done.stderr


def _zig() -> list[str]:
    return [str(_package("ziglang", "the compiler") / "zig"), "cc"]


def _headers() -> Path:
    return _package("jaxlib", "XLA's header") / "include"


def _package(name: str, brings: str) -> Path:
    """An installed package's folder; it is not imported, which for jaxlib needs more packages."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise BuildError(f"the package {name}, which brings {brings}, is not installed")
    return Path(spec.submodule_search_locations[0])


def _listed(reads: Path) -> list[Path]:
    """The files that a compiler listed as read; one that is not there if it has not run yet."""
    if not reads.exists():
        return [reads]
    words = reads.read_text().replace("\\\n", " ").partition(": ")[2].replace("\\ ", "\0").split()
    return [Path(ROOT, word.replace("\0", " ")) for word in words]


def _changed(file: Path) -> float:
    """When a file was last changed; never-ending for one that is gone."""
    return file.stat().st_mtime_ns if file.exists() else math.inf


@contextlib.contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    import fcntl  # not on Windows, for which there are no kernels either

    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def target() -> Target:
    """The machine to compile for: this one, or what RECURRA_TARGET says."""
    here = f"{platform.system()}-{platform.machine()}".lower()
    name = os.environ.get("RECURRA_TARGET") or here
    if name not in TARGETS:
        raise BuildError(f"there are no kernels for {name}, only for {', '.join(TARGETS)}")
    return TARGETS[name]


def _tag() -> str:
    """Where a wheel works: another compiler than Zig's takes this system's libc."""
    wheel = target().wheel
    return wheel.replace("manylinux_2_17", "linux") if os.environ.get("RECURRA_CXX") else wheel


def library() -> Path:
    """The compiled library.

    Raises:
        BuildError: where there is no compiler or it fails.
    """
    its, cxx = target(), os.environ.get("RECURRA_CXX")
    compiler = shlex.split(cxx) if cxx else [*_zig(), "-target", its.zig]
    flags = FLAGS if cxx else f"{FLAGS} {ZIG_FLAGS}"
    build = Build(its, compiler, flags, ROOT / "build" / "native" / its.wheel)
    return build.linked(LIBRARY, ["-shared", "-Wl,-s"], SOURCES)


def checked() -> Path:
    """The program of tests/kernels/native, which watches itself."""
    compiler = shlex.split(os.environ.get("RECURRA_CXX") or "g++")
    build = Build(target(), compiler, f"{CHECKED_FLAGS} -I{SOURCES}", ROOT / "build" / "checked")
    return build.linked("tests", ["-fsanitize=address,undefined", "-lpthread"], SOURCES, TESTS)


def in_place() -> Path:
    """Compiles into the source tree."""
    fresh, place = library(), KERNELS / LIBRARY
    # A new file in place of the old one: programs that have loaded that keep it.
    copy = place.with_name(f"{LIBRARY}.{os.getpid()}")
    copy.write_bytes(fresh.read_bytes())
    os.replace(copy, place)
    (KERNELS / REASON).unlink(missing_ok=True)
    return place


class NativeBuildHook(BuildHookInterface):
    """Puts the library, or why it is missing, into the package."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles before the wheel is put together; `version` is "editable" or "standard"."""
        try:
            if version == "editable":
                in_place()
            else:
                build_data["force_include"][str(library())] = f"recurra/kernels/{LIBRARY}"
                build_data["tag"] = f"py3-none-{_tag()}"
                build_data["pure_python"] = False
        except BuildError as error:
            if os.environ.get("RECURRA_REQUIRE_NATIVE", "0") != "0":
                raise RuntimeError(f"the kernels do not compile: {error}") from error
            self.app.display_warning(f"The kernels do not compile: {error}")
            note = (KERNELS if version == "editable" else ROOT / "build") / REASON
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(f"{error}\n")
            if version == "editable":
                (KERNELS / LIBRARY).unlink(missing_ok=True)
            else:
                build_data["force_include"][str(note)] = f"recurra/kernels/{REASON}"


def main(words: list[str]) -> None:
    """What `python hatch_build.py` does, with or without `checked`."""
    started = time.perf_counter()
    try:
        made = checked() if words == ["checked"] else in_place()
    except BuildError as error:
        raise SystemExit(f"The kernels do not compile.\n{error}") from None
    print(f"{made.relative_to(ROOT)}: {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
