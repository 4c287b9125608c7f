"""How are personal data kept unreadable in the database?

Every cell is sealed by crypto/fields.py, bound to its table, column and row; the key lies in a file outside
the database (api/keyring.py).
"""

from crypto.canonical import keyed
from crypto.fields import NONCE, Place, decrypt, encrypt, tag

KEY = 32  # bytes of a master key


class Personal:
    """Seals and opens cells of personal data; holds the key in memory only."""

    def __init__(self, key: bytes) -> None:
        """`key`: 32 bytes, the installation's master key (or a key derived from it)."""
        if len(key) != KEY:
            raise ValueError(f"the key of personal data has {KEY} bytes")
        self._cells = keyed(key, "yuanping/personal/cells/v1")
        self._nonces = keyed(key, "yuanping/personal/nonces/v1")
        self._marks = keyed(key, "yuanping/personal/marks/v1")

    def seal(self, place: Place, text: str) -> bytes:
        """`text` as bytes for this cell only.

        The nonce follows from cell and text: who compares two backups learns that a cell has not changed,
        and nothing else.
        """
        nonce = keyed(self._nonces, "yuanping/personal/nonce/v1", place.bound(), text.encode("utf-8"))
        return encrypt(self._cells, place, text, nonce[:NONCE])

    def open(self, place: Place, sealed: bytes) -> str:
        """The text of a cell. Raises Broken: another key, another cell, or bytes that were changed."""
        return decrypt(self._cells, place, sealed)

    def mark(self, id_number: str) -> str:
        """A keyed hash that tells whether two entries are one person, and nothing to others."""
        return tag(self._marks, "person", id_number.upper())

    def key_mark(self, public: bytes) -> str:
        """A keyed hash that tells whether two entries are one long-term key."""
        return tag(self._marks, "expert-key", public.hex())
