"""Recurrences large enough for several threads; `python -m tests.kernels.forked` prints digests.

Every call of each is above what a fork is worth (2 million multiplications). Some numbers are so
small that a processor may take them for zero: threads that differ in that would give other results.
"""

import hashlib
import json

import jax
import jax.numpy as jnp
import numpy as np

from recurra.kernels import Form, Recurrence, calls, library
from tests.kernels import drawn

#: Recurrences of one call: cell, steps, batch, features, units, type, mask, whether with dropout.
SIZES = [
    [("lstm", 10, 33, 70, 96, "float32", "right", False)],
    [("lstm", 60, 8, 64, 64, "float64", "none", True)],
    [("lstm", 12, 31, 48, 48, "float32", "none", False)],
    [("gru", 90, 65, 20, 24, "float32", "right", False)],
    [("gru_reset_before", 20, 47, 40, 48, "float32", "none", True)],
    [("simple_rnn", 128, 64, 17, 33, "float64", "right", False)],
    [("lstm", 40, 1, 100, 130, "float32", "none", False)],
    [("gru", 60, 5, 30, 70, "float32", k, False) for k in ("holes", "right")],
    [(c, 20, 40, 33, 50, "float64", "none", True) for c in ("lstm", "simple_rnn")],
]


def digest(number: int) -> str:
    """Of all results and gradients of one of them."""
    rng = np.random.default_rng(number)
    hows, arrays, d_results = [], [], []
    for cell, steps, batch, features, units, dtype, mask, dropout in SIZES[number]:
        sizes = steps, batch, features, units
        data = drawn._data(rng, cell, sizes, dtype, True, dropout, mask, 1.0)
        tiny = np.asarray(np.finfo(dtype).tiny * 3, dtype)
        data.x[:, ::3] *= tiny
        data.recurrent[::2] *= tiny
        how = Recurrence(reverse=len(hows) == 1, sequences=True)
        hows.append(calls.How(Form(cell, "tanh", "sigmoid"), how, drawn.STEP))
        arrays.append(calls.Arrays(*(None if a is None else jnp.asarray(a) for a in data)))
        d_outputs = jnp.asarray(rng.normal(size=(steps, batch, units)).astype(dtype))
        d_after = [jnp.asarray(rng.normal(size=s.shape).astype(dtype)) for s in data.states]
        d_results.append((d_outputs, tuple(d_after)))

    @jax.jit
    def run(arrays):
        results, kept = calls.forward(tuple(hows), arrays, training=True)
        return results, calls.backward(tuple(hows), arrays, kept, d_results, wants_input=True)

    found = hashlib.sha256()
    for _ in range(5):  # threads share the tasks in another way each time
        for array in jax.tree.leaves(run(tuple(arrays))):
            assert np.isfinite(np.asarray(array)).all()
            found.update(np.asarray(array).tobytes())
    return found.hexdigest()


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    print(json.dumps([library.threads(), *map(digest, range(len(SIZES)))]))
