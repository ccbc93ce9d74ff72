"""make demo: monthly CO2 at Mauna Loa, forecast a year ahead by an LSTM, beside two baselines.

The last ten years are held out: the model never sees them, neither their values nor their scale.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from statsmodels.datasets import co2

import recurra as rc

LOOKBACK, HORIZON, HELD_OUT = 36, 12, 120  # months
PICTURE = Path("demo.png")


def load() -> tuple[np.ndarray, np.ndarray]:
    """Months as years, and their mean CO2 in parts per million; gaps are interpolated."""
    monthly = co2.load_pandas().data["co2"].resample("MS").mean().interpolate()
    return monthly.index.year + (monthly.index.month - 0.5) / 12, monthly.to_numpy()


def windows(series: np.ndarray, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (samples, LOOKBACK) and targets (samples, HORIZON) for forecasts made at each month.

    `first` and `last` are the months at which the first and the last forecast begins.
    """
    starts = np.arange(first, last + 1)
    past = np.stack([series[s - LOOKBACK : s] for s in starts])
    future = np.stack([series[s : s + HORIZON] for s in starts])
    return past, future


def main() -> None:
    """Train, compare, draw."""
    rc.utils.set_random_seed(0)
    years, series = load()
    split = len(series) - HELD_OUT
    past, future = windows(series, LOOKBACK, split - HORIZON)
    test_past, test_future = windows(series, split, len(series) - HORIZON)

    # A window is seen relative to its last value; the scale comes from the training years alone.
    scale = np.std(past - past[:, -1:])

    def inputs(windows: np.ndarray) -> np.ndarray:
        return ((windows - windows[:, -1:]) / scale)[..., None]  # (samples, timesteps, features)

    model = rc.Sequential(
        [
            rc.Input((LOOKBACK, 1)),
            rc.layers.LSTM(48),
            rc.layers.Dense(HORIZON),
        ]
    )
    model.compile(optimizer=rc.optimizers.Adam(learning_rate=0.005), loss="mse")
    model.summary()
    model.fit(
        inputs(past),
        (future - past[:, -1:]) / scale,
        batch_size=32,
        epochs=120,
        validation_split=0.1,
        callbacks=[
            rc.callbacks.ReduceLROnPlateau(patience=8, factor=0.5),
            rc.callbacks.EarlyStopping(patience=25, restore_best_weights=True),
        ],
    )

    forecasts = {
        "LSTM": model.predict(inputs(test_past), verbose=0) * scale + test_past[:, -1:],
        "same as last month": np.repeat(test_past[:, -1:], HORIZON, axis=1),
        "same as a year before": test_past[:, -HORIZON:],
    }
    print(f"\n{len(test_past)} forecasts of 1 to {HORIZON} months in the held-out ten years:")
    errors = {name: float(np.abs(f - test_future).mean()) for name, f in forecasts.items()}
    for name, error in errors.items():
        print(f"  {name:<24} mean absolute error {error:.3f} ppm")
    best = min(error for name, error in errors.items() if name != "LSTM")
    verdict = "beats" if errors["LSTM"] < best else "does not beat"
    share = errors["LSTM"] / best
    print(f"The LSTM {verdict} both baselines: {share:.2f} of the better one's error.")
    draw(years, series, split, forecasts)
    print(f"Picture: {PICTURE}")


def draw(
    years: np.ndarray, series: np.ndarray, split: int, forecasts: dict[str, np.ndarray]
) -> None:
    """The held-out years, and a forecast made at the beginning of each of them."""
    fig, axis = plt.subplots(figsize=(10, 4.5), layout="constrained")
    shown = slice(split - 36, None)
    axis.plot(years[shown], series[shown], color="0.25", linewidth=1.2, label="measured")
    styles = {"LSTM": ("tab:red", 2.0), "same as a year before": ("tab:blue", 1.0)}
    for name, (color, width) in styles.items():
        for k in range(0, HELD_OUT - HORIZON + 1, HORIZON):
            at = slice(split + k, split + k + HORIZON)
            axis.plot(
                years[at],
                forecasts[name][k],
                color=color,
                linewidth=width,
                label=name if k == 0 else None,
            )
    axis.axvline(years[split], color="0.6", linestyle="--", linewidth=1)
    axis.annotate(" held out from here", (years[split], series[split:].max()), color="0.4")
    axis.set(xlabel="year", ylabel="CO2, parts per million", title="A year ahead, ten times")
    axis.legend(loc="lower right", frameon=False)
    axis.spines[["top", "right"]].set_visible(False)
    fig.savefig(PICTURE, dpi=110)


if __name__ == "__main__":
    main()
