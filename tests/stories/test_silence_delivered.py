"""Silence counts only with the record that the invitation was there, and after the pack's time from that moment."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.demo.people import OPERATOR
from api.services import delivering, ticking
from api.store import journal
from api.views.lots import operator_lot
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.deadlines import Deed
from scheduler.errors import Refused
from scheduler.events import Delivered, Left, Out
from tests.apart import Apart
from tests.apart import apart as houses_apart
from tests.tale import Tale
from tests.town import Town

MINUTES = timedelta(minutes=1)


@pytest.fixture
def both(founded: Path, tmp_path: Path) -> Iterator[Apart]:
    """The pool owner in a house of its own; a panel is drawn, and no letter has gone out yet."""
    folder = tmp_path / "apart"
    folder.mkdir()
    with houses_apart(folder, founded) as houses:
        houses.town.drawn()
        yield houses


def told(town: Town, kind: type) -> list:
    """The entries of a kind of event."""
    with town.office.db.reading() as session:
        return [e for e, _ in journal.history(session, town.lot) if isinstance(e.event, kind)]


def lossy(both: Apart) -> None:
    """From now on letters to the pool owner's door are lost on the line, and nothing else is."""
    carry = both.far.carry

    def lose(method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        return (503, b"") if path.endswith("/deliver") else carry(method, path, body, headers)

    both.town.office = replace(both.town.office, far=replace(both.far, carry=lose))


def test_where_the_centre_keeps_the_invitations_it_says_so_at_the_draw(town):
    """One record for each member, under the log key, in the transaction of the draw; the time runs from there."""
    town.drawn()
    records = told(town, Delivered)
    assert {e.event.member for e in records} == {m.member for m in town.state.experts()}
    assert {e.event.by for e in records} == {town.office.keys.log.public.hex()}
    town.clock.move(town.state.at + 31 * MINUTES)
    done = ticking.tick(town.office)
    assert done[0].due.deed is Deed.SILENT


def test_without_a_record_nobody_is_silent_however_long_it_takes(both):
    """Letters are lost: the seats stay, the history refuses silence, and the operator reads why."""
    lossy(both)
    town = both.town
    town.clock.move(town.state.at + 120 * MINUTES)
    assert ticking.tick(town.office) == ()
    assert told(town, Left) == []
    assert operator_lot(town.office, town.lot).undelivered == len(town.state.experts())
    with pytest.raises(Refused, match="pool_away"):
        delivering.again(town.office, OPERATOR, town.lot)


def test_delivered_again_the_time_begins_anew(both):
    """After two lost hours the operator has the letters delivered: silence counts thirty minutes from then."""
    whole = both.town.office
    lossy(both)
    town = both.town
    town.clock.move(town.state.at + 120 * MINUTES)
    ticking.tick(town.office)
    town.office = whole
    both.invite()
    town.clock.move(town.office.now() + MINUTES)  # the pool owner's clock may be a little ahead of ours
    delivering.collect(town.office, town.lot)
    assert operator_lot(town.office, town.lot).undelivered is None
    with pytest.raises(Refused, match="delivered_all"):
        delivering.again(town.office, OPERATOR, town.lot)
    there = told(town, Delivered)
    assert {e.event.by for e in there} == {both.far.pool.hex()}
    town.clock.move(there[0].at + 28 * MINUTES)
    assert Deed.SILENT not in [each.due.deed for each in ticking.tick(town.office)]
    first = {m.member for m in town.state.experts()}
    town.clock.move(there[0].at + 31 * MINUTES)
    ticking.tick(town.office)
    out = [m for m in town.state.left() if m.member in first]
    assert [m.out for m in out] == [Out.SILENT] * len(first)


def test_the_verifier_says_on_whose_word_silence_rests(town):
    """Counted from the delivery; a silence before its time is broken, whoever says it."""
    town.drawn()
    silent = town.state.experts()[0].member
    for sitting in town.state.experts()[1:]:
        town.accept(sitting.member)
    town.clock.move(town.state.at + 31 * MINUTES)
    ticking.tick(town.office)
    assert town.state.sitting(silent).out is Out.SILENT
    town.accept_all()
    town.open_bids()
    town.arrive_all()
    Tale(town).evaluate()
    report = verify(town.bundle(), Pins())
    assert [(f.n, f.says.en) for f in report.findings if f.state is Outcome.BROKEN] == []
    assert "1 did not answer in time, counted from the delivery" in report.findings[4].says.en
