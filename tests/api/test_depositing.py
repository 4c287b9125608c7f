"""Seeds come from the parties' own devices: what the centre takes, and what it refuses at the rim."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.commands.deposit import deposit as command
from api.demo.people import OPERATOR, SUPERVISOR, TENDEREE, deposit, deposits, tenderee_of
from api.services import auditing, depositing, drawing
from api.services.office import open_case
from api.services.releasing import release
from api.words import Lang, say
from crypto.canonical import canonical, parse
from crypto.envelope import BUCKETS, open_, seal
from scheduler.deposit import deposited, mark_of, owed, sealed, written
from scheduler.errors import Refused
from scheduler.model import Role
from scheduler.places import deposit_context
from scheduler.release import seeds
from scheduler.wanted import read
from tests.browsing import TOKEN, browser, open_accounts, sealed_seeds
from tests.stories.test_theft import centre
from tests.town import LOT, NINE, Town
from tests.town import TENDEREE as OWNER

Change = Callable[[list[bytearray]], None]


@pytest.fixture
def town(new_town: Town) -> Town:
    """A booked lot whose pool is frozen: keys are there, no seed is."""
    new_town.book()
    drawing.freeze(new_town.office, OPERATOR, LOT)
    open_accounts(new_town)
    return new_town


def test_what_a_device_seals_is_what_the_draw_opens(town: Town) -> None:
    """One envelope for every round, each for its own place, each holding 32 bytes that nobody at the centre made."""
    wanted = owed(town.state, "supervisor")
    given = iter([bytes([n]) * 32 for n in range(1, 99)])
    envelopes = sealed(wanted, lambda n: next(given))
    depositing.deposit(town.office, SUPERVISOR, LOT, written(wanted, envelopes))
    assert [key.round for key in wanted.keys] == [1, 2, 3, 4, 5]
    deposit(town.office, tenderee_of(OWNER.code), LOT)
    deposit(town.office, OPERATOR, LOT)
    town.clock.move(NINE - timedelta(hours=20))
    drawing.fix(town.office, OPERATOR, LOT)
    private = release(open_case(town.office, LOT), seeds(1)).private
    assert open_(private, envelopes[0], deposit_context(LOT, "supervisor", 1)) == (b"\x01" * 32).hex()


def test_the_receipt_names_every_envelope_as_the_device_knows_it(town: Town) -> None:
    """The marks on the page are those of the envelopes handed in, for all three parties' pages."""
    for role, page in (
        (Role.SUPERVISOR, f"/supervisor/lots/{LOT}"),
        (Role.TENDEREE, "/tenderee"),
        (Role.OPERATOR, f"/operator/lots/{LOT}"),
    ):
        party, text = browser(town, role), sealed_seeds(town, role)
        sent = party.post(f"/{role}/lots/{LOT}/deposit", data={"csrf": TOKEN, "deposit": text})
        assert sent.status_code == 303, sent.text
        shown = party.get(page).text
        for row in json.loads(text)["deposits"]:
            assert mark_of(bytes.fromhex(row["envelope"])) in shown
    assert len(deposited(town.state, "supervisor")) == 5


def _set(start: int, value: bytes) -> Change:
    def change(envelopes: list[bytearray]) -> None:
        envelopes[1][start : start + len(value)] = value

    return change


def _other_place(town: Town) -> Change:
    """The second seed sealed to the first round's key."""

    def change(envelopes: list[bytearray]) -> None:
        first = owed(town.state, "supervisor").keys[0]
        place = deposit_context(LOT, "supervisor", 1)
        envelopes[1] = bytearray(seal(first.public, "00" * 32, place, bytes(32)).envelope)

    return change


