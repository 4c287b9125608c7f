"""Which rules are there, in reading order, and what limits do they set in a case?"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

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

RULES: tuple[Rule, ...] = (
    composition.seats_asked_for,
    composition.one_person_one_seat,
    eligibility.senior_enough,
    eligibility.under_age,
    eligibility.certificate_valid,
    eligibility.in_good_standing,
    load.free_that_day,
    travel.time_between_panels,
    eligibility.inside_the_regions,
    travel.near_enough,
    offices.supervises_this_project,
    offices.works_for_the_agency,
    offices.works_for_the_purchaser,
    offices.knew_the_documents,
    eligibility.trained,
    recusal.recused,
    recusal.works_for_a_recused_unit,
    recusal.worked_for_a_bidder,
    ties.directed_a_bidder,
    ties.controlled_a_bidder,
    ties.kin_to_a_bidders_head,
    ties.kin_to_a_bidders_officer,
    offices.works_for_the_department,
    ties.interest_in_a_bidder,
    eligibility.never_punished,
    ties.other_tie_to_a_bidder,
    companies.works_for_the_tenderee,
    companies.works_in_a_bidders_group,
    companies.former_unit_in_a_group,
    companies.worked_for_the_designer,
    load.times_a_day,
    load.times_in_a_period,
    load.rested,
    load.times_for_one_tenderee,
    recusal.same_employer,
    recusal.same_employer_share,
    recusal.same_household,
    recusal.kin_apart,
    place.off_site,
    place.off_site_share,
    place.host_county,
    place.same_county,
    place.same_city,
    place.venue_in_own_city,
    place.workstations,
    place.rooms_apart,
)
GUARDS: tuple[Guard, ...] = (
    composition.odd_and_large_enough,
    composition.owners_at_most_a_share,
    composition.owners_at_most,
    composition.water_works_panel,
    composition.large_procurement_panel,
    composition.negotiation_panel,
    composition.economists_at_least_a_share,
    composition.lawyers_at_least,
    composition.no_owner_where_linked,
    composition.owners_authorised,
    composition.chair_by_the_pack,
    place.guests_drawn,
    place.sites_at_least,
    place.sites_at_most,
    timing.within_working_days,
    rooms.booths_large_enough,
    rooms.owners_apart,
)
NOTICES: tuple[Notice, ...] = (composition.few_candidates,)
ALARMS: tuple[Alarm, ...] = (
    recurrence.same_bidder,
    recurrence.same_tenderee,
    recurrence.same_pair,
    recurrence.same_triple,
    recurrence.many_declines,
)
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
BLAME: tuple[RuleId, ...] = tuple(
    RuleId(name)
    for names in (
        "R0 R1 R2 R3 R4 R5 R6 R7 R8 R9 R10 R11 R11f R11p R0o",
        "E1 E2 E3 E4 E5 E5d E5t E6 E6t E7 E8 E9 E10 E11 F1 F2 F2c F3 L6",
        "R12 R12p R13 R13k L4 L5 L5c L3 L3p L7 L8 F6 S1 S0",
    )
    for name in names.split()
)


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
    for name, guard in _in_force(GUARDS, numbers):
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
