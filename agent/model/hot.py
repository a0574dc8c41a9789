"""Nouns that come by the ten thousand a second, or by the dozen with each incident."""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: PLC0414  told on to those who import it here

Noun = TypeVar("Noun")


def hot(noun: type[Noun]) -> type[Noun]:
    """The same frozen noun, made at a fifth of the cost; that nobody changes it the type checker alone sees to.

    A frozen dataclass asks `object.__setattr__` for each field: of a new alert's 45 us on the desk that took 5.
    """
    its: tuple[Field[Any], ...] = fields(noun)  # type: ignore[arg-type]
    init = _init(its)
    init.__defaults__ = tuple(
        field.default for field in its if field.default is not MISSING or field.default_factory is not MISSING
    )
    noun.__init__ = init  # type: ignore[method-assign]
    del noun.__setattr__, noun.__delattr__  # those that raise FrozenInstanceError
    return noun


def changing(noun: type[Noun], *names: str) -> Callable[..., Noun]:
    """`replace(noun, name=value)` written out: a quarter of the cost where a noun has forty fields."""
    its = [field.name for field in fields(noun)]  # type: ignore[arg-type]
    if unknown := set(names) - set(its):
        raise TypeError(f"{noun.__name__} has no {', '.join(sorted(unknown))}")
    values = ", ".join(name if name in names else f"noun.{name}" for name in its)
    changed: Callable[..., Noun] = eval(f"lambda noun, {', '.join(names)}: its({values})", {"its": noun})
    return changed


_CHANGES: dict[tuple[Any, ...], Callable[..., Any]] = {}

if not TYPE_CHECKING:  # whose checker knows the fields by the other one

    def replace(noun: Noun, /, **changes: Any) -> Noun:
        """What `dataclasses.replace` makes, by a function written out for each noun and the names it changes."""
        key = (noun.__class__, *changes)
        change = _CHANGES.get(key)
        if change is None:
            change = _CHANGES[key] = changing(*key)
        return change(noun, *changes.values())


def _init(its: tuple[Field[Any], ...]) -> Callable[..., None]:
    """`__init__` written out; what has no default of its own, but a factory, is MISSING until that has made it."""
    makers: dict[str, Any] = {
        f"make_{field.name}": field.default_factory for field in its if field.default_factory is not MISSING
    }
    lines = [f"def __init__(self, {', '.join(field.name for field in its)}):"]
    for name in (field.name for field in its):
        if f"make_{name}" in makers:
            lines.append(f" if {name} is MISSING: {name} = make_{name}()")
        lines.append(f" self.{name} = {name}")
    written: dict[str, Any] = {"MISSING": MISSING, **makers}
    exec("\n".join(lines), written)
    init: Callable[..., None] = written["__init__"]
    return init
