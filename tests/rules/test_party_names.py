"""What the parties are called (fact 1)."""

from agent.rules.party_names import called, in_text


def test_a_file_says_who_is_called_what() -> None:
    assert called({"provider": "乙方", "customer": "甲方"}, "zh") == {"provider": "乙方", "customer": "甲方"}
    assert called({"provider": "供方", "customer": "需方"}, "zh") == {"provider": "供方", "customer": "需方"}


def test_without_labels_it_is_as_in_the_agreement() -> None:
    assert called({}, "zh") == called({"provider": "provider"}, "zh") == {"provider": "甲方", "customer": "乙方"}


def test_of_one_label_the_other_party_is_called_by_its_role() -> None:
    assert called({"provider": "provider", "customer": "甲方"}, "zh") == {"provider": "服务方", "customer": "甲方"}


def test_in_english_they_are_called_by_their_roles() -> None:
    assert called({"provider": "乙方"}, "en") == {"provider": "provider", "customer": "customer"}


def test_a_shipped_text_is_changed_at_once_and_not_twice() -> None:
    assert in_text("甲方通知乙方", {"provider": "乙方", "customer": "甲方"}) == "乙方通知甲方"
