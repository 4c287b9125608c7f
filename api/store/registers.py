"""What do the registers say, as values that rules, services and imports can read?

Functions that open personal data take a `Personal`; nobody without its key reads more than ciphertext.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col
from sqlmodel import select as rows_of

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
)
from scheduler.model import (
    Booth,
    Control,
    Expert,
    ExpertId,
    Job,
    OrgTag,
    RegionCode,
    Relation,
    SiteId,
    Span,
    SpecialityCode,
)
from scheduler.records import (
    Controller,
    ExpertRecord,
    OrganisationRecord,
    RegionRecord,
    SiteRecord,
    SpecialityRecord,
    WorkstationRecord,
)

Only = tuple[str, ...] | Select[Any] | None  # whose rows: these, those a query finds, or everybody's

_FEW = 500  # so many keys still fit into one IN (…)


def version(session: Session) -> int:
    """How often the registers have changed; 0 for empty ones."""
    row = session.get(RegisterVersionRow, 1)
    return row.version if row else 0


def regions(session: Session) -> tuple[RegionRecord, ...]:
    """All counties with map tile and service desk, by code."""
    rows = session.exec(rows_of(RegionRow).order_by(col(RegionRow.code))).all()
    return tuple(RegionRecord(**row.model_dump()) for row in rows)


def specialities(session: Session) -> tuple[SpecialityRecord, ...]:
    """All speciality codes with their names, by code."""
    columns = (col(SpecialityRow.code), col(SpecialityRow.level), col(SpecialityRow.name))
    found = session.execute(select(*columns).order_by(columns[0]))
    return tuple(SpecialityRecord(code=SpecialityCode(code), level=lv, name=name) for code, lv, name in found)


def organisations(session: Session) -> tuple[OrganisationRecord, ...]:
    """All organisations with those that control each, by code."""
    columns = (col(OrganisationRow.code), col(OrganisationRow.name), col(OrganisationRow.parent))
    found = session.execute(select(*columns).order_by(columns[0]))
    over = _controllers(session)
    return tuple(
        OrganisationRecord(code=code, name=name, parent=up or "", controllers=over.get(code, ()))
        for code, name, up in found
    )


def _controllers(session: Session) -> dict[str, tuple[Controller, ...]]:
    row = OrganisationControllerRow
    columns = (col(row.organisation), col(row.position), col(row.controller), col(row.since), col(row.until))
    rows = _of(session, columns, columns[0], None)
    return {
        code: tuple(Controller(org=org, since=a, until=b) for _, _, org, a, b in sorted(each, key=_position))
        for code, each in rows.items()
    }


def _position(row: tuple[Any, ...]) -> int:
    return int(row[1])


def controls(session: Session, org_tag: Callable[[str], OrgTag]) -> tuple[Control, ...]:
    """Who controls or controlled whom, one step each, under tags and in order of tags and days."""
    edges = [
        Control(parent=org_tag(over.org), child=org_tag(each.code), since=over.since, until=over.until)
        for each in organisations(session)
        for over in (*((Controller(org=each.parent),) if each.parent else ()), *each.controllers)
    ]
    first, last = date.min, date.max
    return tuple(sorted(edges, key=lambda e: (e.parent, e.child, e.since or first, e.until or last)))


def sites(session: Session) -> tuple[SiteRecord, ...]:
    """All sites with their workstations, by site, room and number."""
    stations = workstations(session)
    rows = session.exec(rows_of(SiteRow).order_by(col(SiteRow.id))).all()
    return tuple(
        SiteRecord(
            site=SiteId(row.id),
            name=row.name,
            region=RegionCode(row.region),
            opens=row.opens,
            closes=row.closes,
            workstations=stations.get(SiteId(row.id), ()),
            booth=booth_of(row),
        )
        for row in rows
    )


def booth_of(row: SiteRow) -> Booth | None:
    """What the workstations of a site stand in; None: open ones."""
    if row.booth_width is None or row.booth_depth is None or row.booth_height is None:
        return None
    return Booth(
        width=row.booth_width,
        depth=row.booth_depth,
        height=row.booth_height,
        quiet=row.booth_quiet,
        gate=row.booth_gate,
    )


def workstations(session: Session) -> dict[SiteId, tuple[WorkstationRecord, ...]]:
    """The workstations of every site, by room and number; `broken` names devices that do not work."""
    devices = [col(getattr(WorkstationRow, device)) for device in DEVICES]
    query = select(col(WorkstationRow.site), col(RoomRow.name), col(WorkstationRow.number), *devices).join(
        RoomRow, col(RoomRow.id) == col(WorkstationRow.room)
    )
    found: dict[SiteId, list[WorkstationRecord]] = defaultdict(list)
    for site, room, number, *states in session.execute(query):
        named = zip(DEVICES, states, strict=True)
        broken = tuple(device for device, state in named if state is DeviceState.BROKEN)
        found[site].append(WorkstationRecord(room=room, number=number, broken=broken))
    order = {site: sorted(each, key=lambda one: (one.room, one.number)) for site, each in found.items()}
    return {site: tuple(each) for site, each in order.items()}


def pool(
    session: Session,
    *,
    key: Personal,
    on: date,
    pseudonym: Callable[[str], ExpertId],
    org_tag: Callable[[str], OrgTag],
    knowing: Collection[SpecialityCode] = (),
    number: str | None = None,
) -> tuple[Expert, ...]:
    """Everybody in the pool as the rules of one lot see them, in order of pseudonym.

    With `knowing`, only who has a speciality that begins with one of these codes: a lot's seats; with
    `number`, only the one of this register number.

    `pseudonym` takes a register number, `org_tag` a 统一社会信用代码; households are tagged by `org_tag`
    too, since they would link a person across lots. Ages are full years on `on`. Six queries whatever
    the size. Raises Broken when the key is another one, StorageFailed.
    """
    tag = cache(org_tag)
    only: Only = (number,) if number is not None else _knowing(knowing) if knowing else None
    known = _specialities(session, only)
    jobs = {number: _jobs(rows, tag) for number, rows in _jobs_by_expert(session, only).items()}
    away = {number: _spans(rows) for number, rows in _leave_by_expert(session, only).items()}
    kin = {number: tuple(map(pseudonym, each)) for number, each in _kin(session, only).items()}
    ties = {number: _relations(rows, tag) for number, rows in _ties_by_expert(session, only).items()}
    people = _people() if only is None else _people().where(col(ExpertRow.number).in_(only))
    everybody = [
        Expert(
            id=pseudonym(row.number),
            region=row.region,
            specialities=known.get(row.number, ()),
            employer=tag(row.employer) if row.employer else OrgTag(""),
            household=tag(f"household:{row.household}") if row.household else "",
            age=age(date.fromisoformat(key.open(expert_cell("born", row.number), row.sealed_born)), on),
            certificate_until=row.certificate_until,
            standing=row.standing,
            away=away.get(row.number, ()),
            jobs=jobs.get(row.number, ()),
            senior=row.senior,
            practising_since=row.practising_since,
            trained_until=row.trained_until,
            penalised=row.penalised,
            relations=ties.get(row.number, ()),
            kin=kin.get(row.number, ()),
        )
        for row in session.execute(people)
    ]
    return tuple(sorted(everybody, key=lambda each: each.id))


def _people() -> Select[*tuple[Any, ...]]:
    row = ExpertRow
    who = (col(row.number), col(row.region), col(row.employer), col(row.household))
    life = (col(row.sealed_born), col(row.certificate_until), col(row.standing), col(row.senior))
    return select(*who, *life, col(row.practising_since), col(row.trained_until), col(row.penalised))


def _knowing(codes: Collection[SpecialityCode]) -> Select[Any]:
    """The register numbers of who has a speciality that begins with one of the codes."""
    known = col(ExpertSpecialityRow.speciality)
    return select(col(ExpertSpecialityRow.expert)).where(
        or_(*(known.startswith(code, autoescape=True) for code in sorted(codes)))
    )


def age(born: date, on: date) -> int:
    """Full years of age on a day; born on 29 February, one gets older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def numbers(session: Session) -> tuple[str, ...]:
    """The register numbers of all experts, in order: to find who stands behind a pseudonym."""
    return tuple(session.scalars(select(col(ExpertRow.number)).order_by(col(ExpertRow.number))))


