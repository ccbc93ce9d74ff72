"""Data that lack an axis: that of samples, of timesteps or of features."""

from __future__ import annotations

from collections.abc import Iterator

from recurra.explain.facts import Facts
from recurra.explain.fixes.code import Fix, literal, named


def sample_axis(facts: Facts) -> Iterator[Fix]:
    """A single sample came without the axis of samples."""
    sizes = facts.came.sizes
    if not facts.is_data or facts.lacking != 1 or facts.error.targets is not None:
        return
    known = [a.size for a in facts.expected[1:] if a.size is not None]
    if known and facts.would_fit((1, *sizes)):
        why = f"one sample: adds the axis of samples, {named((1, *sizes))}"
        yield Fix("X[None]", why, True)


def windows(facts: Facts) -> Iterator[Fix]:
    """One long series came, row after row, where windows of it are needed."""
    sizes, steps = facts.came.sizes, facts.expected[1].size if facts.rank == 3 else None
    if not isinstance(steps, int):
        return
    series = len(sizes) == 1 or (len(sizes) == 2 and sizes[1] == facts.expected[-1].size)
    if not facts.is_data or not series or steps < 2:
        return
    rows = sizes[0] or 0
    if rows <= steps or not facts.would_fit((rows - steps, steps, *(sizes[1:] or (1,)))):
        return
    tail = "" if len(sizes) == 2 else "[..., None]"
    code = f"np.stack([X[i:i + {steps}] for i in range(len(X) - {steps})]){tail}"
    why = f"one series of {rows} rows: its windows of {steps}; their targets are y[{steps}:]"
    yield Fix(code, why, True)


def one_step_each(facts: Facts) -> Iterator[Fix]:
    """Rows of features came where each sample has a timestep, too."""
    sizes = facts.came.sizes
    if not facts.is_data or facts.rank != 3 or len(sizes) != 2:
        return
    if facts.expected[-1].size == sizes[1] and facts.would_fit((sizes[0], 1, sizes[1])):
        why = f"if each row is a sample of one timestep: {named((sizes[0], 1, sizes[1]))}"
        yield Fix("X[:, None]", why, True)


def one_series(facts: Facts) -> Iterator[Fix]:
    """The values of one series came as they are."""
    sizes = facts.came.sizes
    if not facts.is_data or len(sizes) != 1 or facts.rank != 3 or facts.error.targets is not None:
        return
    if facts.expected[-1].size in (None, 1) and facts.would_fit((1, sizes[0], 1)):
        why = f"one series: 1 sample of {sizes[0]} timesteps with 1 feature"
        yield Fix("X[None, :, None]", why, True)


def other_sequences(facts: Facts) -> Iterator[Fix]:
    """Values in time came without the axis of features, and the model is for several features."""
    sizes = facts.came.sizes
    if not facts.is_data or facts.rank != 3 or len(sizes) != 2 or not facts.expected[-1].size:
        return
    if facts.expected[-1].size != 1 and facts.expected[1].size == sizes[1]:
        yield Fix(
            f"X[..., None] and Input({literal((sizes[1], 1))})",
            f"if the {sizes[1]} values follow each other in time: one feature, not "
            f"{facts.expected[-1].size}",
        )


def missing_batch(facts: Facts) -> Iterator[Fix]:
    """`batch_input_shape` was given the sizes of one sample."""
    sizes = facts.came.sizes
    if not facts.from_input or facts.lacking != 1 or sizes[0] is None:
        return
    if facts.would_fit((None, *sizes)):
        name = "batch_input_shape"
        name = name if name in (facts.error.set_by or "") else "batch_shape"
        why = f"if {sizes[0]} is no number of samples: in front stands the batch"
        yield Fix(f"{name}={literal((None, *sizes))}", why)


def feature_axis(facts: Facts) -> Iterator[Fix]:
    """Values in time came without the axis of features, or one value a sample without it."""
    sizes = facts.came.sizes
    if facts.lacking != 1 or facts.expected[-1].size not in (None, 1) or len(sizes) not in (1, 2):
        return
    if not (facts.is_data or facts.from_input) or not facts.would_fit((*sizes, 1)):
        return
    if len(sizes) == 1 or sizes[1] == 1:
        if len(sizes) == 1 and facts.is_data:
            yield Fix("X[:, None]", "one feature a sample", True)
        return
    n = sizes[-1]
    values = f"the {n} values" if n else "the values"
    follow = f"if {values} follow each other in time"
    if facts.is_data:
        yield Fix("X[..., None]", f"{follow}: one feature at each of them", True)
    else:
        yield Fix(f"Input({literal((n, 1))})", f"{follow}; the data is then X[..., None]")
    why = f"if {values} were measured at one moment: there is no sequence, so no {facts.kind}"
    yield Fix("Dense(32)", why)
