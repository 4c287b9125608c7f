"""Who of a large pool could take a seat on a day? Arrays made once, asked in milliseconds; never a name."""

from collections.abc import Collection, Sequence
from datetime import date

import numpy as np

from scheduler.model import Expert, OrgTag, SpecialityCode, Standing
from scheduler.rules.day import covers
from scheduler.rules.place import city
from scheduler.solve.problem import Ints


class Supply:
    """A pool by speciality. Standing, certificate and leave are asked; what only a draw knows is not."""

    def __init__(self, people: Sequence[Expert]) -> None:
        self.people = tuple(people)
        self._by_code: dict[SpecialityCode, list[int]] = {}
        for at, expert in enumerate(self.people):
            for code in expert.specialities:
                self._by_code.setdefault(code, []).append(at)
        self._sound = np.array([e.standing is Standing.GOOD and not e.penalised for e in self.people], bool)
        self._until = np.array([_last(e.certificate_until) for e in self.people], np.int64)
        self._away = [at for at, e in enumerate(self.people) if e.away]
        self._city = np.array([int(city(e.region) or 0) for e in self.people], np.int64)
        self._employer: dict[OrgTag, list[int]] = {}
        for at, expert in enumerate(self.people):
            self._employer.setdefault(expert.employer, []).append(at)
        self._roles: dict[SpecialityCode, Ints] = {}

    def able(self, role: SpecialityCode, day: date, without: Collection[OrgTag] = ()) -> Ints:
        """Positions of who has the speciality, may sit that day and works for none of these, in order."""
        found = self._role(role)
        found = found[self._sound[found] & (self._until[found] >= day.toordinal())]
        out = {at for at in self._away if any(covers(span, day) for span in self.people[at].away)}
        out |= {at for each in without for at in self._employer.get(each, ())}
        return found[~np.isin(found, sorted(out))] if out else found

    def few(self, positions: Ints, cities: Collection[str], most: int) -> list[int]:
        """At most so many of these people from each of these cities, spread over them."""
        found: list[int] = []
        here = self._city[positions]
        for name in sorted(cities):
            own = positions[here == int(name)]
            step = max(1, -(-len(own) // most))
            found += own[::step].tolist()
        return found

    def _role(self, role: SpecialityCode) -> Ints:
        """Everybody with a code that begins with the role's."""
        if role not in self._roles:
            held = {at for code, some in self._by_code.items() if code.startswith(role) for at in some}
            self._roles[role] = np.array(sorted(held), dtype=np.int64)
        return self._roles[role]


def _last(day: date | None) -> int:
    return (day or date.max).toordinal()
