"""Which invitations has this expert, and how does each stand? Read by who asks, never by whom they name."""

from collections.abc import Iterator

from api.actor import Actor
from api.pool.house import Question
from api.services import attending, chairing, pressing, recusing
from api.services import scoring as sheets
from api.services.office import Dossier, Office, open_case
from api.services.pressing import Press, Slip
from api.store import journal, registers
from api.views.expert import Answer, ExpertCard
from api.views.score import BlankSheet, OwnCriterion, OwnPaper, Receipt, ScorePage
from crypto.canonical import unhex
from crypto.errors import Broken
from scheduler.deadlines import waits_of
from scheduler.errors import Refused
from scheduler.events import Member, Out, Scored
from scheduler.exhibits import Application, Bidders, Place, Seating
from scheduler.model import ExpertId, LotId, SiteId
from scheduler.standby import Standby
from scheduler.state import Phase, Sitting, State

_OUT = {
    Out.DECLINED: Answer.DECLINED,
    Out.SILENT: Answer.SILENT,
    Out.ABSENT: Answer.ABSENT,
    Out.BARRED: Answer.RELEASED,
    Out.VOIDED: Answer.RELEASED,
    Out.RECUSED: Answer.RELEASED,  # "recused" would tell the expert that a relation of theirs bids
}


def cards(office: Office, expert: str) -> tuple[tuple[ExpertCard, Phase], ...]:
    """The cards of an expert (register number), each with its case's phase. Cancelled cases are gone."""
    return tuple((_card(office, case, me), case.state.phase) for case, me in _mine(office, expert))


def answer(office: Office, actor: Actor, task: Member, *, accept: bool) -> None:
    """Accept or decline the own invitation of that pseudonym. Raises Refused("not_found") for any other."""
    case, _ = _own(office, actor, task)
    verb = attending.accept if accept else attending.decline
    verb(office, actor, case.state.lot)


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
    ), state.phase


def hand_in(office: Office, actor: Actor, task: Member, envelope: str, commitment: str) -> None:
    """A sheet as the viewer's device sealed it. Raises Refused("envelope") for what is none."""
    case, _ = _own(office, actor, task)
    try:
        sealed = unhex(envelope), unhex(commitment, 32)
    except Broken as fault:
        raise Refused("envelope", fault=str(fault)) from None
    sheets.submit(office, actor, case.state.lot, *sealed)


def _own(office: Office, actor: Actor, task: Member) -> tuple[Dossier, Sitting]:
    for case, me in _mine(office, actor.expert):
        if me.member == task:
            return case, me
    raise Refused("not_found")


def press(office: Office, actor: Actor, task: Member, what: Press, slip: Slip) -> None:
    """A small form about the own invitation. Raises Refused("not_found") for any other."""
    for case, me in _mine(office, actor.expert):
        if me.member == task:
            pressing.press(office, actor, case.state.lot, what, slip)
            return
    raise Refused("not_found")


def mine(office: Office, expert: str, task: Member) -> tuple[Dossier, Sitting]:
    """The case in which the expert sits, checked in, under that pseudonym. Raises Refused("not_found")."""
    for case, me in _mine(office, expert):
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
    )


def _receipt(office: Office, lot: LotId, me: Sitting) -> Receipt | None:
    if me.sheet is None:
        return None
    with office.db.reading() as session:
        entries = [entry for entry, _ in journal.history(session, lot)]
    mine = [each for each in entries if isinstance(each.event, Scored) and each.event.member == me.member]
    return Receipt(version=me.versions, commitment=me.sheet, entry=mine[-1].seq, hash=mine[-1].hash)


def _mine(office: Office, expert: str) -> Iterator[tuple[Dossier, Sitting]]:
    if not expert:
        return
    with office.db.reading() as session:
        lots = [LotId(case.lot) for case in journal.cases(session) if case.phase != Phase.CANCELLED]
    marks = office.pool.marks([Question(lot=lot, person=expert) for lot in lots])
    for lot, mark in zip(lots, marks, strict=True):
        case = open_case(office, lot)
        me = case.state.sitting(mark) or _waiting(case.state, mark)
        over = case.state.annulled is not None  # another attempt takes its place, as after a cancellation
        if me is not None and case.state.phase is not Phase.F0 and not over:
            yield case, me


def _waiting(state: State, mark: Member) -> Sitting | None:
    """A stand-by as the member it would be."""
    mine = state.standby(mark)
    if mine is None:
        return None
    return Sitting(
        member=mine.member,
        role=mine.role,
        round=mine.round,
        since=mine.since,
        accepted=mine.accepted is not None,
        out=mine.out,
    )


def how(me: Sitting, phase: Phase) -> Answer:
    """The answer that a sitting amounts to."""
    if me.out is not None:
        return _OUT[me.out]
    if me.key:
        scoring = phase in (Phase.F2, Phase.F3)
        return Answer.PRESENT if scoring else Answer.DONE
    return Answer.ACCEPTED if me.accepted else Answer.WAITING


def _card(office: Office, case: Dossier, me: Sitting) -> ExpertCard:
    state = case.state
    reserve = state.standby(me.member)
    stands = how(me, state.phase) if reserve is None else _stands_by(reserve, state)
    present = stands in (Answer.PRESENT, Answer.DONE)
    place = _place(case, me.member)
    with office.db.reading() as session:
        site = next(each for each in registers.sites(session) if each.site == _site(case, me.member))
        region = next(each for each in registers.regions(session) if each.code == site.region)
    return ExpertCard(
        task=me.member,
        answer=stands,
        starts=state.starts,
        ends=state.ends,
        sign_in_at=f"{site.name}（{region.city}{region.name}）",
        answer_by=me.since + waits_of(case.pack).answer,
        desk_phone=region.desk_phone,
        seat=f"{place.room} · {place.workstation:02}" if present and place else None,
        project=case.request.project_name if present else None,
        may_withdraw=(reserve is None and me.sits and state.phase in (Phase.F1, Phase.F2)) or None,
        bidders=_bidders(case, me),
        declared=me.member in state.declared if _reads_names(case, me) else None,
        appeal=_appeal(case, me),
        ballot=chairing.ballot(case) if stands is Answer.PRESENT and state.phase is Phase.F2 else (),
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
    if not _reads_names(case, me):
        return None
    waiting = recusing.asked(case, me.member)
    return case.body(waiting.appeal, Application).says if waiting else None


def _stands_by(mine: Standby, state: State) -> Answer:
    if mine.out is not None:
        return _OUT[mine.out]
    if mine not in state.standing_by():
        return Answer.RELEASED  # scoring is closed
    return Answer.STANDBY if mine.accepted else Answer.STANDBY_ASKED


def _place(case: Dossier, member: Member) -> Place | None:
    """The workstation; a stand-by has none."""
    places = [place for digest in case.state.seatings() for place in case.body(digest, Seating).places]
    return next((place for place in places if place.member == member), None)


def _site(case: Dossier, member: Member) -> SiteId:
    """Where to sign in: at the workstation, or at the lot's site in the own city, where it would be."""
    if place := _place(case, member):
        return place.site
    (region,) = [e.expert.region for e in case.snapshot.leaves if e.expert.id == ExpertId(member)]
    return next(site.site for site in case.request.sites if site.region[:4] == region[:4])
