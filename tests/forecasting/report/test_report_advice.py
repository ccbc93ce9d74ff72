"""Advice fires where a backtest gives a reason, and not elsewhere."""

from dataclasses import replace

import numpy as np
import pytest

from recurra.forecasting.forecaster import Forecaster
from recurra.forecasting.forecasts import Forecasts
from recurra.forecasting.report import Subject
from recurra.forecasting.report.advice import _rows, advice, independent
from recurra.forecasting.report.past import apart

N, STEPS = 40, 3


@pytest.fixture(scope="module")
def learned():
    y = np.sin(np.arange(200) * 2 * np.pi / 7) + np.arange(200) % 2
    forecaster = Forecaster(horizon=STEPS, random_state=0, epochs=2, lookback=8).fit({"y": y})
    return forecaster, forecaster.backtest(origins=N)


def subject(learned, own=1.0, base=2.0, bias=0.0, outside=0.1, origins=None):
    """A backtest of errors that are made up.

    Args:
        own: size of the errors of the forecast, one number or one a step.
        base: of those of the baselines.
        bias: of the forecast.
        outside: the share of what came that lies outside of the 90 % interval.
        origins: of the forecasts.
    """
    forecaster, tried = learned
    origins = np.arange(100, 100 + N * STEPS, STEPS) if origins is None else origins
    n = len(origins)
    sign = np.where(np.arange(n) % 2, 1.0, -1.0)[:, None, None]
    actual = np.zeros((n, STEPS, 1))
    point = sign * np.reshape(own, (1, -1, 1)) * np.ones((n, STEPS, 1)) - bias
    half = np.where(np.arange(n) < round(outside * n), 0.0, 100.0)[:, None, None]
    made = Forecasts(
        np.zeros(n, int),
        np.zeros((n, STEPS), int),
        point,
        {0.9: point - half},
        {0.9: point + half},
    )
    baselines = {
        kind: sign * np.reshape(base, (1, -1, 1)) * np.ones((n, STEPS, 1)) * worse
        for kind, worse in (("last", 1), ("mean", 3))
    }
    tried = replace(
        tried,
        origins=origins,
        forecasts=made,
        baselines=baselines,
        actual=actual,
        scale=np.ones((n, 1)),
    )
    trained = replace(forecaster.learned_.trained[0], history={"val_loss": [1.0, 2.0]})
    learnt = replace(forecaster.learned_, trained=[trained])
    return Subject(learnt, forecaster.table_, made, tried)


def test_nothing_stands_out(learned):
    assert advice(subject(learned)) == []


def test_a_baseline_that_is_better(learned):
    assert advice(subject(learned, own=[1.0, 3.0, 3.0])) == [
        "To try: columns that explain the series, known of the future or up to now; a longer "
        "history; another kind of network.",
        "For row 1 ahead, the forecast was better than the last value.",
    ]


def test_series_that_were_not_tried_out(learned):
    about = subject(learned)
    table = replace(
        about.table, ids=["a", "b"], offsets=np.array([0, 200, 200]), future_rows=np.zeros(2, int)
    )
    assert advice(replace(about, table=table)) == [
        "Not tried out, as their histories are too short or end before the others: b."
    ]


def test_a_baseline_that_is_better_at_some_steps(learned):
    found = advice(subject(learned, own=[0.5, 2.5, 2.5]))
    assert found == ["For rows 2 to 3 ahead, the last value was better."]


def test_steps_are_compared_in_the_unit_of_the_verdict(learned):
    """Half of the forecasts are of a series in millions, which must not drown the other one."""
    found = subject(learned, own=[0.5, 1.0, 2.5])
    tried, big = found.tried, np.arange(N) >= N // 2
    shape = np.where(big, 1e6, 1.0)[:, None, None]
    for made in (tried.forecasts.point, *tried.baselines.values()):
        made *= shape
    tried.scale[big] = 1e6
    tried.forecasts.point[big] = tried.baselines["last"][big] * 1.01
    assert "rows 1 to 2 ahead" not in str(advice(found))
    assert advice(found)[0] == "For row 3 ahead, the last value was better."


@pytest.mark.parametrize(
    "outside, words",
    [
        (0.5, "The interval of 90 % held 50 % of what came: it is too narrow. The series has "
              "changed, or its errors grow; trust it less."),
        (0.0, None),  # 100 % of 40 forecasts is no wonder at a level of 90 %
        (0.15, None),
    ],
)  # fmt: skip
def test_intervals(learned, outside, words):
    assert advice(subject(learned, outside=outside)) == ([words] if words else [])


def test_intervals_that_are_too_wide(learned):
    found = subject(learned, outside=0.0)
    made = found.tried.forecasts
    made.lower, made.upper = {0.5: made.lower[0.9]}, {0.5: made.upper[0.9]}
    assert advice(found) == [
        "The interval of 50 % held 100 % of what came: it is too wide. The series was wilder "
        "before than in its last part."
    ]


def test_forecasts_that_are_off_to_one_side(learned):
    assert advice(subject(learned, bias=0.9, own=1.0)) == [
        "Forecasts of `y` were too low by 0.9 on average: its level moved in the last part in a "
        "way that the earlier part does not show."
    ]
    assert advice(subject(learned, bias=-0.9, own=1.0))[0].startswith(
        "Forecasts of `y` were too high by 0.9"
    )
    assert advice(subject(learned, bias=0.3, own=1.0)) == []


def test_few_forecasts(learned):
    found = advice(subject(learned, origins=np.arange(100, 110)))
    assert found == [
        "Only 4 of the forecasts do not overlap, so that the verdict may be chance: more history "
        "or a smaller horizon tells more."
    ]


def test_forecasts_that_do_not_overlap(learned):
    assert apart(np.array([5, 6, 7, 8, 9, 20]), 3) == [0, 3, 5]
    assert independent(subject(learned, origins=np.arange(100, 110)).tried) == 4


def test_training_that_ended_early(learned):
    found = subject(learned)
    trained = found.learned.trained[0]
    settings = found.learned.options.settings
    assert settings.epochs == 2
    better = replace(trained, history={"loss": [2.0, 1.0], "val_loss": [2.0, 1.0]})
    assert advice(replace(found, learned=replace(found.learned, trained=[better]))) == [
        "Training ended after 2 epochs while it still got better: more of them may help."
    ]
    one = replace(trained, history={"loss": [2.0], "val_loss": [2.0]})  # stopped before
    assert advice(replace(found, learned=replace(found.learned, trained=[one]))) == []


def test_a_history_of_few_seasons(learned):
    found = subject(learned)
    preparation = replace(found.learned.preparation, season=80)
    assert advice(replace(found, learned=replace(found.learned, preparation=preparation))) == [
        "The history is 2.5 seasons long; 3 or more are needed to tell a season from chance."
    ]


def test_rows_in_words():
    assert _rows(np.array([4])) == "row 4"
    assert _rows(np.array([1, 2, 3, 7, 9])) == "rows 1 to 3, 7 and 9"
    assert _rows(np.arange(1, 20, 2)) == "rows 1, 3, 5, 7 and 6 others"
