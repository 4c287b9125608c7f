"""Why does this expert not sit, what do these rules say, and how did a pool become a panel?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from scheduler.limits import Limit, Words, fits, wanted
from scheduler.lottery import Lottery
from scheduler.model import Case, Choice, Expert, ExpertId, Role, RuleId
from scheduler.rules import declared
from scheduler.sight import Datum, may_see
from scheduler.state import Phase

_SHOWN = 3  # sentences of one rule written out; the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A rule and what it says here. `title` holds no facts; `says` goes only to whom `sight` allows."""

    rule: RuleId
    title: Words
    says: Words


def reason(rule: RuleId, limits: Sequence[Limit]) -> Reason:
    """What `rule` says through these limits of it; a rule nobody declared speaks by its id.

    The limits that touch most people come first; beyond three they are counted.
    """
    meant = declared(rule, limits[0].version if limits else None)
    if meant is None:
        return Reason(rule=rule, title=Words(rule, rule), says=Words(rule, rule))
    spoken = sorted(
        ((-_touched(limit), meant.says.filled(limit.facts)) for limit in limits),
    )[:_SHOWN]
    more = len(limits) - len(spoken)
    says = Words(
        "；".join(words.zh for _, words in spoken) + (f"；另有 {more} 条同类限制" if more else ""),
        "; ".join(words.en for _, words in spoken) + (f"; and {more} more of this kind" if more else ""),
    )
    return Reason(rule=rule, title=meant.title, says=says if spoken else meant.title)


def _touched(limit: Limit) -> int:
    return 0 if limit.experts is None else len(limit.experts)


def why(case: Case, limits: Iterable[Limit], expert: ExpertId) -> tuple[Reason, ...]:
    """Every rule that by itself keeps this expert out of every role held, kept members counted.

    Empty: no single limit does; several together may (the lottery's `excluded` names one).
    """
    found: dict[RuleId, list[Limit]] = {}
    roles = _roles(case, expert)
    for limit in limits:
        if limit.each and limit.most != 0:
            continue
        if limit.most is None or (limit.experts is not None and expert not in limit.experts):
            continue
        if _full(case, limit) and all(limit.roles is None or role in limit.roles for role in roles):
            found.setdefault(limit.rule, []).append(limit)
    return tuple(reason(rule, held) for rule, held in found.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Somebody with a seat's speciality who sits on no lawful panel. `named`: the one rule the lottery names.

    `reasons`: every rule that keeps the person out by itself; only `named` where several act `together`.
    """

    expert: ExpertId
    named: RuleId
    reasons: tuple[Reason, ...]
    together: bool = False


def exclusions(case: Case, limits: Iterable[Limit], lottery: Lottery) -> tuple[Exclusion, ...]:
    """Everybody the lottery names as out, in the order of pseudonyms, with all rules and their facts."""
    barring = [limit for limit in limits if limit.most is not None and _full(case, limit)]
    of: dict[ExpertId | None, list[Limit]] = {}
    for limit in barring:
        for who in limit.experts or (None,):
            of.setdefault(who, []).append(limit)
    found = []
    for who, named in sorted(lottery.excluded.items()):
        reasons = why(case, [*of.get(None, ()), *of.get(who, ())], who)
        told_of = reasons or (reason(named, ()),)
        found.append(Exclusion(expert=who, named=named, reasons=told_of, together=not reasons))
    return tuple(found)


def told(reasons: Iterable[Reason], role: Role, phase: Phase) -> tuple[Reason, ...]:
    """The reasons as `role` may hear them in `phase`: with facts, or the title in their place."""
    return tuple(
        each if may_see(role, datum_of(each.rule), phase) else replace(each, says=each.title)
        for each in reasons
    )


def datum_of(rule: RuleId) -> Datum:
    """What the facts of a rule are: a relation to a bidder, or something the pool's snapshot says."""
    meant = declared(rule)
    linked = meant is not None and "{bidder}" in meant.says.zh
    return Datum.CONFLICT_FACTS if linked else Datum.POOL


def _roles(case: Case, who: ExpertId) -> list[str]:
    expert = next((expert for expert in case.pool if expert.id == who), None)
    return [role for role in wanted(case) if expert is not None and fits(expert, role)]


def _full(case: Case, limit: Limit) -> bool:
    """Whether the kept members leave nothing of the limit."""
    used = sum(
        (limit.experts is None or choice.expert in limit.experts)
        and (limit.roles is None or choice.speciality in limit.roles)
        for choice in case.kept
    )
    return limit.most is not None and used >= limit.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """How many people are left at every step; `kept` members stand apart from the last three."""

    pool: int
    matching: int  # hold a seat's speciality
    eligible: int  # and no rule keeps them out by itself
    seatable: int  # and sit on at least one lawful panel
    drawn: int  # and won
    kept: int


def funnel(case: Case, limits: Iterable[Limit], lottery: Lottery, panel: Iterable[Choice]) -> Funnel:
    """The counts of one draw, safe to show to operators: no person among them."""
    roles = tuple(wanted(case))
    kept = {choice.expert for choice in case.kept}
    matching = [who for who in case.pool if any(fits(who, role) for role in roles)]
    barred = {
        who
        for limit in limits
        if limit.most == 0 and limit.roles is None and limit.experts is not None
        for who in limit.experts
    }
    return Funnel(
        pool=len(case.pool),
        matching=len(matching),
        eligible=sum(_stands(who, kept, barred) for who in matching),
        seatable=sum(len(members) for members in lottery.classes),
        drawn=sum(choice.expert not in kept for choice in panel),
        kept=len(kept),
    )


def _stands(expert: Expert, kept: set[ExpertId], barred: set[ExpertId]) -> bool:
    return expert.id not in kept and expert.id not in barred
