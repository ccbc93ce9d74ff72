import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra import metrics
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.masks import set_mask
from recurra.engine.scope import pure
from recurra.training.metrics import as_metric, registry, resolve_accuracy

NAN = np.nan


def result(metric, *batches):
    for batch in batches:
        metric.update_state(*batch)
    return float(metric.result())


# Sums and means ---------------------------------------------------------------------------------


def test_the_mean_goes_over_all_batches():
    mean = metrics.Mean()
    assert result(mean, ([1.0, 2.0],), ([6.0],)) == 3.0
    mean.reset_state()
    assert float(mean.result()) == 0.0
    assert result(mean, (4.0,)) == 4.0


def test_the_weighted_mean():
    assert result(metrics.Mean(), ([1.0, 2.0], [1.0, 3.0]), ([6.0], [0.5])) == pytest.approx(
        (1 + 3 * 2 + 0.5 * 6) / 4.5
    )


def test_further_axes_are_averaged_per_sample():
    values = [[1.0, 3.0], [5.0, 5.0]]
    assert result(metrics.Mean(), (values,)) == 3.5
    assert result(metrics.Mean(), (values, [3.0, 1.0])) == (3 * 2 + 5) / 4
    # one weight a value: (1 + 5) / 2 of the rows' sums over (1 + 1) / 2 of the weights'
    assert result(metrics.Mean(), (values, [[1.0, 0.0], [1.0, 0.0]])) == 3.0


def test_sums():
    assert result(metrics.Sum(), ([[1.0, 2.0], [3.0, 4.0]],), ([5.0, 6.0], [0.0, 1.0])) == 16.0


@pytest.mark.parametrize("weight", [[1, 1, 0], [[1], [1], [0]]])
@pytest.mark.parametrize("name", [n for n in registry.classes if n != "MeanMetricWrapper"])
def test_a_row_without_weight_leaves_no_trace(name, weight):
    bits, p = (
        np.array([[1.0, 0.0], [0.0, 1.0], [NAN, NAN]]),
        np.array([[0.7, 0.3]] * 2 + [[NAN] * 2]),
    )
    metric, plain = metrics.get(name), metrics.get(name)
    if name in ("Mean", "Sum"):
        metric.update_state(p, sample_weight=weight)
        plain.update_state(p[:2])
    elif name.startswith("Sparse"):
        metric.update_state([0, 1, -5], p, sample_weight=np.ravel(weight))
        plain.update_state([0, 1], p[:2])
    else:
        metric.update_state(bits, p, sample_weight=weight)
        plain.update_state(bits[:2], p[:2])
    np.testing.assert_allclose(metric.result(), plain.result(), rtol=1e-6)
    assert np.isfinite(metric.result()).all()


def test_metrics_update_inside_a_compiled_step():
    mean = metrics.Mean()
    step = jax.jit(lambda state, x: pure(mean.update_state, mean.variables)(state, x)[1])
    state = step([v.value for v in mean.variables], jnp.array([1.0, 5.0]))
    assert [float(s) for s in state] == [6.0, 2.0]
    assert float(mean.total.value) == 0.0


def test_a_mask_of_the_predictions_counts_real_steps_only():
    p = jnp.array([[[1.0], [2.0], [9.0]], [[4.0], [9.0], [9.0]]])
    y = jnp.zeros((2, 3, 1))
    set_mask(p, jnp.array([[True, True, False], [True, False, False]]))
    assert result(metrics.MeanAbsoluteError(), (y, p)) == pytest.approx((1 + 2 + 4) / 3)
    assert result(metrics.MeanAbsoluteError(), (y, p, [1.0, 0.0])) == 1.5
    assert result(metrics.RootMeanSquaredError(), (y, p)) == pytest.approx(
        np.sqrt((1 + 4 + 16) / 3)
    )
    assert result(metrics.Precision(), (y, p / 10)) == 0.0


def test_an_ignored_class_counts_for_nothing():
    metric = metrics.SparseCategoricalCrossentropy(ignore_class=0)
    assert result(metric, ([1, 0], [[0.2, 0.8], [0.5, 0.5]])) == pytest.approx(-np.log(0.8))