def person_marks(session: Session) -> dict[str, str]:
    """The register number behind every person mark (Personal.mark of the id number)."""
    query = select(col(ExpertRow.person_mark), col(ExpertRow.number))
    return dict(session.execute(query).all())


def experts(session: Session, key: Personal, only: Collection[str] | None = None) -> tuple[ExpertRecord, ...]:
    """Experts with their personal data, by register number: all, or those of `only` that exist.

    Raises Broken when the key is another one, StorageFailed.
    """
    wanted = None if only is None or len(only) > _FEW else tuple(only)
    query = rows_of(ExpertRow)
    if wanted is not None:
        query = query.where(col(ExpertRow.number).in_(wanted))
    known, kin = _specialities(session, wanted), _kin(session, wanted)
    jobs, leave = _jobs_by_expert(session, wanted), _leave_by_expert(session, wanted)
    ties = _ties_by_expert(session, wanted)
    chosen = (row for row in session.exec(query) if only is None or row.number in only)
    found = [
        ExpertRecord(
            expert=row.number,
            name=key.open(expert_cell("name", row.number), row.sealed_name),
            id_number=key.open(expert_cell("id_number", row.number), row.sealed_id_number),
            phone=key.open(expert_cell("phone", row.number), row.sealed_phone),
            born=date.fromisoformat(key.open(expert_cell("born", row.number), row.sealed_born)),
            region=RegionCode(row.region),
            employer=row.employer or "",
            title=row.title,
            specialities=known.get(row.number, ()),
            household=row.household,
            kin=kin.get(row.number, ()),
            certificate_until=row.certificate_until,
            standing=row.standing,
            leave=_spans(leave.get(row.number, ())),
            jobs=_jobs(jobs.get(row.number, ()), OrgTag),
            senior=row.senior,
            practising_since=row.practising_since,
            trained_until=row.trained_until,
            penalised=row.penalised,
            relations=_relations(ties.get(row.number, ()), OrgTag),
        )
        for row in chosen
    ]
    return tuple(sorted(found, key=lambda each: each.expert))


