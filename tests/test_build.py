"""The package builds with a compiler that is a package, and works where nothing compiles."""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import time
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
KERNELS = "src/recurra/kernels"
RUN = (
    "import numpy as np, recurra as rc\n"
    "print(rc.layers.LSTM(4)(np.zeros((2, 5, 3), 'float32')).shape)\n"
    "from recurra import cli; print(cli.info())\n"
)


def tree(folder, *sources):
    """A clean copy of what the package is built from, with some of the C++ sources or all."""
    for name in ("hatch_build.py", "pyproject.toml", "README.md", ".gitignore"):
        folder.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder)
    ignored = shutil.ignore_patterns("_native*", "__pycache__", *(["src"] if sources else []))
    shutil.copytree(ROOT / "src" / "recurra", folder / "src" / "recurra", ignore=ignored)
    for source in sources:
        (folder / KERNELS / "src").mkdir(exist_ok=True)
        shutil.copy(ROOT / KERNELS / "src" / source, folder / KERNELS / "src")
    return folder


def without_compilers(**more):
    """An environment in which no compiler is found, and what Zig has made of libc is kept."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("RECURRA_")}
    caches = dict.fromkeys(("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"), f"{ROOT}/build/zig")
    return {**kept, **caches, "PATH": "/nowhere", **more}


def build(folder, kind="wheel", **environment):
    """Builds a distribution; gives its file, or what was said if that failed."""
    made = folder / "dist"
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(made)]
    done = subprocess.run(
        command, cwd=folder, env=without_compilers(**environment), capture_output=True, text=True
    )
    return done.stdout + done.stderr if done.returncode else next(made.iterdir())


def installed(wheel, folder):
    """What `RUN` prints in a fresh environment, which shares with ours all but recurra itself."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True)
    # A folder named in a .pth file is searched, but its own .pth files, ours among them, are not.
    packages = next((folder / "lib").glob("python*")) / "site-packages"
    (packages / "shared.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    done = subprocess.run(
        [str(python), "-c", RUN], capture_output=True, text=True, env=without_compilers(), cwd="/"
    )
    assert done.returncode == 0, done.stderr
    return packages / "recurra" / "kernels", done.stdout.splitlines()


def test_a_wheel_is_compiled_without_a_compiler_and_works_elsewhere(tmp_path):
    wheel = build(tree(tmp_path / "tree"), RECURRA_REQUIRE_NATIVE="1")
    assert wheel.name.endswith(f"-py3-none-manylinux_2_17_{os.uname().machine}.whl")
    names = [name for name in ZipFile(wheel).namelist() if name.startswith("recurra/kernels/")]
    assert "recurra/kernels/_native.so" in names
    assert [name for name in names if not name.endswith((".py", "_native.so"))] == []
    kernels, printed = installed(wheel, tmp_path / "elsewhere")
    assert printed[0] == "(2, 4)"
    assert f"kernels  {kernels}/_native.so" in printed


def test_a_failed_compilation_leaves_a_package_that_works_and_says_why(tmp_path):
    folder = tree(tmp_path / "tree", "isa.cc", "isa.h")
    (folder / KERNELS / "src" / "isa.h").write_text("broken\n")
    told = "src-isa.o: isa.h:1:1: error: unknown type name 'broken'"
    required = build(folder, RECURRA_REQUIRE_NATIVE="1")
    assert f"RuntimeError: the kernels do not compile: {told}" in required
    wheel = build(folder)
    assert wheel.name.endswith("-py3-none-any.whl")
    _, printed = installed(wheel, tmp_path / "elsewhere")
    assert printed[0] == "(2, 4)"
    assert f"kernels  none: it was not compiled: {told}" in printed


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"RECURRA_CXX": "/nowhere/c++"}, "/nowhere/c++ does not run: No such file or directory"),
        (
            {"RECURRA_TARGET": "windows-amd64"},
            "there are no kernels for windows-amd64, only for linux-x86_64, linux-aarch64, "
            "darwin-x86_64, darwin-arm64",
        ),
    ],
)
def test_no_compiler_or_no_kernels(environment, told, tmp_path):
    wheel = build(tree(tmp_path / "tree", "isa.cc", "isa.h"), **environment)
    assert wheel.name.endswith("-py3-none-any.whl")
    assert ZipFile(wheel).read("recurra/kernels/_native_missing.txt").decode() == f"{told}\n"


@pytest.mark.parametrize(
    ("target", "tag", "magic"),
    [
        ("linux-aarch64", "manylinux_2_17_aarch64", b"\x7fELF"),
        ("darwin-arm64", "macosx_11_0_arm64", b"\xcf\xfa\xed\xfe"),
    ],
)
def test_another_machine(target, tag, magic, tmp_path):
    wheel = build(tree(tmp_path / "tree", "isa.cc", "isa.h"), RECURRA_TARGET=target)
    assert wheel.name.endswith(f"-py3-none-{tag}.whl")
    assert ZipFile(wheel).read("recurra/kernels/_native.so").startswith(magic)


def test_a_compiler_of_the_system(tmp_path):
    zig = f"{sys.executable} -m ziglang cc"  # which stands for any other here
    wheel = build(tree(tmp_path / "tree", "isa.cc", "isa.h"), RECURRA_CXX=zig)
    assert wheel.name.endswith(f"-py3-none-linux_{os.uname().machine}.whl")


def test_the_source_distribution_has_sources_alone(tmp_path):
    folder = tree(tmp_path / "tree")
    for name in ("_native.so", "_native_missing.txt"):
        (folder / KERNELS / name).write_text("")
    (folder / "build" / "native").mkdir(parents=True)
    (folder / "build" / "native" / "isa.o").write_text("")
    with tarfile.open(build(folder, "sdist")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"hatch_build.py", f"{KERNELS}/src/isa.cc", f"{KERNELS}/src/isa.h"} <= names
    assert [name for name in names if "_native" in name or name.startswith("build")] == []


def test_only_what_changed_is_compiled_again(tmp_path, monkeypatch):
    folder = tree(tmp_path / "tree", "isa.cc", "isa.h")
    monkeypatch.setenv("ZIG_GLOBAL_CACHE_DIR", f"{ROOT}/build/zig")
    other = folder / KERNELS / "src" / "other.isa.cc"
    other.write_text("namespace RECURRA_ISA { int number() { return 1; } }\n")
    spec = importlib.util.spec_from_file_location("its_build", folder / "hatch_build.py")
    its = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(its)
    made = []
    run = its._run
    monkeypatch.setattr(its, "_run", lambda command, what: made.append(what) or run(command, what))

    def newly_made():
        made.clear()
        its.in_place()
        return sorted(made)

    others = [f"src-other.isa-{name}.o" for name in its.target().sets]
    assert newly_made() == ["_native.so", "src-isa.o", *sorted(others)]
    library = (folder / KERNELS / "_native.so").read_bytes()
    assert newly_made() == []
    time.sleep(0.02)  # clocks of files are coarse
    (folder / KERNELS / "src" / "isa.h").touch()
    assert newly_made() == ["_native.so", "src-isa.o"]
    assert (folder / KERNELS / "_native.so").read_bytes() == library
    other.write_text("namespace RECURRA_ISA { int number() { return oops; } }\n")
    with pytest.raises(its.BuildError, match="undeclared identifier 'oops'"):
        its.in_place()
    other.unlink()
    assert newly_made() == ["_native.so"]
    monkeypatch.setattr(its, "FLAGS", its.FLAGS + " -O1")
    assert newly_made() == ["_native.so", "src-isa.o"]
