"""What does an operator see while booking? The form so far, what would work now in bands, and the seats held."""

from dataclasses import dataclass
from datetime import datetime

from api.intake.faults import Fault
from api.services.feasibility import Outlook
from api.views.gate import free
from scheduler.feasibility import Band


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Sites that work in a window; `choice` is what the form sends back for them."""

    choice: str = free()
    host: str = free()
    guests: tuple[str, ...] = free()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window of the slot grid."""

    starts: datetime = free()
    ends: datetime = free()
    band: Band = free()
    room: Band = free()
    places: tuple[Where, ...] = free()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """How much there is: overall and per speciality asked for, never a count; `unknown` years are not offered."""

    band: Band = free()
    roles: tuple[tuple[str, Band], ...] = free()
    windows: tuple[Window, ...] = free()
    unknown: tuple[int, ...] = free()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The operator's own hold, until when, and what it keeps."""

    token: str = free()
    starts: datetime = free()
    ends: datetime = free()
    until: datetime = free()
    host: str = free()
    host_seats: int = free()
    guests: tuple[tuple[str, int], ...] = free()


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingForm:
    """One step of the booking; nothing here belongs to a case yet, the operator has typed all of it."""

    step: int = free()
    typed: tuple[tuple[str, str], ...] = free()
    faults: tuple[Fault, ...] = free()
    counties: tuple[tuple[str, str], ...] = free()
    sites: tuple[tuple[str, str], ...] = free()
    owners: tuple[tuple[str, str], ...] = free()
    meter: Meter | None = free()
    kept: Kept | None = free()


def meter_of(found: Outlook, roles: tuple[str, ...], names: dict[str, str]) -> Meter:
    """The outlook with sites by name."""
    best = max(found.slots, key=lambda s: _ORDER.index(s.answer.band), default=None)
    people = best.answer.people if best else ()
    return Meter(
        band=found.band,
        roles=tuple(zip(roles, people, strict=False)),
        windows=tuple(
            Window(
                starts=slot.starts,
                ends=slot.ends,
                band=slot.answer.band,
                room=slot.answer.room,
                places=tuple(
                    Where(
                        choice=f"{slot.starts.isoformat()}|{option.host}",
                        host=names.get(option.host, option.host),
                        guests=tuple(names.get(site, site) for site, _ in option.guests),
                    )
                    for option in slot.answer.options
                ),
            )
            for slot in found.slots
        ),
        unknown=found.unknown,
    )


_ORDER = (Band.SHORT, Band.TIGHT, Band.AMPLE)
