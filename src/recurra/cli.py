"""The command `recurra`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence

from recurra.commands import backtest, classify, forecast


def main(arguments: Sequence[str] | None = None) -> int:
    """What `recurra ...` does.

    Args:
        arguments: the words behind `recurra`; those of the command line by default.

    Returns:
        The exit code.
    """
    parser = _parser()
    given, others = parser.parse_known_args(arguments)
    if others:
        return _refused(parser, str(given.command), others)
    if "run" in given:
        return int(given.run(given))
    if given.command == "run":
        import recurra  # noqa: F401 - errors and old spellings are set up with it
        from recurra.compat.run import run_script

        return run_script(given.script, given.arguments)
    if given.command == "info":
        print(info())
        return 0
    if given.command == "explain":
        return _explain(given.text)
    if given.command == "why":
        return _why(given.id)
    parser.print_help()
    return 2


def _refused(parser: argparse.ArgumentParser, command: str, words: list[str]) -> int:
    """Words that mean nothing to a command."""
    from recurra.engine.suggestions import did_you_mean

    (commands,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    known = commands.choices[command]._option_string_actions if command in commands.choices else {}
    word = words[0]
    if word.startswith("-"):
        near = did_you_mean(word.partition("=")[0], [name for name in known if len(name) > 2])
        said = f"there is no option {word}{near or '.'}"
    else:
        said = f"the word {word!r} is one too many; names with spaces stand in quotation marks."
    print(f"recurra {command}: {said}\n  fix:      recurra {command} --help", file=sys.stderr)
    return 2


def _explain(text: str) -> int:
    """Print the page of an error."""
    import recurra  # noqa: F401 - errors get their words
    from recurra.explain.pages import explain_text, pages

    page = explain_text(sys.stdin.read() if text == "-" else text)
    if page is None:
        print("There is no page for this text. There are pages on:", file=sys.stderr)
        print(_listed({page.id: page.title for page in pages().values()}), file=sys.stderr)
        return 1
    _show(page)
    return 0


def _why(name: str | None) -> int:
    """Print the page of a rule or error by its id, or list them."""
    from recurra.engine.arguments import did_you_mean
    from recurra.explain.advice.rule import load_rules
    from recurra.explain.pages import pages

    rules = load_rules()
    if name is None:
        print("Advice:", _listed({r.id: r.title for r in rules.values()}), sep="\n", end="\n\n")
        print("Errors:", _listed({p.id: p.title for p in pages().values()}), sep="\n")
    elif name in rules:
        _show(f"# {name}: {rules[name].page}")
    elif name in pages():
        _show(pages()[name].text)
    else:
        suggestion = did_you_mean(name, [*rules, *pages()]) or "."
        print(f"recurra why: there is no page {name!r}{suggestion}", file=sys.stderr)
        return 2
    return 0


def _listed(titles: dict[str, str]) -> str:
    width = max(map(len, titles))
    return "\n".join(f"  {name:<{width}}  {title}" for name, title in titles.items())


def _show(markdown: str) -> None:
    """Markdown, drawn where the output is a terminal."""
    if not sys.stdout.isatty():
        print(markdown)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console(width=min(Console().width, 100)).print(Markdown(markdown))


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
    explain = commands.add_parser(
        "explain",
        help="what an error means and what to type",
        description="The page on an error: one of recurra's, or of Keras, TensorFlow, PyTorch or "
        "NumPy for the same mistake.",
    )
    explain.add_argument("text", help="the message, in quotes; - reads it from the input")
    why = commands.add_parser(
        "why",
        help="the page on an advice rule or a kind of error",
        description="The page on an advice rule, such as unscaled-inputs, or on a kind of error. "
        "Without an id: the list of them.",
    )
    why.add_argument("id", nargs="?", help="such as unscaled-inputs")
    for table_command in (forecast, backtest, classify):
        table_command.add(commands)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
