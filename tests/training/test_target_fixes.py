"""What an error of targets suggests is tried: the suggestion, applied as it stands, trains."""

import re

import numpy as np
import pytest

import recurra as rc
from recurra.layers import GRU, Conv1D, Dense, RepeatVector, Reshape
from recurra.training.target_fixes import count_fixes

SAMPLES, STEPS = 12, 6
X = np.random.default_rng(0).normal(size=(SAMPLES, STEPS, 2)).astype("float32")
LABELS = np.arange(SAMPLES) % 3


def build(last, sequences=False, before=()):
    layers = [*before, GRU(3, return_sequences=sequences), *last]
    return rc.Sequential([rc.Input((STEPS, 2)), *layers])


def fit(last, loss, y, sequences=False):
    model = build(last, sequences)
    model.compile("sgd", loss, run_eagerly=True, advice=False)
    return model.fit(X, y, verbose=0)


def applied(fix, last, loss, y, sequences):
    """The arguments of `fit` after what the fix says, in the words it says it."""
    layers = re.findall(r"(?:Dense|Reshape)\((?:[^()]|\([^()]*\))*\)", fix)
    if layers:
        last = [eval(code, {"Dense": Dense, "Reshape": Reshape}) for code in layers]
    for found in re.findall(r"return_sequences=(True|False)", fix):
        sequences = found == "True"
    for found in re.findall(r"loss='(\w+)'", fix):
        loss = found
    code = re.search(r"(low, high = [^;]*; |mean = [^;]*; )?\by = .*", fix)
    if code:
        space = {"y": y, "np": np, "to_categorical": rc.utils.to_categorical}
        exec(code.group(), space)
        y = space["y"]
    return last, loss, y, sequences


SOFTMAX = {"activation": "softmax"}
CASES = {
    "one target for sequences": (lambda: [Dense(1)], "mse", np.zeros(SAMPLES), True),
    "a step for sequences": (lambda: [Dense(1)], "mse", np.zeros((SAMPLES, 1, 1)), True),
    "a row for sequences": (lambda: [Dense(1)], "mse", np.zeros((SAMPLES, 4)), True),
    "steps for one": (lambda: [Dense(2)], "mse", np.zeros((SAMPLES, STEPS, 2)), False),
    "other steps for one": (lambda: [Dense(1)], "mse", np.zeros((SAMPLES, STEPS, 2)), False),
    "a horizon": (lambda: [Dense(3)], "mse", np.zeros((SAMPLES, 3, 2)), False),
    "one for a softmax": (lambda: [Dense(3, **SOFTMAX)], "mse", np.zeros(SAMPLES), False),
    "ten for one": (lambda: [Dense(1)], "mae", np.zeros((SAMPLES, 10)), False),
    "one for five": (lambda: [Dense(5)], "mae", np.zeros(SAMPLES), False),
    "other width in steps": (lambda: [Dense(1)], "mse", np.zeros((SAMPLES, STEPS, 3)), True),
    "an axis too many": (lambda: [Dense(2)], "mse", np.zeros((SAMPLES, 1, 2)), False),
    "labels for rows": (
        lambda: [Dense(3, **SOFTMAX)],
        "categorical_crossentropy",
        LABELS,
        False,
    ),
    "labels from 1 for rows": (
        lambda: [Dense(3, **SOFTMAX)],
        "categorical_crossentropy",
        LABELS + 1,
        False,
    ),
    "a label for rows of steps": (
        lambda: [Dense(3, **SOFTMAX)],
        "categorical_crossentropy",
        LABELS,
        True,
    ),
    "rows for labels": (
        lambda: [Dense(3, **SOFTMAX)],
        "sparse_categorical_crossentropy",
        np.eye(3)[LABELS],
        False,
    ),
    "rows of more classes": (
        lambda: [Dense(2, **SOFTMAX)],
        "categorical_crossentropy",
        np.eye(3)[LABELS],
        False,
    ),
    "labels from 1": (
        lambda: [Dense(3, **SOFTMAX)],
        "sparse_categorical_crossentropy",
        LABELS + 1,
        False,
    ),
    "labels of any number": (
        lambda: [Dense(3, **SOFTMAX)],
        "sparse_categorical_crossentropy",
        LABELS * 10 - 5,
        False,
    ),
    "a label for steps": (
        lambda: [Dense(3, **SOFTMAX)],
        "sparse_categorical_crossentropy",
        LABELS,
        True,
    ),
    "labels of steps": (
        lambda: [Dense(3, **SOFTMAX)],
        "sparse_categorical_crossentropy",
        np.zeros((SAMPLES, STEPS), int),
        False,
    ),
    "minus 1 and 1": (
        lambda: [Dense(1, activation="sigmoid")],
        "binary_crossentropy",
        np.arange(SAMPLES) % 2 * 2 - 1,
        False,
    ),
    "1 and 2": (
        lambda: [Dense(1, activation="sigmoid")],
        "binary_crossentropy",
        np.arange(SAMPLES) % 2 + 1,
        False,
    ),
    "classes for yes or no": (
        lambda: [Dense(1, activation="sigmoid")],
        "binary_crossentropy",
        LABELS,
        False,
    ),
    "two classes for one": (
        lambda: [Dense(1, activation="sigmoid")],
        "sparse_categorical_crossentropy",
        LABELS % 2,
        False,
    ),
    "rows for one": (
        lambda: [Dense(1, activation="sigmoid")],
        "categorical_crossentropy",
        np.eye(3)[LABELS],
        False,
    ),
    "far targets": (
        lambda: [Dense(1, activation="sigmoid")],
        "mse",
        np.linspace(90, 200, SAMPLES),
        False,
    ),
    "softmax over one": (lambda: [Dense(1, **SOFTMAX)], "binary_crossentropy", LABELS % 2, False),
}
#: Words of fixes that leave something to the reader.
OPEN = ("classes, activation", "take -1 and 1", "without softmax", "y of shape", "hinge' takes")


