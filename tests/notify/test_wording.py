"""What a notice says: golden texts, and what holds for every one of them (notices.md)."""

import re
import subprocess
import sys
import timeit
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.model import Message, NoticeType, Party, Recipient
from agent.notify.wording import Case, compose
from tests.notify import golden
from tests.notify.notices import AT, NUMBER, PERSONAL, composed, content, incident, notice, settings, symptom

CASES = list(golden.cases())
MESSAGES = [pytest.param(make(language), id=f"{language}-{name}") for name, language, make in CASES]
OPENINGS = [
    pytest.param(make(language), language, id=f"{language}-{name}")
    for name, language, make in CASES
    if name.startswith("opening")
]


@pytest.mark.parametrize(
    ("name", "language", "make"), [pytest.param(*case, id=f"{case[1]}-{case[0]}") for case in CASES]
)
def test_a_text_reads_as_it_was_approved(name: str, language: str, make: Callable[[str], Message]) -> None:
    approved = golden.path_of(name, language).read_text()

    assert golden.shown(make(language)) == approved, "read the difference; `python -m tests.notify.golden` approves it"


def test_no_approved_text_is_of_a_case_that_is_gone() -> None:
    wanted = {golden.path_of(name, language) for name, language, _ in CASES}

    assert set(golden.FOLDER.glob("*/*.txt")) == wanted


@pytest.mark.parametrize("message", MESSAGES)
def test_the_subject_is_the_first_line_and_the_number(message: Message) -> None:
    first = message.text.splitlines()[0]

    assert re.fullmatch(re.escape(first) + (rf" \[{NUMBER} #\d+\]" if message.thread else ""), message.subject)
    assert message.thread in (NUMBER, "")


def test_no_copy_of_the_customers_holds_a_command() -> None:
    """What the customer reads is written for the customer: the link answers, or a person is phoned."""
    said = {name: golden.shown(make(language)) for name, language, make in CASES if name.endswith(".customer")}

    assert [name for name, text in said.items() if "tocsin " in text] == []


@pytest.mark.parametrize("message", MESSAGES)
def test_a_notice_fits_wecom_and_sms(message: Message) -> None:
    assert len(message.text.encode()) <= 700
    assert len(message.short) <= (160 if message.short.isascii() else 70)
    assert not set(message.short) & set("【】\n")


@pytest.mark.parametrize("message", MESSAGES)
def test_no_word_says_more_than_is_known(message: Message) -> None:
    """notices.md, "Words": never 违约; sent is not arrived; the agent promises nothing."""
    said = f"{message.subject}\n{message.text}\n{message.short}".lower()

    for word in ("违约", "breach of", "已到达", "已送达", "delivered", "arrived", "received"):
        assert word not in said
    for promise in ("我们将", "正在处理", "we will", "we are working"):
        assert promise not in said
    if not message.subject.startswith(("[UPDATE", "【进展")):  # decision 2: only where its clock runs
        assert "下次通报" not in said
        assert "next update" not in said


@pytest.mark.parametrize("message", MESSAGES)
def test_chinese_and_latin_stand_as_they_are_printed(message: Message) -> None:
    if re.search(r"第\d+号|依据", message.text):
        # full-width punctuation between Chinese letters, and no space beside it
        assert not re.search(r"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]", message.text)
        assert not re.search(r"[，。；：（）、｜] | [，。；：（）、｜]", message.text)
        assert not re.search(r"[\u4e00-\u9fff] [\u4e00-\u9fff]", message.text.replace("日 北京", ""))
    assert "  " not in message.text
    assert not re.search(r"，，|；；|：：|, ,|; ;|\(\)|（）|[ ,;，；]$", message.text, re.MULTILINE)


@pytest.mark.parametrize(("message", "language"), OPENINGS)
def test_an_opening_has_the_four_items_of_3_2_b(message: Message, language: str) -> None:
    """Time, symptom, scope, measures."""
    heads = {"zh": ("现象：|监测：", "范围：", "已采取："), "en": ("Symptom: |Seen: ", "Scope: ", "Done: ")}[language]

    assert re.search(r"\d\d:\d\d", message.text.splitlines()[0]) or re.search("时间：|Time: ", message.text)
    for head in heads:
        assert re.search(f"^({head}).", message.text, re.MULTILINE)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_unknown_is_being_found_out(language: str) -> None:
    said = content(Party.CUSTOMER, symptoms=[symptom(Party.CUSTOMER, "ledger", "degraded")], state="degraded", done=[])

    text = composed(notice(NoticeType.OPENING, Party.CUSTOMER, said, grade=3), language).text

    assert text.count({"zh": "待查", "en": "being found out"}[language]) == 2


