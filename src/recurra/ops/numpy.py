"""The same functions under the name `ops.numpy`, as Keras has it."""

from recurra.ops.creation import *  # noqa: F403
from recurra.ops.elementwise import *  # noqa: F403
from recurra.ops.linalg import *  # noqa: F403
from recurra.ops.reductions import *  # noqa: F403
from recurra.ops.shapes import *  # noqa: F403
