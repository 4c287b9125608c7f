"""Which invitations has this expert, and how does each stand? Read by who asks, never by whom they name."""

from collections.abc import Iterator, Sequence

from api.actor import Actor
from api.pool.house import Question
from api.pool.letters import Answer
from api.services import arriving, attending, chairing, pressing, recusing, vouched
from api.services import scoring as sheets
from api.services.inviting import invitation
from api.services.office import Dossier, Office, open_case
from api.services.pressing import Press, Slip
from api.store import journal
from api.views.expert import ExpertCard
from api.views.score import BlankSheet, OwnCriterion, OwnPaper, Receipt, ScorePage
from crypto.canonical import unhex
from crypto.errors import Broken
from scheduler.errors import Refused
from scheduler.events import Member, Scored
from scheduler.exhibits import Application, Bidders, Seating
from scheduler.model import LotId
from scheduler.outliers import OWN_FAR, full_marks
from scheduler.state import Phase, Sitting, State


def cards(office: Office, actor: Actor) -> tuple[tuple[ExpertCard, Phase], ...]:
    """The cards of a member, each with its case's phase; one at most with a pass. Cancelled cases are gone."""
    return tuple((_card(office, case, me), case.state.phase) for case, me in _mine(office, actor))


def answer(office: Office, actor: Actor, task: Member, proof: str, *, accept: bool) -> None:
    """Accept or decline the own invitation of that pseudonym. Raises Refused("not_found") for any other."""
    case, _ = _own(office, actor, task)
    verb = attending.accept if accept else attending.decline
    verb(office, actor, case.state.lot, vouched.read(proof))


def scoring(office: Office, actor: Actor, task: Member) -> tuple[ScorePage, Phase]:
    """The viewer's own scoring page and its case's phase. Raises Refused("not_found") for anybody else's task."""
    case, me = _own(office, actor, task)
    state = case.state
    scores = state.phase is Phase.F3 and me.sits and bool(me.key) and not state.suspended
    return ScorePage(
        task=task,
        key=me.key or None,
        sheet=_blank(office, actor, state.lot) if scores or (me.sits and me.returned) else None,
        receipt=_receipt(office, state.lot, me),
        arrives=_arrives(state, me) or None,
        announced=_announced(office, state, me),
        evaluation=vouched.evaluation(case) if _arrives(state, me) and me.role is not None else None,
        must_sign=(_arrives(state, me) and vouched.wanted(case, me.member)) or None,
    ), state.phase


def arrive(office: Office, actor: Actor, task: Member, key: str, certificate: str) -> None:
    """The viewer's device announces its key. Raises Refused("device_key") for what is none."""
    case, _ = _own(office, actor, task)
    try:
        public = unhex(key, 32)
    except Broken as fault:
        raise Refused("device_key", fault=str(fault)) from None
    arriving.announce(office, actor, case.state.lot, public, certificate)


def _arrives(state: State, me: Sitting) -> bool:
    return me.sits and me.accepted and not me.key and state.phase in arriving.OPEN


def _announced(office: Office, state: State, me: Sitting) -> str | None:
    """The code the gate sees."""
    if not _arrives(state, me):
        return None
    found = arriving.announced(office, state).get(me.member)
    return found.code if found else None


def hand_in(office: Office, actor: Actor, task: Member, envelope: str, commitment: str) -> None:
    """A sheet as the viewer's device sealed it. Raises Refused("envelope") for what is none."""
    case, _ = _own(office, actor, task)
    try:
        sealed = unhex(envelope), unhex(commitment, 32)
    except Broken as fault:
        raise Refused("envelope", fault=str(fault)) from None
    sheets.submit(office, actor, case.state.lot, *sealed)


def _own(office: Office, actor: Actor, task: Member) -> tuple[Dossier, Sitting]:
    for case, me in _mine(office, actor):
        if me.member == task:
            return case, me
    raise Refused("not_found")


def press(office: Office, actor: Actor, task: Member, what: Press, slip: Slip) -> None:
    """A small form about the own invitation. Raises Refused("not_found") for any other."""
    case, _ = _own(office, actor, task)
    pressing.press(office, actor, case.state.lot, what, slip)


