"""Which verb stands behind each button of a gate's page, and for which lots does a gate act at all?"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from api.actor import Actor
from api.services import arriving, attending, voiding
from api.services.attending import at_site
from api.services.office import Office, only, open_case
from scheduler.errors import Refused
from scheduler.events import Member, Out
from scheduler.model import LotId, Role
from scheduler.state import State

LONGEST = 64  # characters of a register number or login


class Gate(StrEnum):
    """What a site's staff do about one member."""

    CHECK_IN = "check-in"
    ABSENT = "absent"
    ILL = "ill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What was read or pressed: the number on the card, the code compared, or the member's pseudonym."""

    person: str = ""
    code: str = ""
    member: str = ""


def handle(office: Office, actor: Actor, lot: LotId, what: Gate, given: Pass) -> State:
    """Do it. Raises Refused; a lot without a workstation at this site is refused as if there were none."""
    only(actor, Role.SITE)
    at_site(open_case(office, lot), actor)
    return _VERBS[what](office, actor, lot, given)


def _check_in(office: Office, actor: Actor, lot: LotId, given: Pass) -> State:
    person = given.person.strip()
    if not person:
        raise Refused("form_incomplete")
    if len(person) > LONGEST:
        raise Refused("not_expected")
    return arriving.admit(office, actor, lot, person, given.code.strip())


def _absent(office: Office, actor: Actor, lot: LotId, given: Pass) -> State:
    return attending.miss(office, actor, lot, Member(given.member), Out.ABSENT)


def _ill(office: Office, actor: Actor, lot: LotId, given: Pass) -> State:
    return voiding.report_ill(office, actor, lot, Member(given.member))


_VERBS: dict[Gate, Callable[[Office, Actor, LotId, Pass], State]] = {
    Gate.CHECK_IN: _check_in,
    Gate.ABSENT: _absent,
    Gate.ILL: _ill,
}
