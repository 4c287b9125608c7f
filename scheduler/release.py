"""Which record allows a custody key to be opened: read by the custodians, apply() and the verifier."""

from scheduler.errors import Refused
from scheduler.events import Digest
from scheduler.state import Phase, State

SCORES, BIDDERS, EXPERTS, SITES = "scores", "bidders", "experts", "sites"
_GLASS = "glass/"


def seeds(round_number: int) -> str:
    """Name of the key that seals every party's seed of one round."""
    return f"seeds/{round_number}"


def purposes(rounds: int, *, sites: bool = False) -> tuple[str, ...]:
    """All keys of one evaluation; each is opened once, against one record, never another.

    `rounds`: of the pack and the stand-bys together. `sites`: guest sites are drawn, so there is a key for the
    seeds of that draw.
    """
    drawn = (SITES,) if sites else ()
    return (SCORES, BIDDERS, EXPERTS, *drawn, *(seeds(r) for r in range(1, rounds + 1)))


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
    if under_way.awaits is not None:  # else whoever makes the beacon could choose its value knowing the seeds
        raise Refused("key_too_early", key=key, needs="pulse")
    return under_way.lottery


def glass(slot: int) -> str:
    """How custodians are asked for one bid's envelope under a break-glass order: no key of that name exists."""
    return f"{_GLASS}{slot}"


def slot_of(key: str) -> int | None:
    """The slot that `glass` named, or None for the name of a key."""
    number = key.removeprefix(_GLASS)
    return int(number) if key.startswith(_GLASS) and number.isdecimal() else None


def ordered(state: State, slot: int) -> Digest:
    """Hash of the record that allows one bid's envelope to be opened by order. Raises Refused."""
    for each in state.glass:
        if each.slot == slot and each.confirmed and not each.resumed:
            if each.opening is not None:
                raise Refused("key_opened_before", key=glass(slot))
            return each.confirmed
    raise Refused("key_too_early", key=glass(slot), needs="glass_confirmed")


def allowing(state: State, key: str) -> Digest:
    """Hash of the record that allows what custodians are asked for: a key, or one envelope by order. Raises Refused."""
    slot = slot_of(key)
    return condition(state, key) if slot is None else ordered(state, slot)


def _needs(record: Digest | None, key: str, what: str) -> Digest:
    if record is None:
        raise Refused("key_too_early", key=key, needs=what)
    return record
