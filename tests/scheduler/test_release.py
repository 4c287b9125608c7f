"""Which record opens a key? Each condition stated by hand, and falsified alone: what is missing is named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.errors import Refused
from scheduler.events import Closed, LotteryFixed, PulseTaken, SeedPledged, Totalled
from scheduler.pending import Glass, Reviewing, Sites
from scheduler.release import BIDDERS, EXPERTS, SCORES, SITES, allowing, condition, glass, seeds
from scheduler.state import Phase, Round, State
from tests.scheduler.histories import NOON, history, mark

Change = Callable[[State], State]
PULSE = PulseTaken(round=1, pulse=7, value="ab" * 32, signature="00" * 64)


def at(kind: type) -> State:
    """The sample history right after its first event of a kind."""
    pairs = zip(history().entries, history().states, strict=True)
    return next(state for entry, state in pairs if isinstance(entry.event, kind))


def under_way(**changes: object) -> Change:
    """The round under way, changed."""

    def change(state: State) -> State:
        return replace(state, rounds=(*state.rounds[:-1], replace(state.rounds[-1], **changes)))

    return change


def with_beacon(state: State) -> State:
    """The round waited for a pulse, and it came."""
    return under_way(pulse=7, taken=PULSE)(state)


def reviewed(state: State) -> State:
    """A review of the scores, ended."""
    review = Reviewing(until=NOON, span=timedelta(minutes=5))
    return replace(state, review=review, reviewed=mark("reviewed"))


def sited(state: State) -> State:
    """Guest sites to be drawn, choices committed."""
    return replace(state, sites=Sites(guests=1, choices=mark("choices"), count=2))


def ordered(state: State) -> State:
    """A confirmed break-glass order about slot 1."""
    order = Glass(order=mark("order"), slot=1, by="a", second="b", confirmed=mark("confirmed"))
    return replace(state, glass=(order,))


def order(**changes: object) -> Change:
    """The order, changed."""
    return lambda state: replace(state, glass=(replace(state.glass[-1], **changes),))


LOTTERY, CLOSED, TOTALLED = at(LotteryFixed), at(Closed), at(Totalled)
OVER = history().states[-1]
LAWFUL: dict[str, tuple[str, State]] = {
    "seeds": (seeds(1), LOTTERY),
    "seeds with a pulse": (seeds(1), with_beacon(LOTTERY)),
    "scores": (SCORES, CLOSED),
    "bidders": (BIDDERS, TOTALLED),
    "bidders after a review": (BIDDERS, reviewed(TOTALLED)),
    "experts": (EXPERTS, OVER),
    "sites": (SITES, sited(at(SeedPledged))),
    "one envelope": (glass(1), ordered(CLOSED)),
}
FALSE: dict[str, tuple[str, Change, str]] = {
    "no lottery": ("seeds", lambda s: replace(s, rounds=()), "lottery_fixed"),
    "a round that is over": ("seeds", under_way(ticket="11" * 32), "lottery_fixed"),
    "another round's lottery": (
        "seeds",
        lambda s: replace(s, rounds=(Round(number=2, lottery=mark("2"), fixed=NOON),)),
        "lottery_fixed",
    ),
    "a pulse not taken": ("seeds with a pulse", under_way(taken=None), "pulse"),
    "not closed": ("scores", lambda s: replace(s, closed=None), "closed"),
    "not totalled": ("bidders", lambda s: replace(s, totalled=None), "totalled"),
    "review not over": ("bidders after a review", lambda s: replace(s, reviewed=None), "reviewed"),
    "not archived": ("experts", lambda s: replace(s, archived=None), "archived"),
    "not over": ("experts", lambda s: replace(s, phase=Phase.F6), "archived"),
    "no choices of sites": (
        "sites",
        lambda s: replace(s, sites=replace(s.sites, choices=None)),
        "sites_fixed",
    ),
    "no draw of sites": ("sites", lambda s: replace(s, sites=None), "sites_fixed"),
    "no order": ("one envelope", lambda s: replace(s, glass=()), "glass_confirmed"),
    "not confirmed": ("one envelope", order(confirmed=None), "glass_confirmed"),
    "an order about another bid": ("one envelope", order(slot=2), "glass_confirmed"),
    "an order that is over": ("one envelope", order(resumed=True), "glass_confirmed"),
}


@pytest.mark.parametrize("name", LAWFUL)
def test_every_key_opens_against_one_record(name: str) -> None:
    """All conditions hold: the record is named."""
    key, state = LAWFUL[name]
    assert len(allowing(state, key)) == 64


@pytest.mark.parametrize("name", FALSE)
def test_each_condition_that_fails_alone_keeps_the_key_shut(name: str) -> None:
    """One change, one refusal, and what it waits for."""
    lawful, change, needs = FALSE[name]
    key, state = LAWFUL[lawful]
    with pytest.raises(Refused) as refusal:
        allowing(change(state), key)
    assert (refusal.value.code, refusal.value.facts["needs"]) == ("key_too_early", needs)


@pytest.mark.parametrize("name", [name for name in LAWFUL if name != "one envelope"])
def test_an_opened_key_is_never_opened_again(name: str) -> None:
    """Whatever else holds."""
    key, state = LAWFUL[name]
    with pytest.raises(Refused, match="key_opened_before"):
        condition(replace(state, opened_keys=((key, mark("opening")),)), key)


def test_one_records_condition_opens_no_other_key() -> None:
    """Every lawful state opens exactly its own key, among all that are still shut."""
    keys = (seeds(1), seeds(2), SCORES, BIDDERS, EXPERTS, SITES, glass(0), glass(1), "no such key")
    for own, state in LAWFUL.values():
        bare = replace(state, opened_keys=())
        opens = set()
        for key in keys:
            try:
                allowing(bare, key)
            except Refused:
                continue
            opens.add(key)
        earlier = {SCORES, BIDDERS} if state is OVER else {SCORES} if own in (BIDDERS, glass(1)) else set()
        assert opens == {own} | earlier
