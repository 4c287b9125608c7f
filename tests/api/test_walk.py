"""One evaluation from booking to audit, through the services: who turns it, who is refused, what comes out."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.actor import Actor
from api.demo.people import OPERATOR, SUPERVISOR, TENDEREE, deposits, pledge_all
from api.services import (
    attending,
    auditing,
    booking,
    closing,
    drawing,
    opening,
    revealing,
    scoring,
    ticking,
)
from api.services.office import Office, open_case
from api.services.releasing import custody_key
from api.store.db import Database
from crypto.envelope import seal
from scheduler.audit import Report, verify
from scheduler.audit.case import Outcome
from scheduler.audit.command import read_trust
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.events import Out
from scheduler.model import LotId, Role
from scheduler.places import sheet_context
from scheduler.release import BIDDERS, EXPERTS, SCORES, seeds
from scheduler.state import Phase, State
from tests.town import NINE, Town, bidder, found, order, package

MINUTE = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class Walk:
    """What happened: the state after every beat, and the code of every refusal on the way."""

    town: Town
    after: dict[str, State] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)
    reports: dict[BundleKind, Report] = field(default_factory=dict)

    def beat(self, name: str) -> None:
        """Keep the state under a name."""
        self.after[name] = self.town.state

    def no(self, name: str, verb: Callable[..., object], *arguments: object) -> None:
        """The verb must be refused and leave no trace in the case."""
        before = self.town.state
        with pytest.raises(Refused) as refusal:
            verb(self.town.office, *arguments)
        assert self.town.state == before
        self.refusals[name] = refusal.value.code


@pytest.fixture(scope="module")
def walk(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """The whole story on SQLite, told once for all sentences below."""
    path = tmp_path_factory.mktemp("walk") / "yuanping.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{path}")
    walk = Walk(town=found(database))
    tell(walk)
    yield walk
    database.close()


def tell(walk: Walk) -> None:
    """All beats in order."""
    for beat in (book, draw, answer, open_bids, gather, score, close, reveal, audit):
        beat(walk)
        walk.beat(beat.__name__)


def book(walk: Walk) -> None:
    """One lot, seats held."""
    walk.town.book()
    walk.no("book twice", booking.book, OPERATOR, order())


def draw(walk: Walk) -> None:
    """Frozen, pledged, too early, without one party's seeds, and then at its time."""
    town, lot = walk.town, walk.town.lot
    walk.no("fix without pool", _at_time(drawing.fix), OPERATOR, lot)
    drawing.freeze(town.office, OPERATOR, lot)
    walk.no("freeze twice", drawing.freeze, OPERATOR, lot)
    walk.no("fix without seeds", _at_time(drawing.fix), OPERATOR, lot)
    pledge_all(town.office, lot)
    again = deposits(town.office, lot, TENDEREE.role.value)
    walk.no("pledge twice", drawing.pledge, TENDEREE, lot, again)
    walk.no("fix too early", drawing.fix, OPERATOR, lot)
    walk.no("draw unfixed", drawing.draw, OPERATOR, lot)
    town.clock.move(NINE - timedelta(hours=20))
    drawing.fix(town.office, OPERATOR, lot)
    walk.beat("fixed")
    walk.no("fix twice", drawing.fix, OPERATOR, lot)
    drawing.draw(town.office, OPERATOR, lot)
    walk.no("draw twice", drawing.draw, OPERATOR, lot)


def _at_time(verb: Callable[..., object]) -> Callable[..., object]:
    """The verb as if it were late enough, so that another refusal comes to light."""

    def late(office: Office, *arguments: object) -> object:
        return verb(replace(office, now=lambda: NINE - timedelta(hours=20)), *arguments)

    return late


def answer(walk: Walk) -> None:
    """Two decline, one after the other; everybody else accepts."""
    town, lot = walk.town, walk.town.lot
    first, second = (m.member for m in town.state.experts()[:2])
    attending.decline(town.office, town.person(first), lot)
    walk.no("decline twice", attending.decline, town.person(first), lot)
    walk.no("accept after declining", attending.accept, town.person(first), lot)
    ticking.tick(town.office)
    attending.decline(town.office, town.person(second), lot)
    ticking.tick(town.office)
    stranger = next(
        town.person(leaf) for leaf in town._people if leaf not in {m.member for m in town.state.members}
    )
    walk.no("accept uninvited", attending.accept, stranger, lot)
    walk.no("decline uninvited", attending.decline, stranger, lot)
    town.accept_all()
    walk.no("accept twice", attending.accept, town.person(town.state.experts()[0].member), lot)


