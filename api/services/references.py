"""Does every row of an import refer to something that is there?"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

from api.store import registers
from api.store.expertkeys import taken
from api.store.personal import Personal
from api.store.tables import DEVICES
from crypto.canonical import unhex
from crypto.keys import PUBLIC
from scheduler.model import RegionCode
from scheduler.records import ExpertRecord, OrganisationRecord, Registers, SiteRecord


class Register(StrEnum):
    """The registers, in the order in which they refer to each other."""

    REGIONS = "regions"
    SPECIALITIES = "specialities"
    ORGANISATIONS = "organisations"
    SITES = "sites"
    EXPERTS = "experts"
    TRAVEL = "travel"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Entry:
    """One row of a register, by its key."""

    register: Register
    key: str


class Wrong(StrEnum):
    """What keeps a row out although it is well formed."""

    UNKNOWN = "unknown"  # refers to something that neither the file nor the register holds
    TWICE = "twice"  # the key stands twice in the file
    SAME_PERSON = "same-person"  # another register number has the same id number
    SAME_KEY = "same-key"  # the long-term key is another person's, or was replaced before
    CIRCLE = "circle"  # the organisation would control itself


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFault:
    """One fault: where (`field` is the record's), what, and the value meant; never an id number."""

    entry: Entry
    field: str
    wrong: Wrong
    value: str


def reference_faults(session: Session, records: Registers) -> Iterator[ImportFault]:
    """Every reference of the records that neither they nor the registers hold, and circles of control."""
    regions = {each.code for each in (*registers.regions(session), *records.regions)}
    parents = {each.code: each.parent for each in registers.organisations(session)}
    parents |= {each.code: each.parent for each in records.organisations}
    yield from _organisation_faults(records.organisations, parents)
    for site in records.sites:
        yield from _site_faults(site, regions)
    for way in records.travel:
        entry = Entry(register=Register.TRAVEL, key=f"{way.one}-{way.other}")
        yield from _unknown(entry, "counties", (way.one, way.other), regions)
    if records.experts:
        people = {*registers.numbers(session), *(each.expert for each in records.experts)}
        codes = {each.code for each in (*registers.specialities(session), *records.specialities)}
        for expert in records.experts:
            entry = Entry(register=Register.EXPERTS, key=expert.expert)
            yield from _unknown(entry, "region", (expert.region,), regions)
            yield from _unknown(entry, "employer", filter(None, (expert.employer,)), parents)
            yield from _unknown(entry, "specialities", expert.specialities, codes)
            yield from _unknown(entry, "kin", expert.kin, people)
            yield from _unknown(entry, "jobs", (job.org for job in expert.jobs), parents)
            yield from _unknown(entry, "relations", (held.org for held in expert.relations), parents)


def _organisation_faults(
    filed: Iterable[OrganisationRecord], parents: dict[str, str]
) -> Iterator[ImportFault]:
    for each in filed:
        entry = Entry(register=Register.ORGANISATIONS, key=each.code)
        if each.parent and each.parent not in parents:
            yield ImportFault(entry=entry, field="parent", wrong=Wrong.UNKNOWN, value=each.parent)
        elif _in_circle(each.code, parents):
            yield ImportFault(entry=entry, field="parent", wrong=Wrong.CIRCLE, value=each.parent)
        yield from _unknown(entry, "controllers", (over.org for over in each.controllers), parents)
        if any(over.org == each.code for over in each.controllers):
            yield ImportFault(entry=entry, field="controllers", wrong=Wrong.CIRCLE, value=each.code)


def _in_circle(code: str, parents: dict[str, str]) -> bool:
    seen: set[str] = set()
    above = parents.get(code, "")
    while above and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = parents.get(above, "")
    return False


def _site_faults(site: SiteRecord, regions: set[RegionCode]) -> Iterator[ImportFault]:
    entry = Entry(register=Register.SITES, key=site.site)
    yield from _unknown(entry, "region", (site.region,), regions)
    devices = (device for each in site.workstations for device in each.broken)
    yield from _unknown(entry, "broken", devices, DEVICES)
    seen: set[tuple[str, int]] = set()
    for each in site.workstations:
        if (each.room, each.number) in seen:
            place = f"{each.room}/{each.number}"
            yield ImportFault(entry=entry, field="workstations", wrong=Wrong.TWICE, value=place)
        seen.add((each.room, each.number))


def _unknown(entry: Entry, field: str, values: Iterable[str], known: Container[str]) -> Iterator[ImportFault]:
    for value in values:
        if value not in known:
            yield ImportFault(entry=entry, field=field, wrong=Wrong.UNKNOWN, value=value)


def same_person_faults(
    session: Session, filed: Iterable[ExpertRecord], key: Personal
) -> Iterator[ImportFault]:
    """Experts whose id number another register number has already, in the register or in the file."""
    holders = registers.person_marks(session)
    for each in filed:
        holder = holders.setdefault(key.mark(each.id_number), each.expert)
        if holder != each.expert:
            entry = Entry(register=Register.EXPERTS, key=each.expert)
            yield ImportFault(entry=entry, field="id_number", wrong=Wrong.SAME_PERSON, value=holder)


def same_key_faults(session: Session, filed: Iterable[ExpertRecord], key: Personal) -> Iterator[ImportFault]:
    """Experts whose long-term key stands under another register number, or was replaced before."""
    wanted = {each.expert: unhex(each.key, PUBLIC) for each in filed if each.key}
    for number, holder in (taken(session, key, wanted) if wanted else {}).items():
        entry = Entry(register=Register.EXPERTS, key=number)
        yield ImportFault(entry=entry, field="key", wrong=Wrong.SAME_KEY, value=holder)
