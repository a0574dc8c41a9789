"""An incident opens by itself, and each party hears of it once, in its own copy."""

import re

from tests.stories.conftest import Make
from tests.support.world import FILE, World, bad


def test_an_alert_that_a_row_knows_opens_an_incident_of_its_grade(world: World) -> None:
    """R0, R4: checkout is core, down without a known scope means all: grade 2."""
    receipt = world.alert("CheckoutDown", instance="a")

    incident = world.incident()
    assert receipt.incidents == (incident.number,)
    assert (incident.grade, incident.state, incident.functions) == (2, "open", ("checkout",))
    assert incident.rules == ("R0", "R1", "R4")
    assert incident.is_provisional


def test_incidents_are_numbered_by_day_in_the_zone_of_the_agreement(make: Make) -> None:
    world = make(FILE.replace("system: Payment platform", "system: Payment platform\n  time_zone: Pacific/Auckland"))

    world.alert("CheckoutDown")
    world.alert("ReportsDown")

    assert [incident.number for incident in world.incidents()] == ["INC-20261123-001", "INC-20261123-002"]
    world.advance("12 h")
    world.alert("Intrusion")
    assert world.incident().number == "INC-20261124-001"


def test_each_contact_gets_one_message_at_the_opening(world: World) -> None:
    """agreement.md 4, "One message at opening": launch, first notice, grade and link together."""
    world.alert("Intrusion")

    assert world.told("lee") == world.told("chen") == ["[GRADE 1] Security matter, please open [INC-20261123-001 #1]"]
    assert world.told("wang") == ["[GRADE 1] Security matter, please open [INC-20261123-001 #1]"]


def test_the_customer_of_a_grade_2_is_told_after_five_minutes(world: World) -> None:
    world.alert("CheckoutDown", ago="1 min")

    world.advance("4 min")
    assert world.told("wang") == []

    world.advance("2 min")
    assert world.told_at("wang")[0].startswith(
        "03:05:00 [GRADE 2, provisional] Checkout down for all users since 02:59"
    )


