"""A real Alertmanager and a running agent, either of which dies, refuses or is restarted while incidents last.

In the end nothing is lost, nothing doubled, and everything closed.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.real.house import Account, House, house, named
from tests.support.running import until
from tests.support.running_agent import ask

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def shared(program: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(program("prometheus-alertmanager"), tmp_path_factory.mktemp("house")) as found:
        yield found


def test_what_fires_is_joined_repeated_and_resolves_is_one_incident(shared: House) -> None:
    first, second = named("orders", "web-1", "web-2", lane="often")

    shared.sender.fire(first)
    shared.until_firing("orders", 1)
    shared.sender.fire(second)
    shared.until_firing("orders", 2)
    identities = {each["fingerprint"] for each in shared.incidents("orders")[0]["signals"]}
    theirs = shared.sender.fingerprints("orders")
    told = shared.agent.answered(200)
    until(lambda: shared.agent.answered(200) >= told + 3, "repetitions")
    shared.sender.resolve(first)
    shared.until_firing("orders", 1)
    still = shared.incidents("orders")[0]["state"]
    shared.sender.resolve(second)

    assert still == "open"
    assert identities == theirs
    assert shared.agent.figure("tocsin_alerts_malformed_total") == 0
    assert shared.close("orders") == Account(incidents=1, joined=2, ended=2, openings=1, states=("closed",))


def test_one_message_of_a_group_opens_an_incident_for_each_function_in_it(shared: House) -> None:
    alerts = [*named("shop", "web-1", "web-2", lane="all"), *named("tills", "till-1", lane="all")]

    shared.sender.fire(*alerts)
    shared.until_firing("shop", 2)
    shared.until_firing("tills", 1)
    shared.sender.resolve(*alerts)

    assert shared.close("shop") == Account(incidents=1, joined=2, ended=2, openings=1, states=("closed",))
    assert shared.close("tills") == Account(incidents=1, joined=1, ended=1, openings=1, states=("closed",))


def test_what_fires_and_what_resolves_while_the_agent_is_dead_is_on_file_once_it_is_back(shared: House) -> None:
    first, second = named("stock", "web-1", "web-2")
    shared.sender.fire(first)
    shared.until_firing("stock", 1)

    shared.kill_agent()
    shared.sender.fire(second)
    shared.sender.resolve(first)
    shared.start_agent()
    until(lambda: shared.account("stock").ended == 1, "the end of the first")
    shared.sender.resolve(second)

    assert shared.close("stock") == Account(incidents=1, joined=2, ended=2, openings=1, states=("closed",))


def test_killed_in_the_middle_of_a_burst_the_agent_has_every_alert_once(shared: House) -> None:
    burst = named("mail", *(f"web-{number}" for number in range(150)), lane="each")

    shared.sender.fire(*burst)
    until(lambda: shared.incidents("mail"), "the beginning of the burst")
    shared.kill_agent()
    shared.start_agent()
    shared.until_firing("mail", 150)
    shared.sender.resolve(*burst)

    assert shared.close("mail") == Account(incidents=1, joined=150, ended=150, openings=1, states=("closed",))


def test_what_fires_and_what_resolves_while_nothing_can_be_stored_is_refused_and_told_again(shared: House) -> None:
    first, second = named("search", "web-1", "web-2")
    shared.sender.fire(first)
    shared.until_firing("search", 1)
    refused = shared.agent.answered(503)

    with shared.nothing_can_be_stored():
        shared.sender.fire(second)
        shared.sender.resolve(first)
        until(lambda: shared.agent.answered(503) > refused, "refusal")
        during = shared.account("search")
    until(lambda: shared.account("search").ended == 1, "the end of the first")
    shared.sender.resolve(second)

    assert during == Account(incidents=1, joined=1, ended=0, openings=1, states=("open",))
    assert shared.close("search") == Account(incidents=1, joined=2, ended=2, openings=1, states=("closed",))


def test_an_alertmanager_that_lost_its_memory_doubles_nothing(shared: House) -> None:
    first, second = named("login", "web-1", "web-2")
    shared.sender.fire(first, second)
    shared.until_firing("login", 2)

    shared.kill_sender()
    shared.start_sender()
    told = shared.agent.answered(200)
    shared.sender.fire(first, second)  # as Prometheus does every minute or two
    until(lambda: shared.agent.answered(200) > told, "the same told anew")
    again = shared.account("login")
    shared.sender.resolve(first, second)

    assert again == Account(incidents=1, joined=2, ended=0, openings=1, states=("open",))
    assert shared.close("login") == Account(incidents=1, joined=2, ended=2, openings=1, states=("closed",))


def test_both_sides_killed_one_after_the_other_agree_in_the_end(shared: House) -> None:
    first, second = named("ledger", "web-1", "web-2")
    shared.sender.fire(first)
    shared.until_firing("ledger", 1)

    shared.kill_agent()
    shared.sender.fire(second)
    until(lambda: shared.sender.failures() > 0, "tries in vain")
    shared.kill_sender()  # what it would have told again dies with it
    shared.start_agent()
    shared.start_sender()
    shared.sender.fire(first, second)
    shared.until_firing("ledger", 2)
    shared.sender.resolve(first, second)

    assert shared.close("ledger") == Account(incidents=1, joined=2, ended=2, openings=1, states=("closed",))


def test_what_is_silenced_stays_open_and_its_end_is_told_once_the_silence_is_over(shared: House) -> None:
    (alert,) = named("images", "web-1", lane="often")
    shared.sender.fire(alert)
    shared.until_firing("images", 1)

    silence = shared.sender.silence(alert)
    told = shared.agent.answered(200)
    shared.sender.expire(silence)
    until(lambda: shared.agent.answered(200) > told, "the same told again")
    state = shared.incidents("images")[0]["state"]
    shared.sender.resolve(alert)

    assert state == "open"
    assert shared.close("images") == Account(incidents=1, joined=1, ended=1, openings=1, states=("closed",))


def test_a_group_cut_short_recovers_once_a_message_holds_all_that_is_left_and_that_resolves(shared: House) -> None:
    alerts = named("export", "web-1", "web-2", lane="cut")
    shared.sender.fire(*alerts)
    shared.until_firing("export", 1)
    shown = shared.incidents("export")[0]["signals"][0]["labels"]
    (left,) = (alert for alert in alerts if alert != shown)

    shared.sender.resolve(shown)
    until(lambda: shared.account("export").joined == 2, "the alert that was left out")
    state = shared.incidents("export")[0]["state"]
    shared.sender.resolve(left)

    assert state == "open"
    assert shared.close("export") == Account(incidents=1, joined=2, ended=2, openings=1, states=("closed",))


def test_a_group_whose_end_was_cut_short_too_waits_for_a_person(shared: House) -> None:
    """The last message says that one resolved, and leaves another out: nobody knows of that one."""
    alerts = named("backup", "web-1", "web-2", lane="cut")
    shared.sender.fire(*alerts)
    shared.until_firing("backup", 1)

    told = shared.agent.answered(200)
    shared.sender.resolve(*alerts)
    until(lambda: shared.agent.answered(200) > told and shared.firing("backup") == 0, "the end of the one shown")
    number, state = shared.incidents("backup")[0]["number"], shared.incidents("backup")[0]["state"]
    url = f"{shared.agent.url}/api/v1/incidents/{number}/verification"
    ask(url, {"by": "lee", "confirm_full": True})

    assert state == "open"
    assert shared.close("backup") == Account(incidents=1, joined=1, ended=1, openings=1, states=("closed",))


def test_what_is_inhibited_stays_open_until_what_inhibits_it_is_over_and_its_own_end_is_told(shared: House) -> None:
    (lower,) = named("lower", "web-1", **{"is": "lower"})
    (upper,) = named("upper", "web-1", inhibits="lower")
    shared.sender.fire(lower)
    shared.until_firing("lower", 1)
    shared.sender.fire(upper)
    shared.until_firing("upper", 1)

    shared.sender.resolve(upper)
    shared.until_firing("upper", 0)
    state = shared.incidents("lower")[0]["state"]
    shared.sender.resolve(lower)

    assert state == "open"
    assert shared.close("upper") == Account(incidents=1, joined=1, ended=1, openings=1, states=("closed",))
    assert shared.close("lower") == Account(incidents=1, joined=1, ended=1, openings=1, states=("closed",))
