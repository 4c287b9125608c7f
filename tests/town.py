"""A small town for walks: sixteen experts, three sites, one lot of five seats, and everybody who acts in it.

Everything goes through the services a person would use; only clock and entropy are this module's own.
Every name that must stay secret is a marker that stands nowhere else.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from api.actor import Actor
from api.demo.people import OPERATOR, SUPERVISOR, Device, authorise, experts_by_member, pledge_all
from api.demo.people import check_in as stand_at_the_gate
from api.intake.package import Bid, Company, Package
from api.keyring import CUSTODIANS, Keyring, custodian_keys
from api.services import attending, auditing, booking, drawing, opening, scoring
from api.services.importing import apply_import
from api.services.office import Office, open_case
from api.services.order import Guest, Order
from api.store.db import Database
from api.store.personal import Personal
from crypto.keys import signing_key, subseed
from crypto.stream import Stream
from fixtures.invented import expert_number, id_number, organisation_code, phone
from fixtures.places import counties, specialities
from scheduler import pack as packs
from scheduler.attempts import base_of
from scheduler.bundle import BundleKind
from scheduler.events import Member
from scheduler.model import Job, LotId, OrgTag, RegionCode, Role, Seats, SiteId, SpecialityCode, Standing
from scheduler.records import ExpertRecord, OrganisationRecord, Registers, SiteRecord, WorkstationRecord
from scheduler.sheet import Line, Sheet, sign_and_seal
from scheduler.state import State

LOT = LotId("TOWN-01")
SEED = bytes(range(32))
DAY = date(2026, 12, 1)
NINE = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
HOST, EAST, WEST = SiteId("S-HOST"), SiteId("S-EAST"), SiteId("S-WEST")
_HOMES = ("340104",) * 3 + ("340111",) + ("340202", "340207") * 3 + ("340303", "340302") * 3
EXPERTS = len(_HOMES)
_PLACES = {HOST: ("340111", 5), EAST: ("340202", 4), WEST: ("340303", 4)}
PACK = packs.read(
    """
id = "town"
extends = "anhui"
since = 2026-01-01
name = { zh = "小镇", en = "Town" }

[draw]
reserve = 0
max_rounds = 5
silence_minutes = 30
max_lead_hours = 24
seed_parties = ["supervisor", "tenderee", "operator"]
basis = "assumed"
cite = "tests"
"""
)


class Hands:
    """The town's clock: every look at it is a millisecond later; moved by whoever tells the story."""

    def __init__(self, start: datetime) -> None:
        self._at, self._lock = start, threading.Lock()

    def now(self) -> datetime:
        """The present moment, UTC."""
        with self._lock:
            self._at += timedelta(milliseconds=1)
            return self._at

    def move(self, moment: datetime) -> None:
        """Go on to a later moment; never back."""
        with self._lock:
            self._at = max(self._at, moment)


def entropy_of(seed: bytes) -> Callable[[int], bytes]:
    """Bytes that follow from a seed, for any number of threads."""
    stream, lock = Stream(seed).derive("town"), threading.Lock()

    def take(n: int) -> bytes:
        with lock:
            return stream.take(n)

    return take


def keyring(seed: bytes = SEED) -> Keyring:
    """The keys of the town; the same seed gives the same ones."""
    return Keyring(
        demo=True,
        log=signing_key(subseed(seed, "log")),
        data=subseed(seed, "data"),
        personal=Personal(subseed(seed, "personal")),
        pool=subseed(seed, "pool"),
        session=subseed(seed, "session"),
        custodians=tuple(custodian_keys(name, subseed(seed, name)) for name in CUSTODIANS),
    )


def expert_name(n: int) -> str:
    """What expert n (1 …) is called; stands nowhere but in the register."""
    return f"隐名{n:02d}评委"


def company(n: int) -> OrganisationRecord:
    """The employer of expert n, controlled by a holding of its own."""
    return OrganisationRecord(
        code=organisation_code("340104", n), name=f"隐企{n:02d}有限公司", parent=holding(n).code
    )


def holding(n: int) -> OrganisationRecord:
    """Who controls the employer of expert n."""
    return OrganisationRecord(code=organisation_code("340104", 100 + n), name=f"隐控{n:02d}集团", parent="")


NUMBERS = tuple(expert_number(n) for n in range(1, EXPERTS + 1))
TENDEREE = OrganisationRecord(code=organisation_code("340111", 900), name="隐主招标中心", parent="")


