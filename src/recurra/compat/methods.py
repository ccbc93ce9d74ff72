"""Old keywords of a model's methods."""

from __future__ import annotations

from typing import Any

from recurra.compat.translation import Call, Row, dropped, renamed
from recurra.compat.translation import translate as apply_rows

_HERE = "batches are prepared in this process"
_QUEUES: dict[str, Row] = dict.fromkeys(
    ("workers", "use_multiprocessing", "max_queue_size", "nb_worker", "pickle_safe", "max_q_size"),
    dropped(_HERE),
)
_ACCURACY = dropped("write compile(..., metrics=['accuracy'])")
_SAVING: dict[str, Row] = {
    "include_optimizer": dropped("load_model(..., compile=False) leaves the optimizer out"),
    "save_format": dropped("the name says it: model.save('model.keras')"),
    **dict.fromkeys(("signatures", "options", "save_traces"), dropped()),
}

#: By method: the rows of its old keywords.
METHODS: dict[str, dict[str, Row]] = {
    "compile": {
        "class_mode": dropped("the loss says it, such as loss='categorical_crossentropy'"),
        "sample_weight_mode": dropped("`sample_weight` may have the shape (samples, timesteps)"),
        "target_tensors": dropped("targets are given to `fit`"),
    },
    "fit": {"nb_epoch": renamed("epochs"), "show_accuracy": _ACCURACY, **_QUEUES},
    "evaluate": {"show_accuracy": _ACCURACY, **_QUEUES},
    "predict": _QUEUES,
    "save": _SAVING,
    "save_model": _SAVING,
    "to_categorical": {"nb_classes": renamed("num_classes"), "y": renamed("x")},
}


def translate(owner: Any, method: str, keywords: dict[str, Any]) -> dict[str, Any]:
    """A method's keywords in today's spelling.

    Args:
        owner: the object whose method was called.
        method: its name.
        keywords: what was given; what nobody knows is left in place.
    """
    return apply_rows(Call(method, keywords, ()), METHODS.get(method, {}))
