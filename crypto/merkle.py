"""Whether a record stands in a log, and whether a longer log continues a shorter one (RFC 9162 §2.1).

The standard separates leaves from nodes by its own first byte; that is why no label is framed here.
"""

import hashlib
from collections.abc import Sequence

from crypto.commit import same
from crypto.errors import Broken

HASH = 32  # bytes
EMPTY = hashlib.sha256().digest()  # the root of a tree without leaves


def leaf(data: bytes) -> bytes:
    """The hash of one leaf's data."""
    return hashlib.sha256(b"\0" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, in order."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        paired = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        # The odd one out moves up as it is: the left subtree is always the largest whole one.
        level = paired + level[len(level) & ~1 :]
    return level[0]


def inclusion(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The audit path of the leaf at `index`, from its sibling upwards. An index outside: ValueError."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"no leaf {index} among {len(leaves)}")
    if len(leaves) == 1:
        return ()
    half = _half(len(leaves))
    if index < half:
        return (*inclusion(leaves[:half], index), root(leaves[half:]))
    return (*inclusion(leaves[half:], index - half), root(leaves[:half]))


def check_inclusion(
    leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes
) -> None:
    """Nothing, if the leaf stands at `index` in the tree of `size` leaves with this root; else Broken."""
    if not 0 <= index < size:
        raise Broken(f"no leaf {index} in a tree of {size}")
    _check_hashes(leaf_hash, tree_root, *proof)
    at, last, climbed = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            raise Broken("the inclusion proof is too long")
        if at & 1 or at == last:
            climbed = node(sibling, climbed)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            climbed = node(climbed, sibling)
        at, last = at >> 1, last >> 1
    if last != 0 or not same(climbed, tree_root):
        raise Broken("the inclusion proof does not lead to the root")


def consistency(leaves: Sequence[bytes], first: int) -> tuple[bytes, ...]:
    """The proof that the tree of all `leaves` continues that of the `first` ones (1 … n, else ValueError)."""
    if not 1 <= first <= len(leaves):
        raise ValueError(f"no earlier tree of {first} among {len(leaves)} leaves")
    return _subproof(leaves, first, True)


def check_consistency(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> None:
    """Nothing, if the tree of `second` leaves continues the one of `first` leaves; else Broken.

    Every tree continues the empty one, whose root must be `EMPTY` and whose proof is empty.
    """
    if not 0 <= first <= second:
        raise Broken(f"a tree of {second} leaves cannot continue one of {first}")
    _check_hashes(first_root, second_root, *proof)
    if first in (0, second):
        _check_plain(first, second, proof, first_root, second_root)
        return
    path = list(proof)
    if first & (first - 1) == 0:  # a whole subtree proves itself
        path.insert(0, first_root)
    if not path:
        raise Broken("the consistency proof is empty")
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise Broken("the consistency proof is too long")
        if at & 1 or at == last:
            old, new = node(sibling, old), node(sibling, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node(new, sibling)
        at, last = at >> 1, last >> 1
    if last != 0 or not (same(old, first_root) and same(new, second_root)):
        raise Broken("the consistency proof does not lead to the roots")


def _check_plain(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> None:
    if proof:
        raise Broken("the consistency proof is too long")
    if first == 0 and not same(first_root, EMPTY):
        raise Broken("the root of an empty tree is another")
    if first == second and not same(first_root, second_root):
        raise Broken("two roots for one size")


def _subproof(leaves: Sequence[bytes], first: int, whole: bool) -> tuple[bytes, ...]:
    if first == len(leaves):
        return () if whole else (root(leaves),)
    half = _half(len(leaves))
    if first <= half:
        return (*_subproof(leaves[:half], first, whole), root(leaves[half:]))
    return (*_subproof(leaves[half:], first - half, False), root(leaves[:half]))


def _half(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _check_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH for one in hashes):
        raise Broken(f"a hash of this tree has {HASH} bytes")
