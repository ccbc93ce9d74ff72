import pytest

from recurra.engine.errors import ArgumentError
from recurra.engine.registry import Registry, custom_objects, snake_case


class Part:
    def __init__(self, size=1):
        self.size = size

    def get_config(self):
        return {"size": self.size}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def half(x):
    return x / 2


def own(x):
    return x


class Mine(Part):
    pass


@pytest.fixture
def parts():
    registry = Registry("part", "parts")
    registry.add(Part, "piece")
    registry.add(half, "HALF")
    return registry


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("LSTM", "lstm"),
        ("SimpleRNN", "simple_rnn"),
        ("GlobalMaxPooling1D", "global_max_pooling1d"),
        ("MeanSquaredError", "mean_squared_error"),
        ("L1L2", "l1l2"),
    ],
)
def test_snake_case_is_that_of_keras(name, snake):
    assert snake_case(name) == snake


@pytest.mark.parametrize("name", ["Part", "part", "piece", Part])
def test_get_makes_an_instance_of_a_class(parts, name):
    assert type(parts.get(name)) is Part


def test_get_passes_functions_and_instances_through(parts):
    part = Part()
    assert parts.get("HALF") is half and parts.get(own) is own and parts.get(part) is part
    assert parts.get(None) is None


def test_a_function_wins_over_the_class_of_the_same_name(parts):
    class Half(Part):
        pass

    parts.add(Half)
    assert parts.get("half") is half and type(parts.get("Half")) is Half


def test_a_decorator_can_give_further_names(parts):
    @parts.named("double", "x2")
    def twice(x):
        return 2 * x

    assert parts.get("x2") is twice and parts.get("double") is twice and parts.get("twice") is twice


def test_a_misspelt_name_gets_the_nearest_one(parts):
    with pytest.raises(ArgumentError) as error:
        parts.get("Prat")
    assert str(error.value) == "there is no part 'Prat'. Did you mean 'Part'?"
    with pytest.raises(ArgumentError) as error:
        parts.get("xyz")
    assert str(error.value) == "there is no part 'xyz'"


def test_what_is_no_part_is_refused(parts):
    with pytest.raises(ArgumentError) as error:
        parts.get(3)
    assert str(error.value) == "3 (int) is no part: a name, a function or an instance is needed"


def test_registered_things_are_written_as_keras_writes_them(parts):
    assert parts.serialize(Part(3)) == {
        "module": "keras.parts",
        "class_name": "Part",
        "config": {"size": 3},
        "registered_name": None,
    }
    assert parts.serialize(half) == "half"
    assert parts.serialize(None) is None


def test_configurations_become_objects(parts):
    assert parts.get(parts.serialize(Part(3))).size == 3
    assert parts.deserialize({"class_name": "Part", "config": {"size": 4}}).size == 4
    assert parts.deserialize("half") is half
    assert parts.deserialize({"class_name": "function", "config": "half"}) is half


@pytest.mark.parametrize(("thing", "name"), [(Mine(3), "Mine"), (own, "own")])
def test_what_is_the_users_own_has_to_be_handed_over(parts, thing, name):
    written = parts.serialize(thing)
    with pytest.raises(ArgumentError) as error:
        parts.deserialize(written)
    what, code = ("function", "def") if thing is own else ("class", "class")
    assert error.value.problem == (
        f"'{name}' is a {what} of your own, of {__name__}; a file holds its name, not its code."
    )
    assert error.value.fixes == (
        f"custom_objects={{'{name}': {name}}}",
        f"@keras.saving.register_keras_serializable() above `{code} {name}`, before the model is "
        "saved",
    )
    given = thing if thing is own else Mine
    found = parts.deserialize(written, {name: given})
    assert found is own or (type(found) is Mine and found.size == 3)


def test_a_users_function_is_not_mistaken_for_ours_of_that_name(parts):
    def half(x):
        return -x

    with pytest.raises(ArgumentError, match=r"'half' is a function of your own, of"):
        parts.deserialize(parts.serialize(half))


def test_a_configuration_needs_a_class_name(parts):
    with pytest.raises(ArgumentError) as error:
        parts.get({"config": {"size": 3}, "module": "keras.parts"})
    assert str(error.value) == (
        "a configuration of a part needs a `class_name`, such as "
        "{'class_name': 'LSTM', 'config': {...}}, and this one has the keys 'config', 'module'"
    )


def test_custom_objects_hold_within_the_block_only(parts):
    with custom_objects({"own": own}):
        assert parts.get("own") is own
    with pytest.raises(ArgumentError):
        parts.get("own")


def test_a_configuration_may_come_from_another_registry(parts):
    other = Registry("tool", "tools")
    assert other.deserialize(parts.serialize(Part(5))).size == 5
