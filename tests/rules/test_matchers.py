"""Alertmanager's matchers: read as it reads them, and compiled to a function that answers as the slow one does."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import Malformed
from agent.model import Matcher
from agent.rules.matchers import compiled, first_match, matches, parse, parse_all


@pytest.mark.parametrize(
    ("text", "matcher"),
    [
        ('alertname="CheckoutDown"', Matcher("alertname", "=", "CheckoutDown")),
        ("severity!=info", Matcher("severity", "!=", "info")),
        ('job=~"ledger.*"', Matcher("job", "=~", "ledger.*")),
        ("job!~[a-z]+", Matcher("job", "!~", "[a-z]+")),
        ("{foo=bar}", Matcher("foo", "=", "bar")),
        ("{ foo = bar , }", Matcher("foo", "=", "bar")),
        ("foo=bar,", Matcher("foo", "=", "bar")),
        ("foo=🙂bar", Matcher("foo", "=", "🙂bar")),
        ("业务=支付", Matcher("业务", "=", "支付")),
        ('"with space"=""', Matcher("with space", "=", "")),
        ('foo="say \\"hi\\"\\n\\t\\\\"', Matcher("foo", "=", 'say "hi"\n\t\\')),
        ('foo="\\xf0\\x9f\\x99\\x82"', Matcher("foo", "=", "🙂")),
        ('foo="\\U0001f642\\u4e2d\\101"', Matcher("foo", "=", "🙂中A")),
        ('foo="a,b={c}"', Matcher("foo", "=", "a,b={c}")),
        ("foo\u2003=\u3000bar", Matcher("foo", "=", "bar")),
        ("foo=a|b", Matcher("foo", "=", "a|b")),
    ],
)
def test_a_matcher_is_read_as_alertmanager_reads_it(text: str, matcher: Matcher) -> None:
    assert parse(text) == matcher


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'expected one matcher such as severity="critical", found 0: one list item each'),
        ("{}", 'expected one matcher such as severity="critical", found 0: one list item each'),
        ("a=b,c=d", 'expected one matcher such as severity="critical", found 2: one list item each'),
        ("{", "column 2: expected a closing brace }, found the end"),
        ("}", "column 1: expected a label name, found }"),
        (",", "column 1: expected a label name, found ,"),
        ("{,}", "column 2: expected a comma or }, found ,"),
        ("a=b}", "column 4: expected a comma between matchers, found }"),
        ("{a=b", "column 5: expected a closing brace }, found the end"),
        ("{a=b}c", "column 6: expected a comma between matchers, found c"),
        ("a=b c", "column 5: expected a comma between matchers, found c"),
        ('a=:"b"', 'column 4: expected a comma between matchers, found "b"'),
        ("a", "column 2: expected an operator, one of = != =~ !~, found the end"),
        ("a b", "column 3: expected an operator, one of = != =~ !~, found b"),
        ("a=", 'column 3: expected a value; an empty one is written "", found the end'),
        ("a==b", 'column 3: expected a value; an empty one is written "", found ='),
        ("a!b", "column 2: expected one of = != =~ !~"),
        ("a=b\\n", 'column 4: \\ may only stand inside double quotes: write "…"'),
        ("a='b'", 'column 3: \' may only stand inside double quotes: write "…"'),
        ('a="b', 'column 3: the quote is never closed: end the value with "'),
        ('a="b\nc"', "column 3: a line break inside quotes: write \\n"),
        ('a="\\w"', "\\w is no escape: write \\\\ for a backslash"),
        ('a="\\xf0\\x9f"', 'column 3: "\\xf0\\x9f" is no valid UTF-8: write the characters themselves'),
        ('a="\\ud800"', 'column 3: "\\ud800" is no valid UTF-8: write the characters themselves'),
        ('a="\\U00110000"', "\\U00110000 is no Unicode character"),
        ("a=\ud800", "half a surrogate pair is no character: write the character itself"),
        ('a=~"b("', "'b(' is no RE2 regex: missing ): b( (no look-around, no back references)"),
        (
            'a!~"(?=b)"',
            "'(?=b)' is no RE2 regex: invalid perl operator: (?= (no look-around, no back references)",
        ),
    ],
)
def test_a_malformed_matcher_is_refused_with_its_place_and_a_remedy(text: str, message: str) -> None:
    with pytest.raises(Malformed) as refusal:
        parse(text)

    assert str(refusal.value) == message


def test_a_list_of_matchers_is_read_whole() -> None:
    assert parse_all('{a="b", c=~"d"}') == (Matcher("a", "=", "b"), Matcher("c", "=~", "d"))
    assert parse_all("{}") == ()


@pytest.mark.parametrize(
    ("text", "labels", "answer"),
    [
        ("a=b", {"a": "b"}, True),
        ("a=b", {"a": "B"}, False),
        ('a=""', {}, True),
        ("a!=b", {}, True),
        ("a!=b", {"a": "b"}, False),
        ('a=~".+"', {}, False),
        ('a=~".*"', {}, True),
        ("a=~b", {"a": "abc"}, False),
        ('a=~"b|abc"', {"a": "abc"}, True),
        ('a=~"b.*"', {"a": "b\nc"}, False),
        ("a!~b.*", {"a": "bc"}, False),
        ("a!~b.*", {"a": "c"}, True),
        ("a=~.+", {"a": "\ud800"}, True),
        (r'a=~"b\\.c"', {"a": "b.c"}, True),
        (r'a=~"b\\.c"', {"a": "bxc"}, False),
        (r'a=~"b\\d|c"', {"a": "b7"}, True),  # no literal: RE2 answers
        (r'a=~"b\\d|c"', {"a": "bd"}, False),
    ],
)
def test_a_regex_matches_whole_values_and_a_missing_label_is_empty(
    text: str, labels: dict[str, str], answer: bool
) -> None:
    assert matches(parse(text), labels) is answer
    assert compiled([(parse(text),)])(labels) == (0 if answer else -1)


def test_the_first_row_that_holds_wins_however_it_is_found() -> None:
    rows = [
        parse_all('alertname="Down", severity="critical"'),
        parse_all('job=~"ledger.*"'),
        parse_all('alertname=~"Down|Slow"'),
        parse_all('alertname="Slow", job!="web"'),
        (),
    ]
    first = compiled(rows)
    found = {
        0: {"alertname": "Down", "severity": "critical", "job": "ledger-1"},
        1: {"alertname": "Down", "job": "ledger-1"},
        2: {"alertname": "Slow"},
        4: {"alertname": "Other"},
    }

    assert [first(labels) for labels in found.values()] == [0, 1, 2, 4]
    assert [first_match(rows, labels) for labels in found.values()] == [0, 1, 2, 4]
    assert compiled([])({"alertname": "Down"}) == first_match([], {"alertname": "Down"}) == -1


def test_a_long_value_is_matched_too() -> None:
    first = compiled([parse_all('path=~"/a+"')])

    assert first({"path": "/" + "a" * 4000}) == 0
    assert first({"path": "/" + "a" * 4000 + "b"}) == -1


def test_no_text_of_a_row_is_ever_executed() -> None:
    attack = "'\"]); raise SystemExit('executed')\n\\"
    rows = [tuple(Matcher(attack, op, attack) for op in ("=", "!="))] * 3
    rows += [(Matcher("{row}", "=~", "x'\\)\\;|" + '"""'),), (Matcher("x", "=~", "'[']"),)]
    first = compiled(rows)

    assert first({attack: attack}) == -1
    assert first({"{row}": '"""'}) == 3
    assert first({"x": "''"}) == 4


NASTY = st.sampled_from(
    [
        "",
        "a",
        "b",
        "ab",
        "A",
        "'",
        '"',
        "\\",
        "\n",
        "a\nb",
        "{",
        "}",
        "{row}",
        "a|b",
        "支付",
        "\x00",
        "\ud800",
        "a.b",
        "\\'",
    ]
)
NAMES = st.sampled_from(["alertname", "job", "a'b", 'q"', "\n", "业务"])
PATTERNS = st.sampled_from(
    [
        "",
        "a",
        "a|b",
        "a||b",
        "|",
        ".*",
        ".+",
        "a.*",
        "[ab]+",
        "a\\.b",
        "支付|a",
        "'|\"",
        "\\\\|\\n",
        "(a|b)b?",
        "\\pL+",
        "{",
    ]
)
MATCHERS = st.builds(Matcher, NAMES, st.sampled_from(["=", "!="]), NASTY) | st.builds(
    Matcher, NAMES, st.sampled_from(["=~", "!~"]), PATTERNS
)


@given(
    rows=st.lists(st.lists(MATCHERS, max_size=4).map(tuple), max_size=12),
    labels=st.lists(st.dictionaries(NAMES, NASTY, max_size=5), min_size=1, max_size=5),
)
def test_the_compiled_rows_answer_as_the_naive_matcher(
    rows: list[tuple[Matcher, ...]], labels: list[dict[str, str]]
) -> None:
    first = compiled(rows)

    assert [first(one) for one in labels] == [first_match(rows, one) for one in labels]


@given(st.text(alphabet="ab=!~{},\"\\ '\nxu0支", max_size=20))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    with suppress(Malformed):
        assert all(matcher.op in {"=", "!=", "=~", "!~"} for matcher in parse_all(text))


def test_rows_about_many_labels_are_found_too() -> None:
    rows = [parse_all(f'label_{number}="{value}"') for number in range(6) for value in "abc"]
    first = compiled(rows)

    assert [first({f"label_{number}": "b"}) for number in range(6)] == [1, 4, 7, 10, 13, 16]
    assert first({"label_0": "c", "label_5": "a"}) == 2
