"""Who shares a room? Where the pack says so, no two members of a panel, and no owner with an expert; and booths."""

from dataclasses import replace

import pytest

from api.demo.people import OPERATOR
from api.services import booking
from api.services.office import open_case
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.errors import Refused
from scheduler.exhibits import Seating
from scheduler.model import Booth
from scheduler.records import Registers, WorkstationRecord
from tests.forge import Forgery
from tests.ruled import pack_of, rule, under
from tests.tale import Tale
from tests.town import HOST, keyring, order
from tests.town import register as of_the_town

APART = pack_of(rule("L8", most=1))
OWNER = pack_of(rule("L10"))
BOOTHS = pack_of(rule("L9", width=150, depth=150, height=230, quiet=1, gate=0))


def rooms(*counts):
    """Workstations by room: so many in room 1, 2 …"""
    return tuple(
        WorkstationRecord(room=str(room), number=n)
        for room, count in enumerate(counts, 1)
        for n in range(1, count + 1)
    )


def built(town, register, counts, **changes):
    """Every site gets these rooms."""
    sites = tuple(replace(s, workstations=rooms(*counts), **changes) for s in of_the_town().sites)
    register(town, others=Registers(sites=sites))


def places(town):
    """Room by member, over all rounds."""
    case = open_case(town.office, town.lot)
    drawn = [case.body(r.seating, Seating) for r in case.state.rounds]
    return {p.member: (p.site, p.room) for each in drawn for p in each.places}


def code(town, asked):
    """The refusal of a booking, or None."""
    try:
        booking.book(town.office, OPERATOR, asked)
    except Refused as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize(("counts", "refused"), [((4, 4), "rooms_taken"), ((4, 4, 1), None)])
def test_l8_a_site_with_too_few_rooms_is_refused(town, register, counts, refused):
    """Two experts and an owner at the host want three rooms: eight workstations in two rooms are not enough."""
    built(under(town, APART), register, counts)
    assert code(town, order()) == refused


def test_l8_seats_every_member_of_a_panel_in_a_room_of_its_own(town, register):
    """Through all rounds nobody who sits shares a room, and the request tells how many rooms are held."""
    built(under(town, APART), register, (2, 2, 2))
    Tale(town).tell()
    now = places(town)
    sitting = [now[m.member] for m in town.state.current()]
    assert len(set(sitting)) == len(sitting) == 5
    request = open_case(town.office, town.lot).request
    assert [site.rooms for site in request.sites] == [2, 2, 2]


def test_without_l8_members_may_share_a_room(town):
    """The town's sites have one room with working devices, and nobody is refused."""
    town.drawn()
    assert len(set(places(town).values())) < 5


def test_a_room_with_a_broken_device_is_no_room(town, register):
    """L8 counts workstations whose five devices work, here two rooms of three."""
    under(town, APART)
    stations = [replace(each, broken=("network",)) if each.room == "3" else each for each in rooms(1, 1, 1)]
    sites = tuple(replace(site, workstations=tuple(stations)) for site in of_the_town().sites)
    register(town, others=Registers(sites=sites))
    assert code(town, order()) == "seats_taken"
    assert code(town, order(host_seats=1, guests=order().guests)) is None


def test_l10_the_owner_representative_sits_apart_from_experts(town, register):
    """The smallest room that will do is the owner's alone; with one room only the booking is refused."""
    built(under(town, OWNER), register, (4, 1))
    town.drawn()
    owner = next(m.member for m in town.state.current() if m.role is None)
    where = places(town)
    assert where[owner] == (HOST, "2")
    assert where[owner] not in [place for member, place in where.items() if member != owner]


def test_l10_refuses_a_host_with_one_room(town, register):
    """Five workstations in one room seat two experts or one owner, not both."""
    built(under(town, OWNER), register, (5,))
    assert code(town, order()) == "rooms_taken"
    assert code(town, order(host_seats=0, guests=order().guests)) in (None, "no_panel")


@pytest.mark.parametrize(("width", "refused"), [(149, "L9"), (150, None)])
def test_l9_wants_booths_of_a_size(town, register, width, refused):
    """A centimetre less is refused; what the register says of a site stands in the request."""
    booth = Booth(width=width, depth=150, height=230, quiet=True)
    built(under(town, BOOTHS), register, (4, 4), booth=booth)
    assert code(town, order()) == refused
    if refused is None:
        assert {site.booth for site in open_case(town.office, town.lot).request.sites} == {booth}


@pytest.mark.parametrize(("pack", "name"), [(APART, "L8"), (OWNER, "L10")])
def test_the_verifier_finds_two_in_one_room(town, register, pack, name):
    """A seat plan with everybody of a site in one room breaks step 13 and no other that reads seats."""
    built(under(town, pack), register, (2, 2, 2))
    good = Tale(town).tell().bundle()
    keys = keyring()

    forgery = Forgery.of(good)
    seatings = [each["body"]["places"] for each in forgery.exhibits if each["name"] == "seating"]
    for at, plan in enumerate(seatings):
        together = [p | {"room": "1", "workstation": 10 * at + n} for n, p in enumerate(plan)]
        forgery.change("seating", lambda body, new=together: body | {"places": new}, at)
    forged = forgery.signed(keys.log, {each.name: each.sign for each in keys.custodians})
    seats = verify(forged, Pins()).findings[12]
    assert (seats.n, seats.state) == (13, Outcome.BROKEN)
    assert name in seats.says.en
    assert verify(good, Pins()).holds
