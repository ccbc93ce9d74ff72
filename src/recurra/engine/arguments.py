"""An argument is stated once: declared classes and the checks of their values.

    @declared
    class Dense(Layer):
        units: int = arg(check=COUNT, old=("output_dim",))
        activation: str | Callable | None = arg(default=None, convert=activations.get)

From these lines come the signature that an editor shows, the conversion and check of each value,
"did you mean" for a misspelt name, the old spellings, and `get_config`.
"""

from __future__ import annotations

import functools
import inspect
import reprlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar, dataclass_transform

import numpy as np

from recurra.engine.documentation import with_arguments
from recurra.engine.errors import ArgumentError
from recurra.engine.repairs import repaired
from recurra.engine.suggestions import NOT_NEEDED, OTHER_WORDS, attribute_or_suggestion
from recurra.engine.suggestions import did_you_mean as did_you_mean
from recurra.engine.tracebacks import public, shorten

T = TypeVar("T")
MISSING: Any = inspect.Parameter.empty

#: Called with (class, keywords) where a constructor meets names it does not show; returns the
#: keywords in today's spelling. `recurra.compat` installs it.
legacy_hook: Callable[[type, dict[str, Any]], dict[str, Any]] | None = None

#: The same for methods: called with (owner, name of the method, keywords).
legacy_method_hook: Callable[[Any, str, dict[str, Any]], dict[str, Any]] | None = None

#: The same for names in strings: called with (namespace, name), returns today's name or None.
legacy_name_hook: Callable[[str, str], str | None] | None = None

#: Called with the version of Keras that wrote a model; returns what names meant in it.
legacy_objects_hook: Callable[[Any], dict[str, Any]] | None = None


@dataclass(frozen=True)
class Check:
    """What a value has to be: `expected` in words, `ok` as a test of the converted value."""

    expected: str
    ok: Callable[[Any], bool]


@dataclass
class Argument:
    """One declared argument. `attribute` is where the instance keeps it."""

    default: Any = MISSING
    kw_only: bool = False
    alias: str | None = None
    convert: Callable[[Any], Any] | None = None
    check: Check | None = None
    serialize: Callable[[Any], Any] | None = None
    old: tuple[str, ...] = ()
    config: bool = True
    hidden: bool = False
    doc: str = ""
    name: str = ""
    attribute: str = ""
    annotation: Any = Any


def arg(
    *,
    default: Any = MISSING,
    kw_only: bool = False,
    alias: str | None = None,
    convert: Callable[[Any], Any] | None = None,
    check: Check | None = None,
    serialize: Callable[[Any], Any] | None = None,
    old: Iterable[str] = (),
    config: bool = True,
    hidden: bool = False,
    doc: str = "",
) -> Any:
    """Declare one constructor argument in the body of a `declared` class.

    Args:
        default: the value where none is given; without it the argument is required.
        kw_only: whether it has to be named in a call.
        alias: the argument's name where the attribute is called differently.
        convert: makes the stored value from the given one (`activations.get`).
        check: what the converted value has to be.
        serialize: makes the value of `get_config` from the stored one.
        old: earlier spellings of the name, accepted in its place.
        config: whether `get_config` holds it.
        hidden: accepted by name, but not shown in the signature: what earlier versions took.
        doc: what it is, for the docstring of every class that has it.
    """
    old = tuple(old)
    return Argument(default, kw_only, alias, convert, check, serialize, old, config, hidden, doc)


