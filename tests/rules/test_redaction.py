"""What of a person is found in a text, and what is left."""

from dataclasses import replace

import pytest

from agent.model import Fact
from agent.rules import chain, redaction
from agent.rules.redaction import Person, Redactor
from tests.store.nouns import NOW

LEE = Redactor(
    Person(
        "lee",
        names=frozenset({"Lee Ann", "李雷"}),
        phones=frozenset({"+86 138-0000-0001"}),
        emails=frozenset({"lee@provider.example"}),
        others=frozenset({"night desk"}),
        ids=frozenset({"lee", "chen"}),
    )
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Please speak to Lee Ann: +86 138 0000 0001", "Please speak to (redacted): (redacted)"),
        ("请与李雷通话：138-0000-0001", "请与(redacted)通话：(redacted)"),
        ("to 13800000001, (86) 138 0000 0001", "to (redacted), (redacted)"),
        ("550 no such user LEE@provider.example", "550 no such user (redacted)"),
        ("ask the night desk", "ask the (redacted)"),
        ("lee acknowledged", "lee acknowledged"),
        ("Lee Anne and 2138000000019 are others", "Lee Anne and 2138000000019 are others"),
        ("Lee\nAnn", "(redacted)"),
        (
            "Lee Ann对二级提出异议，已致电Lee Ann，由Lee Ann记录",
            "(redacted)对二级提出异议，已致电(redacted)，由(redacted)记录",
        ),
        ("Lee Ann03:21发布", "(redacted)03:21发布"),
        ("Lee Anné is another", "Lee Anné is another"),
        ("", ""),
    ],
)
def test_whatever_form_it_has_it_goes_and_nothing_else(text: str, left: str) -> None:
    assert LEE.text(text) == left
    assert LEE.mentions(text) is (text != left)


def test_json_stays_json_also_where_it_was_written_in_escapes() -> None:
    assert LEE.text('{"by":"lee","text":"李雷 knows","n":[1,"李雷"]}') == (
        '{"by":"lee","text":"(redacted) knows","n":[1,"(redacted)"]}'
    )
    assert LEE.text('["\\u674e\\u96f7"]') == '["(redacted)"]'
    assert LEE.text('["\\u674e"]') == '["\\u674e"]'
    assert LEE.text("{no JSON of Lee Ann") == "{no JSON of (redacted)"


def test_bytes_that_are_no_text_are_left_alone() -> None:
    assert LEE.raw("李雷".encode()) == b"(redacted)"
    assert LEE.raw(b"plain") == b"plain"
    assert LEE.raw(b"\xff\xfe Lee Ann") == b"\xff\xfe Lee Ann"


def test_a_name_that_is_a_contacts_id_stays_since_it_says_who_did_what() -> None:
    named_like_an_id = Person("chen", names=frozenset({"chen", "x"}), ids=frozenset({"chen"}))

    assert Redactor(named_like_an_id).text("chen acknowledged x") == "chen acknowledged x"
    assert not Person("chen", names=frozenset({"chen"}), ids=frozenset({"chen"}))
    assert Redactor(Person("chen", phones=frozenset({"110"}))).text("call 110") == "call 110"


def test_what_an_address_holds_of_a_person_is_found() -> None:
    assert redaction.in_address("mailto://lee@provider.example?to=x@y.example") == (
        frozenset({"lee@provider.example", "x@y.example"}),
        frozenset(),
    )
    assert redaction.in_address("jsons://gw.example/call/+8613800000001")[1] == {"+8613800000001"}


def test_an_erased_detail_is_read_with_what_is_left_of_it() -> None:
    first = chain.seal(Fact("INC-1", NOW, "update_posted", "lee", {"text": "Lee Ann"}), 1, chain.genesis("INC-1"), b"s")
    erased = replace(first, salt=b"", fact=replace(first.fact, detail={}))
    left = Fact("INC-1", NOW, redaction.FACT, "agent", {"fact": 1, "said": {"text": "(redacted)"}})
    second = chain.seal(left, 2, first.hash, b"t")

    shown = redaction.overlaid([erased, second])

    assert chain.verify([erased, second]) is None
    assert [each.fact.detail for each in shown] == [{"text": "(redacted)"}, left.detail]
    assert redaction.overlaid([erased]) == [erased]


def test_what_two_redactions_left_of_a_detail_is_still_read_in_its_place() -> None:
    """Decision 12: the first one's words named another person; taken out anew, they stand for both."""
    first = chain.seal(Fact("INC-1", NOW, "update_posted", "lee", {"text": "Lee, Ma"}), 1, chain.genesis("INC-1"), b"s")
    once = Fact("INC-1", NOW, redaction.FACT, "agent", {"fact": 1, "said": {"text": "(redacted), Ma"}})
    second = chain.seal(once, 2, first.hash, b"t")
    twice = {"fact": 2, "said": {"fact": 1, "said": {"text": "(redacted), (redacted)"}}}
    third = chain.seal(Fact("INC-1", NOW, redaction.FACT, "agent", twice), 3, second.hash, b"u")
    erased = [replace(each, salt=b"", fact=replace(each.fact, detail={})) for each in (first, second)]

    shown = redaction.overlaid([*erased, third])

    assert shown[0].fact.detail == {"text": "(redacted), (redacted)"}
    assert shown[1].fact.detail == twice["said"]
