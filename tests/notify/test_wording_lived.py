"""Notices of a whole agent: what the desk really puts into them reads well and keeps every limit."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.model import Message, Outcome, Verdict
from tests.support.world import World

FILE = """
agreement:
  system: 零售支付平台
  time_zone: Asia/Shanghai
  functions:
    checkout: {name: 收银台, criticality: core, depends_on: [ledger]}
    ledger: {name: 账务, criticality: important}
    reports: {name: 报表, criticality: auxiliary}
parties:
  provider:
    label: 甲方
    language: zh
    contacts:
      zhang: {name: 张伟, role: [principal], phone: "138-0000-0001", reach: ["log://"]}
      li: {name: 李雷, role: [coordinator, member], phone: "138-0000-0002", reach: ["log://"]}
      lee: {name: Lee, role: [member], language: en, reach: ["log://"]}
  customer:
    label: 乙方
    contacts:
      wang: {name: 王芳, language: zh, role: [principal, coordinator], phone: "139-0000-0001", reach: ["log://"]}
      amy: {name: Amy, language: en, role: [coordinator], reach: ["log://"]}
signals:
  - {match: ['alertname="CheckoutDown"'], function: checkout, state: down, says: {zh: 支付页打不开}}
  - {match: ['alertname="LedgerDown"'], function: ledger, state: down}
  - {match: ['alertname="ReportsDown"'], function: reports, state: down}
  - {match: ['alertname="Intrusion"'], function: checkout, security: confirmed}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, FILE, start=datetime(2026, 11, 22, 15, 30, tzinfo=UTC))  # 23:30 in Shanghai
    yield world
    world.end()


def live(world: World) -> list[Message]:
    """A fault spreads past midnight, rises, is asked about, recovers, comes back and turns out false; two others."""
    world.alert("CheckoutDown", instance="db-1:9090", job="pay")
    world.advance("2 min")
    world.alert("LedgerDown", instance="ledger-1")
    world.advance("10 min")
    world.regrade(1, "所有门店均受影响", by="zhang")
    world.advance("40 min")
    world.acknowledge("li")
    world.resolve("LedgerDown", instance="ledger-1")
    world.resolve("CheckoutDown", instance="db-1:9090", job="pay")
    world.advance("30 min")
    world.verify("li")
    world.advance("20 min")
    world.alert("CheckoutDown", instance="db-1:9090", job="pay")
    world.advance("5 min")
    world.notebook.answers["wang/1"] = world.notebook.answers["amy/1"] = lambda: Outcome(Verdict.REJECTED, "gone")
    world.advance("10 min")
    world.notebook.answers.clear()
    world.void("演练脚本误触发", by="zhang")
    world.alert("ReportsDown")
    world.alert("Intrusion", instance="web-3")
    world.advance("20 min")
    return [message for _, _, message in world.notebook.written]


def test_every_notice_of_a_bad_night_keeps_its_limits_and_its_silence(world: World) -> None:
    messages = live(world)

    tags = {re.match(r"【[^】]+】|\[[^]]+\]", message.subject)[0] for message in messages}  # type: ignore[index]
    assert {"【二级·暂定】", "【升为一级】", "【一级·请确认】", "【已恢复】", "【一级·请致电】", "【误报撤销】"} <= tags
    for message in messages:
        first = message.text.splitlines()[0]
        assert len(first) <= 65
        assert len(message.text.encode()) <= 700
        assert len(message.short) <= (160 if message.short.isascii() else 70)
        assert "None" not in message.text
    for message in (*world.messages("wang"), *world.messages("amy")):
        for technical in ("db-1", "ledger-1", "web-3", "CheckoutDown", "happened", "R4", "R7", "row:", "pay "):
            assert technical not in message.subject + message.text + message.short


def test_what_is_told_after_midnight_dates_what_was_before(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("1 h")

    assert world.told("wang")[0].startswith("【二级·暂定】收银台全部不可用，23:30起")
    assert world.told("wang")[-1].startswith("【二级·请确认】收银台不可用，11月22日23:30起")
    assert world.told("amy")[-1].startswith("[GRADE 2, unanswered] 收银台 down for all since 22 Nov 23:30")
