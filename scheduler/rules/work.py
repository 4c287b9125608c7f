"""For whom does an expert work, and for whom did the expert work in the years before?"""

from collections.abc import Iterator
from datetime import date

from scheduler.model import Control, Expert, Job, OrgTag, Relation, Span
from scheduler.rules.day import covers, years_before


def units(expert: Expert, day: date | None) -> frozenset[OrgTag]:
    """Every organisation the expert works for on the day: the employer and jobs not yet ended."""
    running = {job.org for job in expert.jobs if _running(job, day)}
    return frozenset(running | {expert.employer}) - {OrgTag("")}


def _running(job: Job, day: date | None) -> bool:
    return job.until is None if day is None else covers(Span(since=job.since, until=job.until), day)


def within(held: Job | Relation | Control, day: date, years: int) -> bool:
    """Whether a job, tie or control had begun by the day and lasted into the `years` before it.

    The day itself is not counted and the corresponding day is the last of the period (民法典 201, 202):
    what ended exactly `years` before the day is still within, one day earlier is not.
    """
    begun = held.since is None or held.since <= day
    return begun and (held.until is None or held.until >= years_before(day, years))


def ended(held: Job | Relation, day: date) -> str:
    """The last day of a job or tie, at most the day itself, as text for a sentence."""
    return min(held.until or day, day).isoformat()


def last_years(expert: Expert, day: date, years: int) -> Iterator[Job]:
    """Jobs held in the `years` before the day."""
    return (job for job in expert.jobs if within(job, day, years))
