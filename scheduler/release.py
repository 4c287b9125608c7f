"""Which record allows a custody key to be opened: read by the custodians, apply() and the verifier."""

from scheduler.errors import Refused
from scheduler.events import Digest
from scheduler.state import Phase, State

SCORES, BIDDERS, EXPERTS, SITES = "scores", "bidders", "experts", "sites"


def seeds(round_number: int) -> str:
    """Name of the key that seals every party's seed of one round."""
    return f"seeds/{round_number}"


def purposes(max_rounds: int, *, sites: bool = False) -> tuple[str, ...]:
    """All keys of one evaluation; each is opened once, against one record, never another.

    `sites`: guest sites are drawn, so there is a key for the seeds of that draw.
    """
    drawn = (SITES,) if sites else ()
    return (SCORES, BIDDERS, EXPERTS, *drawn, *(seeds(r) for r in range(1, max_rounds + 1)))


def condition(state: State, key: str) -> Digest:
    """Hash of the record that allows opening `key` now. Raises Refused with what is missing."""
    if any(key == opened for opened, _ in state.opened_keys):
        raise Refused("key_opened_before", key=key)
    if key == SCORES:
        return _needs(state.closed, key, "closed")
    if key == BIDDERS and state.review is not None:
        return _needs(state.reviewed, key, "reviewed")
    if key == BIDDERS:
        return _needs(state.totalled, key, "totalled")
    if key == EXPERTS:
        return _needs(state.archived if state.phase is Phase.F7 else None, key, "archived")
    if key == SITES:
        return _needs(state.sites.choices if state.sites else None, key, "sites_fixed")
    under_way = state.round_under_way()
    if under_way is None or key != seeds(under_way.number):
        raise Refused("key_too_early", key=key, needs="lottery_fixed")
    return under_way.lottery


def _needs(record: Digest | None, key: str, what: str) -> Digest:
    if record is None:
        raise Refused("key_too_early", key=key, needs=what)
    return record
