"""`agreement.overlays`: statutory clocks by name, with what the parties set of them (fact 11)."""

from collections.abc import Sequence

from agent.agreement.statutes import OVERLAYS, overlay
from agent.config.faults import Faults, suggest
from agent.config.nodes import Node
from agent.config.shapes import Either, Entry, Field, ListOf, Placed, Record, Scalar, one_of
from agent.config.terms import GRADE
from agent.model import Overlay, Party, Term


def _name(text: str) -> str:
    if text.endswith((".yaml", ".yml")):
        raise ValueError("is no overlay: write duties of your own under `agreement.terms`")
    if text not in OVERLAYS:
        raise ValueError(f"unknown overlay {text!r}: {suggest(text, OVERLAYS)}")
    return text


NAME = Scalar("an overlay", _name, {"type": "string", "enum": list(OVERLAYS)})
_OPERATORS = one_of(("cii", "central", "other"))
_SET = Record(
    {
        "name": Field(NAME, "which one", True),
        "owed_by": Field(one_of(Party), "who owes the authority; each overlay says its own where it is not said"),
        "operator": Field(_OPERATORS, "of cn-incident-report: 1h, 2h or 4h; other where it is not said"),
        "from_grade": Field(GRADE, "the contract grade from which on it starts by itself"),
    },
    "an overlay, with what is set of it",
)
SHAPE = Placed(ListOf(Either(NAME, _SET)))
Placing = tuple[Node, "str | Entry"]


def build(
    written: Sequence[Placing], taken: Sequence[str], faults: Faults
) -> tuple[tuple[Overlay, ...], dict[str, Term]]:
    """The overlays and their duties; `taken` are names that duties have already."""
    found: list[Overlay] = []
    terms: dict[str, Term] = {}
    for place, item in written:
        name = item if isinstance(item, str) else item.get("name", "")
        if not name:
            continue
        if name in [each.name for each in found]:
            faults.error(place, f"{name} stands here twice")
            continue
        options = {} if isinstance(item, str) else {key: value for key, value in item.values.items() if key != "name"}
        if "operator" in options and name != "cn-incident-report":
            faults.error(place, f"{name} asks for no operator: only cn-incident-report does")
        one, duties = overlay(name, **options)
        clash = sorted(duties.keys() & set(taken))
        if clash:
            faults.error(place, f"{name} has a duty {clash[0]} as well: give the one of your own another name")
        found.append(one)
        terms |= duties
    return tuple(found), terms
