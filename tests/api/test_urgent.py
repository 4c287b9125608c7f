"""A green-channel lot finds its window taken: room is made by moving undrawn normal lots, shown first, then whole."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlmodel import select

from api.demo.people import OPERATOR, SUPERVISOR
from api.services import booking, cancelling, closing, drawing, revealing, urgent
from api.services.memory import Memory
from api.services.office import fetch, open_case
from api.services.order import Guest
from api.services.ordering import Draft
from api.services.urgent import Arrival, Asked
from api.store import journal
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.audit.moving import moves
from scheduler.errors import Refused
from scheduler.events import Booked, Moved
from scheduler.model import LotId, RegionCode, Seats, SpecialityCode
from scheduler.phases import replay
from tests.ruled import BY_LOT, pack_of, under
from tests.town import EAST, LOT, NINE, TENDEREE, WEST, Town, order

OTHER, URGENT = LotId("TOWN-02"), LotId("URGENT-1")


@pytest.fixture
def town(new_town: Town) -> Town:
    """A town whose whole room in one window is held by two normal lots."""
    new_town.book()
    booking.book(new_town.office, OPERATOR, order(OTHER, host_seats=1))
    return new_town


def in_a_hurry(**changes: object) -> Draft:
    """An urgent lot as an operator types it: four experts, one owner representative."""
    plain = Draft(
        lot=URGENT,
        project_code="INV-U-01",
        project_name="抢险排涝",
        category="municipal",
        region=RegionCode("340111"),
        tenderee=TENDEREE.code,
        seats=(
            Seats(speciality=SpecialityCode("A0402"), count=3),
            Seats(speciality=SpecialityCode("A0601"), count=1),
        ),
        owners=("owner-1",),
        green=True,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # tests name fields freely


def proposed(town: Town, draft: Draft | None = None, starts: datetime = NINE) -> Arrival:
    """What the desk answers now."""
    return urgent.propose(town.office, Memory(), draft or in_a_hurry(), starts)


def seats(town: Town) -> set[tuple[str, str, str, int, datetime]]:
    """Every workstation anybody holds, and from when."""
    with town.office.db.reading() as session:
        rows = session.exec(select(journal.SeatHold)).all()
    return {(row.lot, row.site, row.room, row.workstation, row.starts) for row in rows}


def events(town: Town, lot: LotId) -> list[object]:
    """What is recorded of a lot."""
    with town.office.db.reading() as session:
        return [entry.event for entry, _ in journal.history(session, lot)]


def confirmed(found: Arrival, draft: Draft | None = None, reason: str = "防汛抢险") -> Asked:
    """The operator says yes to what was shown."""
    return Asked(draft=draft or in_a_hurry(), starts=NINE, digest=found.digest, reason=reason)


def freeze(town: Town, lot: LotId) -> None:
    """The pool of a lot is frozen: from here on nothing about it moves."""
    drawing.freeze(town.office, OPERATOR, lot)


def test_one_lot_goes_to_the_next_window_and_the_urgent_one_takes_its_place(town: Town) -> None:
    """The fewest moves: one of two, to the same day's afternoon; the other keeps every workstation."""
    found = proposed(town)
    assert found.place is not None
    assert found.place.starts == NINE
    (step,) = found.proposal.steps
    assert step.after is not None
    assert step.after.starts - step.before.starts == timedelta(hours=5)
    assert {lot for lot, _ in found.proposal.others} == {LOT, OTHER} - {step.lot}
    assert found.proposal.least


def test_looking_changes_nothing(town: Town) -> None:
    """A what-if of a green arrival writes no event, no hold, no list, however often it is asked."""
    before = seats(town), events(town, LOT), events(town, OTHER)
    assert proposed(town).digest == proposed(town).digest
    assert (seats(town), events(town, LOT), events(town, OTHER)) == before
    with town.office.db.reading() as session:
        assert not journal.exists(session, URGENT)


def test_moves_and_booking_are_one_deed_and_the_record_says_for_whom(town: Town) -> None:
    """The moved lot's history names the urgent lot and the reason; seats, times and lists follow; others stay."""
    found = proposed(town)
    (step,) = found.proposal.steps
    stays = LOT if step.lot == OTHER else OTHER
    kept = {seat for seat in seats(town) if seat[0] == stays}
    done = urgent.apply(town.office, OPERATOR, Memory(), confirmed(found))
    assert done == found
    moved = events(town, step.lot)[-1]
    assert isinstance(moved, Moved)
    assert (moved.room_for, moved.reason) == (URGENT, "防汛抢险")
    assert isinstance(events(town, URGENT)[0], Booked)
    assert open_case(town.office, URGENT).request.green
    assert open_case(town.office, step.lot).state.starts == step.after.starts  # type: ignore[union-attr]  # it has one
    assert {seat for seat in seats(town) if seat[0] == stays} == kept
    with town.office.db.reading() as session:
        rows = {row.lot: row.starts for row in journal.cases(session)}
    assert rows[URGENT] == NINE
    assert rows[step.lot] == step.after.starts  # type: ignore[union-attr]  # it has one


def test_frozen_lots_stay_and_the_other_one_moves(town: Town) -> None:
    """A lot whose pool is frozen is never moved; with both frozen there is no room, and it is said why."""
    (step,) = proposed(town).proposal.steps
    freeze(town, step.lot)
    (other,) = proposed(town).proposal.steps
    assert other.lot != step.lot
    freeze(town, other.lot)
    found = proposed(town)
    assert found.place is None
    assert found.proposal.steps == ()
    assert found.against
    with pytest.raises(Refused, match="plan_empty"):
        urgent.apply(town.office, OPERATOR, Memory(), confirmed(found))


