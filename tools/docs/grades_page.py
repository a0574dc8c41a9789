"""docs/grades.md: the shipped grade table as it is executed, and what each rule of grading does."""

from collections.abc import Sequence

from markdown import code, table

from agent.agreement.tables import grade_table
from agent.model import Cell, Condition, Criticality, Grade
from agent.rules.units import written

HEAD = """# Grades

An incident has grade 1, 2 or 3; 1 is gravest. The grading rule is deterministic. Every step that fires leaves its rule
id, so that `tocsin show`, the API and the provider's notices can say why. `tocsin grade test` tries an alert against a
file without touching a running agent:

```console
$ tocsin grade test routes.yaml alertname=CheckoutDown
```

Grading is joint (3.1): the agent proposes and acts on its proposal at once. The grade is *provisional* until a person
sets or confirms it with `tocsin regrade`, or both parties accept it. Either party may object; until both have decided
the higher grade rules ([how](operating.md#talking-about-the-grade)). Raising may be automatic; lowering is always a
person's act, with a reason.

## The rules
"""
RULES: dict[str, tuple[str, str]] = {
    "R0": ("scope", "A row of `signals:` says function and state. Without a row the labels `function` or `service` "
           "name the function; else it is `system` where no functions are agreed; else the alert is out of scope: kept "
           "and counted, told to nobody."),
    "R1": ("confirm", "A probe confirms by its own `for`. An alert has already been held by the alert rule's `for`."),
    "R2": ("maintenance", "A fault inside an announced window is recorded and waits for the window's end. Security is "
           "never suppressed."),
    "R3": ("security", "The certainty of a security event decides, whatever the function (table below)."),
    "R4": ("base table", "Criticality of the function, state and scope (table below). An explicit `grade:` of a row or "
           "probe replaces it; later rules still apply."),
    "R5": ("by severity", "Only where no row says a state: `critical` is degraded, `info` is alert only, anything else "
           "is at risk. Critical on a core function is at least 2."),
    "R6": ("redundancy", "At most one healthy instance left of two or more, on a core function: at least 2. Needs "
           "`scope: {share_of, total}` on the row."),
    "R7": ("time", "What the tables below add with time. A core function totally out becomes grade 1 only with second "
           "evidence: another probe, row or alert, a good `reference:` target, or a target on this host. Acts by the "
           "clock, without a new signal. From grade 3 it rises in working hours only, two hours after its coordinator "
           "was warned; a reasoned `tocsin record INC not-worse` holds that for 24 h."),
    "R8": ("modifiers", "What the circumstances add or take, each once, within 1 to 3 (below)."),
    "R9": ("highest wins", "Of several lines of evidence the gravest grade counts."),
    "R10": ("a person", "Needed to leave the provisional state, to lower, and to end a security incident. Written "
            "where the evidence is less grave than the grade that stands, and where a person has set it."),
}  # fmt: skip
NOTES = """Scope is the share of distinct firing values of a label out of the row's `total`
(`scope: {share_of: instance, total: 12}`). `down` without a known scope means all; `degraded` without one falls into
the last cell. The bounds 50 % and 5 % and the outage time of a core function are the agreement's own:
`agreement.grades`.

*Alert only* is recorded; it opens no incident and tells nobody.
"""

MODIFIERS = """## Circumstances: R8

| When | What it does |
|---|---|
| in a period of `agreement.assurance` (重保) | one grade graver |
| outside of `agreement.service_hours`, where they are set | faults only: one grade less grave, never below 3 |
| the same cause a third time within 30 days | one grade graver |
| another grade 2 incident of the same core function is open | grade 1 is *proposed*: paged loudly, executed only when a person confirms it |

The first three add up. What alone calls for no grade stays so, and a grade that a reporter names is left as it was named. A
boundary of time may raise a grade by itself, at its minute; it never lowers one. The same cause is what opens an incident
again within 24 h of its recovery, or begins one that is a recurrence of another. Two incidents of one core function are two
matters: what says the same of a function joins one incident, so that the second is another kind (an intrusion is suspected
where something fails). `tocsin grade test` with `--at`, `--times` and `--beside` shows what each would do.
"""


def text() -> str:
    shipped = grade_table()
    return "\n".join(
        (
            HEAD,
            table(("Rule", "Name", "What it does"), ((rule, *said) for rule, said in RULES.items())) + "\n",
            "## Faults: R4, with R7\n",
            table(
                ("Function", *(str(condition).replace("_", " ") for condition in _conditions())),
                ((str(each), *(_cells(shipped.base[each][state]) for state in _conditions())) for each in Criticality),
            )
            + "\n",
            NOTES,
            "## Security: R3\n",
            table(
                ("Certainty", "Grade"),
                ((code(certainty), _grade(grade)) for certainty, grade in shipped.security.items()),
            )
            + "\n",
            "A row may give an attempt a grade; it cannot make a certain event less grave. Attempts are counted, "
            "graded or not: `tocsin signals attempts` shows a month's figure to both parties, `tocsin_security_attempts` "
            "that of the month so far.\n",
            "## Age: R7\n",
            table(
                ("In grade", "For", "Becomes"),
                ((str(grade), written(after), str(grade - 1)) for grade, after in shipped.lifts.items()),
            )
            + "\n",
            "Time lifts an incident once, only faults, only while it is open, and from 3 to 2 only in working hours. "
            "An auxiliary function is never lifted above 2. A mere risk has no age.\n",
            MODIFIERS,
        )
    )


def _conditions() -> tuple[Condition, ...]:
    return tuple(grade_table().base[Criticality.CORE])


def _cells(cells: Sequence[Cell]) -> str:
    said = []
    for cell in cells:
        bound = f"from {cell.scope:.0%}: " if cell.scope else "else " if len(cells) > 1 else ""
        said.append(bound + _grade(cell.grade) + _rise(cell))
    return "; ".join(said)


def _rise(cell: Cell) -> str:
    if cell.rise is None:
        return ""
    backed = " with second evidence" if cell.rise.needs_second_evidence else ""
    return f", after {written(cell.rise.after)} {cell.rise.grade}{backed}"


def _grade(grade: Grade | None) -> str:
    return "alert only" if grade is None else str(grade)
