"""docs/facts.md: every kind of fact that the agent writes, found in its source, with its meaning from here."""

import ast
from collections.abc import Iterator
from pathlib import Path

from markdown import code, table

from agent.engine.desk.owed import duties
from agent.rules import exclusions, powers, redaction, register

AGENT = Path(__file__).parents[2] / "agent"

HEAD = """# Facts

A fact is something that happened. Facts are only ever added, each in the chain of its incident; what belongs to no
incident has a chain of its own. `tocsin show INC-…` reads a chain out as minutes, `GET /api/v1/incidents/{no}/timeline`
gives it as JSON.

A fact carries `seq`, `at`, `kind`, `by` (the agent or a contact's id), a `detail`, and the hash of the fact before it:

```text
hash        = sha256(["prev_hash", seq, "at", "kind", "by", "detail_hash"])
detail_hash = sha256(salt + detail)
```

Only the salted hash of the detail is in the chain. A detail can be withheld or erased, and the chain still proves the
rest. The agent itself writes contact ids, never names, phone numbers or addresses; what people wrote in their words may
hold some, and `tocsin redact` [takes it out](evidence.md#personal-data). The first eight digits of the chain's head are
printed under every notice as its *proof*. `agent/rules/chain.py` holds the rule.
"""

MEANINGS: dict[str, str] = {
    "acknowledged": "A person answered for their party.",
    "agent_was_away": "Nobody watched from `since` to `until`: the agent was not running.",
    "agreement_accepted": "A principal, or the deputy of one, accepted a version of the agreement for their party.",
    "agreement_acceptance_stated": "One party wrote down that the other one's principal accepted; it counts once that "
    "party has confirmed it.",
    "agreement_in_force": "A version of the agreement is in force; `why`: `first`, `trial` (after one), `accepted`.",
    "agreement_proposed": "The file says something else of the agreement: it waits for both; `keys` are those changed.",
    "agreement_rejected": "A principal rejected what was proposed, and why; what was in force stays.",
    "agreement_superseded": "What was proposed was changed again before both had accepted; acceptances fell away.",
    "agreement_withdrawn": "The file went back to what is in force before both had accepted.",
    "agreement_effective": "The first day of the agreement has come; once for each first day that the file names.",
    "agreement_ends_soon": "Both parties are warned that the agreement ends in `days` days.",
    "agreement_ended": "The agreement's last day is over; both parties are told.",
    "agreement_expired": "Of an incident: it opened after the agreement's last day, and is told so.",
    "roster_complete": "A party's team has its principal, two reachable members and two kinds of channel each (2.1).",
    "roster_incomplete": "It no longer has; its coordinator is told what it lacks.",
    "contact_changed": "The file names a contact otherwise than before: `changed` says what, not number or address.",
    "contact_told": "A notice of that change was accepted for a person of the other party.",
    "channel_test_started": "A person started a channel test of a party (OB-104): each contact gets links.",
    "channel_answered": "A contact answered a channel test, by the link or in words to somebody who recorded it.",
    "channels_tested": "Every contact of a party has answered within the month.",
    "calendar_turned": "A midnight at which a month, quarter or year of the agreement began, or a month ended; each "
    "once, at its own time, also where the agent was away.",
    "availability_measured": "What a month that is over came to (OB-801): `outcome` is met, missed or not_assessable; again once an"
    " exclusion was answered.",
    "own_use_measured": "A quarter that is over: whether the customer's own heartbeats were heard through it (OB-203); `outcome` is"
    " watched or not_watched.",
    "exclusion_claimed": "The provider wants minutes left out of the availability; the customer has not answered.",
    "exclusion_accepted": "The customer accepted that minutes are left out of the availability, or did so itself.",
    "exclusion_declined": "The customer declined: those minutes count.",
    "exclusion_withdrawn": "The provider withdrew its claim: those minutes count.",
    "annex_adopted": "Both parties adopted an annex, by accepting the agreement or on paper: `grades` or `availability` (OB-105/106).",
    "clock_jumped": "The wall clock was moved by more than a second against the monotonic one.",
    "doubtful_firing_kept": "An alert arrived that began before its own recorded end; kept, not acted on yet.",
    "evidence_counts_again": "A probe that was left out of the recovery found something bad: it is waited for again.",
    "evidence_waived": "A person put on record that the recovery need not wait for a probe, and why.",
    "function_joined": "Another function belongs to the incident from now on, and why.",
    "grade_confirmed": "A person confirmed the grade that stood; it is no longer provisional.",
    "grade_proposed": "A reporter who may not decide it calls it grade 1: paged, and executed once a person confirms.",
    "concurrency_found": "Another grade 2 goes on on a core function: grade 1 is paged, and waits for a person (R8).",
    "cause_compared": "A person stated whether what came back has the same cause as `earlier`, or another.",
    "grade_raised": "The agent raised the grade; `rules` and `inputs` say from what.",
    "grade_set": "A person set another grade; lowering has a reason.",
    "group_complete_again": "A group's message holds all of its alerts again.",
    "groups_found_complete": "Alertmanager was asked twice: all that fires there of these groups is known here.",
    "group_truncated": "Alertmanager left alerts out of a group's message: signals alone cannot end the incident.",
    "contact_redacted": "A person's data was taken out of the archive: how many facts, rows and bodies, and why.",
    "fact_redacted": "An erased detail's rest: `fact` is its number in this chain, `said` what it said otherwise.",
    "heads_sealed": "The agent signed the heads of all chains: `root` is their hash, `body` the list of those grown.",
    "heartbeat_back": "An alert that beats (`Watchdog`) came again after silence.",
    "heartbeat_silent": "An alert that beats did not come in time: a monitoring gap.",
    "incident_closed": "A person closed it, or grade 3 closed itself 24 h after recovery.",
    "incident_split": "What opened it again is another matter, an incident of its own (`into`); its recovery stands.",
    "incident_flapping": "A probe of it comes and goes; it counts as firing until it has been good for long.",
    "incident_opened": "An incident began: grade, rules, inputs, function, start.",
    "incident_recovered": "The recovery gate opened; `checks` says on what.",
    "incident_relapsed": "Something fired again while recovery was being verified.",
    "incident_reopened": "It failed again within 24 h of its recovery.",
    "incident_voided": "A person declared it a false alarm, with the reason.",
    "report_acknowledged": "A person of the provider acknowledged a report (3.2(c)): how it goes, when one hears next.",
    "report_complete": "A report holds all four items of 3.2(b).",
    "report_incomplete": "A report lacks items; the reporter was asked for them.",
    "report_received": "A report arrived: at the time of the fact, whoever wrote it down when. `said` holds its words.",
    "report_supplemented": "What a report lacked was added.",
    "maintenance_announced": "A person announced a window of maintenance; `short`: less than 72 h before.",
    "maintenance_called_off": "A window was called off before it began.",
    "maintenance_ended": "A person ended a window before its time; what still fired became an incident at once.",
    "maintenance_extended": "A window ends later; `since` is the end it had.",
    "maintenance_outlived": "It fired in a window already; it counts from that window's end.",
    "maintenance_over": "A window ended by itself; so many signals still fired.",
    "improvement_proposed": "A party proposed an improvement to somebody of the other one, which has to accept it.",
    "improvement_agreed": "An improvement binds its owner from now on (4.3(c)); `due_at` is its day.",
    "improvement_done": "The owner's party carried an improvement out; nobody has verified it yet.",
    "improvement_reopened": "Whoever looked found that the improvement is not carried out.",
    "improvement_verified": "Somebody other than its owner verified an improvement (OB-512).",
    "improvement_withdrawn": "An improvement was let go, with the reason.",
    "improvements_proposed": "A party proposed what an incident is to be improved by, or that nothing is needed.",
    "improvements_decided": "Both parties decided on improvements (OB-905): `by` and `with` are their names.",
    "improvements_withdrawn": "Such a proposal was withdrawn, with the reason.",
    "vulnerability_known": "A vulnerability became known (2.2(e)): `what` is its severity, `due_at` its limit.",
    "vulnerability_fixed": "The provider fixed a vulnerability.",
    "vulnerability_risk_taken": "One party accepted the risk of a vulnerability; the other has not yet.",
    "vulnerability_accepted": "Both parties accepted the risk of a vulnerability.",
    "vulnerability_withdrawn": "A vulnerability turned out to be none, with the reason.",
    "maintenance_done": "Maintenance or hardening of a month is on record (OB-702).",
    "maintenance_withdrawn": "Such a record was withdrawn: what it met is owed again.",
    "attestation_given": "The customer stated that it did its part: `what`, for `period` (OB-203, OB-703, OB-704).",
    "attestation_withdrawn": "Such a statement was withdrawn: what it met is owed again.",
    "nobody_to_tell": "A notice was due and the party had nobody to tell.",
    "notice_accepted": "A carrier or server took the message, not yet *arrived* nor *acknowledged*; `words`: its SHA-256 as sent.",
    "deputy_told": "No channel of a contact's own took a notice: their deputy gets it as well.",
    "notice_given_up": "A channel refused for good, or for too long.",
    "notice_held": "The customer's notice waits until `until`, a raise, or a person's confirmation.",
    "notice_not_accepted": "The first try of a delivery failed; it is tried again.",
    "notice_gathered": "A notice of grade 3 waits for its route's digest, until `until` at the latest.",
    "notice_released": "A notice was let go: to whom, and why each of them.",
    "notice_reached": "A channel of their own took the notice for those of the customer who count (OB-303).",
    "notice_replaced": "A held notice was not sent, since a newer one takes its place.",
    "notice_withheld": "It was over before its hold was: on record only.",
    "obligations_lapsed": "Rights that were not used: no answer, never acceptance unless the annex says so.",
    "obligations_met": "Duties discharged in time.",
    "obligations_met_late": "Duties discharged after they were due; that they were overdue stays on file.",
    "obligations_overdue": "Duties not discharged when they fell due; they stay open until they are.",
    "obligations_paused": "Clocks that stand still while a request for cooperation is unanswered.",
    "obligations_started": "Clocks that run from now on, or run again: who owes what, by when.",
    "obligations_superseded": "Clocks whose place a new one took.",
    "obligations_void": "Duties whose ground has gone: `reason` says which.",
    "obligations_waived": "Duties that the creditor let go, with the reason.",
    "party_reachable": "A channel of the party works again.",
    "party_unreachable": "For 3 min no channel of anybody of the party took a message.",
    "probe_blind": "A probe could not find out three times in a row.",
    "probe_sees_again": "A blind probe had an answer again.",
    "recovery_verified": "A person of the provider stated that the function is restored.",
    "self_audit_failed": "The agent looked at itself and found that it does not keep a promise: `check`, `fault`; all that fails then in `failing`.",
    "self_audit_passed": "What its self-audit had found is in order again.",
    "reminders_rested": "A person let reminders of their side, or to themselves, rest for a while. No duty stops.",
    "reminders_resumed": "Reminders go on before that time, and why.",
    "signals_cleared": "All linked signals are clear; verification begins.",
    "signals_ended": "So many signals of a line stopped firing.",
    "signals_presumed_ended": "So many signals of a line were not told again, or are gone where they came from.",
    "signals_sorted_anew": "The configuration changed, and so many signals of a line belong to another one: they ended"
    " there and began anew as `sorted_as`. `moved_to` and `moved_from` name the other incident.",
    "signals_heard_again": "So many signals of a line are neither silenced nor inhibited in Alertmanager any more.",
    "signals_inhibited": "So many signals of a line are inhibited in Alertmanager; they still fire.",
    "signals_silenced": "So many signals of a line are silenced in Alertmanager; they still fire.",
    "signals_joined": "So many signals of a line began firing.",
    "data_breach_known": "A leak of data is known, by the first evidence that says so; only where overlays are named.",
    "regulatory_level_set": "A person decided on the level by a statute (`what`); `owes`: is it to be reported?",
    "security_confirmed": "A security event is confirmed, by the first evidence; only where overlays are named.",
    "statute_filed": "A person filed a report with an authority; `what` is the duty, `reference` its receipt.",
    "trial_sent": "A marked trial went to the provider: nothing had happened.",
    "cause_known": "A person of the provider put the cause on record.",
    "coordinator_named": "A party named who coordinates for it (3.3(b)).",
    "duty_waived": "A party let go of a duty that the other owed to it, and why.",
    "waiver_asked": "A party asked the other one to let go of a duty, and why; its clock runs on until it is let go.",
    "fact_shared": "A party put a material fact on the shared timeline; `known_at` says since when it knew.",
    "plan_pinned": "The response plan that fitted was pinned to the incident: its link and steps as they were then.",
    "grade_answered": "A party accepted the grade, or objected to it (3.1).",
    "grade_deemed_accepted": "The customer did not answer in time, which counts as acceptance where the annex says so.",
    "rise_warned": "The coordinator was warned that time lifts the grade, and when.",
    "team_launched": "So many of a party acknowledged that its team is launched (3.3): `who`, at which grade.",
    "grade_decided": "Both parties decided on the grade; `with` is who decided for the other one.",
    "not_worse": "A person stated, with the reason, that it is not worse: time does not lift the grade for 24 h.",
    "phase_recorded": "A phase has its record, or the reason why it does not apply (3.4).",
    "plan_step_done": "A step of the response plan was ticked.",
    "principals_spoke": "The principals of both parties spoke (3.3(a)): when and by which means.",
    "recovery_answered": "The customer confirmed the recovery, or objected (4.2(c)).",
    "request_answered": "A request was answered.",
    "request_asked": "A party asked the other for support, cooperation, feedback or attendance.",
    "response_decided": "Respond or not was decided, with the reason (3.3(c)).",
    "statement_confirmed": "What was recorded on a person's behalf was confirmed by the other party (fact 15).",
    "statement_disputed": "The other party corrected it (fact 15); `duties` names what it had discharged, which stays"
    " discharged and is marked.",
    "statement_unanswered": "Nobody confirmed or corrected it within a working day: no answer, never acceptance.",
    "update_posted": "A person told how it goes (3.5).",
    "truncated_confirmed_clear": "A person stated that the alerts left out are clear as well.",
}


