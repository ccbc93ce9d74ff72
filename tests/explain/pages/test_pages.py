"""Pages on errors: found by the messages of recurra and of other libraries, and what they say."""

import io

import numpy as np
import pytest

import recurra as rc
from recurra.cli import main
from recurra.explain.advice.rule import load_rules
from recurra.explain.pages import explain_text, pages
from recurra.explain.pages.search import find_page

#: A message as a library prints it, and the page that explains it.
MESSAGES = {
    "Input 0 with name 'None' of layer 'lstm_8' is incompatible with the layer: expected ndim=3, "
    "found ndim=2. Full shape received: (None, 9)": "another-number-of-axes",
    "Input 0 of layer conv1d is incompatible with the layer: expected min_ndim=3, found ndim=2. "
    "Full shape received: (None, 64)": "another-number-of-axes",
    "Error when checking input: expected lstm_1_input to have 3 dimensions, but got array with "
    "shape (100, 9)": "another-number-of-axes",
    "expected shape=(None, 20, 3), found shape=(8, 3, 20)": "axis-of-another-size",
    "Expected shape (None, 9, 4), but input has incompatible shape (32, 36)": (
        "axis-of-another-size"
    ),
    "Input 0 with name 'None' of layer 'dense_4' is incompatible with the layer: expected axis -1 "
    "of input shape to have value 72, but received input with shape (8, 112)": (
        "axis-of-another-size"
    ),
    "dot_general requires contracting dimensions to have the same shape, got (34,) and (4,).": (
        "axis-of-another-size"
    ),
    "Dimensions must be equal, but are 20 and 3 for '{{node lstm/MatMul}}": "axis-of-another-size",
    "mat1 and mat2 shapes cannot be multiplied (32x10 and 20x5)": "axis-of-another-size",
    "ValueError: Negative dimension size caused by subtracting 3 from 1 for "
    "'conv1d_1/convolution/Conv2D'": "no-timesteps-left",
    "Computed output size would be zero or negative. Received: `inputs.shape=[None 1 8]`": (
        "no-timesteps-left"
    ),
    "Shapes used to initialize variables must be fully-defined (no `None` dimensions).": (
        "unknown-size"
    ),
    "TypeError: Failed to convert object of type <class 'tuple'> to Tensor. Contents: (None, 16). "
    "Consider casting elements to a supported type.": "unknown-size",
    "Incompatible shapes for broadcasting: shapes=[(32, 6, 2), (32, 6)]": (
        "targets-of-another-shape"
    ),
    "sub got incompatible shapes for broadcasting: (32, 3), (32, 5).": "targets-of-another-shape",
    "A target array with shape (100, 3) was passed for an output of shape (None, 1)": (
        "targets-of-another-shape"
    ),
    "Arguments `target` and `output` must have the same shape. Received: target.shape=(32,), "
    "output.shape=(32, 3)": "class-numbers",
    "Arguments `target` and `output` must have the same shape up until the last dimension: "
    "target.shape=(32, 3), output.shape=(32, 3)": "class-numbers",
    "Received a label value of 3 which is outside the valid range of [0, 3).": "class-numbers",
    "Data cardinality is ambiguous. Make sure all arrays contain the same number of samples.": (
        "different-numbers-of-samples"
    ),
    "setting an array element with a sequence. The requested array has an inhomogeneous shape "
    "after 1 dimensions.": "sequences-of-several-lengths",
    "Failed to convert a NumPy array to a Tensor (Unsupported object type numpy.ndarray).": (
        "sequences-of-several-lengths"
    ),
    "Unrecognized data type: x=[[[1.0], [2.0], [3.0]]] (of type <class 'list'>)": (
        "lists-instead-of-arrays"
    ),
    'Layer "dense_33" expects 1 input(s), but it received 3 input tensors.': (
        "lists-instead-of-arrays"
    ),
    "Input X contains NaN.": "not-a-number",
    "Batch 3: Invalid loss, terminating training": "not-a-number",
    "Unrecognized keyword arguments passed to LSTM: {'batch_size': 1}": "unknown-argument",
    "JAXTrainer.fit() got an unexpected keyword argument 'nb_epoch'": "unknown-argument",
    "Argument(s) not recognized: {'lr': 0.01}": "unknown-argument",
    "Could not interpret activation function identifier: Relu": "unknown-name",
    "Unknown loss function: mean_square_error": "unknown-name",
    "No module named 'keras.engine'": "old-imports",
    "cannot import name 'TimeseriesGenerator' from 'keras.preprocessing.sequence'": "old-imports",
    "module 'keras.backend' has no attribute 'dot'": "old-imports",
    "If an RNN is stateful, the batch size of the input sequences must be the same as the batch "
    "size of the initial state.": "stateful-batches",
    "When using `stateful=True` in a RNN, the batch size must be static.": "stateful-batches",
    "An `initial_state` was passed that is not compatible with `cell.state_size`.": (
        "states-of-another-size"
    ),
    "scan got values with different leading axis sizes: 5, 6.": "masks",
    "this layer does not support masking and will therefore destroy the mask information.": "masks",
    "A KerasTensor cannot be used as input to a TensorFlow function.": "values-not-known-yet",
    "jax.errors.TracerBoolConversionError: Attempted boolean conversion of traced array": (
        "values-not-known-yet"
    ),
    "All `outputs` values must be KerasTensors. Received: outputs=None": "own-layers",
    "'int' object has no attribute 'value'": "own-layers",
    'can only concatenate list (not "tuple") to list': "own-layers",
    "You tried to call `count_params` on layer 'sequential_39', but the layer isn't built.": (
        "not-built"
    ),
    "You must compile your model before training/testing.": "not-compiled",
    "When passing a Python generator to a Keras model, the generator must return a tuple": (
        "sources-of-batches"
    ),
    "Your input ran out of data; interrupting training.": "sources-of-batches",
    "Invalid filepath extension for saving. Please add either a `.keras` extension": "saving",
    "Could not locate class 'Scale'. Make sure custom classes are decorated": "saving",
    "Cannot convert '20' to a shape.": "a-shape-is-a-tuple",
    "non-broadcastable output operand with shape (59,1) doesn't match the broadcast shape (59,4)": (
        "scaler-of-other-columns"
    ),
    "X has 1 features, but MinMaxScaler is expecting 4 features as input.": (
        "scaler-of-other-columns"
    ),
    "all the input array dimensions except for the concatenation axis must match exactly, but "
    "along dimension 2, the array at index 0 has size 3 and the array at index 1 has size 1": (
        "window-and-prediction"
    ),
    "For the given forecasting horizon `n=12`, the provided future covariates at dataset index `0` "
    "do not extend far enough into the future. As `n <= output_chunk_length` the future covariates "
    "must end at time step `2022-10-01 16:00:00`, whereas now they end at time step `2022-10-01 "
    "04:00:00`.": "columns-of-the-future",
    "Using a target size (torch.Size([8])) that is different to the input size "
    "(torch.Size([8, 1])).": "n-by-1-against-n",
    "Early stopping conditioned on metric `val_loss` which is not available.": "monitor",
    "None is not a valid value for jnp.array": "missing-targets",
    "one of the variables needed for gradient computation has been modified by an inplace "
    "operation": "changed-in-place",
}


