"""Makes the pictures of this directory: `python docs/pictures/make.py`."""

from pathlib import Path

from recurra import Input, Model, Sequential, drawing
from recurra.layers import LSTM, Concatenate, Dense, SimpleRNN

HERE = Path(__file__).parent


def unrolled() -> None:
    """What `SimpleRNN(64)` does with 64 timesteps of 1 feature, in batches of 1000."""
    model = Sequential([Input(batch_shape=(1000, 64, 1)), SimpleRNN(64, activation="relu")])
    model.layers[0].draw(HERE / "unrolled.svg")


def network() -> None:
    """A series and what is known of its shop become a level and a kind."""
    sales, shop = Input((20, 3), name="sales"), Input((5,), name="shop")
    x = LSTM(32, return_sequences=True, name="daily")(sales)
    x = Concatenate(name="both")([LSTM(16, name="last_day")(x), Dense(8, name="place")(shop)])
    outputs = {"level": Dense(1, name="level")(x), "kind": Dense(3, "softmax", name="kind")(x)}
    Model([sales, shop], outputs, name="forecast").draw(HERE / "network.svg")


def main() -> None:
    """Make all of them."""
    unrolled()
    network()
    drawing.windows(14, lookback=5, horizon=2, path=HERE / "windows.svg")


if __name__ == "__main__":
    main()
