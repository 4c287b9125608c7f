"""The town whose experts have long-term keys: each answers and arrives with the own device, as the pack asks."""

from dataclasses import dataclass

from api.demo.people import answer
from api.demo.people import check_in as stand_at_the_gate
from api.store.db import Database
from crypto.keys import SigningKey
from fixtures.invented import expert_key
from fixtures.people import keyed
from scheduler.events import Member
from scheduler.model import LotId, Role
from scheduler.records import Registers
from scheduler.vouching import Says
from tests import town as places
from tests.town import LOT, SEED, Town


@dataclass(slots=True, kw_only=True)
class SigningTown(Town):
    """A town in which everybody of the register signs."""

    def key(self, member: Member) -> SigningKey | None:
        """The long-term key on the person's own device; owner representatives have none."""
        who = self.person(member)
        return expert_key(who.expert) if who.role is Role.EXPERT else None

    def accept(self, member: Member) -> None:
        """The member signs and accepts."""
        answer(self.office, self.person(member), self.lot, Says.ACCEPT, self.key(member), self.entropy)

    def decline(self, member: Member) -> None:
        """The member signs and declines."""
        answer(self.office, self.person(member), self.lot, Says.DECLINE, self.key(member), self.entropy)

    def stand(self, member: Member) -> None:
        """At the gate, with a device that the long-term key certifies."""
        self.devices[member] = stand_at_the_gate(
            self.office, self.lot, member, self.person(member), self.entropy, self.key(member)
        )


def found(
    database: Database, seed: bytes = SEED, lot: LotId = LOT, people: Registers | None = None
) -> SigningTown:
    """As `town.found`, with everybody's key enrolled."""
    plain = places.found(database, seed, lot, keyed(people or places.register()))
    return SigningTown(office=plain.office, clock=plain.clock, entropy=plain.entropy, lot=lot)
