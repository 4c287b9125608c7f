"""Which lots does a batch file, or the booking form, describe? (docs/formats/lots.md)"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import TypeVar

from api.intake import cells
from api.intake.cells import Line, Unfit
from api.intake.faults import Findings
from api.intake.sheets import Column, Row, Sheet, read_sheet
from api.intake.world import seats as read_seats
from api.services.ordering import Draft
from scheduler.model import Category, LotId, RegionCode, Seats, SiteId

T = TypeVar("T")
COLUMNS = (
    Column(name="lot", zh="标段编号"),
    Column(name="project_code", zh="项目编号"),
    Column(name="project_name", zh="项目名称"),
    Column(name="category", zh="类别"),
    Column(name="region", zh="项目所在县"),
    Column(name="tenderee", zh="招标人"),
    Column(name="seats", zh="专业与人数"),
    Column(name="budget", zh="预算", optional=True),
    Column(name="owners", zh="招标人代表", optional=True),
    Column(name="reserve", zh="候补", optional=True),
    Column(name="recused", zh="回避单位", optional=True),
    Column(name="priority", zh="绿色通道", optional=True),
    Column(name="host_site", zh="主场", optional=True),
    Column(name="guest_sites_min", zh="客场至少", optional=True),
    Column(name="guest_sites_max", zh="客场至多", optional=True),
    Column(name="day", zh="日期", optional=True),
    Column(name="start", zh="开始", optional=True),
    Column(name="hours", zh="时长", optional=True),
)
LARGEST = 8 * 2**20  # bytes of a batch file
MOST = 1_000  # lots of one batch
_LOT = 64  # characters
_NAME = 200
_YUAN = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a lot may name."""

    regions: frozenset[str]
    organisations: frozenset[str] | None  # None: the pool owner knows them, only the shape is judged
    sites: frozenset[str]
    owners: frozenset[str]  # logins of owner representatives
    lots: frozenset[str] = frozenset()  # booked already


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The drafts of a file in the order of its rows, with the row of each and what columns are called there."""

    drafts: tuple[Draft, ...]
    rows: Mapping[LotId, int]
    headings: Mapping[str, str]


def read_batch(data: bytes, findings: Findings, known: Known) -> Batch:
    """The lots of a CSV file or workbook; every fault is noted, and with any the drafts are not to be used."""
    sheet = read_sheet(data, COLUMNS, findings)
    if sheet is None:
        return Batch(drafts=(), rows={}, headings={})
    first: dict[LotId, int] = {}
    drafts = []
    for row in sheet.rows:
        line = Line(COLUMNS, sheet, row, findings)
        draft = _draft(line, known)
        if draft.lot and first.setdefault(draft.lot, row.number) != row.number:
            line.fault("lot", "intake.record-twice", found=draft.lot, first=first[draft.lot])
        drafts.append(draft)
    if not drafts and not findings:
        findings.note(1, "-", "intake.lots-none")
    if len(drafts) > MOST:
        findings.note(MOST + 2, "-", "intake.lots-many", most=MOST)
    headings = {column.name: name for column, name in zip(COLUMNS, sheet.headings, strict=True)}
    return Batch(drafts=tuple(drafts), rows=first, headings=headings)


def read_form(typed: Mapping[str, str], findings: Findings, known: Known, names: Sequence[str]) -> Draft:
    """The draft of a booking form so far: of the columns `names` every fault is noted, the rest is not judged."""
    row = Row(1, tuple(typed.get(column.name, "") for column in COLUMNS))
    ignored = frozenset(column.name for column in COLUMNS if column.name not in names)
    headings = tuple(column.name for column in COLUMNS)
    return _draft(Line(COLUMNS, Sheet(headings=headings, absent=ignored, rows=(row,)), row, findings), known)


def _draft(line: Line, known: Known) -> Draft:
    least = line.take("guest_sites_min", _or(_few, 0), 0)
    most = line.take("guest_sites_max", _or(_few, None), None)
    if most is not None and most < least:
        line.fault("guest_sites_max", "intake.guests-order", found=most, least=least)
    return Draft(
        lot=LotId(line.take("lot", _new(known), "")),
        project_code=line.take("project_code", _words(_LOT), ""),
        project_name=line.take("project_name", _words(_NAME), ""),
        category=line.take("category", _category, ""),
        region=RegionCode(line.take("region", _among(known.regions, "intake.region-unknown"), "")),
        tenderee=line.take("tenderee", _organisation(known), ""),
        seats=line.take("seats", _seats, ()),
        budget=line.take("budget", _or(_yuan, None), None),
        owners=line.take("owners", _list(_among(known.owners, "intake.owner-unknown")), ()),
        reserve=line.take("reserve", _or(_reserve, None), None),
        recused=line.take("recused", _list(_organisation(known)), ()),
        green=line.take("priority", _or(_flag, False), False),
        host=line.take("host_site", _or(_site(known), None), None),
        guests_min=least,
        guests_max=most,
        day=line.take("day", _or(_day, None), None),
        start=line.take("start", _or(_clock, None), None),
        hours=line.take("hours", _or(_hours, 3), 3),
    )


def _or(read: Callable[[str], T], empty: T) -> Callable[[str], T]:
    """Like `read`, where an empty cell means `empty`."""
    return lambda text: read(text) if text else empty


def _new(known: Known) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(cells.identity(text)) > _LOT:
            raise Unfit("intake.lot-long", most=_LOT)
        if "/" in text or text in (".", ".."):
            raise Unfit("intake.lot-slash")
        if text in known.lots:
            raise Unfit("intake.lot-booked")
        return text

    return read


def _words(most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(clean := cells.words(text)) > most:
            raise Unfit("intake.words-long", most=most)
        return clean

    return read


def _among(names: frozenset[str], code: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if (clean := cells.words(text)) not in names:
            raise Unfit(code)
        return clean

    return read


def _organisation(known: Known) -> Callable[[str], str]:
    if known.organisations is None:
        return cells.organisation
    return _among(known.organisations, "intake.organisation-unknown")


def _list(read: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """Entries divided by `;`, or by lines and spaces in a form."""
    return lambda text: tuple(dict.fromkeys(read(one) for one in text.replace(";", " ").split()))


def _site(known: Known) -> Callable[[str], SiteId | None]:
    read = _among(known.sites, "intake.site-absent")
    return lambda text: SiteId(read(text))


def _category(text: str) -> str:
    if text not in set(Category):
        raise Unfit("intake.category", known=", ".join(Category))
    return text


def _seats(text: str) -> tuple[Seats, ...]:
    if not text:
        raise Unfit("intake.seats-list")
    return read_seats(text)


def _few(text: str) -> int:
    return cells.whole(text, 0, 99)


def _reserve(text: str) -> int | None:
    return cells.whole(text, 0, 9)


def _yuan(text: str) -> int | None:
    if not text.isdecimal() or not text.isascii() or int(text) > _YUAN:
        raise Unfit("intake.whole", least=0, most=_YUAN)
    return int(text)


def _flag(text: str) -> bool:
    if text not in ("0", "1", "是", "否"):
        raise Unfit("intake.priority")
    return text in ("1", "是")


def _day(text: str) -> date | None:
    return cells.day(text)


def _clock(text: str) -> time | None:
    return cells.clock(text)


def _hours(text: str) -> int:
    return cells.whole(text, 1, 12)
