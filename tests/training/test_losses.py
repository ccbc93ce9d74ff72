import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra import losses
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.variable import Variable
from recurra.training.losses import LossFunctionWrapper, as_loss

Y = np.array([[1.0, 0.0], [0.5, -2.0]], "float32")
P = np.array([[0.5, 0.0], [2.5, -1.0]], "float32")
ERROR = P - Y  # [[-0.5, 0], [2, 1]]

ONE_HOT = np.array([[1, 0, 0], [0, 0, 1]], "float32")
SOFT = np.array([[0.7, 0.2, 0.1], [0.5, 0.3, 0.2]], "float32")
LOGITS = np.array([[2.0, 0.0, -1.0], [0.5, 0.5, 3.0]], "float32")


# The functions, by their formulas ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mse", np.mean(ERROR**2, -1)),
        ("mae", np.mean(np.abs(ERROR), -1)),
        ("log_cosh", np.mean(np.log(np.cosh(ERROR)), -1)),
        # half the square up to 1, then |e| - 1/2: the errors are 0.5, 0, 2, 1
        ("huber", [(0.125 + 0) / 2, (1.5 + 0.5) / 2]),
        ("cosine_similarity", [-1.0, -(0.5 * 2.5 + 2) / np.sqrt(4.25 * 7.25)]),
    ],
)
def test_regression(name, expected):
    np.testing.assert_allclose(losses.get(name)(Y, P), expected, rtol=1e-5)


def test_percentages_and_logarithms():
    y, p = np.array([[2.0, 4.0]], "float32"), np.array([[1.0, 5.0]], "float32")
    np.testing.assert_allclose(losses.get("mape")(y, p), [100 * (0.5 + 0.25) / 2], rtol=1e-6)
    logs = np.log([2, 6]) - np.log([3, 5])
    np.testing.assert_allclose(losses.get("msle")(y, p), [np.mean(logs**2)], rtol=1e-5)


def test_binary_crossentropy():
    y, p = np.array([[1.0, 0.0]], "float32"), np.array([[0.8, 0.3]], "float32")
    expected = [-(np.log(0.8) + np.log(0.7)) / 2]
    np.testing.assert_allclose(losses.binary_crossentropy(y, p), expected, rtol=1e-5)
    logits = np.log(p / (1 - p))
    np.testing.assert_allclose(
        losses.binary_crossentropy(y, logits, from_logits=True), expected, rtol=1e-5
    )
    # smoothing by 0.2 makes 0.9 of 1 and 0.1 of 0
    smooth = [-(0.9 * np.log(0.8) + 0.1 * np.log(0.2) + 0.1 * np.log(0.3) + 0.9 * np.log(0.7)) / 2]
    np.testing.assert_allclose(
        losses.binary_crossentropy(y, p, label_smoothing=0.2), smooth, rtol=1e-5
    )


def test_probabilities_of_0_and_1_cost_a_finite_amount():
    # the clip is at 1e-7, and 1 - 1e-7 rounds to 1 - 2**-23 in float32
    values = losses.binary_crossentropy([[1.0], [0.0]], [[0.0], [1.0]])
    np.testing.assert_allclose(values, [-np.log(1e-7), np.log(2**23)], rtol=1e-5)


def test_focal_crossentropy_weighs_by_what_is_missing():
    y, p = np.array([[1.0, 0.0]], "float32"), np.array([[0.8, 0.3]], "float32")
    parts = -np.log([0.8, 0.7]) * np.array([0.2, 0.3]) ** 2
    np.testing.assert_allclose(losses.binary_focal_crossentropy(y, p), [parts.mean()], rtol=1e-5)
    balanced = [(0.25 * parts[0] + 0.75 * parts[1]) / 2]
    np.testing.assert_allclose(
        losses.binary_focal_crossentropy(y, p, apply_class_balancing=True), balanced, rtol=1e-5
    )


