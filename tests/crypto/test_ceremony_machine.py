"""A ceremony on a bad network among bad people: hypothesis plays post office and up to t − 1 saboteurs."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from crypto import shares
from crypto.ceremony import Party, begin, hear, resume
from crypto.complaint import Complaint, Fault, complain
from crypto.custody import combine, open_share
from crypto.dealing import Dealing
from crypto.errors import Broken
from crypto.messages import Message, Step, dealing_in, say, say_dealing, say_first
from crypto.seats import Plan, own_of, seat_of
from crypto.transcript import check_transcript, transcript_of

NAMES = ("centre", "supervisor", "notary", "pool", "court")
OWNS = {name: own_of(name, name.encode().ljust(32, b".")) for name in NAMES}
DEEDS = (
    "crash",
    "two hashes",
    "two dealings",
    "bad share",
    "bad proof",
    "bad form",
    "slander",
    "other assent",
)


class Ceremony(RuleBasedStateMachine):
    """Every message may reach every seat late, twice, or in any order; some seats lie about anything."""

    @initialize(data=st.data())
    def convene(self, data: st.DataObject) -> None:
        """2 of 3 or 3 of 5, with up to t − 1 saboteurs and their deeds."""
        count, threshold = data.draw(st.sampled_from([(3, 2), (5, 3)]))
        names = NAMES[:count]
        self.plan = Plan(
            ceremony=data.draw(st.binary(min_size=32, max_size=32)),
            key_id="scores",
            threshold=threshold,
            seats=tuple(seat_of(OWNS[name]) for name in names),
        )
        self.pins = {seat.name: (seat.sign, seat.seal) for seat in self.plan.seats}
        bad = data.draw(st.lists(st.sampled_from(names), max_size=threshold - 1, unique=True))
        self.deeds = {name: data.draw(st.sampled_from(DEEDS)) for name in bad}
        self.honest = [name for name in names if name not in self.deeds]
        self.parties: dict[str, Party] = {}
        self.post: list[tuple[str, Message]] = []
        self.sent: list[Message] = []
        for name in names:
            self.parties[name], said = begin(OWNS[name], self.plan, self.pins, name.encode().ljust(32))
            self._send(name, said)

    def _send(self, name: str, said: tuple[Message, ...]) -> None:
        for message in said:
            versions = self._twisted(name, message) if message.by == name else [message]
            for i, to in enumerate(self.parties_but(name)):
                if versions:
                    self.post.append((to, versions[i % len(versions)]))
            self.sent += versions

    def parties_but(self, name: str) -> list[str]:
        """Everybody else."""
        return [other for other in self.plan.names if other != name]

    def _twisted(self, name: str, message: Message) -> list[Message]:
        """What a saboteur sends instead: the second of two goes to every second seat."""
        deed, own = self.deeds.get(name), OWNS[name]
        other = (shares.group_public(shares.scalar(b"q" * 32)),) * self.plan.threshold
        if deed == "crash" and message.step is not Step.FIRST:
            return []
        if deed == "two hashes" and message.step is Step.FIRST:
            return [message, say_first(own, self.plan, other)]
        if deed == "bad form" and message.step is Step.DEALING:
            return [say(own, self.plan, Step.DEALING, {})]
        if deed == "slander" and message.step is Step.DEALING:
            victim = self.honest[0]
            complaint = Complaint(against=victim, fault=Fault.FORM, evidence=(message,))
            return [complain(own, self.plan, complaint)]
        if deed == "other assent" and message.step is Step.ASSENT:
            body = {"transcript": "00" * 32, "sealed": ""}
            return [say(own, self.plan, Step.ASSENT, body)]
        if message.step is Step.DEALING and deed in ("two dealings", "bad share", "bad proof"):
            bad = say_dealing(own, self.plan, self._spoilt(deed, dealing_in(message)))
            return [message, bad] if deed == "two dealings" else [bad]
        return [message]

    def _spoilt(self, deed: str, dealing: Dealing) -> Dealing:
        if deed == "bad proof":
            return replace(dealing, proof=bytes(64))
        sealed = [one[:-1] + bytes([one[-1] ^ 1]) for one in dealing.sealed]
        return replace(dealing, sealed=tuple(sealed))

    @precondition(lambda self: self.post)
    @rule(data=st.data(), again=st.booleans())
    def deliver(self, data: st.DataObject, again: bool) -> None:
        """Any message in the post arrives, now or once more later."""
        place = data.draw(st.integers(0, len(self.post) - 1))
        to, message = self.post[place] if again else self.post.pop(place)
        self._arrive(to, message)

    def _arrive(self, to: str, message: Message) -> None:
        self.parties[to], said = hear(self.parties[to], message)
        self._send(to, said)

    @precondition(lambda self: self.post)
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        """The network drops a message."""
        self.post.pop(data.draw(st.integers(0, len(self.post) - 1)))

    @rule(data=st.data(), fresh=st.binary(min_size=32, max_size=32))
    def restart(self, data: st.DataObject, fresh: bytes) -> None:
        """An honest seat crashes and comes back with the messages it has kept and new entropy: it contradicts
        nothing that it said before, and forgets no key."""
        name = data.draw(st.sampled_from(self.honest))
        before = self.parties[name]
        after, said = resume(OWNS[name], self.plan, fresh, before.heard.values())
        for place, message in before.heard.items():
            assert after.heard[place].payload == message.payload
        assert before.key is None or after.key == before.key
        self.parties[name] = after
        self._send(name, said)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def forge(self, data: st.DataObject) -> None:
        """The network changes a message: nobody takes it, nothing changes."""
        message = data.draw(st.sampled_from(self.sent))
        changed = replace(message, payload=message.payload.replace(b"plan", b"plam"))
        to = data.draw(st.sampled_from(self.honest))
        before = self.parties[to]
        try:
            self.parties[to], _ = hear(before, changed)
        except Broken:
            assert self.parties[to] == before
        else:
            raise AssertionError("a forged message was heard")

    @rule()
    def post_office_catches_up(self) -> None:
        """Everybody says again what it has said, all of it arrives; without saboteurs the key is there."""
        for name in self.honest:
            own = [message for message in self.parties[name].heard.values() if message.by == name]
            self.post += [(to, message) for to in self.parties_but(name) for message in own]
        while self.post:
            self._arrive(*self.post.pop(0))
        if not self.deeds:
            assert all(party.key for party in self.parties.values())

    @invariant()
    def no_honest_seat_is_blamed(self) -> None:
        """Whoever an honest seat holds for the culprit is one of the saboteurs."""
        for name in getattr(self, "honest", ()):
            assert self.parties[name].culprit in ("", *self.deeds)

    @invariant()
    def honest_seats_have_one_key_or_none(self) -> None:
        """Two honest seats never end with two keys; what they have is whole and any t of the honest open it."""
        done = [self.parties[name] for name in getattr(self, "honest", ()) if self.parties[name].key]
        assert len({party.key.commitments for party in done if party.key}) <= 1
        if done:
            assert check_transcript(transcript_of(done[0]), self.pins) == done[0].key

    def teardown(self) -> None:
        """Where there is a key, t honest seats open it."""
        done = [self.parties[name] for name in getattr(self, "honest", ()) if self.parties[name].key]
        if done and done[0].key and len(self.honest) >= self.plan.threshold:
            some = self.honest[: self.plan.threshold]
            key = done[0].key
            combine(key, [open_share(key, name, OWNS[name].seal.private) for name in some])


Ceremony.TestCase.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
TestCeremony = Ceremony.TestCase
