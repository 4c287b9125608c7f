"""One of three custodians in league with a centre that forks its journal: alone they open nothing, and forge nothing.

The traitor gives its right share whenever the centre likes, or a wrong one, or another's; the two honest agents decide
for themselves. What opens, opens because an honest agent saw a lawful record; who lies is named.
"""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crypto.custody import combine, from_body, open_share
from crypto.errors import NotForYou, WrongShare
from crypto.shares import Share, scalar
from scheduler.agent import Memory, decide
from scheduler.answers import Asked, Released, check_answer
from scheduler.model import LotId
from scheduler.phases import replay
from scheduler.release import condition
from tests.scheduler.test_agent import LATER, NAMES, OWNS, PINS, TRUST, dealt
from tests.scheduler.test_release_machine import KEYS, WORLDS, world

TRAITOR, HONEST = NAMES[0], NAMES[1:]
PUBLIC = {body["key_id"]: from_body(dict(body)) for body in dealt().keys}


def wrong(share: Share) -> Share:
    """A share of the same index that was never dealt."""
    return replace(share, value=scalar(b"w" * 32))


class Treason(RuleBasedStateMachine):
    """Any prefix of any history to either honest agent, in any order, and a traitor at the centre's side."""

    def __init__(self) -> None:
        super().__init__()
        self.memories = {name: Memory() for name in HONEST}
        self.given: dict[str, dict[str, Share]] = {key: {} for key in KEYS}

    @rule(
        who=st.sampled_from(HONEST),
        which=st.sampled_from(WORLDS),
        cut=st.sampled_from((4, 6, 7, 8, 19, 20, 21, 22, 23, 24, 40)),
        key=st.sampled_from(KEYS),
    )
    def ask(self, who: str, which: str, cut: int, key: str) -> None:
        """An honest agent releases only for a record that allows it, whatever the traitor has done."""
        shown = world(which)[:cut]
        asked = Asked(lot=LotId(shown[0].entry.lot), key=key)
        self.memories[who], answer = decide(OWNS[who], TRUST, self.memories[who], asked, shown, LATER)
        if isinstance(answer, Released):
            check_answer(answer, PINS, PUBLIC[key])
            assert answer.against == condition(replay(each.entry for each in shown), key)
            self.given[key][who] = answer.share

    @invariant()
    def the_traitor_and_the_centre_alone_open_nothing(self) -> None:
        """Right share, wrong share, the same twice, another's name on it: without an honest answer it stays shut."""
        for key, given in self.given.items():
            own = open_share(PUBLIC[key], TRAITOR, OWNS[TRAITOR].seal.private)
            if not given:
                with pytest.raises(NotForYou):
                    combine(PUBLIC[key], [own])
                for other in (2, 3):
                    with pytest.raises(WrongShare) as found:
                        combine(PUBLIC[key], [own, replace(own, index=other)])
                    assert found.value.index == other

    @invariant()
    def a_wrong_share_names_the_traitor_and_stops_nobody(self) -> None:
        """Where both honest agents agree the key opens, with or without the traitor."""
        for key, given in self.given.items():
            if len(given) == len(HONEST):
                bad = wrong(open_share(PUBLIC[key], TRAITOR, OWNS[TRAITOR].seal.private))
                with pytest.raises(WrongShare) as found:
                    combine(PUBLIC[key], [bad, *given.values()])
                assert found.value.holder == TRAITOR
                assert combine(PUBLIC[key], given.values())

    @invariant()
    def no_honest_agent_ever_opens_for_two_records(self) -> None:
        """A promise per key and agent."""
        for memory in self.memories.values():
            assert len(memory.promises) <= len(KEYS)


Treason.TestCase.settings = settings(max_examples=15, stateful_step_count=12, deadline=None)
TestTreason = Treason.TestCase