def test_categorical_crossentropy():
    expected = -np.log([0.7, 0.2])
    np.testing.assert_allclose(losses.categorical_crossentropy(ONE_HOT, SOFT), expected, rtol=1e-5)
    # predictions that do not add up to 1 are scaled
    np.testing.assert_allclose(
        losses.categorical_crossentropy(ONE_HOT, 3 * SOFT), expected, rtol=1e-5
    )
    log_p = LOGITS - np.log(np.exp(LOGITS).sum(-1, keepdims=True))
    np.testing.assert_allclose(
        losses.categorical_crossentropy(ONE_HOT, LOGITS, from_logits=True),
        -(ONE_HOT * log_p).sum(-1),
        rtol=1e-5,
    )
    smooth = 0.7 * ONE_HOT + 0.1
    np.testing.assert_allclose(
        losses.categorical_crossentropy(ONE_HOT, SOFT, label_smoothing=0.3),
        -(smooth * np.log(SOFT)).sum(-1),
        rtol=1e-5,
    )


@pytest.mark.parametrize("labels", [[0, 2], [[0], [2]], [0.0, 2.0]])
def test_sparse_crossentropy_takes_class_numbers(labels):
    for kind in ({}, {"from_logits": True}):
        sparse = losses.sparse_categorical_crossentropy(np.array(labels), SOFT, **kind)
        np.testing.assert_allclose(sparse, losses.categorical_crossentropy(ONE_HOT, SOFT, **kind))


def test_sparse_crossentropy_over_another_axis():
    moved = losses.sparse_categorical_crossentropy([[0, 2]], SOFT.T[None], axis=1)
    np.testing.assert_allclose(moved, [-np.log([0.7, 0.2])], rtol=1e-5)


def test_an_ignored_class_is_left_out():
    loss = losses.SparseCategoricalCrossentropy(ignore_class=-1)
    labels, p = (
        jnp.array([0, -1, 2]),
        jnp.array([[0.7, 0.2, 0.1], [0.0, 0.0, 0.0], [0.5, 0.3, 0.2]]),
    )
    assert float(loss(labels, p)) == pytest.approx(-np.log([0.7, 0.2]).mean(), rel=1e-5)
    gradient = jax.grad(lambda p: loss(labels, p))(p)
    assert np.isfinite(gradient).all() and (gradient[1] == 0).all()


def test_divergence_and_counts():
    np.testing.assert_allclose(
        losses.kl_divergence(SOFT[:1], SOFT[1:]),
        [(SOFT[0] * np.log(SOFT[0] / SOFT[1])).sum()],
        1e-4,
    )
    y, p = np.array([[2.0, 0.0]], "float32"), np.array([[1.5, 0.5]], "float32")
    np.testing.assert_allclose(losses.poisson(y, p), [(1.5 - 2 * np.log(1.5) + 0.5) / 2], 1e-5)


def test_hinges():
    y, p = np.array([[-1.0, 1.0]], "float32"), np.array([[0.5, 0.25]], "float32")
    np.testing.assert_allclose(losses.hinge(y, p), [(1.5 + 0.75) / 2])
    np.testing.assert_allclose(losses.hinge((y + 1) / 2, p), [(1.5 + 0.75) / 2])
    np.testing.assert_allclose(losses.squared_hinge(y, p), [(1.5**2 + 0.75**2) / 2])
    np.testing.assert_allclose(
        losses.categorical_hinge(ONE_HOT[:1], SOFT[:1]), [0.2 - 0.7 + 1], 1e-6
    )


def test_a_last_axis_of_size_1_is_added_or_dropped():
    np.testing.assert_allclose(losses.mse([1.0, 2.0], [[1.0], [4.0]]), [0, 4])
    np.testing.assert_allclose(losses.mae([[1.0], [2.0]], [1.0, 4.0]), 1.0)


def test_variables_and_symbolic_tensors():
    from recurra.engine.symbolic import SymbolicTensor

    np.testing.assert_allclose(losses.mse(Y, Variable(P)), losses.mse(Y, P))
    symbolic = losses.mse(SymbolicTensor((None, 3)), SymbolicTensor((None, 3)))
    assert symbolic.shape == (None,)


# From values to one number ----------------------------------------------------------------------