@pytest.mark.parametrize("message", MESSAGES)
def test_the_page_of_a_message(message):
    page, _ = find_page(message)
    assert page.id == MESSAGES[message]
    assert explain_text(message).startswith(f"# {page.title}\n")


def test_every_page_is_found():
    assert set(MESSAGES.values()) == set(pages())


@pytest.mark.parametrize("name", pages())
def test_a_page_has_a_title_and_says_enough(name):
    page = pages()[name]
    assert page.text.startswith("# ")
    assert len(page.text.split()) >= 40
    assert "<!--" not in page.text
    assert name not in load_rules()  # `recurra why` knows both


def test_a_message_in_several_lines_and_in_a_traceback():
    text = "Traceback:\n  File 'a.py', line 3\nValueError: Cannot\n  convert '20' to a shape."
    assert find_page(text)[0].id == "a-shape-is-a-tuple"


def test_text_without_a_page():
    assert explain_text("the sky is blue") is None


# What the numbers say ----------------------------------------------------------------------------


def said(message):
    """The paragraph on the numbers of the message, without the page."""
    text = explain_text(message)
    return text.partition("**In your message:**")[2]


def test_two_shapes_are_told_as_recurra_tells_them():
    text = said("layer 'functional_4': expected shape=(None, 20, 3), found shape=(8, 3, 20)")
    assert "    Layer takes 20 timesteps and 3 features, and `X` has 3 and 20.\n" in text
    assert "      fix:      X.transpose(0, 2, 1)" in text


def test_a_missing_axis():
    text = said("layer 'lstm_8': expected ndim=3, found ndim=2. Full shape received: (None, 9)")
    assert "    LSTM takes 3 axes, and `X` has 2.\n" in text
    assert "      fix:      X[..., None]" in text


def test_rows_of_the_future():
    """From 04:00 to 16:00 in 12 steps: hours, and 12 of them are missing."""
    message = (
        "forecasting horizon `n=12`, the covariates must end at time step `2022-10-01 16:00:00`, "
        "whereas now they end at time step `2022-10-01 04:00:00`."
    )
    assert said(message).startswith(
        " the future columns end at 2022-10-01 04:00:00 and are needed up to 2022-10-01 16:00:00: "
        "12 more rows, from 2022-10-01 05:00:00 to 2022-10-01 16:00:00, if a row comes every "
        "1:00:00."
    )


