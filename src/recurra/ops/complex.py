"""Complex numbers as pairs of real ones, and Fourier transforms of them."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from recurra.ops.making import named, op


def _pair(z: Any) -> tuple[Any, Any]:
    return jnp.real(z), jnp.imag(z)


def _joined(x: Any) -> Any:
    return lax.complex(x[0], x[1])


fft = op(lambda x: _pair(jnp.fft.fft(_joined(x))), "x", "The transform of (real, imaginary).")
fft2 = op(lambda x: _pair(jnp.fft.fft2(_joined(x))), "x", "The same over the last two axes.")
ifft2 = op(lambda x: _pair(jnp.fft.ifft2(_joined(x))), "x", "The inverse of `fft2`.")
rfft = op(
    lambda x, fft_length: _pair(jnp.fft.rfft(x, fft_length)),
    "x, fft_length=None",
    "The transform of real numbers.",
)
irfft = op(
    lambda x, fft_length: jnp.fft.irfft(_joined(x), fft_length),
    "x, fft_length=None",
    "The inverse of `rfft`.",
)
polar = op(
    lambda length, angle: lax.complex(length * jnp.cos(angle), length * jnp.sin(angle)),
    "abs_, angle",
    "The complex number of a length and an angle.",
)
view_as_complex = op(
    lambda x: lax.complex(x[..., 0], x[..., 1]), "x", "A last axis of two as one complex number."
)
view_as_real = op(lambda x: jnp.stack(_pair(x), axis=-1), "x", "The reverse.")

named(globals())
