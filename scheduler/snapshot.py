"""The frozen pool: one salted Merkle leaf per expert, so that any of them can be shown without the others."""

from collections.abc import Sequence

from crypto.canonical import canonical, digest, unhex
from crypto.merkle import root
from scheduler.codec import to_plain
from scheduler.events import Digest
from scheduler.exhibits import Leaf, Snapshot
from scheduler.model import Expert


def leaf(expert: Expert, salt: bytes) -> Leaf:
    """An expert with the salt (32 bytes) that hides the leaf's content."""
    return Leaf(expert=expert, salt=salt.hex())


def leaf_bytes(leaf: Leaf) -> bytes:
    """What the tree is built over: a salted hash, which tells nothing without its salt."""
    return digest("yuanping/pool/leaf/v1", unhex(leaf.salt, 32), canonical(to_plain(leaf.expert)))


def pool_root(leaves: Sequence[Leaf]) -> Digest:
    """The RFC 9162 root over all leaves in the order of their pseudonyms."""
    return Digest(root([leaf_bytes(each) for each in leaves]).hex())


def widened(before: Snapshot, today: Snapshot) -> Snapshot:
    """The pool after a signed step: everybody of the one before, leaf by leaf, and who is new today."""
    known = {leaf.expert.id for leaf in before.leaves}
    leaves = [*before.leaves, *(leaf for leaf in today.leaves if leaf.expert.id not in known)]
    edges = {*before.controls, *today.controls}
    return Snapshot(
        leaves=tuple(sorted(leaves, key=lambda leaf: leaf.expert.id)),
        controls=tuple(sorted(edges, key=lambda edge: (edge.parent, edge.child))),
    )
