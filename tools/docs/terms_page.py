"""docs/terms.md: the duties that ship, and the events that move their clocks."""

from markdown import table

from agent.agreement import statutes
from agent.agreement.terms import events, shipped
from agent.model import Overlay, Term

HEAD = """# Terms: the duties and their clocks

What the parties owe each other by section 5 of the agreement, as the agent runs it. `tocsin terms` prints the duties of
*your* file, with what it amends; this page is what ships.

A limit with the basis **default** was never signed by anybody: the clock runs, and a miss reads *target missed*, shown
to the debtor alone, until `agreement.adopted` says that both parties adopted it. **contract**, **annex** and
**statute** make overdue records. Limits are given for grade 1 / 2 / 3; `wd` are working days and `wh` working hours by
the agreement's calendar; a dash means that this grade does not owe it.

```yaml
agreement:
  adopted: {provider: lee, customer: wang, at: 2026-01-01, terms: all}
  terms:
    first_notice: {limit: {1: 10m, 2: 30m, 3: 4h}, basis: annex, ref: annex 2}
    own_daily_call:
      {clauses: [annex 4], basis: annex, debtor: provider, creditor: customer,
       starts: incident.opened, limit: {1: 2h}, met_by: update.posted}
```
"""

NOTES = """## How a clock runs

1. It starts at the time of its event, not when the program got to it.
2. When the grade rises, response clocks restart and never get later than they were; restoration keeps its start with
   the new limit, and where that is past already it is due 15 minutes after the regrade, marked retroactive. When the
   grade falls, what runs stays.
3. Only restoration and report clocks stand still, and only while a request for cooperation is unanswered. What is owed
   in working time gets back the working time of that, and no more: a weekend that nobody would have worked gives nothing.
4. A changed clock is superseded by a new one, never overwritten; `overdue_at` stays when a duty is met late.
5. A right (marked ○) that is not used lapses: never overdue, and never acceptance unless `deemed_accepted: true`.
6. Nobody first hears of a duty at its due time: see [who is reminded when](#who-is-reminded-when).
7. The version and hash of the agreement in force when an incident opens is pinned to it: its clocks go by that one,
   whatever comes into force meanwhile.

## Who is reminded when

Only people of the party that owes it, in per cent of the limit:

| When | Who hears of it |
|---|---|
| 20 % | the next person in the order of the file, where nobody of the party acts on the incident and no ladder of its notices runs |
| 50 % | the coordinator |
| 75 % | the principal |
| 80 % | who handles the incident: told last how it goes, else acknowledged. Only the next update (OB-304) and a report that waits (OB-301); the rest shows on the board |
| overdue | it starts over, 20 % of the limit after it was due, next person, coordinator, principal, in rounds of the limit (15 minutes at least), until a person of the party acknowledges or puts anything on record; then it is quiet until the next working day |

- One message per contact in ten minutes at most. It lists what the contact is called for and what else of the incident
  falls due until then, the next one first; several incidents stand in one message. A
  room gets none where the person has a channel of their own. Storm limits and grade 1 first hold
  as for all notices; a channel that comes back brings no reminder of what is done meanwhile.
- **Days are no storm.** What is of grade 3, belongs to no incident, or has a day or more is said in working time by the
  agreement's calendar (of grade 1 and 2 at night only where working time would come too late). Overdue, it is said once
  per working day, to the coordinator, the first time to the principal as well. So is a duty of hours a day after it was
  due, and one of an incident that has recovered.
- While updates come in time, who gives them is reminded of the next one and nobody else.
- A right is mentioned once, at half of its time, in working time; it lapses without another word.
- What has a ladder of its own is left to it: a report that waits, its supplement, and, while a party has not answered at
  all, launch and acknowledgement. What the agent itself meets is said at 75 %: then people must phone.
- A party hears of no duty in a matter that it has not been told of; in a trial its copies go to the provider's
  coordinator, marked. A target reads *target missed*, never overdue.
- `tocsin snooze` rests reminders of one incident; no duty stops. What waits is on file: a restart loses and doubles
  nothing.

## Changing the agreement takes both parties

All of `agreement:` and those of `routes:` that tell the customer's people are the **agreement part** of the file; the
rest is the operator's own. A reload or a start with another agreement part keeps the one in force beside the new rest,
shows both principals what differs, and waits: `tocsin terms diff`, `tocsin terms accept --as CONTACT`, `tocsin terms
reject --as CONTACT --because …`. The moment both principals, or their deputies, have accepted it, it is in force; what
one party types for the other one counts once that party has confirmed it. Who
changes it again before that asks both again; what was rejected is not proposed again until the file says something
else. Probes and rows of functions that are not agreed yet are held back, with a warning. A restart loses nothing.

The first file is in force as it is. With `status: trial` in force every change is in force at once, as nobody has
signed anything; going back to a trial is a change like any other. Accepting an agreement that holds `grades` or
`availability` adopts that annex (OB-105, OB-106); where nothing waits, `tocsin terms accept` signs what is in force.
Defaults stay targets until `adopted` says otherwise. In the first file, or in the one that follows a trial, `adopted` is
the adoption: signed on paper, typed by nobody again. `terms: all` signs everything in the file and adopts both annexes,
the shipped [grade table](grades.md) and 99.9 % where the file says nothing else; names adopt those duties alone, and
`adopt_grade_table` or `adopt_availability` among them that annex. Written later it is a change like any other, which
both accept: one party writes no signature of the other's into a file.

## Statutory overlays

Off unless `agreement.overlays` names them. An overlay runs clocks that one party owes to an authority, and fills a
draft from what is on file. **Nothing is ever sent to an authority**, and none of this is legal advice: what applies to
you, at which level and since when, is for people who know to decide. Statutes change; member states have their own.

```yaml
agreement:
  overlays:
    - eu-gdpr                                            # as it ships
    - {name: cn-incident-report, operator: cii}          # cii 1 h, central 2 h, other 4 h
    - {name: cn-pipl, owed_by: provider}                 # who owes the report
    - {name: eu-nis2, from_grade: 2}                     # the contract grade that starts it by itself
```

The grade of the contract and the regulatory **level** are two things. A grade, a confirmed security event or a known
leak of data starts a clock, to be safe. A grade does so of a plain outage too: a statute's incident need not be an
attack. China's measures (art. 12) name defects and failures of hardware and software, and measure them by how long a
system is out, from ten minutes on at critical infrastructure; NIS2 and DORA count outages as well. So `cn_first_report`
runs of each fault from `from_grade` on until it is filed or somebody excludes it, which takes one command:
`tocsin terms level INC cn-incident-report general --by … --text …`; with `from_grade: 1` fewer are asked about.
`tocsin terms level INC OVERLAY LEVEL --by … --text …` is a person's decision
that a report is owed, or is not: then its clocks end, and only a person starts them again. `tocsin terms draft OVERLAY
INC` writes the draft. Each report is owed once of an incident and is met by `tocsin terms filed INC DUTY --by …
--reference …`; it runs on when the incident is closed, and no party can waive it. A clock in working days goes by the
agreement's calendar. Where a statute gives no number, the number is this program's own and a target.

{overlays}

Duties of your own that rest on a statute stand under `agreement.terms` in the same form; `met_by: statute.filed` is met
by `tocsin terms filed` under the duty's own name:

```yaml
agreement:
  terms:
    tell_the_regulator:
      {duty: {en: tell the regulator, zh: 报告监管机构}, clauses: [art. 9], basis: statute, ref: Rule 9,
       debtor: customer, creditor: provider, starts: security.confirmed, limit: 2h, met_by: statute.filed,
       ends: incident.voided, by: principal}
```

## Events

A closed list. `starts` and `met_by` of a duty of your own may name any of them, also with a sort:
`phase.recorded/review`.
"""


