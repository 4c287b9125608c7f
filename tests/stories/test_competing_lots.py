"""Lots that compete for scarce people: a draw keeps places for those booked before its freeze, and says so."""

from datetime import timedelta

import pytest

from api.demo.people import OPERATOR, SUPERVISOR, pledge_all
from api.services import attending, cancelling, drawing, reserving, ticking
from api.services.engaged import engaged
from api.services.explaining import why_not
from api.services.office import open_case
from api.services.reserving import Kept
from api.views.transcripts import transcript
from scheduler.errors import Refused
from tests.competing import ONE, THREE, TWO, book, draw, lottery_of, numbers, ready, wanting
from tests.town import NINE, Town

SCARCE = {"A0402": 1, "A0601": 4}  # four of the five economists
COMMON = {"A0402": 5}


def economists(town: Town, lot) -> set[str]:
    """Who knows A0601, under the names of a lot."""
    leaves = open_case(town.office, lot).snapshot.leaves
    return {leaf.expert.id for leaf in leaves if "A060101" in leaf.expert.specialities}


@pytest.fixture
def trap(town: Town) -> Town:
    """The lot that anybody can sit on is drawn first; the other one needs nearly all economists."""
    book(town, ONE, seats=wanting(**COMMON))
    book(town, TWO, seats=wanting(**SCARCE))
    ready(town, ONE, TWO)
    return town


