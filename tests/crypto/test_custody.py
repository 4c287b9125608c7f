"""Custody: any t of n holders release a key, fewer never, and everybody can check what was released."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.canonical import canonical, digest, parse
from crypto.custody import (
    CustodyKey,
    check,
    check_private,
    check_share,
    combine,
    deal_key,
    from_body,
    name_of,
    open_share,
    share_body,
    share_of,
    to_body,
)
from crypto.envelope import Context, Kind, open_, seal
from crypto.errors import Broken, CryptoError, NotForYou, WrongShare
from crypto.keys import sealing_key
from crypto.shares import Share, deal, scalar

NAMES = ("centre", "supervisor", "notary")
PRIVATE = {name: sealing_key(name.encode().ljust(32, b".")) for name in NAMES}
HOLDERS = {name: key.public for name, key in PRIVATE.items()}
KEY = deal_key("AH-2027-0001/1 scores", HOLDERS, 2, b"e" * 32)
SHARES = tuple(open_share(KEY, name, PRIVATE[name].private) for name in NAMES)
PLACE = Context(lot="AH-2027-0001/1", kind=Kind.SCORES, slot="1", key_id=KEY.key_id)
SALT = bytes(32)


def test_any_two_of_three_release_what_was_sealed_to_the_key() -> None:
    """Stock HPKE seals to the group key; every pair restores the one private key that opens."""
    sealed = seal(KEY.public, {"A": "91.5"}, PLACE, SALT)
    released = {combine(KEY, pair) for pair in combinations(SHARES, 2)}
    assert len(released) == 1
    private = released.pop()
    check_private(KEY, private)
    assert open_(private, sealed.envelope, PLACE, sealed.commitment) == {"A": "91.5"}


@given(st.integers(2, 6), st.data())
@settings(max_examples=12, deadline=None)
def test_any_t_of_n_release_and_fewer_never(holders: int, data: st.DataObject) -> None:
    """From 2 of 2 up to 6 of 6, every choice of holders in any order."""
    threshold = data.draw(st.integers(2, holders))
    owned = {f"holder {i}": sealing_key(bytes([i]) * 32) for i in range(holders)}
    key = deal_key("k", {name: own.public for name, own in owned.items()}, threshold, b"n" * 32)
    some = data.draw(st.permutations(list(owned)))[:threshold]
    opened = [open_share(key, name, owned[name].private) for name in some]
    check_private(key, combine(key, opened))
    with pytest.raises(NotForYou):
        combine(key, opened[:-1])
    with pytest.raises(NotForYou):
        combine(key, [])


def test_a_wrong_share_names_its_holder_and_blocks_nobody() -> None:
    """The notary sends rubbish: named, and the other two release without it."""
    wrong = replace(SHARES[2], value=scalar(b"x" * 32))
    with pytest.raises(WrongShare) as caught:
        combine(KEY, [SHARES[0], wrong])
    assert (caught.value.index, caught.value.holder) == (3, "notary")
    assert combine(KEY, SHARES[:2]) == combine(KEY, SHARES)


def test_one_holder_cannot_count_twice() -> None:
    """The same share again is refused, not counted."""
    with pytest.raises(Broken, match="twice"):
        combine(KEY, [SHARES[0], SHARES[0]])


def test_a_share_of_nobody_is_refused() -> None:
    """Index 4 of three holders lies on the polynomial perhaps, but nobody holds it."""
    line = deal(scalar(b"q" * 32), 2, 5, b"r" * 32)
    key = replace(KEY, commitments=line.commitments)
    check_share(key, line.shares[2])
    with pytest.raises(WrongShare):
        check_share(key, line.shares[3])
    with pytest.raises(WrongShare):
        combine(key, line.shares[2:4])


def test_only_the_holder_opens_a_share() -> None:
    """Another holder's key, a stranger's name, or a share moved to a neighbour's place."""
    with pytest.raises(NotForYou):
        open_share(KEY, "centre", PRIVATE["notary"].private)
    with pytest.raises(NotForYou):
        open_share(KEY, "owner", PRIVATE["notary"].private)
    first, second, third = KEY.holders
    moved = replace(KEY, holders=(second, first, third))
    with pytest.raises(Broken):
        open_share(moved, "centre", PRIVATE["centre"].private)


def test_a_share_is_tied_to_its_key_and_dealing() -> None:
    """The envelope of one key does not open as a share of another, even for the same holders."""
    other = deal_key("AH-2027-0001/1 bidders", HOLDERS, 2, b"f" * 32)
    mixed = replace(other, holders=KEY.holders)
    with pytest.raises(Broken):
        open_share(mixed, "centre", PRIVATE["centre"].private)
    with pytest.raises(Broken):
        open_share(replace(KEY, key_id="another"), "centre", PRIVATE["centre"].private)


