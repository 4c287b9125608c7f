"""Does everything due happen exactly once: after a crash, after kill -9, and with two clocks ringing?"""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.actor import SYSTEM
from api.demo.people import OPERATOR
from api.services import attending, booking, closing, drawing
from api.services.office import Office, record_all
from api.services.ticking import Done, tick
from api.store import journal
from api.store.db import Database
from scheduler.deadlines import Deed
from scheduler.errors import Refused
from scheduler.events import Out
from scheduler.model import LotId
from scheduler.state import Phase
from tests.town import LOT, NINE, Town, entropy_of, found, keyring, order

MINUTE = timedelta(minutes=1)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """A drawn town on either database, whose writers wait for each other."""
    database = Database(database_url, wait_ms=20_000)
    yield found(database).drawn()
    database.close()


def restarted(town: Town) -> Office:
    """The same installation after a crash: another process's connection, keys read again, nothing remembered."""
    url = town.office.db.url.render_as_string(hide_password=False)
    office = replace(
        town.office, db=Database(url, wait_ms=20_000), keys=keyring(), entropy=entropy_of(b"again" * 7)
    )
    town.office.db.close()
    town.office = office
    return office


def deeds(done: tuple[Done, ...]) -> list[Deed]:
    """What was done, in order; nothing of it may have been refused."""
    assert [each.refusal for each in done if each.refusal] == []
    return [each.due.deed for each in done]


def events(town: Town) -> Counter[str]:
    """How often each kind of event stands in the journal."""
    with town.office.db.reading() as session:
        return Counter(type(entry.event).__name__ for entry, _ in journal.history(session, LOT))


def test_nothing_due_does_nothing(town: Town) -> None:
    """A look at the clock before the waiting time is over writes nothing."""
    before = town.state
    assert tick(town.office) == ()
    assert town.state == before


def test_a_crash_between_lottery_and_draw_is_made_good(town: Town) -> None:
    """A lottery was fixed and the process died: the next one draws from that lottery, and only once."""
    attending.decline(town.office, town.person(town.state.experts()[0].member), LOT)
    drawing.fix(town.office, OPERATOR, LOT)
    fixed = town.state.rounds[-1].lottery
    office = restarted(town)
    assert deeds(tick(office)) == [Deed.FINISH]
    assert tick(office) == ()
    assert town.state.rounds[-1].lottery == fixed
    assert len(town.state.experts()) == sum(town.state.seats)
    assert events(town)["LotteryFixed"] == events(town)["Drawn"] == 2


def test_silence_after_the_waiting_time_opens_the_seat(town: Town) -> None:
    """Who has not answered after thirty minutes is out, and the seat is filled in the same look; never sooner."""
    asked = max(m.since for m in town.state.experts())
    attending.accept(town.office, town.person(town.state.experts()[0].member), LOT)
    town.clock.move(asked + 29 * MINUTE)
    assert tick(town.office) == ()
    town.clock.move(asked + 30 * MINUTE)
    assert deeds(tick(restarted(town))) == [Deed.SILENT] * 3 + [Deed.FIX, Deed.FINISH]
    assert [m.out for m in town.state.left()] == [Out.SILENT] * 3
    assert tick(town.office) == ()


def test_a_case_that_cannot_be_read_keeps_no_other_waiting(town: Town) -> None:
    """The rules of an earlier lot are lost: the silent members of this one are out all the same, and it is told."""
    earlier = order(LotId("TOWN-00"), starts=NINE - timedelta(hours=19), ends=NINE - timedelta(hours=16))
    record_all(town.office, [replace(booking.filing(town.office, OPERATOR, earlier), exhibits=())])
    town.clock.move(max(m.since for m in town.state.experts()) + 30 * MINUTE)
    with pytest.raises(Refused, match="exhibit_missing"):
        tick(town.office)
    assert events(town)["Left"] == 4
    assert events(town)["Drawn"] == 2


def test_absence_fifteen_minutes_after_the_start(town: Town) -> None:
    """Who accepted and did not come is out a quarter of an hour after the start, to the minute."""
    town.accept_all()
    town.open_bids()
    *present, absent = [m.member for m in town.state.experts()]
    for member in present:
        town.arrive(member)
    town.clock.move(NINE + 14 * MINUTE + 59 * MINUTE / 60)
    assert tick(town.office) == ()
    town.clock.move(NINE + 15 * MINUTE)
    assert deeds(tick(town.office)) == [Deed.ABSENT, Deed.FIX, Deed.FINISH]
    assert [m.member for m in town.state.left()] == [absent]


def test_somebody_drawn_during_scoring_is_waited_for_like_anybody(town: Town) -> None:
    """A seat that opens while others score is filled; who is silent then or does not come is replaced too."""
    town.blinded()
    ill = town.state.experts()[0].member
    attending.miss(town.office, SYSTEM, LOT, ill, Out.ABSENT)
    assert deeds(tick(town.office)) == [Deed.FIX, Deed.FINISH]
    new = next(m for m in town.state.experts() if not m.accepted)
    town.clock.move(new.since + 30 * MINUTE)
    assert deeds(tick(town.office)) == [Deed.SILENT, Deed.FIX, Deed.FINISH]
    town.accept_all()
    assert tick(town.office) == ()
    late = next(m for m in town.state.experts() if not m.key)
    assert late.answered is not None
    town.clock.move(late.answered + 15 * MINUTE)
    assert deeds(tick(town.office)) == [Deed.ABSENT, Deed.FIX, Deed.FINISH]
    town.accept_all()
    town.arrive_all()
    town.score_all()
    assert deeds(tick(town.office)) == [Deed.CLOSE, Deed.TOTAL]


