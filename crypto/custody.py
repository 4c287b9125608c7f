"""Who holds which share of a key, and how shares release it.

A ceremony without a dealer (`crypto.ceremony`) and one dealer who forgets (`deal_key`) make the same
`CustodyKey`: everything else reads only what is public in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crypto import shares as feldman
from crypto.canonical import digest, digest_of, unhex
from crypto.commit import same
from crypto.envelope import Context, Kind, inspect, key_mark, open_, seal
from crypto.errors import Broken, NotForYou, WrongShare
from crypto.keys import PUBLIC, enrol_sealing, sealing_key_of, subseed
from crypto.shares import MOST, SCALAR, Share

_BUCKET = 256  # every share has the same length; this is the smallest bucket that takes one
_FIELDS = {"key_id", "threshold", "public", "commitments", "holders"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One custodian of a key: name, own X25519 public key, and the share sealed to it (an envelope)."""

    name: str
    public: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyKey:
    """A key that any `threshold` of its holders release together; nothing in it is secret.

    `public` is an ordinary X25519 key to seal to; `commitments` are Feldman's, the first belongs to the key;
    the holder at position i has share i + 1.
    """

    key_id: str
    threshold: int
    public: bytes
    commitments: tuple[bytes, ...]
    holders: tuple[Holder, ...]


def deal_key(key_id: str, holders: Mapping[str, bytes], threshold: int, entropy: bytes) -> CustodyKey:
    """A new key for the named holders (their X25519 public keys), made from 32 bytes of new entropy.

    Whoever runs this could keep the secret: say so wherever it runs. Less than 2 of n, or names and keys
    that are not all different, raise Broken.
    """
    _check_holders(threshold, list(holders), list(holders.values()))
    secret = feldman.scalar(subseed(entropy, "yuanping/custody/secret/v1"))
    dealt = feldman.deal(secret, threshold, len(holders), subseed(entropy, "yuanping/custody/polynomial/v1"))
    sealed = []
    for share, (name, public) in zip(dealt.shares, holders.items(), strict=True):
        salt = subseed(entropy, "yuanping/custody/salt/v1", bytes([share.index]))
        envelope = seal_kept(key_id, dealt.commitments, share, (name, public), salt)
        sealed.append(Holder(name=name, public=public, sealed=envelope))
    return CustodyKey(
        key_id=key_id,
        threshold=threshold,
        public=sealing_key_of(feldman.sealing_private(secret)).public,
        commitments=dealt.commitments,
        holders=tuple(sealed),
    )


def seal_kept(
    key_id: str, commitments: tuple[bytes, ...], share: Share, holder: tuple[str, bytes], salt: bytes
) -> bytes:
    """The envelope in which a holder (name, X25519 public key) keeps a share of this key; 32 bytes of salt."""
    name, public = holder
    place = _place(key_id, commitments, share.index, name)
    return seal(public, share_body(share), place, salt, _BUCKET).envelope


def check(key: CustodyKey) -> None:
    """Nothing, if the key is whole: numbers, commitments, public key, holders and their envelopes fit.

    Raises Broken. Whether a sealed share is right only its holder can see, in `open_share`.
    """
    _check_holders(key.threshold, [one.name for one in key.holders], [one.public for one in key.holders])
    if len(key.commitments) != key.threshold:
        raise Broken(f"{len(key.commitments)} commitments for a threshold of {key.threshold}")
    feldman.check_commitments(key.commitments)
    if not same(key.public, feldman.sealing_public(key.commitments[0])):
        raise Broken("the public key is not the one committed to")
    for holder in key.holders:
        head = inspect(holder.sealed)
        if head.kind is not Kind.SHARE or head.mark != key_mark(holder.public, holder.name):
            raise Broken(f"the envelope of {holder.name} is not a share sealed to that holder")


def open_share(key: CustodyKey, holder: str, private: bytes) -> Share:
    """The share of `holder`, opened with their private key and checked against the commitments.

    NotForYou: not a holder, or another key. WrongShare: the dealer dealt this holder a wrong one.
    """
    index = _index(key, holder)
    place = _place(key.key_id, key.commitments, index, holder)
    share = share_of(open_(private, key.holders[index - 1].sealed, place))
    if share.index != index:
        raise WrongShare(index, holder)
    check_share(key, share)
    return share


def check_share(key: CustodyKey, share: Share) -> None:
    """Nothing, if the share is right; else WrongShare with index and holder's name."""
    _check_index(key, share)
    try:
        feldman.check_share(key.commitments, share)
    except WrongShare:
        raise WrongShare(share.index, _name(key, share.index)) from None


