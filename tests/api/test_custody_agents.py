"""Custodians with agents of their own: keys that nobody dealt, openings only when they agree, refusals on record."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from api.custodian.calls import Line, Unreachable, credential
from api.custodian.diary import Diary, InUse, lines, pause, resume
from api.custodian.duty import Agent, do_round
from api.demo.people import OPERATOR, SUPERVISOR, pledge_all
from api.keyring import CUSTODIANS
from api.services import (
    asking,
    attending,
    ceremonies,
    depositing,
    drawing,
    glass,
    lengthening,
    packs,
    revealing,
)
from api.services import closing as closes
from api.services.auditing import trust_of
from api.services.office import Office
from api.serving import web_of
from api.store import journal
from api.store.custody import AnswerRow, ReadyKeyRow
from api.store.db import Database
from api.store.schema import upgrade
from crypto.canonical import canonical, parse
from crypto.custody import deal_key, to_body
from crypto.keys import signing_key, subseed
from crypto.seats import own_of
from crypto.transcript import check_transcript
from scheduler.answers import Declined, Shown, Trust, answer_body, proves, signed_body, signed_of
from scheduler.attested import Signed
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.audit.command import read_trust
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.events import Custodian, KeysMade
from scheduler.model import Role
from scheduler.record import read_entry, sign_entry
from scheduler.release import BIDDERS, SCORES
from scheduler.state import State
from tests.forge import Forgery
from tests.town import NINE, PACK, SEED, Hands, Town, entropy_of, found, keyring

OWNS = {name: own_of(name, subseed(SEED, name)) for name in CUSTODIANS}


@dataclass(slots=True, kw_only=True)
class Place:
    """A town whose custodians run agents, and the agents, reached over HTTP calls without a network."""

    town: Town
    client: TestClient
    agents: dict[str, Agent]
    folders: dict[str, Path]

    def rounds(self, count: int = 1, *names: str) -> int:
        """So many rounds of all agents, or of those named; how much they sent."""
        return sum(do_round(self.agents[name]) for _ in range(count) for name in names or self.agents)

    def until_granted(self, act: Callable[[], State], *names: str) -> State:
        """As the clock does it: try, and again after the agents have come by."""
        with pytest.raises(Refused, match="custodians_asked"):
            act()
        self.rounds(1, *names)
        return act()

    def draw(self) -> None:
        """Fix and draw one round."""
        office, lot = self.town.office, self.town.lot
        drawing.fix(office, OPERATOR, lot)
        self.until_granted(lambda: drawing.draw(office, OPERATOR, lot))

    def answers(self) -> tuple[Any, ...]:
        """All recorded answers about the lot."""
        return asking.answers(self.town.office, self.town.lot)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders to be copied: a town with enrolled agents, once before and once after one set of keys was made."""
    bare, ready = (tmp_path_factory.mktemp(name) for name in ("bare", "ready"))
    database = Database(f"sqlite:///{bare / 'town.db'}")
    upgrade(database)
    found(database)
    database.close()
    copytree(bare, ready, dirs_exist_ok=True)
    with opened(ready, SEED) as place:
        assert ceremonies.stock(place.town.office, 1) == 8
        place.rounds(4)
    return {"bare": bare, "ready": ready}


@contextmanager
def opened(folder: Path, seed: bytes, database: Database | None = None) -> Iterator[Place]:
    """The town in a folder (or another database) with its agents; `seed` gives the entropy from here on."""
    database = database or Database(f"sqlite:///{folder / 'town.db'}")
    hands, entropy, keys = Hands(NINE - timedelta(days=5)), entropy_of(seed), keyring()
    cards = tuple(each.public() for each in keys.custodians)
    keys = replace(keys, custodians=(), agents=cards)
    office = Office(db=database, keys=keys, pack=PACK, now=hands.now, entropy=entropy)
    town = Town(office=office, clock=hands, entropy=entropy)
    client = TestClient(web_of(office), raise_server_exceptions=False)
    pins = read_trust(trust_of(keys))
    assert pins.log is not None
    trust = Trust(log=pins.log, custodians=pins.custodians)
    with ExitStack() as stack:
        agents, folders = {}, {}
        for name, own in OWNS.items():
            folders[name] = folder / name
            diary = stack.enter_context(closing(Diary(folders[name])))
            line = Line(key=own.sign, carry=carrier(client), now=office.now)
            agents[name] = Agent(
                own=own, trust=trust, line=line, diary=diary, now=office.now, entropy=entropy
            )
        yield Place(town=town, client=client, agents=agents, folders=folders)
    database.close()


