"""Where batches come from: generators, Sequences, loaders, lists and dicts of arrays."""

import itertools

import numpy as np
import pytest

import recurra as rc

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 3)).astype("float32")
Y = RNG.normal(size=(12, 1)).astype("float32")
PARTS = [(X[k : k + 4], Y[k : k + 4]) for k in (0, 4, 8)]
CLOSE = {"rtol": 1e-5, "atol": 1e-6}


def line(**compile_with):
    model = rc.Sequential(
        [rc.Input((3,)), rc.layers.Dense(1, use_bias=False, kernel_initializer="zeros")]
    )
    model.compile(rc.optimizers.SGD(0.1), "mse", **compile_with)
    return model


def expected(batches):
    """The weights after a step of gradient descent for each batch, from zeros."""
    w = np.zeros((3, 1))
    for x, y in batches:
        w = w - 0.1 * 2 / len(x) * x.T @ (x @ w - y)
    return w


def trained_on(model, batches):
    np.testing.assert_allclose(model.get_weights()[0], expected(batches), **CLOSE)


class Loader:
    """Iterable again and again, with a length, as PyTorch's DataLoader."""

    def __init__(self, batches, convert=lambda a: a):
        self.batches, self.convert, self.walks = batches, convert, 0

    def __len__(self):
        return len(self.batches)

    def __iter__(self):
        self.walks += 1
        for x, y in self.batches:
            yield [self.convert(x), self.convert(y)]  # a list, as DataLoader collates


class Tensor:
    """What a PyTorch tensor shows of itself."""

    def __init__(self, array, moved=False):
        self.array, self.moved = array, moved
        self.shape, self.dtype = array.shape, "torch.float32"

    def detach(self):
        return self

    def cpu(self):
        return Tensor(self.array, moved=True)

    def __array__(self, dtype=None, copy=None):
        assert self.moved, "a tensor that needs a gradient or lies on a GPU"
        return self.array

    def __len__(self):
        return len(self.array)


class Indexed:
    """A Sequence as in Keras 2: length, items by number, a hook after each epoch."""

    def __init__(self, batches):
        self.batches, self.ended = batches, 0

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, k):
        if not 0 <= k < len(self):
            raise IndexError(k)
        return self.batches[k]

    def on_epoch_end(self):
        self.ended += 1


# Generators and their kin ------------------------------------------------------------------------


def test_a_generator_is_one_epoch():
    model = line()
    history = model.fit((batch for batch in PARTS), verbose=0)
    trained_on(model, PARTS)
    assert history.epoch == [0]
    total, w = 0.0, np.zeros((3, 1))
    for x, y in PARTS:
        total += ((x @ w - y) ** 2).sum()
        w = w - 0.1 * 2 / len(x) * x.T @ (x @ w - y)
    np.testing.assert_allclose(history.history["loss"], [total / 12], **CLOSE)


def test_an_endless_generator_goes_on_in_the_next_epoch():
    model = line()
    model.fit(itertools.cycle(PARTS), steps_per_epoch=2, epochs=3, verbose=0)
    trained_on(model, PARTS * 2)


def test_nothing_is_taken_in_advance_and_lost():
    source = iter(PARTS)
    model = line()
    model.fit(source, steps_per_epoch=2, verbose=0)
    assert next(source) is PARTS[2]


