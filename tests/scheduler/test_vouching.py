"""What an expert's long-term key says of one lot: fixed bytes, and no statement that serves elsewhere."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.envelope import seal
from crypto.errors import Broken, CryptoError, NotForYou
from crypto.keys import sealing_key, sign, signing_key
from scheduler.events import Member
from scheduler.model import LotId
from scheduler.vouching import (
    ANSWER,
    CERTIFICATE,
    Invited,
    Says,
    answer_context,
    answer_statement,
    certificate_context,
    certificate_statement,
    demand_sealed,
    key_commitment,
    open_answer,
    open_certificate,
    sealed_answer,
    sealed_certificate,
)

LOT, MEMBER = LotId("AH-2026-001"), Member("P-AAAAAAAAAAAAAAAA")
AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
KEY, OTHER = signing_key(b"k" * 32), signing_key(b"o" * 32)
EXPERTS, THIEF = sealing_key(b"e" * 32), sealing_key(b"t" * 32)  # each of one evaluation
INVITED = Invited(experts=EXPERTS.public, round=2, member=MEMBER)
DEVICE, BLIND, SALT = signing_key(b"d" * 32).public, b"b" * 32, b"s" * 32
DEGENERATE = (bytes(32), b"\1" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f")


def answered(invited: Invited = INVITED, says: Says = Says.ACCEPT) -> bytes:
    """A sealed answer by the expert's own key."""
    return sealed_answer(invited, says, AT, KEY, SALT)


def certified() -> bytes:
    """A sealed certificate by the expert's own key."""
    return sealed_certificate(EXPERTS.public, MEMBER, DEVICE, KEY, SALT)


def test_the_statements_are_these_bytes() -> None:
    """Another program that writes these bytes signs what this one checks."""
    assert answer_statement(INVITED, Says.DECLINE, AT) == (
        b'{"answer":"decline","at":"2026-11-23T08:30:00+00:00","evaluation":"'
        + EXPERTS.public.hex().encode()
        + b'","member":"P-AAAAAAAAAAAAAAAA","round":2}'
    )
    told = f'{{"device":"{DEVICE.hex()}","evaluation":"{EXPERTS.public.hex()}","member":"{MEMBER}"}}'
    assert certificate_statement(EXPERTS.public, MEMBER, DEVICE) == told.encode()


def test_the_commitment_is_a_hash_of_four_parts() -> None:
    """A leaf commits to lot, pseudonym, key and blind, each behind its length."""
    parts = (b"yuanping/expert-key/v1", LOT.encode(), MEMBER.encode(), KEY.public, BLIND)
    framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    assert key_commitment(LOT, MEMBER, KEY.public, BLIND) == hashlib.sha256(framed).hexdigest()


def test_a_proof_opens_to_its_key_and_moment() -> None:
    """What was signed and sealed on the device is read after the experts' key is open, and names its signer."""
    proof = open_answer(EXPERTS.private, answered(), INVITED, Says.ACCEPT)
    assert (proof.public, proof.at) == (KEY.public, AT)
    proof = open_certificate(EXPERTS.private, certified(), MEMBER, DEVICE)
    assert (proof.public, proof.at) == (KEY.public, None)


def test_the_key_is_in_no_proof_to_be_seen() -> None:
    """Neither public key nor signature stands in an envelope, and accepting and declining look alike."""
    accepted, declined = answered(), answered(says=Says.DECLINE)
    assert KEY.public not in accepted
    assert KEY.public.hex().encode() not in accepted
    assert len(accepted) == len(declined) == len(certified())
    with pytest.raises(NotForYou):
        open_answer(THIEF.private, accepted, INVITED, Says.ACCEPT)


@pytest.mark.parametrize(
    ("invited", "says"),
    [
        (replace(INVITED, member=Member("P-BBBBBBBBBBBBBBBB")), Says.ACCEPT),
        (replace(INVITED, round=3), Says.ACCEPT),
        (INVITED, Says.DECLINE),
    ],
    ids=["other member", "other round", "other answer"],
)
def test_an_answer_counts_where_it_was_given(invited: Invited, says: Says) -> None:
    """An answer replayed for another member or round, or turned around, is refused."""
    with pytest.raises(Broken):
        open_answer(EXPERTS.private, answered(), invited, says)


def test_a_resealed_answer_counts_nowhere_else() -> None:
    """Whoever opens a proof and seals it anew for another place still has a signature over the first one."""
    elsewhere = replace(INVITED, round=3)
    signature = sign(KEY, ANSWER, answer_statement(INVITED, Says.ACCEPT, AT))
    value = {"at": AT.isoformat(), "key": KEY.public.hex(), "signature": signature.hex()}
    moved = seal(EXPERTS.public, value, answer_context(elsewhere), SALT).envelope
    with pytest.raises(Broken, match="signature"):
        open_answer(EXPERTS.private, moved, elsewhere, Says.ACCEPT)


