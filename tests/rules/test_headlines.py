"""The first line: grade, what, since, in 24 汉字 or 65 Latin characters whatever it is about."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import Condition, NoticeType
from agent.rules.headlines import DRILL, TRIAL, About, first_line, grade_mark, security_line
from agent.rules.wording import plain

DOWN = About(NoticeType.OPENING, 1, "Checkout", "03:02", "03:02", condition=Condition.DOWN, is_provisional=True)
ZH = replace(DOWN, name="收银台")


def hanzi(line: str) -> float:
    """汉字 of a Chinese line, a Latin character as half of one."""
    return sum(1 if unicodedata.east_asian_width(letter) in "WF" else 0.5 for letter in line)


@pytest.mark.parametrize(
    ("about", "line"),
    [
        (DOWN, "[GRADE 1, provisional] Checkout down for all users since 03:02"),
        (replace(DOWN, is_provisional=False), "[GRADE 1] Checkout down for all users since 03:02"),
        (replace(DOWN, share=0.4), "[GRADE 1, provisional] Checkout partly down since 03:02"),
        (replace(DOWN, share=1.0), "[GRADE 1, provisional] Checkout down for all users since 03:02"),
        (replace(DOWN, condition="degraded"), "[GRADE 1, provisional] Checkout degraded since 03:02"),
        (replace(DOWN, condition="data_breach"), "[GRADE 1, provisional] Checkout: data breach since 03:02"),
        (replace(DOWN, condition="nobody knows"), "[GRADE 1, provisional] Checkout abnormal since 03:02"),
        (replace(DOWN, more=2), "[GRADE 1, provisional] Checkout down, 2 more affected since 03:02"),
        (replace(DOWN, is_clear=True), "[GRADE 1, provisional] Checkout abnormal at 03:02, being verified"),
        (replace(DOWN, type=NoticeType.RELAPSE), "[GRADE 1, again] Checkout down for all users since 03:02"),
        (replace(DOWN, type=NoticeType.ASK_AGAIN), "[GRADE 1, unanswered] Checkout down for all users since 03:02"),
        (replace(DOWN, type=NoticeType.CHANGE), "[GRADE 1, wider] Checkout down for all users since 03:02"),
        (
            replace(DOWN, type=NoticeType.CHANGE, from_grade=2),
            "[GRADE 2 -> 1, provisional] Checkout down for all since 03:02",
        ),
        (
            replace(DOWN, type=NoticeType.RECOVERY, recovered="04:21", verified="04:38", more=1),
            "[RECOVERED] Checkout and 1 more back at 04:21, verified 04:38",
        ),
        (replace(DOWN, type=NoticeType.RECOVERY), "[RECOVERED] Checkout back, verified"),
        (replace(DOWN, type=NoticeType.VOID), "[FALSE ALARM] Checkout: the incident since 03:02 is void"),
        (replace(DOWN, type=NoticeType.BLIND, more=1), "[MONITORING GAP] Checkout and 1 more: state unknown"),
        (replace(DOWN, type=NoticeType.SEES_AGAIN, more=1), "[GAP ENDED] Checkout and 1 more: watched again"),
        (replace(DOWN, type=NoticeType.UNMAPPED), "[NEW ALERT] Checkout: no row knows it"),
        (
            replace(DOWN, type=NoticeType.MAINTENANCE, tag="MAINTENANCE", tails=(": 02:00 to 03:30",)),
            "[MAINTENANCE] Checkout: 02:00 to 03:30",
        ),
        (replace(DOWN, marks=TRIAL["en"]), "[TRIAL] [GRADE 1, provisional] Checkout down for all since 03:02"),
    ],
)
def test_an_english_line(about: About, line: str) -> None:
    assert first_line(about, "en") == line


@pytest.mark.parametrize(
    ("about", "line"),
    [
        (ZH, "【一级·暂定】收银台全部不可用，03:02起"),
        (
            replace(ZH, type=NoticeType.MAINTENANCE, tag="维护", tails=("，02:00至03:30",)),
            "【维护】收银台，02:00至03:30",
        ),
        (replace(ZH, is_provisional=False), "【一级】收银台全部不可用，03:02起"),
        (replace(ZH, share=0.4), "【一级·暂定】收银台部分不可用，03:02起"),
        (replace(ZH, condition="degraded"), "【一级·暂定】收银台性能下降，03:02起"),
        (replace(ZH, condition="nobody knows"), "【一级·暂定】收银台异常，03:02起"),
        (replace(ZH, more=2), "【一级·暂定】收银台不可用，另2项受影响，03:02起"),
        (replace(ZH, more=2, name="网上收银台"), "【一级·暂定】网上收银台不可用等3项，03:02起"),
        (replace(ZH, is_clear=True), "【一级·暂定】收银台03:02起异常，现待验证"),
        (replace(ZH, type=NoticeType.RELAPSE), "【一级·复发】收银台全部不可用，03:02起"),
        (replace(ZH, type=NoticeType.ESCALATION), "【一级·请确认】收银台全部不可用，03:02起"),
        (replace(ZH, type=NoticeType.ESCALATION, is_provider=True), "【一级·请接手】收银台全部不可用，03:02起"),
        (replace(ZH, type=NoticeType.PHONE), "【一级·请致电】收银台全部不可用，03:02起"),
        (replace(ZH, type=NoticeType.CHANGE, from_grade=2), "【升为一级·暂定】收银台全部不可用，03:02起"),
        (
            replace(ZH, type=NoticeType.CHANGE, grade=3, from_grade=1, is_provisional=False),
            "【降为三级】收银台全部不可用，03:02起",
        ),
        (
            replace(ZH, type=NoticeType.RECOVERY, recovered="04:21", verified="04:38"),
            "【已恢复】收银台04:21恢复，04:38验证通过",
        ),
        (  # a name in Latin letters does not run into the time
            replace(ZH, type=NoticeType.RECOVERY, name="Checkout2", recovered="04:21", verified="04:38"),
            "【已恢复】Checkout2 04:21恢复，04:38验证通过",
        ),
        (replace(ZH, type=NoticeType.RECOVERY, more=1), "【已恢复】收银台等2项，已验证通过"),
        (replace(ZH, type=NoticeType.VOID), "【误报撤销】收银台03:02起的事件系误报"),
        (replace(ZH, type=NoticeType.BLIND, more=1), "【监测中断】收银台等2项状态不明"),
        (replace(ZH, type=NoticeType.SEES_AGAIN), "【监测恢复】收银台恢复监测"),
        (replace(ZH, type=NoticeType.UNMAPPED, more=1), "【新增告警】收银台等2项尚无规则"),
        (
            replace(ZH, marks=TRIAL["zh"], since="11月22日23:58", since_day="11月22日"),
            "【试运行】【一级·暂定】收银台不可用，11月22日起",
        ),
    ],
)
def test_a_chinese_line(about: About, line: str) -> None:
    assert first_line(about, "zh") == line


def test_the_grade_and_whether_it_is_confirmed() -> None:
    assert grade_mark(1, True, "en") == "grade 1, provisional"
    assert grade_mark(3, False, "zh") == "三级"


def test_a_security_matter_says_no_more() -> None:
    assert security_line(1, "", "en") == "[GRADE 1] Security matter, please open"
    assert security_line(2, TRIAL["zh"], "zh") == "【试运行】【二级】安全事项，请点开查看"


CLOCKS = st.sampled_from([("03:02", "03:02"), ("22 Nov 23:58", "22 Nov"), ("11月22日23:58", "11月22日")])


@st.composite
def abouts(draw: st.DrawFn) -> About:
    since, day = draw(CLOCKS)
    return About(
        type=draw(st.sampled_from(NoticeType)),
        grade=draw(st.sampled_from((1, 2, 3))),
        name=plain(draw(st.text(min_size=1, max_size=60))) or "x",
        since=since,
        since_day=day,
        more=draw(st.integers(0, 200)),
        condition=draw(st.sampled_from(["", *Condition])),
        share=draw(st.none() | st.floats(0, 1)),
        is_provisional=draw(st.booleans()),
        is_clear=draw(st.booleans()),
        from_grade=draw(st.sampled_from((None, 1, 2, 3))),
        recovered=draw(st.sampled_from(["", since])),
        verified=draw(st.sampled_from(["", since])),
        marks=draw(st.sampled_from(["", *TRIAL.values(), *DRILL.values(), DRILL["zh"] + TRIAL["zh"]])),
        is_provider=draw(st.booleans()),
    )


@given(abouts())
def test_every_line_fits_a_lock_screen(about: About) -> None:
    english, chinese = first_line(about, "en"), first_line(about, "zh")

    assert len(english) <= 65
    assert hanzi(chinese) <= 24
    assert english.startswith(about.marks)
    assert chinese.startswith(about.marks)
    assert len((english + chinese).splitlines()) == 1