def test_batches_may_differ_in_size_and_length():
    model = rc.Sequential([rc.Input((None, 1)), rc.layers.SimpleRNN(2), rc.layers.Dense(1)])
    model.compile("sgd", "mse")
    sizes = [(5, 3), (2, 7), (5, 3)]
    batches = [(np.ones((n, t, 1)), np.ones(n)) for n, t in sizes]
    history = model.fit(iter(batches), verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    assert model.predict((x for x, _ in batches), verbose=0).shape == (12, 1)


def test_the_loss_of_batches_of_several_sizes_is_the_mean_over_the_samples():
    model = line()
    batches = [(X[:2], Y[:2]), (X[2:], Y[2:])]
    found = model.evaluate(iter(batches), verbose=0)
    np.testing.assert_allclose(found, (Y**2).mean(), **CLOSE)


def test_weights_come_third():
    model = line()
    weights = np.arange(12.0)
    model.fit(iter([(X, Y, weights)]), verbose=0)
    w = -0.1 * 2 / 12 * X.T @ (weights[:, None] * -Y)
    np.testing.assert_allclose(model.get_weights()[0], w, **CLOSE)


def test_class_weights_meet_batches():
    labels = (Y > 0).astype("float32")
    options = {"class_weight": {0: 1.0, 1: 3.0}, "shuffle": False, "verbose": 0}
    arrays, batches = line(), line()
    arrays.fit(X, labels, batch_size=4, **options)
    batches.fit(((X[k : k + 4], labels[k : k + 4]) for k in (0, 4, 8)), **options)
    np.testing.assert_allclose(arrays.get_weights()[0], batches.get_weights()[0], **CLOSE)


def test_a_list_of_batches_is_gone_through_again():
    model = line()
    history = model.fit(list(PARTS), epochs=2, verbose=0)
    trained_on(model, PARTS * 2)
    assert history.params["steps"] == 3


# Loaders and Sequences ---------------------------------------------------------------------------


def test_a_data_loader():
    loader = Loader(PARTS, Tensor)
    model = line()
    history = model.fit(loader, epochs=2, verbose=0)
    trained_on(model, PARTS * 2)
    assert history.params["steps"] == 3 and len(history.history["loss"]) == 2
    w = model.get_weights()[0]
    np.testing.assert_allclose(
        model.evaluate(loader, verbose=0), ((X @ w - Y) ** 2).mean(), **CLOSE
    )


def test_a_data_loader_is_shuffled_by_itself_only():
    loader = Loader(PARTS)
    line().fit(loader, epochs=3, verbose=0)
    assert loader.walks == 3


def test_a_sequence_and_its_hook():
    source = Indexed(PARTS)
    model = line()
    model.fit(source, epochs=2, verbose=0)
    trained_on(model, PARTS * 2)
    assert source.ended == 2


def test_more_steps_than_a_loader_has_go_on_from_its_beginning():
    model = line()
    model.fit(Loader(PARTS), steps_per_epoch=4, verbose=0)
    trained_on(model, [*PARTS, PARTS[0]])
    model = line()
    model.fit(Indexed(PARTS), steps_per_epoch=2, epochs=2, verbose=0)
    trained_on(model, [*PARTS, PARTS[0]])


# Validation --------------------------------------------------------------------------------------


def test_validation_from_a_loader():
    model = line()
    found = model.fit(X, Y, epochs=2, validation_data=Loader(PARTS), verbose=0).history["val_loss"]
    w = model.get_weights()[0]
    assert len(found) == 2
    np.testing.assert_allclose(found[1], ((X @ w - Y) ** 2).mean(), **CLOSE)


def test_validation_from_an_endless_generator():
    model = line()
    source = itertools.cycle(PARTS)
    history = model.fit(
        source, steps_per_epoch=3, epochs=2, validation_data=itertools.cycle(PARTS),
        validation_steps=3, verbose=0,
    ).history  # fmt: skip
    w = model.get_weights()[0]
    np.testing.assert_allclose(history["val_loss"][1], ((X @ w - Y) ** 2).mean(), **CLOSE)


def test_validation_arrays_beside_a_generator_and_validation_steps():
    model = line()
    history = model.fit(
        iter(PARTS),
        validation_data=(X, Y),
        validation_batch_size=4,
        validation_steps=2,
        verbose=0,
    ).history
    w = model.get_weights()[0]
    np.testing.assert_allclose(history["val_loss"], [((X[:8] @ w - Y[:8]) ** 2).mean()], **CLOSE)


@pytest.mark.parametrize("kind", [Loader, Indexed, "arrays"])
def test_each_validation_begins_at_the_first_batch(kind):
    model = line()
    model.compile(rc.optimizers.SGD(0.0), "mse")
    history = model.fit(
        X,
        Y,
        epochs=2,
        validation_data=(X, Y) if kind == "arrays" else kind(PARTS),
        validation_batch_size=4,
        validation_steps=1,
        verbose=0,
    ).history
    np.testing.assert_allclose(history["val_loss"], [(Y[:4] ** 2).mean()] * 2, **CLOSE)


def test_steps_per_epoch_count_for_arrays_with_validation_too():
    for options in ({"validation_data": (X, Y)}, {"validation_split": 1 / 3}):
        model = line()
        model.fit(X, Y, batch_size=4, steps_per_epoch=1, shuffle=False, verbose=0, **options)
        trained_on(model, PARTS[:1])


def test_fewer_steps_than_the_data_have_go_on_in_the_next_epoch():
    model = line()
    model.fit(X, Y, batch_size=4, steps_per_epoch=2, epochs=3, shuffle=False, verbose=0)
    trained_on(model, [*PARTS, *PARTS[:2]])  # 2 batches, the last one, 2 batches
    model = line()
    history = model.fit(X[:10], Y[:10], batch_size=4, steps_per_epoch=1, epochs=4, shuffle=False,
                        verbose=0).history  # fmt: skip
    short = [*PARTS[:2], (X[8:10], Y[8:10])]
    trained_on(model, [*short, PARTS[0]])
    np.testing.assert_allclose(history["loss"][0], (Y[:4] ** 2).mean(), **CLOSE)


# Several inputs and outputs ----------------------------------------------------------------------


def two_by_two():
    """p = a + b and q = a - b, each scaled by one weight that starts as 1."""

    def scale(name):
        return rc.layers.Dense(1, use_bias=False, kernel_initializer="ones", name=name)

    a, b = rc.Input((1,), name="a"), rc.Input((1,), name="b")
    p, q = scale("p")(a + b), scale("q")(a - b)
    return a, b, p, q


A, B = X[:, :1], X[:, 1:2]
P, Q = A + B + 1.0, A - B + 2.0  # so the losses are 1 and 4


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([A, B], [P, Q]),
        ((A, B), (P, Q)),
        ({"a": A, "b": B}, {"p": P, "q": Q}),
        ({"b": B, "a": A}, {"q": Q, "p": P}),
        ([A.ravel(), B], [P.ravel(), Q]),
    ],
)
def test_lists_and_dicts_of_arrays(x, y):
    a, b, p, q = two_by_two()
    model = rc.Model([a, b], [p, q])
    model.compile(rc.optimizers.SGD(0.0), "mse", loss_weights=[1.0, 0.5])
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    assert list(logs) == ["loss", "p_loss", "q_loss"]
    np.testing.assert_allclose(list(logs.values()), [1 + 0.5 * 4, 1, 4], **CLOSE)
    found = model.predict(x, verbose=0)
    np.testing.assert_allclose(found[0], A + B, **CLOSE)
    np.testing.assert_allclose(found[1], A - B, **CLOSE)


