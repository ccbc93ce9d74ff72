"""What scikit-learn demands of an estimator."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from tests.forecasting.quick import quick

_IN_ORDER = "the rows of X follow the history in the order of time, as the rows of `fit` did"
#: Checks that do not hold, by name, with the reason.
EXEMPT = {
    "check_methods_sample_order_invariance": _IN_ORDER,
    "check_methods_subset_invariance": _IN_ORDER,
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@parametrize_with_checks([quick()], expected_failed_checks=lambda estimator: EXEMPT)
def test_scikit_learn_accepts(estimator, check):
    check(estimator)
