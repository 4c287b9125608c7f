"""Which quotas and which people do CATEGORIES.csv and RESPONDENTS.csv name? (docs/formats/lottery.md)"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.intake.documents import LARGEST_WHOLE
from api.intake.faults import WHOLE, Findings
from api.intake.shapes import label_fault
from api.intake.sheets import Column, Row, Sheet, read_csv

_WHOLE = re.compile(r"[0-9]{1,16}")
_SHOWN = 8  # of the features a category has, that many are told beside an unknown one


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Of the people with this feature take at least `least` and at most `most`."""

    category: str
    feature: str
    least: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One respondent: a feature for every category, in the order of the categories."""

    id: str
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """The sound rows in the order of the file, and every feature that some row names, by category."""

    rows: tuple[Quota, ...]
    named: dict[str, frozenset[str]]


def read_categories(data: bytes, findings: Findings) -> Quotas | None:
    """The quotas in the bytes of a CSV file; every fault is noted. None: not a table at all."""
    sheet = read_csv(data, _category_columns, findings)
    if sheet is None:
        return None
    first: dict[tuple[str, str], int] = {}
    rows: list[Quota] = []
    for row in sheet.rows:
        names_sound = _labels_sound(sheet, row, findings, (0, 1))
        least, most = _number(sheet, row, 2, findings), _number(sheet, row, 3, findings)
        category, feature = row.cells[:2]
        if not names_sound:
            continue
        if first.setdefault((category, feature), row.number) != row.number:
            found = f"{category}:{feature}"
            place = first[category, feature]
            findings.note(row.number, sheet.headings[1], "intake.record-twice", found=found, first=place)
        elif least is not None and most is not None:
            if least > most:
                findings.note(row.number, sheet.headings[2], "intake.quota-order", least=least, most=most)
            rows.append(Quota(category=category, feature=feature, least=least, most=most))
    if not sheet.rows and not findings:
        findings.note(1, WHOLE, "intake.quotas-none")
    named: dict[str, set[str]] = {}
    for category, feature in first:
        named.setdefault(category, set()).add(feature)
    return Quotas(rows=tuple(rows), named={name: frozenset(some) for name, some in named.items()})


def _category_columns(header: Sequence[str]) -> tuple[Column, ...]:
    """Either form: `category,feature` or, as some files have it, `feature,value`."""
    other = "category" not in header and "value" in header
    names = ("feature", "value") if other else ("category", "feature")
    return tuple(Column(name=name) for name in (*names, "min", "max"))


def _labels_sound(sheet: Sheet, row: Row, findings: Findings, places: Sequence[int]) -> bool:
    sound = True
    for place in places:
        if sheet.headings[place] in sheet.absent:
            sound = False
        elif fault := label_fault(row.cells[place]):
            findings.note(row.number, sheet.headings[place], fault, found=row.cells[place])
            sound = False
    return sound


def _number(sheet: Sheet, row: Row, place: int, findings: Findings) -> int | None:
    text, heading = row.cells[place], sheet.headings[place]
    if heading in sheet.absent:
        return None
    if not _WHOLE.fullmatch(text) or int(text) > LARGEST_WHOLE:
        findings.note(row.number, heading, "intake.whole", found=text, least=0, most=LARGEST_WHOLE)
        return None
    return int(text)


def read_respondents(data: bytes, findings: Findings, quotas: Quotas | None) -> tuple[Person, ...] | None:
    """The people in the bytes of a CSV file; every fault is noted. None: not a table at all.

    They are named by the column `id`, else by the first column that is no category, else by their number
    from 1. Without `quotas` (unreadable) only the names are checked.
    """
    categories = tuple(quotas.named) if quotas else ()
    naming: list[str] = []

    def wanted(header: Sequence[str]) -> tuple[Column, ...]:
        others = [heading for heading in header if heading not in categories]
        naming.extend(["id"] if "id" in others else others[:1])
        return tuple(Column(name=name) for name in (*naming, *categories))

    sheet = read_csv(data, wanted, findings)
    if sheet is None:
        return None
    people: list[Person] = []
    first: dict[str, int] = {}
    for number, row in enumerate(sheet.rows, 1):
        who = row.cells[0] if naming else str(number)
        sound = not naming or _labels_sound(sheet, row, findings, (0,))
        if sound and first.setdefault(who, row.number) != row.number:
            findings.note(row.number, naming[0], "intake.record-twice", found=who, first=first[who])
        people.append(Person(id=who, features=row.cells[len(naming) :]))
        for note in _strangers(sheet, row, quotas, len(naming)):
            findings.note(row.number, note[0], "intake.feature-unknown", found=note[1], known=note[2])
    return tuple(people)


def _strangers(
    sheet: Sheet, row: Row, quotas: Quotas | None, skipped: int
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Category, feature and the features known, wherever a cell holds one that no quota names."""
    for heading, cell in zip(sheet.headings[skipped:], row.cells[skipped:], strict=True):
        if quotas and heading not in sheet.absent and cell not in quotas.named[heading]:
            known = sorted(quotas.named[heading])
            yield heading, cell, (*known[:_SHOWN], *(["…"] if len(known) > _SHOWN else []))
