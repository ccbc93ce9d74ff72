"""Several files that appear together, when all of them are written, or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from recurra.engine.errors import ArgumentError, FileError


def check_outputs(paths: Mapping[str, Path], read: Mapping[str, str | Path | None]) -> None:
    """Refuse files that cannot be written, before any work is done.

    Args:
        paths: option -> the file it names.
        read: what is read, which must stay as it is: words -> the file.

    Raises:
        FileError: for a directory, or a place where nothing can be written.
        ArgumentError: for two that name one file.
    """
    seen = {Path(name).expanduser().resolve(): words for words, name in read.items() if name}
    for option, path in paths.items():
        target = path.resolve()
        if target in seen:
            raise ArgumentError(f"{seen[target]} and {option} name one file, {path}.")
        seen[target] = option
        if target.is_dir():
            raise FileError(f"{option} {path} is a directory; the name of a file is needed.")
        folder = target.parent
        if not folder.is_dir():
            raise FileError(
                f"{option} {path}: there is no directory {folder}.", fixes=[f"mkdir -p {folder}"]
            )
        if not os.access(folder, os.W_OK):
            raise FileError(f"{option} {path}: nothing can be written in {folder}.")


@contextmanager
def together(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Other names to write to, of the same endings; all are renamed when the block has ended well.

    Args:
        paths: of the files. Those that are there are replaced.
    """
    with ExitStack() as stack:
        beside = []
        targets = [path.resolve() for path in paths]  # a link keeps pointing at the file
        try:
            for target in targets:
                folder = tempfile.TemporaryDirectory(prefix=".recurra-", dir=target.parent)
                beside.append(Path(stack.enter_context(folder)) / target.name)
            yield beside
            for source, target in zip(beside, targets):
                os.replace(source, target)
        except FileError as error:
            for source, target in zip(beside, targets):
                error.problem = error.problem.replace(str(source), str(target))
            raise
        except OSError as error:
            why = error.strerror or str(error)
            raise FileError(f"Nothing was written: {why}.") from error
