"""A custodian's agent: it opens when every condition holds, and each one that fails alone makes it refuse, in words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import pytest

from crypto.canonical import canonical, parse
from crypto.custody import combine, deal_key, from_body, to_body
from crypto.errors import Broken
from crypto.keys import signing_key
from crypto.seats import own_of
from crypto.shares import Share, scalar
from scheduler.agent import Memory, decide
from scheduler.answers import (
    Asked,
    Declined,
    Released,
    Trust,
    answer_body,
    answer_of,
    check_answer,
    proves,
    signed_body,
    signed_of,
)
from scheduler.attested import AHEAD, Signed
from scheduler.events import (
    Booked,
    Closed,
    Custodian,
    Digest,
    Drawn,
    Event,
    KeyOpened,
    KeysDealt,
    LotteryFixed,
    Revealed,
    Scored,
    Totalled,
)
from scheduler.model import LotId, Role
from scheduler.phases import apply, replay
from scheduler.record import entry, sign_entry
from scheduler.release import BIDDERS, EXPERTS, SCORES, condition, purposes, seeds
from scheduler.state import Entry
from tests.scheduler.histories import NOON, history, mark

LOG = signing_key(b"l" * 32)
NAMES = ("operator", "supervisor", "pool")
OWNS = {name: own_of(name, name.encode().ljust(32, b".")) for name in NAMES}
PINS = {own.name: (own.sign.public, own.seal.public) for own in OWNS.values()}
TRUST = Trust(log=LOG.public, custodians=PINS, dealt_too=True)
OWN = OWNS["supervisor"]
LOT = LotId("SAMPLE")
LATER = NOON + timedelta(hours=4)
Change = Callable[[Event], Event]


@cache
def dealt(entropy: int = 1) -> KeysDealt:
    """Real keys for all purposes, held by the three."""
    holders = {name: own.seal.public for name, own in OWNS.items()}
    custodians = tuple(
        Custodian(name=own.name, sign=own.sign.public.hex(), seal=own.seal.public.hex())
        for own in OWNS.values()
    )
    bodies = tuple(
        to_body(deal_key(key, holders, 2, bytes([entropy, i]) * 16)) for i, key in enumerate(purposes(2))
    )
    return KeysDealt(custodians=custodians, threshold=2, keys=bodies)


def journal(
    last: type[Event] | None = None,
    *,
    change: Change = lambda event: event,
    keys: KeysDealt | None = None,
    lot: LotId = LOT,
) -> list[Signed]:
    """The sample history with real keys, up to and with the first event of a kind, each event changed on the way."""
    made: list[Signed] = []
    state = None
    for old in history().entries:
        event: Event = (keys or dealt()) if isinstance(old.event, KeysDealt) else old.event
        if isinstance(event, KeyOpened) and state is not None:
            releases = tuple(replace(r, custodian=n) for r, n in zip(event.releases, NAMES[:2], strict=True))
            event = replace(event, against=condition(state, event.key), releases=releases)
        event = change(event)
        new = entry(state, lot, event, at=old.at, role=old.role, actor=old.actor)
        state = apply(state, new)
        made.append(signed(new))
        if last is not None and isinstance(event, last):
            break
    return made


def signed(new: Entry) -> Signed:
    """An entry under the log key."""
    return Signed(entry=new, signature=sign_entry(LOG, new))


CLOSED = journal(Closed)


def ask(
    key: str, shown: list[Signed], *, memory: Memory | None = None, now: datetime = LATER, lot: LotId = LOT
) -> tuple[Memory, Released | Declined]:
    """The supervisor's agent is asked."""
    asked = Asked(lot=lot, key=key)
    return decide(OWN, TRUST, memory or Memory(), asked, shown, now)


