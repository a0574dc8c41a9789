"""What outside alerts say about the system."""

from datetime import timedelta

from agent.model import Condition, Matcher, Row, Share
from tests.config.reading import SMALLEST, about, settings_of, warnings_of

SHIPPED = (
    Row((Matcher("alertname", "=", "Watchdog"),), heartbeat=timedelta(minutes=5)),
    Row((Matcher("alertname", "=", "DeadMansSwitch"),), heartbeat=timedelta(minutes=5)),
)


def rows_of(signals: str) -> tuple[Row, ...]:
    return settings_of(f"{SMALLEST}signals:\n{signals}\n").rows


def test_without_rows_the_shipped_heartbeats_remain() -> None:
    assert settings_of(SMALLEST).rows == SHIPPED


def test_a_row_says_function_state_and_the_customers_sentence() -> None:
    row = rows_of(
        """  - match: ['alertname="CheckoutDown"', 'job=~"ledger.*"']
    function: system
    held: 2m
    says: {zh: 支付页打不开, en: The payment page does not open}
    state: degraded
    scope: {share_of: instance, total: 12}
    public_labels: region
    tell_at_risk: true"""
    )[0]

    assert row == Row(
        match=(Matcher("alertname", "=", "CheckoutDown"), Matcher("job", "=~", "ledger.*")),
        condition=Condition.DEGRADED,
        held=timedelta(minutes=2),
        says={"zh": "支付页打不开", "en": "The payment page does not open"},
        public_labels=("region",),
        share=Share("instance", 12),
        tell_at_risk=True,
    )


def test_labels_may_name_function_and_state() -> None:
    row = rows_of("""  - {match: 'tocsin_state=~".+"', function: "{label.service}", state: "{label.tocsin_state}"}""")[
        0
    ]

    assert (row.function, row.condition, row.condition_from) == ("{label.service}", None, "{label.tocsin_state}")


def test_a_security_row_says_how_certain_it_is() -> None:
    found = rows_of("""  - {match: 'a="1"', security: suspected}\n  - {match: 'a="2"', state: data_breach}""")

    assert [row.condition for row in found[:2]] == [Condition.SUSPECTED, Condition.DATA_BREACH]


def test_a_grade_replaces_the_table() -> None:
    row = rows_of("""  - {match: 'a="1"', grade: 2}""")[0]

    assert (row.grade, row.condition) == (2, None)


def test_the_files_rows_go_before_the_shipped_ones() -> None:
    found = rows_of("""  - {match: 'alertname="Watchdog"', heartbeat: 15m}""")

    assert found[0].heartbeat == timedelta(minutes=15)
    assert found[1:] == SHIPPED


def test_one_sentence_serves_both_languages() -> None:
    assert rows_of("""  - {match: 'a="1"', state: down, says: Down}""")[0].says == {"zh": "Down", "en": "Down"}


def test_a_row_behind_one_that_matches_all_of_it_is_warned_about() -> None:
    text = f"""{SMALLEST}signals:
  - {{match: 'a="1"', state: down}}
  - {{match: ['a="1"', 'b="2"'], state: degraded}}
"""

    assert about(warnings_of(text), "signals") == [
        "8: signals[1]: never reached: signals[0] matches all that this row does; move this one up"
    ]
