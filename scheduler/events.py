"""What can happen to a case: one frozen dataclass each, safe to publish from F6 on.

An event holds commitments, sealed envelopes, pseudonyms and counts; never a name, a score in clear or a
key that is still in use. What is longer or more secret is an exhibit whose digest stands in the event.
The meaning of a kind never changes under one version: a change is a new version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NewType

Digest = NewType("Digest", str)  # 64 lower-case hexadecimal digits
Member = NewType("Member", str)  # pseudonym of an expert or owner representative in this lot


class Out(StrEnum):
    """Why a drawn member is out."""

    DECLINED = "declined"
    SILENT = "silent"
    ABSENT = "absent"
    RECUSED = "recused"
    BARRED = (
        "barred"  # by the register of that moment: banned, ended certificate, a tie that has come to light
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """Request and rule pack are fixed; `seats` counts experts per role in the order of the request."""

    request: Digest
    pack: Digest
    attempt: int
    starts: str  # RFC 3339, UTC
    ends: str
    seats: tuple[int, ...]
    owners: tuple[Member, ...]
    parties: tuple[str, ...]  # who pledges seeds
    max_rounds: int
    previous: Digest | None = None  # head of the cancelled attempt before this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Custodian:
    """A custodian's public keys: Ed25519 to sign releases, X25519 to receive shares."""

    name: str
    sign: str
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysDealt:
    """One key for each purpose (scores, bidders, experts, seeds/1 …), each shared among the custodians."""

    custodians: tuple[Custodian, ...]
    threshold: int
    keys: tuple[Mapping[str, Any], ...]  # bodies of crypto.custody.CustodyKey, shares sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysMade:
    """As `KeysDealt`, but nobody dealt: each key came out of a ceremony whose record is in the exhibit."""

    custodians: tuple[Custodian, ...]
    threshold: int
    keys: tuple[Mapping[str, Any], ...]
    ceremonies: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFrozen:
    """Merkle root over the salted leaves of the pool snapshot."""

    root: Digest
    size: int
    exhibit: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPledged:
    """One sealed seed per round, deposited before anybody can know the pool's lottery."""

    party: str
    deposits: tuple[str, ...]  # envelopes, hexadecimal, in the order of the rounds


@dataclass(frozen=True, slots=True, kw_only=True)
class LotteryFixed:
    """The lottery of a round, committed before its seeds are opened."""

    round: int
    lottery: Digest
    kept: tuple[Member, ...]
    out: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A custodian's signature over lot, key and the record that allows the opening."""

    custodian: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOpened:
    """A custody key is opened against the one record that allows it; the key itself is an exhibit."""

    key: str
    against: Digest
    opening: Digest
    releases: tuple[Release, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """A drawn member: role by its place in the request, identity sealed to the expert-identity key."""

    member: Member
    role: int
    identity: str  # envelope, hexadecimal
    commitment: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The ticket and the members it adds; `seating` is the exhibit with their sites and workstations."""

    round: int
    ticket: str  # 32 bytes, hexadecimal
    members: tuple[Seated, ...]
    seating: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The member will come."""

    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A member is out before scoring: declined, silent past the pack's waiting time, not at the gate, or barred.

    `rule` and `evidence` (exhibit: its facts) are there for the barred only.
    """

    member: Member
    why: Out
    rule: str = ""
    evidence: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """No lawful panel is left for the open seats (A3: stop, seal, form a panel anew); rules without facts."""

    round: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One bid: identity sealed to the bidder-identity key, and the digest of its blind volume."""

    identity: str  # envelope, hexadecimal
    commitment: Digest
    document: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Bids are opened: slots in an order made by chance and not kept."""

    slots: tuple[Slot, ...]
    bidders: Digest  # exhibit: names as read out
    conflicts: Digest  # exhibit: keyed tags of all bidders, consortium members and their groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Recused:
    """A member removed at the re-check, with the rule but not its facts."""

    member: Member
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecked:
    """The panel against the real bidders.

    `added`: experts more per role, in the order of the request, who take the places of owner representatives
    recused with them (C10); empty when there are none.
    """

    recused: tuple[Recused, ...]
    evidence: Digest
    added: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIn:
    """A member stands at the site, identity checked; `key` verifies the member's sheets (Ed25519)."""

    member: Member
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blinded:
    """Every member's codes follow from the code key, committed to here and shown at the close."""

    codes: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A signed sheet, sealed to the score key; `previous` chains the versions of one member."""

    member: Member
    version: int
    sheet: str  # envelope, hexadecimal
    commitment: Digest
    previous: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Scoring is closed over exactly these sheets (commitments in the order of the members)."""

    sheets: tuple[Digest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totalled:
    """Scores are added up per slot while the bidders behind the slots stay sealed."""

    totals: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    """Slot and bidder are joined."""

    identities: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The evaluation report, ranked."""

    report: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """Publicity is over and the winner is determined."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """The attempt ends without a result; a new one must name this one."""

    reason: str


Event = (
    Booked
    | KeysDealt
    | KeysMade
    | PoolFrozen
    | SeedPledged
    | LotteryFixed
    | KeyOpened
    | Drawn
    | Accepted
    | Left
    | Stuck
    | Opened
    | Rechecked
    | CheckedIn
    | Blinded
    | Scored
    | Closed
    | Totalled
    | Revealed
    | Reported
    | Archived
    | Cancelled
)
EVENTS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__args__}
VERSION = 1
