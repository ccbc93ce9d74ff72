"""Errors in the user's code: the user's lines alone, the error itself, and one note that helps."""
# ruff: noqa: RUF005

import inspect
import traceback

import jax.numpy as jnp
import numpy as np
import pytest

import recurra as rc
from recurra.layers import Dense, Input, Lambda, Layer

X = np.ones((4, 5, 3), "float32")
Y = np.ones((4, 5, 1), "float32")
HERE = "test_user_code.py"


def caught(function, kind=BaseException):
    """The error that a call ends with, of exactly that type."""
    with pytest.raises(kind) as info:
        function()
    assert kind is BaseException or type(info.value) is kind
    return info.value


def frames(error):
    """File and function of each line that the traceback shows, below the test's own two."""
    shown = traceback.extract_tb(error.__traceback__)
    names = [(f.filename.rpartition("/")[2], f.name) for f in shown]
    assert names[0] == (HERE, "caught")
    return [name if file == HERE else (file, name) for file, name in names[1:]]


def note(error):
    """The one note that was added."""
    assert len(error.__notes__) == 1
    return error.__notes__[0]


def line(function, text):
    """`file.py:12  text` of the line of a function that holds the text."""
    source, first = inspect.getsourcelines(function)
    k = next(k for k, s in enumerate(source) if text in s)
    return f"{HERE}:{first + k}  {source[k].strip()}"


class Fails(Layer):
    """Fails in its `call` with what it was given."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def call(self, x):
        raise self.error.with_traceback(None)


def subclassed(layer):
    class Outer(rc.Model):
        def __init__(self):
            super().__init__()
            self.layer, self.last = layer, Dense(1)

        def call(self, x):
            return self.last(self.layer(x))

    model = Outer()
    model.compile("sgd", "mse")
    return model


# Which lines are shown ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [KeyError, ValueError, AttributeError, StopIteration])
def test_the_error_keeps_type_and_identity_in_every_way_in(kind):
    given = kind("mine")
    layer = Fails(given)
    ways = {
        "plain": lambda: layer(X),
        "sequential": lambda: rc.Sequential([Input((5, 3)), layer]),
        "functional": lambda: layer(Input((5, 3))),
        "fit": lambda: subclassed(layer).fit(X, Y, verbose=0),
        "evaluate": lambda: subclassed(layer).evaluate(X, Y, verbose=0),
        "predict": lambda: subclassed(layer).predict(X, verbose=0),
    }
    for name, way in ways.items():
        given.__traceback__, given.__notes__ = None, []
        error = caught(way, kind)
        assert error is given and error.args == ("mine",)
        inner = ["call", "call"] if name in ("fit", "evaluate", "predict") else ["call"]
        assert frames(error) == ["<lambda>", *inner]
        assert note(error).startswith("in Fails 'fails'")


def test_the_note_names_layer_arguments_and_the_line_that_made_it():
    layer = Fails(KeyError("a"))
    made = layer.origin.line
    assert note(caught(lambda: layer(X))) == (
        f"in Fails 'fails', called with x (batch=4, timesteps=5, features=3), made in {HERE}:{made}"
    )
    layer.error = KeyError("b")
    assert "x (batch=None, timesteps=5, features=3)" in note(caught(lambda: layer(Input((5, 3)))))


def test_recurras_own_errors_show_the_users_line_alone_and_need_no_note():
    error = caught(lambda: Dense(2, activation="rleu"), rc.ArgumentError)
    assert frames(error) == ["<lambda>"] and not hasattr(error, "__notes__")
    assert frames(caught(lambda: Dense(2)(np.ones(3)), rc.ShapeError)) == ["<lambda>"]
    assert frames(caught(lambda: Dense(2).wieghts, AttributeError)) == ["<lambda>"]
    assert frames(caught(lambda: rc.Sequential().fit(X, Y), rc.StateError)) == ["<lambda>"]
    assert frames(caught(lambda: rc.losses.get("mxe"), rc.ArgumentError)) == ["<lambda>"]
    assert frames(caught(lambda: np.tanh(Input((3,))), rc.ArgumentError)) == ["<lambda>"]


def test_a_foreign_error_without_a_line_of_the_user_keeps_its_frames():
    """It may be a mistake of recurra's own."""

    class Strange:
        dtype = np.dtype("float32")
        shape = (2, 3)

    error = caught(lambda: Dense(2)(Strange()))
    assert not isinstance(error, rc.RecurraError)
    assert "layer.py" in str(traceback.extract_tb(error.__traceback__))