def test_a_blip_is_on_record_only(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("1 min")
    world.resolve("CheckoutDown")
    world.advance("1 h")

    assert world.told("wang") == []
    assert world.incident().state == "recovered"
    assert "notice_withheld" in world.happened()


def test_a_persons_confirmation_ends_the_hold(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("1 min")

    world.regrade(2)

    assert world.told_at("wang")[0].startswith("03:01:00 [GRADE 2] Checkout down")


def test_a_raise_ends_the_hold(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("1 min")

    world.regrade(1, "all shops are out")

    assert world.told_at("wang")[0].startswith("03:01:00 [GRADE 1")


def test_the_customers_copy_holds_nothing_technical(world: World) -> None:
    world.alert("CheckoutDown", instance="db-7.internal:9090", job="pay")
    world.advance("6 min")

    [message] = world.messages("wang")
    for technical in ("db-7.internal", "CheckoutDown", "R4", "row:", "instance", "pay\n"):
        assert technical not in message.text
    assert "The payment page does not open" in message.text
    assert "instance=db-7.internal:9090" in world.messages("chen")[0].text


def test_an_unmapped_alert_never_reaches_the_customer(make: Make) -> None:
    """agreement.md 4, "Unmapped": graded for the provider only."""
    world = make(
        """
agreement: {system: Shop}
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}}}
"""
    )

    world.alert("DiskFull", severity="critical")
    world.advance("1 d")

    assert world.told("lee") != []
    assert world.told("wang") == []


def test_an_alert_of_no_agreed_function_is_kept_and_not_told(world: World) -> None:
    """1.1: signals that belong to no agreed function are out of scope."""
    receipt = world.alert("NobodyKnowsMe", severity="critical")

    assert (receipt.new, receipt.incidents) == (1, ())
    assert world.incidents() == []


def test_a_risk_is_told_to_the_provider_alone(make: Make) -> None:
    """agreement.md 3, "At risk" is no fault in the sense of 1.2."""
    world = make(FILE.replace("state: degraded}", "state: at_risk}"))

    world.alert("CheckoutSlow")
    world.advance("8 h")

    assert world.incident().grade == 3
    assert world.told("chen") != []
    assert world.told("wang") == []


def test_in_a_trial_the_customers_copy_goes_to_the_providers_coordinator(make: Make) -> None:
    world = make(FILE.replace("system: Payment platform", "system: Payment platform\n  status: trial"))

    world.alert("Intrusion")
    world.alert("CheckoutDown")
    world.advance("10 min")

    assert world.told("wang") == []
    marked = [line for line in world.told("chen") if line.startswith("[TRIAL]")]
    assert marked[-1].startswith("[TRIAL] [GRADE 2, provisional] Checkout down for all since 03:00 [")


def test_the_link_of_a_trials_copy_is_its_own_and_answers_for_nobody(make: Make) -> None:
    """Read by the provider's coordinator: it must not acknowledge for the provider, nor for the customer."""
    world = make(FILE.replace("system: Payment platform", "system: Payment platform\n  status: trial"))

    world.alert("CheckoutDown")
    world.advance("6 min")

    links = {}
    for message in world.messages("chen"):
        token = re.search(r"/a/(\w+)", message.text)
        assert token is not None
        links["[TRIAL]" in message.subject] = world.store.link(token[1])
    own, trial = links[False], links[True]
    assert (own.contact, own.party, own.is_trial) == ("chen", "provider", False)
    assert (trial.contact, trial.party, trial.is_trial) == ("", "customer", True)


def test_an_attempt_is_counted_and_opens_nothing(make: Make) -> None:
    """R3: attempt is alert only."""
    world = make(FILE.replace("security: confirmed", "security: attempt"))

    receipt = world.alert("Intrusion")

    assert (receipt.new, world.incidents()) == (1, [])


def test_what_stands_in_an_announced_window_waits_for_its_end(make: Make) -> None:
    """R2: announced window and kind fault: recorded, not notified."""
    window = '\nmaintenance:\n  - {what: upgrade, functions: [checkout], from: "2026-11-23 02:30", for: 1h}\n'
    world = make(FILE.replace("system: Payment platform", "system: Payment platform\n  time_zone: UTC") + window)

    world.alert("CheckoutDown")
    assert world.incidents() == []

    world.advance("31 min")
    assert (world.incident().functions, world.incident().grade) == (("checkout",), 2)


def test_security_is_never_suppressed_by_maintenance(make: Make) -> None:
    window = '\nmaintenance:\n  - {what: upgrade, functions: [checkout], from: "2026-11-23 02:30", for: 1h}\n'
    world = make(FILE.replace("system: Payment platform", "system: Payment platform\n  time_zone: UTC") + window)

    world.alert("Intrusion")

    assert world.incident().kind == "security"


def test_of_equally_bad_functions_the_one_the_incident_is_about_comes_first(make: Make) -> None:
    probe = "\nprobes:\n  books: {tcp_connect: {host: 127.0.0.1, port: 9}, function: ledger, every: 1m, for: 1}\n"
    world = make(FILE + probe)
    world.advance("2 min")
    world.alert("CheckoutDown")
    world.readings["books"] = bad

    world.advance("10 min")

    assert world.told("wang")[0].startswith("[GRADE 2, provisional] Checkout down")


BROKEN = "json://${env:TOCSIN_TEST_IS_NOT_SET}"


def test_a_minor_incident_whose_only_recipient_cannot_be_reached_is_told_to_the_others(make: Make) -> None:
    """A broken channel at start is a warning; the incident that needs it uses the next."""
    file = FILE.replace("system: Payment", 'time_zone: UTC\n  hours: "Mon..Sun 00:00-24:00"\n  system: Payment')
    world = make(file.replace('phone: "+1-555-0101", reach: ["log://"]', f'phone: "+1-555-0101", reach: ["{BROKEN}"]'))

    world.alert("ReportsDown")
    world.advance("30 min")

    assert [len(world.told(contact)) for contact in ("chen", "lee")] == [0, 1]


def test_where_nobody_at_all_can_be_reached_the_minutes_say_so(make: Make) -> None:
    file = FILE.replace("system: Payment", 'time_zone: UTC\n  hours: "Mon..Sun 00:00-24:00"\n  system: Payment')
    world = make(file.replace('reach: ["log://"]', f'reach: ["{BROKEN}"]'))

    world.alert("ReportsDown")
    world.advance("30 min")

    assert "nobody_to_tell" in world.happened()