@pytest.mark.parametrize(
    ("member", "device"),
    [(Member("P-BBBBBBBBBBBBBBBB"), DEVICE), (MEMBER, OTHER.public)],
    ids=["other member", "swapped device key"],
)
def test_a_certificate_is_of_one_members_device(member: Member, device: bytes) -> None:
    """A gate that records another device's key has no certificate for it."""
    with pytest.raises(Broken):
        open_certificate(EXPERTS.private, certified(), member, device)


def test_a_proof_counts_in_one_evaluation() -> None:
    """Another lot or attempt has another expert-identity key: carried there, or sealed anew, a proof is none."""
    elsewhere = THIEF
    there = replace(INVITED, experts=elsewhere.public)
    with pytest.raises(NotForYou):
        open_answer(elsewhere.private, answered(), there, Says.ACCEPT)
    proof = open_answer(EXPERTS.private, answered(), INVITED, Says.ACCEPT)
    value = {"at": AT.isoformat(), "key": KEY.public.hex(), "signature": proof.signature.hex()}
    carried = seal(elsewhere.public, value, answer_context(there), SALT).envelope
    with pytest.raises(Broken, match="signature"):
        open_answer(elsewhere.private, carried, there, Says.ACCEPT)
    mine = open_certificate(EXPERTS.private, certified(), MEMBER, DEVICE)
    value = {"key": KEY.public.hex(), "signature": mine.signature.hex()}
    carried = seal(elsewhere.public, value, certificate_context(MEMBER), SALT).envelope
    with pytest.raises(Broken, match="signature"):
        open_certificate(elsewhere.private, carried, MEMBER, DEVICE)


def test_an_answer_is_no_certificate() -> None:
    """A proof of one sort is not read as one of the other."""
    with pytest.raises(Broken):
        open_certificate(EXPERTS.private, answered(), MEMBER, DEVICE)
    assert ANSWER != CERTIFICATE


@pytest.mark.parametrize("public", DEGENERATE)
def test_a_degenerate_key_is_refused(public: bytes) -> None:
    """A key of small order would verify anything: no leaf commits to it and no device has it."""
    with pytest.raises(Broken):
        key_commitment(LOT, MEMBER, public, BLIND)
    with pytest.raises(Broken):
        certificate_statement(EXPERTS.public, MEMBER, public)


def test_a_proof_under_a_degenerate_key_is_refused() -> None:
    """The all-zero signature of the identity point proves nothing."""
    value = {"key": (b"\1" + bytes(31)).hex(), "signature": (b"\1" + bytes(63)).hex()}
    envelope = seal(EXPERTS.public, value, certificate_context(MEMBER), SALT).envelope
    with pytest.raises(Broken, match="not a public signing key"):
        open_certificate(EXPERTS.private, envelope, MEMBER, DEVICE)


def test_the_form_of_a_proof_is_checked_without_opening() -> None:
    """A proof sealed to somebody else, or of another kind, is refused when it is handed in."""
    demand_sealed(answered(), EXPERTS.public)
    with pytest.raises(Broken, match="expert-identity key"):
        demand_sealed(answered(), THIEF.public)
    with pytest.raises(Broken):
        demand_sealed(b"rubbish", EXPERTS.public)


@settings(max_examples=30)
@given(
    one=st.tuples(st.text(max_size=9), st.text(max_size=9), st.binary(min_size=32, max_size=32)),
    two=st.tuples(st.text(max_size=9), st.text(max_size=9), st.binary(min_size=32, max_size=32)),
)
def test_commitments_meet_only_for_the_same_parts(
    one: tuple[str, str, bytes], two: tuple[str, str, bytes]
) -> None:
    """The same key in two lots, or under two blinds, gives two commitments that nobody can join."""
    first, second = (key_commitment(LotId(a), Member(b), KEY.public, c) for a, b, c in (one, two))
    assert (first == second) == (one == two)


@settings(max_examples=25)
@given(at=st.integers(0, 2000), bit=st.integers(0, 7))
def test_a_changed_proof_is_no_proof(at: int, bit: int) -> None:
    """Flipping any bit of a sealed answer makes it unreadable."""
    envelope = bytearray(answered())
    envelope[at % len(envelope)] ^= 1 << bit
    with pytest.raises(CryptoError):
        open_answer(EXPERTS.private, bytes(envelope), INVITED, Says.ACCEPT)
