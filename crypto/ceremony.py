"""What does a custodian say next while a key is made without a dealer? Messages in, messages out.

Joint Feldman on Edwards25519, committed first: everybody says a hash of its commitments, then deals, then checks
all dealings, then signs the whole transcript. Without n signatures over one transcript there is no key; whatever
goes wrong ends this ceremony (another is planned, with a fresh id) and mostly names who did it. The caller must
keep every message before sending it (`Party.heard`): a custodian that speaks twice convicts itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from crypto.commit import same
from crypto.complaint import Complaint, Fault, check_core, complain, judge, read, show
from crypto.custody import CustodyKey, Holder, check, seal_kept
from crypto.dealing import (
    Dealing,
    Passing,
    check_public,
    make,
    open_dealt,
    polynomial,
    sum_commitments,
    sum_shares,
)
from crypto.errors import Broken, WrongShare
from crypto.keys import subseed
from crypto.messages import (
    First,
    Message,
    Step,
    admit,
    agreed_in,
    assent_of,
    dealing_in,
    first_of,
    heard_digest,
    say_assent,
    say_dealing,
    say_first,
    transcript_digest,
)
from crypto.seats import Own, Pins, Plan, check_plan, seat_of
from crypto.shares import Share, sealing_public

Said = tuple[Step, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One custodian in one ceremony. `key`: it is made; `culprit`: it failed, and this seat is to blame.

    `split`: not all were told the same. The relayed messages show who spoke twice, or nobody can tell.
    """

    plan: Plan
    own: Own = field(repr=False)
    entropy: bytes = field(repr=False)
    heard: Mapping[Said, Message]
    firsts: Mapping[str, First] = field(default_factory=dict)  # everybody's, read once all are there
    dealings: Mapping[str, Dealing] = field(default_factory=dict)  # checked and good, by dealer
    dealt: Mapping[str, Share] = field(default_factory=dict, repr=False)  # our share of each of them
    key: CustodyKey | None = None
    culprit: str = ""
    split: bool = False

    @property
    def passing(self) -> Passing:
        """Everybody's sealing key for this ceremony."""
        return {name: first.passing for name, first in self.firsts.items()}

    @property
    def over(self) -> bool:
        """Nothing more will be said."""
        return bool(self.key or self.culprit)

    @property
    def public(self) -> bytes | None:
        """The new key's public half once every dealing is good: what this seat's assent is about."""
        if len(self.dealings) < len(self.plan.seats):
            return None
        return sealing_public(sum_commitments([self.dealings[name] for name in self.plan.names])[0])

    def of(self, step: Step) -> dict[str, Message]:
        """All messages of a step, by sender."""
        return {by: message for (which, by), message in self.heard.items() if which is step}

    def missing(self) -> tuple[str, ...]:
        """Whom the ceremony waits for now; the caller's clock decides when to give up."""
        for step in (Step.FIRST, Step.DEALING, Step.ASSENT):
            if silent := tuple(name for name in self.plan.names if (step, name) not in self.heard):
                return () if self.over else silent
        return ()


Turn = tuple[Party, tuple[Message, ...]]


def begin(own: Own, plan: Plan, pins: Pins, entropy: bytes, used: Iterable[bytes] = ()) -> Turn:
    """A custodian takes its seat and says its hash. `entropy`: 32 new bytes, kept with the messages.

    Raises Broken for a plan that is unsound, names other custodians than the pinned ones, or has an id in `used`.
    """
    check_plan(plan, pins)
    if plan.seat(own.name) != seat_of(own):
        raise Broken("the plan names other keys for this seat")
    if plan.ceremony in set(used):
        raise Broken("this ceremony id was used before")
    first = say_first(own, plan, polynomial(own, plan).commitments)
    party = Party(plan=plan, own=own, entropy=entropy, heard={(Step.FIRST, own.name): first})
    return party, (first,)


def resume(own: Own, plan: Plan, entropy: bytes, kept: Iterable[Message]) -> Turn:
    """A custodian after a crash, from the messages it kept; says what it had not said yet."""
    party = Party(plan=plan, own=own, entropy=entropy, heard={})
    said: tuple[Message, ...] = ()
    for message in sorted(kept, key=lambda one: one.by != own.name):  # its own first: it must not speak anew
        if not party.over:
            admit(plan, message)
            party, more = _take(party, message)
            said += more
    return party, said


def hear(party: Party, message: Message) -> Turn:
    """The custodian after one more message, and what it says to everybody. Duplicates and any order are fine.

    Raises Broken, and nothing has changed, for what no seat signed for this ceremony.
    """
    admit(party.plan, message)
    return (party, ()) if party.over else _take(party, message)


