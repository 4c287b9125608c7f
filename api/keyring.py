"""Which keys does this installation hold, and where: one secret file outside the database, custodians' files beside."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from api.store.personal import Personal
from crypto.canonical import canonical, parse, unhex
from crypto.errors import Broken, CryptoError
from crypto.keyfile import Effort, lock, unlock
from crypto.keys import SealingKey, SigningKey, signing_key, subseed
from crypto.keys import enrol as enrol_key
from crypto.seats import Plan, Seat, check_plan, own_of
from scheduler.codec import Misshapen, from_plain, to_plain
from scheduler.events import Custodian
from scheduler.model import Role

CUSTODIAN = "custodian"
EXPERT = "expert"
PASSPHRASES = "passphrases.json"
POOL = "pool.json"  # address and public key of a pool owner with a process of its own
ENROLLED = "custodians.json"  # public keys of custodians who run agents of their own
CUSTODIANS = (Role.OPERATOR.value, Role.SUPERVISOR.value, Role.POOL.value)  # who holds a share


class KeysMissing(Exception):
    """A key file is absent, unreadable or does not open; the text names the file and the fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodianKeys:
    """One custodian's two keys, opened from its key file."""

    name: str
    sign: SigningKey
    seal: SealingKey

    def public(self) -> Custodian:
        """What the case's journal holds of this custodian."""
        return Custodian(name=self.name, sign=self.sign.public.hex(), seal=self.seal.public.hex())


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolOwner:
    """Where the pool owner's process is, and the public key (hexadecimal) that signs its answers."""

    url: str
    sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The installation's keys. `demo` keys are published in effect: never for real use."""

    demo: bool
    log: SigningKey
    data: bytes = field(repr=False)  # exhibits at rest
    personal: Personal = field(repr=False)  # personal data of the register
    pool: bytes = field(repr=False)  # pseudonyms and organisation tags
    session: bytes = field(repr=False)  # cookies
    custodians: tuple[CustodianKeys, ...] = ()  # their files lie beside ours: the embedded arrangement
    agents: tuple[Custodian, ...] = ()  # custodians with agents of their own; then `custodians` is empty
    owner: PoolOwner | None = None  # then the register, its keys and its marks are not ours

    @property
    def known(self) -> tuple[Custodian, ...]:
        """The public keys of all custodians of this installation, whoever runs them."""
        return self.agents or tuple(each.public() for each in self.custodians)


def custodian_keys(name: str, seed: bytes) -> CustodianKeys:
    """Both keys of a custodian from its one 32-byte seed."""
    own = own_of(name, seed)
    return CustodianKeys(name=name, sign=own.sign, seal=own.seal)


def make(
    secret_file: Path,
    *,
    demo: bool,
    entropy: Callable[[int], bytes],
    effort: Effort | None = None,
    holders: Sequence[str] = CUSTODIANS,
) -> None:
    """Write a new secret file and, for the embedded arrangement, each custodian's key file beside it.

    Refuses to overwrite any.
    """
    folder = secret_file.parent
    passphrases = {name: entropy(16).hex() for name in holders}
    make_secret(secret_file, demo=demo, entropy=entropy)
    for name, passphrase in passphrases.items():
        make_custodian(folder / f"custodian-{name}.key", name, passphrase, entropy, effort)
    # The centre holds all three and deals the keys itself: custody in earnest comes with agents.
    write_private(folder / PASSPHRASES, json.dumps(passphrases, indent=1).encode())


def make_secret(secret_file: Path, *, demo: bool, entropy: Callable[[int], bytes]) -> None:
    """Write a secret file alone, the centre's or a pool owner's, without any custodian's; refuses to overwrite."""
    write_private(secret_file, canonical({"demo": demo, "secret": entropy(32).hex()}))


def make_custodian(
    file: Path,
    name: str,
    passphrase: str,
    entropy: Callable[[int], bytes],
    effort: Effort | None = None,
    *,
    seed: bytes | None = None,
) -> None:
    """Write one custodian's key file, a fresh seed (or the one restored) under a passphrase; refuses to overwrite."""
    _seed_file(file, CUSTODIAN, name, passphrase, entropy, effort, seed or entropy(32))


def make_expert(
    file: Path, passphrase: str, entropy: Callable[[int], bytes], effort: Effort | None = None
) -> None:
    """Write an expert's key file: a fresh long-term key on the expert's own machine; refuses to overwrite."""
    _seed_file(file, EXPERT, "", passphrase, entropy, effort, entropy(32))


