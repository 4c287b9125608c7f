"""What a person or an organisation is called inside one lot: keyed marks that only the pool owner can link.

All attempts at a lot share them: that is how members of an unlawful panel are kept out of the next one.
"""

import base64
from collections.abc import Callable, Iterable

from crypto.canonical import keyed, keyed_on
from scheduler.attempts import base_of
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import ExpertId, LotId, OrgTag

_PERSON, _LETTERS, _BYTES = "yuanping/pseudonym/v1", 16, 10


def pseudonym(pool_key: bytes, lot: LotId, expert: str) -> ExpertId:
    """An expert (by register number) or owner representative (by login) in this lot, and nowhere else."""
    return ExpertId("P-" + _short(pool_key, _PERSON, lot, expert, letters=_LETTERS))


def member(pool_key: bytes, lot: LotId, person: str) -> Member:
    """The same mark as the journal writes it."""
    return Member(pseudonym(pool_key, lot, person))


def org_tag(pool_key: bytes, lot: LotId) -> Callable[[str], OrgTag]:
    """Organisation code → tag of this lot; the empty code stays empty (nobody's colleague)."""

    def tag(code: str) -> OrgTag:
        return OrgTag("T-" + _short(pool_key, "yuanping/org/v1", lot, code, letters=24) if code else "")

    return tag


def finder(pool_key: bytes, lot: LotId, members: Iterable[Member]) -> Callable[[str], Member | None]:
    """Person → the one of these members who is that person in the lot, for asking about a whole register.

    Marks are compared as bytes: none has to be spelled. Raises Refused("not_a_member") for what is no mark.
    """
    try:
        wanted = {base64.b32decode(each.removeprefix("P-")): each for each in members}
    except ValueError:
        raise Refused("not_a_member") from None
    mark = keyed_on(pool_key, _PERSON, base_of(lot).encode("utf-8"))
    return lambda person: wanted.get(mark(person.encode("utf-8"))[:_BYTES])


def blind(pool_key: bytes, lot: LotId, expert: str) -> bytes:
    """What hides an expert's long-term key in the commitment of a pool leaf until the expert is named: 32 bytes."""
    return keyed(pool_key, "yuanping/expert-key/blind/v1", lot.encode("utf-8"), expert.encode("utf-8"))


def _short(key: bytes, label: str, lot: LotId, name: str, letters: int) -> str:
    mark = keyed(key, label, base_of(lot).encode("utf-8"), name.encode("utf-8"))
    return base64.b32encode(mark[: letters * 5 // 8]).decode("ascii")  # eight letters to five bytes
