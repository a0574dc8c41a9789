"""Facts as sentences: every kind, both languages, one line each."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent.model import NoticeType
from agent.rules.minutes import called, is_told, sentence
from agent.rules.sentences import SENTENCES, WORDS

AT = datetime(2026, 11, 23, 3, 6, tzinfo=UTC)
SHAPED = ("grade", "started_at", "to", "why", "line", "notice", "count", "attempt", "checks", "type", "until", "rules")
ENGINE = Path(__file__).parents[2] / "agent/engine"


def said(kind: str, by: str = "agent", language: str = "en", **detail: Any) -> str:
    return sentence(kind, by, detail, AT, UTC, language)


def written_kinds() -> set[str]:
    """Every kind of fact that the engine writes, read from its source."""
    kinds = set()
    for path in ENGINE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fact":
                kinds |= {text.value for text in ast.walk(node.args[1]) if isinstance(text, ast.Constant)}
    return {kind for kind in kinds if isinstance(kind, str)}


def test_every_fact_that_the_engine_writes_has_a_sentence() -> None:
    assert written_kinds() - SENTENCES["en"].keys() == set()


def test_both_languages_say_the_same_kinds_with_the_same_words() -> None:
    assert SENTENCES["zh"].keys() == SENTENCES["en"].keys()
    assert WORDS["zh"].keys() == WORDS["en"].keys()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_type_of_notice_has_a_word(language: str) -> None:
    assert WORDS[language]["type"].keys() == {type_.value for type_ in NoticeType}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", sorted(SENTENCES["en"]))
def test_a_fact_without_any_detail_still_makes_a_sentence(kind: str, language: str) -> None:
    text = said(kind, language=language)

    assert "{" not in text
    assert "[" not in text
    assert text.endswith("。" if language == "zh" else ".")


def test_what_is_not_there_is_not_said() -> None:
    assert said("recovery_verified", by="lee", note="") == "lee stated that the function is restored."
    assert said("recovery_verified", by="lee", note="paid") == "lee stated that the function is restored: “paid”."


def test_an_unknown_kind_falls_back_to_its_detail() -> None:
    assert said("tea_made", by="lee", sugar=2, milk=None) == "tea_made: by lee, sugar 2"
    assert said("tea_made") == "tea_made"


def test_accepted_by_the_carrier_is_never_called_delivered() -> None:
    detail = {"notice": "INC-20261123-001/2/customer", "contact": "wang", "endpoint": "wang/mail", "attempt": 1}

    assert said("notice_accepted", **detail) == (
        "Notice no. 2 for the customer, to wang: accepted by the carrier of wang/mail."
    )
    assert said("notice_accepted", language="zh", **detail) == "发给wang的第2号通知（乙方）：wang/mail服务商已受理。"


def test_a_late_acceptance_says_at_which_attempt() -> None:
    assert said("notice_accepted", notice="I/1/provider", contact="lee", endpoint="lee/1", attempt=3).endswith(
        "accepted by the carrier of lee/1 at attempt 3."
    )


def test_a_report_says_what_it_lacked_and_how_long_it_waited() -> None:
    """3.2(b), (c)"""
    report = {"report": "REP-20261123-001"}

    assert said("report_incomplete", **report, missing=["time", "measures"]) == (
        "Report REP-20261123-001 lacks when it began, measures taken; the reporter was asked to add it."
    )
    assert said("report_incomplete", language="zh", **report, missing=["time", "measures"]) == (
        "报告REP-20261123-001缺少：发生时间、已采取措施，已请报告人补充。"
    )
    assert said("report_acknowledged", by="chen", **report, elapsed_s=540, progress="we look") == (
        "chen acknowledged report REP-20261123-001 after 9 min: “we look”."
    )


def test_what_is_left_of_a_redacted_fact_does_not_speak_in_its_place() -> None:
    left = {"fact": 7, "kind": "update_posted", "said": {"fact": 1, "by": "wang", "text": "(redacted)"}}

    text = sentence("fact_redacted", "agent", left, AT, UTC)

    assert text == "What fact 7 said of a person was taken out; the rest of it stands here."


def test_a_copy_of_which_all_was_withheld_tells_nothing() -> None:
    """The words of one party alone: the other reads the sentence only where its copy holds what that needs."""
    whole, withheld = {"duty": "contain", "party": "customer", "text": "shut"}, {"duty": "contain"}

    assert is_told("duty_waived", "wang", whole, AT, UTC)
    assert not is_told("duty_waived", "wang", withheld, AT, UTC)
    assert is_told("update_posted", "wang", {"text": "we look"}, AT, UTC)  # what may be there need not


def test_a_channel_given_up_says_why() -> None:
    assert (
        said("notice_given_up", notice="I/1/provider", contact="lee", endpoint="lee/1", attempt=5, reason="HTTP 403")
        == "Notice no. 1 for the provider, to lee: given up by lee/1 after 5 attempts: HTTP 403."
    )


def test_recipients_stand_by_the_reason_they_are_told() -> None:
    text = said(
        "notice_released",
        seq=1,
        type="opening",
        party="provider",
        to=["lee", "chen", "zhao"],
        why=["default grade 1: everyone", "default grade 1: everyone", "ladder 20 %: next person"],
    )

    assert text == (
        "Notice no. 1 (first notice) goes to the provider: "
        "lee, chen (default grade 1: everyone); zhao (ladder 20 %: next person)."
    )


def test_a_recovery_names_probes_and_person() -> None:
    checks = {"probes": ["shop", "db"], "verified_by": "lee"}

    assert said("incident_recovered", checks=checks) == (
        "Recovered; good readings of shop, db; restoration stated by lee."
    )
    assert said("incident_recovered", checks={"probes": [], "verified_by": ""}) == "Recovered."


def test_a_close_by_itself_says_why() -> None:
    assert said("incident_closed", why="24 h after recovery, grade 3") == (
        "The agent closed the incident (24 h after recovery, grade 3)."
    )
    assert said("incident_closed", language="zh", why="24 h after recovery, grade 3") == (
        "系统关闭事件（三级事件恢复满24小时）。"
    )


def test_times_are_told_in_the_zone_and_dated_where_the_day_differs() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    held = {"seq": 1, "party": "customer", "until": "2026-11-23T03:11:00+00:00"}

    assert sentence("notice_held", "agent", held, AT, shanghai) == "Notice no. 1 to the customer is held until 11:11."
    assert sentence("notice_held", "agent", held | {"until": "2026-11-24T03:11:00+00:00"}, AT, shanghai).endswith(
        "until 11-24 11:11."
    )


def test_names_stand_for_ids_where_they_are_known() -> None:
    names = {"zhang-wei": "张伟"}

    text = sentence("acknowledged", "zhang-wei", {"party": "provider", "means": "link"}, AT, UTC, "zh", names)

    assert text == "张伟代表甲方确认（通知链接）。"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("probe:checkout-page/0", "Probe checkout-page"),
        ("row:CheckoutDown-3f2a1c", "Row CheckoutDown"),
        ("row:Checkout-Down-3f2a1c/checkout/down", "Row Checkout-Down"),
        ("alert:DiskFull/critical", "Alert DiskFull"),
        ("report:7", "report:7"),
    ],
)
def test_a_line_of_evidence_has_a_name(line: str, name: str) -> None:
    assert called(line) == name


def test_text_from_outside_stays_one_printable_line() -> None:
    text = said("incident_voided", by="lee", reason="a\nb\x1b[31mc\u202ed" + "x" * 9000)

    assert text.isprintable()
    assert len(text) < 600


@pytest.mark.parametrize("odd", [None, 7, [], {}, [[]], {"a": [1]}, "\ud800"])
def test_details_of_any_shape_make_a_sentence(odd: Any) -> None:
    for kind in SENTENCES["en"]:
        assert said(kind, **dict.fromkeys(SHAPED, odd))


def test_a_duty_that_each_party_owes_is_named_once() -> None:
    duties = [{"name": "launch_teams"}, {"name": "launch_teams"}, {"name": "assess"}]

    said = sentence("obligations_started", "agent", {"duties": duties}, AT, UTC)

    assert said == "Owed from now on: launch teams, assess."


def test_a_duty_is_called_as_the_terms_call_it() -> None:
    """Section 7: in Chinese minutes by its Chinese name; one that no term names any more by its own."""
    waived = {"duty": "contain", "party": "customer", "text": "夜间停业"}

    chinese = sentence("duty_waived", "wang", waived, AT, UTC, "zh", duties={"contain": "抑制"})
    english = sentence("duty_waived", "wang", {**waived, "text": "shut"}, AT, UTC)

    assert chinese == "wang代表乙方免除对方义务（抑制）：“夜间停业”。"
    assert english == "wang let go, for the customer, of what was owed to it, contain: “shut”."


@pytest.mark.parametrize(
    ("why", "chinese"),
    [
        ("default grade 2: nobody is on call: role member", "默认二级路由：无人值班：成员"),
        ("default security grade 1: role principal, held by nobody: role coordinator",
         "默认安全事件一级路由：负责人，该角色无人担任：联络人"),
        ("ladder 20 %: next person", "逐级上报20%：下一位人员"),
        ("ladder 75 %: principal", "逐级上报75%：负责人"),
        ("ladder 5 min: deputy of li, who has no working channel", "逐级上报5分钟：li的代理人，其无可用渠道"),
        ("routes[0]: named", "routes[0]：指定人员"),
        ("contain 50 %: coordinator; assess overdue: principal", "contain时限已过50%：联络人；assess已超时：负责人"),
        ("said by: nobody known", "said by: nobody known"),
    ],
)  # fmt: skip
def test_why_somebody_is_told_reads_in_chinese(why: str, chinese: str) -> None:
    told = {"seq": 1, "type": "opening", "party": "customer", "to": ["wang"], "why": [why]}

    assert f"wang（{chinese}）" in said("notice_released", language="zh", **told)
    assert f"wang ({why})" in said("notice_released", **told)


# --------------------------------------------------------------------------------------------------- what is overdue


def owed(name: str, due_at: str, **more: Any) -> dict[str, Any]:
    return {"id": f"{name}-1", "name": name, "debtor": "provider", "due_at": f"2026-11-{due_at}:00+00:00", **more}


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Overdue: acknowledge report (due 02:51), restore (due 22 Nov 23:00)."),
        ("zh", "已超时：acknowledge report（02:51到期）、restore（11月22日23:00到期）。"),
    ],
)
def test_what_is_overdue_is_said_with_its_due_time(language: str, told: str) -> None:
    """The look at it may come later: of an agent that was away, much later."""
    duties = [owed("acknowledge_report", "23T02:51"), owed("restore", "22T23:00")]

    assert said("obligations_overdue", language=language, duties=duties) == told


@pytest.mark.parametrize(
    ("kind", "language", "told"),
    [
        ("obligations_overdue", "en", "Target missed (a default that nobody signed): judge (due 02:51)."),
        ("obligations_overdue", "zh", "未达目标（默认值，未经双方约定）：judge（02:51到期）。"),
        ("obligations_met_late", "en", "Done after the target (a default that nobody signed): judge (due 02:51)."),
        ("obligations_met_late", "zh", "未达目标后完成（默认值，未经双方约定）：judge（02:51到期）。"),
    ],
)
def test_a_target_that_nobody_signed_is_never_called_overdue(kind: str, language: str, told: str) -> None:
    """Fact 2."""
    assert said(kind, language=language, duties=[owed("judge", "23T02:51", is_target=True)]) == told


def test_both_sorts_stand_beside_each_other() -> None:
    duties = [owed("judge", "23T02:51", is_target=True), owed("restore", "23T02:52")]

    assert said("obligations_met_late", duties=duties) == (
        "Met, but late: restore (due 02:52); done after the target (a default that nobody signed): judge (due 02:51)."
    )


# ------------------------------------------------------------------------------------------------- what is attached


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "wang added to report REP-1; attached: till.png (5d5b9485)."),
        ("zh", "wang补充报告REP-1；附件：till.png（5d5b9485）。"),
    ],
)
def test_a_supplement_of_files_alone_names_them_with_their_hashes(language: str, told: str) -> None:
    """3.2(b)."""
    attached = [{"name": "till.png", "size": 31, "sha256": "5d5b9485" + "0" * 56}]

    assert said("report_supplemented", "wang", language, report="REP-1", items=[], attachments=attached) == told


def test_what_came_with_a_report_is_named() -> None:
    """3.2(b)."""
    attached = [{"name": "till.png", "size": 31, "sha256": "5d5b9485" + "0" * 56}]

    told = said("report_received", "wang", party="customer", report="REP-1", symptom="blank", attachments=attached)

    assert told == "wang reported for the customer (REP-1): “blank”; attached: till.png (5d5b9485)."


@pytest.mark.parametrize(
    ("by_s", "language", "told"),
    [
        (7200.0, "en", "The wall clock was set forward by 2 h."),
        (-1800.0, "en", "The wall clock was set back by 30 min."),
        (-2.5, "zh", "系统时钟被调慢2.5秒。"),
        (86400.0, "zh", "系统时钟被调快24小时。"),
    ],
)
def test_a_clock_that_was_moved_is_said_as_people_say_it(by_s: float, language: str, told: str) -> None:
    assert said("clock_jumped", language=language, by_s=by_s) == told
