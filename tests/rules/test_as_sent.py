"""What went out is known by its hash: changed words are seen, the secret of a link is not kept."""

import pytest

from agent.rules import as_sent

SUBJECT = "[OPENING] checkout is down"
TEXT = "Please answer: https://desk.example/a/Zk3_x-9Q or phone."
HASH = "27979db0a737a0e3b45ae71467a0439c2c3bf620f22ee1e5aeb6063384449901"
"""printf '[OPENING] checkout is down\\nPlease answer: https://desk.example/a/(token) or phone.' | sha256sum"""


def test_the_hash_is_one_that_anybody_can_work_out_with_other_tools() -> None:
    assert as_sent.digest(SUBJECT, TEXT) == HASH


@pytest.mark.parametrize("token", ["other", "A-b_9", "(token)"])
def test_the_secret_of_a_link_is_left_out_of_it(token: str) -> None:
    """Who is handed the words reads `(token)`, and comes to the same hash."""
    assert as_sent.is_as_sent(HASH, SUBJECT, TEXT.replace("Zk3_x-9Q", token))


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("[OPENING] checkout is up", TEXT),
        (SUBJECT, TEXT.replace("or phone", "or wait")),
        (SUBJECT, TEXT.replace("desk.example", "desk.invalid")),
        (SUBJECT, ""),
    ],
)
def test_other_words_are_not_as_sent(subject: str, text: str) -> None:
    assert not as_sent.is_as_sent(HASH, subject, text)


@pytest.mark.parametrize(
    ("subject", "text"), [("[OPENING] (redacted) is down", TEXT), (SUBJECT, "Please answer (redacted)")]
)
def test_of_what_a_redaction_went_through_nobody_can_tell(subject: str, text: str) -> None:
    assert as_sent.is_as_sent(HASH, subject, text)


def test_half_a_character_is_hashed_as_a_question_mark() -> None:
    """What an alert brings may be broken; a message of it is sent all the same."""
    assert as_sent.digest("\ud83d", "down") == as_sent.digest("?", "down")