def test_the_setting_shows_all_frames_and_is_checked():
    rc.tracebacks("full")
    try:
        full = [f[0] for f in frames(caught(lambda: Fails(KeyError("a"))(X))) if len(f) == 2]
    finally:
        rc.tracebacks("short")
    assert "layer.py" in full
    assert frames(caught(lambda: Fails(KeyError("a"))(X))) == ["<lambda>", "call"]
    assert str(caught(lambda: rc.tracebacks("long"), rc.ArgumentError)) == (
        "tracebacks: 'long': one of 'short', 'full' is needed."
    )


@pytest.mark.parametrize("given", [X, Input((5, 3)), Input((None, 3))])
def test_what_the_user_raised_it_from_stays(given):
    class Chained(Layer):
        def call(self, x):
            try:
                return {}["inner"]
            except KeyError as error:
                raise RuntimeError("outer") from error

    error = caught(lambda: Chained()(given), RuntimeError)
    assert type(error.__cause__) is KeyError
    assert [f.name for f in traceback.extract_tb(error.__cause__.__traceback__)] == ["call"]


def test_what_jax_and_recurra_raised_on_the_way_is_not_printed():
    class Makes(Layer):
        """Uses a variable that the first trace does not know, so that the step is traced again."""

        def call(self, x):
            if len(seen) > 1:
                raise KeyError("second trace")
            seen.append(x)
            return x * variable

    seen, variable = [], rc.Variable(2.0)
    model = subclassed(Makes())
    error = caught(lambda: model.predict(X, verbose=0), KeyError)
    text = "".join(traceback.format_exception(error))
    assert "During handling" not in text and "Retrace" not in text and "JAX_" not in text


# What can be recognised --------------------------------------------------------------------------


class Branches(Layer):
    def call(self, x):
        if jnp.mean(x) > 0:
            return x
        return -x


class Counts(Layer):
    def call(self, x):
        for _ in range(jnp.sum(x).astype(int)):
            x = x + 1
        return x


class Floats(Layer):
    def call(self, x):
        return x * float(jnp.mean(x))


class UsesNumpy(Layer):
    def call(self, x):
        return jnp.asarray(np.tanh(x))


EAGERLY = (
    "\n  fix:      model.compile(..., run_eagerly=True)  # each step line by line, which is slow"
)
ITSELF = {
    Branches: (
        "if jnp",
        "`if`, `while`, `and`, `or` and `not` need a value, and this one is known only when the "
        "step runs.",
        "recurra.ops.where(condition, a, b)  # a where it holds, b elsewhere",
    ),
    Counts: (
        "range(",
        "`range`, `int`, `float` and sizes need a number, and this one is known only when the "
        "step runs.",
        "leave out float() and int(); x.shape[1] is known before",
    ),
    Floats: (
        "float(",
        "`range`, `int`, `float` and sizes need a number, and this one is known only when the "
        "step runs.",
        "leave out float() and int(); x.shape[1] is known before",
    ),
    UsesNumpy: (
        "np.tanh",
        "NumPy needs values, and these are known only when the step runs.",
        "recurra.ops has the function, and jax.numpy, which is like NumPy",
    ),
}