class NoMeaning(Exception):
    """A fact without a meaning, or a meaning without its fact."""


def text() -> str:
    found: dict[str, set[str]] = {}
    for kind, details in _facts():
        found.setdefault(kind, set()).update(details)
    if missing := sorted(found.keys() ^ MEANINGS.keys()):
        raise NoMeaning(f"tools/docs/facts_page.py: MEANINGS and the facts of agent/ differ in {', '.join(missing)}")
    rows = ((code(kind), MEANINGS[kind], ", ".join(map(code, sorted(found[kind])))) for kind in sorted(found))
    return HEAD + "\n" + table(("Kind", "What happened", "Detail"), rows)


def _facts() -> Iterator[tuple[str, set[str]]]:
    """(kind, names of its detail) of every call that writes a fact."""
    yield from ((kind, {"duties"}) for kind in duties.KINDS.values())
    said = {"entry", "party", "means", "recorded_by", "what", "about"}
    yield redaction.FACT, {"fact", "kind", "contact", "said"}
    yield "contact_redacted", {"contact", "reason", "facts", "rows", "bodies"}
    item = {"item", "party", "about", "what", "owner", "due_at", "period", "text", "improvements", "is_internal"}
    yield from ((kind, item | {"grade", "recorded_by"}) for kind in register.KINDS)
    left_out = {"exclusion", "party", "what", "function", "since", "until", "reason", "means", "recorded_by"}
    yield from ((kind, left_out) for kind in exclusions.FACTS.values())
    yield from ((power.fact, said | {*power.needs}) for power in powers.POWERS.values())
    for path in sorted(AGENT.rglob("*.py")):
        tree = ast.parse(path.read_text())
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                if (kind := _kind_of(call)) is not None:
                    for text in _texts(kind, function, tree):
                        yield text, _details(call, function)


