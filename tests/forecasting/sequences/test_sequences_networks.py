"""The networks over sequences: what they see, and what padding must not change."""

import numpy as np
import pytest

from recurra import Input, Model
from recurra.forecasting.convolutions import CausalConv1D
from recurra.forecasting.sequences.classifier import SequenceClassifier
from recurra.forecasting.sequences.networks import NETWORKS


@pytest.mark.parametrize("steps, convolutions", [(3, 2), (7, 3), (8, 3), (100, 7)])
def test_convolutions_see_the_whole_sequence(steps, convolutions):
    """With 3 weights, dilated 1, 2, 4, ... below `steps`, they see 1 + 2 (2^k - 1) timesteps."""
    inputs = Input((steps, 2))
    model = Model(inputs, NETWORKS["tcn"](inputs, 4, steps))
    found = [layer for layer in model.layers if isinstance(layer, CausalConv1D)]
    assert [layer.dilation_rate for layer in found] == [(2**k,) for k in range(convolutions)]
    assert 1 + 2 * (2**convolutions - 1) >= steps > 2 ** (convolutions - 1)


def test_a_convolution_in_strides_keeps_the_mask_of_its_last_weight():
    """Strides of 3 end at timesteps 0, 3, 6; a sequence of 4 timesteps is real at the first two."""
    x = np.ones((1, 8, 1), np.float32)
    layer = CausalConv1D(1, (3,), strides=(3,), padding="causal", kernel_initializer="ones")
    assert np.asarray(layer(x))[0, :, 0].tolist() == [1.0, 3.0, 3.0]
    mask = np.arange(8)[None] < 4
    assert layer.compute_mask(x, mask).tolist() == [[True, True, False]]


@pytest.mark.parametrize("model", ["lstm", "tcn"])
def test_long_sequences_are_shortened_and_padding_tells_nothing(model):
    """2,000 timesteps in strides of 2000 / 512, rounded up: 4."""
    random = np.random.default_rng(0)
    X = [random.normal(size=500 + 150 * k) for k in range(11)]
    classifier = SequenceClassifier(model, epochs=1, units=3, random_state=0, validation=0)
    classifier.fit(X, np.arange(11) % 2)
    first = next(x for x in classifier.model_.layers if isinstance(x, CausalConv1D))
    assert first.strides == (4,)
    together = classifier.predict_proba(X)
    alone = np.concatenate([classifier.predict_proba([x]) for x in X[:2]])
    np.testing.assert_allclose(alone, together[:2], atol=1e-5)
    assert np.ptp(together[:, 0]) > 1e-4  # the sequences are told apart at all
