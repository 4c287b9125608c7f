"""How quick is the booking's feasibility answer? `python -m benchmarks.feasibility`, at 60 000 experts, 400 lots a day.

An SQLite installation with a province's pool, its sites, and a full day of held seats on each of seven days.
Beside it: the same answer without anything kept in memory (the register read for every question).
"""

import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from api.keyring import CUSTODIANS, Keyring, custodian_keys
from api.services import feasibility
from api.services.feasibility import Wish
from api.services.importing import apply_import
from api.services.memory import Memory
from api.services.office import Office
from api.store.db import Database
from api.store.journal import CaseRow, SeatHold
from api.store.personal import Personal
from api.store.schema import upgrade
from crypto.keys import signing_key, subseed
from crypto.stream import Stream
from fixtures.world import make_world
from scheduler import pack
from scheduler.model import LotId, RegionCode, Seats, SpecialityCode
from scheduler.rules.day import SHANGHAI

SEED = b"benchmark feasibility".ljust(32, b".")
EXPERTS, LOTS = 60_000, 400
NOW = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
SEATS = (
    Seats(speciality=SpecialityCode("A0402"), count=3),
    Seats(speciality=SpecialityCode("A0601"), count=1),
)


def office_of(folder: Path) -> Office:
    """An installation with the pool, and no lot."""
    database = Database(f"sqlite:///{folder / 'bench.db'}")
    upgrade(database)
    keys = Keyring(
        demo=True,
        log=signing_key(subseed(SEED, "log")),
        data=subseed(SEED, "data"),
        personal=Personal(subseed(SEED, "personal")),
        pool=subseed(SEED, "pool"),
        session=subseed(SEED, "session"),
        custodians=tuple(custodian_keys(name, subseed(SEED, name)) for name in CUSTODIANS),
    )
    world = make_world(SEED, today=date(2026, 12, 1), experts=EXPERTS)
    with database.transaction() as session:
        apply_import(session, world.registers, key=keys.personal)
    return Office(db=database, keys=keys, pack=pack.load("anhui"), now=lambda: NOW, entropy=Stream(SEED).take)


def fill(office: Office, memory: Memory) -> int:
    """Lots on seven days, each with six seats held somewhere; the seats they want are put into memory."""
    stream, held = Stream(SEED).derive("lots"), 0
    with office.db.transaction() as session:
        from api.services.rooms import stations

        usable = {site: sorted(some) for site, some in stations(session).items()}
        taken: set[tuple[str, int, int]] = set()
        sites = sorted(usable)
        for day in range(7):
            for n in range(LOTS):
                half = n % 2
                starts = datetime(2026, 12, 1 + day, 9 + 5 * half, tzinfo=SHANGHAI)
                lot = LotId(f"B-{day}-{n}")
                ends = starts + timedelta(hours=3)
                session.add(CaseRow(lot=lot, seq=0, phase="F0", region="340104", starts=starts, ends=ends))
                memory._wanted[lot] = (
                    SEATS if n % 4 == 0 else (Seats(speciality=SpecialityCode("B01"), count=5),)
                )
                for _ in range(6):
                    site = sites[stream.below(len(sites))]
                    at = stream.below(len(usable[site]))
                    if (site, at, day * 2 + half) in taken:
                        continue
                    taken.add((site, at, day * 2 + half))
                    room, number = usable[site][at]
                    held += 1
                    session.add(
                        SeatHold(lot=lot, site=site, room=room, workstation=number, starts=starts, ends=ends)
                    )
    return held


def timed(office: Office, wish: Wish, memory: Memory) -> float:
    """Seconds of one answer."""
    began = time.perf_counter()
    feasibility.outlook(office, memory, wish)
    return time.perf_counter() - began


def main() -> None:
    """The table."""
    wish = Wish(
        region=RegionCode("340104"), category="municipal", budget=5_000_000, seats=SEATS, owner_reps=1
    )
    with tempfile.TemporaryDirectory() as folder:
        office, memory = office_of(Path(folder)), Memory()
        held = fill(office, memory)
        cold = timed(office, wish, memory)
        warm = [timed(office, wish, memory) for _ in range(15)]
        forgetful = []
        for _ in range(3):
            empty = Memory()
            empty._wanted = memory._wanted
            forgetful.append(timed(office, wish, empty))
        slots = feasibility.outlook(office, memory, wish).slots
        print(
            f"{EXPERTS} experts, {LOTS} lots a day, {held} seats held, {len(slots)} windows", file=sys.stderr
        )
        print("| answer | median s | worst s |\n|---|---|---|")
        print(f"| pool in memory | {statistics.median(warm):.3f} | {max(warm):.3f} |")
        print(f"| the first one | {cold:.3f} | |")
        print(
            f"| baseline: pool read each time | {statistics.median(forgetful):.3f} | {max(forgetful):.3f} |"
        )
        office.db.close()


if __name__ == "__main__":
    main()
