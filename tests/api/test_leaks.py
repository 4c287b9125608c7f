"""Does a name get out before its phase? Markers planted in the register and in the package, looked for everywhere."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from api.actor import Actor
from api.demo.people import OPERATOR, SUPERVISOR
from api.errors import problem
from api.pool.names import org_tag
from api.services import attending, auditing, booking, closing, drawing, opening, revealing, scoring, ticking
from api.services.office import fetch
from api.store import journal
from api.store.db import Database
from api.store.journal import ExhibitRow, JournalRow
from api.words import Lang
from fixtures.invented import id_number, phone
from scheduler.bundle import BundleKind, write
from scheduler.errors import Refused
from scheduler.events import Digest
from scheduler.exhibits import KINDS, Exhibit
from scheduler.model import LotId, Role
from scheduler.phases import replay
from scheduler.record import named_digests
from scheduler.sight import Datum, may_see
from scheduler.state import ORDER, Phase
from tests.town import EXPERTS, TENDEREE, Town, bidder, company, expert_name, found, holding, order, package

NUMBERS = range(1, EXPERTS + 1)
PEOPLE = {expert_name(n) for n in NUMBERS} | {phone(n) for n in NUMBERS}
PEOPLE |= {f"INV-{n:06d}" for n in NUMBERS}
ORGANISATIONS = {text for n in NUMBERS for of in (company, holding) for text in (of(n).code, of(n).name)}
ORGANISATIONS |= {TENDEREE.code, TENDEREE.name}
BIDDERS = {text for n in range(1, 14) for text in (bidder(n).code, bidder(n).name)}
VOLUMES = {"暗标正文"}
SITES = {"S-HOST", "S-EAST", "S-WEST"}
PROJECT = {"小镇污水管网", "INV-T-01"}


def spelled(markers: set[str]) -> list[bytes]:
    """Every way a marker could stand in bytes: UTF-8, UTF-16, JSON escapes and hexadecimal."""
    ways = []
    for text in sorted(markers):
        utf8 = text.encode()
        ways += [utf8, utf8.hex().encode(), text.encode("utf-16-le"), json.dumps(text)[1:-1].encode()]
    return ways


def leaks(data: bytes, markers: set[str]) -> list[bytes]:
    """Which markers stand in the bytes."""
    return [way for way in spelled(markers) if way in data]


@dataclass(slots=True, kw_only=True)
class Watched:
    """A town with everything that ever came out of it, by phase."""

    town: Town
    folder: Path
    logged: list[str]
    refusals: list[str] = field(default_factory=list)
    looks: dict[str, dict[str, bytes]] = field(default_factory=dict)
    bundles: dict[tuple[str, BundleKind], bytes] = field(default_factory=dict)

    def look(self, name: str) -> None:
        """Everything at rest: database files with their log, rows of journal and exhibits."""
        files = {file.name: file.read_bytes() for file in self.folder.iterdir()}
        with self.town.office.db.reading() as session:
            rows = session.exec(select(JournalRow).order_by(col(JournalRow.id))).all()
            files["journal rows"] = "\n".join(f"{r.entry}{r.signature}{r.hash}" for r in rows).encode()
            files["exhibit rows"] = b"\n".join(session.exec(select(ExhibitRow.body)).all())
        self.looks[name] = files
        for kind in BundleKind:
            self.bundles[(self.town.state.phase.value, kind)] = self.early(kind)

    def early(self, kind: BundleKind) -> bytes:
        """A bundle as it would be if export did not refuse before F6: only sight stands in the way."""
        office, lot = self.town.office, self.town.lot
        with office.db.reading() as session:
            history = journal.history(session, lot)
            stored = set(session.exec(select(ExhibitRow.digest).where(ExhibitRow.lot == lot)).all())
        entries = [entry for entry, _ in history]
        found: list[Exhibit] = [fetch(office, lot, Digest(d)) for d in named_digests(entries) if d in stored]
        return write(history, found, kind=kind, phase=replay(entries).phase, key=office.keys.log)

    def actors(self) -> list[tuple[str, str]]:
        """Kind and actor of every entry."""
        with self.town.office.db.reading() as session:
            history = journal.history(session, self.town.lot)
        return [(type(entry.event).__name__, entry.actor) for entry, _ in history]

    def no(self, verb: Callable[..., object], *arguments: object) -> None:
        """A refusal, in both languages as a person reads it."""
        with pytest.raises(Refused) as refused:
            verb(self.town.office, *arguments)
        self.refusals += [str(refused.value), repr(refused.value), repr(dict(refused.value.facts))]
        self.refusals += [problem(refused.value, lang, "trace").sentence for lang in Lang]


class _Kept(logging.Handler):
    """Keeps what is logged, formatted as it would be printed."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(level=logging.DEBUG)
        self.kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        """Message, arguments and traceback."""
        self.kept.append(logging.Formatter().format(record) + repr(record.args))


