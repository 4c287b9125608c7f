"""Which rules are there, in reading order, and what limits do they set in a case?"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from scheduler.alarms import Alarm
from scheduler.limits import Declared, Fact, Guard, Limit, Notice, Numbers, Rule
from scheduler.model import Case, RuleId
from scheduler.rules import (
    companies,
    composition,
    earlier,
    eligibility,
    load,
    offices,
    place,
    recurrence,
    recusal,
    rooms,
    ties,
    timing,
    travel,
)

D = TypeVar("D", bound=Declared)

# A rule is found by being declared in one of these; families are read in this order, R12 on (who may sit beside
# whom) after the grounds in a person.
_FAMILIES = (
    companies,
    composition,
    eligibility,
    load,
    offices,
    place,
    recurrence,
    recusal,
    rooms,
    ties,
    timing,
    travel,
)
_ORDER = ("S", "C", "D", "E", "R", "F", "P", "L")
_COMPANY = 12  # the first R-rule on the company of others


def collected(kind: type[D], modules: Iterable[object]) -> tuple[D, ...]:
    """Every rule of exactly this kind that the modules declare, in reading order. ValueError: an id twice."""
    found = [each for module in modules for each in vars(module).values() if type(each) is kind]
    if len({each.id for each in found}) != len(found):
        raise ValueError("a rule is declared twice")
    return tuple(sorted(found, key=lambda each: _place(each.id)))


def _place(name: RuleId) -> tuple[int, int, str]:
    """R2 before R10 before R10a; a family nobody knows comes last."""
    digits = "".join(each for each in name if each.isdigit())
    number = int(digits or 0)
    family = "P" if name[0] == "R" and number >= _COMPANY else name[0]
    return _ORDER.index(family) if family in _ORDER else len(_ORDER), number, name


RULES: tuple[Rule, ...] = collected(Rule, _FAMILIES)
GUARDS: tuple[Guard, ...] = collected(Guard, _FAMILIES)
_ON_PANELS: tuple[Guard, ...] = collected(Guard, (composition,))
NOTICES: tuple[Notice, ...] = collected(Notice, _FAMILIES)
ALARMS: tuple[Alarm, ...] = collected(Alarm, _FAMILIES)
DECLARED: dict[RuleId, Declared] = {each.id: each for each in chain(GUARDS, NOTICES, RULES, ALARMS)}
# What rules meant before: a case booked under an earlier version is drawn and verified by it.
EARLIER: dict[RuleId, Declared] = {
    RuleId(f"{each.id}@{each.version}"): each for each in (earlier.works_in_a_bidders_group_today,)
}
BESIDE: dict[RuleId, Declared] = {  # no pack switches these on
    each.id: each for each in (load.DRAWN_ELSEWHERE, load.KEPT_FOR_OTHERS)
}

# Which rule is named first when someone cannot sit: grounds in the person, then in the company of others,
# then in the seats (the order of docs/formats/draw.md, with the service's personal rules after R0).
_BLAME = (
    "R0 R1 R2 R3 R4 R5 R6 R7 R8 R9 R10 R11 R11f R11p R0o",
    "E1 E2 E3 E4 E5 E5d E5t E6 E6t E7 E8 E9 E10 E11 F1 F2 F2c F3 L6",
    "R12 R12p R13 R13k L4 L5 L5c L3 L3p L7 L8 F6 S1 S0",
)


def _blame() -> tuple[RuleId, ...]:
    """The rules that the order above does not name come before the company of others."""
    groups = [[RuleId(name) for name in names.split()] for names in _BLAME]
    named = {name for group in groups for name in group}
    return (*chain(*groups[:2]), *(each.id for each in RULES if each.id not in named), *chain(*groups[2:]))


BLAME: tuple[RuleId, ...] = _blame()


def key(rule: RuleId, version: int) -> RuleId:
    """How numbers name a rule in one version: the newest by its id, an earlier one as `R11@1`."""
    newest = DECLARED.get(rule)
    return rule if newest is not None and newest.version == version else RuleId(f"{rule}@{version}")


def declared(rule: RuleId, version: int | None = None) -> Declared | None:
    """The rule in a version, None meaning the newest; None when nobody here declared it."""
    if version is None:
        return DECLARED.get(rule) or BESIDE.get(rule)
    return next((each for each in _versions(rule) if each.version == version), None)


def _versions(rule: RuleId) -> Iterator[Declared]:
    yield from (
        each for each in chain(DECLARED.values(), EARLIER.values(), BESIDE.values()) if each.id == rule
    )


def limits(case: Case, numbers: Numbers) -> tuple[Limit, ...]:
    """Every limit of the case, by rule in reading order; a rule absent from `numbers` does not run.

    Raises Refused("numbers") when a rule's numbers are not those it asks for.
    """
    return tuple(
        limit
        for name, rule in _in_force(RULES, numbers)
        if isinstance(rule, Rule)
        for limit in rule.limits(case, numbers[name])
    )


def _in_force(order: Iterable[Declared], numbers: Numbers) -> Iterator[tuple[RuleId, Declared]]:
    """The rules that numbers name, each in the version they name."""
    for newest in order:
        if newest.id in numbers:
            yield newest.id, newest
        for name, old in EARLIER.items():
            if old.id == newest.id and name in numbers:
                yield name, old


def refuse(case: Case, numbers: Numbers) -> None:
    """Raise Refused(id, **facts) for the first guard (C1 …) that the request breaks."""
    _refuse(GUARDS, case, numbers)


def refuse_panel(case: Case, numbers: Numbers) -> None:
    """The same for what guards say of the panel's make-up: a case that has no sites yet can be asked."""
    _refuse(_ON_PANELS, case, numbers)


def _refuse(guards: Iterable[Guard], case: Case, numbers: Numbers) -> None:
    for name, guard in _in_force(guards, numbers):
        if isinstance(guard, Guard):
            guard.check(case, numbers[name])


def notices(case: Case, numbers: Numbers) -> dict[RuleId, Mapping[str, Fact]]:
    """What is worth a word without being refused: notice → its facts."""
    found = (
        (notice.id, notice.facts(case, notice.read(numbers[name])))
        for name, notice in _in_force(NOTICES, numbers)
        if isinstance(notice, Notice)
    )
    return {name: facts for name, facts in found if facts is not None}


def numbers_of(
    *,
    same_employer_max: int | None = None,
    same_region_max: int | None = None,
    same_city_max: int | None = None,
    host_region_max: int | None = None,
    offsite_min: int | None = None,
) -> Numbers:
    """The rules in force for a draw from files: S0, S1, R0, R13 always, the others when a number is given."""
    numbers: dict[RuleId, dict[str, int]] = {RuleId(name): {} for name in ("S0", "S1", "R0", "R13")}
    asked = {
        "R12": ("most", same_employer_max),
        "L4": ("most", host_region_max),
        "L5": ("most", same_region_max),
        "L5c": ("most", same_city_max),
        "L3": ("least", offsite_min),
    }
    for name, (number, value) in asked.items():
        if value is not None:
            numbers[RuleId(name)] = {number: value}
    return numbers
