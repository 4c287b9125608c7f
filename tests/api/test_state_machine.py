"""Whatever people do in whatever order: allowed or refused, the case stays sound after every step."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from itertools import combinations
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlmodel import col, select

from api.actor import SYSTEM, Actor
from api.demo.people import OPERATOR, SUPERVISOR, TENDEREE, Device, deposits, tenderee_of
from api.services import (
    attending,
    auditing,
    authorising,
    booking,
    closing,
    drawing,
    opening,
    revealing,
    scoring,
    ticking,
)
from api.services.office import Office
from api.store import journal
from api.store.db import Database
from api.store.journal import ExhibitRow, JournalRow, SeatHold
from api.store.schema import upgrade
from crypto.keys import signing_key
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.events import Closed, KeyOpened, LotteryFixed, Member, Out, Totalled
from scheduler.model import LotId, Role
from scheduler.phases import apply, replay
from scheduler.record import entry_plain, read_entry, verify_entry
from scheduler.release import condition
from scheduler.state import Phase, State
from tests.town import LOT, NINE, PACK, Hands, Town, bidder, entropy_of, found, keyring, order, package
from tests.town import TENDEREE as TENDEREE_ORG

FACES = st.integers(min_value=0, max_value=99)


@cache
def _template() -> Path:
    """A database with the town's register and the lot booked, frozen and pledged; copied for every run."""
    path = Path(tempfile.mkdtemp(prefix="yuanping-machine-")) / "town.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    town = found(database)
    town.book()
    town.prepare()
    database.close()
    return path


def _copy(folder: Path) -> Town:
    shutil.copy(_template(), folder / "town.db")
    database = Database(f"sqlite:///{folder / 'town.db'}")
    clock, entropy = Hands(NINE - timedelta(hours=20)), entropy_of(b"machine" * 4)
    office = Office(db=database, keys=keyring(), pack=PACK, now=clock.now, entropy=entropy)
    return Town(office=office, clock=clock, entropy=entropy)


