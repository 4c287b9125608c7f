"""Which days of lots does a WORLD folder describe? (docs/formats/plan.md)"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time
from pathlib import Path
from typing import TypeVar

from api.intake.cells import Line, Unfit, identity, region, whole
from api.intake.faults import Findings, refuse
from api.intake.pool import Pool, read_pool
from api.intake.shapes import seat_fault
from api.intake.sheets import Column, read_csv
from api.intake.sources import load
from scheduler.model import ExpertId, LotId, RegionCode, Seats, SiteId, SpecialityCode
from scheduler.timetable import Bounds, Days, Lot, Site, Window, WindowId

T = TypeVar("T")
SITES = tuple(Column(name=name) for name in ("site", "region", "seats"))
WINDOWS = tuple(Column(name=name) for name in ("window", "day", "start", "end"))
_BOUNDS = ("offsite_min", "same_employer_max", "same_region_max", "host_region_max")
LOTS = (
    *(Column(name=name) for name in ("lot", "region", "host_site", "seats")),
    Column(name="owner_reps", optional=True),
    *(Column(name=name) for name in ("windows", "guest_sites_min", "guest_sites_max", *_BOUNDS)),
    Column(name="priority", optional=True),
    Column(name="frozen", optional=True),
)
RECUSALS = tuple(Column(name=name) for name in ("lot", "expert"))
BUSY = tuple(Column(name=name) for name in ("expert", "window"))
LARGEST = 999_999_999
_UNREADABLE = {
    f"intake.{code}" for code in ("file-nul", "file-not-utf8", "csv-open", "csv-quote", "csv-after")
}
MOST_OF_AN_ENTRY = 99
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}")


@dataclass(slots=True, kw_only=True)
class _Table:
    """One file of the folder while it is read: its findings, and the row in which each id stands."""

    findings: Findings
    columns: tuple[Column, ...]
    named: dict[str, int] = field(default_factory=dict)
    read: bool = False

    def lines(self, data: bytes | None) -> Iterator[Line]:
        sheet = None if data is None else read_csv(data, self.columns, self.findings)
        lost = any(fault.code in _UNREADABLE for fault in self.findings.in_order())
        self.read = sheet is not None and not lost and self.columns[0].name not in sheet.absent
        for row in sheet.rows if sheet is not None else ():
            yield Line(self.columns, sheet, row, self.findings) if sheet is not None else _never()

    def once(self, line: Line) -> str:
        """The id in the first column, which no earlier row bears."""
        name = self.columns[0].name
        found = line.take(name, identity, "")
        if found and self.named.setdefault(found, line.number) != line.number:
            line.fault(name, "intake.record-twice", found=found, first=self.named[found])
        return found

    def known(self, text: str) -> bool:
        """Whether some row bears this id; yes to everything where not all of the file could be read."""
        return not self.read or text in self.named


def _never() -> Line:
    raise RuntimeError("rows without a sheet")


def read_world(folder: Path) -> Days:
    """The world in the folder's files. Raises Faults with every fault of all files at once."""
    tables = {
        name: _Table(findings=Findings(str(folder / f"{name}.csv")), columns=columns)
        for name, columns in (
            ("sites", SITES), ("windows", WINDOWS), ("lots", LOTS), ("recusals", RECUSALS), ("busy", BUSY),
        )
    }  # fmt: skip
    pool_findings = Findings(str(folder / "experts.csv"))
    data = load(folder / "experts.csv", pool_findings)
    pool: Pool | None = None if data is None else read_pool(data, pool_findings)

    def lines(name: str) -> Iterator[Line]:
        path, table = folder / f"{name}.csv", tables[name]
        return table.lines(None if name == "busy" and not path.exists() else load(path, table.findings))

    sites = [_site(tables["sites"], line) for line in lines("sites")]
    windows = [_window(tables["windows"], line) for line in lines("windows")]
    lots = [_lot(line, tables["lots"], tables["sites"], tables["windows"]) for line in lines("lots")]
    recused = list(_pairs(lines("recusals"), ("lot", "expert"), tables["lots"]))
    busy = [(who, slot) for slot, who in _pairs(lines("busy"), ("window", "expert"), tables["windows"])]
    refuse(pool_findings, *(table.findings for table in tables.values()))
    if pool is None:
        raise RuntimeError("a file was not read and no fault was noted")
    return Days(
        experts=pool.experts,
        sites=tuple(sites),
        windows=tuple(windows),
        lots=tuple(_recused(lots, recused)),
        busy={ExpertId(who): frozenset(map(WindowId, held)) for who, held in _gathered(busy).items()},
    )


