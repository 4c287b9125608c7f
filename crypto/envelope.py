"""How a value is sealed for one key and one place, and opened nowhere else."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from crypto.canonical import canonical, digest, frame, parse
from crypto.commit import SALT, commit, same
from crypto.decap import decrypt
from crypto.errors import Broken, NotForYou
from crypto.keys import PUBLIC, enrol_sealing, is_canonical_u

MAGIC = b"YPE1"
BUCKETS = (256, 1024, 4096, 16384, 65536, 262144, 1048576)  # lengths of a padded plaintext, in bytes

_MARK = 16  # bytes of the recipient's key mark
_HEAD = len(MAGIC) + 1 + 1 + _MARK
_TAG = 16
_LENGTH = 4
_HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class Suite(IntEnum):
    """The suite byte. 0x11 (SM2, SM4-GCM, SM3) and 0x21 (X-Wing) are reserved and refused today."""

    X25519_AES256 = 0x01


class Kind(IntEnum):
    """The kind byte: which sort of secret an envelope holds."""

    BIDDER = 0x01  # a bidder's identity
    EXPERT = 0x02  # an expert's identity
    SCORES = 0x03  # a score sheet with its signature
    SEED = 0x04  # one party's contribution to one round of a draw
    SHARE = 0x05  # a custodian's share of a key
    CODES = 0x06  # the map from codes to bids
    NOTICE = 0x07  # a message to one holder, such as an invitation


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The place an envelope belongs to. Whoever opens must name the same one, or sees nothing."""

    lot: str
    kind: Kind
    slot: str  # which bid, expert, party or holder
    key_id: str  # the name of the recipient's key
    version: int = 1
    policy_hash: bytes = b""  # the release condition
    document_hash: bytes = b""

    def info(self, suite: Suite = Suite.X25519_AES256) -> bytes:
        """The bytes that HPKE binds the ciphertext to."""
        return frame(
            "yuanping/envelope/info/v1",
            bytes([suite]),
            self.lot.encode("utf-8"),
            bytes([self.kind]),
            self.slot.encode("utf-8"),
            self.version.to_bytes(8, "big"),
            self.key_id.encode("utf-8"),
            self.policy_hash,
            self.document_hash,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An envelope and, beside it, the salted commitment to its plaintext and its place (32 bytes)."""

    envelope: bytes
    commitment: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The value with the salt that opens its commitment."""

    value: Any = field(repr=False)
    salt: bytes = field(repr=False)
    commitment: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What an envelope shows without a key; `bucket` is the padded length of its plaintext."""

    suite: Suite
    kind: Kind
    mark: bytes
    encapsulation: bytes
    bucket: int


def key_mark(public: bytes, key_id: str) -> bytes:
    """The 16 bytes in an envelope's head that name its recipient: public key and name together."""
    return digest("yuanping/envelope/key/v1", key_id.encode("utf-8"), public)[:_MARK]


def seal(public: bytes, value: Any, context: Context, salt: bytes, least: int = BUCKETS[1]) -> Sealed:
    """`value` sealed to the X25519 key `public` for `context`, padded to a bucket of at least `least` bytes.

    `salt` is 32 bytes of new entropy for the commitment; HPKE draws its own (RFC 9180 base mode). A value
    over the largest bucket, a wrong salt length or an unknown bucket raises ValueError, a bad key Broken.
    """
    enrol_sealing(public)
    text = canonical(value)
    commitment = _commitment(text, context, salt)
    plain = _padded(salt, text, least)
    recipient = X25519PublicKey.from_public_bytes(public)
    head = MAGIC + bytes([Suite.X25519_AES256, context.kind]) + key_mark(public, context.key_id)
    ciphertext = _HPKE.encrypt(plain, recipient, context.info())
    return Sealed(envelope=head + ciphertext, commitment=commitment)


def open_(private: bytes, envelope: bytes, context: Context, commitment: bytes | None = None) -> Any:
    """The value alone; see `unseal`."""
    return unseal(private, envelope, context, commitment).value


def unseal(private: bytes, envelope: bytes, context: Context, commitment: bytes | None = None) -> Opened:
    """Value and salt of an envelope sealed to this 32-byte private key for this very context.

    NotForYou: it was sealed to another key. Broken: another place, changed, malformed, or not what the
    `commitment` beside it (where given) promised.
    """
    recipient = X25519PrivateKey.from_private_bytes(private)
    head = _addressed(envelope, recipient.public_key().public_bytes_raw(), context)
    try:
        plain = _HPKE.decrypt(envelope[_HEAD:], recipient, context.info(head.suite))
    except InvalidTag:  # the library's answer to a low-order point too
        raise Broken("the envelope was changed or belongs to another place") from None
    return _read(plain, context, commitment)


def unseal_exchanged(
    exchanged: bytes, public: bytes, envelope: bytes, context: Context, commitment: bytes | None = None
) -> Opened:
    """As `unseal`, from the Diffie-Hellman value of this one envelope and the recipient's public key.

    Raises as `unseal`. A wrong value looks like a changed envelope: prove it first (`crypto.partial`).
    """
    head = _addressed(envelope, public, context)
    ciphertext = envelope[_HEAD + PUBLIC :]
    plain = decrypt(exchanged, head.encapsulation, public, context.info(head.suite), ciphertext)
    return _read(plain, context, commitment)


def inspect(envelope: bytes) -> Header:
    """What can be checked at submission, without any key: form, suite, kind, length and encapsulated point.

    Reused encapsulations are for the caller to remember: compare `Header.encapsulation`. Raises Broken.
    """
    head = _head(envelope)
    enrol_sealing(head.encapsulation)
    return head


def commitment_to(value: Any, context: Context, salt: bytes) -> bytes:
    """The commitment beside an envelope: who holds value and salt can open it without any key."""
    return _commitment(canonical(value), context, salt)


def _addressed(envelope: bytes, public: bytes, context: Context) -> Header:
    """The head of an envelope that is sealed to this key and of this context's kind."""
    head = _head(envelope)
    if head.mark != key_mark(public, context.key_id):
        raise NotForYou("the envelope is sealed to another key")
    if head.kind is not context.kind:
        raise Broken(f"an envelope of kind {head.kind.name}, not {context.kind.name}")
    return head


def _read(plain: bytes, context: Context, commitment: bytes | None) -> Opened:
    """A plaintext, however it was decrypted. Whoever sealed may have sealed anything: read it strictly."""
    salt, text = _unpadded(plain)
    value = parse(text)
    promised = _commitment(text, context, salt)
    if commitment is not None and not same(commitment, promised):
        raise Broken("the envelope does not hold what its commitment promised")
    return Opened(value=value, salt=salt, commitment=promised)


def _commitment(text: bytes, context: Context, salt: bytes) -> bytes:
    return commit("yuanping/envelope/v1", salt, frame("yuanping/envelope/opening/v1", context.info(), text))


def _head(envelope: bytes) -> Header:
    if len(envelope) < _HEAD + PUBLIC or envelope[: len(MAGIC)] != MAGIC:
        raise Broken("not an envelope")
    try:
        suite, kind = Suite(envelope[4]), Kind(envelope[5])
    except ValueError:
        raise Broken(f"unknown suite or kind: {envelope[4:6].hex()}") from None
    bucket = len(envelope) - _HEAD - PUBLIC - _TAG
    if bucket not in BUCKETS:
        raise Broken("an envelope of a length that no bucket has")
    point = envelope[_HEAD : _HEAD + PUBLIC]
    if not is_canonical_u(point):  # a second spelling would look like another encapsulation
        raise Broken("the encapsulated point is not in its reduced form")
    return Header(
        suite=suite,
        kind=kind,
        mark=envelope[6:_HEAD],
        encapsulation=point,
        bucket=bucket,
    )


def _padded(salt: bytes, text: bytes, least: int) -> bytes:
    if least not in BUCKETS:
        raise ValueError(f"no bucket of {least} bytes")
    plain = salt + len(text).to_bytes(_LENGTH, "big") + text
    bucket = next((size for size in BUCKETS if size >= max(least, len(plain))), None)
    if bucket is None:
        raise ValueError(f"{len(text)} bytes do not fit into an envelope")
    return plain.ljust(bucket, b"\0")


def _unpadded(plain: bytes) -> tuple[bytes, bytes]:
    """Salt and text of a padded plaintext."""
    start = SALT + _LENGTH
    end = start + int.from_bytes(plain[SALT:start], "big")
    if end > len(plain) or plain[end:].strip(b"\0"):
        raise Broken("the envelope is padded wrongly")
    return plain[:SALT], plain[start:end]