@dataclass_transform(field_specifiers=(arg,), eq_default=False)
def declared(cls: type[T]) -> type[T]:
    """Give a class an `__init__` made from its `arg` lines and those of its bases.

    After the attributes are set, `__post_init__` is called. A subclass that is not decorated
    inherits the constructor or writes its own and calls `super().__init__`.
    """
    own = {}
    for name, annotation in inspect.get_annotations(cls).items():
        spec = cls.__dict__.get(name)
        if isinstance(spec, Argument):
            spec.name, spec.attribute = spec.alias or name, name
            spec.annotation = annotation
            own[spec.name] = spec
            delattr(cls, name)
    found: dict[str, Argument] = {}
    for base in reversed(cls.__mro__[1:]):
        found.update(base.__dict__.get("_own_arguments", {}))
    found.update(own)
    ordered = sorted(found.values(), key=lambda a: (a.kw_only, a.default is not MISSING))
    if cls.__doc__:
        cls.__doc__ = with_arguments(cls.__doc__, ordered)
    cls._own_arguments = own  # type: ignore[attr-defined]
    cls._arguments = {a.name: a for a in ordered}  # type: ignore[attr-defined]

    @public
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        for argument, value in zip(ordered, bind(self, ordered, args, kwargs), strict=True):
            setattr(self, argument.attribute, value)
        self.__post_init__()

    __init__.__qualname__ = f"{cls.__qualname__}.__init__"
    __init__.__signature__ = _signature(ordered)  # type: ignore[attr-defined]
    cls.__init__ = __init__  # type: ignore[misc,method-assign]
    if not hasattr(cls, "__post_init__"):
        cls.__post_init__ = lambda self: None  # type: ignore[attr-defined]
    if not hasattr(cls, "__getattr__"):
        cls.__getattr__ = attribute_or_suggestion  # type: ignore[attr-defined]
    return cls


def _signature(arguments: list[Argument]) -> inspect.Signature:
    kinds = {True: inspect.Parameter.KEYWORD_ONLY, False: inspect.Parameter.POSITIONAL_OR_KEYWORD}
    parameters = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)]
    parameters += [
        inspect.Parameter(a.name, kinds[a.kw_only], default=a.default, annotation=a.annotation)
        for a in arguments
        if not a.hidden
    ]
    return inspect.Signature(parameters)


def bind(owner: Any, arguments: list[Argument], args: tuple, kwargs: dict[str, Any]) -> list[Any]:
    """The value of every declared argument, or one `ArgumentError` that names every mistake."""
    who = type(owner).__name__
    given, mistakes = _match(owner, arguments, args, kwargs)
    values: list[Any] = []
    fixes: list[str] = []
    for a in arguments:
        value = given.get(a.name, a.default)
        if value is MISSING:
            mistakes.append(f"{a.name} is missing" + (f": {a.check.expected}" if a.check else ""))
            continue
        try:
            converted = a.convert(value) if a.convert else value
        except RecursionError:
            raise
        except (ValueError, TypeError) as error:
            mistakes.append(f"{a.name}={_shown(value)}: {getattr(error, 'problem', error)}")
            continue
        is_default = a.name not in given
        if a.check and not is_default and not _holds(a.check, converted):
            mistakes.append(
                f"{a.name}={_shown(value)} ({type(value).__name__}): {a.check.expected} is needed"
            )
            fixes += [f"{who}({a.name}={v!r})" for v in repaired(value, a.convert, a.check.ok)]
        values.append(converted)
    if mistakes:
        ends = ["; "] * (len(mistakes) - 1) + ["."]
        said = [m + (" " if m.endswith("?") else end) for m, end in zip(mistakes, ends)]
        raise ArgumentError(f"{who}: " + "".join(said).rstrip(), fixes=fixes)
    return values


def _shown(value: Any) -> str:
    """A value in a message: text whole, long lists and arrays cut short."""
    return repr(value) if isinstance(value, (str, int, float, type)) else reprlib.repr(value)


def _holds(check: Check, value: Any) -> bool:
    try:
        return bool(check.ok(value))
    except (ValueError, TypeError):  # an array where one number is needed
        return False


