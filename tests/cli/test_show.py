"""`tocsin show`: the minutes of an incident."""

import json
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.test_live import INCIDENT, ONE
from tests.support.api import Api


def fact(seq: int, at: str, kind: str, by: str = "agent", /, **detail: Any) -> dict[str, Any]:
    return {"seq": seq, "at": f"2026-11-{at}Z", "kind": kind, "by": by, "detail": detail, "hash": "00"}


FACTS = [
    fact(1, "23T23:58:00", "incident_opened", kind="fault", function="checkout", grade=2, rules=["R0", "R4"],
         started_at="2026-11-23T23:56:00+00:00", recurrence_of=""),
    fact(2, "23T23:58:00", "signals_joined", line="row:CheckoutDown-3f2a1c", count=1),
    fact(3, "24T00:01:00", "acknowledged", "lee", party="provider", means="phone", recorded_by=""),
    fact(4, "24T00:02:00", "grade_raised", from_grade=2, to_grade=1, rules=["R4", "R7"]),
    fact(5, "24T00:03:00", "something_new", "wang", colour="blue"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _scripted(api: Api) -> None:
    api.answers[f"GET {ONE}"] = (200, INCIDENT)
    api.answers[f"GET {ONE}/timeline"] = (200, {"items": FACTS, "next": None})
    api.answers["GET /obligations"] = (200, {"items": [], "next": None})
    api.answers[f"GET {ONE}/acknowledgements"] = (200, {"items": [], "next": None})
    api.answers[f"GET {ONE}/statements"] = (200, {"items": [], "next": None})


def test_the_minutes_read_like_those_of_a_meeting(tocsin: Run, api: Api) -> None:
    told = tocsin("show", "INC-20261123-001", "--url", api.url)

    assert told.stdout.splitlines() == [
        "INC-20261123-001 · grade 1, provisional · fault · checkout, ledger · open, assessment",
        "Began                   2026-11-23 03:02:00 UTC",
        "Detected                2026-11-23 03:02:30 UTC",
        "On file                 2026-11-23 03:02:31 UTC",
        "Acknowledged, provider  lee, 2026-11-23 03:06:00 UTC",
        "Acknowledged, customer  nobody yet",
        "Signals                 4",
        "Agreement               version 3, a91f3c7e",
        "",
        "Minutes",
        "  2026-11-23 UTC",
        "  23:58:00  Opened as a fault of checkout, grade 2, provisional (R0, R4); it began at 23:56.",
        "  23:58:00  Row CheckoutDown fires: 1 signal.",
        "  2026-11-24 UTC",
        "  00:01:00  lee acknowledged for the provider by phone.",
        "  00:02:00  The agent raised the grade from 2 to 1 (R4, R7).",
        "  00:03:00  something_new: by wang, colour blue",
    ]


def test_the_agreement_pinned_to_it_and_the_regulatory_level_are_named(tocsin: Run, api: Api) -> None:
    """Rule 7 and fact 11: what it was opened under, and a level that is no grade."""
    pinned = {"version": 3, "hash": "a91f3c7e00", "in_force": False}
    api.answers[f"GET {ONE}"] = (200, {**INCIDENT, "agreement": pinned, "regulatory": {"eu-dora": "major"}})

    english, chinese = (
        tocsin("show", "INC-20261123-001", "--lang", each, "--url", api.url).stdout for each in ("en", "zh")
    )

    assert "Agreement               version 3, a91f3c7e, as it opened; another is in force now" in english
    assert "Regulatory level        eu-dora major" in english
    assert "版本 3, a91f3c7e（立案时的版本，现已有新版本生效）" in chinese
    assert "监管级别" in chinese


def test_the_minutes_can_be_read_in_chinese(tocsin: Run, api: Api) -> None:
    told = tocsin("show", "INC-20261123-001", "--lang", "zh", "--url", api.url)

    assert told.stdout.splitlines() == [
        "INC-20261123-001 · 一级·暂定 · 故障 · checkout, ledger · 处置中, 评估",
        "开始        2026-11-23 03:02:00 UTC",
        "发现        2026-11-23 03:02:30 UTC",
        "登记        2026-11-23 03:02:31 UTC",
        "确认, 甲方  lee, 2026-11-23 03:06:00 UTC",
        "确认, 乙方  尚无人确认",
        "信号        4",
        "协议        版本 3, a91f3c7e",
        "",
        "经过",
        "  2026-11-23 UTC",
        "  23:58:00  事件登记：checkout，故障，暂按二级处置（R0、R4），始于23:56。",
        "  23:58:00  规则CheckoutDown告警：1条。",
        "  2026-11-24 UTC",
        "  00:01:00  lee代表甲方确认（电话）。",
        "  00:02:00  系统将等级由二级升为一级（R4、R7）。",
        "  00:03:00  something_new: by wang, colour blue",
    ]


def test_scripts_get_incident_and_timeline(tocsin: Run, api: Api) -> None:
    told = tocsin("show", "INC-20261123-001", "--json", "--url", api.url)

    assert json.loads(told.stdout) == {
        "incident": INCIDENT,
        "acknowledgements": [],
        "statements": [],
        "obligations": [],
        "timeline": FACTS,
    }


def test_a_drill_is_marked(tocsin: Run, api: Api) -> None:
    api.answers[f"GET {ONE}"] = (200, INCIDENT | {"drill": True})

    assert tocsin("show", "INC-20261123-001", "--url", api.url).stdout.startswith("[DRILL] INC-20261123-001")


def test_an_incident_that_is_not_there_is_exit_code_5(tocsin: Run, api: Api) -> None:
    told = tocsin("show", "INC-20261123-999", "--url", api.url)

    assert told.exit_code == 5
    assert told.stdout == ""


def test_words_from_outside_cannot_forge_a_line(tocsin: Run, api: Api) -> None:
    forged = fact(1, "23T23:58:00", "incident_voided", "lee", reason="x\n  23:59:00  wang acknowledged\x1b[31m")
    api.answers[f"GET {ONE}/timeline"] = (200, {"items": [forged], "next": None})

    told = tocsin("show", "INC-20261123-001", "--url", api.url)

    assert told.stdout.splitlines()[-1].startswith("  23:58:00  lee declared it a false alarm: “x 23:59:00")
    assert "\x1b" not in told.stdout


WAITS = [
    {"what": "signals", "name": "row:CheckoutDown-3f2a1c", "count": 1, "since": "2026-11-23T03:02:00Z"},
    {"what": "truncated", "name": "{}:{}"},
    {"what": "readings", "name": "till", "count": 3, "since": "2026-11-23T03:05:00Z", "result": "unknown"},
    {"what": "readings", "name": "books", "count": 1, "since": None, "result": "unknown"},
    {"what": "stability", "until": "2026-11-23T03:40:00Z"},
    {"what": "person"},
]


def test_what_the_recovery_waits_for_is_named(tocsin: Run, api: Api) -> None:
    api.answers[f"GET {ONE}"] = (200, {**INCIDENT, "waits_for": WAITS, "without": ["ping"]})

    told = tocsin("show", "INC-20261123-001", "--url", api.url)

    assert [line for line in told.stdout.splitlines() if "aited for" in line or "Waits for" in line] == [
        "Waits for               Row CheckoutDown to end; it has fired since 11-23 03:02:00 (1 signal)",
        "Waits for               a complete message of {}:{}, or `tocsin verify --confirm-full`",
        "Waits for               3 more good readings of probe till; unknown since 11-23 03:05:00",
        "Waits for               1 good reading of probe books; it has not answered yet",
        "Waits for               nothing bad until 11-23 03:40:00",
        "Waits for               a person of the provider: `tocsin verify`",
        "Not waited for          ping",
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "it has fired since 11-23 03:02:00 (3 signals, 2 of them silenced or inhibited in Alertmanager)"),
        ("zh", "自11-23 03:02:00起告警（3条，其中2条在Alertmanager中被静默或抑制）"),
    ],
)
def test_what_is_silenced_is_waited_for_as_such(tocsin: Run, api: Api, language: str, said: str) -> None:
    wait = {"what": "signals", "name": "row:CheckoutDown", "count": 3, "since": "2026-11-23T03:02:00Z", "muted": 2}
    api.answers[f"GET {ONE}"] = (200, {**INCIDENT, "waits_for": [wait]})

    assert said in tocsin("show", "INC-20261123-001", "--lang", language, "--url", api.url).stdout


