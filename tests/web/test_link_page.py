"""GET /a/{token} then POST: the page of a notice's link."""

import re
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from agent.errors import StoreUnavailable
from agent.model import TRIAL, Change, Link, Party
from agent.notify.wording import Case, compose
from tests.notify.notices import LOUD
from tests.web.running import FILE, Running, running

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def number(agent: Running) -> str:
    """An incident with a link for each sort of reader."""
    number = agent.opened().number
    links = [
        Link("forLee", number, Party.PROVIDER, "lee", AT),
        Link("forChen", number, Party.PROVIDER, "chen", AT),
        Link("forWang", number, Party.CUSTOMER, "wang", AT),
        Link("forRoom", number, Party.PROVIDER, "", AT, endpoint="room"),
        Link("forGone", number, Party.PROVIDER, "gone", AT),
    ]
    agent.store.commit(Change(links=links))
    return number


def test_the_page_says_grade_what_since_number_and_who_is_asked(agent: Running, number: str) -> None:
    page = agent.ask("GET", "/a/forLee")

    shown = words(page.text)
    assert page.status == 200
    assert "Grade 2 · provisional" in shown
    assert "Checkout down" in shown
    assert re.search(r"since \d\d:\d\d · 23 Nov", shown)
    assert number in shown
    assert "Lee Ann" in shown
    assert "I am on it" in shown


def test_looking_acknowledges_nothing(agent: Running, number: str) -> None:
    agent.ask("GET", "/a/forLee")
    agent.ask("HEAD", "/a/forLee")

    assert list(agent.store.acknowledgements(number)) == []


def test_posting_acknowledges_with_the_address(agent: Running, number: str) -> None:
    page = agent.ask("POST", "/a/forLee")

    said = agent.store.acknowledgements(number)[0]
    assert (said.contact, said.party, said.means, said.address) == ("lee", "provider", "link", "127.0.0.1")
    assert page.status == 200
    assert "Acknowledged by Lee Ann," in words(page.text)
    assert "<button" not in page.text


def test_a_second_post_changes_nothing(agent: Running, number: str) -> None:
    agent.ask("POST", "/a/forLee")

    again = agent.ask("POST", "/a/forLee")

    assert again.status == 200
    assert len(agent.store.acknowledgements(number)) == 1


def test_a_colleague_sees_who_acknowledged_and_may_say_so_too(agent: Running, number: str) -> None:
    agent.ask("POST", "/a/forLee")

    page = agent.ask("GET", "/a/forChen")

    assert "Acknowledged by Lee Ann," in words(page.text)
    assert "Confirm that I know too" in words(page.text)


def test_one_party_does_not_see_the_others_answer(agent: Running, number: str) -> None:
    agent.ask("POST", "/a/forLee")

    page = agent.ask("GET", "/a/forWang")

    assert "已确认" not in page.text
    assert "确认收悉" in page.text


def test_the_customer_reads_their_language_and_nothing_technical(agent: Running, number: str) -> None:
    page = agent.ask("GET", "/a/forWang")

    assert '<html lang="zh">' in page.text
    assert "支付页打不开" in page.text
    assert "二级 · 暂定" in words(page.text)
    assert "暂按二级处置，待双方确认，不作责任认定" in page.text
    assert not any(word in page.text for word in ("CheckoutDown", "host-17", "alertname", "R4"))


def test_a_party_without_a_name_is_called_by_its_role_in_the_readers_language(tmp_path: Path) -> None:
    with running(tmp_path, FILE.replace("    name: Retail Group\n", "")) as agent:
        agent.store.commit(Change(links=[Link("forWang", agent.opened().number, Party.CUSTOMER, "wang", AT)]))

        page = agent.ask("GET", "/a/forWang")

    assert "您代表客户方确认收悉" in page.text


def test_the_provider_sees_what_the_monitor_said(agent: Running, number: str) -> None:
    assert "CheckoutDown · CheckoutDown on host-17" in words(agent.ask("GET", "/a/forLee").text)


