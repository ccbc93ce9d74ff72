"""The rule `fixed-batch`."""

from __future__ import annotations

from collections.abc import Iterator

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen


@rule("fixed-batch", at="data")
def fixed_batch(seen: Seen) -> Iterator[Finding]:
    """The batch size is part of the model, and nothing needs it there.

    `Input(batch_shape=(52, 20, 30))` says that the model will only ever see 52 samples at once.
    That is needed for one thing: `stateful=True`, where each of 52 states is carried from batch to
    batch. All other layers treat each sample by itself. How many samples go into one training step
    is said to `fit`, can be changed there at any time, and does not matter to `predict`:

        inputs = Input((20, 30))
        model.fit(x, y, batch_size=52)

    The rule looks at the shapes of the model's inputs. It says nothing where a layer is stateful or
    where layers of your own may rely on the size.
    """
    graph = getattr(seen.model, "_graph", None)
    if graph is None or any(getattr(layer, "stateful", False) for layer in seen.layers):
        return
    if not all(_is_ours(operation) for operation in (*graph.operations, *seen.layers)):
        return
    for tensor in graph.flat_inputs:
        batch, *sizes = tensor.shape
        if batch is not None:
            shape = f"({', '.join(map(str, sizes))}{',' * (len(sizes) == 1)})"
            yield Finding(
                f"the model's input is fixed at batches of {batch}, and no layer is stateful.",
                "only states that are carried from batch to batch need a fixed size; here it buys "
                "nothing.",
                (f"Input({shape}), and model.fit(x, y, batch_size={batch})",),
            )
            return


def _is_ours(operation: object) -> bool:
    kind = type(operation)
    return kind.__module__.startswith("recurra.layers.") and kind.__name__ != "Lambda"
