"""What the clock does by itself: every due deed through the same services a person would use."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from api.actor import SYSTEM
from api.services import (
    attending,
    closing,
    delivering,
    drawing,
    exchanging,
    holding,
    pausing,
    reviewing,
    siting,
    standby,
    voting,
)
from api.services.office import Office, open_case
from api.store import journal
from api.store.db import StorageFailed
from scheduler.deadlines import Deed, Due, due, waits_of
from scheduler.errors import Refused
from scheduler.events import Member, Out
from scheduler.model import LotId
from scheduler.state import Phase, State

Act = Callable[[Office, LotId, Due], State]
_OVER = (Phase.F6, Phase.F7, Phase.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A due deed and how it went: `refusal` is the code of a lawful no, such as no panel being left."""

    lot: LotId
    due: Due
    refusal: str | None = None


def _miss(why: Out) -> Act:
    def act(office: Office, lot: LotId, each: Due) -> State:
        return attending.miss(office, SYSTEM, lot, Member(each.member or ""), why)

    return act


def _silent(office: Office, lot: LotId, each: Due) -> State:
    """Counted only after a look at the pool owner's door: an answer may lie there. Raises Refused("pool_away")."""
    if exchanging.exchange(office):
        state = open_case(office, lot).state
        if each not in due(state, office.now(), waits_of(open_case(office, lot).pack)):
            return state
    return _miss(Out.SILENT)(office, lot, each)


def _fix(office: Office, lot: LotId, _: Due) -> State:
    """The next round, or a record that none is lawful: the clock must not try the same again every tick."""
    try:
        return drawing.fix(office, SYSTEM, lot)
    except Refused as refusal:
        if refusal.code != "no_panel":
            raise
        return drawing.give_up(office, lot, refusal.facts["rules"])


def _finish(office: Office, lot: LotId, _: Due) -> State:
    """The round under way, of the panel or of a stand-by."""
    under_way = open_case(office, lot).state.round_under_way()
    if under_way is not None and under_way.standby is not None:
        return standby.draw(office, lot)
    return drawing.draw(office, SYSTEM, lot)


_ACTS: dict[Deed, Act] = {
    Deed.SILENT: _silent,
    Deed.ABSENT: _miss(Out.ABSENT),
    Deed.FIX: _fix,
    Deed.STANDBY: lambda office, lot, _: standby.fix(office, lot),
    Deed.FINISH: _finish,
    Deed.SITES: lambda office, lot, _: siting.draw_sites(office, SYSTEM, lot),
    Deed.CLOSE: lambda office, lot, _: closing.close(office, SYSTEM, lot),
    Deed.LAPSE: lambda office, lot, _: pausing.lapse(office, lot),
    Deed.SETTLE: lambda office, lot, _: voting.settle(office, lot),
    Deed.REVIEW: lambda office, lot, _: reviewing.finish(office, lot),
    Deed.TOTAL: lambda office, lot, _: closing.total(office, SYSTEM, lot),
}


def tick(office: Office) -> tuple[Done, ...]:
    """Do everything due in every open case, each once; another worker that was quicker is no fault.

    A case that cannot be read keeps no other waiting: what it raised is raised when all have had their turn.
    """
    holding.expire(office)
    with office.db.reading() as session:
        lots = [LotId(row.lot) for row in journal.cases(session) if row.phase not in _OVER]
    found: list[Done] = []
    failed: Exception | None = None
    for turn in (partial(_call, office), *(partial(tick_case, office, lot) for lot in lots)):
        try:
            found += turn()
        except StorageFailed:
            raise
        except Exception as error:
            failed = failed or error
    if failed is not None:
        raise failed
    return tuple(found)


def _call(office: Office) -> tuple[Done, ...]:
    """At the pool owner's door; one that is away keeps nobody else waiting."""
    with suppress(Refused):
        exchanging.exchange(office)
    return ()


def tick_case(office: Office, lot: LotId) -> tuple[Done, ...]:
    """Everything due in one case, until nothing is or a deed is refused although nobody else has acted."""
    found: list[Done] = []
    with suppress(Refused):  # the pool owner may be away, or another worker quicker
        delivering.collect(office, lot)
    dossier = open_case(office, lot)
    state, waits = dossier.state, waits_of(dossier.pack)
    while pending := due(state, office.now(), waits):
        refusal = _tried(office, lot, pending[0])
        before, state = state, open_case(office, lot).state
        if refusal is None:
            found.append(Done(lot=lot, due=pending[0]))
        elif state.seq == before.seq:
            return (*found, Done(lot=lot, due=pending[0], refusal=refusal))
    return tuple(found)


def _tried(office: Office, lot: LotId, each: Due) -> str | None:
    """None when it was done, or the refusal's code."""
    try:
        _ACTS[each.deed](office, lot, each)
    except Refused as refusal:
        return refusal.code
    return None
