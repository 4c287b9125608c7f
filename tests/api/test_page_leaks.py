"""Nobody sees a name before its phase: every role, every route, every moment, pages, errors and log lines.

The oracle is the table of scheduler/sight.py. Two worlds that differ in one secret must look the same to
everybody who may not know it.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from api.intake.package import Package
from api.pool import names
from api.services import attending
from api.services.office import open_case
from api.store.db import Database
from crypto.codes import codes_for
from fixtures.invented import expert_number, id_number, phone
from scheduler.events import Member
from scheduler.exhibits import CodeKey
from scheduler.model import Role
from scheduler.records import ExpertRecord
from scheduler.sight import Datum, may_see
from scheduler.state import Phase
from tests import town as places
from tests.crawl import (
    ELSEWHERE,
    LOT,
    OWNER,
    STRANGER,
    Bids,
    Crawl,
    Seen,
    alike,
    cancel,
    enter,
    plain,
    tell,
    tell_until,
    three_bids,
)
from tests.town import EXPERTS, HOST, Town, bidder, company, expert_name, found, holding, order, package

Found = Callable[[], Town]
COMPARED = ("accepted", "opened", "scoring", "closed")


@pytest.fixture(scope="module")
def towns(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    """Makes towns, all from the same seed."""
    open_ones: list[Database] = []

    def make() -> Town:
        path = tmp_path_factory.mktemp("town") / "town.db"
        shutil.copy(migrated_sqlite, path)
        open_ones.append(Database(f"sqlite:///{path}"))
        town = found(open_ones[-1])
        enter(town)
        return town

    yield make
    for database in open_ones:
        database.close()


@pytest.fixture(scope="module")
def walked(towns: Found) -> Crawl:
    """Everything asked after every beat of a whole life."""
    crawl = Crawl(town=towns(), thorough=True)
    tell(crawl.town, crawl.look)
    return crawl


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Texts that stand for one kind of information and nowhere else."""

    datum: Datum
    texts: frozenset[str]

    def told_in(self, text: str) -> set[str]:
        """Those that stand in `text`."""
        return {each for each in self.texts if each in text}


def secrets_of(town: Town) -> tuple[Secret, ...]:
    """The planted names of a town, by what they tell."""
    people = range(1, EXPERTS + 1)
    homes = places._HOMES
    bidders = [bidder(n) for n in range(1, 20)]
    told = {
        Datum.EXPERT_NAMES: [
            *(expert_name(n) for n in people),
            *(id_number(homes[n - 1], "19800101", n) for n in people),
            *(of(n).name for n in people for of in (company, holding)),
            *(of(n).code for n in people for of in (company, holding)),
        ],
        Datum.PHONES: [phone(n) for n in people],
        Datum.BIDDER_NAMES: [text for b in bidders for text in (b.name, b.code)],
        Datum.BLIND_DOCUMENTS: ["暗标正文"],
        Datum.PANEL: [names.pseudonym(town.office.keys.pool, LOT, expert_number(n)) for n in people],
        Datum.PROJECT: [order().project_name, order().project_code],
        Datum.SCHEDULE: [LOT],
        Datum.CODE_MAP: blind_codes(town),
    }
    register = [expert_number(n) for n in people]
    told[Datum.EXPERT_NAMES] += register
    return tuple(Secret(datum=datum, texts=frozenset(texts)) for datum, texts in told.items())


def me(town: Town, seen: Seen) -> Member:
    """The pseudonym of the member who asks."""
    return town.office.mark(LOT, expert_number(seen.who.n) if seen.who.n else seen.who.name)


def blind_codes(town: Town, whose: Member | None = None) -> list[str]:
    """Every member's code of every bid, or one member's."""
    case = open_case(town.office, LOT)
    if case.state.codes is None:
        return []
    key = bytes.fromhex(case.body(case.state.codes, CodeKey).key)
    slots = [str(n) for n in range(len(case.state.slots))]
    members = [m.member for m in case.state.current() if whose in (None, m.member)]
    return [each.code for member in members for each in codes_for(key, LOT, member, slots)]