class Walks(RuleBasedStateMachine):
    """One lot under any hands; `steps` are the right next deeds, `verbs` everything else."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="yuanping-walks-"))
        self.town = _copy(self.folder)
        self.journal: list[tuple[str, str]] = []
        self.seen: dict[Member, Out | None] = {}

    def teardown(self) -> None:
        """Leave nothing."""
        self.town.office.db.close()
        shutil.rmtree(self.folder)

    def try_(self, verb: Callable[..., object], *arguments: object) -> bool:
        """Do it, or be refused without a trace; anything else is a fault of ours. True: it was done."""
        before = self.rows()
        try:
            verb(self.town.office, *arguments)
        except Refused:
            assert self.rows() == before
            return False
        return True

    def rows(self) -> list[tuple[str, str]]:
        """The journal as it lies in the database."""
        with self.town.office.db.reading() as session:
            found = session.exec(select(JournalRow).order_by(col(JournalRow.id))).all()
        return [(row.entry, row.signature) for row in found if row.lot == LOT]

    def anybody(self, face: int) -> Member:
        """A member past or present, or the expert of the pool who was never drawn."""
        members = [m.member for m in self.town.state.members]
        return members[face % len(members)]

    # --- the right next deed -----------------------------------------------------------------------

    @rule()
    def go_on(self) -> None:
        """Whatever comes next in an evaluation without incident."""
        self._next(self.town.state)

    @rule()
    def go_on_far(self) -> None:
        """The same, so that walks get far."""
        for _ in range(3):
            self._next(self.town.state)

    def _next(self, state: State) -> None:
        town, office = self.town, self.town.office
        if state.round_under_way() or (state.phase is Phase.F0) or sum(state.open_seats()):
            verb = drawing.draw if state.round_under_way() else drawing.fix
            self.try_(verb, OPERATOR, LOT)
        elif any(not m.accepted for m in state.experts()):
            town.accept_all()
        elif state.phase is Phase.F1:
            town.open_bids(*[m.member for m in state.experts()][: state.seq % 2])
        elif any(not m.key for m in state.current()):
            town.arrive_all()
        elif state.phase is Phase.F2:
            opening.blind(office, OPERATOR, LOT)
        elif state.phase is Phase.F3 and any(m.sheet is None for m in state.current()):
            self._sheet(next(m.member for m in state.current() if m.sheet is None))
        else:
            self._finish(state)

    def _finish(self, state: State) -> None:
        verbs = {
            Phase.F3: closing.close,
            Phase.F4: revealing.reveal if state.totals else closing.total,
            Phase.F5: revealing.report,
        }
        if state.phase in verbs:
            verbs[state.phase](self.town.office, OPERATOR, LOT)

    def _sheet(self, member: Member) -> None:
        if member in self.town.devices:
            self.town.score(member)

    # --- anything, by anybody, at any time --------------------------------------------------------

    @rule(face=FACES)
    def decline(self, face: int) -> None:
        """Somebody declines."""
        self.try_(attending.decline, self.town.person(self.anybody(face)), LOT)

    @rule(face=FACES)
    def accept(self, face: int) -> None:
        """Somebody accepts."""
        self.try_(attending.accept, self.town.person(self.anybody(face)), LOT)

    @rule(face=FACES, why=st.sampled_from(Out))
    def miss(self, face: int, why: Out) -> None:
        """The clock says that somebody is out."""
        self.try_(attending.miss, SYSTEM, LOT, self.anybody(face), why)

    @rule(face=FACES, site=st.sampled_from(("S-HOST", "S-EAST", "S-WEST")))
    def gate(self, face: int, site: str) -> None:
        """Somebody stands at a gate, perhaps the wrong one."""
        member = self.anybody(face)
        person = self.town.person(member)
        device = Device(actor=person, key=signing_key(self.town.entropy(32)))
        staff = Actor(id="gate", role=Role.SITE, site=site)
        if person.role is Role.OWNER:
            owner = tenderee_of(TENDEREE_ORG.code)
            self.try_(authorising.authorise, owner, LOT, person.id, ("1", "高级工程师"))
        name = person.expert or person.id
        if self.try_(attending.check_in, staff, LOT, name, device.key.public):
            self.town.devices[member] = device

    @rule(face=FACES)
    def submit(self, face: int) -> None:
        """Somebody hands in rubbish."""
        self.try_(scoring.submit, self.town.person(self.anybody(face)), LOT, b"rubbish", bytes(32))

    @rule(face=FACES)
    def score_again(self, face: int) -> None:
        """A member hands in a sheet, or another version."""
        member = self.anybody(face)
        self.try_(lambda office: self._sheet(member))

    @rule(
        verb=st.sampled_from(
            (
                drawing.freeze,
                drawing.fix,
                drawing.draw,
                opening.blind,
                closing.close,
                closing.total,
                revealing.reveal,
                revealing.report,
            )
        ),
        actor=st.sampled_from((OPERATOR, SUPERVISOR, SYSTEM)),
    )
    def staff(self, verb: Callable[..., object], actor: Actor) -> None:
        """A desk presses any button."""
        self.try_(verb, actor, LOT)

    @rule(bids=st.integers(min_value=1, max_value=4))
    def open_bids(self, bids: int) -> None:
        """Bids are opened, too few or too early perhaps."""
        self.try_(opening.open_bids, OPERATOR, LOT, package(*(bidder(i) for i in range(bids))))

    @rule()
    def pledge_again(self) -> None:
        """A party would like other seeds."""
        self.try_(drawing.pledge, TENDEREE, LOT, deposits(self.town.office, LOT, "tenderee"))

    @rule(number=st.integers(2, 4), half_hours=st.integers(0, 12), seats=st.integers(2, 4))
    def book(self, number: int, half_hours: int, seats: int) -> None:
        """Other lots want seats at the same sites."""
        starts = NINE + half_hours * timedelta(minutes=30)
        lot = LotId(f"TOWN-{number:02d}")
        wanted = order(lot, starts=starts, ends=starts + timedelta(hours=2), host_seats=seats)
        self.try_(booking.book, OPERATOR, wanted)

    @rule(minutes=st.sampled_from((1, 31, 600)))
    def wait(self, minutes: int) -> None:
        """Time passes, and the clock does what is due."""
        if self.town.state.phase in (Phase.F1, Phase.F2, Phase.F3):
            self.town.clock.move(self.town.clock.now() + timedelta(minutes=minutes))
        ticking.tick_case(self.town.office, LOT)

    @rule(kind=st.sampled_from(BundleKind))
    def export(self, kind: BundleKind) -> None:
        """Somebody wants the bundle."""
        self.try_(auditing.export, SUPERVISOR, LOT, kind)

    # --- what stays true --------------------------------------------------------------------------

    @invariant()
    def the_journal_only_grows(self) -> None:
        """Every row that stood stands unchanged; chain and signatures verify from the beginning."""
        rows = self.rows()
        assert rows[: len(self.journal)] == self.journal
        with self.town.office.db.reading() as session:
            history = journal.history(session, LOT)
        previous = ""
        for number, (entry, signature) in enumerate(history):
            assert (entry.seq, entry.previous) == (number, previous)
            if number >= len(self.journal):
                verify_entry(self.town.office.keys.log.public, entry, signature)
            previous = entry.hash
        self.journal = rows

    @invariant()
    def replay_gives_the_state(self) -> None:
        """Step by step or at once, and through bytes: the same state; and each step was lawful by itself."""
        with self.town.office.db.reading() as session:
            entries = [entry for entry, _ in journal.history(session, LOT)]
        state: State | None = None
        for entry in entries:
            self._lawful(state, entry.event)
            state = apply(state, entry)
        assert state == self.town.state == replay(read_entry(entry_plain(e)) for e in entries)

    def _lawful(self, state: State | None, event: object) -> None:
        """Keys only against their record; lotteries keep exactly who sits; totals only of closed sheets."""
        if state is None:
            return
        if isinstance(event, KeyOpened):
            assert event.against == condition(state, event.key)
            assert len({r.custodian for r in event.releases}) >= state.threshold >= 2
        if isinstance(event, LotteryFixed):
            assert set(event.kept) == {m.member for m in state.experts()}
            assert set(event.out) == {m.member for m in state.left()}
        if isinstance(event, Closed):
            assert all(m.sheet for m in state.current())
        if isinstance(event, Totalled):
            assert state.closed is not None

    @invariant()
    def the_panel_is_sound(self) -> None:
        """Never more than the seats asked for, nobody twice, and who is out stays out for the same reason."""
        state = self.town.state
        taken = Counter(m.role for m in state.experts())
        assert all(taken[role] <= wanted for role, wanted in enumerate(state.seats))
        names = [m.member for m in state.members]
        assert len(set(names)) == len(names)
        for m in state.members:
            before = self.seen.get(m.member)
            assert before is None or m.out is before
        assert set(self.seen) <= set(names)
        self.seen = {m.member: m.out for m in state.members}
        assert len(state.rounds) <= state.max_rounds

    @invariant()
    def no_workstation_is_held_twice(self) -> None:
        """Two lots never hold one workstation at overlapping times."""
        with self.town.office.db.reading() as session:
            holds = session.exec(select(SeatHold)).all()
            exhibits = session.exec(select(ExhibitRow.digest)).all()
        places: dict[tuple[str, str, int], list[SeatHold]] = {}
        for hold in holds:
            places.setdefault((hold.site, hold.room, hold.workstation), []).append(hold)
        for here in places.values():
            assert all(a.ends <= b.starts or b.ends <= a.starts for a, b in combinations(here, 2))
        assert len(set(exhibits)) == len(exhibits)


TestWalks = Walks.TestCase
TestWalks.settings = settings(
    max_examples=9, stateful_step_count=28, deadline=None, suppress_health_check=list(HealthCheck)
)
