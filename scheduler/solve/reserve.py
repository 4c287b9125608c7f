"""Whom must a draw leave aside so that lots booked earlier stay possible? Limits, and no more than needed.

A reservation says "of these people at most so many". Three tiers, each safe: as many ways to fill the others as
the draw has seats, plus one, with nobody of the draw's own in common, need no reservation at all; few lots are
settled exactly, by attack (look for a panel that every known way would miss; if the others cannot be filled
around it, forbid what made it so); many scarce lots get one limit over the people of the ways that were found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scheduler.errors import Refused
from scheduler.limits import Limit
from scheduler.model import Case, ExpertId
from scheduler.rules.load import KEPT_FOR_OTHERS
from scheduler.solve.collapse import World, collapse
from scheduler.solve.joint import Joint, People, Waiting, keep_rows, solved, variables_of
from scheduler.solve.ways import Filling, Ways, panel_of

RESERVED = KEPT_FOR_OTHERS.id
_EXACT = 400  # classes of all lots together that are settled exactly
_EFFORT = 4000  # classes times exact programmes spent on one draw before the last tier


def reserved(case: Case, limits: Iterable[Limit], others: Sequence[Waiting]) -> tuple[Limit, ...]:
    """Limits for this draw after which the others can be drawn together, whatever panel it gives.

    Where the others are few a panel that leaves them possible is never forbidden. Where every panel of the case
    would make them impossible the limits leave none, and the clash names F6. Raises Refused("reserve") when the
    others cannot be filled even if nobody is drawn here.
    """
    own = tuple(limits)
    world = collapse(case, own)
    draw = _Draw(
        case=case,
        own=own,
        world=world,
        gone=frozenset(choice.expert for choice in case.kept),
        able=frozenset(who for members in world.classes for who in members),
    )
    if world.problem is None or not others:
        return ()
    ways = Ways(others)
    found = _apart(ways, draw.gone, draw.able, world.open_seats + 1)
    if len(found) > world.open_seats:  # nobody in common: one panel cannot take somebody out of each
        return ()
    few = _entangled(others, ways, found, draw.able)
    effort = _Effort(few)
    if effort.size <= _EXACT or not found:
        try:
            return _attacked(draw, effort, Ways(few), bounded=bool(found))
        except _TooMuch:
            pass
    return _shared(draw, others, ways, found) or _attacked(draw, _Effort(others), ways, bounded=False)


def protected(others: Sequence[Waiting]) -> tuple[Waiting, ...]:
    """All of these if they can be filled together; else, in their order, each that can be beside those before it.

    Who is named first goes first. Among too many for an exact answer a lot that is not found a place counts as
    impossible, which gives up its protection and never the draw's.
    """
    if together(others):
        return tuple(others)
    kept: list[Waiting] = []
    for one in others:
        if together([*kept, one]):
            kept.append(one)
    return tuple(kept)


def together(lots: Sequence[Waiting]) -> bool:
    """Whether a way to fill all of these is found; for few lots no way found means that there is none."""
    if not lots or Ways(lots).first() is not None:
        return True
    return (
        sum(len(lot.world.classes) for lot in lots) <= _EXACT and Joint(lots).filled(frozenset()) is not None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draw:
    """The draw that must leave the others possible."""

    case: Case
    own: tuple[Limit, ...]
    world: World
    gone: People  # sit already: near lots cannot have them
    able: People  # whom this draw could take


class _TooMuch(Exception):
    """The exact way is too long for so many lots."""


class _Effort:
    """The exact answer for some lots, and what it has cost so far."""

    def __init__(self, lots: Sequence[Waiting]) -> None:
        self.lots = tuple(lots)
        self.joint = Joint(lots)
        self.mark, self.people = self.joint.mark, self.joint.people
        self.size = sum(len(lot.world.classes) for lot in lots)
        self.left: int | None = None  # exact programmes; None: as many as it takes

    def filled(self, without: People, *, sparing: People = frozenset()) -> People | None:
        """See Joint.filled. Raises _TooMuch."""
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise _TooMuch
        return self.joint.filled(without, sparing=sparing)


def _apart(ways: Ways, gone: People, able: People, wanted: int) -> list[Filling]:
    """Up to so many fillings of which no two share anybody of `able`."""
    first = ways.first(gone, able) or ways.first(gone)
    found = [] if first is None else [first]
    barred = gone
    while found and len(found) < wanted:
        barred |= ways.near_people(found[-1]) & able
        way = ways.around(found[-1], barred, able) or ways.first(barred, able)
        if way is None:
            break
        found.append(way)
    return found


def _entangled(
    others: Sequence[Waiting], ways: Ways, found: Sequence[Filling], able: People
) -> Sequence[Waiting]:
    """The lots to settle. Where they are too many, those whose panel this draw cannot touch stay as first filled."""
    if not found or sum(len(lot.world.classes) for lot in others) <= _EXACT:
        return others
    filling = found[0]
    fixed = [i for i, panel in enumerate(filling) if panel.isdisjoint(able) or not others[i].near]
    touched = ways.near_people(filling) & able
    fixed = [i for i in fixed if others[i].near or filling[i].isdisjoint(touched)]
    return [
        replace(one, gone=one.gone.union(*(filling[i] for i in fixed if others[i].overlaps(one))))
        for at, one in enumerate(others)
        if at not in fixed
    ]


def _shared(
    draw: _Draw, others: Sequence[Waiting], ways: Ways, found: Sequence[Filling]
) -> tuple[Limit, ...]:
    """One limit over whom these ways take: with one fewer of them than there are ways, one way stays whole.

    Where that leaves no panel here, the ways are sought around a panel of this draw. Empty: none were found.
    """
    limit = _limit(_near(ways, found, draw.able), len(found) - 1)
    if panel_of(collapse(draw.case, (*draw.own, limit)), frozenset()) is not None:
        return (limit,)
    near = [one for one in others if one.near]
    mine = Waiting(
        lot=draw.case.lot,
        world=draw.world,
        starts=min(one.starts for one in near),
        ends=max(one.ends for one in near),
    )
    together = Ways([*others, mine]).first(draw.gone)
    if together is None:
        return ()
    beside = _apart(ways, draw.gone | together[-1], draw.able, draw.world.open_seats + 1)
    return (_limit(_near(ways, beside, draw.able), len(beside) - 1),) if beside else ()


def _near(ways: Ways, found: Iterable[Filling], able: People) -> People:
    return frozenset[ExpertId]().union(*(ways.near_people(filling) & able for filling in found))


def _limit(people: People, most: int) -> Limit:
    return Limit(
        rule=RESERVED,
        experts=tuple(sorted(people)),
        roles=None,
        least=0,
        most=most,
        facts={"most": most, "people": len(people)},
    )


def _attacked(draw: _Draw, effort: _Effort, ways: Ways, *, bounded: bool) -> tuple[Limit, ...]:
    """The exact limits for the lots of `effort`. Raises _TooMuch where `bounded`, Refused("reserve")."""
    effort.left = max(3, _EFFORT // max(1, effort.size)) if bounded else None
    filling = ways.first(draw.gone, draw.able)
    known = [] if filling is None else [ways.near_people(filling)]
    if filling is None:
        first = effort.filled(draw.gone)
        if first is None:
            raise Refused("reserve", lots=sorted(lot.lot for lot in effort.lots))
        known.append(first)
    found: list[Limit] = []
    while (panel := _missing_all(collapse(draw.case, (*draw.own, *found)), known)) is not None:
        around = ways.around(filling, draw.gone | panel, draw.able) if filling else None
        way = ways.near_people(around) if around else None
        way = way or effort.filled(draw.gone | panel, sparing=frozenset().union(*known))
        if way is not None:
            known.append(way)
            continue
        core = _needed(effort, draw.gone, panel)
        able = [who for who in sorted(draw.able) if who not in draw.gone]
        whom = _widened(effort, draw.gone, core, able, known)
        found.append(_limit(whom, len(core) - 1))
    return tuple(found)


def _needed(joint: _Effort, gone: People, panel: People) -> People:
    """The part of a fatal panel that is fatal by itself; without any one of it the others are possible."""
    core = panel & joint.people
    for who in sorted(core):
        if joint.filled(gone | (core - {who})) is None:
            core -= {who}
    return core


def _widened(
    joint: _Effort, gone: People, core: People, able: Iterable[ExpertId], known: list[People]
) -> People:
    """All of whom so many as the core has are as fatal: the others need one more of every one added."""
    whom, need = core, 1
    alike: dict[tuple[int, ...], list[ExpertId]] = {}
    for who in able:
        if who in joint.people and who not in core:
            alike.setdefault(joint.mark[who], []).append(who)
    near = {joint.mark[who] for who in core}
    for mark in sorted(alike, key=lambda mark: (mark not in near, mark)):
        members = alike[mark]
        for size in dict.fromkeys(
            (len(members), 1)
        ):  # all of them at once, else one by one until one is too many
            for at in range(0, len(members), size):
                wider = whom | frozenset(members[at : at + size])
                more = need + len(wider) - len(whom)
                if wider == whom or any(len(way & wider) < more for way in known):
                    break
                way = joint.filled(gone, sparing=wider)
                if way is None or len(way & wider) < more:
                    known += [] if way is None else [way]
                    break
                whom, need = wider, more
    return whom


def _missing_all(world: World, known: Sequence[People]) -> People | None:
    """A panel of the case that takes somebody out of every known way; None: there is none."""
    from ortools.sat.python import cp_model

    if world.problem is None or world.open_seats == 0:
        return None
    model = cp_model.CpModel()
    hits: list[list[Any]] = [[] for _ in known]
    seats: dict[int, list[Any]] = {}
    asked: list[tuple[list[ExpertId], list[Any]]] = []
    for c, variables in variables_of(world.problem).items():
        parts: dict[tuple[int, ...], list[ExpertId]] = {}
        for who in world.classes[c]:
            parts.setdefault(tuple(i for i, way in enumerate(known) if who in way), []).append(who)
        for ways, members in parts.items():
            taken = [model.new_int_var(0, len(members), "") for _ in variables]
            model.add(sum(taken) <= len(members))
            asked.append((members, taken))
            for v, number in zip(variables, taken, strict=True):
                seats.setdefault(v, []).append(number)
            for i in ways:
                hits[i] += taken
    for some in hits:
        model.add(sum(some) >= 1)
    keep_rows(model, world.problem, seats)
    solver = solved(model)
    if solver is None:
        return None
    return frozenset(
        who for members, taken in asked for who in members[: sum(solver.value(number) for number in taken)]
    )