@pytest.mark.parametrize("name", CASES)
def test_every_fix_works(name):
    last, loss, y, sequences = CASES[name]
    with pytest.raises(rc.RecurraError) as error:
        fit(last(), loss, y, sequences)
    fixes = [fix for fix in error.value.fixes if not any(word in fix for word in OPEN)]
    assert fixes, str(error.value)
    for fix in fixes:
        new_last, loss_now, y_now, now = applied(fix, last(), loss, y, sequences)
        history = fit(new_last, loss_now, y_now, now)
        assert np.isfinite(history.history["loss"]).all(), fix


def test_one_timestep_of_targets_where_sequences_are_given():
    with pytest.raises(rc.ShapeError) as error:
        fit([Dense(1)], "mse", np.zeros((SAMPLES, 1, 1)), True)
    (fix,) = error.value.fixes
    assert fix.startswith("return_sequences=False in GRU 'gru")
    assert fix.endswith(" gives one output a sample; y = y[:, 0]")


def test_no_softmax_over_one_is_suggested():
    with pytest.raises(rc.ShapeError) as error:
        fit([Dense(3, **SOFTMAX)], "mse", np.zeros((SAMPLES, 1)))
    assert error.value.fixes[0] == "end the model with one output: Dense(1)"


def test_what_a_convolution_drops():
    """Kernel 3: two timesteps fewer; padded or left out, they fit."""
    y = np.zeros((SAMPLES, STEPS, 1))

    def fit(y=y, **options):
        model = rc.Sequential([rc.Input((STEPS, 2)), Conv1D(2, 3, **options), Dense(1)])
        model.compile("sgd", "mse", run_eagerly=True, advice=False)
        return model.fit(X, y, verbose=0)

    with pytest.raises(rc.ShapeError) as error:
        fit()
    padded, left_out = error.value.fixes
    assert padded.startswith("padding='causal' (or 'same') in Conv1D")
    space = {"y": y}
    exec(left_out, space)
    for history in (fit(padding="causal"), fit(padding="same"), fit(space["y"])):
        assert np.isfinite(history.history["loss"]).all()


@pytest.mark.parametrize("steps", [2, 5])
def test_another_horizon_of_a_decoder(steps):
    repeat = RepeatVector(3, name="horizon")
    model = build([repeat, GRU(2, return_sequences=True), Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True, advice=False)
    with pytest.raises(rc.ShapeError) as error:
        model.fit(X, np.zeros((SAMPLES, steps, 1)), verbose=0)
    place = repeat.origin.place
    assert error.value.fixes == (
        f"RepeatVector({steps}) in place of RepeatVector 'horizon' ({place})",
    )
    assert error.value.set_by == str(repeat.origin)


def test_targets_of_more_timesteps_than_went_in():
    model = build([Dense(1)], sequences=True)
    model.compile("sgd", "mse", advice=False)
    with pytest.raises(rc.ShapeError) as error:
        model.fit(X, np.zeros((SAMPLES, STEPS + 1, 1)), verbose=0)
    assert error.value.fixes == ("y = y[:, 1:]  # without the targets of the first timestep",)


@pytest.mark.parametrize(
    ("shapes", "names", "fix"),
    [
        ([(8, 2)], ["a", "b"], "y = [y[..., 0], y[..., 1]]  # for a, b"),
        ([(8,), (8,)], ["a"], "y = np.stack(y, axis=-1)  # 2 numbers a sample, for Dense(2)"),
        (
            [(8, 2), (8, 2)],
            ["a"],
            "y = np.concatenate(y, axis=-1)  # 4 numbers a sample, for Dense(4)",
        ),
        ([(8,)], ["a", "b"], "y = {'a': ..., 'b': ...}  # an array for each output"),
    ],
)
def test_another_number_of_arrays_than_outputs(shapes, names, fix):
    assert count_fixes([np.zeros(shape) for shape in shapes], names) == [fix]
