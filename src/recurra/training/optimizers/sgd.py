"""Gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recurra.engine.arguments import BOOL, FRACTION, arg, declared
from recurra.training.optimizers.optimizer import Optimizer, registry
from recurra.training.optimizers.rate import as_rate
from recurra.training.optimizers.rules import native, scaled

if TYPE_CHECKING:
    from optax import GradientTransformation


@registry.add
@declared
class SGD(Optimizer):
    r"""Gradient descent, with momentum if asked.

    \(v \leftarrow \mu v - \eta g\), and \(w \leftarrow w + v\), or \(w + \mu v - \eta g\) with
    `nesterov`.

    Args:
        learning_rate: \(\eta\), a number, a schedule or a function that takes nothing.
        momentum: \(\mu\).
        nesterov: whether to look ahead along the velocity.

    All other arguments are those of `Optimizer`.

    Example:
        >>> SGD(0.1, momentum=0.9).momentum
        0.9

    Source: Sutskever et al., On the importance of initialization and momentum in deep learning,
    2013.
    """

    _rate: Any = arg(default=0.01, alias="learning_rate", convert=as_rate, old=("lr",))
    momentum: float = arg(default=0.0, check=FRACTION)
    nesterov: bool = arg(default=False, check=BOOL)

    slot_order = (("momentum",),)

    @native("sgd", "momentum", "nesterov")
    def rule(self, learning_rate: Any) -> GradientTransformation:
        """The update rule for one learning rate."""
        import optax

        descent = scaled(-learning_rate)
        if not self.momentum:
            return descent
        # The rate is inside the velocity, so that a new rate acts on new gradients only.
        return optax.chain(descent, optax.trace(self.momentum, self.nesterov))
