"""How one attempt at a lot ends for good and the next one is joined to it."""

from dataclasses import dataclass
from enum import StrEnum

from scheduler.events.ids import Digest, Member


class Ground(StrEnum):
    """Why conclusions are void and the lot is evaluated anew, in the codes of the authorities' systems."""

    COMPOSITION = "01"  # 评标委员会组成不合法
    RECUSAL = "02"  # 应当回避而未回避
    DISCIPLINE = "03"  # 违反评审纪律
    INTERFERENCE = "04"  # 非法干预


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorsed:
    """The supervisor countersigns the cancellation with this hash: a new attempt may be booked."""

    cancellation: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """This attempt comes after others of the same lot: their signed journals are in the exhibit."""

    attempts: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Annulled:
    """The conclusions are void (条例 70); a new attempt with another panel follows. `finding` (exhibit): evidence.

    `member`: whom the evidence is about, if it is about one.
    """

    ground: Ground
    finding: Digest
    member: Member | None = None