@pytest.fixture(scope="module")
def watched(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """One evaluation, watched at every phase, with everything logged at the finest level."""
    folder = tmp_path_factory.mktemp("leaks")
    (folder / "town.db").write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{folder / 'town.db'}")
    kept: list[str] = []
    handler, root = _Kept(kept), logging.getLogger()
    level, root.level = root.level, logging.DEBUG
    root.addHandler(handler)
    town = found(database)
    watched = Watched(town=town, folder=folder, logged=kept)
    live(watched)
    yield watched
    root.removeHandler(handler)
    root.setLevel(level)
    database.close()


def live(watched: Watched) -> None:
    """The whole evaluation, with somebody refused at every turn."""
    town, lot = watched.town, watched.town.lot
    town.book()
    watched.no(booking.book, OPERATOR, order())
    watched.look("F0")
    town.prepare()
    watched.no(drawing.draw, OPERATOR, lot)
    town.round()
    watched.look("F1")
    first = town.state.experts()[0].member
    attending.decline(town.office, town.person(first), lot)
    watched.no(attending.accept, town.person(first), lot)
    ticking.tick(town.office)
    town.accept_all()
    watched.no(opening.open_bids, OPERATOR, lot, package(bidder(1), bidder(2)))
    watched.no(opening.open_bids, OPERATOR, lot, package(*(bidder(i) for i in range(3)), lot=LotId("OTHER")))
    town.open_bids(town.state.experts()[0].member)
    ticking.tick(town.office)
    watched.look("F2")
    town.accept_all()
    gate = town.state.experts()[0].member
    here = Actor(id="gate", role=Role.SITE, site="S-NOWHERE")
    town.clock.move(town.state.starts)
    watched.no(attending.check_in, here, lot, town.person(gate).expert, bytes(32))
    town.arrive_all()
    opening.blind(town.office, OPERATOR, lot)
    watched.no(scoring.submit, town.person(gate), lot, b"", b"")
    town.score_all()
    watched.look("F3")
    watched.no(auditing.export, SUPERVISOR, lot, BundleKind.FULL)
    closing.close(town.office, OPERATOR, lot)
    closing.total(town.office, OPERATOR, lot)
    watched.look("F4")
    revealing.reveal(town.office, OPERATOR, lot)
    watched.look("F5")
    revealing.report(town.office, OPERATOR, lot)
    watched.look("F6")
    revealing.archive(town.office, OPERATOR, lot, "公示期满")
    watched.look("F7")


PHASES = tuple(phase.value for phase in ORDER)


def test_the_markers_are_found_where_they_are(watched: Watched) -> None:
    """The search itself works: the register knows the names, the package was full of them."""
    assert len(spelled(PEOPLE | ORGANISATIONS | BIDDERS)) > 300
    assert leaks(watched.bundles[("F6", BundleKind.FULL)], BIDDERS)
    assert leaks(
        watched.looks["F0"]["town.db"] + watched.looks["F0"].get("town.db-wal", b""), {company(1).name}
    )


@pytest.mark.parametrize("phase", PHASES)
def test_the_journal_names_nobody_ever(watched: Watched, phase: str) -> None:
    """No journal row holds a person, an organisation, a bidder, a volume or the project, in any phase."""
    everything = PEOPLE | ORGANISATIONS | BIDDERS | VOLUMES | PROJECT
    assert leaks(watched.looks[phase]["journal rows"], everything) == []


@pytest.mark.parametrize("phase", PHASES)
def test_exhibits_at_rest_are_unreadable(watched: Watched, phase: str) -> None:
    """No exhibit row holds anything in clear, in any phase."""
    everything = PEOPLE | ORGANISATIONS | BIDDERS | VOLUMES | PROJECT | {'"body"', '"salt"', "暗标"}
    assert leaks(watched.looks[phase]["exhibit rows"], everything) == []


@pytest.mark.parametrize("phase", PHASES)
def test_the_database_file_holds_no_person_and_no_bidder(watched: Watched, phase: str) -> None:
    """Main file, write-ahead log and index: no name, phone or id number of an expert, nothing of a bid."""
    personal = {expert_name(n) for n in NUMBERS} | {phone(n) for n in NUMBERS}
    personal |= {id_number(home, "19800101", n) for n in NUMBERS for home in ("340104", "340202", "340303")}
    for name, data in watched.looks[phase].items():
        assert leaks(data, personal | BIDDERS | VOLUMES) == [], name


def test_nothing_is_logged_about_anybody(watched: Watched) -> None:
    """Not one record of any logger, at the finest level, holds a marker."""
    text = "\n".join(watched.logged).encode()
    assert leaks(text, PEOPLE | ORGANISATIONS | BIDDERS | VOLUMES) == []


def test_no_refusal_tells_a_name(watched: Watched) -> None:
    """Refusals, their facts and their sentences in both languages name no person, organisation or bidder."""
    text = "\n".join(watched.refusals).encode()
    assert len(watched.refusals) > 30
    assert leaks(text, PEOPLE | ORGANISATIONS | BIDDERS | VOLUMES) == []


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("kind", BundleKind)
def test_a_bundle_of_any_phase_holds_what_its_reader_may_see(
    watched: Watched, phase: str, kind: BundleKind
) -> None:
    """Even made too early, a bundle names bidders, volumes and project only from their phase on, people never."""
    data, now = watched.bundles[(phase, kind)], Phase(phase)
    assert leaks(data, PEOPLE | ORGANISATIONS) == []
    for markers, datum in (
        (BIDDERS, Datum.BIDDER_NAMES),
        (VOLUMES, Datum.BLIND_DOCUMENTS),
        (PROJECT, Datum.REQUEST),
    ):
        if not may_see(kind.reader, datum, now):
            assert leaks(data, markers) == [], datum


@pytest.mark.parametrize("kind", BundleKind)
def test_every_exhibit_of_a_bundle_is_for_its_reader(watched: Watched, kind: BundleKind) -> None:
    """In every phase exactly the exhibits whose datum the reader may see are in."""
    for phase in PHASES:
        lines = [json.loads(line) for line in watched.bundles[(phase, kind)].splitlines()]
        for line in lines:
            if line["line"] == "exhibit":
                assert may_see(kind.reader, KINDS[line["exhibit"]["name"]].datum, Phase(phase))


def test_a_public_bundle_holds_no_place_and_no_employer(watched: Watched) -> None:
    """County, speciality and employer together name a person: none of them stands by a pseudonym."""
    data, office = watched.bundles[("F7", BundleKind.PUBLIC)], watched.town.office
    tag = org_tag(office.keys.pool, watched.town.lot)
    tags: set[str] = {tag(company(n).code) for n in NUMBERS}
    assert leaks(data, tags | {'"340202"', '"340303"', '"340104"', "A040201", "A060101"} | SITES) == []


def test_the_journal_tells_no_site(watched: Watched) -> None:
    """Neither where a pseudonym sat nor who passed the same gate: every check-in is signed by another mark."""
    assert leaks(watched.looks["F7"]["journal rows"], SITES) == []
    gates = [actor for kind, actor in watched.actors() if kind == "CheckedIn"]
    assert len(set(gates)) == len(gates) == 5


# --- two worlds that differ in one secret ----------------------------------------------------------

HEX = re.compile(r"^[0-9a-f]{16,}$")


def shape(value: Any) -> Any:
    """A row with digests, signatures, keys and ciphertext as their lengths: all that an outsider can compare."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return f"hex {len(value)}" if isinstance(value, str) and HEX.match(value) else value


def rows(town: Town) -> list[Any]:
    """The journal as shapes."""
    with town.office.db.reading() as session:
        found = session.exec(select(JournalRow).order_by(col(JournalRow.seq))).all()
    return [(shape(json.loads(row.entry)), len(row.signature)) for row in found]


def world(folder: Path, template: Path, live: Callable[[Town], None]) -> Town:
    """A town of the same seed in which one thing goes otherwise."""
    folder.mkdir()
    (folder / "town.db").write_bytes(template.read_bytes())
    town = found(Database(f"sqlite:///{folder / 'town.db'}")).drawn()
    town.accept_all()
    live(town)
    return town


def to_the_scores(*companies: int, change: int = 0) -> Callable[[Town], None]:
    """Bids of these companies in this order, and one score changed before the close."""

    def live(town: Town) -> None:
        town.clock.move(town.state.starts)
        opening.open_bids(town.office, OPERATOR, town.lot, package(*(bidder(n) for n in companies)))
        town.arrive_all()
        opening.blind(town.office, OPERATOR, town.lot)
        for sitting in town.state.current():
            town.score(sitting.member, Decimal(change))
            change_once(sitting)

    def change_once(sitting: object) -> None:
        nonlocal change
        change = 0

    return live


@pytest.mark.parametrize(
    "other",
    [to_the_scores(2, 1, 3), to_the_scores(1, 2, 4), to_the_scores(1, 2, 3, change=-5)],
    ids=["order of submission", "another bidder", "another score"],
)
def test_the_journal_cannot_tell_two_worlds_apart(
    tmp_path: Path, migrated_sqlite: Path, other: Callable[[Town], None]
) -> None:
    """Until the close, rows of two worlds that differ in one secret have the same keys, texts and lengths."""
    one = world(tmp_path / "one", migrated_sqlite, to_the_scores(1, 2, 3))
    two = world(tmp_path / "two", migrated_sqlite, other)
    assert rows(one) == rows(two)
    for town in (one, two):
        town.office.db.close()


def test_longer_names_and_volumes_leave_no_length(tmp_path: Path, migrated_sqlite: Path) -> None:
    """A bidder with a name twice as long has envelopes of the same length in the journal."""

    def long_names(town: Town) -> None:
        town.clock.move(town.state.starts)
        bids = [replace(bidder(n), name="名" * 60) for n in (1, 2, 3)]
        opening.open_bids(town.office, OPERATOR, town.lot, package(*bids))

    def short_names(town: Town) -> None:
        town.clock.move(town.state.starts)
        opening.open_bids(town.office, OPERATOR, town.lot, package(*(bidder(n) for n in (1, 2, 3))))

    one = world(tmp_path / "one", migrated_sqlite, short_names)
    two = world(tmp_path / "two", migrated_sqlite, long_names)
    assert rows(one) == rows(two)
    for town in (one, two):
        town.office.db.close()
