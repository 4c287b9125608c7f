"""Whom must the panel lose now that bidders are known? The same limits, read for the members who sit."""

from collections.abc import Iterable, Sequence

from scheduler.check import breaches
from scheduler.events import Member
from scheduler.limits import Limit
from scheduler.model import Choice


def grounds(limits: Iterable[Limit], sitting: Sequence[Choice]) -> dict[Member, Limit]:
    """Member → the first limit that forbids this one person any seat."""
    found: dict[Member, Limit] = {}
    for breach in breaches(limits, sitting):
        limit = breach.limit
        if limit.most == 0 and limit.experts is not None and len(limit.experts) == 1:
            found.setdefault(Member(limit.experts[0]), limit)
    return found


def recusals(limits: Iterable[Limit], sitting: Sequence[Choice]) -> dict[Member, str]:
    """Member → rule id."""
    return {member: str(limit.rule) for member, limit in grounds(limits, sitting).items()}
