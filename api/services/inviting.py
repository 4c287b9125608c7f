"""How does an expert's own invitation stand, and what may it say before the check-in?"""

from api.pool.letters import Answer, Invitation, Letters
from api.services import vouched
from api.services.office import Dossier, Office
from api.services.seats import sites_of
from api.store import registers
from scheduler.awaiting import asked_since
from scheduler.deadlines import waits_of
from scheduler.events import Member, Out
from scheduler.model import ExpertId, SiteId
from scheduler.standby import Standby
from scheduler.state import ORDER, Phase, Sitting, State

_OUT = {
    Out.DECLINED: Answer.DECLINED,
    Out.SILENT: Answer.SILENT,
    Out.ABSENT: Answer.ABSENT,
    Out.BARRED: Answer.RELEASED,
    Out.VOIDED: Answer.RELEASED,
    Out.RECUSED: Answer.RELEASED,  # "recused" would tell the expert that a relation of theirs bids
}
INVITING = ORDER[1:6]  # F1 to F5: somebody is invited, and what that amounts to may still change


def how(me: Sitting, phase: Phase) -> Answer:
    """The answer that a sitting amounts to."""
    if me.out is not None:
        return _OUT[me.out]
    if me.key:
        scoring = phase in (Phase.F2, Phase.F3)
        return Answer.PRESENT if scoring else Answer.DONE
    return Answer.ACCEPTED if me.accepted else Answer.WAITING


def invitation(office: Office, case: Dossier, me: Sitting) -> Invitation:
    """What a drawn member reads of the own invitation wherever it is shown."""
    state, reserve = case.state, case.state.standby(me.member)
    stands = how(me, state.phase) if reserve is None else _stands_by(reserve, state)
    waits, at = stands in (Answer.WAITING, Answer.STANDBY_ASKED), _site(case, me.member)
    with office.db.reading() as session:
        (site,) = sites_of(session, [at])
        region = next(each for each in registers.regions(session) if each.code == site.region)
    return Invitation(
        member=me.member,
        round=me.round,
        answer=stands,
        speciality=_speciality(office, case, me),
        sign_in_at=f"{site.name}（{region.city}{region.name}）",
        answer_by=(asked_since(state, reserve or me) or me.since) + waits_of(case.pack).answer,
        desk_phone=region.desk_phone,
        may_withdraw=reserve is None
        and me.role is not None
        and me.sits
        and state.phase in (Phase.F1, Phase.F2),
        evaluation=vouched.evaluation(case) if me.sits or waits else "",
        must_sign=waits and vouched.wanted(case, me.member),
    )


def letters_of(office: Office, case: Dossier) -> Letters:
    """Every drawn expert's invitation; none where another attempt takes the lot's place, as after a cancellation."""
    state = case.state
    over = state.phase not in INVITING or state.annulled is not None
    void = state.phase in (Phase.F0, Phase.CANCELLED) or state.annulled is not None
    drawn = [] if void else [m for m in state.members if m.role is not None]
    drawn += [] if void else [m for s in state.standbys if not s.promoted and (m := state.invited(s.member))]
    return Letters(
        lot=state.lot,
        seq=state.seq,
        over=over,
        starts=state.starts,
        ends=state.ends,
        invitations=tuple(invitation(office, case, each) for each in drawn),
    )


def _site(case: Dossier, member: Member) -> SiteId:
    """Where to sign in: at the workstation, or, since a stand-by has none yet, at the lot's site in the own city."""
    if place := case.seatplan.get(member):
        return place.site
    (region,) = [e.expert.region for e in case.snapshot.leaves if e.expert.id == ExpertId(member)]
    return next(site.site for site in case.request.sites if site.region[:4] == region[:4])


def _stands_by(mine: Standby, state: State) -> Answer:
    if mine.out is not None:
        return _OUT[mine.out]
    if mine not in state.standing_by():
        return Answer.RELEASED  # scoring is closed
    return Answer.STANDBY if mine.accepted else Answer.STANDBY_ASKED


def _speciality(office: Office, case: Dossier, me: Sitting) -> str:
    if me.role is None:
        return ""
    code = case.request.seats[me.role].speciality
    with office.db.reading() as session:
        known = {each.code: each.name for each in registers.specialities(session)}
    return f"{code} {known.get(code, '')}".strip()
