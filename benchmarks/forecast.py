"""How good and how fast forecasts are, beside statistics, lags and other networks.

    python benchmarks/forecast.py                       # every set, a quarter of an hour
    python benchmarks/forecast.py --sets co2 --to build
    python benchmarks/forecast.py --speed               # the same number of epochs, a long series

Each method learns from the first three quarters of a series and forecasts the rest from the same
origins, at each from what was known there, without learning anew (ETS is fitted anew, which it
needs to go on). Networks of darts and neuralforecast run in an environment of their own
(`pip install darts neuralforecast`), whose interpreter `--peers-python` or BENCH_PEERS_PYTHON
names; they have the same look-back, units and patience.

Scores are mean absolute errors, divided by the mean change over one season in what was learnt from
(MASE). Times are those of the fit alone, imports left out and compilation included, of fresh
processes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import forecast_sets
import numpy as np

HERE = Path(__file__).parent
OURS = ("recurra lstm", "recurra gru", "recurra tcn")
NAIVE = ("last value", "seasonal", "drift", "mean")
PEERS = ("darts LSTM", "darts GRU", "darts TCN", "nf LSTM", "nf GRU", "nf TCN")
OTHERS, BEST_NAIVE = ("ETS", "SARIMAX", "ridge on lags"), "best baseline"
ORIGINS = 40
EPOCHS = 10
BEGIN, END = "<!-- results -->", "<!-- end of results -->"


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default=",".join(forecast_sets.SETS))
    parser.add_argument("--peers-python", default=os.environ.get("BENCH_PEERS_PYTHON"))
    parser.add_argument("--peers-sets", default="co2,unemployment,chaotic")
    parser.add_argument("--to", type=Path, default=Path("build"))
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of --speed")
    parser.add_argument("--rounds", type=int, default=3, help="of --speed")
    given = parser.parse_args()
    if given.speed:
        print(json.dumps(speed(given.peers_python, given.epochs, given.rounds), indent=1))
        return
    if given.one:
        hours = given.one[0] == "hours"
        made = one_fit(given.one[1], given.epochs) if hours else ours(*given.one)
        print(json.dumps(made))
        return
    results = {}
    for name in given.sets.split(","):
        with_peers = name in given.peers_sets.split(",")
        results[name] = measured(name, given.peers_python if with_peers else None)
        print(name, json.dumps(results[name]["MASE"]), flush=True)
    given.to.mkdir(exist_ok=True)
    (given.to / "forecast.json").write_text(json.dumps(results, indent=1) + "\n")
    picture(results, given.to / "forecast.png")
    page = given.to / "forecasting.md"
    if page.exists():
        before, _, rest = page.read_text().partition(BEGIN)
        page.write_text(f"{before}{BEGIN}\n{table(results)}\n{END}{rest.partition(END)[2]}")


def picture(results: dict[str, Any], path: Path) -> None:
    """Errors as shares of the best baseline's, a row a set."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    shown = {"recurra lstm": ("o", "tab:blue"), "ETS": ("s", "tab:orange")}
    shown |= {"SARIMAX": ("^", "tab:green"), "ridge on lags": ("D", "0.5")}
    fig, axis = plt.subplots(figsize=(8, 0.4 * len(results) + 1.2), layout="constrained")
    rows = {name: _with_best_naive(r)["MASE"] for name, r in results.items()}
    for method, (marker, color) in shown.items():
        shares = [min(r[method] / r[BEST_NAIVE], 1.5) for r in rows.values()]
        front = 3 if method in OURS else 2
        axis.scatter(shares, list(rows), marker=marker, color=color, label=method, zorder=front)
    axis.axvline(1, color="0.6", linewidth=1)
    axis.set(
        xlim=(0, 1.55), xlabel="error, as a share of the best baseline's (1.5 and more at 1.5)"
    )
    axis.invert_yaxis()
    axis.grid(axis="x", color="0.9")
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, 1.12), ncols=4, frameon=False)
    fig.savefig(path, dpi=110)


def table(results: dict[str, Any]) -> str:
    """Tables in Markdown, a row a set: all methods, and other networks where they were tried."""
    rows = {name: _with_best_naive(r) for name, r in results.items()}
    with_peers = {n: r for n, r in rows.items() if any(p in r["MASE"] for p in PEERS)}
    tables = [_table(rows, (*OURS, BEST_NAIVE, *OTHERS), ends=True)]
    if with_peers:
        tables.append(_table(with_peers, (*OURS, *PEERS), ends=False))
    return "\n\n".join(tables)