def test_what_it_waits_for_can_be_read_in_chinese(tocsin: Run, api: Api) -> None:
    api.answers[f"GET {ONE}"] = (200, {**INCIDENT, "waits_for": WAITS})

    told = tocsin("show", "INC-20261123-001", "--lang", "zh", "--url", api.url)

    assert [line.split()[1] for line in told.stdout.splitlines() if line.startswith("等待")] == [
        "规则CheckoutDown告警解除；自11-23",
        "{}:{}的完整消息，或`tocsin",
        "监测till再连续正常3次；自11-23",
        "监测books连续正常1次；尚无结果",
        "至11-23",
        "甲方人员核实：`tocsin",
    ]


def duty(name: str, ob: str, state: str, /, **other: Any) -> dict[str, Any]:
    words = {"first_notice": ("first notice", "首次通知"), "assess": ("assessment", "确认与评估")}
    en, zh = words.get(name, (name, name))
    said = {"name": name, "ob": ob, "state": state, "duty": {"en": en, "zh": zh}, "clauses": ["3.4(a)"], "about": ""}
    said |= {"debtor": "provider", "target": False, "limit": "30m", "incident": "INC-20261123-001", "reason": ""}
    said |= {"started_at": "2026-11-23T23:58:00Z", "due_at": "2026-11-24T00:28:00Z", "discharged_by": ""}
    return {**said, "discharged_at": None, **other}


