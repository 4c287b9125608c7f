"""How are many lots that share people filled quickly, and filled again without some of those people?

Lot after lot, at a glance or each by a programme of its own; where one finds nobody left, it goes first. What is
found is a proof that all can be filled; that nothing is found proves nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from scheduler.model import ExpertId
from scheduler.solve.collapse import World
from scheduler.solve.joint import People, Waiting, keep_rows, solved, variables_of
from scheduler.solve.quick import Quick

Filling = tuple[People, ...]  # the new people of every lot, in the order of the lots


class Ways:
    """Fillings of these lots."""

    def __init__(self, lots: Sequence[Waiting]) -> None:
        self._lots = lots
        self._beside = [
            [j for j, other in enumerate(lots) if j != i and one.overlaps(other)]
            for i, one in enumerate(lots)
        ]
        self._quick = [Quick.of(one.world) for one in lots]
        self._known: dict[tuple[int, People, People], People | None] = {}  # the same is asked again and again
        people = [len(each.people) for each in self._quick]
        self._order = sorted(range(len(lots)), key=lambda i: (people[i] / max(1, lots[i].seats), lots[i].lot))

    def first(self, barred: People = frozenset(), dear: People = frozenset()) -> Filling | None:
        """A filling in which near lots take nobody `barred`, and few of `dear` where there is a choice."""
        order = list(self._order)
        for _ in range(len(order) + 1):
            found: dict[int, People] = {}
            for lot in order:
                panel = self._panel(lot, found, barred, dear)
                if panel is None:
                    break
                found[lot] = panel
            else:
                return tuple(found[lot] for lot in range(len(self._lots)))
            if lot == order[0]:
                return None  # not even with everybody to choose from
            order.remove(lot)
            order.insert(0, lot)
        return None

    def around(self, filling: Filling, barred: People, dear: People = frozenset()) -> Filling | None:
        """The filling with only those near lots filled anew that have somebody `barred`."""
        found = dict(enumerate(filling))
        hit = [lot for lot in self._order if self._lots[lot].near and not found[lot].isdisjoint(barred)]
        for lot in hit:
            del found[lot]
        for lot in hit:
            panel = self._panel(lot, found, barred, dear)
            if panel is None:
                return None
            found[lot] = panel
        return tuple(found[lot] for lot in range(len(self._lots)))

    def near_people(self, filling: Filling) -> People:
        """Whom the near lots take in a filling."""
        return frozenset(
            who for one, panel in zip(self._lots, filling, strict=True) if one.near for who in panel
        )

    def _panel(self, lot: int, found: dict[int, People], barred: People, dear: People) -> People | None:
        one, people = self._lots[lot], self._quick[lot].people
        taken = one.gone.union(*(found[j] for j in self._beside[lot] if j in found))
        out = (taken | barred if one.near else taken) & people
        spare = dear & people if one.near else frozenset[ExpertId]()
        if (lot, out, spare) not in self._known:
            quick = self._quick[lot].panel(out, spare)
            self._known[lot, out, spare] = panel_of(one.world, out, spare) if quick is None else quick
        return self._known[lot, out, spare]


def panel_of(world: World, barred: People, dear: People = frozenset()) -> People | None:
    """Somebody for every open seat without `barred`, with as few of `dear` as possible; None: nobody can."""
    from ortools.sat.python import cp_model

    if world.problem is None:
        return None
    if world.open_seats == 0:
        return frozenset()
    model = cp_model.CpModel()
    seats: dict[int, list[Any]] = {}
    asked: list[tuple[list[ExpertId], list[Any]]] = []
    costs: list[Any] = []
    for c, variables in variables_of(world.problem).items():
        members = _cheap_first(world.classes[c], barred, dear)
        taken = [model.new_int_var(0, len(members), "") for _ in variables]
        for v, number in zip(variables, taken, strict=True):
            seats.setdefault(v, []).append(number)
        model.add(sum(taken) <= len(members))
        loved = sum(who in dear for who in members)
        if loved:
            cost = model.new_int_var(0, loved, "")
            model.add(cost >= sum(taken) - (len(members) - loved))
            costs.append(cost)
        asked.append((members, taken))
    keep_rows(model, world.problem, seats)
    if costs:
        model.minimize(sum(costs))
    solver = solved(model)
    if solver is None:
        return None
    return frozenset(
        who for members, taken in asked for who in members[: sum(solver.value(number) for number in taken)]
    )


def _cheap_first(members: Iterable[ExpertId], barred: People, dear: People) -> list[ExpertId]:
    return sorted((who for who in members if who not in barred), key=lambda who: (who in dear, who))
