"""A key without a dealer: all honest seats get one key or none, and whoever spoils it is named, never another."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import shares
from crypto.canonical import canonical, parse
from crypto.ceremony import Party, begin, hear, resume
from crypto.complaint import Complaint, Fault, complain, judge, show
from crypto.custody import combine, open_share, share_body
from crypto.dealing import Dealing, make, share_place
from crypto.envelope import Context, Kind, open_, seal
from crypto.errors import Broken, NotForYou
from crypto.keys import subseed
from crypto.messages import Message, Step, dealing_in, heard_digest, passing_keys, say, say_dealing, say_first
from crypto.seats import Own, Plan, own_of, seat_of
from crypto.transcript import check_transcript, from_body, recover, to_body, transcript_of

NAMES = ("centre", "supervisor", "notary", "pool", "court")
OWNS = {name: own_of(name, name.encode().ljust(32, b".")) for name in NAMES}
ENTROPY = b"e" * 32
Tamper = Callable[[Message], list[Message]]


def plan_for(names: tuple[str, ...] = NAMES[:3], threshold: int = 2, ceremony: bytes = b"1" * 32) -> Plan:
    """A plan over some of the custodians."""
    seats = tuple(seat_of(OWNS[name]) for name in names)
    return Plan(ceremony=ceremony, key_id="scores", threshold=threshold, seats=seats)


def pins_of(plan: Plan) -> dict[str, tuple[bytes, bytes]]:
    """The trust file of a plan's custodians."""
    return {seat.name: (seat.sign, seat.seal) for seat in plan.seats}


def run(plan: Plan, tamper: dict[str, Tamper] | None = None) -> dict[str, Party]:
    """Everybody hears everything in order; a tamperer's messages pass through its own hands first."""
    parties, queue = {}, []

    def post(messages: tuple[Message, ...]) -> None:
        for message in messages:
            twist = (tamper or {}).get(message.by)
            queue.extend(twist(message) if twist else [message])

    for name in plan.names:
        parties[name], said = begin(OWNS[name], plan, pins_of(plan), subseed(ENTROPY, name))
        post(said)
    while queue:
        message = queue.pop(0)
        for name in plan.names:
            parties[name], said = hear(parties[name], message)
            post(said)
    return parties


PLAN = plan_for()
DONE = run(PLAN)
KEY = DONE["centre"].key
RECORD = transcript_of(DONE["notary"])
PLACE = Context(lot="AH-2027-0001/1", kind=Kind.SCORES, slot="1", key_id="scores")


def test_three_custodians_make_one_key_and_any_two_open_it() -> None:
    """All end with the same key; stock HPKE seals to it; every pair opens, nobody alone."""
    assert KEY is not None
    assert {party.key for party in DONE.values()} == {KEY}
    sealed = seal(KEY.public, "91.5", PLACE, bytes(32))
    held = [open_share(KEY, name, OWNS[name].seal.private) for name in PLAN.names]
    for pair in combinations(held, 2):
        assert open_(combine(KEY, pair), sealed.envelope, PLACE) == "91.5"
    for one in held:
        with pytest.raises(NotForYou):
            combine(KEY, [one])


@given(st.integers(2, 5), st.data())
@settings(max_examples=6, deadline=None)
def test_any_t_of_n_open_a_key_without_a_dealer(count: int, data: st.DataObject) -> None:
    """From 2 of 2 to 5 of 5, whichever seats, t − 1 never."""
    threshold = data.draw(st.integers(2, count))
    plan = plan_for(NAMES[:count], threshold, data.draw(st.binary(min_size=32, max_size=32)))
    key = check_transcript(transcript_of(run(plan)["centre"]), pins_of(plan))
    some = data.draw(st.permutations(plan.names))[:threshold]
    held = [open_share(key, name, OWNS[name].seal.private) for name in some]
    assert len(combine(key, held)) == 32
    with pytest.raises(NotForYou):
        combine(key, held[1:])


