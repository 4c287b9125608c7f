"""How does a holder prove a secret scalar without showing it? Knowledge of one, and equality of two, logarithms.

Chaum and Pedersen's proof over the prime-order group of Edwards25519, made non-interactive by Fiat and Shamir:
one scalar x stands behind every pair (G, xG). One pair proves knowledge, two pairs prove that both have the same x.
"""

from collections.abc import Sequence

from nacl.bindings import (
    crypto_core_ed25519_scalar_add,
    crypto_core_ed25519_scalar_mul,
    crypto_core_ed25519_sub,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)
from nacl.exceptions import CryptoError as SodiumError

from crypto.canonical import digest, frame, keyed
from crypto.commit import same
from crypto.errors import Broken
from crypto.keys import enrol
from crypto.shares import SCALAR, is_scalar, scalar

BASE = bytes.fromhex("58" + "66" * 31)  # the group's generator, RFC 8032 §5.1
PROOF = 2 * SCALAR  # bytes: challenge and answer

Pair = tuple[bytes, bytes]  # a point and its multiple


def prove(secret: bytes, pairs: Sequence[Pair], bound: bytes, entropy: bytes) -> bytes:
    """A proof (64 bytes) that `secret` is the scalar behind every pair; it holds for `bound` and nothing else.

    The nonce follows from secret, statement and 32 bytes of new entropy, so that entropy used twice by mistake
    gives nothing away.
    """
    statement = _statement(pairs, bound)
    nonce = scalar(keyed(secret, "yuanping/proofs/nonce/v1", statement, entropy))
    marks = [_times(nonce, base) for base, _ in pairs]
    challenge = _challenge(statement, marks)
    answer = crypto_core_ed25519_scalar_add(nonce, crypto_core_ed25519_scalar_mul(challenge, secret))
    return challenge + answer


def check_proof(pairs: Sequence[Pair], bound: bytes, proof: bytes) -> None:
    """Nothing, if one scalar stands behind every pair; else Broken. Points outside the group are refused."""
    for point in (point for pair in pairs for point in pair):
        enrol(point)
    challenge, answer = proof[:SCALAR], proof[SCALAR:]
    if len(proof) != PROOF or not (is_scalar(challenge) and is_scalar(answer)):
        raise Broken("not a proof")
    try:
        marks = [
            crypto_core_ed25519_sub(_times(answer, base), _times(challenge, multiple))
            for base, multiple in pairs
        ]
    except SodiumError:  # an answer of zero: nobody honest meets it
        raise Broken("the proof does not hold") from None
    if not same(challenge, _challenge(_statement(pairs, bound), marks)):
        raise Broken("the proof does not hold")


def _times(factor: bytes, point: bytes) -> bytes:
    if point == BASE:
        return crypto_scalarmult_ed25519_base_noclamp(factor)
    return crypto_scalarmult_ed25519_noclamp(factor, point)


def _statement(pairs: Sequence[Pair], bound: bytes) -> bytes:
    return frame("yuanping/proofs/statement/v1", bound, *(point for pair in pairs for point in pair))


def _challenge(statement: bytes, marks: Sequence[bytes]) -> bytes:
    return scalar(digest("yuanping/proofs/challenge/v1", statement, *marks))
