"""Which places does a draw keep for lots booked before its pool was frozen? F6, worked out under one lot's names.

Every other lot is read as its own next round would read it, with its frozen pool or the register of today, and
only then are its people called what they are called here: nothing of it is written down but the limits.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlmodel import Session

from api.services import names
from api.services.engaged import seated_in
from api.services.matching import unsalted
from api.services.office import Dossier, Office
from api.store import journal, registers
from scheduler.elsewhere import elsewhere_limits
from scheduler.events import Member, PoolFrozen
from scheduler.exhibits import Elsewhere, Spared
from scheduler.facts import case_of, numbers
from scheduler.model import ExpertId, LotId
from scheduler.rules import limits
from scheduler.solve.joint import Waiting, waiting
from scheduler.solve.reserve import protected, reserved
from scheduler.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The lots for which places are kept, and the limits that this takes."""

    lots: tuple[LotId, ...]
    spared: tuple[Spared, ...]


def kept_places(
    office: Office, session: Session, dossier: Dossier, others: Mapping[LotId, State], bare: Elsewhere
) -> Iterator[Kept]:
    """For all lots booked before the freeze; then, if the caller asks again, for those booked before this one.

    Of lots that cannot be filled together the earlier booked ones count: `bare` says who sits elsewhere.
    """
    frozen = _frozen_at(session, dossier.state.lot)
    begun = journal.begun(session, (*others, dossier.state.lot))
    lots = sorted((lot for lot in others if begun[lot] < frozen), key=lambda lot: (begun[lot], lot))
    lots = [lot for lot in lots if sum(others[lot].open_seats()) > 0]
    desk = _Desk(office, session, dossier, others)
    waits = {lot: desk.waiting(lot) for lot in lots}
    first = _kept(dossier, bare, [waits[lot] for lot in lots])
    yield first
    earlier = [lot for lot in lots if begun[lot] < begun[dossier.state.lot]]
    if set(earlier) < set(first.lots):
        yield _kept(dossier, bare, [waits[lot] for lot in earlier])


def _kept(dossier: Dossier, bare: Elsewhere, others: list[Waiting]) -> Kept:
    state = dossier.state
    case = case_of(
        dossier.request,
        dossier.snapshot,
        kept=state.experts(),
        out=state.left(),
        conflicts=dossier.conflicts,
        counts=state.seats,
    )
    whom = protected(others)
    found = reserved(case, (*limits(case, numbers(dossier.pack, case)), *elsewhere_limits(bare)), whom)
    spared = (
        Spared(people=tuple(Member(who) for who in limit.experts or ()), most=limit.most or 0)
        for limit in found
    )
    return Kept(lots=tuple(sorted(one.lot for one in whom)), spared=tuple(spared))


def _frozen_at(session: Session, lot: LotId) -> datetime:
    return next(e.at for e, _ in journal.history(session, lot) if isinstance(e.event, PoolFrozen))


class _Worlds:
    """The lots that were read before: a frozen pool and a panel do not change, and reading them takes longest.

    Nothing else of them is kept, and nothing outside this process.
    """

    def __init__(self, most: int) -> None:
        self._most, self._found, self._lock = most, OrderedDict[object, Waiting](), Lock()

    def get(self, state: State) -> Waiting | None:
        """What was found for the same pool, panel, seats and bidders."""
        with self._lock:
            return self._found.get(_key(state))

    def put(self, state: State, lot: Waiting) -> None:
        """Keep it; the oldest goes when there are too many."""
        with self._lock:
            self._found[_key(state)] = lot
            while len(self._found) > self._most:
                self._found.popitem(last=False)


def _key(state: State) -> object:
    """All that a lot's next round depends on; the pool's digest is salted, so that no two lots share one."""
    panel = tuple((m.member, m.role, m.sits) for m in state.members)
    return state.lot, state.pool_exhibit, state.request, state.pack, panel, state.conflicts, state.seats


_WORLDS = _Worlds(512)


class _Desk:
    """Other lots under the names of this one."""

    def __init__(
        self, office: Office, session: Session, dossier: Dossier, others: Mapping[LotId, State]
    ) -> None:
        self._office, self._session, self._mine, self._others = office, session, dossier.state, others
        self._name = _named(office, session, dossier)

    def waiting(self, lot: LotId) -> Waiting:
        """A lot as its next round would be, its people called as here."""
        state = self._others[lot]
        numbered = _WORLDS.get(state) if state.pool_exhibit else None
        if numbered is None:
            numbered = self._numbered(state)
            if state.pool_exhibit:  # the register of today may be another one tomorrow
                _WORLDS.put(state, numbered)
        able = {str(who) for members in numbered.world.classes for who in members}
        return numbered.renamed(
            {ExpertId(number): self._name(number) for number in able},
            near=state.starts < self._mine.ends and self._mine.starts < state.ends,
            gone=frozenset(map(self._name, self._gone(state, able))),
        )

    def _numbered(self, state: State) -> Waiting:
        """The lot under register numbers."""
        office, its = self._office, Dossier(office=self._office, state=state)
        pool = its.snapshot if state.pool_exhibit else unsalted(office, self._session, its.request)
        case = case_of(
            its.request,
            pool,
            kept=state.experts(),
            out=state.left(),
            conflicts=its.conflicts,
            counts=state.seats,
        )
        bare = waiting(case, limits(case, numbers(its.pack, case)), state.starts, state.ends)
        codes = tuple(seats.speciality for seats in its.request.seats)
        marks = names.marks(office.keys.pool, state.lot, registers.numbers(self._session, knowing=codes))
        people = {ExpertId(mark): ExpertId(number) for mark, number in marks.items()}
        return bare.renamed(people, near=True, gone=frozenset())

    def _gone(self, state: State, able: set[str]) -> set[str]:
        """Who of these sits on another panel in the hours of a lot, this one's among them."""
        return {
            number
            for other in (self._mine, *self._others.values())
            if other.lot != state.lot and other.starts < state.ends and state.starts < other.ends
            for number in seated_in(self._office, other, able)
        }


def _named(office: Office, session: Session, dossier: Dossier) -> Callable[[str], ExpertId]:
    """A register number as this lot says it, or the number itself for people this pool does not have."""
    codes = tuple(seats.speciality for seats in dossier.request.seats)
    marks = names.marks(office.keys.pool, dossier.state.lot, registers.numbers(session, knowing=codes))
    mine = {number: ExpertId(mark) for mark, number in marks.items()}
    return lambda number: mine.get(number, ExpertId(number))
