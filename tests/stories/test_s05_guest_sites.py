"""S5 Site randomness: guest sites are drawn among those with free seats, nobody can steer it, persons are untouched."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.demo.people import OPERATOR, SUPERVISOR, deposit
from api.services import booking, closing, drawing, siting, ticking
from api.services.importing import apply_import
from api.services.office import open_case
from api.services.seats import holds_of
from api.store.journal import history
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.exhibits import LotteryBody, Siting
from scheduler.lottery import from_body
from scheduler.model import LotId, RegionCode
from scheduler.records import Registers, WorkstationRecord
from tests.forge import Forgery
from tests.ruled import BY_LOT, pack_of, under
from tests.tale import Tale, fresh
from tests.town import EAST, HOST, NINE, WEST, keyring, order
from tests.town import register as of_the_town

SECOND = LotId("TOWN-02")


def by_lot(town):
    """The town under L2."""
    return under(town, pack_of(BY_LOT))


def booked(town, **changes):
    """A lot whose guest site is to be drawn."""
    booking.book(town.office, OPERATOR, order(town.lot, guests=(), **changes))
    return town


def drawn(town):
    """The site that was drawn."""
    (site,) = [s.site for s in open_case(town.office, town.lot).request.sites if not s.host]
    return site


def refused(deed, *arguments):
    """The code of a refusal."""
    with pytest.raises(Refused) as no:
        deed(*arguments)
    return no.value.code


@pytest.fixture
def ready(town):
    """Booked under L2, pool frozen, every seed deposited."""
    booked(by_lot(town)).prepare()
    return town


def test_every_site_that_fits_is_held_until_the_draw_and_no_longer(ready):
    """Two sites fit and two seats each are held at both; after the draw the other one has its seats back."""
    asked = open_case(ready.office, ready.lot).request
    assert [(s.site, s.seats, s.host) for s in asked.sites] == [
        (HOST, 2, True),
        (EAST, 2, False),
        (WEST, 2, False),
    ]
    siting.draw_sites(ready.office, OPERATOR, ready.lot)
    with ready.office.db.reading() as session:
        held = {hold.site for hold in holds_of(session, ready.lot)}
    assert held == {HOST, drawn(ready)}


def test_persons_come_from_the_drawn_site_and_the_host_only(ready):
    """No lottery before the sites are drawn; afterwards the third city has no ticket (L6)."""
    assert refused(drawing.fix, ready.office, OPERATOR, ready.lot) == "sites_missing"
    siting.draw_sites(ready.office, OPERATOR, ready.lot)
    ready.round()
    case = open_case(ready.office, ready.lot)
    home = {leaf.expert.id: leaf.expert.region[:4] for leaf in case.snapshot.leaves}
    served = {site.region[:4] for site in case.request.sites}
    assert {home[m.member] for m in ready.state.experts()} <= served
    assert len(served) == 2


def test_nobody_chooses_a_guest_site_where_they_are_drawn(town):
    """An order that names guest sites is refused; so is a draw where the pack lets the operator choose."""
    assert refused(booking.book, by_lot(town).office, OPERATOR, order()) == "L2_chosen"


def test_there_is_nothing_to_draw_where_the_operator_chooses(town):
    """Without L2 in the pack everything is as it was."""
    town.book()
    town.prepare()
    assert refused(siting.draw_sites, town.office, OPERATOR, town.lot) == "sites_chosen"


def test_a_site_without_two_free_seats_is_no_candidate(town, register):
    """EAST keeps one seat that works: one candidate is left, and one is drawn out of one."""
    east = next(site for site in of_the_town().sites if site.site == EAST)
    register(by_lot(town), others=Registers(sites=(replace(east, workstations=stations(1)),)))
    booked(town)
    assert [s.site for s in open_case(town.office, town.lot).request.sites] == [HOST, WEST]


def test_a_site_that_is_closed_or_in_the_hosts_city_is_no_candidate(town, register):
    """Nothing fits any more: the booking is refused with L2 and nothing is held."""
    east, west = (next(s for s in of_the_town().sites if s.site == name) for name in (EAST, WEST))
    closed = replace(east, opens=(NINE + timedelta(hours=10)).time())
    near = replace(west, region=RegionCode("340104"))
    register(by_lot(town), others=Registers(sites=(closed, near)))
    assert refused(booked, town) == "L2"
    with town.office.db.reading() as session:
        assert holds_of(session, town.lot) == ()


def stations(count):
    """So many workstations, each in a room of its own."""
    return tuple(WorkstationRecord(room=str(n), number=n) for n in range(1, count + 1))


def test_a_booking_that_comes_later_finds_every_candidate_taken(town, register):
    """Seats at all candidates are held, so no other lot can take what chance may still give to the first."""
    host = next(site for site in of_the_town().sites if site.site == HOST)
    register(by_lot(town), others=Registers(sites=(replace(host, workstations=stations(20)),)))
    booked(town)
    booking.book(town.office, OPERATOR, order(SECOND, guests=()))
    third = order(LotId("TOWN-03"), guests=())
    assert refused(booking.book, town.office, OPERATOR, third) == "L2"
    town.prepare()
    siting.draw_sites(town.office, OPERATOR, town.lot)


def test_the_choices_are_committed_before_a_seed_is_opened(ready):
    """In the journal: pledges, then the commitment, then the key, then the site; each but once."""
    siting.draw_sites(ready.office, OPERATOR, ready.lot)
    with ready.office.db.reading() as session:
        kinds = [type(entry.event).__name__ for entry, _ in history(session, ready.lot)]
    order_of = [
        kinds.index(k) for k in ("SitesOffered", "KeysDealt", "SiteSeedPledged", "SitesFixed", "KeyOpened")
    ]
    assert order_of == sorted(order_of)
    assert kinds[-3:] == ["SitesFixed", "KeyOpened", "SitesDrawn"]
    assert refused(siting.draw_sites, ready.office, OPERATOR, ready.lot) in (
        "key_opened_before",
        "sites_twice",
    )


def test_without_every_partys_seed_no_site_is_drawn(town):
    """The supervisor's seed is missing: refused, and nothing is opened."""
    booked(by_lot(town))
    drawing.freeze(town.office, OPERATOR, town.lot)
    deposit(town.office, OPERATOR, town.lot)
    assert refused(siting.draw_sites, town.office, OPERATOR, town.lot) == "seeds_missing"
    deposit(town.office, SUPERVISOR, town.lot)
    assert refused(siting.draw_sites, town.office, OPERATOR, town.lot) == "seeds_missing"


