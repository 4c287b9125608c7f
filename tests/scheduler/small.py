"""Small worlds solved by listing every panel: what chances, exclusions and clashes are compared with."""

from itertools import combinations_with_replacement, product

from ortools.linear_solver import pywraplp

from tests.scheduler import plain
from tests.scheduler.worlds import choice

ORDER = ("R0", "R12", "R13", "L4", "L5", "L5c", "L3", "S1", "S0")


def able(case, code):
    """Ids of all who hold the seat's speciality."""
    return [e.id for e in case.pool if any(own.startswith(code) for own in e.specialities)]


def panels(case, numbers):
    """Every panel with the seats asked for, kept members in it, that breaks no rule of `numbers`."""
    asked = {}
    for seats in case.seats:
        asked[seats.speciality] = asked.get(seats.speciality, 0) + seats.count
    ways = []
    for code, count in sorted(asked.items()):
        kept = [k for k in case.kept if k.speciality == code]
        fill = combinations_with_replacement(able(case, code), count - len(kept))
        ways.append([(*kept, *(choice(who, code) for who in extra)) for extra in fill])
    for parts in product(*ways):
        panel = tuple(c for part in parts for c in part)
        if not plain.broken(case, numbers, panel):
            yield panel


def possible(case, numbers):
    """Whether there is a panel; without S0 always."""
    return "S0" not in numbers or next(panels(case, numbers), None) is not None


def seated(case, numbers):
    """Everyone on some panel, kept members apart."""
    kept = {k.expert for k in case.kept}
    return {c.expert for panel in panels(case, numbers) for c in panel} - kept


def blamed(case, numbers):
    """Who holds a seat's speciality but sits on no panel → the rules that alone would cure it, in order."""
    matching = {who for seats in case.seats for who in able(case, seats.speciality)}
    out = matching - seated(case, numbers) - {k.expert for k in case.kept}
    cures = {who: [] for who in out}
    for name in ORDER[:-1]:
        if name in numbers:
            without = {other: n for other, n in numbers.items() if other != name}
            for who in out & seated_anyhow(case, without):
                cures[who].append(name)
    upper = {name: n for name, n in numbers.items() if name not in ("S0", "L3")}
    for who in out:
        codes = [s.speciality for s in case.seats if who in able(case, s.speciality)]
        if any(not plain.broken(case, upper, (*case.kept, choice(who, code))) for code in codes):
            cures[who].append("S0")
    return cures


def seated_anyhow(case, numbers):
    """Like `seated`; where S1 is lifted, a person may sit beside himself."""
    return {c.expert for panel in panels(case, numbers) for c in panel}


def leximin(sets):
    """The leximin chances over lotteries on these sets of people, by the textbook: raise the smallest chance,
    fix who cannot rise above it without taking from those below, repeat. Floats, good to 1e-7."""
    people = sorted({who for some in sets for who in some})
    fixed = {}
    while len(fixed) < len(people):
        level = _best(sets, fixed, [who for who in people if who not in fixed], {})
        rest = {who: level for who in people if who not in fixed}
        stuck = [who for who in rest if _best(sets, fixed, [who], rest) < level + 1e-7]
        fixed.update(dict.fromkeys(stuck, level))
    return fixed


def _best(sets, fixed, raised, floors):
    """The largest t such that all of `raised` have at least t and nobody falls below `fixed` or `floors`."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    weights = [solver.NumVar(0, 1, "") for _ in sets]
    smallest = solver.NumVar(0, 1, "")
    solver.Add(sum(weights) == 1)
    for who in sorted({who for some in sets for who in some}):
        chance = sum(weight for weight, some in zip(weights, sets, strict=True) if who in some)
        if who in raised:
            solver.Add(chance >= smallest)
        else:
            solver.Add(chance >= {**floors, **fixed}[who] - 1e-9)
    solver.Maximize(smallest)
    assert solver.Solve() == pywraplp.Solver.OPTIMAL
    return solver.Objective().Value()
