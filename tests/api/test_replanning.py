"""A site is lost: the repair is shown, nothing changes until it is applied, and then exactly what was shown does."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlmodel import Session, select

from api.demo.people import OPERATOR, SUPERVISOR
from api.services import acting, booking, moving, packs, ticking
from api.services.acting import Deed
from api.services.closing_sites import Cut, close_site, cuts, lift, run_over
from api.services.importing import apply_import
from api.services.memory import Memory
from api.services.office import by, open_case, record
from api.services.replanning import Proposal, propose
from api.store import journal
from api.store.db import Database
from api.views.planning import pictures
from crypto.errors import Broken
from scheduler.audit import verify
from scheduler.audit.case import Pins
from scheduler.audit.moving import moves
from scheduler.errors import Refused
from scheduler.events import Moved
from scheduler.faults import Stage, fault_clock
from scheduler.model import LotId, RegionCode
from scheduler.phases import replay
from scheduler.rules.day import SHANGHAI
from scheduler.state import Entry, Phase
from tests.town import EAST, HOST, LOT, NINE, PACK, WEST, Town, order, register

OTHER = LotId("TOWN-02")


@pytest.fixture
def town(new_town: Town) -> Town:
    """A town with one booked lot: host, two guests in the east and two in the west, 09:00 to 12:00."""
    new_town.book()
    return new_town


def loss(site: str = EAST, room: str = "", hours: int = 9) -> Cut:
    """A site without power on the day of the lot, from 09:00."""
    return Cut(site=site, room=room, starts=NINE, ends=NINE + timedelta(hours=hours))  # type: ignore[arg-type]  # plain text reads better


def held(town: Town, lot: LotId = LOT) -> set[tuple[str, str]]:
    """Where the lot has seats, and when."""
    with town.office.db.reading() as session:
        rows = session.exec(select(journal.SeatHold).where(journal.SeatHold.lot == lot)).all()
    return {(row.site, row.starts.astimezone(SHANGHAI).strftime("%d %H:%M")) for row in rows}


def proposed(town: Town) -> Proposal:
    """The proposal now."""
    return propose(town.office, Memory())


def test_a_lost_guest_site_is_repaired_in_the_same_window_where_that_is_possible(town: Town) -> None:
    """Nothing changes before it is applied; then an event says so, seats are held elsewhere, the list follows."""
    before = held(town)
    close_site(town.office, OPERATOR, loss(), "停电")
    (step,) = proposed(town).steps
    assert held(town) == before
    assert step.after is not None
    assert EAST not in [site for site, _ in step.after.option.guests]
    assert (step.after.starts, step.after.ends) == (step.before.starts, step.before.ends)
    done = moving.apply(town.office, OPERATOR, Memory(), proposed(town).digest, "东场停电")
    assert done.steps == (step,)
    assert {site for site, _ in held(town)} == {HOST, WEST}
    with town.office.db.reading() as session:
        events = [entry.event for entry, _ in journal.history(session, LOT)]
    assert isinstance(events[-1], Moved)
    request = open_case(town.office, LOT).request
    assert {site.site for site in request.sites} == {HOST, WEST}
    assert proposed(town).steps == ()


def test_when_both_guest_sites_are_lost_the_lot_goes_to_the_next_window(town: Town) -> None:
    """Another window is taken, the nearest one; the state and the list tell the new time."""
    for site in (EAST, WEST):
        close_site(town.office, OPERATOR, loss(site, hours=4), "停电")
    (step,) = proposed(town).steps
    assert step.after is not None
    assert step.after.starts > step.before.starts
    moving.apply(town.office, OPERATOR, Memory(), proposed(town).digest, "停电")
    assert town.state.starts == step.after.starts
    with town.office.db.reading() as session:
        assert journal.cases(session)[0].starts == step.after.starts


def test_the_moved_lot_lives_on_to_a_verified_bundle(town: Town) -> None:
    """After the move the draw goes on, and the report's verifier says that the lot was moved once."""
    close_site(town.office, OPERATOR, loss(), "停电")
    moving.apply(town.office, OPERATOR, Memory(), proposed(town).digest, "停电")
    town.prepare()
    town.round()
    town.blinded()
    town.score_all()
    ticking.tick_case(town.office, LOT)
    for deed in (Deed.REVEAL, Deed.REPORT):
        acting.act(town.office, OPERATOR, LOT, deed, "")
    report = verify(town.bundle(), Pins())
    assert report.holds
    assert any("moved 1 times" in finding.says.en for finding in report.findings)


