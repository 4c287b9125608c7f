"""How does a 32-byte seed lie on paper? As lists of words (SLIP-39): any `needed` of them give it back, fewer nothing.

The library draws the shares' own entropy itself, as HPKE's does: the words of two backups of one seed differ.
"""

from collections.abc import Sequence

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from crypto.commit import same
from crypto.errors import Broken, NotForYou
from crypto.keys import SEED

MOST = 16  # lists in one backup, by the standard


class WrongWord(Broken):
    """A word of one list is not in the word list: `share` and `word` count from 1."""

    def __init__(self, share: int, word: int, text: str) -> None:
        self.share, self.word, self.text = share, word, text
        super().__init__(f"list {share}, word {word}: {text} is not in the word list")


class WrongList(Broken):
    """One list is damaged as a whole (a word swapped for another, left out, or out of order)."""

    def __init__(self, share: int) -> None:
        self.share = share
        super().__init__(f"list {share} does not fit its own checksum")


class Mixed(Broken):
    """The lists come from different backups, or one stands twice."""


def to_words(seed: bytes, needed: int, count: int) -> tuple[str, ...]:
    """`count` lists of 33 words, any `needed` of which restore the seed; read back before they are given out.

    Raises ValueError for another length or for less than 2 of `count` (one list alone would be the seed itself).
    """
    if len(seed) != SEED or not 2 <= needed <= count <= MOST:
        raise ValueError(f"a seed of {SEED} bytes in at least 2 and at most {MOST} lists")
    (lists,) = generate_mnemonics(1, [(needed, count)], seed)
    if not same(from_words(lists[-needed:]), seed):
        raise Broken("the lists do not give the seed back")
    return tuple(lists)


def from_words(lists: Sequence[str], spoken: bytes = b"") -> bytes:
    """The seed of at least as many lists as are needed; more are left aside. `spoken`: the standard's passphrase.

    WrongWord, WrongList name what is miswritten; Mixed: not of one backup; NotForYou: too few.
    """
    shares = [_share(number, text) for number, text in enumerate(lists, 1)]
    if not shares:
        raise NotForYou("no list of words")
    first = shares[0]
    of_one = all(each.common_parameters() == first.common_parameters() for each in shares)
    if not of_one or any(each.member_threshold != first.member_threshold for each in shares):
        raise Mixed("the lists come from different backups")
    if len({(each.group_index, each.index) for each in shares}) != len(shares):
        raise Mixed("one list stands twice")
    if first.group_count == 1 and len(shares) < first.member_threshold:
        raise NotForYou(f"{len(shares)} of {first.member_threshold} lists")
    chosen = lists[: first.member_threshold] if first.group_count == 1 else lists
    try:
        return bytes(combine_mnemonics(chosen, spoken))
    except MnemonicError:  # the digest inside the shares does not fit: lists of two backups with one name
        raise Mixed("the lists do not belong together") from None


def _share(number: int, text: str) -> Share:
    for place, word in enumerate(text.split(), 1):
        if word.lower() not in WORD_INDEX_MAP:
            raise WrongWord(number, place, word)
    try:
        return Share.from_mnemonic(text)
    except MnemonicError:
        raise WrongList(number) from None
