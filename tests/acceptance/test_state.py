"""A forecaster goes on with rows as they come, and from a file in a new process."""

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from tests.acceptance.tables import noise, quick

NUMBERS = ["forecast", "lower_90", "upper_90"]


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    x = np.empty(640)  # the logistic map: a line says little of it, so that the network counts
    x[0] = 0.3
    for i in range(1, 640):
        x[i] = 3.7 * x[i - 1] * (1 - x[i - 1])
    return noise(640).assign(y=x + 0.01 * rng.normal(size=640))


@pytest.mark.parametrize("strategy", ["recursive", "direct"])
def test_rows_that_come_later_are_as_if_they_had_been_there(strategy, table):
    arguments = {"strategy": strategy, "horizon": 10, "lookback": 4, "epochs": 6, "units": 8}
    forecaster = quick(**arguments).fit(table.iloc[:600])
    pd.testing.assert_frame_equal(forecaster.forecast(), forecaster.predict(table.iloc[:600]))

    forecaster.update(table.iloc[600:610])
    assert forecaster.forecast()["day"][0] == table["day"][610]
    np.testing.assert_allclose(
        forecaster.forecast()[NUMBERS], forecaster.predict(table.iloc[:610])[NUMBERS], rtol=1e-5
    )
    for row in range(610, 615):
        forecaster.update(table.iloc[[row]])
    step_by_step = forecaster.forecast()
    np.testing.assert_allclose(
        step_by_step[NUMBERS], forecaster.predict(table.iloc[:615])[NUMBERS], rtol=1e-5
    )
    at_once = quick(**arguments).fit(table.iloc[:600]).update(table.iloc[600:615]).forecast()
    np.testing.assert_allclose(step_by_step[NUMBERS], at_once[NUMBERS], rtol=1e-5)
    # A longer forecast begins with the shorter one.
    longer = forecaster.forecast(25)
    assert len(longer) == 25
    np.testing.assert_allclose(longer["forecast"][:10], step_by_step["forecast"], rtol=1e-5)


LOADED = """
import sys
import pandas as pd
from recurra.forecasting import load_forecaster
made, table, result = sys.argv[1:]
load_forecaster(made).predict(pd.read_pickle(table)).to_pickle(result)
"""


def test_a_saved_forecaster_forecasts_the_same_in_a_new_process(table, tmp_path):
    history = table.iloc[:100]
    forecaster = quick(epochs=3).fit(history)
    made, kept, result = (str(tmp_path / name) for name in ("made", "table", "result"))
    forecaster.save(made)
    history.to_pickle(kept)
    subprocess.run([sys.executable, "-c", LOADED, made, kept, result], check=True)
    pd.testing.assert_frame_equal(pd.read_pickle(result), forecaster.forecast(), rtol=1e-6)
    again = pickle.loads(pickle.dumps(forecaster)).forecast()
    pd.testing.assert_frame_equal(again, forecaster.forecast(), rtol=1e-6)
