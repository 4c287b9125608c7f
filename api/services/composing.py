"""Could such a panel ever be booked? What a booking would say of its numbers, told where they are typed."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from sqlmodel import Session

from api.intake.faults import Findings
from api.services.calendar import calendar
from api.services.feasibility import working_days
from api.services.office import Office
from api.services.ordering import Draft
from api.services.packs import ruled
from scheduler.errors import Refused
from scheduler.facts import numbers
from scheduler.model import Case
from scheduler.packshape import Pack
from scheduler.rules import refuse_panel
from scheduler.rules.day import SHANGHAI


def judge(
    office: Office, session: Session, draft: Draft, findings: Findings, at: tuple[int, Mapping[str, str]]
) -> None:
    """Note what a booking would refuse on every day that the draft may go to. `at`: its row, and what the columns
    to be judged are called there."""
    pack, today = ruled(office).pack, office.now().astimezone(SHANGHAI).date()
    days = (draft.day,) if draft.day else working_days(calendar(session), today)[0]
    row, columns = at
    for column, refusal in _ASKED.items():
        refusals = [refusal(pack, draft, day) for day in days] if column in columns else []
        if refusals and all(refusals) and (no := refusals[0]):
            findings.note(row, columns[column], f"page.refused.{no.code}", **no.facts)


def _budget(pack: Pack, draft: Draft, day: date) -> Refused | None:
    asked = draft.budget is None and pack.asks_budget(day, draft.category)
    return Refused("budget", category=draft.category) if asked else None


def _panel(pack: Pack, draft: Draft, day: date) -> Refused | None:
    case = Case(
        lot=draft.lot,
        region=draft.region,
        pool=(),
        seats=draft.seats,
        owner_reps=len(draft.owners),
        starts=datetime.combine(day, time(), SHANGHAI),
        category=draft.category,
        budget=draft.budget,
    )
    try:
        refuse_panel(case, numbers(pack, case))
    except Refused as no:
        return no
    return None


_ASKED: dict[str, Callable[[Pack, Draft, date], Refused | None]] = {"budget": _budget, "seats": _panel}
