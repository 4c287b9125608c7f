"""How do t custodians open ONE envelope without making the key? Each contributes a point with a proof.

The holder of share x_i of a key answers an encapsulation E with D_i = x_i E and proves that the x_i is the one
behind its public share. Lagrange's weights turn t answers into xE, the Diffie-Hellman value of this envelope alone.

Two things to know before using it. (1) Whoever sees the answers to one encapsulation E can compute those to every
multiple aE: so an answer opens that envelope *and whatever its sender derived it from* under the same key. Never
answer envelopes of strangers under a key that still guards others' secrets (docs/adr/0012). (2) An X25519 coordinate
names the two points E and −E; all holders must take the same one (`lift`), which of them does not matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_scalar_negate,
    crypto_core_ed25519_scalar_reduce,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)

from crypto.canonical import digest, unhex
from crypto.commit import same
from crypto.custody import CustodyKey
from crypto.envelope import Context, Opened, inspect, key_mark, unseal_exchanged
from crypto.errors import Broken, NotForYou, WrongShare
from crypto.keys import PUBLIC, enrol, is_canonical_u, sealing_key_of
from crypto.proofs import BASE, PROOF, check_proof, prove
from crypto.shares import SCALAR, Share, point_at, sealing_public, weight

_PRIME = 2**255 - 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the holder at `index` (1 … n) contributes to one envelope: a point and the proof of it (64 bytes)."""

    index: int
    point: bytes
    proof: bytes


def lift(coordinate: bytes) -> bytes:
    """The point of the prime-order group of Edwards25519 with this X25519 coordinate; of the two, x even.

    Broken: on the twist, of small or mixed order, or not in reduced form. Coordinates are public, so whole
    numbers will do: y = (u − 1) / (u + 1), RFC 7748 §4.1.
    """
    number = int.from_bytes(coordinate, "little")
    if not is_canonical_u(coordinate) or number == _PRIME - 1:
        raise Broken("the encapsulated point has no place in the group")
    y = (number - 1) * pow(number + 1, -1, _PRIME) % _PRIME
    try:
        return enrol(y.to_bytes(PUBLIC, "little"))
    except Broken:
        raise Broken("the encapsulated point has no place in the group") from None


def answer(key: CustodyKey, share: Share, envelope: bytes, bound: bytes, entropy: bytes) -> Answer:
    """The share's contribution to opening this envelope, proven for `bound`: the order it obeys, as bytes.

    `entropy`: 32 new bytes. NotForYou: sealed to another key. Broken: the encapsulation is outside the group.
    """
    point = _encapsulated(key, envelope)
    own = crypto_scalarmult_ed25519_noclamp(share.value, point)
    pairs = [(BASE, crypto_scalarmult_ed25519_base_noclamp(share.value)), (point, own)]
    statement = _statement(key, share.index, envelope, bound)
    return Answer(index=share.index, point=own, proof=prove(share.value, pairs, statement, entropy))


def check_answer(key: CustodyKey, envelope: bytes, given: Answer, bound: bytes) -> None:
    """Nothing, if the holder at the index answered rightly; else WrongShare with index and name.

    NotForYou: the envelope is not sealed to this key. Broken: its encapsulation is outside the group; blame
    the sender.
    """
    point = _encapsulated(key, envelope)
    if not 1 <= given.index <= len(key.holders):
        raise WrongShare(given.index)
    public = point_at(key.commitments, given.index)
    statement = _statement(key, given.index, envelope, bound)
    try:
        check_proof([(BASE, public), (point, given.point)], statement, given.proof)
    except Broken:
        raise WrongShare(given.index, key.holders[given.index - 1].name) from None


