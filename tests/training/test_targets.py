import numpy as np
import pytest

import recurra  # noqa: F401  messages are rendered by recurra.explain
from recurra import losses
from recurra.engine.errors import DataError, ShapeError
from recurra.training.targets import check_targets

RNG = np.random.default_rng(0)


def refuse(loss, y, output_shape, who="the output"):
    """The whole message, and what was raised."""
    with pytest.raises((DataError, ShapeError)) as error:
        check_targets(losses.get(loss), np.asarray(y), output_shape, who)
    return type(error.value), str(error.value)


# What is accepted, and what becomes of it -------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "y_shape", "output_shape", "ready"),
    [
        ("mse", (8,), (None, 1), (8, 1)),
        ("mse", (8, 1), (None, 1), (8, 1)),
        ("mse", (8, 5), (None, 5, 1), (8, 5, 1)),
        ("mse", (8, 5), (None, None, 1), (8, 5, 1)),
        ("mse", (8, 5, 1), (None, 5), (8, 5)),
        ("mae", (8, 5, 2), (None, None, 2), (8, 5, 2)),
        ("mse", (8, 3), (4, 3), (8, 3)),  # a fixed batch size is not the number of samples
        (losses.Huber(), (8,), (None, 1), (8, 1)),
        ("binary_crossentropy", (8,), (None, 1), (8, 1)),
        ("binary_crossentropy", (8, 4), (None, 4), (8, 4)),
    ],
)
def test_a_last_axis_of_size_1_follows_the_output(loss, y_shape, output_shape, ready):
    y = RNG.random(y_shape)
    found = check_targets(losses.get(loss), y, output_shape, "the output")
    assert found.shape == ready
    np.testing.assert_array_equal(found.reshape(-1), y.reshape(-1))


@pytest.mark.parametrize(
    ("y_shape", "output_shape", "ready"),
    [
        ((8,), (None, 3), (8,)),
        ((8, 1), (None, 3), (8,)),
        ((8, 5), (None, 5, 3), (8, 5)),
        ((8, 5, 1), (None, None, 3), (8, 5)),
    ],
)
@pytest.mark.parametrize("dtype", ["int64", "float64", "uint8"])
def test_class_numbers_lose_it(y_shape, output_shape, ready, dtype):
    y = RNG.integers(0, 3, y_shape).astype(dtype)
    found = check_targets(losses.SparseCategoricalCrossentropy(), y, output_shape, "the output")
    assert found.shape == ready and found.dtype == np.int32
    np.testing.assert_array_equal(found.reshape(-1), y.reshape(-1))


def test_an_ignored_class_may_be_any_number():
    loss = losses.SparseCategoricalCrossentropy(ignore_class=-1)
    np.testing.assert_array_equal(check_targets(loss, np.array([0, -1]), (None, 2), "o"), [0, -1])


def test_an_own_loss_gets_what_the_user_gave():
    def quantile(y_true, y_pred):
        return y_pred

    y = np.zeros((8, 2))
    assert check_targets(quantile, y, (None, 5), "the output") is y
    assert check_targets(quantile, y[:, 0], (None, 1), "the output").shape == (8, 1)


def test_one_hot_rows_and_bits_are_left_alone():
    y = np.eye(3)[[0, 2]]
    assert check_targets(losses.categorical_crossentropy, y, (None, 3), "the output") is y
    y = np.array([[True], [False]])
    assert check_targets(losses.binary_crossentropy, y, (None, 1), "the output") is y


# Classes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("y", [[0, 1, 2, 1], [[0], [1], [2], [1]], [0.0, 1.0, 2.0, 1.0]])
def test_class_numbers_where_rows_are_needed(y):
    came = "(samples=4, features=1)" if isinstance(y[0], list) else "(samples=4,)"
    assert refuse("categorical_crossentropy", y, (None, 3)) == (
        DataError,
        "`y` for the output holds one class number a sample, and categorical_crossentropy takes a "
        "row of 3 numbers, one for each class.\n"
        f"  came:     y {came}, from 0 to 2\n"
        "  expected: y (samples=4, features=3)\n"
        "  fix:      loss='sparse_categorical_crossentropy'\n"
        "  fix:      y = to_categorical(y, 3)",
    )


