"""Which alarms stand before the supervisor, and what has been done about each?"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from api.actor import Actor
from api.services import meetings
from api.services.office import Office, only
from api.services.reasons import given
from api.store.supervision import AlarmNoteRow, notes
from crypto.canonical import keyed
from scheduler.alarms import Alarm, Found
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import LotId, Role
from scheduler.rules import recurrence


class Step(StrEnum):
    """What a supervisor does about an alarm."""

    ASSIGN = "assign"
    ASK = "ask"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One step, by whom, to whom, and why."""

    at: datetime
    login: str
    step: Step
    whom: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """One of the lots of an alarm, with the pseudonyms that the experts bear there."""

    lot: LotId
    day: date
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An alarm that stands: what was found, where, and the steps so far. `open`: nobody has closed it since."""

    rule: Alarm
    mark: str
    found: Found
    lots: tuple[At, ...]
    notes: tuple[Noted, ...]
    open: bool


def raised(office: Office) -> tuple[Raised, ...]:
    """Every alarm over the lots whose bidders are known, open ones first. Declines are the pool owner's matter."""
    alarms = [each for each in meetings.switched_on(office) if each is not recurrence.many_declines]
    lots = meetings.known(office, meetings.OPENED) if alarms else ()
    by_lot = {each.meeting.lot: each for each in lots}
    numbers, all_notes = meetings.in_force(office), _notes(office)
    met = [each.meeting for each in lots]
    rows = []
    for alarm in alarms:
        for found in alarm.found(met, numbers[alarm.id]):
            mark = _mark(office, alarm, found)
            own = [row for row in all_notes if row.mark == mark]
            where = [by_lot[lot] for lot in found.lots]
            at = [
                At(
                    lot=each.meeting.lot,
                    day=each.meeting.day,
                    members=tuple(each.pseudonyms[e] for e in found.experts),
                )
                for each in where
            ]
            rows.append(
                Raised(
                    rule=alarm,
                    mark=mark,
                    found=found,
                    lots=tuple(at),
                    notes=tuple(map(_noted, own)),
                    open=not own or own[-1].step != Step.CLOSE or own[-1].count < len(found.lots),
                )
            )
    return tuple(sorted(rows, key=lambda each: not each.open))


def _mark(office: Office, alarm: Alarm, found: Found) -> str:
    """The same as long as the same people and organisation are named by the same rule."""
    parts = [each.encode("utf-8") for each in (alarm.id, *found.experts, found.other)]
    return keyed(office.keys.data, "yuanping/alarm/v1", *parts).hex()[:32]


def note(office: Office, actor: Actor, mark: str, step: Step, reason: str, whom: str = "") -> None:
    """Record a step with its reason. Raises Refused("not_found"), Refused("reason_missing" or "reason_long")."""
    only(actor, Role.SUPERVISOR)
    told = given(reason)
    standing = next((each for each in raised(office) if each.mark == mark), None)
    if standing is None:
        raise Refused("not_found")
    with office.db.transaction() as session:
        session.add(
            AlarmNoteRow(
                mark=mark,
                rule=standing.rule.id,
                at=office.now(),
                login=actor.id,
                step=step.value,
                whom=whom.strip()[:64],
                reason=told,
                count=len(standing.found.lots),
            )
        )


def _notes(office: Office) -> tuple[AlarmNoteRow, ...]:
    with office.db.reading() as session:
        return notes(session)


def _noted(row: AlarmNoteRow) -> Noted:
    return Noted(at=row.at, login=row.login, step=Step(row.step), whom=row.whom, reason=row.reason)
