"""Watching one metric: where its value is, and whether it got better."""

from __future__ import annotations

import math
import re
from typing import Any

from recurra.engine.arguments import INTEGER, Check, did_you_mean
from recurra.engine.errors import ArgumentError
from recurra.engine.origin import warn
from recurra.training.callbacks.callback import Callback
from recurra.training.callbacks.logs import Logs, other_spelling
from recurra.training.metrics import registry as METRICS

COUNT_FROM_0 = Check("a whole number of at least 0", lambda v: INTEGER.ok(v) and v >= 0)

_FALLS = re.compile(
    r"(^|_)(loss|error|mse|mae|mape|msle|rmse|hinge|\w*entropy|\w*divergence|poisson|"
    r"log_?cosh|huber|perplexity)(_|\d|$)"
)
_RISES = re.compile(
    r"(^|_)(acc|accuracy|auc|precision|recall|f1|fbeta|\w*iou|r2|sensitivity|specificity|"
    r"\w*similarity|\w*correlation)(_|\d|$)"
)


def known_direction(monitor: str) -> str | None:
    """`"min"` or `"max"`: what is better for a metric of that name, None if it does not tell."""
    if _FALLS.search(monitor):
        return "min"
    return "max" if _RISES.search(monitor) else None


def better_when(monitor: str, mode: str, who: str) -> str:
    """`"min"` or `"max"`: what `mode` says, or what the metric's name tells where it is auto."""
    direction = known_direction(monitor) if mode == "auto" else mode
    if direction is not None:
        return direction
    raise ArgumentError(
        f"{who} cannot tell whether {monitor!r} is better when it rises or when it falls: "
        "give it mode='max' or mode='min'."
    )


class Monitoring(Callback):
    """Base of the callbacks that watch one metric, named by `monitor`.

    Attributes:
        best: the best value so far.
    """

    monitor: str
    mode: str
    min_delta: float = 0
    best: float | None = None
    _seen = False

    def watched(self, logs: dict[str, Any] | None, otherwise: str) -> float | None:
        """The value of the metric, or None where this epoch has none.

        Args:
            logs: of the epoch.
            otherwise: what happens where there is no validation data, for the warning.

        Raises:
            ArgumentError: where training knows no metric of that name.
        """
        value = Logs(logs or {}).get(self.monitor)
        if value is None and not self._seen:
            self._explain_absence(Logs(logs or {}), otherwise)
        self._seen = True
        return value

    def _explain_absence(self, logs: Logs, otherwise: str) -> None:
        who, known = type(self).__name__, ", ".join(logs) or "nothing"
        measured = any(name.startswith("val_") for name in logs)
        base = self.monitor.removeprefix("val_")
        if base != self.monitor and logs.get(base) is not None and not measured:
            if not (self.params or {}).get("do_validation"):  # else it comes in a later epoch
                warn(
                    f"{who} watches {self.monitor!r}, and there is no validation data: "
                    f"{otherwise}. Give fit validation_data=(x_val, y_val) or "
                    f"validation_split=0.2, or watch one of: {known}."
                )
            return
        fixes = []
        named = [n for n in (base, other_spelling(base)) if n in METRICS.names]
        if named and logs.get(base) is None:
            fixes.append(f"model.compile(..., metrics=[{named[0]!r}])")
        if base != self.monitor and not measured:
            fixes.append("model.fit(..., validation_split=0.2), or validation_data=(x_val, y_val)")
        raise ArgumentError(
            f"{who}: there is no metric {self.monitor!r}"
            f"{did_you_mean(self.monitor, logs) or '.'} This training has: {known}.",
            fixes=fixes,
        )

    def improves(self, value: float, reference: float | None) -> bool:
        """Whether a value is better than another by more than `min_delta`."""
        direction = better_when(self.monitor, self.mode, type(self).__name__)
        if reference is None or math.isnan(reference):
            return not math.isnan(value)
        gain = value - reference if direction == "max" else reference - value
        return bool(gain > abs(self.min_delta))