def refused(key: str, shown: list[Signed], code: str, **more: object) -> Declined:
    """The agent refuses with this code, signed."""
    _, answer = ask(key, shown, **more)  # type: ignore[arg-type]  # keywords of ask
    assert isinstance(answer, Declined)
    assert answer.code == code
    check_answer(answer, PINS)
    return answer


@pytest.mark.parametrize(
    ("key", "last"),
    [(seeds(1), LotteryFixed), (SCORES, Closed), (BIDDERS, Totalled), (EXPERTS, None)],
    ids=["seeds", "scores", "bidders", "experts"],
)
def test_every_key_is_released_when_its_record_is_there(key: str, last: type[Event] | None) -> None:
    """Two agents' answers open the key; each is signed over lot, key and record."""
    shown = journal(last)
    public = next(from_body(dict(body)) for body in dealt().keys if body["key_id"] == key)
    shares = []
    for name in NAMES[:2]:
        _, answer = decide(OWNS[name], TRUST, Memory(), Asked(lot=LOT, key=key), shown, LATER)
        assert isinstance(answer, Released)
        check_answer(answer, PINS, public)
        assert answer.against == condition(replay(each.entry for each in shown), key)
        shares.append(answer.share)
    assert len(combine(public, shares)) == 32


def test_asked_twice_it_answers_the_same() -> None:
    """A repeated or reordered request is no second opening."""
    memory, one = ask(SCORES, CLOSED)
    again, two = ask(SCORES, CLOSED, memory=memory)
    assert (one, memory) == (two, again)


@pytest.mark.parametrize(
    ("key", "last", "needs"),
    [
        (seeds(1), KeysDealt, "lottery_fixed"),
        (seeds(2), LotteryFixed, "lottery_fixed"),
        (seeds(1), Drawn, None),
        (SCORES, Scored, "closed"),
        (BIDDERS, Closed, "totalled"),
        (EXPERTS, Revealed, "archived"),
    ],
    ids=["no lottery", "another round", "after the draw", "sheets missing", "no totals", "not archived"],
)
def test_nothing_opens_before_its_record(key: str, last: type[Event], needs: str | None) -> None:
    """Every key one event too early: refused with what is missing; the other keys' records do not help."""
    said = refused(key, journal(last), "key_too_early" if needs else "key_opened_before")
    if needs:
        assert said.facts["needs"] == needs


def test_a_key_that_is_opened_is_not_opened_again() -> None:
    """After the record of the opening there is nothing left to release."""
    refused(SCORES, journal(Totalled), "key_opened_before")


def test_an_unknown_key_is_refused() -> None:
    """No key of that name in this case."""
    refused("seeds/9", CLOSED, "key_unknown")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda shown: [], "journal_empty"),
        (lambda shown: shown[1:], "journal_broken"),
        (lambda shown: [*shown[:5], *shown[6:]], "journal_broken"),
        (lambda shown: [*shown[:5], shown[4], *shown[5:]], "journal_broken"),
        (lambda shown: [shown[1], shown[0], *shown[2:]], "journal_broken"),
        (lambda shown: [*shown[:-1], replace(shown[-1], signature="00" * 64)], "journal_unsigned"),
        (lambda shown: [*shown[:-1], replace(shown[-1], signature="x")], "journal_unsigned"),
        (lambda shown: [replace(shown[0], signature=shown[1].signature), *shown[1:]], "journal_unsigned"),
    ],
    ids=[
        "none",
        "no booking",
        "a gap",
        "doubled",
        "swapped",
        "no signature",
        "rubbish",
        "another's signature",
    ],
)
def test_a_journal_that_is_not_one_signed_chain_is_refused(
    spoil: Callable[[list[Signed]], list[Signed]], code: str
) -> None:
    """Every way to cut, repeat, reorder or forge it."""
    refused(SCORES, spoil(CLOSED), code)


def test_another_logs_journal_is_refused() -> None:
    """A server's own second log key is not the pinned one."""
    other = signing_key(b"m" * 32)
    shown = [replace(each, signature=sign_entry(other, each.entry)) for each in CLOSED]
    refused(SCORES, shown, "journal_unsigned")