def test_a_drawn_lot_stays(town: Town) -> None:
    """Persons are drawn for it: it is the other one that makes room."""
    town.prepare()
    town.round()
    assert [step.lot for step in proposed(town).proposal.steps] == [OTHER]


def test_one_green_lot_does_not_push_another(town: Town) -> None:
    """What has been booked for the green channel stays where it is."""
    urgent.apply(town.office, OPERATOR, Memory(), confirmed(proposed(town)))
    (left,) = {LOT, OTHER} - {s.lot for s in proposed_next(town).proposal.steps} or {None}
    assert URGENT not in [step.lot for step in proposed_next(town).proposal.steps]
    assert left is not None


def proposed_next(town: Town) -> Arrival:
    """One more urgent lot in the same window."""
    return proposed(town, in_a_hurry(lot=LotId("URGENT-2")))


def test_an_answer_of_yesterday_is_refused(town: Town) -> None:
    """Another lot was booked, or one was frozen, since it was shown: nothing is done."""
    found = proposed(town)
    (step,) = found.proposal.steps
    freeze(town, step.lot)
    before = seats(town), events(town, LOT), events(town, OTHER)
    with pytest.raises(Refused, match="plan_stale"):
        urgent.apply(town.office, OPERATOR, Memory(), confirmed(found))
    other_lot = confirmed(proposed(town), in_a_hurry(project_name="另一项目"))
    with pytest.raises(Refused, match="plan_stale"):
        urgent.apply(town.office, OPERATOR, Memory(), other_lot)
    assert (seats(town), events(town, LOT), events(town, OTHER)) == before


def test_when_the_booking_is_refused_nothing_moves(town: Town) -> None:
    """All or nothing: a lot of that name exists already, and everybody stays where they are."""
    before = seats(town), events(town, LOT), events(town, OTHER)
    draft = in_a_hurry(lot=OTHER)
    with pytest.raises(Refused, match="lot_exists"):
        urgent.apply(town.office, OPERATOR, Memory(), confirmed(proposed(town, draft), draft))
    assert (seats(town), events(town, LOT), events(town, OTHER)) == before


def test_who_may_and_for_what(town: Town) -> None:
    """Green-channel lots only, a window ahead, an operator, a reason."""
    found = proposed(town)
    for draft, starts, code in (
        (in_a_hurry(green=False), NINE, "not_green"),
        (in_a_hurry(), town.clock.now() + timedelta(hours=1), "window_gone"),
        (in_a_hurry(hours=20), NINE, "window_gone"),
    ):
        with pytest.raises(Refused, match=code):
            proposed(town, draft, starts)
    with pytest.raises(Refused, match="role"):
        urgent.apply(town.office, SUPERVISOR, Memory(), confirmed(found))
    with pytest.raises(Refused, match="reason_missing"):
        urgent.apply(town.office, OPERATOR, Memory(), confirmed(found, reason="  "))


def test_where_guest_sites_are_drawn_nobody_chooses_them_in_a_hurry(town: Town) -> None:
    """Under L2 the operator books from the sites that chance may choose among; no repair names them."""
    with pytest.raises(Refused, match="room_by_lot"):
        urgent.propose(under(town, pack_of(BY_LOT)).office, Memory(), in_a_hurry(), NINE)


def test_spare_workstations_are_given_up_before_anybody_moves(town: Town) -> None:
    """A small urgent lot fits beside both when each keeps no more than its panel needs: a move in seats only."""
    for lot in (LOT, OTHER):
        cancelling.cancel(town.office, OPERATOR, lot, "测试")
    guests = (Guest(site=EAST, seats=4), Guest(site=WEST, seats=4))
    booking.book(town.office, OPERATOR, order(LotId("ALL"), host_seats=4, guests=guests))
    found = proposed(town)
    (step,) = found.proposal.steps
    assert step.trimmed
    urgent.apply(town.office, OPERATOR, Memory(), confirmed(found))
    held = [seat[0] for seat in seats(town)]
    assert (held.count(URGENT) >= 5, held.count("ALL") >= 5, len(held) <= 13) == (True, True, True)


def said(town: Town) -> str:
    """What the verifier says of the moves in the town's lot."""
    with town.office.db.reading() as session:
        entries = [entry for entry, _ in journal.history(session, town.lot)]
    states = [None, *(replay(entries[: n + 1]) for n in range(len(entries) - 1))]
    case = SimpleNamespace(
        moments=tuple(zip(states, entries, strict=True)),
        body=lambda digest, shape: fetch(town.office, town.lot, digest).body,
    )
    return moves(case).en  # type: ignore[arg-type]  # as much of a case as the step reads


def test_a_lot_that_made_room_lives_on_and_its_record_says_so(town: Town) -> None:
    """It is drawn in its new window, and the verifier says that it was moved once, for the green channel."""
    found = proposed(town)
    (step,) = found.proposal.steps
    urgent.apply(town.office, OPERATOR, Memory(), confirmed(found))
    moved = replace(town, lot=step.lot)
    moved.prepare()
    moved.clock.move(NINE - timedelta(hours=12))
    moved.round()
    assert said(moved) == "; moved 1 times (1 of them for the green channel)"
    moved.clock.move(moved.state.starts - timedelta(minutes=20))
    moved.blinded()
    moved.score_all()
    for verb in (closing.close, closing.total, revealing.reveal, revealing.report):
        verb(town.office, OPERATOR, moved.lot)
    report = verify(moved.bundle(), Pins())
    assert report.holds, [f for f in report.findings if f.state is Outcome.BROKEN]
