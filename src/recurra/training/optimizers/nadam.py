"""Adam with Nesterov's momentum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp

from recurra.engine.arguments import FRACTION, NOT_NEGATIVE, arg, declared
from recurra.training.optimizers.optimizer import Optimizer, registry
from recurra.training.optimizers.rules import chain, per_array, scaled

if TYPE_CHECKING:
    from optax import GradientTransformation


@registry.add
@declared
class Nadam(Optimizer):
    r"""Adam that looks ahead along its momentum.

    With \(u_t = \beta_1 (1 - \tfrac{1}{2} 0.96^t)\), \(U_t = \prod_{i \le t} u_i\) and Adam's
    \(m\) and \(v\): \(\hat m = \frac{u_{t+1}}{1 - U_{t+1}} m + \frac{1 - u_t}{1 - U_t} g\),
    \(w \leftarrow w - \eta \hat m / (\sqrt{v / (1-\beta_2^t)} + \epsilon)\).

    Args:
        learning_rate: \(\eta\), a number, a schedule or a function that takes nothing.
        beta_1: \(\beta_1\).
        beta_2: \(\beta_2\).
        epsilon: \(\epsilon\).

    All other arguments are those of `Optimizer`.

    Example:
        >>> Nadam(0.01).beta_1
        0.9

    Source: Dozat, Incorporating Nesterov momentum into Adam, 2016.
    """

    beta_1: float = arg(default=0.9, check=FRACTION)
    beta_2: float = arg(default=0.999, check=FRACTION)
    epsilon: float = arg(default=1e-7, check=NOT_NEGATIVE)

    slot_order = (("momentum", "velocity"), ("u_product",))

    def rule(self, learning_rate: Any) -> GradientTransformation:
        """The update rule for one learning rate."""
        return chain(self._moments(), scaled(-learning_rate))

    def _moments(self) -> GradientTransformation:
        import optax

        t = self.step
        now, ahead = (self.beta_1 * (1.0 - 0.5 * 0.96**n) for n in (t, t + 1.0))

        def arrays(product: Any) -> GradientTransformation:
            by_m, by_g = ahead / (1.0 - product * ahead), (1.0 - now) / (1.0 - product)
            by_v = 1.0 / (1.0 - self.beta_2**t)

            def step(g: Any, m: Any, v: Any) -> tuple:
                m = m + (g - m) * (1.0 - self.beta_1)
                v = v + (jnp.square(g) - v) * (1.0 - self.beta_2)
                look = by_m.astype(g.dtype) * m + by_g.astype(g.dtype) * g
                return look / (jnp.sqrt(v * by_v.astype(g.dtype)) + self.epsilon), m, v

            return per_array(step, "momentum", "velocity")

        def init(values: Sequence[Any]) -> dict[str, Any]:
            start = jnp.ones((), jnp.float32)
            return {"u_product": start, **arrays(start).init(values)}  # type: ignore[arg-type, dict-item]

        def update(gradients: Any, state: dict[str, Any], values: Any = None) -> tuple:
            product = state.pop("u_product") * now
            updates, kept = arrays(product).update(gradients, state)  # type: ignore[arg-type]
            return updates, {"u_product": product, **kept}  # type: ignore[dict-item]

        return optax.GradientTransformation(init, update)  # type: ignore[arg-type]
