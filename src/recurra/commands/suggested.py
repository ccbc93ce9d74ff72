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
    """Errors about a table say what to type: `--every 15min`, `--by store`."""
    from recurra.engine.errors import DataError

    try:
        yield
    except DataError as error:
        twice = "have the same time" in error.problem
        apart = any("recurra.data." in fix for fix in error.fixes)
        if not (twice or apart):
            raise
        fixes = [fix for fix in error.fixes if "recurra.data." not in fix]
        if twice and given.by is None:
            fixes = [*_tells_apart(given, task), *fixes]
        step = None if given.every or any("by=" in fix for fix in fixes) else _step(task)
        if step is not None:
            fixes.append(f"--every {step}  # makes one row of all in each step, their mean")
        error.fixes = tuple(dict.fromkeys(fixes))
        raise


def _step(task: Any) -> str | None:
    """A step that suits the times."""
    from recurra.engine.errors import RecurraError
    from recurra.forecasting.tables.every import offered
    from recurra.forecasting.tables.frames import Frame
    from recurra.forecasting.tables.roles import guess_roles
    from recurra.forecasting.tables.times import read_times

    frame = Frame(task.frame, "Forecaster")
    try:
        roles, _ = guess_roles(frame, **task.forecaster._roles())
        return None if roles.time is None else offered(read_times(frame, roles.time)[0])
    except RecurraError:
        return None


def _tells_apart(given: argparse.Namespace, task: Any) -> tuple[str, ...]:
    """What a look at all columns of a file says about two rows of one time."""
    from recurra.engine.errors import DataError
    from recurra.forecasting.tables.files import read_table
    from recurra.forecasting.tables.table import Table

    if task.saved or Path(given.table).stat().st_size > MOST:
        return ()
    try:
        Table.read(read_table(given.table), task.forecaster._roles())
    except DataError as error:
        return tuple(fix for fix in error.fixes if fix.startswith("by="))
    return ()
