"""Lots in the same hours: nobody is drawn for two of them, whatever was frozen before and however two draws race."""

import threading
import time
from dataclasses import replace

import pytest

from api.demo.people import OPERATOR
from api.services import attending, competing, drawing
from api.services.office import open_case
from api.store.db import Database
from scheduler.errors import Refused
from tests.competing import ONE, TWO, book, draw, lottery_of, numbers, ready
from tests.town import Town, entropy_of, found


@pytest.fixture
def town(database: Database) -> Town:
    """Two lots in the same hours, both frozen before either is drawn."""
    place = found(database)
    place.book()
    book(place, TWO)
    ready(place, ONE, TWO)
    return place


def test_who_was_drawn_elsewhere_since_the_freeze_is_out(town: Town) -> None:
    """Both pools were frozen while nobody sat anywhere; the second draw leaves the first panel out under E5d."""
    draw(town.office, ONE)
    draw(town.office, TWO)
    first, second = numbers(town.office, ONE), numbers(town.office, TWO)
    assert len(first) == 4
    assert len(second) == 5
    assert first.isdisjoint(second)
    lottery, told = lottery_of(town.office, TWO)
    assert told is not None
    assert len(told.seated) == 4
    assert {lottery.excluded[who] for who in told.seated} == {"E5d"}
    assert [(rival.lot, rival.head) for rival in told.rivals] == [
        (ONE, open_case(town.office, ONE).state.head)
    ]


def test_who_left_the_other_panel_is_free_again(town: Town) -> None:
    """A member who declined has these hours free and may be drawn for the other lot."""
    draw(town.office, ONE)
    gone = open_case(town.office, ONE).state.experts()[0].member
    attending.decline(town.office, town.person(gone), ONE)
    drawing.fix(town.office, OPERATOR, TWO)
    told = lottery_of(town.office, TWO)[1]
    assert told is not None
    assert len(told.seated) == 3


def test_no_lottery_beside_one_whose_ticket_is_not_known(town: Town) -> None:
    """Between lottery and ticket nobody knows whom the other lot takes: the draw waits, and then goes on."""
    drawing.fix(town.office, OPERATOR, ONE)
    with pytest.raises(Refused, match="rival_round"):
        drawing.fix(town.office, OPERATOR, TWO)
    drawing.draw(town.office, OPERATOR, ONE)
    draw(town.office, TWO)
    assert numbers(town.office, ONE).isdisjoint(numbers(town.office, TWO))


def test_two_draws_at_once_never_share_an_expert(town: Town) -> None:
    """Two lots are drawn by two people at the same moment on connections of their own: one waits for the other."""
    meet, errors = threading.Barrier(2, timeout=20), []
    url = town.office.db.url.render_as_string(hide_password=False)

    def press(lot, n):
        own = Database(url, wait_ms=20_000)
        office = replace(town.office, db=own, entropy=entropy_of(bytes([n]) * 32))
        try:
            meet.wait()
            for _ in range(2000):
                try:
                    draw(office, lot)
                    return
                except Refused as refusal:
                    if refusal.code not in ("rival_round", "rival_moved"):
                        raise
                    time.sleep(0.01)  # the other has its turn
        except Exception as error:
            errors.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=press, args=(lot, n)) for n, lot in enumerate((ONE, TWO))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(numbers(town.office, ONE) | numbers(town.office, TWO)) == 9


def test_a_lottery_that_read_an_older_panel_is_not_written_down(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rival draws after the look and before the record: the locks see it, and all is worked out anew."""
    real, looks = drawing.make_lottery, []

    def slow(*args, **options):
        looks.append(len(looks))
        if len(looks) == 1:
            monkeypatch.setattr(drawing, "make_lottery", real)
            draw(town.office, ONE)
            monkeypatch.setattr(drawing, "make_lottery", slow)
        return real(*args, **options)

    monkeypatch.setattr(drawing, "make_lottery", slow)
    draw(town.office, TWO)
    assert looks == [0, 1]
    assert numbers(town.office, ONE).isdisjoint(numbers(town.office, TWO))
    told = lottery_of(town.office, TWO)[1]
    assert told is not None
    assert len(told.seated) == 4


def test_a_rival_that_moves_every_time_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """After three tries the operator is told which lot was quicker; nothing is written down."""

    def moved(*_):
        raise Refused("rival_moved", lot=ONE)

    monkeypatch.setattr(competing, "demand_unmoved", moved)
    with pytest.raises(Refused, match="rival_moved"):
        drawing.fix(town.office, OPERATOR, TWO)
    assert not open_case(town.office, TWO).state.rounds