def _seed_file(
    file: Path,
    kind: str,
    name: str,
    passphrase: str,
    entropy: Callable[[int], bytes],
    effort: Effort | None,
    seed: bytes,
) -> None:
    data = lock(
        {"seed": seed},
        passphrase,
        kind=kind,
        name=name,
        salt=entropy(16),
        nonce=entropy(12),
        effort=effort,
    )
    write_private(file, data)


def load(secret_file: Path) -> Keyring:
    """The keyring of an installation. Raises KeysMissing."""
    try:
        body = parse(secret_file.read_bytes())
        demo, secret = bool(body["demo"]), unhex(body["secret"], 32)
    except OSError as fault:
        raise KeysMissing(f"{secret_file}: {fault.strerror or fault}") from None
    except (CryptoError, KeyError, TypeError) as fault:
        raise KeysMissing(f"{secret_file}: not a secret file ({fault})") from None
    agents = _agents(secret_file.parent / ENROLLED)
    return Keyring(
        demo=demo,
        log=signing_key(subseed(secret, "log")),
        data=subseed(secret, "data"),
        personal=Personal(subseed(secret, "personal")),
        pool=subseed(secret, "pool"),
        session=subseed(secret, "session"),
        custodians=() if agents else _custodians(secret_file.parent),
        agents=agents,
        owner=_owner(secret_file.parent / POOL),
    )


def entrust(secret_file: Path, owner: PoolOwner) -> None:
    """Keep the pool owner's address and key: from now on the register is asked there, never read here.

    Raises Broken for a degenerate key; refuses to overwrite.
    """
    enrol_key(unhex(owner.sign, 32))
    write_private(secret_file.parent / POOL, canonical(to_plain(owner)))


def _owner(file: Path) -> PoolOwner | None:
    if not file.exists():
        return None
    try:
        return from_plain(PoolOwner, parse(file.read_bytes()))
    except (OSError, CryptoError, Misshapen) as fault:
        raise KeysMissing(f"{file}: {fault}") from None


def enrol(secret_file: Path, cards: Sequence[Custodian]) -> None:
    """Keep the public keys of custodians who run agents: from now on nothing opens without them.

    Raises Broken for keys that are degenerate or not all different; refuses to overwrite.
    """
    seats = tuple(
        Seat(name=card.name, sign=unhex(card.sign, 32), seal=unhex(card.seal, 32)) for card in cards
    )
    pins = {seat.name: (seat.sign, seat.seal) for seat in seats}
    check_plan(Plan(ceremony=bytes(32), key_id="", threshold=2, seats=seats), pins)
    write_private(secret_file.parent / ENROLLED, canonical([to_plain(card) for card in cards]))


def _agents(file: Path) -> tuple[Custodian, ...]:
    if not file.exists():
        return ()
    try:
        return from_plain(tuple[Custodian, ...], parse(file.read_bytes()))
    except (OSError, CryptoError, Misshapen) as fault:
        raise KeysMissing(f"{file}: {fault}") from None


def custodian_card(keys: CustodianKeys) -> bytes:
    """What a custodian hands to the centre and to verifiers: name and public keys, canonical JSON."""
    return canonical(to_plain(keys.public()))


def card_of(data: bytes) -> Custodian:
    """The public keys of a custodian's card. Raises Broken."""
    try:
        return from_plain(Custodian, parse(data))
    except Misshapen as fault:
        raise Broken(f"not a custodian's card: {fault}") from None


def _custodians(folder: Path) -> tuple[CustodianKeys, ...]:
    """The custodians whose passphrases lie here; none when there is no passphrase file."""
    file = folder / PASSPHRASES
    if not file.exists():
        return ()
    passphrases: Mapping[str, str] = json.loads(file.read_text())
    files = {name: folder / f"custodian-{name}.key" for name in passphrases}
    return tuple(open_custodian(file, passphrases[name]) for name, file in files.items())


def open_custodian(file: Path, passphrase: str) -> CustodianKeys:
    """A custodian's keys from its file. Raises KeysMissing."""
    try:
        opened = unlock(file.read_bytes(), passphrase, CUSTODIAN)
    except (OSError, CryptoError) as fault:
        raise KeysMissing(f"{file}: {fault}") from None
    return custodian_keys(opened.name, opened.secrets["seed"])


def write_private(file: Path, data: bytes) -> None:
    """A new file that only its owner reads; refuses to overwrite."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