DUTIES = [
    duty("assess", "OB-502", "met_late", discharged_at="2026-11-24T00:40:00Z", discharged_by="lee"),
    duty("first_notice", "OB-303", "met", discharged_at="2026-11-23T23:59:00Z", target=True),
    duty("answer_cooperation", "OB-602", "running", debtor="customer", about="R-1", target=True,
         started_at="2026-11-24T00:02:00Z", due_at="2026-11-24T00:32:00Z"),
    duty("restore", "OB-505", "overdue", target=True, started_at="2026-11-24T00:01:00Z"),
    duty("contain", "OB-503", "waived", started_at="2026-11-24T00:03:00Z", discharged_at="2026-11-24T00:04:00Z",
         discharged_by="wang", reason="the shop is shut"),
    duty("launch_teams", "OB-414", "superseded"),
]  # fmt: skip


def test_what_is_owed_is_listed_with_what_became_of_it(tocsin: Run, api: Api) -> None:
    """Section 5: what, who owes it, until when, and how it ended; a target that was missed is no overdue record."""
    api.answers["GET /obligations"] = (200, {"items": DUTIES, "next": None})

    told = tocsin("show", "INC-20261123-001", "--url", api.url).stdout.splitlines()

    begin = told.index("Duties")
    assert told[begin + 1 : told.index("Minutes") - 1] == [
        "  assessment              OB-502, 3.4(a)  provider  30m, due 24 Nov 00:28  met late, in 42 min (lee)",
        "  first notice            OB-303, 3.4(a)  provider  30m, due 24 Nov 00:28  met in 1 min",
        "  restore                 OB-505, 3.4(a)  provider  30m, due 00:28         target missed (a default that "
        "nobody signed)",
        "  answer_cooperation R-1  OB-602, 3.4(a)  customer  30m, due 00:32         running, target",
        "  contain                 OB-503, 3.4(a)  provider  30m, due 00:28         let go (wang): “the shop is shut”",
        "  1 more was superseded or is void: tocsin obligations --incident INC-20261123-001 --all",
    ]
    assert api.asked[2].query == {"incident": ["INC-20261123-001"], "limit": ["500"]}


