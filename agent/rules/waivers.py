"""Which duty a party may let go (agreement.md 5): one that the other owes to it, that is open and agreed on."""

from collections.abc import Iterable

from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Basis, Obligation, Owing, Party

CLAUSE = "section 5"


def named(rows: Iterable[Obligation], name: str) -> list[Obligation]:
    """The open ones called so: by id, OB number or name. Of none open the latest that ended."""
    wanted = name.strip().lower().replace(" ", "_")
    called = [each for each in rows if wanted in (each.id.lower(), each.ob.lower(), each.name)]
    opened = [each for each in called if each.state.is_open]
    return opened or sorted(called, key=lambda each: each.started_at)[-1:]


def check(each: Obligation, party: Party) -> None:
    """Whether that party may let it go.

    Raises:
        WrongParty: it is not owed to that party alone.
        IllegalStep: it has ended.
        Refused: nobody signed it, or a law asks for it.
    """
    if each.creditor is not Owing(party):
        whose = "to both parties" if each.creditor is Owing.BOTH else f"to the {each.creditor}"
        raise WrongParty(f"{_called(each)} is owed {whose}: the {party} cannot let it go", _clause(each))
    _check_standing(each)


def check_asking(each: Obligation, party: Party) -> None:
    """Whether that party may ask the other one to let it go.

    Raises:
        WrongParty: it is not that party that owes it, to the other one alone.
        IllegalStep, Refused: as `check`.
    """
    if each.debtor is not Owing(party) or each.creditor is not Owing(party.other):
        whose = "by both parties" if each.creditor is Owing.BOTH else f"by the {each.debtor}"
        raise WrongParty(
            f"{_called(each)} is owed {whose}: the {party} has nothing of it to ask to be let off", _clause(each)
        )
    _check_standing(each)


def _check_standing(each: Obligation) -> None:
    called, clause = _called(each), _clause(each)
    if not each.state.is_open:
        raise IllegalStep(f"{called} is {each.state.replace('_', ' ')}: there is nothing left to let go", clause)
    if each.is_target:
        raise Refused(f"{called} is a target that nobody signed: nothing is owed that could be let go", clause)
    if each.basis is Basis.STATUTE:
        raise Refused(f"{called} rests on a statute: a party cannot let it go", clause)


def _called(each: Obligation) -> str:
    return f"{each.ob} {each.name}".strip()


def _clause(each: Obligation) -> str:
    return each.clauses[0] if each.clauses else CLAUSE
