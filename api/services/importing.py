"""Which rows of a register file are new or changed, and may they be taken in?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from api.services.references import (
    Entry,
    ImportFault,
    Register,
    Wrong,
    reference_faults,
    same_key_faults,
    same_person_faults,
)
from api.store import filing, registers
from api.store.expertkeys import enrolled, put_keys
from api.store.personal import Personal
from api.store.tables import DEVICES
from api.store.travel import file_travel, travel
from crypto.canonical import unhex
from crypto.keys import PUBLIC
from scheduler.errors import Refused
from scheduler.model import Travel
from scheduler.records import (
    ExpertRecord,
    OrganisationRecord,
    RegionRecord,
    Registers,
    SiteRecord,
    SpecialityRecord,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import would do. With faults it does nothing."""

    new: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    unchanged: int
    faults: tuple[ImportFault, ...]


Record = RegionRecord | SpecialityRecord | OrganisationRecord | SiteRecord | ExpertRecord | Travel
_R = TypeVar("_R", RegionRecord, SpecialityRecord, OrganisationRecord, SiteRecord, ExpertRecord, Travel)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    new: dict[Entry, Record]
    changed: dict[Entry, Record]
    unchanged: int
    faults: list[ImportFault]

    def plan(self) -> ImportPlan:
        return ImportPlan(
            new=tuple(self.new),
            changed=tuple(self.changed),
            unchanged=self.unchanged,
            faults=tuple(self.faults),
        )

    def of(self, kind: type[_R]) -> tuple[list[_R], list[_R]]:
        """New and changed records of one kind."""
        return (
            [each for each in self.new.values() if isinstance(each, kind)],
            [each for each in self.changed.values() if isinstance(each, kind)],
        )


def plan_import(session: Session, records: Registers, *, key: Personal) -> ImportPlan:
    """What taking these records in would do; writes nothing.

    Rows of the register that the records do not name stay as they are. Raises StorageFailed, and Broken
    when the register was sealed under another key.
    """
    return _compare(session, records, key).plan()


def apply_import(
    session: Session, records: Registers, *, key: Personal, at: datetime | None = None
) -> ImportPlan:
    """Take the records in; doing it twice changes nothing. Raises Refused("import-faults") and writes
    nothing when the plan has faults; StorageFailed; Broken. `at`: when long-term keys were enrolled."""
    filing.lock_version(session)
    found = _compare(session, records, key)
    plan = found.plan()
    if plan.faults:
        raise Refused("import-faults", faults=plan.faults)
    if plan.new or plan.changed:
        filing.file_regions(session, *found.of(RegionRecord))
        filing.file_specialities(session, *found.of(SpecialityRecord))
        filing.file_organisations(session, *found.of(OrganisationRecord))
        filing.file_sites(session, *found.of(SiteRecord))
        new, changed = found.of(ExpertRecord)
        filing.file_experts(session, key, new, changed)
        keys = {each.expert: unhex(each.key, PUBLIC) for each in (*new, *changed) if each.key}
        if keys:
            put_keys(session, key, keys, at)
        file_travel(session, *found.of(Travel))
        filing.count_version(session)
    return plan


def _compare(session: Session, records: Registers, key: Personal) -> _Found:
    found = _Found(new={}, changed={}, unchanged=0, faults=[])
    there = _there(session, records, key)
    unchanged = 0
    for entry, record in _entries(records):
        if entry in found.new or entry in found.changed:
            found.faults.append(ImportFault(entry=entry, field="", wrong=Wrong.TWICE, value=entry.key))
        elif entry not in there:
            found.new[entry] = record
        elif _heard(there[entry], record) != record:
            found.changed[entry] = record
        else:
            unchanged += 1
    found.faults.extend(reference_faults(session, records))
    found.faults.extend(same_person_faults(session, records.experts, key))
    found.faults.extend(same_key_faults(session, records.experts, key))
    return replace(found, unchanged=unchanged)


def _heard(there: Record, record: Record) -> Record:
    """What is there, as far as a record speaks of it: one without a long-term key leaves the enrolled one alone."""
    if isinstance(there, ExpertRecord) and isinstance(record, ExpertRecord) and not record.key:
        return replace(there, key="")
    return there


def _entries(records: Registers) -> Iterator[tuple[Entry, Record]]:
    """Every record under its key, in the order in which registers refer to each other, and in one form."""
    for region in records.regions:
        yield Entry(register=Register.REGIONS, key=region.code), region
    for speciality in records.specialities:
        yield Entry(register=Register.SPECIALITIES, key=speciality.code), speciality
    for organisation in records.organisations:
        yield Entry(register=Register.ORGANISATIONS, key=organisation.code), organisation
    for site in records.sites:
        yield Entry(register=Register.SITES, key=site.site), _settled_site(site)
    for expert in records.experts:
        yield Entry(register=Register.EXPERTS, key=expert.expert), _settled_expert(expert)
    for way in records.travel:
        yield Entry(register=Register.TRAVEL, key=f"{way.one}-{way.other}"), way


def _there(session: Session, records: Registers, key: Personal) -> dict[Entry, Record]:
    """What the registers hold under the keys of the records; kinds without records are not read."""
    held = Registers(
        regions=registers.regions(session) if records.regions else (),
        specialities=registers.specialities(session) if records.specialities else (),
        organisations=registers.organisations(session) if records.organisations else (),
        sites=registers.sites(session) if records.sites else (),
        experts=_keyed(session, key, {each.expert for each in records.experts}),
        travel=travel(session) if records.travel else (),
    )
    return dict(_entries(held))


def _keyed(session: Session, key: Personal, numbers: set[str]) -> tuple[ExpertRecord, ...]:
    people = registers.experts(session, key, numbers)
    keys = enrolled(session, key) if people else {}
    return tuple(
        replace(each, key=keys[each.expert][-1].public.hex()) if each.expert in keys else each
        for each in people
    )


def _settled_site(site: SiteRecord) -> SiteRecord:
    """The order of workstations and of broken devices in a file means nothing."""
    settled = (
        replace(each, broken=tuple(sorted(set(each.broken), key=_device))) for each in site.workstations
    )
    order = sorted(settled, key=lambda each: (each.room, each.number))
    return replace(site, workstations=tuple(order))


def _device(name: str) -> int:
    return DEVICES.index(name) if name in DEVICES else len(DEVICES)


def _settled_expert(expert: ExpertRecord) -> ExpertRecord:
    """The order of specialities and relatives in a file means nothing."""
    return replace(
        expert,
        specialities=tuple(sorted(set(expert.specialities))),
        kin=tuple(sorted(set(expert.kin))),
    )
