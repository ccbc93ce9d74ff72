"""Recurrent layers: one wrapper, one file a cell."""

from recurra.layers.recurrent.bidirectional import Bidirectional as Bidirectional
from recurra.layers.recurrent.gru import GRU as GRU
from recurra.layers.recurrent.gru import GRUCell as GRUCell
from recurra.layers.recurrent.lstm import LSTM as LSTM
from recurra.layers.recurrent.lstm import LSTMCell as LSTMCell
from recurra.layers.recurrent.rnn import RNN as RNN
from recurra.layers.recurrent.rnn import StackedRNNCells as StackedRNNCells
from recurra.layers.recurrent.simple_rnn import SimpleRNN as SimpleRNN
from recurra.layers.recurrent.simple_rnn import SimpleRNNCell as SimpleRNNCell