def combine(key: CustodyKey, shares: Iterable[Share]) -> bytes:
    """The 32-byte X25519 private key from at least `threshold` shares of different holders.

    NotForYou: too few. WrongShare names the first wrong one: drop it and try with others. Broken: a share
    stands twice.
    """
    given = tuple(shares)
    for share in given:
        _check_index(key, share)
    try:
        secret = feldman.combine(key.commitments, given)
    except WrongShare as wrong:
        raise WrongShare(wrong.index, _name(key, wrong.index)) from None
    private = feldman.sealing_private(secret)
    check_private(key, private)
    return private


def check_private(key: CustodyKey, private: bytes) -> None:
    """Nothing, if a published private key is the one form of the key that was committed to; else Broken."""
    if not feldman.is_clamped(private) or not same(sealing_key_of(private).public, key.public):
        raise Broken(f"the published private key does not belong to {key.key_id}")
    if not same(key.public, feldman.sealing_public(key.commitments[0])):
        raise Broken("the public key is not the one committed to")


def to_body(key: CustodyKey) -> dict[str, Any]:
    """The key as canonical-JSON-able values, bytes as lower-case hexadecimal."""
    return {
        "key_id": key.key_id,
        "threshold": key.threshold,
        "public": key.public.hex(),
        "commitments": [point.hex() for point in key.commitments],
        "holders": [
            {"name": one.name, "public": one.public.hex(), "sealed": one.sealed.hex()} for one in key.holders
        ],
    }


def from_body(body: Any) -> CustodyKey:
    """The key of a body, checked by `check`; any other form raises Broken."""
    _check_fields(body, _FIELDS)
    if not isinstance(body["key_id"], str) or type(body["threshold"]) is not int:
        raise Broken("a custody key without name or threshold")
    key = CustodyKey(
        key_id=body["key_id"],
        threshold=body["threshold"],
        public=unhex(body["public"], PUBLIC),
        commitments=tuple(unhex(point, PUBLIC) for point in _listed(body["commitments"])),
        holders=tuple(_holder(one) for one in _listed(body["holders"])),
    )
    check(key)
    return key


def name_of(key: CustodyKey) -> str:
    """The hash that stands for exactly this key in an event: 64 hexadecimal digits."""
    return digest_of("yuanping/custody/key/v1", to_body(key))


def share_body(share: Share) -> dict[str, Any]:
    """A share as canonical-JSON-able values: what a holder sends to release."""
    return {"index": share.index, "value": share.value.hex()}


def share_of(body: Any) -> Share:
    """The share of a body; any other form raises Broken."""
    _check_fields(body, {"index", "value"})
    if type(body["index"]) is not int:
        raise Broken("a share without an index")
    return Share(index=body["index"], value=unhex(body["value"], SCALAR))


def _place(key_id: str, commitments: tuple[bytes, ...], index: int, name: str) -> Context:
    """Where a share's envelope belongs: this key, this dealing, this holder."""
    dealing = digest("yuanping/custody/dealing/v1", key_id.encode("utf-8"), *commitments)
    return Context(lot=key_id, kind=Kind.SHARE, slot=str(index), key_id=name, policy_hash=dealing)


def _check_holders(threshold: int, names: list[str], publics: list[bytes]) -> None:
    if not 2 <= threshold <= len(names) <= MOST:
        raise Broken(f"{threshold} of {len(names)} is no custody")
    if "" in names or len(set(names)) != len(names) or len(set(publics)) != len(publics):
        raise Broken("holders of one key need different names and keys")
    for public in publics:
        enrol_sealing(public)


def _index(key: CustodyKey, holder: str) -> int:
    for position, one in enumerate(key.holders):
        if one.name == holder:
            return position + 1
    raise NotForYou(f"{holder} holds no share of {key.key_id}")


def _check_index(key: CustodyKey, share: Share) -> None:
    if not 1 <= share.index <= len(key.holders):
        raise WrongShare(share.index)


def _name(key: CustodyKey, index: int) -> str:
    return key.holders[index - 1].name


def _holder(body: Any) -> Holder:
    _check_fields(body, {"name", "public", "sealed"})
    if not isinstance(body["name"], str):
        raise Broken("a holder without a name")
    return Holder(name=body["name"], public=unhex(body["public"], PUBLIC), sealed=unhex(body["sealed"]))


def _listed(body: Any) -> list[Any]:
    if not isinstance(body, list) or len(body) > MOST:
        raise Broken("expected a list")
    return body


def _check_fields(body: Any, fields: set[str]) -> None:
    if not isinstance(body, dict) or set(body) != fields:
        raise Broken(f"expected exactly the fields {', '.join(sorted(fields))}")