def test_rows_where_class_numbers_are_needed():
    y = np.eye(3)[[0, 1, 2, 1]]
    assert refuse("sparse_categorical_crossentropy", y, (None, 3), "output 'mood'") == (
        DataError,
        "`y` for output 'mood' has a column for each of the 3 classes, and "
        "sparse_categorical_crossentropy takes one class number a sample.\n"
        "  came:     y (samples=4, features=3)\n"
        "  expected: whole numbers from 0 to 2, y (samples=4,)\n"
        "  fix:      loss='categorical_crossentropy'\n"
        "  fix:      y = y.argmax(-1)",
    )


def test_classes_numbered_from_1():
    assert refuse("sparse_categorical_crossentropy", [1, 2, 3], (None, 3)) == (
        DataError,
        "`y` for the output holds class numbers from 1 to 3, and the output has 3 classes, 0 to 2."
        "\n"
        "  came:     y from 1 to 3\n"
        "  expected: y from 0 to 2\n"
        "  fix:      number them from 0: y = y - 1\n"
        "  fix:      end the model with 4 outputs: Dense(4, activation='softmax')",
    )


def test_more_classes_than_outputs():
    assert refuse("sparse_categorical_crossentropy", [0, 2, 4], (None, 3)) == (
        DataError,
        "`y` for the output holds class numbers from 0 to 4, and the output has 3 classes, 0 to 2."
        "\n"
        "  came:     y from 0 to 4\n"
        "  expected: y from 0 to 2\n"
        "  fix:      end the model with 5 outputs: Dense(5, activation='softmax')\n"
        "  fix:      number them from 0: y = np.unique(y, return_inverse=True)[1].reshape(y.shape)",
    )


def test_negative_classes_and_a_single_output():
    assert refuse("sparse_categorical_crossentropy", [-1, 1], (None, 1)) == (
        DataError,
        "`y` for the output holds class numbers from -1 to 1, and the output has 1 class, 0 to 0.\n"
        "  came:     y from -1 to 1\n"
        "  expected: y from 0 to 0\n"
        "  fix:      for yes or no, loss='binary_crossentropy' and Dense(1, activation='sigmoid')\n"
        "  fix:      number them from 0: y = np.unique(y, return_inverse=True)[1].reshape(y.shape)",
    )


def test_an_unknown_number_of_classes():
    assert refuse("sparse_categorical_crossentropy", [-1, 3], (None, None)) == (
        DataError,
        "`y` for the output holds class numbers from -1 to 3, and the first class is 0.\n"
        "  came:     y from -1 to 3\n"
        "  expected: y from 0\n"
        "  fix:      number them from 0: y = np.unique(y, return_inverse=True)[1].reshape(y.shape)",
    )
    assert refuse("sparse_categorical_crossentropy", np.eye(3), (None, None))[1].startswith(
        "`y` for the output has a column for each of the 3 classes, and "
        "sparse_categorical_crossentropy takes one class number a sample."
    )


def test_labels_that_are_no_whole_numbers():
    assert refuse("sparse_categorical_crossentropy", [0.0, 0.5, 1.0], (None, 3)) == (
        DataError,
        "`y` for the output holds 0.5, which is no class number: sparse_categorical_crossentropy "
        "takes whole numbers from 0.\n"
        "  came:     y from 0 to 1\n"
        "  expected: whole numbers from 0\n"
        "  fix:      for measurements, loss='mse' and a last layer without softmax",
    )


def test_one_class_of_one():
    assert refuse("categorical_crossentropy", [0, 1], (None, 1)) == (
        DataError,
        "categorical_crossentropy compares several classes, and the output has only one: its loss "
        "would be the same for every prediction.\n"
        "  fix:      for yes or no, loss='binary_crossentropy' and Dense(1, activation='sigmoid')\n"
        "  fix:      for 2 classes, Dense(2, activation='softmax') and "
        "loss='sparse_categorical_crossentropy'",
    )


# Values -----------------------------------------------------------------------------------------


def test_targets_of_minus_1_and_1():
    assert refuse("binary_crossentropy", [-1, 1, 1], (None, 1)) == (
        DataError,
        "`y` for the output goes from -1 to 1, and binary_crossentropy takes targets from 0 to 1.\n"
        "  came:     y from -1 to 1\n"
        "  expected: y from 0 to 1\n"
        "  fix:      y = (y == 1).astype('float32')\n"
        "  fix:      loss='hinge' takes -1 and 1",
    )


