"""Which experts does a POOL.csv name? (docs/formats/draw.md)"""

from collections.abc import Callable
from dataclasses import dataclass

from api.intake.faults import Findings
from api.intake.shapes import id_fault, optional_id_fault, region_fault, specialities_fault
from api.intake.sheets import Column, Row, Sheet, read_csv
from scheduler.model import Expert, ExpertId, OrgTag, RegionCode, SpecialityCode

COLUMNS = (
    Column(name="expert"),
    Column(name="region"),
    Column(name="employer"),
    Column(name="specialities"),
    Column(name="household", optional=True),
)
Check = Callable[[str], str | None]
_CHECKS: tuple[Check, ...] = (
    id_fault,
    region_fault,
    optional_id_fault,
    specialities_fault,
    optional_id_fault,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The experts whose rows are sound, in the order of the file, and all ids that some row bears."""

    experts: tuple[Expert, ...]
    named: frozenset[str]


def read_pool(data: bytes, findings: Findings) -> Pool | None:
    """The pool in the bytes of a CSV file; every fault is noted in `findings`. None: not a table at all."""
    sheet = read_csv(data, COLUMNS, findings)
    if sheet is None:
        return None
    checks = _remembering(sheet, findings)
    first: dict[str, int] = {}
    codes: dict[str, tuple[SpecialityCode, ...]] = {}
    experts: list[Expert] = []
    for row in sheet.rows:
        sound = False not in [check(row, i) for i, check in enumerate(checks)]
        expert = row.cells[0]
        if expert and first.setdefault(expert, row.number) != row.number:
            heading = sheet.headings[0]
            findings.note(row.number, heading, "intake.expert-twice", expert=expert, row=first[expert])
        elif sound:
            experts.append(_expert(row.cells, codes))
    return Pool(experts=tuple(experts), named=frozenset(first))


def _expert(cells: tuple[str, ...], codes: dict[str, tuple[SpecialityCode, ...]]) -> Expert:
    expert, region, employer, specialities, household = cells
    if specialities not in codes:
        codes[specialities] = tuple(SpecialityCode(code) for code in dict.fromkeys(specialities.split(";")))
    return Expert(
        id=ExpertId(expert),
        region=RegionCode(region),
        specialities=codes[specialities],
        employer=OrgTag(employer),
        household=household,
    )


def _remembering(sheet: Sheet, findings: Findings) -> list[Callable[[Row, int], bool]]:
    """The check of each column; it notes a fault and judges a text that it has seen no second time."""

    def judge(heading: str, check: Check) -> Callable[[Row, int], bool]:
        known: dict[str, str | None] = {}

        def one(row: Row, place: int) -> bool:
            text = row.cells[place]
            if text not in known:
                known[text] = check(text)
            code = known[text]
            if code is not None:
                findings.note(row.number, heading, code, found=text)
            return code is None

        return one

    def pass_over(row: Row, place: int) -> bool:
        return False

    return [
        pass_over if column.name in sheet.absent else judge(heading, check)
        for column, heading, check in zip(COLUMNS, sheet.headings, _CHECKS, strict=True)
    ]
