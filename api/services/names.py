"""What a person or an organisation is called inside one lot: keyed marks that only the pool key can link."""

import base64
from collections.abc import Callable, Iterable

from crypto.canonical import keyed
from scheduler.events import Member
from scheduler.model import ExpertId, LotId, OrgTag


def pseudonym(pool_key: bytes, lot: LotId, expert: str) -> ExpertId:
    """An expert (by register number) or owner representative (by login) in this lot, and nowhere else."""
    return ExpertId("P-" + _short(pool_key, "yuanping/pseudonym/v1", lot, expert, letters=16))


def marks(pool_key: bytes, lot: LotId, experts: Iterable[str]) -> dict[Member, str]:
    """Register number behind the pseudonym of each of these experts in one lot."""
    return {Member(pseudonym(pool_key, lot, expert)): expert for expert in experts}


def member(pool_key: bytes, lot: LotId, person: str) -> Member:
    """The same mark as the journal writes it."""
    return Member(pseudonym(pool_key, lot, person))


def lasting(pool_key: bytes, expert: str) -> ExpertId:
    """An expert across lots: for the supervisor's statistics alone, never written down."""
    return ExpertId("E-" + _short(pool_key, "yuanping/over-time/v1", LotId(""), expert, letters=12))


def org_tag(pool_key: bytes, lot: LotId) -> Callable[[str], OrgTag]:
    """Organisation code → tag of this lot; the empty code stays empty (nobody's colleague)."""

    def tag(code: str) -> OrgTag:
        return OrgTag("T-" + _short(pool_key, "yuanping/org/v1", lot, code, letters=24) if code else "")

    return tag


def gate(pool_key: bytes, lot: LotId, login: str, who: Member) -> str:
    """A site's staff as the journal writes it: another mark for every member who passes, so that a published
    journal tells neither at which site a pseudonym sat nor who sat together."""
    return "G-" + _short(pool_key, "yuanping/gate/v1", lot, f"{login}/{who}", letters=16)


def _short(key: bytes, label: str, lot: LotId, name: str, letters: int) -> str:
    mark = keyed(key, label, lot.encode("utf-8"), name.encode("utf-8"))
    return base64.b32encode(mark).decode("ascii")[:letters]
