import warnings

import h5py
import numpy as np
import pytest

import recurra as rc
from recurra.engine.errors import ArgumentError, FileError, StateError


def small(units=2, features=3, extra=False):
    layers = [rc.Input((5, features)), rc.layers.LSTM(units, name="lstm")]
    layers.append(rc.layers.Dense(1, name="dense"))
    if extra:
        layers.append(rc.layers.Dense(1, name="extra"))
    return rc.Sequential(layers, name="small")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "m.weights.h5"


def values(model):
    return [w.numpy().copy() for w in model.weights]


def assert_unchanged(model, before):
    for weight, value in zip(model.weights, before, strict=True):
        np.testing.assert_array_equal(weight, value)


def refusal(model, path, **options):
    """The error of a load, which must not have changed anything."""
    before = values(model)
    with pytest.raises(FileError) as caught:
        model.load_weights(path, **options)
    assert_unchanged(model, before)
    return caught.value


def test_weights_come_back(path):
    model, other = small(), small()
    model.save_weights(path)
    other.load_weights(str(path))
    assert_unchanged(other, values(model))


def test_the_file_has_the_groups_of_keras(path):
    small().save_weights(path)
    with h5py.File(path) as file:
        cell = file["layers/lstm/cell/vars"]
        assert [cell[k].shape for k in "012"] == [(3, 8), (2, 8), (8,)]
        assert file["layers/dense/vars"].attrs["name"] == "dense"
        assert [file["layers/dense/vars"][k].shape for k in "01"] == [(2, 1), (1,)]
        assert file["vars"].attrs["name"] == "small"


@pytest.mark.parametrize("name", ["w.h5", "w.hdf5", "new/folder/w.weights.h5"])
def test_old_endings_and_new_folders_can_be_written(tmp_path, name):
    model, other = small(), small()
    model.save_weights(tmp_path / name)
    other.load_weights(tmp_path / name)
    assert_unchanged(other, values(model))


def test_other_endings_are_refused_with_a_name_to_use():
    with pytest.raises(FileError) as caught:
        small().save_weights("out/model.ckpt")
    assert caught.value.problem == "save_weights: 'out/model.ckpt' does not end in .weights.h5."
    assert caught.value.fixes == ("model.save_weights('out/model.weights.h5')",)


def test_what_is_no_path_is_refused():
    with pytest.raises(ArgumentError) as caught:
        small().load_weights(3)
    assert caught.value.problem == "`filepath` has to be a string or a path, not 3 (int)."


def test_an_existing_file_can_be_kept(path):
    small().save_weights(path)
    before = path.read_bytes()
    with pytest.raises(FileError) as caught:
        small().save_weights(path, overwrite=False)
    assert caught.value.problem == f"{path} exists and `overwrite` is False; nothing was written."
    assert path.read_bytes() == before


def test_a_failed_write_leaves_the_old_file_and_nothing_else(path, monkeypatch):
    model = small()
    model.save_weights(path)
    before = path.read_bytes()

    def full(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr("recurra.saving.hdf5.write", full)
    with pytest.raises(FileError) as caught:
        model.save_weights(path)
    assert caught.value.problem == f"{path} cannot be written: No space left on device."
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]


def test_a_link_to_a_file_stays_a_link(tmp_path, path):
    small().save_weights(path)
    link = tmp_path / "latest.weights.h5"
    link.symlink_to(path)
    model, other = small(), small()
    model.save_weights(link)
    other.load_weights(path)
    assert link.is_symlink()
    assert_unchanged(other, values(model))


@pytest.mark.parametrize("method", ["save_weights", "load_weights"])
def test_a_model_that_is_not_built_has_no_weights(method):
    model = rc.Sequential([rc.layers.LSTM(2)], name="empty")
    with pytest.raises(StateError) as caught:
        getattr(model, method)("m.weights.h5")
    assert caught.value.problem == (
        f"{method}: Sequential 'empty' has no weights yet: nothing says what goes into it."
    )


def test_bfloat16_is_kept(path):
    def model():
        return rc.Sequential([rc.Input((3,)), rc.layers.Dense(2, dtype="bfloat16")])

    saved, loaded = model(), model()
    saved.save_weights(path)
    loaded.load_weights(path)
    assert_unchanged(loaded, values(saved))


# Files that do not fit ---------------------------------------------------------------------------


def test_another_shape_is_named_with_both_shapes(path):
    small(units=4).save_weights(path)
    error = refusal(small(), path)
    assert error.problem == (
        f"{path} does not fit Sequential 'small': "
        "'small/lstm/lstm_cell/kernel' is (3, 16) in the file and (3, 8) in the model; "
        "'small/lstm/lstm_cell/recurrent_kernel' is (4, 16) in the file and (2, 8) in the model; "
        "'small/lstm/lstm_cell/bias' is (16,) in the file and (8,) in the model; "
        "'small/dense/kernel' is (4, 1) in the file and (2, 1) in the model."
    )
    assert error.came.startswith("/layers/lstm/cell/vars/0 of shape (3, 16), ")
    assert error.expected.startswith("small/lstm/lstm_cell/kernel of shape (3, 8), ")


