"""What may the centre ask of the pool owner? Marks, pseudonymous people, sealed names; never a name in clear.

The register of experts, its personal data and the key of pseudonyms and tags belong to the pool owner. Beside
the centre (`LocalPool`) or in a process of its own (`FarPool`), the questions are these and no others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from scheduler.events import Digest, Member
from scheduler.model import Control, Expert, LotId, OrgTag, SpecialityCode
from scheduler.records import OrganisationRecord

NOBODY = OrgTag("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Another lot's current members, as the journal of that lot names them."""

    lot: LotId
    members: tuple[Member, ...]
    day: date  # of the evaluation, in Shanghai
    tenderee: OrgTag  # under the tag of that lot
    overlaps: bool  # in time with the lot that is asked about: who sits there is busy
    lately: bool  # within the days that the frequency rules look back


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """People by their pseudonyms in another lot."""

    lot: LotId
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """Whom the rules of one lot should look at, and how far back."""

    lot: LotId
    on: date  # ages and terms as of this day
    specialities: tuple[SpecialityCode, ...] = ()  # beginnings of codes; none: whatever they know
    person: str = ""  # only this register number; empty: everybody
    member: str = ""  # only who bears this pseudonym in the lot; empty: everybody
    tenderee: OrgTag = NOBODY
    panels: tuple[Panel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """People under the pseudonyms of one lot, in their order, and who controls whom under its tags."""

    experts: tuple[Expert, ...]
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TagOf:
    """An organisation's tag in a lot."""

    lot: LotId
    tag: OrgTag


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A person (register number, or login of an owner representative) in a lot."""

    lot: LotId
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedName:
    """A drawn member's name, sealed to the expert-identity key of the lot."""

    member: Member
    identity: str  # envelope, hexadecimal
    commitment: Digest


class PoolHouse(Protocol):
    """The pool owner. Every question may raise Refused("pool_away") when the pool owner cannot be reached."""

    def marks(self, questions: Sequence[Question]) -> tuple[Member, ...]:
        """The pseudonym of each person in each lot, in the order asked; also for who is in no register."""

    def tags(self, lot: LotId, codes: Sequence[str]) -> tuple[OrgTag, ...]:
        """The tag of each 统一社会信用代码 in this lot; the empty code stays empty."""

    def organisations(self, tags: Sequence[TagOf]) -> tuple[str, ...]:
        """The name behind each tag, for a supervisor who compares lots; empty for a tag that is nobody's."""

    def people(self, inquiry: Inquiry) -> Answer:
        """The register as the rules of one lot may see it."""

    def same_people(self, lot: LotId, others: Sequence[Marked]) -> tuple[tuple[Member, ...], ...]:
        """For every list, the pseudonyms in `lot` of the same people, in the same order.

        Raises Refused("not_a_member") for a pseudonym that is nobody's.
        """

    def relate(self, lot: LotId, member: Member, organisation: OrganisationRecord, since: date) -> Member:
        """Keep in the register that this member has a relation of another kind (R9) to an organisation.

        Asked again, it stands there once. Raises Refused("not_a_member").
        """

    def seal(self, lot: LotId, members: Sequence[Member], public: bytes) -> tuple[SealedName, ...]:
        """The names of drawn members, sealed to a public key. Raises Refused("not_a_member")."""
