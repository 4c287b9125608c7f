"""Whom must the panel lose now that bidders are known? The same limits, read for the members who sit."""

from collections.abc import Iterable, Mapping, Sequence

from scheduler.check import breaches
from scheduler.events import Member
from scheduler.limits import Fact, Limit, Numbers
from scheduler.model import Case, Choice
from scheduler.rules.composition import no_owner_where_linked


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


def owners_out(case: Case, numbers: Numbers) -> Mapping[str, Fact] | None:
    """The facts that forbid every owner representative now that bidders are known (C10); None: they stay."""
    guard = no_owner_where_linked
    return guard.facts(case, guard.read(numbers[guard.id])) if guard.id in numbers else None


def added(case: Case) -> tuple[int, ...]:
    """Experts more per role in place of the owner representatives, all of one speciality.

    重庆市招标投标条例 30 has drawn experts take their seats and does not say of which: the request may name
    the role beforehand (`stand_in`), otherwise it is the one most seats were asked for.
    """
    named = [i for i, seats in enumerate(case.seats) if seats.speciality == case.stand_in]
    counts = [seats.count for seats in case.seats]
    chosen = named[0] if named else counts.index(max(counts))
    return tuple(case.owner_reps if i == chosen else 0 for i in range(len(counts)))
