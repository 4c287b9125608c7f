"""What is an alarm? A rule that refuses nothing: it names what comes too often across lots, for the supervisor to ask.

An alarm never touches a draw: no limit, no weight, no chance follows from it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from scheduler.limits import Declared, Fact, Words
from scheduler.model import ExpertId, LotId, RuleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One lot under names that last across lots: who sat to the end, who declined, for whom, who bid."""

    lot: LotId
    day: date
    experts: frozenset[ExpertId] = frozenset()
    declined: frozenset[ExpertId] = frozenset()
    tenderee: str = ""
    bidders: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Who came too often, the other side if there is one, and the lots of the busiest stretch of days."""

    experts: tuple[ExpertId, ...]
    other: str
    lots: tuple[LotId, ...]
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm(Declared):
    """A rule over many lots. `why` and `example` are its methodology for who reads the alarm."""

    why: Words
    example: Words
    finds: Callable[[Sequence[Meeting], Any], Iterable[Found]]

    def found(self, meetings: Sequence[Meeting], numbers: Mapping[str, int]) -> tuple[Found, ...]:
        """Everything this alarm names, the most frequent first."""
        each = self.finds(meetings, self.read(numbers))
        return tuple(sorted(each, key=lambda one: (-len(one.lots), one.experts, one.other)))


def alarm(
    id: str, *, title: Words, says: Words, params: type[Any], why: Words, example: Words
) -> Callable[[Callable[[Sequence[Meeting], Any], Iterable[Found]]], Alarm]:
    """Declare a generator of findings as an alarm."""

    def declare(finds: Callable[[Sequence[Meeting], Any], Iterable[Found]]) -> Alarm:
        return Alarm(
            id=RuleId(id),
            version=1,
            law="supervision practice: recurrence across lots",
            title=title,
            says=says,
            params=params,
            why=why,
            example=example,
            finds=finds,
        )

    return declare
