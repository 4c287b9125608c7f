"""What does a member tell the panel? A vote, with a statement where words are wanted."""

from api.actor import SYSTEM, Actor
from api.services.office import Office, by, only, open_case, record
from api.services.scoring import me
from scheduler.errors import Refused
from scheduler.events import Digest, Matter, Settled, Voted
from scheduler.exhibits import Exhibit, Statement
from scheduler.model import LotId, Role
from scheduler.motions import ayes, decided, noes, open_disputes
from scheduler.state import State

LONGEST = 2000  # characters of a statement


def vote(
    office: Office, actor: Actor, lot: LotId, matter: Matter, *, yes: bool, about: str = "", says: str = ""
) -> State:
    """Record `Voted`; `says` is kept under seal as the member's statement."""
    only(actor, Role.EXPERT, Role.OWNER)
    member = me(office, actor, lot)
    exhibits = statement(office, says)
    words = exhibits[0].digest if exhibits else None
    event = Voted(member=member, matter=matter, yes=yes, about=about, statement=words)
    return record(office, lot, open_case(office, lot).state, [by(actor, event, member)], exhibits=exhibits)


def raise_dispute(office: Office, actor: Actor, lot: LotId, says: str) -> Digest:
    """Put a disagreement to the vote, oneself for it: its digest. Raises Refused("reason_missing")."""
    only(actor, Role.EXPERT, Role.OWNER)
    member = me(office, actor, lot)
    exhibits = statement(office, says)
    if not exhibits:
        raise Refused("reason_missing")
    raised = exhibits[0].digest
    event = Voted(member=member, matter=Matter.DISPUTE, yes=True, about=raised, statement=raised)
    record(office, lot, open_case(office, lot).state, [by(actor, event, member)], exhibits=exhibits)
    return raised


def settle(office: Office, lot: LotId) -> State:
    """Record `Settled` for the first dispute on which everybody has voted."""
    state = open_case(office, lot).state
    about = next((each for each in open_disputes(state) if decided(state, each)), None)
    if about is None:
        raise Refused("votes_missing")
    yes, no = ayes(state, Matter.DISPUTE, about), noes(state, Matter.DISPUTE, about)
    return record(office, lot, state, [by(SYSTEM, Settled(about=Digest(about), yes=yes, no=no))])


def statement(office: Office, says: str) -> list[Exhibit]:
    """A member's words as an exhibit; none for none. Raises Refused("reason_long")."""
    told = says.strip()
    if len(told) > LONGEST:
        raise Refused("reason_long", most=LONGEST)
    return [office.exhibit("statement", Statement(text=told))] if told else []