def test_nobody_knows_the_secret_while_it_is_made() -> None:
    """No seat's own secret is the key, and t − 1 seats together lack a share that any value would fit."""
    assert KEY is not None
    for name in PLAN.names:
        own = dealing_in(DONE[name].heard[Step.DEALING, name]).commitments[0]
        assert shares.sealing_public(own) != KEY.public


def test_a_lost_share_comes_back_from_seed_and_record() -> None:
    """The custodian's database burned; its one seed and the public record give the very share again."""
    assert KEY is not None
    read = from_body(parse(canonical(to_body(RECORD))))
    for name in PLAN.names:
        assert recover(read, OWNS[name], pins_of(PLAN)) == open_share(KEY, name, OWNS[name].seal.private)


def test_another_plan_gives_an_unrelated_polynomial() -> None:
    """Even where a server uses one id twice: other seats, other key, nothing in common."""
    for other in (plan_for(threshold=3), plan_for(NAMES[:4]), replace(PLAN, key_id="bidders")):
        key = run(other)["centre"].key
        assert key is not None
        assert KEY is not None
        assert not set(key.commitments) & set(KEY.commitments)


def test_a_custodian_takes_no_seat_it_should_not_take() -> None:
    """Invented custodians, a used id, changed keys, silly thresholds, twins."""
    own, pins = OWNS["centre"], pins_of(PLAN)
    fake = seat_of(own_of("supervisor", b"f" * 32))
    with pytest.raises(Broken, match="used before"):
        begin(own, PLAN, pins, ENTROPY, used=[PLAN.ceremony])
    for bad in (
        replace(PLAN, seats=(PLAN.seats[0], fake, PLAN.seats[2])),
        replace(PLAN, seats=PLAN.seats[:2]),
        replace(PLAN, seats=(*PLAN.seats, seat_of(OWNS["court"]))),
        replace(PLAN, threshold=1),
        replace(PLAN, threshold=4),
        replace(PLAN, ceremony=b"short"),
        replace(PLAN, seats=(PLAN.seats[0], PLAN.seats[1], replace(PLAN.seats[1], name="notary"))),
    ):
        with pytest.raises(Broken):
            begin(own, bad, pins, ENTROPY)
    with pytest.raises(Broken):
        begin(OWNS["court"], PLAN, pins, ENTROPY)
    with pytest.raises(Broken):
        begin(own_of("centre", b"other seed".ljust(32)), PLAN, pins, ENTROPY)


def test_a_crashed_custodian_goes_on_from_what_it_kept() -> None:
    """From any point after its dealing it neither deals again nor contradicts itself, and gets the same key."""
    assert KEY is not None
    kept = list(DONE["notary"].heard.values())
    dealt = kept.index(DONE["notary"].heard[Step.DEALING, "notary"]) + 1
    for count in range(dealt, len(kept) + 1):
        party, said = resume(OWNS["notary"], PLAN, subseed(ENTROPY, "notary"), kept[:count])
        for message in kept:
            if message.by != "notary":
                party, more = hear(party, message)
                said += more
        assert not any(each.step is not Step.ASSENT for each in said)
        assert party.key is not None
        assert party.key.commitments == KEY.commitments


def test_strangers_and_other_ceremonies_are_not_heard() -> None:
    """A forged signature, a stranger, a message of yesterday's ceremony: refused, and nothing has changed."""
    party = DONE["centre"]
    message = party.heard[Step.FIRST, "notary"]
    other = run(plan_for(ceremony=b"2" * 32))["centre"].heard[Step.FIRST, "notary"]
    for bad in (
        replace(message, signature=bytes(64)),
        replace(message, by="supervisor"),
        replace(message, by="stranger"),
        replace(message, step=Step.ASSENT),
        replace(message, payload=message.payload + b" "),
        other,
    ):
        with pytest.raises(Broken):
            hear(party, bad)


