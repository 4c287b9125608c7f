"""What is fixed before a draw: request, keys, pool, seeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scheduler.events.beacon import Named
from scheduler.events.ids import Digest, Member


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
    beacon: Named | None = None  # the pack's; None: tickets come from the seeds alone
    reserve: int = 0  # stand-by rounds, beside max_rounds


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
