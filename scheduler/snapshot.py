"""The frozen pool: one salted Merkle leaf per expert, so that any of them can be shown without the others."""

from collections.abc import Sequence

from crypto.canonical import canonical, digest, unhex
from crypto.merkle import root
from scheduler.codec import to_plain
from scheduler.events import Digest
from scheduler.exhibits import Leaf
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
