"""`tocsin terms`: the duties in force, who owes what to whom by when, and on what basis."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from agent.cli import joint, output, statutes
from agent.cli.file import load
from agent.rules import limits, party_names
from agent.rules.sentences import WORDS

if TYPE_CHECKING:
    from agent.model import Agreement

_DOCUMENTS = {
    "preliminary_report": "初步报告",
    "post_incident_report": "事后总结报告",
    "review_draft": "复盘纪要初稿",
    "availability_report": "可用性报告",
    "statement": "情况说明",
    "incident_report": "事件报告",
}
_WORDS = {
    "en": {
        "titles": ("DUTY", "CLAUSE", "OWED BY", "TO", "WITHIN", "FROM", "BASIS"),
        "both": "both",
        "each": "each party",
        "named": "whoever is named",
        "target": "default (target)",
        "default": "default, adopted",
        "contract": "contract",
        "annex": "annex",
        "statute": "statute",
        "note": "A default is a target until `agreement.adopted` says that both parties adopted it.",
    },
    "zh": {
        "titles": ("义务", "条款", "义务方", "权利方", "时限", "起算", "依据"),
        "both": "双方共同",
        "each": "双方各自",
        "named": "被指明的一方",
        "target": "默认（目标）",
        "default": "默认（已约定）",
        "contract": "合同",
        "annex": "附件",
        "statute": "法规",
        "note": "默认值在双方约定（agreement.adopted）之前仅为目标。",
    },
}


@click.group(invoke_without_command=True)
@click.option(
    "--routes", "file", default="routes.yaml", show_default=True, type=click.Path(path_type=Path), help="The file."
)
@click.option("--grade", type=click.IntRange(1, 3), help="Only what an incident of this grade owes.")
@output.language_option
@output.json_option
@click.pass_context
def terms(context: click.Context, file: Path, grade: int | None, language: str, as_json: bool) -> None:
    """Print the plan: who owes what to whom by when, and on what basis. Reads the file, not the running agent.

    What the file changes of the agreement is in force once both principals have accepted it: `diff` shows what waits.

    \b
    Examples:
      tocsin terms
      tocsin terms --grade 1
      tocsin terms --grade 2 --language zh
      tocsin terms --json
      tocsin terms diff
    """
    if context.invoked_subcommand is None:
        settings = load(file)
        labels = {party.value: each.label for party, each in settings.parties.items()}
        found = plan_of(settings.agreement, grade)
        output.answer(found, as_json, lambda rows: _show(rows, grade, language, party_names.called(labels, language)))


for _command in (joint.diff, joint.accept, joint.reject, statutes.level, statutes.filed, statutes.draft):
    terms.add_command(_command)


def plan(file: Path) -> list[dict[str, Any]]:
    """The duties of the file, in the order of the agreement."""
    return plan_of(load(file).agreement)


def plan_of(agreement: "Agreement", grade: int | None = None) -> list[dict[str, Any]]:
    """Its duties in the order of the agreement; with a grade only those that it owes."""
    return [
        {
            "name": term.name,
            "ob": term.ob,
            "duty": dict(term.duty),
            "clauses": list(term.clauses),
            "basis": str(term.basis),
            "is_target": agreement.is_trial or not term.is_adopted,
            "ref": term.ref,
            "debtor": str(term.debtor),
            "creditor": str(term.creditor),
            "starts": list(term.starts),
            "from_grade": term.from_grade,
            "limit": {str(each): limit.text for each, limit in term.limits.items()},
            "met_by": list(term.met_by),
            "is_right": term.is_right,
            "overlay": term.overlay,
        }
        for term in agreement.terms.values()
        if grade is None or grade in term.limits
    ]


def _show(rows: list[dict[str, Any]], grade: int | None, language: str, parties: Mapping[str, str]) -> None:
    words: dict[str, Any] = {**_WORDS[language], **parties}
    cells = [
        (
            f"{row['duty'].get(language) or row['name']} ({row['ob'] or row['name']})",
            ", ".join(row["clauses"]),
            words[row["debtor"]],
            words[row["creditor"]],
            _limit({each: limits.said(text, language) for each, text in row["limit"].items()}, grade),
            _beginning(row, language),
            words["target" if row["is_target"] and row["basis"] == "default" else row["basis"]],
        )
        for row in rows
    ]
    output.table(words["titles"], cells, "nothing is owed")
    if any(row["is_target"] for row in rows):
        output.line(words["note"], dim=True)


def _beginning(row: dict[str, Any], language: str) -> str:
    """All that starts its clock; of a statute what an incident starts only where a grade was set, with that grade."""
    found: dict[str, list[str]] = {}
    for event in row["starts"]:
        word, _, sort = event.partition("/")
        graded = bool(row["overlay"]) and (word == "incident.detected" or word.startswith("grade."))
        if graded and not row["from_grade"]:
            continue
        found.setdefault(word, []).extend([_graver(row["from_grade"], language)] if graded else [sort] * bool(sort))
    said = (_meaning(word, sorts, language) for word, sorts in found.items())
    return {"en": "; or ", "zh": "；或"}[language].join(said)


def _graver(grade: int, language: str) -> str:
    """`grade 2 or graver`; nothing is graver than grade 1."""
    word, more = {"en": (f"grade {grade}", " or graver"), "zh": (f"{'一二三'[grade - 1]}级", "及以上")}[language]
    return word + (more if grade > 1 else "")


def _meaning(event: str, sorts: list[str], language: str) -> str:
    """What the event is, in words: `incident.detected` as “monitoring or a report first knew of an incident”."""
    from agent.agreement.terms import events

    comma, around = {"en": (", ", " ({})"), "zh": ("、", "（{}）")}[language]
    called = {**WORDS["zh"]["what"], **WORDS["zh"]["type"], **_DOCUMENTS} if language == "zh" else {}
    said = comma.join(called.get(sort, sort.replace("_", " ")) for sort in sorts)
    return events()[event].meaning[language] + (around.format(said) if said else "")


def _limit(limit: dict[str, str], grade: int | None) -> str:
    """`15m`, or `1: 15m, 2: 30m, 3: –` where the grades differ."""
    if grade is not None:
        return limit[str(grade)]
    if len(limit) == 3 and len(set(limit.values())) == 1:
        return next(iter(limit.values()))
    return " / ".join(limit.get(each, "–") for each in "123")
