"""The agreement part and the operations part of a file, and how they are put together (fact 14)."""

import json
from datetime import UTC, datetime

import pytest

from agent.config import parts
from agent.config.settings import Settings
from agent.errors import Malformed
from agent.model import Party
from tests.config.reading import settings_of

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
OLD = """
agreement:
  system: Shop
  version: 3
  functions: {checkout: {criticality: core}}
  terms: {first_notice: {limit: {1: 10m}, basis: annex}}
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}, sun: {role: member, reach: ["log://"]}}}
routes:
  - {party: customer, grade: 2, to: [sun, principal], hold: 2m}
  - {party: provider, grade: 3, to: [lee]}
probes:
  shop: {tcp_connect: {host: 127.0.0.1, port: 9}, function: checkout}
signals:
  - {match: ['alertname="Down"'], function: checkout, state: down}
"""
FIND = "port: 9}, function: checkout}\n  find: {tcp_connect: {host: 127.0.0.1, port: 9}, function: search}"
NEW = (
    OLD.replace("version: 3", "version: 4")
    .replace("{checkout: {criticality: core}}", "{checkout: {criticality: core}, search: {criticality: important}}")
    .replace("{1: 10m}", "{1: 5m}")
    .replace("grade: 2, to: [sun, principal]", "grade: 2, to: [principal]")
    .replace("port: 9}, function: checkout}", FIND)
    + """  - {match: ['alertname="Lost"'], function: search, state: down}\n"""
)  # fmt: skip


def beside(file: str, part: str) -> Settings:
    return parts.beside(settings_of(file), settings_of(part).part, {}, NOW)


def test_the_agreement_part_is_the_head_and_the_customers_routes() -> None:
    """Fact 14: functions, grades, terms, availability, recovery, customer routes."""
    part = json.loads(settings_of(OLD).part)

    assert sorted(part) == ["agreement", "routes"]
    assert part["agreement"]["functions"] == {"checkout": {"criticality": "core"}}
    assert [route["to"] for route in part["routes"]] == [["sun", "principal"]]


@pytest.mark.parametrize(
    "layout",
    [
        OLD.replace("system: Shop\n  version: 3", "version: 3\n  system: 'Shop' # as ever"),
        OLD.replace("port: 9", "port: 10"),
        OLD.replace("role: member", "role: coordinator"),
        OLD.replace("{party: provider, grade: 3, to: [lee]}", "{party: provider, to: [everyone]}"),
    ],
)
def test_layout_and_operations_leave_it_as_it_is(layout: str) -> None:
    assert settings_of(layout).part == settings_of(OLD).part


def test_a_file_that_says_the_same_stays_itself() -> None:
    settings = settings_of(OLD)

    assert parts.beside(settings, settings.part, {}, NOW) is settings


def test_the_old_agreement_stands_beside_the_new_operations() -> None:
    both = beside(NEW, OLD)

    assert both.agreement.version == 3
    assert both.agreement.hash == settings_of(OLD).agreement.hash
    assert both.agreement.terms["first_notice"].limits[1].text == "10m"
    [told] = [route for route in both.routes if route.party is Party.CUSTOMER and route.name.startswith("routes[")]
    assert told.to == ("sun", "principal")


def test_what_names_a_function_that_is_not_agreed_yet_is_held_back_with_a_warning() -> None:
    both = beside(NEW, OLD)

    assert list(both.probes) == ["shop"]
    assert [row.function for row in both.rows if row.heartbeat is None] == ["checkout"]
    assert [fault.key for fault in both.warnings if "held back" in fault.message] == ["probes.find", "signals"]


def test_a_function_that_operations_still_need_stays_while_the_old_part_is_in_force() -> None:
    both = beside(OLD.replace("checkout", "till"), OLD)

    assert list(both.agreement.functions) == ["checkout", "system"]
    assert both.probes == {}


def test_a_route_that_names_somebody_who_has_gone_tells_the_others() -> None:
    gone = OLD.replace(', sun: {role: member, reach: ["log://"]}', "").replace("[sun, principal]", "[principal]")

    both = beside(gone, OLD)

    assert [route.to for route in both.routes if route.name == "routes[0]"] == [("sun", "principal")]


def test_a_part_that_this_version_cannot_read_says_so() -> None:
    with pytest.raises(Malformed, match="cannot be read"):
        parts.beside(settings_of(OLD), '{"agreement":{"system":"x","no such key":1},"routes":[]}', {}, NOW)
