"""`agreement.overlays`: named, set, refused (fact 11)."""

import pytest

from agent.agreement import statutes
from agent.agreement.terms import events
from agent.model import Party
from tests.config.reading import errors_of, settings_of

SMALL = """
agreement:
  system: Shop
  overlays: OVERLAYS
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}}}
"""


def with_overlays(written: str) -> str:
    return SMALL.replace("OVERLAYS", written)


def test_none_is_on_unless_it_is_named() -> None:
    """Fact 11: off unless named."""
    agreement = settings_of(with_overlays("[]")).agreement

    assert agreement.overlays == ()
    assert not [term for term in agreement.terms.values() if term.overlay]


def test_a_name_takes_it_as_it_ships() -> None:
    agreement = settings_of(with_overlays("[cn-incident-report, eu-gdpr]")).agreement

    assert [(each.name, each.owed_by, each.from_grade) for each in agreement.overlays] == [
        ("cn-incident-report", Party.PROVIDER, 2),
        ("eu-gdpr", Party.CUSTOMER, None),
    ]
    assert agreement.terms["cn_first_report"].limits[1].text == "4h"
    assert agreement.terms["gdpr_notification"].basis == "statute"


def test_who_operates_who_owes_and_from_which_grade_may_be_set() -> None:
    """Fact 11: 1 h of critical infrastructure, 2 h of central organs."""
    written = "[{name: cn-incident-report, operator: cii, owed_by: customer, from_grade: 1}]"
    agreement = settings_of(with_overlays(written)).agreement

    report = agreement.terms["cn_first_report"]
    assert (report.limits[2].text, report.debtor, report.creditor, report.from_grade) == (
        "1h",
        "customer",
        "provider",
        1,
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[eu-nis]", "did you mean eu-nis2?"),
        ("[rules.yaml]", "write duties of your own under `agreement.terms`"),
        ("[eu-dora, eu-dora]", "eu-dora stands here twice"),
        ("[{name: eu-dora, operator: cii}]", "only cn-incident-report does"),
        ("[{owed_by: provider}]", "name"),
    ],
)
def test_what_cannot_be_is_named(written: str, said: str) -> None:
    assert any(said in fault for fault in errors_of(with_overlays(written)))


def test_a_duty_of_the_same_name_is_refused() -> None:
    own = (
        "[eu-gdpr]\n  terms: {gdpr_notification: {clauses: [x], basis: annex, debtor: customer, creditor: provider, "
        "starts: incident.opened, limit: 1h, met_by: update.posted}}"
    )

    assert any("gdpr_notification as well" in fault for fault in errors_of(with_overlays(own)))


@pytest.mark.parametrize("name", statutes.OVERLAYS)
def test_every_shipped_overlay_is_whole(name: str) -> None:
    """Fact 11: each row has its source, both languages, and events of the closed list."""
    overlay, terms = statutes.overlay(name)

    assert overlay.title.keys() == overlay.law.keys() == {"en", "zh"}
    assert {level.owes for level in overlay.levels} == {True, False}
    assert overlay.items
    for term in terms.values():
        assert term.ref
        assert term.overlay == name
        assert {event.partition("/")[0] for event in (*term.starts, *term.met_by, *term.ends)} <= events().keys()
