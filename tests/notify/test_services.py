"""Apprise's services one by one: the same class as Apprise finds, without the rest."""

import sys

import pytest
from apprise.manager_plugins import NotificationManager

from agent.notify.library import OWN_HOST, library
from agent.notify.services import Services


class Unasked:
    """In the place of Apprise's own loading, which must not be needed."""

    def load_modules(self) -> None:
        pytest.fail("all services were loaded")


def test_each_schema_leads_to_the_class_that_apprise_finds() -> None:
    schemas = library().schemas() - OWN_HOST
    services = Services(Unasked(), lambda: None)

    found = {schema: services.get(schema) for schema in schemas}

    assert len(found) > 200
    assert found == {schema: NotificationManager()[schema] for schema in schemas}


def test_a_service_is_wired_before_it_is_handed_out() -> None:
    wired = list[bool]()
    services = Services(Unasked(), lambda: wired.append("apprise.plugins.custom_json" in sys.modules))

    services.get("jsons")
    services.get("jsons")

    assert wired == [True]


def test_what_no_module_names_is_asked_of_apprise_itself() -> None:
    assert Services(NotificationManager(), lambda: None).get("nosuchservice") is None
