"""What stands behind who sits beside the drawn: letters and approvals."""

from dataclasses import dataclass
from enum import StrEnum

from scheduler.events import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """The tenderee's letter for one owner representative: its number, and what it says of rank and knowledge."""

    member: Member
    reference: str
    says: str


class Ground(StrEnum):
    """Why the law lets experts be appointed (招标投标法实施条例 47)."""

    COMPLEX = "complex"  # 技术复杂
    SPECIAL = "special"  # 专业性强
    STATE = "state"  # 国家有特殊要求


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The authority's consent to a direct appointment, published with the proof."""

    ground: Ground
    authority: str
    reference: str
