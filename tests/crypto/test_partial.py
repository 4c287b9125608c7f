"""Partial opening: t answers open one envelope as stock HPKE would, fewer nothing, and a liar is named."""

import json
import unicodedata
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_is_valid_point,
    crypto_scalarmult_ed25519_noclamp,
)

from crypto import custody, decap, partial
from crypto.canonical import canonical, parse
from crypto.custody import CustodyKey, deal_key, open_share
from crypto.envelope import BUCKETS, MAGIC, Context, Kind, inspect, key_mark, open_, seal, unseal_exchanged
from crypto.errors import Broken, NotForYou, WrongShare
from crypto.keys import sealing_key, sealing_key_of
from crypto.partial import (
    Answer,
    answer,
    check_answer,
    check_disclosure,
    combine,
    disclose,
    lift,
    open_together,
)
from crypto.shares import Share, deal, group_public, scalar, sealing_private, sealing_public

VECTORS = json.loads(
    (Path(__file__).parents[2] / "fixtures/vectors/hpke_rfc9180_x25519_base.json").read_text("utf-8")
)
AES256 = next(one for one in VECTORS if (one["kdf_id"], one["aead_id"]) == (1, 2))
NAMES = ("centre", "supervisor", "notary")
PRIVATE = {name: sealing_key(name.encode().ljust(32, b".")) for name in NAMES}
KEY = deal_key("bidders", {name: key.public for name, key in PRIVATE.items()}, 2, b"e" * 32)
SHARES = tuple(open_share(KEY, name, PRIVATE[name].private) for name in NAMES)
PLACE = Context(lot="AH-2027-0001/1", kind=Kind.BIDDER, slot="3", key_id=KEY.key_id)
ORDER = b"case 2027-17"
VALUE = {"name": "安徽某某建设工程有限公司"}
SEALED = seal(KEY.public, VALUE, PLACE, bytes(32))
PRIME, GROUP = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493


def raw(text: str) -> bytes:
    """The bytes of a hexadecimal field."""
    return bytes.fromhex(text)


def envelope_with(encapsulation: bytes, key: CustodyKey = KEY) -> bytes:
    """A well-formed envelope for `key` whose encapsulation somebody chose."""
    head = MAGIC + bytes([1, Kind.BIDDER]) + key_mark(key.public, key.key_id)
    return head + encapsulation + bytes(BUCKETS[0] + 16)


def answers(envelope: bytes) -> list[Answer]:
    """All three holders obey the order."""
    return [answer(KEY, share, envelope, ORDER, bytes([share.index]) * 32) for share in SHARES]


def edwards(u: int) -> bytes:
    """A point from its X25519 coordinate, sign bit clear, checked by nothing."""
    return ((u - 1) * pow(u + 1, -1, PRIME) % PRIME).to_bytes(32, "little")


def test_the_published_vectors_come_out_of_shares() -> None:
    """RFC 9180: the recipient's key is split, its holders answer the vector's encapsulation, the rest follows."""
    clamped = bytearray(raw(AES256["skRm"]))
    clamped[0], clamped[31] = clamped[0] & 248, clamped[31] & 127 | 64
    secret = (int.from_bytes(clamped, "little") % GROUP).to_bytes(32, "little")
    dealt = deal(secret, 2, 3, b"v" * 32)
    key = replace(KEY, public=sealing_public(dealt.commitments[0]), commitments=dealt.commitments)
    assert key.public.hex() == AES256["pkRm"]
    envelope = envelope_with(raw(AES256["enc"]), key)
    for some in combinations(dealt.shares, 2):
        given_ = [answer(key, share, envelope, b"", bytes(32)) for share in some]
        exchanged = combine(key, envelope, given_, b"")
        rest = (exchanged, raw(AES256["enc"]), key.public)
        assert decap.shared_secret(*rest).hex() == AES256["shared_secret"]
        found = decap.schedule(*rest, raw(AES256["info"]))
        assert [part.hex() for part in found] == [AES256["key"], AES256["base_nonce"]]
        text = AESGCM(raw(AES256["key"])).encrypt(raw(AES256["base_nonce"]), b"plain", b"")
        assert decap.decrypt(*rest, raw(AES256["info"]), text) == b"plain"


def test_any_two_of_three_open_one_envelope_and_nobody_alone() -> None:
    """Every pair gets value, salt and commitment; one answer gets nothing."""
    given_ = answers(SEALED.envelope)
    for pair in combinations(given_, 2):
        opened = open_together(KEY, SEALED.envelope, PLACE, pair, ORDER)
        assert (opened.value, opened.commitment) == (VALUE, SEALED.commitment)
    assert open_together(KEY, SEALED.envelope, PLACE, given_, ORDER).value == VALUE
    for one in given_:
        with pytest.raises(NotForYou, match="1 of 2"):
            open_together(KEY, SEALED.envelope, PLACE, [one], ORDER)


