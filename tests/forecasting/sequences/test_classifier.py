"""SequenceClassifier on real and made sequences, as scikit-learn's tools use it."""

import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import recurra as rc
from recurra.data import windows
from recurra.forecasting.sequences.classifier import SequenceClassifier
from recurra.forecasting.sequences.held_out import hold_out
from recurra.layers import GRU, LSTM, Dense


def waves(samples=120, steps=40, seed=0):
    """Sines of 2, 3 and 5 cycles with random phases and noise, and the names of their classes."""
    random = np.random.default_rng(seed)
    classes = np.arange(samples) % 3
    t = np.arange(steps) / steps
    cycles = np.array([2.0, 3.0, 5.0])[classes]
    phase = random.uniform(0, 2 * np.pi, (samples, 1))
    X = np.sin(2 * np.pi * cycles[:, None] * t + phase) + 0.2 * random.normal(size=(samples, steps))
    return X, np.array(["slow", "middle", "fast"])[classes]


def quick(**options):
    return SequenceClassifier(**{"epochs": 2, "random_state": 0, "units": 4} | options)


def refused(y, X=None, **options):
    X = waves()[0] if X is None else X
    with pytest.raises(rc.RecurraError) as caught:
        quick(**options).fit(X, y)
    return str(caught.value)


# What it learns ----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["lstm", "gru", "tcn"])
def test_digits_read_row_by_row(model):
    """Each digit is a sequence of 8 rows of 8 pixels."""
    digits = load_digits()
    X, X_test, y, y_test = train_test_split(digits.images, digits.target, random_state=0)
    classifier = SequenceClassifier(model, random_state=0).fit(X, y)
    assert classifier.score(X_test, y_test) > 0.95
    assert classifier.n_features_in_ == 8
    assert classifier.model_.output_shape == (None, 10)


def test_frequencies_of_waves():
    X, y = waves(300)
    X_test, y_test = waves(100, seed=1)
    classifier = SequenceClassifier(random_state=0).fit(X, y)
    assert classifier.score(X_test, y_test) > 0.95
    assert classifier.classes_.tolist() == ["fast", "middle", "slow"]


def test_the_order_of_what_happens():
    """Two events each, and the label says which comes first: no mean over time tells."""
    random = np.random.default_rng(0)
    X, y = 0.3 * random.normal(size=(400, 30, 2)), np.zeros(400, bool)
    for sample in range(400):
        first, second = random.choice(30, 2, replace=False)
        X[sample, first, 0] += 3
        X[sample, second, 1] += 3
        y[sample] = first < second
    classifier = SequenceClassifier(random_state=0).fit(X[:300], y[:300])
    assert classifier.score(X[300:], y[300:]) > 0.95
    assert classifier.predict(X[:1]).dtype == bool


@pytest.mark.parametrize("model", ["lstm", "tcn"])
def test_lengths_differ_and_padding_tells_nothing(model):
    """The label is the sign of the sum; a longer neighbour in the batch changes no probability."""
    random = np.random.default_rng(0)
    X = [random.normal(size=(3 + k % 9, 1)) + random.choice([-1, 1]) for k in range(300)]
    y = ["more" if x.sum() > 0 else "less" for x in X]
    classifier = SequenceClassifier(model, random_state=0).fit(X[:200], y[:200])
    assert classifier.score(X[200:], y[200:]) > 0.9
    alone = classifier.predict_proba([X[0]])
    beside = classifier.predict_proba([X[0], np.ones((50, 1))])
    np.testing.assert_allclose(alone[0], beside[0], atol=1e-5)


def test_windows_are_classified_and_the_last_ones_held_out():
    X = windows(np.random.default_rng(0).normal(size=(300, 2)), lookback=12)
    y = np.asarray(X)[:, -1, 0] > np.asarray(X)[:, 0, 0]
    classifier = SequenceClassifier(random_state=0).fit(X, y)
    assert classifier.score(X, y) > 0.9
    assert "58 samples held out" in classifier.comparison_  # a fifth of 289 windows


def test_noise_is_not_better_than_a_guess_and_that_is_said():
    """Of 100 labels "a" and 50 "b", a fifth of each is held out; "a" is right in 20 of 30."""
    random = np.random.default_rng(0)
    X, y = random.normal(size=(150, 5)), np.array(["a"] * 100 + ["b"] * 50)
    with pytest.warns(UserWarning) as warned:
        classifier = quick(learning_rate=1e-9).fit(X, y)
    assert classifier.baseline_ == 20 / 30
    assert classifier.score_ <= classifier.baseline_
    assert [str(w.message) for w in warned] == [
        f"SequenceClassifier: no better than a guess: {classifier.score_:.1%} of the labels of 30 "
        "samples held out are found; always saying 'a' finds 66.7%."
    ]
    assert warned[0].filename == __file__


