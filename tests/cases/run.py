"""Run the cases' programs under recurra, as a user would, and keep what the user reads.

    python tests/cases/run.py o14            # print what recurra says to a program
    python tests/cases/run.py --record o14   # keep it as the text that must be said; read it!

`programs/` holds what users wrote and `wanted/` the facts that must be said to each (alternatives
separated by |, with `2 times: ` or `at most 1 times: ` in front where it matters). `expected/` has
the whole text once a person has read it and judged it right, `open.toml` the cases that recurra
does not get right yet.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tomllib
import warnings
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"


def names() -> list[str]:
    """All cases: s1 ... s6, o1 ... o71."""
    return sorted((p.stem for p in PROGRAMS.glob("*.py")), key=lambda n: (n[0] != "s", int(n[1:])))


def reasons() -> dict[str, str]:
    """The open cases, and what each still lacks."""
    return tomllib.loads((HERE / "open.toml").read_text())


def expected(name: str) -> str | None:
    """The text that was judged right; None where none was yet."""
    path = HERE / "expected" / f"{name}.txt"
    return path.read_text() if path.exists() else None


def missing(name: str, text: str) -> list[str]:
    """The facts that the text lacks; an error that ends a program which must run is one of them."""
    path = HERE / "wanted" / f"{name}.txt"
    facts = path.read_text().splitlines() if path.exists() else []
    wrong = ["the right numbers"] if re.search(r"^AssertionError", text, re.MULTILINE) else []
    if not facts and "Traceback" in text:
        wrong.append("to run to its end")
    return wrong + [fact for fact in facts if not holds(fact, text)]


def holds(fact: str, text: str) -> bool:
    """Whether a text says a fact, in one of its ways and as often as it has to."""
    times, _, rest = fact.rpartition(" times: ")
    found = sum(_bare(text).count(_bare(way)) for way in rest.split(" | "))
    if times.startswith("at most "):
        return found <= int(times.removeprefix("at most "))
    return found >= int(times or 1)


def _bare(text: str) -> str:
    """Without case, spaces and kinds of quotes."""
    return re.sub(r"\s+", "", text.lower()).replace('"', "'").replace("`", "")


def say(path: Path) -> str:
    """What a program prints, warns and stops with, on screen in this order."""
    from recurra.compat import said
    from recurra.compat.run import run_script
    from recurra.engine.names import clear_session
    from recurra.engine.seeds import set_random_seed

    said.forget()
    clear_session()
    set_random_seed(0)
    np.random.seed(0)
    screen = io.StringIO()
    with _as_in_a_new_process(screen), suppress(SystemExit):
        run_script(str(path))
    return normalised(screen.getvalue(), path.name)


@contextmanager
def _as_in_a_new_process(screen: io.StringIO) -> Iterator[None]:
    """Everything that a program changes or prints to, put back afterwards."""
    kept = sys.argv, sys.path[:], sys.modules["__main__"]
    before = set(sys.modules)

    def show(message, category, filename, line, file=None, source=None):  # type: ignore[no-untyped-def]
        screen.write(warnings.formatwarning(message, category, filename, line, source))

    with (
        chdir("."),
        redirect_stdout(screen),
        redirect_stderr(screen),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("default")
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.showwarning = show
        try:
            yield
        finally:
            sys.argv, sys.path[:], sys.modules["__main__"] = kept
            for name in set(sys.modules) - before:
                if getattr(sys.modules[name], "__file__", None) is None:
                    continue
                if Path(str(sys.modules[name].__file__)).parent == PROGRAMS:
                    del sys.modules[name]


def normalised(text: str, program: str) -> str:
    """Files by their last names, of a traceback the program's own lines alone, rounding as 0."""
    kept, skipping = [], False
    for line in text.splitlines():
        frame = re.match(r'  File "(.*)", line \d+, in ', line)
        if frame:
            skipping = Path(frame[1]).name != program
        elif not line.startswith("    "):
            skipping = False
        if not skipping and not re.fullmatch(r"\s*[\^~]+\s*", line):
            kept.append(line.rstrip())
    text = re.sub(r"(?<!\w)(?:/[\w.+-]+)+/([\w.+-]+)", r"\1", "\n".join(kept)).strip()
    text = re.sub(r"\b\d(\.\d+)?e-(0[5-9]|[1-9]\d)\b", "0.000", text)  # rounding, by the machine
    return text + "\n" if text else ""


def main() -> int:
    """Print or record what is said to some programs; see the head of this file."""
    parser = argparse.ArgumentParser(description="What recurra says to the cases' programs.")
    parser.add_argument("names", nargs="+", help="cases, such as o14; `all` for all of them")
    parser.add_argument("--record", action="store_true", help="keep the text as the expected one")
    given = parser.parse_args()
    for name in names() if given.names == ["all"] else given.names:
        text = say(PROGRAMS / f"{name}.py")
        print(f"{'=' * 20} {name}\n{text}")
        lacks = missing(name, text)
        if lacks:
            print(f"{name} lacks: " + "; ".join(lacks))
        elif given.record:
            (HERE / "expected" / f"{name}.txt").write_text(text)
    return 0


if __name__ == "__main__":
    import recurra  # noqa: F401 - before the programs: errors get their words

    raise SystemExit(main())