def bad_dealing(change: Callable[[Party, Dealing], Dealing]) -> Tamper:
    """The notary's dealing, signed by it, but changed."""

    def twist(message: Message) -> list[Message]:
        if message.step is not Step.DEALING:
            return [message]
        party = replace(DONE["notary"], own=OWNS["notary"])
        return [say_dealing(OWNS["notary"], PLAN, change(party, dealing_in(message)))]

    return twist


def wrong_share(party: Party, dealing: Dealing) -> Dealing:
    """The supervisor gets a number that is on no polynomial; everything public is in order."""
    return _with_share(dealing, share_body(shares.Share(index=2, value=shares.scalar(b"w" * 32))))


def no_share(party: Party, dealing: Dealing) -> Dealing:
    """The supervisor's envelope holds a poem."""
    return _with_share(dealing, "白日依山尽")


def _with_share(dealing: Dealing, value: object) -> Dealing:
    place = share_place(PLAN, "notary", "supervisor", dealing.commitments)
    public = OWNS["supervisor"].passing(PLAN.mark).public
    envelope = seal(public, value, place, bytes(32), 256).envelope
    return replace(dealing, sealed=(dealing.sealed[0], envelope, dealing.sealed[2]))


def cut_envelope(party: Party, dealing: Dealing) -> Dealing:
    """The supervisor's envelope has a changed last byte."""
    cut = dealing.sealed[1][:-1] + bytes([dealing.sealed[1][-1] ^ 1])
    return replace(dealing, sealed=(dealing.sealed[0], cut, dealing.sealed[2]))


def low_order(party: Party, dealing: Dealing) -> Dealing:
    """The supervisor's envelope has an encapsulation of small order."""
    cut = dealing.sealed[1][:22] + bytes(32) + dealing.sealed[1][54:]
    return replace(dealing, sealed=(dealing.sealed[0], cut, dealing.sealed[2]))


PUBLIC_FAULTS: dict[str, Callable[[Party, Dealing], Dealing]] = {
    "one commitment more": lambda p, d: replace(d, commitments=(*d.commitments, d.commitments[0])),
    "one commitment fewer": lambda p, d: replace(d, commitments=d.commitments[:1]),
    "another polynomial than hashed": lambda p, d: replace(d, commitments=d.commitments[::-1]),
    "a point of small order": lambda p, d: replace(d, commitments=(d.commitments[0], bytes(32))),
    "no proof": lambda p, d: replace(d, proof=bytes(64)),
    "a share missing": lambda p, d: replace(d, sealed=d.sealed[:2]),
    "shares in another order": lambda p, d: replace(d, sealed=d.sealed[::-1]),
    "rubbish for an envelope": lambda p, d: replace(d, sealed=(d.sealed[0], b"rubbish", d.sealed[2])),
    "an encapsulation outside the group": low_order,
    "a wrong share": wrong_share,
    "a poem for a share": no_share,
    "a changed envelope": cut_envelope,
}


@pytest.mark.parametrize("fault", PUBLIC_FAULTS)
def test_every_fault_of_a_dealing_names_its_dealer(fault: str) -> None:
    """Whoever notices, all three end with the notary's name; a complaint convinces who has seen nothing else."""
    ended = run(PLAN, {"notary": bad_dealing(PUBLIC_FAULTS[fault])})
    assert {party.culprit for party in ended.values()} == {"notary"}
    assert not any(party.key for party in ended.values())


def test_a_wrong_share_is_proven_by_opening_it_to_everybody() -> None:
    """The complaint opens the accuser's envelope of this ceremony; the key kept for years is not in it."""
    heard: list[Message] = []

    def listen(message: Message) -> list[Message]:
        heard.append(message)
        return [message]

    run(PLAN, {"notary": bad_dealing(wrong_share), "supervisor": listen})
    (complaint,) = [each for each in heard if each.step is Step.COMPLAINT]
    value = parse(complaint.payload)
    assert (value["fault"], value["against"], complaint.by) == ("share", "notary", "supervisor")
    assert judge(PLAN, complaint) == "notary"
    assert OWNS["supervisor"].passing(PLAN.mark).public != OWNS["supervisor"].seal.public