def test_stock_hpke_and_the_answers_agree_on_thousands_of_envelopes() -> None:
    """Random encapsulations and keys of both signs: Lagrange over points is X25519 with the private key."""
    for number in range(250):
        secret = scalar(number.to_bytes(32, "big"))
        dealt = deal(secret, 2, 2, number.to_bytes(32, "little"))
        private = X25519PrivateKey.from_private_bytes(sealing_private(secret))
        for times in range(8):
            ephemeral = sealing_key(bytes([times]) * 16 + number.to_bytes(16, "big"))
            point = lift(ephemeral.public)
            assert sealing_public(point) == ephemeral.public
            own = [crypto_scalarmult_ed25519_noclamp(share.value, point) for share in dealt.shares]
            two, minus = (2).to_bytes(32, "little"), (GROUP - 1).to_bytes(32, "little")
            weighed = [
                crypto_scalarmult_ed25519_noclamp(factor, one)
                for factor, one in zip((two, minus), own, strict=True)
            ]  # Lagrange at zero over indices 1 and 2: 2 and −1
            together = sealing_public(crypto_core_ed25519_add(*weighed))
            assert together == private.exchange(X25519PublicKey.from_public_bytes(ephemeral.public))


@given(st.integers(2, 5), st.data(), st.text(max_size=80))
@settings(max_examples=15, deadline=None)
def test_any_t_of_n_open_and_fewer_never(holders: int, data: st.DataObject, text: str) -> None:
    """From 2 of 2 to 5 of 5; what they open is what the released key would open."""
    threshold = data.draw(st.integers(2, holders))
    owned = {f"holder {i}": sealing_key(bytes([i]) * 32) for i in range(holders)}
    key = deal_key("k", {name: own.public for name, own in owned.items()}, threshold, b"n" * 32)
    place = replace(PLACE, key_id="k")
    value = parse(canonical(_nfc(text)))
    sealed = seal(key.public, value, place, b"s" * 32)
    shares = [open_share(key, name, own.private) for name, own in owned.items()]
    some = data.draw(st.permutations(shares))[:threshold]
    given_ = [answer(key, share, sealed.envelope, b"o", bytes(32)) for share in some]
    opened = open_together(key, sealed.envelope, place, given_, b"o")
    whole = open_(custody.combine(key, some), sealed.envelope, place)
    assert opened.value == whole == value
    with pytest.raises(NotForYou):
        open_together(key, sealed.envelope, place, given_[1:], b"o")


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def test_a_wrong_answer_names_its_holder_and_blocks_nobody() -> None:
    """The notary answers with another point, another proof, another's answer or another's index."""
    given_ = answers(SEALED.envelope)
    other = answers(seal(KEY.public, VALUE, PLACE, b"1" * 32).envelope)
    lies = [
        replace(given_[2], point=given_[0].point),
        replace(given_[2], proof=given_[0].proof),
        replace(given_[2], point=bytes(32)),
        replace(given_[2], proof=b""),
        replace(given_[0], index=3),
        other[2],
        answer(KEY, replace(SHARES[2], value=scalar(b"x" * 32)), SEALED.envelope, ORDER, bytes(32)),
        answer(KEY, SHARES[2], SEALED.envelope, b"another order", bytes(32)),
    ]
    for lie in lies:
        with pytest.raises(WrongShare) as caught:
            combine(KEY, SEALED.envelope, [given_[0], lie], ORDER)
        assert (caught.value.index, caught.value.holder) == (3, "notary")
    assert combine(KEY, SEALED.envelope, given_[:2], ORDER) == combine(KEY, SEALED.envelope, given_, ORDER)


def test_an_index_that_nobody_holds_is_refused() -> None:
    """Zero would be the key itself."""
    good = answers(SEALED.envelope)[0]
    for index in (0, 4, -1, 300):
        with pytest.raises(WrongShare):
            check_answer(KEY, SEALED.envelope, replace(good, index=index), ORDER)


def test_one_answer_cannot_count_twice() -> None:
    """The same holder again is refused, not counted."""
    one = answers(SEALED.envelope)[0]
    with pytest.raises(Broken, match="twice"):
        combine(KEY, SEALED.envelope, [one, one], ORDER)


def test_answers_to_one_envelope_open_no_other() -> None:
    """The key is not in them: the neighbour's envelope stays shut."""
    other = seal(KEY.public, VALUE, PLACE, bytes(32))
    exchanged = combine(KEY, SEALED.envelope, answers(SEALED.envelope), ORDER)
    with pytest.raises(Broken):
        unseal_exchanged(exchanged, KEY.public, other.envelope, PLACE)
    with pytest.raises(WrongShare):
        combine(KEY, other.envelope, answers(SEALED.envelope), ORDER)


