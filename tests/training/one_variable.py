"""One variable and its gradients: what a test of an optimizer needs."""

import numpy as np

from recurra.engine.variable import Variable

G = np.array([0.5, -2.0], "float32")
NAMES = ("SGD", "RMSprop", "Adam", "AdamW", "Adagrad", "Adamax", "Nadam")


def after(optimizer, *gradients, start=(1.0, 2.0)):
    """The value of one variable after these gradients."""
    weight = Variable(np.array(start, "float32"), name="weight")
    for g in gradients:
        optimizer.apply([np.asarray(g, "float32")], [weight])
    return weight.numpy()
