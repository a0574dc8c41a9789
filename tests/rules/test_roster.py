"""OB-101, 1.5, 2.1: a roster is complete with a principal, two reachable members, two kinds of channel each."""

from agent.model import Contact, Endpoint, Manner, Party, Role, Secret
from agent.rules import roster

ENDPOINTS = {
    "lee/call": Endpoint("lee/call", "call", Manner.LOUD, Secret("tel")),
    "lee/mail": Endpoint("lee/mail", "mail", Manner.QUIET, Secret("mailto")),
    "li/call": Endpoint("li/call", "call", Manner.LOUD, Secret("tel")),
    "li/1": Endpoint("li/1", "mailto", Manner.QUIET, Secret("mailto")),
    "room": Endpoint("room", "room", Manner.GROUP, Secret("wecombot")),
    "zhao/call": Endpoint("zhao/call", "call", Manner.LOUD, Secret("tel"), broken="no such scheme"),
}


def contact(id_: str, *reach: str, role: Role = Role.MEMBER) -> Contact:
    return Contact(id_, Party.PROVIDER, id_, (role,), reach=reach)


LEE = contact("lee", "lee/call", "lee/mail", role=Role.PRINCIPAL)
LI = contact("li", "li/call", "li/1")


def lacks(*people: Contact, language: str = "en") -> list[str]:
    names = {"li": "李雷"} if language == "zh" else {}
    return [roster.said(lack, language, names) for lack in roster.lacking(people, ENDPOINTS)]


def test_a_principal_and_another_member_with_two_kinds_each_are_a_roster() -> None:
    assert lacks(LEE, LI) == []


def test_each_lack_is_said_in_either_language() -> None:
    li = contact("li", "li/call")

    assert lacks(li) == [
        "no principal",
        "1 reachable member, two are agreed",
        "fewer than two kinds of channel: li",
    ]
    assert lacks(li, language="zh") == ["无负责人", "可联络成员1名，约定为两名", "联络渠道不足两种：李雷"]


def test_a_room_is_a_kind_of_channel_and_reaches_nobody() -> None:
    assert lacks(LEE, contact("li", "li/call", "room")) == []
    assert lacks(LEE, contact("li", "room")) == [
        "1 reachable member, two are agreed",
        "fewer than two kinds of channel: li",
    ]


def test_a_channel_that_cannot_be_built_does_not_count() -> None:
    assert lacks(LEE, LI, contact("zhao", "zhao/call", "room")) == ["fewer than two kinds of channel: zhao"]


def test_an_observer_is_no_part_of_the_team() -> None:
    watcher = contact("watcher", "li/call", role=Role.OBSERVER)

    assert lacks(LEE, LI, watcher) == []
    assert lacks(LEE, watcher)[0] == "1 reachable member, two are agreed"


def test_nobody_at_all_lacks_the_principal_and_both_members() -> None:
    assert lacks() == ["no principal", "0 reachable members, two are agreed"]
