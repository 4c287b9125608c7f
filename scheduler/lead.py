"""From when on may the panel of a lot be drawn? The pack's hours, or its working days for projects it says so of."""

from dataclasses import replace
from datetime import datetime, timedelta

from scheduler.calendar import Calendar, working_days_before
from scheduler.errors import Refused
from scheduler.exhibits import Request, RulesInForce, Snapshot
from scheduler.facts import case_of, numbers
from scheduler.limits import Numbers
from scheduler.model import RuleId
from scheduler.packshape import Pack
from scheduler.rules import refuse

D3W = RuleId("D3w")


def counts_working_days(pack: Pack, request: Request) -> bool:
    """Whether working days decide for this lot, so that somebody must know them."""
    return D3W in _numbers(pack, request)


def opens(pack: Pack, request: Request, calendar: Calendar) -> datetime:
    """The first moment in which a lottery may be fixed. Raises Refused("calendar_year")."""
    force = _numbers(pack, request)
    if D3W in force:
        return working_days_before(request.starts, force[D3W]["days"], calendar)
    return request.starts - timedelta(hours=pack.draw.max_lead_hours)


def earliest(pack: Pack, starts: datetime, calendar: Calendar) -> datetime:
    """The first moment whatever the project is: all that somebody can say who may not read the request.

    A booking keeps working days only where they decide.
    """
    days = [entry.numbers["days"] for entry in pack.entries if entry.rule == D3W] if calendar.years else []
    hours = starts - timedelta(hours=pack.draw.max_lead_hours)
    return min([hours, *(working_days_before(starts, n, calendar) for n in days)])


def demand_not_early(found: RulesInForce, request: Request, moment: datetime) -> None:
    """Raises Refused("D3w") or Refused("D3") when a lottery is fixed too early."""
    bare = case_of(request, Snapshot(leaves=(), controls=()))
    force = {name: held for name, held in _numbers(found.pack, request).items() if name == D3W}
    refuse(replace(bare, fixed_at=moment, calendar=found.calendar), force)
    first = opens(found.pack, request, found.calendar)
    if moment < first:
        raise Refused("D3", hours=found.pack.draw.max_lead_hours, opens=first.isoformat())


def _numbers(pack: Pack, request: Request) -> Numbers:
    return numbers(pack, case_of(request, Snapshot(leaves=(), controls=())))