def bidder(n: int, parent: str = "") -> Company:
    """A company that bids; `parent` is the code of who controls it."""
    return Company(code=organisation_code("340104", 500 + n), name=f"隐标{n:02d}公司", parent=parent)


def package(*companies: Company, lot: LotId = LOT) -> Package:
    """What the e-tendering platform sends: one bid of each company, with the groups it knows."""
    bids = tuple(
        Bid(
            code=c.code, name=c.name, members=(replace(c, parent=""),), volume=f"暗标正文：方案{i}" + "。" * i
        )
        for i, c in enumerate(companies)
    )
    return Package(lot=lot, bids=bids, organisations=companies)


def register() -> Registers:
    """Sixteen sound experts in six counties of three cities, each with an employer and holding of its own."""
    homes = {county.code: county for county in counties()}
    wanted = {*_HOMES, *(region for region, _ in _PLACES.values())}
    return Registers(
        regions=tuple(homes[RegionCode(code)] for code in sorted(wanted)),
        specialities=tuple(s for s in specialities() if s.code.startswith(("A0402", "A0601"))),
        organisations=(
            *(of(n) for n in range(1, EXPERTS + 1) for of in (holding, company)),
            TENDEREE,
        ),
        sites=tuple(_site(site, region, seats) for site, (region, seats) in _PLACES.items()),
        experts=tuple(_expert(n) for n in range(1, EXPERTS + 1)),
    )


def _site(site: SiteId, region: str, seats: int) -> SiteRecord:
    """`seats` workstations that work and one whose microphone does not."""
    stations = [WorkstationRecord(room="1", number=n) for n in range(1, seats + 1)]
    stations.append(WorkstationRecord(room="2", number=1, broken=("mic",)))
    return SiteRecord(
        site=site,
        name=f"评标场所{site}",
        region=RegionCode(region),
        opens=time(8, 30),
        closes=time(18, 0),
        workstations=tuple(stations),
    )


def _expert(n: int) -> ExpertRecord:
    knows = ("A040201", "A060101") if n % 3 == 0 else ("A040201",)
    return ExpertRecord(
        expert=expert_number(n),
        name=expert_name(n),
        id_number=id_number(_HOMES[n - 1], "19800101", n),
        phone=phone(n),
        born=date(1980, 1, 1),
        region=RegionCode(_HOMES[n - 1]),
        employer=company(n).code,
        title="高级工程师",
        specialities=tuple(SpecialityCode(code) for code in knows),
        household="",
        kin=(),
        certificate_until=date(2028, 1, 1),
        standing=Standing.GOOD,
        leave=(),
        jobs=(Job(org=OrgTag(company(n).code), since=date(2015, 1, 1)),),
    )


