"""Commitments: pinned once, then what does not open them."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.canonical import frame
from crypto.commit import check_opening, check_opening_value, commit, commit_value, same
from crypto.errors import Broken

SALT = bytes(range(32))


def test_a_commitment_is_the_labelled_hash_of_salt_and_payload() -> None:
    """Anybody with a hash function can check an opening."""
    framed = frame("yuanping/commit/v1", b"seed", SALT, b"payload")
    assert commit("seed", SALT, b"payload") == hashlib.sha256(framed).digest()


@given(st.binary(max_size=40), st.binary(min_size=32, max_size=32), st.text(max_size=5))
@settings(max_examples=80, deadline=None)
def test_an_opening_fits_its_own_commitment_and_no_other(payload: bytes, salt: bytes, label: str) -> None:
    """Another payload, salt or label, or a changed commitment: Broken."""
    commitment = commit(label, salt, payload)
    check_opening(commitment, label, salt, payload)
    flipped_salt = bytes([salt[0] ^ 1]) + salt[1:]
    flipped = bytes([commitment[0] ^ 1]) + commitment[1:]
    for wrong in (
        (commitment, label, salt, payload + b"\0"),
        (commitment, label, flipped_salt, payload),
        (commitment, label + "x", salt, payload),
        (flipped, label, salt, payload),
        (commitment[:31], label, salt, payload),
        (commitment, label, salt[:31], payload),
    ):
        with pytest.raises(Broken):
            check_opening(*wrong)


def test_a_value_is_committed_to_through_its_canonical_form() -> None:
    """The order of keys in memory does not matter, the value does."""
    commitment = commit_value("map", SALT, {"a": 1, "b": 2})
    check_opening_value(commitment, "map", SALT, {"b": 2, "a": 1})
    with pytest.raises(Broken):
        check_opening_value(commitment, "map", SALT, {"a": 1})


def test_a_short_salt_is_refused_when_committing() -> None:
    """A salt that can be guessed hides nothing."""
    with pytest.raises(ValueError, match="32 bytes"):
        commit("x", b"salt", b"")


def test_comparison_sees_every_difference() -> None:
    """Equal bytes only; a prefix is not equal."""
    assert same(b"", b"")
    assert same(b"abc", b"abc")
    assert not same(b"abc", b"abd")
    assert not same(b"abc", b"ab")
