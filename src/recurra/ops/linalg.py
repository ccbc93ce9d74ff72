"""Products of matrices, and linear algebra."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from recurra.engine.config import epsilon as small
from recurra.ops.making import BINARY, named, op

matmul = op(jnp.matmul, BINARY, "The matrix product of the last two axes.")
dot = op(
    jnp.dot, BINARY, "The sum of products along the last axis of x1 and the last but one of x2."
)
inner = op(jnp.inner, BINARY, "The sum of products along both last axes.")
outer = op(jnp.outer, BINARY, "All products of two values.")
vdot = op(jnp.vdot, BINARY, "The sum of products of all values.")
kron = op(jnp.kron, BINARY, "x2 times each value of x1, in blocks.")
tensordot = op(jnp.tensordot, "x1, x2, axes=2", "The sum of products along several axes.")
cross = op(
    jnp.cross, "x1, x2, axisa=-1, axisb=-1, axisc=-1, axis=None", "The vector orthogonal to both."
)
correlate = op(jnp.correlate, "x1, x2, mode='valid'", "The sums of products at each shift.")
trace = op(jnp.trace, "x, offset=0, axis1=0, axis2=1", "The sum of a diagonal.")


@op
def einsum(subscripts: str, *operands: Any, **kwargs: Any) -> Any:
    """Sums of products in Einstein's notation: "bti,io->bto"."""
    return jnp.einsum(subscripts, *operands, **kwargs)


@op
def cdist(x: Any, y: Any) -> Any:
    """The distances between all rows of x and all rows of y."""
    return jnp.sqrt(jnp.square(x[..., :, None, :] - y[..., None, :, :]).sum(axis=-1))


norm = op(jnp.linalg.norm, "x, ord=None, axis=None, keepdims=False", "The length.")
det = op(jnp.linalg.det, "x", "The determinant.")
slogdet = op(lambda x: tuple(jnp.linalg.slogdet(x)), "x", "Sign and logarithm of the determinant.")
logdet = op(lambda x: jnp.linalg.slogdet(x)[1], "x", "The logarithm of the determinant.")
inv = op(jnp.linalg.inv, "x", "The inverse.")
pinv = op(lambda x, rcond: jnp.linalg.pinv(x, rcond), "x, rcond=None", "The pseudo-inverse.")
eig = op(lambda x: tuple(jnp.linalg.eig(x)), "x", "Eigenvalues and eigenvectors.")
eigh = op(lambda x: tuple(jnp.linalg.eigh(x)), "x", "The same of a symmetric matrix.")
qr = op(lambda x, mode: tuple(jnp.linalg.qr(x, mode)), "x, mode='reduced'", "x as Q times R.")
svd = op(
    lambda x, full_matrices, compute_uv: jnp.linalg.svd(
        x, full_matrices=full_matrices, compute_uv=compute_uv
    ),
    "x, full_matrices=True, compute_uv=True",
    "x as U times singular values times V.",
)
matrix_rank = op(lambda x, tol: jnp.linalg.matrix_rank(x, tol), "x, tol=None", "The rank.")
lu_factor = op(lambda x: tuple(jax.scipy.linalg.lu_factor(x)), "x", "x as L times U, with pivots.")
lstsq = op(
    lambda a, b, rcond: jnp.linalg.lstsq(a, b, rcond)[0], "a, b, rcond=None", "Least squares."
)


@op
def cholesky(x: Any, upper: bool = False) -> Any:
    """X as L times its transpose: L, or the transpose if `upper`."""
    return jnp.linalg.cholesky(x, upper=upper)


@op
def cholesky_inverse(x: Any, upper: bool = False) -> Any:
    """The inverse of a matrix from its Cholesky factor."""
    return jax.scipy.linalg.cho_solve((x, not upper), jnp.eye(x.shape[-1], dtype=x.dtype))


@op
def solve(a: Any, b: Any) -> Any:
    """The x for which a x is b."""
    return (
        jnp.linalg.solve(a, b[..., None])[..., 0]
        if b.ndim == a.ndim - 1
        else jnp.linalg.solve(a, b)
    )


@op
def solve_triangular(a: Any, b: Any, lower: bool = False) -> Any:
    """The same for a triangular matrix."""
    return jax.scipy.linalg.solve_triangular(a, b, lower=lower)


@op
def normalize(x: Any, axis: Any = -1, order: Any = 2, epsilon: float | None = None) -> Any:
    """The vectors along an axis divided by their length, if that is not nearly 0."""
    epsilon = small() if epsilon is None else epsilon
    if order == 2:
        squares = jnp.square(x).sum(axis=axis, keepdims=True)
        return x * jnp.minimum(lax.rsqrt(squares), 1.0 / epsilon)
    return x / jnp.maximum(jnp.linalg.norm(x, order, axis, keepdims=True), epsilon)


named(globals())
