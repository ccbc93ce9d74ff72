"""What callbacks are told: metrics by name, under either spelling of accuracy."""

from __future__ import annotations

import re
from typing import Any

from recurra.engine.arguments import did_you_mean

_ACCURACY = re.compile(r"(^|_)(acc|accuracy)$")


def other_spelling(name: str) -> str:
    """`val_acc` for `val_accuracy` and the reverse; other names stay."""
    return _ACCURACY.sub(lambda m: m[1] + {"acc": "accuracy", "accuracy": "acc"}[m[2]], name)


class Logs(dict[str, Any]):
    """Values by name. `logs["acc"]` is `logs["accuracy"]` where only that is there.

    Keras 1 and 2 called the same metric by one name or the other.

    Example:
        >>> Logs(val_accuracy=0.5).get("val_acc")
        0.5
    """

    def __missing__(self, name: str) -> Any:
        other = other_spelling(name)
        if other in self:
            return self[other]
        if str(name).startswith("val_") and not any(key.startswith("val_") for key in self):
            raise KeyError(
                f"there is no {name!r}: nothing was held out. Give fit validation_split=0.2, or "
                "validation_data=(x_val, y_val)."
            )
        known = ", ".join(self) or "nothing"
        raise KeyError(f"there is no {name!r}{did_you_mean(name, self) or '.'} There is {known}.")

    def get(self, name: str, default: Any = None) -> Any:
        """The value of that name or its other spelling, or the default."""
        return super().get(name, super().get(other_spelling(name), default))


def plain(value: Any) -> Any:
    """A number of Python from a scalar array; anything else as it is."""
    return float(value) if getattr(value, "shape", None) == () else value
