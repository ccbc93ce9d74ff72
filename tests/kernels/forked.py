"""Recurrences large enough for several threads; `python -m tests.kernels.forked` prints digests.

Every call of each is above what a fork is worth (2 million multiplications). Two have so few
weights that their gradients are sums over ranges of steps. Some numbers are so small that a
processor may take them for zero: threads that differ in that would give other results.
"""

import hashlib
import json

import jax
import jax.numpy as jnp
import numpy as np

from recurra.kernels import Form, Recurrence, calls, library
from tests.kernels import drawn

#: cell, steps, batch, features, units, type, whether masked, whether with dropout
SIZES = [
    ("lstm", 10, 33, 70, 96, "float32", True, False),
    ("lstm", 60, 8, 64, 64, "float64", False, True),
    ("lstm", 12, 31, 48, 48, "float32", False, False),
    ("gru", 90, 65, 20, 24, "float32", True, False),
    ("gru_reset_before", 20, 47, 40, 48, "float32", False, True),
    ("simple_rnn", 128, 64, 17, 33, "float64", True, False),
]


def digest(number: int) -> str:
    """Of all results and gradients of one of them."""
    cell, *sizes, dtype, masked, dropout = SIZES[number]
    rng = np.random.default_rng(number)
    mask = "right" if masked else "none"
    data = drawn._data(rng, cell, tuple(sizes), dtype, True, dropout, mask, 1.0)
    tiny = np.finfo(dtype).tiny
    data.x[:, ::3] *= np.asarray(tiny * 3, dtype)
    data.recurrent[::2] *= np.asarray(tiny * 3, dtype)
    arrays = calls.Arrays(*(None if a is None else jnp.asarray(a) for a in data))
    steps, batch, _, units = sizes
    d_outputs = jnp.asarray(rng.normal(size=(steps, batch, units)).astype(dtype))
    d_after = tuple(jnp.asarray(rng.normal(size=s.shape).astype(dtype)) for s in data.states)
    how = calls.How(Form(cell, "tanh", "sigmoid"), Recurrence(sequences=True), drawn.STEP)

    @jax.jit
    def run(arrays):
        results, kept = calls.forward(how, arrays, training=True)
        return results, calls.backward(how, arrays, kept, (d_outputs, d_after), wants_input=True)

    found = hashlib.sha256()
    for _ in range(5):  # threads share the tasks in another way each time
        for array in jax.tree.leaves(run(arrays)):
            assert np.isfinite(np.asarray(array)).all()
            found.update(np.asarray(array).tobytes())
    return found.hexdigest()


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    print(json.dumps([library.threads(), *map(digest, range(len(SIZES)))]))
