"""How does the demonstration's installation come to be? Keys, database, registers, logins, twelve lots."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from api import clock, keyring
from api.actor import Actor
from api.custodian.company import Process, agent
from api.custodian.household import FOLDER, homes_in, settle
from api.demo.clock import StoryClock
from api.keyring import Keyring
from api.pool import beside
from api.pool.letters import FarHouse
from api.pool.rooms import Rooms
from api.services import ceremonies
from api.services.booking import book
from api.services.importing import apply_import
from api.services.office import Office
from api.services.order import Guest, Order
from api.serving import answering, web_of
from api.store import journal, schema
from api.store.accounts import Account, put_account
from api.store.db import Database
from crypto.keyfile import Effort
from crypto.stream import Stream
from fixtures.people import keyed
from fixtures.world import Demo, LotPlan, anhui
from scheduler import pack
from scheduler.model import LotId, Role

FIRST_DAY = date(2026, 12, 1)
DEFAULT_SEED = bytes.fromhex("00" * 31 + "02")
DATABASE, SECRET = "yuanping.db", "keys/secret.key"
# The demonstration's passphrases lie beside its key files anyway: a quick Argon2id loses nothing there.
_EFFORT = Effort(memory=8 * 1024, passes=1, lanes=1)

_PATIENCE = 30.0  # seconds; three agents on a busy machine
_EVERY = 0.25  # seconds between two rounds of an idle agent
_SETS = 2  # of keys: the main lot's, and that of the lot which is left for the desks


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The installation with its demonstration world, before the story."""

    office: Office
    clock: StoryClock
    demo: Demo
    entropy: Callable[[int], bytes]
    door: Rooms | None = None  # the pool owner's own; None: experts sign in at the centre

    @property
    def numbers(self) -> tuple[str, ...]:
        """The register numbers of everybody in the demonstration."""
        return tuple(each.expert for each in self.demo.world.registers.experts)


def is_there(folder: Path) -> bool:
    """Whether a demonstration (or anything else of ours) lies in this folder."""
    return (folder / DATABASE).exists() or (folder / SECRET).exists()


def is_current(folder: Path) -> bool:
    """Whether the demonstration in this folder has both houses, with the databases of this program."""
    files = (folder / DATABASE, folder / beside.FOLDER / beside.DATABASE)
    if not all(file.exists() for file in files):
        return False
    databases = [Database(f"sqlite:///{file}") for file in files]
    found = [schema.is_current(each) for each in databases]
    for each in databases:
        each.close()
    return all(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where the houses of the demonstration listen."""

    centre: socket.socket
    pool: socket.socket

    def close(self) -> None:
        """Nobody can come in any more."""
        self.centre.close()
        self.pool.close()


def found(folder: Path, seed: bytes) -> None:
    """The houses in `folder`: the centre's keys, every custodian's, and the pool owner's with its register."""
    stream = Stream(seed).derive("keys")
    folder.mkdir(parents=True, exist_ok=True)
    keyring.make_secret(folder / SECRET, demo=True, entropy=stream.take)
    settle(folder / FOLDER, folder / SECRET, stream.take, _EFFORT)
    beside.settle(folder / beside.FOLDER, folder / SECRET, stream.take)
    beside.fill(folder / beside.FOLDER, keyed(anhui(FIRST_DAY).world.registers))


def processes(folder: Path, doors: Doors) -> tuple[Process, ...]:
    """What runs beside the centre: three custodians' agents and the pool owner."""
    address = f"http://127.0.0.1:{doors.centre.getsockname()[1]}"
    agents = (agent(home, address, _EVERY, demo_clock=True) for home in homes_in(folder / FOLDER))
    return (*agents, beside.process(folder / beside.FOLDER, doors.pool, address))


def build(folder: Path, seed: bytes, stopwatch: Callable[[], float], doors: Doors) -> Stage:
    """The founded installation with the Anhui world; all entropy of ours derives from `seed`.

    The centre keeps counties, specialities and sites; people and organisations are the pool owner's.
    """
    stream = Stream(seed).derive("demo")
    database = Database(f"sqlite:///{folder / DATABASE}")
    schema.upgrade(database)
    demo = anhui(FIRST_DAY)
    hands = StoryClock(demo.main.starts - timedelta(days=5), stopwatch)
    keys = keyring.load(folder / SECRET)
    far = beside.called(folder / beside.FOLDER, keys, doors.pool)
    office = office_of(database, keys, hands.now, stream.take, far)
    places = replace(demo.world.registers, organisations=(), experts=())
    with database.transaction() as session:
        apply_import(session, places, key=keys.personal)
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
    door = beside.rooms(folder / beside.FOLDER, office.pack, hands.now)
    return Stage(office=office, clock=hands, demo=demo, entropy=stream.take, door=door)


def office_of(
    database: Database,
    keys: Keyring,
    now: Callable[[], datetime],
    entropy: Callable[[int], bytes],
    far: FarHouse | None = None,
) -> Office:
    """The office of the demonstration: rule pack Anhui."""
    return Office(
        db=database,
        keys=keys,
        pack=pack.load("anhui"),
        now=now,
        entropy=entropy,
        patience=_PATIENCE,
        far=far,
    )


def resume(
    folder: Path, stopwatch: Callable[[], float], entropy: Callable[[int], bytes], doors: Doors
) -> Office:
    """The office of a finished demonstration; its time runs on from the last entry of any journal."""
    database = Database(f"sqlite:///{folder / DATABASE}")
    with database.reading() as session:
        states = [journal.state_of(session, LotId(row.lot)) for row in journal.cases(session)]
    hands = StoryClock(max(state.at for state in states), stopwatch)
    keys = keyring.load(folder / SECRET)
    return office_of(
        database, keys, hands.now, entropy, beside.called(folder / beside.FOLDER, keys, doors.pool)
    )


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


@contextmanager
def custodians_about(stage: Stage, listener: socket.socket) -> Iterator[None]:
    """The door at which the custodians' agents call while the story goes on; keys are asked for ahead.

    What the door needs entropy for must not shift the story's own.
    """
    office = replace(stage.office, entropy=clock.entropy)
    with answering(web_of(office), listener):
        ceremonies.stock(office, _SETS)
        try:
            yield
        finally:
            office.bell.close()
