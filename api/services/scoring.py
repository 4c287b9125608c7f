"""How does a member score? Fetch the own blind documents under the own codes; hand in a sealed sheet."""

from dataclasses import dataclass

from api.actor import Actor
from api.services import closing
from api.services.office import Dossier, Office, by, only, open_case, record
from api.services.releasing import custody_key
from crypto.codes import codes_for
from crypto.envelope import Kind, inspect, key_mark
from crypto.errors import Broken
from scheduler.errors import Refused
from scheduler.events import Digest, Member, Scored
from scheduler.exhibits import CodeKey, Criterion, Document
from scheduler.marks import only_that, read, sealed
from scheduler.model import LotId, Role
from scheduler.release import SCORES
from scheduler.state import Phase, Sitting, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One bid as one member sees it."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a member's device needs to score: own papers in own order, the criteria, the key to seal to."""

    lot: LotId
    member: Member
    papers: tuple[Paper, ...]
    criteria: tuple[Criterion, ...]
    score_key: bytes
    version: int  # of the next sheet
    previous: Digest | None


def me(office: Office, actor: Actor, lot: LotId) -> Member:
    """The actor's own pseudonym in a lot: see `Office.me`."""
    only(actor, Role.EXPERT, Role.OWNER)
    return office.me(actor, lot)


def person_of(actor: Actor) -> str:
    """Whom a pseudonym of the actor is made from; raises Refused("role") for who is no member anywhere."""
    only(actor, Role.EXPERT, Role.OWNER)
    return actor.expert if actor.role is Role.EXPERT else actor.id


def desk(office: Office, actor: Actor, lot: LotId) -> Desk:
    """The actor's own desk, while scoring is open. Raises Refused("phase") before and after."""
    dossier, member = open_case(office, lot), me(office, actor, lot)
    sitting = dossier.state.sitting(member)
    if sitting is None or not sitting.sits or not sitting.key:
        raise Refused("not_a_member")
    if dossier.state.phase is not Phase.F3 and sitting.returned is None:
        raise Refused("phase", event="Scored", phase=dossier.state.phase, role=actor.role)
    return Desk(
        lot=lot,
        member=member,
        papers=_papers(dossier, member),
        criteria=dossier.request.criteria,
        score_key=custody_key(dossier, SCORES).public,
        version=sitting.versions + 1,
        previous=sitting.sheet,
    )


def _papers(dossier: Dossier, member: Member) -> tuple[Paper, ...]:
    slots = dossier.state.slots
    key = bytes.fromhex(dossier.body(dossier.state.codes, CodeKey).key)
    codes = codes_for(key, dossier.state.lot, member, [str(i) for i in range(len(slots))])
    return tuple(
        Paper(code=each.code, text=dossier.body(slots[int(each.slot)].document, Document).text)
        for each in codes
    )


def submit(office: Office, actor: Actor, lot: LotId, envelope: bytes, commitment: bytes) -> State:
    """Record `Scored`: nobody but the custodians together, after the close, can see what is in it."""
    member, dossier = me(office, actor, lot), open_case(office, lot)
    state = dossier.state
    try:
        head = inspect(envelope)
    except Broken as fault:
        raise Refused("envelope", fault=str(fault)) from None
    # A sheet sealed to another key could never be opened and would block everybody's totals.
    if head.kind is not Kind.SCORES or head.mark != key_mark(custody_key(dossier, SCORES).public, SCORES):
        raise Refused("envelope", fault="not a sheet sealed to the score key")
    sitting = state.sitting(member)
    if sitting is None:
        raise Refused("not_a_member")
    event = Scored(
        member=member,
        version=sitting.versions + 1,
        sheet=envelope.hex(),
        commitment=Digest(commitment.hex()),
        previous=sitting.sheet,
    )
    if sitting.returned is not None:
        _put_right(dossier, sitting, event)
    return record(office, lot, state, [by(actor, event, member)])


def _put_right(dossier: Dossier, sitting: Sitting, event: Scored) -> None:
    """The sheets are open now: a corrected one is judged at once, so that no sheet goes back for ever."""
    if sitting.returned is None:
        raise ValueError("a sheet nobody returned")
    private, paper = closing.score_key(dossier), closing.paper_of(dossier)
    after = read(paper, closing.keys_of(dossier, private), sealed(event, sitting.key))
    if after.code is not None:
        raise Refused("sheet_unsound")
    (before,) = (r for r in closing.opened_sheets(dossier, private) if r.member == event.member)
    if not only_that(sitting.returned, before, after, paper.criteria):
        raise Refused("sheet_other_change")