# Accuracies and errors --------------------------------------------------------------------------

P3 = [[0.1, 0.7, 0.2], [0.5, 0.2, 0.3], [0.3, 0.3, 0.4]]


@pytest.mark.parametrize(
    ("name", "y", "p", "expected"),
    [
        ("accuracy", [[1], [2], [3]], [[1], [2], [4]], 2 / 3),
        ("binary_accuracy", [1, 0, 1, 1], [[0.6], [0.4], [0.5], [0.4]], 0.5),
        ("categorical_accuracy", np.eye(3)[[1, 0, 0]], P3, 2 / 3),
        ("sparse_categorical_accuracy", [1, 0, 0], P3, 2 / 3),
        ("sparse_categorical_accuracy", [[1], [0], [0]], P3, 2 / 3),
        ("mse", [[1.0], [2.0]], [[2.0], [5.0]], 5.0),
        ("mae", [[1.0], [2.0]], [[2.0], [5.0]], 2.0),
        ("mape", [[1.0], [2.0]], [[2.0], [5.0]], 100 * (1 + 1.5) / 2),
        ("root_mean_squared_error", [[1.0], [2.0]], [[2.0], [5.0]], np.sqrt(5)),
        ("binary_crossentropy", [[1], [0]], [[0.8], [0.5]], -np.log(0.8 * 0.5) / 2),
        ("categorical_crossentropy", np.eye(3)[[1]], P3[:1], -np.log(0.7)),
        ("sparse_categorical_crossentropy", [1], P3[:1], -np.log(0.7)),
    ],
)
def test_means_of_functions(name, y, p, expected):
    assert result(metrics.get(name), (np.array(y), np.array(p))) == pytest.approx(expected, 1e-5)


def test_top_k():
    metric = metrics.SparseTopKCategoricalAccuracy(k=2)
    assert result(metric, ([2, 1, 0], P3)) == pytest.approx(2 / 3)
    metric = metrics.TopKCategoricalAccuracy(k=2)
    assert result(metric, (np.eye(3)[[2, 1, 0]], P3)) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("y_shape", "output_shape", "kind"),
    [
        ((8,), (None, 1), "BinaryAccuracy"),
        ((8, 1), (None, 1), "BinaryAccuracy"),
        ((8, 5), (None, 5, 1), "BinaryAccuracy"),
        ((8,), (None, 3), "SparseCategoricalAccuracy"),
        ((8, 1), (None, 3), "SparseCategoricalAccuracy"),
        ((8, 5), (None, 5, 3), "SparseCategoricalAccuracy"),
        ((8, 3), (None, 3), "CategoricalAccuracy"),
        ((8, 5, 3), (None, 5, 3), "CategoricalAccuracy"),
    ],
)
def test_accuracy_means_the_one_that_fits_the_output(y_shape, output_shape, kind):
    assert resolve_accuracy("any", output_shape, y_shape).__name__ == kind
    named = as_metric("acc", output_shape, y_shape)
    assert type(named).__name__ == kind and named.name == "acc"


def test_where_targets_are_not_known_the_loss_decides():
    assert resolve_accuracy("sparse_categorical_crossentropy", (None, 3), None).__name__ == (
        "SparseCategoricalAccuracy"
    )
    assert resolve_accuracy("mse", (None, 3), None).__name__ == "CategoricalAccuracy"


def test_metrics_are_called_as_the_user_called_them():
    assert as_metric("mae", (None, 1)).name == "mae"
    assert as_metric(metrics.AUC(name="area"), (None, 1)).name == "area"

    def worst(y_true, y_pred):
        return jnp.max(jnp.abs(y_true - y_pred), axis=-1)

    metric = as_metric(worst, (None, 2))
    assert metric.name == "worst" and not metric.per_sample
    assert result(metric, (np.zeros((2, 2)), np.array([[1.0, 2.0], [0.0, 4.0]]))) == 3.0


# Positives and negatives ------------------------------------------------------------------------

Y4, P4 = [0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]


