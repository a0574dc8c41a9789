"""What notices say of reports (3.2(b), (c)), in Chinese as in notices.md."""

from datetime import timedelta
from typing import Any

import pytest

from agent.model import NoticeType, Party
from tests.notify.notices import AT, composed, content, notice

REPORT: dict[str, Any] = {
    "number": "REP-20261123-002",
    "reporter": "wang",
    "received_at": (AT - timedelta(minutes=2)).isoformat(),
    "due_at": (AT + timedelta(minutes=13)).isoformat(),
    "symptom": "门店无法收款，全部门店",
    "scope": "全部门店",
    "measures": "",
    "missing": ["measures"],
    "suggested_grade": None,
    "is_proposal": False,
    "acknowledged_at": "",
}
WAITING = {"reports": [REPORT], "waiting_until": REPORT["due_at"], "limit_s": 900}


def text(type_: NoticeType, party: Party, said: dict[str, Any], **other: Any) -> list[str]:
    about = notice(type_, party, content(party, **said), grade=2, **other)
    return composed(about, "zh", now=AT + timedelta(minutes=4)).text.splitlines()


def test_the_receipt_says_that_it_is_no_acknowledgement() -> None:
    """Fact 4."""
    assert text(NoticeType.RECEIPT, Party.CUSTOMER, WAITING) == [
        "【自动回执】REP-20261123-002已到达，尚未受理确认",
        "INC-20261123-001 第1号｜零售支付平台｜11月23日 北京时间",
        "贵方报告：门店无法收款，全部门店",
        "03:05到达，已通知甲方，甲方应于03:20前由专人受理确认",
        "请补充：已采取措施（1小时内）",
        "本回执由系统自动发出，仅表明报告已到达，不是受理确认",
        "依据3.2(b)、3.2(c)｜存证a91f3c7e",
    ]


def test_the_acknowledgement_names_who_how_long_how_it_goes_and_when_next() -> None:
    """3.2(c), notices.md “Acknowledgement of a report”."""
    done = {**REPORT, "acknowledged_at": (AT + timedelta(minutes=4)).isoformat()}
    said = {"reports": [done], "by": "li", "progress": "已登录排查，疑似数据库连接耗尽"}
    said["next_update_at"] = (AT + timedelta(minutes=30)).isoformat()

    assert text(NoticeType.REPORT_ACKNOWLEDGED, Party.CUSTOMER, said) == [
        "【受理确认】REP-20261123-002：李雷03:11确认",
        "INC-20261123-001｜二级·暂定｜零售支付平台",
        "03:05到达，用时6分钟，时限15分钟",
        "贵方报告：REP-20261123-002，王芳，03:05：门店无法收款，全部门店",
        "目前进展：已登录排查，疑似数据库连接耗尽",
        "下次通报：不晚于03:37｜联络人：李雷 138 0000 0002",
        "依据3.2(c)｜存证a91f3c7e",
    ]


@pytest.mark.parametrize(
    ("passed", "first"),
    [
        (0.75, "【报告待确认】收银台：15分钟时限已过75%，未确认"),
        (1.2, "【报告待确认】收银台：03:20已超时，未受理确认"),
    ],
)
def test_the_ladder_says_how_much_of_the_limit_has_passed(passed: float, first: str) -> None:
    """Rule 6."""
    said = {**WAITING, "why": "ladder 75 %: principal", "passed": passed}

    lines = text(NoticeType.REPORT, Party.PROVIDER, said, asks=True)

    assert lines[0] == first
    assert "报告：REP-20261123-002，王芳，03:05：门店无法收款，全部门店" in lines


def test_a_grade_1_that_waits_for_a_person_is_told_to_the_provider_alone() -> None:
    """3.1, “Own fault first”."""
    said = {**WAITING, "reports": [{**REPORT, "is_proposal": True}]}

    told = {party: "\n".join(text(NoticeType.REPORT, party, said, asks=True)) for party in Party}

    assert "王芳建议定为一级，待人工确认" in told[Party.PROVIDER]
    assert "建议定为一级" not in told[Party.CUSTOMER]


def test_a_supplement_says_what_and_by_when() -> None:
    """OB-205."""
    lines = text(NoticeType.SUPPLEMENT, Party.CUSTOMER, WAITING)

    assert lines[0] == "【请补充报告】REP-20261123-002缺：已采取措施"
    assert lines[3] == "请03:20前补充：已采取措施，或直接致电甲方"
