"""A centre that forks its journal at will against three agents: no key is ever opened against two records."""

from dataclasses import replace
from functools import cache

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from scheduler.agent import Memory, decide
from scheduler.answers import Asked, Declined, Released, check_answer, proves
from scheduler.attested import Signed
from scheduler.events import Digest, Event, LotteryFixed, PoolFrozen, Scored, Totalled
from scheduler.model import LotId
from scheduler.phases import replay
from scheduler.release import BIDDERS, SCORES, condition, seeds
from tests.scheduler.histories import mark
from tests.scheduler.test_agent import LATER, LOG, LOT, NAMES, OWNS, PINS, TRUST, dealt, journal

WORLDS = ("as it was", "another pool", "another lottery", "another sheet", "other totals", "sham lot")
KEYS = (seeds(1), seeds(2), SCORES, BIDDERS)


@cache
def world(name: str) -> tuple[Signed, ...]:
    """One of the centre's histories, all lawful, all signed, contradicting each other from some point on."""

    def change(event: Event) -> Event:
        if name == "another pool" and isinstance(event, PoolFrozen):
            return replace(event, size=8)
        if name == "another lottery" and isinstance(event, LotteryFixed):
            return replace(event, lottery=mark("better"))
        if name == "another sheet" and isinstance(event, Scored):
            return replace(event, sheet="01")
        if name == "other totals" and isinstance(event, Totalled):
            return replace(event, totals=mark("other totals"))
        return event

    lot = LotId("SHAM") if name == "sham lot" else LOT
    return tuple(journal(change=change, lot=lot))


class Release(RuleBasedStateMachine):
    """The centre shows any prefix of any world to anybody, asks for anything, repeats and reorders as it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.memories = {name: Memory() for name in NAMES}
        self.opened: dict[tuple[str, str], set[tuple[LotId, Digest]]] = {}

    @rule(
        who=st.sampled_from(NAMES),
        which=st.sampled_from(WORLDS),
        cut=st.sampled_from((4, 6, 7, 8, 19, 20, 21, 22, 23, 24, 40)),
        key=st.sampled_from(KEYS),
        honest=st.booleans(),
    )
    def ask(self, who: str, which: str, cut: int, key: str, honest: bool) -> None:
        """One agent is shown one history and asked for one key; a release holds what it promises."""
        shown = world(which)[:cut]
        lot = shown[0].entry.lot if honest else LOT
        asked = Asked(lot=lot, key=key)
        memory, answer = decide(OWNS[who], TRUST, self.memories[who], asked, shown, LATER)
        self.memories[who] = memory
        if isinstance(answer, Declined):
            check_answer(answer, PINS)
            if answer.code in ("journal_contradicts", "key_elsewhere", "key_promised"):
                assert proves(LOG.public, answer.evidence)
            return
        assert isinstance(answer, Released)
        assert answer.against == condition(replay(each.entry for each in shown), key)
        self.opened.setdefault((who, key), set()).add((lot, answer.against))

    @invariant()
    def each_agent_opens_a_key_against_one_record(self) -> None:
        """Whatever it was shown, in whatever order."""
        assert all(len(records) == 1 for records in self.opened.values())

    @invariant()
    def no_key_is_opened_by_two_of_three_against_two_records(self) -> None:
        """Two quorums share an agent, and that agent has opened for one of them only."""
        for key in KEYS:
            said = [record for (_, k), records in self.opened.items() if k == key for record in records]
            assert sum(said.count(record) >= 2 for record in set(said)) <= 1

    @invariant()
    def memories_only_grow(self) -> None:
        """What was promised is what was opened."""
        for name, memory in self.memories.items():
            assert len(memory.promises) == sum(who == name for who, _ in self.opened)
            assert len(memory.keys) in (0, len(dealt().keys))


Release.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestRelease = Release.TestCase
