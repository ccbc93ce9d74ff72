"""Archives that are damaged or were made to do harm."""

import contextlib
import io
import json
import stat
import zipfile

import h5py
import numpy as np
import pytest

import recurra as rc
from recurra.engine.errors import ArgumentError, FileError, RecurraError

MEMBERS = ("metadata.json", "config.json", "model.weights.h5")
MEANT = (
    "which is refused: a model's file is a zip archive of metadata.json, config.json, "
    "model.weights.h5, each stored as it is."
)


def small():
    layers = [rc.Input((5, 3)), rc.layers.LSTM(2, name="lstm"), rc.layers.Dense(1, name="dense")]
    return rc.Sequential(layers, name="small")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "m.keras"


def contents(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path, members, kind=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def tampered(path, change):
    """A good file with another configuration."""
    small().save(path)
    found = contents(path)
    config = json.loads(found["config.json"])
    change(config)
    found["config.json"] = json.dumps(config).encode()
    return rewritten(path, found.items())


def refusal(path, **options):
    with pytest.raises(RecurraError) as caught:
        rc.models.load_model(path, **options)
    return caught.value


# The archive -------------------------------------------------------------------------------------


def test_the_file_is_what_keras_writes(path):
    small().save(path)
    with zipfile.ZipFile(path) as archive:
        assert tuple(archive.namelist()) == MEMBERS
        assert {m.compress_type for m in archive.infolist()} == {zipfile.ZIP_STORED}
        metadata = json.loads(archive.read("metadata.json"))
    assert metadata.keys() == {"keras_version", "date_saved"}


def test_compressed_members_are_refused(path):
    small().save(path)
    error = refusal(rewritten(path, contents(path).items(), zipfile.ZIP_DEFLATED))
    assert error.problem == f"{path}: 'metadata.json' is compressed, {MEANT}"
    assert error.fixes == ("zip -0 model.keras metadata.json config.json model.weights.h5",)


@pytest.mark.parametrize("name", ["assets/vocabulary.txt", "../evil", "/etc/passwd", "config.JSON"])
def test_other_members_are_refused(path, name):
    small().save(path)
    error = refusal(rewritten(path, [*contents(path).items(), (name, b"x")]))
    assert error.problem == f"{path}: it holds {name!r}, {MEANT}"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_refused(path):
    small().save(path)
    error = refusal(rewritten(path, [*contents(path).items(), ("config.json", b"{}")]))
    assert error.problem == f"{path}: it holds 'config.json' twice, {MEANT}"


def test_links_are_refused(path):
    small().save(path)
    found = contents(path)
    link = zipfile.ZipInfo("model.weights.h5")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    members = [(n, found[n]) for n in MEMBERS[:2]]
    error = refusal(rewritten(path, [*members, (link, b"/etc/passwd")]))
    assert error.problem == f"{path}: 'model.weights.h5' is a link, {MEANT}"


def test_encrypted_members_are_refused(path):
    small().save(path)
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\1\2")  # the first entry of the directory; its flags are 8 bytes on
    content[at + 8] |= 1
    path.write_bytes(content)
    assert refusal(path).problem == f"{path}: 'metadata.json' is encrypted, {MEANT}"


@pytest.mark.parametrize("name", MEMBERS)
def test_a_missing_member_is_named(path, name):
    small().save(path)
    rewritten(path, [(n, c) for n, c in contents(path).items() if n != name])
    assert refusal(path).problem == f"{path}: it lacks {name!r}, {MEANT}"


def test_a_member_that_claims_to_be_longer_than_the_file_is_refused(path):
    small().save(path)
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\1\2")
    content[at + 20 : at + 28] = (1 << 31).to_bytes(4, "little") * 2  # both sizes of the entry
    path.write_bytes(content)
    assert refusal(path).problem == (
        f"{path}: 'metadata.json' says that it is longer than it is, {MEANT}"
    )


def test_a_configuration_that_is_too_long_is_refused(path, monkeypatch):
    monkeypatch.setattr("recurra.saving.archive.TEXT_LIMIT", 100)
    small().save(path)
    length = len(contents(path)["config.json"])
    assert refusal(path).problem == (
        f"{path}: 'config.json' has {length:,} bytes, more than 100, {MEANT}"
    )


def test_a_file_with_any_byte_changed_is_loaded_or_refused(path):
    small().save(path)
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    for _ in range(40):
        broken = bytearray(whole)
        broken[random.integers(len(whole))] ^= int(random.integers(1, 256))
        path.write_bytes(broken)
        with contextlib.suppress(RecurraError):
            rc.models.load_model(path)


@pytest.mark.parametrize("length", [10, 1000, -10])
def test_a_cut_off_file_is_refused(path, length):
    small().save(path)
    path.write_bytes(path.read_bytes()[:length])
    assert refusal(path).problem == f"{path} cannot be read: it is damaged or no file of a model."


# The configuration -------------------------------------------------------------------------------


def layers(config):
    return config["config"]["layers"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "its configuration is no JSON"),
        ("[" * 100000, "its configuration is no JSON"),
        ("[1]", "its configuration is not that of a model."),
        ("{}", "a configuration of a layer needs a `class_name`"),
        ('{"class_name": "Dense", "config": {"units": 3}}', " holds a Dense, not a model."),
        (
            '{"class_name": "Sequential", "config": {"layers": [{"class_name": "TimeDistributed"'
            ', "config": {"layer": 3}}]}}',
            "",
        ),
    ],
)
def test_configurations_that_are_none_are_refused(path, text, problem):
    small().save(path)
    rewritten(path, (contents(path) | {"config.json": text}).items())
    assert refusal(path).problem.startswith((f"{path}: {problem}", f"{path}{problem}"))