def may_know(town: Town, seen: Seen, datum: Datum, text: str) -> bool:
    """What the table says, for experts with what is their own."""
    if seen.who in (STRANGER, ELSEWHERE):
        return False
    if datum is Datum.PANEL and seen.who.role is Role.SITE:
        here = attending.site_of(town.office, LOT, Member(text)) == HOST
        return here and may_see(Role.SITE, Datum.GATE, seen.phase) and seen.phase < Phase.F4
    if datum in (Datum.BLIND_DOCUMENTS, Datum.CODE_MAP, Datum.SCHEDULE) and seen.checked_in:
        own = datum is not Datum.CODE_MAP or text in blind_codes(town, me(town, seen))
        return own and may_see(seen.who.role, Datum.OWN_DOCUMENTS, seen.phase)
    if datum is Datum.PANEL and may_see(seen.who.role, Datum.BALLOT, seen.phase):
        mine = seen.who.role is Role.TENDEREE or seen.checked_in
        if mine and text in {m.member for m in town.state.members if m.key}:
            return True  # the ballot for the chair names members present, by pseudonym, to each other
    if datum is Datum.BIDDER_NAMES and seen.checked_in:
        names_only = text in {bidder(n).name for n in range(1, 20)}
        return names_only and may_see(seen.who.role, Datum.OWN_RECUSAL, seen.phase)
    if datum is Datum.PROJECT and seen.who == OWNER:
        return seen.checked_in and may_see(Role.OWNER, Datum.OWN_PROJECT, seen.phase)
    if seen.who.role is Role.EXPERT:
        own = names.pseudonym(town.office.keys.pool, LOT, expert_number(seen.who.n))
        if datum is Datum.PANEL:
            return text == own and may_see(Role.EXPERT, Datum.OWN_INVITATION, seen.phase)
        if datum is Datum.PROJECT:
            return seen.checked_in and may_see(Role.EXPERT, Datum.OWN_PROJECT, seen.phase)
    return may_see(seen.who.role, datum, seen.phase)


def leaks(town: Town, crawled: list[Seen]) -> list[str]:
    """Every text that somebody saw too early, with the place."""
    planted, found = secrets_of(town), []
    for seen in crawled:
        for secret in planted:
            for text in secret.told_in(seen.head + seen.body):
                if not may_know(town, seen, secret.datum, text):
                    found.append(f"{seen.beat} {seen.who.name} {seen.asked} {seen.status}: {text}")
    return found


def test_nobody_sees_a_planted_name_before_its_phase(walked: Crawl) -> None:
    """Every route and wrong button, as every role, as person and program, after every beat."""
    assert leaks(walked.town, walked.seen) == []
    assert {seen.phase for seen in walked.seen} == set(Phase) - {Phase.CANCELLED}


@pytest.mark.parametrize("beat", ["ready", "drawn", "closed"])
def test_a_cancelled_lot_shows_what_a_booked_one_shows(towns: Found, beat: str) -> None:
    """Its pages open without an error and nothing stays visible that came after the booking."""
    crawl = Crawl(town=towns(), thorough=False)
    tell_until(crawl.town, beat, lambda _: None)
    cancel(crawl.town)
    crawl.look("cancelled")
    assert leaks(crawl.town, crawl.seen) == []
    own = {"operator", "supervisor", "tenderee"}
    pages = [s for s in crawl.seen if s.who.name in own and s.asked[1].startswith(f"/{s.who.name}")]
    assert {(s.asked, s.status) for s in pages if "NO-1" not in s.asked[1]} == {
        (s.asked, 303 if s.asked[1].endswith("/cancel") else 200) for s in pages if "NO-1" not in s.asked[1]
    }


def test_no_question_makes_the_server_fail(walked: Crawl) -> None:
    """Whatever is asked, by whomever: an answer below 500."""
    assert [(s.beat, s.who.name, s.asked, s.status) for s in walked.seen if s.status >= 500] == []


def test_no_log_line_holds_a_planted_name_at_any_time(walked: Crawl) -> None:
    """Not even names that somebody may see by then, nor the lot."""
    assert walked.ear.lines
    told = "\n".join(walked.ear.lines)
    assert [text for secret in secrets_of(walked.town) for text in secret.told_in(told)] == []