def test_the_scaler_knows_the_training_part_alone_and_is_in_the_model():
    """With one feature that is the sample's own number, the training part can be told from it."""
    X = np.repeat(np.arange(1000.0, 1040.0)[:, None], 3, axis=1)
    y = np.arange(40) % 2
    classifier = quick().fit(X, y)
    train, _ = hold_out(X, 0.2, np.random.RandomState(0), y)
    scaler = next(layer for layer in classifier.model_.layers if hasattr(layer, "variance"))
    np.testing.assert_allclose(np.asarray(scaler.mean), [X[train].mean()], rtol=1e-6)
    np.testing.assert_allclose(np.asarray(scaler.variance), [X[train].var()], rtol=1e-6)
    assert abs(X[train].mean() - X.mean()) > 1e-3  # the test can tell them apart


def test_what_all_samples_of_a_group_share_is_not_taken_for_skill():
    """Each of 30 groups looks like nothing else, and its label was drawn: none tells of others."""
    random = np.random.default_rng(0)
    group = np.repeat(np.arange(30), 10)
    X = random.normal(size=(30, 5, 3))[group] + 0.1 * random.normal(size=(300, 5, 3))
    y = group % 2
    names = np.array([f"person {k}" for k in group])
    classifier = SequenceClassifier(random_state=0, epochs=20, learning_rate=0.02)
    assert classifier.fit(X, y).score_ > 0.9
    with pytest.warns(UserWarning, match="no better than a guess"):
        assert classifier.fit(X, y, groups=names).score_ < 0.7
    assert "60 samples held out" in classifier.comparison_  # 6 groups of 10


def test_samples_and_classes_are_compared_by_weight():
    """Of 10 samples held out 1 is rare, and counts 9 times: a guess is right in half of 18."""
    X, y = np.random.default_rng(0).normal(size=(50, 4)), np.arange(50) % 10 == 0
    weights = np.where(y, 9.0, 1.0)
    for given in ({"sample_weight": weights}, {}):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            classifier = quick(class_weight=None if given else "balanced").fit(X, y, **given)
        assert classifier.baseline_ == pytest.approx(0.5)
        assert "10 samples held out are found by weight; always" in classifier.comparison_


def test_probabilities_sum_to_one():
    X, y = waves(30)
    chances = quick().fit(X, y).predict_proba(X)
    assert chances.dtype == np.float64
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-15)


def test_timesteps_that_stand_as_features_are_told():
    """Question 6: x_train of the shape (5, 1, 133906)."""
    X = np.random.default_rng(0).normal(size=(6, 1, 9))
    with pytest.warns(UserWarning) as warned:
        quick(epochs=1).fit(X, np.arange(6) % 2)
    assert str(warned[0].message) == (
        "SequenceClassifier: each sequence has one timestep of 9 features, so that nothing comes "
        "before anything else.\n"
        "  fix:      X.swapaxes(1, 2)  # if these are the timesteps of one feature"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"sample_weight": [1, 2]},
            "`sample_weight` has the shape (2,), and X holds 4 samples: a number for each is "
            "needed.",
        ),
        (
            {"sample_weight": [1, 1, -2, 1]},
            "`sample_weight` is -2 for sample 2.\n  expected: numbers from 0 on",
        ),
        ({"sample_weight": 0}, "each `sample_weight` is zero: there is nothing to learn from."),
        (
            {"groups": ["a"]},
            "`groups` has the shape (1,), and X holds 4 samples: a group for each is needed.",
        ),
        ({"groups": ["a", "b", None, "a"]}, "`groups` holds no group for sample 2."),
    ],
)
def test_weights_and_groups_of_no_use(given, said):
    with pytest.raises(rc.DataError) as caught:
        quick().fit(np.zeros((4, 3)), [0, 1, 0, 1], **given)
    assert str(caught.value) == f"SequenceClassifier: {said}"


# Parameters --------------------------------------------------------------------------------------


