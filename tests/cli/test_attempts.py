"""`tocsin signals attempts`: a month's blocked attempts (R3)."""

from typing import Any

from tests.cli.conftest import Run
from tests.support.api import Api


def month(**more: Any) -> dict[str, Any]:
    functions = [
        {"function": "checkout", "name": "Checkout", "count": 41, "in_incidents": 2, "last_at": "2026-11-20T02:00:00Z"},
        {"function": "ledger", "name": "Ledger", "count": 0, "in_incidents": 0, "last_at": None},
    ]
    return {"month": "2026-11", "over": False, "count": 41, "functions": functions, **more}


def test_the_figure_is_a_table_by_function_and_a_sum(tocsin: Run, api: Api) -> None:
    api.answers["GET /signals/attempts"] = (200, month())

    told = tocsin("signals", "attempts", "--url", api.url).stdout

    *rows, last = told.splitlines()
    assert [row.split()[:3] for row in rows] == [["Checkout", "41", "2"], ["Ledger", "0", "0"]]
    assert last == "2026-11 so far: 41 blocked attempts"


def test_a_month_that_is_over_is_asked_for_by_name(tocsin: Run, api: Api) -> None:
    api.answers["GET /signals/attempts"] = (200, month(over=True, count=1))

    told = tocsin("signals", "attempts", "--month", "2026-11", "--url", api.url)

    assert told.stdout.splitlines()[-1] == "2026-11: 1 blocked attempt"
    assert api.asked[-1].query == {"month": ["2026-11"]}
