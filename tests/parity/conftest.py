"""The real Keras runs on JAX here, as recurra does."""

import os

os.environ["KERAS_BACKEND"] = "jax"
