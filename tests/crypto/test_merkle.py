"""Merkle trees: the eight-leaf tree known from RFC 6962's tests, then every proof in small trees."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import Broken
from crypto.merkle import (
    EMPTY,
    check_consistency,
    check_inclusion,
    consistency,
    inclusion,
    leaf,
    node,
    root,
)

DATA = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
LEAVES = [leaf(bytes.fromhex(text)) for text in DATA]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
MANY = [leaf(bytes([i])) for i in range(20)]


def test_roots_are_the_known_ones() -> None:
    """The eight trees over the customary eight leaves, and the empty one."""
    assert [root(LEAVES[:n]).hex() for n in range(1, 9)] == list(ROOTS)
    assert root([]) == EMPTY
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_proofs_of_the_standard_s_example_tree() -> None:
    """RFC 9162 §2.1.5, seven leaves: paths of d0, d3, d4, d6 and proofs from 3, 4 and 6."""
    a, b, c, d, e, f, j = LEAVES[:7]
    g, h, i = node(a, b), node(c, d), node(e, f)
    k, el = node(g, h), node(i, j)
    assert inclusion(LEAVES[:7], 0) == (b, h, el)
    assert inclusion(LEAVES[:7], 3) == (c, g, el)
    assert inclusion(LEAVES[:7], 4) == (f, j, k)
    assert inclusion(LEAVES[:7], 6) == (i, k)
    assert consistency(LEAVES[:7], 3) == (c, d, g, el)
    assert consistency(LEAVES[:7], 4) == (el,)
    assert consistency(LEAVES[:7], 6) == (i, j, k)


def test_every_leaf_of_every_small_tree_is_proved_and_nowhere_else() -> None:
    """Up to 20 leaves: the proof holds at its own index and size only."""
    for size in range(1, 21):
        tree = root(MANY[:size])
        for index in range(size):
            proof = inclusion(MANY[:size], index)
            check_inclusion(MANY[index], index, size, proof, tree)
            for other in {(index ^ 1) % size, size - 1, 0} - {index}:
                with pytest.raises(Broken):
                    check_inclusion(MANY[index], other, size, proof, tree)


def test_every_small_tree_continues_every_smaller_one() -> None:
    """Up to 20 leaves: consistency holds for the true sizes and roots, and not with the roots swapped."""
    for second in range(1, 21):
        for first in range(1, second + 1):
            proof = consistency(MANY[:second], first)
            one, two = root(MANY[:first]), root(MANY[:second])
            check_consistency(first, second, proof, one, two)
            if first < second:
                with pytest.raises(Broken):
                    check_consistency(first, second, proof, two, one)


@given(st.integers(2, 40), st.data())
@settings(max_examples=80, deadline=None)
def test_no_changed_proof_holds(size: int, data: st.DataObject) -> None:
    """A flipped bit, a missing, doubled or added hash: Broken, for both kinds of proof."""
    leaves = [leaf(bytes([i])) for i in range(size)]
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    shorter, whole = root(leaves[:first]), root(leaves)
    for proof, check in (
        (inclusion(leaves, index), lambda path: check_inclusion(leaves[index], index, size, path, whole)),
        (consistency(leaves, first), lambda path: check_consistency(first, size, path, shorter, whole)),
    ):
        check(proof)
        at = data.draw(st.integers(0, len(proof) - 1))
        flipped = bytes([proof[at][0] ^ 1]) + proof[at][1:]
        for wrong in (
            (*proof[:at], flipped, *proof[at + 1 :]),
            proof[:at] + proof[at + 1 :],
            (*proof[: at + 1], proof[at], *proof[at + 1 :]),
            (*proof, whole),
            (whole, *proof),
            (*proof[:at], proof[at][:31], *proof[at + 1 :]),
            (*proof[:at], proof[at] + b"\0", *proof[at + 1 :]),
        ):
            with pytest.raises(Broken):
                check(wrong)


def test_a_proof_does_not_hold_for_a_size_it_was_not_made_for() -> None:
    """Same roots, same hashes, another claim: the number of steps must be the one that the sizes ask for."""
    four, eight = root(MANY[:4]), root(MANY[:8])
    low, high = inclusion(MANY[:4], 0), inclusion(MANY[:4], 3)
    for claim in (
        lambda: check_inclusion(MANY[0], 0, 8, low, four),
        lambda: check_inclusion(MANY[3], 1, 2, high, four),
        lambda: check_consistency(2, 8, consistency(MANY[:4], 2), root(MANY[:2]), four),
        lambda: check_consistency(3, 4, consistency(MANY[:8], 7), root(MANY[:7]), eight),
    ):
        with pytest.raises(Broken):
            claim()


def test_a_byte_cannot_move_from_one_hash_to_its_neighbour() -> None:
    """Hashes are concatenated, so each must have its own length: 33 and 31 bytes are not 32 and 32."""
    sibling, *rest = inclusion(MANY[:4], 0)
    shifted = [sibling[1:], *rest]
    with pytest.raises(Broken, match="32 bytes"):
        check_inclusion(MANY[0] + sibling[:1], 0, 4, shifted, root(MANY[:4]))
    two = root(MANY[:2])
    (next_two,) = consistency(MANY[:4], 2)
    with pytest.raises(Broken, match="32 bytes"):
        check_consistency(2, 4, (next_two[1:],), two + next_two[:1], root(MANY[:4]))


def test_a_history_that_was_rewritten_does_not_continue() -> None:
    """One old leaf changed: no proof of the honest log fits."""
    forged = [*MANY[:3], leaf(b"forged"), *MANY[4:]]
    for first in range(4, 20):
        with pytest.raises(Broken):
            check_consistency(first, 20, consistency(forged, first), root(MANY[:first]), root(forged))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 4), (4, 4), (0, -1), (5, 3)])
def test_leaves_outside_the_tree_are_refused(index: int, size: int) -> None:
    """By the prover as our mistake, by the checker as theirs."""
    with pytest.raises(Broken):
        check_inclusion(MANY[0], index, size, (), MANY[0])
    with pytest.raises(ValueError, match="no leaf"):
        inclusion(MANY[: max(size, 0)], index)


def test_edge_sizes_of_consistency() -> None:
    """Nothing to prove between equal sizes or from the empty tree; no proof, but the right roots."""
    one, two = root(MANY[:4]), root(MANY[:5])
    check_consistency(0, 5, (), EMPTY, two)
    check_consistency(5, 5, (), two, two)
    for wrong in (
        (0, 5, (), one, two),
        (0, 5, (one,), EMPTY, two),
        (5, 5, (), one, two),
        (5, 5, (two,), two, two),
        (5, 4, (), two, one),
        (-1, 4, (), one, one),
        (3, 5, (), root(MANY[:3]), two),
        (4, 5, (), one, two),
    ):
        with pytest.raises(Broken):
            check_consistency(*wrong)
    for first in (0, 6):
        with pytest.raises(ValueError, match="no earlier tree"):
            consistency(MANY[:5], first)
