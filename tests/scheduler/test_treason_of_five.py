"""3 of 5, two of them in league with a centre that forks its journal: they open nothing alone, and never two records.

As tests/scheduler/test_traitor_machine.py for 2 of 3. The traitors give whatever share the centre likes; every honest
agent may be away, asked late, twice, or in any order.
"""

from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crypto.custody import combine, deal_key, from_body, open_share, to_body
from crypto.errors import NotForYou
from crypto.seats import own_of
from scheduler.agent import Memory, decide
from scheduler.answers import Asked, Released, Trust, check_answer
from scheduler.attested import Signed
from scheduler.events import Custodian, Event, KeyOpened, KeysDealt, LotteryFixed
from scheduler.release import purposes, seeds
from tests.scheduler.histories import mark
from tests.scheduler.test_agent import LATER, LOG, LOT, journal

NAMES = ("operator", "supervisor", "pool", "notary", "court")
OWNS = {name: own_of(name, name.encode().ljust(32, b"5")) for name in NAMES}
PINS = {own.name: (own.sign.public, own.seal.public) for own in OWNS.values()}
TRUST = Trust(log=LOG.public, custodians=PINS, dealt_too=True)
TRAITORS, HONEST = NAMES[:2], NAMES[2:]
KEY = seeds(1)


@cache
def dealt() -> KeysDealt:
    """Real keys held by the five, three open one."""
    holders = {name: own.seal.public for name, own in OWNS.items()}
    custodians = tuple(
        Custodian(name=own.name, sign=own.sign.public.hex(), seal=own.seal.public.hex())
        for own in OWNS.values()
    )
    bodies = [to_body(deal_key(key, holders, 3, bytes([9, i]) * 16)) for i, key in enumerate(purposes(2))]
    return KeysDealt(custodians=custodians, threshold=3, keys=tuple(bodies))


@cache
def world(name: str) -> tuple[Signed, ...]:
    """A lawful history up to a lottery; two of them contradict each other."""

    def change(event: Event) -> Event:
        if isinstance(event, LotteryFixed):
            return replace(event, lottery=mark(name))
        return event

    return tuple(journal(LotteryFixed, change=change, keys=dealt()))


PUBLIC = next(from_body(dict(body)) for body in dealt().keys if body["key_id"] == KEY)


class Treason(RuleBasedStateMachine):
    """Two lotteries for one round, shown to whom the centre likes."""

    def __init__(self) -> None:
        super().__init__()
        self.memories = {name: Memory() for name in HONEST}
        self.given: dict[str, dict[str, Released]] = {"one": {}, "two": {}}

    @rule(who=st.sampled_from(HONEST), which=st.sampled_from(("one", "two")), cut=st.integers(2, 8))
    def ask(self, who: str, which: str, cut: int) -> None:
        """An honest agent sees some prefix of one of the histories; absence is simply not being asked."""
        shown = world(which)[:cut]
        asked = Asked(lot=LOT, key=KEY)
        self.memories[who], answer = decide(OWNS[who], TRUST, self.memories[who], asked, shown, LATER)
        if isinstance(answer, Released):
            check_answer(answer, PINS, PUBLIC)
            self.given[which][who] = answer

    @invariant()
    def two_traitors_and_the_centre_open_nothing_alone(self) -> None:
        """Their shares are two; without one honest release the key stays shut."""
        shares = [open_share(PUBLIC, name, OWNS[name].seal.private) for name in TRAITORS]
        honest = [answer.share for given in self.given.values() for answer in given.values()]
        if not honest:
            with pytest.raises(NotForYou):
                combine(PUBLIC, shares)
        else:
            assert combine(PUBLIC, [*shares, honest[0]])

    @invariant()
    def honest_agents_opened_for_one_record_each(self) -> None:
        """Nobody honest stands on both sides."""
        assert not set(self.given["one"]) & set(self.given["two"])
        for given in self.given.values():
            if len(given) >= 3:
                for some in combinations(given.values(), 3):
                    assert combine(PUBLIC, [answer.share for answer in some])


Treason.TestCase.settings = settings(max_examples=15, stateful_step_count=10, deadline=None)
TestTreasonOfFive = Treason.TestCase


def test_the_sample_has_an_opening_to_ask_for() -> None:
    """Both histories end in a lottery that allows the key, and neither holds its opening."""
    for name in ("one", "two"):
        kinds = [type(each.entry.event) for each in world(name)]
        assert kinds[-1] is LotteryFixed
        assert KeyOpened not in kinds
