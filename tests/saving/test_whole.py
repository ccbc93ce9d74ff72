import warnings

import numpy as np
import pytest

import recurra as rc
from recurra.engine.errors import ArgumentError, FileError, StateError

X = np.random.default_rng(0).normal(size=(4, 5, 3)).astype("float32")
Y = np.random.default_rng(1).normal(size=(4, 1)).astype("float32")
L = rc.layers


def small(*layers):
    made = [rc.Input((5, 3)), *layers, L.LSTM(2, name="lstm"), L.Dense(1, name="dense")]
    return rc.Sequential(made, name="small")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "m.keras"


def there_and_back(model, path, **options):
    model.save(path)
    return rc.models.load_model(path, **options)


class Scale(L.Layer):
    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, x):
        return x * self.factor


# There and back ----------------------------------------------------------------------------------


def test_a_model_comes_back_as_it_was(path):
    model = small()
    model.compile("adam", "mae", metrics=["mse"])
    model.fit(X, Y, verbose=0)
    like = there_and_back(model, str(path))
    assert like.to_json() == model.to_json()
    np.testing.assert_array_equal(like.predict(X, verbose=0), model.predict(X, verbose=0))
    assert like.get_compile_config() == model.get_compile_config()
    assert int(like.optimizer.iterations) == 1
    options = {"verbose": 0, "shuffle": False}
    assert like.fit(X, Y, **options).history == model.fit(X, Y, **options).history


def test_how_it_was_trained_can_be_left_out(path):
    model = small()
    model.compile("adam", "mae")
    assert not there_and_back(model, path, compile=False).compiled
    assert there_and_back(model, path).compiled


def test_a_model_that_is_not_compiled_comes_back_so(path):
    assert not there_and_back(small(), path).compiled


def test_the_weights_alone_can_be_read_from_the_file(path):
    model, other = small(), small()
    model.save(path)
    other.load_weights(path)
    np.testing.assert_array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))


def test_functions_do_the_same(path):
    model = small()
    rc.saving.save_model(model, path)
    assert rc.saving.load_model(path).to_json() == rc.models.load_model(path).to_json()


def test_checkpoints_of_whole_models(tmp_path):
    model = small()
    model.compile("sgd", "mse")
    best = rc.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras")
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[best])
    like = rc.models.load_model(tmp_path / "2.keras")
    np.testing.assert_array_equal(like.predict(X, verbose=0), model.predict(X, verbose=0))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["1.keras", "2.keras"]


# Classes and functions of one's own --------------------------------------------------------------


def test_a_class_of_ones_own_has_to_be_handed_over(path):
    small(Scale(2.0)).save(path)
    with pytest.raises(ArgumentError) as caught:
        rc.models.load_model(path)
    assert caught.value.problem == (
        f"{path}: 'Scale' is a class of your own, of {__name__}; a file holds its name, not its "
        "code."
    )
    assert caught.value.fixes == (
        f"load_model({str(path)!r}, custom_objects={{'Scale': Scale}})",
        "@keras.saving.register_keras_serializable() above `class Scale`, before the model is "
        "saved",
    )
    like = rc.models.load_model(path, custom_objects={"Scale": Scale})
    assert like.layers[0].factor == 2.0


def test_layers_arrays_and_functions_among_the_arguments_come_back(path):
    class Around(L.Layer):
        def __init__(self, inner, table, activation, **kwargs):
            super().__init__(**kwargs)
            self.inner, self.table, self.activation = inner, table, activation

        def call(self, x):
            return self.activation(self.inner(x)) * self.table

    table = np.array([1.0, 2.0], "float32")
    model = small(Around(L.Dense(2), table, rc.activations.tanh))
    like = there_and_back(model, path, custom_objects={"Around": Around})
    np.testing.assert_array_equal(like.layers[0].table, table)
    assert like.layers[0].activation is rc.activations.tanh
    np.testing.assert_array_equal(like.predict(X, verbose=0), model.predict(X, verbose=0))


def test_a_constructor_without_arguments_is_enough(path):
    class Fixed(L.Layer):
        def __init__(self):
            super().__init__()

        def call(self, x):
            return 2.0 * x

    model = small(Fixed())
    model.layers[0].trainable = False
    like = there_and_back(model, path, custom_objects={"Fixed": Fixed})
    assert like.layers[0].name == model.layers[0].name and like.layers[0].trainable is False


def test_a_configuration_without_an_argument_is_answered_with_the_line_to_add(path):
    class Forgets(Scale):
        def get_config(self):
            return {"name": self.name}

    small(Forgets(2.0)).save(path)
    with pytest.raises(ArgumentError) as caught:
        rc.models.load_model(path, custom_objects={"Forgets": Forgets})
    assert caught.value.problem == (
        f"{path}: Forgets: its `__init__` needs `factor`, and `get_config` has not returned it."
    )
    assert caught.value.fixes == (
        "def get_config(self): return {**super().get_config(), 'factor': self.factor}",
    )


def test_what_no_file_can_hold_is_refused_and_nothing_is_written(path):
    class Chosen(Scale):
        def call(self, x):
            return x

    with pytest.raises(ArgumentError) as caught:
        small(Chosen({1, 2})).save(path)
    assert caught.value.problem == (
        "Chosen 'chosen': its argument `factor` is {1, 2} (set), which no file can hold."
    )
    assert caught.value.fixes == (
        "def get_config(self): return {**super().get_config(), 'factor': ...} with numbers, "
        "strings, lists, arrays or layers",
    )
    assert list(path.parent.iterdir()) == []


