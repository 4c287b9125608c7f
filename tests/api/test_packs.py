"""A rule pack comes into force by two people and a date; a lot keeps the pack of its booking."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from starlette.testclient import TestClient

from api.actor import Actor
from api.commands.packs import packs as command
from api.demo.people import OPERATOR, SUPERVISOR
from api.keyring import custodian_keys
from api.services import booking, ceremonies, meetings, packs, wizard
from api.services.memory import Memory
from api.services.office import Office, open_case
from api.store.accounts import Account, put_account
from api.store.db import Database
from crypto.keys import subseed
from fixtures.world import anhui
from scheduler import pack as files
from scheduler.errors import Refused
from scheduler.model import LotId, Role, RuleId
from scheduler.packchanges import changes
from tests.api.test_book_page import PROJECT, SEATS, WHERE
from tests.browsing import TOKEN, browser, open_accounts
from tests.town import LOT, NINE, PACK, SEED, Town, found, order

ADMIN = Actor(id="admin", role=Role.ADMIN)
TODAY = date(2026, 11, 26)  # the town's first day
TOMORROW = date(2026, 11, 27)
STRICT = """
id = "strict"
extends = "anhui"
since = 2026-01-01
name = { zh = "从严", en = "Strict" }

[[rules.C1]]
least = 7
since = 2026-01-01
basis = "assumed"
cite = "某省办法 1"

[draw]
reserve = 1
max_rounds = 4
silence_minutes = 20
max_lead_hours = 24
seed_parties = ["supervisor", "tenderee", "operator"]
basis = "assumed"
cite = "某省办法 2"
"""
FAULTY = STRICT.replace("least = 7", 'least = "seven"').replace("max_rounds = 4", "max_rounds = -4")


@pytest.fixture
def town(new_town: Town) -> Town:
    """A town of this test's own; its settings name the pack `town`."""
    return new_town


def code(verb: object, *arguments: object) -> str:
    """The code of the refusal."""
    with pytest.raises(Refused) as no:
        verb(*arguments)  # type: ignore[operator]  # a verb of the service
    return no.value.code


def test_a_pack_rules_lots_booked_from_its_day_on_and_no_other(database: Database) -> None:
    """Proposed by one, confirmed by another; before its day and for lots booked before it the old one holds."""
    town = found(database)
    number = packs.propose(town.office, SUPERVISOR, STRICT, TOMORROW)
    town.book()
    assert packs.ruled(town.office).pack == PACK
    assert packs.confirm(town.office, ADMIN, number).decision is not None
    assert packs.ruled(town.office).pack == PACK
    town.clock.move(NINE - timedelta(days=4))
    assert packs.ruled(town.office).pack == files.read(STRICT)
    assert code(booking.book, town.office, OPERATOR, order(LotId("TOWN-02"))) == "C1"
    assert open_case(town.office, LOT).pack == PACK
    town.prepare()
    town.round()
    assert town.state.max_rounds == 5


def test_who_proposed_does_not_confirm_and_nothing_is_decided_twice(town: Town) -> None:
    """Another login of the role does; a decision stands, whichever it was; nobody else may do either."""
    number = packs.propose(town.office, SUPERVISOR, STRICT, TODAY)
    assert code(packs.confirm, town.office, SUPERVISOR, number) == "pack_own"
    assert code(packs.confirm, town.office, OPERATOR, number) == "role"
    assert code(packs.propose, town.office, OPERATOR, STRICT, TODAY) == "role"
    packs.confirm(town.office, Actor(id="supervisor-2", role=Role.SUPERVISOR), number)
    assert code(packs.confirm, town.office, ADMIN, number) == "pack_decided"
    assert code(packs.withdraw, town.office, ADMIN, number) == "pack_decided"
    assert code(packs.confirm, town.office, ADMIN, number + 1) == "pack_unknown"
    assert packs.ruled(town.office).pack.id == "strict"


def test_a_day_that_is_over_is_refused_both_ways(town: Town) -> None:
    """Today is the first day possible; what waited too long is withdrawn and proposed anew."""
    assert code(packs.propose, town.office, SUPERVISOR, STRICT, TODAY - timedelta(days=1)) == "pack_day"
    assert code(packs.propose, town.office, SUPERVISOR, STRICT, date(2025, 12, 31)) == "pack_day"
    number = packs.propose(town.office, SUPERVISOR, STRICT, TODAY)
    town.clock.move(NINE - timedelta(days=4))
    assert code(packs.confirm, town.office, ADMIN, number) == "pack_late"
    packs.withdraw(town.office, SUPERVISOR, number)
    assert [each.proposal.decision.confirmed for each in packs.history(town.office)] == [False]  # type: ignore[union-attr]  # decided
    assert packs.ruled(town.office).pack == PACK


