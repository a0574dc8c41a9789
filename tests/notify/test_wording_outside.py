"""What comes from outside: it forges no line, swells no notice, and nothing technical of it reaches the customer."""

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model import Message, NoticeType, Party, PartyTerms
from tests.notify import notices
from tests.notify.notices import AT, LOUD, PERSONAL, ROOM, composed, content, notice, symptom

TYPES = [type_ for type_ in NoticeType if type_ not in (NoticeType.CLOSED, NoticeType.DIGEST)]
FEW = settings(max_examples=200, deadline=None)

BREAKS = "\n\r\t\v\f\x00\x1b\x1c\x85\u2028\u2029\u202e\u2066\u200b\u200d\ufeff\u00ad\u2800\u3164\ufe0f\U000e0041"
FORGED = "FORGED【已恢复】"
hostile = st.builds(
    lambda before, between, after: f"a{before}{between}{FORGED}{after}",
    st.text(max_size=40),
    st.text(alphabet=BREAKS, min_size=1, max_size=4),
    st.text(max_size=400),
)
secret = st.from_regex(r"zq[0-9a-f]{10}", fullmatch=True)


def said_by(type_: NoticeType, party: Party, text: str, person: str) -> dict[str, Any]:
    """Content of any type in which every text from outside is `text`, and every text of a person is `person`."""
    shown = symptom(
        party,
        line=f"alert:{text}",
        says={"zh": person, "en": person},
        public={},
        summary=text,
        labels={"alertname": text, "instance": text, "job": text, "severity": text},
        count=3,
    )
    bare = {**shown, "says": {}, "function": "ledger", "condition": "degraded"}
    said = content(
        party,
        functions=["checkout", "ledger"],
        symptoms=[shown, bare] * 4,
        rules=[text, "R4"],
        more=7,
        asked=2,
        why=text,
        done=[{"what": "acknowledged", "by": "li", "party": "provider"}],
    )
    match type_:
        case NoticeType.CHANGE:
            return said | {"from_grade": 2, "to_grade": 1, "reason": text, "by": "agent", "added": ["ledger"]}
        case NoticeType.RECOVERY:
            checks = {"probes": [text], "verified_by": "li", "without": [text]}
            return said | {"recovered_at": AT.isoformat(), "verified_at": AT.isoformat(), "checks": checks, "by": ""}
        case NoticeType.REQUEST | NoticeType.ANSWER | NoticeType.SHARED:
            told = {"by": "li", "said_at": AT.isoformat(), "said": {"text": person}, "known_at": AT.isoformat()}
            return said | told | {"request": "R-1", "sort": "support", "asked": person}
        case NoticeType.WAIVER:
            told = {"by": "li", "said_at": AT.isoformat(), "said": {"text": person}, "event": "asked"}
            duty = {"duty": {"en": person, "zh": person}, "ob": "OB-502", "clauses": ["3.4(a)"], "duty_id": "assess-1"}
            return said | told | duty | {"due_at": AT.isoformat()}
        case NoticeType.BLIND:
            return {"blind": [text, text + "2"], "reason": text}
        case NoticeType.SEES_AGAIN:
            gap = {"name": text, "since": AT.isoformat(), "until": AT.isoformat()}
            return {"again": [gap] * 9, "blind": [text]}
        case NoticeType.UNMAPPED:
            return {"unmapped": [{"name": text, "count": 2, "row": text}] * 5, "more": 7}
        case NoticeType.MAINTENANCE:
            return {
                "window": "MW-20261123-001",
                "event": "extended",
                "what": person,
                "functions": ["checkout", "ledger"],
                "probes": [text] * 9,
                "starts_at": AT.isoformat(),
                "ends_at": AT.isoformat(),
                "was_until": AT.isoformat(),
                "is_short": True,
                "reason": person,
                "by": "li",
                "waiting": 3,
            }
        case NoticeType.AGREEMENT:
            changed = [{"contact": id_, "about": text, "changed": ["phone"]} for id_ in ("li", "wang")]
            left = {"contact": "gone", "about": text, "changed": ["removed"], "name": person}
            return {"event": "contacts", "party": "provider", "changes": [*changed, left] * 3}
        case NoticeType.CHANNEL_TEST:
            return {"test": "CT-20261123-001", "by": "li", "test_until": AT.isoformat()}
        case NoticeType.PHONE:
            return said | {"people": ["zhang", "li"]}
        case NoticeType.VOID:
            return said | {"reason": person, "by": "zhang"}
    return said


def with_names(name: str) -> Any:
    """The agreement with every name in it replaced."""
    known = notices.settings("zh")
    functions = {id_: replace(each, name=name) for id_, each in known.agreement.functions.items()}
    contacts = {id_: replace(each, name=name, phone=name) for id_, each in known.contacts.items()}
    parties: dict[Party, PartyTerms] = {party: replace(known.parties[party], label=name) for party in Party}
    plans = tuple(replace(plan, link=name) for plan in known.plans)
    agreement = replace(known.agreement, system=name, functions=functions)
    return replace(known, agreement=agreement, contacts=contacts, parties=parties, plans=plans)


