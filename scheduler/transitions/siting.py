"""How the draw of guest sites changes a case."""

from dataclasses import replace

from scheduler.errors import Refused
from scheduler.events import SitesDrawn, SiteSeedPledged, SitesFixed, SitesOffered
from scheduler.pending import Sites
from scheduler.release import SITES
from scheduler.state import Entry, State
from scheduler.transitions.demands import Moves, demand, key_is_open


def _offered(state: State, entry: Entry, event: SitesOffered) -> State:
    demand(state.sites is None and not state.keys, "sites_twice")
    demand(event.guests > 0, "L2")
    return replace(state, sites=Sites(guests=event.guests))


def _pledged(state: State, entry: Entry, event: SiteSeedPledged) -> State:
    sites = _sites(state)
    demand(bool(state.keys), "keys_missing")
    demand(event.party in state.parties, "party_unknown", party=event.party)
    demand(event.party not in [p for p, _ in sites.pledges], "party_twice", party=event.party)
    demand(sites.choices is None, "sites_twice")
    return replace(state, sites=replace(sites, pledges=(*sites.pledges, (event.party, event.deposit))))


def _fixed(state: State, entry: Entry, event: SitesFixed) -> State:
    sites = _sites(state)
    missing = sorted(set(state.parties) - {party for party, _ in sites.pledges})
    demand(state.pool is not None, "pool_missing")
    demand(not missing, "seeds_missing", parties=", ".join(missing))
    demand(sites.choices is None, "sites_twice")
    demand(event.count > 0, "no_panel")
    return replace(state, sites=replace(sites, choices=event.choices, count=event.count))


def _drawn(state: State, entry: Entry, event: SitesDrawn) -> State:
    sites = _sites(state)
    demand(sites.choices is not None and key_is_open(state, SITES), "sites_not_ready")
    demand(sites.drawn is None, "sites_twice")
    demand(0 <= event.drawn < sites.count, "stale")
    return replace(state, sites=replace(sites, drawn=event.drawn, ticket=event.ticket))


def _sites(state: State) -> Sites:
    if state.sites is None:
        raise Refused("sites_chosen")
    return state.sites


MOVES: Moves = {
    SitesOffered: _offered,
    SiteSeedPledged: _pledged,
    SitesFixed: _fixed,
    SitesDrawn: _drawn,
}
