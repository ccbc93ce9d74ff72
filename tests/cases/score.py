"""How many of the cases recurra gets right, and beside it what the real Keras does.

    python tests/cases/score.py                 # run all under recurra; Keras from keras.json
    python tests/cases/score.py --keras         # run all under Keras as well, a process each
    python tests/cases/score.py --keras o14     # one of them

`keras.json` holds what Keras says last (an error or warning, else the last line on screen) and the
verdict that a person gave it: OK (the right thing), WARN (runs, with a warning that helps),
ERR-clear (an error that names the problem), ERR-opaque (one that hides it), SILENT (runs, and is
wrong or meaningless), FOREIGN (a message of another library, to which Keras has nothing to say).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import run

STORED = run.HERE / "keras.json"
HELPS = ("OK", "WARN", "ERR-clear")


def keras_says(name: str) -> str:
    """What the real Keras says last, in its first 300 letters."""
    path = run.PROGRAMS / f"{name}.py"
    if "from recurra" in path.read_text():
        return ""
    quiet = {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3"}
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            [sys.executable, str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=empty,
            env=os.environ | quiet,
            check=False,
        )
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    return _steady(last_said(lines))


def last_said(lines: list[str]) -> str:
    """The last line that begins an error or warning, else the last line.

    "Exception encountered when calling ..." says nothing without the line below it.
    """
    begins = re.compile(r"(\S+:\d+: )?\w*(Error|Exception|Warning): ")
    last = max((k for k, line in enumerate(lines) if begins.match(line)), default=len(lines) - 1)
    both = lines and "Exception encountered" in lines[last]
    return " ".join(lines[last : last + (2 if both else 1)])


def _steady(line: str) -> str:
    """Without colours, folders and addresses, which differ from run to run."""
    line = re.sub(r"\x1b\[\d*m", "", line)
    line = re.sub(r"(?<!\w)(?:/[\w.+-]+)+/([\w.+-]+)", r"\1", line)
    return re.sub(r"0x[0-9a-f]+", "0x...", line).strip()[:300]


def stored() -> dict[str, dict[str, str]]:
    """Verdict and last line of Keras by case."""
    return json.loads(STORED.read_text()) if STORED.exists() else {}


def ask_keras(names: list[str]) -> None:
    """Run programs under Keras; where it says something new, the verdict has to be given anew."""
    for name in names:
        known, said = stored(), keras_says(name)
        if known.get(name, {}).get("said") != said:
            known[name] = {"verdict": "?", "said": said}
            ordered = {n: known[n] for n in run.names() if n in known}
            STORED.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n")
        print(f"{name:<4} {known[name]['verdict']:<10} {said}", flush=True)


def table(names: list[str]) -> str:
    """A row a case, and both sums."""
    open_cases, keras, rows = run.reasons(), stored(), []
    for name in names:
        text = run.say(run.PROGRAMS / f"{name}.py")
        right = not run.missing(name, text) and text == run.expected(name)
        if right:
            ours = "right"
        else:
            ours = "open" if name in open_cases else "changed"
        theirs = keras.get(name, {"verdict": "?", "said": ""})
        rows.append((name, ours, theirs["verdict"], theirs["said"][:100]))
    lines = [f"{'case':<5} {'recurra':<8} {'Keras':<10} what Keras says last"]
    lines += [f"{a:<5} {b:<8} {c:<10} {d}".rstrip() for a, b, c, d in rows]
    ours, theirs = Counter(row[1] for row in rows), Counter(row[2] for row in rows)
    helped = sum(theirs[verdict] for verdict in HELPS)
    each = ", ".join(f"{count} {verdict}" for verdict, count in theirs.most_common())
    lines += ["", f"recurra: {ours['right']} of {len(rows)} right, {ours['open']} open"]
    lines += [f"Keras:   {helped} of {len(rows)} right or explained ({each})"]
    return "\n".join(lines)


def main() -> None:
    """Print the score; see the head of this file."""
    parser = argparse.ArgumentParser(description="The score of recurra and of Keras.")
    parser.add_argument("names", nargs="*", help="cases, such as o14; all of them by default")
    parser.add_argument("--keras", action="store_true", help="run the programs under Keras first")
    given = parser.parse_args()
    names = given.names or run.names()
    if given.keras:
        ask_keras(names)
    import recurra  # noqa: F401 - errors get their words

    print(table(names))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