GONE = [
    duty("acknowledge_report", "OB-301", "void", overdue_at="2026-11-24T00:28:00Z", reason="incident.voided",
         discharged_at="2026-11-24T00:40:00Z"),
    duty("contain", "OB-503", "waived", overdue_at="2026-11-24T00:28:00Z", discharged_at="2026-11-24T00:40:00Z",
         discharged_by="wang", reason="the shop is shut", started_at="2026-11-24T00:00:00Z"),
    duty("assess", "OB-502", "void", overdue_at="2026-11-24T00:28:00Z", started_at="2026-11-24T00:01:00Z",
         discharged_at="2026-11-24T00:40:00Z", target=True),
    duty("launch_teams", "OB-414", "void"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            [
                "overdue, then void",
                "overdue, then let go (wang): “the shop is shut”",
                "target missed (a default that nobody signed), then void",
                "1 more was superseded or is void: tocsin obligations --incident INC-20261123-001 --all",
            ],
        ),
        (
            "zh",
            [
                "已超时，后不再适用",
                "已超时，后免除（wang）: “the shop is shut”",
                "未达目标（默认值，未经双方约定），后不再适用",
                "另有1项已被取代或不再适用：tocsin obligations --incident INC-20261123-001 --all",
            ],
        ),
    ],
)
def test_what_was_overdue_before_it_was_let_go_or_void_still_says_so(
    tocsin: Run, api: Api, language: str, told: list[str]
) -> None:
    """Section 5: a false alarm and a waiver end a duty, not the record that it was late."""
    items = [{**each, "duty": {}} for each in GONE]
    api.answers["GET /obligations"] = (200, {"items": items, "next": None})

    shown = tocsin("show", "INC-20261123-001", "--lang", language, "--url", api.url).stdout.splitlines()

    begin = shown.index("Duties" if language == "en" else "义务履行")
    assert [line.split("  ")[-1].strip() for line in shown[begin + 1 : begin + 5]] == told


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "30m, due 24 Nov 00:28, on file 24 Nov 00:09"), ("zh", "30分钟，11月24日00:28到期，11月24日00:09登记")],
)
def test_a_clock_that_began_before_it_was_on_file_says_so(tocsin: Run, api: Api, language: str, told: str) -> None:
    """Rule 1, section 4: the agent was away in between, or a call told of it later; the gap is shown."""
    late = duty("restore", "OB-505", "running", on_file_at="2026-11-24T00:09:10Z")
    soon = duty("assess", "OB-502", "running", on_file_at="2026-11-23T23:58:01Z")
    api.answers["GET /obligations"] = (200, {"items": [late, soon], "next": None})

    shown = tocsin("show", "INC-20261123-001", "--lang", language, "--url", api.url).stdout

    assert told in shown
    assert shown.count("00:09") == 1


def test_duties_have_their_chinese_names_in_chinese_minutes(tocsin: Run, api: Api) -> None:
    """Section 5, section 7: the list and the minutes call a duty the same."""
    started = fact(6, "24T00:04:00", "obligations_started", duties=[{"name": "assess"}, {"name": "gone"}])
    api.answers["GET /obligations"] = (200, {"items": DUTIES[:2], "next": None})
    api.answers[f"GET {ONE}/timeline"] = (200, {"items": [started], "next": None})

    told = tocsin("show", "INC-20261123-001", "--lang", "zh", "--url", api.url).stdout.splitlines()

    begin = told.index("义务履行")
    assert told[begin + 1 : begin + 3] == [
        "  确认与评估  OB-502, 3.4(a)  甲方  30分钟，11月24日00:28到期  逾时履行，用时42分钟（lee）",
        "  首次通知    OB-303, 3.4(a)  甲方  30分钟，11月24日00:28到期  已履行，用时1分钟",
    ]
    assert told[-1] == "  00:04:00  开始计时：确认与评估、gone。"


