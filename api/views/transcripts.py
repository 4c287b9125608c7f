"""How did this panel come about? A history and its exhibits → the supervisor's transcript."""

from collections import Counter
from datetime import datetime

from api.services import depositing, lengthening
from api.services.explaining import scarce
from api.services.naming import may_name
from api.services.naming import names as names_of
from api.services.office import Dossier, Office, open_case
from api.store import journal, registers
from api.views.gate import passed
from api.views.glass import glass_card
from api.views.panel import asked_step, may_approve, open_appeals, taken_steps
from api.views.refused import refused
from api.views.supervisor import (
    Aside,
    Entry,
    Excluded,
    Funnel,
    Member,
    Other,
    Round,
    Sealed,
    SupervisorTranscript,
)
from scheduler.events import Drawn, KeyOpened, LotteryFixed, Out
from scheduler.exhibits import Elsewhere, LotteryBody, Seating
from scheduler.facts import roles
from scheduler.fairness import spread
from scheduler.limits import Words
from scheduler.lottery import from_body
from scheduler.model import LotId, Role, RuleId
from scheduler.rules import BESIDE, DECLARED
from scheduler.sight import Datum, may_see
from scheduler.state import Entry as Line
from scheduler.state import Phase


def transcript(office: Office, lot: LotId) -> SupervisorTranscript:
    """Everything a supervisor sees of the draw now; no verdict yet."""
    case = open_case(office, lot)
    with office.db.reading() as session:
        lines = [line for line, _ in journal.history(session, lot)]
    seen = may_see(Role.SUPERVISOR, Datum.LOTTERY, case.state.phase)  # false again once it is cancelled
    view = SupervisorTranscript(
        lot=lot,
        project=case.request.project_name,
        phase=case.state.phase,
        published=may_see(Role.PUBLIC, Datum.LOG, case.state.phase),
        history=tuple(_entry(line) for line in lines),
        funnel=_funnel(case) if seen and case.state.rounds else None,
        rounds=rounds(case, lines) if seen else (),
        panel=_panel(office, case, lines) if case.state.seatings() and seen else (),
        sealed=_sealed(case, lines),
        verdict=None,
        deposit=Role.SUPERVISOR in depositing.missing(case.state),
        kept_in=case.state.kept_in,
        extend=case.state.max_rounds if lengthening.wanted(case.state) else 0,
        asked=asked_step(case, lines),
        steps=taken_steps(case, lines),
        may_approve=may_approve(case),
        appeals=open_appeals(case) if case.state.phase is Phase.F2 else (),
        refusals=refused(office, lot),
        glass=glass_card(case),
        may_name=may_name(case) or None,
    )
    return passed(view, Role.SUPERVISOR, case.state.phase)


def _entry(line: Line) -> Entry:
    return Entry(seq=line.seq, at=line.at, kind=type(line.event).__name__, role=line.role, digest=line.hash)


def _funnel(case: Dossier) -> Funnel:
    """Counts of the first round; every excluded person counts under the one rule the lottery names."""
    lottery = from_body(case.body(case.state.rounds[0].lottery, LotteryBody).body)
    equal = spread(lottery)
    counts = Counter(lottery.excluded.values())
    return Funnel(
        pool=case.state.pool_size,
        eligible=len(lottery.chances()),
        drawn=sum(case.state.seats),
        smallest=equal.smallest,
        largest=equal.largest,
        gini=equal.gini,
        bound=equal.bound,
        scarce=scarce(case),
        aside=_aside(case),
        others=_others(case),
        excluded=tuple(_excluded(rule, count) for rule, count in counts.most_common()),
    )


def _told_of_others(case: Dossier) -> list[Elsewhere]:
    return [case.body(each.elsewhere, Elsewhere) for each in case.state.rounds if each.elsewhere]


def _aside(case: Dossier) -> tuple[Aside, ...]:
    """Every reservation of every round."""
    return tuple(
        Aside(round=body.round, people=len(spared.people), most=spared.most)
        for body in _told_of_others(case)
        for spared in body.spared
    )


def _others(case: Dossier) -> tuple[Other, ...]:
    """Every lot in the same hours that some round was drawn beside."""
    waits: dict[LotId, bool] = {}
    for body in _told_of_others(case):
        for rival in body.rivals:
            waits[rival.lot] = waits.get(rival.lot, False) or (rival.waits and bool(body.spared))
    return tuple(
        Other(lot=lot, waits=kept, cancelled=lot in case.state.in_vain) for lot, kept in sorted(waits.items())
    )


def _excluded(rule: str, count: int) -> Excluded:
    declared = DECLARED.get(RuleId(rule)) or BESIDE.get(RuleId(rule))
    title = declared.title if declared else Words(rule, rule)
    return Excluded(rule=rule, title=title, law=declared.law if declared else "", count=count)


def rounds(case: Dossier, lines: list[Line]) -> tuple[Round, ...]:
    """Every round that was drawn: who had left before it, by reason, and how many it added."""
    why = {sitting.member: sitting.out for sitting in case.state.left()}
    at: dict[int, datetime] = {}
    joined: dict[int, int] = {}
    left: dict[int, tuple[tuple[Out, int], ...]] = {}
    seen: set[str] = set()
    for line in lines:
        if isinstance(line.event, LotteryFixed):
            gone = Counter(why[m] for m in line.event.out if m not in seen)
            seen.update(line.event.out)
            left[line.event.round] = tuple((reason, n) for reason, n in gone.items() if reason is not None)
        elif isinstance(line.event, Drawn):
            at[line.event.round], joined[line.event.round] = line.at, len(line.event.members)
    return tuple(Round(number=n, at=at[n], left=left[n], joined=joined[n]) for n in sorted(at))


def _panel(office: Office, case: Dossier, lines: list[Line]) -> tuple[Member, ...]:
    """Who sits now, by pseudonym, by name once that is open; owner representatives have no speciality."""
    named = names_of(case, lines)
    codes = roles(case.request)
    places = {p.member: p.site for digest in case.state.seatings() for p in case.body(digest, Seating).places}
    with office.db.reading() as session:
        sites = {site.site: site.name for site in registers.sites(session)}
        names = {each.code: each.name for each in registers.specialities(session)}
    found = []
    for sitting in case.state.current():
        code = codes[sitting.role] if sitting.role is not None else None
        site = places.get(sitting.member)
        member = Member(
            pseudonym=sitting.member,
            speciality=f"{code} {names.get(code, '')}".strip() if code else None,
            site=sites.get(site, site) if site else "",
            round=sitting.round,
            name=named.get(sitting.member),
        )
        found.append(member)
    return tuple(found)


def _sealed(case: Dossier, lines: list[Line]) -> tuple[Sealed, ...]:
    """Every custody key: what it seals, its public key, and when it was opened."""
    opened = {line.event.key: line.at for line in lines if isinstance(line.event, KeyOpened)}
    return tuple(
        Sealed(
            what=str(key["key_id"]).split("/")[0],
            number=str(key["key_id"]).partition("/")[2],
            key=str(key["public"]),
            opened_at=opened.get(str(key["key_id"])),
        )
        for key in case.state.keys
        if "/" not in key["key_id"] or key["key_id"] in opened
    )