def test_a_missing_layer_is_named(path):
    small().save_weights(path)
    assert refusal(small(extra=True), path).problem == (
        f"{path} does not fit Sequential 'small': the file has nothing for Dense 'extra', "
        "which it would keep at 'layers/dense_1'."
    )


def test_a_layer_too_many_is_named(path):
    small(extra=True).save_weights(path)
    assert refusal(small(), path).problem == (
        f"{path} does not fit Sequential 'small': the file has weights for a layer at "
        "'layers/dense_1' that is not there."
    )


def test_another_number_of_weights_is_named(path):
    small().save_weights(path)
    with h5py.File(path, "a") as file:
        del file["layers/dense/vars/1"]
    assert refusal(small(), path).problem == (
        f"{path} does not fit Sequential 'small': Dense 'dense' has 2 weights (kernel, bias), and "
        "the file holds 1 for it at 'layers/dense'."
    )


def test_what_fits_can_be_loaded_alone(path):
    saved, model = small(), small(extra=True)
    saved.save_weights(path)
    last = values(model)[-2:]
    with pytest.warns(UserWarning, match=r"nothing for Dense 'extra'.* The rest was loaded\.") as w:
        model.load_weights(path, skip_mismatch=True)
    assert w[0].filename == __file__
    assert_unchanged(model, values(saved) + last)


def test_by_name_is_for_old_files(path):
    small().save_weights(path)
    assert refusal(small(), path, by_name=True).fixes == (
        "leave out by_name, or use skip_mismatch=True",
    )


# Files that are no files of weights --------------------------------------------------------------


def test_a_misspelt_name_is_answered_with_the_near_one(path):
    small().save_weights(path)
    wrong = path.with_name("n.weights.h5")
    assert refusal(small(), wrong).problem == (
        f"There is no file {wrong}. Did you mean 'm.weights.h5'?"
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "cannot be read: it is damaged or no HDF5 file."),
        (b"no weights at all", "cannot be read: it is damaged or no HDF5 file."),
        (b"PK\3\4 ...", "cannot be read: it is damaged or no file of a model."),
    ],
)
def test_other_files_are_refused(path, content, problem):
    path.write_bytes(content)
    assert refusal(small(), path).problem == f"{path} {problem}"


def test_a_folder_is_refused(tmp_path):
    problem = refusal(small(), tmp_path).problem
    assert problem == f"{tmp_path} is a directory, not a file of weights."


@pytest.mark.parametrize("length", [100, 900, 2000])
def test_a_cut_off_file_is_refused(path, length):
    small().save_weights(path)
    path.write_bytes(path.read_bytes()[:length])
    assert refusal(small(), path).problem == (
        f"{path} cannot be read: it is damaged or no HDF5 file."
    )


def test_a_file_with_any_byte_changed_is_loaded_or_refused_but_never_half(path):
    model = small()
    model.save_weights(path)
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    for _ in range(60):
        broken = bytearray(whole)
        broken[random.integers(len(whole))] ^= int(random.integers(1, 256))
        path.write_bytes(broken)
        other = small()
        before = values(other)
        try:
            other.load_weights(path)
        except FileError:
            assert_unchanged(other, before)


# Files that were made to do harm -----------------------------------------------------------------


def tampered(path, change):
    """A good file in which one dataset is replaced."""
    small().save_weights(path)
    with h5py.File(path, "a") as file:
        del file["layers/dense/vars/0"]
        change(file["layers/dense/vars"], path)
    return path


def external(group, path):
    secret = path.with_name("secret")
    secret.write_bytes(bytes(8))
    group.create_dataset("0", (2, 1), "float32", external=[(str(secret), 0, 8)])


def virtual(group, path):
    layout = h5py.VirtualLayout((2, 1), "float32")
    layout[:] = h5py.VirtualSource(str(path.with_name("other.h5")), "x", (2, 1))
    group.create_virtual_dataset("0", layout)


def chunked(group, path):
    group.create_dataset("0", (2, 1), "float32", chunks=(1 << 28, 1), maxshape=(None, 1))


def compressed(group, path):
    group.create_dataset("0", data=np.zeros((2, 1), "float32"), compression="gzip")


def words(group, path):
    group.create_dataset("0", data=np.full((2, 1), b"text"))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (external, "kept in another file"),
        (virtual, "virtual"),
        (chunked, "chunked or compressed"),
        (compressed, "chunked or compressed"),
        (words, "of type |S4"),
    ],
)
def test_datasets_that_are_more_than_numbers_are_refused(path, change, what):
    error = refusal(small(), tampered(path, change))
    assert error.problem == (
        f"{path}: the dataset '/layers/dense/vars/0' is {what}, which is refused: "
        "weights are plain numbers."
    )


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        (h5py.SoftLink("/layers/lstm/cell/vars/0"), "SoftLink"),
        (h5py.ExternalLink("/etc/other.h5", "/x"), "ExternalLink"),
    ],
)
def test_links_are_refused(path, link, kind):
    def change(group, path):
        group["0"] = link

    error = refusal(small(), tampered(path, change))
    assert error.problem == (
        f"{path}: 'layers/dense/vars/0' is a {kind}, and files with links are refused."
    )