def carrier(client: TestClient) -> Callable[..., tuple[int, bytes]]:
    """Calls into the app."""

    def carry(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        answer = client.request(method, path, content=body, headers=dict(headers))
        return answer.status_code, answer.content

    return carry


@pytest.fixture
def place(prepared: dict[str, Path], tmp_path: Path) -> Iterator[Place]:
    """A town with enrolled agents and no keys."""
    copytree(prepared["bare"], tmp_path, dirs_exist_ok=True)
    with opened(tmp_path, b"p" * 32) as place:
        yield place


@pytest.fixture
def stocked(prepared: dict[str, Path], tmp_path: Path) -> Iterator[Place]:
    """As `place`, with one set of keys ready."""
    copytree(prepared["ready"], tmp_path, dirs_exist_ok=True)
    with opened(tmp_path, b"s" * 32) as place:
        yield place


def blinded(place: Place) -> None:
    """From nothing to F3, the agents opening the seeds on the way."""
    ready(place.town)
    place.draw()
    place.town.blinded()
    place.town.clock.move(NINE)


def ready(town: Town) -> None:
    """Booked, with keys, pool and seeds."""
    town.book()
    town.prepare()


@dataclass(slots=True, kw_only=True)
class Told:
    """A whole evaluation, as it left the house and as the agents tell it."""

    bundles: dict[BundleKind, bytes]
    pins: Pins
    early: set[tuple[str, str]]
    log: list[str]
    made: bool


@pytest.fixture(scope="module")
def told(prepared: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Told:
    """From booking to report; the scores are asked for once too early."""
    folder = tmp_path_factory.mktemp("told")
    copytree(prepared["ready"], folder, dirs_exist_ok=True)
    with opened(folder, b"t" * 32) as place:
        town = place.town
        blinded(place)
        early = asking.ask(town.office, town.lot, SCORES)
        assert early == asking.ask(town.office, town.lot, SCORES)
        place.rounds(2)
        said = {(each.custodian, each.code) for each in place.answers() if isinstance(each, Declined)}
        town.score_all()
        closes.close(town.office, OPERATOR, town.lot)
        place.until_granted(lambda: closes.total(town.office, OPERATOR, town.lot))
        place.until_granted(lambda: revealing.reveal(town.office, OPERATOR, town.lot))
        revealing.report(town.office, OPERATOR, town.lot)
        return Told(
            bundles={kind: town.bundle(kind) for kind in BundleKind},
            pins=read_trust(trust_of(town.office.keys)),
            early=said,
            log=[line["what"] for line in lines(place.folders["supervisor"])],
            made=nobody_dealt(town),
        )


def test_an_evaluation_is_told_whole_and_verified_with_keys_that_nobody_dealt(told: Told) -> None:
    """The lot takes ready keys, every opening waits for the agents, and the supervisor's verifier says so."""
    assert told.made
    for data in told.bundles.values():
        report = verify(data, told.pins)
        assert report.holds, list(report.findings)
        assert "无分发者" in report.findings[5].says.zh
    assert told.log.count("assented") == 8
    assert (told.log.count("refused"), told.log.count("released")) == (1, 3)


def test_an_early_request_is_refused_by_all_three(told: Told) -> None:
    """Scores asked for while members still score: three signed refusals, and the evaluation goes on."""
    assert told.early == {(name, "key_too_early") for name in CUSTODIANS}


CEREMONIES: dict[str, Callable[[list[Any]], list[Any]]] = {
    "one record missing": lambda records: records[:-1],
    "one record twice": lambda records: [*records[:-1], records[0]],
    "records in another order": lambda records: records[::-1],
    "a message missing": lambda records: [
        {**records[0], "messages": records[0]["messages"][:-1]},
        *records[1:],
    ],
    "a threshold changed": lambda records: [
        {**records[0], "plan": {**records[0]["plan"], "threshold": 3}},
        *records[1:],
    ],
    "nothing": lambda records: [],
}


@pytest.mark.parametrize("forged", CEREMONIES)
def test_a_forged_ceremony_breaks_the_step_about_keys(told: Told, forged: str) -> None:
    """Even where the log signs everything anew: the custodians' signatures are not its own."""
    forgery = Forgery.of(told.bundles[BundleKind.FULL])
    forgery.change("ceremonies", lambda body: {"records": CEREMONIES[forged](body["records"])})
    custodians = {name: own.sign for name, own in OWNS.items()}
    report = verify(forgery.signed(keyring().log, custodians), told.pins)
    assert [each.n for each in report.findings if each.state is Outcome.BROKEN] == [6]


def test_a_key_dealt_by_the_centre_does_not_pass_for_one_that_was_made(told: Told) -> None:
    """The log claims a ceremony for a key of its own making."""
    forgery = Forgery.of(told.bundles[BundleKind.FULL])
    holders = {name: own.seal.public for name, own in OWNS.items()}
    forgery.event("KeysMade")["keys"][-1] = to_body(deal_key("seeds/5", holders, 2, b"z" * 32))
    custodians = {name: own.sign for name, own in OWNS.items()}
    report = verify(forgery.signed(keyring().log, custodians), told.pins)
    assert [each.n for each in report.findings if each.state is Outcome.BROKEN] == [6]


def nobody_dealt(town: Town) -> bool:
    """The case's keys came out of ceremonies."""
    with town.office.db.reading() as session:
        events = [entry.event for entry, _ in journal.history(session, town.lot)]
    return any(isinstance(event, KeysMade) for event in events) and town.state.ceremonies is not None


def test_booking_waits_for_nobody_but_no_pool_is_frozen_without_keys(place: Place) -> None:
    """The centre cannot fall back on dealing by itself: the custodians must make keys first."""
    place.town.book()
    assert depositing.missing(place.town.state) == ()
    with pytest.raises(Refused, match="keys_not_ready"):
        place.town.prepare()


def test_keys_are_made_once_and_never_serve_two_lots(stocked: Place) -> None:
    """Asking for the same stock makes nothing more; a lot takes its keys away for good."""
    town = stocked.town
    assert ceremonies.stock(town.office, 1) == 0
    ready(town)
    with town.office.db.reading() as session:
        rows = session.exec(select(ReadyKeyRow)).all()
        assert {row.lot for row in rows} == {town.lot}
        pins = ceremonies.pins_of(town.office)
        publics = {check_transcript(ceremonies.record_of(row), pins).public.hex() for row in rows}
    assert publics == {row.public for row in rows}
    assert ceremonies.stock(town.office, 1) == 8


def test_one_custodian_away_stops_no_evaluation(stocked: Place) -> None:
    """Two of three agents suffice, whoever is away."""
    town = stocked.town
    ready(town)
    drawing.fix(town.office, OPERATOR, town.lot)
    stocked.until_granted(lambda: drawing.draw(town.office, OPERATOR, town.lot), *CUSTODIANS[1:])
    assert town.state.rounds[0].ticket


def test_one_agent_alone_opens_nothing(stocked: Place) -> None:
    """However often it comes."""
    town = stocked.town
    ready(town)
    drawing.fix(town.office, OPERATOR, town.lot)
    with pytest.raises(Refused, match="custodians_asked"):
        drawing.draw(town.office, OPERATOR, town.lot)
    stocked.rounds(3, CUSTODIANS[0])
    with pytest.raises(Refused, match="custodians_asked"):
        drawing.draw(town.office, OPERATOR, town.lot)


def test_a_ceremony_waits_for_a_custodian_who_is_away(place: Place) -> None:
    """Without all three there is no key; when the third comes, it goes on where it stood."""
    ceremonies.stock(place.town.office, 1)
    place.rounds(3, *CUSTODIANS[:2])
    place.town.book()
    with pytest.raises(Refused, match="keys_not_ready"):
        place.town.prepare()
    place.rounds(4)
    place.town.prepare()


def test_a_paused_agent_answers_nothing_and_goes_on_later(stocked: Place) -> None:
    """The custodian rests its agent with one file, and sees everything that it did."""
    town, name = stocked.town, "supervisor"
    ready(town)
    asking.ask(town.office, town.lot, SCORES)
    pause(stocked.folders[name])
    assert stocked.rounds(1, name) == 0
    resume(stocked.folders[name])
    assert stocked.rounds(1, name) == 1
    assert lines(stocked.folders[name])[-1]["code"] == "key_too_early"


def test_a_second_agent_on_the_same_memory_does_not_start(place: Place) -> None:
    """Two that do not know of each other could be made to speak twice."""
    with pytest.raises(InUse):
        Diary(place.folders["pool"])


def test_what_an_agent_has_seen_outlives_its_process(stocked: Place) -> None:
    """Ended and started again it remembers heads, keys and promises."""
    town = stocked.town
    ready(town)
    stocked.draw()
    agent = stocked.agents["operator"]
    before = agent.diary.memory()
    assert (len(before.heads), len(before.keys), len(before.promises)) == (1, 8, 1)
    agent.diary.close()
    with closing(Diary(stocked.folders["operator"])) as again:
        assert again.memory() == before


def test_an_agent_that_crashed_before_sending_sends_the_same(place: Place) -> None:
    """The message was kept, the centre went away: on the next round the very same message goes out."""
    ceremonies.stock(place.town.office, 1)
    agent = place.agents["pool"]
    sent: list[bytes | None] = []

    def deaf(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        if method == "POST":
            sent.append(body)
            return 503, b""
        return agent.line.carry(method, path, body, headers)

    with pytest.raises(Unreachable):
        do_round(replace(agent, line=replace(agent.line, carry=deaf)))
    with pytest.raises(Unreachable):
        do_round(replace(agent, line=replace(agent.line, carry=deaf)))
    assert sent[0] == sent[1]
    place.rounds(5)
    ready(place.town)


def test_no_share_lies_readable_at_the_centre_before_enough_are_there(stocked: Place) -> None:
    """A thief of the database between two answers finds the first one sealed."""
    town = stocked.town
    ready(town)
    drawing.fix(town.office, OPERATOR, town.lot)
    with pytest.raises(Refused):
        drawing.draw(town.office, OPERATOR, town.lot)
    stocked.rounds(1, "operator")
    (given,) = stocked.answers()
    share = given.share.value
    with town.office.db.reading() as session:
        (row,) = session.exec(select(AnswerRow)).all()
    data = Path(str(town.office.db.url.database)).read_bytes()
    assert row.released
    for shape in (share, share.hex().encode()):
        assert shape not in row.body
        assert shape not in data


def test_strangers_are_shown_nothing(stocked: Place) -> None:
    """No credential, another key, an old call, a changed body or path: 403 and not a word."""
    town = stocked.town
    town.book()
    own, now = OWNS["pool"], town.office.now()
    path = f"/v1/custody/lots/{town.lot}/journal"
    good = credential(own.sign, "GET", path, now, b"")
    assert stocked.client.get(path, headers={"Authorization": good}).status_code == 200
    bad = [
        "",
        "Bearer x",
        good[:-2] + "00",
        credential(signing_key(b"x" * 32), "GET", path, now, b""),
        credential(own.sign, "GET", path, now - timedelta(minutes=6), b""),
        credential(own.sign, "POST", path, now, b""),
        credential(own.sign, "GET", "/v1/custody/work", now, b""),
        credential(own.sign, "GET", path, now, b"more"),
    ]
    for header in bad:
        answer = stocked.client.get(path, headers={"Authorization": header})
        assert answer.status_code == 403
        assert town.lot not in answer.text
    assert stocked.client.get("/v1/custody/work").status_code == 403


def test_an_answer_that_was_not_asked_for_is_not_kept(stocked: Place) -> None:
    """Another's answer, a changed one, one for another request, one of no form."""
    town = stocked.town
    ready(town)
    number = asking.ask(town.office, town.lot, SCORES)
    other = asking.ask(town.office, town.lot, BIDDERS)
    stocked.rounds(1, "operator")
    line = stocked.agents["pool"].line
    given = answer_body(stocked.answers()[0])
    for where, value in (
        (number, given),
        (number, {**given, "custodian": "pool"}),
        (other, given),
        (99, given),
        (number, {"rubbish": 1}),
    ):
        with pytest.raises(Unreachable, match="HTTP 409"):
            line.post(f"/v1/custody/requests/{where}", value)
    with pytest.raises(Unreachable, match="HTTP 409"):
        line.post("/v1/custody/messages", [{"ceremony": "00" * 32, "message": {"rubbish": 1}}])
    assert len(stocked.answers()) == 2


def test_a_refusal_is_asked_again_only_when_the_record_is_there(stocked: Place) -> None:
    """An early request is answered once; a lawful one that was refused comes back after a while."""
    town = stocked.town
    blinded(stocked)
    asking.ask(town.office, town.lot, SCORES)
    stocked.rounds(3)
    town.clock.move(NINE + timedelta(minutes=5))
    assert stocked.rounds(3) == 0
    town.score_all()
    closes.close(town.office, OPERATOR, town.lot)
    slow = {n: replace(a, now=lambda: NINE - timedelta(hours=1)) for n, a in stocked.agents.items()}
    with pytest.raises(Refused, match="custodians_asked"):
        closes.total(town.office, OPERATOR, town.lot)
    assert [do_round(agent) for agent in slow.values()] == [1, 1, 1]
    assert stocked.rounds(1) == 0
    town.clock.move(town.office.now() + asking.AGAIN)
    assert stocked.rounds(1) == 3
    assert closes.total(town.office, OPERATOR, town.lot).totals


def test_without_enrolled_agents_there_is_no_such_door(tmp_path: Path) -> None:
    """The embedded arrangement opens no interface for custodians."""
    database = Database(f"sqlite:///{tmp_path / 'plain.db'}")
    upgrade(database)
    client = TestClient(web_of(found(database).office))
    assert client.get("/v1/custody/clock").status_code == 404
    database.close()


def test_a_server_with_invented_custodians_makes_no_key(place: Place) -> None:
    """A plan with one other seat is not even begun: nobody answers."""
    town = place.town
    fake = own_of("pool", b"f" * 32)
    card = Custodian(name="pool", sign=fake.sign.public.hex(), seal=fake.seal.public.hex())
    agents = (*town.office.keys.agents[:2], card)
    ceremonies.stock(replace(town.office, keys=replace(town.office.keys, agents=agents)), 1)
    assert place.rounds(2, *CUSTODIANS[:2]) == 0
    assert {line["what"] for line in lines(place.folders["operator"])} == {"unintelligible"}


def test_agents_remember_journals_that_nobody_asked_about(stocked: Place) -> None:
    """A later history that forgets what they saw is an alarm with evidence, told once."""
    town = stocked.town
    town.book()
    drawing.freeze(town.office, OPERATOR, town.lot)
    stocked.rounds(2)
    agent = stocked.agents["pool"]
    assert agent.diary.memory().heads[town.lot].entry.seq == town.state.seq == 2

    def forked(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        status, data = agent.line.carry(method, path, body, headers)
        if not path.endswith("/journal"):
            return status, data.replace(b'"seq":2', b'"seq":3')
        value = parse(data)
        value["entries"][0]["entry"]["data"]["max_rounds"] = 4
        state = None
        for each in value["entries"]:
            made = read_entry(each["entry"] | {"previous": state or ""})
            state = made.hash
            each |= signed_body(Signed(entry=made, signature=sign_entry(town.office.keys.log, made)))
        return status, canonical(value)

    for _ in range(2):
        do_round(replace(agent, line=replace(agent.line, carry=forked)))
    (alarm,) = [line for line in lines(stocked.folders["pool"]) if line["what"] == "alarm"]
    assert alarm["code"] == "journal_contradicts"
    assert proves(town.office.keys.log.public, tuple(signed_of(each) for each in alarm["evidence"]))


def test_a_plan_that_a_minority_could_open_is_not_begun(place: Place) -> None:
    """Two of four: two groups without a common member could open for two records."""
    fourth = own_of("tenderee", b"q" * 32)
    agent = place.agents["pool"]
    pins = {**agent.trust.custodians, "tenderee": (fourth.sign.public, fourth.seal.public)}
    card = Custodian(name="tenderee", sign=fourth.sign.public.hex(), seal=fourth.seal.public.hex())
    agents = (*place.town.office.keys.agents, card)
    office = place.town.office
    custody = replace(office.pack.custody, holders=(*office.pack.custody.holders, Role.TENDEREE))
    pack = replace(office.pack, custody=custody)
    ceremonies.stock(replace(office, keys=replace(office.keys, agents=agents), pack=pack), 1)
    assert do_round(replace(agent, trust=replace(agent.trust, custodians=pins))) == 0
    assert "fewer than half" in lines(place.folders["pool"])[-1]["fault"]


def test_a_ceremony_that_stands_still_is_given_up_after_a_day(place: Place) -> None:
    """Its key is planned anew under a fresh id."""
    office = place.town.office
    assert ceremonies.stock(office, 1) == 8
    before = {each.plan.ceremony for each in ceremonies.bulletins(office)}
    assert ceremonies.stock(office, 1) == 0
    place.town.clock.move(office.now() + timedelta(days=1, minutes=1))
    assert ceremonies.stock(office, 1) == 8
    assert not before & {each.plan.ceremony for each in ceremonies.bulletins(office)}


def test_ceremonies_requests_and_answers_stand_in_both_databases(database: Database, tmp_path: Path) -> None:
    """SQLite and PostgreSQL alike: keys made, booked, asked for early and refused, one round drawn."""
    found(database)
    with opened(tmp_path, b"b" * 32, database) as place:
        ceremonies.stock(place.town.office, 1)
        place.rounds(4)
        ready(place.town)
        asking.ask(place.town.office, place.town.lot, SCORES)
        place.rounds(1)
        assert len(place.answers()) == 3
        place.draw()
        assert place.town.state.rounds[0].ticket


def test_more_rounds_have_keys_of_ceremonies_too(place: Place) -> None:
    """The supervisor's signature waits until the agents have made the keys; they open the added round like any."""
    pack = place.town.office.pack
    office = replace(place.town.office, pack=replace(pack, draw=replace(pack.draw, max_rounds=1)))
    place.town.office = office
    ceremonies.stock(office, 1)
    place.rounds(4)
    place.town.book()
    place.town.prepare()
    place.draw()
    first = place.town.state.experts()[0].member
    attending.decline(office, place.town.person(first), place.town.lot)
    with pytest.raises(Refused, match="keys_not_ready"):
        lengthening.extend(office, SUPERVISOR, place.town.lot, 1, "仍缺一席")
    place.rounds(4)
    after = lengthening.extend(office, SUPERVISOR, place.town.lot, 1, "仍缺一席")
    assert len(after.more_ceremonies) == 1
    pledge_all(office, place.town.lot)
    place.draw()
    assert [each.number for each in place.town.state.rounds] == [1, 2]
    assert not sum(place.town.state.open_seats())


def test_agents_open_one_envelope_by_order_and_tell_their_custodians(stocked: Place) -> None:
    """No order, no answer; with a confirmed one t partial answers open one bid, and every key holder is told."""
    town = stocked.town
    blinded(stocked)
    asked = asking.ask(town.office, town.lot, "glass/1")
    assert asked
    stocked.rounds(1)
    assert {each.code for each in stocked.answers() if isinstance(each, Declined)} == {"key_too_early"}
    cause = glass.Cause(case_number="17", reason="举报评委与投标人串通")
    with pytest.raises(Refused, match="glass_case"):
        glass.order(town.office, SUPERVISOR, town.lot, 1, replace(cause, case_number=""))
    glass.order(town.office, SUPERVISOR, town.lot, 1, cause)
    glass.confirm(town.office, replace(SUPERVISOR, id="supervisor-2"), town.lot)
    act = partial(glass.open_by_order, town.office, SUPERVISOR, town.lot)
    state = stocked.until_granted(act, *CUSTODIANS[1:])
    assert state.suspended
    assert state.glass[-1].opening
    shown = [each for each in stocked.answers() if isinstance(each, Shown)]
    assert len(shown) == 2
    stocked.rounds(1)
    for folder in stocked.folders.values():
        told = [line["event"] for line in lines(folder) if line["what"] == "notice"]
        assert told == ["GlassRefused", "GlassAsked", "GlassConfirmed", "GlassBroken"]


ALL_THREE = """
id = "all-three"
extends = "anhui"
since = 2026-01-01
name = { zh = "三方", en = "All three" }
[custody]
threshold = 3
holders = ["operator", "supervisor", "pool"]
basis = "assumed"
cite = "tests"
"""


def test_a_lot_takes_keys_of_the_custody_it_was_booked_under(stocked: Place) -> None:
    """Neither the keys of another pack that lie ready nor the settings decide: fitting ones are asked for."""
    office = stocked.town.office
    number = packs.propose(office, SUPERVISOR, ALL_THREE, NINE.date() - timedelta(days=5))
    packs.confirm(office, replace(SUPERVISOR, id="supervisor-2"), number)
    stocked.town.book()
    with pytest.raises(Refused, match="keys_not_ready"):
        drawing.freeze(office, OPERATOR, stocked.town.lot)
    stocked.rounds(4)
    assert drawing.freeze(office, OPERATOR, stocked.town.lot).threshold == 3
