"""Layer: what every layer is, ours and the user's own."""

from __future__ import annotations

from typing import Any, NoReturn

from recurra.engine import config, masks, notes, rule, scope, sources, symbolic
from recurra.engine.arguments import (
    BOOL,
    TEXT,
    arg,
    config_of,
    declared,
    optional,
)
from recurra.engine.building import is_shape, once
from recurra.engine.calls import (
    all_or_nothing,
    arranged,
    on_failure,
    spec_of,
    to_arrays,
    training_is,
    training_now,
    within_call,
)
from recurra.engine.config import dtype_name
from recurra.engine.constructors import (
    arguments_from,
    check_keywords,
    not_taken,
    own_arguments,
)
from recurra.engine.errors import ArgumentError, RecurraError, ShapeError, StateError
from recurra.engine.holder import Holder
from recurra.engine.kinds import several_fixes
from recurra.engine.known import sizes_known
from recurra.engine.names import name_scope, unique_name
from recurra.engine.origin import Origin, user_line, warn
from recurra.engine.registries import REGULARIZERS
from recurra.engine.shapes import Shape, as_shape
from recurra.engine.suggestions import never_called
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tracebacks import public, shorten
from recurra.engine.tree import leaves, map_leaves
from recurra.engine.variable import Variable


class Traits(Holder):
    """What is true of a kind of layer, and what a layer keeps about itself.

    These are annotated here, outside the declared class, so that they are no arguments.
    """

    #: What the layer does to axes, in one line; see `recurra.engine.rule`.
    shape_rule: str | None = None
    #: Whether a mask of the input is also one of the output.
    supports_masking: bool = False
    #: Whether each sample's output depends on that sample alone (so that rows may be padded).
    per_sample: bool = False

    _sizes: dict[str, int]
    _nodes: list[symbolic.Node]
    _build_shape: Any
    _init_arguments: tuple[tuple, dict[str, Any]]
    _lost_a_mask: bool = False


