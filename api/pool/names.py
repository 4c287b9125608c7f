"""What a person or an organisation is called inside one lot: keyed marks that only the pool owner can link.

All attempts at a lot share them: that is how members of an unlawful panel are kept out of the next one.
"""

import base64
from collections.abc import Callable

from crypto.canonical import keyed
from scheduler.attempts import base_of
from scheduler.events import Member
from scheduler.model import ExpertId, LotId, OrgTag


def pseudonym(pool_key: bytes, lot: LotId, expert: str) -> ExpertId:
    """An expert (by register number) or owner representative (by login) in this lot, and nowhere else."""
    return ExpertId("P-" + _short(pool_key, "yuanping/pseudonym/v1", lot, expert, letters=16))


def member(pool_key: bytes, lot: LotId, person: str) -> Member:
    """The same mark as the journal writes it."""
    return Member(pseudonym(pool_key, lot, person))


def org_tag(pool_key: bytes, lot: LotId) -> Callable[[str], OrgTag]:
    """Organisation code → tag of this lot; the empty code stays empty (nobody's colleague)."""

    def tag(code: str) -> OrgTag:
        return OrgTag("T-" + _short(pool_key, "yuanping/org/v1", lot, code, letters=24) if code else "")

    return tag


def blind(pool_key: bytes, lot: LotId, expert: str) -> bytes:
    """What hides an expert's long-term key in the commitment of a pool leaf until the expert is named: 32 bytes."""
    return keyed(pool_key, "yuanping/expert-key/blind/v1", lot.encode("utf-8"), expert.encode("utf-8"))


def _short(key: bytes, label: str, lot: LotId, name: str, letters: int) -> str:
    mark = keyed(key, label, base_of(lot).encode("utf-8"), name.encode("utf-8"))
    return base64.b32encode(mark).decode("ascii")[:letters]