def _kind_of(call: ast.Call) -> ast.expr | None:
    """What stands as the kind in `turn.fact(incident, kind, …)` and in `Note(kind, …)`."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "fact" and len(call.args) > 1:
        return call.args[1]
    if isinstance(call.func, ast.Name) and call.func.id == "Note":
        return call.args[0]
    return None


def _texts(kind: ast.expr, function: ast.FunctionDef, tree: ast.Module) -> Iterator[str]:
    """The texts a kind may be; of a name all that function, file or rule assigns to it, or hands over as it."""
    if isinstance(kind, ast.Name):
        for node in (*ast.walk(function), *tree.body):
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == kind.id for t in node.targets):
                yield from _texts(node.value, function, tree)
        names = [each.arg for each in function.args.args]
        if kind.id in names:
            for caller in (node for node in tree.body if isinstance(node, ast.FunctionDef) and node is not function):
                for given in _given(caller, function.name, names.index(kind.id), kind.id):
                    yield from _texts(given, caller, tree)
    elif isinstance(kind, ast.Attribute) and isinstance(kind.value, ast.Name):
        rules = AGENT / "rules" / f"{kind.value.id}.py"
        if rules.exists():
            yield from _texts(ast.Name(kind.attr), function, ast.parse(rules.read_text()))
    elif isinstance(kind, ast.IfExp):
        yield from _texts(kind.body, function, tree)
        yield from _texts(kind.orelse, function, tree)
    elif isinstance(kind, ast.Constant) and isinstance(kind.value, str):
        yield kind.value


def _given(caller: ast.FunctionDef, name: str, place: int, word: str) -> Iterator[ast.expr]:
    """What a function hands over to another of its file."""
    for call in (node for node in ast.walk(caller) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id == name:
            yield from call.args[place : place + 1]
            yield from (each.value for each in call.keywords if each.arg == word)


def _details(call: ast.Call, function: ast.FunctionDef) -> set[str]:
    names = {keyword.arg for keyword in call.keywords if keyword.arg and keyword.arg not in {"by", "at"}}
    if isinstance(call.func, ast.Name) and len(call.args) > 1:
        names |= set(_keys(call.args[1], function))
    return names


def _keys(value: ast.expr, function: ast.FunctionDef) -> Iterator[str]:
    if isinstance(value, ast.Dict):
        yield from (key.value for key in value.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
    elif isinstance(value, ast.Name):
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == value.id for t in node.targets):
                yield from _keys(node.value, function)
