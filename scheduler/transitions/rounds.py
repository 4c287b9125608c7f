"""What does the lottery of a round demand, whether it fills seats or draws a stand-by?"""

from scheduler.events import LotteryFixed, StandbyFixed
from scheduler.state import Entry, Round, State
from scheduler.transitions.beacon import named_in_time
from scheduler.transitions.demands import demand


def demand_seeds(state: State) -> None:
    """Raises Refused("seeds_missing") where a party's seeds do not reach to the next round."""
    missing = sorted(party for party in state.parties if state.pledged(party) <= len(state.rounds))
    demand(not missing, "seeds_missing", parties=", ".join(missing))


def begun(state: State, entry: Entry, event: LotteryFixed | StandbyFixed) -> Round:
    """The round that begins with this lottery.

    Raises Refused: "stale" (another round, or other members than now), "beacon_other" (not the pulse that is due).
    """
    demand(event.round == len(state.rounds) + 1, "stale")
    demand(event.kept == tuple(m.member for m in state.experts()), "stale")
    demand(event.out == tuple(m.member for m in state.set_aside()), "stale")
    demand(named_in_time(state, event.pulse, entry), "beacon_other")
    return Round(
        number=event.round,
        lottery=event.lottery,
        fixed=entry.at,
        elsewhere=event.elsewhere,
        standby=event.rank if isinstance(event, StandbyFixed) else None,
        pulse=event.pulse,
    )
