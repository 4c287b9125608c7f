"""Which records does a register file hold? (docs/formats/registers.md)"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

from api.intake import cells, ties
from api.intake.cells import Line
from api.intake.faults import Findings
from api.intake.records import (
    ExpertRecord,
    OrganisationRecord,
    RegionRecord,
    Registers,
    SiteRecord,
    SpecialityRecord,
    WorkstationRecord,
)
from api.intake.sheets import Column, read_sheet
from scheduler.model import Job, OrgTag, RegionCode, Relation, SiteId, SpecialityCode, Standing, Travel

Record = RegionRecord | SpecialityRecord | OrganisationRecord | SiteRecord | ExpertRecord | Travel


class Kind(StrEnum):
    """The registers, in the order in which they must be imported: later ones name earlier ones."""

    REGIONS = "regions"
    SPECIALITIES = "specialities"
    ORGANISATIONS = "organisations"
    SITES = "sites"
    EXPERTS = "experts"
    TRAVEL = "travel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the registers hold already; a file may name these and its own records, nothing else."""

    regions: frozenset[str] = frozenset()
    specialities: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    experts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The columns of a register and how one row becomes a record; the first column is the key."""

    columns: tuple[Column, ...]
    read: Callable[[Line, Known], Record]
    review: Callable[[list[tuple[Line, Any]], Known], None] = lambda records, known: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a register file holds: its records, the row of each key and the file's heading of each column."""

    records: Registers
    rows: Mapping[str, int]
    headings: Mapping[str, str]


def read_register(kind: Kind, data: bytes, findings: Findings, known: Known) -> Reading:
    """The records of a CSV file or workbook in the order of its rows; every fault is noted in `findings`.

    With any fault noted the records are not to be used.
    """
    form = FORMS[kind]
    sheet = read_sheet(data, form.columns, findings)
    if sheet is None:
        return Reading(records=Registers(), rows={}, headings={})
    key = form.columns[0].name
    first: dict[str, int] = {}
    read: list[tuple[Line, Record]] = []
    for row in sheet.rows:
        line = Line(form.columns, sheet, row, findings)
        record = form.read(line, known)
        if row.cells[0] and first.setdefault(row.cells[0], row.number) != row.number:
            line.fault(key, "intake.record-twice", found=row.cells[0], first=first[row.cells[0]])
        read.append((line, record))
    form.review(read, known)
    headings = {column.name: name for column, name in zip(form.columns, sheet.headings, strict=True)}
    records: dict[str, Any] = {kind.value: tuple(record for _, record in read)}
    return Reading(records=Registers(**records), rows=first, headings=headings)


def _region(line: Line, known: Known) -> RegionRecord:
    return RegionRecord(
        code=line.take("code", cells.region, RegionCode("")),
        name=line.take("name", cells.words, ""),
        city=line.take("city", cells.words, ""),
        tile_x=line.take("tile_x", lambda text: cells.whole(text, 0, 999), 0),
        tile_y=line.take("tile_y", lambda text: cells.whole(text, 0, 999), 0),
        desk_phone=line.take("desk_phone", cells.or_empty(cells.phone), ""),
        desk_email=line.take("desk_email", cells.or_empty(cells.email), ""),
        desk_hours=line.take("desk_hours", cells.or_empty(cells.hours), ""),
    )


def _review_regions(records: list[tuple[Line, RegionRecord]], known: Known) -> None:
    tiles: dict[tuple[int, int], int] = {}
    for line, record in records:
        tile = record.tile_x, record.tile_y
        if line.sound and tiles.setdefault(tile, line.number) != line.number:
            line.fault("tile_x", "intake.tile-twice", x=tile[0], y=tile[1], first=tiles[tile])


