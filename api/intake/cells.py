"""What value does one cell of a register file stand for?

Every function here takes the text of a cell and returns its value, or raises Unfit with the sentence's code.
"""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any, TypeVar

from api.intake.faults import Findings
from api.intake.shapes import id_fault, region_fault, speciality_fault
from api.intake.sheets import Column, Row, Sheet
from api.intake.typed import typed
from crypto.canonical import unhex
from crypto.errors import CryptoError
from crypto.keys import PUBLIC, enrol
from scheduler.model import Booth, OrgTag, RegionCode, Span, SpecialityCode, Standing

T = TypeVar("T")
Broken = dict[tuple[str, int], tuple[str, ...]]  # room and workstation: devices that do not work

DEVICES = frozenset({"camera", "mic", "speaker", "pc", "network"})
_ORGANISATION = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")  # GB 32100
_PERSON = re.compile(r"[1-9][0-9]{16}[0-9X]")  # GB 11643; invented ones have a wrong check digit on purpose
_DIGIT = re.compile(r"[0-9]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_HOURS = re.compile(r"([0-2][0-9]:[0-5][0-9])-([0-2][0-9]:[0-5][0-9])")
_STANDINGS = {
    "": Standing.GOOD,
    "正常": Standing.GOOD,
    "暂停": Standing.SUSPENDED,
    "禁止": Standing.BANNED,
    **{standing.value: standing for standing in Standing},
}
_ANSWERS = {"是": True, "yes": True, "否": False, "no": False}


class Unfit(Exception):
    """The cell does not hold what its column asks for."""

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Line:
    """One row of a register while it is read; `sound` turns false with the first fault."""

    __slots__ = ("_absent", "_cells", "_findings", "_headings", "_row", "sound")

    def __init__(self, columns: tuple[Column, ...], sheet: Sheet, row: Row, findings: Findings) -> None:
        names = [column.name for column in columns]
        self._cells = dict(zip(names, row.cells, strict=True))
        self._headings = dict(zip(names, sheet.headings, strict=True))
        self._row = row.number
        self._findings = findings
        self._absent = sheet.absent
        self.sound = not sheet.absent

    @property
    def number(self) -> int:
        """The row's number; the header is row 1."""
        return self._row

    def fault(self, name: str, code: str, /, **facts: Any) -> None:
        """Note a fault in the column `name`."""
        self.sound = False
        self._findings.note(self._row, self._headings[name], code, **facts)

    def take(self, name: str, read: Callable[[str], T], default: T) -> T:
        """The value of a cell; `default`, with the fault noted, when it is unfit."""
        text = self._cells[name]
        try:
            return read(text)
        except Unfit as unfit:
            if name not in self._absent:  # it is empty in every row, and has its own fault
                self.fault(name, unfit.code, **{"found": text, **unfit.facts})
            return default


def optional_key(text: str) -> str:
    """A public signing key of 64 hexadecimal digits, no degenerate one; or empty."""
    if not text:
        return ""
    try:
        return enrol(unhex(text.lower(), PUBLIC)).hex()
    except CryptoError:
        raise Unfit("intake.key") from None


def identity(text: str) -> str:
    """An id: opaque, visible, without `:` and `;`."""
    code = id_fault(text)
    if code is not None:
        raise Unfit(code)
    return text


def optional_identity(text: str) -> str:
    """An id, or empty for none."""
    return identity(text) if text else ""


def words(text: str) -> str:
    """A name or title: some visible text, without the white space around it, in Unicode form NFC."""
    clean = typed(text.strip())
    if clean == "":
        raise Unfit("intake.cell-empty")
    if clean is None or not clean.isprintable():
        raise Unfit("intake.cell-invisible")
    return clean


def region(text: str) -> RegionCode:
    """Six digits."""
    if region_fault(text):
        raise Unfit("intake.region")
    return RegionCode(text)


def speciality(text: str) -> SpecialityCode:
    """A code of an expert: a letter and one to three pairs of digits."""
    if speciality_fault(text):
        raise Unfit("intake.speciality")
    return SpecialityCode(text)


def listed_speciality(text: str) -> SpecialityCode:
    """A code of the classification itself, where the letter alone is level 1."""
    return SpecialityCode(text) if text in ("A", "B", "C") else speciality(text)


def specialities(text: str) -> tuple[SpecialityCode, ...]:
    """One or more codes divided by `;`; a code that stands twice counts once."""
    if not text:
        raise Unfit("intake.specialities-empty")
    return tuple(dict.fromkeys(speciality(code) for code in text.split(";")))


def organisation(text: str) -> OrgTag:
    """统一社会信用代码: 18 characters in the alphabet of GB 32100; the check digit is not judged."""
    if not _ORGANISATION.fullmatch(text):
        raise Unfit("intake.organisation")
    return OrgTag(text)


def optional_organisation(text: str) -> str:
    """A 统一社会信用代码, or empty for none."""
    return organisation(text) if text else ""


def person(text: str) -> str:
    """居民身份证号码: 17 digits and a digit or X with a day of birth inside; the check digit is free."""
    if not _PERSON.fullmatch(text) or born_by(text) is None:
        raise Unfit("intake.person")
    return text


def born_by(number: str) -> date | None:
    """The day of birth inside an 18-character id number; None when it is no day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def phone(text: str) -> str:
    """A telephone number as people write it (0551-6000 转 12): at most 40 characters, 3 digits or more."""
    if len(text) > 40 or len(_DIGIT.findall(text)) < 3 or not text.isprintable() or text.strip() != text:
        raise Unfit("intake.phone")
    return text


def email(text: str) -> str:
    """An address with a name, an @ and a domain."""
    if not _EMAIL.fullmatch(text) or not text.isprintable():
        raise Unfit("intake.email")
    return text


def hours(text: str) -> str:
    """Opening hours such as 09:00-17:00, the end after the beginning."""
    match = _HOURS.fullmatch(text)
    if match is None or clock(match[1]) >= clock(match[2]):
        raise Unfit("intake.hours")
    return text


def or_empty(read: Callable[[str], str]) -> Callable[[str], str]:
    """Like `read`, where an empty cell means none."""
    return lambda text: read(text) if text else ""


def clock(text: str) -> time:
    """A time of day such as 08:30."""
    try:
        if len(text) == 5:
            return time.fromisoformat(text)
    except ValueError:
        pass
    raise Unfit("intake.clock")


def day(text: str) -> date:
    """A day such as 2026-11-23."""
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Unfit("intake.day")


def whole(text: str, least: int, most: int) -> int:
    """A whole number in plain digits."""
    if re.fullmatch(r"-?[0-9]{1,9}", text) and least <= int(text) <= most:
        return int(text)
    raise Unfit("intake.whole", least=least, most=most)


def standing(text: str) -> Standing:
    """good 正常, suspended 暂停 or banned 禁止; empty means good."""
    if text not in _STANDINGS:
        raise Unfit("intake.standing", known=tuple(name for name in _STANDINGS if name))
    return _STANDINGS[text]


def ids(text: str) -> tuple[str, ...]:
    """Ids divided by `;`; empty means none."""
    return tuple(dict.fromkeys(identity(one) for one in text.split(";"))) if text else ()


def span(text: str) -> Span:
    """Days `since/until`, both included; one end may be left open."""
    since, slash, until = text.partition("/")
    if not slash or text == "/":
        raise Unfit("intake.span")
    found = Span(since=day(since) if since else None, until=day(until) if until else None)
    if found.since and found.until and found.since > found.until:
        raise Unfit("intake.span-order")
    return found


def spans(text: str) -> tuple[Span, ...]:
    """Spans divided by `;`; empty means none."""
    return tuple(span(one) for one in text.split(";")) if text else ()


def answer(text: str) -> bool | None:
    """yes 是 or no 否; empty means nobody said."""
    if text and text not in _ANSWERS:
        raise Unfit("intake.answer", known=tuple(_ANSWERS))
    return _ANSWERS.get(text)


def optional_day(text: str) -> date | None:
    """A day, or empty for none known."""
    return day(text) if text else None


def rooms(text: str) -> dict[str, int]:
    """Workstations per room: `101:4;102:6`."""
    found: dict[str, int] = {}
    for one in text.split(";"):
        room, colon, count = one.rpartition(":")
        if not colon or not room or room in found or "-" in room:
            raise Unfit("intake.rooms")
        found[identity(room)] = whole(count, 1, 500)
    return found


def pair(text: str) -> tuple[RegionCode, RegionCode]:
    """Two different counties: `340104-340202`; the smaller code first, whichever was written first."""
    one, dash, other = text.partition("-")
    if not dash or region_fault(one) or region_fault(other) or one == other:
        raise Unfit("intake.pair")
    smaller, larger = sorted((one, other))
    return RegionCode(smaller), RegionCode(larger)


def booth(text: str) -> Booth | None:
    """A booth's inner width, depth and height in centimetres and what it has: `150x150x230:quiet+gate`."""
    if not text:
        return None
    size, _, has = text.partition(":")
    sides = size.split("x")
    named = set(has.split("+")) if has else set()
    if len(sides) != 3 or not named <= {"quiet", "gate"}:
        raise Unfit("intake.booth")
    width, depth, height = (whole(side, 1, 9999) for side in sides)
    return Booth(width=width, depth=depth, height=height, quiet="quiet" in named, gate="gate" in named)


def broken(text: str) -> Broken:
    """Devices that do not work, by room and workstation: `101-3:camera+mic`; empty means all work."""
    found: Broken = {}
    for one in text.split(";") if text else ():
        place, _, devices = one.partition(":")
        room, _, number = place.rpartition("-")
        named = tuple(sorted(set(devices.split("+"))))
        if not room or not DEVICES.issuperset(named):
            raise Unfit("intake.broken", known=tuple(sorted(DEVICES)))
        key = room, whole(number, 1, 500)
        if key in found:
            raise Unfit("intake.broken-twice", room=room, number=key[1])
        found[key] = named
    return found