def test_precision_and_recall():
    assert result(metrics.Precision(), (Y4, P4)) == 1.0  # 0.9 alone is above 0.5
    assert result(metrics.Recall(), (Y4, P4)) == 0.5
    assert result(metrics.Precision(thresholds=0.2), (Y4, P4)) == pytest.approx(2 / 3)
    assert result(metrics.Precision(), (Y4, P4, [1, 1, 1, 0])) == 0.0


def test_a_list_of_thresholds_gives_a_list_of_results():
    metric = metrics.Recall(thresholds=[0.95, 0.2, 0.5])
    metric.update_state(Y4, P4)
    np.testing.assert_allclose(metric.result(), [0.0, 1.0, 0.5])


def test_precision_of_one_class_and_of_the_top():
    y, p = np.array([[1, 0, 0], [0, 1, 0]]), np.array([[0.2, 0.9, 0.8], [0.1, 0.7, 0.6]])
    assert result(metrics.Precision(class_id=1), (y, p)) == 0.5
    assert result(metrics.Precision(top_k=2), (y, p)) == 0.25
    assert result(metrics.Recall(top_k=1), (y, p)) == 0.5


def test_the_area_under_roc_is_the_share_of_pairs_in_order():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 40)
    p = np.round(rng.random(40), 2)  # finer thresholds than values
    pairs = [(a > b) + (a == b) / 2 for a in p[y == 1] for b in p[y == 0]]
    assert result(metrics.AUC(num_thresholds=1001), (y, p)) == pytest.approx(np.mean(pairs), 1e-5)


def test_the_area_under_precision_over_recall_by_hand():
    # thresholds -e, 0.5, 1 + e: (TP, FP) = (2, 2), (1, 0), (0, 0)
    counts = {"minoring": 0.5 * 0.5 + 0.5 * 0, "majoring": 0.5 * 1 + 0.5 * 1}
    for method, area in counts.items():
        metric = metrics.AUC(3, curve="PR", summation_method=method)
        assert result(metric, (Y4, P4)) == pytest.approx(area)
    # between them TP grows by 1 and P by 3: slope 1/3, intercept 2/3, and from 0 to 1 slope 1
    area = (1 / 3 * (1 + 2 / 3 * np.log(4)) + 1) / 2
    assert result(metrics.AUC(3, curve="PR"), (Y4, P4)) == pytest.approx(area)


def test_an_area_for_each_column():
    y, p = np.array([[0, 1], [1, 0]]), np.array([[0.1, 0.2], [0.9, 0.8]])
    assert result(metrics.AUC(multi_label=True), (y, p)) == 0.5  # one perfect, one reversed
    weighted = metrics.AUC(multi_label=True, num_labels=2, label_weights=[3.0, 1.0])
    assert result(weighted, (y, p)) == 0.75
    assert result(metrics.AUC(label_weights=[1.0, 0.0]), (y, p)) == 1.0


def test_an_area_from_logits_is_that_of_their_probabilities():
    y, z = np.array([0, 1, 1, 0]), np.array([-3.0, 2.0, -1.0, 0.5])
    probabilities = 1 / (1 + np.exp(-z))
    assert result(metrics.AUC(from_logits=True), (y, z)) == result(
        metrics.AUC(), (y, probabilities)
    )


def test_f_scores():
    y, p = np.array([[1, 0], [0, 1], [1, 0]]), np.array([[0.9, 0.2], [0.6, 0.4], [0.3, 0.7]])
    # largest of each row: column 0 has TP 1, FP 1, FN 1; column 1 has TP 0, FP 1, FN 1
    metric = metrics.F1Score()
    metric.update_state(y, p)
    np.testing.assert_allclose(metric.result(), [0.5, 0.0], atol=1e-6)
    assert result(metrics.F1Score(average="macro"), (y, p)) == pytest.approx(0.25, abs=1e-6)
    assert result(metrics.F1Score(average="micro"), (y, p)) == pytest.approx(1 / 3, abs=1e-6)
    assert result(metrics.F1Score(average="weighted"), (y, p)) == pytest.approx(1 / 3, abs=1e-6)
    # above 0.5 column 0 has TP 1, FP 1, FN 1: precision and recall 1/2, so any beta gives 1/2
    metric = metrics.FBetaScore(beta=2.0, threshold=0.5)
    metric.update_state(y, p)
    assert float(metric.result()[0]) == pytest.approx(0.5, abs=1e-6)


