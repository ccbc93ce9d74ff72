"""Functions of arrays, variables and symbolic tensors alike, under the names of `keras.ops`.

Each is a line of a table over `jax.numpy` (see `recurra.ops.making`), or a few.

    >>> from recurra import ops
    >>> ops.sum([[1.0, 2.0], [3.0, 4.0]], axis=1).tolist()
    [3.0, 7.0]
    >>> from recurra.layers import Input
    >>> ops.mean(Input((20, 5)), axis=1).shape
    (None, 5)
"""

from recurra.engine.suggestions import names_of as _names_of
from recurra.ops.complex import *  # noqa: F403
from recurra.ops.core import *  # noqa: F403
from recurra.ops.creation import *  # noqa: F403
from recurra.ops.elementwise import *  # noqa: F403
from recurra.ops.linalg import *  # noqa: F403
from recurra.ops.making import OPS
from recurra.ops.nn import *  # noqa: F403
from recurra.ops.reductions import *  # noqa: F403
from recurra.ops.shapes import *  # noqa: F403

__all__ = sorted(OPS)

__getattr__ = _names_of(__name__)