FAULTS: dict[str, tuple[str, Change]] = {
    "cut off": ("deposit_length", lambda e: e[1].__delitem__(slice(-1, None))),
    "another bucket": ("deposit_length", lambda e: e[1].extend(bytes(BUCKETS[2] - BUCKETS[1]))),
    "no envelope": ("deposit_length", _set(0, b"XXXX")),
    "the reserved suite": ("deposit_suite", _set(4, b"\x11")),
    "a sheet": ("deposit_key", _set(5, b"\x03")),
    "another key's mark": ("deposit_key", _set(6, bytes(16))),
    "low order, zero": ("deposit_point", _set(22, bytes(32))),
    "low order, one": ("deposit_point", _set(22, b"\x01" + bytes(31))),
    "not in its reduced form": ("deposit_point", _set(22, b"\xff" * 32)),
    "the first encapsulation again": (
        "deposit_reused",
        lambda e: e[1].__setitem__(slice(22, 54), e[0][22:54]),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_envelope_that_could_never_be_opened_is_refused_in_words(town: Town, fault: str) -> None:
    """Each fault has a sentence of its own in both languages, and nothing is written down."""
    code, change = FAULTS[fault]
    envelopes = [bytearray(each) for each in deposits(town.office, LOT, "supervisor")]
    change(envelopes)
    with pytest.raises(Refused) as refusal:
        drawing.pledge(town.office, SUPERVISOR, LOT, [bytes(each) for each in envelopes])
    assert refusal.value.code == code
    assert town.state.pledges == ()
    for language in Lang:
        told = say(f"page.refused.{code}", language, **refusal.value.facts)
        assert "{" not in told
        assert not told.startswith("page.")


def test_a_seed_for_another_round_is_refused(town: Town) -> None:
    """The key's mark names the round: sealed to round 1's key, it cannot stand for round 2."""
    envelopes = [bytearray(each) for each in deposits(town.office, LOT, "supervisor")]
    _other_place(town)(envelopes)
    with pytest.raises(Refused, match="deposit_key"):
        drawing.pledge(town.office, SUPERVISOR, LOT, [bytes(each) for each in envelopes])


def test_nobody_may_copy_an_envelope_that_stands(town: Town) -> None:
    """The tenderee hands in the supervisor's encapsulation as its own: refused, the supervisor's stands alone."""
    theirs = deposits(town.office, LOT, "supervisor")
    drawing.pledge(town.office, SUPERVISOR, LOT, theirs)
    with pytest.raises(Refused, match="deposit_reused"):
        drawing.pledge(town.office, TENDEREE, LOT, theirs)
    assert [party for party, _ in town.state.pledges] == ["supervisor"]


def test_a_file_of_another_lot_party_or_number_is_refused(town: Town) -> None:
    """The page takes what the device wrote for this very lot, party and set of keys."""
    wanted = owed(town.state, "supervisor")
    whole = sealed(wanted, town.entropy)
    fewer = replace(wanted, keys=wanted.keys[:-1])
    for data, code in (
        (b"", "deposit"),
        (b"{}", "deposit"),
        (b'{"a":1,"a":2}', "deposit"),
        (written(wanted, whole).replace(b'"envelope":"59', b'"envelope":"zz'), "deposit"),
        (written(replace(wanted, party="tenderee"), whole), "deposit_elsewhere"),
        (written(replace(wanted, lot="TOWN-02"), whole), "deposit_elsewhere"),
        (written(fewer, whole[:-1]), "deposit_keys"),
        (written(replace(wanted, keys=wanted.keys[::-1]), whole), "deposit_keys"),
    ):
        with pytest.raises(Refused) as refusal:
            depositing.deposit(town.office, SUPERVISOR, LOT, data)
        assert refusal.value.code == code, data[:60]
    assert town.state.pledges == ()


def test_a_party_takes_the_list_of_keys_away_and_others_do_not(town: Town) -> None:
    """seeds.json holds what is due to the party that asks; a tenderee gets none of a stranger's lot."""
    own = browser(town, Role.TENDEREE).get(f"/tenderee/lots/{LOT}/seeds.json")
    assert own.headers["content-disposition"].startswith("attachment")
    wanted, records = read(own.content)
    assert (wanted.party, len(wanted.keys), list(records)) == ("tenderee", 5, [])
    other = browser(town, Role.TENDEREE, "other-tenderee")
    assert other.get(f"/tenderee/lots/{LOT}/seeds.json").status_code == 404


def test_the_command_makes_a_file_that_the_page_takes(town: Town, tmp_path: Path) -> None:
    """Keys from the page, a file from the party's machine, marks on both sides; it never replaces a file."""
    supervisor = browser(town, Role.SUPERVISOR)
    keys, made = tmp_path / "seeds.json", tmp_path / "deposit.json"
    keys.write_bytes(supervisor.get(f"/supervisor/lots/{LOT}/seeds.json").content)
    run = CliRunner().invoke(command, [str(keys), "--out", str(made)])
    assert run.exit_code == 0, run.output
    files = {"deposit": ("deposit.json", made.read_bytes(), "application/json")}
    path = f"/supervisor/lots/{LOT}"
    assert supervisor.post(f"{path}/deposit", data={"csrf": TOKEN}, files=files).status_code == 303
    for each in deposited(town.state, "supervisor"):
        assert each.mark in run.output
        assert each.mark in supervisor.get(path).text
    assert CliRunner().invoke(command, [str(keys), "--out", str(made)]).exit_code == 2


def test_the_command_refuses_keys_that_no_ceremony_of_the_pinned_custodians_made(tmp_path: Path) -> None:
    """A centre that slips in a key of its own is found out on the party's machine, before anything is sealed."""
    with centre(tmp_path) as place:
        town = place.town
        town.book()
        drawing.freeze(town.office, OPERATOR, town.lot)
        data = depositing.request_file(town.office, SUPERVISOR, town.lot)
        trust = auditing.trust_of(town.office.keys)

    keys, pins = tmp_path / "seeds.json", tmp_path / "trust.json"
    keys.write_bytes(data)
    pins.write_bytes(trust)
    asked = [str(keys), "--trust", str(pins), "--out", str(tmp_path / "deposit.json")]
    assert CliRunner().invoke(command, asked).exit_code == 0
    body = parse(data)
    body["keys"][2]["public"] = body["keys"][1]["public"]
    keys.write_bytes(canonical(body))
    asked[-1] = str(tmp_path / "other.json")
    run = CliRunner().invoke(command, asked)
    assert run.exit_code == 1
    assert not (tmp_path / "other.json").exists()