@declared
class Layer(Traits):
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
        input_shape: the shape of one sample, if it is the first layer of a `Sequential`.
        batch_input_shape: the same with the batch size in front.
    """

    name: str | None = arg(
        default=None,
        kw_only=True,
        check=optional(TEXT),
        doc="by default the class in snake case and a number.",
    )
    _trainable: bool = arg(
        default=True,
        kw_only=True,
        alias="trainable",
        check=BOOL,
        doc="whether `fit` changes its weights.",
    )
    dtype: Any = arg(
        default=None,
        kw_only=True,
        convert=config.dtype_name,
        doc="the float type of its weights and of what it computes.",
    )
    activity_regularizer: Any = arg(
        default=None,
        kw_only=True,
        convert=REGULARIZERS.get,
        serialize=REGULARIZERS.serialize,
        config=False,
        doc="a function of its output that is added to the training loss.",
    )
    _input_shape: Any = arg(default=None, kw_only=True, alias="input_shape", config=False)
    _batch_input_shape: Any = arg(
        default=None, kw_only=True, alias="batch_input_shape", config=False
    )

    @public
    def __new__(cls, *args: Any, **kwargs: Any) -> Layer:
        """Prepare what a layer needs, so that a constructor may set attributes in any order."""
        check_keywords(cls, kwargs)
        self = super().__new__(cls)
        self.__dict__.update(
            built=False,
            origin=user_line(),
            _own_weights=[],
            _own_losses=[],
            _sizes={},
            _nodes=[],
            _building=False,
            _build_shape=None,
            _init_arguments=(args, kwargs),
        )
        return self

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = once(cls.__dict__["build"])  # type: ignore[method-assign]

    def __post_init__(self) -> None:
        if self.name is None:
            self.name = unique_name(type(self).__name__)

    def cast(self, x: Any) -> Any:
        """An array (of integers, say) in the float type the layer computes in."""
        return x if x.dtype == self.compute_dtype else x.astype(self.compute_dtype)

    # Building ------------------------------------------------------------------------------------

    def build(self, *args: Any, **kwargs: Any) -> None:
        """Make the weights. Override it as `build(self, input_shape)`.

        Args:
            args: the shape of the first input, with None where a size is not known.
            kwargs: for a `call` with several inputs, `<name>_shape` of each.
        """
        self.built = True

    def _build_for(self, args: tuple, kwargs: dict[str, Any]) -> None:
        """Call `build` with the shapes of a call's arguments."""
        first = map_leaves(sizes_known, args[0] if args else next(iter(kwargs.values()), None))
        self._build_shape = first
        if type(self).build is Layer.build:
            self.built = True
            return
        names = spec_of(type(self).build).names[1:]
        if len(names) < 2:
            self.build(first)
            return
        inputs = dict(zip(spec_of(type(self).call).names[1:], args)) | kwargs
        shapes = {f"{k}_shape": map_leaves(sizes_known, v) for k, v in inputs.items()}
        self.build(**{n: shapes.get(n) for n in names})

    # Calling -------------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the layer on arrays, or record it in a model's graph on symbolic tensors."""
        try:
            self.check_constructed()
            args, kwargs = arranged(type(self).call, self, args, kwargs)
            with all_or_nothing():
                if symbolic.is_symbolic((args, kwargs)):
                    return self._record(args, kwargs)
                return self._run(args, kwargs)
        except BaseException as error:
            if isinstance(error, ShapeError) and error.unknown:  # `build` sees a shape alone
                error.path = error.path or sources.path_of(next(leaves(args), None))
            notes.of_call(error, self, args, kwargs)
            shorten(error)
            raise

    def _record(self, args: tuple, kwargs: dict[str, Any]) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            return self._run(args, kwargs)

        if args and self.shape_rule is not None:  # the axes have their names only here
            self.check_input(args[0], spec_of(type(self).call).first)
        results = symbolic.evaluate(call, args, kwargs)
        inputs = [x.axes for x in leaves((args, kwargs)) if isinstance(x, SymbolicTensor)]
        outputs = symbolic.link(
            self, args, kwargs, results, lambda sizes: self._name_axes(inputs, sizes)
        )
        if not symbolic.is_symbolic(outputs):
            self._refuse_output(outputs)
        nodes = [x.node for x in leaves(outputs) if isinstance(x, SymbolicTensor)]
        self._nodes += [n for n in nodes[:1] if n is not None]
        return outputs

    def _name_axes(self, inputs: list[Shape], sizes: list[tuple]) -> list[Shape]:
        if self.shape_rule is None:
            return [rule.follow(inputs, s) for s in sizes]
        return rule.parse(self.shape_rule).name(self, inputs, sizes)

    def _run(self, args: tuple, kwargs: dict[str, Any]) -> Any:
        spec = spec_of(type(self).call)
        if args:
            first = to_arrays(args[0], self.compute_dtype, self.label, spec.first)
            args = (first, *args[1:])
            self.check_input(first, spec.first)
        if not self.built:
            on_failure(lambda: self.__dict__.update(built=False, _build_shape=None))
            with name_scope(self):
                self._build_for(args, kwargs)
        training = kwargs.pop("training", None)
        training = training_now() if training is None else training
        if spec.takes("training"):
            kwargs["training"] = bool(training)
        mask = to_arrays(kwargs.pop("mask", None), self.compute_dtype, self.label, "mask")
        if mask is None and args:
            mask = map_leaves(masks.get_mask, args[0])
        if spec.takes("mask"):
            kwargs["mask"] = mask if any(m is not None for m in leaves(mask)) else None
        if scope.current() is None and not within_call():
            for layer in self._flatten_layers():
                layer._own_losses.clear()
        with training_is(training), name_scope(self):
            outputs = self.call(*args, **kwargs)
        if type(self).compute_output_shape is not Layer.compute_output_shape:
            self._compare_shape(args[0] if args else None, outputs)
        return self._finish(args[0] if args else None, mask, outputs)

    def _finish(self, inputs: Any, mask: Any, outputs: Any) -> Any:
        """Add the regularizer's loss of the output, and let a mask travel with it."""
        if outputs is None:
            self._refuse_output(outputs)
        if isinstance(outputs, Variable):
            outputs = outputs.value
        sources.made(outputs, self, inputs)
        if self.activity_regularizer is not None:
            for output in leaves(outputs):
                self.add_loss(self.activity_regularizer(output) / output.shape[0])
        if (
            any(m is not None for m in leaves(mask))
            or type(self).compute_mask is not Layer.compute_mask
        ):
            # as in Keras, the first mask is that of the first output, and so on
            for output, new in zip(leaves(outputs), leaves(self.compute_mask(inputs, mask))):
                if new is not None:
                    masks.set_mask(output, new)
        return outputs

    def _compare_shape(self, inputs: Any, outputs: Any) -> None:
        """Warn once where a `compute_output_shape` of the user's says what is not so."""
        takes = spec_of(type(self).compute_output_shape)
        if "_compared" in vars(self) or len(takes.names) != 2 or not hasattr(outputs, "shape"):
            return
        self._compared = True
        said = self.compute_output_shape(map_leaves(sizes_known, inputs))
        gives: Any = sizes_known(outputs)
        pairs = zip(said, gives) if is_shape(said) else ()
        if any(None not in pair and pair[0] != pair[1] for pair in pairs) or (
            is_shape(said) and len(said) != len(gives)
        ):
            warn(
                f"{self.label}: `compute_output_shape` says {tuple(said)}, and `call` gives "
                f"{gives}, which is what counts."
            )

    def _refuse_output(self, outputs: Any) -> None:
        code = getattr(type(self).call, "__code__", None)
        place = f" ({Origin(code.co_filename, code.co_firstlineno).place})" if code else ""
        raise StateError(
            f"{self.label}: its `call`{place} returned {outputs!r}, not a tensor.",
            fixes=["end `call` with `return`"],
        )

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """What the layer does; override it."""
        raise StateError(
            f"{self.label} has no `call` method.{never_called(type(self), HOOKS)}",
            fixes=["def call(self, inputs): ..."],
        )

    def _about_missing(self, name: str, near: str) -> str:
        """What there is to say of an attribute that it has not, where `near` suggests another."""
        unused = never_called(type(self), HOOKS)
        if unused:
            return f".{unused}"
        if near == "." and not self.built and type(self).build is not Layer.build:
            return ". Its weights are not made yet: a call or an Input does that."
        return near

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the output: the input's own where the layer keeps timesteps, else None."""
        if self.supports_masking:
            return previous_mask
        if not spec_of(type(self).call).takes("mask") and not self._lost_a_mask:
            self._lost_a_mask = True
            warn(
                f"{self.label} does not pass on the mask of its input: the layers behind it will "
                "read masked timesteps as data. Recurrent layers, Dense, Dropout, Activation and "
                "TimeDistributed keep the mask, GlobalAveragePooling1D uses it; a layer of your "
                "own that keeps timesteps says so by supports_masking = True."
            )
        return None

    def check_input(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse inputs that the shape rule does not allow, with a `ShapeError`."""
        if self.shape_rule is None:
            return
        parsed = rule.parse(self.shape_rule)
        if isinstance(inputs, (list, tuple, dict)) and (len(parsed.inputs) == 1 or not inputs):
            self._refuse_several(inputs, argument, len(parsed.inputs) == 1)
        for k, x in enumerate(leaves(inputs)):
            if not hasattr(x, "shape"):
                kind = type(x).__name__
                raise ArgumentError(
                    f"{self.label}: `{argument}` has to be an array, not {x!r}.",
                    fixes=[f"{kind}(...)(tensor)  # called on a tensor, a layer gives one back"]
                    if isinstance(x, Layer)
                    else (),
                )
            came = x.axes if isinstance(x, SymbolicTensor) else Shape(sizes_known(x) or ())
            expected = parsed.expected(k, self, self._sizes)
            if not expected.fit(came):
                self._refuse_shape(x, argument, came, expected)

    def _refuse_shape(
        self,
        x: Any,
        argument: str,
        came: Shape,
        expected: Any,
        too_short: bool = False,
        **said: Any,
    ) -> NoReturn:
        """Raise the `ShapeError` of an array, with the layers that it went through."""
        dtype = str(x.dtype)
        path = sources.path_of(x)
        if path and path[-1].layer is None and path[-1].argument:  # data that a model was given
            argument = path[-1].argument
        elif path and path[-1].layer is not None:
            came = path[-1].shape
        error = ShapeError(
            self.label,
            argument,
            came,
            expected,
            origin=self.origin,
            path=path,
            accepts=lambda sizes: self._takes(sizes, dtype),
            **said,
        )
        error.too_short = too_short
        raise error

    def _takes(self, sizes: tuple[int | None, ...], dtype: str) -> bool:
        """Whether an array of these sizes would pass the layer's check."""
        try:
            self.check_input(SymbolicTensor(sizes, dtype))
        except RecurraError:
            return False
        return True

    def _refuse_several(self, inputs: Any, argument: str, one: bool) -> NoReturn:
        """Refuse several arrays for one, or none for several."""
        given = f"a {type(inputs).__name__} of {len(inputs)}"
        path = sources.path_of(next(leaves(inputs), None))
        if path and path[-1].layer is None and path[-1].argument:
            argument = path[-1].argument.partition("[")[0]
        wanted = "one array" if one else "a list of arrays"
        raise ArgumentError(
            f"{self.label}: `{argument}` has to be {wanted}, not {given}.",
            fixes=several_fixes(inputs, argument, one),
        )

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
            config["activity_regularizer"] = REGULARIZERS.serialize(self.activity_regularizer)
        if not hasattr(type(self).__init__, "__signature__"):
            config.update(own_arguments(self))
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Make a layer from what `get_config` returned.

        A constructor of one's own need not take the name and the like: they are set afterwards.
        """
        given = {k: v for k, v in config.items() if v or k not in _KERAS_ONLY}
        if cls.get_config is Layer.get_config:
            given = arguments_from(cls, given)
        rest = not_taken(cls, given)
        layer = cls(**{k: v for k, v in given.items() if k not in rest})
        for key, value in rest.items():
            setattr(layer, key, dtype_name(value) if key == "dtype" else value)
        return layer

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


#: What a layer of the user's may define and recurra calls.
HOOKS = ("build", "call", "compute_mask", "compute_output_shape", "get_config", "from_config")
#: Arguments in Keras's configurations that recurra has not; they are left out where they are off.
_KERAS_ONLY = frozenset(("optional", "quantization_config"))


def _spec_from(shape: Any) -> Any:
    """Symbolic tensors of a shape, or of each shape in a list or dict."""
    if is_shape(shape) or not hasattr(shape, "__iter__"):
        return SymbolicTensor(as_shape(shape, "input_shape"))
    if isinstance(shape, dict):
        return {k: _spec_from(v) for k, v in shape.items()}
    return [_spec_from(s) for s in shape]
