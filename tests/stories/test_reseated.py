"""A guest site loses its power after the draw: the same persons sit elsewhere, by the same rules, and it is told."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from api.demo.people import OPERATOR, SUPERVISOR, pledge_all
from api.services import (
    attending,
    auditing,
    booking,
    closing,
    drawing,
    opening,
    pausing,
    reseating,
    revealing,
    siting,
    ticking,
)
from api.services.memory import Memory
from api.services.office import open_case
from api.services.replanning import propose as repair
from api.services.reseating import Proposal
from api.store import journal
from api.store.tables import DeviceState, RoomRow, WorkstationRow
from api.store.travel import file_travel
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.events import Cause, Member, PassedOver, Reseated
from scheduler.model import ExpertId, RegionCode, SiteId, Travel
from scheduler.packshape import Pack
from scheduler.records import Registers, SiteRecord, WorkstationRecord
from scheduler.siting import fallen_site
from scheduler.state import Phase
from tests.ruled import BY_LOT, pack_of, rule, under
from tests.sites import dark
from tests.tale import Tale, fresh
from tests.town import EAST, HOST, LOT, NINE, PACK, WEST, Town, order, register

Build = Callable[..., Town]
NEAR_ENOUGH = pack_of(rule("E6t", minutes=30))
NEAR = SiteId("S-EAST-2")  # another site of the eastern city


def with_more(*sites: tuple[SiteId, str, int]) -> Registers:
    """The town's register with more sites: (site, county, workstations)."""
    plain = register()
    return replace(
        plain,
        sites=(
            *plain.sites,
            *(
                SiteRecord(
                    site=site,
                    name=f"评标场所{site}",
                    region=RegionCode(county),
                    opens=time(8, 30),
                    closes=time(18, 0),
                    workstations=tuple(WorkstationRecord(room="1", number=n) for n in range(1, seats + 1)),
                )
                for site, county, seats in sites
            ),
        ),
    )


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town with one more site in the eastern city, and a drawn lot."""
    with fresh(tmp_path, people=with_more((NEAR, "340207", 4))) as town:
        yield town.drawn()


def sites(town: Town) -> dict[Member, SiteId]:
    """Where everybody who sits does."""
    dossier = open_case(town.office, town.lot)
    return {m.member: dossier.seatplan[m.member].site for m in dossier.state.current()}


def proposed(town: Town) -> Proposal:
    """What the desk offers now."""
    return reseating.propose(town.office, town.lot)


def applied(town: Town, reason: str = "东场停电") -> None:
    """The operator confirms it."""
    reseating.apply(town.office, OPERATOR, town.lot, proposed(town).digest, reason)


def test_the_same_persons_sit_at_another_site_of_their_city(town: Town) -> None:
    """Looking changes nothing; afterwards the eastern members sit next door, everybody else where they sat."""
    before, members = sites(town), town.state.members
    assert EAST in before.values()
    dark(town)
    made = proposed(town)
    assert [(s.lost, s.to, s.members) for s in made.shifts] == [(EAST, NEAR, len(at(before, EAST)))]
    assert sites(town) == before
    applied(town)
    assert sites(town) == {who: NEAR if site == EAST else site for who, site in before.items()}
    assert town.state.members == members
    with town.office.db.reading() as session:
        held = {row.site for row in session.exec(select(journal.SeatHold)).all()}
    assert held == {HOST, NEAR, WEST}
    assert {s.site for s in open_case(town.office, LOT).request.sites} == {HOST, NEAR, WEST}
    assert repair(town.office, Memory()).steps == ()


def at(seats: dict[Member, SiteId], site: SiteId) -> list[Member]:
    """Who sits at a site."""
    return [who for who, where in seats.items() if where == site]


def test_the_evaluation_goes_on_and_the_verifier_counts_the_rules_anew(town: Town) -> None:
    """Signed in at the new site, scored, reported; step 13 holds and says how many sat elsewhere."""
    dark(town)
    moved = len(at(sites(town), EAST))
    applied(town)
    town.blinded()
    town.score_all()
    for verb in (closing.close, closing.total, revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, LOT)
    report = verify(town.bundle(), Pins())
    assert report.holds, [f for f in report.findings if f.state is Outcome.BROKEN]
    assert f"; {moved} seated elsewhere" in report.findings[12].says.en
    public = auditing.export(town.office, SUPERVISOR, LOT, BundleKind.PUBLIC)
    assert verify(public, Pins()).holds
    assert NEAR.encode() not in public
    assert "东场停电".encode() not in public


def test_a_broken_microphone_means_another_workstation_of_the_same_site(town: Town) -> None:
    """Where the site has workstations left nobody leaves it; the planning page offers it too."""
    before = open_case(town.office, LOT).seatplan
    numbers = {p.workstation for p in before.values() if p.site == WEST}
    with town.office.db.transaction() as session:
        room = session.exec(select(RoomRow).where(RoomRow.site == WEST, RoomRow.name == "1")).one()
        query = select(WorkstationRow).where(WorkstationRow.site == WEST, WorkstationRow.room == room.id)
        for row in session.exec(query).all():
            if row.number in numbers:
                row.mic = DeviceState.BROKEN
                session.add(row)
    (step,) = repair(town.office, Memory()).steps
    assert step.frozen
    made = proposed(town)
    assert [(s.lost, s.to, s.members) for s in made.shifts] == [(WEST, WEST, len(numbers))]
    applied(town, "话筒故障")
    after = open_case(town.office, LOT).seatplan
    assert {who for who in after if after[who] != before[who]} == set(at(sites(town), WEST))
    assert repair(town.office, Memory()).steps == ()


def test_no_seat_in_the_city_leaves_the_failure_clock_and_it_is_said_why(town: Town) -> None:
    """The western city has one site only: nothing is recorded, the clock and the rounds left are told."""
    dark(town, WEST)
    made = proposed(town)
    assert not made.works
    (shift,) = made.shifts
    assert shift.against[0].says.en == "no other site in city 3403"
    assert made.clock.until == NINE + timedelta(hours=2)
    assert made.rounds_left == 4
    with pytest.raises(Refused, match="plan_empty"):
        applied(town)


def test_when_two_sites_are_lost_all_or_nothing_is_done(town: Town) -> None:
    """East has somewhere to go, west has not: nobody is moved."""
    dark(town)
    dark(town, WEST)
    before = sites(town)
    assert [s.to for s in proposed(town).shifts] == [NEAR, None]
    with pytest.raises(Refused, match="plan_empty"):
        applied(town)
    assert sites(town) == before


def test_who_has_checked_in_is_not_sent_away(town: Town) -> None:
    """From check-in on the member stays; before it everybody may be told."""
    town.accept_all()
    town.open_bids()
    town.arrive(at(sites(town), EAST)[0])
    dark(town)
    made = proposed(town)
    assert made.shifts[0].to is None
    assert "checked in" in made.shifts[0].against[0].says.en


def test_during_a_fault_members_may_be_seated_elsewhere_and_then_it_goes_on(town: Town) -> None:
    """The clock stands; seating elsewhere is the cure, and resuming follows."""
    town.accept_all()
    town.open_bids()
    dark(town)
    pausing.interrupt(town.office, OPERATOR, LOT, Cause.POWER, "东场停电")
    applied(town)
    pausing.resume(town.office, OPERATOR, LOT)
    town.arrive_all()
    opening.blind(town.office, OPERATOR, LOT)
    assert town.state.phase is Phase.F3


def test_a_later_round_draws_around_the_new_site(town: Town) -> None:
    """A member declines after the move: the next round seats the new one at the sites as they are now."""
    dark(town)
    applied(town)
    gone = at(sites(town), NEAR)[0]
    attending.decline(town.office, town.person(gone), LOT)
    town.round()
    assert set(sites(town).values()) <= {HOST, NEAR, WEST}
    assert sum(town.state.open_seats()) == 0


def test_an_offer_of_yesterday_is_refused(town: Town) -> None:
    """Somebody declined, another site closed: the digest is another one."""
    dark(town)
    old = proposed(town).digest
    attending.decline(town.office, town.person(at(sites(town), WEST)[0]), LOT)
    with pytest.raises(Refused, match="plan_stale"):
        reseating.apply(town.office, OPERATOR, LOT, old, "x")


def test_who_may_and_when(town: Town) -> None:
    """An operator, with a reason, of a drawn lot that lost something, not between lottery and ticket."""
    with pytest.raises(Refused, match="reseat_nothing"):
        proposed(town)
    dark(town)
    digest = proposed(town).digest
    for actor, reason, code in (
        (SUPERVISOR, "x", "role"),
        (OPERATOR, " ", "reason_missing"),
        (OPERATOR, "长" * 501, "reason_long"),
    ):
        with pytest.raises(Refused, match=code):
            reseating.apply(town.office, actor, LOT, digest, reason)
    attending.decline(town.office, town.person(at(sites(town), WEST)[0]), LOT)
    drawing.fix(town.office, OPERATOR, LOT)
    with pytest.raises(Refused, match="round_under_way"):
        proposed(town)


def test_the_event_names_nobody_and_no_place(town: Town) -> None:
    """Digests only: a published journal tells neither who sat together nor where."""
    dark(town)
    applied(town)
    with town.office.db.reading() as session:
        event = journal.history(session, LOT)[-1][0].event
    assert isinstance(event, Reseated)
    assert all(len(each) == 64 for each in (event.request, event.seating, event.cause))


@pytest.fixture
def built(tmp_path: Path) -> Iterator[Build]:
    """Makes a town with more sites, under another pack."""
    with ExitStack() as open_ones:

        def make(*more: tuple[SiteId, str, int], pack: Pack = PACK) -> Town:
            town = open_ones.enter_context(fresh(tmp_path, people=with_more(*more)))
            return under(town, pack)

        yield make


def test_before_the_freeze_a_lot_is_moved_and_after_it_its_site_is_replaced(built: Build) -> None:
    """A booked lot is not reseated; a frozen one that nobody is drawn for gets the other site, and is drawn there."""
    early = built((NEAR, "340207", 4))
    early.book()
    dark(early)
    with pytest.raises(Refused, match="reseat_early"):
        proposed(early)
    early.prepare()
    applied(early)
    early.round()
    assert set(sites(early).values()) <= {HOST, NEAR, WEST}
    assert HOST in sites(early).values()


def test_the_host_is_lost_and_its_owner_representative_goes_along(built: Build) -> None:
    """Another site of the host's city is the host now; the owner representative sits there too."""
    other = SiteId("S-HOST-2")
    town = built((other, "340104", 6)).drawn()
    dark(town, HOST)
    applied(town, "主场停电")
    assert HOST not in sites(town).values()
    owner = next(m.member for m in town.state.current() if m.role is None)
    assert sites(town)[owner] == other
    assert next(s.site for s in open_case(town.office, LOT).request.sites if s.host) == other