def places(data):
    """Every (container, key) in plain data."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        yield data, key
        if isinstance(value, (dict, list)):
            yield from places(value)


STRANGE = [None, 3, -1, 10**13, "x", [], {}, [[1]], {"class_name": 3}, {"class_name": "__lambda__"}]


def test_a_configuration_with_anything_changed_is_loaded_or_refused(path):
    model = small()
    model.compile("adam", "mse", metrics=[rc.metrics.AUC()])
    model.save(path)
    whole = contents(path)
    random = np.random.default_rng(0)
    for _ in range(60):
        config = json.loads(whole["config.json"])
        container, key = list(places(config))[random.integers(len(list(places(config))))]
        container[key] = STRANGE[random.integers(len(STRANGE))]
        rewritten(path, (whole | {"config.json": json.dumps(config)}).items())
        with contextlib.suppress(RecurraError):
            rc.models.load_model(path)


def deep(config):
    inner = {"class_name": "Dense", "config": {"units": 2}}
    for _ in range(300):
        inner = {"class_name": "TimeDistributed", "config": {"layer": inner}}
    layers(config)[1] = inner


def test_layers_in_layers_without_end_are_refused(path):
    assert str(path) in refusal(tampered(path, deep)).problem


def huge_layer(config):
    layers(config)[1]["config"]["units"] = 10**9


def huge_batch(config):
    layers(config)[0]["config"]["batch_shape"] = [10**12, 5, 3]
    layers(config)[1]["config"]["stateful"] = True
    config["config"].pop("build_input_shape", None)


def huge_metric(config):
    data = {"class_name": "AUC", "config": {"num_thresholds": 10**12}}
    config["compile_config"] = {"optimizer": "sgd", "loss": "mse", "metrics": [data]}


@pytest.mark.parametrize(
    ("change", "shape"),
    [
        (huge_layer, (3, 4 * 10**9)),
        (huge_batch, (10**12, 2)),
        (huge_metric, (10**12,)),
    ],
)
def test_a_small_file_cannot_ask_for_much_memory(path, change, shape):
    assert refusal(tampered(path, change)).problem == (
        f"{path}: its configuration asks for an array of shape {shape}, and the file is too small "
        "to have the numbers of such a model."
    )


def test_an_operation_on_nothing_is_not_computed(path):
    x = rc.Input((5, 3), name="x")
    rc.Model(x, rc.layers.Dense(1)(rc.ops.exp(x))).save(path)
    found = contents(path)
    config = json.loads(found["config.json"])
    operation = next(d for d in layers(config) if d["class_name"] == "Exp")
    operation["class_name"] = "Zeros"
    operation["config"]["shape"] = [10**7, 10**7]
    operation["inbound_nodes"] = [{"args": [], "kwargs": {}, "given": []}]
    rewritten(path, (found | {"config.json": json.dumps(config)}).items())
    name = operation["config"]["name"]
    assert refusal(path).problem == (
        f"{path}: the operation {name!r} is called on no layer's output."
    )


@pytest.mark.parametrize(
    ("module", "name"), [("os", "system"), ("builtins", "eval"), ("subprocess", "Popen")]
)
def test_nothing_is_imported_by_name(path, module, name):
    def change(config):
        layers(config)[1] = {
            "module": module,
            "class_name": name,
            "config": {"name": "x"},
            "registered_name": name,
        }

    error = refusal(tampered(path, change))
    assert isinstance(error, ArgumentError) and f"{name!r} is a class of your own" in error.problem


def test_bytecode_is_not_run(path):
    code = {"class_name": "__lambda__", "config": {"value": ["4wEA", None, None]}}

    def activation(config):
        layers(config)[2]["config"]["activation"] = code

    def loss(config):
        config["compile_config"] = {"optimizer": "sgd", "loss": code}

    for change in (activation, loss):
        error = refusal(tampered(path, change), safe_mode=False)
        assert "there is an unnamed function (lambda), and code in a file is not run" in (
            error.problem
        )


# The weights -------------------------------------------------------------------------------------


def test_links_in_the_weights_are_refused_and_the_archive_is_named(path):
    small().save(path)
    found = contents(path)
    buffer = io.BytesIO(found["model.weights.h5"])
    with h5py.File(buffer, "a") as file:
        file["layers/dense/vars/2"] = h5py.ExternalLink("/etc/other.h5", "/x")
    rewritten(path, (found | {"model.weights.h5": buffer.getvalue()}).items())
    assert refusal(path).problem == (
        f"{path}/model.weights.h5: 'layers/dense/vars/2' is a ExternalLink, and files with links "
        "are refused."
    )


def test_weights_that_do_not_fit_their_model_are_refused(path):
    def change(config):
        layers(config)[2]["config"]["units"] = 2

    error = refusal(tampered(path, change))
    assert isinstance(error, FileError)
    assert error.problem.startswith(f"{path} does not fit Sequential 'small': 'small/dense/kernel'")