def test_every_fault_is_named_with_its_place(town: Town) -> None:
    """Nothing of a faulty file is kept; holders of whom there are no keys are a fault too."""
    with pytest.raises(Refused) as no:
        packs.propose(town.office, SUPERVISOR, FAULTY, TODAY)
    places = [fault.split(":")[0] for fault in no.value.facts["faults"]]
    assert places == ["rules.C1[0]", "draw.max_rounds"]
    custody = '[custody]\nthreshold = 2\nholders = ["operator", "tenderee"]\nbasis = "assumed"\ncite = "x"\n'
    with pytest.raises(Refused) as no:
        packs.propose(town.office, SUPERVISOR, STRICT + custody, TODAY)
    assert no.value.facts["faults"] == ("custody.holders: no keys of tenderee in this installation",)
    assert packs.history(town.office) == ()


def test_a_preview_tells_every_number_old_and_new(town: Town) -> None:
    """Rules with their scope, sections key by key; what a pack does not change is not told."""
    _, found_ = packs.look(town.office, SUPERVISOR, STRICT, TODAY)
    told = {each.place: (each.old, each.new) for each in found_}
    assert told["draw.max_rounds"] == ("5", "4")
    assert told["draw.silence_minutes"] == ("30", "20")
    assert told["C1[-negotiation]"][1] == ""
    assert told["C1"][1].startswith("least = 7 (v1, assumed")
    assert not any(place.startswith(("custody", "times", "ladder", "R1")) for place in told)
    assert packs.history(town.office) == ()
    assert changes(PACK, PACK, TODAY) == ()


def test_a_shipped_pack_comes_into_force_by_its_name(town: Town) -> None:
    """The same numbers as the shipped one, under its own id."""
    pack, _ = packs.look(town.office, SUPERVISOR, packs.shipped("chongqing"), TODAY)
    shipped = files.load("chongqing")
    assert (pack.entries, pack.draw, pack.digest) == (shipped.entries, shipped.draw, shipped.digest)