def test_a_choice_without_a_lawful_panel_is_barred_by_name(town, register):
    """Certificates of everybody in EAST's city have ended: that choice stands among the barred."""
    by_lot(town)
    over = NINE.date() - timedelta(days=1)

    def ended(record, n):
        return replace(record, certificate_until=over) if record.region.startswith("3402") else record

    register(town, ended)
    booked(town).prepare()
    siting.draw_sites(town.office, OPERATOR, town.lot)
    case = open_case(town.office, town.lot)
    found = case.body(case.state.sites.choices, Siting)
    assert (found.choices, found.barred) == (((WEST,),), ((EAST,),))
    assert drawn(town) == WEST


def test_the_clock_finishes_a_draw_of_sites_that_broke_off(ready):
    """The choices are fixed and the server stops; the clock opens the seeds and draws."""
    siting.fix_sites(ready.office, OPERATOR, ready.lot)
    done = ticking.tick_case(ready.office, ready.lot)
    assert [each.due.deed for each in done] == ["sites"]
    assert drawn(ready) in (EAST, WEST)


def chances(town):
    """Panels and chances of the first round."""
    drawing.fix(town.office, OPERATOR, town.lot)
    case = open_case(town.office, town.lot)
    found = from_body(case.body(case.state.rounds[0].lottery, LotteryBody).body)
    return found.classes, found.panels, found.tickets


