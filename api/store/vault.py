"""How exhibits lie in the database: sealed under the data key, bound to their lot and digest; never in clear."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from crypto.canonical import canonical, frame, parse
from crypto.errors import Broken
from crypto.keys import subseed
from scheduler.errors import Refused
from scheduler.events import Digest
from scheduler.exhibits import Exhibit
from scheduler.model import LotId
from scheduler.record import exhibit_plain, read_exhibit

_NONCE = 12


def hide(key: bytes, lot: LotId, exhibit: Exhibit, nonce: bytes) -> bytes:
    """The sealed body of an exhibit; `nonce` is 12 bytes of fresh entropy."""
    sealed = _cipher(key).encrypt(nonce, canonical(exhibit_plain(exhibit)), _bound(lot, exhibit.digest))
    return nonce + sealed


def unhide(key: bytes, lot: LotId, digest: Digest, body: bytes) -> Exhibit:
    """The exhibit of a sealed body. Raises Refused("exhibit_broken") when it is not what the digest promises."""
    try:
        plain = _cipher(key).decrypt(body[:_NONCE], body[_NONCE:], _bound(lot, digest))
        found = read_exhibit(parse(plain))
    except (InvalidTag, Broken):
        raise Refused("exhibit_broken", digest=digest) from None
    if found.digest != digest:
        raise Refused("exhibit_broken", digest=digest)
    return found


def _cipher(key: bytes) -> AESGCMSIV:
    return AESGCMSIV(subseed(key, "exhibits"))


def _bound(lot: LotId, digest: Digest) -> bytes:
    return frame("yuanping/vault/v1", lot.encode("utf-8"), bytes.fromhex(digest))