def test_a_share_is_a_lower_bound_where_the_sender_left_alerts_out() -> None:
    """traps, Alertmanager 2."""
    said = content(Party.CUSTOMER, scope={"share": 0.25})
    about = notice(NoticeType.OPENING, Party.CUSTOMER, said)

    assert "about 25 % affected" in composed(about, "en").text
    assert "at least 25 % affected" in composed(about, "en", truncated=("group",)).text
    assert "收银台，至少25%受影响" in composed(about, "zh", truncated=("group",)).text


def test_an_answer_is_never_asked_for_by_a_time_that_has_passed() -> None:
    about = notice(NoticeType.OPENING, Party.CUSTOMER)

    late = composed(about, "en", now=AT + timedelta(minutes=20)).text

    assert "confirm as soon as you can" in late
    assert "03:22" not in late


def test_nobody_is_announced_to_be_called_next_where_nobody_is_left() -> None:
    known = settings("en")
    everyone = tuple(Recipient(id_, "default grade 1: everyone") for id_ in known.contacts)

    text = composed(notice(NoticeType.OPENING, Party.PROVIDER, recipients=everyone), "en").text

    assert "Please take over by 03:22" in text
    assert "next person" not in text


def test_the_next_call_is_said_as_the_ladder_has_it() -> None:
    """agreement.md 5, rule 6: 20 % next person; where only the principal is left, 75 %."""
    told = tuple(Recipient(id_, "default grade 2: member") for id_ in ("li", "zhao"))

    one = composed(notice(NoticeType.OPENING, Party.PROVIDER), "en").text
    two = composed(notice(NoticeType.OPENING, Party.PROVIDER, recipients=told), "en").text

    assert "Take over by 03:10, else the next person is called" in one
    assert "Take over by 03:18, else the next person is called" in two


def test_numbers_are_shown_only_while_a_grade_1_or_2_is_open() -> None:
    """routes.md: contract data, shown to the other party while a grade 1 or 2 incident is open."""
    shown = {
        (type_, grade): "+86" in composed(notice(type_, Party.CUSTOMER, grade=grade), "en").text
        for type_ in (NoticeType.OPENING, NoticeType.RECOVERY, NoticeType.VOID)
        for grade in (1, 2, 3)
    }

    assert {key for key, is_shown in shown.items() if is_shown} == {(NoticeType.OPENING, 1), (NoticeType.OPENING, 2)}


def test_another_language_is_read_in_english() -> None:
    contact = replace(settings("en").contacts["wang"], language="fr")

    assert composed(notice(NoticeType.OPENING, Party.CUSTOMER), "en", contact=contact).text.startswith("[GRADE 1")


def test_without_a_link_nothing_hangs_in_the_air() -> None:
    for name, language, _ in CASES:
        if name == "opening.customer":
            message = composed(notice(NoticeType.OPENING, Party.CUSTOMER), language, link="")
            assert "er.example" not in message.text + message.short
            assert not re.search(r"打开  |Open  ", message.short)


def test_a_long_link_leaves_an_sms_its_meaning() -> None:
    link = "https://emergency-response.a-very-long-name.retail-platform.example.com/a/7Kq2mX9cT4"

    chinese = composed(notice(NoticeType.OPENING, Party.CUSTOMER), "zh", link=link).short
    english = composed(notice(NoticeType.OPENING, Party.CUSTOMER), "en", link=link).short

    assert chinese == "一级故障：收银台全部不可用，03:02起。1123-001"
    assert link.removeprefix("https://") in english
    assert len(english) <= 160


def test_a_chinese_name_does_not_cut_an_english_sms_to_70_characters() -> None:
    contact = replace(settings("zh").contacts["wang"], language="en")

    short = composed(notice(NoticeType.OPENING, Party.CUSTOMER), "zh", contact=contact).short

    assert short == (
        "Grade 1: checkout down for all users since 03:02. Open er.example/a/7Kq2mX9cT4 to confirm, 1123-001"
    )


def test_whom_to_phone_is_a_number_where_the_name_would_not_fit_the_script() -> None:
    contact = replace(settings("zh").contacts["li"], language="en")
    said = content(Party.PROVIDER, people=["wang"])

    short = composed(notice(NoticeType.PHONE, Party.PROVIDER, said), "zh", contact=contact).short

    assert short == (
        "Grade 1: checkout down for all users since 03:02. Please phone the customer, 139 0000 0001, 1123-001"
    )


def test_a_notice_is_composed_in_two_milliseconds() -> None:
    about = notice(NoticeType.OPENING, Party.CUSTOMER)
    known = settings("zh")
    case = Case(incident(about), known.contacts["wang"], PERSONAL, known, "https://er.example/a/x", AT)

    best_s = min(timeit.repeat(lambda: compose(about, case), number=1, repeat=50))

    assert best_s < 0.002


def test_templates_are_loaded_with_the_first_notice_and_not_before() -> None:
    code = "import agent.notify.wording, sys; print('jinja2' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert answer.stdout.strip() == "False"
