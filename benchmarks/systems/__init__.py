"""The systems that are compared, behind one interface.

A system's module has `Trained(program)`: a model with the program's initial weights, with
`fit(x, y, batch, epochs, shuffle)`, which returns the losses of the epochs, and
`predict(x, batch)`, which returns an array; where there is such a thing, `set_threads(n)` and
`stepper()`, a function from the next timestep's features to the output so far.
Nothing of a system is imported before it is asked for.
"""

from __future__ import annotations

import os
from typing import Any

from program import Program

#: What systems are called in tables and charts.
NAMES = {
    "recurra": "recurra",
    "keras-jax": "Keras on JAX",
    "keras-tensorflow": "Keras on TensorFlow",
    "pytorch": "PyTorch",
    "onnxruntime": "ONNX Runtime",
}


def opened(system: str, program: Program) -> Any:
    """The program's model in the system of that name."""
    if system == "pytorch":
        from systems.pytorch import Trained
    elif system == "onnxruntime":
        from systems.onnxruntime import Trained
    else:
        from systems.keras import Trained

        if system == "recurra":
            import recurra as library
        else:
            os.environ["KERAS_BACKEND"] = system.removeprefix("keras-")
            import keras as library
        return Trained(program, library)
    return Trained(program)
