"""Do the registers give back what was put in, keep personal data unreadable, and refuse loose ends?"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from api import keyring
from api.services.importing import ImportPlan, apply_import, plan_import
from api.services.references import Register, Wrong
from api.store import registers
from api.store.accounts import Account, account, accounts, password_fits, put_account
from api.store.db import Database
from api.store.expertkeys import ExpertKeyRow, enrolled, put_keys
from api.store.personal import Personal
from api.store.tables import expert_cell
from crypto.errors import Broken
from crypto.keyfile import Effort
from crypto.keys import signing_key
from crypto.stream import Stream
from fixtures.make import make_world
from scheduler.errors import Refused
from scheduler.model import (
    Control,
    Expert,
    ExpertId,
    OrgTag,
    RegionCode,
    Role,
    SiteId,
    Span,
    SpecialityCode,
    Standing,
)
from scheduler.records import Registers

TODAY = date(2026, 11, 25)
KEY = Personal(bytes(range(32)))
WORLD = make_world(b"registers", today=TODAY, experts=120, groups=5).registers


@pytest.fixture
def filled(database: Database) -> Database:
    """A database with the small world in it."""
    with database.transaction() as session:
        apply_import(session, WORLD, key=KEY)
    return database


def test_registers_give_back_what_was_put_in(filled: Database) -> None:
    """Every record of every kind comes back equal, personal data included."""
    with filled.reading() as session:
        assert registers.regions(session) == WORLD.regions
        assert registers.specialities(session) == tuple(sorted(WORLD.specialities, key=lambda one: one.code))
        assert set(registers.organisations(session)) == set(WORLD.organisations)
        assert set(registers.sites(session)) == set(WORLD.sites)
        assert registers.experts(session, KEY) == WORLD.experts


def test_importing_twice_changes_nothing(filled: Database) -> None:
    """A second import of the same records finds nothing to do and does not count as a change."""
    with filled.transaction() as session:
        before = registers.version(session)
        plan = apply_import(session, WORLD, key=KEY)
        assert (plan.new, plan.changed, plan.faults, registers.version(session)) == ((), (), (), before)
    rows = (WORLD.regions, WORLD.specialities, WORLD.organisations, WORLD.sites, WORLD.experts)
    assert plan.unchanged == sum(map(len, rows))


def test_a_dry_run_writes_nothing(database: Database) -> None:
    """Planning tells all entries as new and leaves the registers empty, without even write access."""
    with database.reading() as session:
        plan = plan_import(session, WORLD, key=KEY)
        assert registers.numbers(session) == ()
    assert len([entry for entry in plan.new if entry.register is Register.EXPERTS]) == 120


def test_only_what_changed_is_changed(filled: Database) -> None:
    """An expert with new terms and a site with a repaired, a new and a lost workstation are taken over."""
    old, site = WORLD.experts[0], WORLD.sites[0]
    expert = replace(
        old,
        name="改名人",
        specialities=(SpecialityCode("A080104"), SpecialityCode("A040203")),
        leave=(Span(since=TODAY, until=None),),
        standing=Standing.SUSPENDED,
        jobs=(),
    )
    first = site.workstations[0]
    stations = (replace(first, broken=("mic", "camera")), *site.workstations[1:-1])
    stations += (replace(first, room="新室", number=9),)
    change = Registers(sites=(replace(site, workstations=stations),), experts=(expert, WORLD.experts[1]))
    with filled.transaction() as session:
        plan = apply_import(session, change, key=KEY)
    assert [entry.key for entry in plan.changed] == [site.site, old.expert]
    assert (plan.new, plan.unchanged) == ((), 1)
    with filled.reading() as session:
        assert registers.version(session) == 2
        assert registers.experts(session, KEY, [old.expert]) == (
            replace(expert, specialities=tuple(sorted(expert.specialities))),
        )
        found = registers.workstations(session)[site.site]
        assert {(each.room, each.number) for each in found} == {(each.room, each.number) for each in stations}
        assert next(each for each in found if each.number == 1).broken == ("camera", "mic")
        assert len(registers.experts(session, KEY)) == 120


def test_loose_ends_are_named_and_nothing_is_written(filled: Database) -> None:
    """Unknown region, employer, speciality, relative, parent and device are each told, and refuse all."""
    expert = replace(
        WORLD.experts[0],
        expert="INV-900000",
        id_number="340111190001010000",
        region=RegionCode("999999"),
        employer="NOBODY",
        specialities=(SpecialityCode("Z99"),),
        kin=("INV-999999",),
    )
    orphan = replace(WORLD.organisations[0], code="ORPHAN", parent="NOWHERE")
    site = replace(WORLD.sites[0], workstations=(replace(WORLD.sites[0].workstations[0], broken=("lamp",)),))
    loose = Registers(organisations=(orphan,), sites=(site,), experts=(expert,))
    with filled.transaction() as session:
        with pytest.raises(Refused) as refused:
            apply_import(session, loose, key=KEY)
        assert "INV-900000" not in registers.numbers(session)
    told = {(fault.field, fault.wrong, fault.value) for fault in refused.value.facts["faults"]}
    assert told == {
        ("parent", Wrong.UNKNOWN, "NOWHERE"),
        ("broken", Wrong.UNKNOWN, "lamp"),
        ("region", Wrong.UNKNOWN, "999999"),
        ("employer", Wrong.UNKNOWN, "NOBODY"),
        ("specialities", Wrong.UNKNOWN, "Z99"),
        ("kin", Wrong.UNKNOWN, "INV-999999"),
    }


def test_nobody_stands_in_the_pool_twice(filled: Database) -> None:
    """A second register number for an id number that is taken is refused; the fault shows no id number."""
    twin = replace(WORLD.experts[0], expert="INV-900000", kin=())
    with filled.reading() as session:
        plan = plan_import(session, Registers(experts=(twin, twin)), key=KEY)
    told = [(fault.wrong, fault.value) for fault in plan.faults]
    assert (Wrong.SAME_PERSON, WORLD.experts[0].expert) in told
    assert (Wrong.TWICE, "INV-900000") in told
    assert twin.id_number not in repr(plan)


def test_no_organisation_controls_itself(filled: Database) -> None:
    """A circle of control through the register is found, however long."""
    root = next(each for each in WORLD.organisations if not each.parent)
    child = next(each for each in WORLD.organisations if each.parent == root.code)
    grown = replace(root, parent=child.code)
    with filled.reading() as session:
        plan = plan_import(session, Registers(organisations=(grown,)), key=KEY)
    assert [(fault.entry.key, fault.wrong) for fault in plan.faults] == [(root.code, Wrong.CIRCLE)]


def test_a_pool_holds_what_rules_read_and_nothing_that_names(filled: Database) -> None:
    """Everybody stands in it under pseudonym and tags, in their order, with age and terms as of the day."""
    with filled.reading() as session:
        pool = registers.pool(
            session,
            key=KEY,
            on=TODAY,
            pseudonym=lambda number: ExpertId(f"p{number[::-1]}"),
            org_tag=lambda code: OrgTag(f"t{code}"),
        )
    assert [each.id for each in pool] == sorted(f"p{one.expert[::-1]}" for one in WORLD.experts)
    by_id = {each.id: each for each in pool}
    for record in WORLD.experts:
        expert = by_id[ExpertId(f"p{record.expert[::-1]}")]
        assert expert.age == registers.age(record.born, TODAY)
        assert expert.employer == (f"t{record.employer}" if record.employer else "")
        assert expert.household == (f"thousehold:{record.household}" if record.household else "")
        assert expert.specialities == record.specialities
        assert [(job.org, job.since, job.until) for job in expert.jobs] == [
            (f"t{job.org}", job.since, job.until) for job in record.jobs
        ]
        assert (expert.region, expert.certificate_until) == (record.region, record.certificate_until)
        assert (expert.away, expert.standing) == (record.leave, record.standing)


def test_a_pool_can_be_asked_for_a_lots_seats(filled: Database) -> None:
    """Only who knows a seat's speciality, by prefix, whole as in the full pool; a wildcard is no code."""

    def ask(*codes: str) -> dict[str, Expert]:
        knowing = [SpecialityCode(code) for code in codes]
        with filled.reading() as session:
            found = registers.pool(
                session, key=KEY, on=TODAY, pseudonym=ExpertId, org_tag=OrgTag, knowing=knowing
            )
        return {each.id: each for each in found}

    everybody = ask()
    for codes in (("A0402",), ("A06", "A0402"), ("A",), ("A0402%",), ("Z",)):
        wanted = {
            each.id
            for each in everybody.values()
            if any(known.startswith(codes) for known in each.specialities)
        }
        assert ask(*codes) == {number: everybody[number] for number in wanted}


