"""What passes between the centre and the pool owner's door for experts: invitations out, answers back.

The centre calls and the pool owner answers, as for every other question: one direction through one firewall. An
invitation names a pseudonym; whose it is, only the pool owner finds out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from api.pool.house import PoolHouse
from api.pool.passes import Pass
from scheduler.delivery import SignedDelivery
from scheduler.events import Member
from scheduler.model import LotId

RECORDED = ""  # instead of the code of a refusal


class Answer(StrEnum):
    """How the expert's own invitation stands."""

    WAITING = "waiting"
    STANDBY_ASKED = "standby_asked"  # drawn as a reserve, has not answered
    STANDBY = "standby"  # comes if called
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PRESENT = "present"
    DONE = "done"  # scoring is closed
    SILENT = "silent"  # no answer in time
    ABSENT = "absent"  # not at the gate in time
    RELEASED = "released"  # no longer needed; a conflict found at opening is told in these words too


class Does(StrEnum):
    """What an expert does at the pool owner's door."""

    ACCEPT = "accept"
    DECLINE = "decline"  # why stays with the pool owner: words could tell who speaks
    WITHDRAW = "withdraw"  # a ground for recusal; its words are for the supervisor, sealed at the centre


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """When to be free and where to sign in; nothing that tells the project, the bidders or who else comes."""

    member: Member
    round: int
    answer: Answer
    speciality: str  # as what the expert is invited
    sign_in_at: str  # name of the site, with its county
    answer_by: datetime
    desk_phone: str
    may_withdraw: bool
    evaluation: str  # what the expert's own signatures name, and no lot; empty: out
    must_sign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """All invitations of a lot as they stand at one entry of its journal."""

    lot: LotId
    seq: int
    over: bool  # nobody is invited any more
    starts: datetime
    ends: datetime
    invitations: tuple[Invitation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotAt:
    """A lot that is under way, and how far its journal has come."""

    lot: LotId
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a reply: recorded, or the code of the refusal."""

    reply: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What the centre tells each time it calls."""

    at: datetime
    lots: tuple[LotAt, ...]
    settled: tuple[Settled, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An expert's answer, by number; `vouch`: the expert's own signature in an envelope (hexadecimal), if given."""

    number: int
    lot: LotId
    member: Member
    does: Does
    says: str  # empty but for a ground
    at: datetime
    vouch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What the centre takes along: replies not settled yet, and the lots whose letters the pool owner wants anew."""

    wanted: tuple[LotId, ...]
    replies: tuple[Reply, ...]


class FarHouse(PoolHouse, Protocol):
    """A pool owner with a door of its own. Every question may raise Refused("pool_away")."""

    def news(self, news: News) -> Taken:
        """Tell and take; asked twice, nothing happens twice."""

    def deliver(self, letters: Sequence[Letters]) -> int:
        """Leave the letters of some lots, in the place of older ones: how many invitations they hold."""

    @property
    def signs(self) -> bytes:
        """The public key (Ed25519, 32 bytes) under which deliveries are told."""

    def deliveries(self, lot: LotId) -> tuple[SignedDelivery, ...]:
        """When each invitation of a lot was there to be read, under the pool owner's key."""

    def admit(self, text: str) -> Pass:
        """The pass behind a text, if the pool owner signed it for this moment.

        Raises Refused("pass_void"), Refused("pass_over").
        """
