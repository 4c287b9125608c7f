"""Does the owner representative hold a written authorisation (C9)? Filed by the tenderee, asked for at the gate.

It may come until check-in and not only until the freeze: the law asks it of the person who sits, the letter is
usually signed in the last days, and a draw that waited for a paper about somebody who is not drawn would help nobody.
"""

from api.actor import Actor
from api.services.office import Dossier, Office, by, only, open_case, record
from api.services.parties import is_party
from scheduler.errors import Refused
from scheduler.events import Authorised, Member
from scheduler.exhibits import Authorisation, Snapshot
from scheduler.facts import case_of, numbers
from scheduler.model import LotId, Role, RuleId
from scheduler.state import State

C9 = RuleId("C9")


def authorise(office: Office, actor: Actor, lot: LotId, login: str, letter: tuple[str, str]) -> State:
    """Record `Authorised` for the representative of this login; `letter`: its number, and what it says of rank and
    knowledge. Raises Refused("unknown_lot") for another tenderee's lot, Refused("letter_missing")."""
    only(actor, Role.TENDEREE)
    dossier = open_case(office, lot)
    if not is_party(dossier, actor):
        raise Refused("unknown_lot", lot=lot)
    reference, says = (text.strip() for text in letter)
    if not reference or not says:
        raise Refused("letter_missing")
    member = office.mark(lot, login.strip())
    exhibit = office.exhibit("authorisation", Authorisation(member=member, reference=reference, says=says))
    event = Authorised(member=member, document=exhibit.digest)
    return record(office, lot, dossier.state, [by(actor, event)], exhibits=[exhibit])


def demand_letter(dossier: Dossier, member: Member) -> None:
    """Raises Refused("C9") where the pack wants a letter and none is on file for this representative."""
    force = numbers(dossier.pack, case_of(dossier.request, Snapshot(leaves=(), controls=())))
    if C9 in force and member not in dossier.state.authorised:
        raise Refused("C9", missing=1)
