"""Which places does a draw keep for lots booked before its pool was frozen? F6, worked out under one lot's names.

Every other lot is read as its own next round would read it, with its frozen pool or the register of today, and
only then are its people called what they are called here: nothing of it is written down but the limits.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlmodel import Session

from api.pool.house import Marked
from api.services.engaged import engaged, marked
from api.services.matching import matching, unsalted
from api.services.office import Dossier, Office
from api.store import journal
from scheduler.events import Member, PoolFrozen
from scheduler.exhibits import Spared
from scheduler.facts import case_of, numbers
from scheduler.limits import Limit
from scheduler.model import Case, ExpertId, LotId
from scheduler.rules import limits
from scheduler.solve.joint import Waiting, waiting
from scheduler.solve.reserve import protected, reserved
from scheduler.state import State

Drawn = tuple[Case, tuple[Limit, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The lots for which places are kept, and the limits that this takes."""

    lots: tuple[LotId, ...]
    spared: tuple[Spared, ...]


def kept_places(
    office: Office, session: Session, dossier: Dossier, others: Mapping[LotId, State], drawn: Drawn
) -> Iterator[Kept]:
    """For all lots booked before the freeze; then, if the caller asks again, for those booked before this one.

    Of lots that cannot be filled together the earlier booked ones count. `drawn`: the case of this draw with its
    limits, those for people who sit elsewhere among them.
    """
    frozen = _frozen_at(session, dossier.state.lot)
    begun = journal.begun(session, (*others, dossier.state.lot))
    lots = sorted((lot for lot in others if begun[lot] < frozen), key=lambda lot: (begun[lot], lot))
    lots = [lot for lot in lots if sum(others[lot].open_seats()) > 0]
    desk = _Desk(office, dossier, others)
    waits = desk.waiting(lots)
    first = _kept(drawn, [waits[lot] for lot in lots])
    yield first
    earlier = [lot for lot in lots if begun[lot] < begun[dossier.state.lot]]
    if set(earlier) < set(first.lots):
        yield _kept(drawn, [waits[lot] for lot in earlier])


def _kept(drawn: Drawn, others: list[Waiting]) -> Kept:
    whom = protected(others)
    found = reserved(*drawn, whom)
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
    aside = tuple(each.member for each in state.set_aside())
    return (
        state.lot,
        state.pool_exhibit,
        state.request,
        state.pack,
        panel,
        aside,
        state.conflicts,
        state.seats,
    )


_WORLDS = _Worlds(512)
JOINT = LotId("yuanping/joint")  # no lot: nobody books one with a stroke in its name


class _Desk:
    """Other lots under the names of this one.

    In between everybody has a mark that is no lot's (`JOINT`): what was read once serves every later draw.
    """

    def __init__(self, office: Office, dossier: Dossier, others: Mapping[LotId, State]) -> None:
        self._office, self._mine, self._others = office, dossier.state, others
        everybody = [each for each in (self._mine, *others.values()) if engaged(each)]
        lists = [marked(each) for each in everybody]
        mine = tuple(Member(leaf.expert.id) for leaf in dossier.snapshot.leaves)
        found = office.pool.same_people(JOINT, [Marked(lot=self._mine.lot, members=mine), *lists])
        self._names = {ExpertId(mark): ExpertId(own) for mark, own in zip(found[0], mine, strict=True)}
        self._sit = list(zip(everybody, found[1:], strict=True))

    def waiting(self, lots: Sequence[LotId]) -> dict[LotId, Waiting]:
        """Lots as their next rounds would be, people called as here, or by a mark where they are not here."""
        joint = self._joint([self._others[lot] for lot in lots])
        return {lot: self._here(self._others[lot], joint[lot]) for lot in lots}

    def _here(self, state: State, joint: Waiting) -> Waiting:
        return joint.renamed(
            {who: self._name(who) for members in joint.world.classes for who in members},
            near=state.starts < self._mine.ends and self._mine.starts < state.ends,
            gone=frozenset(self._name(ExpertId(mark)) for mark in self._gone(state)),
        )

    def _name(self, mark: ExpertId) -> ExpertId:
        return self._names.get(mark, mark)

    def _joint(self, states: Sequence[State]) -> dict[LotId, Waiting]:
        """Every lot under marks of no lot: read before, or read now and asked about together."""
        known = {state.lot: _WORLDS.get(state) if state.pool_exhibit else None for state in states}
        found = {lot: each for lot, each in known.items() if each is not None}
        fresh = [(state, self._bare(state)) for state in states if state.lot not in found]
        people = [
            Marked(lot=state.lot, members=tuple(Member(who) for some in bare.world.classes for who in some))
            for state, bare in fresh
        ]
        marks = self._office.pool.same_people(JOINT, people) if fresh else ()
        for (state, bare), mine, theirs in zip(fresh, people, marks, strict=True):
            named = {ExpertId(a): ExpertId(b) for a, b in zip(mine.members, theirs, strict=True)}
            found[state.lot] = bare.renamed(named, near=True, gone=frozenset())
            if state.pool_exhibit:  # the register of today may be another one tomorrow
                _WORLDS.put(state, found[state.lot])
        return found

    def _bare(self, state: State) -> Waiting:
        """A lot under its own pseudonyms."""
        its = Dossier(office=self._office, state=state)
        pool = its.snapshot if state.pool_exhibit else unsalted(matching(its.ruled, its.request))
        case = case_of(
            its.request,
            pool,
            kept=state.experts(),
            out=state.set_aside(),
            conflicts=its.conflicts,
            counts=state.seats,
        )
        return waiting(case, limits(case, numbers(its.pack, case)), state.starts, state.ends)

    def _gone(self, state: State) -> set[Member]:
        """Who sits on another panel in the hours of a lot, this one's among them."""
        return {
            mark
            for other, marks in self._sit
            if other.lot != state.lot and other.starts < state.ends and state.starts < other.ends
            for mark in marks
        }
