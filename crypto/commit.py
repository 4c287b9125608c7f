"""How somebody is bound to bytes today that others see later."""

from typing import Any

from nacl.bindings import sodium_memcmp

from crypto.canonical import canonical, digest
from crypto.errors import Broken

SALT, COMMITMENT = 32, 32  # lengths in bytes


def commit(label: str, salt: bytes, payload: bytes) -> bytes:
    """The 32-byte commitment to `payload` in the role `label`.

    `salt` is 32 bytes of new entropy: it hides a payload that could be guessed. Another length: ValueError.
    """
    if len(salt) != SALT:
        raise ValueError(f"a salt has {SALT} bytes")
    return digest("yuanping/commit/v1", label.encode("utf-8"), salt, payload)


def commit_value(label: str, salt: bytes, value: Any) -> bytes:
    """The commitment to a value's canonical form."""
    return commit(label, salt, canonical(value))


def check_opening(commitment: bytes, label: str, salt: bytes, payload: bytes) -> None:
    """Nothing, if `salt` and `payload` are what was committed to under `label`; else Broken."""
    if len(salt) != SALT or not same(commitment, commit(label, salt, payload)):
        raise Broken(f"the opening does not fit its commitment: {label}")


def check_opening_value(commitment: bytes, label: str, salt: bytes, value: Any) -> None:
    """Nothing, if `salt` and `value` are what was committed to under `label`; else Broken."""
    check_opening(commitment, label, salt, canonical(value))


def same(one: bytes, two: bytes) -> bool:
    """Whether two byte strings are equal, in a time that does not tell where they differ."""
    return len(one) == len(two) and sodium_memcmp(one, two)
