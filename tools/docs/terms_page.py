"""docs/terms.md: the duties that ship, and the events that move their clocks."""

from markdown import table

from agent.agreement.terms import events, shipped
from agent.model import Term

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
3. Only restoration and report clocks stand still, and only while a request for cooperation is unanswered.
4. A changed clock is superseded by a new one, never overwritten; `overdue_at` stays when a duty is met late.
5. A right (marked ○) that is not used lapses: never overdue, and never acceptance unless `deemed_accepted: true`.
6. At half of the time the debtor's coordinator hears of it, at three quarters the principal.

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
    return f"{HEAD}\n## The duties\n\n{duties}\n\n{NOTES}\n{words}\n"


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