def test_what_is_written_of_a_pack_is_never_changed(database: Database) -> None:
    """Neither proposals nor decisions, by nobody who has the database."""
    town = found(database)
    packs.confirm(town.office, ADMIN, packs.propose(town.office, SUPERVISOR, STRICT, TODAY))
    for table in ("pack_proposal", "pack_decision"):
        for verb in (f"UPDATE {table} SET actor = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(sa.exc.DBAPIError), database.transaction() as session:
                session.execute(sa.text(verb))


def test_the_setting_names_a_shipped_pack_or_a_file(tmp_path: Path) -> None:
    """Both work; what is neither is a fault that says what there is."""
    file = tmp_path / "own.toml"
    file.write_text(STRICT, encoding="utf-8")
    read = lambda path: Path(path).read_text(encoding="utf-8")  # noqa: E731  (as the command reads it)
    assert packs.default("anhui", read) == files.load("anhui")
    assert packs.default(str(file), read) == files.read(STRICT)
    with pytest.raises(Refused) as no:
        packs.default(str(tmp_path / "none.toml"), read)
    assert "anhui, chongqing, national" in no.value.facts["faults"][0]


FIVE = """
id = "five"
extends = "anhui"
since = 2026-01-01
name = { zh = "五方", en = "Five" }
[custody]
threshold = 3
holders = ["operator", "supervisor", "pool", "tenderee"]
basis = "assumed"
cite = "tests"
"""


def with_custodian(office: Office, name: str) -> Office:
    """The office with the keys of one more custodian."""
    keys = office.keys
    more = custodian_keys(name, subseed(SEED, name))
    return replace(office, keys=replace(keys, custodians=(*keys.custodians, more)))


def test_the_packs_holders_hold_the_keys_of_new_cases(town: Town) -> None:
    """Four of them, three open: as the pack in force says, whoever else the installation knows."""
    office = with_custodian(with_custodian(town.office, "tenderee"), "site")
    number = packs.propose(office, SUPERVISOR, FIVE, TODAY)
    packs.confirm(office, ADMIN, number)
    state = booking.book(office, OPERATOR, order())
    assert [each.name for each in state.custodians] == ["operator", "supervisor", "pool", "tenderee"]
    assert state.threshold == 3
    assert [seat.name for seat in ceremonies.seats_of(packs.ruled(office))] == [
        each.name for each in state.custodians
    ]
    assert code(booking.book, town.office, OPERATOR, order(LotId("TOWN-02"))) == "custodians_away"


@pytest.fixture
def desks(town: Town) -> dict[str, TestClient]:
    """The browsers of two supervisors, an administrator and an operator."""
    open_accounts(town)
    with town.office.db.transaction() as session:
        put_account(session, Account(login="supervisor-2", role=Role.SUPERVISOR, label="第二人"))
    return {
        "first": browser(town, Role.SUPERVISOR),
        "second": browser(town, Role.SUPERVISOR, "supervisor-2"),
        "admin": browser(town, Role.ADMIN),
        "operator": browser(town, Role.OPERATOR),
    }


def test_two_supervisors_put_a_pack_into_force_by_page(town: Town, desks: dict[str, TestClient]) -> None:
    """Faults and preview come back with what was typed; the first cannot confirm, the second does."""
    form = {"csrf": TOKEN, "since": "2026-11-26", "deed": "propose"}
    wrong = desks["first"].post("/packs", data={**form, "text": FAULTY})
    assert wrong.status_code == 409
    assert "rules.C1[0]" in wrong.text
    assert "draw.max_rounds" in wrong.text
    assert "某省办法 1" in wrong.text
    seen = desks["first"].post("/packs", data={**form, "deed": "look", "text": STRICT}).text
    assert "draw.max_rounds</td>" in seen
    assert packs.history(town.office) == ()
    assert desks["first"].post("/packs", data={**form, "text": STRICT}).status_code == 303
    assert "须由另一人确认" in desks["first"].get("/packs").text
    own = desks["first"].post("/packs/1/confirm", data={"csrf": TOKEN})
    assert (own.status_code, "须由另一人确认" in own.text) == (409, True)
    assert "确认启用" in desks["second"].get("/packs").text
    assert desks["second"].post("/packs/1/confirm", data={"csrf": TOKEN}).status_code == 303
    assert packs.ruled(town.office).pack.id == "strict"
    assert "已确认" in desks["admin"].get("/packs").text
    named = {**form, "name": "chongqing", "text": ""}
    assert desks["admin"].post("/packs", data=named).status_code == 303
    assert desks["first"].post("/packs/2/withdraw", data={"csrf": TOKEN}).status_code == 303
    assert "已撤回" in desks["first"].get("/packs").text


def test_no_other_desk_has_the_page(desks: dict[str, TestClient]) -> None:
    """The operator, whose bookings hang on the pack, is refused; nobody gets in without the form's token."""
    assert desks["operator"].get("/packs").status_code == 403
    assert desks["first"].post("/packs/1/confirm").status_code == 403


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """An installation in a folder with two logins of the roles, as the commands see it."""
    from api import keyring
    from api.store.schema import upgrade
    from crypto.keyfile import Effort
    from crypto.stream import Stream

    database = Database(f"sqlite:///{tmp_path / 'yuanping.db'}")
    upgrade(database)
    keyring.make(
        tmp_path / "keys" / "secret.key",
        demo=False,
        entropy=Stream(bytes(32)).take,
        effort=Effort(memory=8 * 1024, passes=1, lanes=1),
    )
    with database.transaction() as session:
        for login, role in (("anna", Role.SUPERVISOR), ("bo", Role.ADMIN)):
            account = Account(login=login, role=role, label=login)
            put_account(session, account, password=f"pw-{login}", salt=bytes(16))
    database.close()
    monkeypatch.setenv("YUANPING_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("YUANPING_LANG", "en")
    return CliRunner()


def test_the_command_proposes_and_another_login_confirms(installed: CliRunner, tmp_path: Path) -> None:
    """List, look, propose, confirm: a wrong password, the own proposal and a faulty file end with status 2."""
    file = tmp_path / "strict.toml"
    file.write_text(STRICT, encoding="utf-8")

    def run(*words: str, status: int = 0) -> str:
        done = installed.invoke(command, list(words))
        assert done.exit_code == status, done.output + repr(done.exc_info)
        return done.output

    anna, bo = ("--as", "anna", "--password", "pw-anna"), ("--as", "bo", "--password", "pw-bo")
    day = ("--from", "2099-01-01")
    assert "national" in run("list")
    assert "draw.max_rounds: 12 -> 4" in run("look", str(file), *day, *anna)
    assert "wrong" in run("propose", str(file), *day, "--as", "anna", "--password", "x", status=2)
    assert "confirm 1" in run("propose", str(file), *day, *anna)
    assert "another person" in run("confirm", "1", *anna, status=2)
    assert "2099-01-01" in run("confirm", "1", *bo)
    assert "confirmed by bo" in run("list")
    file.write_text(FAULTY, encoding="utf-8")
    told = run("propose", str(file), *day, *anna, status=2)
    assert "rules.C1[0]" in told
    assert "draw.max_rounds" in told
    run("propose", "chongqing", *day, *anna)
    assert "withdrawn" in run("withdraw", "2", *bo)
    assert "none.toml" in run("propose", str(tmp_path / "none.toml"), *day, *anna, status=2)


def test_the_demo_lets_a_second_supervisor_in_and_nobody_else(town: Town) -> None:
    """One click opens the second demo login of the role; a login of another role or without demo stays shut."""
    with town.office.db.transaction() as session:
        for login, role, demo in (
            ("supervisor", Role.SUPERVISOR, True),
            ("supervisor-2", Role.SUPERVISOR, True),
            ("operator", Role.OPERATOR, True),
            ("real", Role.SUPERVISOR, False),
        ):
            put_account(session, Account(login=login, role=role, label=login, demo=demo))
    client = browser(town, Role.SUPERVISOR)
    for login, status in (("supervisor-2", 303), ("operator", 404), ("real", 404), ("nobody", 404)):
        enters = client.post("/login/demo/supervisor", data={"csrf": TOKEN, "user": login})
        assert enters.status_code == status, login
        client = browser(town, Role.SUPERVISOR)


def test_the_demo_world_has_two_logins_that_may_decide() -> None:
    """Two supervisors and an administrator stand among its accounts."""
    accounts = anhui(date(2026, 12, 1)).accounts
    assert [each.login for each in accounts if each.role in packs.WHO] == [
        "supervisor",
        "supervisor-2",
        "admin",
    ]


def test_a_case_keeps_the_holders_of_its_booking(town: Town) -> None:
    """One holder missing and nothing is booked; later packs change nothing about who holds a case's keys."""
    office = with_custodian(town.office, "tenderee")
    told = packs.ruled(office)
    stolen = replace(told, keys=replace(told.keys, custodians=told.keys.custodians[:2]))
    assert code(booking.book, stolen, OPERATOR, order()) == "custodians_away"
    custody = replace(PACK.custody, holders=(*PACK.custody.holders[:2], Role.TENDEREE))
    booking.book(replace(office, pack=replace(PACK, custody=custody)), OPERATOR, order())
    dossier = open_case(office, LOT)
    assert {each.name for each in dossier.state.custodians} == {"operator", "supervisor", "tenderee"}
    assert [each.name for each in dossier.ruled.holders] == ["operator", "supervisor", "tenderee"]


THREE = """
id = "three"
extends = "anhui"
since = 2026-01-01
name = { zh = "三处", en = "Three" }
[[rules.L1]]
least = 3
since = 2026-01-01
basis = "assumed"
cite = "tests"
[[rules.F5]]
most = 2
days = 30
since = 2026-01-01
basis = "assumed"
cite = "tests"
"""


def test_planning_goes_by_the_pack_in_force(town: Town) -> None:
    """What the booking form offers can be booked, and the alarms count as the supervisors have put into force."""
    open_accounts(town)
    packs.confirm(town.office, ADMIN, packs.propose(town.office, SUPERVISOR, THREE, TODAY))
    draft = wizard.draft_of(town.office, {**PROJECT, **SEATS, **WHERE}, len(wizard.STEPS))
    slots = [slot for slot in wizard.outlook(town.office, Memory(), draft).slots if slot.answer.options]
    assert {len(each.guests) for slot in slots for each in slot.answer.options} == {2}
    choice = f"{slots[0].starts.isoformat()}|{slots[0].answer.options[0].host}"
    held = wizard.choose(town.office, Memory(), OPERATOR, draft, choice)
    state = wizard.finish(town.office, OPERATOR, draft, held.token)
    assert len(open_case(town.office, state.lot).request.sites) == 3
    assert meetings.in_force(town.office)[RuleId("F5")]["days"] == 30
