"""How are personal data kept unreadable in the database, and where does their key lie?

Every cell is sealed by crypto/fields.py, bound to its table, column and row; the master key lies in a file
outside the database.
"""

import os
import stat
from pathlib import Path

from crypto.canonical import keyed, unhex
from crypto.errors import Broken
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


def make_key_file(path: Path, entropy: bytes) -> None:
    """Write a new master key, readable by its owner only. Raises FileExistsError: never replaces one."""
    if len(entropy) != KEY:
        raise ValueError(f"a master key wants {KEY} bytes of entropy")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(entropy.hex() + "\n")


def read_key_file(path: Path) -> bytes:
    """The 32 bytes of a master key. Raises FileNotFoundError; Broken for another content, or when others
    than the owner may read the file."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Broken(f"{path} can be read by others: chmod 600 it")
    return unhex(path.read_text(encoding="ascii", errors="replace").strip(), KEY)