def _site(table: _Table, line: Line) -> Site:
    return Site(
        id=SiteId(table.once(line)),
        region=line.take("region", region, RegionCode("")),
        seats=line.take("seats", number, 0),
    )


def _window(table: _Table, line: Line) -> Window:
    name = WindowId(table.once(line))
    day = line.take("day", _day, None)
    start, end = line.take("start", _clock, None), line.take("end", _clock, None)
    if start is not None and end is not None and end <= start:
        line.fault(
            "end", "intake.window-order", found=end.isoformat("minutes"), start=start.isoformat("minutes")
        )
    return Window(id=name, day=day or date.min, start=start or time.min, end=end or time.min)


def _lot(line: Line, table: _Table, sites: _Table, windows: _Table) -> Lot:
    name, place = LotId(table.once(line)), line.take("region", region, RegionCode(""))
    host = line.take("host_site", _one_of(sites, "intake.site-unknown"), "")
    least = line.take("guest_sites_min", _or(number, 0), 0)
    most = line.take("guest_sites_max", _or(number, None), None)
    if most is not None and most < least:
        line.fault("guest_sites_max", "intake.guests-order", found=most, least=least)
    bounds = {bound: line.take(bound, _or(number, None), None) for bound in _BOUNDS}
    return Lot(
        id=name,
        region=place,
        host=SiteId(host),
        seats=line.take("seats", seats, ()),
        owner_reps=line.take("owner_reps", _or(number, 0), 0),
        windows=line.take("windows", _some_of(windows), ()),
        guests_min=least or 0,
        guests_max=most,
        bounds=Bounds(**bounds),
        green=line.take("priority", _or(_flag("intake.priority"), False), False) or False,
        frozen=line.take("frozen", _or(_flag("intake.frozen"), False), False) or False,
    )


def _one_of(table: _Table, code: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not table.known(identity(text)):
            raise Unfit(code, found=text)
        return text

    return read


def _some_of(table: _Table) -> Callable[[str], tuple[WindowId, ...]]:
    """Ids divided by `;` out of a table; empty for any."""
    one = _one_of(table, "intake.window-unknown")

    def read(text: str) -> tuple[WindowId, ...]:
        return tuple(dict.fromkeys(WindowId(one(each)) for each in text.split(";"))) if text else ()

    return read


def _or(read: Callable[[str], T], empty: T) -> Callable[[str], T]:
    """Like `read`, where an empty cell means `empty`."""
    return lambda text: read(text) if text else empty


def number(text: str) -> int:
    """A whole number from 0 on."""
    return whole(text, 0, LARGEST)


def seats(text: str) -> tuple[Seats, ...]:
    """Seats such as `A0401:4;A06:1`; the same code adds up."""
    counts: dict[str, int] = {}
    for one in text.split(";"):
        code, colon, count = one.partition(":")
        if not colon:
            raise Unfit("intake.seats-list")
        if seat_fault(code):
            raise Unfit("intake.seat", found=code)
        try:
            counts[code] = counts.get(code, 0) + whole(count, 1, MOST_OF_AN_ENTRY)
        except Unfit as unfit:  # of several entries the one that is wrong
            raise Unfit(unfit.code, found=count, **unfit.facts) from None
    return tuple(Seats(speciality=SpecialityCode(code), count=n) for code, n in counts.items())


def _flag(code: str) -> Callable[[str], bool]:
    """0 or 1."""

    def read(text: str) -> bool:
        if text not in ("0", "1"):
            raise Unfit(code)
        return text == "1"

    return read


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise Unfit("intake.day") from None


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text if _CLOCK.fullmatch(text) else "")
    except ValueError:
        raise Unfit("intake.clock") from None


def _pairs(lines: Iterator[Line], columns: tuple[str, str], known: _Table) -> Iterator[tuple[str, str]]:
    """Sound pairs; the first column's id must stand in `known`. Unknown experts are no fault."""
    first, second = columns
    code = "intake.lot-unknown" if first == "lot" else "intake.window-unknown"
    for line in lines:
        yield line.take(first, _one_of(known, code), ""), line.take(second, identity, "")


def _gathered(pairs: Collection[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _recused(lots: list[Lot], pairs: Collection[tuple[str, str]]) -> Iterator[Lot]:
    out = _gathered(pairs)
    for lot in lots:
        yield replace(lot, recused=frozenset(map(ExpertId, out[lot.id]))) if lot.id in out else lot
