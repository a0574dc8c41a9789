"""Apprise's services by schema, each loaded when a URL first names it.

Apprise loads all its 140 together: 0.2 s and 17 MiB, most of it for cryptography and OAuth that an agreement with mails
and a webhook never calls. Which module serves a schema stands in its source text, and its class is asked before it is
believed. What is not found so is left to Apprise, and then all of them are loaded.
"""

import importlib
import re
import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

_SCHEMAS = re.compile(rb'protocol\s*=\s*(\([^)]*\)|"[^"]*")')
_NAME = re.compile(rb'"([a-z0-9]+)"')
_CLASS = re.compile(r"Notify(?!Base|Format|ImageSize|Type)[A-Za-z0-9]+")


class Services:
    """`wire` is called when modules of Apprise's have been loaded, before any of them is used."""

    def __init__(self, everything: Any, wire: Callable[[], None]) -> None:
        self._everything = everything
        self._wire = wire
        self._known: dict[str, Any] = {}
        self._has_all = False
        self._loading = threading.RLock()

    def get(self, schema: str) -> Any | None:
        """The service's class, or None where there is none."""
        return self._known.get(schema) or self._load(schema)

    def all(self) -> list[str]:
        """Every schema that there is; loads every service."""
        with self._loading:
            self._load_all()
            return list(self._everything.schemas())

    def _load(self, schema: str) -> Any | None:
        with self._loading:
            service = self._one(schema) if schema in self._modules else None
            if service is None:
                self._load_all()
                return self._everything[schema] if schema in self._everything else None  # noqa: SIM401 (no dict)
            self._known[schema] = service
            return service

    def _one(self, schema: str) -> Any | None:
        try:
            module = importlib.import_module(self._modules[schema])
        except ImportError:  # Apprise's own way of loading copes with some
            return None
        self._wire()
        return next((each for each in _classes(module) if schema in each.schemas(each)), None)

    def _load_all(self) -> None:
        if not self._has_all:
            self._everything.load_modules()
            self._wire()
            self._has_all = True

    @cached_property
    def _modules(self) -> dict[str, str]:
        """The module that seems to serve each schema."""
        plugins = importlib.import_module("apprise.plugins")
        folder = Path(str(plugins.__file__)).parent
        return {
            name.decode(): f"{plugins.__name__}.{path.relative_to(folder).parts[0].removesuffix('.py')}"
            for path in sorted(folder.rglob("*.py"))
            for found in _SCHEMAS.findall(path.read_bytes())
            for name in _NAME.findall(found)
        }


def _classes(module: ModuleType) -> list[Any]:
    return [each for name, each in vars(module).items() if _CLASS.fullmatch(name) and hasattr(each, "app_id")]
