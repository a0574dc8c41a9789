"""Short ways to read a configuration in tests: a small sound file, to which a test adds what it is about."""

from collections.abc import Callable, Mapping
from pathlib import Path

from agent.config.load import read
from agent.config.settings import Fault, Settings
from collectors import catalogue

AGREEMENT = "agreement: {system: Payment platform}\n"
PARTIES = """
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}}}
"""
SMALLEST = AGREEMENT + PARTIES
PATH = Path("/etc/tocsin/routes.yaml")


def settings_of(
    text: str,
    *,
    can_build: Callable[[str], str] | None = None,
    environment: Mapping[str, str] | None = None,
    path: Path = PATH,
    strict_channels: bool = True,
) -> Settings:
    """What a sound file means."""
    settings, faults = read(text, path, catalogue(), can_build, environment or {}, strict_channels=strict_channels)
    assert settings is not None, "\n".join(str(fault) for fault in faults)
    return settings


def warnings_of(text: str, *, environment: Mapping[str, str] | None = None, path: Path = PATH) -> list[str]:
    """What a sound file is warned about, as `LINE: key: message` without the word."""
    settings = settings_of(text, environment=environment, path=path)
    return [f"{fault.line}: {fault.key}: {fault.message}" for fault in settings.warnings]


def errors_of(text: str, *, environment: Mapping[str, str] | None = None) -> list[str]:
    """What is wrong with a bad file, as `LINE: key: message`."""
    settings, faults = read(text, PATH, catalogue(), None, environment or {})
    assert settings is None
    return [str(fault) for fault in faults if not fault.is_warning]


def about(warnings: list[str], word: str) -> list[str]:
    return [warning for warning in warnings if word in warning]


__all__ = ["AGREEMENT", "PARTIES", "PATH", "SMALLEST", "Fault", "about", "errors_of", "settings_of", "warnings_of"]
