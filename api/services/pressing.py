"""Which verb stands behind each small form of a desk: a few words, a reference, and whom it is about?"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from api.actor import Actor
from api.services import relaxing
from api.services.office import Office
from scheduler.errors import Refused
from scheduler.model import LotId
from scheduler.state import State

LONGEST = 500  # characters of one field


class Press(StrEnum):
    """What a form does."""

    SIGN = "sign"  # the approver signs a step of the ladder
    DENY = "deny"  # or does not


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What was typed: the words, a reference (文号), and whom or what it is about."""

    text: str = ""
    reference: str = ""
    about: str = ""


Verb = Callable[[Office, Actor, LotId, Slip], State]


def press(office: Office, actor: Actor, lot: LotId, what: Press, slip: Slip) -> State:
    """Do it. Raises Refused("reason_long") for a field that is too long, and what the verb refuses."""
    if max(len(slip.text), len(slip.reference), len(slip.about)) > LONGEST:
        raise Refused("reason_long", most=LONGEST)
    return _VERBS[what](office, actor, lot, slip)


_VERBS: dict[Press, Verb] = {
    Press.SIGN: lambda office, actor, lot, slip: relaxing.sign(office, actor, lot, slip.text),
    Press.DENY: lambda office, actor, lot, slip: relaxing.deny(office, actor, lot, slip.text),
}
