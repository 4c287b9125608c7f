"""What do alarms and declines look like: to the supervisor, to the pool's owner, to the expert concerned?"""

from dataclasses import dataclass
from datetime import date, datetime

from api.services import alarming, meetings, suspending
from api.services.alarming import Raised, Step
from api.services.office import Office
from api.store.supervision import SuspensionRow, suspensions
from api.views.gate import free, shows
from scheduler.limits import Words
from scheduler.model import LotId
from scheduler.sight import Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLot:
    """One lot of an alarm with the pseudonyms that the experts bear there."""

    lot: LotId = shows(Datum.SCHEDULE)
    day: date = shows(Datum.SCHEDULE)
    members: tuple[str, ...] = shows(Datum.PANEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmNote:
    """One step with its reason."""

    at: datetime = shows(Datum.LOG)
    login: str = shows(Datum.LOG)
    step: Step = shows(Datum.LOG)
    whom: str = shows(Datum.LOG)
    reason: str = shows(Datum.LOG)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    """One alarm that stands."""

    mark: str = shows(Datum.LOG)
    says: Words = shows(Datum.BIDDER_NAMES)
    lots: tuple[AlarmLot, ...] = shows(Datum.PANEL)
    notes: tuple[AlarmNote, ...] = shows(Datum.LOG)
    open: bool = shows(Datum.LOG)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRule:
    """A kind of alarm: its methodology, the pack's numbers, and the alarms of this kind."""

    rule: str = free()
    title: Words = free()
    why: Words = free()
    example: Words = free()
    most: int = free()
    days: int = free()
    cite: str = free()
    rows: tuple[AlarmRow, ...] = shows(Datum.PANEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """All alarms that the pack switches on, by kind."""

    rules: tuple[AlarmRule, ...] = shows(Datum.PANEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A suspension as the pool's owner and the expert concerned see it."""

    number: int = shows(Datum.OWN_STANDING)
    until: date = shows(Datum.OWN_STANDING)
    declines: int = shows(Datum.OWN_STANDING)
    reason: str = shows(Datum.OWN_STANDING)
    proposed_at: datetime = shows(Datum.OWN_STANDING)
    state: str = shows(Datum.OWN_STANDING)  # proposed | suspended | rejected | ended
    ended_why: str = shows(Datum.OWN_STANDING)
    expert: str | None = shows(Datum.STANDING, default=None)  # register number, for the pool's owner
    mine: bool | None = shows(Datum.STANDING, default=None)  # proposed by who looks: another one must confirm


@dataclass(frozen=True, slots=True, kw_only=True)
class Declining:
    """Who declined too often, by register number."""

    expert: str = shows(Datum.STANDING)
    count: int = shows(Datum.STANDING)
    days: int = shows(Datum.STANDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolDesk:
    """What the pool's owner has before them."""

    switched_on: bool = free()
    declining: tuple[Declining, ...] = shows(Datum.STANDING)
    suspensions: tuple[Suspension, ...] = shows(Datum.STANDING)


def alarms(office: Office) -> Alarms:
    """Every kind of alarm in force with what stands."""
    found = alarming.raised(office)
    entries = {entry.rule: entry for entry in office.pack.in_force(meetings.today(office))}
    numbers = meetings.in_force(office)
    kinds = [each for each in meetings.switched_on(office) if each.id != "F5"]
    return Alarms(
        rules=tuple(
            AlarmRule(
                rule=kind.id,
                title=kind.title,
                why=kind.why,
                example=kind.example,
                most=numbers[kind.id]["most"],
                days=numbers[kind.id]["days"],
                cite=entries[kind.id].cite,
                rows=tuple(_row(each) for each in found if each.rule is kind),
            )
            for kind in kinds
        )
    )


def _row(each: Raised) -> AlarmRow:
    return AlarmRow(
        mark=each.mark,
        says=each.rule.says.filled(each.found.facts),
        lots=tuple(AlarmLot(lot=at.lot, day=at.day, members=at.members) for at in each.lots),
        notes=tuple(
            AlarmNote(at=n.at, login=n.login, step=n.step, whom=n.whom, reason=n.reason) for n in each.notes
        ),
        open=each.open,
    )


def pool_desk(office: Office, login: str) -> PoolDesk:
    """Declines and suspensions, for the pool's owner."""
    with office.db.reading() as session:
        rows = suspensions(session)
    return PoolDesk(
        switched_on="F5" in meetings.in_force(office),
        declining=tuple(
            Declining(expert=d.expert, count=d.count, days=d.days) for d in suspending.declining(office)
        ),
        suspensions=tuple(_suspension(row, expert=row.expert, mine=row.proposed_by == login) for row in rows),
    )


def own_suspensions(office: Office, expert: str) -> tuple[Suspension, ...]:
    """The expert's own history of suspensions, proposals included, newest first."""
    with office.db.reading() as session:
        return tuple(_suspension(row) for row in suspensions(session, expert)) if expert else ()


def _suspension(row: SuspensionRow, *, expert: str | None = None, mine: bool | None = None) -> Suspension:
    return Suspension(
        number=row.id or 0,
        until=row.until,
        declines=row.declines,
        reason=row.reason,
        proposed_at=row.proposed_at,
        state=_state(row),
        ended_why=row.ended_why,
        expert=expert,
        mine=mine,
    )


def _state(row: SuspensionRow) -> str:
    if row.confirmed is None:
        return "proposed"
    if not row.confirmed:
        return "rejected"
    return "suspended" if row.ended_at is None else "ended"
