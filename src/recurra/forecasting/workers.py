"""Work that is done by several processes, which end with the one that asked for it."""

from __future__ import annotations

import pickle
import signal
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context
from typing import Any

from recurra.engine.errors import ArgumentError, StateError


def as_done(
    work: Callable[[Any], Any], tasks: Sequence[Any], jobs: int
) -> Generator[tuple[int, Any], None, None]:
    """Do some tasks, side by side.

    Args:
        work: a function of a module; it gets one task.
        tasks: what it gets.
        jobs: processes; 1 does the tasks here, one behind the other.

    Returns:
        The number of each task and what came of it, as they are done. Where the caller stops, as
        after Ctrl-C, so do the processes.

    Raises:
        ArgumentError: for tasks that cannot be given to another process.
        StateError: where a process ends before its work is done.
    """
    if jobs == 1 or len(tasks) < 2:
        for k, task in enumerate(tasks):
            yield k, work(task)
        return
    _check(tasks[0])
    others = set(active_children())
    context = get_context("spawn")  # a forked JAX may hang
    pool = ProcessPoolExecutor(min(jobs, len(tasks)), context, initializer=_leave_to_parent)
    try:
        numbers = {pool.submit(work, task): k for k, task in enumerate(tasks)}
        for done in as_completed(numbers):
            yield numbers[done], done.result()
    except BaseException as error:
        for process in set(active_children()) - others:
            process.terminate()
        if isinstance(error, BrokenProcessPool):
            raise _broken() from None
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_to_parent() -> None:
    """Ctrl-C reaches all processes of a terminal; the first of them ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _check(task: Any) -> None:
    try:
        pickle.dumps(task)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ArgumentError(
            f"`jobs`: other processes cannot be given what they are to do: {error}.",
            fixes=["jobs=1", "a model that is made by a function of a module: no lambda"],
        ) from None


def _broken() -> StateError:
    return StateError(
        "`jobs`: a process ended before its work was done. Each runs your program's imports anew, "
        "and needs memory of its own.",
        fixes=[
            "if __name__ == '__main__':  # before what your program does, below its functions",
            "jobs=1",
        ],
    )
