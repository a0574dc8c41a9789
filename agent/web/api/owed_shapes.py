"""The shape of a duty's clock as GET /obligations shows it."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from agent.model import Grade, Obligation, Term
from agent.web.api import report_shapes
from agent.web.api.report_shapes import OwedShape


class ObligationShape(OwedShape):
    duty: Mapping[str, str] = Field(description="Language -> what is owed; empty once no term has that name.")
    about: str = Field(description="The notice, request or item it is about.")
    grade: Grade | None
    on_file_at: datetime = Field(
        description="Later than `started_at` where the agent was away meanwhile, or learned of it later."
    )
    limit: str = Field(description="As written: `15m`, `4wh`, `month_end`.")
    reason: str = Field(description="Why it was waived, is void or was superseded.")
    superseded_by: str
    disputed: bool = Field(False, description="It was met by what the other party disputes; it stays met, marked.")


def obligation(each: Obligation, term: Term | None, *, is_disputed: bool = False) -> ObligationShape:
    return ObligationShape(
        **report_shapes.owed(each).model_dump(),
        duty=term.duty if term else {},
        about=each.about,
        grade=each.grade,
        on_file_at=each.on_file_at,
        limit=each.limit,
        reason=each.reason,
        superseded_by=each.superseded_by,
        disputed=is_disputed,
    )