def _with_best_naive(result: dict[str, Any]) -> dict[str, Any]:
    scores = result["MASE"]
    least = min(scores[n] for n in NAIVE if scores[n] is not None)
    return result | {"MASE": scores | {BEST_NAIVE: least}}


def _table(rows: dict[str, Any], methods: tuple[str, ...], ends: bool) -> str:
    """One table, the best of each row in bold."""
    more = ["best possible", "coverage of 90 %"] if ends else []
    lines = ["| " + " | ".join(["series", *methods, *more]) + " |"]
    lines.append("|---" * (len(methods) + len(more) + 1) + "|")
    for name, result in rows.items():
        scores, seconds = result["MASE"], result["seconds"]
        known = {m: scores[m] for m in methods if scores.get(m) is not None}
        cells = [name]
        for method in methods:
            score = known.get(method)
            text = "" if score is None else f"{score:.3f}"
            text = f"**{text}**" if score == min(known.values()) else text
            cells.append(text + (f" ({seconds[method]:.1f} s)" if method in seconds else ""))
        if ends:
            best = result["best_known"]
            cells += ["" if best is None else f"{best:.3f}", f"{100 * result['coverage']:.0f} %"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def measured(name: str, peers: str | None) -> dict[str, Any]:
    """All methods on one set."""
    found: dict[str, Any] = {"MASE": {}, "seconds": {}}
    for method in OURS:
        command = [sys.executable, __file__, "--one", name, method.split()[1]]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        one = json.loads(run.stdout.splitlines()[-1])
        found["MASE"][method], found["seconds"][method] = one["MASE"], one["seconds"]
        if method == OURS[0]:
            found |= {k: one[k] for k in ("coverage", "best_known", "rows", "horizon", "season")}
            found["MASE"] |= dict(zip(NAIVE, one["naive"]))
            origins, scale = np.array(one["origins"]), one["scale"]
            lookback = one["lookback"]
    series = forecast_sets.SETS[name]()
    y, horizon = series.y, series.horizon
    actual = y[origins[:, None] + np.arange(horizon)]
    for method, function in {"ETS": _ets, "SARIMAX": _sarimax, "ridge on lags": _ridge}.items():
        begin = time.perf_counter()
        made = function(y, origins, horizon, series.season, lookback)
        found["seconds"][method] = time.perf_counter() - begin
        found["MASE"][method] = float(np.nanmean(np.abs(actual - made)) / scale)
    for method in PEERS if peers else ():
        made, seconds = _peer(peers, method, y, origins, horizon, lookback)
        if made is not None:
            found["seconds"][method] = seconds
            found["MASE"][method] = float(np.abs(actual - made).mean() / scale)
    return found


def ours(name: str, model: str) -> dict[str, Any]:
    """The forecaster of recurra on one set, in this process."""
    from recurra.forecasting import Forecaster

    series = forecast_sets.SETS[name]()
    forecaster = Forecaster(
        horizon=series.horizon,
        season=series.season,
        model=model,
        target="y",
        past=list(series.others),
        random_state=0,
    )
    table = {"y": series.y, **series.others}
    made = forecaster.backtest(table, origins=ORIGINS)
    first = int(made.origins[0])
    begin = time.perf_counter()
    forecaster.fit({n: v[:first] for n, v in table.items()})
    seconds = time.perf_counter() - begin
    scores = made.scores
    kinds = {"last value": "last", "seasonal": "seasonal", "drift": "drift", "mean": "mean"}
    return {
        "MASE": scores["forecast"]["MASE"],
        "seconds": seconds,
        "naive": [scores.get(k, {}).get("MASE") for k in kinds.values()],
        "coverage": scores["forecast"]["coverage 90%"],
        "origins": made.origins.tolist(),
        "scale": float(made.scale[0, 0]),
        "lookback": made.learned.plan.lookback,
        "best_known": None
        if series.best is None
        else float(np.abs(series.best(made.origins) - made.actual[..., 0]).mean())
        / float(made.scale[0, 0]),
        "rows": len(series.y),
        "horizon": series.horizon,
        "season": series.season,
    }


def speed(peers: str | None, epochs: int, rounds: int) -> dict[str, Any]:
    """Seconds of a fit over 15,000 hours, in turns; medians, and peers as multiples.

    Look-back 48, horizon 24, 32 units, 32 windows a step; all windows, no stopping.
    """
    series, times = forecast_sets.hours(), {m: [] for m in (*OURS[:2], *PEERS[:2], *PEERS[3:5])}
    origins = np.array([len(series.y) - series.horizon])
    for _ in range(rounds):
        for method in times:
            library, kind = method.split()
            if library == "recurra":
                command = [sys.executable, __file__, "--one", "hours", kind]
                command += ["--epochs", str(epochs)]
                run = subprocess.run(command, capture_output=True, text=True, check=True)
                times[method].append(json.loads(run.stdout.splitlines()[-1])["seconds"])
            elif peers:
                found = _peer(peers, method, series.y, origins, series.horizon, 48, epochs)
                times[method].append(found[1])
    seconds = {m: float(np.median(t)) for m, t in times.items() if t}
    kinds = {m: m.split()[1].lower() for m in seconds}
    return {
        "seconds": seconds,
        "multiples": {m: s / seconds[f"recurra {kinds[m]}"] for m, s in seconds.items()},
    }


def one_fit(kind: str, epochs: int) -> dict[str, Any]:
    """The seconds of one fit of `speed`, in this process."""
    from recurra.forecasting import Forecaster

    series = forecast_sets.hours()
    forecaster = Forecaster(
        horizon=series.horizon,
        season=series.season,
        lookback=48,
        model=kind,
        batch_size=32,
        epochs=epochs,
        patience=10 * epochs,
        random_state=0,
    )
    begin = time.perf_counter()
    forecaster.fit({"y": series.y})
    return {"seconds": time.perf_counter() - begin}


def _ets(y: Any, origins: Any, horizon: int, season: int, lookback: int) -> np.ndarray:
    """Exponential smoothing with a damped trend and an additive season, fitted at each origin."""
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    made = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for o in origins:
            model = ExponentialSmoothing(
                y[:o],
                trend="add",
                damped_trend=True,
                seasonal="add" if season > 1 else None,
                seasonal_periods=season if season > 1 else None,
                initialization_method="estimated",
            )
            made.append(model.fit().forecast(horizon))
    return np.stack(made)


def _sarimax(y: Any, origins: Any, horizon: int, season: int, lookback: int) -> np.ndarray:
    """SARIMA (2,1,1)(1,1,1), fitted once and filtered on."""
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seasonal = (1, 1, 1, season) if season > 1 else (0, 0, 0, 0)
        model = SARIMAX(y[: origins[0]], order=(2, 1, 1), seasonal_order=seasonal).fit(disp=0)
        return np.stack([model.apply(y[:o]).forecast(horizon) for o in origins])


def _ridge(y: Any, origins: Any, horizon: int, season: int, lookback: int) -> np.ndarray:
    """scikit-learn's RidgeCV on the lags, relative to the last value."""
    from sklearn.linear_model import RidgeCV

    known = np.arange(lookback, origins[0] - horizon + 1)

    def lags(at: Any) -> np.ndarray:
        return y[at[:, None] + np.arange(-lookback, 0)] - y[at - 1][:, None]

    answers = y[known[:, None] + np.arange(horizon)] - y[known - 1][:, None]
    model = RidgeCV(np.logspace(-3, 4, 20)).fit(lags(known), answers)
    return y[origins - 1][:, None] + model.predict(lags(np.asarray(origins)))


def _peer(
    python: str,
    method: str,
    y: Any,
    origins: Any,
    horizon: int,
    lookback: int,
    epochs: int | None = None,
) -> tuple[Any, float]:
    """A network of another library, in a fresh process of its own environment."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "given.npz", Path(folder) / "made.npz"
        np.savez(given, y=y, origins=origins, horizon=horizon, lookback=lookback)
        script = str(HERE / "forecast_peers.py")
        command = [python, script, method, str(given), str(made)]
        command += [str(epochs)] if epochs else []
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode:
            print(f"{method}: {run.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            return None, 0.0
        with np.load(made) as file:
            return file["made"], float(file["seconds"])


if __name__ == "__main__":
    main()
