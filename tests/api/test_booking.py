"""What can be booked, what is refused with its rule, and what is left of a refusal: nothing."""

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from api.demo.people import OPERATOR
from api.services.booking import book
from api.services.importing import apply_import
from api.services.order import Guest, Order
from api.services.seats import free
from api.store.db import Database, StorageFailed, StorageFault
from api.store.journal import CaseRow, ExhibitRow, JournalRow, SeatHold
from scheduler.errors import Refused
from scheduler.model import LotId, Seats, SiteId, SpecialityCode
from scheduler.records import Registers
from tests.town import EAST, HOST, LOT, NINE, WEST, Town, found, order, register

HOUR = timedelta(hours=1)
HALF = timedelta(minutes=30)
SECOND = LotId("TOWN-02")


@pytest.fixture
def town(database: Database) -> Town:
    """A town in which nothing is booked."""
    return found(database)


def rows(database: Database) -> Counter[str]:
    """How much a booking has written."""
    with database.reading() as session:
        kinds = (JournalRow, ExhibitRow, CaseRow, SeatHold)
        return Counter({kind.__name__: len(session.exec(select(kind)).all()) for kind in kinds})


def refusal(town: Town, wanted: Order) -> Refused:
    """The refusal of an order; nothing of it may stand."""
    before = rows(town.office.db)
    with pytest.raises(Refused) as refused:
        book(town.office, OPERATOR, wanted)
    assert rows(town.office.db) == before
    return refused.value


def only_experts(count: int) -> tuple[Seats, ...]:
    """`count` seats of one speciality."""
    return (Seats(speciality=SpecialityCode("A0402"), count=count),)


def test_a_booking_holds_the_seats_with_buffer(town: Town) -> None:
    """Six seats for experts and one for the owner are held from half an hour before to half an hour after."""
    town.book()
    with town.office.db.reading() as session:
        holds = session.exec(select(SeatHold)).all()
    assert Counter(hold.site for hold in holds) == {HOST: 3, EAST: 2, WEST: 2}
    assert {(hold.starts, hold.ends) for hold in holds} == {(NINE - HALF, NINE + 3 * HOUR + HALF)}


def test_nobody_books_into_the_past(town: Town) -> None:
    """A window that has begun is refused, to the second."""
    town.clock.move(NINE)
    assert refusal(town, order()).code == "past"


def test_a_window_ends_after_it_starts(town: Town) -> None:
    """An empty or reversed window is none."""
    assert refusal(town, order(ends=NINE)).code == "window"
    assert refusal(town, order(ends=NINE - HOUR)).code == "window"


def test_across_midnight_only_when_a_night_was_asked_for(town: Town) -> None:
    """21:00 to 02:00 is refused without `overnight` and booked with it."""
    night = order(starts=NINE + 12 * HOUR, ends=NINE + 17 * HOUR)
    assert refusal(town, night).code == "midnight"
    book(town.office, OPERATOR, replace(night, overnight=True))


def test_a_site_is_open_or_refuses(town: Town) -> None:
    """Opening hours 08:30 to 18:00 bind both ends, and the refusal names site and hours."""
    early = refusal(town, order(starts=NINE - 31 * timedelta(minutes=1)))
    assert (early.code, early.facts["opens"], early.facts["closes"]) == ("closed", "08:30", "18:00")
    assert refusal(town, order(ends=NINE + 9 * HOUR + timedelta(minutes=1))).code == "closed"
    book(town.office, OPERATOR, order(starts=NINE - HALF, ends=NINE + 9 * HOUR))


def test_midnight_is_no_opening_hour(town: Town) -> None:
    """A window until 24:00 ends after the site has closed, though its clock shows 00:00."""
    assert refusal(town, order(ends=NINE + 15 * HOUR)).code == "closed"


def test_a_broken_workstation_is_no_seat(town: Town) -> None:
    """Five of the host's six workstations work: five can be held, six cannot."""
    with town.office.db.reading() as session:
        assert len(free(session, HOST, NINE, NINE + HOUR)) == 5
    no = refusal(town, order(host_seats=5))
    assert (no.code, no.facts["site"], no.facts["wanted"], no.facts["free"]) == ("seats_taken", HOST, 6, 5)
    book(town.office, OPERATOR, order(host_seats=4))


