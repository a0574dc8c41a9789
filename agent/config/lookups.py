"""Values of the file that lead outside of it: web addresses, named files, secrets by reference."""

from pathlib import Path
from urllib.parse import urlsplit

from agent.config.faults import Faults
from agent.config.references import Vault
from agent.config.shapes import Entry, Scalar


def web(text: str) -> str:
    """The address without a slash at its end.

    Raises:
        ValueError: it is no http or https address.
    """
    split = urlsplit(text)
    if split.scheme not in {"http", "https"} or not split.hostname or (split.port or 1) < 0:
        raise ValueError("is no web address: write https://host or http://host:port")
    return text.rstrip("/")


WEB = Scalar("a web address", web)


def resolved(entry: Entry, key: str, vault: Vault, faults: Faults, so: str) -> str:
    """The text with its references replaced, "" where one cannot be."""
    try:
        found = vault.resolve(entry.get(key, ""))
    except ValueError as fault:
        faults.error(entry.at(key), str(fault))
        return ""
    for reason in found.missing:
        faults.warn(entry.at(key), f"{reason}; {so}")
    return "" if found.missing else found.text


def file_of(entry: Entry | None, key: str, vault: Vault, faults: Faults) -> Path | None:
    """A file named in the configuration, from its folder; one that is not there is warned about."""
    if entry is None or key not in entry.values:
        return None
    path = vault.folder / str(entry.values[key])
    if not path.exists():
        faults.warn(entry.at(key), f"{path} is not there")
    return path
