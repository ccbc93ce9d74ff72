"""Layer: what every layer is, ours and the user's own."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import jax
import numpy as np

from recurra import constraints, initializers, regularizers
from recurra.engine import config, masks, rule, scope, symbolic
from recurra.engine.arguments import BOOL, arg, config_of, declared, optional, TEXT
from recurra.engine.calls import check_call, spec_of, to_arrays, training_is, training_now
from recurra.engine.errors import ArgumentError, ShapeError, StateError
from recurra.engine.names import name_scope, path_of, unique_name
from recurra.engine.origin import Origin, user_line
from recurra.engine.shapes import Shape, as_shape
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tree import leaves, map_leaves
from recurra.engine.variable import Variable


@declared
class Layer:
    """A part of a model: weights, and what it does with its inputs.

    Write your own by subclassing it:

        class Scale(Layer):
            def build(self, input_shape):
                self.scale = self.add_weight("scale", (input_shape[-1],), initializer="ones")

            def call(self, x):
                return x * self.scale

    `build` is called once, with the shape of the first input (None where a size is not known);
    `call` may take `training` and `mask`. Layers and variables kept as attributes, also in lists
    and dicts, are found by themselves.

    Args:
        name: by default the class in snake case and a number.
        trainable: whether `fit` changes its weights.
        dtype: the float type of its weights and of what it computes.
        activity_regularizer: a function of its output that is added to the training loss.
        input_shape: the shape of one sample, if it is the first layer of a `Sequential`.
        batch_input_shape: the same with the batch size in front.
    """

    name: str | None = arg(default=None, kw_only=True, check=optional(TEXT))
    _trainable: bool = arg(default=True, kw_only=True, alias="trainable", check=BOOL)
    dtype: Any = arg(default=None, kw_only=True, convert=lambda d: _dtype_name(d))
    activity_regularizer: Any = arg(
        default=None,
        kw_only=True,
        convert=regularizers.get,
        serialize=regularizers.serialize,
        config=False,
    )
    _input_shape: Any = arg(default=None, kw_only=True, alias="input_shape", config=False)
    _batch_input_shape: Any = arg(
        default=None, kw_only=True, alias="batch_input_shape", config=False
    )

    #: What the layer does to axes, in one line; see `recurra.engine.rule`.
    shape_rule: str | None = None
    #: Whether a mask of the input is also one of the output.
    supports_masking: bool = False
    #: Whether each sample's output depends on that sample alone (so that rows may be padded).
    per_sample: bool = False

    _untracked: frozenset[str] = frozenset()
    _init_arguments: tuple[tuple, dict[str, Any]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Layer:
        """Prepare what a layer needs, so that a constructor may set attributes in any order."""
        self = super().__new__(cls)
        self.__dict__.update(
            built=False,
            origin=user_line(),
            _own_weights=[],
            _own_losses=[],
            _sizes={},
            _nodes=[],
            _building=False,
            _init_arguments=(args, kwargs),
        )
        return self

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = _once(cls.__dict__["build"])  # type: ignore[method-assign]

    # What is declared in the constructor ---------------------------------------------------------

    built: bool
    origin: Origin | None
    _own_weights: list[Variable]
    _own_losses: list[Any]
    _sizes: dict[str, int]
    _nodes: list[symbolic.Node]
    _building: bool

    def __post_init__(self) -> None:
        if self.name is None:
            self.name = unique_name(type(self).__name__)

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
        self._trainable = bool(value)
        for layer in self._sublayers():
            layer.trainable = value

    @property
    def compute_dtype(self) -> str:
        """The float type it computes in."""
        return self.dtype or config.floatx()

    variable_dtype = compute_dtype

    def cast(self, x: Any) -> Any:
        """An array (of integers, say) in the float type the layer computes in."""
        return x if x.dtype == self.compute_dtype else x.astype(self.compute_dtype)

    # Weights -------------------------------------------------------------------------------------

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

        Returns:
            The new `Variable`.

        Raises:
            ShapeError: where an axis of the shape is not known.
        """
        for value in positional:
            if isinstance(value, str):
                name = value
            elif shape is None:
                shape = value
            else:
                initializer = value
        sizes = self._weight_shape(name, () if shape is None else shape)
        dtype = dtype or self.compute_dtype
        if initializer is None:
            initializer = "glorot_uniform" if "float" in str(dtype) else "zeros"
        variable = Variable(
            initializers.get(initializer),
            sizes,
            dtype,
            trainable,
            name or "variable",
            regularizers.get(regularizer),
            constraints.get(constraint),
        )
        variable.path = path_of(variable.name) if self._building else f"{self.name}/{variable.name}"
        self._own_weights.append(variable)
        return variable

    def _weight_shape(self, name: str | None, shape: Any) -> tuple[int, ...]:
        sizes = as_shape(shape, "shape")
        if None in sizes:
            words = ", ".join(str(s) for s in sizes[1:])
            raise ShapeError(
                self.label,
                "shape",
                Shape(sizes),
                Shape([s or 0 for s in sizes]),
                origin=self.origin,
                problem=f"{self.label}: the weight {name!r} was asked for with shape {sizes}, "
                f"and axis {sizes.index(None)} is not known.",
                fixes=[
                    f"add_weight({name!r}, shape=(1,) + input_shape[1:]) gives one weight per "
                    f"position, shape (1, {words}), used for every sample",
                    "a weight per sample cannot be used on samples it was not trained on",
                ]
                if sizes[0] is None and len(sizes) > 1
                else ["Input((20, 1)) states every size but the batch's"],
            )
        return sizes  # type: ignore[return-value]

    def _attributes(self) -> Iterator[Any]:
        for key, value in vars(self).items():
            if key not in _INTERNAL and key not in self._untracked:
                yield from leaves(value)

    def _sublayers(self) -> list[Layer]:
        """The layers kept as attributes, in order."""
        return list(dict.fromkeys(x for x in self._attributes() if isinstance(x, Layer)))

    def _flatten_layers(self) -> Iterator[Layer]:
        """This layer and all layers inside, each once."""
        seen: dict[Layer, None] = {self: None}
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
        return sorted(own, key=lambda v: not v.trainable)

    @property
    def weights(self) -> list[Variable]:
        """Its weights and those of the layers inside, in Keras's order."""
        inner = [w for layer in self._sublayers() for w in layer.weights]
        return list(dict.fromkeys([*self._own_variables(), *inner]))

    variables = weights

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that `fit` changes."""
        if not self.trainable:
            return []
        own = [v for v in self._own_variables() if v.trainable]
        inner = [w for layer in self._sublayers() for w in layer.trainable_weights]
        return list(dict.fromkeys([*own, *inner]))

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

    def set_weights(self, weights: Iterable[Any]) -> None:
        """Give its weights other values: one array for each of `weights`, of the same shape."""
        weights, own = list(weights), self.weights
        if len(weights) != len(own):
            raise ArgumentError(
                f"{self.label} has {len(own)} weights ({', '.join(w.path for w in own)}), "
                f"and {len(weights)} arrays were given."
            )
        for variable, value in zip(own, weights, strict=True):
            value = np.asarray(value)
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

    # Building ------------------------------------------------------------------------------------

    def build(self, input_shape: Any = None) -> None:
        """Make the weights. Override it; `input_shape` has None where a size is not known."""
        self.built = True

    def _build_for(self, args: tuple, kwargs: dict[str, Any]) -> None:
        """Call `build` with the shapes of a call's arguments."""
        if type(self).build is Layer.build:
            self.built = True
            return
        names = spec_of(type(self).build).names[1:]
        first = map_leaves(_public_shape, args[0] if args else next(iter(kwargs.values())))
        if len(names) < 2:
            self.build(first)
            return
        inputs = dict(zip(spec_of(type(self).call).names[1:], args)) | kwargs
        shapes = {f"{k}_shape": map_leaves(_public_shape, v) for k, v in inputs.items()}
        self.build(**{n: shapes.get(n) for n in names})

    # Calling -------------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the layer on arrays, or record it in a model's graph on symbolic tensors."""
        if symbolic.is_symbolic((args, kwargs)):
            return self._record(args, kwargs)
        return self._run(args, kwargs)

    def _record(self, args: tuple, kwargs: dict[str, Any]) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            return self._run(args, kwargs)

        results = symbolic.evaluate(call, args, kwargs)
        inputs = [x.axes for x in leaves((args, kwargs)) if isinstance(x, SymbolicTensor)]
        outputs = symbolic.link(
            self, args, kwargs, results, lambda sizes: self._name_axes(inputs, sizes)
        )
        if outputs is None or not any(isinstance(x, SymbolicTensor) for x in leaves(outputs)):
            raise StateError(
                f"{self.label}: its `call` returned {outputs!r}, not a tensor.",
                fixes=["end `call` with `return`"],
            )
        self._nodes.append(next(x.node for x in leaves(outputs) if isinstance(x, SymbolicTensor)))
        return outputs

    def _name_axes(self, inputs: list[Shape], sizes: list[tuple]) -> list[Shape]:
        if self.shape_rule is None:
            return [rule.follow(inputs, s) for s in sizes]
        return rule.parse(self.shape_rule).name(self, inputs, sizes)

    def _run(self, args: tuple, kwargs: dict[str, Any]) -> Any:
        spec = spec_of(type(self).call)
        check_call(type(self).call, self.label, args, kwargs)
        if args:
            first = to_arrays(args[0], self.compute_dtype, self.label, spec.names[1])
            args = (first, *args[1:])
            self.check_input(first, spec.names[1])
        if not self.built:
            self._build_for(args, kwargs)
        training = kwargs.pop("training", None)
        training = training_now() if training is None else training
        if spec.takes("training"):
            kwargs["training"] = bool(training)
        given = kwargs.get("mask")
        mask = map_leaves(masks.get_mask, args[0]) if given is None and args else given
        if spec.takes("mask") and given is None and any(m is not None for m in leaves(mask)):
            kwargs["mask"] = mask
        if scope.current() is None:
            self._own_losses.clear()
        with training_is(training):
            outputs = self.call(*args, **kwargs)
        return self._finish(args[0] if args else None, mask, outputs)

    def _finish(self, inputs: Any, mask: Any, outputs: Any) -> Any:
        """Add the regularizer's loss of the output, and let a mask travel with it."""
        if self.activity_regularizer is not None:
            for output in leaves(outputs):
                self.add_loss(self.activity_regularizer(output))
        if (
            any(m is not None for m in leaves(mask))
            or type(self).compute_mask is not Layer.compute_mask
        ):
            new = self.compute_mask(inputs, mask)
            if isinstance(outputs, (list, tuple)):
                each = (
                    new if isinstance(new, (list, tuple)) else [new] + [None] * (len(outputs) - 1)
                )
                for output, m in zip(outputs, each):
                    if m is not None:
                        masks.set_mask(output, m)
            elif new is not None:
                masks.set_mask(outputs, new)
        return outputs

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """What the layer does; override it."""
        raise StateError(
            f"{self.label} has no `call` method.", fixes=["def call(self, inputs): ..."]
        )

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the output: the input's own where the layer keeps timesteps, else None."""
        return previous_mask if self.supports_masking else None

    def check_input(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse inputs that the shape rule does not allow, with a `ShapeError`."""
        if self.shape_rule is None:
            return
        parsed = rule.parse(self.shape_rule)
        for k, x in enumerate(leaves(inputs)):
            if not hasattr(x, "shape"):
                continue
            came = Shape(_sizes(x))
            expected = parsed.expected(k, self, self._sizes)
            if not expected.fit(came):
                raise ShapeError(self.label, argument, came, expected, origin=self.origin)

    # Shapes --------------------------------------------------------------------------------------

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The output's shape for an input shape, without computing anything."""
        outputs = self.compute_output_spec(_spec_from(input_shape))
        return map_leaves(lambda x: x.shape, outputs)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic outputs for symbolic inputs, without recording the call."""
        nodes = list(self._nodes)
        outputs = self(*args, **kwargs)
        self._nodes[:] = nodes
        return outputs

    def _node(self, what: str) -> symbolic.Node:
        if not self._nodes:
            raise StateError(f"{self.label} has no `{what}`: it was never called on an Input.")
        return self._nodes[0]

    @property
    def input(self) -> Any:
        """The symbolic tensor (or tensors) it was first called on."""
        inputs = self._node("input").args[0]
        return inputs

    @property
    def output(self) -> Any:
        """The symbolic tensor (or tensors) of its first call."""
        return self._node("output").outputs

    @property
    def input_shape(self) -> Any:
        """The shape of `input`."""
        return map_leaves(lambda x: x.shape, self.input)

    @property
    def output_shape(self) -> Any:
        """The shape of `output`."""
        return map_leaves(lambda x: x.shape, self.output)

    # Configuration -------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """Its constructor's arguments as plain data; `from_config` makes a like layer from it."""
        config = config_of(self)
        if self._batch_input_shape or self._input_shape:
            config["batch_input_shape"] = self.declared_input_shape
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        if not hasattr(type(self).__init__, "__signature__"):
            config.update(_own_init_arguments(self))
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Make a layer from what `get_config` returned."""
        return cls(**config)

    @property
    def declared_input_shape(self) -> tuple[int | None, ...] | None:
        """The shape with batch that `input_shape=` or `batch_input_shape=` stated, or None."""
        if self._batch_input_shape is not None:
            return as_shape(self._batch_input_shape, "batch_input_shape")
        if self._input_shape is not None:
            return (None, *as_shape(self._input_shape, "input_shape"))
        return None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


_INTERNAL = frozenset(
    ("origin", "_own_weights", "_own_losses", "_sizes", "_nodes", "_init_arguments")
)


def _once(build: Callable[..., None]) -> Callable[..., None]:
    """Wrap a `build`: variables get paths, the layer is built afterwards, sizes are fixed."""

    @functools.wraps(build)
    def wrapped(self: Layer, *args: Any, **kwargs: Any) -> None:
        if self._building:
            build(self, *args, **kwargs)
            return
        self._building = True
        try:
            with name_scope(str(self.name)):
                build(self, *args, **kwargs)
        finally:
            self._building = False
        self.built = True
        shape = args[0] if args else next(iter(kwargs.values()), None)
        if self.shape_rule and self._own_weights and _is_shape(shape):
            _fix_sizes(self, Shape(shape))

    return wrapped


def _fix_sizes(layer: Layer, shape: Shape) -> None:
    """From here on the axis `features` has the size that the weights were made for."""
    expected = rule.parse(str(layer.shape_rule)).expected(0, layer, {})
    for axis, have in expected.paired(shape):
        if axis.name == "features" and isinstance(have.size, int):
            layer._sizes["features"] = have.size


def _is_shape(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and all(
        s is None or isinstance(s, (int, np.integer)) for s in value
    )


def _sizes(x: Any) -> tuple[int | None, ...]:
    """The public sizes of an array, a tracer with symbolic sizes or a symbolic tensor."""
    return tuple(int(s) if isinstance(s, (int, np.integer)) else None for s in x.shape)


def _public_shape(x: Any) -> Any:
    return _sizes(x) if hasattr(x, "shape") else None


def _spec_from(shape: Any) -> Any:
    """Symbolic tensors of a shape, or of each shape in a list or dict."""
    if _is_shape(shape):
        return SymbolicTensor(tuple(shape))
    if isinstance(shape, dict):
        return {k: _spec_from(v) for k, v in shape.items()}
    return [_spec_from(s) for s in shape]


def _own_init_arguments(layer: Layer) -> dict[str, Any]:
    """What a user's own constructor was called with, by name."""
    args, kwargs = layer._init_arguments
    signature = inspect.signature(type(layer).__init__)
    bound = signature.bind(layer, *args, **kwargs).arguments
    plain: dict[str, Any] = {}
    for (name, value), parameter in zip(bound.items(), signature.parameters.values()):
        if parameter.kind is parameter.VAR_KEYWORD:
            plain.update(value)
        elif name != "self":
            plain[name] = value
    return plain


def _dtype_name(dtype: Any) -> str | None:
    if dtype is None or isinstance(dtype, str):
        return dtype
    if isinstance(
        dtype, dict
    ):  # Keras writes {"class_name": "DTypePolicy", "config": {"name": ...}}
        return dtype["config"]["name"]
    return str(np.dtype(dtype))