def test_a_workstation_that_breaks_is_counted_out(town: Town) -> None:
    """What the register says today counts, not what it said at the import."""
    east = next(site for site in register().sites if site.site == EAST)
    stations = tuple(replace(each, broken=("camera",)) for each in east.workstations[:3])
    broken = replace(east, workstations=(*stations, *east.workstations[3:]))
    with town.office.db.transaction() as session:
        apply_import(session, Registers(sites=(broken,)), key=town.office.keys.personal)
    assert refusal(town, order()).code == "seats_taken"


def test_overlapping_windows_share_no_seat(town: Town) -> None:
    """09:00–12:00 and 11:30–16:00 at one site: the second finds what the first has left, and no more."""
    book(town.office, OPERATOR, order(host_seats=4))
    later = {"starts": NINE + 2 * HOUR + HALF, "ends": NINE + 7 * HOUR, "project_code": "INV-T-02"}
    no = refusal(town, order(SECOND, host_seats=2, **later))
    assert (no.code, no.facts["site"], no.facts["free"]) == ("seats_taken", HOST, 0)


def test_touching_windows_need_both_buffers(town: Town) -> None:
    """With 30 minutes before and after, the next lot may begin 60 minutes after the end, not one sooner."""
    book(town.office, OPERATOR, order(host_seats=4))
    ends = NINE + 7 * HOUR
    sooner = order(SECOND, starts=NINE + 4 * HOUR - timedelta(seconds=1), ends=ends, host_seats=4)
    assert refusal(town, sooner).code == "seats_taken"
    book(town.office, OPERATOR, replace(sooner, starts=NINE + 4 * HOUR))


def test_two_lots_share_a_site_while_seats_last(town: Town) -> None:
    """At one time two lots sit at one site at different workstations."""
    guests = (Guest(site=EAST, seats=2), Guest(site=WEST, seats=2))
    book(town.office, OPERATOR, order(host_seats=1, seats=only_experts(4), guests=guests))
    book(town.office, OPERATOR, order(SECOND, host_seats=1, seats=only_experts(4), guests=guests))
    with town.office.db.reading() as session:
        held = [(h.site, h.room, h.workstation) for h in session.exec(select(SeatHold)).all()]
    assert len(held) == len(set(held)) == 12


def test_an_even_panel_is_refused(town: Town) -> None:
    """Four experts and two owners, or four and none, are even; three and none are too few."""
    assert refusal(town, order(owners=())).code == "C1"
    assert refusal(town, order(owners=("owner-1", "owner-2"))).code == "C1"
    assert refusal(town, order(owners=(), seats=only_experts(3))).code == "C1"


def test_owners_are_at_most_a_third(town: Town) -> None:
    """Two owners of five are more than a third; two of seven are not."""
    two = ("owner-1", "owner-2")
    assert refusal(town, order(owners=two, seats=only_experts(3))).code == "C2"
    book(town.office, OPERATOR, order(owners=two, seats=only_experts(5)))


def test_sites_are_known_different_and_at_least_one_guest(town: Town) -> None:
    """A site nobody knows, a site named twice and a lot without guest site are refused by name."""
    unknown = refusal(town, order(guests=(Guest(site=SiteId("S-NOWHERE"), seats=4),)))
    assert (unknown.code, unknown.facts["site"]) == ("site_unknown", "S-NOWHERE")
    assert refusal(town, order(guests=(Guest(site=HOST, seats=4),))).code == "site_twice"
    twice = (Guest(site=EAST, seats=2), Guest(site=EAST, seats=2))
    assert refusal(town, order(guests=twice)).code == "site_twice"
    assert refusal(town, order(guests=())).code == "L1"


def test_seats_suffice_and_are_whole(town: Town) -> None:
    """Fewer workstations than experts, no expert at all, and seats below one are refused."""
    assert refusal(town, order(host_seats=1, guests=(Guest(site=EAST, seats=2),))).code == "L7"
    assert refusal(town, order(seats=())).code == "S0"
    assert refusal(town, order(seats=only_experts(0))).code == "S0"
    minus = (Guest(site=EAST, seats=-1), Guest(site=WEST, seats=4))
    assert refusal(town, order(host_seats=3, guests=minus)).code == "L7"
    assert refusal(town, order(host_seats=-1, guests=minus[1:])).code == "L7"


