"""The uniform stream: pinned numbers, no bias, no dependence on how it is read."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.stream import Stream


def test_the_stream_of_a_seed_never_changes() -> None:
    """A bundle of today lands on the same panel in fifteen years: pinned bytes and numbers."""
    stream = Stream(bytes(32))
    assert (
        stream.take(40).hex()
        == "0e6615b8e9ca54db23126099273e4337a943d139e917ae4300e829ff9c11f2f7b32b92f58cf70d21"
    )
    assert [stream.below(n) for n in (1, 2, 3, 10, 1000, 2**60)] == [0, 1, 1, 9, 804, 1094770425664661533]
    assert Stream(bytes(32)).derive("lot", "1").sample(10, 4) == [7, 2, 1, 5]


@given(st.binary(min_size=1, max_size=40), st.lists(st.integers(0, 100), max_size=8))
@settings(max_examples=80, deadline=None)
def test_bytes_do_not_depend_on_how_they_are_taken(seed: bytes, cuts: list[int]) -> None:
    """Many small reads and one large read give the same bytes."""
    piecewise = Stream(seed)
    assert b"".join(piecewise.take(n) for n in cuts) == Stream(seed).take(sum(cuts))


@given(st.binary(max_size=8), st.integers(1, 2**70))
@settings(max_examples=100, deadline=None)
def test_numbers_stay_below_their_bound(seed: bytes, n: int) -> None:
    """0 ≤ below(n) < n for bounds of any size."""
    assert 0 <= Stream(seed).below(n) < n


def test_numbers_are_even_over_a_bound_that_is_no_power_of_two() -> None:
    """30 000 throws of a five-sided die: every face within five standard deviations."""
    stream = Stream(b"die")
    faces = Counter(stream.below(5) for _ in range(30_000))
    assert all(abs(count - 6000) < 5 * 70 for count in faces.values())
    assert len(faces) == 5


def test_every_ordered_choice_turns_up() -> None:
    """Two out of four: all twelve ordered pairs, evenly."""
    stream = Stream(b"pairs")
    pairs = Counter(tuple(stream.sample(4, 2)) for _ in range(12_000))
    assert len(pairs) == 12
    assert all(abs(count - 1000) < 5 * 31 for count in pairs.values())


@given(st.binary(max_size=8), st.integers(0, 60), st.data())
@settings(max_examples=80, deadline=None)
def test_a_sample_repeats_nobody(seed: bytes, n: int, data: st.DataObject) -> None:
    """`k` different positions, all in range; k = n is a permutation."""
    k = data.draw(st.integers(0, n))
    chosen = Stream(seed).sample(n, k)
    assert len(set(chosen)) == k
    assert all(0 <= position < n for position in chosen)


def test_derived_streams_are_independent_of_reading_and_of_each_other() -> None:
    """A label names a stream; reading one moves no other; ("a","b") is not ("ab",)."""
    stream = Stream(b"seed")
    before = stream.derive("a", "b").take(32)
    stream.take(1000)
    assert stream.derive("a", "b").take(32) == before
    assert len({before, stream.derive("ab").take(32), stream.derive("a").derive("b").take(32)}) == 3


def test_impossible_wishes_are_refused() -> None:
    """Nothing below zero, no more than there are."""
    with pytest.raises(ValueError, match="positive"):
        Stream(b"").below(0)
    for n, k in ((3, 4), (3, -1)):
        with pytest.raises(ValueError, match="cannot take"):
            Stream(b"").sample(n, k)
