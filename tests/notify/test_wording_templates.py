"""The operator's own templates: over the shipped ones, and never in the way of a notice."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from agent.model import Message, NoticeType, Party
from agent.notify.names import NAMES
from agent.notify.stationery import SHIPPED
from agent.notify.values import values
from agent.notify.wording import Case
from tests.notify.notices import AT, LINK, MAIL, PERSONAL, SECURITY, composed, content, incident, notice, settings

SHIPPED_FIRST = "[GRADE 1, provisional] Checkout down for all users since 03:02"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "en").mkdir()
    return tmp_path


def write(own: Path, text: str, name: str = "opening.customer") -> None:
    (own / "en" / f"{name}.txt").write_text(text)


def opening(own: Path, party: Party = Party.CUSTOMER) -> Message:
    return composed(notice(NoticeType.OPENING, party), "en", in_force=replace(settings("en"), templates=own))


def test_an_own_template_goes_before_the_shipped_one(own: Path) -> None:
    write(own, "{{ headline }}\n\nAcme desk, {{ number }}: {{ symptom|lower }}\n{% if plan %}{{ plan }}{% endif %}\n")

    message = opening(own)

    assert message.text == f"{SHIPPED_FIRST}\nAcme desk, INC-20261123-001: the payment page does not open"
    assert message.subject == f"{SHIPPED_FIRST} [INC-20261123-001 #1]"


def test_types_and_languages_without_an_own_template_keep_the_shipped_one(own: Path) -> None:
    write(own, "mine")

    assert opening(own, Party.PROVIDER).text.startswith(SHIPPED_FIRST)


def test_the_first_line_of_an_own_template_is_cut_to_the_lock_screen(own: Path) -> None:
    write(own, "x" * 80 + "\nrest")

    message = opening(own)

    assert message.text == "x" * 64 + "…\nrest"


@pytest.mark.parametrize(
    "text",
    [
        "{{ nobody_knows_this }}",
        "{{ headline",
        "{% for a in b %}",
        "",
        "  \n\n",
        "{{ 'a' * 100000000 }}",
        "{{ 7 ** 99999999 }}",
        "{{ '%100000000d' % 1 }}",
        "{{ headline.ljust(100000000) }}",
        "{{ headline.__class__.__mro__ }}",
        "{{ ''.format.__globals__ }}",
        "{% include '../../../routes.yaml' %}",
        "{% for a in seen %}{{ a }}{% endfor %}",
        "{% set x = headline %}" + "{% set x = x ~ x ~ x ~ x %}" * 8 + "{{ x }}",
        "x" * 20_000,
        "{#" + "x" * 20_000 + "#}short",
    ],
    ids=range(16),
)
def test_a_broken_template_is_passed_over_with_one_line_in_the_log(
    own: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(own, text)

    with caplog.at_level(logging.INFO):
        messages = [opening(own) for _ in range(3)]

    assert {message.text.splitlines()[0] for message in messages} == {SHIPPED_FIRST}
    assert [record.message for record in caplog.records] == ["own template failed, the shipped one is used"]


def test_a_mended_template_is_used_again_and_said_so(own: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(own, "{{ oops }}")
    opening(own)
    caplog.clear()

    with caplog.at_level(logging.INFO):
        write(own, "mended, {{ number }}")
        message = opening(own)

    assert message.text == "mended, INC-20261123-001"
    assert [record.message for record in caplog.records] == ["own template works again"]


def test_a_folder_that_is_not_there_changes_nothing(tmp_path: Path) -> None:
    assert opening(tmp_path / "nowhere").text.startswith(SHIPPED_FIRST)


def test_an_own_sms_keeps_its_limit(own: Path) -> None:
    """A carrier's registered template has words of its own."""
    write(own, "[Acme] {{ grade_word }}: {{ what }}. See {{ short_link }} " + "!" * 60, "short")

    message = opening(own)

    assert message.short == (
        "[Acme] grade 1: Checkout down for all users since 03:02. See er.example/a/7Kq2mX9cT4 " + "!" * 60
    )
    write(own, "{{ what }}" + "!" * 200, "short")
    assert opening(own).short == "!" * 157 + "..."


def test_a_guarded_security_notice_is_never_in_own_words(own: Path) -> None:
    for name in ("security", "short", "opening.customer"):
        write(own, "intruder in {{ system }}", name)
    about = notice(NoticeType.OPENING, Party.CUSTOMER, content(Party.CUSTOMER, **SECURITY))

    message = composed(about, "en", endpoint=MAIL, in_force=replace(settings("en"), templates=own))

    assert "intruder" not in message.subject + message.text + message.short


@pytest.mark.parametrize("party", list(Party))
@pytest.mark.parametrize("type_", list(NoticeType))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_type_has_every_name_that_is_promised(type_: NoticeType, party: Party, language: str) -> None:
    about = notice(type_, party)
    known = settings(language)

    given = values(about, Case(incident(about), known.contacts["wang"], PERSONAL, known, LINK, AT), language)

    assert set(given) == set(NAMES)
    assert all(isinstance(value, str | int | list) for value in given.values())


def test_both_languages_have_the_same_templates() -> None:
    chinese, english = ({path.name for path in (SHIPPED / language).iterdir()} for language in ("zh", "en"))

    assert chinese == english
