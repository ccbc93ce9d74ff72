"""The series of `forecast.py`: real ones that packages carry, and made ones with a known best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Series:
    """One series.

    Args:
        y: (rows,).
        season: rows a season has, 1 for none.
        horizon: rows to forecast.
        others: further columns that are known up to now.
        best: of origins, the forecasts that know how the series was made, (n, horizon).
    """

    y: np.ndarray
    season: int
    horizon: int
    others: dict[str, np.ndarray] = field(default_factory=dict)
    best: Callable[[np.ndarray], np.ndarray] | None = None


def co2() -> Series:
    """CO2 at Mauna Loa, months."""
    from statsmodels.datasets import co2

    months = co2.load_pandas().data["co2"].resample("MS").mean().ffill()
    return Series(months.to_numpy(), 12, 12)


def sunspots() -> Series:
    """Sunspots, years."""
    from statsmodels.datasets import sunspots

    return Series(sunspots.load_pandas().data["SUNACTIVITY"].to_numpy(), 1, 11)


def elnino() -> Series:
    """Sea surface temperature of the Pacific, months."""
    from statsmodels.datasets import elnino

    return Series(elnino.load_pandas().data.iloc[:, 1:].to_numpy(float).ravel(), 12, 12)


def _macro(column: str) -> np.ndarray:
    from statsmodels.datasets import macrodata

    return macrodata.load_pandas().data[column].to_numpy(float)


def gdp() -> Series:
    """100 times the logarithm of the United States' real product, quarters."""
    return Series(100 * np.log(_macro("realgdp")), 4, 8)


def unemployment() -> Series:
    """Unemployment in the United States, quarters."""
    return Series(_macro("unemp"), 4, 8)


def inflation() -> Series:
    """Inflation in the United States, quarters."""
    return Series(_macro("infl"), 4, 8)


def seasonal() -> Series:
    """A day and a week of hours, a trend, and noise of deviation 0.5."""
    t = np.arange(1200)
    clean = 10 + 0.01 * t + 3 * np.sin(2 * np.pi * t / 24) + 1.5 * np.sin(2 * np.pi * t / 168)
    y = clean + np.random.default_rng(0).normal(0, 0.5, len(t))
    return Series(y, 24, 24, best=lambda o: clean[o[:, None] + np.arange(24)])


def hours() -> Series:
    """As `seasonal`, 15,000 hours: how long a fit takes."""
    t = np.arange(15_000)
    clean = 3 * np.sin(2 * np.pi * t / 24) + 1.5 * np.sin(2 * np.pi * t / 168)
    return Series(clean + np.random.default_rng(0).normal(0, 0.5, len(t)), 24, 24)


def autoregression() -> Series:
    """y_t = 1.2 y_{t-1} - 0.5 y_{t-2} + noise of deviation 1."""
    y, noise = np.zeros(1500), np.random.default_rng(0).normal(size=1500)
    for t in range(2, len(y)):
        y[t] = 1.2 * y[t - 1] - 0.5 * y[t - 2] + noise[t]

    def best(origins: np.ndarray) -> np.ndarray:
        before, last, made = y[origins - 2], y[origins - 1], []
        for _ in range(10):
            before, last = last, 1.2 * last - 0.5 * before
            made.append(last)
        return np.stack(made, axis=1)

    return Series(y, 1, 10, best=best)


def driven() -> Series:
    """A column that follows the product of two others, three rows later, with noise of 0.3."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 1500))
    noise = rng.normal(0, 0.3, 1500)
    product = a * b
    y = np.concatenate([np.zeros(3), product[:-3]]) + noise
    return Series(y, 1, 3, {"a": a, "b": b}, best=lambda o: product[o[:, None] - 3 + np.arange(3)])


def chaotic() -> Series:
    """The equation of Mackey and Glass with a delay of 17: no line forecasts it, and no noise."""
    y = [1.2] * 18
    for _ in range(1700):
        y.append(y[-1] + 0.2 * y[-18] / (1 + y[-18] ** 10) - 0.1 * y[-1])
    values = np.array(y[200:])
    return Series(values, 1, 20, best=lambda o: values[o[:, None] + np.arange(20)])


SETS: dict[str, Callable[[], Series]] = {
    f.__name__: f
    for f in (
        co2,
        sunspots,
        elnino,
        gdp,
        unemployment,
        inflation,
        seasonal,
        autoregression,
        driven,
        chaotic,
    )
}