# Own metrics, names, configurations -------------------------------------------------------------


class Pair(metrics.Metric):
    def __init__(self, name="pair", **kwargs):
        super().__init__(name=name, **kwargs)
        self.first = self.add_weight(name="first", initializer="zeros")
        self.inner = metrics.Mean()
        self.second = self.add_variable(shape=(2,), initializer="zeros", name="second")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.first.assign_add(1.0)
        self.inner.update_state(y_pred)

    def result(self):
        return self.inner.result() + self.first


def test_an_own_metric():
    metric = Pair()
    names = [v.name for v in metric.variables]
    assert names == ["first", "total", "count", "second"]
    assert not any(v.trainable for v in metric.variables)
    assert float(metric([0.0], [3.0])) == 4.0
    assert float(metric([0.0], [5.0])) == 4.0 + 2.0
    metric.reset_states()
    assert all(not v.numpy().any() for v in metric.variables)


def test_a_metric_without_a_name_is_called_by_its_class_and_a_number():
    first, second = metrics.AUC(), metrics.AUC()
    assert first.name.startswith("auc") and second.name.startswith("auc_")


@pytest.mark.parametrize(
    ("metric", "config"),
    [
        (metrics.MeanSquaredError(), {"name": "mean_squared_error", "dtype": "float32"}),
        (
            metrics.BinaryAccuracy(threshold=0.3),
            {"name": "binary_accuracy", "dtype": "float32", "threshold": 0.3},
        ),
        (metrics.F1Score(), {
            "average": None, "threshold": None, "name": "f1_score", "dtype": "float32",
        }),
    ],
)  # fmt: skip
def test_configurations(metric, config):
    assert metric.get_config() == config
    again = metrics.get(metrics.serialize(metric))
    assert type(again) is type(metric) and again.get_config() == config


def test_a_wrapped_function_in_a_configuration():
    metric = metrics.MeanMetricWrapper(metrics.mean_squared_error, name="error")
    again = metrics.deserialize(metrics.serialize(metric))
    assert again.name == "error" and result(again, ([[0.0]], [[2.0]])) == 4.0


@pytest.mark.parametrize(
    ("call", "kind", "problem"),
    [
        (
            lambda: metrics.get("acuracy"),
            ArgumentError,
            "there is no metric 'acuracy'. Did you mean 'accuracy'?",
        ),
        (
            lambda: metrics.AUC(num_thresholds=1, curve="POR"),
            ArgumentError,
            "AUC: num_thresholds=1 (int): a whole number of at least 2 is needed; curve='POR' "
            "(str): one of 'ROC', 'PR' is needed.",
        ),
        (
            lambda: metrics.AUC(num_labels=2),
            ArgumentError,
            "AUC: num_labels is for multi_label=True only.",
        ),
        (
            lambda: metrics.Precision(thresholds=[0.5, 1.5]),
            ArgumentError,
            "Precision: thresholds=[0.5, 1.5] (list): a number from 0 to 1, or a list of them, is "
            "needed.",
        ),
        (
            lambda: metrics.F1Score()(np.zeros(3), np.zeros((3, 2, 2))),
            ShapeError,
            "f1_score is of outputs (batch, classes), not of (batch=3, timesteps=2, features=2).",
        ),
        (
            lambda: metrics.MeanSquaredError()(np.zeros((3, 2)), np.zeros((3, 4))),
            ShapeError,
            "mean_squared_error compares arrays of one shape: `y_true` is (batch=3, features=2), "
            "`y_pred` is (batch=3, features=4).",
        ),
        (
            lambda: metrics.Mean()([1.0, 2.0], sample_weight=[1.0, 1.0, 1.0]),
            ShapeError,
            "The metric 'mean' gives values of shape (batch=2,), and `sample_weight` of shape "
            "(batch=3,) does not fit them.",
        ),
    ],
)
def test_mistakes(call, kind, problem):
    with pytest.raises(kind) as error:
        call()
    assert str(error.value).splitlines()[0] == problem