def test_the_database_holds_no_expert_or_bidder_in_clear(walked: Crawl) -> None:
    """Journal, exhibits and registers on the disk: whoever steals the file has no name of a panel or bid."""
    url = walked.town.office.db.engine.url.database
    stored = b"".join(file.read_bytes() for file in Path(url).parent.glob("town.db*"))
    people = [text for n in range(1, EXPERTS + 1) for text in (expert_name(n), phone(n))]
    bidders = [text for n in (1, 2, 9) for text in (bidder(n).name, bidder(n).code)]
    assert [text for text in [*people, *bidders, "暗标正文"] if text.encode() in stored] == []


def test_what_is_not_there_and_what_is_not_yours_look_the_same(walked: Crawl) -> None:
    """To whomever an address is closed, a real lot there answers like one that does not exist."""
    told = {(s.beat, s.who.name, s.asked): s for s in walked.seen}
    for (beat, name, (method, path, wanted)), there in told.items():
        none = told.get((beat, name, (method, path.replace(LOT, "NO-1"), wanted)))
        own = path.startswith(f"/{there.who.role}") and there.who not in (STRANGER, ELSEWHERE)
        if LOT not in path or own or none is None:
            continue
        assert there.status == none.status >= 400
        assert plain(there.body) == plain(none.body)
        assert there.head == none.head


def look_round(town: Town, bids: Bids = three_bids, since: str = "accepted") -> list[Seen]:
    """The plain crawl of a town's life after these beats, until the scores are closed."""
    crawl, beats = Crawl(town=town, thorough=False), COMPARED[COMPARED.index(since) :]
    tell_until(town, "closed", lambda beat: crawl.look(beat) if beat in beats else None, bids)
    return crawl.seen


@pytest.fixture(scope="module")
def first(towns: Found) -> list[Seen]:
    """The world to compare with."""
    return look_round(towns())


def assert_alike(one: list[Seen], other: list[Seen]) -> None:
    """The same questions got the same answers."""
    beats = {seen.beat for seen in other}
    for a, b in zip([seen for seen in one if seen.beat in beats], other, strict=True):
        assert alike(a) == alike(b)


def test_two_bidders_swapped_make_no_difference_before_the_reveal(towns: Found, first: list[Seen]) -> None:
    """Who wrote which bid shows on no page of anybody, not even in a length."""

    def swapped(town: Town, conflicted: Member) -> Package:
        sent = three_bids(town, conflicted)
        one, two, three = sent.bids
        crossed = (replace(two, volume=one.volume), replace(one, volume=two.volume), three)
        return replace(sent, bids=crossed)

    assert_alike(first, look_round(towns(), swapped, "opened"))


def test_the_number_of_bidders_cannot_be_had_before_the_opening_nor_by_outsiders_after_it(
    towns: Found, first: list[Seen]
) -> None:
    """Three or six: the same pages, statuses and lengths for all before F2, and for those who may not know
    the bidders until the reveal."""

    def six(town: Town, conflicted: Member) -> Package:
        sent = three_bids(town, conflicted)
        more = package(*(bidder(n) for n in range(3, 6)), lot=LOT)
        return replace(sent, bids=(*sent.bids, *more.bids), organisations=sent.organisations)

    def blind(seen: Seen) -> bool:
        reads = seen.checked_in and may_see(seen.who.role, Datum.OWN_DOCUMENTS, seen.phase)
        # Other bids shift the town's entropy, so that another person fills a seat: own gates see who sits where.
        gate = seen.asked[1].startswith("/site") and seen.who.role is Role.SITE and seen.who != ELSEWHERE
        return not reads and not gate and not may_see(seen.who.role, Datum.BIDDER_NAMES, seen.phase)

    other = look_round(towns(), six)
    assert_alike([s for s in first if blind(s)], [s for s in other if blind(s)])


def test_a_like_expert_in_the_place_of_a_member_makes_no_difference(
    towns: Found, first: list[Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another person with the same county, speciality and standing: no page of anybody tells them apart."""
    plain = places._expert

    def another(n: int) -> ExpertRecord:
        return replace(
            plain(n),
            name=f"别名{n:02d}学者",
            phone=phone(800 + n),
            id_number=id_number("340104", "19810202", n),
        )

    monkeypatch.setattr(places, "_expert", another)
    assert_alike(first, look_round(towns()))
