"""How exhibits lie in the database: sealed under the data key, bound to their lot and digest; never in clear."""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from api.store.lately import Lately
from crypto.canonical import canonical, frame
from crypto.errors import Broken
from crypto.keys import subseed
from scheduler.errors import Refused
from scheduler.events import Digest
from scheduler.exhibits import Exhibit
from scheduler.model import LotId
from scheduler.record import exhibit_of, exhibit_plain

_NONCE = 12
KEPT = frozenset({"request", "pack", "pool", "lottery", "seating"})
_READ: Lately[bytes, Exhibit] = Lately(most=100)  # of a busy half-day; a pool is a megabyte or two


def hide(key: bytes, lot: LotId, exhibit: Exhibit, nonce: bytes) -> bytes:
    """The sealed body of an exhibit; `nonce` is 12 bytes of fresh entropy."""
    sealed = _cipher(key).encrypt(nonce, canonical(exhibit_plain(exhibit)), _bound(lot, exhibit.digest))
    return nonce + sealed


def reread(key: bytes, lot: LotId, digest: Digest, body: bytes) -> Exhibit:
    """As `unhide`; what large exhibits of a case say is kept in memory for as long as the sealed bytes are the same.

    Nothing of `KEPT` is more than the running server works with anyway; opened keys and codes are read anew each time.
    """
    mark = hashlib.sha256(frame("", key, lot.encode("utf-8"), digest.encode("utf-8"), body)).digest()
    found = _READ.get(mark)
    if found is None:
        found = unhide(key, lot, digest, body)
        if found.name in KEPT:
            _READ.keep(mark, found)
    return found


def unhide(key: bytes, lot: LotId, digest: Digest, body: bytes) -> Exhibit:
    """The exhibit of a sealed body. Raises Refused("exhibit_broken") when it is not what the digest promises."""
    try:
        plain = _cipher(key).decrypt(body[:_NONCE], body[_NONCE:], _bound(lot, digest))
        return exhibit_of(plain, digest)
    except (InvalidTag, Broken):
        raise Refused("exhibit_broken", digest=digest) from None


def _cipher(key: bytes) -> AESGCMSIV:
    return AESGCMSIV(subseed(key, "exhibits"))


def _bound(lot: LotId, digest: Digest) -> bytes:
    return frame("yuanping/vault/v1", lot.encode("utf-8"), bytes.fromhex(digest))
