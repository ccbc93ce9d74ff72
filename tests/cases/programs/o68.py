"""Misspelt names and wrong kinds of values: did you mean ...?"""

from keras.layers import LSTM, Dense, Input
from keras.models import Sequential


def attempt(what):
    try:
        what()
    except Exception as error:
        print(f"{type(error).__name__}: {error}\n")


def model():
    return Sequential([Input((10, 2)), LSTM(4), Dense(1)])


attempt(lambda: LSTM(30 / 2))
attempt(lambda: LSTM(4, return_sequence=True))
attempt(lambda: LSTM(4, activation="Relu"))
attempt(lambda: model().compile(optimizer="adam", loss="mean_square_error"))
attempt(lambda: model().compile("mse", "adam"))
attempt(lambda: model().compile("adam", "mse", metrics="mae"))
attempt(lambda: LSTM(4, dropout=1.5))
attempt(lambda: Dense(4, kernel_initializer="he_norml"))
attempt(lambda: model().compile("adm", "mse"))
attempt(lambda: model().compile("adam", "mse", metrics=["acuracy"]))
attempt(lambda: model().fitt())
