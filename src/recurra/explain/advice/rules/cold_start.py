"""The rule `cold-start`."""

from __future__ import annotations

from collections.abc import Iterator

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen

#: A series that was trained on has at least so many timesteps, and more times those predicted for.
LONG, TIMES = 100, 4
#: More samples are no long series but sentences, say, of different lengths.
FEW = 8


@rule("cold-start", at="predict")
def cold_start(seen: Seen) -> Iterator[Finding]:
    """A long series was learnt, and predictions for its next steps start from nothing.

    Each sequence that `predict` gets starts from a state of zeros: nothing is remembered from
    training, nor from the call before. If the 10 timesteps given go on after the 600 of the
    training, the model does not know those 600, and its first outputs are those of a series that
    has just begun.

    Give it what came before, and keep the last outputs; or let a stepper carry the state:

        model.predict(np.concatenate([x_train, x_new], axis=1))[:, -10:]

        stepper = model.stepper()
        for x_t in [*x_train[0], *x_new[0]]:
            output = stepper(x_t)

    The rule looks at models that give an output for each timestep, take any number of them, and are
    not stateful. It speaks where at most 8 series of 100 timesteps or more were trained on, and as
    many series of a quarter of that or less are predicted for. Where `Input` declares a number of
    timesteps, a warning says the same.
    """
    if len(seen.x) != 1 or len(seen.trained) != 1 or not seen.recurrent:
        return
    x, trained = seen.x[0], seen.trained[0]
    if x.timesteps is None or trained.timesteps is None or not x.samples == trained.samples <= FEW:
        return
    graph = getattr(seen.model, "_graph", None)
    any_length = graph is None or graph.flat_inputs[0].shape[1] is None
    per_step = all(p.shape[1:2] == x.shape[1:2] for p in seen.predictions)
    stateful = any(layer.stateful for layer in seen.recurrent)
    short = trained.timesteps >= max(LONG, TIMES * x.timesteps)
    if any_length and per_step and short and not stateful:
        yield Finding(
            f"the model learnt from {trained.timesteps} timesteps and is asked about "
            f"{x.timesteps}, which start from a state of zeros.",
            "nothing is remembered from training: if these timesteps go on after the others, the "
            "model does not know that.",
            (
                "model.predict(np.concatenate([x_train, x_new], axis=1))"
                f"[:, -{x.timesteps}:]  # with what came before",
                "stepper = model.stepper()  # takes one timestep at a time and keeps the state",
            ),
        )
