"""What do other lots in the same hours mean for a draw? Who sits there by now, and has nothing moved meanwhile?

Lots that share people are drawn one after the other: between a lottery and its ticket nobody knows whom that
draw will take. Nothing is locked while the solver thinks; what was read is read again under the locks of all
these lots at the moment the lottery is written down.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from api.pool.house import Marked
from api.services import reserving
from api.services.engaged import engaged, marked
from api.services.office import Dossier, Office
from api.store import journal
from api.store.journal import CaseRow
from scheduler.errors import Refused
from scheduler.events import Digest, Member
from scheduler.exhibits import Elsewhere, LotteryBody, Rival
from scheduler.limits import Limit
from scheduler.lottery import from_body
from scheduler.model import Case, LotId
from scheduler.state import Phase, State

Drawn = Callable[[Elsewhere], tuple[Case, tuple[Limit, ...]]]
OVER = (Phase.F6, Phase.F7, Phase.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Other lots that are not over, as they were read: those that overlap, and those that overlap with these."""

    near: dict[LotId, State]
    far: dict[LotId, State]  # and so on: lots that a shared expert can reach through others
    seated: frozenset[Member]  # people of this pool who sit on panels of near lots

    @property
    def all(self) -> dict[LotId, State]:
        """Near and far by lot."""
        return dict(sorted((self.near | self.far).items()))


def chained(session: Session, state: State) -> tuple[list[LotId], list[LotId]]:
    """Lots that are not over: who overlaps with this one, and who overlaps with those, and so on; by lot."""
    rows = {row.lot: row for row in journal.cases(session) if row.phase not in OVER and row.lot != state.lot}
    near = [lot for lot, row in rows.items() if row.starts < state.ends and state.starts < row.ends]
    reached, edge = set(near), list(near)
    while edge:
        one = rows[edge.pop()]
        beside = (
            lot
            for lot, row in rows.items()
            if lot not in reached and row.starts < one.ends and one.starts < row.ends
        )
        fresh = list(beside)
        reached.update(fresh)
        edge += fresh
    return [LotId(lot) for lot in sorted(near)], [LotId(lot) for lot in sorted(reached.difference(near))]


def look(office: Office, session: Session, dossier: Dossier) -> Look:
    """Raises Refused("rival_round") while a lot that shares people with this one is between lottery and ticket."""
    near, far = chained(session, dossier.state)
    states = {lot: journal.state_of(session, lot) for lot in (*near, *far)}
    lists = [marked(states[lot]) for lot in near if engaged(states[lot])]
    drawing = [lot for lot in near if states[lot].round_under_way() is not None]
    stakes = [Marked(lot=lot, members=_at_stake(office, states[lot])) for lot in drawing]
    found = office.pool.same_people(dossier.state.lot, [*lists, *stakes]) if near else ()
    pool = {Member(leaf.expert.id) for leaf in dossier.snapshot.leaves} if near else set()
    for each, people in zip(stakes, found[len(lists) :], strict=True):
        if not pool.isdisjoint(people):
            raise Refused("rival_round", lot=each.lot)
    return Look(
        near={lot: states[lot] for lot in near},
        far={lot: states[lot] for lot in far},
        seated=frozenset(who for some in found[: len(lists)] for who in some if who in pool),
    )


def _at_stake(office: Office, rival: State) -> tuple[Member, ...]:
    """Who may be drawn by the ticket that a rival waits for."""
    body = Dossier(office=office, state=rival).body(rival.rounds[-1].lottery, LotteryBody)
    return tuple(Member(who) for members in from_body(body.body).classes for who in members)


def told(
    office: Office, session: Session, dossier: Dossier, seen: Look, drawn: Drawn
) -> Iterator[Elsewhere | None]:
    """What the history is to keep of a look, under the pseudonyms of this lot; None: nothing overlaps.

    `drawn`: what is to be drawn, given who sits elsewhere. First with places kept for every lot booked before this
    pool was frozen. Where that leaves no panel here, only lots booked before this one still count: nobody blocks a
    lot by booking later.
    """
    if not seen.near:
        yield None
        return
    state = dossier.state
    sitting = {m.member for m in state.experts()}
    bare = Elsewhere(
        round=len(state.rounds) + 1,
        rivals=tuple(Rival(lot=lot, head=rival.head, waits=False) for lot, rival in seen.near.items()),
        seated=tuple(sorted(seen.seated - sitting)),
        spared=(),
    )
    for kept in reserving.kept_places(office, session, dossier, seen.all, drawn(bare)):
        waiting = {lot: seen.all[lot].head for lot in kept.lots}
        idle = {rival.lot: rival.head for rival in bare.rivals} | waiting
        yield Elsewhere(
            round=bare.round,
            rivals=tuple(Rival(lot=lot, head=idle[lot], waits=lot in waiting) for lot in sorted(idle)),
            seated=bare.seated,
            spared=kept.spared,
        )


def demand_unmoved(session: Session, dossier: Dossier, seen: Look) -> None:
    """Under the locks of this lot and of all that were read: raise Refused("rival_moved") unless every one has
    the panel, the open seats and the round of the look."""
    lots = [dossier.state.lot, *(lot for some in chained(session, dossier.state) for lot in some)]
    locks = select(CaseRow.lot, CaseRow.seq).where(col(CaseRow.lot).in_(lots)).order_by(col(CaseRow.lot))
    for name, seq in session.exec(locks.with_for_update()).all():  # in one order: no two wait for each other
        lot = LotId(name)
        before = seen.all.get(lot)
        if lot == dossier.state.lot or (before is not None and before.seq == seq):
            continue
        now = _weight(journal.state_of(session, lot))
        booked_meanwhile = before is None and not now[0] and now[2] is None
        if not booked_meanwhile and (before is None or _weight(before) != now):
            raise Refused("rival_moved", lot=lot)


def _weight(state: State) -> tuple[frozenset[Member], tuple[int, ...], Digest | None]:
    """What of a lot another draw depends on."""
    under_way = state.round_under_way()
    return engaged(state), state.open_seats(), under_way.lottery if under_way else None
