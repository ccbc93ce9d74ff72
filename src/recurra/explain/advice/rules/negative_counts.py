"""The rule `negative-counts`."""

from __future__ import annotations

from collections.abc import Iterator

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.ranges import ending
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen

#: Activations that give numbers below 0, and which.
_BELOW_0 = {
    "linear": "any number",
    "tanh": "numbers from -1 to 1",
    "hard_tanh": "numbers from -1 to 1",
    "softsign": "numbers from -1 to 1",
    "elu": "numbers from -1 on",
    "selu": "numbers from -1.76 on",
    "leaky_relu": "any number",
}


@rule("negative-counts", at="data")
def negative_counts(seen: Seen) -> Iterator[Finding]:
    r"""The Poisson loss takes numbers above 0, and the last layer gives negative ones as well.

    The loss of a count \(y\) with the expected count \(\hat y\) is \(\hat y - y \log \hat y\). A
    negative number has no logarithm: the first such output makes the loss NaN, and then every
    weight.

    End the model with an activation that gives numbers above 0:

        model.add(Dense(1, activation="softplus"))     # nearly the number itself where it is large
        model.add(Dense(1, activation="exponential"))  # inputs multiply the count, they do not add
        model.compile("adam", "poisson")

    `exponential` is what statistics calls a Poisson regression; with inputs that are not scaled it
    soon gives enormous numbers, and `softplus` does not. The rule looks at the last activation and
    the loss, not at data; of a layer of your own it says nothing.
    """
    for output in seen.outputs:
        if output.loss != "poisson" or output.activation not in _BELOW_0:
            continue
        name = "no activation" if output.activation == "linear" else output.activation
        yield Finding(
            f"{output.layer.label} ends in {name}, which gives {_BELOW_0[output.activation]}, and "
            "poisson takes numbers above 0.",
            "it takes the logarithm of the output: one below 0 makes the loss NaN.",
            (
                ending(output.layer, output.units, "softplus"),
                "activation='exponential'  # where inputs multiply the count",
            ),
        )
        return
