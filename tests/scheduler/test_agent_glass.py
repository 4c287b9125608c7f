"""A custodian's agent and a break-glass order: one envelope for a confirmed order, and nothing else."""

from dataclasses import replace
from functools import cache

import pytest

from crypto.custody import CustodyKey, from_body
from crypto.envelope import seal
from crypto.partial import open_together
from scheduler.agent import Memory, decide
from scheduler.answers import Asked, Declined, Shown, answer_body, answer_of, check_answer
from scheduler.attested import Signed
from scheduler.events import Blinded, Event, GlassAsked, GlassBroken, GlassConfirmed, Opened, Release
from scheduler.model import Role
from scheduler.phases import apply, replay
from scheduler.places import bidder_context
from scheduler.record import entry, release_statement
from scheduler.release import BIDDERS, glass, ordered
from tests.scheduler.histories import mark
from tests.scheduler.test_agent import LATER, LOT, NAMES, OWNS, PINS, TRUST, dealt, journal, signed


@cache
def key() -> CustodyKey:
    """The key of the bidders' envelopes."""
    return next(from_body(dict(body)) for body in dealt().keys if body["key_id"] == BIDDERS)


@cache
def envelope(slot: int) -> str:
    """A real envelope of one bid."""
    value = {"code": f"C{slot}", "document": mark("d"), "name": f"第{slot}家"}
    return seal(key().public, value, bidder_context(LOT, slot), bytes([slot]) * 32).envelope.hex()


def opened(event: Event, copied: bool = False) -> Event:
    """The opening with real envelopes; `copied`: slot 2 stands there with the envelope of slot 1."""
    if not isinstance(event, Opened):
        return event
    last = 1 if copied else 2
    sealed = (envelope(0), envelope(1), envelope(last))
    return replace(
        event, slots=tuple(replace(s, identity=i) for s, i in zip(event.slots, sealed, strict=True))
    )


def story(
    *, slot: int = 1, second: str = "b", confirmed: bool = True, broken: bool = False, copied: bool = False
) -> list[Signed]:
    """To the middle of scoring, then an order."""
    made = journal(Blinded, change=lambda event: opened(event, copied))
    steps: list[tuple[Role, str, Event]] = [
        (Role.SUPERVISOR, "a", GlassAsked(order=mark("order"), slot=slot))
    ]
    if confirmed:
        steps.append((Role.SUPERVISOR, second, GlassConfirmed(order=mark("order"))))
    if broken:
        who = tuple(Release(custodian=name, signature="00" * 64) for name in NAMES[:2])
        event = GlassBroken(order=mark("order"), opening=mark("found"), releases=who)
        steps.append((Role.CUSTODIAN, "custodians", event))
    for role, actor, event in steps:
        state = replay(each.entry for each in made)
        new = entry(state, LOT, event, at=made[-1].entry.at, role=role, actor=actor)
        apply(state, new)
        made.append(signed(new))
    return made


def ask(
    who: str, shown: list[Signed], slot: int = 1, memory: Memory | None = None
) -> tuple[Memory, Shown | Declined]:
    """One agent is asked for one envelope."""
    asked = Asked(lot=LOT, key=glass(slot))
    after, answer = decide(OWNS[who], TRUST, memory or Memory(), asked, shown, LATER)
    assert isinstance(answer, Shown | Declined)
    return after, answer


def test_two_answers_open_the_one_envelope_and_prove_themselves() -> None:
    """Signed, proven, readable over the wire; the key is never made, and the same question gets the same answer."""
    shown, sealed = story(), bytes.fromhex(envelope(1))
    given = []
    for name in NAMES[1:]:
        memory, answer = ask(name, shown)
        assert isinstance(answer, Shown)
        check_answer(answer_of(answer_body(answer)), PINS, key(), sealed)
        assert ask(name, shown, memory=memory)[1] == answer
        given.append(answer.answer)
    bound = release_statement(LOT, glass(1), ordered(replay(each.entry for each in shown), 1))
    found = open_together(key(), sealed, bidder_context(LOT, 1), given, bound)
    assert found.value["name"] == "第1家"


@pytest.mark.parametrize(
    ("shown", "slot", "code"),
    [
        (story(confirmed=False), 1, "key_too_early"),
        (story(), 0, "key_too_early"),
        (story(), 7, "key_too_early"),
        (story(broken=True), 1, "key_opened_before"),
        (story(copied=True), 1, "glass_copied"),
        (story(copied=True, slot=2), 2, "glass_copied"),
        (journal(Blinded, change=opened), 1, "key_too_early"),
    ],
    ids=["unconfirmed", "another slot", "no such slot", "done already", "copied from", "a copy", "no order"],
)
def test_each_condition_that_fails_alone_is_a_refusal(shown: list[Signed], slot: int, code: str) -> None:
    """In words, signed, and without an answer."""
    _, answer = ask("pool", shown, slot)
    assert isinstance(answer, Declined)
    assert answer.code == code
    check_answer(answer, PINS)


def test_one_envelope_is_never_answered_for_two_orders() -> None:
    """Even an agent that forgot its heads keeps its promise, and has the two entries to show for it."""
    memory, _ = ask("pool", story())
    forgetful = replace(memory, heads={})
    _, answer = ask("pool", story(second="c"), memory=forgetful)
    assert isinstance(answer, Declined)
    assert answer.code == "key_promised"
    assert len(answer.evidence) == 2