def test_a_site_too_far_for_one_of_them_is_none(built: Build) -> None:
    """Travel within the city is counted anew (E6t): where it takes too long for one of them nobody is sent."""
    town = built((NEAR, "340207", 4), pack=NEAR_ENOUGH).drawn()
    way = Travel(one=RegionCode("340202"), other=RegionCode("340207"), minutes=45)
    with town.office.db.transaction() as session:
        file_travel(session, [way], ())
    dark(town)
    home = {leaf.expert.id: leaf.expert.region for leaf in open_case(town.office, LOT).snapshot.leaves}
    far = [who for who in at(sites(town), EAST) if home[ExpertId(who)] != "340207"]
    assert far
    (shift,) = proposed(town).shifts
    assert shift.to is None
    assert [reason.rule for reason in shift.against] == ["E6t"]


def test_a_stand_by_too_far_from_the_new_site_is_passed_over_and_the_verifier_agrees(tmp_path: Path) -> None:
    """Who would come to the lost site need not reach the one in its place: the ways filed later count (E6t)."""
    pack = replace(NEAR_ENOUGH, draw=replace(NEAR_ENOUGH.draw, reserve=1))
    way = Travel(one=RegionCode("340202"), other=RegionCode("340207"), minutes=45)
    seed = bytes([15]) * 32  # in the eastern city it draws a member who lives in 340207, a stand-by in 340202
    with fresh(tmp_path, seed=seed, people=with_more((NEAR, "340207", 4))) as town:
        under(town, pack).drawn()
        ticking.tick(town.office)
        with town.office.db.transaction() as session:
            file_travel(session, [way], ())
        dark(town)
        applied(town)
        gone = next(m for m in town.state.experts() if m.role == 0)
        attending.decline(town.office, town.person(gone.member), LOT)
        (stand_by,) = town.state.standing_by()
        with town.office.db.reading() as session:
            (passed,) = [e for e, _ in journal.history(session, LOT) if isinstance(e.event, PassedOver)]
        assert [(each.member, each.rule) for each in passed.event.passed] == [(stand_by.member, "E6t")]
        town.round()
        town.accept_all()
        town.open_bids()
        town.arrive_all()
        Tale(town).evaluate()
        report = verify(town.bundle(), Pins())
        assert report.holds, [f for f in report.findings if f.state is Outcome.BROKEN]


def test_where_guest_sites_are_drawn_so_is_what_stands_for_a_lost_one(built: Build) -> None:
    """Chance names it among all that fit, by the ticket of the draw of sites; the verifier asks the same."""
    cities = (("E", "340207"), ("W", "340302"))
    town = built(
        *((SiteId(f"S-{name}-{n}"), code, 5) for name, code in cities for n in (1, 2)), pack=pack_of(BY_LOT)
    )
    booking.book(town.office, OPERATOR, order(guests=()))
    drawing.freeze(town.office, OPERATOR, LOT)
    pledge_all(town.office, LOT)
    town.clock.move(NINE - timedelta(hours=20))
    siting.draw_sites(town.office, OPERATOR, LOT)
    town.round()
    guest = next(s.site for s in open_case(town.office, LOT).request.sites if not s.host)
    dark(town, guest)
    (swap,) = proposed(town).swaps
    assert len(swap.fit) > 1
    assert swap.to == fallen_site(town.state, guest, swap.fit)
    applied(town)
    town.blinded()
    town.score_all()
    for verb in (closing.close, closing.total, revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, LOT)
    report = verify(town.bundle(), Pins())
    assert report.holds, [f for f in report.findings if f.state is Outcome.BROKEN]
