"""Which keys does this installation hold, and where: one secret file outside the database, custodians' files beside."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from api.store.personal import Personal
from crypto.canonical import canonical, parse, unhex
from crypto.errors import CryptoError
from crypto.keyfile import Effort, lock, unlock
from crypto.keys import SealingKey, SigningKey, sealing_key, signing_key, subseed
from scheduler.events import Custodian
from scheduler.model import Role

CUSTODIAN = "custodian"
PASSPHRASES = "passphrases.json"
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
class Keyring:
    """The installation's keys. `demo` keys are published in effect: never for real use."""

    demo: bool
    log: SigningKey
    data: bytes = field(repr=False)  # exhibits at rest
    personal: Personal = field(repr=False)  # personal data of the register
    pool: bytes = field(repr=False)  # pseudonyms and organisation tags
    session: bytes = field(repr=False)  # cookies
    custodians: tuple[CustodianKeys, ...] = ()  # empty: this process cannot release anything


def custodian_keys(name: str, seed: bytes) -> CustodianKeys:
    """Both keys of a custodian from its one 32-byte seed."""
    return CustodianKeys(
        name=name,
        sign=signing_key(subseed(seed, "custodian sign")),
        seal=sealing_key(subseed(seed, "custodian seal")),
    )


def make(
    secret_file: Path, *, demo: bool, entropy: Callable[[int], bytes], effort: Effort | None = None
) -> None:
    """Write a new secret file and three custodians' key files beside it; refuses to overwrite any."""
    folder = secret_file.parent
    passphrases = {name: entropy(16).hex() for name in CUSTODIANS}
    _write(secret_file, canonical({"demo": demo, "secret": entropy(32).hex()}))
    for name, passphrase in passphrases.items():
        data = lock(
            {"seed": entropy(32)},
            passphrase,
            kind=CUSTODIAN,
            name=name,
            salt=entropy(16),
            nonce=entropy(12),
            effort=effort,
        )
        _write(folder / f"custodian-{name}.key", data)
    # All three on one machine is the embedded demo's arrangement; custody of one's own comes with agents.
    _write(folder / PASSPHRASES, json.dumps(passphrases, indent=1).encode())


def load(secret_file: Path) -> Keyring:
    """The keyring of an installation. Raises KeysMissing."""
    try:
        body = parse(secret_file.read_bytes())
        demo, secret = bool(body["demo"]), unhex(body["secret"], 32)
    except OSError as fault:
        raise KeysMissing(f"{secret_file}: {fault.strerror or fault}") from None
    except (CryptoError, KeyError, TypeError) as fault:
        raise KeysMissing(f"{secret_file}: not a secret file ({fault})") from None
    return Keyring(
        demo=demo,
        log=signing_key(subseed(secret, "log")),
        data=subseed(secret, "data"),
        personal=Personal(subseed(secret, "personal")),
        pool=subseed(secret, "pool"),
        session=subseed(secret, "session"),
        custodians=_custodians(secret_file.parent),
    )


def _custodians(folder: Path) -> tuple[CustodianKeys, ...]:
    """The custodians whose passphrases lie here; none when there is no passphrase file."""
    file = folder / PASSPHRASES
    if not file.exists():
        return ()
    passphrases: Mapping[str, str] = json.loads(file.read_text())
    return tuple(_custodian(folder, name, passphrases[name]) for name in CUSTODIANS)


def _custodian(folder: Path, name: str, passphrase: str) -> CustodianKeys:
    file = folder / f"custodian-{name}.key"
    try:
        opened = unlock(file.read_bytes(), passphrase, CUSTODIAN)
    except (OSError, CryptoError) as fault:
        raise KeysMissing(f"{file}: {fault}") from None
    return custodian_keys(name, opened.secrets["seed"])


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
