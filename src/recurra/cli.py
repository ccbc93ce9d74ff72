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
    """The versions and the hardware that recurra computes with, a line each."""
    from importlib.metadata import version

    import jax

    devices = jax.devices()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    rows = {
        "recurra": version("recurra"),
        "jax": jax.__version__,
        "python": platform.python_version(),
        "device": f"{len(devices)} x {devices[0].device_kind} ({devices[0].platform})",
        "cores": str(cores),
    }
    return "\n".join(f"{name:<8} {value}" for name, value in rows.items())


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
    commands.add_parser("info", help="print versions, device and cores")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
