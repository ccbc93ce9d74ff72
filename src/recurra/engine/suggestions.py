"""What a misspelt name was meant to be: one way of finding it for names of every kind."""

from __future__ import annotations

import difflib
import importlib
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import takewhile
from opcode import opmap
from types import ModuleType
from typing import Any

#: What other libraries and earlier years call an argument or attribute: today's names for it.
OTHER_WORDS: dict[str, Sequence[str]] = {
    "hidden_size": ("units",),
    "hidden_units": ("units",),
    "hidden_dim": ("units",),
    "n_hidden": ("units",),
    "num_units": ("units",),
    "neurons": ("units",),
    "nodes": ("units",),
    "out_features": ("units",),
    "out_channels": ("filters",),
    "num_filters": ("filters",),
    "num_embeddings": ("input_dim",),
    "vocab_size": ("input_dim",),
    "embedding_dim": ("output_dim",),
    "nonlinearity": ("activation",),
    "act": ("activation",),
    "bias": ("use_bias",),
    "p": ("rate",),
    "prob": ("rate",),
    "stride": ("strides",),
    "dilation": ("dilation_rate",),
    "lr": ("learning_rate",),
    "betas": ("beta_1",),
    "eps": ("epsilon",),
    "alpha": ("negative_slope",),
    "classes": ("num_classes",),
    "n_classes": ("num_classes",),
    "criterion": ("loss",),
    "iterations": ("epochs",),
    "num_epochs": ("epochs",),
    "max_epochs": ("epochs",),
    "callback": ("callbacks",),
    "input": ("x", "inputs"),
    "inputs": ("x",),
    "data": ("x",),
    "target": ("y",),
    "targets": ("y",),
    "labels": ("y",),
    "f1": ("f1_score",),
    "rmse": ("root_mean_squared_error",),
    "forward": ("call",),
    "parameters": ("trainable_weights",),
    "state_dict": ("get_weights",),
    "load_state_dict": ("set_weights",),
    "train": ("fit",),
    "score": ("evaluate",),
    "test": ("evaluate",),
}

#: Arguments that have no counterpart there, and what to do without them.
NOT_NEEDED: dict[str, str] = {
    "learning_rate": "give it to the optimizer: optimizer=Adam(learning_rate=...)",
    "lr": "give it to the optimizer: optimizer=Adam(learning_rate=...)",
    "epochs": "give it to `fit`",
    "batch_size": "give it to `fit`",
    "validation_split": "give it to `fit`",
    "optimizer": "give it to `compile`",
    "loss": "give it to `compile`",
    "metrics": "give it to `compile`",
    "batch_first": "leave it out: the batch is always the first axis",
    "input_size": "leave it out: the number of features is that of the data",
    "in_features": "leave it out: the number of features is that of the data",
    "in_channels": "leave it out: the number of features is that of the data",
    "num_features": "leave it out: the number of features is that of the data",
    "num_layers": "write one layer after the other, all but the last with return_sequences=True",
    "bidirectional": "write Bidirectional(...) around the layer",
}


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`. Did you mean 'x'?`, or the empty string where nothing known is near.

    Nearest is what takes the fewest changes, an exchange of neighbours being one; among equals
    what is written in the same style, with or without capitals.
    """
    name, known = str(name), list(known)
    for other in OTHER_WORDS.get(name, ()):
        if other in known:
            return f". Did you mean {other!r}?"
    low = name.lower()
    by_lower: dict[str, list[str]] = {}
    for k in known:
        by_lower.setdefault(k.lower(), []).append(k)
    near = difflib.get_close_matches(low, by_lower, n=5, cutoff=0.6)
    if not near:
        return ""
    candidates = [k for n in near for k in by_lower[n]]
    best = min(candidates, key=lambda k: (changes(low, k.lower()), k.islower() != name.islower()))
    return f". Did you mean {best!r}?"


def changes(a: str, b: str) -> int:
    """How many letters have to be put in, taken out, replaced or exchanged with their neighbour."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            least = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before, last = last, row
    return last[-1]


def never_called(cls: type, hooks: Iterable[str]) -> str:
    """A method of a class of the user's that looks like a misspelt hook; empty if there is none."""
    users = takewhile(lambda base: not base.__module__.startswith("recurra."), cls.__mro__)
    own = [vars(base) for base in users]
    hooks = [h for h in hooks if not any(h in names for names in own)]
    for names in own:
        for name, value in names.items():
            near = [h for h in hooks if _misspells(name.lower(), h) or _is_other_word(name, h)]
            if near and callable(value):
                return f" Its method `{name}` is never called. Did you mean `{near[0]}`?"
    return ""


def _is_other_word(name: str, hook: str) -> bool:
    return hook in OTHER_WORDS.get(name, ())


def _misspells(name: str, hook: str) -> bool:
    """Whether a name differs in one change; of a short one, whose letters are in another order."""
    return changes(name, hook) < 2 and (len(hook) > 5 or sorted(name) == sorted(hook))


class Suggestion:
    """The text of an `AttributeError`, which is made up only when somebody reads it."""

    def __init__(self, owner: Any, name: str) -> None:
        self.owner, self.name = owner, name

    def __str__(self) -> str:
        owner, name = self.owner, self.name
        known = [n for n in dir(owner) if not n.startswith("_")]
        if isinstance(owner, ModuleType):
            inside = vars(owner)
            known = [n for n in known if not isinstance(inside.get(n), ModuleType)] or known
            who = owner.__name__
        else:
            named = vars(owner).get("name") is not None and hasattr(type(owner), "label")
            who = owner.label if named else type(owner).__name__
        near = did_you_mean(name, known) or "."
        about = getattr(owner, "_about_missing", None)
        return f"{who} has no `{name}`{about(name, near) if about else near}"

    __repr__ = __str__

    def __reduce__(self) -> Any:
        return str, (str(self),)


def missing(owner: Any, name: str) -> AttributeError:
    """The error for an attribute that a module or an object has not.

    Python adds a suggestion of its own where it is told the object; this one is said already.
    """
    return AttributeError(Suggestion(owner, name), name=name, obj=None)


def attribute_or_suggestion(self: Any, name: str) -> Any:
    """`__getattr__` of classes: an error that knows what may have been meant.

    A property that fails with an `AttributeError` leads here, too: its own error counts.
    """
    if not name.startswith("_") and hasattr(type(self), name):
        return object.__getattribute__(self, name)
    try:
        check = getattr(type(self), "check_constructed", None)
        if check is not None:
            check(self)
        raise missing(self, name)
    except AttributeError as error:
        error.__traceback__ = None
        raise  # which adds no line of this function to the traceback


def names_of(module: str, later: Collection[str] = ()) -> Callable[[str], Any]:
    """A `__getattr__` for a module that suggests names, also to `from module import name`.

    Args:
        module: its name.
        later: modules inside that are imported when they are first used.
    """

    def __getattr__(name: str) -> Any:
        if name in later:
            return importlib.import_module(f"{module}.{name}")
        error = missing(sys.modules[module], name)
        frame = sys._getframe(1)
        if frame.f_code.co_code[frame.f_lasti] == _IMPORT_FROM and not name.startswith("_"):
            raise ImportError(str(error), name=module)
        raise error

    return __getattr__


_IMPORT_FROM = opmap["IMPORT_FROM"]