def test_a_rooms_link_asks_who_you_are(agent: Running, number: str) -> None:
    page = agent.ask("GET", "/a/forRoom")

    assert "Who are you?" in page.text
    assert re.findall(r'<option value="(\w+)"', page.text) == ["lee", "chen"]


def test_a_room_acknowledges_for_the_one_who_was_chosen(agent: Running, number: str) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}

    page = agent.ask("POST", "/a/forRoom", b"contact=chen", form)

    assert page.status == 200
    assert agent.store.acknowledgements(number)[0].contact == "chen"


@pytest.mark.parametrize("form", [b"", b"contact=", b"contact=wang", b"contact=nobody", b"contact=%ff&contact=chen"])
def test_a_room_acknowledges_for_nobody_it_does_not_know(agent: Running, number: str, form: bytes) -> None:
    page = agent.ask("POST", "/a/forRoom", form, {"content-type": "application/x-www-form-urlencoded"})

    assert page.status == 422
    assert "Please choose your name first." in page.text
    assert list(agent.store.acknowledgements(number)) == []


@pytest.mark.parametrize("token", ["forLee", "forRoom"])
def test_a_form_of_more_fields_than_any_page_is_refused_and_acknowledges_nothing(
    agent: Running, number: str, token: str
) -> None:
    form = "&".join(f"field{count}=x" for count in range(9)).encode()

    page = agent.ask("POST", f"/a/{token}", form)

    assert page.status == 413
    assert list(agent.store.acknowledgements(number)) == []


def test_a_personal_link_does_not_speak_for_somebody_else(agent: Running, number: str) -> None:
    agent.ask("POST", "/a/forLee", b"contact=chen", {"content-type": "application/x-www-form-urlencoded"})

    assert agent.store.acknowledgements(number)[0].contact == "lee"


def test_an_ended_incident_says_so_and_asks_nothing(agent: Running, number: str) -> None:
    agent.post_json(f"/api/v1/incidents/{number}/void", {"by": "lee", "reason": "test"})

    shown, posted = agent.ask("GET", "/a/forLee"), agent.ask("POST", "/a/forLee")

    assert "This was a false alarm" in shown.text
    assert "<button" not in shown.text
    assert (posted.status, "This was a false alarm" in posted.text) == (200, True)
    assert list(agent.store.acknowledgements(number)) == []


@pytest.mark.parametrize("token", ["nobody", "", "../x", "a/b", "x" * 500, "%00", "%F0%9F%99%82"])
def test_an_unknown_link_is_a_page_too(agent: Running, token: str) -> None:
    page = agent.ask("GET", f"/a/{token}")

    assert page.status == 404
    assert "此链接无效" in page.text


def test_a_contact_no_longer_in_the_agreement_is_told(agent: Running, number: str) -> None:
    assert agent.ask("GET", "/a/forGone").status == 200
    assert agent.ask("POST", "/a/forGone").status == 409


def test_a_store_that_cannot_write_is_said_and_not_hidden(agent: Running, number: str) -> None:
    def refused(work: Any) -> Future[Any]:
        answer: Future[Any] = Future()
        answer.set_exception(StoreUnavailable("the disk is full"))
        return answer

    agent.submit = refused
    page = agent.ask("POST", "/a/forLee")

    assert page.status == 503
    assert "Not on record yet" in page.text
    assert "disk" not in page.text


def test_the_page_loads_nothing_keeps_nothing_and_leaks_nothing(agent: Running, number: str) -> None:
    page = agent.ask("GET", "/a/forLee")

    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'self'; base-uri 'none'; frame-ancestors 'none'" in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r"<script|src=|href=\"http|https?://", page.text)


