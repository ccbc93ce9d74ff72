"""`history.plot()`: each metric beside its validation, the best epoch marked."""

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recurra import Input, Sequential, StateError
from recurra.callbacks import History
from recurra.explain.drawing.curves import nice_ticks
from recurra.explain.drawing.parts import Box, Line, Text
from recurra.layers import LSTM, Dense
from tests.explain.drawing.readable import texts


def history(**values):
    found = History()
    for epoch in range(max(map(len, values.values()), default=0)):
        found.on_epoch_end(epoch, {name: v[epoch] for name, v in values.items()})
    return found


def curves(scene, role):
    found = (p for p in scene.parts if isinstance(p, Line) and p.role == role)
    return [line.points for line in found]


def test_loss_and_metrics_have_a_panel_each_with_both_curves():
    scene = (
        history(
            loss=[3.0, 2.0, 1.0],
            val_loss=[3.0, 1.5, 2.0],
            accuracy=[0.5, 0.6, 0.7],
            val_accuracy=[0.5, 0.9, 0.8],
        )
        .plot()
        .scene
    )
    words = texts(scene)
    assert words.count("training") == words.count("validation") == 2
    assert "best validation: 1.5 in epoch 2" in words
    assert "best validation: 0.9 in epoch 2" in words
    assert "3 epochs" in words
    (loss, accuracy) = curves(scene, "cell")
    assert len(loss) == 3 and loss[0][1] < loss[1][1] < loss[2][1]  # y grows downwards
    assert accuracy[0][1] > accuracy[1][1] > accuracy[2][1]
    rings = [p.rect for p in scene.parts if isinstance(p, Box) and p.role == "target"]
    points = [curve[1] for curve in curves(scene, "target")]
    centres = [(r.x + r.width / 2, r.y + r.height / 2) for r in rings]
    assert np.allclose(centres, points)
    words = [p for p in scene.parts if isinstance(p, Text)]
    assert not any(a.rect.overlaps(b.rect) for a, b in combinations(words, 2))


def test_without_validation_the_best_is_that_of_training():
    words = texts(history(loss=[2.0, 1.0, 3.0]).plot().scene)
    assert "best training: 1 in epoch 2" in words and "validation" not in words


def test_a_metric_of_unknown_direction_has_no_best():
    words = texts(history(loss=[1.0], score=[5.0]).plot().scene)
    assert [w for w in words if w.startswith("best")] == ["best training: 1 in epoch 1"]


def test_what_is_not_finite_is_left_out_and_said():
    scene = history(loss=[4.0, 3.0, math.nan, 2.0, 1.0], mae=[math.inf] * 5).plot().scene
    assert [len(c) for c in curves(scene, "cell")] == [2, 2]
    words = texts(scene)
    assert "loss is NaN or infinite in epoch 3." in words
    assert "mae is NaN or infinite in epoch 1 and 4 more." in words
    assert "no finite values" in words


def test_a_fit_can_be_plotted(tmp_path):
    model = Sequential([Input((4, 1)), LSTM(2), Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    rng = np.random.default_rng(0)
    done = model.fit(
        rng.random((20, 4, 1)), rng.random(20), epochs=2, validation_split=0.2, verbose=0
    )
    assert {"loss", "mae"} <= set(texts(done.plot(tmp_path / "c.png").scene))
    assert (tmp_path / "c.png").read_bytes()[:4] == b"\x89PNG"


def test_nothing_to_plot():
    with pytest.raises(StateError) as caught:
        History().plot()
    assert str(caught.value) == (
        "There is nothing to plot: no epoch has ended.\n"
        "  fix:      history = model.fit(X, y, epochs=10) before history.plot()"
    )


@given(st.floats(-1e12, 1e12), st.floats(0, 1e12))
def test_ticks_are_round_and_around_the_values(low, spread):
    high = low + spread
    ticks = nice_ticks(low, high)
    assert 2 <= len(ticks) <= 8
    steps = [b - a for a, b in pairwise(ticks)]
    scale = max(abs(low), abs(high), 1e-12)
    assert np.allclose(steps, steps[0], atol=1e-9 * scale)
    assert ticks[0] <= low + 1e-9 * scale and ticks[-1] >= high - 1e-9 * scale


def test_ticks_by_hand():
    assert nice_ticks(0.05, 1.1) == [0, 0.5, 1, 1.5]
    assert nice_ticks(0, 8) == [0, 2, 4, 6, 8]
    assert nice_ticks(0.5, 0.5) == pytest.approx([0.2, 0.4, 0.6, 0.8])
