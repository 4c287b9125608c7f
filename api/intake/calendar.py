"""Which rest days and make-up days does a supervisor's text name? One day or span a line."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from api.intake.cells import Unfit, day
from api.intake.faults import Findings, refuse
from scheduler.calendar import Year

LONGEST_NOTICE = 200  # characters
FIRST, LAST = 2000, 2100
_FILE = "calendar"
_LINE = re.compile(r"([0-9-]{10})(?:\s*/\s*([0-9-]{10}))?\s+(休|班|off|work)(?:\s.*)?")
_SATURDAY = 5
_LONGEST = 31  # days of one span


def read_year(text: str, year: int) -> Year:
    """The year's exceptions. A line: `2027-02-06/2027-02-12 休 春节` or `2027-02-14 班`; weekends in a span of
    rest change nothing. Raises Faults with the row of every fault.
    """
    findings = Findings(_FILE)
    said: dict[date, bool] = {}  # True: worked
    if not FIRST <= year <= LAST:
        findings.note(1, "year", "intake.calendar-year", found=year, first=FIRST, last=LAST)
    for row, line in enumerate(text.splitlines(), 1):
        if line.strip():
            _take(row, line.strip(), year, said, findings)
    if not findings and not any(not works for works in said.values()):
        findings.note(1, "-", "intake.calendar-empty")
    refuse(findings)
    return Year(
        year=year,
        off=tuple(sorted(d for d, works in said.items() if not works and d.weekday() < _SATURDAY)),
        worked=tuple(sorted(d for d, works in said.items() if works)),
    )


def _take(row: int, line: str, year: int, said: dict[date, bool], findings: Findings) -> None:
    match = _LINE.fullmatch(line)
    try:
        if match is None:
            raise Unfit("intake.calendar-line")
        works = match[3] in ("班", "work")
        for each in _span(day(match[1]), day(match[2] or match[1])):
            if each.year != year and (each.year, each.month) != (year - 1, 12):
                raise Unfit("intake.calendar-other-year", year=year)
            if works and each.weekday() < _SATURDAY:
                raise Unfit("intake.calendar-weekday", day=each.isoformat())
            if said.setdefault(each, works) is not works:
                raise Unfit("intake.calendar-both", day=each.isoformat())
    except Unfit as unfit:
        findings.note(row, "-", unfit.code, **{"found": line, **unfit.facts})


def _span(since: date, until: date) -> Iterator[date]:
    if not 0 <= (until - since).days < _LONGEST:
        raise Unfit("intake.calendar-span", most=_LONGEST)
    for n in range((until - since).days + 1):
        yield since + timedelta(days=n)
