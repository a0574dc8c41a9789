"""Notices as the desk decides them, without a desk: one agreement, one incident, every type for either party."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import collectors
from agent.config.load import load
from agent.config.settings import Settings
from agent.model import (
    Basis,
    Condition,
    Contact,
    Endpoint,
    Incident,
    Kind,
    Manner,
    Message,
    Notice,
    NoticeState,
    NoticeType,
    Obligation,
    ObligationState,
    Owing,
    Party,
    Plan,
    Recipient,
    Secret,
    State,
)
from agent.notify.wording import Case, compose

AT = datetime(2026, 11, 22, 19, 7, tzinfo=UTC)  # 03:07 in the agreement's zone
STARTED_AT = AT - timedelta(minutes=5)
NUMBER = "INC-20261123-001"
LINK = "https://er.example/a/7Kq2mX9cT4"

PERSONAL = Endpoint("x/1", "pover", Manner.PERSONAL, Secret("pover://user@token"))
LOUD = Endpoint("x/call", "call", Manner.LOUD, Secret("jsons://gw.example/call"))
ROOM = Endpoint("room", "room", Manner.GROUP, Secret("wecombot://key"))
MAIL = Endpoint("x/mail", "mail", Manner.QUIET, Secret("mailtos://u:p@mail.example"))

_FILE = """
agreement:
  system: {system}
  time_zone: Asia/Shanghai
  functions:
    checkout: {{name: {checkout}, criticality: core, depends_on: [ledger]}}
    ledger: {{name: {ledger}, criticality: important}}
    reports: {{name: {reports}, criticality: auxiliary}}
parties:
  provider:
    label: {a}
    contacts:
      zhang: {{name: {zhang}, role: [principal], phone: "{cc}138 0000 0001", reach: ["log://"]}}
      li: {{name: {li}, role: [coordinator, member], phone: "{cc}138 0000 0002", reach: ["log://"]}}
      zhao: {{name: {zhao}, role: [member], reach: ["log://"]}}
  customer:
    label: {b}
    contacts:
      wang: {{name: {wang}, role: [principal], phone: "{cc}139 0000 0001", reach: ["log://"]}}
      chen: {{name: {chen}, role: [coordinator], phone: "{cc}139 0000 0002", reach: ["log://"]}}
"""
_NAMES = {
    "zh": {
        "system": "零售支付平台",
        "checkout": "收银台",
        "ledger": "账务",
        "reports": "报表",
        "a": "甲方",
        "b": "乙方",
        "zhang": "张伟",
        "li": "李雷",
        "zhao": "赵敏",
        "wang": "王芳",
        "chen": "陈静",
        "cc": "",
    },
    "en": {
        "system": "Retail payment platform",
        "checkout": "Checkout",
        "ledger": "Ledger",
        "reports": "Reports",
        "a": "provider",
        "b": "customer",
        "zhang": "Zhang Wei",
        "li": "Li Lei",
        "zhao": "Zhao Min",
        "wang": "Wang Fang",
        "chen": "Chen Jing",
        "cc": "+86 ",
    },
}
PLAN = Plan(Kind.FAULT, "checkout", 1, link="https://wiki.example/er/checkout-1")
SAYS = {"zh": "支付页打不开", "en": "The payment page does not open"}


@cache
def settings(language: str) -> Settings:
    """The agreement with the names of one language; `replace` it for what a case needs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "routes.yaml"
        path.write_text(_FILE.format(**_NAMES[language]))
        read = load(path, collectors.catalogue(), environment={"STATE_DIRECTORY": folder})
    contacts = {id_: replace(contact, language=language) for id_, contact in read.contacts.items()}
    return replace(read, contacts=contacts)


def symptom(party: Party, function: str = "checkout", condition: str = "down", **other: Any) -> dict[str, Any]:
    """One of `content["symptoms"]`, as the desk writes it for a party."""
    shown: dict[str, Any] = {
        "line": "row:0" if party is Party.PROVIDER else "",
        "says": SAYS if function == "checkout" and condition == "down" else {},
        "count": 1,
        "public": {},
        "condition": condition,
        "function": function,
    }
    if party is Party.PROVIDER:
        labels = {"alertname": "CheckoutDown", "instance": "web-7:8443", "job": "shop"}
        shown |= {"summary": "HTTP 502 for 2 minutes", "labels": labels}
    return shown | other