def _specialities(session: Session, only: Only) -> dict[str, tuple[SpecialityCode, ...]]:
    owner, code = col(ExpertSpecialityRow.expert), col(ExpertSpecialityRow.speciality)
    rows = _of(session, (owner, code), owner, only)
    return {number: tuple(sorted(row[1] for row in each)) for number, each in rows.items()}


def _kin(session: Session, only: Only) -> dict[str, tuple[str, ...]]:
    owner, relative = col(ExpertKinRow.expert), col(ExpertKinRow.relative)
    rows = _of(session, (owner, relative), owner, only)
    return {number: tuple(sorted(row[1] for row in each)) for number, each in rows.items()}


def _jobs_by_expert(session: Session, only: Only) -> dict[str, list[tuple[Any, ...]]]:
    row = ExpertJobRow
    columns = (col(row.expert), col(row.position), col(row.organisation), col(row.since), col(row.until))
    return _of(session, columns, columns[0], only)


def _leave_by_expert(session: Session, only: Only) -> dict[str, list[tuple[Any, ...]]]:
    row = ExpertLeaveRow
    columns = (col(row.expert), col(row.position), col(row.since), col(row.until))
    return _of(session, columns, columns[0], only)


def _ties_by_expert(session: Session, only: Only) -> dict[str, list[tuple[Any, ...]]]:
    row = ExpertRelationRow
    columns = (col(row.expert), col(row.position), col(row.tie), col(row.organisation), col(row.since))
    more = (col(row.until), col(row.kinship), col(row.generations))
    return _of(session, (*columns, *more), columns[0], only)


def _relations(rows: Iterable[tuple[Any, ...]], tag: Callable[[str], OrgTag]) -> tuple[Relation, ...]:
    return tuple(
        Relation(tie=tie, org=tag(org), since=since, until=until, kinship=kin, generations=degree)
        for _, _, tie, org, since, until, kin, degree in sorted(rows, key=_position)
    )


def _jobs(rows: Iterable[tuple[Any, ...]], tag: Callable[[str], OrgTag]) -> tuple[Job, ...]:
    order = sorted(rows, key=_position)
    return tuple(Job(org=tag(org), since=since, until=until) for _, _, org, since, until in order)


def _spans(rows: Iterable[tuple[Any, ...]]) -> tuple[Span, ...]:
    order = sorted(rows, key=_position)
    return tuple(Span(since=since, until=until) for _, _, since, until in order)


def _of(
    session: Session,
    columns: tuple[Mapped[Any], ...],
    owner: Mapped[str],
    only: Only,
) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of a child table under the expert they belong to, in one query."""
    query = select(*columns)
    if only is not None:
        query = query.where(owner.in_(only))
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in session.execute(query):
        found[row[0]].append(row)
    return found
