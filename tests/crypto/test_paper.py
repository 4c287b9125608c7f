"""A seed on paper: the standard's vectors, any lists enough, and every slip of the pen said in words."""

import json
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic.wordlist import WORDLIST

from crypto.errors import CryptoError, NotForYou
from crypto.paper import Mixed, WrongList, WrongWord, from_words, to_words

VECTORS = json.loads((Path(__file__).parents[2] / "fixtures/vectors/slip39.json").read_text("utf-8"))[
    "vectors"
]
SEED = bytes(range(32))


@pytest.mark.parametrize("number", range(len(VECTORS)))
def test_the_vectors_of_the_standard(number: int) -> None:
    """Good lists give the published secret, faulty or too few are refused."""
    lists, secret = VECTORS[number]
    if secret:
        assert from_words(lists, b"TREZOR").hex() == secret
        return
    with pytest.raises(CryptoError):
        from_words(lists, b"TREZOR")


@given(seed=st.binary(min_size=32, max_size=32), count=st.integers(2, 5), data=st.data())
@settings(max_examples=8, deadline=None)
def test_any_lists_enough_restore_and_fewer_do_not(seed: bytes, count: int, data: st.DataObject) -> None:
    """2 of 3, 3 of 5, whichever; upper case and spaces do not matter."""
    needed = data.draw(st.integers(2, count))
    lists = to_words(seed, needed, count)
    chosen = data.draw(st.permutations(lists))[:needed]
    assert from_words(chosen) == seed
    assert from_words([f"  {text.upper()}\n" for text in chosen]) == seed
    assert from_words(lists) == seed
    with pytest.raises(NotForYou, match=f"{needed - 1} of {needed}"):
        from_words(chosen[1:])


def test_a_word_that_is_no_word_is_named() -> None:
    """List and place, so that the custodian looks at the right line."""
    one, two, _ = to_words(SEED, 2, 3)
    words = two.split()
    words[6] = "yuanping"
    with pytest.raises(WrongWord, match="list 2, word 7: yuanping"):
        from_words([one, " ".join(words)])


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_one_or_two_words_miswritten_are_always_noticed(data: st.DataObject) -> None:
    """The standard's checksum finds any three wrong words of a list."""
    one, two, _ = LISTS
    words = two.split()
    for place in data.draw(st.sets(st.integers(0, len(words) - 1), min_size=1, max_size=2)):
        words[place] = data.draw(st.sampled_from([word for word in WORDLIST if word != words[place]]))
    with pytest.raises(WrongList) as found:
        from_words([one, " ".join(words)])
    assert found.value.share == 2


LISTS = to_words(SEED, 2, 3)


def test_lists_of_two_backups_or_one_list_twice_are_refused() -> None:
    """Even of the same seed: a second backup is another one."""
    other = to_words(SEED, 2, 3)
    for pair in ((LISTS[0], other[1]), (LISTS[0], LISTS[0])):
        with pytest.raises(Mixed):
            from_words(pair)
    assert all(from_words(pair) == SEED for pair in combinations(other, 2))


@pytest.mark.parametrize(("needed", "count"), [(1, 3), (4, 3), (2, 17), (0, 2)])
def test_one_list_alone_is_no_backup(needed: int, count: int) -> None:
    """A single list would be the seed in clear."""
    with pytest.raises(ValueError, match="at least 2"):
        to_words(SEED, needed, count)


def test_no_list_is_too_few() -> None:
    """An empty answer is an answer."""
    with pytest.raises(NotForYou):
        from_words([])
