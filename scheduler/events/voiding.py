"""A member, or a sheet, that cannot count: found while scoring goes on, or when the sheets are opened."""

from dataclasses import dataclass
from enum import StrEnum

from scheduler.events.ids import Digest, Member


class Void(StrEnum):
    """Why a member who has checked in is out again."""

    ILL = "ill"
    CONFLICT = "conflict"  # a ground to recuse that comes to light (条例 48, 70)
    DISCIPLINE = "discipline"


class Correction(StrEnum):
    """The closed list of what may be put right after the close (政府采购货物和服务招标投标管理办法 64)."""

    QUALIFICATION = "01"  # 资格审查错误
    COMPLIANCE = "02"  # 符合性审查错误
    SUMMING = "03"  # 汇总错误: the sheet cannot be added up
    RANGE = "04"  # 超出范围
    OBJECTIVE = "05"  # 客观分错误: members differ on what is no matter of opinion


@dataclass(frozen=True, slots=True, kw_only=True)
class Voided:
    """A member is out after check-in; the member's sheets stay in the log and count no more (条例 48, 70).

    `finding` (exhibit): on what evidence; there unless the member is ill.
    """

    member: Member
    why: Void
    finding: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A sheet of the close goes back to its member before the totals, to be put right in this one respect."""

    member: Member
    code: Correction