VALUES = np.abs(ERROR)  # as (batch, timesteps): [[0.5, 0], [2, 1]]


class Given(losses.Loss):
    """The predictions are the values."""

    def call(self, y_true, y_pred):
        return y_pred


@pytest.mark.parametrize(
    ("reduction", "plain", "weighted", "masked"),
    [
        ("sum_over_batch_size", 3.5 / 4, (0.5 + 3 * 3) / 4, 2.5 / 3),
        ("mean", 3.5 / 4, (0.5 + 3 * 3) / 4, 2.5 / 3),
        ("sum", 3.5, 0.5 + 3 * 3, 2.5),
        ("mean_with_sample_weight", 3.5 / 4, (0.5 + 3 * 3) / 8, 2.5 / 3),
        ("none", VALUES, VALUES * [[1], [3]], VALUES * [[1, 1], [1, 0]]),
    ],
)
def test_reductions(reduction, plain, weighted, masked):
    loss = Given(reduction=reduction)
    np.testing.assert_allclose(loss(VALUES, VALUES), plain)
    for weight in ([1, 3], [[1], [3]], [[1, 1], [3, 3]]):
        np.testing.assert_allclose(loss(VALUES, VALUES, sample_weight=np.array(weight)), weighted)
    mask = np.array([[True, True], [True, False]])
    np.testing.assert_allclose(loss(VALUES, VALUES, mask=mask), masked)


def test_weights_and_mask_together():
    mask, weight = np.array([[True, True], [True, False]]), np.array([1.0, 3.0], "float32")
    found = Given()(VALUES, VALUES, sample_weight=weight, mask=mask)
    assert float(found) == pytest.approx((0.5 + 3 * 2) / 3)
    found = Given(reduction="mean_with_sample_weight")(VALUES, VALUES, weight, mask)
    assert float(found) == pytest.approx((0.5 + 3 * 2) / (1 + 1 + 3))


def test_a_mask_of_rows_covers_all_their_values():
    assert float(Given()(VALUES, VALUES, mask=np.array([True, False]))) == pytest.approx(0.5 / 2)


def test_nothing_real_costs_nothing():
    assert float(Given()(VALUES, VALUES, mask=np.zeros(2, bool))) == 0.0