def test_a_move_that_changes_more_than_window_and_sites_is_found(town: Town) -> None:
    """The history takes any digest; the verifier compares the two requests and says what is wrong."""
    request = open_case(town.office, LOT).request
    forged = town.office.exhibit("request", replace(request, region=RegionCode("340202")))
    event = Moved(
        request=forged.digest,
        starts=request.starts.isoformat(),
        ends=request.ends.isoformat(),
        reason="x",
    )
    record(town.office, LOT, town.state, [by(OPERATOR, event)], exhibits=[forged])
    with town.office.db.reading() as session:
        entries = journal.history(session, LOT)
    moments = tuple(zip((None, *map(replay, _begins(entries))), (e for e, _ in entries), strict=False))
    old = town.office.exhibit("request", request)
    bodies = {entries[0][0].event.request: old, forged.digest: forged}  # type: ignore[union-attr]  # it begins with a booking
    case = SimpleNamespace(moments=moments, body=lambda digest, shape: bodies[digest].body)
    with pytest.raises(Broken, match="more than window and sites"):
        moves(case)  # type: ignore[arg-type]  # as much of a case as the step reads


def _begins(entries: Sequence[tuple[Entry, str]]) -> list[list[Entry]]:
    """Every beginning of a history, shortest first."""
    return [[entry for entry, _ in entries[: n + 1]] for n in range(len(entries) - 1)]


def test_a_what_if_changes_nothing(town: Town) -> None:
    """An imagined loss is answered like a real one, and afterwards nothing is closed, held or recorded."""
    before = (held(town), town.state)
    made = propose(town.office, Memory(), imagined=(loss(),))
    assert [step.lot for step in made.steps] == [LOT]
    with town.office.db.reading() as session:
        assert cuts(session, town.office.now()) == ()
    assert (held(town), town.state) == before
    with pytest.raises(Refused, match="plan_stale"):
        moving.apply(town.office, OPERATOR, Memory(), made.digest, "x")


def test_a_proposal_of_yesterday_is_refused(town: Town) -> None:
    """The world moved on after it was shown: another closure, a lifted one."""
    close_site(town.office, OPERATOR, loss(), "停电")
    old = proposed(town).digest
    close_site(town.office, OPERATOR, loss(WEST, hours=4), "停电")
    with pytest.raises(Refused, match="plan_stale"):
        moving.apply(town.office, OPERATOR, Memory(), old, "x")
    with town.office.db.reading() as session:
        numbers = [number for number, _, _ in cuts(session, town.office.now())]
    for number in numbers:
        lift(town.office, OPERATOR, number)
    assert proposed(town).steps == ()
    with pytest.raises(Refused, match="plan_empty"):
        moving.apply(town.office, OPERATOR, Memory(), proposed(town).digest, "x")


AWAY = """
id = "away"
extends = "anhui"
since = 2026-01-01
name = { zh = "全部异地", en = "All away" }
[[rules.L3]]
least = 4
since = 2026-01-01
basis = "assumed"
cite = "tests"
"""


def test_a_lot_is_moved_by_the_rules_of_its_booking(new_town: Town) -> None:
    """Booked when all must come from elsewhere, it gets seats for all elsewhere though a laxer pack rules today."""
    town, today = new_town, (NINE - timedelta(days=5)).date()
    for text in (AWAY, packs.shipped("anhui")):
        number = packs.propose(town.office, SUPERVISOR, text, today)
        packs.confirm(town.office, replace(SUPERVISOR, id="supervisor-2"), number)
        if text is AWAY:
            town.book()
    close_site(town.office, OPERATOR, loss(), "停电")
    moving.apply(town.office, OPERATOR, Memory(), proposed(town).digest, "停电")
    sites = open_case(town.office, LOT).request.sites
    assert {site.site for site in sites} == {HOST, WEST}
    assert next(site.seats for site in sites if not site.host) == 4


class Overtaken(Database):
    """A database in which another operator is quicker, once, just before the next transaction."""

    rival: Callable[[], object] | None = None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """The rival's deed first."""
        rival, self.rival = self.rival, None
        if rival is not None:
            rival()
        with super().transaction() as session:
            yield session