def open_bids(walk: Walk) -> None:
    """One member works for a sister of a bidder: out at once, replaced at once."""
    town, lot = walk.town, walk.town.lot
    two = package(bidder(1), bidder(2))
    walk.no("open two bids", opening.open_bids, OPERATOR, lot, two)
    other = package(bidder(1), bidder(2), bidder(3), lot=LotId("TOWN-02"))
    walk.no("open another lot's bids", opening.open_bids, OPERATOR, lot, other)
    walk.no("blind before opening", opening.blind, OPERATOR, lot)
    town.open_bids(town.state.experts()[-1].member)
    walk.beat("opened")
    again = package(bidder(1), bidder(2), bidder(3))
    walk.no("open twice", opening.open_bids, OPERATOR, lot, again)
    ticking.tick(town.office)
    town.accept_all()


def gather(walk: Walk) -> None:
    """Everybody but one stands at the gate; the absent one is replaced fifteen minutes after the start."""
    town, lot = walk.town, walk.town.lot
    *present, absent = [m.member for m in town.state.experts()]
    early = Actor(id="site", role=Role.SITE, site=attending.site_of(town.office, lot, present[0]))
    person = town.person(present[0]).expert
    walk.no("check in before the gate opens", attending.check_in, early, lot, person, bytes([9]) * 32)
    for member in present:
        town.arrive(member)
    town.arrive(next(m.member for m in town.state.current() if m.role is None))
    walk.no("blind before all are there", opening.blind, OPERATOR, lot)
    walk.no("desk before blinding", scoring.desk, town.person(present[0]), lot)
    gate = Actor(id="site", role=Role.SITE, site="S-ELSEWHERE")
    who = town.person(absent).expert
    walk.no("check in elsewhere", attending.check_in, gate, lot, who, bytes([9]) * 32)
    town.clock.move(NINE + 15 * MINUTE)
    ticking.tick(town.office)
    walk.beat("absent")
    town.accept_all()
    town.arrive_all()


def score(walk: Walk) -> None:
    """Blinded; sheets come in, one of them twice; nothing opens before the last one."""
    town, lot = walk.town, walk.town.lot
    opening.blind(town.office, OPERATOR, lot)
    members = [m.member for m in town.state.current()]
    left = town.state.left()[0].member
    walk.no("desk of one who left", scoring.desk, town.person(left), lot)
    walk.no("submit rubbish", scoring.submit, town.person(members[0]), lot, b"rubbish", bytes(32))
    experts_key = custody_key(open_case(town.office, lot), EXPERTS).public
    astray = seal(experts_key, "sheet", sheet_context(lot, members[0], 1), bytes(32)).envelope
    walk.no("submit to another key", scoring.submit, town.person(members[0]), lot, astray, bytes(32))
    for member in members[:-1]:
        town.score(member)
    town.score(members[0])
    walk.no("close with a sheet missing", closing.close, OPERATOR, lot)
    walk.no("total before the close", closing.total, OPERATOR, lot)
    walk.no("export while scoring", auditing.export, SUPERVISOR, lot, BundleKind.FULL)
    town.score(members[-1])


def close(walk: Walk) -> None:
    """The clock closes and adds up; bidders stay sealed."""
    town, lot = walk.town, walk.town.lot
    walk.no("reveal before the close", revealing.reveal, OPERATOR, lot)
    closing.close(town.office, OPERATOR, lot)
    walk.no("reveal before the totals", revealing.reveal, OPERATOR, lot)
    walk.no("close twice", closing.close, OPERATOR, lot)
    member = town.state.current()[0].member
    walk.no("score after the close", scoring.desk, town.person(member), lot)
    ticking.tick(town.office)
    walk.no("total twice", closing.total, OPERATOR, lot)


def reveal(walk: Walk) -> None:
    """Bidders behind the bids, then the report."""
    town, lot = walk.town, walk.town.lot
    walk.no("report before revealing", revealing.report, OPERATOR, lot)
    revealing.reveal(town.office, OPERATOR, lot)
    walk.beat("revealed")
    walk.no("export before the report", auditing.export, SUPERVISOR, lot, BundleKind.PUBLIC)
    walk.no("archive before the report", revealing.archive, OPERATOR, lot, "")
    revealing.report(town.office, OPERATOR, lot)


def audit(walk: Walk) -> None:
    """Both bundles, verified as a stranger would."""
    town = walk.town
    pins = read_trust(auditing.trust_of(town.office.keys))
    for kind in BundleKind:
        walk.reports[kind] = verify(town.bundle(kind), pins)
    walk.no("full bundle for the operator", auditing.export, OPERATOR, town.lot, BundleKind.FULL)
    revealing.archive(town.office, OPERATOR, town.lot, "中标人已确定")


def test_the_case_goes_through_all_phases(walk: Walk) -> None:
    """Booking, draw, opening, scoring, close, unblinding, report and archive come in this order."""
    phases = [walk.after[beat].phase for beat in ("book", "draw", "open_bids", "score", "close")]
    phases += [walk.after[beat].phase for beat in ("revealed", "reveal", "audit")]
    assert phases == [Phase.F0, Phase.F1, Phase.F2, Phase.F3, Phase.F4, Phase.F5, Phase.F6, Phase.F7]