def test_an_owner_stands_once_on_the_list(town: Town) -> None:
    """One person cannot be two representatives."""
    same = ("owner-1", "owner-1")
    assert refusal(town, order(owners=same, seats=only_experts(5))).code == "owner_twice"


def test_a_lot_is_booked_once(town: Town) -> None:
    """The second booking of a lot is refused and the first stands as it was."""
    town.book()
    assert refusal(town, order(starts=NINE + HOUR)).code == "lot_exists"


def race(count: int, deed: Callable[[int], object]) -> list[object]:
    """`count` people at once; what each got: a result, the code of a refusal, or the error."""
    meet, results = threading.Barrier(count, timeout=30), []

    def go(n: int) -> None:
        meet.wait()
        try:
            results.append(deed(n))
        except Refused as refused:
            results.append(refused.code)
        except Exception as error:
            results.append(error)

    threads = [threading.Thread(target=go, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_twenty_bookings_of_the_last_seats_one_wins(town: Town) -> None:
    """Twenty lots at once want all the host's seats: one has them, nineteen are told, nothing is half done."""

    def one(n: int) -> object:
        return book(town.office, OPERATOR, order(LotId(f"TOWN-{n:02d}"), host_seats=4)).lot

    results = race(20, one)
    assert Counter(results)["seats_taken"] == 19, results
    (winner,) = [r for r in results if r != "seats_taken"]
    assert rows(town.office.db) == {"JournalRow": 2, "ExhibitRow": 2, "CaseRow": 1, "SeatHold": 9}
    with town.office.db.reading() as session:
        assert {hold.lot for hold in session.exec(select(SeatHold)).all()} == {winner}


def test_of_five_bookings_of_one_lot_one_stands(town: Town) -> None:
    """The same lot booked five times at once has one history, and the others hear why theirs is none."""
    results = race(5, lambda _: book(town.office, OPERATOR, order(host_seats=2)).lot)
    others = [r for r in results if r != LOT]
    assert len(others) == 4
    assert set(others) <= {"lot_exists", "stale", "seats_taken"}, others
    assert rows(town.office.db)["CaseRow"] == 1


def test_a_full_disk_leaves_no_half_booking(town: Town) -> None:
    """When the file may not grow in the middle of a booking, the error says so and nothing stands."""
    database = town.office.db
    if database.url.get_backend_name() == "sqlite":

        @sa.event.listens_for(database.engine, "checkout")
        def no_growth(connection: sqlite3.Connection, *_: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages + 1}")
    else:
        with database.engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$"
            )
            connection.exec_driver_sql(
                "CREATE TRIGGER full_disk BEFORE INSERT ON exhibit FOR EACH ROW EXECUTE FUNCTION full_disk()"
            )
    with pytest.raises(StorageFailed) as failed:
        town.book()
    assert failed.value.fault is StorageFault.FULL
    assert not rows(database).total()


def test_a_locked_database_leaves_no_half_booking(town: Town, database_url: str) -> None:
    """While somebody else holds the lock a booking fails as busy, whole; afterwards it goes through."""
    other, hurried = Database(database_url), Database(database_url, wait_ms=100)
    with other.transaction() as session:
        lock = "BEGIN" if database_url.startswith("sqlite") else "LOCK TABLE site IN ACCESS EXCLUSIVE MODE"
        if not database_url.startswith("sqlite"):
            session.connection().exec_driver_sql(lock)
        with pytest.raises(StorageFailed) as failed:
            book(replace(town.office, db=hurried), OPERATOR, order())
    other.close()
    hurried.close()
    assert failed.value.fault is StorageFault.BUSY
    assert not rows(town.office.db).total()
    town.book()


def test_a_window_is_the_same_moment_in_every_zone(town: Town) -> None:
    """An order in another zone's clock is judged by Chinese hours."""
    kiritimati = datetime.fromisoformat("2026-12-01T15:00:00+14:00")
    assert kiritimati.astimezone(UTC) == NINE
    book(town.office, OPERATOR, order(starts=kiritimati))
    assert town.state.starts == NINE