def text() -> str:
    """The page, whole."""
    duties = table(
        ("OB", "Name", "Duty", "Clause", "Owed by", "Starts", "Limit", "Met by", "Basis"), map(_row, shipped().values())
    )
    words = table(
        ("Event", "What happened", "Sorts"),
        (
            (f"`{word.name}`", word.meaning["en"], ", ".join(f"`{sort}`" for sort in word.what))
            for word in events().values()
        ),
    )
    notes = NOTES.replace("{overlays}", "\n\n".join(_overlay(name) for name in statutes.OVERLAYS))
    return f"{HEAD}\n## The duties\n\n{duties}\n\n{notes}\n{words}\n"


def _overlay(name: str) -> str:
    """One overlay: what it rests on, its levels, its duties, what a report holds."""
    overlay, terms = statutes.overlay(name)
    levels = ", ".join(
        f"`{each.name}` {each.called['zh']}{'' if each.owes else ' (not to be reported)'}" for each in overlay.levels
    )
    graded = f"; by itself from grade {overlay.from_grade}" if overlay.from_grade else ""
    duties = table(("Duty", "What", "Limit", "Starts", "Source"), (_statutory(name, term) for term in terms.values()))
    items = "; ".join(f"({number}) {item.called['en']}" for number, item in enumerate(overlay.items, 1))
    return (
        f"### {name}\n\n{overlay.title['en']} {overlay.title['zh']}. {overlay.law['en']}. Owed by the {overlay.owed_by}"
        f" where it is not set{graded}. Levels: {levels}.\n\n{duties}\n\nA draft holds: {items}."
    )


def _statutory(overlay: str, term: Term) -> tuple[str, ...]:
    limits = [term.limits[1].text]
    found: Overlay = statutes.overlay(overlay)[0]
    if found.operators and len({_limit(overlay, term.name, each) for each in found.operators}) > 1:
        limits = [f"{_limit(overlay, term.name, each)} ({each})" for each in found.operators]
    return (
        f"`{term.name}`",
        f"{term.duty['en']} {term.duty['zh']}",
        ", ".join(limits) + (" (target)" if term.basis == "default" else ""),
        ", ".join(f"`{event}`" for event in term.starts),
        term.ref,
    )


def _limit(overlay: str, duty: str, operator: str) -> str:
    return statutes.overlay(overlay, operator=operator)[1][duty].limits[1].text


def _row(term: Term) -> tuple[str, ...]:
    limits = [term.limits[grade].text if grade in term.limits else "–" for grade in (1, 2, 3)]
    return (
        term.ob,
        f"`{term.name}`{' ○' if term.is_right else ''}",
        f"{term.duty['en']} {term.duty['zh']}",
        ", ".join(term.clauses),
        str(term.debtor),
        ", ".join(f"`{name}`" for name in term.starts),
        limits[0] if len(set(limits)) == 1 else " / ".join(limits),
        ", ".join(f"`{name}`" for name in term.met_by),
        str(term.basis),
    )
