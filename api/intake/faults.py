"""What is wrong with a file, where, and what was expected there?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from api.words import say, shown

WHOLE = "-"  # stands in the column's place when a fault concerns no one column
MOST = 100_000  # beyond this many a file is rubbish and the rest is counted no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: `row` from 1 (a table's header is row 1; a document's line), `column` a name or pointer."""

    file: str
    row: int
    column: str
    code: str  # a sentence of api/words
    facts: Mapping[str, Any]

    def says(self, lang: str) -> str:
        """What is wrong and what was expected, in one sentence."""
        return say(self.code, lang, **{name: _told(fact) for name, fact in self.facts.items()})

    def line(self, lang: str) -> str:
        """`file:row:column: sentence`, on one line whatever the file held."""
        place = f"{shown(self.file, 4096)}:{self.row}:{shown(self.column) or WHOLE}"
        return f"{place}: {self.says(lang)}"


class Faults(Exception):
    """All faults of one or more files; nothing of those files was taken."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults")


class Findings:
    """The faults of one file, gathered while it is read."""

    __slots__ = ("_faults", "file")

    def __init__(self, file: str) -> None:
        self.file = file
        self._faults: list[Fault] = []

    def note(self, row: int, column: str, code: str, /, **facts: Any) -> None:
        """Remember one fault; of more than MOST only the fact that there are more."""
        if len(self._faults) > MOST:
            return
        if len(self._faults) == MOST:
            code, facts = "intake.too-many", {"most": MOST}
        held = MappingProxyType(facts)
        self._faults.append(Fault(file=self.file, row=row, column=column, code=code, facts=held))

    def in_order(self) -> list[Fault]:
        """The faults by row, in the order found within a row."""
        return sorted(self._faults, key=lambda fault: fault.row)

    def __bool__(self) -> bool:
        return bool(self._faults)


def refuse(*findings: Findings) -> None:
    """Raise Faults with everything found in all files; do nothing when nothing was."""
    found = [fault for one in findings for fault in one.in_order()]
    if found:
        raise Faults(found)


def _told(fact: Any) -> Any:
    if isinstance(fact, tuple | list | frozenset):
        return ", ".join(shown(one) for one in fact)
    return fact if isinstance(fact, int) else shown(fact)