@pytest.mark.parametrize(
    "name",
    [
        "mse", "mae", "mape", "msle", "huber", "log_cosh", "cosine_similarity", "bce",
        "binary_focal_crossentropy", "categorical_crossentropy", "kld", "poisson", "hinge",
        "squared_hinge", "categorical_hinge", "sparse_categorical_crossentropy",
    ],
)  # fmt: skip
@pytest.mark.parametrize("junk", [np.nan, np.inf, 0.0, -1.0])
def test_padded_rows_reach_neither_value_nor_gradient(name, junk):
    loss = as_loss(name)
    real = jnp.asarray([[0.3, 0.6, 0.1], [0.2, 0.2, 0.6]])
    target = jnp.asarray([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    filler = jnp.full((2, 3), junk, "float32")
    padded, padded_target = jnp.concatenate([real, filler]), jnp.concatenate([target, filler])
    if name.startswith("sparse"):
        target, padded_target = jnp.asarray([1, 0]), jnp.asarray([1, 0, 7, -7])
    mask = jnp.asarray([True, True, False, False])
    value, slope = jax.value_and_grad(lambda p: loss(target, p))(real)
    value_padded, slope_padded = jax.value_and_grad(lambda p: loss(padded_target, p, mask=mask))(
        padded
    )
    np.testing.assert_allclose(value_padded, value, rtol=1e-6)
    np.testing.assert_allclose(slope_padded[:2], slope, rtol=1e-6)
    assert (slope_padded[2:] == 0).all()


def test_every_loss_is_tested_against_padding():
    mark = test_padded_rows_reach_neither_value_nor_gradient.pytestmark
    names = next(m.args[1] for m in mark if m.args[0] == "name")
    assert {losses.get(n).__name__ for n in names} == set(losses.get.__self__.functions)


# Names, objects, configurations -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["mse", "MSE", "mean_squared_error"])
def test_names_give_functions(name):
    assert losses.get(name) is losses.mean_squared_error


def test_class_names_give_objects():
    assert type(losses.get("MeanSquaredError")) is losses.MeanSquaredError
    assert losses.get(None) is None and as_loss(None) is None


def test_what_compile_makes_of_it():
    assert as_loss("mse").name == "mse" and as_loss("mse").per_sample
    huber = losses.Huber(2.0)
    assert as_loss(huber) is huber and huber.per_sample

    def own(y_true, y_pred):
        return jnp.mean(jnp.abs(y_true - y_pred), axis=-1) ** 3

    loss = as_loss(own)
    assert loss.name == "own" and not loss.per_sample
    assert float(loss(np.array([1, 2]), [[2.0], [4.0]])) == pytest.approx((1 + 8) / 2)


def test_a_loss_computes_in_its_own_float_type():
    value = losses.MeanSquaredError()(np.array([1, 2]), jnp.array([1.0, 4.0], "bfloat16"))
    assert value.dtype == "float32" and float(value) == 2.0
    assert losses.MeanSquaredError(dtype="bfloat16")([1.0], [2.0]).dtype == "bfloat16"


def test_configurations():
    loss = losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)
    assert loss.get_config() == {
        "from_logits": True,
        "label_smoothing": 0.1,
        "axis": -1,
        "reduction": "sum_over_batch_size",
        "name": "binary_crossentropy",
    }
    assert losses.get(losses.serialize(loss)).get_config() == loss.get_config()
    wrapped = LossFunctionWrapper(losses.huber, delta=2.0)
    again = LossFunctionWrapper.from_config(wrapped.get_config())
    assert float(again([0.0], [3.0])) == float(wrapped([0.0], [3.0])) == 2 * 3 - 2


@pytest.mark.parametrize(
    ("call", "kind", "problem"),
    [
        (
            lambda: losses.get("msee"),
            ArgumentError,
            "there is no loss 'msee'. Did you mean 'mse'?",
        ),
        (
            lambda: losses.get("binary_cross_entropy"),
            ArgumentError,
            "there is no loss 'binary_cross_entropy'. Did you mean 'binary_crossentropy'?",
        ),
        (
            lambda: losses.Huber(delta=-1.0, reduction="avg"),
            ArgumentError,
            "Huber: delta=-1.0 (float): a number above 0 is needed; reduction='avg' (str): one of "
            "'sum_over_batch_size', 'sum', 'mean', 'mean_with_sample_weight', 'none', None is "
            "needed.",
        ),
        (
            lambda: Given(reduction="avg"),
            ArgumentError,
            "Given: reduction='avg': one of 'sum_over_batch_size', 'sum', 'mean', "
            "'mean_with_sample_weight', 'none', None is needed.",
        ),
        (
            lambda: losses.mse(np.zeros((3, 2)), np.zeros((3, 5))),
            ShapeError,
            "mean_squared_error compares arrays of one shape: `y_true` is (batch=3, features=2), "
            "`y_pred` is (batch=3, features=5).",
        ),
        (
            lambda: losses.mse(np.zeros((3, 1)), np.zeros((3, 5))),
            ShapeError,
            "mean_squared_error compares arrays of one shape: `y_true` is (batch=3, features=1), "
            "`y_pred` is (batch=3, features=5).",
        ),
        (
            lambda: losses.sparse_categorical_crossentropy(np.zeros(3), np.zeros((4, 5))),
            ShapeError,
            "sparse_categorical_crossentropy takes a class number for each row of predictions: "
            "`y_true` is (batch=3,), `y_pred` is (batch=4, features=5).",
        ),
        (
            lambda: losses.MeanSquaredError()(Y, P, sample_weight=np.ones(3)),
            ShapeError,
            "The loss 'mean_squared_error' gives values of shape (batch=2,), and `sample_weight` "
            "of shape (batch=3,) does not fit them.",
        ),
    ],
)
def test_mistakes(call, kind, problem):
    with pytest.raises(kind) as error:
        call()
    assert str(error.value).splitlines()[0] == problem
