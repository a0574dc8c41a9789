"""A key says whose signal it is, whatever the sender calls it."""

from hypothesis import given
from hypothesis import strategies as st

from agent.engine.desk.keys import as_key, parts_of

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@given(TEXT, TEXT)
def test_source_and_fingerprint_come_back_as_they_were(source: str, fingerprint: str) -> None:
    assert parts_of(as_key(source, fingerprint)) == (source, fingerprint)


def test_two_senders_with_one_name_for_their_alerts_are_not_mixed_up() -> None:
    assert as_key("grafana", "f00d") != as_key("prometheus", "f00d")
    assert as_key("a", "bc") != as_key("ab", "c")