def everything(message: Message) -> str:
    return f"{message.subject}\n{message.text}\n{message.short}"


@FEW
@given(
    type_=st.sampled_from(TYPES),
    party=st.sampled_from(Party),
    language=st.sampled_from(["zh", "en"]),
    endpoint=st.sampled_from([PERSONAL, LOUD, ROOM]),
    kind=st.sampled_from(["fault", "security", "other"]),
    grade=st.sampled_from([1, 2, 3]),
    text=hostile,
    is_trial=st.booleans(),
)
def test_no_line_is_forged_and_no_notice_swells(
    type_: NoticeType,
    party: Party,
    language: str,
    endpoint: Any,
    kind: str,
    grade: int,
    text: str,
    is_trial: bool,
) -> None:
    known = with_names(text)
    contact = replace(known.contacts["wang"], language=language)
    said = said_by(type_, party, text, text) | {"kind": kind}
    about = notice(type_, party, said, grade=grade, is_trial=is_trial)

    message = composed(about, language, contact=contact, endpoint=endpoint, in_force=known)

    lines = message.text.splitlines()
    assert not any(line.startswith(("FORGED", "【已恢复】")) for line in lines[1:])
    assert len(lines) <= 22
    assert len(message.subject.splitlines()) == len(message.short.splitlines()) == 1
    for letter in everything(message).replace("\n", ""):
        assert unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert len(message.text.encode()) <= 2048
    assert len(message.short.encode("utf-16-le")) / 2 <= (160 if message.short.isascii() else 70)
    assert len(lines[0]) <= 65
    if language == "zh":
        assert not set(message.short) & set("【】")


@FEW
@given(
    type_=st.sampled_from([each for each in TYPES if each is not NoticeType.UNMAPPED]),  # the provider's own matter
    language=st.sampled_from(["zh", "en"]),
    endpoint=st.sampled_from([PERSONAL, LOUD, ROOM]),
    kind=st.sampled_from(["fault", "security", "other"]),
    grade=st.sampled_from([1, 2, 3]),
    technical=secret,
    is_trial=st.booleans(),
)
def test_nothing_technical_is_in_the_customers_copy(
    type_: NoticeType, language: str, endpoint: Any, kind: str, grade: int, technical: str, is_trial: bool
) -> None:
    """notices.md, "Two readers": even if the desk put everything into the customer's notice."""
    said = said_by(type_, Party.CUSTOMER, technical, "") | {"kind": kind}

    message = composed(notice(type_, Party.CUSTOMER, said, grade=grade, is_trial=is_trial), language, endpoint=endpoint)

    for technical_word in (technical, "R4", "R7", "probe:", "alert:", "wiki.example"):
        assert technical_word not in everything(message)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_function_that_nobody_agreed_is_the_system_to_the_customer(language: str) -> None:
    shown = symptom(Party.CUSTOMER, "svc-internal-7", says={})
    said = content(Party.CUSTOMER, functions=["svc-internal-7"], symptoms=[shown])

    customer = composed(notice(NoticeType.OPENING, Party.CUSTOMER, said), language)
    provider = composed(notice(NoticeType.OPENING, Party.PROVIDER, said), language)

    assert "svc-internal" not in everything(customer)
    assert "svc-internal-7" in provider.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_labels_opened_by_name_are_shown_to_the_customer(language: str) -> None:
    shown = symptom(Party.CUSTOMER, public={"region": "east\nchina"})

    text = composed(
        notice(NoticeType.OPENING, Party.CUSTOMER, content(Party.CUSTOMER, symptoms=[shown])), language
    ).text

    assert {"zh": "支付页打不开（region=east china）", "en": "does not open (region=east china)"}[language] in text


def test_what_looks_like_a_template_is_only_text() -> None:
    said = content(Party.PROVIDER, symptoms=[symptom(Party.PROVIDER, summary="{{ 7 * 7 }} {% raw %} {0.real}")])

    assert "{{ 7 * 7 }} {% raw %} {0.real}" in composed(notice(NoticeType.OPENING, Party.PROVIDER, said), "en").text


def test_a_persons_reason_is_told_and_a_rule_is_said_in_plain_words() -> None:
    by_person = content(Party.CUSTOMER, from_grade=1, to_grade=3, reason="spare till works", by="zhang")
    by_rule = content(Party.CUSTOMER, from_grade=2, to_grade=1, reason="R6", by="agent")

    person = composed(notice(NoticeType.CHANGE, Party.CUSTOMER, by_person, grade=3), "en").text
    rule = composed(notice(NoticeType.CHANGE, Party.CUSTOMER, by_rule), "en").text

    assert "grade 1 -> grade 3, set by Zhang Wei (provider); reason: spare till works" in person
    assert "grade 2 -> grade 1, raised automatically because of the loss of the last redundancy" in rule