def test_a_journal_of_another_lot_is_refused() -> None:
    """Asked for one lot, shown another."""
    refused(SCORES, journal(Closed, lot=LotId("OTHER")), "journal_broken")


def test_an_unlawful_history_is_refused_though_signed() -> None:
    """The log signs a close over one sheet fewer: the agent replays, counts and refuses."""
    before = CLOSED[:-1]
    state = replay(each.entry for each in before)
    short = Closed(sheets=tuple(m.sheet for m in state.current() if m.sheet)[1:])
    forged = signed(entry(state, LOT, short, at=NOON + timedelta(hours=1), role=Role.SYSTEM, actor=""))
    assert refused(SCORES, [*before, forged], "journal_unlawful").facts == {"rule": "sheets_other"}


def test_a_journal_from_the_future_is_refused() -> None:
    """By the custodian's own clock; a few minutes of difference are nobody's fault."""
    last = CLOSED[-1].entry.at
    refused(SCORES, CLOSED, "journal_future", now=last - AHEAD - timedelta(seconds=1))
    _, answer = ask(SCORES, CLOSED, now=last - AHEAD)
    assert isinstance(answer, Released)


def test_no_score_before_the_evaluation_begins() -> None:
    """A hasty log closes an evaluation that is to begin tomorrow: the custodian's own clock says no."""

    def tomorrow(event: Event) -> Event:
        starts, ends = (NOON + timedelta(days=1, hours=h) for h in (0, 3))
        moved = {"starts": starts.isoformat(), "ends": ends.isoformat()}
        return replace(event, **moved) if isinstance(event, Booked) else event

    for key, last in ((SCORES, Closed), (BIDDERS, Totalled), (EXPERTS, None)):
        refused(key, journal(last, change=tomorrow), "key_before_time")
    _, answer = ask(seeds(1), journal(LotteryFixed, change=tomorrow))
    assert isinstance(answer, Released)


def test_keys_held_by_strangers_are_refused() -> None:
    """The server names a custodian we do not pin, or drops one."""
    fake = own_of("pool", b"f" * 32)
    more = {**PINS, "court": (fake.sign.public, fake.seal.public)}
    for pins in ({**PINS, "pool": (fake.sign.public, fake.seal.public)}, more):
        trust = replace(TRUST, custodians=pins)
        _, answer = decide(OWN, trust, Memory(), Asked(lot=LOT, key=SCORES), CLOSED, LATER)
        assert isinstance(answer, Declined)
        assert answer.code == "key_strangers"


def test_a_key_that_it_did_not_help_to_make_is_refused() -> None:
    """An agent that trusts ceremonies only releases what it assented to itself; the centre's own dealing is not it."""
    public = str(dealt().keys[0]["public"])
    strict = replace(TRUST, dealt_too=False)
    asked = Asked(lot=LOT, key=SCORES)
    _, answer = decide(OWN, strict, Memory(), asked, CLOSED, LATER)
    assert isinstance(answer, Declined)
    assert answer.code == "key_not_made"
    _, answer = decide(OWN, strict, Memory(made=frozenset({public})), asked, CLOSED, LATER)
    assert isinstance(answer, Released)


def test_a_key_that_a_minority_opens_is_refused() -> None:
    """Two of four could open against one record, and the other two against another."""
    fourth = own_of("court", b"q" * 32)
    owns = {**OWNS, "court": fourth}
    custodians = tuple(
        Custodian(name=own.name, sign=own.sign.public.hex(), seal=own.seal.public.hex())
        for own in owns.values()
    )
    holders = {name: own.seal.public for name, own in owns.items()}
    bodies = tuple(to_body(deal_key(k, holders, 2, bytes([i]) * 32)) for i, k in enumerate(purposes(2)))
    shown = journal(Closed, keys=KeysDealt(custodians=custodians, threshold=2, keys=bodies))
    pins = {name: (own.sign.public, own.seal.public) for name, own in owns.items()}
    trust = replace(TRUST, custodians=pins)
    _, answer = decide(OWN, trust, Memory(), Asked(lot=LOT, key=SCORES), shown, LATER)
    assert isinstance(answer, Declined)
    assert answer.code == "key_minority"