def test_a_naive_sequence_falls_into_the_trap(trap: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without reservations some panel of the first lot takes two economists, and the second has none left."""
    monkeypatch.setattr(reserving, "_kept", lambda *_: Kept(lots=(), spared=()))
    drawing.fix(trap.office, OPERATOR, ONE)
    lottery, _ = lottery_of(trap.office, ONE)
    known = economists(trap, ONE)
    held = [len(known.intersection(members)) for members in lottery.classes]
    most = max(sum(min(count, held[c]) for c, _, count in panel) for panel in lottery.panels)
    assert most >= 2


def test_the_draw_leaves_the_scarce_for_the_lot_that_needs_them(trap: Town) -> None:
    """At most one economist may be drawn here, all of them alike; then the second lot is drawn."""
    draw(trap.office, ONE)
    lottery, told = lottery_of(trap.office, ONE)
    assert told is not None
    assert [(set(each.people), each.most) for each in told.spared] == [(economists(trap, ONE), 1)]
    assert [(rival.lot, rival.waits) for rival in told.rivals] == [(TWO, True)]
    assert min(lottery.chances().values()) > 0
    draw(trap.office, TWO)
    assert len(numbers(trap.office, ONE) | numbers(trap.office, TWO)) == 10


def test_the_other_order_is_safe_too(trap: Town) -> None:
    """The lot with scarce seats first: the common one still finds its five."""
    draw(trap.office, TWO)
    draw(trap.office, ONE)
    assert len(numbers(trap.office, ONE) | numbers(trap.office, TWO)) == 10


def test_every_round_keeps_places_anew(trap: Town) -> None:
    """Members decline, and the lottery of the next round leaves the others possible as well."""
    draw(trap.office, ONE)
    for sitting in open_case(trap.office, ONE).state.experts()[:2]:
        attending.decline(trap.office, trap.person(sitting.member), ONE)
    draw(trap.office, ONE)
    assert lottery_of(trap.office, ONE, 2)[1] is not None
    draw(trap.office, TWO)
    assert len(numbers(trap.office, TWO)) == 5


def test_a_lot_booked_after_the_freeze_reserves_nothing(town: Town) -> None:
    """Nobody can steer a draw by a booking once its pool is frozen."""
    book(town, ONE, seats=wanting(**COMMON))
    drawing.freeze(town.office, OPERATOR, ONE)
    book(town, TWO, seats=wanting(**SCARCE))
    pledge_all(town.office, ONE)
    town.clock.move(NINE - timedelta(hours=20))
    drawing.fix(town.office, OPERATOR, ONE)
    told = lottery_of(town.office, ONE)[1]
    assert told is not None
    assert told.spared == ()
    assert [rival.waits for rival in told.rivals] == [False]


def test_a_later_booking_cannot_block_an_earlier_lot(town: Town) -> None:
    """Both want four of five economists: only the lot booked first is sure of them, in either order of drawing."""
    book(town, ONE, seats=wanting(**SCARCE))
    book(town, TWO, seats=wanting(**SCARCE))
    ready(town, ONE, TWO)
    with pytest.raises(Refused, match="no_panel") as refusal:
        drawing.fix(town.office, OPERATOR, TWO)
    assert "F6" in refusal.value.facts["rules"]
    draw(town.office, ONE)
    assert len(numbers(town.office, ONE)) == 5


def test_a_chain_of_windows_keeps_places_through_the_middle(town: Town) -> None:
    """The first overlaps the second, the second the third; what the first takes the third would miss."""
    half = timedelta(hours=1, minutes=30)
    book(town, ONE, seats=wanting(**COMMON), ends=NINE + half)
    middle = {"starts": NINE + timedelta(hours=1), "ends": NINE + timedelta(hours=4)}
    book(town, TWO, seats=wanting(A0402=3, A0601=2), **middle)
    book(
        town,
        THREE,
        seats=wanting(A0402=2, A0601=3),
        starts=NINE + timedelta(hours=3, minutes=30),
        ends=NINE + timedelta(hours=6),
        host_seats=1,
    )
    ready(town, ONE, TWO, THREE)
    for lot in (ONE, THREE, TWO):
        draw(town.office, lot)
    assert numbers(town.office, TWO).isdisjoint(numbers(town.office, ONE) | numbers(town.office, THREE))


def test_people_kept_for_others_read_why(town: Town) -> None:
    """Where nobody of a kind may be drawn, each is named as out under F6, with the sentence of the rule."""
    book(town, ONE, seats=wanting(**COMMON))
    book(town, TWO, seats=wanting(A0601=5))
    ready(town, ONE, TWO)
    draw(town.office, ONE)
    found = [each for each in why_not(town.office, SUPERVISOR, ONE) if each.named == "F6"]
    assert {each.expert for each in found} == economists(town, ONE)
    assert "at most 0 may be taken here" in found[0].reasons[0].says.en
    draw(town.office, TWO)


def test_a_lot_cancelled_after_places_were_kept_for_it_is_flagged_in_both_histories(trap: Town) -> None:
    """A decoy booking cannot be hidden: both histories say so, and the page of the first lot shows it."""
    draw(trap.office, ONE)
    after = cancelling.cancel(trap.office, OPERATOR, TWO, "不评了")
    one = open_case(trap.office, ONE).state
    assert one.in_vain == (TWO,)
    assert after.kept_in == (ONE,)
    assert "KeptInVain" in [entry.kind for entry in transcript(trap.office, ONE).history]
    assert "HadPlacesKept" in [entry.kind for entry in transcript(trap.office, TWO).history]


def test_a_lot_for_which_nothing_was_kept_is_cancelled_without_a_flag(town: Town) -> None:
    """Only a reservation that bound somebody is told."""
    book(town, ONE, seats=wanting(**COMMON))
    book(town, TWO, seats=wanting(A0402=5))
    ready(town, ONE, TWO)
    draw(town.office, ONE)
    cancelling.cancel(town.office, OPERATOR, TWO, "不评了")
    assert open_case(town.office, ONE).state.in_vain == ()


def test_standbys_are_kept_from_the_scarce_as_members_are(town: Town) -> None:
    """Panel and stand-bys together take at most the one economist that can be spared; the second lot is drawn."""
    book(town, ONE, seats=wanting(**COMMON), reserve=3)
    book(town, TWO, seats=wanting(**SCARCE))
    ready(town, ONE, TWO)
    draw(town.office, ONE)
    ticking.tick_case(town.office, ONE)
    state = open_case(town.office, ONE).state
    known = economists(town, ONE)
    assert state.next_rank == 4
    assert len(known & engaged(state)) <= 1
    told = [lottery_of(town.office, ONE, each.number)[1] for each in state.rounds if each.standby]
    assert all(each is not None and each.spared for each in told)
    draw(town.office, TWO)
    assert len(numbers(town.office, TWO)) == 5
    everybody = {town.person(s.member).expert for s in state.standing_by()}
    assert everybody.isdisjoint(numbers(town.office, TWO))  # a stand-by has these hours too
