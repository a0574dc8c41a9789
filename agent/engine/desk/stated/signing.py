"""Acceptances and rejections of the agreement, as they come (facts 14, 15): from the party itself, or on its behalf.

What one party records as the other's acceptance brings nothing into force: it is a statement, and counts once the
other party's principal has confirmed it (decision 20). A rejection keeps what is in force, and stands as any other act.
"""

from typing import Any

from agent.engine.desk.owed import jointly
from agent.engine.desk.stated import behalf
from agent.engine.desk.turn import Turn
from agent.engine.joint import AcceptPart, RejectPart, Stands
from agent.errors import IllegalStep, Refused
from agent.model import AgreementPart, Contact, Statement
from agent.rules import joint, statements
from agent.rules.joint import CLAUSE

STATED = "agreement_acceptance_stated"
"""The fact of an acceptance that the other party wrote down."""


def accept(turn: Turn, act: AcceptPart) -> Stands:
    """One party's acceptance: at once where it is the party's own, once confirmed where the other one wrote it down.

    Raises:
        see `jointly.accept`.
    """
    contact = jointly.signer(turn, act)
    part = jointly.acceptable(turn, contact, act.hash)
    if part is None:
        return jointly.stands(turn, is_repeated=True)
    _check_call(turn, act, part)
    if not behalf.is_stated(turn, contact, act):
        return jointly.accept(turn, act)
    if behalf.recorded_at_of(turn, act) is contact.party:
        said = _put_beside(turn, part, "agreement_accepted", contact, act)
        return jointly.accept(turn, act, said)
    if _waiting(turn, part, contact) is not None:
        return jointly.stands(turn, is_repeated=True)
    stated = _put_beside(turn, part, STATED, contact, act)
    told = {"party": contact.party, "means": act.means, "recorded_by": act.recorded_by, **stated}
    turn.fact("", STATED, by=contact.id, version=part.version, hash=part.hash, **told)
    return jointly.stands(turn)


def reject(turn: Turn, act: RejectPart) -> Stands:
    """What is proposed does not come into force.

    Raises:
        see `jointly.reject`.
    """
    contact, part = jointly.signer(turn, act), jointly.rejectable(turn, act)
    _check_call(turn, act, part)
    said = _put_beside(turn, part, "agreement_rejected", contact, act, reason=act.reason.strip())
    return jointly.reject(turn, act, said)


def confirmed(turn: Turn, statement: Statement, by: Contact) -> None:
    """Whoever may sign for the party says that its principal accepted: then that counts, from now on.

    Raises:
        Refused: they may not sign.
        IllegalStep: what was accepted does not wait any more.
    """
    if not joint.may_sign(by, turn.settings.contacts):
        raise Refused(f"{by.id} may not confirm it: it takes the principal of the {by.party}, or a deputy", CLAUSE)
    hash_ = str(statement.said.get("hash", ""))
    stands = turn.known.joint
    part = stands.proposed or stands.in_force
    if part is None or part.hash != hash_:
        raise IllegalStep(f"{hash_[:8]} does not wait any more: there is nothing left to confirm", CLAUSE)
    act = AcceptPart(statement.by, hash_, statement.means, statement.recorded_by)
    jointly.accept(turn, act, {"statement": statement.id})


def _check_call(turn: Turn, act: AcceptPart | RejectPart, part: AgreementPart) -> None:
    """
    Raises:
        Refused: the call lies ahead, or before there was anything to accept.
    """
    statements.acted_at(act.called_at, part.at, turn.now, CLAUSE, f"version {part.version}")


def _put_beside(
    turn: Turn, part: AgreementPart, kind: str, contact: Contact, act: AcceptPart | RejectPart, **said: Any
) -> dict[str, Any]:
    words = {"version": part.version, "hash": part.hash, **said}
    return behalf.state_of(turn, matter_of(part), kind, contact, act, at=turn.now, said=words)


def _waiting(turn: Turn, part: AgreementPart, contact: Contact) -> Statement | None:
    """The same person's acceptance of it that waits to be confirmed already."""
    of = behalf.statements_of(turn, matter_of(part)).values()
    same = (each for each in of if each.kind == STATED and each.by == contact.id)
    return next((each for each in same if not statements.is_over(each, turn.now)), None)


def matter_of(part: AgreementPart) -> str:
    """What its statements are counted under: `agreement-2`."""
    return f"agreement-{part.number}"
