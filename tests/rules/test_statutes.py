"""Drafts for authorities: each item of the statute with what is on file, and no claim beyond it (fact 11)."""

from datetime import UTC, datetime, timedelta

from agent.agreement import statutes as shipped
from agent.model import (
    Contact,
    Entry,
    EntryKind,
    Incident,
    Kind,
    Overlay,
    Party,
    PartyTerms,
    Report,
    Role,
    State,
)
from agent.rules import statutes
from agent.rules.statutes import Fills

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
INCIDENT = Incident(
    number="INC-20261123-001",
    kind=Kind.SECURITY,
    key="security:checkout",
    state=State.OPEN,
    grade=1,
    is_provisional=False,
    functions=("checkout",),
    rules=("R3",),
    started_at=NOW - timedelta(minutes=10),
    detected_at=NOW,
    opened_at=NOW,
    graded_at=NOW,
)
PARTIES = {
    Party.PROVIDER: PartyTerms(Party.PROVIDER, "甲方", "云服科技有限公司", "上海市浦东新区", "zh", ("zhang",)),
    Party.CUSTOMER: PartyTerms(Party.CUSTOMER, "乙方", "Retail Group", "", "en", ("wang",)),
}
PEOPLE = {"zhang": Contact("zhang", Party.PROVIDER, "张伟", (Role.PRINCIPAL,), phone="13800000001")}


def entry(kind: EntryKind, what: str = "", **said: str) -> Entry:
    return Entry("x/1", INCIDENT.number, kind, what, Party.PROVIDER, "zhang", NOW, NOW, said)


def filled(overlay: Overlay, *entries: Entry, reports: tuple[Report, ...] = (), language: str = "en") -> Fills:
    return statutes.fills(
        overlay, INCIDENT, PARTIES, PEOPLE, "支付平台", {"checkout": "收银台"}, reports, entries, UTC, language
    )


def test_the_eight_items_of_china_s_report_stand_in_their_order() -> None:
    """Fact 11: eight report items; what nobody knows is being found out."""
    overlay, _ = shipped.overlay("cn-incident-report")
    update = entry(EntryKind.UPDATE, text="仍有少量失败", done="已限流", next="切换备库", cause="配置错误")

    text = statutes.draft(overlay, INCIDENT.number, filled(overlay, update, language="zh"), NOW, UTC, "zh").splitlines()

    assert text[:3] == [
        "【草稿】网络安全事件报告",
        "依据：国家网络安全事件报告管理办法（2025年11月1日起施行）",
        "本系统不向任何主管机关报送；须由有权人员核对、报送并登记。不构成法律意见。",
    ]
    items = text[6:]
    assert [line.partition(".")[0] for line in items] == list("12345678")
    assert items[0].endswith("云服科技有限公司；上海市浦东新区；支付平台；收银台")
    assert "监管级别：待研判；合同级别一级（不等于监管级别）" in items[1]
    assert items[3].endswith("：配置错误")
    assert items[5].endswith("：切换备库；待查")
    assert items[6].endswith("：待查")


def test_the_regulatory_level_is_what_a_person_decided_last() -> None:
    """Fact 11: no contract grade stands for it."""
    overlay, _ = shipped.overlay("eu-dora")
    decided = [entry(EntryKind.LEVEL, "eu-dora", level=name, text="…") for name in ("not_major", "major")]

    assert statutes.level_of(overlay, []) is None
    level = statutes.level_of(overlay, decided)

    assert level is not None
    assert (level.name, level.owes) == ("major", True)
    assert "regulatory level: major" in filled(overlay, *decided)["level"]


def test_a_draft_names_what_is_lacking_and_no_phone_number() -> None:
    overlay, _ = shipped.overlay("eu-gdpr", owed_by=Party.PROVIDER)

    found = filled(overlay)

    assert statutes.lacking(overlay, found) == (1, 3, 4)
    text = statutes.draft(overlay, INCIDENT.number, found, NOW, UTC, "en")
    assert "Tocsin sends nothing to any authority." in text
    assert "张伟" in text
    assert "13800000001" not in text


def test_what_a_report_says_of_the_harm_is_taken_over() -> None:
    overlay, _ = shipped.overlay("us-sec")
    report = Report(
        "REP-1", INCIDENT.number, Party.CUSTOMER, "wang", NOW, NOW, NOW, "customers' names are for sale", "about 1 M"
    )

    text = statutes.draft(overlay, INCIDENT.number, filled(overlay, reports=(report,)), NOW, UTC, "en")

    assert "2. Material impact or reasonably likely material impact: customers' names are for sale; about 1 M" in text
