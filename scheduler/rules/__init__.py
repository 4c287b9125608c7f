"""Which rules are there, in reading order, and what limits do they set in a case?"""

from itertools import chain

from scheduler.limits import Declared, Guard, Limit, Numbers, Rule
from scheduler.model import Case, RuleId
from scheduler.rules import composition, eligibility, load, place, recusal

RULES: tuple[Rule, ...] = (
    composition.seats_asked_for,
    composition.one_person_one_seat,
    eligibility.under_age,
    eligibility.certificate_valid,
    eligibility.in_good_standing,
    load.free_that_day,
    recusal.recused,
    recusal.worked_for_a_bidder,
    recusal.works_for_the_tenderee,
    recusal.works_in_a_bidders_group,
    recusal.same_employer,
    recusal.same_household,
    place.off_site,
    place.host_county,
    place.same_county,
    place.same_city,
    place.venue_in_own_city,
    place.workstations,
)
GUARDS: tuple[Guard, ...] = (
    composition.odd_and_large_enough,
    composition.owners_at_most_a_share,
    composition.owners_at_most,
)
DECLARED: dict[RuleId, Declared] = {declared.id: declared for declared in chain(GUARDS, RULES)}
BESIDE: dict[RuleId, Declared] = {load.KEPT_FOR_OTHERS.id: load.KEPT_FOR_OTHERS}  # no pack switches these on

# Which rule is named first when someone cannot sit: grounds in the person, then in the company of others,
# then in the seats (the order of docs/formats/draw.md, with the service's personal rules after R0).
BLAME: tuple[RuleId, ...] = tuple(
    RuleId(name)
    for names in ("R0 R1 R10 R11 E2 E3 E4 E5 L6", "R12 R13 L4 L5 L5c L3 L7 F6 S1 S0")
    for name in names.split()
)


def limits(case: Case, numbers: Numbers) -> tuple[Limit, ...]:
    """Every limit of the case, by rule in reading order; a rule absent from `numbers` does not run.

    Raises Refused("numbers") when a rule's numbers are not those it asks for.
    """
    return tuple(
        limit for rule in RULES if rule.id in numbers for limit in rule.limits(case, numbers[rule.id])
    )


def refuse(case: Case, numbers: Numbers) -> None:
    """Raise Refused(id, **facts) for the first guard (C1 …) that the request breaks."""
    for guard in GUARDS:
        if guard.id in numbers:
            guard.check(case, numbers[guard.id])


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
