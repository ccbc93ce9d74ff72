"""From a long table of labelled sequences to the labels of the others, in one call."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.engine.words import amount
from recurra.forecasting.sequences.classifier import SequenceClassifier
from recurra.forecasting.tables.common_grid import common_grid
from recurra.forecasting.tables.frames import Frame, listed, quoted
from recurra.forecasting.tables.ids import series_of
from recurra.forecasting.tables.roles import check_named
from recurra.forecasting.tables.textual import first_text, from_text
from recurra.forecasting.tables.times import read_times


@dataclass(frozen=True)
class Classified:
    """What `classify` found.

    Args:
        table: of the kind that came, one row for each sequence without a label: its id,
            `prediction` and `probability`.
        classifier: trained on the sequences with a label.
        notes: what was found in the data and done to them, in sentences; the last one compares the
            classifier with a guess.
    """

    table: Any
    classifier: SequenceClassifier
    notes: list[str]


def classify(
    table: Any,
    *,
    by: str,
    target: str,
    time: str | None = None,
    values: Sequence[str] | None = None,
    group: str | None = None,
    model: Any = "lstm",
    random_state: Any = 0,
    who: str = "classify",
    **options: Any,
) -> Classified:
    """Learn the labels of sequences, and find those of the sequences that have none.

    Sequences that are sampled in different steps are brought to the coarsest of them.

    Args:
        table: one row for each timestep: a pandas, polars or PyArrow table, or a dict of columns.
        by: the column that says which sequence a row belongs to.
        target: the column of labels, one label a sequence, empty for those to be found.
        time: the column of times; None where the rows of a sequence stand in order, in equal steps.
        values: the columns that the sequences consist of; by default all others that hold numbers.
        group: the column that says what a sequence belongs to, one value a sequence: a person, a
            machine. Sequences of one group are held out together, so that the accuracy is that for
            new groups.
        model: as in `SequenceClassifier`.
        random_state: as in `SequenceClassifier`.
        who: who asks, for messages.
        options: other arguments of `SequenceClassifier`.

    Raises:
        ArgumentError: for columns that are not there, or named twice.
        DataError: for two labels of one sequence, rows without id or time, and values that are no
            numbers, with the row.

    Example:
        >>> import numpy as np
        >>> rows = [(k, t, np.sin((1 + k % 2) * t / 3)) for k in range(30) for t in range(20)]
        >>> table = dict(zip(("id", "t", "x"), map(np.array, zip(*rows))))
        >>> names = np.array(["slow", "fast"], object)[table["id"] % 2]
        >>> table["label"] = np.where(table["id"] < 28, names, None)
        >>> found = classify(table, by="id", time="t", target="label", validation=0)
        >>> found.table["id"].tolist(), found.table["prediction"].tolist()
        ([28, 29], ['slow', 'fast'])
    """
    frame = Frame(table, who)
    notes = list(frame.source.notes) if frame.source else []
    named = {"by": by, "target": target, "time": time, "group": group, "values": values}
    check_named(frame, named)
    codes, ids = series_of(frame, by)
    labels = _of_each(frame, target, "label", by, codes, ids)
    groups = None if group is None else _of_each(frame, group, "group", by, codes, ids)
    names, told = _values(frame, (by, target, time, group), values)
    times, clock_notes = _times(frame, time, codes)
    notes += told + clock_notes
    order = np.lexsort((times, codes))
    numbers = np.empty((len(frame), len(names)))
    for k, name in enumerate(names):
        numbers[:, k], told = _numbers(frame, name)
        notes += told
    ends = np.flatnonzero(np.diff(codes[order])) + 1
    _check_times(frame, time, times, codes, order, ids)
    sequences, told = common_grid(np.split(times[order], ends), np.split(numbers[order], ends))
    notes += told
    missing = sum(int(np.isnan(x).sum()) for x in sequences)
    sequences = [_filled(frame, names, name, x) for name, x in zip(ids, sequences)]
    if missing:
        notes.append(f"{missing:,} missing values were filled in, on straight lines.")
    known = np.array([v is not None for v in labels])
    _check_known(frame, target, known)
    if groups is not None:
        groups, told = _groups(frame, group, groups, by, ids, known)
        notes += told
    classifier = SequenceClassifier(model, random_state=random_state, **options)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "SequenceClassifier: no better")  # a note says so
        answers = [v for v in labels if v is not None]
        classifier.fit(_some(sequences, known), answers, groups=groups)
    others = _some(sequences, ~known)
    chances = classifier.predict_proba(others)
    found = {
        by: _ids(ids, ~known),
        "prediction": classifier.classes_[chances.argmax(axis=1)],
        "probability": chances.max(axis=1).astype(np.float64),
    }
    notes.append(classifier.comparison_)
    return Classified(frame.kind([by]).make(found), classifier, notes)


# What is in the table ----------------------------------------------------------------------------


def _of_each(
    frame: Frame, target: str, what: str, by: str, codes: np.ndarray, ids: list[Any]
) -> list[Any]:
    """The label, or the group, of each sequence, None where it has none."""
    column = frame.column(target)
    given = [_label(v) for v in column.values.tolist()]
    if str(frame.kind([target]).types.get(target)) == "Boolean":  # which are numbers in a `Frame`
        given = [None if v is None else bool(v) for v in given]
    labels: list[Any] = [None] * len(ids)
    first = [0] * len(ids)
    for row, (code, value) in enumerate(zip(codes.tolist(), given)):
        if value is None:
            continue
        if labels[code] is None:
            labels[code], first[code] = value, row
        elif labels[code] != value:
            raise DataError(
                f"{frame.who}: {by}={ids[code]!r} has two {what}s: {frame.place(first[code])} says "
                f"{labels[code]!r}, {frame.place(row)} says {value!r}.",
                expected=f"one {what} in `{target}` for each sequence, or none",
            )
    return labels


def _groups(
    frame: Frame, group: str | None, found: list[Any], by: str, ids: list[Any], known: np.ndarray
) -> tuple[list[Any], list[str]]:
    """The groups of the sequences with a label, and what is to be said about them."""
    kept = [(ids[k], found[k]) for k in np.flatnonzero(known)]
    missing = next((name for name, value in kept if value is None), None)
    if missing is not None:
        raise DataError(
            f"{frame.who}: {by}={missing!r} has a label and no group.",
            expected=f"one group in `{group}` for each sequence with a label",
        )
    groups = [value for _, value in kept]
    count = amount(len(set(groups)), "group")
    return groups, [f"Sequences of one of the {count} of `{group}` are held out together."]


def _label(value: Any) -> Any:
    """A label; None for what stands for none."""
    if value is None or value != value or (isinstance(value, str) and not value.strip()):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _check_known(frame: Frame, target: str, known: np.ndarray) -> None:
    if known.all():
        raise DataError(
            f"{frame.who}: each of the {len(known):,} sequences has a label in `{target}`, so that "
            "there is nothing to find.",
            fixes=[f"leave `{target}` empty in the rows of the sequences to be classified"],
        )
    if not known.any():
        raise DataError(
            f"{frame.who}: none of the {len(known):,} sequences has a label in `{target}`, so that "
            "there is nothing to learn from."
        )


def _values(
    frame: Frame, used: Sequence[str | None], given: Sequence[str] | None
) -> tuple[list[str], list[str]]:
    """The columns that the sequences consist of, and what is to be said about the others."""
    if given is not None:
        return list(given), []
    free = [name for name in frame.names if name not in used]
    names = [name for name in free if frame.column(name).kind == "number"]
    texts = {n: row for n in free if n not in names and (row := first_text(frame, n)) is not None}
    if not names and texts:  # about which more is said when they are read
        return list(texts), []
    if not names:
        raise DataError(
            f"{frame.who}: no column of numbers is left that the sequences could consist of.",
            came=f"columns {listed(frame.names)}",
        )
    notes = [f"The sequences consist of {quoted(names)}."]
    for name, row in texts.items():
        notes.append(
            f"Not used: `{name}`, which is no column of numbers as {frame.place(row)} is "
            f"{frame.column(name).values[row]!r}."
        )
    if others := [f"`{name}`" for name in free if name not in (*names, *texts)]:
        notes.append(f"Not used, since they are no numbers: {', '.join(others)}.")
    return names, notes


def _numbers(frame: Frame, name: str) -> tuple[np.ndarray, list[str]]:
    column = frame.column(name)
    told: list[str] = []
    values = column.values.astype(np.float64) if column.kind == "number" else column.values
    if column.kind != "number":
        values, told = from_text(frame, name, "value", column)
    if np.isinf(values).any():
        row = int(np.isinf(values).argmax())
        raise DataError(f"{frame.who}: {frame.place(row)} of `{name}` is infinite.")
    return values, told


def _times(frame: Frame, time: str | None, codes: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """The times of all rows; without a column of them, the place of each row in its sequence."""
    if time is None:
        order = np.argsort(codes, kind="stable")
        begins = np.searchsorted(codes[order], codes)
        places = np.empty(len(codes), np.int64)
        places[order] = np.arange(len(codes))
        return places - begins, []
    times, _, told = read_times(frame, time)
    return times, told


def _check_times(
    frame: Frame, time: str | None, times: np.ndarray, codes: np.ndarray, order: np.ndarray,
    ids: list[Any],
) -> None:  # fmt: skip
    """Refuse two rows of one time in one sequence."""
    same = (np.diff(codes[order]) == 0) & (times[order][1:] == times[order][:-1])
    if same.any():
        k = int(same.argmax())
        rows = np.sort(order[[k, k + 1]])
        raise DataError(
            f"{frame.who}: {frame.place(rows)} are one time, {times[rows[0]]} in `{time}`, of one "
            f"sequence, {ids[codes[rows[0]]]!r}.",
            expected="one row for each time of a sequence",
        )


def _filled(frame: Frame, names: list[str], name: Any, values: np.ndarray) -> np.ndarray:
    """One sequence with its missing values on straight lines between their neighbours."""
    values = values.copy()
    rows = np.arange(len(values))
    for column, x in zip(names, values.T):
        gone = np.isnan(x)
        if gone.all():
            raise DataError(
                f"{frame.who}: the sequence {name!r} has no value at all in `{column}`.",
                fixes=[f"leave out that sequence, or the column {column!r}"],
            )
        if gone.any():
            x[gone] = np.interp(rows[gone], rows[~gone], x[~gone])
    return values


def _some(sequences: list[np.ndarray], which: np.ndarray) -> np.ndarray:
    """Some sequences as an array of arrays, whose lengths may differ."""
    some = np.empty(int(which.sum()), object)
    for place, k in enumerate(np.flatnonzero(which)):
        some[place] = sequences[k]
    return some


def _ids(ids: list[Any], which: np.ndarray) -> Any:
    kept = [name for name, wanted in zip(ids, which) if wanted]
    return np.array(kept) if all(isinstance(name, (int, float)) for name in kept) else kept
