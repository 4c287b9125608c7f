"""Envelopes: RFC 9180 first, then places, lengths and everything that must not open."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.commit import same
from crypto.envelope import (
    BUCKETS,
    Context,
    Kind,
    commitment_to,
    inspect,
    key_mark,
    open_,
    seal,
    unseal,
)
from crypto.errors import Broken, CryptoError, NotForYou
from crypto.keys import sealing_key, sealing_key_of

VECTORS = json.loads(
    (Path(__file__).parents[2] / "fixtures/vectors/hpke_rfc9180_x25519_base.json").read_text("utf-8")
)
AES256 = next(one for one in VECTORS if (one["kdf_id"], one["aead_id"]) == (1, 2))
HEAD = 22
SALT = bytes(range(32))
KEY = sealing_key(b"k" * 32)
PLACE = Context(
    lot="AH-2027-0001/1",
    kind=Kind.SCORES,
    slot="expert 3",
    key_id="AH-2027-0001/1 scores",
    version=2,
    policy_hash=b"p" * 32,
    document_hash=b"d" * 32,
)


def hpke_by_hand(shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Key and nonce of RFC 9180 §5.1, base mode, AES-256-GCM: written a second time from the text."""
    suite = b"HPKE" + bytes.fromhex("002000010002")

    def extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return HKDF.extract(hashes.SHA256(), salt, b"HPKE-v1" + suite + label + ikm)

    def expand(secret: bytes, label: bytes, context: bytes, length: int) -> bytes:
        labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context
        return HKDFExpand(hashes.SHA256(), length, labelled).derive(secret)

    context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared_secret, b"secret", b"")
    return expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)


def shared_by_hand(private: bytes, public: bytes, encapsulation: bytes, recipient: bytes) -> bytes:
    """The shared secret of RFC 9180 §4.1 from one Diffie-Hellman value."""
    suite = b"KEM" + bytes.fromhex("0020")
    dh = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))
    secret = HKDF.extract(hashes.SHA256(), b"", b"HPKE-v1" + suite + b"eae_prk" + dh)
    info = bytes.fromhex("0020") + b"HPKE-v1" + suite + b"shared_secret" + encapsulation + recipient
    return HKDFExpand(hashes.SHA256(), 32, info).derive(secret)


def test_a_seed_gives_the_key_pair_of_the_published_vectors() -> None:
    """DeriveKeyPair of RFC 9180 §7.1.3 for every recipient and every ephemeral key of the file."""
    for one in VECTORS:
        for seed, private, public in (("ikmR", "skRm", "pkRm"), ("ikmE", "skEm", "pkEm")):
            key = sealing_key(bytes.fromhex(one[seed]))
            assert (key.private.hex(), key.public.hex()) == (one[private], one[public])


def test_the_stock_library_follows_the_published_key_schedule() -> None:
    """Sealed by hand with the vector's key and nonce, opened by the library with the recipient's key."""
    library = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    cipher = AESGCM(bytes.fromhex(AES256["key"]))
    recipient = X25519PrivateKey.from_private_bytes(bytes.fromhex(AES256["skRm"]))
    ciphertext = cipher.encrypt(bytes.fromhex(AES256["base_nonce"]), b"beauty is truth", b"")
    message = bytes.fromhex(AES256["enc"]) + ciphertext
    assert library.decrypt(message, recipient, bytes.fromhex(AES256["info"])) == b"beauty is truth"


def test_the_second_writing_of_hpke_gives_the_published_values() -> None:
    """What the next test leans on: shared secret, key, nonce and first ciphertext as in the vectors."""
    enc, recipient = bytes.fromhex(AES256["enc"]), bytes.fromhex(AES256["pkRm"])
    shared = shared_by_hand(bytes.fromhex(AES256["skRm"]), enc, enc, recipient)
    assert shared.hex() == AES256["shared_secret"]
    key, nonce = hpke_by_hand(shared, bytes.fromhex(AES256["info"]))
    assert (key.hex(), nonce.hex()) == (AES256["key"], AES256["base_nonce"])
    first = AES256["encryptions"][0]
    plain = AESGCM(key).decrypt(nonce, bytes.fromhex(first["ct"]), bytes.fromhex(first["aad"]))
    assert plain.hex() == first["pt"]


def test_an_envelope_opens_with_any_implementation_of_the_standard() -> None:
    """Behind the head lies plain RFC 9180: opened here without our opening code."""
    body = seal(KEY.public, {"总分": "87.50"}, PLACE, SALT).envelope[HEAD:]
    shared = shared_by_hand(KEY.private, body[:32], body[:32], KEY.public)
    key, nonce = hpke_by_hand(shared, PLACE.info())
    plain = AESGCM(key).decrypt(nonce, body[32:], b"")
    assert plain[:32] == SALT
    assert plain[36:].rstrip(b"\0").decode() == '{"总分":"87.50"}'


