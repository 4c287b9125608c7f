"""Shares: any t of n restore the secret, fewer never, and a wrong one is named."""

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_core_ed25519_add

from crypto.errors import Broken, NotForYou, WrongShare
from crypto.keys import sealing_key_of
from crypto.shares import (
    Share,
    check_commitments,
    check_share,
    combine,
    deal,
    group_public,
    is_clamped,
    scalar,
    sealing_private,
    sealing_public,
)

ORDER = 2**252 + 27742317777372353535851937790883648493
SECRET = scalar(b"s" * 32)
DEALT = deal(SECRET, 2, 3, b"e" * 32)
IDENTITY = (1).to_bytes(32, "little")


def number(value: bytes) -> int:
    """A scalar as a whole number: tests may, the code may not."""
    return int.from_bytes(value, "little")


def test_shares_lie_on_the_line_through_the_secret() -> None:
    """2 of 3 worked with whole numbers: s1 - s0 = s2 - s1 = s3 - s2 modulo the group order."""
    heights = [number(SECRET), *(number(share.value) for share in DEALT.shares)]
    steps = {(two - one) % ORDER for one, two in pairwise(heights)}
    assert len(steps) == 1
    assert DEALT.commitments[0] == group_public(SECRET)


@given(st.data(), st.binary(min_size=32, max_size=32))
@settings(max_examples=25, deadline=None)
def test_any_t_of_n_restore_the_secret_and_fewer_never(data: st.DataObject, entropy: bytes) -> None:
    """Every set of t holders; with t - 1 of them nothing."""
    holders = data.draw(st.integers(1, 6))
    threshold = data.draw(st.integers(1, holders))
    secret = scalar(entropy)
    dealt = deal(secret, threshold, holders, entropy)
    some = data.draw(st.permutations(dealt.shares))[:threshold]
    assert combine(dealt.commitments, some) == secret
    with pytest.raises(NotForYou):
        combine(dealt.commitments, some[1:])


def test_all_ten_threes_of_five_restore_the_secret() -> None:
    """3 of 5, exhaustively, and all five together."""
    dealt = deal(SECRET, 3, 5, b"f" * 32)
    for some in combinations(dealt.shares, 3):
        assert combine(dealt.commitments, some) == SECRET
    assert combine(dealt.commitments, dealt.shares) == SECRET


def test_fewer_than_t_shares_fit_every_secret() -> None:
    """For one share of two and any other secret there is a line through both: one share tells nothing."""
    share = number(DEALT.shares[0].value)
    for other in (1, 12345, ORDER - 1):
        second = (2 * share - other) % ORDER
        line = [other, share, second]
        assert (line[2] - line[1] - line[1] + line[0]) % ORDER == 0