def _match(
    owner: Any, arguments: list[Argument], args: tuple, kwargs: dict[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Given values by today's argument names, and what could not be matched."""
    mistakes: list[str] = []
    names = [a.name for a in arguments]
    positional = [a.name for a in arguments if not a.kw_only and not a.hidden]
    given = dict(zip(positional, args, strict=False))
    if len(args) > len(positional):
        takes = ", ".join(positional) or "none"
        mistakes.append(
            f"{len(args)} values were given without a name, at most {len(positional)} "
            f"can be ({takes}); name the others"
        )
    spellings: dict[str, str] = {}
    shown = {a.name for a in arguments if not a.hidden}
    if not shown.issuperset(kwargs):
        if legacy_hook:
            kwargs = legacy_hook(type(owner), kwargs)
        spellings = {old: a.name for a in arguments for old in a.old}
    for key, value in kwargs.items():
        key = key if key in names else spellings.get(key, key)
        if key not in names:
            mistakes.append(f"there is no argument {key!r}" + unknown_argument(key, names))
        elif key in given:
            mistakes.append(f"{key} is given twice")
        else:
            given[key] = value
    return given, mistakes


F = TypeVar("F", bound=Callable[..., Any])


def keywords_checked(function: F) -> F:
    """Let a method or function take old spellings of its keywords; every mistake gets words."""
    parameters = inspect.signature(function).parameters
    names = [name for name in parameters if name != "self"]
    required = [name for name in names if parameters[name].default is MISSING]
    own = len(parameters) - len(names)

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        who = type(args[0]).__name__ if function.__name__ == "__init__" else function.__name__
        try:
            if legacy_method_hook and any(k not in names for k in kwargs):
                kwargs = legacy_method_hook(args[0] if own else None, function.__name__, kwargs)
            _check_call(who, names, required, len(args) - own, kwargs)
            return function(*args, **kwargs)
        except BaseException as error:
            if own:
                from recurra.engine import notes  # it needs layers, which need this file

                notes.of_method(error, args[0], function.__name__)
            shorten(error)
            raise

    return checked  # type: ignore[return-value]


def _check_call(
    who: str, names: list[str], required: list[str], count: int, kwargs: dict[str, Any]
) -> None:
    """Refuse unknown, missing, doubled and too many arguments."""
    if count > len(names):
        raise ArgumentError(f"{who} takes {', '.join(names)}, and {count} values were given.")
    by_place = names[:count]
    for name in kwargs:
        if name not in names:
            raise no_argument(who, name, names)
        if name in by_place:
            raise ArgumentError(f"{who}: `{name}` is given twice.")
    for name in required:
        if name not in by_place and name not in kwargs:
            raise ArgumentError(f"{who}: `{name}` is missing.")


def no_argument(who: str, name: str, names: Iterable[str]) -> ArgumentError:
    """The error for an argument that there is not."""
    end = unknown_argument(name, names)
    return ArgumentError(f"{who} has no argument {name!r}{end}{'.' * (not end.endswith('?'))}")


def unknown_argument(name: str, names: Iterable[str]) -> str:
    """What goes on after the name of an argument that there is not: a suggestion or nothing."""
    names = list(names)
    meant = did_you_mean(name, names)
    if name in NOT_NEEDED and not (meant and name in OTHER_WORDS):
        return f" ({NOT_NEEDED[name]})"
    return meant


def arguments_of(cls: type) -> list[Argument]:
    """The declared arguments of a class, in the order of its signature."""
    return list(cls._arguments.values())  # type: ignore[attr-defined]


def config_of(owner: Any) -> dict[str, Any]:
    """The declared arguments of an instance as plain data, for `get_config`."""
    config = {}
    for a in arguments_of(type(owner)):
        if a.config:
            value = getattr(owner, a.attribute)
            config[a.name] = a.serialize(value) if a.serialize else value
    return config


# What values have to be -------------------------------------------------------------------------


def is_count(value: Any) -> bool:
    """A whole number of at least 1; NumPy integers count, booleans do not."""
    return _is_integer(value) and value >= 1


def _is_integer(value: Any) -> bool:
    return not isinstance(value, bool) and hasattr(value, "__index__")


def _is_number(value: Any) -> bool:
    return (not isinstance(value, bool) and isinstance(value, (int, float))) or hasattr(
        value, "dtype"
    )


COUNT = Check("a whole number of at least 1", is_count)
INTEGER = Check("a whole number", _is_integer)
NUMBER = Check("a number", _is_number)
POSITIVE = Check("a number above 0", lambda v: _is_number(v) and v > 0)
NOT_NEGATIVE = Check("a number of at least 0", lambda v: _is_number(v) and v >= 0)
FRACTION = Check("a number from 0 to 1", lambda v: _is_number(v) and 0 <= v <= 1)
BOOL = Check("True or False", lambda v: isinstance(v, (bool, np.bool_)))
TEXT = Check("a string", lambda v: isinstance(v, str))


def one_of(*choices: Any) -> Check:
    """One of a few named values."""
    return Check("one of " + ", ".join(map(repr, choices)), lambda v: v in choices)


def optional(check: Check) -> Check:
    """The same check, or None."""
    return Check(f"{check.expected}, or None,", lambda v: v is None or check.ok(v))
