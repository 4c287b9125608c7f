"""How do stand-bys come about? Rounds of their own, run at once when the panel is complete (D6).

A stand-by is drawn by its own committed lottery and its own seeds, and holds the hours of the lot, no workstation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.actor import SYSTEM
from api.services import competing, delivering
from api.services.beaconing import bring
from api.services.drawing import retried, round_case, ticket_of
from api.services.office import Dossier, Office, by_system, open_case, record, rehearse
from api.services.places import seated
from api.services.releasing import release
from scheduler.beacon import first_after
from scheduler.completing import Backing, backing, lottery_of, vacated
from scheduler.elsewhere import elsewhere_limits
from scheduler.errors import Refused
from scheduler.events import StandbyDrawn, StandbyFixed, StandbyMissing
from scheduler.exhibits import Elsewhere, LotteryBody
from scheduler.facts import numbers, roles
from scheduler.limits import Limit
from scheduler.lottery import from_body, numbered, order_of, renamed
from scheduler.model import Case, ExpertId, LotId, RuleId
from scheduler.release import seeds
from scheduler.rules import limits
from scheduler.standby import backed
from scheduler.state import State

_OWN = ("S0", "S1")  # what a single seat is, beside everything that forbids somebody


def fix(office: Office, lot: LotId) -> State:
    """Record `StandbyFixed`, or `StandbyMissing` where nobody would complete the panel; seeds are still sealed.

    Raises Refused("rival_round") while an overlapping lot is between lottery and ticket, or what the history forbids.
    """
    return retried(office, lot, lambda dossier: _fix(office, dossier))


def _fix(office: Office, dossier: Dossier) -> State:
    state = dossier.state
    rank = state.next_rank
    role = backed(state.seats, rank)
    first = StandbyFixed(
        round=len(state.rounds) + 1,
        rank=rank,
        role=role,
        lottery=state.head,  # replaced below; a first look whether the history allows it
        kept=tuple(m.member for m in state.experts()),
        out=tuple(m.member for m in state.set_aside()),
        pulse=first_after(state.beacon, office.now()) if state.beacon else None,
    )
    rehearse(dossier, by_system(first))
    work = _Work(dossier=dossier, case=round_case(dossier), role=role)
    with office.db.reading() as session:
        seen = competing.look(office, session, dossier)
        told = next(competing.told(office, session, dossier, seen, work.alone))
    found = work.found(told)
    if not found.people:
        rules = tuple(sorted({*found.excluded.values()} or {RuleId("S0")}))
        beside = [office.exhibit("elsewhere", told)] if told else []
        event = StandbyMissing(
            round=first.round,
            rank=rank,
            role=role,
            rules=rules,
            elsewhere=beside[0].digest if beside else None,
        )
        return record(office, state.lot, state, [by_system(event)], exhibits=beside)
    codes = roles(dossier.request)
    lottery = renamed(lottery_of(found, work.case, codes, role), numbered(len(codes)))
    exhibits = [office.exhibit("lottery", LotteryBody(round=first.round, body=lottery.to_body()))]
    exhibits += [office.exhibit("elsewhere", told)] if told else []
    fixed = replace(first, lottery=exhibits[0].digest, elsewhere=exhibits[1].digest if told else None)
    return record(
        office,
        state.lot,
        state,
        [by_system(fixed)],
        exhibits=exhibits,
        rows=lambda session: competing.demand_unmoved(session, dossier, seen),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """The stand-by round that is being worked out; `case` has the whole panel as kept."""

    dossier: Dossier
    case: Case
    role: int

    def limits(self, case: Case) -> tuple[Limit, ...]:
        """The pack's limits."""
        return limits(case, numbers(self.dossier.pack, case))

    def found(self, told: Elsewhere | None) -> Backing:
        """Who may stand by, with what other lots set."""
        return backing(self.case, roles(self.dossier.request)[self.role], self.limits, elsewhere_limits(told))

    def alone(self, bare: Elsewhere) -> tuple[Case, tuple[Limit, ...]]:
        """One seat for one of those who may: what is asked of other lots does not depend on who leaves."""
        code = roles(self.dossier.request)[self.role]
        first = min((c for c in self.case.kept if c.speciality == code), key=order_of)
        case, may = vacated(self.case, first), set(self.found(bare).people)
        may |= {choice.expert for choice in case.kept}
        barred = [each.id for each in case.pool if each.id not in may]
        own = [limit for limit in self.limits(case) if limit.rule in _OWN]
        return case, (*own, *([_nobody_of(barred)] if barred else []))


def _nobody_of(people: Sequence[ExpertId]) -> Limit:
    return Limit(rule=RuleId("D6"), experts=tuple(people), roles=None, least=0, most=0, facts={})


def draw(office: Office, lot: LotId) -> State:
    """Record the opening of the round's seeds and `StandbyDrawn`: the fixed lottery is read back."""
    dossier = open_case(office, lot)
    under_way = dossier.state.round_under_way()
    if under_way is None or under_way.standby is None:
        raise Refused("round_not_ready", round=len(dossier.state.rounds))
    if under_way.awaits is not None:
        dossier = bring(office, SYSTEM, lot)
    lottery = renamed(from_body(dossier.body(under_way.lottery, LotteryBody).body), roles(dossier.request))
    released = release(dossier, seeds(under_way.number))
    ticket = ticket_of(dossier, released)
    kept = set(lottery.kept)
    new = [choice for choice in lottery.winner(ticket) if choice not in kept]
    members = seated(office, dossier, new)
    event = StandbyDrawn(round=under_way.number, ticket=ticket.hex(), members=members)
    there = delivering.at_once(office, lot, [m.member for m in members], event.round)
    deeds = [released.deed, by_system(event), *there]
    return record(office, lot, dossier.state, deeds, exhibits=[released.exhibit])