def test_a_dealer_who_deals_a_wrong_share_is_caught_by_its_holder() -> None:
    """Sealed correctly, but off the committed polynomial or under another index."""
    dealing = digest("yuanping/custody/dealing/v1", KEY.key_id.encode(), *KEY.commitments)
    place = Context(lot=KEY.key_id, kind=Kind.SHARE, slot="1", key_id="centre", policy_hash=dealing)
    for body in (share_body(replace(SHARES[0], value=scalar(b"x" * 32))), share_body(SHARES[1])):
        envelope = seal(HOLDERS["centre"], body, place, SALT, 256).envelope
        crooked = replace(KEY, holders=(replace(KEY.holders[0], sealed=envelope), *KEY.holders[1:]))
        check(crooked)
        with pytest.raises(WrongShare) as caught:
            open_share(crooked, "centre", PRIVATE["centre"].private)
        assert caught.value.holder == "centre"


def test_a_published_key_has_one_form_only() -> None:
    """The verifier takes neither another key nor another spelling of the right one."""
    private = combine(KEY, SHARES[:2])
    clamp_ignored = bytes([private[0] | 1]) + private[1:]
    high_bit = private[:31] + bytes([private[31] | 0x80])
    other = combine(*_another())
    for wrong in (clamp_ignored, high_bit, other, bytes(32), b"", private + b"\0"):
        with pytest.raises(Broken):
            check_private(KEY, wrong)
    with pytest.raises(Broken, match="committed"):
        check_private(replace(KEY, commitments=_another()[0].commitments), private)


def _another() -> tuple[CustodyKey, list[Share]]:
    key = deal_key("other", HOLDERS, 2, b"g" * 32)
    return key, [open_share(key, name, PRIVATE[name].private) for name in NAMES[:2]]


def test_a_key_comes_back_from_its_body() -> None:
    """Through canonical bytes and back; its name stands for exactly this key."""
    again = from_body(parse(canonical(to_body(KEY))))
    assert again == KEY
    assert name_of(again) == name_of(KEY)
    assert name_of(replace(KEY, threshold=3)) != name_of(KEY)
    assert share_of(parse(canonical(share_body(SHARES[0])))) == SHARES[0]


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_no_changed_byte_of_a_body_goes_unnoticed_by_all_holders(data: st.DataObject) -> None:
    """Reading refuses it, or a holder's opening does; what else remains names another key."""
    spelled = bytearray(canonical(to_body(KEY)))
    at = data.draw(st.integers(0, len(spelled) - 1))
    spelled[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CryptoError):
        _read_by_all_holders(bytes(spelled))


def _read_by_all_holders(data: bytes) -> None:
    key = from_body(parse(data))
    for name in NAMES:
        open_share(key, name, PRIVATE[name].private)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("threshold", 1),
        ("threshold", 3),
        ("threshold", 4),
        ("threshold", True),
        ("threshold", "2"),
        ("key_id", 5),
        ("public", HOLDERS["centre"].hex()),
        ("public", HOLDERS["centre"].hex().upper()),
        ("commitments", []),
        ("commitments", "00"),
        ("commitments", [KEY.commitments[0].hex()] * 3),
        ("commitments", [(1).to_bytes(32, "little").hex(), KEY.commitments[1].hex()]),
        ("holders", {}),
        ("holders", to_body(KEY)["holders"][:1]),
        ("holders", [to_body(KEY)["holders"][0]] * 3),
        ("holders", [{"name": "x"}]),
        ("extra", 1),
    ],
)
def test_a_body_of_another_form_is_refused(field: str, value: Any) -> None:
    """Numbers, points, holders and fields are read strictly."""
    with pytest.raises(Broken):
        from_body({**to_body(KEY), field: value})


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "supervisor"},
        {"name": 7},
        {"public": bytes(32).hex()},
        {"public": HOLDERS["notary"].hex()},
        {"sealed": KEY.holders[1].sealed.hex()},
        {"sealed": ""},
        {"sealed": seal(HOLDERS["centre"], 1, replace(PLACE, key_id="centre"), SALT).envelope.hex()},
    ],
)
def test_a_holder_of_another_form_is_refused(change: dict[str, Any]) -> None:
    """Names and keys differ, keys are good, and the envelope is a share sealed to that very holder."""
    body = to_body(KEY)
    body["holders"][0] |= change
    with pytest.raises(Broken):
        from_body(body)


@pytest.mark.parametrize(
    "body", [None, [], {}, {"index": True, "value": "00" * 32}, {"index": 1, "value": "00"}]
)
def test_a_share_of_another_form_is_refused(body: Any) -> None:
    """What a holder sends is read strictly too."""
    with pytest.raises(Broken):
        share_of(body)


def test_a_key_is_not_dealt_to_one_holder_or_under_one_threshold() -> None:
    """1 of n is no custody, and neither is one key under two names."""
    one = HOLDERS["centre"]
    for holders, threshold in (
        (HOLDERS, 1),
        (HOLDERS, 4),
        ({"a": one}, 2),
        ({"a": one, "b": one}, 2),
        ({}, 2),
    ):
        with pytest.raises(Broken):
            deal_key("k", holders, threshold, bytes(32))


def test_nothing_public_in_a_key_contains_a_share() -> None:
    """The dealt key can be printed, stored and published."""
    text = repr(KEY) + canonical(to_body(KEY)).decode()
    for share in SHARES:
        assert share.value.hex() not in text
        assert repr(share.value) not in text
