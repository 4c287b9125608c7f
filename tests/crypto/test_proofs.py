"""Proofs: one scalar behind every pair, for one purpose, and no way to make one without it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_scalarmult_ed25519_noclamp

from crypto.errors import Broken
from crypto.proofs import BASE, PROOF, check_proof, prove
from crypto.shares import group_public, scalar

SECRET, OTHER = scalar(b"s" * 32), scalar(b"o" * 32)
ONE = (1).to_bytes(32, "little")


def test_the_base_point_is_the_published_one() -> None:
    """RFC 8032: B = (…, 4/5), and one times B is B."""
    assert group_public(ONE) == BASE
    assert int.from_bytes(BASE, "little") * 5 % (2**255 - 19) == 4


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40), st.integers(1, 3))
@settings(max_examples=30, deadline=None)
def test_a_proof_of_one_scalar_holds(entropy: bytes, bound: bytes, count: int) -> None:
    """Knowledge (one pair) and equality (several pairs), whatever it is bound to."""
    secret = scalar(entropy)
    pairs = [(BASE, group_public(secret))]
    for i in range(1, count):
        factor = scalar(bytes([i]) * 32)
        base = group_public(factor)
        pairs.append((base, _times(secret, base)))
    check_proof(pairs, bound, prove(secret, pairs, bound, b"e" * 32))


def _times(factor: bytes, point: bytes) -> bytes:
    return crypto_scalarmult_ed25519_noclamp(factor, point)


def test_different_scalars_behind_two_pairs_do_not_pass() -> None:
    """Whoever answers with another multiple than the committed one has no proof, with either scalar."""
    base = group_public(scalar(b"b" * 32))
    pairs = [(BASE, group_public(SECRET)), (base, _times(OTHER, base))]
    for secret in (SECRET, OTHER):
        with pytest.raises(Broken, match="does not hold"):
            check_proof(pairs, b"", prove(secret, pairs, b"", bytes(32)))


@given(st.integers(0, PROOF * 8 - 1))
@settings(max_examples=60, deadline=None)
def test_a_changed_bit_breaks_a_proof(bit: int) -> None:
    """Of the challenge or of the answer."""
    pairs = [(BASE, group_public(SECRET))]
    changed = bytearray(prove(SECRET, pairs, b"x", bytes(32)))
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Broken):
        check_proof(pairs, b"x", bytes(changed))


def test_a_proof_is_for_its_purpose_and_statement_only() -> None:
    """Bound to another order, another point or fewer pairs it is nothing."""
    pairs = [(BASE, group_public(SECRET))]
    proof = prove(SECRET, pairs, b"order 1", bytes(32))
    for wrong, bound in ((pairs, b"order 2"), ([(BASE, group_public(OTHER))], b"order 1"), ([], b"order 1")):
        with pytest.raises(Broken):
            check_proof(wrong, bound, proof)


def test_the_same_entropy_gives_another_nonce_for_another_statement() -> None:
    """Two proofs from one entropy: their difference would be the secret if the nonce were the same."""
    pairs = [(BASE, group_public(SECRET))]
    one, two = (prove(SECRET, pairs, bound, bytes(32)) for bound in (b"1", b"2"))
    order = 2**252 + 27742317777372353535851937790883648493
    (c1, s1), (c2, s2) = (
        (int.from_bytes(p[:32], "little"), int.from_bytes(p[32:], "little")) for p in (one, two)
    )
    guess = (s1 - s2) * pow(c1 - c2, -1, order) % order
    assert guess != int.from_bytes(SECRET, "little")


@pytest.mark.parametrize("point", [bytes(32), ONE, b"\x02" + bytes(31), b"", b"\xff" * 32])
def test_points_outside_the_group_are_refused(point: bytes) -> None:
    """Small order, off the curve, of no length: no proof is looked at."""
    with pytest.raises(Broken):
        check_proof([(BASE, point)], b"", bytes(PROOF))


@pytest.mark.parametrize("proof", [b"", bytes(PROOF), bytes(PROOF - 1), b"\xff" * PROOF])
def test_what_is_no_proof_is_refused(proof: bytes) -> None:
    """Zeros, other lengths, numbers above the order."""
    with pytest.raises(Broken):
        check_proof([(BASE, group_public(SECRET))], b"", proof)
