"""Parties, contacts and what the roster lacks."""

from agent.model import Contact, Party, PartyTerms, Role
from tests.config.reading import AGREEMENT, SMALLEST, about, settings_of, warnings_of

FULL_ROSTER = """
channels: {call: {url: "log://", loud: true}, mail: {url: "log://", quiet: true}}
parties:
  provider:
    label: 甲方
    name: 云服科技有限公司
    address: 上海市浦东新区
    language: zh
    contacts:
      zhang-wei: {name: 张伟, role: principal, deputy: li-lei, phone: 13800000001, reach: [call, mail]}
      li-lei: {role: [coordinator, member], language: en, reach: [call, mail]}
  customer:
    contacts:
      wang: {role: principal, reach: [call, mail]}
      chen: {role: coordinator, reach: [mail, call]}
"""


def test_contacts_are_kept_in_the_order_of_the_file_with_their_party() -> None:
    settings = settings_of(AGREEMENT + FULL_ROSTER)

    assert settings.contacts["zhang-wei"] == Contact(
        id="zhang-wei",
        party=Party.PROVIDER,
        name="张伟",
        roles=(Role.PRINCIPAL,),
        language="zh",
        phone="13800000001",
        deputy="li-lei",
        reach=("zhang-wei/call", "zhang-wei/mail"),
    )
    assert [contact.id for contact in settings.contacts_of(Party.PROVIDER)] == ["zhang-wei", "li-lei"]
    assert settings.contacts["li-lei"].roles == (Role.COORDINATOR, Role.MEMBER)
    assert settings.contacts["li-lei"].language == "en"


def test_a_party_is_named_as_the_agreement_names_it_else_by_its_role() -> None:
    settings = settings_of(AGREEMENT + FULL_ROSTER)

    assert settings.parties[Party.PROVIDER] == PartyTerms(
        Party.PROVIDER, "甲方", "云服科技有限公司", "上海市浦东新区", "zh", ("zhang-wei", "li-lei")
    )
    assert settings.parties[Party.CUSTOMER] == PartyTerms(
        Party.CUSTOMER, "customer", "customer", "", "en", ("wang", "chen")
    )


def test_a_full_roster_is_not_warned_about() -> None:
    assert about(warnings_of(AGREEMENT + FULL_ROSTER), "parties") == []


def test_a_roster_below_ob_101_is_a_warning_and_never_blocks() -> None:
    found = about(warnings_of(SMALLEST), "parties.provider")

    assert found == [
        "4: parties.provider.contacts: the provider's roster is below OB-101 (2.1): 1 reachable member, two are "
        "agreed; fewer than two kinds of channel: lee",
        "4: parties.provider.contacts.lee.reach: the principal has no loud channel: a call or a critical push wakes at "
        "three in the morning (a channel with `loud: true`)",
    ]


def test_a_party_without_a_principal_is_warned_about() -> None:
    text = SMALLEST.replace("lee: {role: principal", "lee: {role: member")

    assert "OB-101 (2.1): no principal;" in about(warnings_of(text), "parties.provider.contacts")[0]


def test_a_room_alone_reaches_nobody_in_person() -> None:
    text = SMALLEST.replace('lee: {role: principal, reach: ["log://"]', 'lee: {role: principal, reach: ["slack://x"]')

    assert "0 reachable members, two are agreed" in about(warnings_of(text), "parties.provider.contacts")[0]


def test_a_contact_that_nothing_reaches_is_warned_about() -> None:
    text = SMALLEST.replace(', reach: ["log://"]}}}\n  customer', "}}}\n  customer")

    assert "4: parties.provider.contacts.lee: lee cannot be told anything: add `reach:`" in warnings_of(text)


def test_a_contact_whose_list_of_channels_is_empty_is_warned_about() -> None:
    text = SMALLEST.replace('lee: {role: principal, reach: ["log://"]', "lee: {role: principal, reach: []")

    assert "4: parties.provider.contacts.lee: lee cannot be told anything: add `reach:`" in warnings_of(text)


def test_a_channel_named_twice_counts_once() -> None:
    text = AGREEMENT + FULL_ROSTER.replace("reach: [mail, call]", "reach: [mail, mail]")

    assert settings_of(text).contacts["chen"].reach == ("chen/mail",)
    assert "chen.reach[1]: stands here twice; the first counts" in about(warnings_of(text), "twice")[0]