def sealed_by_hand(top_bit: int) -> bytes:
    """An envelope made without our sealing code, its encapsulated point spelled with that top bit."""
    sender = sealing_key(b"e" * 32)
    point = sender.public[:31] + bytes([sender.public[31] | top_bit])
    key, nonce = hpke_by_hand(shared_by_hand(sender.private, KEY.public, point, KEY.public), PLACE.info())
    plain = (SALT + (9).to_bytes(4, "big") + b'{"a":"b"}').ljust(BUCKETS[1], b"\0")
    head = b"YPE1\x01\x03" + key_mark(KEY.public, PLACE.key_id)
    return head + point + AESGCM(key).encrypt(nonce, plain, b"")


def test_an_envelope_made_by_another_implementation_opens_here() -> None:
    """A browser seals as well as we do: head, length, salt and text are all it must know."""
    assert open_(KEY.private, sealed_by_hand(0), PLACE) == {"a": "b"}


def test_a_point_in_a_second_spelling_is_refused_at_opening_too() -> None:
    """X25519 ignores the top bit, so a sender could give one encapsulation two looks."""
    for refuse in (
        lambda: inspect(sealed_by_hand(0x80)),
        lambda: open_(KEY.private, sealed_by_hand(0x80), PLACE),
    ):
        with pytest.raises(Broken, match="reduced form"):
            refuse()


@given(st.text("安徽省合肥市公司abc0-9", max_size=300))
@settings(max_examples=60, deadline=None)
def test_a_value_comes_back_with_its_salt_and_commitment(text: str) -> None:
    """Sealing and opening is the identity, and the opener can prove the commitment to others."""
    value = {"name": text}
    sealed = seal(KEY.public, value, PLACE, SALT)
    opened = unseal(KEY.private, sealed.envelope, PLACE, sealed.commitment)
    assert (opened.value, opened.salt) == (value, SALT)
    assert same(sealed.commitment, commitment_to(value, PLACE, opened.salt))


@given(st.integers(0, 900), st.integers(0, 900))
@settings(max_examples=40, deadline=None)
def test_lengths_inside_one_bucket_cannot_be_told_apart(one: int, two: int) -> None:
    """A short and a long name give envelopes of equal length and equal head."""
    short, long = (seal(KEY.public, "x" * n, PLACE, SALT).envelope for n in (one, two))
    assert len(short) == len(long)
    assert short[:HEAD] == long[:HEAD]


def test_a_caller_can_ask_for_a_larger_bucket() -> None:
    """So that a whole kind of envelope has one length, whatever it holds."""
    small = seal(KEY.public, "x", PLACE, SALT, BUCKETS[2]).envelope
    large = seal(KEY.public, "x" * 3000, PLACE, SALT).envelope
    assert len(small) == len(large)
    assert open_(KEY.private, small, PLACE) == "x"


@pytest.mark.parametrize(
    "change",
    [
        {"lot": "AH-2027-0001/2"},
        {"slot": "expert 4"},
        {"version": 1},
        {"policy_hash": b"q" * 32},
        {"policy_hash": b""},
        {"document_hash": b"e" * 32},
        {"policy_hash": b"", "document_hash": b"p" * 32 + b"d" * 32},
        {"kind": Kind.BIDDER},
    ],
    ids=lambda change: "+".join(change),
)
def test_an_envelope_opens_at_its_own_place_only(change: dict[str, Any]) -> None:
    """Another lot, slot, version, policy or document: Broken, even with the right key."""
    sealed = seal(KEY.public, "secret", PLACE, SALT)
    with pytest.raises(Broken):
        open_(KEY.private, sealed.envelope, replace(PLACE, **change))


def test_an_envelope_of_another_kind_is_named_as_such() -> None:
    """A score sheet handed in as an identity is told apart from a forgery."""
    with pytest.raises(Broken, match="kind SCORES, not BIDDER"):
        open_(KEY.private, seal(KEY.public, 1, PLACE, SALT).envelope, replace(PLACE, kind=Kind.BIDDER))


def test_another_key_or_key_name_is_told_that_it_is_not_for_them() -> None:
    """An honest opener with the wrong key hears so, and not that somebody forged."""
    sealed = seal(KEY.public, "secret", PLACE, SALT)
    with pytest.raises(NotForYou):
        open_(sealing_key(b"o" * 32).private, sealed.envelope, PLACE)
    with pytest.raises(NotForYou):
        open_(KEY.private, sealed.envelope, replace(PLACE, key_id="another"))


@given(st.integers(0, HEAD + 32 + BUCKETS[1] + 15), st.integers(1, 255))
@settings(max_examples=150, deadline=None)
def test_no_changed_byte_goes_unnoticed(at: int, change: int) -> None:
    """Head, encapsulated point, ciphertext or tag: Broken or NotForYou."""
    envelope = bytearray(seal(KEY.public, "secret", PLACE, SALT).envelope)
    envelope[at] ^= change
    with pytest.raises(CryptoError):
        open_(KEY.private, bytes(envelope), PLACE)


