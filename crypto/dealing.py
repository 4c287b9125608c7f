"""What does one custodian contribute to a new key, and how do the others check it?

A dealing: Feldman commitments to a polynomial of its own, a proof that it knows the secret in it, and one share
for every seat, sealed to a key that the seat made for this ceremony alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nacl.bindings import crypto_core_ed25519_add, crypto_core_ed25519_scalar_add

from crypto import shares as feldman
from crypto.canonical import digest, frame, unhex
from crypto.custody import share_body, share_of
from crypto.envelope import Context, Kind, inspect, key_mark, seal, unseal, unseal_exchanged
from crypto.errors import Broken, CryptoError, WrongShare
from crypto.keys import PUBLIC, enrol, subseed
from crypto.partial import lift
from crypto.proofs import BASE, PROOF, check_proof, prove
from crypto.seats import Own, Plan
from crypto.shares import Dealt, Share

_BUCKET = 256  # the smallest bucket that takes a share
_FIELDS = {"plan", "heard", "commitments", "proof", "sealed"}

Passing = Mapping[str, bytes]  # name of a seat: its public sealing key for this ceremony


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealing:
    """One custodian's contribution; `heard` is the digest of all first messages it had before it spoke."""

    heard: bytes
    commitments: tuple[bytes, ...]
    proof: bytes
    sealed: tuple[bytes, ...]  # one envelope for every seat, in order


def polynomial(own: Own, plan: Plan) -> Dealt:
    """The custodian's polynomial for this plan: from its seed and the plan, so that it can be made again.

    Another plan, were it only one other seat, gives an unrelated polynomial: even a ceremony id that a server
    uses twice shows no two points of one.
    """
    secret = feldman.scalar(subseed(own.seed, "custodian secret", plan.mark))
    entropy = subseed(own.seed, "custodian polynomial", plan.mark)
    return feldman.deal(secret, plan.threshold, len(plan.seats), entropy)


def core_digest(plan: Plan, name: str, commitments: Sequence[bytes]) -> bytes:
    """The hash that commits a custodian, in round 0, to all of its dealing that shapes the key."""
    return digest("yuanping/ceremony/core/v1", plan.mark, name.encode("utf-8"), *commitments)


def make(own: Own, plan: Plan, passing: Passing, heard: bytes, entropy: bytes) -> Dealing:
    """The custodian's dealing; `entropy` is 32 new bytes for salts and nonce (HPKE draws its own)."""
    dealt = polynomial(own, plan)
    secret = feldman.scalar(subseed(own.seed, "custodian secret", plan.mark))
    pairs = [(BASE, dealt.commitments[0])]
    proof = prove(secret, pairs, _bound(plan, own.name), subseed(entropy, "proof"))
    sealed = []
    for share, seat in zip(dealt.shares, plan.seats, strict=True):
        place = share_place(plan, own.name, seat.name, dealt.commitments)
        salt = subseed(entropy, "salt", bytes([share.index]))
        sealed.append(seal(passing[seat.name], share_body(share), place, salt, _BUCKET).envelope)
    return Dealing(heard=heard, commitments=dealt.commitments, proof=proof, sealed=tuple(sealed))


def check_public(plan: Plan, dealer: str, dealing: Dealing, passing: Passing) -> None:
    """Nothing, if everything is right that everybody can see; else Broken.

    Exactly t commitments in the prime-order group, the proof, one envelope for every seat whose encapsulation
    is in the group too, so that a complaint about its content can be proven.
    """
    if len(dealing.commitments) != plan.threshold or len(dealing.sealed) != len(plan.seats):
        raise Broken("a dealing for another threshold or number of seats")
    feldman.check_commitments(dealing.commitments)
    check_proof([(BASE, dealing.commitments[0])], _bound(plan, dealer), dealing.proof)
    for seat, envelope in zip(plan.seats, dealing.sealed, strict=True):
        head = inspect(envelope)
        if head.kind is not Kind.SHARE or head.bucket != _BUCKET:
            raise Broken(f"the envelope for {seat.name} holds no share")
        if head.mark != key_mark(passing[seat.name], seat.name):
            raise Broken(f"the envelope for {seat.name} is sealed to another key")
        lift(head.encapsulation)