def test_a_generator_of_dicts_with_validation_of_dicts():
    a, b, p, q = two_by_two()
    model = rc.Model({"a": a, "b": b}, {"p": p, "q": q})
    model.compile(
        rc.optimizers.SGD(0.0),
        {"p": "mse", "q": "mae"},
        metrics={"q": ["mse"]},
        loss_weights={"p": 2.0, "q": 1.0},
    )
    batch = ({"a": A, "b": B}, {"q": Q, "p": P})
    history = model.fit(iter([batch] * 2), validation_data=batch, verbose=0).history
    for prefix in ("", "val_"):
        for name, value in {"loss": 4, "p_loss": 1, "q_loss": 2, "q_mse": 4}.items():
            np.testing.assert_allclose(history[prefix + name], [value], **CLOSE)


def test_batches_may_name_their_arrays_in_another_order_each():
    a, b, p, q = two_by_two()
    model = rc.Model([a, b], [p, q])
    model.compile(rc.optimizers.SGD(0.0), "mse")
    batches = [({"a": A, "b": B}, {"p": P, "q": Q}), ({"b": B, "a": A}, {"q": Q, "p": P})]
    np.testing.assert_allclose(model.evaluate(batches, verbose=0), [5, 1, 4], **CLOSE)


def test_an_output_without_a_loss_is_only_predicted():
    a, b, p, q = two_by_two()
    model = rc.Model([a, b], [p, q])
    model.compile(rc.optimizers.SGD(0.1), {"p": "mse"})
    history = model.fit([A, B], {"p": P}, batch_size=12, verbose=0).history
    np.testing.assert_allclose(history["loss"], [1.0], **CLOSE)
    p_weight, q_weight = (layer.get_weights()[0] for layer in map(model.get_layer, "pq"))
    np.testing.assert_allclose(p_weight, 1 + 0.1 * 2 * (A + B).mean(), **CLOSE)
    np.testing.assert_array_equal(q_weight, [[1.0]])


