"""Which verb stands behind each small form of a desk: a few words, a reference, and whom it is about?"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from api.actor import Actor
from api.services import appointing, authorising, beaconing, chairing, delivering, glass, recusing, relaxing
from api.services.office import Office
from scheduler.errors import Refused
from scheduler.events import Digest, Member
from scheduler.model import LotId, SpecialityCode
from scheduler.state import State

LONGEST = 500  # characters of one field


class Press(StrEnum):
    """What a form does."""

    SIGN = "sign"  # the approver signs a step of the ladder
    DENY = "deny"  # or does not
    AUTHORISE = "authorise"  # the tenderee files an owner representative's letter
    CHAIR = "chair"  # the tenderee names the chair
    VOTE = "vote"  # a member votes for one
    DECLARE = "declare"  # a member knows of no relation
    WITHDRAW = "withdraw"  # a member recuses in person
    APPEAL = "appeal"  # a bidder's paper is filed
    ADMIT = "admit"  # the person named says it is so
    CONTEST = "contest"  # or is not
    UPHOLD = "uphold"  # the supervisor decides
    DISMISS = "dismiss"
    APPROVE = "approve"  # direct appointment, with the authority's consent
    APPOINT = "appoint"  # the tenderee appoints to an approved seat
    DELIVER = "deliver"  # the operator has invitations laid at the door again
    GLASS_ORDER = "glass-order"  # break-glass: ordered
    GLASS_CONFIRM = "glass-confirm"  # confirmed by a second person
    GLASS_OPEN = "glass-open"  # carried out
    PULSE = "pulse"  # the operator brings the beacon's pulse
    PULSE_MISSED = "pulse-missed"  # the supervisor signs that none came


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What was typed: the words, a reference (文号), and whom or what it is about."""

    text: str = ""
    reference: str = ""
    about: str = ""
    count: str = ""  # seats per role, such as 0,1


Verb = Callable[[Office, Actor, LotId, Slip], State]


def press(office: Office, actor: Actor, lot: LotId, what: Press, slip: Slip) -> State:
    """Do it. Raises Refused("reason_long") for a field that is too long, and what the verb refuses."""
    if max(len(slip.text), len(slip.reference), len(slip.about), len(slip.count)) > LONGEST:
        raise Refused("reason_long", most=LONGEST)
    return _VERBS[what](office, actor, lot, slip)


def _approve(office: Office, actor: Actor, lot: LotId, slip: Slip) -> State:
    counts = [part.strip() for part in slip.count.split(",")]
    if not all(part.isascii() and part.isdigit() for part in counts):
        raise Refused("appoint_seats")
    consent = appointing.Consent(ground=slip.about, authority=slip.text, reference=slip.reference)
    return appointing.approve(office, actor, lot, consent, [int(part) for part in counts])


def _order(office: Office, actor: Actor, lot: LotId, slip: Slip) -> State:
    slot = slip.about.strip()
    cause = glass.Cause(case_number=slip.reference, reason=slip.text)
    return glass.order(office, actor, lot, int(slot) if slot.isdecimal() else -1, cause)


_VERBS: dict[Press, Verb] = {
    Press.DELIVER: lambda office, actor, lot, slip: delivering.again(office, actor, lot),
    Press.SIGN: lambda office, actor, lot, slip: relaxing.sign(office, actor, lot, slip.text),
    Press.GLASS_ORDER: _order,
    Press.GLASS_CONFIRM: lambda office, actor, lot, slip: glass.confirm(office, actor, lot),
    Press.GLASS_OPEN: lambda office, actor, lot, slip: glass.open_by_order(office, actor, lot),
    Press.DENY: lambda office, actor, lot, slip: relaxing.deny(office, actor, lot, slip.text),
    Press.AUTHORISE: lambda office, actor, lot, slip: authorising.authorise(
        office, actor, lot, slip.about, (slip.reference, slip.text)
    ),
    Press.CHAIR: lambda office, actor, lot, slip: chairing.name(office, actor, lot, Member(slip.about)),
    Press.DECLARE: lambda office, actor, lot, slip: recusing.declare(office, actor, lot),
    Press.WITHDRAW: lambda office, actor, lot, slip: recusing.withdraw(office, actor, lot, slip.text),
    Press.APPEAL: lambda office, actor, lot, slip: recusing.appeal(
        office, actor, lot, slip.reference, (slip.about, slip.text)
    ),
    Press.ADMIT: lambda office, actor, lot, slip: recusing.reply(office, actor, lot, slip.text, admits=True),
    Press.CONTEST: lambda office, actor, lot, slip: recusing.reply(
        office, actor, lot, slip.text, admits=False
    ),
    Press.UPHOLD: lambda office, actor, lot, slip: recusing.decide(
        office, actor, lot, Digest(slip.about), (True, slip.text)
    ),
    Press.DISMISS: lambda office, actor, lot, slip: recusing.decide(
        office, actor, lot, Digest(slip.about), (False, slip.text)
    ),
    Press.PULSE: lambda office, actor, lot, slip: beaconing.take(office, actor, lot, slip.text.encode()),
    Press.PULSE_MISSED: lambda office, actor, lot, slip: beaconing.miss(office, actor, lot, slip.text),
    Press.APPROVE: _approve,
    Press.APPOINT: lambda office, actor, lot, slip: appointing.appoint(
        office, actor, lot, slip.about.strip(), SpecialityCode(slip.reference.strip())
    ),
    Press.VOTE: lambda office, actor, lot, slip: chairing.vote(office, actor, lot, Member(slip.about)),
}
