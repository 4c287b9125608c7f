"""May this member chair the panel, and may the tenderee say so? C11 as the pack has it."""

from scheduler.limits import Numbers
from scheduler.model import Case, Chair, LotId, RegionCode, RuleId
from scheduler.rules.composition import chair_by_the_pack

C11 = RuleId("C11")


def demand_chair(force: Numbers, *, owner: bool, named: bool) -> None:
    """Raises Refused("C11") where the pack forbids such a chair; a pack without the rule lets everybody."""
    if C11 in force:
        chair = Chair(owner=owner, named=named)
        bare = Case(lot=LotId(""), region=RegionCode(""), pool=(), seats=(), chair=chair)
        chair_by_the_pack.check(bare, force[C11])
