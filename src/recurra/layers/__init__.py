"""Layers, one small file a family: the public names."""

from recurra.engine.layer import Layer as Layer
from recurra.engine.suggestions import names_of as _names_of
from recurra.layers.activation import ELU as ELU
from recurra.layers.activation import Activation as Activation
from recurra.layers.activation import LeakyReLU as LeakyReLU
from recurra.layers.activation import PReLU as PReLU
from recurra.layers.activation import ReLU as ReLU
from recurra.layers.activation import Softmax as Softmax
from recurra.layers.conv1d import Conv1D as Conv1D
from recurra.layers.dense import Dense as Dense
from recurra.layers.dropout import Dropout as Dropout
from recurra.layers.dropout import GaussianDropout as GaussianDropout
from recurra.layers.dropout import GaussianNoise as GaussianNoise
from recurra.layers.dropout import SpatialDropout1D as SpatialDropout1D
from recurra.layers.embedding import Embedding as Embedding
from recurra.layers.input import Input as Input
from recurra.layers.input import InputLayer as InputLayer
from recurra.layers.lambda_layer import Lambda as Lambda
from recurra.layers.masking import Masking as Masking
from recurra.layers.merging import Add as Add
from recurra.layers.merging import Average as Average
from recurra.layers.merging import Concatenate as Concatenate
from recurra.layers.merging import Dot as Dot
from recurra.layers.merging import Maximum as Maximum
from recurra.layers.merging import Minimum as Minimum
from recurra.layers.merging import Multiply as Multiply
from recurra.layers.merging import Subtract as Subtract
from recurra.layers.merging import add as add
from recurra.layers.merging import average as average
from recurra.layers.merging import concatenate as concatenate
from recurra.layers.merging import dot as dot
from recurra.layers.merging import maximum as maximum
from recurra.layers.merging import minimum as minimum
from recurra.layers.merging import multiply as multiply
from recurra.layers.merging import subtract as subtract
from recurra.layers.normalization import BatchNormalization as BatchNormalization
from recurra.layers.normalization import LayerNormalization as LayerNormalization
from recurra.layers.padding import Cropping1D as Cropping1D
from recurra.layers.padding import UpSampling1D as UpSampling1D
from recurra.layers.padding import ZeroPadding1D as ZeroPadding1D
from recurra.layers.pooling import AveragePooling1D as AveragePooling1D
from recurra.layers.pooling import GlobalAveragePooling1D as GlobalAveragePooling1D
from recurra.layers.pooling import GlobalMaxPooling1D as GlobalMaxPooling1D
from recurra.layers.pooling import MaxPooling1D as MaxPooling1D
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
from recurra.layers.reshaping import Flatten as Flatten
from recurra.layers.reshaping import Permute as Permute
from recurra.layers.reshaping import RepeatVector as RepeatVector
from recurra.layers.reshaping import Reshape as Reshape
from recurra.layers.standardizing import Normalization as Normalization
from recurra.layers.time_distributed import TimeDistributed as TimeDistributed
from recurra.layers.wrapper import Wrapper as Wrapper

# Keras's other names
Convolution1D = Conv1D
AvgPool1D = AveragePooling1D
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalMaxPool1D = GlobalMaxPooling1D
MaxPool1D = MaxPooling1D

for _name, _thing in list(globals().items()):
    if isinstance(_thing, type) and issubclass(_thing, Layer) and _thing is not Layer:
        LAYERS.add(_thing, _name)

__getattr__ = _names_of(__name__)
