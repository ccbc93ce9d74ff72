"""What a layer holds: its weights, the layers inside it, and the losses they add."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from recurra.engine import config, scope
from recurra.engine.arguments import did_you_mean
from recurra.engine.calls import call_number, within_call
from recurra.engine.drawn import Drawn
from recurra.engine.errors import ArgumentError, ShapeError, StateError
from recurra.engine.names import name_scope, path_of
from recurra.engine.origin import Origin
from recurra.engine.registries import CONSTRAINTS, INITIALIZERS, REGULARIZERS
from recurra.engine.shapes import Shape, as_shape
from recurra.engine.tracebacks import public
from recurra.engine.tree import leaves
from recurra.engine.variable import Variable, as_array

#: Attributes of a layer that hold no part of the network.
INTERNAL = frozenset(
    (
        "origin",
        "_own_weights",
        "_own_losses",
        "_sizes",
        "_nodes",
        "_init_arguments",
        "_made_in_call",
    )
)
#: Types of most attributes, in which no layer or variable can be.
PLAIN = frozenset((str, bool, int, float, type(None)))

_WEIGHT_ARGUMENTS = (
    *("name", "shape", "initializer", "dtype"),
    *("trainable", "regularizer", "constraint"),
)
#: What Keras takes besides, of all its versions.
_WITHOUT_EFFECT = frozenset(
    (
        *("aggregation", "autocast", "caching_device", "collections", "experimental_autocast"),
        *("getter", "layout", "overwrite_with_gradient", "partitioner", "sparse"),
        *("synchronization", "use_resource"),
    )
)


class Holder(Drawn):
    """The weights and sublayers that stand in an object's attributes, in order.

    Nothing is registered: attributes are looked through when asked for, so layers may be kept in
    lists and dicts, and these may change.
    """

    name: str | None
    dtype: Any
    built: bool
    _trainable: bool
    origin: Origin | None
    _building: bool
    _build_shape: Any
    _own_weights: list[Variable]
    _own_losses: list[Any]

    #: Further attributes that hold no part of the network.
    _untracked: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """How messages call it: `LSTM 'lstm_1'`."""
        return f"{type(self).__name__} {self.name!r}"

    @property
    def trainable(self) -> bool:
        """Whether `fit` changes its weights; setting it sets it for all layers inside."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self._flatten_layers():
            layer._trainable = bool(value)

    @property
    def compute_dtype(self) -> str:
        """The float type it computes in."""
        return self.dtype or config.floatx()

    variable_dtype = compute_dtype

    def check_constructed(self) -> None:
        """Refuse a layer whose own `__init__` has left out that of `Layer`."""
        if "name" not in self.__dict__:
            raise StateError(
                f"{type(self).__name__}: its `__init__` has not called `super().__init__()`.",
                fixes=["begin `__init__` with super().__init__(**kwargs)"],
            )

    @public
    def add_weight(
        self,
        *positional: Any,
        name: str | None = None,
        shape: Any = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        **kwargs: Any,
    ) -> Variable:
        """Make a weight of this layer.

        Args:
            positional: the name and the shape may come unnamed, in either order.
            name: the last part of its path.
            shape: whole numbers; the axis of the batch is not known and cannot be one of them.
            initializer: a name or a function `(shape, dtype)`; by default Glorot uniform.
            dtype: by default the layer's.
            trainable: whether `fit` changes it.
            regularizer: function of the value that is added to the training loss.
            constraint: function applied to the value after each update.
            kwargs: further arguments of Keras (`autocast`, ...), which have no effect here.

        Returns:
            The new `Variable`.

        Raises:
            ShapeError: where an axis of the shape is not known.
        """
        self.check_constructed()
        for value in positional:
            is_text = isinstance(value, str)
            if is_text and value in config.DTYPES:
                dtype = value
            elif is_text and name is None and (shape is None or value not in INITIALIZERS.names):
                name = value
            elif not is_text and shape is None:
                shape = value
            else:
                initializer = value
        for key in kwargs:
            if key not in _WITHOUT_EFFECT:
                suggestion = did_you_mean(key, _WEIGHT_ARGUMENTS) or "."
                raise ArgumentError(f"{self.label}: add_weight has no {key!r}{suggestion}")
        if not isinstance(name, str | None):
            raise ArgumentError(f"{self.label}: the name of a weight has to be text, not {name!r}.")
        self._refuse_weight_again(name)
        sizes = self._weight_shape(name, () if shape is None else shape)
        dtype = config.dtype_name(dtype) or self.compute_dtype
        if initializer is None:
            initializer = "glorot_uniform" if "float" in str(dtype) else "zeros"
        variable = Variable(
            INITIALIZERS.get(initializer),
            sizes,
            dtype,
            trainable,
            name or "variable",
            REGULARIZERS.get(regularizer),
            CONSTRAINTS.get(constraint),
        )
        with name_scope(self):
            variable.path = path_of(variable.name)
        self._own_weights.append(variable)
        if within_call() and not self._building:
            self.__dict__.setdefault("_made_in_call", {})[name] = call_number()
        return variable

    def _refuse_weight_again(self, name: str | None) -> None:
        """A weight that every call makes anew would never be trained."""
        made = vars(self).get("_made_in_call", {}).get(name)
        if made is None or made == call_number() or not within_call() or self._building:
            return
        raise StateError(
            f"{self.label}: `call` makes the weight {name!r} anew each time, so that it could "
            "never learn.",
            fixes=[f"def build(self, input_shape): self.{name} = self.add_weight({name!r}, ...)"],
        )

    def _weight_shape(self, name: str | None, shape: Any) -> tuple[int, ...]:
        sizes = as_shape(shape, "shape")
        if None in sizes:
            words = ", ".join(str(s) for s in sizes[1:])
            raise ShapeError(
                self.label,
                "shape",
                Shape(sizes),
                "a whole number for every axis",
                origin=self.origin,
                problem=f"{self.label}: the weight {name!r} was asked for with shape {sizes}, "
                f"and axis {sizes.index(None)} is not known.",
                fixes=[
                    f"self.add_weight({name!r}, shape=(1,) + input_shape[1:])  # one weight for "
                    f"each position, (1, {words}), the same for every sample: one for each sample "
                    "would be of no use for other samples",
                ]
                if self._lacks_the_batch(sizes)
                else ["Input((20, 1)) states every size but the batch's"],
            )
        return sizes  # type: ignore[return-value]

    def _lacks_the_batch(self, sizes: tuple[int | None, ...]) -> bool:
        """Whether the size that a weight's shape lacks is that of the batch."""
        built_for: Any = self._build_shape
        known = isinstance(built_for, tuple) and None in built_for[1:]
        return sizes[0] is None and len(sizes) > 1 and (not known or sizes == built_for)

    def _attributes(self) -> list[Any]:
        """What it keeps as attributes, in lists and dicts too; plain values are left out."""
        found: list[Any] = []
        for key, value in vars(self).items():
            if type(value) not in PLAIN and key not in INTERNAL and key not in self._untracked:
                found.extend(leaves(value))
        return found

    def _sublayers(self) -> list[Any]:
        """The layers kept as attributes, in order."""
        return list(dict.fromkeys(x for x in self._attributes() if isinstance(x, Holder)))

    def _flatten_layers(self) -> Iterator[Any]:
        """The layer and all layers inside, each once."""
        seen: dict[Holder, None] = {self: None}
        todo = [self]
        while todo:
            layer = todo.pop(0)
            yield layer
            new = [s for s in layer._sublayers() if s not in seen]
            seen.update(dict.fromkeys(new))
            todo = new + todo

    def _own_variables(self) -> list[Variable]:
        held = [x for x in self._attributes() if isinstance(x, Variable)]
        own = list(dict.fromkeys([*self._own_weights, *held]))
        return sorted(own, key=lambda v: (not v.made_trainable, v.number))

    def _depth_first(self, trained: bool, seen: dict[Holder, None]) -> Iterator[Variable]:
        """The variables of the layer and those inside, which may refer to each other."""
        if self in seen or (trained and not self.trainable):
            return
        seen[self] = None
        yield from (v for v in self._own_variables() if v.trainable or not trained)
        for layer in self._sublayers():
            yield from layer._depth_first(trained, seen)

    @property
    def weights(self) -> list[Variable]:
        """Its weights and those of the layers inside, in Keras's order."""
        return list(dict.fromkeys(self._depth_first(False, {})))

    variables = weights

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that `fit` changes."""
        return list(dict.fromkeys(self._depth_first(True, {})))

    trainable_variables = trainable_weights

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that `fit` leaves alone: frozen ones and moving statistics."""
        trained = set(self.trainable_weights)
        return [w for w in self.weights if w not in trained]

    non_trainable_variables = non_trainable_weights

    def get_weights(self) -> list[np.ndarray]:
        """Its weights as NumPy arrays, in the order of `weights`."""
        return [w.numpy() for w in self.weights]

    @public
    def set_weights(self, weights: Iterable[Any]) -> None:
        """Give its weights other values: one array for each of `weights`, of the same shape."""
        if not isinstance(weights, Iterable):
            raise ArgumentError(
                f"{self.label}: `weights` has to be a list of arrays, not {weights!r}."
            )
        weights, own = [as_array(w) for w in weights], self.weights
        if len(weights) != len(own):
            raise ArgumentError(
                f"{self.label} has {len(own)} weights ({', '.join(w.path for w in own)}), "
                f"and {len(weights)} arrays were given."
            )
        for variable, value in zip(own, weights, strict=True):
            if value.shape != variable.shape:
                raise ArgumentError(
                    f"{self.label}: weight {variable.path!r} has shape {variable.shape}, and an "
                    f"array of shape {value.shape} was given for it."
                )
        for variable, value in zip(own, weights, strict=True):
            variable.assign(value)

    def count_params(self) -> int:
        """The number of values in its weights."""
        if not self.built:
            raise StateError(
                f"{self.label} has no weights yet: it is not built.",
                fixes=["call it on data, or give the model an Input first"],
            )
        return sum(w.size for w in self.weights)

    # Losses added along the way ------------------------------------------------------------------

    def add_loss(self, loss: Any) -> None:
        """Add a scalar to the training loss; call it within `call`."""
        inside = scope.current()
        target = self._own_losses if inside is None else inside.losses
        target.extend(loss if isinstance(loss, (list, tuple)) else [loss])

    @property
    def losses(self) -> list[Any]:
        """The losses added in the last call, and those of the weights' regularizers."""
        inside = scope.current()
        if inside is None:
            added = [loss for layer in self._flatten_layers() for loss in layer._own_losses]
        else:
            added = list(inside.losses)
        return added + [w.regularizer(w.value) for w in self.trainable_weights if w.regularizer]