def test_who_speaks_twice_is_convicted_by_the_two_signatures() -> None:
    """Two hashes, or two dealings, of one seat: anybody who sees both names it."""
    notary = OWNS["notary"]
    other = say_first(notary, PLAN, (shares.group_public(shares.scalar(b"q" * 32)),) * 2)

    def two(message: Message) -> list[Message]:
        return [message, other] if message.step is Step.FIRST else [message]

    ended = run(PLAN, {"notary": two})
    assert {party.culprit for party in ended.values()} == {"notary"}


def test_two_worlds_are_noticed_before_a_key_exists() -> None:
    """The notary tells the centre one hash and the supervisor another: no key, and the relay names the notary."""
    plan, pins = PLAN, pins_of(PLAN)
    parties = {}
    first = {}
    for name in plan.names:
        parties[name], (first[name],) = begin(OWNS[name], plan, pins, subseed(ENTROPY, name))
    lie = say(OWNS["notary"], plan, Step.FIRST, {**_body(first["notary"]), "core": "00" * 32})
    queue: list[tuple[str, Message]] = [("centre", lie), ("supervisor", first["notary"])]
    for one, two in (("centre", "supervisor"), ("supervisor", "centre")):
        queue.append((two, first[one]))
    while queue:
        to, message = queue.pop(0)
        parties[to], said = hear(parties[to], message)
        other = "supervisor" if to == "centre" else "centre"
        queue += [(other, each) for each in said]
    assert {parties[name].culprit for name in ("centre", "supervisor")} == {"notary"}


def _body(message: Message) -> dict[str, object]:
    value = parse(message.payload)
    del value["plan"]
    return dict(value)


@pytest.mark.parametrize("step", [Step.FIRST, Step.DEALING, Step.ASSENT])
def test_a_signed_message_without_its_form_names_its_sender(step: Step) -> None:
    """An empty record under one's own signature is a fault too."""

    def twist(message: Message) -> list[Message]:
        return [say(OWNS["pool"], plan, step, {})] if message.step is step else [message]

    plan = plan_for(("centre", "supervisor", "pool"))
    ended = run(plan, {"pool": twist})
    assert {ended[name].culprit for name in ("centre", "supervisor")} == {"pool"}


def false_complaints() -> Iterator[Complaint]:
    """The notary accuses the centre of everything, with every sort of evidence that it has."""
    firsts = tuple(DONE["notary"].heard[Step.FIRST, name] for name in PLAN.names)
    dealing = DONE["notary"].heard[Step.DEALING, "centre"]
    own = DONE["notary"].heard[Step.DEALING, "notary"]
    shown = show(OWNS["notary"], PLAN, dealing_in(dealing), ENTROPY)
    forged = say_first(OWNS["notary"], PLAN, dealing_in(own).commitments[:1])
    for fault in Fault:
        for evidence in (
            (),
            (firsts[0],),
            (dealing,),
            (firsts[0], firsts[0]),
            (firsts[0], firsts[1]),
            (firsts[0], dealing),
            (*firsts, dealing),
            (*firsts[:2], forged, dealing),
            (*firsts, own),
            (*firsts, replace(dealing, by="notary")),
        ):
            for proof in (None, shown, replace(shown, point=shares.group_public(shares.scalar(ENTROPY)))):
                yield Complaint(against="centre", fault=fault, evidence=evidence, shown=proof)
    yield Complaint(against="nobody", fault=Fault.FORM, evidence=(firsts[0],))


