"""Nouns that come by the ten thousand a second."""

from dataclasses import fields
from typing import Any, TypeVar

Noun = TypeVar("Noun")


def hot(noun: type[Noun]) -> type[Noun]:
    """The same frozen noun, made at a fifth of the cost; that nobody changes it the type checker alone sees to.

    A frozen dataclass asks `object.__setattr__` for each field: of a new alert's 45 us on the desk that took 5.
    """
    names = [field.name for field in fields(noun)]  # type: ignore[arg-type]
    source = "\n".join([f"def __init__(self, {', '.join(names)}):", *(f" self.{name} = {name}" for name in names)])
    written: dict[str, Any] = {}
    exec(source, written)
    init = written["__init__"]
    init.__defaults__ = noun.__init__.__defaults__
    noun.__init__ = init  # type: ignore[method-assign]
    del noun.__setattr__, noun.__delattr__  # those that raise FrozenInstanceError
    return noun