def test_a_pool_takes_as_many_queries_whatever_its_size(filled: Database) -> None:
    """Six queries, so that 60 000 people do not mean 60 000 of them."""
    asked: list[str] = []
    sa.event.listen(filled.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    with filled.reading() as session:
        registers.pool(session, key=KEY, on=TODAY, pseudonym=ExpertId, org_tag=OrgTag)
    assert len([query for query in asked if query.startswith("SELECT")]) == 6


def test_control_is_told_step_by_step(filled: Database) -> None:
    """Every parent in the register is one edge, under tags."""
    with filled.reading() as session:
        edges = registers.controls(session, OrgTag)
    assert set(edges) == {
        Control(parent=OrgTag(each.parent), child=OrgTag(each.code))
        for each in WORLD.organisations
        if each.parent
    }


@given(st.dates(date(1930, 1, 1), date(2005, 12, 31)), st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_age_grows_on_the_birthday(born: date, on: date) -> None:
    """Full years: the last birthday is not after the day, the next one is."""
    years = registers.age(born, on)
    birthday = (born.month, born.day)
    assert (born.year + years, *birthday) <= (on.year, on.month, on.day) < (born.year + years + 1, *birthday)


def secrets() -> Iterator[str]:
    for each in WORLD.experts:
        yield from (each.id_number, each.phone, each.born.isoformat(), each.born.strftime("%Y%m%d"))
        if len(each.name) == 3:
            yield each.name


def test_personal_data_never_lie_in_the_clear_in_the_file(migrated_sqlite: Path, tmp_path: Path) -> None:
    """Name, id number, phone and birthday of nobody occur in the raw bytes of the database and its log."""
    path = tmp_path / "raw.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        apply_import(session, WORLD, key=KEY)
    raw = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    database.close()
    assert WORLD.experts[0].expert.encode() in raw  # we do look where the rows are
    assert [text for text in secrets() if text.encode() in raw] == []


def test_personal_data_never_lie_in_the_clear_in_any_column(filled: Database) -> None:
    """The same on every database, asked through SQL."""
    with filled.reading() as session:
        cells = session.execute(sa.text("SELECT * FROM expert")).all()
    text = repr(cells)
    assert [secret for secret in secrets() if secret in text] == []


def test_a_cell_opens_only_where_it_stands() -> None:
    """Another row, another column, another key or a flipped bit does not open."""
    place = expert_cell("name", "INV-1")
    sealed = KEY.seal(place, "张三")
    assert KEY.open(place, sealed) == "张三"
    attempts = [
        (KEY, expert_cell("name", "INV-2"), sealed),
        (KEY, expert_cell("phone", "INV-1"), sealed),
        (Personal(bytes(32)), place, sealed),
        (KEY, place, sealed[:-1] + bytes([sealed[-1] ^ 1])),
    ]
    for key, where, data in attempts:
        with pytest.raises(Broken):
            key.open(where, data)


def test_another_key_opens_no_register(filled: Database) -> None:
    """A stolen database without its key file gives no person away, and says so."""
    with filled.reading() as session, pytest.raises(Broken):
        registers.experts(session, Personal(bytes(32)))


def test_the_secret_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Every key file is written once and readable by its owner only; what is no secret file is refused."""
    path = tmp_path / "keys" / "secret.key"
    effort = Effort(memory=8 * 1024, passes=1, lanes=1)
    keyring.make(path, demo=True, entropy=Stream(bytes(32)).take, effort=effort)
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
    with pytest.raises(FileExistsError):
        keyring.make(path, demo=True, entropy=Stream(bytes(32)).take, effort=effort)
    path.write_text("not a key")
    with pytest.raises(keyring.KeysMissing):
        keyring.load(path)


def test_an_account_has_one_role_and_stands_for_somebody(filled: Database) -> None:
    """Accounts come back as they were put, and are changed in place."""
    site = Account(login="desk", role=Role.SITE, label="场所", site=SiteId("S340111"))
    expert = Account(login="e1", role=Role.EXPERT, label="专家", expert="INV-000001", demo=True)
    with filled.transaction() as session:
        put_account(session, site)
        put_account(session, expert)
        put_account(session, replace(site, label="窗口"))
    with filled.reading() as session:
        assert account(session, "desk") == replace(site, label="窗口")
        assert account(session, "nobody") is None
        assert accounts(session, demo=True) == (expert,)
        assert len(accounts(session)) == 2


def test_only_the_right_password_opens(filled: Database) -> None:
    """The hash is Argon2id, the password is nowhere in it; no password, no login and a wrong one fail."""
    admin = Account(login="admin", role=Role.ADMIN, label="系统管理")
    with filled.transaction() as session:
        put_account(session, admin, password="正确的密码", salt=bytes(16))
        put_account(session, replace(admin, login="open", demo=True))
    with filled.reading() as session:
        assert password_fits(session, "admin", "正确的密码")
        attempts = [("admin", "错"), ("admin", ""), ("open", ""), ("nobody", "正确的密码")]
        assert not any(password_fits(session, login, password) for login, password in attempts)
        stored = session.execute(sa.text("SELECT password FROM account WHERE login = 'admin'")).scalar_one()
    assert re.fullmatch(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$\S+", stored)


ENROLLED = datetime(2026, 11, 25, 9, tzinfo=UTC)


def with_key(number: int, seed: int, at: datetime | None = ENROLLED) -> Callable[[Database], ImportPlan]:
    """An import of one expert (by place) whose long-term key follows from a seed."""
    key = signing_key(bytes([seed]) * 32).public.hex()
    changed = replace(WORLD.experts[number], key=key)

    def run(database: Database) -> ImportPlan:
        with database.transaction() as session:
            return apply_import(session, Registers(experts=(changed,)), key=KEY, at=at)

    return run


def held(database: Database, number: int) -> list[tuple[bytes, datetime | None]]:
    """The keys of an expert, the last one counting."""
    with database.reading() as session:
        who = WORLD.experts[number].expert
        return [(each.public, each.at) for each in enrolled(session, KEY, (who,)).get(who, ())]


def test_a_long_term_key_is_kept_until_another_takes_its_place(filled: Database) -> None:
    """Enrolled by import, left alone by a file without it, replaced with a trace; twice changes nothing."""
    one, two = (signing_key(bytes([seed]) * 32).public for seed in (1, 2))
    assert len(with_key(0, 1)(filled).changed) == 1
    with filled.transaction() as session:
        plan = apply_import(session, WORLD, key=KEY)
    assert (plan.new, plan.changed) == ((), ())
    assert held(filled, 0) == [(one, ENROLLED)]
    assert with_key(0, 1)(filled).unchanged == 1
    with_key(0, 2, None)(filled)
    assert held(filled, 0) == [(one, ENROLLED), (two, None)]


@pytest.mark.parametrize("number", [0, 1], ids=["the same person", "another person"])
def test_a_key_that_was_replaced_or_is_anothers_is_refused(filled: Database, number: int) -> None:
    """A replaced key may be in other hands, and one key for two people would let one answer for the other."""
    with_key(0, 1)(filled)
    with_key(0, 2)(filled)
    with pytest.raises(Refused) as no:
        with_key(number, 1)(filled)
    (fault,) = no.value.facts["faults"]
    assert (fault.field, fault.wrong) == ("key", Wrong.SAME_KEY)
    assert [public for public, _ in held(filled, 0)][-1] == signing_key(bytes([2]) * 32).public


def test_a_long_term_key_lies_sealed_in_the_database(filled: Database) -> None:
    """The same key in two places would link a person: only ciphertext and a keyed mark are in the rows."""
    with_key(0, 1)(filled)
    public = signing_key(bytes([1]) * 32).public
    with filled.reading() as session:
        row = session.exec(sa.select(ExpertKeyRow)).scalar_one()
    assert public not in row.sealed_key
    assert public.hex() not in repr(row)
    with filled.reading() as session, pytest.raises(Broken):
        enrolled(session, Personal(bytes(32)), None)


@pytest.mark.parametrize("public", [bytes(32), b"\1" + bytes(31)])
def test_a_degenerate_key_is_never_enrolled(filled: Database, public: bytes) -> None:
    """A key of small order verifies anything: refused before a row is written."""
    who = WORLD.experts[0].expert
    with filled.transaction() as session, pytest.raises(Refused, match="expert_key"):
        put_keys(session, KEY, {who: public}, ENROLLED)
    assert held(filled, 0) == []
