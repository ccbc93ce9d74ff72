"""Old keywords of methods, and methods that are gone."""

import numpy as np
import pytest

from recurra.engine.errors import ArgumentError
from recurra.layers import LSTM, Dense, Input
from recurra.models import Sequential
from recurra.utils import to_categorical

X, Y = np.ones((6, 3), "float32"), np.ones((6, 2), "float32")


@pytest.fixture
def model():
    made = Sequential([Input((3,)), Dense(2)])
    made.compile("sgd", "mse")
    return made


def batches(size=2):
    while True:
        yield X[:size], Y[:size]


def test_nb_epoch(model, says):
    history, said = says(lambda: model.fit(X, Y, nb_epoch=3, verbose=0))
    assert history.epoch == [0, 1, 2]
    assert said == ["`nb_epoch` is now `epochs`: fit(..., epochs=3)"]


def test_keywords_that_are_gone(model, says):
    _, said = says(lambda: model.compile("sgd", "mse", class_mode="binary", target_tensors=None))
    assert said == [
        "`class_mode` is gone from compile: the loss says it, such as "
        "loss='categorical_crossentropy'"
    ]
    _, said = says(lambda: model.fit(X, Y, verbose=0, show_accuracy=True, workers=4))
    assert said == [
        "`show_accuracy` is gone from fit: write compile(..., metrics=['accuracy'])",
        "`workers` is gone from fit: batches are prepared in this process",
    ]


def test_an_unknown_keyword_gets_a_suggestion(model):
    with pytest.raises(ArgumentError) as caught:
        model.fit(X, Y, nb_epochs=3)
    assert str(caught.value) == "fit has no argument 'nb_epochs'. Did you mean 'epochs'?"


def test_fit_generator_of_keras_1_counts_samples(model, says):
    history, said = says(
        lambda: model.fit_generator(
            batches(),
            samples_per_epoch=5,  # 3 batches of 2
            nb_epoch=2,
            validation_data=batches(3),
            nb_val_samples=6,  # 2 batches of 3
            verbose=0,
        )
    )
    assert history.params["steps"] == 3 and len(history.epoch) == 2
    assert "val_loss" in history.history
    assert said == [
        "`fit_generator` is now `fit`: fit(generator, steps_per_epoch=..., epochs=...)",
        "`samples_per_epoch` is now `steps_per_epoch`, counted in batches of 2: steps_per_epoch=3",
        "`nb_val_samples` is now `validation_steps`, counted in batches of 3: validation_steps=2",
        "`nb_epoch` is now `epochs`: fit(..., epochs=2)",
    ]


def test_fit_generator_of_keras_2_counts_batches(model):
    history = model.fit_generator(batches(), 3, 2, 0)
    assert history.params["steps"] == 3 and len(history.epoch) == 2


def test_evaluate_and_predict_generators(model, says):
    loss, said = says(lambda: model.evaluate_generator(batches(), steps=2, verbose=0))
    assert np.isclose(loss, model.evaluate(X, Y, verbose=0))
    assert said == ["`evaluate_generator` is now `evaluate`: evaluate(generator, steps=...)"]
    inputs = (x for x, _ in batches())
    outputs, _ = says(lambda: model.predict_generator(inputs, val_samples=6, verbose=0))
    assert outputs.shape == (6, 2)


def test_predict_classes(says):
    kernel = np.array([[1.0, -1.0]])
    many = Sequential([Input((1,)), Dense(2, "softmax", weights=[kernel, np.zeros(2)])])
    x = np.array([[2.0], [-2.0]])
    classes, said = says(lambda: many.predict_classes(x, verbose=0))
    assert classes.tolist() == [0, 1]
    assert said == ["`predict_classes` is gone: predict(x).argmax(-1)"]
    one = Sequential([Input((1,)), Dense(1, "sigmoid", weights=[kernel[:, :1], np.zeros(1)])])
    classes, said = says(lambda: one.predict_classes(x, verbose=0))
    assert classes.tolist() == [[1], [0]] and classes.dtype == "int32"
    assert said == ["`predict_classes` is gone: (predict(x) > 0.5).astype('int32')"]


def test_predict_proba(model, says):
    outputs, said = says(lambda: model.predict_proba(X, verbose=0))
    np.testing.assert_array_equal(outputs, model.predict(X, verbose=0))
    assert said == ["`predict_proba` is now `predict`"]


def test_yaml_is_refused(model):
    with pytest.raises(ArgumentError) as caught:
        model.to_yaml()
    assert str(caught.value) == (
        "`to_yaml` is gone from Sequential.\n"
        "  fix:      model.get_config() is the same as plain data"
    )


def test_weights_of_a_recurrent_layer_lie_in_its_cell(says):
    layer = LSTM(2)
    layer(np.ones((1, 3, 4)))
    kernel, said = says(lambda: layer.kernel)
    assert kernel is layer.cell.kernel
    assert said == ["`kernel` of a recurrent layer is in its cell now: layer.cell.kernel"]


def test_the_number_of_classes_as_keras_1_called_it(says):
    rows, said = says(lambda: to_categorical(y=[0, 1], nb_classes=3))
    assert rows.tolist() == [[1, 0, 0], [0, 1, 0]]
    assert said == [
        "`y`, `nb_classes` are now `x`, `num_classes`: to_categorical(..., x=[0, 1], num_classes=3)"
    ]


def test_old_names_in_strings(model, says):
    _, said = says(lambda: model.compile("sgd", "cosine_proximity"))
    assert said == ["`cosine_proximity` is now `cosine_similarity`"]


def test_a_loss_that_there_never_was(model):
    with pytest.raises(ArgumentError, match="no loss 'mean_square_error'"):
        model.compile("sgd", "mean_square_error")
