"""What has to be known of the future, and what is said where it is not."""

import numpy as np
import pandas as pd
import pytest

from recurra.engine.errors import DataError
from tests.acceptance.tables import noise, quick

ROLES = {"by": "s", "known": ["x", "z"], "horizon": 3}


@pytest.fixture(scope="module")
def history():
    x, z = np.random.default_rng(3).normal(size=(2, 40))
    return pd.concat([noise(seed=k, s=s, x=x, z=z) for k, s in enumerate("ab")], ignore_index=True)


@pytest.fixture(scope="module")
def future():
    days = list(pd.date_range("2024-02-10", periods=3))
    return pd.DataFrame({"day": days * 2, "s": list("aaabbb"), "x": 1.0, "z": 2.0})


@pytest.fixture(scope="module")
def forecaster(history):
    return quick(**ROLES).fit(history)


def test_a_future_table_is_the_same_as_rows_behind_the_history(forecaster, history, future):
    made = forecaster.forecast(future=future)
    assert list(made["day"]) == list(future["day"])
    shuffled = forecaster.forecast(future=future.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(shuffled, made)
    rows_behind = pd.concat([history, future.assign(y=np.nan)], ignore_index=True)
    pd.testing.assert_frame_equal(quick(**ROLES).fit(rows_behind).forecast(), made)
    # What is known of rows behind the horizon does not count.
    later = future.assign(day=future["day"] + pd.Timedelta(days=3), x=99.0)
    pd.testing.assert_frame_equal(forecaster.forecast(future=pd.concat([future, later])), made)


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (lambda f: None, ["`x`", "`z`", "2024-02-10 to 2024-02-12"]),
        (lambda f: f[f["s"] == "a"], ["series 'b'", "`x`", "`z`", "2024-02-12"]),
        (lambda f: f.drop(columns="z"), ["`z`"]),
        (lambda f: f.drop(columns="s"), ["`s`"]),
        (lambda f: f.drop(index=4), ["`x`", "2024-02-11", "series 'b'"]),
        (lambda f: f.assign(z=f["z"].where(f.index != 1)), ["`z`", "2024-02-11", "series 'a'"]),
        (lambda f: f.assign(x="cheap"), ["`x`", "'cheap'"]),
        (lambda f: f.assign(x=np.inf), ["`x`", "inf"]),
    ],
    ids=["no table", "series", "column", "id", "row", "value", "text", "infinite"],
)
def test_what_is_missing_is_said(change, parts, forecaster, future):
    with pytest.raises(DataError) as error:
        forecaster.forecast(future=change(future))
    for part in parts:
        assert part in str(error.value), str(error.value)


def test_a_longer_horizon_needs_a_longer_future(forecaster, future):
    with pytest.raises(DataError, match=r"2024-02-13 to 2024-02-14"):
        forecaster.forecast(5, future=future)


def test_each_missing_value_is_said(forecaster, future):
    holes = future.assign(
        x=future["x"].where(~future.index.isin([3, 5])), z=future["z"].where(future.index != 1)
    )
    with pytest.raises(DataError) as error:
        forecaster.forecast(future=holes)
    message = str(error.value)
    for part in ("`x`", "2024-02-10", "2024-02-12", "'b'", "`z`", "2024-02-11", "'a'"):
        assert part in message, message
    assert "rows 3 and 5" in message and "row 1" in message  # of the table that was given


def test_targets_in_a_future_table_are_not_looked_at(forecaster, future):
    made = forecaster.forecast(future=future.assign(y=99.0))
    pd.testing.assert_frame_equal(made, forecaster.forecast(future=future))
