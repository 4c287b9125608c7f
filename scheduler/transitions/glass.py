"""How break-glass changes a case: two persons, then suspended, then one envelope, then new codes or the end."""

from dataclasses import replace

from scheduler.errors import Refused
from scheduler.events import (
    Blinded,
    Closed,
    Drawn,
    Event,
    GlassAsked,
    GlassBroken,
    GlassConfirmed,
    GlassRefused,
    GlassResumed,
    KeyOpened,
    LotteryFixed,
    Returned,
    Revealed,
    Scored,
    Totalled,
)
from scheduler.pending import Glass
from scheduler.release import BIDDERS
from scheduler.state import Entry, State
from scheduler.transitions.demands import Moves, demand, key_is_open

STILL: frozenset[type[Event]] = frozenset(
    {Blinded, Closed, Drawn, KeyOpened, LotteryFixed, Returned, Revealed, Scored, Totalled}
)  # what does not happen while the evaluation is suspended


def moving(state: State, kind: type[Event]) -> None:
    """Raises Refused("suspended") for what must wait for the order's end."""
    demand(not (state.suspended and kind in STILL), "suspended")


def _asked(state: State, entry: Entry, event: GlassAsked) -> State:
    demand(0 <= event.slot < len(state.slots), "glass_slot", slot=event.slot)
    demand(not key_is_open(state, BIDDERS), "key_opened_before", key=BIDDERS)
    demand(all(each.over for each in state.glass), "glass_under_way")
    demand(
        event.slot not in [each.slot for each in state.glass if each.confirmed],
        "glass_twice",
        slot=event.slot,
    )
    order = Glass(order=event.order, slot=event.slot, by=entry.actor)
    return replace(state, glass=(*state.glass, order))


def _confirmed(state: State, entry: Entry, event: GlassConfirmed) -> State:
    order = _last(state, event.order)
    demand(order.confirmed is None, "glass_twice", slot=order.slot)
    demand(bool(entry.actor) and entry.actor != order.by, "glass_one_person")
    return _changed(state, replace(order, confirmed=entry.hash, second=entry.actor))


def _broken(state: State, entry: Entry, event: GlassBroken) -> State:
    order = _last(state, event.order)
    demand(order.confirmed is not None, "glass_unconfirmed")
    demand(order.opening is None, "glass_twice", slot=order.slot)
    who = {each.custodian for each in event.releases}
    known = {each.name for each in state.custodians}
    demand(who <= known and len(who) == len(event.releases) >= state.threshold, "key_releases")
    return _changed(state, replace(order, opening=event.opening))


def _refused(state: State, entry: Entry, event: GlassRefused) -> State:
    return state


def _resumed(state: State, entry: Entry, event: GlassResumed) -> State:
    demand(state.suspended, "not_suspended")
    order = state.glass[-1]
    demand(order.opening is not None, "glass_unopened")
    members = tuple(replace(each, sheet=None) for each in state.members)
    return replace(_changed(state, replace(order, resumed=True)), codes=event.codes, members=members)


def _last(state: State, order: str) -> Glass:
    if not state.glass or state.glass[-1].order != order:
        raise Refused("glass_unknown")
    return state.glass[-1]


def _changed(state: State, order: Glass) -> State:
    return replace(state, glass=(*state.glass[:-1], order))


MOVES: Moves = {
    GlassAsked: _asked,
    GlassConfirmed: _confirmed,
    GlassBroken: _broken,
    GlassRefused: _refused,
    GlassResumed: _resumed,
}
