"""What does a party owe to a draw, and is what its own device hands in sealed as it must be?

The device makes the seeds: whoever asks for them learns envelopes only. What stands here runs on the device (the page's
script does the same, byte for byte) and at the centre's rim, which refuses what could never be opened. A deposit that
is rubbish all the same is no harm to a draw (`scheduler.ticket.contribution`); the refusal helps the party.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from crypto.canonical import canonical, digest, parse, unhex
from crypto.envelope import BUCKETS, MAGIC, Kind, Suite, inspect, key_mark, seal
from crypto.errors import Broken, CryptoError
from scheduler.errors import Refused
from scheduler.model import LotId, Role
from scheduler.places import deposit_context, site_context
from scheduler.release import SITES, seeds
from scheduler.state import State

PARTIES = (Role.OPERATOR, Role.TENDEREE, Role.SUPERVISOR)  # who may deposit seeds, if the pack names them
FORMAT = "yuanping-deposit/v1"
SEED = 32  # bytes

_HEAD, _POINT, _TAG = 22, 32, 16  # bytes of an envelope beside its padded plaintext
_LENGTH = _HEAD + _POINT + BUCKETS[1] + _TAG


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedKey:
    """The public key that one seed is sealed to; `round` is None for the draw of guest sites."""

    name: str
    round: int | None
    public: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """The seeds that a party has not deposited yet, in the order in which they are handed in."""

    lot: LotId
    party: str
    keys: tuple[SeedKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposited:
    """The mark of an envelope that stands in the journal, so that the device can compare it with its own."""

    key: str
    mark: str


def owed(state: State, party: str) -> Owed:
    """One seed for every round without one, then the one for guest sites; nothing before there are keys."""
    public = {str(body["key_id"]): unhex(str(body["public"]), 32) for body in state.keys}
    missing = range(state.pledged(party) + 1, state.rounds_allowed + 1) if party in state.parties else ()
    wanted: list[tuple[str, int | None]] = [(seeds(number), number) for number in missing]
    sites = state.sites
    if wanted and sites is not None and party not in dict(sites.pledges):
        wanted.append((SITES, None))
    keys = tuple(SeedKey(name=n, round=r, public=public[n]) for n, r in wanted if n in public)
    return Owed(lot=state.lot, party=party, keys=keys)


def sealed(wanted: Owed, entropy: Callable[[int], bytes]) -> tuple[bytes, ...]:
    """A fresh seed in an envelope of its own for every key: what a party's device does."""
    made = []
    for key in wanted.keys:
        number = key.round
        place = (
            site_context(wanted.lot, wanted.party)
            if number is None
            else deposit_context(wanted.lot, wanted.party, number)
        )
        seed = entropy(SEED).hex()
        made.append(seal(key.public, seed, place, entropy(32)).envelope)
    return tuple(made)


def mark_of(envelope: bytes) -> str:
    """By what an envelope is recognised: 32 bytes, hexadecimal."""
    return digest("yuanping/deposit/v1", envelope).hex()


def deposited(state: State, party: str) -> tuple[Deposited, ...]:
    """What the journal holds of a party, in the order of `owed`."""
    own = dict(state.pledges).get(party, ())
    found = [Deposited(key=seeds(n), mark=mark_of(bytes.fromhex(each))) for n, each in enumerate(own, 1)]
    site = dict(state.sites.pledges).get(party) if state.sites else None
    if site is not None:
        found.append(Deposited(key=SITES, mark=mark_of(bytes.fromhex(site))))
    return tuple(found)


def written(wanted: Owed, envelopes: Sequence[bytes]) -> bytes:
    """The file of a deposit, canonical JSON."""
    pairs = zip(wanted.keys, envelopes, strict=True)
    rows = [{"envelope": envelope.hex(), "key": key.name} for key, envelope in pairs]
    return canonical({"deposits": rows, "format": FORMAT, "lot": wanted.lot, "party": wanted.party})


def read(data: bytes, wanted: Owed) -> tuple[bytes, ...]:
    """The envelopes of a deposit's file, in the order asked for; `demand_sealed` comes after.

    Raises Refused: "deposit" (no such file), "deposit_elsewhere" (another lot or party), "deposit_keys" (other
    keys than asked for).
    """
    try:
        body = parse(data)
        rows = [(str(row["key"]), unhex(row["envelope"])) for row in _rows(body)]
        lot, party = str(body["lot"]), str(body["party"])
    except (CryptoError, KeyError, TypeError, ValueError) as fault:
        raise Refused("deposit", fault=type(fault).__name__) from None
    if (lot, party) != (wanted.lot, wanted.party):
        raise Refused("deposit_elsewhere")
    if [name for name, _ in rows] != [key.name for key in wanted.keys]:
        raise Refused("deposit_keys", expected=len(wanted.keys))
    return tuple(envelope for _, envelope in rows)


def demand_sealed(wanted: Owed, envelopes: Sequence[bytes], taken: Collection[bytes]) -> None:
    """Raise Refused("deposit_…", number=…) for the first envelope that could not be opened as a seed.

    `taken`: envelopes of this lot that stand already; none of them may be used a second time.
    """
    points = {envelope[_HEAD : _HEAD + _POINT] for envelope in taken}
    for number, (key, envelope) in enumerate(zip(wanted.keys, envelopes, strict=False), 1):
        if code := _fault(key, envelope, points):
            raise Refused(code, number=number, key=key.name)
        points.add(envelope[_HEAD : _HEAD + _POINT])


def envelopes_of(state: State) -> tuple[bytes, ...]:
    """Every seed's envelope that stands in the journal of a lot."""
    sites = [each for _, each in state.sites.pledges] if state.sites else []
    return tuple(bytes.fromhex(each) for _, own in state.pledges for each in own) + tuple(
        bytes.fromhex(each) for each in sites
    )


def _rows(body: Any) -> list[Any]:
    if set(body) != {"deposits", "format", "lot", "party"} or body["format"] != FORMAT:
        raise ValueError("not a deposit")
    rows = body["deposits"]
    if not isinstance(rows, list) or any(set(row) != {"envelope", "key"} for row in rows):
        raise ValueError("not a deposit")
    return rows


def _fault(key: SeedKey, envelope: bytes, points: Collection[bytes]) -> str | None:
    if len(envelope) != _LENGTH or not envelope.startswith(MAGIC):
        return "deposit_length"
    if envelope[4] != Suite.X25519_AES256:
        return "deposit_suite"
    if envelope[5] != Kind.SEED or envelope[6:_HEAD] != key_mark(key.public, key.name):
        return "deposit_key"
    try:
        inspect(envelope)
    except Broken:
        return "deposit_point"
    return "deposit_reused" if envelope[_HEAD : _HEAD + _POINT] in points else None