@pytest.mark.parametrize("kind", ITSELF)
def test_values_asked_for_before_there_are_any(kind):
    where, sentence, fix = ITSELF[kind]
    layer = kind()
    place = f"made in {layer.origin.place}"
    said = f"\n  {line(kind.call, where)}\n  {sentence}\n  fix:      {fix}"
    who = f"in {layer.label}, called with x (batch=None, timesteps=5, features=3), {place}"
    # in a graph there are no values at all; a step can be run with them
    assert note(caught(lambda: layer(Input((5, 3))))) == who + said
    model = subclassed(layer)
    assert note(caught(lambda: model.fit(X, Y, verbose=0))) == who + said + EAGERLY
    model.compile("sgd", "mse", run_eagerly=True)
    assert np.isfinite(model.fit(X, Y, verbose=0).history["loss"]).all()


def said_of(call, build=None, given=X):
    """The note on a layer's error, without its first line and without the line of the source."""
    methods = {"call": call} | ({"build": build} if build else {})
    error = caught(lambda: type("Own", (Layer,), methods)()(given))
    head, source, *rest = note(error).split("\n")
    assert head.startswith("in Own 'own") and "called with x (batch=" in head and HERE in source
    return "\n".join(rest)


def test_matrices_that_do_not_fit():
    def build(self, input_shape):
        self.w = self.add_weight("w", (5, 2))

    assert said_of(lambda self, x: x @ self.w, build) == (
        "  In a matrix product the last axis of the first factor, here 3, has to be as long as the "
        "first axis of the second, here 5.\n"
        '  fix:      self.add_weight("kernel", (input_shape[-1], units)) in `build`'
    )


def test_shapes_that_do_not_go_together():
    assert said_of(lambda self, x: jnp.add(x, jnp.ones((4, 2)))) == (
        "  Shapes (4, 5, 3) and (4, 2) do not go together: counted from the last axis, two sizes "
        "have to be equal, or one of them 1.\n"
        "  fix:      x[..., None] puts an axis of size 1 at the end, x[:, None] behind the batch"
    )


def test_sizes_as_in_tensorflow_1():
    def build(self, input_shape):
        self.w = self.add_weight("w", (input_shape[-1].value,))

    assert said_of(lambda self, x: x, build) == (
        "  A size is a number here, or None where it is not known.\n"
        '  fix:      self.w = self.add_weight("w", (input_shape[-1],))'
    )


def test_a_list_added_to_a_shape():
    def before(self, input_shape):
        self.w = self.add_weight("w", shape=[1] + input_shape[1:])

    def behind(self, input_shape):
        self.w = self.add_weight("w", shape=input_shape[1:] + [2])

    sentence = "  A list and a tuple do not add up, and shapes are tuples.\n"
    assert said_of(lambda self, x: x, before) == (
        sentence + '  fix:      self.w = self.add_weight("w", shape=(1,) + input_shape[1:])'
    )
    assert said_of(lambda self, x: x, behind) == (
        sentence + '  fix:      self.w = self.add_weight("w", shape=input_shape[1:] + (2,))'
    )


def test_something_that_is_none():
    def attribute(self, x):
        return x * self.scale

    def call(self, x, mask=None):
        return x * mask[:, :, None]

    def other(self, x):
        scale = None
        return x * scale

    own = {"scale": None, "call": attribute}
    error = caught(lambda: type("Own", (Layer,), own)()(X), TypeError)
    assert note(error).split("\n", 2)[2] == (
        "  `self.scale` is None: nothing has set it yet.\n  fix:      set it in `build`"
    )
    assert said_of(call) == "  `mask` is None: no mask came.\n  fix:      if mask is not None: ..."
    assert said_of(other) == "  `scale` is None."


def test_an_element_that_is_set():
    def call(self, x):
        x[:, 0] = 1.0
        return x

    assert said_of(call) == (
        "  The values of a tensor cannot be changed; another tensor can be made from it.\n"
        "  fix:      x = x.at[:, 0].set(1.0)"
    )