def test_a_broken_key_is_refused() -> None:
    """A key whose public half is another one than committed to, and a share that is not ours."""
    keys = dealt()
    other = dict(keys.keys[0]) | {"public": OWN.seal.public.hex()}
    shown = journal(Closed, keys=replace(keys, keys=(other, *keys.keys[1:])))
    refused(SCORES, shown, "key_broken")
    stranger = own_of("supervisor", b"n" * 32)
    _, answer = decide(stranger, TRUST, Memory(), Asked(lot=LOT, key=SCORES), CLOSED, LATER)
    assert isinstance(answer, Declined)
    assert answer.code == "key_broken"


def test_one_key_under_two_purposes_is_refused() -> None:
    """Seeds that open with the score key would open the scores with the seeds."""
    keys = dealt()
    twin = dict(keys.keys[0]) | {"key_id": seeds(1)}
    shown = journal(LotteryFixed, keys=replace(keys, keys=(*keys.keys[:3], twin, keys.keys[4])))
    refused(seeds(1), shown, "key_twice")


def test_one_key_in_two_lots_is_refused_with_evidence() -> None:
    """The centre books a sham lot with the real lot's keys and closes it: the two dealings convict the log."""
    memory, _ = ask(SCORES, journal(KeysDealt))
    sham = LotId("SHAM")
    said = refused(SCORES, journal(Closed, lot=sham), "key_elsewhere", memory=memory, lot=sham)
    assert proves(LOG.public, said.evidence)
    assert {each.entry.lot for each in said.evidence} == {LOT, sham}


def test_two_close_records_for_one_key_are_refused_with_evidence() -> None:
    """Even an agent that lost the chain remembers what it released against."""
    memory, _ = ask(SCORES, CLOSED)
    state = replay(each.entry for each in CLOSED[:-1])
    again = CLOSED[-1].entry
    moved = entry(state, LOT, again.event, at=again.at + timedelta(minutes=1), role=again.role, actor="")
    shown = [*CLOSED[:-1], signed(moved)]
    said = refused(SCORES, shown, "key_promised", memory=Memory(promises=memory.promises))
    assert proves(LOG.public, said.evidence)
    refused(SCORES, shown, "journal_contradicts", memory=memory)


def test_two_lotteries_for_one_round_are_refused_with_evidence() -> None:
    """The log commits to a second lottery after it has seen the seeds: no agent opens for it."""
    first = journal(LotteryFixed)
    memory, answer = ask(seeds(1), first)
    assert isinstance(answer, Released)

    def other(event: Event) -> Event:
        return replace(event, lottery=mark("better")) if isinstance(event, LotteryFixed) else event

    for kept in (memory, Memory(promises=memory.promises)):
        said = refused(seeds(1), journal(LotteryFixed, change=other), _code(kept), memory=kept)
        assert proves(LOG.public, said.evidence)


def _code(memory: Memory) -> str:
    return "journal_contradicts" if memory.heads else "key_promised"


def test_a_chain_that_contradicts_what_was_seen_is_refused_with_evidence() -> None:
    """At any earlier moment: whatever the agent saw, another history with it is shown to be one."""

    def other(event: Event) -> Event:
        return replace(event, size=8) if event.__class__.__name__ == "PoolFrozen" else event

    for count in range(3, len(CLOSED)):
        memory, _ = ask(SCORES, CLOSED[:count])
        said = refused(SCORES, journal(Closed, change=other), "journal_contradicts", memory=memory)
        assert proves(LOG.public, said.evidence)
    assert isinstance(ask(SCORES, CLOSED, memory=memory)[1], Released)


