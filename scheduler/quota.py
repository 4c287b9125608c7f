"""What limits do quotas set? One role, nobody twice, and of every feature at least and at most so many."""

from collections.abc import Iterable
from typing import NamedTuple

from scheduler.limits import Limit
from scheduler.model import Case, ExpertId, RuleId
from scheduler.rules import limits

_BEYOND = 2**31 - 1  # no panel is that large; solvers count in 64 bits


class Share(NamedTuple):
    """Of these people take at least `least` and at most `most`."""

    category: str
    feature: str
    least: int
    most: int
    people: tuple[ExpertId, ...]


def rule_of(category: str, feature: str) -> RuleId:
    """The rule id of one quota, `category:feature`; a colon in the category is escaped, so no two are alike."""
    return RuleId(f"{category.replace('%', '%25').replace(':', '%3A')}:{feature}")


def quota_limits(case: Case, shares: Iterable[Share]) -> tuple[Limit, ...]:
    """The seats asked for (S0), one seat each (S1), and one limit for every quota under an id of its own."""
    plain = limits(case, {RuleId("S0"): {}, RuleId("S1"): {}})
    return plain + tuple(
        Limit(
            rule=rule_of(share.category, share.feature),
            experts=share.people,
            roles=None,
            least=min(share.least, _BEYOND),
            most=min(share.most, _BEYOND),
            facts={"category": share.category, "feature": share.feature},
        )
        for share in shares
    )
