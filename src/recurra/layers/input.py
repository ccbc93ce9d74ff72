"""Input: where data enters a model."""

from __future__ import annotations

from typing import Any

from recurra.engine.arguments import ArgumentError, arg, declared, keywords_checked
from recurra.engine.layer import Layer
from recurra.engine.origin import user_line
from recurra.engine.shapes import Shape, as_shape
from recurra.engine.symbolic import Node, SymbolicTensor


@declared
class InputLayer(Layer):
    """The layer behind an `Input`: it states the shape of what comes in.

    Args:
        shape: of one sample, without the batch.
        batch_size: how many samples a batch has, if that is fixed.
        batch_shape: the shape with the batch in front, instead of the two.
    """

    shape: Any = arg(default=None, kw_only=True, config=False)
    batch_size: int | None = arg(default=None, kw_only=True, config=False)
    batch_shape: Any = arg(default=None, kw_only=True)
    sparse: bool = arg(default=False, kw_only=True, config=False, doc="not available.")
    ragged: bool = arg(default=False, kw_only=True, config=False, doc="not available.")

    per_sample = True
    supports_masking = True
    #: Whether a model without an Input made it for the first data.
    for_data = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.sparse or self.ragged:
            kind = "sparse" if self.sparse else "ragged"
            raise ArgumentError(
                f"Input: {kind} inputs do not exist here.",
                fixes=["pad the sequences to one length and put Masking() behind the Input"],
            )
        if self.shape is None and self.batch_shape is None:
            given = self.declared_input_shape  # Keras 2: InputLayer(input_shape=...)
            if given is None:
                raise ArgumentError("Input: `shape` is missing, such as Input((20, 1)).")
            self.batch_shape = given
        elif self.batch_shape is None:
            self.batch_shape = (self.batch_size, *as_shape(self.shape))
        elif self.shape is not None:
            raise ArgumentError("Input takes `shape` or `batch_shape`, not both.")
        self.batch_shape = as_shape(self.batch_shape, "batch_shape")
        self.built = True
        tensor = SymbolicTensor(Shape(self.batch_shape), self.dtype or "float32", self.name)
        Node(self, (), {}, tensor)
        self._nodes.append(tensor.node)  # type: ignore[arg-type]

    @property
    def input(self) -> SymbolicTensor:
        """The symbolic tensor itself."""
        return self.output

    def call(self, inputs: Any) -> Any:
        """What came in."""
        return inputs


@keywords_checked
def Input(
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Any = None,
    name: str | None = None,
    tensor: Any = None,
) -> Any:
    """A symbolic tensor for what will be given to a model.

    Args:
        shape: of one sample, such as `(timesteps, features)`; None is any size.
        batch_size: how many samples a batch has, if that is fixed.
        dtype: of the data; float32 by default.
        batch_shape: the shape with the batch in front, instead of the two.
        name: of the input, the key under which a dict of arrays holds it.
        tensor: a symbolic tensor to take as it is.
        sparse: not available.
        ragged: not available.

    Returns:
        A symbolic tensor (batch, *shape).

    Raises:
        ArgumentError: for a shape that is no tuple of sizes.

    Example:
        >>> Input((20, 1)).shape
        (None, 20, 1)
    """
    if tensor is not None:
        return tensor
    layer = InputLayer(
        shape=shape,
        batch_size=batch_size,
        dtype=dtype,
        sparse=bool(sparse),
        ragged=bool(ragged),
        batch_shape=batch_shape,
        name=name,
    )
    layer.origin = user_line()
    return layer.output
