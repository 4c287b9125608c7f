"""Which day is the day of the evaluation, and how do years count back from it?"""

from datetime import date, timedelta, timezone

from scheduler.model import Case, Span

SHANGHAI = timezone(timedelta(hours=8))  # no daylight saving since 1991


def day_of(case: Case) -> date | None:
    """The calendar day in China on which the evaluation starts; None when the case has no time."""
    if case.starts is None:
        return None
    return case.starts.astimezone(SHANGHAI).date() if case.starts.tzinfo else case.starts.date()


def years_before(day: date, years: int) -> date:
    """The corresponding day `years` earlier, or the month's last where there is none (民法典 202)."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def covers(span: Span, day: date) -> bool:
    """Whether `day` lies in the span, both ends included; an open end never ends."""
    return (span.since is None or span.since <= day) and (span.until is None or day <= span.until)
