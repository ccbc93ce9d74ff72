"""Run a script as Python would, with `keras` and `tensorflow` meaning recurra."""

from __future__ import annotations

import builtins
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from recurra.compat.importer import keras_means_recurra


def run_script(script: str, arguments: Sequence[str] = ()) -> int:
    """Run a file as `__main__`.

    Args:
        script: its path.
        arguments: what it finds in `sys.argv[1:]`.

    Returns:
        The exit code: 0, 1 after an error that nobody caught (its traceback is printed as Python
        prints it), 130 after Ctrl-C, 2 if the file cannot be read. `sys.exit` in the script goes
        through to the caller.
    """
    try:
        with io.open_code(str(Path(script).resolve())) as file:
            source = file.read()
    except OSError as error:
        print(f"recurra: can't open file {script!r}: {error.strerror}", file=sys.stderr)
        return 2
    filename = str(Path(script).absolute())
    main = ModuleType("__main__")
    main.__dict__.update(__file__=filename, __cached__=None, __builtins__=builtins)
    sys.argv = [script, *arguments]
    sys.path[0] = str(Path(filename).resolve().parent)
    sys.modules["__main__"] = main
    with keras_means_recurra():
        try:
            exec(compile(source, filename, "exec"), main.__dict__)
        except SystemExit:
            raise
        except BaseException as error:
            _print_traceback(error)
            return 130 if isinstance(error, KeyboardInterrupt) else 1
    return 0


def _print_traceback(error: BaseException) -> None:
    """As Python does, without the frames of this runner."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code.co_filename == __file__:
        traceback = traceback.tb_next
    sys.excepthook(type(error), error.with_traceback(traceback), traceback)
