"""Adam and its relatives: running means of the gradient and of its size.

Optax's own rules differ from Keras's in where epsilon is added, keep the maximum of corrected
squares, and count steps in an array of their own. So the steps are written out here, with
epsilon and the bias correction where Keras has them and the optimizer's own count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax.numpy as jnp

from recurra.engine.arguments import BOOL, FRACTION, NOT_NEGATIVE, arg, declared
from recurra.training.optimizers.optimizer import Optimizer, registry
from recurra.training.optimizers.rules import chain, native, per_array, scaled

if TYPE_CHECKING:
    from optax import GradientTransformation


@registry.add
@declared
class Adam(Optimizer):
    r"""Adaptive moments.

    \(m \leftarrow \beta_1 m + (1-\beta_1) g\), \(v \leftarrow \beta_2 v + (1-\beta_2) g^2\),
    \(w \leftarrow w - \eta \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} m / (\sqrt{v} + \epsilon)\).

    Args:
        learning_rate: \(\eta\), a number, a schedule or a function that takes nothing.
        beta_1: \(\beta_1\).
        beta_2: \(\beta_2\).
        epsilon: \(\epsilon\).
        amsgrad: whether to divide by the largest \(v\) so far.

    All other arguments are those of `Optimizer`.

    Example:
        >>> Adam(0.01, beta_1=0.8).beta_1
        0.8

    Source: Kingma and Ba, Adam, 2014, https://arxiv.org/abs/1412.6980; `amsgrad`: Reddi, Kale and
    Kumar, On the convergence of Adam and beyond, 2018, https://arxiv.org/abs/1904.09237
    """

    beta_1: float = arg(default=0.9, check=FRACTION)
    beta_2: float = arg(default=0.999, check=FRACTION)
    epsilon: float = arg(default=1e-7, check=NOT_NEGATIVE)
    amsgrad: bool = arg(default=False, check=BOOL)

    slot_order = (("momentum", "velocity"), ("velocity_hat",))

    def _factor(self, learning_rate: Any) -> Any:
        """The rate times what both means lack at the start, since they begin with zero."""
        t = self.step
        return learning_rate * (jnp.sqrt(1.0 - self.beta_2**t) / (1.0 - self.beta_1**t))

    @native("adam", "beta_1", "beta_2", "epsilon", "amsgrad")
    def rule(self, learning_rate: Any) -> GradientTransformation:
        """The update rule for one learning rate."""

        def step(g: Any, m: Any, v: Any, *largest: Any) -> tuple:
            m = m + (g - m) * (1.0 - self.beta_1)
            v = v + (jnp.square(g) - v) * (1.0 - self.beta_2)
            largest = tuple(jnp.maximum(hat, v) for hat in largest)
            size = largest[0] if largest else v
            return m / (jnp.sqrt(size) + self.epsilon), m, v, *largest

        kept = ("momentum", "velocity", "velocity_hat")[: 2 + self.amsgrad]
        return chain(per_array(step, *kept), scaled(-self._factor(learning_rate)))


@registry.named("adamw")
@declared
class AdamW(Adam):
    r"""Adam with weight decay: each step also multiplies the weights by \(1 - \eta \lambda\).

    Args:
        learning_rate: \(\eta\), a number, a schedule or a function that takes nothing.
        weight_decay: \(\lambda\).
        beta_1: as in `Adam`.
        beta_2: as in `Adam`.
        epsilon: as in `Adam`.
        amsgrad: as in `Adam`.

    All other arguments are those of `Optimizer`.

    Example:
        >>> AdamW(0.01).weight_decay
        0.004

    Source: Loshchilov and Hutter, Decoupled weight decay regularization, 2019,
    https://arxiv.org/abs/1711.05101
    """

    weight_decay: float = arg(default=0.004, check=NOT_NEGATIVE)


@registry.add
@declared
class Adamax(Optimizer):
    r"""Adam by the largest gradient instead of the mean square.

    \(m \leftarrow \beta_1 m + (1-\beta_1) g\), \(u \leftarrow \max(\beta_2 u, |g|)\),
    \(w \leftarrow w - \frac{\eta}{1-\beta_1^t} m / (u + \epsilon)\).

    Args:
        learning_rate: \(\eta\), a number, a schedule or a function that takes nothing.
        beta_1: \(\beta_1\).
        beta_2: \(\beta_2\).
        epsilon: \(\epsilon\).

    All other arguments are those of `Optimizer`.

    Example:
        >>> Adamax(0.01).beta_2
        0.999

    Source: Kingma and Ba, Adam, section 7, 2014, https://arxiv.org/abs/1412.6980
    """

    beta_1: float = arg(default=0.9, check=FRACTION)
    beta_2: float = arg(default=0.999, check=FRACTION)
    epsilon: float = arg(default=1e-7, check=NOT_NEGATIVE)

    slot_order = (("momentum", "norm"),)

    def rule(self, learning_rate: Any) -> GradientTransformation:
        """The update rule for one learning rate."""

        def step(g: Any, m: Any, u: Any) -> tuple:
            m = m + (g - m) * (1.0 - self.beta_1)
            u = jnp.maximum(self.beta_2 * u, jnp.abs(g))
            return m / (u + self.epsilon), m, u

        correction = 1.0 / (1.0 - self.beta_1**self.step)
        moments = per_array(step, "momentum", "norm")
        return chain(moments, scaled(-learning_rate * correction))
