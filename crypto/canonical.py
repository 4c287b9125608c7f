"""The one way from a value to bytes (RFC 8785) and the one labelled hash."""

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Callable
from typing import Any

import rfc8785

from crypto.errors import Broken

_SAFE = 2**53
_DEPTH = 64  # deeper nesting is nobody's record, and would end in a RecursionError


def canonical(value: Any) -> bytes:
    """The RFC 8785 form of `value`: NFC text, whole numbers below 2^53, no floats. Raises Broken."""
    _check(value, "", _DEPTH)
    try:
        return rfc8785.dumps(value)
    except ValueError:  # half of a surrogate pair, in a text or in a key
        raise Broken("text that is not Unicode has no canonical form") from None


def parse(data: bytes) -> Any:
    """The value of canonical bytes; any other spelling of it raises Broken."""
    try:
        value = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as fault:
        raise Broken(f"not JSON: {fault}") from None
    if canonical(value) != data:
        raise Broken("not in canonical form (RFC 8785)")
    return value


def frame(label: str, *parts: bytes) -> bytes:
    """`label` and `parts`, each behind its length (u32 big-endian), so that no two inputs collide."""
    pieces = (label.encode("utf-8"), *parts)
    return b"".join(len(piece).to_bytes(4, "big") + piece for piece in pieces)


def digest(label: str, *parts: bytes) -> bytes:
    """SHA-256 over the frame: 32 bytes."""
    return hashlib.sha256(frame(label, *parts)).digest()


def keyed(key: bytes, label: str, *parts: bytes) -> bytes:
    """HMAC-SHA256 over the frame, 32 bytes: the one keyed hash. `key` is 32 secret bytes."""
    if len(key) != 32:
        raise ValueError("a key of a keyed hash has 32 bytes")
    return hmac.digest(key, frame(label, *parts), "sha256")


def keyed_on(key: bytes, label: str, *parts: bytes) -> Callable[[bytes], bytes]:
    """`keyed` of the same parts and one more, for many last parts."""
    keyed(key, label, *parts)  # the same demand on the key
    start = frame(label, *parts)
    return lambda last: hmac.digest(key, start + len(last).to_bytes(4, "big") + last, "sha256")


def digest_of(label: str, value: Any) -> str:
    """The labelled hash of a value's canonical form, as 64 lower-case hexadecimal digits."""
    return digest(label, canonical(value)).hex()


def unhex(text: Any, length: int | None = None) -> bytes:
    """Bytes of lower-case hexadecimal of exact length (in bytes); any other spelling raises Broken."""
    if not isinstance(text, str):
        raise Broken("expected lower-case hexadecimal")
    try:
        data = bytes.fromhex(text)
    except ValueError:
        raise Broken("expected lower-case hexadecimal") from None
    if data.hex() != text or (length is not None and len(data) != length):
        raise Broken(f"expected {length if length is not None else 'whole'} bytes in lower-case hexadecimal")
    return data


def _check(value: Any, at: str, depth: int) -> None:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise Broken(f"text at {at or '/'} is not in Unicode form NFC")
    elif isinstance(value, int):
        if abs(value) >= _SAFE:
            raise Broken(f"number at {at or '/'} is not below 2^53: write it as text")
    elif isinstance(value, dict | list | tuple) and depth == 0:
        raise Broken(f"nested deeper than {_DEPTH}")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise Broken(f"a key at {at or '/'} is not text")
            _check(key, at, depth)
            _check(inner, f"{at}/{key}", depth - 1)
    elif isinstance(value, list | tuple):
        for i, inner in enumerate(value):
            _check(inner, f"{at}/{i}", depth - 1)
    else:
        raise Broken(f"{type(value).__name__} at {at or '/'} has no canonical form")