def content(party: Party, **other: Any) -> dict[str, Any]:
    """What the desk puts into a notice about a checkout that is down."""
    return {
        "functions": ["checkout"],
        "state": "down",
        "kind": "fault",
        "provisional": True,
        "rules": ["R0", "R1", "R4", "R7"] if party is Party.PROVIDER else [],
        "started_at": STARTED_AT.isoformat(),
        "detected_at": STARTED_AT.isoformat(),
        "symptoms": [symptom(party)],
        "more": 0,
        "scope": {"share": None, "firing": 0, "total": 0, "functions": ["checkout"]},
        "done": [{"what": "told_teams", "at": AT.isoformat()}],
    } | other


def notice(type_: NoticeType, party: Party, said: Mapping[str, Any] | None = None, **other: Any) -> Notice:
    grade = other.get("grade", 1)
    limit = timedelta(minutes={1: 15, 2: 30, 3: 240}[grade])
    fields: dict[str, Any] = {
        "id": f"{NUMBER}/1/{party}",
        "incident": NUMBER,
        "seq": 1,
        "type": type_,
        "party": party,
        "grade": grade,
        "at": AT,
        "due_at": AT,
        "state": NoticeState.RELEASED,
        "recipients": (Recipient("li" if party is Party.PROVIDER else "wang", "default grade 1: everyone"),),
        "content": said if said is not None else content(party),
        "is_loud": grade < 3,
        "asks": type_ in (NoticeType.OPENING, NoticeType.RELAPSE, NoticeType.ASK_AGAIN, NoticeType.ESCALATION),
        "answer_by": AT + limit,
        "proof": "a91f3c7e",
    }
    return Notice(**fields | other)


def incident(about: Notice, **other: Any) -> Incident:
    fields: dict[str, Any] = {
        "number": NUMBER,
        "kind": Kind(about.content.get("kind", "fault")),
        "key": "fault:checkout",
        "state": State.OPEN,
        "grade": about.grade,
        "is_provisional": True,
        "functions": tuple(about.content.get("functions", ())),
        "rules": (),
        "started_at": STARTED_AT,
        "detected_at": STARTED_AT,
        "opened_at": AT,
        "graded_at": AT,
        "told_provider": NoticeState.RELEASED,
        "told_customer": NoticeState.RELEASED,
        "plan": PLAN if about.grade == 1 and about.content.get("kind", "fault") == Kind.FAULT else None,
    }
    return Incident(**fields | other)


def composed(
    about: Notice,
    language: str,
    *,
    contact: Contact | None = None,
    endpoint: Endpoint = PERSONAL,
    now: datetime = AT,
    link: str = LINK,
    in_force: Settings | None = None,
    owed: tuple[Obligation, ...] = (),
    **of_incident: Any,
) -> Message:
    """The message for the first recipient."""
    known = in_force or settings(language)
    case = Case(
        incident=incident(about, **of_incident) if about.incident else None,
        contact=contact or known.contacts[about.recipients[0].contact],
        endpoint=endpoint,
        settings=known,
        link=link,
        now=now,
        owed=owed,
    )
    return compose(about, case)


def owed_report(recovered_at: datetime) -> Obligation:
    """The final report that both parties agreed on, running since the recovery."""
    return Obligation(
        id=f"post_incident_report-{NUMBER}",
        name="post_incident_report",
        ob="OB-509",
        clauses=("3.4(e)",),
        basis=Basis.CONTRACT,
        is_target=False,
        debtor=Owing.PROVIDER,
        creditor=Owing.CUSTOMER,
        incident=NUMBER,
        report="",
        about="",
        grade=1,
        state=ObligationState.RUNNING,
        started_at=recovered_at,
        on_file_at=recovered_at,
        limit="5wd",
        due_at=datetime(2026, 11, 30, 10, 0, tzinfo=UTC),
    )


SECURITY = {"kind": "security", "state": Condition.CONFIRMED.value}
