"""What comes later changes no earlier forecast, and what cannot be forecast is not."""

import numpy as np
import pandas as pd
import pytest

from tests.acceptance.tables import noise, quick

DAYS = 110
HORIZON = 3
CUT = pd.Timestamp("2024-04-05")
ROLES = {"target": "y", "by": "store", "known": ["price"], "static": "size"}


def stores(holes):
    rng = np.random.default_rng(0)
    parts = []
    for number, store in enumerate("ab"):
        price, weather = rng.normal(size=(2, DAYS))
        wave = 10 + 3 * np.sin(2 * np.pi * np.arange(DAYS) / 7) + 5 * number
        y = wave + price + np.r_[0, weather[:-1]] + 0.3 * rng.normal(size=DAYS)
        columns = {"store": store, "y": y, "price": price, "weather": weather}
        days = pd.date_range("2024-01-01", periods=DAYS)
        kind = rng.choice(["x", "y", "z"], DAYS)
        parts.append(pd.DataFrame({"day": days, **columns, "kind": kind, "size": 3.0 + number}))
    table = pd.concat(parts, ignore_index=True)
    if holes:
        table.loc[[20, 21, 50, 143, 201], "y"] = np.nan
        table.loc[[30, 99, 190], "weather"] = np.nan
    return table


@pytest.mark.parametrize(
    ("arguments", "holes"),
    [
        ({"past": ["weather", "kind"], "model": "tcn", "missing": "mean", "levels": (0.5,)}, True),
        ({"strategy": "recursive", "model": "gru"}, False),
        ({"past": "weather", "missing": "skip", "quantiles": (0.1, 0.5, 0.9)}, True),
    ],
    ids=["tcn", "recursive", "quantiles"],
)
def test_a_changed_future_changes_no_earlier_forecast(arguments, holes):
    table = stores(holes)
    changed = table.copy()
    late = changed["day"] >= CUT
    changed.loc[late, ["y", "price", "weather"]] *= -100
    changed.loc[late, "kind"] = "new"

    settings = {"horizon": HORIZON, "lookback": 8, "season": None}
    forecaster = quick(**ROLES, **settings, **arguments)
    rows, rows_changed = (
        pd.DataFrame(forecaster.backtest(t, origins=10).rows()).drop(columns="actual")
        for t in (table, changed)
    )
    # The price is known of the horizon's rows: these have to end before the cut.
    early = rows["known_until"] < CUT - pd.Timedelta(days=HORIZON)
    assert early.sum() >= 4 * HORIZON and not early.all()
    pd.testing.assert_frame_equal(rows[early], rows_changed[early], check_exact=True)
    columns = [c for c in rows if c.startswith(("forecast", "lower", "upper"))]
    assert (rows.loc[~early, columns] != rows_changed.loc[~early, columns]).any().all()


def errors_to_mean(table, **arguments):
    """The RMSE at each step ahead as a share of that of the mean so far."""
    made = quick(epochs=10, units=4, **arguments).backtest(table, origins=60).rows()
    rows = pd.DataFrame(made)
    squares = rows[["forecast", "mean"]].sub(rows["actual"], axis=0) ** 2
    rmse = np.sqrt(squares.groupby(rows["step"]).mean())
    return (rmse["forecast"] / rmse["mean"]).to_numpy()


def driven(shift, rows=300, seed=0):
    w = np.random.default_rng(seed).normal(size=rows)
    return pd.DataFrame(
        {"day": pd.date_range("2024-01-01", periods=rows), "y": np.roll(w, shift), "w": w}
    )


def test_what_cannot_be_known_cannot_be_used():
    # y is the same row's past column, and the next row's: no better than the mean. 60 errors
    # of unit variance: the ratio of two such RMSE is within some per cent by chance.
    assert errors_to_mean(driven(0), past="w")[0] > 0.95
    assert errors_to_mean(driven(-1), past="w")[0] > 0.95
    # y is the last row's past column: one step ahead it is known, two steps ahead it is not.
    first, second = errors_to_mean(driven(1), past="w")
    assert first < 0.02 and second > 0.9
    # A known column is known of the rows to forecast.
    assert errors_to_mean(driven(0), known="w").max() < 0.02


def test_noise_is_not_forecast_better_than_by_its_mean():
    table = noise(300, seed=1, w=driven(0)["w"])
    result = quick(horizon=3, past="w", season=None, epochs=20).backtest(table, origins=60)
    assert not result.beats
    assert result.best == "mean"
    assert result.verdict.startswith("The forecast does not beat the best baseline, the mean so")
    ratio = result.scores["forecast"]["RMSE"] / result.scores["mean"]["RMSE"]
    assert 0.97 < ratio < 1.1