def test_what_is_withheld_from_a_party_leaves_no_gap_in_its_minutes(tocsin: Run, api: Api) -> None:
    facts = [
        fact(1, "23T23:58:00", "incident_opened", kind="fault", function="checkout", grade=2,
             started_at="2026-11-23T23:56:00+00:00"),
        fact(2, "23T23:58:00", "signals_joined"),
        fact(3, "24T00:01:00", "notice_released"),
    ]  # fmt: skip
    api.answers[f"GET {ONE}/timeline"] = (200, {"items": [{**each, "withheld": True} for each in facts], "next": None})

    told = tocsin("show", "INC-20261123-001", "--url", api.url)

    assert told.stdout.partition("Minutes\n")[2].splitlines() == [
        "  2026-11-23 UTC",
        "  23:58:00  Opened as a fault of checkout, grade 2, provisional; it began at 23:56.",
    ]


SWAPPED = {"provider": "乙方", "customer": "甲方"}


def test_the_parties_are_called_as_the_agreement_labels_them(tocsin: Run, api: Api) -> None:
    """Fact 1: in most Chinese contracts 甲方 is the customer; the minutes say what the file says."""
    told = fact(3, "24T00:01:00", "acknowledged", "lee", party="provider", means="phone")
    goes = fact(4, "24T00:02:00", "notice_released", seq=2, type="update", party="customer", to=["wang"],
                why=["trial: the customer's copy"])  # fmt: skip
    api.answers[f"GET {ONE}"] = (200, {**INCIDENT, "labels": SWAPPED})
    api.answers[f"GET {ONE}/timeline"] = (200, {"items": [told, goes], "next": None})
    api.answers["GET /obligations"] = (200, {"items": [DUTIES[0]], "next": None})

    chinese, english = (tocsin("show", "INC-20261123-001", "--lang", each, "--url", api.url) for each in ("zh", "en"))

    assert "确认, 乙方" in chinese.stdout
    assert "lee代表乙方确认（电话）。" in chinese.stdout
    assert "第2号通知（进展通报）发往甲方：wang（试运行：甲方版本）。" in chinese.stdout
    assert "  乙方  " in chinese.stdout
    assert "acknowledged for the provider" in english.stdout


def test_without_labels_they_are_called_as_in_the_agreement(tocsin: Run, api: Api) -> None:
    """Fact 1: 甲方 is the provider, 乙方 the customer."""
    told = tocsin("show", "INC-20261123-001", "--lang", "zh", "--url", api.url)

    assert "lee代表甲方确认（电话）。" in told.stdout


@pytest.mark.parametrize(
    ("language", "line", "last"),
    [
        (
            "en",
            "  23:58:01  Row CheckoutDown fires: 1 signal. (3 times until 23:58:09)",
            "  00:01:00  Row CheckoutDown fires: 1 signal. (2 times)",
        ),
        (
            "zh",
            "  23:58:01  规则CheckoutDown告警：1条。（至23:58:09共3次）",
            "  00:01:00  规则CheckoutDown告警：1条。（共2次）",
        ),
    ],
)
def test_what_is_said_several_times_in_a_row_stands_once_with_its_count(
    tocsin: Run, api: Api, language: str, line: str, last: str
) -> None:
    facts = [
        fact(1, "23T23:58:01", "signals_joined", line="row:CheckoutDown-3f2a1c", count=1),
        fact(2, "23T23:58:03", "signals_joined", line="row:CheckoutDown-3f2a1c", count=1),
        fact(3, "23T23:58:09", "signals_joined", line="row:CheckoutDown-3f2a1c", count=1),
        fact(4, "24T00:01:00", "signals_joined", line="row:CheckoutDown-3f2a1c", count=1),
        fact(5, "24T00:01:00", "signals_joined", line="row:CheckoutDown-3f2a1c", count=1),
    ]
    api.answers[f"GET {ONE}/timeline"] = (200, {"items": facts, "next": None})

    told = tocsin("show", "INC-20261123-001", "--lang", language, "--url", api.url).stdout.splitlines()

    assert told[-3] == line
    assert told[-1] == last