def mine(office: Office, actor: Actor, task: Member) -> tuple[Dossier, Sitting]:
    """The case in which the actor sits, checked in, under that pseudonym. Raises Refused("not_found")."""
    for case, me in _mine(office, actor):
        if me.member == task and me.sits and me.key:
            return case, me
    raise Refused("not_found")


def _blank(office: Office, actor: Actor, lot: LotId) -> BlankSheet:
    desk = sheets.desk(office, actor, lot)
    return BlankSheet(
        lot=desk.lot,
        papers=tuple(OwnPaper(code=each.code, text=each.text) for each in desk.papers),
        criteria=tuple(OwnCriterion(id=c.id, name=c.name, most=c.most, step=c.step) for c in desk.criteria),
        score_key=desk.score_key.hex(),
        version=desk.version,
        previous=desk.previous,
        full=full_marks(desk.criteria),
        far=int(OWN_FAR),
    )


def _receipt(office: Office, lot: LotId, me: Sitting) -> Receipt | None:
    if me.sheet is None:
        return None
    with office.db.reading() as session:
        entries = [entry for entry, _ in journal.history(session, lot)]
    mine = [each for each in entries if isinstance(each.event, Scored) and each.event.member == me.member]
    return Receipt(version=me.versions, commitment=me.sheet, entry=mine[-1].seq, hash=mine[-1].hash)


def _mine(office: Office, actor: Actor) -> Iterator[tuple[Dossier, Sitting]]:
    person = "" if actor.member else sheets.person_of(actor)
    if not person and not actor.member:
        return
    with office.db.reading() as session:
        lots = [LotId(case.lot) for case in journal.cases(session) if case.phase != Phase.CANCELLED]
    if actor.member:
        lots = [lot for lot in lots if lot == actor.lot]
        marks: Sequence[Member] = [actor.member] * len(lots)
    else:
        marks = office.pool.marks([Question(lot=lot, person=person) for lot in lots])
    for lot, mark in zip(lots, marks, strict=True):
        case = open_case(office, lot)
        me = case.state.invited(mark)
        over = case.state.annulled is not None  # another attempt takes its place, as after a cancellation
        if me is not None and case.state.phase is not Phase.F0 and not over:
            yield case, me


def _card(office: Office, case: Dossier, me: Sitting) -> ExpertCard:
    state, told = case.state, invitation(office, case, me)
    present = told.answer in (Answer.PRESENT, Answer.DONE)
    place = case.seatplan.get(me.member)
    return ExpertCard(
        task=me.member,
        answer=told.answer,
        starts=state.starts,
        ends=state.ends,
        sign_in_at=told.sign_in_at,
        moved=_moved(case, me.member) or None,
        answer_by=told.answer_by,
        desk_phone=told.desk_phone,
        speciality=told.speciality,
        seat=f"{place.room} · {place.workstation:02}" if present and place else None,
        project=case.request.project_name if present else None,
        evaluation=told.evaluation if told.answer is Answer.WAITING else None,
        round=me.round if told.answer is Answer.WAITING else None,
        must_sign=told.must_sign or None,
        may_withdraw=told.may_withdraw or None,
        bidders=_bidders(case, me),
        declared=me.member in state.declared if _reads_names(case, me) else None,
        appeal=_appeal(case, me),
        ballot=chairing.ballot(case) if told.answer is Answer.PRESENT and state.phase is Phase.F2 else (),
    )


def _reads_names(case: Dossier, me: Sitting) -> bool:
    """At the site, before blinding: while a recusal is still the same for everybody."""
    return bool(me.key) and me.sits and case.state.phase is Phase.F2


def _bidders(case: Dossier, me: Sitting) -> tuple[str, ...]:
    """Names as read out; consortium members too, codes never."""
    if not _reads_names(case, me):
        return ()
    read_out = case.body(case.state.bidders, Bidders).bidders
    return tuple(sorted({name for each in read_out for name in (each.name, *each.members)}))


def _appeal(case: Dossier, me: Sitting) -> str | None:
    if not _reads_names(case, me) or me.role is None:  # of a representative nobody may apply
        return None
    waiting = recusing.asked(case, me.member)
    return case.body(waiting.appeal, Application).says if waiting else None


def _moved(case: Dossier, member: Member) -> bool:
    """Whether the member was to sit at another site before."""
    every = (place for digest in case.state.seatings() for place in case.body(digest, Seating).places)
    return len({place.site for place in every if place.member == member}) > 1