def test_a_seed_makes_it_repeatable_and_leaves_the_users_numbers_alone():
    X, y = waves(30)
    np.random.seed(3)
    rc.utils.set_random_seed(3)
    expected = np.random.random()
    rc.utils.set_random_seed(3)
    first, second = (quick().fit(X, y).predict_proba(X) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert np.random.random() == expected
    assert not np.array_equal(first, quick(random_state=1).fit(X, y).predict_proba(X))


def test_a_model_of_ones_own_is_trained_anew_each_time():
    X, y = waves(30)
    own = rc.Sequential([rc.Input((40, 1)), GRU(3), Dense(3, "softmax")])
    before = own.get_weights()
    classifier = quick(model=own).fit(X, y)
    for old, now in zip(before, own.get_weights(), strict=True):
        np.testing.assert_array_equal(old, now)
    np.testing.assert_array_equal(
        classifier.predict_proba(X), quick(model=own).fit(X, y).predict_proba(X)
    )


def test_a_function_makes_the_model():
    asked = []

    def make(timesteps, features, outputs):
        asked.append((timesteps, features, outputs))
        return rc.Sequential([rc.Input((timesteps, features)), LSTM(3), Dense(outputs, "softmax")])

    X, y = waves(30)
    assert quick(model=make).fit(X, y).predict_proba(X).shape == (30, 3)
    quick(model=make).fit([x[: 20 + k] for k, x in enumerate(X)][:20], y[:20])
    assert asked == [(40, 1, 3), (None, 1, 3)]


def test_rare_classes_count_as_much_if_asked():
    """With weights the rare class is found more often; the weights are n / (classes x count)."""
    random = np.random.default_rng(0)
    y = np.arange(200) % 10 == 0
    X = random.normal(size=(200, 6)) + 0.6 * y[:, None]
    plain = SequenceClassifier(random_state=0).fit(X, y)
    balanced = SequenceClassifier(random_state=0, class_weight="balanced").fit(X, y)
    np.testing.assert_allclose(balanced.class_weight_, [160 / (2 * 144), 160 / (2 * 16)])
    assert balanced.predict(X)[y].mean() > plain.predict(X)[y].mean()
    given = quick(class_weight={False: 1.0, True: 9.0}).fit(X, y)
    assert given.class_weight_.tolist() == [1.0, 9.0]


def test_nothing_is_held_out_if_asked():
    X, y = waves(30)
    classifier = quick(validation=0, verbose=0).fit(X, y)
    assert list(classifier.history_) == ["loss"]
    assert "30 samples trained on" in classifier.comparison_


def test_so_few_samples_held_out_are_no_verdict():
    """Of 5 and 5 samples a fifth is 1 of each."""
    X, y = waves(15)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        classifier = quick(learning_rate=1e-9).fit(X[y != "fast"], y[y != "fast"])
    assert classifier.comparison_ == (
        f"{classifier.score_:.1%} of the labels of 2 samples held out are found; always saying "
        "'middle' finds 50.0%. So few tell little about others."
    )


def test_it_says_how_it_compares_while_it_works(capsys):
    X, y = waves(60)
    classifier = quick(verbose=2).fit(X, y)
    assert capsys.readouterr().out.splitlines()[-1] == classifier.comparison_


# scikit-learn's tools ----------------------------------------------------------------------------


def test_in_a_pipeline_and_a_search():
    X, y = waves(60)
    pipeline = make_pipeline(FunctionTransformer(lambda X: X[:, ::2]), quick())
    rates = [0.01, 0.02]  # which need one program
    search = GridSearchCV(pipeline, {"sequenceclassifier__learning_rate": rates}, cv=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        search.fit(X, y)
    assert search.best_estimator_[-1].n_features_in_ == 20
    assert search.predict(X).shape == (60,)
    assert clone(search.best_estimator_[-1]).learning_rate in rates


def test_a_pickle_predicts_the_same():
    X, y = waves(30)
    classifier = quick().fit([x[: 20 + k % 3] for k, x in enumerate(X)], y)
    again = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(again.predict_proba(X), classifier.predict_proba(X))
    assert again.comparison_ == classifier.comparison_


def test_the_model_is_saved_with_its_scaler(tmp_path):
    X, y = waves(30)
    classifier = quick(model="tcn").fit([x[: 20 + k % 3] for k, x in enumerate(X)], y)
    classifier.model_.save(tmp_path / "model.keras")
    model = rc.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        model.predict(X[:, :, None], verbose=0), classifier.predict_proba(X), atol=1e-6
    )


def test_importing_recurra_imports_no_scikit_learn():
    code = "import recurra, sys; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


# What is refused ---------------------------------------------------------------------------------


def test_no_labels():
    assert refused(None) == (
        "SequenceClassifier requires y to be passed, but the target y is None: a label for each "
        "sample is needed."
    )


def test_one_hot_labels():
    assert refused(np.eye(3)[np.arange(120) % 3]) == (
        "SequenceClassifier: y should be a 1d array, and has the shape (120, 3).\n"
        "  expected: one label for each sample\n"
        "  fix:      y = y.argmax(axis=1)  # if its rows are one-hot"
    )


def test_a_label_is_missing():
    y = np.array(["a", "b"] * 60, object)
    y[7] = None
    assert refused(y) == (
        "SequenceClassifier: y holds no label at sample 7, and in 1 of 120 places.\n"
        "  fix:      leave those samples out of X and y, and predict them later"
    )


def test_labels_of_two_kinds():
    assert refused(["a", 1] * 60) == (
        "SequenceClassifier: y holds labels of two kinds, 'a' and 1.\n"
        "  fix:      y = [str(label) for label in y]"
    )
    assert refused(["a", np.nan] * 60).startswith(
        "SequenceClassifier: y holds no label at sample 1"
    )


def test_samples_that_are_not_first():
    X, y = waves()
    assert refused(y, X.T) == (
        "SequenceClassifier: X holds 40 samples, and y 120 targets.\n"
        "  came:     X (samples=40, timesteps=120, features=1)\n"
        "  fix:      X.swapaxes(0, 1)  # samples come first"
    )


def test_a_model_without_probabilities():
    def make(timesteps, features, outputs):
        layer = Dense(outputs, kernel_initializer="zeros")
        return rc.Sequential([rc.Input((timesteps, features)), LSTM(3), layer])

    assert refused(waves()[1], model=make) == (
        "SequenceClassifier: the model gives numbers that are no probabilities: for the first "
        "sample 0, 0, 0.\n"
        "  expected: numbers from 0 to 1 that sum to 1\n"
        "  fix:      Dense(3, 'softmax')  # as its last layer"
    )


def test_one_class():
    assert refused(["a"] * 120) == (
        "SequenceClassifier: y holds one class only, 'a'; at least two are needed."
    )


def test_numbers_that_are_no_classes():
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        quick().fit(waves()[0], np.linspace(0, 1, 120))


def test_a_new_label_to_be_scored():
    X, y = waves(30)
    with pytest.raises(rc.DataError) as caught:
        quick().fit(X, y).score(X, ["slow"] * 29 + ["still"])
    assert str(caught.value) == (
        "SequenceClassifier: y holds 'still', which is none of the 3 labels it was fitted to.\n"
        "  expected: 'fast', 'middle', 'slow'"
    )


def test_weights_of_classes_that_are_not_there():
    assert refused(waves()[1], class_weight={"quick": 2.0}) == (
        "SequenceClassifier: class_weight names 'quick', which is no label.\n"
        "  expected: 'fast', 'middle', 'slow'"
    )
    assert refused(waves()[1], class_weight="even") == (
        "SequenceClassifier: class_weight='even'.\n"
        "  expected: None, 'balanced' or a dict with a weight for each label"
    )


def test_every_wrong_parameter_is_named():
    assert refused(waves()[1], units=0, validation=1.5, learning_rate="fast") == (
        "SequenceClassifier: units=0: a whole number of at least 1 is needed; learning_rate='fast':"
        " a number above 0 is needed; validation=1.5: a number from 0 to below 1 is needed."
    )


KINDS = (
    "\n  expected: 'lstm', 'gru', 'tcn', a recurra model, or a function (timesteps, features, "
    "outputs) that makes one"
)


def test_models_that_are_none():
    y = waves()[1]
    assert refused(y, model="ltsm") == (
        "SequenceClassifier: there is no network 'ltsm'. Did you mean 'lstm'?" + KINDS
    )
    assert refused(y, model=3) == "SequenceClassifier: model=3, which is no recurra model." + KINDS
    assert refused(y, model=lambda *sizes: None) == (
        "SequenceClassifier: the function `model` returned None, which is no recurra model." + KINDS
    )


def test_a_model_of_other_outputs():
    own = rc.Sequential([rc.Input((40, 1)), GRU(3), Dense(2, "softmax")])
    assert refused(waves()[1], model=own) == (
        "SequenceClassifier: the model gives (None, 2), and (batch, 3) is needed.\n"
        "  fix:      Dense(3, 'softmax')"
    )


def test_before_fit():
    with pytest.raises(ValueError, match="not fitted yet"):
        SequenceClassifier().predict(waves()[0])