def _take(party: Party, message: Message) -> Turn:
    if message.step is Step.COMPLAINT:
        return replace(party, culprit=judge(party.plan, message)), ()
    before = party.heard.get((message.step, message.by))
    if before is not None and before.payload == message.payload:
        return party, ()
    if before is not None:
        return _accuse(party, Complaint(against=message.by, fault=Fault.TWICE, evidence=(before, message)))
    try:
        read(party.plan, message)
    except Broken:
        return _accuse(party, Complaint(against=message.by, fault=Fault.FORM, evidence=(message,)))
    return _advance(replace(party, heard={**party.heard, (message.step, message.by): message}))


def _advance(party: Party) -> Turn:
    """Deal once all hashes are in, check what was dealt, assent once all is well, finish with all assents."""
    firsts = party.of(Step.FIRST)
    if len(firsts) < len(party.plan.seats) or (Step.FIRST, party.own.name) not in party.heard:
        return party, ()
    if not party.firsts:
        party = replace(party, firsts={name: first_of(message) for name, message in firsts.items()})
    said: tuple[Message, ...] = ()
    if (Step.DEALING, party.own.name) not in party.heard:
        dealing = make(
            party.own,
            party.plan,
            party.passing,
            heard_digest(party.plan, firsts),
            subseed(party.entropy, "ceremony dealing"),
        )
        party, said = _speak(party, say_dealing(party.own, party.plan, dealing))
    for dealer, message in party.of(Step.DEALING).items():
        if dealer not in party.dealt and not party.over:
            party, more = _weigh(party, dealer, message)
            said += more
    if party.over or len(party.dealt) < len(party.plan.seats):
        return party, said
    party, more = _agree(party)
    return party, said + more


def _weigh(party: Party, dealer: str, message: Message) -> Turn:
    """Check one dealing; a good one leaves its share, a bad one a complaint."""
    plan, firsts, dealing = party.plan, party.of(Step.FIRST), dealing_in(message)
    if not same(dealing.heard, heard_digest(plan, firsts)):
        return _relay(party)
    evidence = (*(firsts[name] for name in plan.names), message)
    try:
        check_core(plan, dealer, party.firsts[dealer], dealing)
        check_public(plan, dealer, dealing, party.passing)
    except Broken:
        return _accuse(party, Complaint(against=dealer, fault=Fault.DEALING, evidence=evidence))
    try:
        share = open_dealt(party.own, plan, dealer, dealing)
    except WrongShare:
        shown = show(party.own, plan, dealing, subseed(party.entropy, "ceremony complaint"))
        return _accuse(party, Complaint(against=dealer, fault=Fault.SHARE, evidence=evidence, shown=shown))
    dealings = {**party.dealings, dealer: dealing}
    return replace(party, dealings=dealings, dealt={**party.dealt, dealer: share}), ()


def _agree(party: Party) -> Turn:
    """All dealings are good: assent once, then wait until everybody has assented to the same transcript."""
    plan, own = party.plan, party.own
    transcript = transcript_digest(plan, party.of(Step.FIRST), party.of(Step.DEALING))
    dealings = [party.dealings[name] for name in plan.names]
    said: tuple[Message, ...] = ()
    if (Step.ASSENT, own.name) not in party.heard:
        share = sum_shares([party.dealt[name] for name in plan.names])
        salt = subseed(party.entropy, "ceremony kept")
        kept = seal_kept(plan.key_id, sum_commitments(dealings), share, (own.name, own.seal.public), salt)
        party, said = _speak(party, say_assent(own, plan, transcript, kept))
    assents = party.of(Step.ASSENT)
    if any(not same(agreed_in(message), transcript) for message in assents.values()):
        party, more = _relay(party)
        return party, said + more
    if len(assents) == len(plan.seats):
        party = replace(party, key=key_of(plan, dealings, assents))
    return party, said


def key_of(plan: Plan, dealings: list[Dealing], assents: Mapping[str, Message]) -> CustodyKey:
    """The key that these dealings make, with every seat's own share as it was sealed for keeping. Raises Broken."""
    commitments = sum_commitments(dealings)
    holders = tuple(
        Holder(name=seat.name, public=seat.seal, sealed=assent_of(assents[seat.name], seat).sealed)
        for seat in plan.seats
    )
    key = CustodyKey(
        key_id=plan.key_id,
        threshold=plan.threshold,
        public=sealing_public(commitments[0]),
        commitments=commitments,
        holders=holders,
    )
    check(key)
    return key


def _accuse(party: Party, complaint: Complaint) -> Turn:
    message = complain(party.own, party.plan, complaint)
    return replace(party, culprit=complaint.against), (message,)


def _relay(party: Party) -> Turn:
    """Somebody was told other things: pass on, once, all that was heard, so that who spoke twice is seen."""
    if party.split:
        return party, ()
    return replace(party, split=True), tuple(party.heard.values())


def _speak(party: Party, message: Message) -> Turn:
    heard = {**party.heard, (message.step, message.by): message}
    return replace(party, heard=heard), (message,)
