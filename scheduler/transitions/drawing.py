"""How rounds of the draw change a case."""

from dataclasses import replace

from scheduler.errors import Refused
from scheduler.events import Drawn, KeyOpened, LotteryFixed, Stuck
from scheduler.release import condition, seeds
from scheduler.state import Entry, Sitting, State
from scheduler.transitions.demands import Moves, demand
from scheduler.transitions.rounds import begun, demand_seeds


def _lottery(state: State, entry: Entry, event: LotteryFixed) -> State:
    within = state.rounds_left > 0 or event.round != len(state.rounds) + 1
    demand(not state.asked, "step_asked", step=state.asked)
    demand(state.pool is not None, "pool_missing")
    demand(state.evidence is not None or not state.slots, "recheck_missing")
    demand(within, "max_rounds", rounds=state.max_rounds + state.extended)
    demand_seeds(state)
    demand(state.sites is None or state.sites.drawn is not None, "sites_missing")
    demand(state.round_under_way() is None, "round_under_way")
    demand(sum(state.open_seats()) > 0, "panel_full")
    return replace(state, rounds=(*state.rounds, begun(state, entry, event)), stuck=())


def _stuck(state: State, entry: Entry, event: Stuck) -> State:
    demand(state.round_under_way() is None, "round_under_way")
    demand(sum(state.open_seats()) > 0, "panel_full")
    demand(event.round == len(state.rounds) + 1 and bool(event.rules), "stale")
    return replace(state, stuck=event.rules)


def _key_opened(state: State, entry: Entry, event: KeyOpened) -> State:
    demand(event.against == condition(state, event.key), "key_other_record", key=event.key)
    who = {r.custodian for r in event.releases}
    known = {c.name for c in state.custodians}
    demand(who <= known and len(who) == len(event.releases) >= state.threshold, "key_releases")
    opened = replace(state, opened_keys=(*state.opened_keys, (event.key, event.opening)))
    under_way = state.round_under_way()
    if under_way and event.key == seeds(under_way.number):
        rounds = (*state.rounds[:-1], replace(under_way, opened=event.opening))
        return replace(opened, rounds=rounds)
    return opened


def _drawn(state: State, entry: Entry, event: Drawn) -> State:
    under_way = state.round_under_way()
    ready = under_way is not None and under_way.opened is not None and under_way.standby is None
    if under_way is None or not ready or event.round != under_way.number:
        raise Refused("round_not_ready", round=event.round)
    roles = [m.role for m in event.members]
    wanted = state.open_seats()
    demand(tuple(roles.count(i) for i in range(len(wanted))) == wanted, "S0")
    ids = [m.member for m in event.members]
    demand(len(set(ids)) == len(ids) and len(roles) == sum(wanted), "S1")
    demand(all(state.sitting(m) is None and state.standby(m) is None for m in ids), "R0")
    new = tuple(
        Sitting(member=m.member, role=m.role, round=event.round, since=entry.at) for m in event.members
    )
    rounds = (*state.rounds[:-1], replace(under_way, ticket=event.ticket, seating=event.seating))
    return replace(state, members=(*state.members, *new), rounds=rounds)


MOVES: Moves = {
    LotteryFixed: _lottery,
    KeyOpened: _key_opened,
    Drawn: _drawn,
    Stuck: _stuck,
}
