"""The command `recurra`."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """What `recurra ...` does.

    Args:
        arguments: the words behind `recurra`; those of the command line by default.

    Returns:
        The exit code.
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.command == "run":
        import recurra  # noqa: F401 - errors and old spellings are set up with it
        from recurra.compat.run import run_script

        return run_script(given.script, given.arguments)
    if given.command == "info":
        print(info())
        return 0
    parser.print_help()
    return 2


def info() -> str:
    """The versions, the machine and what computes recurrences on it, a line each."""
    from importlib.metadata import version

    import jax

    from recurra.kernels import library

    devices = jax.devices()
    rows = {
        "recurra": version("recurra"),
        "jax": jax.__version__,
        "python": platform.python_version(),
        "machine": f"{_processor()} ({platform.machine()})",
        "cores": str(_cores()),
        "device": f"{len(devices)} x {devices[0].device_kind} ({devices[0].platform})",
        "kernels": str(library.PATH),
    }
    if library.library() is None:
        rows["kernels"] = f"none: {library.why_missing()}"
    else:
        rows |= {"isa": library.isa(), "threads": str(library.threads())}
        if library.older_than_sources():
            rows["kernels"] += ", older than its sources: `make native` compiles them"
    return "\n".join(f"{name:<8} {value}" for name, value in rows.items()) + _paths()


def _paths() -> str:
    """A table of which recurrences the native kernels compute, and why others not."""
    from recurra.layers.recurrent.paths import paths

    rows = [("recurrence", "path", "why"), *paths()]
    widths = [max(len(row[k]) for row in rows) for k in range(2)]
    lines = ["  ".join([a.ljust(widths[0]), b.ljust(widths[1]), c]).rstrip() for a, b, c in rows]
    return "\n\n" + "\n".join(lines)


def _processor() -> str:
    """The processor's name as its maker gives it."""
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model n")]
    except OSError:  # not Linux
        names = []
    return names[0] if names else platform.processor() or "unknown"


def _cores() -> int | None:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="recurra",
        description="Sequence models that run fast on the machine you have and explain themselves.",
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    run = commands.add_parser(
        "run",
        help="run a script written for Keras 1, 2 or 3",
        description="Run a script as `python script.py` would, with keras and tensorflow.keras "
        "meaning recurra, whatever is installed. Old spellings are said once each.",
    )
    run.add_argument("script", help="the Python file")
    run.add_argument("arguments", nargs=argparse.REMAINDER, help="what the script is called with")
    commands.add_parser("info", help="print versions, machine and kernels")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
