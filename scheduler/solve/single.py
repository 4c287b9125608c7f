"""Who completes a panel that lacks one member, and which rule keeps the others out? Counting, no solver."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from scheduler.limits import Limit, fits, wanted
from scheduler.model import Case, ExpertId, RuleId, SpecialityCode
from scheduler.rules import BLAME
from scheduler.solve.excluded import S0, touching

Codes = tuple[SpecialityCode, ...]
Broken = tuple[
    frozenset[RuleId], frozenset[RuleId]
]  # rules broken in a role; those of them by their upper end


@dataclass(frozen=True, slots=True, kw_only=True)
class Completing:
    """Everybody who completes the panel (ids ascending), in which role (its place among the roles), who is out why."""

    people: tuple[ExpertId, ...]
    role: int
    excluded: dict[ExpertId, RuleId]


def completing(case: Case, limits: Sequence[Limit]) -> Completing | None:
    """One open seat: who may take it beside the kept members; None: nobody may.

    `excluded` names the same rules as `solve.excluded` does for panels with more open seats.
    """
    seat = _Seat(case=case, roles=tuple(wanted(case)))
    for limit in limits:
        seat.count(limit)
    found: dict[int, list[ExpertId]] = {}
    out: dict[ExpertId, tuple[int, ...]] = {}
    kept = {choice.expert for choice in case.kept}
    fitting: dict[
        Codes, tuple[tuple[int, ...], tuple[int, ...]]
    ] = {}  # roles by specialities, and those not shut
    for expert in case.pool:
        codes = expert.specialities
        if codes not in fitting:
            held = tuple(r for r, role in enumerate(seat.roles) if fits(expert, role))
            fitting[codes] = held, tuple(r for r in held if not seat.everyone[r])
        held, ways = fitting[codes]
        if not held or expert.id in kept:
            continue
        free = seat.way(expert.id, ways) if ways else None
        if free is None:
            out[expert.id] = held
        else:
            found.setdefault(free, []).append(expert.id)
    if not found:
        return None
    role = min(found)
    return Completing(people=tuple(sorted(found[role])), role=role, excluded=_named(case, limits, seat, out))


def _named(
    case: Case, limits: Sequence[Limit], seat: "_Seat", out: dict[ExpertId, tuple[int, ...]]
) -> dict[ExpertId, RuleId]:
    """The rule of everybody who is out: the first that alone keeps the person off the seat."""
    rules = {limit.rule for limit in limits}
    order = [name for name in BLAME if name in rules]
    order += sorted(rules.difference(order))
    known: dict[tuple[Broken, ...], RuleId | None] = {}
    named: dict[ExpertId, RuleId] = {}
    left: dict[ExpertId, list[SpecialityCode]] = {}
    for who, held in out.items():
        key = tuple(seat.broken(who, r) for r in held)
        if key not in known:
            known[key] = next((name for name in order if _cures(name, key)), None)
        name = known[key]
        if name is None:
            left[who] = [seat.roles[r] for r in held]
        else:
            named[who] = name
    if left:
        named.update(touching(case, limits, left, order))
    return dict(sorted(named.items()))


def _cures(name: RuleId, ways: Iterable[Broken]) -> bool:
    """Whether without this rule one of the ways is free; without S0 nothing is asked for, and upper ends stay."""
    return any((above if name == S0 else rules) <= {name} for rules, above in ways)


@dataclass(slots=True, kw_only=True)
class _Seat:
    """What every limit leaves for one more member, by role."""

    case: Case
    roles: Codes
    everyone: list[set[RuleId]] = field(init=False)  # per role: rules that anybody there breaks …
    above: list[set[RuleId]] = field(init=False)  # … and those of them by their upper end
    barred: dict[ExpertId, list[set[RuleId]]] = field(default_factory=dict)  # per person and role
    asking: list[list[tuple[RuleId, frozenset[ExpertId]]]] = field(
        init=False
    )  # per role: who alone keeps the rule
    sitting: set[ExpertId] = field(init=False)

    def __post_init__(self) -> None:
        self.sitting = {choice.expert for choice in self.case.kept}
        self.everyone, self.above = [set() for _ in self.roles], [set() for _ in self.roles]
        self.asking = [[] for _ in self.roles]

    def count(self, limit: Limit) -> None:
        """What the kept members leave of this limit."""
        used = self._used(limit)
        inside = [r for r, role in enumerate(self.roles) if limit.roles is None or role in limit.roles]
        if limit.most is not None:
            room = limit.most - (0 if limit.each and used <= limit.most else used)
            if room < 0:
                self._shut(range(len(self.roles)), limit.rule, upper=True)
            elif room == 0 and limit.experts is None:
                self._shut(inside, limit.rule, upper=True)
            elif room == 0:
                self._bar(limit, inside)
        lacks = 0 if limit.each else limit.least - used
        if lacks > 0:
            others = set(range(len(self.roles))).difference(inside if lacks == 1 else ())
            self._shut(others, limit.rule, upper=False)
            if lacks == 1 and limit.experts is not None:
                for r in inside:
                    self.asking[r].append((limit.rule, frozenset(limit.experts)))

    def _used(self, limit: Limit) -> int:
        """The kept members that the limit counts; where it counts each alone, the most seats of one of them."""
        kept = self.case.kept
        if limit.experts is not None:
            if self.sitting.isdisjoint(limit.experts):
                return 0
            within = set(limit.experts)
            kept = tuple(choice for choice in kept if choice.expert in within)
        counted = [c.expert for c in kept if limit.roles is None or c.speciality in limit.roles]
        if limit.each:
            return max(map(counted.count, counted), default=0)
        return len(counted)

    def _shut(self, places: Iterable[int], rule: RuleId, *, upper: bool) -> None:
        for r in places:
            self.everyone[r].add(rule)
            if upper:
                self.above[r].add(rule)

    def _bar(self, limit: Limit, places: Sequence[int]) -> None:
        for who in limit.experts or ():
            rules = self.barred.get(who)
            if rules is None:
                rules = self.barred[who] = [set() for _ in self.roles]
            for r in places:
                rules[r].add(limit.rule)

    def way(self, who: ExpertId, ways: Sequence[int]) -> int | None:
        """The first of these roles, none of them shut to everyone, in which this person completes the panel."""
        shut = self.barred.get(who)
        for r in ways:
            if shut and shut[r]:
                continue
            if not self.asking[r] or all(who in inside for _, inside in self.asking[r]):
                return r
        return None

    def broken(self, who: ExpertId, r: int) -> Broken:
        """The rules that this person in this role breaks."""
        own = self.barred[who][r] if who in self.barred else set()
        lacking = {rule for rule, inside in self.asking[r] if who not in inside}
        return frozenset(self.everyone[r] | own | lacking), frozenset(self.above[r] | own)