@pytest.mark.parametrize(
    ("y", "fixes"),
    [
        (
            [0, 1, 2],
            "  fix:      for class numbers, loss='sparse_categorical_crossentropy' and "
            "Dense(3, activation='softmax')\n"
            "  fix:      for counts or measurements, loss='mse'",
        ),
        (
            [-0.3, 1.5, 2.0],
            "  fix:      for measurements, loss='mse' and a last layer without sigmoid or softmax",
        ),
    ],
)
def test_targets_beyond_0_to_1(y, fixes):
    assert refuse("binary_crossentropy", y, (None, 1))[1].endswith(f"y from 0 to 1\n{fixes}")


@pytest.mark.parametrize(
    ("loss", "y", "needed", "fix"),
    [
        (
            "poisson",
            [-1.0, 0.0, 2.0],
            "of 0 and more",
            "poisson is for counts; for measurements, loss='mse'",
        ),
        ("hinge", [1, 2], "from -1 to 1", "y = np.where(y == 2, 1.0, -1.0)"),
        (
            "kl_divergence",
            [0.5, 1.5, 0.1],
            "from 0 to 1",
            "for measurements, loss='mse' and a last layer without sigmoid or softmax",
        ),
    ],
)
def test_targets_that_other_losses_have_no_meaning_for(loss, y, needed, fix):
    low, high = min(y), max(y)
    assert refuse(loss, y, (None, 1)) == (
        DataError,
        f"`y` for the output goes from {low:g} to {high:g}, and {loss} takes targets {needed}.\n"
        f"  came:     y from {low:g} to {high:g}\n"
        f"  expected: y {needed}\n"
        f"  fix:      {fix}",
    )


def test_counts_and_margins_are_taken():
    check_targets(losses.poisson, np.array([0, 3, 1000]), (None, 1), "the output")
    check_targets(losses.hinge, np.array([-1, 1]), (None, 1), "the output")


def test_nan_in_the_targets():
    y = np.ones((20, 3))
    y[[7, 12], 1] = np.nan
    assert refuse("mse", y, (None, 3)) == (
        DataError,
        "`y` for the output holds NaN: in 2 rows of 20, first in row 7. One such number makes the "
        "loss, and then every weight, NaN.\n"
        "  came:     y[7] = [ 1. nan  1.]\n"
        "  fix:      keep = np.isfinite(y).all(axis=1); fit(x[keep], y[keep])",
    )


def test_infinity_in_the_targets():
    y = np.array([1.0, np.inf, 2.0])
    assert refuse("mse", y, (None, 1)) == (
        DataError,
        "`y` for the output holds infinity: in 1 row of 3, first in row 1. One such number makes "
        "the loss, and then every weight, NaN.\n"
        "  came:     y[1] = inf\n"
        "  fix:      keep = np.isfinite(y); fit(x[keep], y[keep])",
    )


def test_an_own_loss_is_kept_from_nan_too():
    assert refuse(lambda y_true, y_pred: y_pred, [1.0, np.nan], (None, 1))[0] is DataError


# Shapes: never broadcast ------------------------------------------------------------------------

