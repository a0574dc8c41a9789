"""Templates of notices: the operator's own before the shipped ones, in a sandbox, each bounded in size.

A template is a file of `{language}/`, in Jinja2's words. An own one that fails is passed over for the shipped one; the
log says so once, and once when it works again.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent import metrics
from agent.log import Log

if TYPE_CHECKING:
    from jinja2 import Environment

log = Log(__name__)

SHIPPED = Path(__file__).parent / "templates"

LARGEST_FILE = 16 * 1024
"""Bytes of one template."""

LONGEST = 4000
"""Characters of one rendered notice."""


_OF_TEXT = frozenset({"capitalize", "endswith", "lower", "replace", "split", "startswith", "strip", "title", "upper"})
"""What a template may call on a text; the others could make it swell."""


class Unusable(Exception):
    """An own template that must not be used, and why."""


class Stationery:
    """The templates of one folder, remembered between notices."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = _environment(folder)
        self._broken: set[str] = set()

    def render(self, name: str, values: Mapping[str, Any]) -> str | None:
        """What the own template makes of the values; None: there is none, or it is broken."""
        try:
            if not (self._folder / name).is_file():
                return None
            text = self.must_render(name, values)
        except Exception as fault:  # an operator's template may fail in any way; the notice goes out all the same
            metrics.ENGINE_FAULTS.labels("wording").inc()
            if name not in self._broken:
                self._broken.add(name)
                log.error("own template failed, the shipped one is used", template=name, fault=_said(fault))
            return None
        if name in self._broken:
            self._broken.discard(name)
            log.info("own template works again", template=name)
        return text

    def must_render(self, name: str, values: Mapping[str, Any]) -> str:
        """The same, raising whatever goes wrong."""
        pieces: list[str] = []
        length = 0
        for piece in self._environment.get_template(name).generate(values):
            pieces.append(piece)
            length += len(piece)
            if length > LONGEST:
                raise Unusable(f"it makes more than {LONGEST} characters")
        text = "".join(pieces)
        if not text.strip():
            raise Unusable("it makes an empty notice")
        return text


def written(own: Path | None, name: str, values: Mapping[str, Any]) -> tuple[str, bool]:
    """The rendered template, and whether it is the operator's own."""
    if own is not None:
        text = stationery(own).render(name, values)
        if text is not None:
            return text, True
    return stationery(SHIPPED).must_render(name, values), False


@lru_cache(maxsize=4)
def stationery(folder: Path) -> Stationery:
    return Stationery(folder)


def _environment(folder: Path) -> "Environment":
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Bounded(FileSystemLoader):
        def get_source(self, environment: "Environment", template: str) -> Any:
            if (folder / template).stat().st_size > LARGEST_FILE:
                raise Unusable(f"it is larger than {LARGEST_FILE} bytes")
            return super().get_source(environment, template)

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**", "%"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            # the sandbox of itself does not stop 'a' * 10**8, nor '%1000000000d' % 1
            if operator == "**" or not all(isinstance(side, int) and abs(side) < 1 << 32 for side in (left, right)):
                raise Unusable(f"{operator} is for small numbers only")
            return super().call_binop(context, operator, left, right)

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            return attr in _OF_TEXT if isinstance(obj, str) else super().is_safe_attribute(obj, attr, value)

    environment = Sandbox(
        loader=Bounded(folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=folder != SHIPPED,
        autoescape=False,  # plain text: the post escapes where a channel renders HTML
    )
    for name in ("center", "format", "indent", "wordwrap"):  # they swell a text to any size
        del environment.filters[name]
    environment.globals.clear()
    return environment


def _said(fault: Exception) -> str:
    line = getattr(fault, "lineno", None)
    return f"{type(fault).__name__}: {fault}" + (f" (line {line})" if line else "")
