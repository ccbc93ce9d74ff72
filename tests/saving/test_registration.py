import pytest

from recurra.engine.errors import ArgumentError
from recurra.layers import LAYERS, Layer
from recurra.saving import (
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)


class Scale(Layer):
    def call(self, x):
        return x


@pytest.fixture(autouse=True)
def nothing_stays():
    with custom_object_scope():
        get_custom_objects().clear()  # of what other tests, or recurra.forecasting, registered
        yield


def test_a_registered_class_is_written_and_found_by_its_registered_name():
    register_keras_serializable("mine")(Scale)
    data = LAYERS.serialize(Scale(name="s"))
    assert data["registered_name"] == "mine>Scale" and data["class_name"] == "Scale"
    assert type(LAYERS.deserialize(data)) is Scale


def test_another_name_can_be_given():
    register_keras_serializable("mine", "Factor")(Scale)
    assert get_custom_objects() == {"mine>Factor": Scale}


def test_names_hold_within_the_block():
    with custom_object_scope({"Scale": Scale}, {"Other": Layer}):
        assert get_custom_objects() == {"Scale": Scale, "Other": Layer}
    assert get_custom_objects() == {}


def test_a_class_without_get_config_is_refused():
    class Plain:
        pass

    with pytest.raises(ArgumentError) as caught:
        register_keras_serializable()(Plain)
    assert caught.value.problem == (
        "register_keras_serializable: the class Plain has no `get_config`, so nothing says how to "
        "make it again."
    )


def test_the_decorator_needs_its_parentheses():
    with pytest.raises(ArgumentError) as caught:
        register_keras_serializable(Scale)
    assert caught.value.fixes == ("@register_keras_serializable() with its parentheses",)


def test_registered_names_lead_there_and_back():
    register_keras_serializable("mine")(Scale)
    assert get_registered_name(Scale) == "mine>Scale"
    assert get_registered_object("mine>Scale") is Scale
    assert get_registered_object("Scale", {"Scale": Layer}) is Layer
    assert get_registered_object("Scale", module_objects={"Scale": Layer}) is Layer
    assert get_registered_object("Scale") is None
