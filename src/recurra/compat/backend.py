"""`keras.backend` (K) of Keras 1 and 2: each function, and what does it today.

`RENAMED` and `RANDOM` stand for functions of `recurra.ops` and `recurra.random`; `MADE` holds those
that have other arguments or are something else today. Whatever is asked for is said once.
"""

from __future__ import annotations

from typing import Any

from recurra import activations, ops, random
from recurra.compat import kmade
from recurra.compat.said import say
from recurra.compat.steep import hard_sigmoid_keras1

_SAME = """
    sum mean max min prod std var any all logsumexp square sqrt abs exp log sin cos round sign clip
    maximum minimum equal not_equal greater greater_equal less less_equal cast stack
    squeeze reshape tile arange transpose eye zeros_like ones_like one_hot stop_gradient softmax
    sigmoid tanh elu softplus softsign shape dot
    binary_crossentropy categorical_crossentropy sparse_categorical_crossentropy
"""

#: Functions of `recurra.ops`, by the name that they have there.
RENAMED = {
    **{name: name for name in _SAME.split()},
    "pow": "power",
    "repeat_elements": "repeat",
    "get_value": "convert_to_numpy",
    "eval": "convert_to_numpy",
}

#: Functions of `recurra.random`, with the same arguments in the same order.
RANDOM = {
    "dropout": "dropout",
    "random_normal": "normal",
    "random_uniform": "uniform",
    "truncated_normal": "truncated_normal",
}

#: Functions with other arguments, and what is written today.
MADE: dict[str, tuple[Any, str]] = {
    "argmax": (lambda x, axis=-1: ops.argmax(x, axis=axis), "ops.argmax(x, axis=-1)"),
    "argmin": (lambda x, axis=-1: ops.argmin(x, axis=axis), "ops.argmin(x, axis=-1)"),
    "batch_dot": (kmade.batch_dot, "ops.einsum or layers.Dot"),
    "batch_flatten": (kmade.batch_flatten, "ops.reshape(x, (x.shape[0], -1))"),
    "batch_get_value": (lambda variables: [v.numpy() for v in variables], "model.get_weights()"),
    "bias_add": (lambda x, bias, data_format=None: x + bias, "x + bias"),
    "concatenate": (
        lambda tensors, axis=-1: ops.concatenate(tensors, axis=axis),
        "ops.concatenate(tensors, axis=-1)",
    ),
    "constant": (kmade.constant, "ops.convert_to_tensor(value, dtype)"),
    "count_params": (kmade.count_params, "the product of x.shape"),
    "cumprod": (lambda x, axis=0: ops.cumprod(x, axis=axis), "ops.cumprod(x, axis=0)"),
    "cumsum": (lambda x, axis=0: ops.cumsum(x, axis=axis), "ops.cumsum(x, axis=0)"),
    "dtype": (lambda x: str(x.dtype), "x.dtype"),
    "expand_dims": (lambda x, axis=-1: ops.expand_dims(x, axis), "ops.expand_dims(x, -1)"),
    "flatten": (lambda x: ops.reshape(x, (-1,)), "ops.reshape(x, (-1,))"),
    "function": (kmade.function, "Model(inputs, outputs)"),
    "gather": (lambda x, indices: ops.take(x, indices, axis=0), "ops.take(x, indices, axis=0)"),
    "hard_sigmoid": (hard_sigmoid_keras1, "ops.hard_sigmoid with another slope: clip(x / 6 + 0.5)"),
    "image_dim_ordering": (lambda: "tf", "image_data_format()"),
    "in_top_k": (
        lambda predictions, targets, k: ops.in_top_k(targets, predictions, k),
        "ops.in_top_k(targets, predictions, k)",
    ),
    "in_train_phase": (kmade.in_train_phase, "the `training` argument of `call`"),
    "int_shape": (lambda x: tuple(x.shape), "x.shape"),
    "l2_normalize": (kmade.l2_normalize, "ops.normalize"),
    "learning_phase": (kmade.learning_phase, "the `training` argument of `call`"),
    "ndim": (lambda x: len(x.shape), "len(x.shape)"),
    "ones": (kmade.ones, "Variable(ops.ones(shape))"),
    "permute_dimensions": (lambda x, pattern: ops.transpose(x, pattern), "ops.transpose(x, axes)"),
    "placeholder": (kmade.placeholder, "Input(shape)"),
    "print_tensor": (kmade.print_tensor, "jax.debug.print"),
    "random_binomial": (
        lambda shape, p=0.0, dtype=None, seed=None: random.binomial(shape, 1.0, p, dtype, seed),
        "random.binomial(shape, 1, p)",
    ),
    "repeat": (kmade.repeat, "ops.repeat(x[:, None], n, axis=1)"),
    "reverse": (lambda x, axes: ops.flip(x, axes), "ops.flip(x, axis)"),
    "relu": (
        lambda x, alpha=0.0, max_value=None: activations.relu(x, alpha, max_value),
        "ops.relu",
    ),
    "set_value": (lambda x, value: x.assign(value), "x.assign(value)"),
    "switch": (kmade.switch, "ops.where"),
    "temporal_padding": (kmade.temporal_padding, "ops.pad"),
    "update": (lambda x, value: x.assign(value), "x.assign(value)"),
    "update_add": (lambda x, value: x.assign_add(value), "x.assign_add(value)"),
    "update_sub": (lambda x, value: x.assign_sub(value), "x.assign_sub(value)"),
    "variable": (kmade.variable, "self.add_weight(...) or Variable(value)"),
    "zeros": (kmade.zeros, "Variable(ops.zeros(shape))"),
    **dict.fromkeys(
        (
            "set_image_dim_ordering",
            "set_learning_phase",
            "set_session",
            "get_session",
            "reset_uids",
            "manual_variable_initialization",
        ),
        (kmade.nothing, "nothing: leave the line out"),
    ),
}


def __getattr__(name: str) -> Any:
    """The function, said once what it is today."""
    if name in MADE:
        function, instead = MADE[name]
        say(f"`keras.backend.{name}` is now {instead}")
        return function
    for module, table in ((ops, RENAMED), (random, RANDOM)):
        if name in table:
            say(f"`keras.backend.{name}` is now `{module.__name__[8:]}.{table[name]}`")
            return getattr(module, table[name])
    raise AttributeError(name)


def __dir__() -> list[str]:
    return [*RENAMED, *RANDOM, *MADE]
