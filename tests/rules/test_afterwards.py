"""Duties of what comes after an incident or a drill, by their own events: documents, comments, evaluations."""

from datetime import UTC, datetime

from agent.agreement.terms import shipped
from agent.model import Obligation, ObligationState, Owing, Party
from agent.rules import obligations
from tests.rules.owing import Agreed, event


def clock(agreed: Agreed, name: str) -> Obligation:
    return next(each for each in agreed.book.rows.values() if each.name == name)


def test_the_review_is_held_within_five_working_days_of_the_report() -> None:
    """OB-510, 3.4(e): due with the last working hour of the fifth day; its record meets it."""
    agreed = Agreed(*shipped().values())
    agreed.take(event("document.delivered", what="post_incident_report", party=Party.PROVIDER))
    due_at = clock(agreed, "hold_review").due_at

    agreed.take(event("phase.recorded", 600, what="review", party=Party.PROVIDER, contact="lee"))

    assert due_at == datetime(2026, 11, 30, 18, tzinfo=UTC)
    assert clock(agreed, "hold_review").state is ObligationState.MET


def test_comments_on_the_draft_are_a_right_that_lapses() -> None:
    """OB-511, 3.4(e), fact 13: no answer within three working days is neither overdue nor acceptance."""
    agreed = Agreed(*shipped().values())
    agreed.take(event("document.delivered", what="review_draft", party=Party.PROVIDER))
    right = clock(agreed, "comment_review")

    after = obligations.swept(right, shipped()["comment_review"], datetime(2026, 11, 26, 18, tzinfo=UTC))

    assert right.debtor is Owing.CUSTOMER
    assert right.due_at == datetime(2026, 11, 26, 18, tzinfo=UTC)
    assert (after.state, after.overdue_at) == (ObligationState.LAPSED, None)


def test_whoever_held_a_drill_evaluates_it_within_fifteen_working_days() -> None:
    """OB-904, 4.3(b), 4.3(c): a clock of its own for each drill."""
    agreed = Agreed(*shipped().values())
    agreed.take(event("drill.ended", incident="", about="DR-1", party=Party.CUSTOMER))
    agreed.take(event("drill.ended", 60, incident="", about="DR-2", party=Party.PROVIDER))

    agreed.take(event("drill.evaluated", 120, incident="", about="DR-1", party=Party.CUSTOMER, contact="wang"))

    found = {each.about: each for each in agreed.book.rows.values() if each.name == "evaluate_drill"}
    assert {about: (each.debtor, each.state) for about, each in found.items()} == {
        "DR-1": (Owing.CUSTOMER, ObligationState.MET),
        "DR-2": (Owing.PROVIDER, ObligationState.RUNNING),
    }
    assert found["DR-2"].due_at == datetime(2026, 12, 14, 18, tzinfo=UTC)
