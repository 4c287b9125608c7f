"""How one field of a register lies in the database, so that a copy of it tells nothing."""

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from crypto.canonical import frame, keyed
from crypto.errors import Broken

NONCE, TAG = 12, 16  # lengths in bytes

_VERSION = b"\1"
_STEP = 32  # texts are padded to a multiple of this many bytes: a name's length narrows it down
_LENGTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a field stands. A ciphertext moved to another row, column or table does not open there."""

    table: str
    column: str
    row: str

    def bound(self) -> bytes:
        """The bytes that the ciphertext is tied to."""
        parts = (part.encode("utf-8") for part in (self.table, self.column, self.row))
        return frame("yuanping/fields/place/v1", *parts)


def encrypt(key: bytes, place: Place, text: str, nonce: bytes) -> bytes:
    """`text` as bytes for the database: version, nonce, AES-256-GCM-SIV ciphertext.

    `key` has 32 bytes; `nonce` is 12 bytes of new entropy (used twice it would show that two texts of one
    field are equal, and no more). Other lengths raise ValueError.
    """
    if len(nonce) != NONCE:
        raise ValueError(f"a nonce has {NONCE} bytes")
    plain = text.encode("utf-8")
    padded = len(plain).to_bytes(_LENGTH, "big") + plain
    padded += bytes(-len(padded) % _STEP)
    return _VERSION + nonce + _cipher(key).encrypt(nonce, padded, place.bound())


def decrypt(key: bytes, place: Place, data: bytes) -> str:
    """The text of a stored field. Broken: changed, moved from another place, or under another key."""
    if data[:1] != _VERSION or len(data) < 1 + NONCE + _STEP + 16:
        raise Broken("not a stored field")
    nonce, sealed = data[1 : 1 + NONCE], data[1 + NONCE :]
    try:
        padded = _cipher(key).decrypt(nonce, sealed, place.bound())
    except InvalidTag:
        raise Broken(f"the field {place.table}.{place.column} was changed or moved") from None
    return padded[_LENGTH : _LENGTH + int.from_bytes(padded[:_LENGTH], "big")].decode("utf-8")


def tag(key: bytes, label: str, *values: str) -> str:
    """A keyed tag of texts, 32 hexadecimal digits: a pseudonym, or an organisation that can be matched.

    The same key, label and values give the same tag; without the 32-byte key nobody can try candidates.
    """
    parts = (value.encode("utf-8") for value in (label, *values))
    return keyed(key, "yuanping/fields/tag/v1", *parts)[:TAG].hex()


def _cipher(key: bytes) -> AESGCMSIV:
    return AESGCMSIV(keyed(key, "yuanping/fields/cipher/v1"))
