"""What a round of the draw leaves behind."""

from dataclasses import dataclass

from scheduler.events.ids import Digest, Member


@dataclass(frozen=True, slots=True, kw_only=True)
class LotteryFixed:
    """The lottery of a round, committed before its seeds are opened."""

    round: int
    lottery: Digest
    kept: tuple[Member, ...]
    out: tuple[Member, ...]
    elsewhere: Digest | None = None  # what other lots in the same hours mean; None: there are none
    pulse: int | None = None  # of the booking's beacon, not due yet; its value goes into the ticket


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
class Stuck:
    """No lawful panel is left for the open seats (A3: stop, seal, form a panel anew); rules without facts."""

    round: int
    rules: tuple[str, ...]