def combine(key: CustodyKey, envelope: bytes, answers: Iterable[Answer], bound: bytes) -> bytes:
    """The Diffie-Hellman value (32 bytes) of the envelope from at least `threshold` answers, each checked.

    NotForYou: too few. WrongShare names the first wrong one: drop it and try with others. Broken: one twice.
    """
    given = sorted(answers, key=lambda one: one.index)
    indices = [one.index for one in given]
    if len(set(indices)) != len(indices):
        raise Broken("an answer stands twice")
    for one in given:
        check_answer(key, envelope, one, bound)
    if len(given) < key.threshold:
        raise NotForYou(f"{len(given)} of {key.threshold} answers")
    chosen = given[: key.threshold]
    parts = [
        crypto_scalarmult_ed25519_noclamp(weight(one.index, indices[: key.threshold]), one.point)
        for one in chosen
    ]
    total = parts[0]
    for part in parts[1:]:
        total = crypto_core_ed25519_add(total, part)
    return sealing_public(total)


def open_together(
    key: CustodyKey, envelope: bytes, context: Context, answers: Iterable[Answer], bound: bytes
) -> Opened:
    """Value and salt of one envelope, by t answers; the key stays whole. Raises as `combine` and `unseal`."""
    return unseal_exchanged(combine(key, envelope, answers, bound), key.public, envelope, context)


def disclose(private: bytes, envelope: bytes, bound: bytes, entropy: bytes) -> Answer:
    """How the owner of an ordinary X25519 key shows one envelope's content to everybody, provably; index 0.

    It opens this envelope alone, and like every answer what its sender derived it from.
    """
    point = lift(inspect(envelope).encapsulation)
    secret, public = _as_scalar(private)
    own = crypto_scalarmult_ed25519_noclamp(secret, point)
    proof = prove(secret, [(BASE, public), (point, own)], _shown(envelope, bound), entropy)
    return Answer(index=0, point=own, proof=proof)


def check_disclosure(public: bytes, envelope: bytes, shown: Answer, bound: bytes) -> bytes:
    """The Diffie-Hellman value (32 bytes) that the owner of `public` has shown; Broken if it is not right."""
    if shown.index != 0:
        raise Broken("an answer of a share is no disclosure")
    pairs = [(BASE, lift(public)), (lift(inspect(envelope).encapsulation), shown.point)]
    check_proof(pairs, _shown(envelope, bound), shown.proof)
    return sealing_public(shown.point)


def answer_body(given: Answer) -> dict[str, Any]:
    """An answer as canonical-JSON-able values."""
    return {"index": given.index, "point": given.point.hex(), "proof": given.proof.hex()}


def answer_of(body: Any) -> Answer:
    """The answer of a body; any other form raises Broken."""
    if not isinstance(body, dict) or set(body) != {"index", "point", "proof"}:
        raise Broken("expected exactly the fields index, point, proof")
    if type(body["index"]) is not int:
        raise Broken("an answer without an index")
    return Answer(index=body["index"], point=unhex(body["point"], PUBLIC), proof=unhex(body["proof"], PROOF))


def _encapsulated(key: CustodyKey, envelope: bytes) -> bytes:
    head = inspect(envelope)
    if head.mark != key_mark(key.public, key.key_id):
        raise NotForYou("the envelope is sealed to another key")
    return lift(head.encapsulation)


def _as_scalar(private: bytes) -> tuple[bytes, bytes]:
    """The scalar of an X25519 private key, negated where needed so that its point is `lift` of its public key."""
    clamped = bytes([private[0] & 248]) + private[1:31] + bytes([private[31] & 127 | 64])
    secret = crypto_core_ed25519_scalar_reduce(clamped.ljust(2 * SCALAR, b"\0"))
    point = crypto_scalarmult_ed25519_base_noclamp(secret)
    lifted = lift(sealing_key_of(private).public)
    return (secret, point) if same(point, lifted) else (crypto_core_ed25519_scalar_negate(secret), lifted)


def _statement(key: CustodyKey, index: int, envelope: bytes, bound: bytes) -> bytes:
    named = digest("yuanping/partial/key/v1", key.key_id.encode("utf-8"), *key.commitments)
    return digest("yuanping/partial/answer/v1", named, bytes([index]), envelope, bound)


def _shown(envelope: bytes, bound: bytes) -> bytes:
    return digest("yuanping/partial/disclosure/v1", envelope, bound)
