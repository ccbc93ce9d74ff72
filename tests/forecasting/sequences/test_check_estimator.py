"""What scikit-learn demands of an estimator."""

import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

import recurra as rc
from recurra.forecasting.sequences.classifier import SequenceClassifier
from recurra.forecasting.sequences.regressor import SequenceRegressor
from tests.hurried import hurried

#: Checks that do not hold, by name, with the reason.
_FLOAT32 = (
    "networks compute in float32, where the last bits of a sum depend on the place in its batch; "
    "the check allows 1e-7, the tests of the estimators 1e-5"
)
_DRAWN = (
    "which samples are held out and which come together in a batch depends on their number, so "
    "that samples left out and samples of weight 0 do not give the same network"
)
EXEMPT = {
    "check_methods_sample_order_invariance": _FLOAT32,
    "check_methods_subset_invariance": _FLOAT32,
    "check_sample_weight_equivalence_on_dense_data": _DRAWN,
}
#: As quick as the checks of accuracy allow.
QUICK = {"random_state": 0, "epochs": 30, "learning_rate": 0.02, "patience": 10}
#: What scikit-learn measures the accuracy in; the other checks take any network.
ACCURATE = {
    "check_classifiers_train",
    "check_class_weight_classifiers",
    "check_regressors_train",
}


def small(timesteps, features, outputs):
    """A model that is compiled in no time."""
    return rc.Sequential(
        [
            rc.Input((timesteps, features)),
            rc.layers.GlobalAveragePooling1D(),
            rc.layers.Dense(outputs, "softmax" if outputs > 1 else None),
        ]
    )


@pytest.mark.filterwarnings("ignore::UserWarning")
@parametrize_with_checks(
    [SequenceClassifier(**QUICK), SequenceRegressor(**QUICK)],
    expected_failed_checks=lambda estimator: EXEMPT,
)
def test_scikit_learn_accepts(estimator, check):
    if check.func.__name__ not in ACCURATE | set(EXEMPT):  # which the default networks need
        estimator = clone(estimator).set_params(model=small, epochs=2, patience=1)
    with hurried():
        check(estimator)
