"""Keys: published vectors first, then what must never be accepted."""

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_sign, crypto_sign_open
from nacl.exceptions import BadSignatureError

from crypto.errors import Broken
from crypto.keys import (
    SigningKey,
    enrol,
    enrol_sealing,
    fingerprint,
    preimage,
    sealing_key,
    sealing_key_of,
    sign,
    signing_key,
    subseed,
    verify,
)

ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19
IDENTITY = (1).to_bytes(32, "little")
SMALL_ORDER = [
    bytes(32),
    IDENTITY,
    (PRIME - 1).to_bytes(32, "little"),
    (PRIME + 1).to_bytes(32, "little"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
]
LOW_ORDER_U = [
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    PRIME - 1,
]


def test_a_seed_gives_the_key_of_rfc_8032() -> None:
    """RFC 8032 §7.1, first test: our keys are everybody's Ed25519 keys."""
    key = signing_key(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert key.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def test_what_is_signed_is_the_published_dsse_encoding() -> None:
    """The example of the DSSE v1 protocol page: any DSSE library can check our signatures."""
    assert (
        preimage("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


@given(st.binary(max_size=64), st.integers(0, 511), st.binary(min_size=32, max_size=32))
@settings(max_examples=40, deadline=None)
def test_a_signature_holds_for_its_bytes_and_no_others(payload: bytes, bit: int, seed: bytes) -> None:
    """One flipped bit of the signature, another payload, label or key: Broken."""
    key = signing_key(seed)
    signature = sign(key, "sheet", payload)
    verify(key.public, "sheet", payload, signature)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    other = signing_key(subseed(seed, "other")).public
    for wrong in (
        (key.public, "sheet", payload, bytes(flipped)),
        (key.public, "sheet", payload + b"\0", signature),
        (key.public, "sheets", payload, signature),
        (other, "sheet", payload, signature),
    ):
        with pytest.raises(Broken):
            verify(*wrong)


def test_a_label_cannot_lend_a_byte_to_its_payload() -> None:
    """Label and payload are framed by length, so moving the border between them breaks the signature."""
    key = signing_key(bytes(32))
    with pytest.raises(Broken):
        verify(key.public, "ab", b"c", sign(key, "a", b"bc"))


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_of_another_length_is_refused(length: int) -> None:
    """Cut and lengthened signatures are refused before any arithmetic."""
    with pytest.raises(Broken):
        verify(signing_key(bytes(32)).public, "x", b"", bytes(length))


@pytest.mark.parametrize("point", SMALL_ORDER, ids=lambda point: point.hex()[:8])
def test_a_small_order_key_is_refused_at_enrolment_and_at_verification(point: bytes) -> None:
    """With such a key the all-zero S with R = identity would sign every message."""
    with pytest.raises(Broken):
        enrol(point)
    for commitment in (IDENTITY, point):
        with pytest.raises(Broken):
            verify(point, "x", b"anything", commitment + bytes(32))


def test_a_key_of_mixed_order_is_refused_though_the_library_takes_its_signatures() -> None:
    """A good point plus one of order two: verifiers disagree about its signatures, so it is nobody's key."""
    good = signing_key(bytes(32))
    # Adding the point (0, -1) of order two turns (x, y) into (-x, -y).
    y = int.from_bytes(good.public, "little") & (2**255 - 1)
    mixed = ((PRIME - y) | ((1 - (good.public[31] >> 7)) << 255)).to_bytes(32, "little")
    with pytest.raises(Broken):
        enrol(mixed)
    taken = 0
    for i in range(16):
        signed = crypto_sign(preimage("x", bytes([i])), good.seed + mixed)
        taken += _library_takes(signed, mixed)
        with pytest.raises(Broken):
            verify(mixed, "x", bytes([i]), signed[:64])
    assert taken > 0


def _library_takes(signed: bytes, public: bytes) -> bool:
    try:
        return bool(crypto_sign_open(signed, public))
    except BadSignatureError:
        return False


def test_a_signature_plus_the_group_order_is_refused() -> None:
    """S and S + L satisfy the same equation; only the reduced form is a signature (RFC 8032 §5.1.7)."""
    key = signing_key(bytes(32))
    signature = sign(key, "x", b"payload")
    larger = int.from_bytes(signature[32:], "little") + ORDER
    with pytest.raises(Broken):
        verify(key.public, "x", b"payload", signature[:32] + larger.to_bytes(32, "little"))


@pytest.mark.parametrize("u", [*LOW_ORDER_U, PRIME, PRIME + 1, PRIME + 9, 2**255 + 9, 2**256 - 1])
def test_a_low_order_or_oddly_spelled_sealing_key_is_refused(u: int) -> None:
    """What is sealed to a low-order key anyone can read; a second spelling would be a second key id."""
    with pytest.raises(Broken):
        enrol_sealing(u.to_bytes(32, "little"))


def test_good_keys_are_enrolled_as_they_are() -> None:
    """Enrolment returns the key's own bytes."""
    assert enrol(signing_key(bytes(32)).public) == signing_key(bytes(32)).public
    assert enrol_sealing(sealing_key(bytes(32)).public) == sealing_key(bytes(32)).public


@pytest.mark.parametrize("length", [0, 31, 33])
def test_keys_of_another_length_are_refused(length: int) -> None:
    """A seed of wrong length is our mistake, a public key of wrong length is theirs."""
    for make in (signing_key, sealing_key, sealing_key_of):
        with pytest.raises(ValueError, match="32 bytes"):
            make(bytes(length))
    for check in (enrol, enrol_sealing):
        with pytest.raises(Broken):
            check(b"\x09" * length)


def test_a_signing_key_always_has_its_own_public_half() -> None:
    """Two signatures of one seed under two public halves would reveal the seed: it cannot be built."""
    with pytest.raises(TypeError):
        SigningKey(seed=bytes(32), public=signing_key(b"x" * 32).public)  # type: ignore[call-arg]  # the point
    with pytest.raises(FrozenInstanceError):
        signing_key(bytes(32)).public = bytes(32)  # type: ignore[misc]  # the point


def test_a_key_shows_no_secret_when_printed() -> None:
    """A log line with a key in it tells the public half only."""
    seed = bytes(range(32))
    assert seed.hex() not in repr(signing_key(seed))
    assert repr(seed) not in repr(signing_key(seed))
    assert repr(sealing_key(seed).private) not in repr(sealing_key(seed))


def test_one_seed_serves_many_purposes_with_unrelated_keys() -> None:
    """Purposes and parts are framed: no two spellings meet."""
    seeds = {
        subseed(bytes(32), "a"),
        subseed(bytes(32), "b"),
        subseed(bytes(32), "a", b""),
        subseed(bytes(32), "a", b"b"),
        subseed(bytes(32), "ab"),
    }
    assert len(seeds) == 5


def test_a_fingerprint_has_eight_groups_of_four() -> None:
    """The text that people compare by telephone; its letters are pinned among the known answers."""
    text = fingerprint(signing_key(bytes(32)).public)
    assert [len(group) for group in text.split("-")] == [4] * 8
    assert text != fingerprint(signing_key(b"x" * 32).public)
