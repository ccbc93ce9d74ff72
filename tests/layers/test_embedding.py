import numpy as np
import pytest

from recurra import layers as L
from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.masks import get_mask
from recurra.models import Sequential
from tests.layers.facts import said

VECTORS = np.arange(10.0, dtype="float32").reshape(5, 2)


def test_each_id_becomes_its_vector():
    layer = L.Embedding(5, 2, weights=[VECTORS])
    ids = np.array([[0, 4], [2, 2]])
    np.testing.assert_array_equal(layer(ids), VECTORS[ids])
    np.testing.assert_array_equal(layer(ids.astype("float32")), VECTORS[ids])
    np.testing.assert_array_equal(L.Embedding(5, 2, weights=VECTORS)(ids[0]), VECTORS[ids[0]])


def test_id_zero_is_padding_with_mask_zero():
    out = L.Embedding(5, 2, mask_zero=True)(np.array([[3, 0, 1]]))
    np.testing.assert_array_equal(get_mask(out), [[1, 0, 1]])
    assert get_mask(L.Embedding(5, 2)(np.array([[3, 0, 1]]))) is None


def test_it_starts_a_model_with_input_length():
    model = Sequential([L.Embedding(5, 2, input_length=4), L.Flatten(), L.Dense(1)])
    assert model.input.dtype == "int32" and model.output_shape == (None, 1)
    assert model.count_params() == 5 * 2 + 4 * 2 + 1


def test_shapes_and_names_are_known_before_data():
    out = L.Embedding(5, 2)(L.Input((None,), dtype="int32"))
    assert (out.shape, out.dtype) == ((None, None, 2), "float32")
    assert out.axes.names == ("batch", "timesteps", "output_dim")


def test_ids_without_a_vector_are_refused_where_they_can_be_seen():
    layer = L.Embedding(5, 2, name="words")
    assert said(DataError, layer, np.array([[1, 2], [3, 5]])) == (
        "Embedding 'words': `inputs` holds the id 5 at (1, 1); ids are whole numbers from 0 to 4 "
        "(input_dim - 1).",
        "inputs with ids from 1 to 5",
        "whole numbers from 0 to 4",
        ("Embedding(6, 2)  # one more than the largest",),
    )
    assert layer(np.array([[1, 4]])).shape == (1, 2, 2)


@pytest.mark.parametrize("value", (-1, 0.5, np.nan))
def test_measurements_are_no_ids(value):
    layer = L.Embedding(5, 2, name="words")
    problem, _, _, fixes = said(DataError, layer, np.array([[1.0, value]]))
    assert problem == (
        f"Embedding 'words': `inputs` holds the id {value:g} at (0, 1); ids are whole numbers "
        "from 0 to 4 (input_dim - 1)."
    )
    assert fixes == (
        "number what is looked up from 0 on; measurements go to Dense or LSTM directly",
    )


def test_an_array_of_other_vectors_is_refused():
    assert said(ArgumentError, L.Embedding, 5, 2, weights=VECTORS[:3], name="words")[0] == (
        "Embedding 'words': weight 'words/embeddings' has shape (5, 2), and an array of shape "
        "(3, 2) was given for it."
    )


@pytest.mark.filterwarnings("ignore:.* now")
def test_old_spellings():
    config = L.Embedding(5, 2, init="zeros", W_regularizer="l2").get_config()
    assert config["embeddings_initializer"]["class_name"] == "Zeros"
    assert config["embeddings_regularizer"]["class_name"] == "L2"


@pytest.mark.parametrize("way", ["fit", "evaluate", "predict", "generator"])
def test_a_model_without_an_input_refuses_them_too(way):
    ids = np.array([[1, 2], [3, 5]])
    model = Sequential([L.Embedding(5, 2, name="words"), L.Flatten(), L.Dense(1)])
    model.compile("sgd", "mse")
    call = {
        "fit": lambda x: model.fit(x, np.zeros(2), verbose=0),
        "evaluate": lambda x: model.evaluate(x, np.zeros(2), verbose=0),
        "predict": lambda x: model.predict(x, verbose=0),
        "generator": lambda x: model.fit(iter([(x, np.zeros(2))]), verbose=0),
    }[way]
    assert said(DataError, call, ids)[0] == (
        "Embedding 'words': `x` holds the id 5 at (1, 1); ids are whole numbers from 0 to 4 "
        "(input_dim - 1)."
    )
    call(ids - 1)  # and the corrected call works


def test_a_model_refuses_ids_without_a_vector_in_its_data():
    model = Sequential([L.Input((2,)), L.Embedding(5, 2, name="words"), L.Flatten(), L.Dense(1)])
    model.compile("sgd", "mse")
    ids, y = np.array([[1, 2], [3, 5]]), np.ones((2, 1), "float32")
    for use in (lambda: model.fit(ids, y, verbose=0), lambda: model.predict(ids, verbose=0)):
        assert said(DataError, use)[0] == (
            "Embedding 'words': `x` holds the id 5 at (1, 1); ids are whole numbers from 0 to 4 "
            "(input_dim - 1)."
        )
    assert model.predict(ids - 1, verbose=0).shape == (2, 1)
