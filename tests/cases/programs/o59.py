"""Custom layers with the usual slips: each message points at the user's line and says the cure."""

import traceback

import numpy as np
from keras.layers import Dense, Input, Layer
from keras.models import Sequential


def attempt(what):
    try:
        what()
    except Exception:
        print(traceback.format_exc())


class OldDimension(Layer):
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1].value, 2), name="w")

    def call(self, x):
        return x @ self.w


class ListPlusTuple(Layer):
    def build(self, input_shape):
        self.w = self.add_weight(shape=[1] + input_shape[1:], name="w")  # noqa: RUF005

    def call(self, x):
        return x * self.w


class NoReturn(Layer):
    def call(self, x):
        x * 2.0


class WeightInCall(Layer):
    def call(self, x):
        self.w = self.add_weight(shape=(x.shape[-1],), name="w")
        return x * self.w


class BigBuild(Layer):
    def Build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1],), name="w")

    def call(self, x):
        return x * self.w


for layer in (OldDimension, ListPlusTuple, NoReturn, WeightInCall, BigBuild):
    attempt(lambda kind=layer: Sequential([Input((4, 3)), kind(), Dense(1)]))
    attempt(lambda kind=layer: kind()(np.ones((2, 4, 3), "float32")))