def open_dealt(own: Own, plan: Plan, dealer: str, dealing: Dealing) -> Share:
    """The share that `dealer` dealt to us; WrongShare (our index) when it is not on the dealer's polynomial."""
    place = share_place(plan, dealer, own.name, dealing.commitments)
    index = plan.index(own.name)
    try:
        value = unseal(own.passing(plan.mark).private, dealing.sealed[index - 1], place).value
    except CryptoError:
        raise WrongShare(index, own.name) from None
    return _checked(value, dealing, index, own.name)


def check_shown(
    plan: Plan, dealing: Dealing, dealer: str, holder: str, passing: bytes, exchanged: bytes
) -> None:
    """Nothing, if the share that `holder` has shown to everybody is a good one; else WrongShare."""
    place = share_place(plan, dealer, holder, dealing.commitments)
    index = plan.index(holder)
    try:
        value = unseal_exchanged(exchanged, passing, dealing.sealed[index - 1], place).value
    except CryptoError:
        raise WrongShare(index, holder) from None
    _checked(value, dealing, index, holder)


def sum_commitments(dealings: Sequence[Dealing]) -> tuple[bytes, ...]:
    """Commitments of the new key: position by position the sum over all dealers. Broken: a sum is zero."""
    total = list(dealings[0].commitments)
    for dealing in dealings[1:]:
        pairs = zip(total, dealing.commitments, strict=True)
        total = [crypto_core_ed25519_add(one, two) for one, two in pairs]
    return tuple(enrol(point) for point in total)


def sum_shares(parts: Sequence[Share]) -> Share:
    """A holder's share of the new key: the sum of what every dealer dealt to it."""
    value = parts[0].value
    for part in parts[1:]:
        value = crypto_core_ed25519_scalar_add(value, part.value)
    return Share(index=parts[0].index, value=value)


def dealing_body(plan: Plan, dealing: Dealing) -> dict[str, Any]:
    """A dealing as canonical-JSON-able values."""
    return {
        "plan": plan.mark.hex(),
        "heard": dealing.heard.hex(),
        "commitments": [point.hex() for point in dealing.commitments],
        "proof": dealing.proof.hex(),
        "sealed": [envelope.hex() for envelope in dealing.sealed],
    }


def dealing_of(body: Any) -> Dealing:
    """The dealing of a body; any other form raises Broken."""
    if not isinstance(body, dict) or set(body) != _FIELDS:
        raise Broken("not a dealing")
    if not all(
        isinstance(body[part], list) and len(body[part]) <= feldman.MOST for part in ("commitments", "sealed")
    ):
        raise Broken("a dealing without commitments or shares")
    return Dealing(
        heard=unhex(body["heard"], 32),
        commitments=tuple(unhex(point, PUBLIC) for point in body["commitments"]),
        proof=unhex(body["proof"], PROOF),
        sealed=tuple(unhex(envelope) for envelope in body["sealed"]),
    )


def _checked(value: Any, dealing: Dealing, index: int, holder: str) -> Share:
    try:
        share = share_of(value)
        if share.index != index:
            raise WrongShare(index, holder)
        feldman.check_share(dealing.commitments, share)
    except CryptoError:
        raise WrongShare(index, holder) from None
    return share


def _bound(plan: Plan, dealer: str) -> bytes:
    return frame("yuanping/ceremony/possession/v1", plan.mark, dealer.encode("utf-8"))


def share_place(plan: Plan, dealer: str, holder: str, commitments: Sequence[bytes]) -> Context:
    """Where the envelope belongs in which `dealer` deals to `holder`."""
    core = core_digest(plan, dealer, commitments)
    return Context(lot=plan.mark.hex(), kind=Kind.SHARE, slot=dealer, key_id=holder, policy_hash=core)
