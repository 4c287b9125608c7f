"""How do records become rows? Bulk inserts and updates; who decides is api/services/importing.py."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert, inspect, select, update
from sqlalchemy.orm import Mapped
from sqlmodel import Session, SQLModel, col

from api.store.personal import Personal
from api.store.tables import (
    DEVICES,
    DeviceState,
    ExpertJobRow,
    ExpertKinRow,
    ExpertLeaveRow,
    ExpertRelationRow,
    ExpertRow,
    ExpertSpecialityRow,
    OrganisationControllerRow,
    OrganisationRow,
    RegionRow,
    RegisterVersionRow,
    RoomRow,
    SiteRow,
    SpecialityRow,
    WorkstationRow,
    expert_cell,
    room_id,
    workstation_id,
)
from scheduler.model import Booth
from scheduler.records import (
    ExpertRecord,
    OrganisationRecord,
    RegionRecord,
    SiteRecord,
    SpecialityRecord,
)

Values = dict[str, Any]  # the columns of one row

_AT_ONCE = 500  # keys in one IN (…)


def lock_version(session: Session) -> None:
    """Make other imports wait until this one is done."""
    session.get(RegisterVersionRow, 1, with_for_update=True)


def count_version(session: Session) -> None:
    """Note that the registers have changed."""
    row = session.get(RegisterVersionRow, 1) or RegisterVersionRow(version=0)
    row.version += 1
    session.add(row)


def file_regions(session: Session, new: Sequence[RegionRecord], changed: Sequence[RegionRecord]) -> None:
    """Write counties."""
    _write(session, RegionRow, map(_region, new), map(_region, changed))


def file_specialities(
    session: Session, new: Sequence[SpecialityRecord], changed: Sequence[SpecialityRecord]
) -> None:
    """Write speciality codes."""
    _write(session, SpecialityRow, map(_speciality, new), map(_speciality, changed))


def file_organisations(
    session: Session, new: Sequence[OrganisationRecord], changed: Sequence[OrganisationRecord]
) -> None:
    """Write organisations; who controls one may come after it."""
    _write(session, OrganisationRow, map(_organisation, new), map(_organisation, changed))
    owner = col(OrganisationControllerRow.organisation)
    _remove(session, OrganisationControllerRow, owner, {each.code for each in changed})
    _write(session, OrganisationControllerRow, _controllers([*new, *changed]), ())


def file_sites(session: Session, new: Sequence[SiteRecord], changed: Sequence[SiteRecord]) -> None:
    """Write sites with rooms and workstations; those that a changed site no longer has are removed.

    Raises IntegrityError when a seat of a removed workstation is held.
    """
    _write(session, SiteRow, map(_site, new), map(_site, changed))
    filed = [*new, *changed]
    rooms = {row["id"]: row for site in filed for row in _rooms(site)}
    stations = {row["id"]: row for site in filed for row in _workstations(site)}
    there = _present(session, col(WorkstationRow.id), col(WorkstationRow.site), changed)
    there_rooms = _present(session, col(RoomRow.id), col(RoomRow.site), changed)
    _remove(session, WorkstationRow, col(WorkstationRow.id), there - stations.keys())
    _write(session, RoomRow, (row for key, row in rooms.items() if key not in there_rooms), ())
    _remove(session, RoomRow, col(RoomRow.id), there_rooms - rooms.keys())
    _write(
        session,
        WorkstationRow,
        (row for key, row in stations.items() if key not in there),
        (row for key, row in stations.items() if key in there),
    )


def file_experts(
    session: Session, key: Personal, new: Sequence[ExpertRecord], changed: Sequence[ExpertRecord]
) -> None:
    """Write experts, their personal data sealed; what hangs on a changed one is written anew."""
    _write(session, ExpertRow, (_expert(each, key) for each in new), (_expert(each, key) for each in changed))
    again = {each.expert for each in changed}
    filed = [*new, *changed]
    for table, owner, rows in (
        (ExpertSpecialityRow, col(ExpertSpecialityRow.expert), _specialities(filed)),
        (ExpertKinRow, col(ExpertKinRow.expert), _kin(filed)),
        (ExpertLeaveRow, col(ExpertLeaveRow.expert), _leave(filed)),
        (ExpertJobRow, col(ExpertJobRow.expert), _jobs(filed)),
        (ExpertRelationRow, col(ExpertRelationRow.expert), _relations(filed)),
    ):
        _remove(session, table, owner, again)
        _write(session, table, rows, ())


def _write(session: Session, table: type[SQLModel], new: Iterable[Values], changed: Iterable[Values]) -> None:
    if rows := list(new):
        # Of the table, not of the class: the latter would send rows with and without nulls one by one.
        session.execute(insert(inspect(table).local_table), rows)
    if rows := list(changed):
        session.execute(update(table), rows)


def _remove(session: Session, table: type[SQLModel], owner: Mapped[str], keys: set[str]) -> None:
    order = sorted(keys)
    for start in range(0, len(order), _AT_ONCE):
        session.execute(delete(table).where(owner.in_(order[start : start + _AT_ONCE])))


def _present(
    session: Session, key: Mapped[str], site: Mapped[str], changed: Sequence[SiteRecord]
) -> set[str]:
    names = {each.site for each in changed}
    return {found for found, of in session.execute(select(key, site)) if of in names}


def _region(each: RegionRecord) -> Values:
    return {name: getattr(each, name) for name in RegionRow.model_fields}


def _speciality(each: SpecialityRecord) -> Values:
    return {"code": each.code, "level": each.level, "name": each.name}


def _organisation(each: OrganisationRecord) -> Values:
    return {"code": each.code, "name": each.name, "parent": each.parent or None}


def _controllers(filed: Iterable[OrganisationRecord]) -> Iterable[Values]:
    for each in filed:
        for position, over in enumerate(each.controllers):
            yield {
                "organisation": each.code,
                "position": position,
                "controller": over.org,
                "since": over.since,
                "until": over.until,
            }


def _site(each: SiteRecord) -> Values:
    return {
        "id": each.site,
        "name": each.name,
        "region": each.region,
        "opens": each.opens,
        "closes": each.closes,
        **_booth(each.booth),
    }


def _booth(booth: Booth | None) -> Values:
    return {
        "booth_width": booth.width if booth else None,
        "booth_depth": booth.depth if booth else None,
        "booth_height": booth.height if booth else None,
        "booth_quiet": booth is not None and booth.quiet,
        "booth_gate": booth is not None and booth.gate,
    }


def _rooms(site: SiteRecord) -> Iterable[Values]:
    for room in dict.fromkeys(station.room for station in site.workstations):
        yield {"id": room_id(site.site, room), "site": site.site, "name": room}


def _workstations(site: SiteRecord) -> Iterable[Values]:
    for each in site.workstations:
        yield {
            "id": workstation_id(site.site, each.room, each.number),
            "site": site.site,
            "room": room_id(site.site, each.room),
            "number": each.number,
            **{device: DeviceState.BROKEN if device in each.broken else DeviceState.OK for device in DEVICES},
        }


def _expert(each: ExpertRecord, key: Personal) -> Values:
    return {
        "number": each.expert,
        "sealed_name": key.seal(expert_cell("name", each.expert), each.name),
        "sealed_id_number": key.seal(expert_cell("id_number", each.expert), each.id_number),
        "sealed_phone": key.seal(expert_cell("phone", each.expert), each.phone),
        "sealed_born": key.seal(expert_cell("born", each.expert), each.born.isoformat()),
        "person_mark": key.mark(each.id_number),
        "region": each.region,
        "employer": each.employer or None,
        "title": each.title,
        "household": each.household,
        "certificate_until": each.certificate_until,
        "standing": each.standing,
        "senior": each.senior,
        "practising_since": each.practising_since,
        "trained_until": each.trained_until,
        "penalised": each.penalised,
    }


def _specialities(filed: Iterable[ExpertRecord]) -> Iterable[Values]:
    return ({"expert": each.expert, "speciality": code} for each in filed for code in each.specialities)


def _kin(filed: Iterable[ExpertRecord]) -> Iterable[Values]:
    return ({"expert": each.expert, "relative": relative} for each in filed for relative in each.kin)


def _leave(filed: Iterable[ExpertRecord]) -> Iterable[Values]:
    for each in filed:
        for position, span in enumerate(each.leave):
            yield {"expert": each.expert, "position": position, "since": span.since, "until": span.until}


def _jobs(filed: Iterable[ExpertRecord]) -> Iterable[Values]:
    for each in filed:
        for position, job in enumerate(each.jobs):
            yield {
                "expert": each.expert,
                "position": position,
                "organisation": job.org,
                "since": job.since,
                "until": job.until,
            }


def _relations(filed: Iterable[ExpertRecord]) -> Iterable[Values]:
    for each in filed:
        for position, held in enumerate(each.relations):
            yield {
                "expert": each.expert,
                "position": position,
                "tie": held.tie,
                "organisation": held.org,
                "since": held.since,
                "until": held.until,
                "kinship": held.kinship,
                "generations": held.generations,
            }