SHAPES = [
    (
        "mse", (32, 3), (None, 5),
        "it has 3 numbers a sample, and the output gives 5 numbers.",
        "y (samples=32, features=3)", "(samples=32, features=5)",
        ["end the model with 3 outputs: Dense(3)"],
    ),
    (
        "mse", (32, 1), (None, 5),
        "it has one number a sample, and the output gives 5 numbers.",
        "y (samples=32, features=1)", "(samples=32, features=5)",
        ["end the model with one output: Dense(1)"],
    ),
    (
        "mse", (32,), (None, 5),
        "it has one number a sample, and the output gives 5 numbers.",
        "y (samples=32,)", "(samples=32, features=5)",
        ["end the model with one output: Dense(1)"],
    ),
    (
        "mse", (32, 6, 2), (None, 6),
        "it has 6 timesteps of 2 numbers a sample, and the output gives 6 numbers.",
        "y (samples=32, timesteps=6, features=2)", "(samples=32, features=6)",
        ["end the model with Dense(12) and Reshape((6, 2))"],
    ),
    (
        "mse", (32, 10, 1), (None, 8, 1),
        "it has 10 timesteps of 1 number a sample, and the output gives 8 timesteps of 1 number.",
        "y (samples=32, timesteps=10, features=1)", "(samples=32, timesteps=8, features=1)",
        [
            "padding='causal' (or 'same') in the convolutions and poolings that drop 2 of 10 "
            "timesteps",
            "y = y[:, 2:]  # without the targets of the first 2 timesteps",
        ],
    ),
    (
        "mse", (32, 7, 1), (None, 9, 1),
        "it has 7 timesteps of 1 number a sample, and the output gives 9 timesteps of 1 number.",
        "y (samples=32, timesteps=7, features=1)", "(samples=32, timesteps=9, features=1)",
        [
            "give targets for all 9 timesteps",
            "end the model with Cropping1D((2, 0)): outputs for the last 7",
        ],
    ),
    (
        "mse", (32,), (None, 20, 1),
        "it has one number a sample, and the output gives 20 timesteps of 1 number.",
        "y (samples=32,)", "(samples=32, timesteps=20, features=1)",
        [
            "return_sequences=False in the last recurrent layer gives one output a sample",
            "targets for every timestep, y of shape (32, 20, 1)",
        ],
    ),
    (
        "mse", (32, 20, 4), (None, 4),
        "it has 20 timesteps of 4 numbers a sample, and the output gives 4 numbers.",
        "y (samples=32, timesteps=20, features=4)", "(samples=32, features=4)",
        [
            "return_sequences=True in the last recurrent layer gives an output a timestep",
            "y = y[:, -1]  # the target of the last timestep",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "y", "output", "what", "came", "expected", "fixes"), SHAPES)
def test_targets_of_another_shape(loss, y, output, what, came, expected, fixes):
    lines = [
        f"`y` does not fit the output: {what}",
        f"  came:     {came}",
        f"  expected: {expected}",
    ]
    lines += [f"  fix:      {fix}" for fix in fixes]
    assert refuse(loss, np.zeros(y), output) == (ShapeError, "\n".join(lines))


def test_class_numbers_for_a_yes_or_no_loss():
    assert refuse("binary_crossentropy", np.array([0, 1, 2]), (None, 3)) == (
        ShapeError,
        "`y` does not fit the output: it has one number a sample, and the output gives 3 numbers.\n"
        "  came:     y (samples=3,)\n"
        "  expected: (samples=3, features=3)\n"
        "  fix:      for class numbers, loss='sparse_categorical_crossentropy' and "
        "Dense(3, activation='softmax')\n"
        "  fix:      for yes or no, end the model with Dense(1, activation='sigmoid')",
    )


def test_labels_for_each_timestep_where_one_is_needed():
    found = refuse("sparse_categorical_crossentropy", np.zeros((8, 5), int), (None, 3))
    assert found == (
        ShapeError,
        "`y` does not fit the output: it has 5 class numbers a sample, and the output needs one "
        "class number.\n"
        "  came:     y (samples=8, features=5)\n"
        "  expected: (samples=8,)\n"
        "  fix:      return_sequences=True in the last recurrent layer gives an output a timestep\n"
        "  fix:      y = y[:, -1]  # the label of the last timestep",
    )


def test_one_label_where_one_for_each_timestep_is_needed():
    found = refuse("sparse_categorical_crossentropy", np.zeros(8, int), (None, 5, 3))
    assert found == (
        ShapeError,
        "`y` does not fit the output: it has one class number a sample, and the output needs 5 "
        "class numbers, one a timestep.\n"
        "  came:     y (samples=8,)\n"
        "  expected: (samples=8, timesteps=5)\n"
        "  fix:      return_sequences=False in the last recurrent layer gives one output a sample",
    )


def test_as_many_labels_as_timesteps():
    _, message = refuse("sparse_categorical_crossentropy", np.zeros((8, 6), int), (None, 5, 3))
    assert message.splitlines()[0] == (
        "`y` does not fit the output: it has 6 class numbers a sample, and the output needs 5 "
        "class numbers, one a timestep."
    )
