"""Small worlds solved by listing every panel: what chances, exclusions and clashes are compared with."""

from itertools import combinations_with_replacement, product

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