def test_what_came_from_labels_is_text_on_the_page(agent: Running, number: str) -> None:
    evil = {"status": "firing", "labels": {"alertname": "CheckoutDown", "instance": "<img src=x onerror=alert(1)>"}}
    agent.webhook({"alerts": [evil]})
    agent.post_json(f"/api/v1/incidents/{number}/grade", {"by": "chen", "grade": 1, "reason": "all shops"})

    page = agent.ask("GET", "/a/forLee")

    assert "<img" not in page.text


def test_links_need_no_token_of_the_machines(agent: Running, number: str) -> None:
    from tests.web.test_access import token

    agent.configure(tokens=(token("ops", "read", "secret"),))

    page = agent.ask("GET", "/a/forLee", headers={"x-forwarded-for": "203.0.113.9", "host": "er.example"})

    assert page.status == 200


def test_behind_a_trusted_proxy_the_callers_own_address_is_recorded(agent: Running, number: str) -> None:
    agent.configure(trusted_proxies=("127.0.0.1",))

    agent.ask("POST", "/a/forLee", headers={"x-forwarded-for": "198.51.100.1, 203.0.113.9"})

    assert agent.store.acknowledgements(number)[0].address == "203.0.113.9"


def words(page: str) -> str:
    """The page as it is read: tags left out, spaces as one."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def test_a_trials_link_shows_the_customers_page_and_acknowledges_for_nobody(agent: Running, number: str) -> None:
    agent.store.commit(Change(links=[Link("forTrial", number, Party.CUSTOMER, "", AT, endpoint=TRIAL)]))

    page = agent.ask("POST", "/a/forTrial")

    assert page.status == 200
    assert "试运行" in words(page.text)
    assert "试运行期间无需在此确认" in words(page.text)
    assert "<form" not in page.text
    assert list(agent.store.acknowledgements(number)) == []


def test_after_a_reopening_the_contact_is_asked_again(agent: Running, number: str) -> None:
    agent.ask("POST", "/a/forLee")
    incident = agent.store.incident(number)
    assert incident is not None
    agent.store.commit(Change(incidents={number: replace(incident, acknowledged_provider="")}))

    page = agent.ask("GET", "/a/forLee")

    assert "I am on it" in words(page.text)
    assert "Acknowledged by" not in words(page.text)


def test_of_several_functions_the_page_says_what_the_notice_says(agent: Running, number: str) -> None:
    """The function hit worst, and how many more: as the reader has it before them."""
    incident = agent.store.incident(number)
    [told] = [each for each in agent.store.notices(number) if each.party is Party.PROVIDER]
    assert incident is not None
    shown = [{"function": "ledger", "condition": "down", "says": {}}, {"function": "checkout", "condition": "degraded"}]
    content = {**told.content, "functions": ["checkout", "ledger"], "symptoms": shown, "state": "down"}
    late = replace(told, id="late", seq=9, content=content)
    agent.store.commit(
        Change(notices={"late": late}, incidents={number: replace(incident, functions=("checkout", "ledger"))})
    )

    page = agent.ask("GET", "/a/forLee")

    notice = Case(incident, agent.settings.contacts["lee"], LOUD, agent.settings, "", agent.office.clock.now())
    assert compose(late, notice).subject.split("] ", 1)[1].split(" [")[0] in words(page.text)
    assert re.search(r"ledger down, 1 more affected since \d\d:\d\d", words(page.text))


def test_a_function_that_is_no_longer_agreed_is_the_system_to_the_customer(agent: Running, number: str) -> None:
    incident, told = agent.store.incident(number), agent.store.notices(number)[-1]
    assert incident is not None
    content = {**told.content, "functions": ["svc-internal-7"], "symptoms": []}
    hidden = replace(told, id="late", party=Party.CUSTOMER, seq=9, content=content)
    agent.store.commit(
        Change(notices={"late": hidden}, incidents={number: replace(incident, functions=("svc-internal-7",))})
    )

    page = agent.ask("GET", "/a/forWang")

    assert "svc-internal-7" not in page.text
    assert "Payment platform" in words(page.text)
