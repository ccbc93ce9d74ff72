"""Layers, one small file a family: the public names."""

from recurra.engine.layer import Layer as Layer
from recurra.layers.dense import Dense as Dense
from recurra.layers.input import Input as Input
from recurra.layers.input import InputLayer as InputLayer
from recurra.layers.recurrent import GRU as GRU
from recurra.layers.recurrent import LSTM as LSTM
from recurra.layers.recurrent import RNN as RNN
from recurra.layers.recurrent import Bidirectional as Bidirectional
from recurra.layers.recurrent import GRUCell as GRUCell
from recurra.layers.recurrent import LSTMCell as LSTMCell
from recurra.layers.recurrent import SimpleRNN as SimpleRNN
from recurra.layers.recurrent import SimpleRNNCell as SimpleRNNCell
from recurra.layers.recurrent import StackedRNNCells as StackedRNNCells
from recurra.layers.registry import LAYERS as LAYERS

for _thing in list(globals().values()):
    if isinstance(_thing, type) and issubclass(_thing, Layer) and _thing is not Layer:
        LAYERS.add(_thing)
