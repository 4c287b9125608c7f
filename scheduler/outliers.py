"""Is a member's scoring unlike the others', or unlike itself? Figures to look at, never a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scheduler.events import Member
from scheduler.exhibits import Criterion
from scheduler.marks import Reading
from scheduler.tally import summed

_FAR = Decimal(20)  # percent of the full marks: beyond this a difference is pointed out
OWN_FAR = 2 * _FAR  # the same for a member's own bids, which may differ more than two members' views of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A member's sum for one slot beside the mean of the others, in full marks and in percent of them."""

    member: Member
    slot: int
    own: Decimal
    others: Decimal
    percent: Decimal  # of the full marks, with sign

    @property
    def far(self) -> bool:
        """Worth a second look."""
        return abs(self.percent) > _FAR


def deviations(readings: Sequence[Reading], criteria: Sequence[Criterion]) -> tuple[Deviation, ...]:
    """Every member and slot, after the close only: this reads everybody's sheet."""
    full = full_marks(criteria)
    found = []
    for each in readings:
        rest = [other for other in readings if other.member != each.member]
        for slot in range(len(each.marks)):
            own = summed(each, slot)
            others = sum((summed(other, slot) for other in rest), Decimal(0)) / len(rest)
            percent = ((own - others) * 100 / full).quantize(Decimal("0.1"))
            others = others.quantize(Decimal("0.01"))
            found.append(Deviation(member=each.member, slot=slot, own=own, others=others, percent=percent))
    return tuple(found)


def full_marks(criteria: Sequence[Criterion]) -> Decimal:
    """What one bid can get at most."""
    return sum((each.most for each in criteria), Decimal(0))
