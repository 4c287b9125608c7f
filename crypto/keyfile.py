"""How secrets lie in a file behind a passphrase."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from crypto.canonical import canonical, frame, parse, unhex
from crypto.errors import Broken, NotForYou

SALT, NONCE = 16, 12  # lengths in bytes

_FORMAT = "yuanping-key-file/1"
_KDF, _CIPHER = "argon2id", "aes-256-gcm-siv"
_FIELDS = {"format", "kind", "name", "kdf", "memory", "passes", "lanes", "salt", "cipher", "nonce", "sealed"}
_MOST = 1 << 20  # no key file is larger than 1 MiB


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Argon2id: `memory` in KiB, `passes` over it, `lanes`. Default: RFC 9106 §4, second choice."""

    memory: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        # A file names its own effort: a hostile one must not take the machine's memory or its day.
        modest = 1 <= self.lanes <= 8 and 1 <= self.passes <= 10
        if not (modest and 8 * self.lanes <= self.memory <= 256 * 1024):
            raise Broken("the passphrase effort is outside what a key file may ask for")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """An opened key file: what sort it is, whose, and the named secrets in it."""

    kind: str
    name: str
    secrets: Mapping[str, bytes] = field(repr=False)


def lock(
    secrets: Mapping[str, bytes],
    passphrase: str,
    *,
    kind: str,
    name: str,
    salt: bytes,
    nonce: bytes,
    effort: Effort | None = None,
) -> bytes:
    """The bytes of a key file (canonical JSON) with named secrets, tied to its kind and its owner's name.

    `salt` (16 bytes) and `nonce` (12 bytes) are new entropy; a weaker `effort` than the default is for
    tests. An empty passphrase or another length raises ValueError.
    """
    if len(salt) != SALT or len(nonce) != NONCE:
        raise ValueError(f"a key file wants a {SALT}-byte salt and a {NONCE}-byte nonce")
    cost = effort or Effort()
    head = {
        "format": _FORMAT,
        "kind": kind,
        "name": name,
        "kdf": _KDF,
        "memory": cost.memory,
        "passes": cost.passes,
        "lanes": cost.lanes,
        "salt": salt.hex(),
        "cipher": _CIPHER,
        "nonce": nonce.hex(),
    }
    plain = canonical({label: secret.hex() for label, secret in secrets.items()})
    sealed = _cipher(head, _words(passphrase)).encrypt(nonce, plain, _bound(head))
    return canonical({**head, "sealed": sealed.hex()})


def unlock(data: bytes, passphrase: str, kind: str | None = None) -> KeyFile:
    """The opened file. Broken: not a key file, or not of this `kind`; NotForYou: the passphrase is wrong."""
    body = _body(data)
    if kind is not None and body["kind"] != kind:
        raise Broken(f"a key file of kind {body['kind']}, not {kind}")
    sealed = unhex(body.pop("sealed"))
    try:
        words = _words(passphrase)
    except ValueError:
        raise NotForYou("no key file has such a passphrase") from None
    try:
        plain = _cipher(body, words).decrypt(unhex(body["nonce"], NONCE), sealed, _bound(body))
    except InvalidTag:
        raise NotForYou("wrong passphrase, or the key file was changed") from None
    secrets = parse(plain)
    if not isinstance(secrets, dict):
        raise Broken("the key file holds no named secrets")
    opened = {name: unhex(text) for name, text in secrets.items()}
    return KeyFile(kind=body["kind"], name=body["name"], secrets=opened)


def _body(data: bytes) -> dict[str, Any]:
    if len(data) > _MOST:
        raise Broken("not a key file: too large")
    body = parse(data)
    if not isinstance(body, dict) or set(body) != _FIELDS:
        raise Broken("not a key file")
    if (body["format"], body["kdf"], body["cipher"]) != (_FORMAT, _KDF, _CIPHER):
        raise Broken("a key file of an unknown format")
    if not (isinstance(body["kind"], str) and isinstance(body["name"], str)):
        raise Broken("a key file without kind or name")
    if not all(type(body[number]) is int for number in ("memory", "passes", "lanes")):
        raise Broken("a key file without an effort")
    return body


def _words(passphrase: str) -> bytes:
    """NFC: the same Chinese passphrase from another keyboard or system is the same passphrase."""
    if not passphrase:
        raise ValueError("a passphrase must not be empty")
    return unicodedata.normalize("NFC", passphrase).encode("utf-8")


def _cipher(head: Mapping[str, Any], words: bytes) -> AESGCMSIV:
    effort = Effort(memory=head["memory"], passes=head["passes"], lanes=head["lanes"])
    kdf = Argon2id(
        salt=unhex(head["salt"], SALT),
        length=32,
        iterations=effort.passes,
        lanes=effort.lanes,
        memory_cost=effort.memory,
    )
    return AESGCMSIV(kdf.derive(words))


def _bound(head: Mapping[str, Any]) -> bytes:
    return frame("yuanping/keyfile/v1", canonical(dict(head)))
