"""How does the demonstration's installation come to be? Keys, database, registers, logins, twelve lots."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from api import keyring
from api.actor import Actor
from api.demo.clock import StoryClock
from api.keyring import Keyring
from api.services.booking import book
from api.services.importing import apply_import
from api.services.office import Office
from api.services.order import Guest, Order
from api.store import journal, schema
from api.store.accounts import Account, put_account
from api.store.db import Database
from crypto.keyfile import Effort
from crypto.stream import Stream
from fixtures.world import Demo, LotPlan, anhui
from scheduler import pack
from scheduler.model import LotId, Role

FIRST_DAY = date(2026, 12, 1)
DEFAULT_SEED = bytes.fromhex("00" * 31 + "01")
DATABASE, SECRET = "yuanping.db", "keys/secret.key"
# The demonstration's passphrases lie beside its key files anyway: a quick Argon2id loses nothing there.
_EFFORT = Effort(memory=8 * 1024, passes=1, lanes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The installation with its demonstration world, before the story."""

    office: Office
    clock: StoryClock
    demo: Demo
    entropy: Callable[[int], bytes]

    @property
    def numbers(self) -> tuple[str, ...]:
        """The register numbers of everybody in the demonstration."""
        return tuple(each.expert for each in self.demo.world.registers.experts)


def is_there(folder: Path) -> bool:
    """Whether a demonstration (or anything else of ours) lies in this folder."""
    return (folder / DATABASE).exists() or (folder / SECRET).exists()


def build(folder: Path, seed: bytes, stopwatch: Callable[[], float]) -> Stage:
    """A fresh installation in `folder` with the Anhui world; all entropy of ours derives from `seed`."""
    stream = Stream(seed).derive("demo")
    folder.mkdir(parents=True, exist_ok=True)
    keyring.make(folder / SECRET, demo=True, entropy=stream.take, effort=_EFFORT)
    database = Database(f"sqlite:///{folder / DATABASE}")
    schema.upgrade(database)
    demo = anhui(FIRST_DAY)
    clock = StoryClock(demo.main.starts - timedelta(days=5), stopwatch)
    office = office_of(database, keyring.load(folder / SECRET), clock.now, stream.take)
    with database.transaction() as session:
        apply_import(session, demo.world.registers, key=office.keys.personal)
        for each in demo.accounts:
            put_account(
                session,
                Account(
                    login=each.login,
                    role=each.role,
                    label=each.label,
                    demo=True,
                    site=each.site,
                    organisation=each.organisation,
                ),
            )
    return Stage(office=office, clock=clock, demo=demo, entropy=stream.take)


def office_of(
    database: Database, keys: Keyring, now: Callable[[], datetime], entropy: Callable[[int], bytes]
) -> Office:
    """The office of the demonstration: rule pack Anhui."""
    return Office(db=database, keys=keys, pack=pack.load("anhui"), now=now, entropy=entropy)


def resume(folder: Path, stopwatch: Callable[[], float], entropy: Callable[[int], bytes]) -> Office:
    """The office of a finished demonstration; its time runs on from the last entry of any journal."""
    database = Database(f"sqlite:///{folder / DATABASE}")
    with database.reading() as session:
        states = [journal.state_of(session, LotId(row.lot)) for row in journal.cases(session)]
    clock = StoryClock(max(state.at for state in states), stopwatch)
    return office_of(database, keyring.load(folder / SECRET), clock.now, entropy)


def order_of(plan: LotPlan) -> Order:
    """A lot of the demonstration as the operator books it."""
    host, guests = plan.sites[0], plan.sites[1:]
    return Order(
        lot=plan.lot,
        project_code=plan.project,
        project_name=plan.name,
        category=plan.category.value,
        region=plan.region,
        starts=plan.starts,
        ends=plan.ends,
        host=host.site,
        host_seats=host.seats,
        guests=tuple(Guest(site=g.site, seats=g.seats) for g in guests),
        seats=plan.seats,
        owners=tuple(f"owner-{i}" for i in range(1, plan.owner_reps + 1)),
        tenderee=plan.tenderee,
        green=plan.green,
        budget=plan.budget,
    )


def book_all(stage: Stage) -> None:
    """All twelve lots, the green channel first."""
    operator = Actor(id="operator", role=Role.OPERATOR)
    for plan in sorted(stage.demo.lots, key=lambda p: (not p.green, p.starts, p.lot)):
        book(stage.office, operator, order_of(plan))