def test_a_false_accusation_falls_back_on_its_author() -> None:
    """Whatever the notary shows against the honest centre, the verdict is the notary."""
    for complaint in false_complaints():
        assert judge(PLAN, complain(OWNS["notary"], PLAN, complaint)) == "notary"
    shapeless = say(OWNS["notary"], PLAN, Step.COMPLAINT, {"against": "centre"})
    assert judge(PLAN, shapeless) == "notary"


def test_a_false_witness_cannot_frame_a_dealer_with_another_first_message() -> None:
    """The notary says a second sealing key after the dealing and claims that its share does not open there."""
    notary: Own = OWNS["notary"]
    later = {**_body(DONE["notary"].heard[Step.FIRST, "notary"]), "passing": notary.seal.public.hex()}
    firsts = [DONE["notary"].heard[Step.FIRST, name] for name in PLAN.names[:2]]
    evidence = (*firsts, say(notary, PLAN, Step.FIRST, later), DONE["notary"].heard[Step.DEALING, "centre"])
    for fault in (Fault.DEALING, Fault.SHARE):
        complaint = Complaint(against="centre", fault=fault, evidence=evidence)
        assert judge(PLAN, complain(notary, PLAN, complaint)) == "notary"


def test_a_changed_record_is_no_ceremony() -> None:
    """A message dropped, doubled, swapped or of another ceremony, other pins, another threshold."""
    other = transcript_of(run(plan_for(ceremony=b"3" * 32))["centre"])
    messages = RECORD.messages
    for bad in (
        replace(RECORD, messages=messages[:-1]),
        replace(RECORD, messages=(*messages, messages[-1])),
        replace(RECORD, messages=(messages[1], messages[0], *messages[2:])),
        replace(RECORD, messages=(*messages[:3], *messages[6:], *messages[3:6])),
        replace(RECORD, messages=(*messages[:8], other.messages[8])),
        replace(RECORD, plan=replace(PLAN, threshold=3)),
        replace(RECORD, plan=other.plan),
    ):
        with pytest.raises(Broken):
            check_transcript(bad, pins_of(PLAN))
    with pytest.raises(Broken, match="pinned"):
        check_transcript(RECORD, {**pins_of(PLAN), "notary": pins_of(plan_for(NAMES[:4]))["pool"]})
    assert check_transcript(RECORD, pins_of(PLAN)) == KEY


def test_a_seat_that_dealt_after_other_first_messages_is_not_in_a_record() -> None:
    """What every dealer had heard stands in its dealing, and a record with another world in it does not hold."""
    party = DONE["notary"]
    firsts = party.of(Step.FIRST)
    odd = make(OWNS["notary"], PLAN, passing_keys(firsts), bytes(32), ENTROPY)
    assert odd.heard != heard_digest(PLAN, firsts)
    changed = list(RECORD.messages)
    changed[5] = say_dealing(OWNS["notary"], PLAN, odd)
    with pytest.raises(Broken, match="other first messages"):
        check_transcript(replace(RECORD, messages=tuple(changed)), pins_of(PLAN))


def test_the_one_who_is_awaited_is_named() -> None:
    """The caller's clock decides when silence is too long; the machine says whose."""
    party, _ = begin(OWNS["centre"], PLAN, pins_of(PLAN), ENTROPY)
    assert party.missing() == ("supervisor", "notary")
    party, _ = hear(party, DONE["centre"].heard[Step.FIRST, "notary"])
    assert party.missing() == ("supervisor",)
    assert DONE["centre"].missing() == ()


def test_no_secret_stands_in_messages_record_or_print() -> None:
    """Seeds, shares and entropy are nowhere in what is sent, kept in public or logged."""
    party = DONE["notary"]
    text = repr(party) + canonical(to_body(RECORD)).decode()
    for share in party.dealt.values():
        assert share.value.hex() not in text
        assert repr(share.value) not in text
    assert OWNS["notary"].seed.hex() not in text
    assert repr(OWNS["notary"].seed) not in text