def test_an_envelope_that_breaks_its_promise_is_caught() -> None:
    """The commitment beside it decides who is at fault."""
    sealed = seal(KEY.public, "secret", PLACE, SALT)
    for promised in (commitment_to("other", PLACE, SALT), commitment_to("secret", PLACE, b"s" * 32), b""):
        with pytest.raises(Broken, match="promised"):
            open_(KEY.private, sealed.envelope, PLACE, promised)


def test_the_head_tells_suite_kind_and_bucket_and_nothing_else() -> None:
    """What a server can check at submission without a key."""
    envelope = seal(KEY.public, "secret", PLACE, SALT).envelope
    head = inspect(envelope)
    assert (head.kind, head.bucket, head.mark) == (Kind.SCORES, 1024, key_mark(KEY.public, PLACE.key_id))
    assert head.encapsulation == envelope[HEAD : HEAD + 32]
    again = inspect(seal(KEY.public, "secret", PLACE, SALT).envelope)
    assert again.encapsulation != head.encapsulation


@pytest.mark.parametrize("length", [0, 4, 21, 22, 53, 54, 1093, 1095, 4166 + 22])
def test_a_cut_or_lengthened_envelope_is_refused_at_submission(length: int) -> None:
    """Only the lengths of the buckets exist."""
    envelope = seal(KEY.public, "secret", PLACE, SALT).envelope
    with pytest.raises(Broken):
        inspect(envelope.ljust(length, b"\0")[:length])


@pytest.mark.parametrize(
    "head", [b"YPE2\x01\x03", b"YPE1\x11\x03", b"YPE1\x21\x03", b"YPE1\x01\xff", b"YPE1\x00\x03"]
)
def test_an_unknown_magic_suite_or_kind_is_refused_at_submission(head: bytes) -> None:
    """Reserved suites stay reserved until their code is here: nothing falls back to another."""
    envelope = seal(KEY.public, "secret", PLACE, SALT).envelope
    with pytest.raises(Broken):
        inspect(head + envelope[6:])


@pytest.mark.parametrize(
    "point", [bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xff" * 32]
)
def test_a_low_order_encapsulation_or_key_is_refused(point: bytes) -> None:
    """At submission, at opening and when sealing."""
    envelope = seal(KEY.public, "secret", PLACE, SALT).envelope
    forged = envelope[:HEAD] + point + envelope[HEAD + 32 :]
    for refuse in (
        lambda: inspect(forged),
        lambda: open_(KEY.private, forged, PLACE),
        lambda: seal(point, "secret", PLACE, SALT),
    ):
        with pytest.raises(Broken):
            refuse()


@pytest.mark.parametrize(
    "plain",
    [
        SALT + (3).to_bytes(4, "big") + b'"a"' + b"\0" * 984 + b"x",
        SALT + (4000).to_bytes(4, "big") + b'"a"',
        SALT + (4).to_bytes(4, "big") + b'"a" ',
        SALT + (5000).to_bytes(4, "big") + b'"' + b"x" * 986 + b'"',
        SALT + (3).to_bytes(4, "big") + b"1.5",
        SALT + (0).to_bytes(4, "big"),
        b"\xff" * 1024,
    ],
    ids=["padding", "length", "space", "long", "float", "nothing", "rubbish"],
)
def test_rubbish_sealed_correctly_is_still_broken(plain: bytes) -> None:
    """Whoever holds the public key can seal anything; the inside is read strictly too."""
    library = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    body = library.encrypt(
        plain.ljust(1024, b"\0"), X25519PublicKey.from_public_bytes(KEY.public), PLACE.info()
    )
    with pytest.raises(Broken):
        open_(KEY.private, b"YPE1\x01\x03" + key_mark(KEY.public, PLACE.key_id) + body, PLACE)


def test_what_cannot_be_sealed_is_refused() -> None:
    """Too large, an odd bucket, a short salt, a value without canonical form."""
    with pytest.raises(ValueError, match="do not fit"):
        seal(KEY.public, "x" * BUCKETS[-1], PLACE, SALT)
    with pytest.raises(ValueError, match="bucket"):
        seal(KEY.public, "x", PLACE, SALT, 1000)
    with pytest.raises(ValueError, match="salt"):
        seal(KEY.public, "x", PLACE, b"")
    with pytest.raises(Broken):
        seal(KEY.public, 1.5, PLACE, SALT)


def test_a_published_private_key_opens_like_the_seed_it_came_from() -> None:
    """After the close anyone opens with the 32 bytes that were published."""
    sealed = seal(KEY.public, "secret", PLACE, SALT)
    assert open_(sealing_key_of(KEY.private).private, sealed.envelope, PLACE) == "secret"
    assert "secret" not in repr(unseal(KEY.private, sealed.envelope, PLACE))