def test_a_huge_dataset_is_refused_by_its_shape_before_it_is_read(path):
    def change(group, path):
        group.create_dataset("0", (1 << 40,), "float32")

    assert refusal(small(), tampered(path, change)).problem == (
        f"{path} does not fit Sequential 'small': "
        "'small/dense/kernel' is (1099511627776,) in the file and (2, 1) in the model."
    )


def test_fractions_are_not_put_into_whole_numbers(path):
    def model():
        class Counter(rc.layers.Layer):
            def build(self, input_shape):
                self.count = self.add_weight(name="count", shape=(), dtype="int32")

            def call(self, x):
                return x

        return rc.Sequential([rc.Input((2,)), Counter(name="counter")], name="m")

    model().save_weights(path)
    with h5py.File(path, "a") as file:
        del file["layers/counter/vars/0"]
        file["layers/counter/vars/0"] = np.float32(0.5)
    assert refusal(model(), path).problem == (
        f"{path} does not fit Sequential 'm': "
        "'m/counter/count' is of float32 in the file and int32 in the model."
    )


# Old files ---------------------------------------------------------------------------------------


def old_file(path, names, heap=b""):
    """A file as Keras 2 wrote it, with the weights of `small` as 0, 1, 2, ..."""
    arrays = {
        "lstm": [(3, 8), (2, 8), (8,)],
        "dense": [(2, 1), (1,)],
    }
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [n.encode() for n in names]
        file.attrs["keras_version"] = b"2.2.4"
        for name in names:
            group = file.create_group(name)
            shapes = arrays.get(name, [])
            weights = [f"{name}/w{k}:0" for k in range(len(shapes))]
            group.attrs["weight_names"] = [w.encode() for w in weights]
            for k, (weight, shape) in enumerate(zip(weights, shapes, strict=True)):
                group[weight] = np.full(shape, k, "float32")


def test_files_of_keras_2_are_read_in_order(tmp_path):
    path = tmp_path / "old.h5"
    old_file(path, ["input_1", "lstm", "dense"])
    model = small()
    model.load_weights(path)
    assert [float(np.max(w)) for w in model.weights] == [0, 1, 2, 0, 1]


def test_files_of_keras_2_are_read_by_name(tmp_path):
    path = tmp_path / "old.h5"
    old_file(path, ["dense", "lstm"])
    model = small(extra=True)
    before = values(model)
    model.load_weights(path, by_name=True)
    assert [float(np.max(w)) for w in model.weights[:5]] == [0, 1, 2, 0, 1]
    np.testing.assert_array_equal(model.weights[5], before[5])


def test_layers_missing_in_old_files_are_named(tmp_path):
    path = tmp_path / "old.h5"
    old_file(path, ["lstm"])
    assert refusal(small(), path).problem == (
        f"{path} does not fit Sequential 'small': the file has nothing for Dense 'dense'."
    )


def test_names_that_would_unpack_to_gigabytes_are_refused(tmp_path):
    path = tmp_path / "old.h5"
    old_file(path, ["lstm", "dense"])
    with h5py.File(path, "a") as file:
        file.attrs["model_config"] = "x" * (1 << 20)
        file.attrs["layer_names"] = ["lstm"] * 4000
    assert refusal(small(), path).problem.startswith(
        f"{path}: the 4000 names in 'layer_names' could take 4,"
    )


# The optimizer -----------------------------------------------------------------------------------


def compiled(optimizer):
    model = small()
    model.compile(optimizer, "mse")
    model.optimizer.build(model.trainable_variables)
    return model


def test_the_optimizers_state_comes_along(path):
    model, other = compiled("adam"), small()
    for k, variable in enumerate(model.optimizer.variables):
        variable.assign(np.full(variable.shape, k, variable.dtype))
    model.save_weights(path)
    other.compile("adam", "mse")
    other.load_weights(path)
    for before, after in zip(model.optimizer.variables, other.optimizer.variables, strict=True):
        np.testing.assert_array_equal(before, after)


def test_the_state_of_another_optimizer_is_left_with_a_warning(path):
    compiled("adam").save_weights(path)
    other = compiled("sgd")
    with pytest.warns(UserWarning) as caught:
        other.load_weights(path)
    assert caught[0].filename == __file__
    assert str(caught[0].message) == (
        f"{path}: the optimizer's state is not loaded, since it does not fit optimizer SGD, "
        "which keeps its own."
    )


def test_a_model_without_optimizer_ignores_its_state(path):
    compiled("adam").save_weights(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        small().load_weights(path)
