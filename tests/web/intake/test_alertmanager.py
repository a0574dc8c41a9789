"""Alertmanager's webhook, read: its habits (captured from real ones), and what hostile or broken senders do."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.config.settings import Limits
from agent.errors import Malformed
from agent.model import Letter
from agent.web.intake.alertmanager import LIMITS, read
from agent.web.intake.labels import fingerprint
from agent.web.intake.shape import digest

GOLDEN = Path(__file__).parents[2] / "golden" / "alertmanager"
NOW = datetime(2026, 11, 23, 3, 20, tzinfo=UTC)
STARTED = datetime(2026, 11, 23, 3, 16, 27, 642787, tzinfo=UTC)
WEBHOOKS = sorted(path for path in GOLDEN.glob("*.json") if "prometheus_post" not in path.name)


def capture(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text())["body"]


def letter(body: Any, limits: Limits = LIMITS) -> Letter:
    return read(json.dumps(body).encode(), "alertmanager", NOW, limits)


def alert(**fields: Any) -> dict[str, Any]:
    return {"status": "firing", "labels": {"alertname": "A"}, "startsAt": "2026-11-23T03:16:27.642787Z", **fields}


def alerts(*raw: str) -> Letter:
    """Read alerts written as raw JSON."""
    return read(f'{{"alerts": [{", ".join(raw)}]}}'.encode(), "alertmanager", NOW)


# ----------------------------------------------------------------------------------------------- its own habits


@pytest.mark.parametrize("path", WEBHOOKS, ids=lambda path: path.stem)
def test_every_captured_webhook_is_read_whole(path: Path) -> None:
    body = json.loads(path.read_text())["body"]

    found = letter(body)

    assert found.bad == ()
    assert [signal.fingerprint for signal in found.signals] == [each["fingerprint"] for each in body["alerts"]]
    assert [signal.firing for signal in found.signals] == [each["status"] == "firing" for each in body["alerts"]]
    assert [dict(signal.labels) for signal in found.signals] == [each["labels"] for each in body["alerts"]]
    assert found.group == body["groupKey"]


@pytest.mark.parametrize("path", WEBHOOKS, ids=lambda path: path.stem)
def test_a_missing_fingerprint_is_the_one_alertmanager_would_send(path: Path) -> None:
    for each in json.loads(path.read_text())["body"]["alerts"]:
        assert fingerprint(each["labels"]) == each["fingerprint"]


def test_a_firing_alert_becomes_a_signal() -> None:
    raw = json.dumps(capture("01_firing_first")).encode()

    signal = read(raw, "alertmanager", NOW).signals[0]

    assert (signal.source, signal.fingerprint, signal.firing) == ("alertmanager", "20c3d5f7cec8d179", True)
    assert signal.labels == {"alertname": "A", "case": "life", "instance": "h1", "sev": "crit"}
    assert signal.annotations == {"d": "v1", "summary": "s"}
    assert (signal.started_at, signal.ended_at, signal.received_at) == (STARTED, None, NOW)
    assert (signal.body, signal.group) == (
        sha256(raw).hexdigest(),
        '{}/{case="life"}:{alertname="A", case="life"}',
    )


def test_the_status_at_the_top_is_not_believed() -> None:
    body = capture("03_partial_resolved_with_firing_leftover")
    body["status"] = "resolved"

    signals = letter(body).signals

    assert [signal.firing for signal in signals] == [False, True]
    assert signals[0].ended_at == datetime(2026, 11, 23, 3, 16, 48, 655501, tzinfo=UTC)


def test_alerts_left_out_are_counted() -> None:
    assert letter({"alerts": [alert()], "truncatedAlerts": 3}).truncated == 3
    assert letter({"alerts": [alert()], "truncatedAlerts": "3"}).truncated == 3
    assert letter({"alerts": [alert()], "truncatedAlerts": -1}).truncated == 0
    assert letter({"alerts": [alert()], "truncatedAlerts": 2**70}).truncated == 2**31 - 1


def test_a_name_of_a_label_may_be_any_text() -> None:
    found = letter(capture("27_v0281_utf8_label_http_headers"))

    assert found.signals[0].labels["Überraschung.key"] == "ja 🙂"


# ------------------------------------------------------------------------------------------- what may be missing


def test_a_missing_start_is_now() -> None:
    without, zero = alert(), alert(startsAt="0001-01-01T00:00:00Z")
    del without["startsAt"]

    assert [signal.started_at for signal in letter({"alerts": [without, zero]}).signals] == [NOW, NOW]


def test_a_resolve_without_an_end_ended_on_arrival() -> None:
    missing, zero = alert(status="resolved"), alert(status="resolved", endsAt="0001-01-01T00:00:00Z")

    assert [signal.ended_at for signal in letter({"alerts": [missing, zero]}).signals] == [NOW, NOW]


def test_a_firing_alert_has_no_end_whatever_it_says() -> None:
    signal = letter({"alerts": [alert(endsAt="2026-11-23T03:18:00Z")]}).signals[0]

    assert (signal.firing, signal.ended_at) == (True, None)


@pytest.mark.parametrize(("ends_at", "is_firing"), [("2026-11-23T03:19:00Z", False), ("2026-11-23T03:24:00Z", True)])
def test_without_a_status_the_end_decides(ends_at: str, is_firing: bool) -> None:
    each = alert(endsAt=ends_at)
    del each["status"]

    assert letter({"alerts": [each]}).signals[0].firing is is_firing


def test_labels_alone_are_enough() -> None:
    found = alerts('{"labels": {"alertname": "A"}}')

    assert found.bad == ()
    assert (found.signals[0].firing, found.signals[0].annotations) == (True, {})
    assert found.signals[0].fingerprint == fingerprint({"alertname": "A"})


def test_what_is_not_known_is_passed_over() -> None:
    body = {"alerts": [alert(silenceURL="x", values={"B": 1.5})], "notification_reason": "x", "routeLabels": {"a": "b"}}

    assert len(letter({**body, "orgId": 1, "version": 5}).signals) == 1


@pytest.mark.parametrize("body", ['{"alerts": []}', '{"alerts": null}'])
def test_a_message_without_alerts_is_read_as_such(body: str) -> None:
    assert read(body.encode(), "alertmanager", NOW).signals == ()


# ------------------------------------------------------------------------------------ one bad alert among good ones

GOOD = '{"labels": {"alertname": "Good"}, "status": "firing"}'


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("{}", "labels are missing: an alert is known by them"),
        ('{"labels": {}}', "labels are missing: an alert is known by them"),
        ('{"labels": null}', "labels are missing: an alert is known by them"),
        ('{"labels": {"a": 5}}', "labels: Expected `str`, got `int`"),
        ('{"labels": {"a": null}}', "labels: Expected `str`, got `null`"),
        ('{"labels": {"a": {"b": "c"}}}', "labels: Expected `str`, got `object`"),
        ('{"labels": ["a"]}', "labels: Expected `object`, got `array`"),
        ('{"labels": {"a": "1", "b": "2", "a": "1"}}', "labels: 'a' stands there twice"),
        ('{"labels": {"a": "1", "\\u0061": "2"}}', "labels: 'a' stands there twice"),
        ('{"labels": {"a": "1", "a\\u0000": "2"}}', "labels: 'a' stands there twice"),
        ('{"labels": {"a": "\\"", "a": "\\\\"}}', "labels: 'a' stands there twice"),
        ('{"labels": {"a": "1"}, "annotations": {"b": 7}}', "annotations: Expected `str`, got `int`"),
        ('{"labels": {"a": "1"}, "status": "suppressed"}', "status 'suppressed' is neither firing nor resolved"),
        ('{"labels": {"a": "1"}, "status": 1}', "Expected `str`, got `int` - at `status`"),
        ('{"labels": {"a": "1"}, "fingerprint": 1}', "Expected `str`, got `int` - at `fingerprint`"),
        ('{"labels": {"a": "1"}, "startsAt": 1795403788}', "Expected `datetime | null`, got `int` - at `startsAt`"),
        ('{"labels": {"a": "1"}, "startsAt": "yesterday"}', "Invalid RFC3339 encoded datetime - at `startsAt`"),
        (
            '{"labels": {"a": "1"}, "startsAt": "2026-11-23T03:16:27"}',
            "Expected `datetime` with a timezone component - at `startsAt`",
        ),
        (
            '{"labels": {"a": "1"}, "startsAt": "0001-01-01T00:00:00+14:00"}',
            "0001-01-01T00:00:00+14:00 lies outside the years 1 to 9999 in UTC",
        ),
        (
            '{"labels": {"a": "1"}, "endsAt": "9999-12-31T23:59:59-14:00"}',
            "9999-12-31T23:59:59-14:00 lies outside the years 1 to 9999 in UTC",
        ),
        ('"text"', "Expected `object`, got `str`"),
        ("null", "Expected `object`, got `null`"),
    ],
)
def test_a_bad_alert_is_named_and_the_good_ones_are_kept(raw: str, reason: str) -> None:
    found = alerts(GOOD, raw, GOOD)

    assert found.bad == ((1, reason),)
    assert [signal.labels["alertname"] for signal in found.signals] == ["Good", "Good"]


def test_labels_too_long_or_too_many_make_that_alert_bad() -> None:
    long_value, long_name = {"a": "x" * 4097}, {"x" * 4097: "a"}
    many, huge = {f"l{number}": "v" for number in range(129)}, {f"l{number}": "v" * 3000 for number in range(30)}

    found = letter({"alerts": [{"labels": labels} for labels in (long_value, long_name, many, huge)] + [alert()]})

    assert [reason[-44:] for _, reason in found.bad] == [
        "labels: 'a' is 4097 bytes long, at most 4096 are read"[-44:],
        "xxx' is 4097 bytes long, at most 4096 are read"[-44:],
        "labels: 129 of them, at most 128 are read"[-44:],
        f"labels are {len(json.dumps(huge))} bytes long, at most 65536 are read"[-44:],
    ]
    assert len(found.signals) == 1


def test_a_long_label_within_the_limit_is_kept_whole() -> None:
    labels = {"a": "ü" * 2048, "b": "y" * 4096}

    assert letter({"alerts": [{"labels": labels}]}).signals[0].labels == labels


def test_an_alarm_is_not_lost_over_a_long_description() -> None:
    found = letter({"alerts": [alert(annotations={"description": "ü" * 5000, "summary": "s"})]})

    text = found.signals[0].annotations["description"]
    assert len(text.encode()) <= 4096
    assert text.endswith("ü…")
    assert found.signals[0].annotations["summary"] == "s"


def test_a_million_annotations_are_not_built() -> None:
    many = json.dumps({str(number): "" for number in range(100_000)})

    found = alerts(f'{{"labels": {{"a": "b"}}, "annotations": {many}}}', f'{{"labels": {many}}}', GOOD)

    assert [index for index, _ in found.bad] == [0, 1]
    assert len(found.signals) == 1


def test_nul_is_cleaned_at_the_door() -> None:
    body = {"alerts": [alert(labels={"a\0": "b\0c"}, annotations={"d\0": "\0e"})], "groupKey": "{}\0"}

    found = letter(body)

    assert found.signals[0].labels == {"a": "bc"}
    assert found.signals[0].annotations == {"d": "e"}
    assert found.group == "{}"


@given(st.dictionaries(st.text(), st.text()))
@example({"long": "x" * 500})
def test_a_fingerprint_is_fnv_1a_over_the_sorted_labels(labels: dict[str, str]) -> None:
    code = 0xCBF29CE484222325
    for name in sorted(labels):
        for byte in name.encode() + b"\xff" + labels[name].encode() + b"\xff":
            code = (code ^ byte) * 0x100000001B3 % 2**64

    assert fingerprint(labels) == f"{code:016x}"


def test_a_fingerprint_that_is_none_is_computed() -> None:
    strange = ["", "x" * 65, "with space", "nul\0", "<b>", "ü"]

    signals = letter({"alerts": [alert(fingerprint=each) for each in strange]}).signals

    assert {signal.fingerprint for signal in signals} == {fingerprint({"alertname": "A"})}


def test_times_of_other_zones_and_nanoseconds_are_read() -> None:
    shifted, fine = alert(startsAt="2026-11-23T11:16:27.642787+08:00"), alert(startsAt="2026-11-23T03:16:27.642786606Z")

    assert [signal.started_at for signal in letter({"alerts": [shifted, fine]}).signals] == [STARTED, STARTED]


# -------------------------------------------------------------------------------------- nothing of it can be read


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "no JSON"),
        (b"nonsense", "no JSON"),
        (b'{"alerts": [', "no JSON"),
        (b'{"alerts": []} trailing', "no JSON"),
        (b'\xef\xbb\xbf{"alerts": []}', "no JSON"),
        (b'{"alerts": [], "x": NaN}', "no JSON"),
        (b'{"alerts": [], "x": Infinity}', "no JSON"),
        (b'{"alerts": [], "x": "\x00"}', "no JSON"),
        (b'{"alerts": [{"labels": {"a": "\xff"}}]}', "not UTF-8: byte 0xff at offset 30"),
        (b'{"alerts": [], "x": "\xed\xa0\x80"}', "not UTF-8"),
        (b'{"alerts": [{"labels": {"a": "\\ud800"}}]}', "no JSON"),
        (b"[]", "expected an object with a list `alerts`"),
        (b"{}", "expected an object with a list `alerts`"),
        (b'{"alerts": {}}', "expected an object with a list `alerts`"),
        (b'{"alerts": "none"}', "expected an object with a list `alerts`"),
        (b'{"alerts": [], "x": ' + b"[" * 50_000, "nested"),
        (b'{"alerts": [], "x": ' + b"[" * 16 + b"]" * 16 + b"}", "nested deeper than 16 levels"),
        (b'{"alerts": [{"labels":{"a":"b"}, "x": ' + b"[" * 14 + b"]" * 14 + b"}]}", "nested deeper than 16 levels"),
        (b'{"alerts": [{"labels":null}, {"x": ' + b"[" * 14 + b"]" * 14 + b"}]}", "nested deeper than 16 levels"),
        (b'{"alerts": [{"labels": {"a": 1}, "x": ' + b'{"y":' * 20 + b"1" + b"}" * 20 + b"}]}", "nested deeper"),
        (b'{"alerts": [' + b"[" * 50_000, "nested"),
    ],
)
def test_what_cannot_be_read_is_malformed_and_says_why(raw: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason.replace("[", r"\[")):
        read(raw, "alertmanager", NOW)


def test_nesting_up_to_the_limit_is_read() -> None:
    raw = b'{"alerts": [{"labels":{"a":"b"}, "x": ' + b"[" * 13 + b"]" * 13 + b"}]}"

    assert len(read(raw, "alertmanager", NOW).signals) == 1


def test_brackets_in_texts_are_no_depth() -> None:
    deep = "[" * 500 + '{"' * 500

    found = letter({"alerts": [alert(annotations={"summary": deep, "d": "\\" + deep})], "groupKey": deep})

    assert found.signals[0].annotations["summary"] == deep


def test_a_million_empty_alerts_are_refused_unbuilt() -> None:
    raw = b'{"alerts": [' + b",".join([b"{}"] * 1_000_000) + b"]}"

    with pytest.raises(Malformed, match="1000002 objects and arrays, at most 80000"):
        read(raw, "alertmanager", NOW)


def test_more_alerts_than_allowed_are_refused() -> None:
    with pytest.raises(Malformed, match="11 alerts, at most 10"):
        letter({"alerts": [alert()] * 11}, Limits(alerts=10))
    with pytest.raises(Malformed, match="11 alerts, at most 10"):
        letter({"alerts": [*[alert()] * 10, 5]}, Limits(alerts=10))


# ----------------------------------------------------------------------------------------------- for all messages

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
label_sets = st.dictionaries(texts, texts, min_size=1, max_size=6)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
times = st.sampled_from(
    ["2026-11-23T03:16:27Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "2026-11-23T03:16:27", "", "x"]
)
broken_alerts = anything | st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["firing", "resolved"]) | anything,
        "labels": label_sets | anything,
        "annotations": label_sets | anything,
        "startsAt": times | anything,
        "endsAt": times | anything,
        "fingerprint": texts | anything,
    },
)


@settings(max_examples=150, deadline=None)
@given(st.lists(broken_alerts, max_size=6), anything, anything)
def test_every_alert_is_either_read_or_named(found: list[Any], group: Any, truncated: Any) -> None:
    raw = json.dumps({"alerts": found, "groupKey": group, "truncatedAlerts": truncated}).encode()

    try:
        result = read(raw, "alertmanager", NOW)
    except Malformed:
        return

    assert len(result.signals) + len(result.bad) == len(found)
    assert all(signal.started_at.tzinfo is UTC for signal in result.signals)
    assert all(signal.firing is (signal.ended_at is None) for signal in result.signals)


@settings(max_examples=100, deadline=None)
@given(st.lists(label_sets, min_size=1, max_size=5), st.integers(0, 5), st.booleans())
def test_a_bad_neighbour_changes_nothing_for_the_good(sets: list[dict[str, str]], place: int, is_ascii: bool) -> None:
    good = [alert(labels=labels) for labels in sets]
    place = min(place, len(good))

    alone = read(json.dumps({"alerts": good}).encode(), "alertmanager", NOW).signals
    raw = json.dumps({"alerts": [*good[:place], {"labels": 1}, 7, *good[place:]]}, ensure_ascii=is_ascii).encode()
    together = read(raw, "alertmanager", NOW)

    assert [index for index, _ in together.bad] == [place, place + 1]
    assert [(s.fingerprint, s.labels) for s in together.signals] == [(s.fingerprint, s.labels) for s in alone]


@settings(max_examples=100, deadline=None)
@given(label_sets, st.data())
def test_a_label_named_twice_is_always_noticed(labels: dict[str, str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(labels)))
    is_ascii = data.draw(st.booleans())
    pairs = [f"{json.dumps(k, ensure_ascii=is_ascii)}: {json.dumps(v)}" for k, v in labels.items()]
    again = f"{json.dumps(name)}: {json.dumps(data.draw(texts))}"

    found = alerts(f'{{"labels": {{{", ".join([*pairs, again])}}}}}')

    assert [index for index, _ in found.bad] == [0]
    assert "stands there twice" in found.bad[0][1]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_bytes_of_any_sort_are_read_or_malformed(raw: bytes) -> None:
    with suppress(Malformed):
        assert read(raw, "alertmanager", NOW).body == sha256(raw).hexdigest()


@pytest.mark.parametrize("length", [0, 1, 2047, 2048, 4094, 5000, 65_504, 65_505, 200_000])
def test_a_body_is_named_by_its_sha_256(length: int) -> None:
    raw = bytes(number % 251 for number in range(length))

    assert digest(raw) == sha256(raw).hexdigest()