def test_one_row_of_the_future():
    message = (
        "forecasting horizon `n=1`, the covariates must end at time step `2022-10-02`, whereas "
        "now they end at time step `2022-10-01`."
    )
    assert "1 more row, from 2022-10-02 00:00:00 to 2022-10-02 00:00:00" in said(message)


def test_a_prediction_that_lacks_features():
    message = next(m for m in MESSAGES if MESSAGES[m] == "window-and-prediction")
    assert said(message).startswith(
        " along axis 2 the window has 3 features and the prediction 1: the other 2 of the next "
        "step are not known."
    )


def test_columns_of_a_scaler():
    message = next(m for m in MESSAGES if "(59,1)" in m)
    assert said(message).startswith(" the scaler was fitted on 4 columns, and the array has 1.")


# The commands ------------------------------------------------------------------------------------


def test_explain_prints_the_page(capsys):
    assert main(["explain", "Cannot convert '20' to a shape."]) == 0
    assert capsys.readouterr().out == pages()["a-shape-is-a-tuple"].text + "\n"


def test_explain_reads_its_input(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("Input X contains NaN."))
    assert main(["explain", "-"]) == 0
    assert capsys.readouterr().out == pages()["not-a-number"].text + "\n"


def test_explain_says_what_there_is_for_other_texts(capsys):
    assert main(["explain", "the sky is blue"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("There is no page for this text. There are pages on:\n  a-shape")
    assert all(name in printed.err for name in pages())


def test_why_prints_the_page_of_a_rule(capsys):
    assert main(["why", "unscaled-inputs"]) == 0
    rule = load_rules()["unscaled-inputs"]
    assert capsys.readouterr().out == f"# unscaled-inputs: {rule.page}\n"


def test_why_prints_the_page_of_an_error(capsys):
    assert main(["why", "masks"]) == 0
    assert capsys.readouterr().out == pages()["masks"].text + "\n"


def test_why_lists_all(capsys):
    assert main(["why"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in [*pages(), *load_rules()])


def test_why_suggests_a_page(capsys):
    assert main(["why", "mask"]) == 2
    assert (
        capsys.readouterr().err == "recurra why: there is no page 'mask'. Did you mean 'masks'?\n"
    )


# Recurra's own errors ----------------------------------------------------------------------------


def own_errors():
    """Errors of recurra's of many kinds, by the page that is to explain them."""
    from recurra.layers import LSTM, Conv1D, Dense, Flatten

    def model(*layers, shape=(20, 3)):
        made = rc.Sequential([rc.Input(shape), *layers])
        made.compile("adam", "mse")
        return made

    x = np.zeros((8, 20, 3))
    classes = lambda: model(LSTM(2), Dense(3, activation="softmax"))
    yield "another-number-of-axes", lambda: model(LSTM(2), LSTM(2))
    yield "axis-of-another-size", lambda: model(LSTM(2)).predict(np.zeros((8, 20, 4)))
    yield "axis-of-another-size", lambda: model(LSTM(2)).predict(np.zeros((8, 3, 20)))
    yield "no-timesteps-left", lambda: model(Conv1D(2, 21))
    yield "unknown-size", lambda: model(Flatten(), Dense(2), shape=(None, 3))
    yield "targets-of-another-shape", lambda: model(LSTM(2)).fit(x, np.zeros((8, 5)), verbose=0)
    yield "different-numbers-of-samples", lambda: model(LSTM(2)).fit(x, np.zeros(7), verbose=0)
    yield "not-a-number", lambda: model(LSTM(2)).predict(x + np.nan)
    yield "unknown-argument", lambda: LSTM(2, return_sequence=True)
    yield "unknown-name", lambda: model(LSTM(2)).compile("adam", "mean_square_error")
    yield "a-shape-is-a-tuple", lambda: rc.Input(20)
    yield "missing-targets", lambda: model(LSTM(2)).fit(x, verbose=0)
    yield "not-compiled", lambda: rc.Sequential([rc.Input((20, 3)), LSTM(2)]).fit(x, x)
    yield "not-built", lambda: rc.Sequential([LSTM(2)]).outputs
    yield "saving", lambda: model(LSTM(2)).save("model")
    yield "lists-instead-of-arrays", lambda: model(LSTM(2)).predict([x, x])

    def wrong_labels():
        made = classes()
        made.compile("adam", "sparse_categorical_crossentropy")
        made.fit(x, np.arange(8), verbose=0)

    yield "class-numbers", wrong_labels


@pytest.mark.parametrize("page, provoke", list(own_errors()))
def test_recurras_own_errors_have_a_page(page, provoke):
    with pytest.raises(rc.RecurraError) as refused:
        provoke()
    assert find_page(str(refused.value))[0].id == page
