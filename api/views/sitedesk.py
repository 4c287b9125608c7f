"""What does a site 场地 see: its lots of a day, and who is due at its own gate? Pseudonyms, never names or project."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from api.views.gate import shows
from scheduler.events import Member
from scheduler.model import LotId
from scheduler.sight import Datum
from scheduler.state import Phase


class Presence(StrEnum):
    """How far a member has come."""

    INVITED = "invited"  # has not answered yet
    EXPECTED = "expected"
    ARRIVED = "arrived"  # the device is announced
    PRESENT = "present"  # checked in


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLot:
    """One line of a site's day; `stations` are the workstations held here, room and number."""

    lot: LotId = shows(Datum.SCHEDULE)
    phase: Phase = shows(Datum.SCHEDULE)
    starts: datetime = shows(Datum.SCHEDULE)
    ends: datetime = shows(Datum.SCHEDULE)
    stations: tuple[str, ...] = shows(Datum.SCHEDULE)
    paused: bool = shows(Datum.SCHEDULE, default=False)
    due: int | None = shows(Datum.SITE_COUNTS, default=None)  # members who sit here; None before the draw
    here: int | None = shows(Datum.SITE_COUNTS, default=None)  # of them checked in


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDay:
    """The lots at one site on a day; `days` are all days with lots here."""

    name: str = shows(Datum.SCHEDULE)
    day: date = shows(Datum.SCHEDULE)
    days: tuple[date, ...] = shows(Datum.SCHEDULE)
    lots: tuple[SiteLot, ...] = shows(Datum.SCHEDULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A member who is due at this gate; `code` is what the announced device shows."""

    member: Member = shows(Datum.GATE)
    seat: str = shows(Datum.GATE)
    owner: bool = shows(Datum.GATE)  # a representative, who shows the letter too
    presence: Presence = shows(Datum.GATE)
    code: str | None = shows(Datum.GATE, default=None)
    announced_at: datetime | None = shows(Datum.GATE, default=None)
    may_miss: bool = shows(Datum.GATE, default=False)  # the pack's waiting time is over
    may_leave: bool = shows(Datum.GATE, default=False)  # for illness


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDesk:
    """One lot at one gate; `opens`: from when people may check in."""

    row: SiteLot = shows(Datum.SCHEDULE)
    opens: datetime = shows(Datum.SCHEDULE)
    open: bool = shows(Datum.SCHEDULE)  # people may check in now
    waits: int = shows(Datum.SCHEDULE)  # minutes after the start before somebody counts as absent
    until: datetime | None = shows(Datum.SCHEDULE, default=None)  # a fault lasts, to be cured by then
    guests: tuple[Guest, ...] = shows(Datum.GATE, default=())
