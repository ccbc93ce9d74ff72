"""Rules that divide by the size gradients have had: RMSprop and Adagrad."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recurra.engine.arguments import BOOL, FRACTION, NOT_NEGATIVE, arg, declared
from recurra.training.optimizers.optimizer import Optimizer, registry
from recurra.training.optimizers.rules import native, scaled

if TYPE_CHECKING:
    from optax import GradientTransformation


@registry.named("rmsprop")
@declared
class RMSprop(Optimizer):
    r"""Gradients over the root of their recent mean square.

    \(s \leftarrow \rho s + (1-\rho) g^2\), \(m \leftarrow \mu m + \eta g / \sqrt{s + \epsilon}\),
    \(w \leftarrow w - m\). With `centered`, the square of the mean gradient is taken from \(s\).

    Args:
        learning_rate: \(\eta\), a number, a schedule or a function that takes nothing.
        rho: \(\rho\), how much of the mean square stays at each step.
        momentum: \(\mu\).
        epsilon: \(\epsilon\).
        centered: whether to divide by the deviation from the mean gradient.

    All other arguments are those of `Optimizer`.

    Example:
        >>> RMSprop(0.01, rho=0.95).rho
        0.95

    Source: Hinton, Neural networks for machine learning, lecture 6, 2012.
    """

    rho: float = arg(default=0.9, check=FRACTION)
    momentum: float = arg(default=0.0, check=FRACTION)
    epsilon: float = arg(default=1e-7, check=NOT_NEGATIVE)
    centered: bool = arg(default=False, check=BOOL)

    slot_order = (("velocity",), ("momentum",), ("average_gradient",))

    @native("rmsprop", "rho", "momentum", "epsilon", "centered")
    def rule(self, learning_rate: Any) -> GradientTransformation:
        """The update rule for one learning rate."""
        import optax

        by_size = optax.scale_by_stddev if self.centered else optax.scale_by_rms
        steps = [by_size(self.rho, self.epsilon), scaled(learning_rate)]
        if self.momentum:
            steps.append(optax.trace(self.momentum))
        return optax.chain(*steps, optax.scale(-1.0))  # the momentum is kept with Keras's sign


@registry.add
@declared
class Adagrad(Optimizer):
    r"""Gradients over the root of the sum of their squares since the start.

    \(s \leftarrow s + g^2\), \(w \leftarrow w - \eta g / \sqrt{s + \epsilon}\).

    Args:
        learning_rate: \(\eta\), a number, a schedule or a function that takes nothing.
        initial_accumulator_value: \(s\) at the start.
        epsilon: \(\epsilon\).

    All other arguments are those of `Optimizer`.

    Example:
        >>> Adagrad(0.5).initial_accumulator_value
        0.1

    Source: Duchi, Hazan and Singer, Adaptive subgradient methods, 2011.
    """

    initial_accumulator_value: float = arg(default=0.1, check=NOT_NEGATIVE)
    epsilon: float = arg(default=1e-7, check=NOT_NEGATIVE)

    slot_order = (("accumulator",),)

    def rule(self, learning_rate: Any) -> GradientTransformation:
        """The update rule for one learning rate."""
        import optax

        by_sum = optax.scale_by_rss(self.initial_accumulator_value, self.epsilon)
        return optax.chain(by_sum, scaled(-learning_rate))
