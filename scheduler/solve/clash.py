"""No lawful panel? The smallest set of rules that cannot hold together, in sentences."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scheduler.errors import Refused
from scheduler.explain import Reason, reason
from scheduler.limits import Limit, Words
from scheduler.model import Case, RuleId
from scheduler.packshape import Step
from scheduler.rules import RULES
from scheduler.solve.collapse import collapse
from scheduler.solve.lawful import lawful

S0 = RuleId("S0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """An irreducible set of rules: together no panel, without any one of them there is one."""

    reasons: tuple[Reason, ...]

    @property
    def rules(self) -> tuple[RuleId, ...]:
        """The rule ids, in reading order."""
        return tuple(reason.rule for reason in self.reasons)


class NoPanel(Refused):
    """No lawful panel exists; `clash` says why, `ladder` which steps would each cure it, in order."""

    def __init__(self, clash: Clash, ladder: tuple[Step, ...] = ()) -> None:
        super().__init__("no_panel", rules=clash.rules)
        self.clash = clash
        self.ladder = ladder


def feasible(case: Case, limits: Iterable[Limit]) -> bool:
    """Whether some panel around the kept members keeps all `limits`. Exact.

    Without the seats asked for (S0) nothing is asked for and the empty panel is lawful.
    """
    limits = tuple(limits)
    if not any(limit.rule == S0 for limit in limits):
        return True
    world = collapse(case, limits)
    if world.problem is None:
        return False
    return world.open_seats == 0 or lawful(world.problem) is not None


def irreducible(names: Sequence[RuleId], possible: Callable[[frozenset[RuleId]], bool]) -> tuple[RuleId, ...]:
    """Our own deletion filter: from `names`, which are impossible together, drop what can be dropped.

    Tried from the last to the first, so what stands early stays. `possible(some)` must be exact, and true
    for every part of what it is true for; then no name of the answer can be dropped.
    """
    held = list(names)
    for name in reversed(names):
        fewer = [other for other in held if other != name]
        if not possible(frozenset(fewer)):
            held = fewer
    return tuple(held)


def clash_of(case: Case, limits: Iterable[Limit]) -> Clash:
    """The clash of a case without a lawful panel; one rule id stands for all its limits.

    Rules are dropped from the last in reading order to the first, one seat each and the seats asked for last:
    a cap of place appears only where the law itself leaves a panel possible, so what can be relaxed is named.
    """
    by_rule: dict[RuleId, list[Limit]] = {}
    for limit in limits:
        by_rule.setdefault(limit.rule, []).append(limit)
    order = [rule.id for rule in RULES if rule.id in by_rule]
    order += [name for name in by_rule if name not in order]

    def possible(names: frozenset[RuleId]) -> bool:
        return feasible(case, [limit for name in order if name in names for limit in by_rule[name]])

    found = irreducible(order, possible)
    held = [limit for name in found for limit in by_rule[name]]
    reasons = [_seats(case, by_rule, held) if name == S0 else reason(name, by_rule[name]) for name in found]
    return Clash(reasons=tuple(reasons))


def _seats(case: Case, by_rule: dict[RuleId, list[Limit]], held: list[Limit]) -> Reason:
    """The seats asked for, with how many people the other rules of the clash leave for each role."""
    plain = reason(S0, by_rule[S0])
    world = collapse(case, held)
    if world.problem is None:
        return plain
    left: dict[str, int] = {}
    for c, r in zip(world.problem.var_class.tolist(), world.problem.var_role.tolist(), strict=True):
        left[world.roles[r]] = left.get(world.roles[r], 0) + len(world.classes[c])
    zh = "，".join(f"{role} 余 {left.get(role, 0)} 人可选" for role in world.roles)
    en = ", ".join(f"{left.get(role, 0)} can still take {role}" for role in world.roles)
    return Reason(
        rule=S0, title=plain.title, says=Words(f"{plain.says.zh}（{zh}）", f"{plain.says.en} ({en})")
    )