def test_sample_weights_for_each_output():
    a, b, p, q = two_by_two()
    model = rc.Model([a, b], [p, q])
    model.compile(rc.optimizers.SGD(0.0), "mse")
    first, second = np.arange(12.0), np.arange(12.0)[::-1].copy() ** 2

    def losses(weights):
        logs = model.evaluate([A, B], [P, Q], sample_weight=weights, verbose=0, return_dict=True)
        return [logs["p_loss"], logs["q_loss"]]

    np.testing.assert_allclose(losses([first, second]), [first.mean(), 4 * second.mean()], **CLOSE)
    np.testing.assert_allclose(losses({"q": second}), [1, 4 * second.mean()], **CLOSE)
    np.testing.assert_allclose(losses(first), [first.mean(), 4 * first.mean()], **CLOSE)


@pytest.mark.parametrize("x", [[A, B], {"b": B, "a": A}])
def test_several_inputs_are_split_alike(x):
    a, b, p, _ = two_by_two()
    model = rc.Model([a, b], p)
    model.compile(rc.optimizers.SGD(0.0), "mse")
    y = P.copy()
    y[9:] += 1  # the last quarter
    history = model.fit(x, y, validation_split=0.25, verbose=0).history
    np.testing.assert_allclose([history["loss"], history["val_loss"]], [[1], [4]], **CLOSE)


def test_class_weights_are_for_one_output():
    a, b, p, q = two_by_two()
    model = rc.Model([a, b], [p, q])
    model.compile("sgd", "mse")
    with pytest.raises(rc.ArgumentError) as error:
        model.fit([A, B], [A > 0, B > 0], class_weight={0: 1.0, 1: 2.0}, verbose=0)
    assert str(error.value) == (
        "`class_weight` is for one output with targets, and there are 2.\n"
        "  fix:      give sample_weight, an array for each output, instead"
    )
    model.fit([A, B], [A > 0, B > 0], verbose=0)


def test_mistakes_in_the_names_of_inputs_and_outputs():
    a, b, p, q = two_by_two()
    model = rc.Model([a, b], [p, q], name="two")
    model.compile("sgd", "mse")
    for x, y, expected in (
        (A, P, "Model 'two' has 2 inputs (a, b), and `x` holds 1 array."),
        ({"a": A}, [P, Q], "Model 'two': `x` has no array for the input 'b'; it has 'a'."),
        ([A, B], P, "Model 'two' has 2 outputs (p, q), and `y` holds 1 array."),
        ([A, B], {"p": P, "r": Q}, "`y` names the output 'r', and the model has 'p', 'q'."),
        (
            [A, B[:5]],
            [P, Q],
            "the arrays do not hold the same number of samples: x[0] has 12, x[1]",
        ),
        (
            [A, B],
            {"p": P},
            "Model 'two': the targets of output 'q' are missing: they are needed to compute its",
        ),
    ):
        with pytest.raises(rc.RecurraError) as error:
            model.fit(x, y, verbose=0)
        assert str(error.value).startswith(expected)
    with pytest.raises(rc.DataError) as error:
        model.fit([A, B * np.nan], [P, Q], verbose=0)
    assert str(error.value).startswith("Model 'two': `x[1]` holds NaN in 12 of 12 places")
    model.fit([A, B], [P, Q], verbose=0)
