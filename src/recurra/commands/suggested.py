"""What can be typed about a table that cannot be forecast as it is."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: Of a file of more bytes not all columns are read for the sake of a message.
MOST = 1 << 28


@contextmanager
def suggesting(given: argparse.Namespace, task: Any) -> Iterator[None]:
    """Errors about times say what to type: `--every 15min`, `--by store`."""
    from recurra.forecasting.tables.off_grid import IrregularError
    from recurra.forecasting.tables.twice import TwiceError

    try:
        yield
    except IrregularError as error:
        others = [fix for fix in error.fixes if fix != error.code]
        error.fixes = (*others, *_every(given, error.step))
        raise
    except TwiceError as error:
        apart = [f"by={name!r}" for name in error.apart or _tells_apart(given, task)]
        more = apart or _every(given, error.step)
        error.fixes = tuple(dict.fromkeys((*apart, *error.fixes, *more)))
        raise


def _every(given: argparse.Namespace, step: str | None) -> list[str]:
    if given.every or step is None:
        return []
    return [f"--every {step}  # makes one row of all in each step, their mean"]


def _tells_apart(given: argparse.Namespace, task: Any) -> tuple[str, ...]:
    """The columns that do, by a look at all of them; only those that were named have been read."""
    from recurra.engine.errors import RecurraError
    from recurra.forecasting.tables.files import read_table
    from recurra.forecasting.tables.table import Table
    from recurra.forecasting.tables.twice import TwiceError

    if given.by or task.saved or Path(given.table).stat().st_size > MOST:
        return ()
    try:
        Table.read(read_table(given.table), task.forecaster._roles())
    except TwiceError as error:
        return error.apart
    except RecurraError:  # the first error says enough
        return ()
    return ()