def test_the_close_follows_the_last_sheet_once(town: Town) -> None:
    """With all sheets in, one look closes and adds up; a crash between the two is made good by the next."""
    town.blinded()
    town.score_all()
    closing.close(town.office, OPERATOR, LOT)
    office = restarted(town)
    assert deeds(tick(office)) == [Deed.TOTAL]
    assert tick(office) == ()
    assert events(town)["Closed"] == events(town)["Totalled"] == 1


def test_a_reported_case_is_left_alone(town: Town) -> None:
    """From the report on the clock has nothing to do."""
    town.blinded()
    town.score_all()
    tick(town.office)
    assert town.state.phase is Phase.F4
    assert tick(town.office) == ()


def together(town: Town, workers: int) -> list[Done]:
    """So many clocks ring at once, each its own connection; all that they did."""
    meet, found, errors = threading.Barrier(workers, timeout=20), [], []
    url = town.office.db.url.render_as_string(hide_password=False)

    def ring(n: int) -> None:
        own = Database(url, wait_ms=20_000)
        try:
            meet.wait()
            found.extend(tick(replace(town.office, db=own, entropy=entropy_of(bytes([n]) * 32))))
        except Exception as error:
            errors.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=ring, args=(n,)) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return found


def test_two_clocks_do_each_deed_once(town: Town) -> None:
    """Two workers ringing together: each deed is done by one of them, and the other finds it done."""
    town.clock.move(max(m.since for m in town.state.experts()) + 30 * MINUTE)
    done = together(town, 2)
    assert Counter(deeds(tuple(done))) == {Deed.SILENT: 4, Deed.FIX: 1, Deed.FINISH: 1}
    assert events(town)["Left"] == 4
    assert events(town)["Drawn"] == events(town)["LotteryFixed"] == 2


def test_four_clocks_close_once(town: Town) -> None:
    """However many ring after the last sheet, there is one close and one sum."""
    town.blinded()
    town.score_all()
    done = together(town, 4)
    assert Counter(deeds(tuple(done))) == {Deed.CLOSE: 1, Deed.TOTAL: 1}
    assert events(town)["Closed"] == events(town)["Totalled"] == 1


LOOP = """
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from api.clock import entropy
from api.services.office import Office
from api.services.ticking import tick
from api.store.db import Database
from tests.town import PACK, Hands, keyring
clock = Hands(datetime.fromisoformat(sys.argv[2]))
office = Office(db=Database(sys.argv[1], wait_ms=20_000), keys=keyring(), pack=PACK, now=clock.now, entropy=entropy)
def told(n):
    data = entropy(n)
    if n == 32:  # between two looks at the world: tell the parent, so that it may strike
        print("at work", flush=True)
    return data
office = replace(office, entropy=told)
while True:
    for done in tick(office):
        print("done", done.due.deed, done.refusal, flush=True)
    print("idle", flush=True)
    sys.stdin.readline()
"""


def _worker(town: Town) -> subprocess.Popen[str]:
    url = town.office.db.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-c", LOOP, url, town.clock.now().isoformat()],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize("strike", [1, 3])
def test_kill_minus_nine_loses_and_doubles_nothing(town: Town, strike: int) -> None:
    """A worker is killed in the middle of its work; a new one does the rest, and each deed stands once."""
    town.clock.move(max(m.since for m in town.state.experts()) + 30 * MINUTE)
    first = _worker(town)
    assert first.stdout is not None
    for _ in range(strike):
        while (line := first.stdout.readline().strip()) and line != "at work":
            pass
    first.send_signal(signal.SIGKILL)
    first.wait()
    first.stdout.close()
    town.clock.move(town.clock.now() + MINUTE)  # time goes on while nobody works
    second = _worker(town)
    assert second.stdout is not None
    lines = []
    while (line := second.stdout.readline().strip()) != "idle":
        assert line, "the second worker died"
        lines.append(line)
    second.kill()
    second.wait()
    second.stdout.close()
    counted = events(town)
    assert (counted["Left"], counted["LotteryFixed"], counted["Drawn"]) == (4, 2, 2)
    assert counted["KeyOpened"] == 2
    assert len(town.state.experts()) == sum(town.state.seats)
    assert all(line.endswith("None") for line in lines if line.startswith("done"))
    assert tick(town.office) == ()


def test_used_up_rounds_end_the_trying(town: Town) -> None:
    """When no round is left the clock does nothing more, and an open seat stays open for people to decide."""
    while len(town.state.rounds) < town.state.max_rounds and not town.state.stuck:
        attending.decline(town.office, town.person(town.state.experts()[0].member), LOT)
        tick(town.office)
    attending.decline(town.office, town.person(town.state.experts()[0].member), LOT)
    assert tick(town.office) == ()
    assert sum(town.state.open_seats()) > 0
