"""The two parts of routes.yaml: the agreement part, which both parties change together, and the operations part.

The agreement part is all of `agreement:` and those of `routes:` that tell the customer's people (fact 14). The rest,
from probes to passwords, is the operator's own and in force as soon as it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from agent.config import head, labelled, routes
from agent.config.faults import Faults
from agent.config.nodes import Node, compose, plain
from agent.config.people import People
from agent.config.settings import Fault, Settings
from agent.config.shapes import ListOf
from agent.errors import Malformed
from agent.model import Agreement, Function, Party, Probe, Route, Row
from agent.rules import joint


@dataclass(frozen=True, slots=True)
class Agreed:
    """What an agreement part says, read."""

    agreement: Agreement
    routes: tuple[Route, ...]


def text_of(file: Node) -> str:
    """The file's agreement part as canonical text."""
    written = file.value if isinstance(file.value, Mapping) else {}
    described = plain(file.at("agreement"))
    told = written.get("routes")
    listed = told.value if told is not None and isinstance(told.value, tuple) else (told,)
    customers = [plain(each) for each in listed if each is not None and _party(each) == Party.CUSTOMER]
    return joint.canonical({"agreement": described if isinstance(described, dict) else {}, "routes": customers})


def agreed(text: str, people: People, environment: Mapping[str, str], now: datetime) -> Agreed:
    """What a canonical text means, for the people of the file in force.

    A route that names somebody who has gone tells the others.

    Raises:
        Malformed: this version cannot read it.
    """
    faults = Faults()
    root = compose(text, faults.at)
    written = head.SHAPE.read(root.at("agreement"), faults) if root else None
    if root is None or written is None or faults.are_fatal:
        raise Malformed(f"the agreement part on file cannot be read: {_said(faults)}")
    found = head.build(written, joint.hash_of(text), environment, now, faults)
    if faults.are_fatal:
        raise Malformed(f"the agreement part on file cannot be read: {_said(faults)}")
    told = ListOf(routes.SHAPE).read(root.at("routes"), faults) or ()
    return Agreed(labelled.agreement(found.agreement, people.parties), routes.agreed(told, people, found.functions))


def beside(file: Settings, text: str, environment: Mapping[str, str], now: datetime) -> Settings:
    """The file's operations part beside the agreement part `text`, which is in force.

    What the file says of functions that are not agreed yet is held back, with a warning.

    Raises:
        Malformed: this version cannot read the part.
    """
    if text == file.part:
        return file
    found = agreed(text, People(file.parties, file.contacts, {}), environment, now)
    functions = found.agreement.functions
    others = tuple(route for route in file.routes if route.party is Party.PROVIDER or not routes.is_own(route))
    held = [
        *(_held(f"probes.{probe.name}", probe.function) for probe in file.probes.values() if _waits(probe, functions)),
        *(_held("signals", row.function) for row in file.rows if _waits(row, functions)),
    ]
    return replace(
        file,
        agreement=found.agreement,
        routes=(*found.routes, *others),
        probes={name: probe for name, probe in file.probes.items() if not _waits(probe, functions)},
        rows=tuple(row for row in file.rows if not _waits(row, functions)),
        warnings=(*file.warnings, *held),
    )


def _waits(asker: Probe | Row, functions: Mapping[str, Function]) -> bool:
    """Whether it speaks of a function that is not agreed; a template is looked at when an alert fills it."""
    return "{" not in asker.function and asker.function not in functions


def _held(key: str, function: str) -> Fault:
    message = f"is held back: the function {function} is not agreed yet; `tocsin terms diff` shows what waits"
    return Fault(1, key, message, is_warning=True)


def _party(route: Node) -> str:
    value = route.at("party").value
    return value if isinstance(value, str) else ""


def _said(faults: Faults) -> str:
    return "; ".join(str(fault) for fault in faults.in_order() if not fault.is_warning) or "it is no YAML"
