"""The recursive way beside a plain loop over the network's own step."""

import numpy as np
import pytest

import recurra as rc
from recurra.forecasting import Forecaster
from tests.forecasting.quick import wave


def fitted(**arguments):
    given = {"horizon": 4, "lookback": 12, "strategy": "recursive", "epochs": 1, "season": 1}
    forecaster = Forecaster(random_state=0, **given | arguments)
    return forecaster.fit({"y": wave(80), "z": wave(80, 5, seed=1)})


def test_forecasts_go_on_from_the_state_of_the_whole_history():
    forecaster = fitted(target=["y", "z"])
    learned = forecaster.learned_
    scaled = learned.samples(forecaster.table_).arrays.past
    model = forecaster.model_
    history, made = scaled.copy(), []
    for _ in range(6):  # the whole sequence anew for each step, the states begin at zero
        made.append(model.predict(history[None], verbose=0)[0, -1])
        history = np.concatenate([history, made[-1][None]])
    arrays = learned.samples(forecaster.table_).arrays
    expected = np.array(made) * arrays.scale[0] + arrays.centre[0]
    table = forecaster.forecast(6)
    np.testing.assert_allclose(table["y_forecast"], expected[:, 0], rtol=1e-4)
    np.testing.assert_allclose(table["z_forecast"], expected[:, 1], rtol=1e-4)
    assert table["row"].tolist() == [80, 81, 82, 83, 84, 85]


def test_rows_that_come_later_are_taken_in_one_by_one():
    forecaster = fitted(target="y")
    whole = {"y": wave(83)}
    one_by_one = Forecaster(**forecaster.get_params())
    one_by_one.__dict__.update(forecaster.__dict__)
    for row in range(80, 83):
        one_by_one.update({"y": whole["y"][row : row + 1]})
    at_once = forecaster.predict(whole)
    assert one_by_one.forecast()["row"].tolist() == [83, 84, 85, 86]
    np.testing.assert_array_equal(one_by_one.forecast()["forecast"], at_once["forecast"])


def test_what_is_known_of_the_next_row_is_seen_with_each_row():
    """The target is its known column: after training on it, the forecast follows the column."""
    known = np.random.default_rng(0).normal(size=400)
    table = {"y": np.concatenate([known[:390], np.full(10, np.nan)]), "k": known}
    forecaster = Forecaster(
        target="y",
        known="k",
        horizon=10,
        lookback=20,
        strategy="recursive",
        model="gru",
        random_state=0,
        learning_rate=0.02,
        epochs=60,
    ).fit(table)
    made = forecaster.forecast()["forecast"]
    assert np.corrcoef(made, known[390:])[0, 1] > 0.95


def test_a_recurrent_model_of_ones_own():
    own = rc.Sequential(
        [
            rc.Input((None, 1)),
            rc.layers.SimpleRNN(4, return_sequences=True),
            rc.layers.Dense(1),
        ]
    )
    before = own.get_weights()
    made = fitted(target="y", model=own).forecast()
    assert np.isfinite(made["forecast"]).all()
    for old, new in zip(before, own.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)  # a copy was trained


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"past": "z"},
            "Forecaster: strategy='recursive' goes on from its own forecasts, and would need past "
            "columns and categories of the future for it.\n"
            "  fix:      strategy='direct'\n"
            "  fix:      past=(), categorical=()",
        ),
        (
            {"model": "tcn"},
            "Forecaster: strategy='recursive' needs a recurrent model, and 'tcn' looks at whole "
            "windows.\n"
            "  fix:      model='lstm'\n"
            "  fix:      model='gru'\n"
            "  fix:      strategy='direct'",
        ),
        (
            {"quantiles": (0.1, 0.5, 0.9)},
            "Forecaster: strategy='recursive' forecasts one value, no quantiles; intervals come "
            "from `levels`.\n"
            "  fix:      quantiles=()\n"
            "  fix:      strategy='direct'",
        ),
    ],
)
def test_what_the_recursive_way_cannot_do(arguments, message):
    with pytest.raises(rc.ArgumentError) as refused:
        fitted(target="y", **arguments)
    assert str(refused.value) == message