def test_a_loss_of_ones_own_is_handed_over_or_left_out(path):
    def squares(y_true, y_pred):
        return (y_true - y_pred) ** 2

    model = small()
    model.compile("sgd", squares)
    model.save(path)
    with pytest.raises(ArgumentError) as caught:
        rc.models.load_model(path)
    assert caught.value.problem.startswith(f"{path}: 'squares' is a function of your own")
    assert caught.value.fixes[0].endswith("custom_objects={'squares': squares})")
    assert caught.value.fixes[-1] == (
        "load_model(..., compile=False) leaves out how the model was trained"
    )
    like = rc.models.load_model(path, custom_objects={"squares": squares})
    assert like.evaluate(X, Y, verbose=0) == model.evaluate(X, Y, verbose=0)


def test_a_lambda_is_given_again(path):
    model = small(L.Lambda(lambda x: x * 3, name="triple"))
    model.save(path)
    with pytest.raises(ArgumentError) as caught:
        rc.models.load_model(path, safe_mode=False)
    assert caught.value.problem == (
        f"{path}: Lambda 'triple': its function is an unnamed lambda, and code in a file is not "
        "run."
    )
    like = rc.models.load_model(path, custom_objects={"triple": lambda x: x * 3})
    np.testing.assert_array_equal(like.predict(X, verbose=0), model.predict(X, verbose=0))


class Network(rc.Model):
    def __init__(self, units):
        super().__init__()
        self.rnn, self.head = L.LSTM(units), L.Dense(1)

    def call(self, x):
        return self.head(self.rnn(x))


def test_a_subclassed_model_is_built_for_the_input_it_had(path):
    model = Network(3)
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)
    like = there_and_back(model, path, custom_objects={"Network": Network})
    assert like.name == model.name
    np.testing.assert_array_equal(like.predict(X, verbose=0), model.predict(X, verbose=0))


def test_a_compile_of_ones_own_is_left_to_the_user(path):
    class Own(Network):
        def compile(self, rate):
            super().compile(rc.optimizers.SGD(rate), "mse")

    model = Own(3)
    model.compile(0.1)
    model.fit(X, Y, verbose=0)
    with pytest.warns(UserWarning, match=r"is not compiled: its class has a `compile`") as caught:
        like = there_and_back(model, path, custom_objects={"Own": Own})
    assert caught[0].filename == __file__ and not like.compiled


# Names and places --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "problem", "fixes"),
    [
        (
            "out/model.ckpt",
            "save: 'out/model.ckpt' does not end in .keras.",
            ("model.save('out/model.keras')",),
        ),
        (
            "dir",
            "save: 'dir' does not end in .keras: a whole model is one file, no directory.",
            ("model.save('dir.keras')",),
        ),
        (
            "m.h5",
            "save: whole models go into .keras files; 'm.h5' would be one of Keras 2, which "
            "recurra reads and does not write.",
            ("model.save('m.keras')", "model.save_weights('m.h5') writes the weights alone"),
        ),
    ],
)
def test_other_endings_are_refused_with_the_name_to_use(name, problem, fixes):
    with pytest.raises(FileError) as caught:
        small().save(name)
    assert (caught.value.problem, caught.value.fixes) == (problem, fixes)


def test_an_existing_file_can_be_kept(path):
    path.write_bytes(b"kept")
    with pytest.raises(FileError) as caught:
        small().save(path, overwrite=False)
    assert caught.value.problem == f"{path} exists and `overwrite` is False; nothing was written."
    assert path.read_bytes() == b"kept"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(path, monkeypatch):
    small().save(path)
    before = path.read_bytes()

    def full(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr("recurra.saving.archive.ZipFile.writestr", full)
    with pytest.raises(FileError) as caught:
        small().save(path)
    assert caught.value.problem == f"{path} cannot be written: No space left on device."
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]


def test_a_model_without_weights_is_not_saved(path):
    with pytest.raises(StateError) as caught:
        rc.Sequential([L.LSTM(2)], name="empty").save(path)
    assert caught.value.problem == (
        "save: Sequential 'empty' has no weights yet: nothing says what goes into it."
    )


def test_old_arguments_of_save_are_taken(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        small().save(path, include_optimizer=False, save_format="keras")
    assert path.exists()


def test_files_that_are_no_models(tmp_path):
    with pytest.raises(FileError) as caught:
        rc.models.load_model(tmp_path)
    assert caught.value.problem == f"{tmp_path} is a directory, not a file of a model."
    weights = tmp_path / "w.weights.h5"
    small().save_weights(weights)
    with pytest.raises(FileError) as caught:
        rc.models.load_model(weights)
    assert caught.value.problem == (
        f"{weights} holds weights alone, and not the model that they belong to."
    )
    text = tmp_path / "m.keras"
    text.write_text("no model")
    with pytest.raises(FileError) as caught:
        rc.models.load_model(text)
    assert caught.value.problem == (
        f"{text} is no file of a model, which is .keras, or .h5 of Keras 2."
    )