def test_what_is_soft_moves_seats_and_never_persons(tmp_path):
    """More free seats change the order of candidates (L11) and where people sit; the lottery stays the same."""
    worlds = []
    for seats in (4, 9):
        (tmp_path / str(seats)).mkdir()
        with fresh(tmp_path / str(seats)) as town:
            sites = tuple(replace(site, workstations=stations(seats)) for site in of_the_town().sites)
            with town.office.db.transaction() as session:
                apply_import(session, Registers(sites=sites), key=town.office.keys.personal)
            booked(by_lot(town)).prepare()
            siting.draw_sites(town.office, OPERATOR, town.lot)
            worlds.append((drawn(town), chances(town)))
    assert worlds[0] == worlds[1]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The whole tale with a drawn guest site: full and public bundle."""
    with fresh(tmp_path_factory.mktemp("by-lot")) as town:
        tale = Tale(town)
        by_lot(town)
        tale_of_sites(tale)
        return town.bundle(), town.bundle(BundleKind.PUBLIC)


def tale_of_sites(tale):
    """No member leaves: booked, sites drawn, panel drawn, scored, reported."""
    town = tale.town
    booked(town).prepare()
    siting.draw_sites(town.office, OPERATOR, town.lot)
    tale.round()
    town.blinded().score_all()
    closing.close(town.office, OPERATOR, town.lot)
    tale.total()
    tale.reveal()
    tale.report()


def steps(data):
    """Outcome and words of the steps, by number."""
    return {each.n: each for each in verify(data, Pins()).findings}


def test_the_full_bundle_proves_the_draw_of_sites(told):
    """Steps 10 and 13 say out of how many choices, and that barred ones take a solver."""
    full, _ = told
    assert verify(full, Pins()).holds
    assert "guest sites, one of 2 choices" in steps(full)[10].says.en
    assert "out of 2 choices (0 were left out" in steps(full)[13].says.en


def test_the_public_sees_that_the_sites_follow_from_the_seeds_and_not_which(told):
    """Step 10 holds without the request; the names of candidates stand nowhere in the public file."""
    _, public = told
    assert verify(public, Pins()).holds
    assert "guest sites, one of 2 choices" in steps(public)[10].says.en
    assert steps(public)[13].state is Outcome.NOT_REVEALED
    assert not any(site.encode() in public for site in (HOST, EAST, WEST))


@pytest.mark.parametrize("which", [0, 1])
def test_a_site_chosen_by_hand_is_found(told, which):
    """The other choice recorded in place of the drawn one breaks step 10, in the public bundle too."""
    keys = keyring()
    forgery = Forgery.of(told[which])
    event = forgery.event("SitesDrawn")
    event["drawn"] = 1 - event["drawn"]
    assert steps(forgery.signed(keys.log))[10].state is Outcome.BROKEN


def test_a_choice_left_out_is_found(told):
    """One candidate fewer among the choices, everything signed anew: step 13 names it."""
    keys = keyring()
    forgery = Forgery.of(told[0])
    kept = forgery.event("SitesDrawn")["drawn"]
    forgery.change("siting", lambda body: body | {"choices": [body["choices"][kept]]})
    forgery.event("SitesFixed")["count"] = 1
    forgery.event("SitesDrawn")["drawn"] = 0
    found = steps(forgery.signed(keys.log, {each.name: each.sign for each in keys.custodians}))
    assert found[13].state is Outcome.BROKEN
    assert "left out" in found[13].says.en


def test_a_centre_that_chooses_where_the_pack_says_by_lot_is_found(tmp_path, monkeypatch):
    """Software changed to let the operator choose in spite of L2: every step holds but the one about seats."""
    with fresh(tmp_path) as town:
        by_lot(town)
        monkeypatch.setattr(booking, "rule_of", lambda numbers: None)
        booking.book(town.office, OPERATOR, order(guests=(booking.Guest(site=EAST, seats=3),), host_seats=3))
        town.prepare()
        town.round()
        town.blinded().score_all()
        tale = Tale(town)
        closing.close(town.office, OPERATOR, town.lot)
        tale.total()
        tale.reveal()
        tale.report()
        found = steps(town.bundle())
    assert [n for n, each in found.items() if each.state is Outcome.BROKEN] == [13]
    assert "L2" in found[13].says.en
