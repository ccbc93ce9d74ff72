"""What a rule finds, without training: the tests of rules are written with these two functions."""

from recurra import Input, Model, Sequential
from recurra.explain.advice.rule import load_rules
from recurra.training.advised import seen_of


def seen(
    layers,
    x,
    y=None,
    loss="mse",
    *,
    metrics=None,
    validation=None,
    weighted=False,
    shuffle=True,
    batch_size=None,
    epochs=1,
    history=None,
    optimizer="adam",
    **more,
):
    """Everything a rule may look at, as `fit` would see it.

    layers: a model, or a list of layers behind `Input(x.shape[1:])`.
    more: further attributes of `Seen`: predictions, before, calls, given.
    """
    model = layers if isinstance(layers, Model) else Sequential([Input(x.shape[1:]), *layers])
    model.compile(optimizer, loss, metrics=metrics)
    train = model._feed("train").batches(x, y, batch_size=batch_size, shuffle=shuffle)
    held_out = None if validation is None else model._validation(validation, None, None)
    result = seen_of(model, train, held_out)
    result.given, result.weighted, result.epochs = x, weighted, epochs
    result.history = history or {}
    for name, value in more.items():
        setattr(result, name, value)
    return result


def found(rule, *arguments, **keywords):
    """The finding of one rule in `seen(...)` as text, None where it finds nothing."""
    findings = list(load_rules()[rule].function(seen(*arguments, **keywords)))
    assert len(findings) <= 1, "a rule speaks once"
    return str(findings[0]._replace(rule=rule)) if findings else None