@given(st.integers(0, 2), st.integers(0, 255))
@settings(max_examples=40, deadline=None)
def test_a_wrong_share_is_named_by_its_index(which: int, bit: int) -> None:
    """One flipped bit: the error carries the index, and the other two still restore the secret."""
    value = bytearray(DEALT.shares[which].value)
    value[bit // 8] ^= 1 << bit % 8
    wrong = replace(DEALT.shares[which], value=bytes(value))
    good = [share for share in DEALT.shares if share.index != wrong.index]
    with pytest.raises(WrongShare) as caught:
        combine(DEALT.commitments, [*good, wrong])
    assert caught.value.index == wrong.index
    assert combine(DEALT.commitments, good) == SECRET


def test_a_share_under_another_index_is_wrong() -> None:
    """Whoever shows a neighbour's share as his own is named."""
    with pytest.raises(WrongShare) as caught:
        check_share(DEALT.commitments, replace(DEALT.shares[0], index=2))
    assert caught.value.index == 2


def test_one_share_twice_is_not_two_shares() -> None:
    """Duplicates are refused, equal or not."""
    with pytest.raises(Broken, match="twice"):
        combine(DEALT.commitments, [DEALT.shares[0], DEALT.shares[0]])


@pytest.mark.parametrize(
    "share",
    [
        Share(index=0, value=SECRET),
        Share(index=-1, value=SECRET),
        Share(index=256, value=SECRET),
        Share(index=1, value=bytes(32)),
        Share(index=1, value=b""),
        Share(index=1, value=(number(DEALT.shares[0].value) + ORDER).to_bytes(32, "little")),
    ],
    ids=["zero", "negative", "large", "nothing", "empty", "second spelling"],
)
def test_no_odd_share_is_taken(share: Share) -> None:
    """Index zero would be the secret itself; a value above the order is a second spelling."""
    with pytest.raises(WrongShare):
        check_share(DEALT.commitments, share)


def test_commitments_outside_the_group_are_refused() -> None:
    """Small order, off the curve, of another length, none at all."""
    for bad in ((), (IDENTITY,), (bytes(32), DEALT.commitments[1]), (b"\x02" + bytes(31),), (b"",)):
        with pytest.raises(Broken):
            check_commitments(bad)
        with pytest.raises(Broken) as caught:
            check_share(bad, DEALT.shares[0])
        assert not isinstance(caught.value, WrongShare), "the dealer is at fault, not the holder"


def test_a_crooked_dealer_cannot_crash_the_check() -> None:
    """Commitments that cancel out at index 1 are a wrong share, not an error of the library."""
    point = group_public(SECRET)
    opposite = group_public((ORDER - number(SECRET)).to_bytes(32, "little"))
    with pytest.raises(WrongShare):
        check_share((point, opposite), Share(index=1, value=SECRET))
    with pytest.raises(WrongShare):
        check_share((point, opposite, point), Share(index=1, value=DEALT.shares[0].value))


def test_commitments_of_another_polynomial_do_not_restore() -> None:
    """Shares are checked against the commitments they came with."""
    other = deal(SECRET, 2, 3, b"g" * 32)
    with pytest.raises(WrongShare):
        combine(other.commitments, DEALT.shares[:2])


def test_one_entropy_used_twice_gives_unrelated_polynomials() -> None:
    """Two secrets dealt with one entropy by mistake: their shares do not differ by one number."""
    other = deal(scalar(b"t" * 32), 2, 3, b"e" * 32)
    gaps = {
        (number(one.value) - number(two.value)) % ORDER
        for one, two in zip(DEALT.shares, other.shares, strict=True)
    }
    assert len(gaps) == 3
    assert deal(SECRET, 2, 3, b"e" * 32) == DEALT
    assert deal(SECRET, 2, 4, b"e" * 32).shares[0] != DEALT.shares[0]


@given(st.binary(min_size=32, max_size=32))
@settings(max_examples=150, deadline=None)
def test_every_group_key_becomes_an_ordinary_sealing_key(entropy: bytes) -> None:
    """The combined scalar has a clamped form whose X25519 public key is the one people sealed to."""
    secret = scalar(entropy)
    private = sealing_private(secret)
    assert is_clamped(private)
    assert number(private) % ORDER in (number(secret), ORDER - number(secret))
    assert sealing_key_of(private).public == sealing_public(group_public(secret))


@pytest.mark.parametrize("low", range(8))
def test_every_residue_has_its_clamped_form(low: int) -> None:
    """All eight cases of x mod 8 are walked, and x and -x give the same private key."""
    secret = (2**200 + low).to_bytes(32, "little")
    private = sealing_private(secret)
    assert is_clamped(private)
    assert sealing_private((ORDER - number(secret)).to_bytes(32, "little")) == private


@pytest.mark.parametrize("secret", [8, ORDER - 8])
def test_a_scalar_without_a_clamped_form_is_refused(secret: int) -> None:
    """The one corner, about 2^126 to one: 7L + x would not fit below 2^255."""
    with pytest.raises(Broken, match="no clamped form"):
        sealing_private(secret.to_bytes(32, "little"))


def test_sums_of_polynomials_are_shares_of_the_sum() -> None:
    """What a ceremony without a dealer will lean on: shares and commitments add up."""
    other = deal(scalar(b"t" * 32), 2, 3, b"h" * 32)
    commitments = tuple(
        crypto_core_ed25519_add(one, two)
        for one, two in zip(DEALT.commitments, other.commitments, strict=True)
    )
    summed = [
        Share(index=one.index, value=((number(one.value) + number(two.value)) % ORDER).to_bytes(32, "little"))
        for one, two in zip(DEALT.shares, other.shares, strict=True)
    ]
    assert group_public(combine(commitments, summed[1:])) == commitments[0]


@pytest.mark.parametrize(("threshold", "holders"), [(0, 3), (4, 3), (1, 0), (2, 256), (-1, 2)])
def test_impossible_splits_are_refused(threshold: int, holders: int) -> None:
    """At least one, at most all, at most 255."""
    with pytest.raises(ValueError, match="cannot split"):
        deal(SECRET, threshold, holders, bytes(32))


@pytest.mark.parametrize("secret", [bytes(32), b"", b"\xff" * 32, ORDER.to_bytes(32, "little")])
def test_what_is_no_scalar_is_not_dealt(secret: bytes) -> None:
    """Zero, the group order and other lengths are no secrets."""
    with pytest.raises(ValueError, match="not a scalar"):
        deal(secret, 2, 3, bytes(32))
    with pytest.raises(Broken):
        sealing_private(secret)


def test_a_share_shows_no_secret_when_printed() -> None:
    """A log line with a share in it tells its index."""
    assert repr(DEALT.shares[0]) == "Share(index=1)"