def test_a_lot_moved_meanwhile_keeps_its_new_seats(town: Town) -> None:
    """A repair that only changes workstations writes no event; it still finds out that the lot has gone elsewhere."""
    plain = register()
    east = next(site for site in plain.sites if site.site == EAST)
    stations = (replace(east.workstations[0], broken=("mic",)), *east.workstations[1:])
    broken = replace(plain, sites=(replace(east, workstations=stations),))
    with town.office.db.transaction() as session:
        apply_import(session, broken, key=town.office.keys.personal)
    ours, before = proposed(town), held(town)
    assert [step.reseated for step in ours.steps] == [True]
    slow = Overtaken(town.office.db.url.render_as_string(hide_password=False))

    def rival() -> None:
        for site in (EAST, WEST):
            close_site(town.office, OPERATOR, loss(site, hours=4), "停电")
        moving.apply(town.office, OPERATOR, Memory(), proposed(town).digest, "停电")

    slow.rival = rival
    with pytest.raises(Refused, match="plan_stale"):
        moving.apply(replace(town.office, db=slow), OPERATOR, Memory(), ours.digest, "设备故障")
    slow.close()
    assert town.state.starts > NINE
    assert not {when for _, when in held(town)} & {when for _, when in before}


def test_a_drawn_lot_is_never_moved_and_its_failure_clock_is_told(town: Town) -> None:
    """Frozen pool or drawn: it stays, people decide; two hours after the planned start it is the tenderee."""
    town.prepare()
    town.round()
    close_site(town.office, OPERATOR, loss(), "停电")
    (step,) = proposed(town).steps
    assert step.after is None
    assert step.clock is not None
    assert (step.clock.stage, step.clock.until) == (Stage.WAIT, NINE + timedelta(hours=2))
    before, after = pictures(proposed(town), {})
    assert before == after


def test_the_failure_clocks() -> None:
    """Before the start: wait until two hours after it, then the tenderee decides; during it: four hours, then anew."""
    late = NINE + timedelta(hours=2, seconds=1)
    assert fault_clock(PACK, Phase.F1, NINE, NINE, NINE).stage is Stage.WAIT
    assert fault_clock(PACK, Phase.F2, NINE, NINE, late).stage is Stage.DECIDE
    four = NINE + timedelta(hours=4)
    assert fault_clock(PACK, Phase.F3, NINE, NINE, four).stage is Stage.CURE
    assert fault_clock(PACK, Phase.F3, NINE, NINE, four + timedelta(seconds=1)).stage is Stage.ANEW


def test_only_whom_it_concerns_is_moved(town: Town) -> None:
    """Another lot of the same day that has its seats elsewhere stays where it is."""
    afternoon = NINE + timedelta(hours=6)
    later = order(OTHER, starts=afternoon, ends=afternoon + timedelta(hours=3))
    booking.book(town.office, OPERATOR, later)
    kept = held(town, OTHER)
    close_site(town.office, OPERATOR, loss(hours=4), "停电")
    assert [step.lot for step in proposed(town).steps] == [LOT]
    moving.apply(town.office, OPERATOR, Memory(), proposed(town).digest, "停电")
    assert held(town, OTHER) == kept


def test_an_evaluation_that_runs_over_troubles_who_comes_next(town: Town) -> None:
    """A lot at work keeps its seats; only a lot at work can run over, and by a sane number of minutes."""
    with pytest.raises(Refused, match="phase"):
        run_over(town.office, OPERATOR, LOT, 60)
    with pytest.raises(Refused, match="minutes"):
        run_over(town.office, OPERATOR, LOT, 0)
    afternoon = NINE + timedelta(hours=5)
    later = order(OTHER, starts=afternoon, ends=afternoon + timedelta(hours=3))
    booking.book(town.office, OPERATOR, later)
    town.prepare()
    town.round()
    town.blinded()
    run_over(town.office, OPERATOR, LOT, 180)
    assert [step.lot for step in proposed(town).steps] == [OTHER]


def test_who_may_and_what_must_be_told(town: Town) -> None:
    """Operators only; a reason, a site that exists, an end after the beginning."""
    for actor, cut, reason, code in (
        (SUPERVISOR, loss(), "停电", "role"),
        (OPERATOR, loss(), "  ", "reason_missing"),
        (OPERATOR, loss(), "长" * 501, "reason_long"),
        (OPERATOR, loss("NOWHERE"), "停电", "site_unknown"),
        (OPERATOR, loss(hours=0), "停电", "window"),
    ):
        with pytest.raises(Refused) as no:
            close_site(town.office, actor, cut, reason)
        assert no.value.code == code
    with pytest.raises(Refused, match="not_found"):
        lift(town.office, OPERATOR, 99)


def test_a_pool_owner_elsewhere_is_asked_and_the_repair_is_the_same(town: Town) -> None:
    """The centre without the register's rows asks the pool owner under pseudonyms of no lot."""
    close_site(town.office, OPERATOR, loss(), "停电")
    far = replace(town.office, far=town.office.pool)
    assert propose(far, Memory()).steps == proposed(town).steps
