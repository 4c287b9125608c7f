"""From a case and its limits to the lottery: as equal as the rules allow, in whole tickets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scheduler.check import unlawful
from scheduler.limits import Limit, wanted
from scheduler.lottery import Lottery, Method, Panel, order_of, whole_tickets
from scheduler.model import Case, Choice, ExpertId, SpecialityCode
from scheduler.solve.certify import certified, certified_single
from scheduler.solve.clash import NoPanel, clash_of
from scheduler.solve.collapse import World, collapse, one_seat
from scheduler.solve.excluded import excluded
from scheduler.solve.panels import leximin
from scheduler.solve.proof import Level
from scheduler.solve.single import completing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mixed:
    """Classes, panels over them and their weights, before they are tickets."""

    classes: tuple[tuple[ExpertId, ...], ...]
    panels: tuple[Panel, ...]
    weights: tuple[Fraction, ...]
    method: Method
    optimal: bool
    bound: Fraction
    levels: tuple[Level, ...] = ()


def make_lottery(
    case: Case,
    limits: Sequence[Limit],
    *,
    threads: int = 1,
    seconds: float | None = None,
    progress: Callable[[str], None] | None = None,
) -> Lottery:
    """The lottery over all lawful panels around the kept members. Raises NoPanel with the clash.

    `limits` hold S0 and S1 (else ValueError). The answer depends neither on the order of pool and seats nor
    on `threads`. With no open seat there is one empty panel and `bound` is 1; a single open seat gives
    everyone who completes the panel exactly the same chance and needs no solver. Every panel is counted
    against every limit before the lottery is handed out.
    """
    if not any(one_seat(limit) for limit in limits):
        raise ValueError("a lottery seats nobody twice: the limits lack S1")
    if sum(wanted(case).values()) - len(case.kept) == 1:
        return _single(case, limits)
    world = collapse(case, limits)
    mixed = _mixed(world, threads, seconds, progress)
    if mixed is None:
        raise NoPanel(clash_of(case, limits))
    panels, weights = zip(*sorted(zip(mixed.panels, mixed.weights, strict=True)), strict=True)
    people = (who for members in mixed.classes for who in members)
    examples = [_example(case, world.roles, mixed.classes, panel) for panel in panels[:3]]
    lottery = Lottery(
        roles=world.roles,
        kept=tuple(sorted(case.kept, key=order_of)),
        classes=mixed.classes,
        panels=panels,
        tickets=whole_tickets(weights),
        method=mixed.method,
        optimal=mixed.optimal,
        bound=mixed.bound,
        excluded=excluded(case, limits, people, examples),
    )
    for wrong in unlawful(lottery, limits):
        raise RuntimeError(f"panel {wrong.panel} of the lottery breaks {wrong.breach.limit.rule}")
    return certified(case, limits, world, lottery, mixed.levels)


def _single(case: Case, limits: Sequence[Limit]) -> Lottery:
    """One seat: whoever completes the panel, all as one class and so with exactly the same chance."""
    found = completing(case, limits)
    if found is None:
        raise NoPanel(clash_of(case, limits))
    lottery = Lottery(
        roles=tuple(wanted(case)),
        kept=tuple(sorted(case.kept, key=order_of)),
        classes=(found.people,),
        panels=(((0, found.role, 1),),),
        tickets=whole_tickets((Fraction(1),)),
        method=Method.RELAXATION,
        optimal=True,
        bound=Fraction(1, len(found.people)),
        excluded=found.excluded,
    )
    for wrong in unlawful(lottery, limits):
        raise RuntimeError(f"the one seat breaks {wrong.breach.limit.rule}")
    return certified_single(case, limits, lottery)


def _example(
    case: Case, roles: Sequence[SpecialityCode], classes: Sequence[tuple[ExpertId, ...]], panel: Panel
) -> tuple[Choice, ...]:
    """One whole panel of this make-up: the first members of every class."""
    taken: dict[int, int] = {}
    chosen = list(case.kept)
    for c, role, count in panel:
        first = taken.get(c, 0)
        taken[c] = first + count
        chosen += [Choice(expert=who, speciality=roles[role]) for who in classes[c][first : first + count]]
    return tuple(chosen)


def _mixed(
    world: World, threads: int, seconds: float | None, progress: Callable[[str], None] | None
) -> _Mixed | None:
    if world.problem is None:
        return None
    if world.open_seats == 0:
        return _certain((), (), Fraction(1))
    mix = leximin(world.problem, threads=threads, seconds=seconds, progress=progress)
    if mix is None:
        return None
    stays = sorted(set(range(len(world.classes))) - set(mix.unseatable))
    place = {c: i for i, c in enumerate(stays)}
    return _Mixed(
        classes=tuple(world.classes[c] for c in stays),
        panels=tuple(tuple((place[c], role, count) for c, role, count in panel) for panel in mix.panels),
        weights=tuple(Fraction(weight) for weight in mix.weights),
        method=Method(mix.method),
        optimal=mix.optimal,
        bound=mix.bound,
        levels=mix.levels,
    )


def _certain(classes: tuple[tuple[ExpertId, ...], ...], panel: Panel, bound: Fraction) -> _Mixed:
    """A lottery of a single panel over classes."""
    return _Mixed(
        classes=classes,
        panels=(panel,),
        weights=(Fraction(1),),
        method=Method.RELAXATION,
        optimal=True,
        bound=bound,
    )