def test_an_envelope_of_another_key_is_not_answered() -> None:
    """Nobody makes a holder multiply under the wrong key."""
    other = seal(PRIVATE["notary"].public, VALUE, PLACE, bytes(32)).envelope
    with pytest.raises(NotForYou):
        answer(KEY, SHARES[0], other, ORDER, bytes(32))


def test_every_sort_of_point_outside_the_group_is_refused() -> None:
    """On the twist, of low order, of mixed order, the coordinate without a point, second spellings."""
    twist = next(u for u in range(2, 50) if not _square(u))
    low = [0, 1, PRIME - 1, 325606250916557431795983626356110631294008115727848805560023387167927233504]
    mixed = next(u for u in range(9, 200) if _square(u) and not _prime_order(u))
    for u in (twist, mixed, *low):
        with pytest.raises(Broken, match="no place in the group"):
            lift(u.to_bytes(32, "little"))
        with pytest.raises(Broken):
            answer(KEY, SHARES[0], envelope_with(u.to_bytes(32, "little")), ORDER, bytes(32))
    for spelt in ((PRIME + 9).to_bytes(32, "little"), b"\xff" * 32, b"", bytes(31)):
        with pytest.raises(Broken):
            lift(spelt)
    assert sealing_public(lift((9).to_bytes(32, "little"))) == (9).to_bytes(32, "little")


def _square(u: int) -> bool:
    """Whether a coordinate is on the curve, not on its twist."""
    value = (u**3 + 486662 * u**2 + u) % PRIME
    return pow(value, (PRIME - 1) // 2, PRIME) == 1


def _prime_order(u: int) -> bool:
    """Whether the point of a coordinate is in the prime-order group, asked of libsodium."""
    return crypto_core_ed25519_is_valid_point(edwards(u))


def test_what_answers_open_is_a_whole_family_of_envelopes() -> None:
    """Why nobody's envelope is partly opened under a key that guards others' (ADR 0012): the known weakness.

    Mallory multiplies Alice's encapsulation by a, has her *own* envelope opened, divides by a: Alice's is open.
    """
    alice = seal(KEY.public, {"secret": "of Alice"}, replace(PLACE, slot="1"), bytes(32)).envelope
    factor = scalar(b"a" * 32)
    stolen = crypto_scalarmult_ed25519_noclamp(factor, lift(inspect(alice).encapsulation))
    mallory = envelope_with(sealing_public(stolen))
    opened = lift(combine(KEY, mallory, answers(mallory), ORDER))
    back = pow(int.from_bytes(factor, "little"), -1, GROUP).to_bytes(32, "little")
    exchanged = sealing_public(crypto_scalarmult_ed25519_noclamp(back, opened))
    assert unseal_exchanged(exchanged, KEY.public, alice, replace(PLACE, slot="1")).value == {
        "secret": "of Alice"
    }


@given(st.binary(min_size=32, max_size=32))
@settings(max_examples=40, deadline=None)
def test_an_owner_shows_one_envelope_to_everybody(seed: bytes) -> None:
    """A disclosure opens exactly what the owner's private key opens, for keys of both signs."""
    own = sealing_key(seed)
    sealed = seal(own.public, VALUE, PLACE, bytes(32))
    shown = disclose(own.private, sealed.envelope, b"complaint", bytes(32))
    exchanged = check_disclosure(own.public, sealed.envelope, shown, b"complaint")
    assert unseal_exchanged(exchanged, own.public, sealed.envelope, PLACE).value == VALUE


def test_a_false_disclosure_is_no_evidence() -> None:
    """Another key, another point, another purpose or an answer of a share convinces nobody."""
    own, other = PRIVATE["notary"], PRIVATE["centre"]
    sealed = seal(own.public, VALUE, PLACE, bytes(32)).envelope
    good = disclose(own.private, sealed, b"c", bytes(32))
    wrong = [
        (other.public, good, b"c"),
        (own.public, replace(good, point=group_public(scalar(b"y" * 32))), b"c"),
        (own.public, good, b"d"),
        (own.public, replace(good, index=1), b"c"),
        (own.public, disclose(other.private, sealed, b"c", bytes(32)), b"c"),
    ]
    for public, shown, bound in wrong:
        with pytest.raises(Broken):
            check_disclosure(public, sealed, shown, bound)


def test_an_answer_is_written_and_read_back() -> None:
    """Canonical JSON both ways; any other shape is refused."""
    one = answers(SEALED.envelope)[0]
    body = partial.answer_body(one)
    assert partial.answer_of(parse(canonical(body))) == one
    for bad in ({}, [], {**body, "index": True}, {**body, "point": "00"}, {**body, "more": 1}):
        with pytest.raises(Broken):
            partial.answer_of(bad)


def test_a_key_stays_ordinary_after_partial_openings() -> None:
    """What was answered changes nothing: the key is released later as ever."""
    answers(SEALED.envelope)
    private = custody.combine(KEY, SHARES[:2])
    assert sealing_key_of(private).public == KEY.public
    assert isinstance(SHARES[0], Share)
