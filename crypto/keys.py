"""Which keys are there: how one is made from a seed, signs, is checked and is named."""

import base64
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from nacl.bindings import (
    crypto_core_ed25519_is_valid_point,
    crypto_sign,
    crypto_sign_open,
    crypto_sign_seed_keypair,
)
from nacl.exceptions import BadSignatureError

from crypto.canonical import digest, keyed
from crypto.errors import Broken

SEED, PUBLIC, SIGNATURE = 32, 32, 64  # lengths in bytes

_X25519_PRIME = 2**255 - 19
_PROBE = X25519PrivateKey.from_private_bytes(bytes(31) + b"\x40")  # no secret: it only meets public keys
_KEM = b"HPKE-v1" + b"KEM" + (0x0020).to_bytes(2, "big")  # RFC 9180 §7.1: DHKEM(X25519, HKDF-SHA256)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """An Ed25519 key (RFC 8032): the 32-byte seed and the public key that follows from it.

    The public half cannot be given: a signature made with another key's half would give the seed away.
    """

    public: bytes = field(init=False)
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _secret(self.seed)
        object.__setattr__(self, "public", crypto_sign_seed_keypair(self.seed)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingKey:
    """An X25519 key for HPKE: 32 public bytes that anyone seals to, 32 private bytes that open."""

    public: bytes
    private: bytes = field(repr=False)


def subseed(seed: bytes, purpose: str, *parts: bytes) -> bytes:
    """An independent 32-byte seed for one purpose, so that one kept seed serves many keys."""
    return keyed(seed, "yuanping/keys/subseed/v1", purpose.encode("utf-8"), *parts)


def signing_key(seed: bytes) -> SigningKey:
    """The signing key of a 32-byte seed, as in RFC 8032 §5.1.5."""
    return SigningKey(seed=seed)


def sealing_key(seed: bytes) -> SealingKey:
    """The HPKE key pair of a 32-byte seed: DeriveKeyPair of RFC 9180 §7.1.3."""
    _secret(seed)
    secret = HKDF.extract(hashes.SHA256(), b"", _KEM + b"dkp_prk" + seed)
    info = (32).to_bytes(2, "big") + _KEM + b"sk"
    return sealing_key_of(HKDFExpand(hashes.SHA256(), 32, info).derive(secret))


def sealing_key_of(private: bytes) -> SealingKey:
    """The pair of a 32-byte X25519 private key that was made elsewhere, such as a combined one."""
    _secret(private)
    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    return SealingKey(public=public, private=private)


def preimage(label: str, payload: bytes) -> bytes:
    """What is signed: the DSSE v1 pre-authentication encoding of a label and a payload."""
    kind = label.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(key: SigningKey, label: str, payload: bytes) -> bytes:
    """The 64-byte signature over `payload` in the role `label`; no other label accepts it."""
    return crypto_sign(preimage(label, payload), key.seed + key.public)[:SIGNATURE]


def verify(public: bytes, label: str, payload: bytes, signature: bytes) -> None:
    """Nothing, if `public` signed `payload` under `label`; else Broken. A degenerate key never verifies."""
    enrol(public)
    if len(signature) != SIGNATURE:
        raise Broken(f"a signature has {SIGNATURE} bytes")
    try:
        crypto_sign_open(signature + preimage(label, payload), public)
    except BadSignatureError:
        raise Broken(f"the signature does not fit: {label}") from None


def enrol(public: bytes) -> bytes:
    """`public`, if it is a point of the prime-order group of Edwards25519 other than zero; else Broken.

    Small-order keys would accept one signature for every message, mixed-order keys would let two
    verifiers disagree.
    """
    if len(public) != PUBLIC or not _is_prime_order(public):
        raise Broken("not a public signing key")
    return public


def enrol_sealing(public: bytes) -> bytes:
    """`public`, if it is a canonical X25519 key that is not of low order; else Broken.

    To a low-order key the shared secret would be zero, known to everybody.
    """
    if not is_canonical_u(public):
        raise Broken("not a public sealing key")
    if _is_low_order(public):
        raise Broken("not a public sealing key: of low order")
    return public


def is_canonical_u(public: bytes) -> bool:
    """Whether 32 bytes spell an X25519 coordinate in its one reduced form, top bit clear."""
    return len(public) == PUBLIC and int.from_bytes(public, "little") < _X25519_PRIME


def fingerprint(public: bytes) -> str:
    """A public key's name for people: 160 bits of its hash, eight groups of four letters and digits."""
    text = base64.b32encode(digest("yuanping/keys/fingerprint/v1", public)[:20]).decode("ascii").lower()
    return "-".join(text[i : i + 4] for i in range(0, 32, 4))


@lru_cache(maxsize=4096)
def _is_prime_order(public: bytes) -> bool:
    return crypto_core_ed25519_is_valid_point(public)


@lru_cache(maxsize=4096)
def _is_low_order(public: bytes) -> bool:
    try:
        _PROBE.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError:
        return True
    return False


def _secret(seed: bytes) -> None:
    if len(seed) != SEED:
        raise ValueError(f"a seed has {SEED} bytes")
