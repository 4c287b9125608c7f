"""Who approves a direct appointment (D2), and does the person appointed keep every rule?"""

from collections.abc import Iterable

from scheduler.check import breaches
from scheduler.errors import Refused
from scheduler.limits import Limit
from scheduler.model import Case, Choice, Role
from scheduler.packshape import Does, Pack


def approver_of(pack: Pack) -> Role:
    """The approver of the pack's line on direct appointment. Raises Refused("appoint_not_allowed") without one."""
    for step in pack.ladder:
        if step.does is Does.APPOINT:
            return step.approver
    raise Refused("appoint_not_allowed")


def demand_fit(case: Case, limits: Iterable[Limit], choice: Choice) -> None:
    """Raises Refused("appoint_unfit") with the first rule that this person beside the kept members breaks.

    What asks for a minimum is asked once the panel is full; until then the rest is drawn around it.
    """
    panel = (*case.kept, choice)
    full = len(panel) == sum(seats.count for seats in case.seats)
    for breach in breaches(limits, panel):
        over = breach.limit.most is not None and breach.count > breach.limit.most
        if full or over:
            raise Refused("appoint_unfit", rule=breach.limit.rule)
