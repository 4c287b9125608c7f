"""How a booking begins a case, and what is fixed before the draw."""

from dataclasses import replace

from scheduler.attempts import lot_of
from scheduler.errors import Refused
from scheduler.events import Booked, KeysDealt, KeysMade, Named, PoolFrozen, SeedPledged
from scheduler.release import purposes
from scheduler.state import Entry, Phase, Sitting, State
from scheduler.transitions.demands import Moves, demand, moment

_WEEK = 7 * 24 * 3600  # seconds


def begin(entry: Entry) -> State:
    """The first state; only a booking begins a case."""
    event = entry.event
    if not isinstance(event, Booked) or entry.seq != 0 or entry.previous:
        raise Refused("no_history")
    demand(sum(event.seats) > 0 and all(n > 0 for n in event.seats), "S0")
    demand(len(set(event.owners)) == len(event.owners), "owner_twice")
    demand(len(set(event.parties)) == len(event.parties) > 0 and event.max_rounds > 0, "parties")
    demand(event.reserve >= 0, "reserve_many")
    first = event.attempt == 1
    demand(entry.lot == lot_of(entry.lot, event.attempt) and (event.previous is None) == first, "attempt")
    demand(event.beacon is None or _sound(event.beacon), "beacon_other")
    starts, ends = moment(event.starts), moment(event.ends)
    demand(starts < ends, "window")
    owners = tuple(Sitting(member=m, role=None, round=0, since=entry.at, accepted=True) for m in event.owners)
    return State(
        lot=entry.lot,
        phase=Phase.F0,
        seq=0,
        head=entry.hash,
        at=entry.at,
        request=event.request,
        booked=event.request,
        pack=event.pack,
        attempt=event.attempt,
        starts=starts,
        ends=ends,
        seats=event.seats,
        parties=event.parties,
        max_rounds=event.max_rounds,
        beacon=event.beacon,
        reserve=event.reserve,
        members=owners,
    )


def _sound(beacon: Named) -> bool:
    """Whether pulses of this beacon can be counted."""
    begun = 2000 <= moment(beacon.genesis).year <= 2200
    waits = 0 <= beacon.lead_seconds <= _WEEK and 0 <= 60 * beacon.wait_minutes <= _WEEK
    return begun and waits and 0 < beacon.period_seconds <= _WEEK


def _keys(state: State, entry: Entry, event: KeysDealt | KeysMade) -> State:
    demand(not state.keys, "keys_twice")
    demand(0 < event.threshold <= len({c.name for c in event.custodians}), "threshold")
    demand(state.rounds_allowed < len(event.keys), "keys_missing")  # before as many names are made
    names = tuple(str(body.get("key_id")) for body in event.keys)
    demand(names == purposes(state.rounds_allowed, sites=state.sites is not None), "keys_missing")
    return replace(state, custodians=event.custodians, threshold=event.threshold, keys=event.keys)


def _made(state: State, entry: Entry, event: KeysMade) -> State:
    return replace(_keys(state, entry, event), ceremonies=event.ceremonies)


def _pool(state: State, entry: Entry, event: PoolFrozen) -> State:
    demand(bool(state.keys), "keys_missing")
    demand(state.pool is None, "pool_twice")
    demand(not state.asked, "step_asked", step=state.asked)
    demand(state.attempt == 1 or state.followed is not None, "attempt")
    return replace(state, pool=event.root, pool_exhibit=event.exhibit, pool_size=event.size)


def _pledge(state: State, entry: Entry, event: SeedPledged) -> State:
    """Seeds for every round that may begin; once more for those that the supervisor has added."""
    demand(bool(state.keys) and not state.rounds_without_key, "keys_missing")
    demand(event.party in state.parties, "party_unknown", party=event.party)
    wanted = state.rounds_allowed - state.pledged(event.party)
    demand(wanted > 0, "party_twice", party=event.party)
    demand(len(event.deposits) == wanted, "deposits", expected=wanted)
    pledges = dict(state.pledges)
    pledges[event.party] = (*pledges.get(event.party, ()), *event.deposits)
    return replace(state, pledges=tuple(pledges.items()))


MOVES: Moves = {
    KeysDealt: _keys,
    KeysMade: _made,
    PoolFrozen: _pool,
    SeedPledged: _pledge,
}