def _speciality(line: Line, known: Known) -> SpecialityRecord:
    code = line.take("code", cells.listed_speciality, SpecialityCode(""))
    level = line.take("level", lambda text: cells.whole(text, 1, 4), 0)
    if line.sound and level != len(code) // 2 + 1:
        line.fault("level", "intake.level", found=level, code=code, level=len(code) // 2 + 1)
    return SpecialityRecord(code=code, level=level, name=line.take("name", cells.words, ""))


def _review_specialities(records: list[tuple[Line, SpecialityRecord]], known: Known) -> None:
    codes = known.specialities | {record.code for _, record in records}
    for line, record in records:
        if len(record.code) > 1 and record.code[:-2] not in codes:
            line.fault("code", "intake.parent-unknown", code=record.code, parent=record.code[:-2])


def _organisation(line: Line, known: Known) -> OrganisationRecord:
    return OrganisationRecord(
        code=line.take("code", cells.organisation, OrgTag("")),
        name=line.take("name", cells.words, ""),
        parent=line.take("parent", cells.optional_organisation, ""),
        controllers=line.take("controllers", ties.controllers, ()),
    )


def _review_organisations(records: list[tuple[Line, OrganisationRecord]], known: Known) -> None:
    parents = {record.code: record.parent for _, record in records}
    for line, record in records:
        if record.parent and record.parent not in known.organisations and record.parent not in parents:
            line.fault("parent", "intake.organisation-unknown", found=record.parent)
        for over in record.controllers:
            if over.org == record.code:
                line.fault("controllers", "intake.organisation-circle", found=over.org)
            elif over.org not in known.organisations and over.org not in parents:
                line.fault("controllers", "intake.organisation-unknown", found=over.org)
        above, seen = record.parent, {record.code}
        while above and above not in seen:
            seen.add(above)
            above = parents.get(above, "")
        if above and above == record.code:
            line.fault("parent", "intake.organisation-circle", found=record.parent)


def _site(line: Line, known: Known) -> SiteRecord:
    opens = line.take("opens", cells.clock, time(0))
    closes = line.take("closes", cells.clock, time(23, 59))
    if opens >= closes:
        line.fault("closes", "intake.closes", opens=opens.isoformat("minutes"))
    rooms: dict[str, int] = line.take("rooms", cells.rooms, {})
    broken: cells.Broken = line.take("broken", cells.broken, {})
    for room, number in broken:
        if line.sound and number > rooms.get(room, 0):
            line.fault("broken", "intake.workstation-unknown", room=room, number=number)
    return SiteRecord(
        site=SiteId(line.take("site", cells.identity, "")),
        name=line.take("name", cells.words, ""),
        region=_known_region(line, known),
        opens=opens,
        closes=closes,
        workstations=tuple(
            WorkstationRecord(room=room, number=number, broken=broken.get((room, number), ()))
            for room, count in rooms.items()
            for number in range(1, count + 1)
        ),
        booth=line.take("booth", cells.booth, None),
    )


def _expert(line: Line, known: Known) -> ExpertRecord:
    number = line.take("id_number", cells.person, "")
    born = line.take("born", cells.day, date.min)
    if line.sound and cells.born_by(number) != born:
        line.fault("born", "intake.born", found=born, said=cells.born_by(number))
    specialities: tuple[SpecialityCode, ...] = line.take("specialities", cells.specialities, ())
    for code in specialities:
        if code not in known.specialities:
            line.fault("specialities", "intake.speciality-unknown", found=code)
    employer = line.take("employer", cells.optional_organisation, "")
    jobs: tuple[Job, ...] = line.take("jobs", ties.jobs, ())
    relations: tuple[Relation, ...] = line.take("relations", ties.relations, ())
    named = [("employer", employer)] if employer else []
    named += [("jobs", job.org) for job in jobs] + [("relations", held.org) for held in relations]
    for column, org in named:
        if org not in known.organisations:
            line.fault(column, "intake.organisation-unknown", found=org)
    return ExpertRecord(
        expert=line.take("expert", cells.identity, ""),
        name=line.take("name", cells.words, ""),
        id_number=number,
        phone=line.take("phone", cells.phone, ""),
        born=born,
        region=_known_region(line, known),
        employer=employer,
        title=line.take("title", cells.words, ""),
        specialities=specialities,
        household=line.take("household", cells.optional_identity, ""),
        kin=line.take("kin", cells.ids, ()),
        certificate_until=line.take("certificate_until", cells.day, date.min),
        standing=line.take("standing", cells.standing, Standing.GOOD),
        leave=line.take("leave", cells.spans, ()),
        jobs=jobs,
        senior=line.take("senior", cells.answer, None),
        practising_since=line.take("practising_since", cells.optional_day, None),
        trained_until=line.take("trained_until", cells.optional_day, None),
        penalised=line.take("penalised", cells.answer, None) is True,
        relations=relations,
        key=line.take("key", cells.optional_key, ""),
    )


def _review_experts(records: list[tuple[Line, ExpertRecord]], known: Known) -> None:
    here = {record.expert for _, record in records}
    persons: dict[str, int] = {}
    for line, record in records:
        number = record.id_number
        if number and persons.setdefault(number, line.number) != line.number:
            line.fault("id_number", "intake.person-twice", first=persons[number])
        for other in record.kin:
            if other == record.expert or (other not in here and other not in known.experts):
                line.fault("kin", "intake.kin-unknown", found=other)


def _travel(line: Line, known: Known) -> Travel:
    one, other = line.take("counties", cells.pair, (RegionCode(""), RegionCode("")))
    for found in (one, other):
        if found and found not in known.regions:
            line.fault("counties", "intake.region-unknown", found=found)
    minutes = line.take("minutes", lambda text: cells.whole(text, 1, 9999), 0)
    return Travel(one=one, other=other, minutes=minutes)


def _review_travel(records: list[tuple[Line, Travel]], known: Known) -> None:
    """A pair stands once, whichever county is named first."""
    pairs: dict[tuple[str, str], int] = {}
    for line, record in records:
        pair = record.one, record.other
        if line.sound and pairs.setdefault(pair, line.number) != line.number:
            line.fault("counties", "intake.record-twice", found="-".join(pair), first=pairs[pair])


def _known_region(line: Line, known: Known) -> RegionCode:
    found = line.take("region", cells.region, RegionCode(""))
    if found and found not in known.regions:
        line.fault("region", "intake.region-unknown", found=found)
    return found


def _columns(required: Mapping[str, str], **optional: str) -> tuple[Column, ...]:
    return tuple(
        [Column(name=name, zh=zh) for name, zh in required.items()]
        + [Column(name=name, zh=zh, optional=True) for name, zh in optional.items()]
    )


FORMS: Mapping[Kind, Form] = {
    Kind.REGIONS: Form(
        columns=_columns(
            {"code": "区划代码", "name": "名称", "city": "城市", "tile_x": "图格列", "tile_y": "图格行"},
            desk_phone="服务电话",
            desk_email="服务邮箱",
            desk_hours="服务时间",
        ),
        read=_region,
        review=_review_regions,
    ),
    Kind.SPECIALITIES: Form(
        columns=_columns({"code": "专业代码", "level": "级别", "name": "名称"}),
        read=_speciality,
        review=_review_specialities,
    ),
    Kind.ORGANISATIONS: Form(
        columns=_columns(
            {"code": "统一社会信用代码", "name": "名称"}, parent="控股单位", controllers="历任控股单位"
        ),
        read=_organisation,
        review=_review_organisations,
    ),
    Kind.SITES: Form(
        columns=_columns(
            {"site": "场所编号", "name": "名称", "region": "区划代码", "opens": "开门", "closes": "关门"}
            | {"rooms": "评标室工位"},
            broken="故障设备",
            booth="评标舱",
        ),
        read=_site,
    ),
    Kind.EXPERTS: Form(
        columns=_columns(
            {"expert": "专家编号", "name": "姓名", "id_number": "身份证号", "phone": "电话"}
            | {"born": "出生日期", "region": "区划代码", "title": "职称", "specialities": "专业代码"}
            | {"certificate_until": "证书有效期至"},
            employer="工作单位",
            household="户号",
            kin="亲属",
            standing="状态",
            leave="请假",
            jobs="工作经历",
            senior="高级职称",
            practising_since="从业起始日",
            trained_until="培训有效期至",
            penalised="招投标违法处罚",
            relations="利害关系",
            key="长期公钥",
        ),
        read=_expert,
        review=_review_experts,
    ),
    Kind.TRAVEL: Form(
        columns=_columns({"counties": "区县对", "minutes": "路程分钟"}),
        read=_travel,
        review=_review_travel,
    ),
}