def test_attributes_of_tensors():
    assert said_of(lambda self, x: x.reshap((4, 15))) == (
        "  A tensor has no `reshap`. Did you mean 'reshape'?"
    )
    assert said_of(lambda self, x: x.get_shape()) == (
        "  A tensor has no `get_shape`.\n  fix:      x.shape is a tuple of sizes"
    )


def test_what_is_not_recognised_gets_its_place_alone():
    error = caught(lambda: Lambda(lambda x: {}["a"])(X), KeyError)
    assert note(error).count("\n") == 0
    assert note(error).startswith("in Lambda 'lambda', called with inputs (batch=4, timesteps=5,")


# Custom layers that are not what they were meant to be -------------------------------------------


def test_a_misspelt_build():
    class Scale(Layer):
        def Build(self, input_shape):
            self.scale = self.add_weight("scale", (input_shape[-1],))

        def call(self, x):
            return x * self.scale

    assert str(caught(lambda: Scale()(X), AttributeError)) == (
        "Scale 'scale' has no `scale`. Its method `Build` is never called. Did you mean `build`?"
    )


def test_a_method_of_another_name_is_no_misspelt_one():
    class Scale(Layer):
        def cell(self, x):
            return x

        def forward(self, x):
            return self.cell(x)

        def call(self, x):
            return self.forward(x) * self.qqq

    layer = Scale()
    layer.built = True
    assert str(caught(lambda: layer(X), AttributeError)) == "Scale 'scale' has no `qqq`."


def test_a_misspelt_call_and_none():
    class Scale(Layer):
        def Call(self, x):
            return x

    assert caught(lambda: Scale()(X), rc.StateError).problem == (
        "Scale 'scale' has no `call` method. Its method `Call` is never called. "
        "Did you mean `call`?"
    )

    class Forward(Layer):
        def forward(self, x):  # as PyTorch calls it
            return x

    assert caught(lambda: Forward()(X), rc.StateError).problem == (
        "Forward 'forward' has no `call` method. Its method `forward` is never called. "
        "Did you mean `call`?"
    )
    assert (
        caught(lambda: Layer()(X), rc.StateError).problem == "Layer 'layer' has no `call` method."
    )


def test_a_weight_made_in_call():
    class Scale(Layer):
        def call(self, x):
            return x * self.add_weight("scale", (3,))

    error = caught(lambda: subclassed(Scale()).fit(X, Y, verbose=0), rc.StateError)
    assert error.problem == (
        "Scale 'scale': `call` makes the weight 'scale' anew each time, so that it could never "
        "learn."
    )
    assert error.fixes == (
        "def build(self, input_shape): self.scale = self.add_weight('scale', ...)",
    )


def test_a_weight_made_in_the_first_call_alone_is_trained():
    class Scale(Layer):
        scale = None

        def call(self, x):
            if self.scale is None:
                self.scale = self.add_weight("scale", (3,), initializer="ones")
            return x * self.scale

    layer = Scale()
    model = subclassed(layer)
    model.fit(X, Y, epochs=2, verbose=0)
    assert layer.weights[0] in model.trainable_weights
    assert not np.allclose(layer.scale.numpy(), 1)


def test_an_output_shape_that_is_not_so():
    class Lies(Layer):
        def compute_output_shape(self, input_shape):
            return (input_shape[0], 7)

        def call(self, x):
            return x[:, :2]

    layer = Lies()
    with pytest.warns(UserWarning) as told:
        assert layer(X).shape == (4, 2, 3)
        layer(X)
    assert [str(w.message) for w in told] == [
        "Lies 'lies': `compute_output_shape` says (4, 7), and `call` gives (4, 2, 3), which is "
        "what counts."
    ]


def test_an_output_shape_that_is_so(recwarn):
    class Honest(Layer):
        def compute_output_shape(self, input_shape):
            return (input_shape[0], 2, input_shape[2])

        def call(self, x):
            return x[:, :2]

    assert Honest()(X).shape == (4, 2, 3)
    assert Honest()(Input((5, 3))).shape == (None, 2, 3)
    assert not recwarn.list