def order(lot: LotId = LOT, **changes: object) -> Order:
    """The lot as the operator books it: four experts and one owner representative, 09:00 to 12:00."""
    plain = Order(
        lot=lot,
        project_code="INV-T-01",
        project_name="小镇污水管网",
        category="municipal",
        region=RegionCode("340111"),
        starts=NINE,
        ends=NINE + timedelta(hours=3),
        host=HOST,
        host_seats=2,
        guests=(Guest(site=EAST, seats=2), Guest(site=WEST, seats=2)),
        seats=(
            Seats(speciality=SpecialityCode("A0402"), count=3),
            Seats(speciality=SpecialityCode("A0601"), count=1),
        ),
        owners=("owner-1",),
        tenderee=TENDEREE.code,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # tests name fields freely


@dataclass(slots=True, kw_only=True)
class Town:
    """An installation with its people; `devices` are the members' own, made at the gate."""

    office: Office
    clock: Hands
    entropy: Callable[[int], bytes] = field(repr=False)
    lot: LotId = LOT
    devices: dict[Member, Device] = field(default_factory=dict)
    _people: dict[Member, Actor] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """The lot now."""
        return open_case(self.office, self.lot).state

    def person(self, member: Member) -> Actor:
        """Who stands behind a pseudonym, as only that person and the pool's owner know."""
        if not self._people:
            self._people.update(experts_by_member(self.office, self.lot, NUMBERS))
        return self._people.get(member, Actor(id="owner-1", role=Role.OWNER))

    def number(self, member: Member) -> int:
        """The n of expert_name(n) and company(n)."""
        return int(self.person(member).expert.rsplit("-", 1)[1])

    def book(self) -> None:
        """F0, with seats held."""
        booking.book(self.office, OPERATOR, order(self.lot))

    def prepare(self) -> None:
        """Pool frozen, all seeds deposited, and late enough to draw."""
        drawing.freeze(self.office, OPERATOR, self.lot)
        pledge_all(self.office, self.lot)
        self.clock.move(NINE - timedelta(hours=20))

    def round(self) -> None:
        """One round of the draw."""
        drawing.fix(self.office, OPERATOR, self.lot)
        drawing.draw(self.office, OPERATOR, self.lot)

    def drawn(self) -> "Town":
        """From nothing to F1."""
        self.book()
        self.prepare()
        self.round()
        return self

    def accept_all(self) -> None:
        """Everybody who has not answered accepts."""
        for member in [m.member for m in self.state.experts() if not m.accepted]:
            self.accept(member)

    def accept(self, member: Member) -> None:
        """The member accepts."""
        attending.accept(self.office, self.person(member), self.lot)

    def decline(self, member: Member) -> None:
        """The member declines."""
        attending.decline(self.office, self.person(member), self.lot)

    def open_bids(self, *conflicted: Member) -> None:
        """Three bidders; a bidder is a sister company of the employer of each of `conflicted`."""
        self.clock.move(NINE - timedelta(minutes=45))
        sisters = [bidder(10 + i, holding(self.number(m)).code) for i, m in enumerate(conflicted)]
        others = [bidder(i) for i in range(1, 4 - len(sisters))]
        opening.open_bids(self.office, OPERATOR, self.lot, package(*others, *sisters, lot=base_of(self.lot)))

    def arrive(self, member: Member) -> None:
        """At the gate of the member's own site, once it is open."""
        self.clock.move(NINE - timedelta(minutes=25))
        person = self.person(member)
        if person.role is Role.OWNER and member not in self.state.authorised:
            authorise(self.office, self.lot, TENDEREE.code, person.id)
        self.stand(member)

    def stand(self, member: Member) -> None:
        """Card checked, device key recorded."""
        person = self.person(member)
        self.devices[member] = stand_at_the_gate(self.office, self.lot, member, person, self.entropy)

    def arrive_all(self) -> None:
        """Everybody who sits and has not checked in does so."""
        for sitting in self.state.current():
            if not sitting.key:
                self.arrive(sitting.member)

    def blinded(self) -> "Town":
        """From F1 to F3 without incident."""
        self.accept_all()
        self.open_bids()
        self.arrive_all()
        opening.blind(self.office, OPERATOR, self.lot)
        return self

    def score(self, member: Member, change: Decimal = Decimal(0)) -> None:
        """The member's sheet, made on the own device; `change` is added to the first line."""
        device = self.devices[member]
        desk = scoring.desk(self.office, device.actor, self.lot)
        lines = [
            Line(code=paper.code, criterion=c.id, score=_judged(paper.text, c.most))
            for paper in desk.papers
            for c in desk.criteria
        ]
        lines[0] = replace(lines[0], score=lines[0].score + change)
        sheet = Sheet(
            lot=self.lot, member=member, version=desk.version, previous=desk.previous, lines=tuple(lines)
        )
        sealed = sign_and_seal(sheet, device.key, desk.score_key, self.entropy(32))
        scoring.submit(self.office, device.actor, self.lot, sealed.envelope, sealed.commitment)

    def score_all(self) -> None:
        """Everybody who sits hands in a sheet."""
        for sitting in self.state.current():
            self.score(sitting.member)

    def bundle(self, kind: BundleKind = BundleKind.FULL) -> bytes:
        """The audit bundle, as the supervisor takes it away."""
        return auditing.export(self.office, SUPERVISOR, self.lot, kind)


def _judged(text: str, most: Decimal) -> Decimal:
    """Better the longer the volume, so that there is a ranking."""
    return (most * (70 + len(text) % 25) / 100).to_integral_value()


def found(database: Database, seed: bytes = SEED, lot: LotId = LOT, people: Registers | None = None) -> Town:
    """A town five days before the evaluation on a migrated, empty database; `people`: another register."""
    keys, clock, entropy = keyring(seed), Hands(NINE - timedelta(days=5)), entropy_of(seed)
    office = Office(db=database, keys=keys, pack=PACK, now=clock.now, entropy=entropy)
    with database.transaction() as session:
        apply_import(session, people or register(), key=keys.personal)
    return Town(office=office, clock=clock, entropy=entropy, lot=lot)
