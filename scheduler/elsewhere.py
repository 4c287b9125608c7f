"""Which limits do other lots in the same hours set in this one? The same for service and verifier."""

from scheduler.exhibits.competing import Elsewhere
from scheduler.limits import Limit
from scheduler.model import ExpertId
from scheduler.rules.load import DRAWN_ELSEWHERE, KEPT_FOR_OTHERS


def elsewhere_limits(body: Elsewhere | None) -> tuple[Limit, ...]:
    """E5d for everybody who sits elsewhere, then F6 in the order written; none when nothing overlaps."""
    if body is None:
        return ()
    drawn = (
        Limit(
            rule=DRAWN_ELSEWHERE.id,
            experts=(ExpertId(who),),
            roles=None,
            least=0,
            most=0,
            facts={"expert": who},
        )
        for who in body.seated
    )
    spared = (
        Limit(
            rule=KEPT_FOR_OTHERS.id,
            experts=tuple(ExpertId(who) for who in each.people),
            roles=None,
            least=0,
            most=each.most,
            facts={"most": each.most, "people": len(each.people)},
        )
        for each in body.spared
    )
    return (*drawn, *spared)