def test_five_people_leave_nobody_comes_back(walk: Walk) -> None:
    """Two declined, one recused, one absent: each replaced by somebody who was not there before."""
    state = walk.after["score"]
    assert Counter(m.out for m in state.left()) == {Out.DECLINED: 2, Out.RECUSED: 1, Out.ABSENT: 1}
    members = [m.member for m in state.members]
    assert len(set(members)) == len(members) == 1 + 4 + 4
    assert len(state.experts()) == sum(state.seats) == 4
    assert len(state.rounds) == 5


def test_kept_members_stay_through_every_round(walk: Walk) -> None:
    """A later round adds members and moves nobody."""
    before, after = walk.after["draw"].experts(), walk.after["answer"]
    stayed = {m.member for m in before} & {m.member for m in after.experts()}
    assert len(stayed) == 2


def test_the_parent_company_is_found_at_the_opening(walk: Walk) -> None:
    """The member whose employer shares a holding with a bidder is recused in the breath of the opening."""
    state, before = walk.after["opened"], walk.after["answer"]
    (recused,) = [m for m in state.left() if m.out is Out.RECUSED]
    assert recused.member == before.experts()[-1].member
    assert state.evidence is not None
    assert state.slots


def test_nobody_blinds_while_a_seat_is_empty(walk: Walk) -> None:
    """The absent member's seat is open at once, and filled by the clock in the same look."""
    state = walk.after["absent"]
    assert [m.out for m in state.left()][-1] is Out.ABSENT
    assert sum(state.open_seats()) == 0
    assert len(state.rounds) == 5


def test_keys_open_only_against_their_records(walk: Walk) -> None:
    """Seeds of used rounds, then scores after the close, then bidders after the totals; nothing else."""
    names = [
        [key for key, _ in walk.after[beat].opened_keys] for beat in ("fixed", "score", "close", "audit")
    ]
    used = [seeds(n) for n in range(1, 6)]
    assert names == [[], used, [*used, SCORES], [*used, SCORES, BIDDERS]]


def test_both_bundles_hold(walk: Walk) -> None:
    """The full one in all steps but the sealed names; the public one says which steps it cannot take."""
    full, public = walk.reports[BundleKind.FULL], walk.reports[BundleKind.PUBLIC]
    assert full.holds
    assert full.pinned
    assert [f.n for f in full.findings if f.state is Outcome.NOT_REVEALED] == [18, 19]
    assert public.holds
    assert [f.n for f in public.findings if f.state is Outcome.HOLDS] == [1, 2, 3, 4, 5, 6, 8, 10, 11, 17]


EXPECTED = {
    "book twice": "lot_exists",
    "fix without pool": "pool_missing",
    "freeze twice": "pool_twice",
    "fix without seeds": "seeds_missing",
    "pledge twice": "party_twice",
    "fix too early": "D3",
    "draw unfixed": "round_not_ready",
    "fix twice": "round_under_way",
    "draw twice": "round_not_ready",
    "decline twice": "not_a_member",
    "accept after declining": "not_a_member",
    "accept uninvited": "not_a_member",
    "decline uninvited": "not_a_member",
    "accept twice": "accepted_twice",
    "open two bids": "few_bids",
    "open another lot's bids": "other_lot",
    "blind before opening": "phase",
    "open twice": "phase",
    "blind before all are there": "not_checked_in",
    "desk before blinding": "phase",
    "check in before the gate opens": "gate_closed",
    "check in elsewhere": "not_expected",
    "desk of one who left": "not_a_member",
    "submit rubbish": "envelope",
    "submit to another key": "envelope",
    "close with a sheet missing": "sheets_missing",
    "total before the close": "key_too_early",
    "export while scoring": "export_early",
    "reveal before the close": "key_too_early",
    "reveal before the totals": "key_too_early",
    "close twice": "phase",
    "score after the close": "phase",
    "total twice": "key_opened_before",
    "report before revealing": "exhibit_missing",
    "export before the report": "export_early",
    "archive before the report": "phase",
    "full bundle for the operator": "role",
}


@pytest.mark.parametrize("attempt", EXPECTED)
def test_what_must_not_be_is_refused(walk: Walk, attempt: str) -> None:
    """Every wrong step on the way is refused by its own name and changes nothing."""
    assert walk.refusals[attempt] == EXPECTED[attempt]


def test_every_refusal_of_the_story_is_expected(walk: Walk) -> None:
    """No attempt of the story goes without a sentence above."""
    assert set(walk.refusals) == set(EXPECTED)


def test_the_walk_on_either_database(database: Database) -> None:
    """The core of the story holds on SQLite and on PostgreSQL."""
    walk = Walk(town=found(database))
    tell(walk)
    assert walk.refusals == EXPECTED
    assert all(report.holds for report in walk.reports.values())
