"""Which alerts may belong to a group, by the labels in its key."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.rules.groups import labels_of, may_hold

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@pytest.mark.parametrize(
    ("key", "labels"),
    [
        ('{}:{alertname="CheckoutDown"}', {"alertname": "CheckoutDown"}),
        ('{}/{case="life"}:{alertname="A", case="life"}', {"alertname": "A", "case": "life"}),
        ('{}/{Überraschung.key="ja 🙂"}:{alertname="UTF"}', {"alertname": "UTF"}),
        ('{}/{a=~":{x=\\"y\\"}"}:{"service.name"="a, b}"}', {"service.name": "a, b}"}),
        ('{}:{zone="eu\\n\\u00e9\\x41\\\\"}', {"zone": "eu\néA\\"}),
        ("{}:{}", {}),
        ('{}/{team="x"}/{}:{}', {}),
    ],
)  # fmt: skip
def test_the_key_names_the_labels_that_its_alerts_share(key: str, labels: dict[str, str]) -> None:
    assert labels_of(key) == labels


@pytest.mark.parametrize(
    "key",
    [
        "",
        "{}",
        "x",
        'grafana {}:{alertname="A"}',
        ':{a="' * 2000,
        ':{a="b"}' * 5000,
        '{alertname="A"}',
        '{}:{alertname="A"',
        "{}:{alertname=A}",
    ],
)
def test_a_key_of_another_shape_says_nothing(key: str) -> None:
    assert labels_of(key) is None
    assert may_hold(key, {"alertname": "B"})


def test_an_alert_that_differs_in_one_label_is_not_of_the_group() -> None:
    key = '{}:{alertname="A", zone=""}'

    assert may_hold(key, {"alertname": "A", "instance": "1"})
    assert not may_hold(key, {"alertname": "A", "zone": "eu"})
    assert not may_hold(key, {"alertname": "B"})


@given(st.dictionaries(texts.filter(bool), texts, max_size=4))
def test_whatever_the_labels_are_the_group_of_them_holds_them(labels: dict[str, str]) -> None:
    """JSON's escapes are Go's, but for those of characters beyond the first plane, which Go writes as they are."""
    quoted = ", ".join(
        f"{json.dumps(name, ensure_ascii=False)}={json.dumps(value, ensure_ascii=False)}"
        for name, value in labels.items()
    )
    key = '{}/{a="b"}:{' + quoted + "}"

    assert labels_of(key) == labels
    assert may_hold(key, {**labels, "instance": "1"} if "instance" not in labels else labels)