def test_a_journal_shorter_than_what_was_seen_is_refused_without_a_verdict() -> None:
    """It may only be late: the agent waits, and accuses nobody."""
    memory, _ = ask(SCORES, CLOSED)
    said = refused(SCORES, CLOSED[:-1], "journal_shorter", memory=memory)
    assert not proves(LOG.public, said.evidence)


def test_a_refused_journal_is_not_remembered() -> None:
    """A forged history must not make the true one look contradictory."""
    memory, _ = ask(SCORES, CLOSED)
    for shown in (CLOSED[:-1], CLOSED[1:], []):
        after, _ = ask(SCORES, shown, memory=memory)
        assert after == memory


def test_an_early_request_is_remembered_all_the_same() -> None:
    """What the agent saw while it refused binds the log later."""
    memory, answer = ask(SCORES, journal(Scored))
    assert isinstance(answer, Declined)
    assert memory.heads[LOT].entry.event.__class__ is Scored
    assert not memory.promises


def test_only_contradictions_prove_anything() -> None:
    """Two entries of one honest chain, one twice, unsigned ones, or fewer than two accuse nobody."""
    one, two = CLOSED[3], CLOSED[4]
    other = replace(one.entry, at=one.entry.at + timedelta(minutes=1))
    forged = Signed(entry=other, signature=one.signature)
    for evidence in ((), (one,), (one, one), (one, two), (one, forged), (one, two, one)):
        assert not proves(LOG.public, evidence)


def test_answers_are_written_and_read_back() -> None:
    """Release, refusal and refusal with evidence, through canonical JSON; any other shape is refused."""
    memory, released = ask(SCORES, CLOSED)
    declined = refused(SCORES, CLOSED[:-1], "journal_shorter", memory=memory)
    for answer in (released, declined):
        body = answer_body(answer)
        assert answer_of(parse(canonical(body))) == answer
        for bad in ({**body, "more": 1}, {**body, "lot": 1}, [], {**body, "signature": None}, None):
            with pytest.raises(Broken):
                answer_of(bad)
    bad = {**answer_body(declined), "evidence": [1]}
    with pytest.raises(Broken):
        answer_of(bad)
    assert signed_of(signed_body(CLOSED[0])) == CLOSED[0]


def test_a_changed_answer_is_nobodys() -> None:
    """Another record, another lot, another's name, a wrong share, another code: the signature or the share tells."""
    key = from_body(dict(dealt().keys[0]))
    _, released = ask(SCORES, CLOSED)
    assert isinstance(released, Released)
    wrong = Share(index=2, value=scalar(b"w" * 32))
    _, others = decide(OWNS["pool"], TRUST, Memory(), Asked(lot=LOT, key=SCORES), CLOSED, LATER)
    assert isinstance(others, Released)
    for bad in (
        replace(released, against=Digest("00" * 32)),
        replace(released, asked=Asked(lot=LotId("OTHER"), key=SCORES)),
        replace(released, custodian="pool"),
        replace(released, custodian="court"),
        replace(released, share=wrong),
        replace(released, share=others.share),
    ):
        with pytest.raises(Broken):
            check_answer(bad, PINS, key)
    with pytest.raises(Broken):
        check_answer(released, PINS, from_body(dict(dealt().keys[1])))
    declined = refused(SCORES, journal(Scored), "key_too_early")
    for changed in (replace(declined, code="key_promised"), replace(declined, evidence=(CLOSED[0],))):
        with pytest.raises(Broken):
            check_answer(changed, PINS)


def test_no_secret_stands_in_a_print_of_a_release() -> None:
    """A log line with a release shows no share."""
    _, released = ask(SCORES, CLOSED)
    assert isinstance(released, Released)
    assert repr(released.share.value) not in repr(released)
