"""A site loses workstations twice: what is told of its seats stays true where owner representatives gave way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from api.demo.people import OPERATOR, pledge_all
from api.services import attending, booking, drawing, opening, ticking
from api.services.office import open_case
from api.services.places import taken
from api.store import journal
from api.store.tables import DeviceState, WorkstationRow
from scheduler.model import SiteId
from tests.ruled import under
from tests.sites import dark
from tests.stories.test_extra_cases import LINKED, broken, finish
from tests.stories.test_reseated import applied, proposed, sites, with_more
from tests.tale import fresh
from tests.town import HOST, NINE, TENDEREE, Town, bidder, order, package

OTHER = SiteId("S-HOST-2")  # another site of the host's city


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A lot that holds every workstation of its host, one of them for the owner representative, with two stand-bys."""
    with fresh(tmp_path, people=with_more((OTHER, "340104", 6))) as town:
        under(town, replace(LINKED, draw=replace(LINKED.draw, reserve=2)))
        booking.book(town.office, OPERATOR, order(host_seats=4))
        drawing.freeze(town.office, OPERATOR, town.lot)
        pledge_all(town.office, town.lot)
        yield town


def drawn(town: Town) -> None:
    """The panel and its stand-bys, who have accepted."""
    town.clock.move(NINE - timedelta(hours=20))
    town.round()
    ticking.tick(town.office)
    town.accept_all()


def linked(town: Town) -> None:
    """A bidder is linked with the tenderee: an expert takes the owner representative's seat (C10)."""
    town.clock.move(NINE - timedelta(minutes=45))
    sister = replace(bidder(3), parent=TENDEREE.code)
    sent = package(bidder(1), bidder(2), sister, lot=town.lot)
    opening.open_bids(town.office, OPERATOR, town.lot, sent)
    ticking.tick(town.office)
    assert not any(m.role is None for m in town.state.current())


def dead(town: Town, *, owner: bool) -> None:
    """The microphone of a workstation of the host breaks: held for the owner representative, or for an expert."""
    with town.office.db.transaction() as session:
        held = session.exec(select(journal.SeatHold).where(journal.SeatHold.site == HOST)).all()
        number = min(row.workstation for row in held if row.owner is owner)
        query = select(WorkstationRow).where(WorkstationRow.site == HOST, WorkstationRow.number == number)
        for row in session.exec(query).all():
            row.mic = DeviceState.BROKEN
            session.add(row)


def host_seats(town: Town) -> tuple[SiteId, int]:
    """The host and its seats for experts, as the request has them now."""
    return next((s.site, s.seats) for s in open_case(town.office, town.lot).request.sites if s.host)


@pytest.mark.parametrize("owner", [True, False])
def test_a_host_is_lost_after_the_owners_workstation_was(town: Town, owner: bool) -> None:
    """After C10 one workstation of the host breaks without a free one, then the whole site: the verifier agrees."""
    drawn(town)
    linked(town)
    dead(town, owner=owner)
    applied(town, "话筒故障")
    assert host_seats(town) == (HOST, 3)
    dark(town, HOST)
    applied(town, "主场停电")
    assert host_seats(town) == (OTHER, 3)
    attending.decline(
        town.office, town.person(next(who for who, s in sites(town).items() if s == OTHER)), town.lot
    )
    ticking.tick(town.office)
    finish(town)
    assert broken(town) == []


def test_no_host_is_left_without_the_owners_workstation_before_the_draw(town: Town) -> None:
    """Frozen, nobody drawn: the owner representative's workstation breaks, and no other is free. Another site it is."""
    dead(town, owner=True)
    assert [(s.lost, s.to) for s in proposed(town).shifts] == [(HOST, OTHER)]
    applied(town, "话筒故障")
    assert host_seats(town) == (OTHER, 4)
    drawn(town)
    owner = next(m.member for m in town.state.current() if m.role is None)
    assert sites(town)[owner] == OTHER
    assert len(taken(open_case(town.office, town.lot))) == len(town.state.current())


def test_owner_representatives_keep_their_workstation_where_a_second_site_has_fewer(town: Town) -> None:
    """Before C10: a workstation of an expert is lost, then the site; afterwards C10, and every step holds."""
    drawn(town)
    dead(town, owner=False)
    applied(town, "话筒故障")
    dark(town, HOST)
    applied(town, "主场停电")
    assert host_seats(town) == (OTHER, 3)
    linked(town)
    finish(town)
    assert broken(town) == []
